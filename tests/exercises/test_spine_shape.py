from __future__ import annotations

import pytest

from formcheck.exercises.registry import exercise_settings
from formcheck.exercises.spine_shape import own_zero_deg

LIMITS = exercise_settings("romanian_deadlift").measure
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
