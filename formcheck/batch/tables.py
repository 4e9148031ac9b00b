"""The tables of a batch: ``tables/*.parquet``, ``summary.csv``; the same clips, the same bytes.

Every table is made anew from the journal, clip by clip in order of their names, and takes the
place of the one before in one step.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final

from formcheck.batch.clips import shown
from formcheck.batch.columns import (
    FAULT_COLUMNS,
    SET_COLUMNS,
    Columns,
    Row,
    carried_cells,
    carried_kinds,
    fault_rows,
    rep_columns,
    rep_rows,
    set_row,
)
from formcheck.batch.entry import Entry
from formcheck.batch.extra import need
from formcheck.batch.journal import SCHEMA, Journal
from formcheck.batch.places import replacing, report_folder
from formcheck.report.tables import cell

FOLDER: Final = "tables"
SUMMARY: Final = "summary.csv"
ROWS_A_GROUP: Final = 20_000
"""Rows of a Parquet row group: a few megabytes, read and written in one go."""
_LINK: Final[Columns] = {"report": "text"}
_SUMMARY: Final = (
    "clip",
    "exercise",
    "state",
    "rep_count",
    "score",
    "eccentric_s_mean",
    "fault_counts",
    "reason",
)


def write_tables(journal: Journal, folder: Path) -> Counter[str]:
    """Write all tables of the run.

    Args:
        journal: The journal.
        folder: The results folder.

    Returns:
        How many clips ended in each state.

    Raises:
        OSError: A table cannot be written.
        UsageError: A carried column has the name of one of ours.
    """
    reps = rep_columns()
    names: list[str] = journal.noted("carried") or []
    tables = (SET_COLUMNS, reps, FAULT_COLUMNS, _LINK)
    kinds = carried_kinds(names, journal.carried(), tables) if names else {}
    counts: Counter[str] = Counter()
    (folder / FOLDER).mkdir(exist_ok=True)
    with ExitStack() as stack:
        sets_to = stack.enter_context(
            _parquet(folder / FOLDER / "sets.parquet", SET_COLUMNS | kinds)
        )
        reps_to = stack.enter_context(_parquet(folder / FOLDER / "reps.parquet", reps | kinds))
        faults_to = stack.enter_context(
            _parquet(folder / FOLDER / "faults.parquet", FAULT_COLUMNS | kinds)
        )
        summary = stack.enter_context(replacing(folder / SUMMARY))
        text = io.TextIOWrapper(summary, encoding="utf-8", newline="", write_through=True)
        # Closed by its own block before the file takes its place.
        stack.callback(text.detach)
        lines = csv.writer(text)
        lines.writerow([*_SUMMARY, *kinds, "report"])
        for entry in journal.entries():
            if entry.state is None:
                continue
            counts[entry.state] += 1
            carried = carried_cells(entry.clip.carried, kinds)
            row = set_row(entry)
            sets_to.add(row | carried)
            reps_to.add(*(one | carried for one in rep_rows(entry)))
            faults_to.add(*(one | carried for one in fault_rows(entry)))
            lines.writerow(_summary_line(entry, row, kinds))
    return counts


def check_names(names: Sequence[str]) -> None:
    """See that columns carried over from a manifest have names of their own.

    Raises:
        UsageError: One has the name of one of ours.
    """
    carried_kinds(names, [], (SET_COLUMNS, rep_columns(), FAULT_COLUMNS, _LINK))


def _summary_line(entry: Entry, row: Row, kinds: Columns) -> list[str]:
    digits = {"score": 1, "eccentric_s_mean": 3}
    cells = [
        cell(row[name], digits[name]) if name in digits else str(row[name] or "")
        for name in _SUMMARY
    ]
    if row["rep_count"] is not None:
        cells[_SUMMARY.index("rep_count")] = str(row["rep_count"])
    # As it was given: 062 may be a name and not the number 62.
    cells += [entry.clip.carried.get(name, "") for name in kinds]
    link = f"{report_folder(entry.clip.name)}/report.html" if entry.reported else ""
    return [shown(text) for text in [*cells, link]]


class _Rows:
    """Collects rows and writes them in groups of one size, so that the bytes do not vary."""

    def __init__(self, file: IO[bytes], columns: Columns) -> None:
        arrow, parquet = need("pyarrow"), need("pyarrow.parquet")
        kinds = {
            "text": arrow.string(),
            "real": arrow.float64(),
            "whole": arrow.int64(),
            "flag": arrow.bool_(),
            "texts": arrow.list_(arrow.string()),
        }
        fields = [arrow.field(name, kinds[kind]) for name, kind in columns.items()]
        self._schema = arrow.schema(fields, metadata={"formcheck.schema": SCHEMA})
        self._table = arrow.Table
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[Row] = []

    def add(self, *rows: Row) -> None:
        for row in rows:
            self._rows.append(row)
            if len(self._rows) == ROWS_A_GROUP:
                self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._table.from_pylist(self._rows, schema=self._schema))
            self._rows.clear()


@contextmanager
def _parquet(path: Path, columns: Columns) -> Iterator[_Rows]:
    with replacing(path) as file:
        rows = _Rows(file, columns)
        try:
            yield rows
        finally:
            rows.close()
