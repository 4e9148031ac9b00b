"""A table of clips: ``clip,exercise,lifter,weight_kg,...``, one a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from formcheck.batch.clips import Clip, exercise_key, is_address, local_clip
from formcheck.batch.remote import read_text, remote_clip
from formcheck.errors import UsageError

CLIP: Final = "clip"
EXERCISE: Final = "exercise"


def manifest_clips(manifest: str, exercise: str, known: Sequence[str]) -> Iterator[Clip]:
    """Read a manifest.

    A clip's path is relative to the manifest's folder; it may also be an address. The column
    ``exercise`` may be left out or empty. All other columns are carried into the results.

    Args:
        manifest: Path or address of a CSV file in UTF-8.
        exercise: The exercise where the manifest names none.
        known: Names of all exercises.

    Raises:
        UsageError: It cannot be read, has no column ``clip``, or a line makes no sense.
    """
    reader = csv.DictReader(io.StringIO(_text(manifest), newline=""), strict=True)
    try:
        names = [name.strip() for name in reader.fieldnames or []]
        if CLIP not in names or len(set(names)) < len(names) or "" in names:
            raise UsageError(
                f"{manifest}: its first line must name the columns, each once, and {CLIP!r} is one"
            )
        reader.fieldnames = names
        seen: dict[str, int] = {}
        for row in reader:
            where = f"{manifest}, line {reader.line_num}"
            if None in row or None in row.values():
                raise UsageError(f"{where} has not as many cells as the first line; correct it")
            clip = _clip(row, manifest, where, exercise, known)
            if clip.name in seen:
                raise UsageError(f"{where}: {clip.name} stands in line {seen[clip.name]} already")
            seen[clip.name] = reader.line_num
            yield clip
    except csv.Error as error:
        raise UsageError(f"{manifest}, line {reader.line_num}: {error}; correct it") from error


def _clip(
    row: dict[str, str], manifest: str, where: str, exercise: str, known: Sequence[str]
) -> Clip:
    path = row.pop(CLIP)
    if not path:
        raise UsageError(f"{where} names no clip")
    told = row.pop(EXERCISE, "")
    named = exercise_key(told) or exercise
    if named not in known and named != "auto":
        raise UsageError(f"{where}: {told!r} is no exercise; choose one of {', '.join(known)}")
    if is_address(path):
        return remote_clip(path, named, row)
    if is_address(manifest):
        return remote_clip(f"{manifest.rpartition('/')[0]}/{path}", named, row)
    return local_clip(Path(manifest).parent / path, named, row)


def _text(manifest: str) -> str:
    try:
        if is_address(manifest):
            return read_text(manifest)
        with Path(manifest).open(encoding="utf-8-sig", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{manifest} cannot be read as a table in UTF-8 ({error})") from error
