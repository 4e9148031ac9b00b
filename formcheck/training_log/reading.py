"""From ``report.json`` to an entry of the log.

Only what the log needs is read, and fields that are not known are left aside: within its schema
version a report of a later formcheck may hold more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from formcheck.errors import NobodyError, UsageError
from formcheck.report.schema import SCHEMA
from formcheck.training_log.entry import Entry
from formcheck.training_log.judged import Said, Shown, entry_of_set
from formcheck.training_log.refusal import first_refusal
from formcheck.training_log.times import Performed, clip_began

REPORT: Final = "report.json"
_FAMILY: Final = "formcheck.report/"
_LARGEST_BYTES: Final = 200_000_000
"""A report of an hour of reps has some megabytes."""
_HOW: Final = "give a report.json that formcheck analyze has written, or its folder"


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class _Clip(_Part):
    path: str
    sha256: str
    duration_s: float


class _Exercise(_Part):
    name: str


class _Fault(_Part):
    code: str
    severity: Literal["note", "minor", "major"]


class _Rep(_Part):
    complete: bool
    start_s: float
    end_s: float
    faults: list[_Fault]


class _NotAssessed(_Part):
    metric: str


class _Set(_Part):
    rep_count: int
    score: float | None
    eccentric_s_mean: float | None
    time_under_tension_s: float | None
    faults: dict[str, int]
    not_assessed: list[_NotAssessed]


class _Report(_Part):
    clip: _Clip
    exercise: _Exercise
    reps: list[_Rep]
    set_: _Set = Field(alias="set")


@dataclass(frozen=True, slots=True)
class Read:
    """A report that was read.

    Attributes:
        path: The file.
        entry: What goes into the log.
        known_from: Where the time of the set is known from.
    """

    path: Path
    entry: Entry
    known_from: str


def read_report(path: Path, said: Said) -> Read:
    """Read a report and make an entry of it.

    Args:
        path: A ``report.json``, or the folder that holds one.
        said: What the lifter says of the set.

    Raises:
        UsageError: It is no report that this formcheck can read.
        NobodyError: It holds no complete rep.
    """
    file = path / REPORT if path.is_dir() else path
    report = _checked(file, _text(file))
    whole = [rep for rep in report.reps if rep.complete]
    if not whole or report.set_.rep_count < 1:
        raise NobodyError(f"{file} holds no complete rep; there is no set to log")
    performed = _performed(file, report, said, whole[0].start_s)
    try:
        entry = _entry(report, whole, said, performed)
    except ValidationError as error:
        raise UsageError(f"{file} makes no sense as a set: {_first(error)}; {_HOW}") from error
    return Read(file, entry, performed.known_from)


def _entry(report: _Report, whole: list[_Rep], said: Said, performed: Performed) -> Entry:
    shown = Shown("report", None, report.clip.sha256, whole[0].start_s, whole[-1].end_s)
    return entry_of_set(
        report.exercise.name,
        report.set_,
        [rep.faults for rep in report.reps],
        [one.metric for one in report.set_.not_assessed],
        shown,
        said,
        performed.at,
    )


def _performed(file: Path, report: _Report, said: Said, start_s: float) -> Performed:
    if said.performed_at is not None:
        return Performed(said.performed_at, "as told")
    clip = report.clip
    began = clip_began(Path(clip.path), clip.sha256, clip.duration_s)
    if began is None:
        # Relative to where formcheck was run then, which need not be here.
        written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return Performed(written, "when the report was written, for want of the clip")
    return Performed(began.at + timedelta(seconds=start_s), began.known_from)


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST_BYTES:
            raise UsageError(f"{file} is too big for a report; {_HOW}")
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UsageError(f"{file} does not exist; {_HOW}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is no report of formcheck; {_HOW}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{file} cannot be read ({reason.lower()}); {_HOW}") from error


def _checked(file: Path, text: str) -> _Report:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is no report of formcheck; {_HOW}") from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if not isinstance(schema, str) or not schema.startswith(_FAMILY):
        raise UsageError(f"{file} is no report of formcheck; {_HOW}")
    if schema != SCHEMA:
        raise UsageError(
            f"{file} is of schema {schema}, and this formcheck reads {SCHEMA}; "
            "update formcheck, or judge the clip again with formcheck analyze"
        )
    try:
        return _Report.model_validate(data)
    except ValidationError as error:
        raise UsageError(f"{file} is damaged: {_first(error)}; {_HOW}") from error


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, in a few words."""
    first = first_refusal(error)
    return " ".join(filter(None, (".".join(first.place), first.words)))
