from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from formcheck.errors import NobodyError, UsageError
from formcheck.training_log.judged import Said
from formcheck.training_log.reading import read_report

WRITTEN_S = 1_700_000_000


def a_rep(start_s: float, complete: bool = True, *faults: tuple[str, str]) -> dict[str, Any]:
    return {
        "complete": complete,
        "start_s": start_s,
        "end_s": start_s + 5.0,
        "faults": [{"code": code, "severity": severity} for code, severity in faults],
    }


def a_report(**other: Any) -> dict[str, Any]:
    reps = [
        a_rep(0.0, False),
        a_rep(5.0, True, ("BOUNCE", "major"), ("BOUNCE", "minor"), ("ECCENTRIC_SLOW", "note")),
        a_rep(10.0, True, ("BOUNCE", "minor"), ("SHALLOW", "major")),
    ]
    values: dict[str, Any] = {
        "schema": "formcheck.report/1",
        "clip": {"path": "/gone/set.mp4", "sha256": "ab" * 32, "duration_s": 20.0},
        "exercise": {"name": "romanian_deadlift", "confidence": 1.0},
        "reps": reps,
        "set": {
            "rep_count": 2,
            "score": 62.5,
            "eccentric_s_mean": 3.12345,
            "time_under_tension_s": 9.0,
            "faults": {"BOUNCE": 2, "SHALLOW": 1},
            "not_assessed": [
                {"metric": "spine_curvature", "reason": "view"},
                {"metric": "spine_curvature", "reason": "occlusion"},
            ],
        },
    }
    return values | other


@pytest.fixture
def put(tmp_path: Path) -> Any:
    def put(data: Any) -> Path:
        path = tmp_path / "report.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        os.utime(path, (WRITTEN_S, WRITTEN_S))
        return path

    return put


def test_a_report_becomes_a_set(put: Any) -> None:
    said = Said("Anna", 60.0, False, "fine")
    read = read_report(put(a_report()), said)
    entry = read.entry
    assert (entry.lifter, entry.weight_kg, entry.note) == ("Anna", 60.0, "fine")
    assert (entry.exercise, entry.pattern, entry.reps) == ("romanian_deadlift", "hip_hinge", 2)
    assert (entry.score, entry.eccentric_s_mean, entry.time_under_tension_s) == (62.5, 3.123, 9.0)
    assert entry.faults == {"BOUNCE": 2, "SHALLOW": 1}
    assert entry.major_faults == {"BOUNCE": 1, "SHALLOW": 1}
    assert entry.not_assessed == ("spine_curvature",)
    assert (entry.start_s, entry.end_s) == (5.0, 15.0)
    assert entry.key == f"clip:{'ab' * 32}:romanian_deadlift:5.00"
    assert entry.performed_at == datetime.fromtimestamp(WRITTEN_S, UTC)
    assert "for want of the clip" in read.known_from


def test_a_folder_stands_for_the_report_in_it(put: Any) -> None:
    assert read_report(put(a_report()).parent, Said()).entry.reps == 2


def test_what_is_told_goes_before_the_file(put: Any) -> None:
    when = datetime(2026, 11, 20, 12, tzinfo=UTC)
    read = read_report(put(a_report()), Said(performed_at=when))
    assert (read.entry.performed_at, read.known_from) == (when, "as told")


def test_a_report_of_a_later_formcheck_may_hold_more(put: Any) -> None:
    report = a_report(mood="good")
    report["set"]["velocity"] = 1.0
    assert read_report(put(report), Said()).entry.reps == 2


def test_without_a_complete_rep_there_is_no_set(put: Any) -> None:
    report = a_report(reps=[a_rep(0.0, False)])
    with pytest.raises(NobodyError, match="no complete rep"):
        read_report(put(report), Said())


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("Dear diary", "is no report of formcheck"),
        ("[1, 2]", "is no report of formcheck"),
        ("[" * 100_000, "is no report of formcheck"),
        ({"schema": "formcheck.exercises/1"}, "is no report of formcheck"),
        (a_report(schema="formcheck.report/2"), "is of schema formcheck.report/2"),
        (a_report(schema=7), "is no report of formcheck"),
        (a_report(reps="none"), "is damaged: reps"),
        (a_report(clip={"path": "a", "sha256": "zz", "duration_s": 1}), "makes no sense as a set"),
    ],
)
def test_what_is_no_report_is_told(put: Any, data: Any, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_report(put(data), Said())
    assert told in str(caught.value)


def test_what_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        read_report(tmp_path / "gone.json", Said())
    with pytest.raises(UsageError, match=r"report\.json does not exist"):
        read_report(tmp_path, Said())
    (tmp_path / "report.json").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(UsageError, match="no report"):
        read_report(tmp_path, Said())
