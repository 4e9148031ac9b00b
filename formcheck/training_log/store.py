"""The log on disk: one SQLite file that a lifter can copy, move and keep.

With a rollback journal and not in WAL mode: a log is written a few times a day, often lies in a
folder that is synchronised, and must be readable where nothing may be written. It is then always
one file, and whole at every moment. Two who write at the same time wait for each other.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from platformdirs import user_data_path
from pydantic import ValidationError

from formcheck.errors import FormcheckError, OutputError, UsageError
from formcheck.training_log.entry import LEAST_KG, Entry
from formcheck.training_log.refusal import first_refusal
from formcheck.transaction import together

LOG_VARIABLE: Final = "FORMCHECK_LOG"
APPLICATION: Final = 0x46434C47
"""Written into the header: ``FCLG``. Tells a log from any other SQLite file."""
WAIT_S: Final = 10.0
"""So long a writer waits for another; a write takes milliseconds."""
_MIGRATIONS: Final = (
    (
        """
        CREATE TABLE sets (
          id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, lifter TEXT NOT NULL,
          performed_at TEXT NOT NULL, exercise TEXT NOT NULL, pattern TEXT NOT NULL,
          reps INTEGER NOT NULL, weight_kg REAL, warm_up INTEGER NOT NULL, score REAL,
          eccentric_s_mean REAL, time_under_tension_s REAL, faults TEXT NOT NULL,
          major_faults TEXT NOT NULL, not_assessed TEXT NOT NULL, source TEXT NOT NULL,
          note TEXT NOT NULL, clip_sha256 TEXT, start_s REAL, end_s REAL
        )
        """,
        """
        CREATE TABLE recordings (
          clip_sha256 TEXT NOT NULL, id INTEGER NOT NULL, start_s REAL NOT NULL,
          end_s REAL NOT NULL, PRIMARY KEY (clip_sha256, id)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX sets_by_time ON sets (performed_at)",
        "CREATE INDEX sets_by_clip ON sets (clip_sha256)",
    ),
)
"""What leads from each version of the tables to the next; never changed, only added to."""
VERSION: Final = len(_MIGRATIONS)
_MOST_ID: Final = 2**63 - 1
"""SQLite numbers no row higher, and cannot be asked for one that is."""
_COLUMNS: Final = tuple(name for name in Entry.model_fields if name != "id")
_JSON: Final = ("faults", "major_faults", "not_assessed")
_INSERT: Final = (
    f"INSERT INTO sets ({', '.join(_COLUMNS)}) "
    f"VALUES ({', '.join(':' + name for name in _COLUMNS)})"
)
_SAME_SET: Final = """
SELECT * FROM sets WHERE key = :key
  OR (clip_sha256 = :clip_sha256 AND start_s < :end_s AND end_s > :start_s)
  OR id IN (SELECT id FROM recordings
    WHERE clip_sha256 = :clip_sha256 AND start_s < :end_s AND end_s > :start_s)
ORDER BY performed_at, id
"""
_NO_LOG: Final = "give another file with --log"
_WAITING: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_FORBIDDEN: Final = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an entry.

    Attributes:
        entry: It, as it is in the log.
        there: The sets that were in the log already and are the same; empty when it is new.
    """

    entry: Entry
    there: tuple[Entry, ...] = ()

    @property
    def new(self) -> bool:
        """Whether it was added."""
        return not self.there


def log_path(given: Path | None = None) -> Path:
    """Where the log is: the file given, else ``FORMCHECK_LOG``, else the user's data folder."""
    if given is not None:
        return given
    named = os.environ.get(LOG_VARIABLE)
    return Path(named) if named else user_data_path("formcheck", appauthor=False) / "log.sqlite3"


class TrainingLog:
    """A log, open; used in one thread.

    Args:
        path: The file; begun where there is none, for its owner's eyes alone.
        create: Whether a log may be begun; if not, one that is not there is empty.

    Raises:
        UsageError: What is there is no log, one of a later formcheck, or damaged; or the place
            cannot be used.
        OutputError: It cannot be written now; so may any method.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.path = path
        begun = False
        with self._errors():
            there = path.exists()
            if there and not path.is_file():
                raise UsageError(f"{path} is no file; {_NO_LOG}")
            if create and not there:
                begun = _begin(path)
            place = path if there or create else ":memory:"
            self._data = sqlite3.connect(place, isolation_level=None, timeout=WAIT_S)
            self._data.row_factory = sqlite3.Row
        try:
            with self._errors():
                self._check()
        except BaseException:
            self.close()
            if begun:
                _take_back(path)
            raise

    def __enter__(self) -> TrainingLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._data.close()

    def add(self, entries: Sequence[Entry]) -> list[Added]:
        """Add sets, all or none; one that is in the log already is left as it is.

        The same is a set with the same key, and one that shows a part of the same clip.
        """
        with self._errors(), together(self._data):
            return [self._add(entry) for entry in entries]

    def change(self, ids: Sequence[int], **fields: object) -> list[Entry]:
        """Change fields of some sets, all or none; gives them as they are then.

        Raises:
            UsageError: One of them is not there, or would make no sense.
        """
        with self._errors(), together(self._data):
            changed = [_with(self._one(number), fields) for number in ids]
            marks = ", ".join(f"{name} = :{name}" for name in _COLUMNS)
            for entry in changed:
                values = _row_of(entry) | {"id": entry.id}
                self._data.execute(f"UPDATE sets SET {marks} WHERE id = :id", values)
        return changed

    def remove(self, ids: Sequence[int]) -> list[Entry]:
        """Remove sets, all or none; gives what they were.

        Raises:
            UsageError: One of them is not there.
        """
        with self._errors(), together(self._data):
            gone = [self._one(number) for number in dict.fromkeys(ids)]
            for table in ("sets", "recordings"):
                self._data.executemany(
                    f"DELETE FROM {table} WHERE id = ?", [(entry.id,) for entry in gone]
                )
        return gone

    def shown_by(self, ids: Sequence[int], clip_sha256: str, from_s: float) -> None:
        """Tell of live sets that a recording shows them.

        Args:
            ids: Their numbers; one that is gone is left aside.
            clip_sha256: Checksum of the recording.
            from_s: Where the recording begins, on the clock of the sets.
        """
        with self._errors(), together(self._data):
            values = [(clip_sha256, from_s, from_s, number) for number in ids]
            # A played clip has shown them before.
            self._data.executemany(
                "INSERT OR REPLACE INTO recordings SELECT ?, id, start_s - ?, end_s - ? FROM sets"
                " WHERE id = ? AND clip_sha256 IS NOT NULL",
                values,
            )
            self._data.executemany(
                "UPDATE sets SET clip_sha256 = ?, start_s = start_s - ?, end_s = end_s - ?"
                " WHERE id = ? AND clip_sha256 IS NULL",
                values,
            )

    def entries(self, lifter: str | None = None) -> list[Entry]:
        """Sets in the order in which they were done.

        Args:
            lifter: Whose; ``None`` for everybody's.
        """
        with self._errors():
            found = self._data.execute(
                "SELECT * FROM sets WHERE :lifter IS NULL OR lifter = :lifter"
                " ORDER BY performed_at, id",
                {"lifter": lifter},
            )
            return [self._entry(row) for row in found]

    def lifters(self) -> list[str]:
        """Whose sets are in the log; an empty name for sets of nobody named."""
        with self._errors():
            found = self._data.execute("SELECT DISTINCT lifter FROM sets ORDER BY lifter")
            return [str(row[0]) for row in found]

    def _add(self, entry: Entry) -> Added:
        row = _row_of(entry)
        there = tuple(self._entry(one) for one in self._data.execute(_SAME_SET, row))
        if there:
            return Added(there[0], there)
        number = self._data.execute(_INSERT, row).lastrowid
        return Added(entry.model_copy(update={"id": number}))

    def _one(self, number: int) -> Entry:
        asked = (min(number, _MOST_ID),)
        row = self._data.execute("SELECT * FROM sets WHERE id = ?", asked).fetchone()
        if row is None or row["id"] != number:
            raise UsageError(
                f"no set {number} in {self.path}; nothing was changed (formcheck log list)"
            )
        return self._entry(row)

    def _entry(self, row: sqlite3.Row) -> Entry:
        values = {name: row[name] for name in ("id", *_COLUMNS)}
        try:
            for name in _JSON:
                values[name] = json.loads(values[name])
            if values["weight_kg"]:
                # Logs of before weights were rounded.
                values["weight_kg"] = max(values["weight_kg"], LEAST_KG)
            return Entry.model_validate(values | {"warm_up": bool(values["warm_up"])})
        except (ValueError, TypeError) as error:
            raise UsageError(
                f"{self.path}: set {row['id']} makes no sense; restore the file from a copy, "
                f"or {_NO_LOG}"
            ) from error

    def _check(self) -> None:
        """See that this is a log, and bring its tables up to date."""
        if self._version() == VERSION:
            # A damaged page may lie where nothing is read for months.
            if self._data.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("damaged")
            return
        with together(self._data):
            # Another may have done it in the meantime.
            for step in range(self._version(), VERSION):
                for statement in _MIGRATIONS[step]:
                    self._data.execute(statement)
            self._data.execute(f"PRAGMA application_id = {APPLICATION}")
            self._data.execute(f"PRAGMA user_version = {VERSION}")

    def _version(self) -> int:
        """Version of the tables; 0 of an empty file."""
        version, application, tables = (
            int(self._data.execute(question).fetchone()[0])
            for question in (
                "PRAGMA user_version",
                "PRAGMA application_id",
                "SELECT count(*) FROM sqlite_master",
            )
        )
        if application != APPLICATION and (tables or version or application):
            raise UsageError(f"{self.path} is a database of something else; {_NO_LOG}")
        if version > VERSION:
            raise UsageError(
                f"{self.path} was written by a later formcheck (tables {version}, known here "
                f"{VERSION}); update formcheck, or {_NO_LOG}"
            )
        return version

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _told(self.path, error) from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UsageError(
                f"{self.path} cannot be used as a log ({reason}); {_NO_LOG}"
            ) from error


def _begin(path: Path) -> bool:
    """Create an empty file that others may not read; one that has come meanwhile is as good.

    Returns:
        Whether it was this call that created it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    return True


def _take_back(path: Path) -> None:
    """Remove a file that was begun and could not be filled; what another has written stays."""
    with suppress(OSError):
        if not path.stat().st_size and not path.with_name(f"{path.name}-journal").exists():
            path.unlink()


def _told(path: Path, error: sqlite3.Error) -> FormcheckError:
    # The low byte is the kind; the others say more of it.
    kind = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if kind in _WAITING:
        return OutputError(
            f"{path} is being written by another program for more than {WAIT_S:g} s; try again"
        )
    if kind == sqlite3.SQLITE_FULL:
        return OutputError(f"{path} could not be written ({error}); make room on the disk")
    if kind == sqlite3.SQLITE_IOERR:
        return OutputError(f"{path} could not be read or written ({error}); see to its disk")
    if kind in _FORBIDDEN:
        return UsageError(
            f"{path} cannot be opened or written ({error}); change its permissions or those of its "
            f"folder, or {_NO_LOG}"
        )
    if kind == sqlite3.SQLITE_NOTADB:
        return UsageError(f"{path} is no training log; {_NO_LOG}")
    return UsageError(
        f"{path} is damaged ({error}); restore it from a copy or an export, or {_NO_LOG}"
    )


def _row_of(entry: Entry) -> dict[str, Any]:
    values = entry.model_dump(mode="json", include=set(_COLUMNS))
    return values | {name: json.dumps(values[name]) for name in _JSON}


def _with(entry: Entry, fields: dict[str, object]) -> Entry:
    try:
        return Entry.model_validate(entry.model_dump() | fields)
    except ValidationError as error:
        first = first_refusal(error)
        place = ".".join(first.place)
        raise UsageError(f"set {entry.id}: {place} {first.words}; nothing was changed") from error
