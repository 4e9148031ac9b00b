from __future__ import annotations

from dataclasses import replace

import pytest

from formcheck.exercises.findings import Reason
from formcheck.exercises.judging import judge_reps
from formcheck.exercises.registry import exercise_settings, get_exercise
from formcheck.exercises.spine_shape import own_zero_deg
from formcheck.motion.build import build_signals
from tests.synthetic import rdl_track

SETTINGS = exercise_settings("romanian_deadlift")
LIMITS = SETTINGS.measure
FLAT_FROM = LIMITS["flat_back_from_deg"]


def test_a_flat_back_is_its_own_zero() -> None:
    assert own_zero_deg([0.0, 2.0, 5.0, 20.0], LIMITS) == 0.0


def test_a_hollow_back_is_compared_with_its_own_three_flattest_reps() -> None:
    assert own_zero_deg([-30.0, -20.0, -10.0, 4.0], LIMITS) == pytest.approx(-20.0 - FLAT_FROM)


def test_two_reps_are_a_neutral_and_one_is_none() -> None:
    nan = float("nan")
    assert own_zero_deg([-30.0, -26.0, nan], LIMITS) == pytest.approx(-28.0 - FLAT_FROM)
    assert own_zero_deg([-30.0, nan], LIMITS) == 0.0


def test_a_back_more_hollow_than_any_flat_one_is_no_neutral() -> None:
    assert own_zero_deg([-70.0, -68.0, -66.0], LIMITS) == 0.0
    assert own_zero_deg([-70.0, -30.0, -28.0], LIMITS) == pytest.approx(-29.0 - FLAT_FROM)


def test_an_exercise_whose_backs_are_not_judged_has_no_zero() -> None:
    assert own_zero_deg([-30.0, -30.0, -30.0], {}) == 0.0


@pytest.mark.parametrize(("extra_deg", "refused"), [(-12.0, False), (0.0, False), (20.0, True)])
def test_halves_that_do_not_add_up_are_no_back(extra_deg: float, refused: bool) -> None:
    signals = build_signals(rdl_track(2, spine_deg=8.0))
    signals = replace(signals, spine_bend_deg=signals.spine_bend_deg + extra_deg)
    exercise = get_exercise("romanian_deadlift")
    reps = exercise.find_reps(signals, SETTINGS)
    for metrics in exercise.measure(signals, reps, SETTINGS):
        back = next(metric for metric in metrics if metric.name == "spine_curvature")
        assert (back.reason is Reason.OCCLUSION) is refused


@pytest.mark.parametrize(
    ("lower_deg", "upper_deg", "band"),
    [
        (2.0, 12.0, "uncertain"),  # as backs that are round by nature read
        (7.0, 7.0, "rounded"),
        (2.0, 18.0, "rounded"),
        (2.0, 4.0, "neutral"),
    ],
)
def test_an_upper_half_alone_must_bend_more_than_those_that_are_round_by_nature(
    lower_deg: float, upper_deg: float, band: str
) -> None:
    signals = build_signals(rdl_track(2))
    signals = replace(
        signals,
        spine_bend_deg=0.0 * signals.spine_bend_deg + lower_deg + upper_deg,
        spine_lumbar_deg=0.0 * signals.spine_lumbar_deg + lower_deg,
        spine_thoracic_deg=0.0 * signals.spine_thoracic_deg + upper_deg,
    )
    exercise = get_exercise("romanian_deadlift")
    reps = exercise.find_reps(signals, SETTINGS)
    for rep in judge_reps(reps, exercise.measure(signals, reps, SETTINGS), SETTINGS):
        back = next(metric for metric in rep.metrics if metric.name == "spine_curvature")
        assert back.band == band
