from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from formcheck.training_log.entry import Entry, plain_name, plain_note
from tests.training_log.making import MONDAY, a_set


def test_time_is_kept_in_utc_to_the_second() -> None:
    there = datetime(2026, 11, 23, 20, 30, 15, 700_000, tzinfo=timezone(timedelta(hours=2)))
    entry = a_set(there)
    assert entry.performed_at == datetime(2026, 11, 23, 18, 30, 15, tzinfo=UTC)
    assert entry.model_dump(mode="json")["performed_at"] == "2026-11-23T18:30:15Z"
    assert Entry.model_validate_json(entry.model_dump_json()) == entry


@pytest.mark.parametrize(
    "wrong",
    [
        {"performed_at": datetime(2026, 11, 23)},
        {"performed_at": datetime(1904, 1, 1, tzinfo=UTC)},
        {"reps": 0},
        {"weight_kg": -1.0},
        {"weight_kg": float("nan")},
        {"weight_kg": 1e-9},
        {"score": 101.0},
        {"faults": {"BOUNCE": 0}},
        {"faults": {"BOUNCE": 1}, "major_faults": {"BOUNCE": 2}},
        {"major_faults": {"BOUNCE": 1}},
        {"exercise": " "},
        {"faults": {"=HYPERLINK(1)": 1}},
        {"not_assessed": ["-1+1"]},
        {"lifter": "x" * 61},
        {"clip_sha256": "abc"},
        {"bench": "press"},
    ],
    ids=lambda wrong: "+".join(wrong),
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    values = a_set().model_dump() | wrong
    with pytest.raises(ValidationError):
        Entry.model_validate(values)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Anna \n Maria ", "Anna Maria"),
        ("Jose\u0301", "José"),
        ('O\'Brien "Bob"', 'O\'Brien "Bob"'),
        ("\x1b[31mred", "[31mred"),
        ("right\u202eleft", "right left"),
        ("李雷", "李雷"),
    ],
)
def test_names_are_one_line_in_one_spelling(text: str, name: str) -> None:
    assert plain_name(text) == name
    assert a_set(lifter=text).lifter == name


def test_a_weight_is_kept_to_the_gram() -> None:
    given = (62.50049, 0.0, 0.0006, 1000.0, None)
    assert [a_set(weight_kg=kg).weight_kg for kg in given] == [62.5, 0.0, 0.001, 1000.0, None]


def test_a_note_keeps_its_lines_and_loses_what_a_terminal_obeys() -> None:
    assert plain_note("felt\r\nheavy\x07 \x1b[2J") == "felt\nheavy   [2J"
    assert a_set(MONDAY, note=" a\rb ").note == "a\nb"
