"""Moments: how they are read from words and clips, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Final

from formcheck.errors import UsageError
from formcheck.pose.bundles import file_sha256
from formcheck.training_log.entry import EARLIEST
from formcheck.video.recorded import creation_time

NOON: Final = time(12)
"""A day without an hour is taken at noon: far from midnight, and so in the week that was meant."""
AHEAD: Final = timedelta(days=1)
"""Clocks differ; what lies further ahead has not been done yet."""
WHEN_HELP: Final = "2026-11-25, or 2026-11-25 18:30, local time, or with an offset +01:00"


@dataclass(frozen=True, slots=True)
class Performed:
    """When something was done.

    Attributes:
        at: The moment, UTC.
        known_from: Where that is known from, as the end of a sentence.
    """

    at: datetime
    known_from: str


def parse_when(text: str, now: datetime, *, option: str = "--at") -> datetime:
    """A moment from what a person wrote.

    Args:
        text: Date, or date and time, local unless it has an offset.
        now: The present, with a time zone.
        option: Where it was written, for the message.

    Raises:
        UsageError: It is no date, or one that cannot be.
    """
    try:
        read = read_when(text)
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is no date; give {WHEN_HELP}") from error
    try:
        moment = read.astimezone(UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise UsageError(f"{option} {text!r} is out of range; give {WHEN_HELP}") from error
    if moment > now + AHEAD:
        raise UsageError(f"{option} {text!r} lies ahead; the log holds what was done")
    if moment < EARLIEST:
        raise UsageError(f"{option} {text!r} is before {EARLIEST.year}; give {WHEN_HELP}")
    return moment


def read_when(text: str) -> datetime:
    """A date or a moment as it is written; a day without an hour is taken at noon.

    Raises:
        ValueError: It is neither.
    """
    read = datetime.fromisoformat(text.strip())
    if len(text.strip()) <= len("2026-11-25"):
        return datetime.combine(read.date(), NOON)
    return read


def clip_began(clip: Path, sha256: str, duration_s: float) -> Performed | None:
    """When a clip was recorded.

    Args:
        clip: The clip.
        sha256: Checksum of the one that is meant: another file of the same name tells nothing.
        duration_s: Its length.

    Returns:
        What the recording device says of its start, else its last change less its length; ``None``
        when that clip is not there.
    """
    try:
        # The path is only what a report says: it may be a pipe, which never ends.
        if not clip.is_file() or file_sha256(clip) != sha256:
            return None
        changed = datetime.fromtimestamp(clip.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return None
    told = creation_time(clip)
    if told is not None and EARLIEST < told <= changed + AHEAD:
        return Performed(told.astimezone(UTC), "by the clip's own date")
    began = changed - timedelta(seconds=duration_s)
    return Performed(began, "when the clip was last changed")


def local(moment: datetime, zone: tzinfo | None) -> datetime:
    """A moment on a clock on the wall.

    Args:
        moment: With a time zone.
        zone: The clock's zone; ``None`` for that of this machine.
    """
    return moment.astimezone(zone)


def week_of(day: date) -> date:
    """The Monday of a day's week (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def day_words(day: date) -> str:
    """A day as ``Mon 23 Nov 2026``, in English whatever the machine speaks."""
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{names[day.weekday()]} {day.day} {months[day.month - 1]} {day.year}"


def moment_words(moment: datetime, zone: tzinfo | None) -> str:
    """A moment as ``2026-11-25 18:30`` on the clock on the wall."""
    return local(moment, zone).strftime("%Y-%m-%d %H:%M")
