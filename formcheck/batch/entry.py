"""What the journal knows of one clip."""

from __future__ import annotations

import json
import math
import os
import sqlite3
import zlib
from dataclasses import dataclass
from typing import Any

from formcheck.batch.clips import Clip
from formcheck.batch.job import State, Thumbnail


@dataclass(frozen=True, slots=True)
class Look:
    """What an earlier look at a content gave.

    Attributes:
        state: What became of it then.
        exit_code: As in ``Outcome``.
        reason: As in ``Outcome``.
        luma: As in ``Kept``.
        smear_bodies: As in ``Kept``.
        kept: Whether somebody was seen, so that there is a pose track.
    """

    state: State
    exit_code: int
    reason: str
    luma: float
    smear_bodies: float
    kept: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A clip of the run and what is known of it.

    Attributes:
        clip: The clip.
        judged_as: Digest of all that its findings depend on beside its content.
        sha256: Digest of its content, if it was ever read as it is.
        state: What became of it; ``None`` when nothing yet.
        exit_code: As in ``Outcome``.
        reason: As in ``Outcome``.
        report: ``report.json`` without path and evidence.
        worst: Rep and code of the worst fault, if there is one.
        thumbnail: Picture of the worst fault.
        reported: Whether it has a full report of its own of these findings.
    """

    clip: Clip
    judged_as: str
    sha256: str | None
    state: State | None
    exit_code: int
    reason: str
    report: dict[str, Any] | None
    worst: tuple[int, str] | None
    thumbnail: Thumbnail | None
    reported: bool


def entry_of(row: sqlite3.Row) -> Entry:
    """Read an entry from a row of the journal."""
    failed = row["failed_as"] is not None and row["failed_as"] == row["judged_as"]
    thumb = None
    if row["thumb"] is not None:
        thumb = Thumbnail(row["thumb_rep"], row["thumb_code"], row["thumb"])
    report = None if failed or row["report"] is None else json.loads(zlib.decompress(row["report"]))
    no_fault = report is None or row["worst_code"] is None
    return Entry(
        clip=Clip(
            name=os.fsdecode(row["name"]),
            location=os.fsdecode(row["location"]),
            size=row["size"],
            stamp=row["stamp"],
            exercise=row["exercise"],
            carried=json.loads(row["carried"]),
        ),
        judged_as=row["judged_as"],
        sha256=row["sha256"],
        state="failed" if failed else row["state"],
        exit_code=row["failed_code"] if failed else row["exit_code"] or 0,
        reason=(row["failed_reason"] if failed else row["reason"]) or "",
        report=report,
        worst=None if no_fault else (row["worst_rep"], row["worst_code"]),
        thumbnail=None if failed else thumb,
        reported=report is not None
        and (row["reported_as"] or "").startswith(reported_as(row["judged_as"], row["sha256"])),
    )


def reported_as(judged_as: str, sha256: str | None) -> str:
    """How the journal names the findings that a full report shows."""
    return f"{judged_as}-{sha256}"


def number_of(value: float | None) -> float:
    """A number of the journal; NaN where it has none."""
    return math.nan if value is None else value
