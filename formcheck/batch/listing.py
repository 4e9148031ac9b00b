"""From what the user named to the clips: folders, patterns, manifests, addresses, single clips."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from formcheck.batch.clips import (
    Clip,
    exercise_key,
    is_address,
    local_clip,
    looks_like_clip,
)
from formcheck.batch.manifest import manifest_clips
from formcheck.batch.remote import remote_clips
from formcheck.errors import UsageError
from formcheck.report.files import OVERLAY, REPORT

FROM_FOLDER: Final = "from-folder"
AUTO: Final = "auto"
JOURNAL: Final = "journal.sqlite"
"""What a folder of results holds, and no folder of clips."""


def list_clips(inputs: Sequence[str], exercise: str, known: Sequence[str]) -> Iterator[Clip]:
    """Find every clip that some words stand for.

    Folders are searched to any depth; a folder that is reached twice, by a loop of symbolic
    links for example, is searched once. Files that do not end like a clip are left out there,
    and so is what formcheck itself has written.

    Args:
        inputs: Folders, patterns, manifests (``.csv``), clips, or addresses for fsspec.
        exercise: Name of an exercise, ``auto``, or ``from-folder``.
        known: Names of all exercises.

    Yields:
        The clips, in order of the inputs; a clip reached in two ways comes twice.

    Raises:
        UsageError: An input does not exist, or a manifest makes no sense.
    """
    for word in inputs:
        for clip in _clips_of(word, AUTO if exercise == FROM_FOLDER else exercise, known):
            yield _by_folder(clip, known) if exercise == FROM_FOLDER else clip


def _clips_of(word: str, exercise: str, known: Sequence[str]) -> Iterator[Clip]:
    if word.partition("::")[0].lower().endswith(".csv"):
        yield from manifest_clips(word, exercise, known)
    elif is_address(word):
        yield from remote_clips(word, exercise)
    elif Path(word).is_dir():
        if (Path(word) / JOURNAL).exists():
            raise UsageError(
                f"{word} is a folder of results; keep clips and results (--out) in two folders"
            )
        if (why := _unreadable(Path(word))) is not None:
            raise UsageError(f"the folder {word} cannot be read ({why}); change its permissions")
        yield from _walk(Path(word), exercise)
    elif os.path.lexists(word):
        yield local_clip(Path(word), exercise)
    elif glob.has_magic(word):
        yield from (local_clip(path, exercise) for path in _matching(word))
    else:
        raise UsageError(f"{word} does not exist; give a folder, a pattern, a table or a clip")


def _matching(pattern: str) -> list[Path]:
    """The clips that match a pattern; one that is reached by a loop of links too, once."""
    real = cache(os.path.realpath)
    found: dict[tuple[str, str], str] = {}
    # Path.glob takes no absolute pattern. The shortest way to a clip is its name.
    names = glob.glob(pattern, recursive=True)  # noqa: PTH207
    for name in sorted(names, key=lambda name: (name.count(os.sep), os.fsencode(name))):
        folder, base = os.path.split(name)
        ours = base == OVERLAY and (Path(folder) / REPORT).exists()
        if looks_like_clip(name) and not ours and not Path(name).is_dir():
            found.setdefault((real(folder), base), name)
    return [Path(name) for name in sorted(found.values(), key=os.fsencode)]


def _unreadable(folder: Path) -> str | None:
    """Why a folder cannot be read; ``None`` if it can be."""
    try:
        os.scandir(folder).close()
    except OSError as error:
        return error.strerror
    return None


def _walk(top: Path, exercise: str) -> Iterator[Clip]:
    seen: set[tuple[int, int]] = set()
    # No recursion: folders may be nested deeper than Python calls.
    waiting = [(top, True)]
    while waiting:
        place, is_folder = waiting.pop()
        if not is_folder:
            yield local_clip(place, exercise)
            continue
        try:
            found = place.stat()
            entries = list(os.scandir(place))
        except OSError as error:
            # What is in it is not known, and must not be missed in silence.
            told = f"the folder cannot be read ({error.strerror}); change its permissions"
            yield replace(local_clip(place, exercise), problem=told)
            continue
        names = {entry.name for entry in entries}
        if (found.st_dev, found.st_ino) in seen or JOURNAL in names:
            continue
        seen.add((found.st_dev, found.st_ino))
        below = [
            (place / entry.name, _is_folder(entry))
            for entry in sorted(entries, key=lambda entry: os.fsencode(entry.name), reverse=True)
            if not entry.name.startswith(".") and not (entry.name == OVERLAY and REPORT in names)
        ]
        waiting += [
            (path, folder) for path, folder in below if folder or looks_like_clip(path.name)
        ]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # A symbolic link that leads to itself.
        return False


def _by_folder(clip: Clip, known: Sequence[str]) -> Clip:
    """Read the exercise from the name of the folder, unless a manifest has told it."""
    if clip.exercise != AUTO or clip.problem:
        return clip
    path = clip.location.partition("::")[0] if is_address(clip.location) else clip.location
    folder = Path(path).parent.name
    name = exercise_key(folder)
    if name in known:
        return replace(clip, exercise=name)
    return replace(
        clip,
        problem=f"the folder {folder!r} is not called after an exercise ({', '.join(known)})",
    )
