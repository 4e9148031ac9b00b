"""Downloading one file over HTTP so that an interruption costs little.

What has arrived stays in a ``.part`` file. The next attempt asks for the rest with an HTTP Range
request, and starts again from nothing if the server cannot do that.
"""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import BinaryIO

from formcheck import __version__
from formcheck.pose.bundles import ProgressCallback

# Short, so that a place without a network is told at once. A slow line does not suffer: an
# attempt that brought anything is followed by another, which goes on where it broke off.
TIMEOUT_S = 5.0
MAX_ATTEMPTS = 20
MAX_BYTES = 200_000_000
_CHUNK_BYTES = 1 << 16


class FetchError(Exception):
    """One way of bringing a bundle failed. The message says why and fits inside a line."""


class _BrokenOffError(Exception):
    """One connection failed; another may go on from what arrived."""


def download(url: str, part: Path, label: str, progress: ProgressCallback) -> None:
    """Bring ``url`` into the file ``part``, going on from what ``part`` already holds.

    Gives nothing back: when it returns, ``part`` holds as many bytes as the server announced.
    Raises FetchError if the server cannot be reached, refuses, or breaks off without sending
    anything; OSError if ``part`` cannot be written.
    """
    progress(label, _size(part), None)
    for _ in range(MAX_ATTEMPTS):
        before = _size(part)
        try:
            if _attempt(url, part, label, progress):
                return
            reason = "the connection broke off"
        except _BrokenOffError as error:
            reason = str(error)
        if _size(part) <= before:
            raise FetchError(reason)
    raise FetchError(f"the connection broke off {MAX_ATTEMPTS} times")


def _attempt(url: str, part: Path, label: str, progress: ProgressCallback) -> bool:
    """Bring what one connection gives; True if the file is then complete."""
    have = _size(part)
    headers = {"User-Agent": f"formcheck/{__version__}", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        response = _open(urllib.request.Request(url, headers=headers))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not have:
            raise FetchError(f"the server answered {error.code} {error.reason}") from error
        # Either everything had arrived already, or what we have is no start of this file.
        if _total_of_range(error.headers.get("Content-Range")) == have:
            return True
        part.unlink()
        return _attempt(url, part, label, progress)
    with response:
        start = _start_of_range(response, have)
        total = _total_bytes(response, start)
        if total is not None and total > MAX_BYTES:
            raise FetchError(f"the server offers {total} bytes, far more than a bundle has")
        with part.open("r+b" if part.exists() else "wb") as stream:
            stream.truncate(start)
            stream.seek(start)
            done = _copy(response, stream, start, total, label, progress)
    return done == total if total is not None else True


def _open(request: urllib.request.Request) -> http.client.HTTPResponse:
    try:
        response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError:
        raise
    except (OSError, http.client.HTTPException) as error:
        raise _BrokenOffError(f"not reachable ({_reason(error)})") from error
    return response


def _read(response: http.client.HTTPResponse) -> bytes:
    # Apart from the writing, so that a network that fails is not taken for a disk that is full.
    try:
        return response.read(_CHUNK_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise _BrokenOffError(f"the connection broke off ({_reason(error)})") from error


def _copy(
    response: http.client.HTTPResponse,
    stream: BinaryIO,
    start: int,
    total: int | None,
    label: str,
    progress: ProgressCallback,
) -> int:
    done = start
    progress(label, done, total)
    while chunk := _read(response):
        stream.write(chunk)
        done += len(chunk)
        if done > MAX_BYTES:
            raise FetchError("the server sends far more bytes than a bundle has")
        progress(label, done, total)
    return done


def _start_of_range(response: http.client.HTTPResponse, have: int) -> int:
    """Where in the file the answer begins: 0 when the server ignored our Range request."""
    if response.status != http.HTTPStatus.PARTIAL_CONTENT:
        return 0
    match = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    if match is None or int(match[1]) != have:
        raise FetchError("the server sent another part of the file than was asked for")
    return have


def _total_bytes(response: http.client.HTTPResponse, start: int) -> int | None:
    total = _total_of_range(response.headers.get("Content-Range"))
    length = response.headers.get("Content-Length", "")
    if total is None and length.isdigit():
        return start + int(length)
    return total


def _total_of_range(content_range: str | None) -> int | None:
    match = re.search(r"/(\d+)$", content_range or "")
    return int(match[1]) if match else None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    text = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return " ".join(text.split())
