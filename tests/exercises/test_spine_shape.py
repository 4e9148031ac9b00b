from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from formcheck.exercises.findings import Metric, Reason, RepFindings
from formcheck.exercises.judging import judge_reps
from formcheck.exercises.registry import exercise_settings, get_exercise
from formcheck.exercises.spine_shape import own_zero_deg, upright_back
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


def hollow_above(
    upright_deg: float, whole_deg: float, lower_deg: float, **how: Any
) -> list[Metric]:
    """Backs of three reps, as from ``hollow_reps``."""
    judged = hollow_reps(upright_deg, whole_deg, lower_deg, **how)
    return [{metric.name: metric for metric in rep.metrics}["spine_curvature"] for rep in judged]


def hollow_reps(
    upright_deg: float,
    whole_deg: float,
    lower_deg: float,
    *,
    usable: float = 1.0,
    drawn_back_deg: float = 0.0,
) -> list[RepFindings]:
    """Three reps of a lifter whose outline bends so upright and so in the hinge, where the upper
    half is hollower by so much."""
    signals = build_signals(rdl_track(3))
    upright = signals.trunk_inclination_deg < 20.0
    everywhere = np.ones(len(signals))
    signals = replace(
        signals,
        spine_bend_deg=np.where(upright, upright_deg, whole_deg),
        spine_lumbar_deg=lower_deg * everywhere,
        spine_thoracic_deg=np.where(
            upright, whole_deg - lower_deg + drawn_back_deg, whole_deg - lower_deg
        ),
        spine_usable=np.where(upright, usable, 1.0),
    )
    exercise = get_exercise("romanian_deadlift")
    reps = exercise.find_reps(signals, SETTINGS)
    return judge_reps(reps, exercise.measure(signals, reps, SETTINGS), SETTINGS)


LOST, LOWER = LIMITS["lost_when_flat_deg"], LIMITS["lower_when_flat_deg"]


@pytest.mark.parametrize(
    ("upright", "whole", "lower", "band"),
    [
        (-48.0, -6.0, 10.0, "rounded"),  # rendered women, 20 to 30 degrees past flat
        (-50.0, -28.0, -8.0, "neutral"),  # and flat
        (-50.0, -5.0, -6.0, "neutral"),  # who stands very hollow loses much
        (-20.0, 0.0, 19.0, "neutral"),  # a window that lies low
        (-80.0, -6.0, 10.0, "neutral"),  # what is as hollow as this upright is no back
    ],
)
def test_a_lower_back_that_rounds_below_a_hollow_upper_one(
    upright: float, whole: float, lower: float, band: str
) -> None:
    backs = hollow_above(upright, whole, lower)
    assert {back.band for back in backs} == {band}
    if band == "rounded":
        least = min(whole - upright - LOST, 2.0 * (lower - LOWER))
        assert backs[0].value == pytest.approx(least)
        assert backs[0].remark


def test_the_message_says_what_a_straight_outline_does_not_show() -> None:
    assert "hollow by nature" in hollow_message(-48.0, -6.0, 10.0)
    assert "hollow by nature" not in hollow_message(-20.0, 25.0, 12.0)


def hollow_message(upright_deg: float, whole_deg: float, lower_deg: float) -> str:
    """What is said of the last of three such reps."""
    judged = hollow_reps(upright_deg, whole_deg, lower_deg)
    return next(fault.message for fault in judged[-1].faults if fault.code == "SPINE_ROUNDED")


@pytest.mark.parametrize(("drawn_back_deg", "band"), [(5.0, "rounded"), (15.0, "neutral")])
def test_an_upper_back_that_is_drawn_back_is_not_hollow_by_nature(
    drawn_back_deg: float, band: str
) -> None:
    backs = hollow_above(-48.0, -6.0, 10.0, drawn_back_deg=drawn_back_deg)
    assert {back.band for back in backs} == {band}


def test_without_an_upright_back_there_is_no_change_from_it() -> None:
    assert {back.band for back in hollow_above(-48.0, -6.0, 10.0, usable=0.0)} == {"neutral"}


def test_a_lifter_who_rocks_is_held_against_the_least_hollow_usual_standing() -> None:
    signals = build_signals(rdl_track(3))
    rocking = np.where(np.arange(len(signals)) % 3, -40.0, -10.0)
    found = upright_back(replace(signals, spine_bend_deg=rocking, spine_usable=rocking**0))
    assert found.bend == -10.0
    assert found.error >= 0.0
