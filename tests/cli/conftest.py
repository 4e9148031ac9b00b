"""A log of the test's own, and what is in it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from formcheck.training_log.store import TrainingLog
from tests.training_log.making import CURL, MONDAY, a_session
from tests.training_log.test_reading import a_report


@pytest.fixture
def log_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log of the test's own."""
    path = tmp_path / "log.sqlite3"
    monkeypatch.setenv("FORMCHECK_LOG", str(path))
    monkeypatch.setenv("COLUMNS", "80")
    return path


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "results" / "report.json"
    path.parent.mkdir()
    path.write_text(json.dumps(a_report()))
    return path


@pytest.fixture
def a_week(log_file: Path) -> Path:
    entries = [
        *a_session(MONDAY, 10, 10, 10, lifter="Anna"),
        *a_session(MONDAY + timedelta(days=2), 12, 11, 10, lifter="Anna"),
        *a_session(MONDAY + timedelta(days=2, hours=1), 9, 9, exercise=CURL, lifter="Anna"),
    ]
    with TrainingLog(log_file) as log:
        log.add(entries)
    return log_file
