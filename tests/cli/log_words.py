"""``formcheck log`` with some words, and what it came to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from formcheck.cli.main import main
from formcheck.training_log.entry import Entry
from formcheck.training_log.store import TrainingLog


def logged(path: Path) -> list[Entry]:
    with TrainingLog(path, create=False) as log:
        return log.entries()


def said(words: list[Any], capsys: pytest.CaptureFixture[str], code: int = 0) -> str:
    assert main(["log", *map(str, words)]) == code
    told = capsys.readouterr()
    if code:
        assert told.err.startswith("formcheck: error: ")
        assert told.err.count("\n") == 1
        return told.err
    assert told.err == ""
    return told.out
