"""Finding a pose model bundle on this machine. Looks, never fetches.

A bundle is looked for in the folder named by ``FORMCHECK_MODELS``, in the checkout's
``models/``, and in the user's cache, in this order; or it is the file the user names. Only a
whole bundle counts: a file that is not one is skipped, and the reason kept for the error message.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import platformdirs

from formcheck.errors import UsageError
from formcheck.pose.bundle_manifest import checkout_root, load_manifest

MODELS_VARIABLE = "FORMCHECK_MODELS"
DETECTOR_MEMBER = "pose_detector.tflite"
LANDMARKS_MEMBER = "pose_landmarks_detector.tflite"
NOT_THERE = "is not there"
# The smallest real graph has 2.8 MB, the largest 28 MB.
MIN_GRAPH_BYTES = 100_000
MAX_GRAPH_BYTES = 100_000_000
_TFLITE_IDENTIFIER = b"TFL3"

Record = Literal["pinned", "recorded", "not recorded", "changed"]


class ProgressCallback(Protocol):
    """Told how far something is: a line for a person, steps done, steps in all if known.

    A new label begins a new step; within one step the label stays the same.
    """

    def __call__(self, label: str, done: int, total: int | None, /) -> None:
        """Take one report; must return quickly and must not raise."""


@dataclass(frozen=True)
class Bundle:
    """A whole pose model bundle: "lite", "full", "heavy" or "custom", and where it lies."""

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class Place:
    """One path that was looked at: the bundle found there, else why there is none."""

    path: Path
    bundle: Bundle | None
    problem: str


def find_bundle(model: str = "full") -> Bundle | None:
    """Find the bundle called ``model`` ("lite", "full", "heavy", or the path of a .task file).

    Gives None if a named one is nowhere. Raises UsageError if ``model`` is neither a name nor
    the path of a bundle.
    """
    if model not in load_manifest():
        return _given_bundle(model)
    for place in look(model):
        if place.bundle is not None:
            return place.bundle
    return None


def searched_places(model: str = "full") -> list[Path]:
    """Give every path where ``model`` is looked for, first the one that wins."""
    source = load_manifest().get(model)
    if source is None:
        return [Path(model).absolute()]
    return [folder / source.file_name for folder in model_folders()]


def look(model: str) -> list[Place]:
    """Look at every place of the named ``model`` and say what is there."""
    return [_look_at(model, path) for path in searched_places(model)]


def model_folders() -> list[Path]:
    """Give the folders that may hold bundles, first the one that wins."""
    folders = []
    if given := os.environ.get(MODELS_VARIABLE):
        folders.append(Path(given).absolute())
    if (root := checkout_root()) is not None:
        folders.append(root / "models")
    folders.append(platformdirs.user_cache_path("formcheck", appauthor=False) / "models")
    return folders


def bundle_problem(path: Path) -> str | None:
    """Say why the file at ``path`` is not a whole pose model bundle; None if it is one.

    Reads all of it: the zip's own checksums find damage anywhere in the file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(archive.namelist())
            if names != [DETECTOR_MEMBER, LANDMARKS_MEMBER]:
                return f"does not hold exactly {DETECTOR_MEMBER} and {LANDMARKS_MEMBER}"
            for info in archive.infolist():
                if not MIN_GRAPH_BYTES <= info.file_size <= MAX_GRAPH_BYTES:
                    return f"{info.filename} has an unlikely size of {info.file_size} bytes"
                if info.compress_type != zipfile.ZIP_STORED:
                    return f"{info.filename} is compressed, which the landmarker cannot read"
                if archive.read(info)[4:8] != _TFLITE_IDENTIFIER:
                    return f"{info.filename} is not a TFLite graph"
    except (FileNotFoundError, NotADirectoryError):
        return NOT_THERE
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError):
        # The last two are zipfile's for archives in a way it does not know, and for locked ones.
        return "is not a whole zip archive"
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    return None


def file_sha256(path: Path) -> str:
    """Compute the sha256 of a file, in hexadecimal. Raises OSError if it cannot be read."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def record_path(bundle_path: Path) -> Path:
    """Give the path of the file that records a fetched bundle's sha256 (``sha256sum`` format)."""
    return bundle_path.with_name(bundle_path.name + ".sha256")


def check_record(bundle: Bundle) -> Record:
    """Compare a bundle's sha256 with the one pinned in the manifest, else recorded beside it."""
    source = load_manifest().get(bundle.name)
    if source is not None and bundle.sha256 in source.built_sha256:
        return "pinned"
    try:
        words = record_path(bundle.path).read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError):
        return "not recorded"
    return "recorded" if words and words[0] == bundle.sha256 else "changed"


def _given_bundle(model: str) -> Bundle:
    place = _look_at("custom", Path(model).absolute())
    if place.bundle is not None:
        return place.bundle
    if place.problem == NOT_THERE:
        names = ", ".join(load_manifest())
        raise UsageError(
            f"no pose model {model!r}: give one of {names}, or the path of an existing .task file"
        )
    raise UsageError(
        f"{model} {place.problem}: give the path of a pose landmarker .task file, or a model's name"
    )


def _look_at(name: str, path: Path) -> Place:
    problem = bundle_problem(path)
    if problem is not None:
        return Place(path, None, problem)
    return Place(path, Bundle(name, path, file_sha256(path)), "")
