"""What is known of a clip before anybody looks at it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

SUFFIXES: Final = frozenset(
    {".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".mts", ".m2ts", ".ts"}
    | {".3gp", ".wmv", ".flv", ".ogv", ".gif"}
)
"""What a file in a folder must end in to be taken for a clip; one named by itself need not."""
MEMORY: Final = "memory://"


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip of a batch.

    Attributes:
        name: As the user named it; unique within a run.
        location: Where a worker finds it: an absolute path, or an address for fsspec.
        size: Bytes; ``None`` when unknown.
        stamp: Changes whenever the content may have changed; empty when unknown.
        exercise: Which exercise it shows, or ``auto``.
        problem: Why it cannot be judged, where that is known beforehand; else empty.
        carried: Further columns of the manifest, as text.
    """

    name: str
    location: str
    size: int | None
    stamp: str
    exercise: str
    problem: str = ""
    carried: Mapping[str, str] = field(default_factory=dict)


def shown(name: str) -> str:
    """A name as text that any file or terminal can hold: a file name need not be text."""
    return os.fsencode(name).decode("utf-8", "replace")


def is_address(text: str) -> bool:
    """Whether a location is an address for fsspec and not a path."""
    head, mark, _ = text.partition("://")
    return bool(mark) and head.isalnum() and len(head) > 1


def exercise_key(text: str) -> str:
    """An exercise as people write it, in the way its name is written: ``romanian_deadlift``."""
    return "_".join(text.casefold().replace("-", " ").replace("_", " ").split())


def looks_like_clip(name: str) -> bool:
    """Whether a file in a folder is taken for a clip: not hidden, and of a known ending."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return not base.startswith(".") and Path(base).suffix.lower() in SUFFIXES


def local_clip(path: Path, exercise: str, carried: Mapping[str, str] | None = None) -> Clip:
    """A clip on this machine; one that is not there is listed too, and fails when it is read."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        size, stamp = None, ""
    else:
        size, stamp = found.st_size, f"{found.st_size}-{found.st_mtime_ns}"
    return Clip(str(path), str(path.absolute()), size, stamp, exercise, carried=carried or {})
