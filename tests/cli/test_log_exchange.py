"""``formcheck log export`` and ``import`` as they are typed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from formcheck.cli.main import main
from tests.cli.log_words import logged, said

pytestmark = pytest.mark.usefixtures("log_file")


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_a_log_goes_out_and_in_again(
    a_week: Path, tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target, other = tmp_path / f"log.{suffix}", tmp_path / "other.sqlite3"
    assert said(["export", target], capsys) == f"8 sets written to {target}\n"
    assert said(["import", target, "--log", other], capsys) == "8 sets added\n"
    assert said(["import", target], capsys) == "0 sets added; 8 in the log already\n"
    assert [e.key for e in logged(other)] == [e.key for e in logged(a_week)]


def test_a_table_on_stdout(a_week: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(said(["export", "-"], capsys).splitlines()))
    assert [row["id"] for row in rows] == [str(number) for number in range(1, 9)]


def test_a_misspelt_exercise_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(
        "performed_at,exercise,reps,pattern\n2026-11-23,leg curl,10,\n"
        "2026-11-23,romanian_deadlift,10,\n2026-11-24,leg_curl,9,knee_flexion\n"
    )
    assert main(["log", "import", str(table)]) == 0
    told = capsys.readouterr()
    assert told.out == "3 sets added\n"
    assert told.err == (
        f"formcheck: warning: {table}, line 2: 'leg curl' is no exercise known here and counts in "
        "no pattern; check its spelling\n"
        f"formcheck: warning: {table}, line 4: 'leg_curl' is no exercise known here; check its "
        "spelling\n"
    )


def test_a_wrong_row_keeps_all_out(
    tmp_path: Path, log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("performed_at,exercise,reps\n2026-11-23,x,10\n2026-11-23,x,lots\n")
    assert "line 3, column reps: 'lots' is no whole number" in said(["import", table], capsys, 2)
    assert not log_file.exists()
