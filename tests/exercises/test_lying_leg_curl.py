"""From a drawn track of lying leg curls to verdicts: each fault planted alone is found alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from formcheck.exercises.findings import Reason
from formcheck.exercises.lying_leg_curl import _bend_deg
from formcheck.motion.build import build_signals
from tests.exercises.knee_sets import bouncing, judge_set, judge_signals
from tests.synthetic import frames, min_jerk
from tests.synthetic_knee import lean_track, lying_track

NAME = "lying_leg_curl"
TIMES = frames(13.0, 60)
PLANTED: dict[str, dict[str, Any]] = {
    "RANGE_SHORT": {"bent_deg": 75.0},
    "HIPS_LIFT": {"lift_deg": 20.0},
    "ECCENTRIC_FAST": {"eccentric_s": 1.8},
    "ECCENTRIC_SLOW": {"eccentric_s": 6.0},
}


def test_a_clean_set() -> None:
    judged = judge_set(NAME, lying_track(3))
    assert judged.codes() == [set()] * 3
    assert judged.summary.score == 100.0
    assert judged.value("peak_knee_flexion") == pytest.approx(110.0, abs=0.5)
    assert judged.value("knee_flexion_stretched") == pytest.approx(8.0, abs=0.5)
    assert judged.value("knee_range") == pytest.approx(102.0, abs=1.0)
    assert judged.value("range_shortfall") == pytest.approx(-12.0, abs=0.5)
    assert judged.value("hip_lift") == pytest.approx(0.0, abs=0.5)
    assert judged.value("top_pause_s") == pytest.approx(0.8, abs=0.25)


@pytest.mark.parametrize("code", PLANTED)
@pytest.mark.parametrize("view", [{}, {"facing": "left", "yaw_deg": 15.0, "noise_px": 1.0}])
def test_a_planted_fault_is_found_alone(code: str, view: dict[str, Any]) -> None:
    assert judge_set(NAME, lying_track(2, view=view, **PLANTED[code])).codes() == [{code}] * 2


def test_a_bounce_out_of_the_stretch() -> None:
    codes = judge_set(NAME, lying_track(3, t_s=TIMES, way=bouncing(TIMES))).codes()
    # The last rep leads into no other.
    assert [("BOUNCE" in rep) for rep in codes] == [True, True, False]


def test_a_range_short_at_the_stretched_end() -> None:
    judged = judge_set(NAME, lying_track(2, straight_deg=45.0))
    assert judged.codes() == [{"RANGE_SHORT"}] * 2
    assert judged.value("range_shortfall") == pytest.approx(25.0, abs=1.0)


def test_hips_that_give_a_little_are_no_fault() -> None:
    judged = judge_set(NAME, lying_track(2, lift_deg=6.0))
    assert judged.codes() == [set()] * 2
    assert judged.value("hip_lift") == pytest.approx(6.0, abs=0.5)


def test_how_far_the_hips_rise() -> None:
    """Hips bent by 20 degrees over segments of 1 and 1.18 thighs are 0.19 thighs off the line."""
    judged = judge_set(NAME, lying_track(1, lift_deg=20.0))
    assert judged.value("hip_lift") == pytest.approx(20.0, abs=0.5)
    assert judged.value("hip_rise") == pytest.approx(0.19, abs=0.01)


def test_what_a_rise_of_the_hips_bends_them_by() -> None:
    """The figure of the threshold's source: a tenth of the thigh makes 10.6 degrees."""
    assert _bend_deg(0.1) == pytest.approx(10.6, abs=0.05)
    assert _bend_deg(0.0) == 0.0


@pytest.mark.parametrize(("seen", "codes"), [(1.0, {"HIPS_LIFT"}), (0.3, set())])
def test_hips_that_bend_without_rising_are_doubted(seen: float, codes: set[str]) -> None:
    """Hips bent by 16 degrees are 0.15 thighs off the line; seen nearer to it, one of both lies."""
    signals = build_signals(lying_track(2, lift_deg=16.0))
    legs = signals.legs
    risen = replace(legs, hip_off_line_thighs=seen * legs.hip_off_line_thighs)
    judged = judge_signals(NAME, replace(signals, legs=risen))
    assert judged.value("hip_lift") == pytest.approx(16.0, abs=0.5)
    assert judged.codes() == [codes] * 2


def test_a_hidden_lowering_is_not_timed() -> None:
    judged = judge_set(NAME, lying_track(1, view={"missing_s": [(4.2, 5.8)]}))
    assert judged.metric("eccentric_s").reason is Reason.OCCLUSION
    assert judged.summary.score is None
    assert judged.codes() == [set()]


@pytest.mark.parametrize(("hidden_deg", "doubted"), [(0.0, False), (14.0, True)])
def test_a_knee_that_seems_to_open_late_and_then_briskly_is_doubted(
    hidden_deg: float, doubted: bool
) -> None:
    """Landmarks of a folded knee that stick until so many degrees have passed, and catch up."""
    t_s = frames(9.0)
    legs = [(1.0, 8.0), (1.4, 115.0), (0.6, 115.0), (3.4, 8.0), (2.6, 8.0)]
    knee = min_jerk(t_s, 8.0, legs)
    opened = 115.0 - knee
    late = opened * np.clip(opened / max(hidden_deg, 1e-9) - 1.0, 0.0, 1.0)
    seen = np.where((t_s > 3.0) & (opened < 2.0 * hidden_deg), 115.0 - late, knee)
    judged = judge_set(NAME, lean_track(t_s, 90.0, 90.0, (90.0 + seen,) * 2))
    tempo = judged.metric("eccentric_s")
    assert tempo.value is not None
    assert tempo.uncertainty is not None
    assert (tempo.uncertainty > 0.4) == doubted
    assert abs(tempo.value - 3.4) < 2.0 * tempo.uncertainty
    assert judged.codes() == [set()]
