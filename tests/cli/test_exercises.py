from __future__ import annotations

import json

import pytest

from formcheck.cli.exercises import described_exercises
from formcheck.cli.main import main
from formcheck.exercises import registry
from formcheck.exercises.registry import exercise_names, exercise_settings


def test_every_exercise_metric_and_threshold_is_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["exercises"]) == 0
    out = capsys.readouterr().out
    for name in exercise_names():
        assert f"{name} (" in out
        for code, rule in exercise_settings(name).faults.items():
            assert code in out
            assert rule.cue in out
            assert f"{rule.threshold:g}" in out


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exercises", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["schema"] == "formcheck.exercises/1"
    assert listed["exercises"] == described_exercises()
    deadlift = next(one for one in listed["exercises"] if one["name"] == "romanian_deadlift")
    assert deadlift["view"] == "side"
    assert deadlift["pattern"] == "hip_hinge"
    drift = next(one for one in deadlift["metrics"] if one["name"] == "wrist_to_leg")
    assert drift["unit"] == "thigh lengths"
    assert [(rule["code"], rule["side"]) for rule in drift["faults"]] == [("BAR_DRIFT", "above")]


def test_a_package_that_cannot_be_loaded_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(registry._BROKEN, "thrusts", "thrusts: ImportError: no hips")
    assert main(["exercises"]) == 0
    told = capsys.readouterr()
    assert "romanian_deadlift" in told.out
    assert told.err == (
        "formcheck: error: the exercise package 'thrusts' could not be loaded and is left out "
        "(thrusts: ImportError: no hips)\n"
    )
