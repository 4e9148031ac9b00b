"""Bringing a pose model bundle on first use. The only place in formcheck that uses a network.

A bundle comes from Google's published address, else it is built from the graphs inside pinned
packages. It appears under its name only when it is whole: what is under way lies beside it in
``.part`` files, which the next run takes up or clears away. A lock lets one process at a time
work on a bundle; the others wait and then use what it brought.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from formcheck.errors import ModelMissingError
from formcheck.pose.bundle_build import build_bundle
from formcheck.pose.bundle_download import FetchError, download
from formcheck.pose.bundle_manifest import BundleSource, checkout_root, load_manifest
from formcheck.pose.bundles import (
    MODELS_VARIABLE,
    Bundle,
    ProgressCallback,
    bundle_problem,
    file_sha256,
    find_bundle,
    look,
    model_folders,
    record_path,
)

OFFLINE_VARIABLE = "FORMCHECK_OFFLINE"

__all__ = ["OFFLINE_VARIABLE", "ProgressCallback", "destination_folder", "require_bundle"]


def require_bundle(model: str = "full", progress: ProgressCallback | None = None) -> Bundle:
    """Find the bundle called ``model``, or bring it if it is nowhere on this machine.

    ``model`` is "lite", "full", "heavy", or the path of a .task file, which is never fetched.
    Raises UsageError if it is none of these, and ModelMissingError, with every place looked in
    and the command to run, if the bundle can neither be found nor brought.
    """
    bundle = find_bundle(model)
    if bundle is not None:
        return bundle
    if os.environ.get(OFFLINE_VARIABLE, "0") not in ("", "0"):
        raise _missing(model, f"nothing is fetched while {OFFLINE_VARIABLE} is set: unset it")
    return _fetch(load_manifest()[model], progress or _silent)


def destination_folder() -> Path:
    """Folder that a fetched bundle is put into.

    ``FORMCHECK_MODELS`` if set, else the checkout's ``models/`` if it can be written, else the
    user's cache.
    """
    folders = model_folders()
    if os.environ.get(MODELS_VARIABLE):
        return folders[0]
    if checkout_root() is not None and os.access(folders[0], os.W_OK):
        return folders[0]
    return folders[-1]


def _fetch(source: BundleSource, progress: ProgressCallback) -> Bundle:
    target = destination_folder() / source.file_name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target, source, progress):
            # Another process may have brought it while this one waited.
            bundle = find_bundle(source.name)
            return bundle if bundle is not None else _bring(source, target, progress)
    except OSError as error:
        reason = (
            f"{target.parent} cannot be written ({error.strerror or error}):"
            f" set {MODELS_VARIABLE} to a folder that you can write to, with room"
        )
        raise _missing(source.name, reason) from error


def _bring(source: BundleSource, target: Path, progress: ProgressCallback) -> Bundle:
    try:
        part = _from_published(source, target, progress)
    except FetchError as error:
        published = f"Google's address: {error}"
        progress(f"{published}; building the bundle from its graphs instead", 0, None)
        try:
            part = _from_graphs(source, target, progress)
        except FetchError as build_error:
            raise _missing(source.name, f"{published}; building it: {build_error}") from error
    bundle = Bundle(source.name, target, file_sha256(part))
    _place(part, bundle)
    _clear(target)
    return bundle


def _from_published(source: BundleSource, target: Path, progress: ProgressCallback) -> Path:
    part = target.with_name(f"{target.name}.part")
    label = f"fetching {source.file_name} from Google's address"
    resumed = part.exists()
    download(source.published, part, label, progress)
    problem = bundle_problem(part)
    if problem is not None and resumed:
        # The old start and the new rest may be of two different files.
        part.unlink()
        download(source.published, part, f"{label} again", progress)
        problem = bundle_problem(part)
    if problem is not None:
        part.unlink()
        raise FetchError(f"what arrived is not a pose model bundle (it {problem})")
    return part


def _from_graphs(source: BundleSource, target: Path, progress: ProgressCallback) -> Path:
    folder = _build_folder(target)
    folder.mkdir(exist_ok=True)
    for leftover in folder.iterdir():
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
    part = build_bundle(source, folder, progress)
    problem = bundle_problem(part)
    if problem is not None:
        raise FetchError(f"the built bundle {problem}; please report this as a defect")
    return part


def _place(part: Path, bundle: Bundle) -> None:
    """Put a whole bundle under its name, its sha256 recorded beside it first."""
    record = record_path(bundle.path)
    record_part = record.with_name(f"{record.name}.part")
    record_part.write_text(f"{bundle.sha256}  {bundle.path.name}\n", encoding="ascii")
    record_part.replace(record)
    # On disk before it has its name, so that a power cut cannot leave a bundle of zeros.
    with part.open("r+b") as stream:
        os.fsync(stream.fileno())
    part.replace(bundle.path)


def _clear(target: Path) -> None:
    target.with_name(f"{target.name}.part").unlink(missing_ok=True)
    shutil.rmtree(_build_folder(target), ignore_errors=True)


def _build_folder(target: Path) -> Path:
    return target.with_name(f"{target.name}.build.part")


@contextmanager
def _locked(target: Path, source: BundleSource, progress: ProgressCallback) -> Iterator[None]:
    lock = FileLock(target.with_name(f"{target.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress(f"waiting for another formcheck that is fetching {source.name}", 0, None)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _missing(model: str, reason: str) -> ModelMissingError:
    places = "; ".join(f"{place.path} {place.problem}" for place in look(model))
    return ModelMissingError(
        f"no pose model {model!r}: {places}; {reason}; then run: formcheck models fetch {model}"
    )


def _silent(label: str, done_bytes: int, total_bytes: int | None) -> None:
    """Report to nobody."""
