"""From a drawn track of glute-ham raises to verdicts: each fault planted alone is found alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from formcheck.exercises.findings import Reason
from formcheck.exercises.glute_ham_raise_descent import _fastest
from tests.exercises.knee_sets import falling, judge_set
from tests.synthetic import frames
from tests.synthetic_knee import raise_track

NAME = "glute_ham_raise"
TIMES = frames(16.0)
PLANTED: dict[str, dict[str, Any]] = {
    "RANGE_SHORT": {"stretched_deg": 50.0},
    "HIP_BREAK": {"break_deg": 30.0},
    "DROP": {"t_s": TIMES, "way": falling(TIMES)},
    "ECCENTRIC_FAST": {"eccentric_s": 1.8},
    "ECCENTRIC_SLOW": {"eccentric_s": 6.0},
}


def test_a_clean_set() -> None:
    judged = judge_set(NAME, raise_track(3))
    assert judged.codes() == [set()] * 3
    assert judged.summary.score == 100.0
    assert judged.value("knee_flexion_stretched") == pytest.approx(10.0, abs=0.5)
    assert judged.value("knee_range") == pytest.approx(82.0, abs=1.0)
    assert judged.value("hip_break") == pytest.approx(0.0, abs=0.5)
    assert judged.value("break_away") == pytest.approx(0.0, abs=5.0)
    assert judged.value("hand_support") < 0.4
    for name in ("hip_break_at", "break_angle"):
        assert judged.metric(name).reason is Reason.NOT_SHOWN


@pytest.mark.parametrize("code", PLANTED)
@pytest.mark.parametrize("view", [{}, {"facing": "left", "yaw_deg": 15.0, "noise_px": 1.0}])
def test_a_planted_fault_is_found_alone(code: str, view: dict[str, Any]) -> None:
    assert judge_set(NAME, raise_track(2, view=view, **PLANTED[code])).codes() == [{code}] * 2


def test_where_the_hips_break() -> None:
    """They bend from half of the way down on; 15 of 30 degrees are reached at three quarters."""
    judged = judge_set(NAME, raise_track(1, break_deg=30.0))
    assert judged.value("hip_break") == pytest.approx(30.0, abs=0.5)
    assert judged.value("hip_break_at") == pytest.approx(92.0 - 0.75 * 82.0, abs=2.0)


@pytest.mark.parametrize("lost_at", [0.4, 0.5])
def test_where_control_is_lost(lost_at: float) -> None:
    judged = judge_set(NAME, raise_track(2, t_s=TIMES, way=falling(TIMES, lost_at)))
    assert judged.codes()[0] == {"DROP"}
    assert judged.value("break_angle") == pytest.approx(92.0 - lost_at * 82.0, abs=6.0)
    assert judged.value("eccentric_s") == pytest.approx(3.4, abs=0.4)


@pytest.mark.parametrize("settling", [0, 10, 1000])
def test_the_fastest_moments_are_counted_by_the_way_made_in_them(settling: int) -> None:
    """Ten frames at 100 degrees a second, and any number of frames that hardly move."""
    speed = np.concatenate([np.full(10, 100.0), np.full(settling, 0.1), np.full(5, -3.0)])
    assert _fastest(speed) == pytest.approx(100.0, abs=1.0)


def test_a_steady_but_fast_lowering_is_no_drop() -> None:
    judged = judge_set(NAME, raise_track(2, eccentric_s=1.0))
    assert judged.codes() == [{"ECCENTRIC_FAST"}] * 2
    assert judged.value("break_away") == pytest.approx(0.0, abs=15.0)


def test_hands_on_the_floor_take_the_way_up_from_the_hamstrings() -> None:
    judged = judge_set(NAME, raise_track(2, hands="floor"))
    assert judged.value("hand_support") > 0.8
    for name in ("concentric_s", "turnaround_s"):
        assert judged.metric(name).reason is Reason.ASSISTED
        assert judged.metric(name).value is None
    assert judged.metric("eccentric_s").status == "ok"
    assert judged.codes() == [set()] * 2


def test_hips_that_bend_once_the_hands_carry_are_no_fault() -> None:
    bent: dict[str, Any] = {"break_deg": 40.0, "break_from": 0.9}
    assert judge_set(NAME, raise_track(2, hands="floor", **bent)).codes() == [set()] * 2
    assert judge_set(NAME, raise_track(2, **bent)).codes() == [{"HIP_BREAK"}] * 2


def test_the_back_is_not_judged() -> None:
    metric = judge_set(NAME, raise_track(1)).metric("spine_curvature")
    assert (metric.status, metric.reason) == ("not_assessable", Reason.NO_REFERENCE)
