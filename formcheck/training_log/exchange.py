"""The log as a table or as JSON, out and in again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, ValidationError

from formcheck.errors import OutputError, UsageError
from formcheck.exercises.registry import exercise_pattern
from formcheck.training_log.entry import Entry
from formcheck.training_log.refusal import first_refusal
from formcheck.training_log.targets import LogModel
from formcheck.training_log.times import AHEAD, read_when

SCHEMA: Final = "formcheck.log/1"
_REPORTS: Final = "formcheck.report/"
LIST_SCHEMA: Final = "formcheck.log_list/1"
Format = Literal["csv", "json"]
COLUMNS: Final = tuple(Entry.model_fields)
NEEDED: Final = ("performed_at", "exercise", "reps")
_COUNTS: Final = ("faults", "major_faults")
_TEXTS: Final = ("key", "lifter", "exercise", "note")
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n]")
"""A spreadsheet would compute it. Such a cell gets an apostrophe, which import takes off again."""
_LONGEST_CELL: Final = 100_000
_COUNT: Final = re.compile(r"([A-Za-z0-9_]+)=(\d{1,4})")


class LogFile(LogModel):
    """A log as JSON."""

    schema_: Literal["formcheck.log/1"] = Field(default=SCHEMA, alias="schema")
    entries: list[Entry]


class ListView(LogModel):
    """What ``formcheck log list --json`` prints."""

    schema_: Literal["formcheck.log_list/1"] = Field(default=LIST_SCHEMA, alias="schema")
    entries: list[Entry]


def written(entries: Sequence[Entry], form: Format) -> str:
    """The log as text.

    Args:
        entries: The sets.
        form: ``csv`` (RFC 4180, a header, a row a set) or ``json``.
    """
    if form == "json":
        return LogFile(entries=list(entries)).model_dump_json(by_alias=True, indent=2) + "\n"
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    lines.writerows(_cells(entry) for entry in entries)
    return text.getvalue()


def write_file(path: Path, text: str) -> None:
    """Write a file for its owner's eyes; it appears whole or not at all.

    Raises:
        OutputError: It cannot be written; what was there before is still there.
    """
    partial: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, suffix=".part", delete=False
        ) as file:
            partial = Path(file.name)
            file.write(text)
        partial.replace(path)
    except OSError as error:
        if partial is not None:
            with suppress(OSError):
                partial.unlink()
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"{path} could not be written ({reason}); give another file") from error


def read_file(path: Path) -> list[Entry]:
    """The sets in a file that was exported, or in a table written by hand.

    Raises:
        UsageError: The file cannot be read, or a cell of it makes no sense.
    """
    return [entry for _, entry in read_rows(path)]


def read_rows(path: Path) -> list[tuple[str, Entry]]:
    """The sets in a file, each with the place where it stands: file and line.

    Every row is checked before any is given.

    Raises:
        UsageError: The file cannot be read, or a cell of it makes no sense.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no text in UTF-8; export it again") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{path} cannot be read ({reason})") from error
    rows = _json_rows(path, text) if path.suffix.lower() == ".json" else _csv_rows(path, text)
    return _keyed(rows)


def _cells(entry: Entry) -> list[str]:
    values = entry.model_dump(mode="json")
    return [_cell(name, values[name]) for name in COLUMNS]


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in _COUNTS:
        return ";".join(f"{code}={count}" for code, count in value.items())
    if name == "not_assessed":
        return ";".join(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    text = str(value)
    return f"'{text}" if name in _TEXTS and _FORMULA.match(text) else text


def _csv_rows(path: Path, text: str) -> list[tuple[str, dict[str, Any]]]:
    """Each row with how messages name it."""
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        first = text.split("\n", 1)[0]
        delimiter = ";" if first.count(";") > first.count(",") else ","
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        header = [name.strip() for name in next(lines, [])]
        _check_header(path, header)
        return [
            (f"{path}, line {lines.line_num}", _values(path, header, cells, lines.line_num))
            for cells in lines
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise UsageError(f"{path} is no CSV table: {error}") from error
    finally:
        csv.field_size_limit(before)


def _check_header(path: Path, header: Sequence[str]) -> None:
    missing = [name for name in NEEDED if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    twice = [name for name, count in Counter(header).items() if count > 1]
    if missing:
        raise UsageError(
            f"{path} has no column {', '.join(missing)}; its first line must name the columns as "
            "formcheck log export does"
        )
    if unknown or twice:
        told = ", ".join(repr(name) for name in unknown or twice)
        what = "is none of the log's" if unknown else "comes twice"
        raise UsageError(f"{path}: column {told} {what}; known here: {', '.join(COLUMNS)}")


def _values(path: Path, header: Sequence[str], cells: Sequence[str], line: int) -> dict[str, Any]:
    if len(cells) != len(header):
        raise UsageError(
            f"{path}, line {line}: {len(cells)} cells under {len(header)} columns; "
            "nothing was imported"
        )
    place = f"{path}, line {line}"
    return {
        name: _value(place, name, cell)
        for name, cell in zip(header, cells, strict=True)
        if cell.strip()
    }


def _value(place: str, name: str, cell: str) -> Any:
    """What a cell says; pydantic makes numbers of the texts."""
    if name in _COUNTS:
        found = {}
        for part in filter(None, (one.strip() for one in cell.split(";"))):
            match = _COUNT.fullmatch(part)
            if match is None:
                raise _senseless(place, name, f"{cell!r} is not of the form CODE=2;CODE=1")
            found[match[1]] = int(match[2])
        return found
    if name == "not_assessed":
        return [part.strip() for part in cell.split(";") if part.strip()]
    if name in _TEXTS and cell.startswith("'") and _FORMULA.match(cell):
        return cell[1:]
    return cell if name in _TEXTS else cell.strip()


def _json_rows(path: Path, text: str) -> list[tuple[str, dict[str, Any]]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not valid JSON; export it again") from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if str(schema).startswith(_REPORTS):
        raise UsageError(f"{path} is a report of one set; add it with formcheck log add {path}")
    if schema != SCHEMA:
        raise UsageError(f"{path} is of schema {schema}, not {SCHEMA}; export it again")
    rows = data.get("entries")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UsageError(f"{path} has no list of entries; export it again")
    return [(f"{path}, entry {number}", row) for number, row in enumerate(rows, start=1)]


def _keyed(rows: Iterable[tuple[str, dict[str, Any]]]) -> list[tuple[str, Entry]]:
    """Make entries of rows; one without a key gets that of its content."""
    alike: Counter[str] = Counter()
    latest = datetime.now(UTC) + AHEAD
    entries = []
    for place, given in rows:
        # Numbers belong to the log that they come from.
        values = {name: value for name, value in given.items() if name != "id"}
        if values.get("key") in (None, ""):
            values["key"] = "to be made"
        values.setdefault("pattern", exercise_pattern(str(values.get("exercise", ""))))
        entry = _entry(place, values)
        if entry.performed_at > latest:
            raise _senseless(place, "performed_at", "lies ahead; the log holds what was done")
        if entry.key == "to be made":
            digest = _digest(entry)
            alike[digest] += 1
            entry = entry.model_copy(update={"key": f"import:{digest}:{alike[digest]}"})
        entries.append((place, entry))
    return entries


def _entry(place: str, values: dict[str, Any]) -> Entry:
    try:
        return Entry.model_validate(values | {"performed_at": _with_zone(values)})
    except ValidationError as error:
        first = first_refusal(error)
        name = first.place[0] if first.place else "major_faults"
        within = f"{first.place[1]}: " if len(first.place) > 1 else ""
        shown = "" if first.given is None else f"{first.given} "
        raise _senseless(place, name, f"{within}{shown}{first.words}") from error


def _with_zone(values: dict[str, Any]) -> Any:
    """The time of a set; one without an offset is that of the clock on the wall."""
    text = values.get("performed_at")
    if not isinstance(text, str):
        return None
    try:
        return read_when(text).astimezone()
    except (ValueError, OverflowError, OSError):
        return text


def _senseless(place: str, column: str, what: str) -> UsageError:
    return UsageError(f"{place}, column {column}: {what}; nothing was imported")


def _digest(entry: Entry) -> str:
    """Of what the lifter did: the same row has the same one in every file."""
    parts = (entry.lifter, entry.performed_at.isoformat(), entry.exercise, entry.reps)
    text = json.dumps([*parts, entry.weight_kg, entry.warm_up])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def format_of(target: str) -> Format:
    """The format that a file's name asks for; a table on stdout.

    Raises:
        UsageError: It asks for none.
    """
    suffix = Path(target).suffix.lower()
    if target == "-" or suffix == ".csv":
        return "csv"
    if suffix == ".json":
        return "json"
    raise UsageError(
        f"{target}: give a name that ends in .csv or .json, or - for a table on stdout"
    )
