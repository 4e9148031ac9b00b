"""Leans of a drawn lifter whose lines are known."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from formcheck.motion.leans import Leans, measure_leans
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack
from tests.synthetic import HINGED, STANDING, frames, rdl_track, track_of

HEIGHT_PX = 600.0


def leans_of(track: PoseTrack, lost: np.ndarray | None = None) -> Leans:
    lost = np.zeros(len(track), dtype=bool) if lost is None else lost
    return measure_leans(track.t_s, track, lost, HEIGHT_PX)


def test_a_hinge_leans_by_what_its_pose_says() -> None:
    found = leans_of(rdl_track(2))
    for lean in (found.trunk_deg, found.head_deg, found.head_m_deg):
        assert np.nanmin(lean) == pytest.approx(STANDING.trunk, abs=3.0)
        assert np.nanmax(lean) == pytest.approx(HINGED.trunk, abs=3.0)
    assert np.ptp(found.foot_deg, axis=0) == pytest.approx([0.0, 0.0], abs=3.0)
    assert np.ptp(found.shoulder_rise_bodies) > 0.15


def test_facing_the_other_way_turns_the_sign() -> None:
    right, left = (leans_of(rdl_track(1, facing=facing)) for facing in ("right", "left"))
    assert left.head_deg == pytest.approx(-right.head_deg, abs=1e-3)


def test_a_line_that_passes_straight_down_does_not_jump() -> None:
    t_s = frames(4.0)
    turn = np.radians(np.linspace(150.0, 210.0, len(t_s)))
    points = np.zeros((len(t_s), 33, 2))
    for side in ("LEFT", "RIGHT"):
        points[:, Landmark[f"{side}_KNEE"], 0] = 300.0 * np.sin(turn)
        points[:, Landmark[f"{side}_KNEE"], 1] = -300.0 * np.cos(turn)
    foot = leans_of(track_of(t_s, points)).foot_deg
    assert np.diff(foot[:, 0]).min() >= -1e-6
    assert np.ptp(foot[:, 0]) == pytest.approx(60.0, abs=0.5)


def test_lost_frames_are_bridged_when_short_and_missing_when_long() -> None:
    track = rdl_track(1)
    lost = np.zeros(len(track), dtype=bool)
    lost[40:44] = lost[80:110] = True
    head = leans_of(track, lost).head_deg
    assert np.isfinite(head[40:44]).all()
    assert np.isnan(head[80:110]).all()


def test_shapes_are_checked() -> None:
    leans = leans_of(rdl_track(1))
    for item in fields(Leans):
        with pytest.raises(ValueError, match=r"shape \(.*\), not"):
            replace(leans, **{item.name: np.zeros(3)})
