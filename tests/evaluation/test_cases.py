"""Tables of labels and folders of truth: what is read, and what is refused in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from formcheck.errors import ClipError, FormcheckError, UsageError
from formcheck.evaluation.cases import read_cases
from formcheck.evaluation.evaluate import judgeable
from formcheck.evaluation.truth import read_truth

HEAD = "clip,exercise,reps,view,spine,faults,eccentric_s,notes\n"
GOOD = "a.mp4,romanian_deadlift,3,side,neutral,-,3.1;3.2;3.0,\n"


@pytest.fixture
def table(tmp_path: Path) -> Any:
    def write(text: str, *clips: str) -> Path:
        for name in clips:
            (tmp_path / name).write_bytes(b"clip")
        path = tmp_path / "LABELS.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_line_is_read_whole(table: Any) -> None:
    (case,) = read_cases(table(HEAD + GOOD, "a.mp4"))
    assert (case.exercise, case.reps, case.view, case.spine) == (
        "romanian_deadlift",
        3,
        "side",
        "neutral",
    )
    assert case.faults == frozenset()
    assert case.eccentrics_s == (3.1, 3.2, 3.0)
    assert case.view_band == "side by eye"


def test_an_empty_cell_is_not_labelled(table: Any) -> None:
    (case,) = read_cases(table(HEAD + "a.mp4,none,,,,,,\n", "a.mp4"))
    assert (case.reps, case.view, case.spine, case.faults, case.eccentrics_s) == (None,) * 5


def test_clips_may_lie_elsewhere(table: Any, tmp_path: Path) -> None:
    path = table(HEAD + GOOD)
    folder = tmp_path / "clips"
    folder.mkdir()
    (folder / "a.mp4").write_bytes(b"clip")
    (case,) = read_cases(path, folder)
    assert case.clip == folder / "a.mp4"


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("clip,exercise\n", UsageError, "no column reps, view"),
        (HEAD, UsageError, "no clip in it"),
        (HEAD + GOOD + GOOD, UsageError, "line 3: a.mp4 again"),
        (HEAD + ",none,,,,,,\n", UsageError, "names no clip"),
        (HEAD + "a.mp4,,,,,,,\n", UsageError, "names no exercise"),
        (HEAD + "a.mp4,bench_press,,,,,,\n", UsageError, "exercise 'bench_press' is none of"),
        (HEAD + "a.mp4,none,two,,,,,\n", UsageError, "reps 'two'"),
        (HEAD + "a.mp4,none,,above,,,,\n", UsageError, "view 'above'"),
        (HEAD + "a.mp4,none,,,bent,,,\n", UsageError, "spine 'bent'"),
        (HEAD + "a.mp4,none,,,,ROUND,,\n", UsageError, "unknown fault code 'ROUND'"),
        (HEAD + "a.mp4,none,,,,,soon,\n", UsageError, "eccentric_s 'soon'"),
        (HEAD + "b.mp4,none,,,,,,\n", ClipError, "b.mp4: labelled and not there"),
    ],
)
def test_bad_tables(table: Any, text: str, kind: type[FormcheckError], told: str) -> None:
    path = table(text, "a.mp4")
    with pytest.raises(kind, match=told) as caught:
        read_cases(path)
    assert "\n" not in str(caught.value)


def test_a_picture_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "LABELS.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe\x00")
    with pytest.raises(UsageError):
        read_cases(path)


def test_a_folder_of_clips_with_truth(make: Any, tmp_path: Path) -> None:
    for name in ("b", "a"):
        truth = make.truth(name, yaw_deg=-15.0, split="tune")
        (tmp_path / f"{name}.truth.json").write_text(truth.model_dump_json(by_alias=True))
        (tmp_path / f"{name}.mp4").write_bytes(b"clip")
    cases = read_cases(tmp_path)
    assert [case.name for case in cases] == ["a", "b"]
    assert {case.view_band for case in cases} == {"10-20°"}
    assert {case.split for case in cases} == {"tune"}
    assert cases[0].reps == 3


def test_truth_beside_a_labelled_clip_is_taken(make: Any, table: Any, tmp_path: Path) -> None:
    path = table(HEAD + GOOD.replace(",3,", ",7,"), "a.mp4")
    (tmp_path / "a.truth.json").write_text(make.truth("a").model_dump_json(by_alias=True))
    (case,) = read_cases(path)
    assert case.truth is not None
    assert case.reps == 3


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no clip with a truth file"):
        read_cases(tmp_path)


def test_truth_without_its_clip(make: Any, tmp_path: Path) -> None:
    (tmp_path / "a.truth.json").write_text(make.truth("a").model_dump_json(by_alias=True))
    with pytest.raises(ClipError, match="not there"):
        read_cases(tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "no truth file"),
        ('{"schema": "formcheck.truth/2"}', "no truth file: clip"),
    ],
)
def test_bad_truth(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "a.truth.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=told) as caught:
        read_truth(path)
    assert "\n" not in str(caught.value)


def test_truth_of_a_later_schema(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.truth.json"
    later = make.truth("a", schema="formcheck.truth/99")
    path.write_text(later.model_dump_json(by_alias=True))
    with pytest.raises(UsageError, match="truth/99"):
        read_truth(path)


def test_notes_and_faults_of_the_set_are_no_faults_of_a_rep(make: Any) -> None:
    planted = {"ECCENTRIC_SLOW": [1], "TEMPO_DRIFT": [1], "SQUATTING": [1]}
    truth = make.truth(faults=planted)
    assert truth.faults_of(truth.reps[0]) == {"SQUATTING"}
    assert truth.faults_of(truth.reps[1]) == frozenset()
    assert truth.set_faults == {"TEMPO_DRIFT"}


def test_exercises_that_are_not_judged_are_left_out_with_a_note(
    table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table(
        HEAD + GOOD + "b.mp4,glute_ham_raise,3,,,,,\nc.mp4,none,0,,,,,\n",
        "a.mp4",
        "b.mp4",
        "c.mp4",
    )
    monkeypatch.setattr(
        "formcheck.evaluation.evaluate.exercise_names", lambda: ["romanian_deadlift"]
    )
    cases, notes = judgeable(read_cases(path))
    assert [case.exercise for case in cases] == ["romanian_deadlift", "none"]
    assert notes == ["1 clip of glute_ham_raise left out: this version does not judge it"]
