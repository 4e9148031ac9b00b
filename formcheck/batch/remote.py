"""Clips behind an address that fsspec understands: a bucket, an archive, a web server.

Only the addresses given are contacted. Keys and endpoints come from where the driver of each
kind of store looks for them (environment, its own files, fsspec's settings).
"""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from formcheck.batch.clips import MEMORY, Clip, is_address, looks_like_clip
from formcheck.batch.extra import need
from formcheck.errors import ClipError, UsageError

_STAMPS: Final = (
    "ETag",
    "etag",
    "md5Hash",
    "generation",
    "CRC",
    "mtime",
    "LastModified",
    "created",
)
"""What stores call that by which a changed content is told, the surest first."""
_LOCAL: Final = ("file", "local")
_DRIVERS: Final = {"s3": "s3", "gs": "gcs", "gcs": "gcs"}


def remote_clips(address: str, exercise: str) -> Iterator[Clip]:
    """Find the clips behind an address: below a folder, matching a pattern, or one.

    Args:
        address: For example ``s3://bucket/monday/``, ``zip://*.mp4::clips.zip``.
        exercise: Which exercise they show, or ``auto``.

    Raises:
        UsageError: The address cannot be listed, or its driver is not installed.
    """
    store, path = _opened(address)
    try:
        if glob.has_magic(path):
            found = store.glob(path, detail=True)
        elif store.isfile(path):
            found = {path: store.info(path)}
        else:
            found = store.find(path, detail=True)
    # What a store's driver raises is its own affair.
    except Exception as error:
        raise UsageError(f"{address} cannot be listed ({_why(error)}); check it") from error
    single = list(found) == [path]
    for place, facts in sorted(found.items()):
        if facts.get("type") == "file" and (single or looks_like_clip(place)):
            yield _clip(_address_of(address, place), facts, exercise, {})


def remote_clip(address: str, exercise: str, carried: Mapping[str, str]) -> Clip:
    """One clip by its address; one that is not there is listed too, and fails when it is read.

    Raises:
        UsageError: The driver is not installed.
    """
    store, path = _opened(address)
    try:
        facts = store.info(path)
    except Exception:
        facts = {}
    return _clip(address, facts, exercise, carried)


def read_text(address: str) -> str:
    """A text file in UTF-8 behind an address.

    Raises:
        OSError: It cannot be read.
        UsageError: The driver is not installed.
    """
    store, path = _opened(address)
    try:
        data: bytes = store.cat_file(path)
    except OSError:
        raise
    except Exception as error:
        raise OSError(_why(error)) from error
    return data.decode("utf-8-sig")


def read_bytes(address: str) -> bytes:
    """A whole file behind an address.

    Raises:
        ClipError: It cannot be read.
    """
    try:
        store, path = _opened(address)
        data: bytes = store.cat_file(path)
    except Exception as error:
        raise _unreadable(address, error) from error
    return data


def copy_to(address: str, target: Path) -> None:
    """Copy a file behind an address to this machine.

    Raises:
        ClipError: It cannot be read, or there is no room for it here.
    """
    try:
        store, path = _opened(address)
        store.get_file(path, str(target))
    except Exception as error:
        target.unlink(missing_ok=True)
        raise _unreadable(address, error) from error


def _unreadable(address: str, error: Exception) -> ClipError:
    if isinstance(error, FileNotFoundError):
        return ClipError(f"{address} does not exist")
    return ClipError(f"{address} could not be copied here ({_why(error)}); try again")


def _opened(address: str) -> tuple[Any, str]:
    core = need("fsspec.core")
    try:
        store, path = core.url_to_fs(address)
    except ImportError as error:
        kind = address.partition("://")[0]
        extra = _DRIVERS.get(kind)
        install = f"pip install 'formcheck[{extra}]'" if extra else str(error)
        raise UsageError(f"{kind}:// needs a driver that is not installed: {install}") from error
    except Exception as error:
        raise UsageError(f"{address} cannot be opened ({_why(error)}); check it") from error
    # Archives and stores keep listings; a batch must see what is there now.
    store.invalidate_cache()
    return store, str(path)


def _address_of(given: str, place: str) -> str:
    head, mark, rest = given.partition("::")
    kind, _, below = head.partition("://")
    if "://" in place:
        return f"{place}{mark}{rest}"
    if kind in _LOCAL:
        return f"{kind}://{place}"
    host = below.partition("/")[0]
    place = place.lstrip("/")
    # Drivers that talk to a host tell places without it: sftp, ftp, hdfs.
    if host and not glob.has_magic(host) and place != host and not place.startswith(f"{host}/"):
        place = f"{host}/{place}"
    return f"{kind}://{place}{mark}{rest}"


def _from_anywhere(address: str) -> str:
    """An address that means the same in another folder: of an archive on this machine."""
    head, mark, rest = address.rpartition("::")
    if not mark or is_address(rest):
        return address
    return f"{head}::{Path(rest).absolute()}"


def _clip(
    address: str, facts: Mapping[str, Any], exercise: str, carried: Mapping[str, str]
) -> Clip:
    size = facts.get("size")
    marks = [f"{name}={facts[name]}" for name in _STAMPS if facts.get(name)]
    # Without a mark the content must be looked at again; a size alone proves nothing.
    stamp = f"{size}-{marks[0]}" if marks and not address.startswith(MEMORY) else ""
    place = _from_anywhere(address)
    return Clip(address, place, size, stamp, exercise, carried=dict(carried))


def _why(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
