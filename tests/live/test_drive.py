from __future__ import annotations

import numpy as np
import pytest

from formcheck.live.drive import HELD_S, HINGE, KNEE, DriveRange, TurnWatch, drive_of
from formcheck.pose.track import PoseTrack
from tests.synthetic import frames, rdl_track


def risen(share: float, after_s: float) -> PoseTrack:
    """Down within a second, then up by a share of the way, and held there until ``after_s``."""
    t_s = frames(1.0 + after_s)
    down = np.clip(t_s, 0.0, 1.0) - share * np.clip((t_s - 1.0) / 0.1, 0.0, 1.0)
    return rdl_track(1, t_s=t_s, way_down=down)


def deeper(track: PoseTrack) -> DriveRange:
    """Ends of earlier reps that went further down, so that depth alone tells nothing."""
    drive = drive_of(track.landmarks_px, HINGE)
    span = float(np.ptp(drive))
    return DriveRange(HINGE, float(drive.max()), float(drive.max()) - 1.3 * span)


@pytest.mark.parametrize(
    ("share", "after_s", "over"),
    [
        (0.3, 0.15, True),
        (0.08, HELD_S + 0.1, True),
        (0.08, HELD_S - 0.1, False),
        (0.0, 1.0, False),
    ],
)
def test_a_lowering_is_over_when_the_body_has_come_up_or_stays_a_little_higher(
    share: float, after_s: float, over: bool
) -> None:
    track = risen(share, after_s)
    assert TurnWatch(track, HINGE, deeper(track)).over(0.0, 1.0) == over


def test_who_has_done_no_rep_yet_must_come_up_further() -> None:
    track = risen(0.08, 1.0)
    assert not TurnWatch(track, HINGE, None).over(0.0, 1.0)


def test_knees_waver_too_much_for_a_little_rise_to_tell() -> None:
    track = risen(0.08, 1.0)
    watch = TurnWatch(track, HINGE, deeper(track))
    assert watch.over(0.0, 1.0)
    watch._kind = KNEE
    assert not watch.over(0.0, 1.0)
