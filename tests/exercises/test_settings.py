from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from formcheck.errors import UsageError
from formcheck.exercises.registry import exercise_names, exercise_settings
from formcheck.exercises.settings import FaultRule, Settings

NAME = "romanian_deadlift"
EVERY = pytest.mark.parametrize("name", exercise_names())


def given(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "coach.toml"
    path.write_text(text)
    return path


def test_a_coachs_values_are_laid_over_the_table(tmp_path: Path) -> None:
    path = given(
        tmp_path,
        """
        [romanian_deadlift]
        min_confidence = 0.9
        [romanian_deadlift.measure]
        max_yaw_deg = 30.0
        [romanian_deadlift.faults.SPINE_ROUNDED]
        above = 15.0
        [some_other_exercise]
        nonsense = true
        """,
    )
    base, own = exercise_settings(NAME), exercise_settings(NAME, path)
    assert own.min_confidence == 0.9
    assert own.measure == base.measure | {"max_yaw_deg": 30.0}
    assert own.faults["SPINE_ROUNDED"].above == 15.0
    assert own.faults["SPINE_ROUNDED"].cue == base.faults["SPINE_ROUNDED"].cue
    assert own.faults["SQUATTING"] == base.faults["SQUATTING"]
    assert own.score == base.score


def test_a_rule_may_be_given_a_major_limit(tmp_path: Path) -> None:
    text = "[romanian_deadlift.faults.KNEES_LOCKED]\nmajor_past = 2.0"
    own = exercise_settings(NAME, given(tmp_path, text))
    assert own.faults["KNEES_LOCKED"].major_past == 2.0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[romanian_deadlift]\nmin_confidense = 0.9", "romanian_deadlift.min_confidense"),
        ("[romanian_deadlift.measure]\nmax_jaw_deg = 3.0", "romanian_deadlift.measure.max_jaw_deg"),
        ("[romanian_deadlift.faults.SPINE_BENT]\nabove = 1.0", "faults.SPINE_BENT"),
        ("[romanian_deadlift.faults.SQUATTING]\nmetrik = 'x'", "faults.SQUATTING.metrik"),
        ("[romanian_deadlift]\nmin_confidence = 'high'", "romanian_deadlift.min_confidence"),
        ("[romanian_deadlift]\nmin_confidence = 0.2", "romanian_deadlift.min_confidence"),
        ("[romanian_deadlift]\nmeasure = 3", "romanian_deadlift.measure must be a table"),
        ("[romanian_deadlift.measure]\nmax_yaw_deg = 'far'", "measure.max_yaw_deg"),
        ("[romanian_deadlift.measure]\nmax_yaw_deg = nan", "measure.max_yaw_deg"),
        ("[romanian_deadlift.score]\nminor = -5", "score.minor"),
        ("[romanian_deadlift.faults.SQUATTING]\nabove = 1.0", "faults.SQUATTING"),
        ("[romanian_deadlift.faults.SQUATTING]\ncue = 'a b c d e'", "more than four words"),
        ("[good_morning]\nmin_confidence = 0.9", "no table [romanian_deadlift]"),
        ("romanian_deadlift = 3", "no table [romanian_deadlift]"),
        ("", "no table [romanian_deadlift]"),
        ("[romanian_deadlift\n", "not valid TOML"),
    ],
)
def test_a_senseless_file_is_refused_in_one_line_that_names_it(
    tmp_path: Path, text: str, told: str
) -> None:
    path = given(tmp_path, text)
    with pytest.raises(UsageError) as refused:
        exercise_settings(NAME, path)
    message = str(refused.value)
    assert told in message
    assert str(path) in message
    assert "\n" not in message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml cannot be read"):
        exercise_settings(NAME, tmp_path / "none.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        exercise_settings(NAME, tmp_path)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(UsageError, match="not valid TOML"):
        exercise_settings(NAME, binary)


def rule(**other: Any) -> FaultRule:
    values = {"metric": "m", "above": 1.0, "message": "", "cue": "", "source": ""}
    return FaultRule(**(values | other))


@pytest.mark.parametrize("other", [{"below": 2.0}, {"above": None}], ids=["both", "neither"])
def test_a_rule_has_one_side(other: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="exactly one"):
        rule(**other)


def test_how_far_past_a_threshold() -> None:
    assert rule().past(1.5, 1.0) == 0.5
    assert rule(above=None, below=1.0).past(1.5, 1.0) == -0.5


@EVERY
def test_every_rule_can_be_told_to_a_person(name: str) -> None:
    for code, fault in exercise_settings(name).faults.items():
        assert code == code.upper()
        assert 1 <= len(fault.cue.split()) <= 4, code
        message = fault.message.format(value=1.0, threshold=2.0)
        assert message.endswith("."), code
        assert len(fault.source) > 20, code


@EVERY
def test_major_lies_past_minor(name: str) -> None:
    for code, fault in exercise_settings(name).faults.items():
        if fault.major_past is not None:
            assert fault.past(fault.major_past, fault.threshold) > 0, code


def test_every_rule_is_about_a_metric_that_is_measured(judge: Any, settings: Settings) -> None:
    measured = {metric.name for metric in judge(1).findings[0].metrics}
    assert {fault.metric for fault in settings.faults.values()} <= measured
    assert set(settings.score.needed) <= measured
