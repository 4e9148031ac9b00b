"""The journal of a results folder: which clips there are, and what is known of each.

One SQLite file, written by one process. A clip's findings enter it in one transaction after all
its files are in place, so a run that is killed loses the clips being worked on and nothing else.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from formcheck.batch.clips import Clip
from formcheck.batch.entry import Entry, Look, entry_of, number_of, reported_as
from formcheck.batch.job import Outcome, Thumbnail
from formcheck.batch.listing import JOURNAL
from formcheck.errors import UsageError
from formcheck.transaction import together

FILE: Final = JOURNAL
MOST_KNOWN: Final = 50
"""Contents of one size that are compared with a clip by whoever reads it; 3 kB a clip."""
SCHEMA: Final = "formcheck.batch/1"
_VIDEO: Final = "-video"

_TABLES: Final = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE clips (
  name BLOB PRIMARY KEY, location BLOB NOT NULL, size INTEGER, stamp TEXT NOT NULL,
  exercise TEXT NOT NULL, carried TEXT NOT NULL, run INTEGER NOT NULL, judged_as TEXT NOT NULL,
  sha256 TEXT, failed_as TEXT, exit_code INTEGER, reason TEXT, reported_as TEXT
) WITHOUT ROWID;
CREATE TABLE outcomes (
  sha256 TEXT NOT NULL, judged_as TEXT NOT NULL, size INTEGER, state TEXT NOT NULL,
  exit_code INTEGER NOT NULL, reason TEXT NOT NULL, report BLOB, luma REAL, smear_bodies REAL,
  model_sha256 TEXT NOT NULL, kept INTEGER NOT NULL, seconds REAL NOT NULL,
  worst_rep INTEGER, worst_code TEXT, thumb_rep INTEGER, thumb_code TEXT, thumb BLOB,
  PRIMARY KEY (sha256, judged_as)
) WITHOUT ROWID;
CREATE INDEX clips_of_run ON clips (run, name);
CREATE INDEX outcomes_by_size ON outcomes (judged_as, size);
"""
_UPSERT: Final = """
INSERT INTO clips (name, location, size, stamp, exercise, carried, run, judged_as, sha256)
VALUES (:name, :location, :size, :stamp, :exercise, :carried, :run, :judged_as, NULL)
ON CONFLICT (name) DO UPDATE SET
  sha256 = CASE WHEN stamp = excluded.stamp AND stamp != '' THEN sha256 END,
  failed_as = CASE WHEN stamp = excluded.stamp THEN failed_as END,
  location = excluded.location, size = excluded.size, stamp = excluded.stamp,
  exercise = excluded.exercise, carried = excluded.carried, judged_as = excluded.judged_as,
  run = excluded.run
WHERE clips.run != excluded.run
"""
_ROWS: Final = """
SELECT c.name, c.location, c.size, c.stamp, c.exercise, c.carried, c.judged_as, c.sha256,
  c.failed_as, c.exit_code AS failed_code, c.reason AS failed_reason, c.reported_as,
  o.state, o.exit_code, o.reason, o.report, o.worst_rep, o.worst_code, o.thumb_rep, o.thumb_code,
  o.thumb
FROM clips c LEFT JOIN outcomes o ON o.sha256 = c.sha256 AND o.judged_as = c.judged_as
WHERE c.run = :run {more} ORDER BY c.name
"""
_OPEN: Final = """AND CASE
  WHEN c.failed_as IS c.judged_as THEN :retry_failed AND c.judged_as != ''
  WHEN o.state IS NULL THEN 1
  ELSE :report != '' AND o.report IS NOT NULL
    AND NOT coalesce(c.reported_as LIKE c.judged_as || '-' || c.sha256 || :report, 0)
END"""


class Journal:
    """The journal of one results folder.

    Args:
        folder: The folder; a journal is begun where there is none.

    Raises:
        UsageError: What is there is no journal, or one of another version.
        sqlite3.OperationalError: It cannot be opened or written; so may any method.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / FILE
        try:
            self._data = sqlite3.connect(path, isolation_level=None)
            self._data.row_factory = sqlite3.Row
            # Survives the end of this process at any moment without waiting for the disk each time.
            self._data.execute("PRAGMA journal_mode = WAL")
            self._data.execute("PRAGMA synchronous = NORMAL")
            if not self._data.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                with together(self._data):
                    # Not executescript: that would commit table by table.
                    for statement in _TABLES.split(";"):
                        self._data.execute(statement)
                    self.note("schema", SCHEMA)
            if (found := self.noted("schema")) != SCHEMA:
                raise UsageError(
                    f"{path} is of schema {found}, not {SCHEMA}; choose another folder"
                )
        # The disk is full or may not be written to: that is no fault of the file.
        except sqlite3.OperationalError:
            raise
        except sqlite3.Error as error:
            raise UsageError(
                f"{path} cannot be used as a journal ({error}); choose another folder"
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._data.close()

    def note(self, name: str, value: object) -> None:
        """Keep a fact about the run, as JSON."""
        text = json.dumps(value, ensure_ascii=True)
        self._data.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, text))

    def noted(self, name: str) -> Any:
        """A fact about the run; ``None`` when there is none."""
        row = self._data.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    @property
    def run(self) -> int:
        """Number of the run whose clips the tables show; 0 before the first."""
        return int(self.noted("run") or 0)

    def enter(self, clips: Iterable[tuple[Clip, str]]) -> None:
        """Enter the clips of a new run, all or none; a name that comes twice is entered once.

        Args:
            clips: Each with its ``judged_as``, which is empty for one that nobody can judge.
        """
        run = self.run + 1
        carried: dict[str, None] = {}
        with together(self._data):
            for clip, judged_as in clips:
                carried.update(dict.fromkeys(clip.carried))
                self._enter(clip, judged_as, run)
            self.note("carried", list(carried))
            self.note("run", run)

    def _enter(self, clip: Clip, judged_as: str, run: int) -> None:
        values = {
            "name": os.fsencode(clip.name),
            "location": os.fsencode(clip.location),
            "size": clip.size,
            "stamp": clip.stamp,
            "exercise": clip.exercise,
            "carried": json.dumps(clip.carried),
            "run": run,
            "judged_as": judged_as,
        }
        self._data.execute(_UPSERT, values)
        if clip.problem:
            self._fail(clip.name, judged_as, 2, clip.problem)

    def take(
        self, entry: Entry, outcome: Outcome, model_sha256: str, *, video: bool = False
    ) -> None:
        """Take down what became of a clip, all at once; its files must be in place.

        Args:
            entry: The clip.
            outcome: What became of it.
            model_sha256: Digest of the pose model.
            video: Whether its full report, if it has one, was to have an overlay video.
        """
        with together(self._data):
            self._take(entry, outcome, model_sha256, video)

    def _take(self, entry: Entry, outcome: Outcome, model_sha256: str, video: bool) -> None:
        name = entry.clip.name
        if outcome.sha256 is not None:
            self._data.execute(
                "UPDATE clips SET sha256 = ?, failed_as = NULL WHERE name = ?",
                (outcome.sha256, os.fsencode(name)),
            )
        if outcome.state == "failed":
            self._fail(name, entry.judged_as, outcome.exit_code, outcome.reason)
            return
        if outcome.files:
            told = reported_as(entry.judged_as, outcome.sha256)
            told += _VIDEO if video else ""
            self._data.execute(
                "UPDATE clips SET reported_as = ? WHERE name = ?", (told, os.fsencode(name))
            )
        if outcome.same:
            return
        kept, thumb = outcome.kept, outcome.thumbnail
        values = (
            outcome.sha256,
            entry.judged_as,
            entry.clip.size,
            outcome.state,
            outcome.exit_code,
            outcome.reason,
            None if outcome.report is None else zlib.compress(outcome.report.encode()),
            None if kept is None else kept.luma,
            None if kept is None else kept.smear_bodies,
            model_sha256,
            kept is not None,
            outcome.seconds,
            *(outcome.worst or (None, None)),
            None if thumb is None else thumb.rep,
            None if thumb is None else thumb.code,
            None if thumb is None else thumb.jpeg,
        )
        marks = ", ".join("?" * len(values))
        self._data.execute(f"INSERT OR REPLACE INTO outcomes VALUES ({marks})", values)

    def _fail(self, name: str, judged_as: str, exit_code: int, reason: str) -> None:
        self._data.execute(
            "UPDATE clips SET failed_as = ?, exit_code = ?, reason = ? WHERE name = ?",
            (judged_as, exit_code, reason, os.fsencode(name)),
        )

    def judge_anew(self, changed: Sequence[tuple[str, str]]) -> None:
        """Have clips judged in another way from now on.

        Args:
            changed: Pairs of the old and the new ``judged_as``. Clips that failed stay failed.
        """
        with together(self._data):
            for old, new in changed:
                self._data.execute(
                    "UPDATE clips SET failed_as = ? WHERE failed_as = ? AND run = ?",
                    (new, old, self.run),
                )
                self._data.execute(
                    "UPDATE clips SET judged_as = ? WHERE judged_as = ? AND run = ?",
                    (new, old, self.run),
                )

    def open_names(self, *, reports: bool, retry_failed: bool, video: bool = False) -> list[bytes]:
        """The clips of the run that still have to be judged, in order.

        Args:
            reports: Whether a clip without a full report of its own counts as such.
            retry_failed: Whether failed ones do.
            video: With ``reports``: whether one whose report has no overlay video does.
        """
        # A report with a video serves where one without is wanted.
        report = (_VIDEO if video else "%") if reports else ""
        found = self._rows(_OPEN, report=report, retry_failed=retry_failed)
        return [row["name"] for row in found]

    def entry(self, name: bytes) -> Entry:
        """A clip of the run by its name."""
        return entry_of(next(self._rows("AND c.name = :name", name=name)))

    def entries(self) -> Iterator[Entry]:
        """All clips of the run, by name."""
        return map(entry_of, self._rows(""))

    def carried(self) -> Iterator[dict[str, str]]:
        """The carried cells of every clip of the run."""
        with closing(
            self._data.execute("SELECT carried FROM clips WHERE run = ?", (self.run,))
        ) as found:
            for row in found:
                yield json.loads(row[0])

    def count(self) -> int:
        """How many clips the run has."""
        row = self._data.execute("SELECT count(*) FROM clips WHERE run = ?", (self.run,)).fetchone()
        return int(row[0])

    def ways(self) -> list[tuple[str, str]]:
        """Each exercise of the run with its ``judged_as``."""
        found = self._data.execute(
            "SELECT DISTINCT exercise, judged_as FROM clips WHERE run = ?", (self.run,)
        )
        return [(row[0], row[1]) for row in found]

    def known(self, entry: Entry) -> frozenset[str]:
        """Digests of contents of this clip's size that are judged as it is to be.

        At most ``MOST_KNOWN``: they travel with the clip.
        """
        if entry.clip.size is None:
            return frozenset()
        found = self._data.execute(
            "SELECT sha256 FROM outcomes WHERE judged_as = ? AND size = ? LIMIT ?",
            (entry.judged_as, entry.clip.size, MOST_KNOWN),
        )
        return frozenset(row[0] for row in found)

    def is_known(self, entry: Entry, sha256: str) -> bool:
        """Whether a content is judged as this clip is to be."""
        found = self._data.execute(
            "SELECT 1 FROM outcomes WHERE judged_as = ? AND sha256 = ?", (entry.judged_as, sha256)
        )
        return found.fetchone() is not None

    def look(self, sha256: str, model_sha256: str) -> Look | None:
        """What is known of a content from any judgement after a look with a model."""
        found = self._data.execute(
            "SELECT state, exit_code, reason, luma, smear_bodies, kept FROM outcomes"
            " WHERE sha256 = ? AND model_sha256 = ? LIMIT 1",
            (sha256, model_sha256),
        ).fetchone()
        if found is None:
            return None
        return Look(
            state=found["state"],
            exit_code=found["exit_code"],
            reason=found["reason"],
            luma=number_of(found["luma"]),
            smear_bodies=number_of(found["smear_bodies"]),
            kept=bool(found["kept"]),
        )

    def earlier_picture(self, outcome: Outcome) -> Thumbnail | None:
        """A picture from an earlier judgement of the same content that shows one of its faults."""
        reps = json.loads(outcome.report or "{}").get("reps", [])
        shows = {(rep["index"], fault["code"]) for rep in reps for fault in rep["faults"]}
        found = self._data.execute(
            "SELECT thumb_rep, thumb_code, thumb FROM outcomes"
            " WHERE sha256 = ? AND thumb IS NOT NULL",
            (outcome.sha256,),
        )
        with closing(found):
            pictures = [Thumbnail(*row) for row in found if (row[0], row[1]) in shows]
        return pictures[0] if pictures else None

    def _rows(self, more: str, **values: object) -> Iterator[sqlite3.Row]:
        statement = _ROWS.format(more=more)
        with closing(self._data.execute(statement, {"run": self.run, **values})) as found:
            yield from found
