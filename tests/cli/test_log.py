"""``formcheck log`` as it is typed."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from formcheck.training_log.store import TrainingLog
from tests.cli.log_words import logged, said
from tests.conftest import RunFormcheck
from tests.training_log.making import CURL, MONDAY, a_session
from tests.training_log.test_reading import a_report

pytestmark = pytest.mark.usefixtures("log_file")


def test_a_set_is_added_once(
    report: Path, log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["add", report, "--weight-kg", "60", "--lifter", "Anna", "--at", "2026-11-23 18:00"]
    out = said([*words, "--note", "fine"], capsys)
    assert out.startswith("Added set 1: 2026-11-23 18:00, 2 x Romanian deadlift, 60 kg, score 62")
    assert out.endswith(", Anna (time: as told)\n")
    again = said(["add", report.parent], capsys)
    assert "in the log already as set 1, and not added again" in again
    (entry,) = logged(log_file)
    assert (entry.weight_kg, entry.note, entry.source) == (60.0, "fine", "report")


def test_all_reports_are_added_or_none(
    report: Path, log_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    diary = tmp_path / "diary" / "report.json"
    diary.parent.mkdir()
    diary.write_text("Dear diary")
    assert "no report of formcheck" in said(["add", report, diary], capsys, 2)
    assert not log_file.exists()


def test_a_report_without_a_rep_is_refused(
    report: Path, log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report.write_text(json.dumps(a_report(reps=[])))
    assert "no complete rep" in said(["add", report], capsys, 4)
    assert not log_file.exists()


@pytest.mark.parametrize(
    "words",
    [
        ["add"],
        ["add", "R", "--weight-kg", "-5"],
        ["add", "R", "--weight-kg", "nan"],
        ["add", "R", "--weight-kg", "1001"],
        ["add", "R", "--at", "someday"],
        ["add", "R", "--at", "2999-01-01"],
        ["add", "R", "--lifter", "x" * 61],
        ["add", "R", "--note", "x" * 501],
        ["add", "R", "--log", "."],
        ["edit", "1"],
        ["edit", "1", "--weight-kg", "1e-9"],
        ["edit", "1", "--weight-kg", "5", "--no-weight"],
        ["edit", "7", "--weight-kg", "5"],
        ["edit", "one", "--weight-kg", "5"],
        ["edit", "99999999999999999999", "--note", "x"],
        ["remove", "7"],
        ["remove", "99999999999999999999999"],
        ["remove"],
        ["week", "--of", "monday"],
        ["week", "--of", "0001-01-01"],
        ["week", "--of", "1989-12-31"],
        ["week", "--of", "9999-12-31"],
        ["week", "--lifter", "Ben"],
        ["week", "--log", "gone.sqlite3"],
        ["progress", "--exercise", "squat"],
        ["list", "--last", "0"],
        ["export", "log.xlsx"],
        ["export", "-", "--lifter", "Ben"],
        ["import", "gone.csv"],
    ],
    ids=" ".join,
)
def test_wrong_words_end_in_one_line(
    words: list[str], report: Path, log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said([report if word == "R" else word for word in words], capsys, 2)
    assert not log_file.exists()


def test_a_fresh_log_has_nothing_to_show(
    log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"Nothing is logged yet in {log_file}" in said(["list"], capsys)
    assert "No working set." in said(["week"], capsys)
    assert "No working set" in said(["progress"], capsys)
    assert json.loads(said(["list", "--json"], capsys))["entries"] == []
    assert not log_file.exists()


def test_week(a_week: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(["week", "--of", "2026-11-29"], capsys)
    assert "Week of Mon 23 Nov 2026 to Sun 29 Nov 2026, Anna" in out
    assert "8 working sets (6 hinge, 2 knee flexion), 2 sessions." in out
    assert "! Share of hinge sets: 6 hinge to 2 knee flexion: 1 set " in out
    assert "! Working sets: " in out
    assert "reps a set" in out
    assert "! Reps a set" not in out
    data = json.loads(said(["week", "--of", "2026-11-29", "--json"], capsys))
    assert data["schema"] == "formcheck.log_week/1"
    assert data["totals"]["sets"] == 8
    assert {one["status"] for one in data["targets"]} <= {"below", "within", "above", "unknown"}


def test_a_week_to_come_is_told_as_one(a_week: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(["week", "--of", "9000-01-01"], capsys)
    assert out.splitlines()[0].endswith(", Anna (not begun yet)")
    assert "by Sunday" not in out
    assert json.loads(said(["week", "--of", "9000-01-01", "--json"], capsys))["begun"] is False


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["1", "--weight-kg", "62,5"], "'62,5' is no number; the decimal sign is a point"),
        (["1", "--lifter", "x" * 61], "set 1: lifter has more than 60 letters; nothing was"),
        (["1", "--note", "x" * 501], "set 1: note has more than 500 letters; nothing was"),
        (["one", "--note", "x"], "'one' is no number of a set; formcheck log list shows them"),
        (["1", "--weight-kg", "1001"], "1001"),
    ],
)
def test_what_is_wrong_is_told_in_plain_words(
    a_week: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in said(["edit", *words], capsys, 2)


def test_the_weeks_at_both_ends_can_be_asked_for(
    a_week: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in ("1990-01-01", "9998-12-31"):
        assert "No working set" in said(["week", "--of", day], capsys)


def test_a_number_that_is_too_big_is_one_that_is_not_there(
    a_week: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (2**63 - 1, 2**63, 10**23):
        assert f"no set {number} in " in said(["remove", "1", number], capsys, 2)
    assert len(logged(a_week)) == 8


def test_an_earlier_week_is_empty(a_week: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No working set." in said(["week", "--of", "2020-01-01"], capsys)


def test_progress(a_week: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(["progress", "--exercise", "romanian_deadlift"], capsys)
    assert "Romanian deadlift (hinge), Anna" in out
    assert "Lying leg curl" not in out
    assert "Since Mon 23 Nov 2026: 3 reps more in the first 3 sets at 60 kg." in out
    assert "Next: Stay at 60 kg and add a rep where you can (12, 11, 10 last time)" in out
    data = json.loads(said(["progress", "--json"], capsys))
    assert data["schema"] == "formcheck.log_progress/1"
    assert [one["exercise"] for one in data["exercises"]] == [CURL, "romanian_deadlift"]
    assert data["exercises"][1]["sessions"][1]["change"] == "reps"


def test_an_exercise_that_was_not_done_is_told(
    a_week: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(["progress", "--exercise", "good_morning"], capsys)
    assert told.startswith("No working set of Good morning is in the log; ")


def test_a_long_history_is_shown_from_its_end(
    log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with TrainingLog(log_file) as log:
        for days in range(14):
            log.add(a_session(MONDAY - timedelta(days=days), 10))
    out = said(["progress"], capsys)
    assert "2 sessions before these; --json gives all." in out
    assert "2026-11-23" in out
    assert "2026-11-11" not in out
    (found,) = json.loads(said(["progress", "--json"], capsys))["exercises"]
    assert len(found["sessions"]) == 14


def test_two_lifters_are_not_mixed(
    a_week: Path, report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(["add", report, "--at", "2026-11-24"], capsys)
    told = said(["week"], capsys, 2)
    assert "sets of nobody named (--lifter ''), Anna; say whose" in told
    assert "8 working sets" in said(["week", "--of", "2026-11-24", "--lifter", "Anna"], capsys)
    assert "1 working set " in said(["week", "--of", "2026-11-24", "--lifter", ""], capsys)
    assert len(json.loads(said(["list", "--json"], capsys))["entries"]) == 9


def test_list_shows_the_newest(a_week: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(["list", "--last", "2"], capsys)
    assert out.count("Lying leg curl") == 2
    assert "Romanian deadlift" not in out
    assert "Sets of Anna" in out
    assert "6 sets before these" in out
    data = json.loads(said(["list", "--json"], capsys))
    assert data["schema"] == "formcheck.log_list/1"
    assert len(data["entries"]) == 8


def test_sets_are_edited_and_removed(a_week: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "edit",
        "1",
        "2",
        "--weight-kg",
        "62.5",
        "--warm-up",
        "--note",
        "=cold",
        "--lifter",
        "Ben",
    ]
    out = said([*words, "--at", "2026-11-22 10:00"], capsys)
    assert out.count("62.5 kg, score 95, warm-up, Ben") == 2
    (one, *_) = logged(a_week)
    assert (one.warm_up, one.note, one.lifter) == (True, "=cold", "Ben")
    said(["edit", "1", "--no-weight", "--working"], capsys)
    assert (logged(a_week)[0].weight_kg, logged(a_week)[0].warm_up) == (None, False)
    assert "Removed set 1: " in said(["remove", "1", "2"], capsys)
    assert [entry.id for entry in logged(a_week)] == [3, 4, 5, 6, 7, 8]


def test_a_log_that_is_none_is_told(log_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log_file.write_text("no database at all, but long enough to look at " * 20)
    for words in (["week"], ["progress"], ["list"], ["export", "-"], ["remove", "1"]):
        assert f"{log_file} is no training log" in said(words, capsys, 2)


def test_a_log_of_a_later_formcheck_is_told(
    a_week: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(a_week) as data:
        data.execute("PRAGMA user_version = 99")
    data.close()
    assert "later formcheck" in said(["list"], capsys, 2)


class Narrow(Console):
    """A terminal of 80 columns."""

    def __init__(self) -> None:
        super().__init__(highlight=False, width=80, file=sys.stdout)


@pytest.mark.parametrize("words", [["week", "--of", "2026-11-24"], ["progress"], ["list"]])
def test_tables_fit_80_columns(
    log_file: Path,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    codes = ("SPINE_ROUNDED", "HIPS_NOT_BACK", "ECCENTRIC_FAST", "BOUNCE")
    faults = {"faults": dict.fromkeys(codes, 3), "major_faults": {"BOUNCE": 1}}
    with TrainingLog(log_file) as log:
        for days in (0, 1):
            at = MONDAY + timedelta(days=days)
            log.add(a_session(at, 15, 14, 13, 12, lifter="Maximiliane", weight_kg=112.25, **faults))
    monkeypatch.setattr("formcheck.cli.log.StdoutConsole", Narrow)
    out = said(words, capsys)
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "\u2026" not in out
    assert "112.25" in out
    # Nothing is broken within a word.
    assert re.search(r"Romanian deadlift\b", out)
    assert words[0] != "list" or re.search(r" rounded, hips,", out)
    assert words[0] != "progress" or "15,14,13,12" in out


def test_names_of_all_kinds_are_shown(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(
        ["add", report, "--lifter", 'Sets of [bold]Ñandú\n"O\'N"', "--note", "[red]x[/red]"], capsys
    )
    out = said(["list"], capsys)
    assert 'Sets of [bold]Ñandú "O\'N"' in out
    assert "1: [red]x[/red]" in out


def test_the_time_zone_is_that_of_the_machine(
    run_formcheck: RunFormcheck, report: Path, log_file: Path
) -> None:
    zone = {"TZ": "America/Los_Angeles"}
    done = run_formcheck("log", "add", report, "--at", "2026-11-22 23:30", env=zone)
    assert done.returncode == 0, done.stderr
    (entry,) = logged(log_file)
    assert entry.performed_at.isoformat() == "2026-11-23T07:30:00+00:00"
    week = run_formcheck("log", "week", "--of", "2026-11-22", "--json", env=zone)
    assert json.loads(week.stdout)["totals"]["sets"] == 1
    there = run_formcheck("log", "week", "--of", "2026-11-22", "--json", env={"TZ": "UTC"})
    assert json.loads(there.stdout)["totals"]["sets"] == 0


def test_week_is_this_one_unless_told(a_week: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(said(["week", "--json"], capsys))
    assert data["first_day"] <= date.today().isoformat() <= data["last_day"]
    assert data["over"] is False
