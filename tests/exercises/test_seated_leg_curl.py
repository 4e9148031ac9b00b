"""From a drawn track of seated leg curls to verdicts: each fault planted alone is found alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from formcheck.motion.build import build_signals
from formcheck.pose.landmarks import Landmark
from tests.exercises.knee_sets import bouncing, judge_set
from tests.synthetic import frames, min_jerk
from tests.synthetic_knee import lean_track, seated_track

NAME = "seated_leg_curl"
TIMES = frames(13.0, 60)
PLANTED: dict[str, dict[str, Any]] = {
    "RANGE_SHORT": {"bent_deg": 70.0},
    "ECCENTRIC_FAST": {"eccentric_s": 1.8},
    "ECCENTRIC_SLOW": {"eccentric_s": 6.0},
}
SHIFTED: dict[str, dict[str, Any]] = {
    "rocks": {"rock_deg": 12.0},
    "slides": {"slide_thighs": 0.2},
}


def test_a_clean_set() -> None:
    judged = judge_set(NAME, seated_track(3))
    assert judged.codes() == [set()] * 3
    assert judged.summary.score == 100.0
    assert judged.value("peak_knee_flexion") == pytest.approx(105.0, abs=0.5)
    assert judged.value("knee_flexion_stretched") == pytest.approx(8.0, abs=0.5)
    assert judged.value("body_shift") == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("code", PLANTED)
@pytest.mark.parametrize("view", [{}, {"facing": "left", "yaw_deg": 15.0, "noise_px": 1.0}])
def test_a_planted_fault_is_found_alone(code: str, view: dict[str, Any]) -> None:
    assert judge_set(NAME, seated_track(2, view=view, **PLANTED[code])).codes() == [{code}] * 2


@pytest.mark.parametrize("how", SHIFTED)
@pytest.mark.parametrize("facing", ["left", "right"])
def test_a_body_that_shifts(how: str, facing: str) -> None:
    judged = judge_set(NAME, seated_track(2, view={"facing": facing}, **SHIFTED[how]))
    assert judged.codes() == [{"HIPS_SHIFT"}] * 2


def test_how_far_a_body_shifts() -> None:
    rocked = judge_set(NAME, seated_track(1, **SHIFTED["rocks"]))
    assert rocked.value("trunk_swing") == pytest.approx(12.0, abs=0.5)
    assert rocked.value("hip_shift") == pytest.approx(0.0, abs=0.01)
    # A trunk of 1.18 thighs.
    assert rocked.value("body_shift") == pytest.approx(1.18 * np.sin(np.radians(12.0)), abs=0.01)
    slid = judge_set(NAME, seated_track(1, **SHIFTED["slides"]))
    assert slid.value("hip_shift") == slid.value("body_shift") == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize(("up_thighs", "codes"), [(-0.25, set()), (0.25, {"HIPS_SHIFT"})])
def test_hips_rise_from_a_seat_but_do_not_sink_into_it(up_thighs: float, codes: set[str]) -> None:
    """Landmarks of both hips that the pad pushes down as the knee bends, or that lift with it."""
    t_s = frames(8.0)
    curled = min_jerk(t_s, 0.0, [(1, 0), (1.3, 1), (0.7, 1), (3.4, 0), (1.6, 0)])
    track = lean_track(t_s, -15.0, -88.0, (-80.0 + 100.0 * curled,) * 2)
    thigh_px = build_signals(track).thigh_px
    hips = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
    track.landmarks_px[:, hips, 1] -= (up_thighs * thigh_px * curled)[:, None].astype(np.float32)
    judged = judge_set(NAME, track)
    assert judged.codes() == [codes]


def test_a_camera_that_pans_slides_nobody() -> None:
    track = seated_track(2)
    track.landmarks_px[..., 0] += (track.t_s * 12.0)[:, None].astype(np.float32)
    judged = judge_set(NAME, track)
    assert judged.codes() == [set()] * 2
    assert judged.value("hip_shift") < 0.05
    still = judge_set(NAME, seated_track(2)).metric("hip_shift")
    assert (judged.metric("hip_shift").uncertainty or 0.0) > (still.uncertainty or 0.0)


def test_an_end_hidden_by_the_roller_is_given_more_room_than_the_peak() -> None:
    judged = judge_set(NAME, seated_track(1, straight_deg=24.0))
    assert judged.metric("range_shortfall").status == "not_assessable"
    assert judged.codes() == [set()]
    assert judge_set(NAME, seated_track(1, bent_deg=84.0)).codes() == [{"RANGE_SHORT"}]


def test_a_bounce_out_of_the_stretch() -> None:
    codes = judge_set(NAME, seated_track(3, t_s=TIMES, way=bouncing(TIMES))).codes()
    assert [("BOUNCE" in rep) for rep in codes] == [True, True, False]
