from __future__ import annotations

import pytest

from formcheck.exercises.message import filled_message
from formcheck.exercises.registry import exercise_names, exercise_settings

TEMPO = "You lowered the weight in {value:.1f} s (take {threshold:g} s or more)."


@pytest.mark.parametrize(
    ("template", "value", "threshold", "sentence"),
    [
        (TEMPO, 1.24, 3.0, "You lowered the weight in 1.2 s (take 3 s or more)."),
        (TEMPO, 2.97, 3.0, "You lowered the weight in 2.97 s (take 3 s or more)."),
        ("{value:.0f} ({threshold:.0f})", 10.4, 10.0, "10.4 (10.0)"),
        ("{value:.0%} of {threshold:.0%}", 0.528, 0.53, "52.8% of 53.0%"),
        ("{value:.2f} thigh lengths", 0.394, 0.40, "0.39 thigh lengths"),
        ("{value}, {threshold}", 1.5, 1.0, "1.5, 1.0"),
        ("{value:.0f} ({threshold:.0f})", 10.0, 10.0, "10.000 (10.000)"),
    ],
)
def test_value_and_threshold_can_be_told_apart(
    template: str, value: float, threshold: float, sentence: str
) -> None:
    assert filled_message(template, value, threshold) == sentence


@pytest.mark.parametrize("name", exercise_names())
def test_every_message_tells_a_value_just_past_its_threshold_from_it(name: str) -> None:
    told = [r for r in exercise_settings(name).faults.values() if "{value" in r.message]
    assert told
    for rule in told:
        sign = 1 if rule.above is not None else -1
        value = rule.threshold + sign * 0.004 * max(1.0, abs(rule.threshold))
        equal = filled_message(rule.message, rule.threshold, rule.threshold)
        assert filled_message(rule.message, value, rule.threshold) != equal
