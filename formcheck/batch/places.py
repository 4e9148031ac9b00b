"""Where things lie in a results folder, and how they come to lie there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from formcheck.batch.clips import shown
from formcheck.pose.record import LOOK_VERSION
from formcheck.pose.track import TRACK_VERSION

TRACKS: Final = "tracks"
REPORTS: Final = "reports"
THUMBNAILS: Final = "thumbnails"
_SHARDED: Final = (TRACKS, REPORTS, THUMBNAILS)
_LONGEST_STEM: Final = 60


def track_path(folder: Path, sha256: str, model_sha256: str) -> Path:
    """Where the pose track of a content lies; in 256 folders, so that none has too many files."""
    name = f"{sha256[:32]}-{model_sha256[:16]}-v{TRACK_VERSION}.{LOOK_VERSION}.npz"
    return folder / TRACKS / sha256[:2] / name


def report_folder(name: str) -> str:
    """Folder of a clip's own report within the results, with forward slashes.

    Two clips of the same name in different folders have different ones.
    """
    stem = Path(shown(name).partition("::")[0]).stem
    stem = re.sub(r"[^\w.-]+", "_", stem)[:_LONGEST_STEM].strip("._") or "clip"
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:10]
    return f"{REPORTS}/{digest[:2]}/{stem}-{digest}"


def thumbnail_name(sha256: str, judged_as: str) -> str:
    """Path of a clip's thumbnail within the results, with forward slashes."""
    return f"{THUMBNAILS}/{sha256[:2]}/{sha256[:24]}-{judged_as}.jpg"


def put_file(path: Path, data: bytes) -> None:
    """Write a file that appears whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(data)


def put_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder that appears whole, in place of the one before.

    Raises:
        OSError: It cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = Path(tempfile.mkdtemp(dir=path.parent, prefix=".formcheck-", suffix=".part"))
    try:
        for name, data in files.items():
            target = hidden / "new" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        if path.exists():
            path.rename(hidden / "old")
        (hidden / "new").rename(path)
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what a run that was killed left half-written; for whoever holds the folder's lock."""
    for pattern in (".*.part", "tables/.*.part", *(f"{place}/*/.*.part" for place in _SHARDED)):
        for left in folder.glob(pattern):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of another when it is complete, and not before.

    Raises:
        OSError: It cannot be written; what was there before is still there.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:40]}-", suffix=".part")
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        partial.chmod(0o644)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
