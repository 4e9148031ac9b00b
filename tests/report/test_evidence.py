from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from formcheck.report.evidence import evidence_pictures, nearest_row


def pictures(report: Any, drawn_set: Any) -> dict[str, Any]:
    _, signals, track, clip = drawn_set.parts
    return {
        item.name: cv2.imdecode(np.frombuffer(item.jpeg, np.uint8), cv2.IMREAD_COLOR)
        for item in evidence_pictures(report, signals, track, clip)
    }


@pytest.mark.parametrize("tall", [True, False])
def test_a_tempo_is_shown_by_both_ends_of_its_phase(drawn_set: Any, build: Any, tall: bool) -> None:
    fast = build.fault("ECCENTRIC_FAST", "eccentric_s", 0.2)
    high = build.fault("SHALLOW", "hip_range", 0.2)
    report = build.report(build.rep(1, 0.0, faults=[fast, high]))
    track = drawn_set.track
    track.outline[:] = np.nan
    track.landmarks_px[..., 1] = 130 + 0.5 * (track.landmarks_px[..., 1] - 130)
    if tall:  # the drawn body is wider than high: stand it on end
        track.landmarks_px[:] = (track.landmarks_px - (180, 130))[..., ::-1] + (180, 100)
    found = pictures(report, drawn_set)
    assert list(found) == ["frames/rep1_SHALLOW.jpg", "frames/rep1_ECCENTRIC_FAST.jpg"]
    pair, single = found["frames/rep1_ECCENTRIC_FAST.jpg"], found["frames/rep1_SHALLOW.jpg"]
    ratio = [picture.shape[1] / picture.shape[0] for picture in (pair, single)]
    assert (ratio[0] > 1.5 * ratio[1]) if tall else (1.5 * ratio[0] < ratio[1])

    end = nearest_row(track.t_s, 0.4)
    assert end is not None
    track.landmarks_px[end] = np.nan  # nobody was found there
    alone = pictures(report, drawn_set)["frames/rep1_ECCENTRIC_FAST.jpg"]
    share = alone.shape[1] / pair.shape[1] if tall else alone.shape[0] / pair.shape[0]
    assert share == pytest.approx(0.5, abs=0.05)


def test_a_phase_that_the_clip_does_not_show_is_shown_by_its_moment(
    drawn_set: Any, build: Any
) -> None:
    rep = build.rep(1, 0.0, faults=[build.fault("ECCENTRIC_FAST", "eccentric_s", 0.2)])
    rep = rep.model_copy(update={"phases": rep.phases.model_copy(update={"eccentric": None})})
    assert len(pictures(build.report(rep), drawn_set)) == 1
