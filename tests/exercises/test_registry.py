from __future__ import annotations

from pathlib import Path

import pytest

from formcheck.exercises.registry import (
    exercise_names,
    exercise_settings,
    get_exercise,
    register_exercise,
)

PROJECT = Path(__file__).resolve().parents[2]
EVERY = pytest.mark.parametrize("name", exercise_names())


def test_the_romanian_deadlift_is_there() -> None:
    assert "romanian_deadlift" in exercise_names()


@EVERY
def test_an_exercise_has_its_file_its_thresholds_and_its_tests(name: str) -> None:
    folder = PROJECT / "formcheck" / "exercises"
    assert (folder / f"{name}.py").is_file()
    assert (folder / f"{name}.toml").is_file()
    assert (Path(__file__).parent / f"test_{name}.py").is_file()
    assert exercise_settings(name).faults


@EVERY
def test_an_exercise_has_its_place_in_the_documents(name: str) -> None:
    own, shared = PROJECT / "docs" / f"{name}.md", PROJECT / "docs" / "exercises.md"
    pages = [page for page in (own, shared) if page.is_file()]
    assert any(name in page.read_text(encoding="utf-8") for page in pages)


@EVERY
def test_an_exercise_answers_what_is_asked_of_it(name: str) -> None:
    exercise = get_exercise(name)
    assert callable(exercise.find_reps)
    assert callable(exercise.measure)


def test_names_are_taken_once() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register_exercise("romanian_deadlift")(type("Other", (), {"__module__": __name__}))


def test_unknown_names() -> None:
    with pytest.raises(KeyError):
        get_exercise("bench_press")
    with pytest.raises(KeyError):
        exercise_settings("bench_press")
