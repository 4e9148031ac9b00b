"""One case judged: what is the clip's fault is a row, what is everybody's is an error."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from formcheck.analysis import Analysis
from formcheck.errors import ClipError, FormcheckError, ModelMissingError, NobodyError, UsageError
from formcheck.evaluation.cases import Case
from formcheck.evaluation.judging import DEFECT, judge_case
from formcheck.exercises.registry import exercise_names

CASE = Case(Path("clips/a.mp4"), "a", "romanian_deadlift", 3)


def failing(error: Exception) -> Any:
    def analyse(exercise: str) -> Analysis:
        raise error

    return analyse


@pytest.mark.parametrize(
    ("error", "exit_code", "reps"),
    [
        (NobodyError("clips/a.mp4: no rep\n in it"), 4, 0),
        (ClipError("damaged"), 3, None),
        (ZeroDivisionError("by zero"), DEFECT, None),
    ],
)
def test_a_clip_that_fails_is_a_row(error: Exception, exit_code: int, reps: int | None) -> None:
    outcome = judge_case(CASE, failing(error))
    assert (outcome.exit_code, outcome.found_reps, outcome.report) == (exit_code, reps, None)
    assert outcome.reason
    assert "\n" not in outcome.reason
    assert "clips" not in outcome.reason


@pytest.mark.parametrize("error", [ModelMissingError("no model"), UsageError("no such exercise")])
def test_what_would_befall_every_clip_is_an_error(error: FormcheckError) -> None:
    with pytest.raises(type(error)):
        judge_case(CASE, failing(error))


def test_no_exercise_is_judged_as_each_of_them_and_the_worst_counts(make: Any) -> None:
    asked = []
    truth = make.truth()

    def analyse(exercise: str) -> Any:
        asked.append(exercise)
        if exercise == "romanian_deadlift":
            from tests.report.conftest import a_track, some_signals

            times = [0.0, 0.1, 0.2]
            return Analysis(make.report(truth), some_signals(times), a_track(times))
        raise NobodyError("no rep")

    outcome = judge_case(replace(CASE, exercise="none", reps=0), analyse)
    assert asked == exercise_names()
    assert outcome.found_reps == 3


def test_auto_is_asked_once(make: Any) -> None:
    asked = []

    def analyse(exercise: str) -> Any:
        asked.append(exercise)
        raise NobodyError("which exercise is it?")

    assert judge_case(CASE, analyse, auto=True).found_reps == 0
    assert asked == ["auto"]
