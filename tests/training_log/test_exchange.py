from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from formcheck.errors import OutputError, UsageError
from formcheck.training_log.entry import Entry
from formcheck.training_log.exchange import format_of, read_file, write_file, written
from formcheck.training_log.store import TrainingLog
from formcheck.training_log.times import parse_when
from tests.training_log.making import MONDAY, REST, a_set

FULL = [
    a_set(
        MONDAY, id=7, lifter='Åsa "Ace" O\'Neil', note='first,\nsecond; "third"',
        faults={"BOUNCE": 3, "SHALLOW": 1}, major_faults={"BOUNCE": 1}, weight_kg=62.5,
        not_assessed=("spine_curvature", "hip_travel"),
        clip_sha256="ab" * 32, start_s=1.25, end_s=40.0,
    ),
    a_set(
        MONDAY + REST, id=9, weight_kg=None, score=None, eccentric_s_mean=None,
        time_under_tension_s=None, warm_up=True, source="live",
    ),
]  # fmt: skip


def without_ids(entries: list[Entry]) -> list[Entry]:
    return [entry.model_copy(update={"id": 0}) for entry in entries]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_goes_out_comes_in_again(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"log.{form}"
    write_file(path, written(FULL, form))  # type: ignore[arg-type]
    assert read_file(path) == without_ids(FULL)
    with TrainingLog(tmp_path / "log.sqlite3") as log:
        assert [one.new for one in log.add(read_file(path))] == [True, True]
        assert [one.new for one in log.add(read_file(path))] == [False, False]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''+1", "'quoted'", "plain"]
)
def test_no_cell_is_a_formula_and_every_text_comes_back(tmp_path: Path, text: str) -> None:
    path = tmp_path / "log.csv"
    write_file(path, written([a_set(note=text, lifter=text)], "csv"))
    (row,) = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    assert row["note"][0] not in "=+-@"
    (back,) = read_file(path)
    assert (back.note, back.lifter) == (text, text)


def test_a_table_by_hand_needs_three_columns(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "\ufeffexercise;performed_at;reps;weight_kg;note\n"
        "romanian_deadlift;2026-11-23 18:00+01:00;10;60;a, b\n"
        "romanian_deadlift;2026-11-23 18:00+01:00;10;60;\n"
        ";;;;\n"
        "hip_thrust;2026-11-23;12;;\n",
        encoding="utf-8",
    )
    found = read_file(path)
    assert [one.pattern for one in found] == ["hip_hinge", "hip_hinge", "other"]
    assert found[0].performed_at == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert found[2].performed_at == datetime(2026, 11, 23, 12).astimezone(UTC)
    assert found[2].weight_kg is None
    assert len({one.key for one in found}) == 3
    assert read_file(path) == found


def test_a_day_without_an_hour_is_taken_as_edit_takes_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    days = ("2026-11-22", "20261122", "2026-11-22 00:00")
    path.write_text(
        "performed_at,exercise,reps\n" + "".join(f"{day},hip_thrust,12\n" for day in days)
    )
    noon = parse_when("2026-11-22", datetime(2026, 11, 25, tzinfo=UTC))
    midnight = datetime(2026, 11, 22).astimezone(UTC)
    assert [one.performed_at for one in read_file(path)] == [noon, noon, midnight]


HEAD = "performed_at,exercise,reps,weight_kg,faults\n"
GOOD = "2026-11-23T18:00:00Z,romanian_deadlift,10,60,\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has no column performed_at, exercise, reps"),
        ("performed_at,exercise\n", "has no column reps"),
        (HEAD.replace("faults", "fault"), "column 'fault' is none of the log's"),
        (HEAD.replace("faults", "reps"), "column 'reps' comes twice"),
        (HEAD + GOOD + "2026-11-23,x,ten,60,\n", "line 3, column reps: 'ten' is no whole number"),
        (HEAD + '2026-11-23,x,10,"62,5",\n', "column weight_kg: '62,5' is no number; the decimal"),
        (HEAD + f"2026-11-23,{'x' * 61},10,60,\n", "has more than 60 letters; nothing was"),
        (HEAD + "2026-11-23,x,1001,60,\n", "line 2, column reps: '1001' must be 1000 at most"),
        (HEAD + "1904-01-01,x,10,60,\n", "column performed_at: is before 1990"),
        (
            HEAD + "2026-11-23,x,10,heavy,\n",
            "column weight_kg: 'heavy' is no number; the decimal sign is a point",
        ),
        (HEAD + "2026-11-23,x,10,nan,\n", "line 2, column weight_kg: 'nan' is no number"),
        (HEAD + "2026-11-23,x,10,-5,\n", "line 2, column weight_kg: '-5' must be 0 or more"),
        (
            HEAD + "soon,x,10,60,\n",
            "line 2, column performed_at: 'soon' is no date; give 2026-11-25",
        ),
        (HEAD + "2999-01-01,x,10,60,\n", "line 2, column performed_at: lies ahead"),
        (HEAD + "9999-12-31T23:59-14:00,x,10,60,\n", "line 2, column performed_at: "),
        (HEAD + ",x,10,60,\n", "line 2, column performed_at: is missing"),
        (
            HEAD + "2026-11-23,x,10,60,BOUNCE\n",
            "line 2, column faults: 'BOUNCE' is not of the form",
        ),
        (HEAD + "2026-11-23,x,10,60,BOUNCE=0\n", "column faults: BOUNCE: '0' must be more than 0"),
        (HEAD + "2026-11-23,x,10\n", "line 2: 3 cells under 5 columns"),
        (HEAD + '"2026-11-23,x,10,60,\n', "no CSV table"),
        (HEAD + "2026-11-23,x,10,60," + "y" * 200_000, "no CSV table"),
    ],
)
def test_a_wrong_table_is_told_by_line_and_column(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_file(path)
    assert told in str(caught.value)


def test_more_major_faults_than_faults_are_told_in_their_column(tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(
        "performed_at,exercise,reps,faults,major_faults\n2026-11-23,x,10,BOUNCE=1,BOUNCE=3\n"
    )
    with pytest.raises(UsageError) as caught:
        read_file(path)
    assert str(caught.value) == (
        f"{path}, line 2, column major_faults: BOUNCE is major in 3 reps, but faults has it in 1 "
        "of them; nothing was imported"
    )


def test_a_line_is_that_of_the_file_although_a_note_has_several(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text(
        'performed_at,exercise,reps,note\n2026-11-23,x,10,"one\ntwo\nthree"\n2026-11-23,x,none,\n'
    )
    with pytest.raises(UsageError, match="line 5, column reps"):
        read_file(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not valid JSON"),
        ("[]", "is of schema None"),
        ('{"schema": "formcheck.log/2"}', "is of schema formcheck.log/2, not formcheck.log/1"),
        ('{"schema": "formcheck.report/1"}', "add it with formcheck log add "),
        ('{"schema": "formcheck.log/1", "entries": [1]}', "no list of entries"),
        (
            '{"schema": "formcheck.log/1", "entries": [{}]}',
            "entry 1, column performed_at: is missing",
        ),
    ],
)
def test_wrong_json_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_file(path)
    assert told in str(caught.value)


def test_what_is_no_text_or_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(UsageError, match="no text in UTF-8"):
        read_file(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_file(tmp_path / "gone.csv")


def test_a_long_table(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    entries = [a_set(MONDAY - k * timedelta(hours=7)) for k in range(5_000)]
    write_file(path, written(entries, "csv"))
    assert read_file(path) == entries


def test_json_has_its_schema() -> None:
    data = json.loads(written(FULL, "json"))
    assert data["schema"] == "formcheck.log/1"
    assert data["entries"][0]["performed_at"] == "2026-11-23T18:00:00Z"


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="could not be written"):
        write_file(tmp_path / "gone" / "log.csv", "text")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OutputError):
        write_file(tmp_path / "folder.csv", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_the_name_asks_for_the_format() -> None:
    assert (format_of("a.CSV"), format_of("a.json"), format_of("-")) == ("csv", "json", "csv")
    with pytest.raises(UsageError, match=r"ends in \.csv or \.json"):
        format_of("a.xlsx")
