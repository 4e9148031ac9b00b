"""Moving pictures as they happen: a camera, a stream, or a file played as if it were one.

The newest picture wins: whoever takes pictures gets the latest one, and those in between are
dropped and counted, never queued.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.errors import ClipError, UsageError
from formcheck.video.reader import ClipReader

OPEN_TIMEOUT_MS: Final = 5000
READ_TIMEOUT_MS: Final = 3000
BACK_OFF_S: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Waits before a lost source is opened again, the last one repeated."""
_PROTOCOLS: Final = {
    "http": "http,tcp",
    "https": "https,tls,tcp",
    "rtsp": "rtsp,rtp,udp,tcp",
    "rtsps": "rtsps,rtsp,rtp,udp,tcp,tls",
    "rtmp": "rtmp,tcp",
}
"""What FFmpeg may speak for each kind of address: nothing that could lead it to a file."""
_FFMPEG_OPTIONS: Final = "OPENCV_FFMPEG_CAPTURE_OPTIONS"

Tell = Callable[[str, str], None]
"""Takes ``opened``, ``lost`` or ``ended``, and a sentence."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture.

    Attributes:
        t_s: When it was taken, seconds since the source's first picture.
        arrived_s: When this program had it, on the monotonic clock.
        bgr: Shape (height, width, 3), uint8, upright.
    """

    t_s: float
    arrived_s: float
    bgr: NDArray[np.uint8]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.bgr.shape[1], self.bgr.shape[0]


class Source(Protocol):
    """Where pictures come from."""

    name: str
    """How messages name it; without passwords."""

    def pictures(self, stop: threading.Event, tell: Tell) -> Iterator[Picture]:
        """Deliver pictures until the source ends or is stopped."""
        ...


class FileSource:
    """A recorded clip played at its own speed, or as fast as it is taken.

    Args:
        path: The clip.
        fast: Whether to play without waiting.

    Raises:
        ClipError: The clip cannot be read.
    """

    def __init__(self, path: Path, *, fast: bool = False) -> None:
        self.name = str(path)
        self._path = path
        self._fast = fast
        ClipReader(path).close()

    def pictures(self, stop: threading.Event, tell: Tell) -> Iterator[Picture]:
        """Deliver the pictures of the clip, each when it is due."""
        tell("opened", f"{self.name} is playing.")
        with ClipReader(self._path) as reader:
            began_s: float | None = None
            for frame in reader:
                if stop.is_set():
                    return
                now_s = time.monotonic()
                if began_s is None:
                    began_s = now_s - frame.t_s
                due_s = began_s + frame.t_s
                if not self._fast and due_s > now_s and stop.wait(due_s - now_s):
                    return
                yield Picture(frame.t_s, time.monotonic(), frame.bgr)
        tell("ended", f"{self.name} is at its end.")


class CaptureSource:
    """A camera or stream by OpenCV, opened again whenever it is lost.

    Args:
        address: Index of a camera, or address of a stream.

    Raises:
        UsageError: The address is of no kind that can be played.
    """

    def __init__(self, address: int | str) -> None:
        self._address = address
        self.name = f"camera {address}" if isinstance(address, int) else shown_address(address)

    def pictures(self, stop: threading.Event, tell: Tell) -> Iterator[Picture]:
        """Deliver pictures; a source that is lost is opened again with growing waits.

        Raises:
            ClipError: It cannot be opened the first time.
        """
        capture = self._opened()
        if capture is None:
            raise ClipError(f"{self.name} cannot be opened; {self._advice()}")
        tell("opened", f"{self.name} is open.")
        if self._is_web and capture.get(cv2.CAP_PROP_FRAME_COUNT) > 0:
            yield from self._played(capture, stop)
            if not stop.is_set():
                tell("ended", f"{self.name} is at its end.")
            return
        began_s: float | None = None
        failures = 0
        try:
            while not stop.is_set():
                taken = capture is not None and capture.grab()
                now_s = time.monotonic()
                bgr = capture.retrieve()[1] if taken and capture is not None else None
                if bgr is None or bgr.size == 0:
                    if capture is not None:
                        capture.release()
                        tell("lost", f"{self.name} gives no picture; trying again.")
                    wait_s = BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)]
                    failures += 1
                    if stop.wait(wait_s):
                        return
                    capture = self._opened()
                    if capture is not None:
                        tell("opened", f"{self.name} is open again.")
                    continue
                failures = 0
                if began_s is None:
                    began_s = now_s
                yield Picture(now_s - began_s, now_s, np.ascontiguousarray(bgr, dtype=np.uint8))
        finally:
            if capture is not None:
                capture.release()

    @property
    def _is_web(self) -> bool:
        return isinstance(self._address, str) and self._address.lower().startswith("http")

    def _played(self, capture: cv2.VideoCapture, stop: threading.Event) -> Iterator[Picture]:
        """A recording that a server sends as fast as it is taken, each picture when it is due."""
        began_s: float | None = None
        try:
            while not stop.is_set() and capture.grab():
                t_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000.0
                now_s = time.monotonic()
                if began_s is None:
                    began_s = now_s - t_s
                if began_s + t_s > now_s and stop.wait(began_s + t_s - now_s):
                    return
                bgr = capture.retrieve()[1]
                if bgr is not None and bgr.size:
                    yield Picture(t_s, time.monotonic(), np.ascontiguousarray(bgr, dtype=np.uint8))
        finally:
            capture.release()

    def _opened(self) -> cv2.VideoCapture | None:
        # What is lost and opened again is told by ``tell``, in one place.
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        if isinstance(self._address, int):
            capture = cv2.VideoCapture(self._address)
        else:
            scheme = urlsplit(self._address).scheme.lower()
            options = f"protocol_whitelist;{_PROTOCOLS[scheme]}"
            if scheme.startswith("rtsp"):
                options += "|rtsp_transport;tcp"
            os.environ[_FFMPEG_OPTIONS] = options
            capture = cv2.VideoCapture(
                self._address,
                cv2.CAP_FFMPEG,
                [
                    *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS),
                    *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS),
                ],
            )
        if not capture.isOpened():
            capture.release()
            return None
        capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
        return capture

    def _advice(self) -> str:
        if isinstance(self._address, int):
            return "close other programs that use it, try --camera 1, or play a clip with --source"
        return "check the address, and that the camera is on and in this network"


def shown_address(address: str) -> str:
    """An address without user name and password.

    Raises:
        UsageError: It is of no kind that can be played.
    """
    parts = urlsplit(address)
    if parts.scheme.lower() not in _PROTOCOLS:
        known = ", ".join(f"{scheme}://" for scheme in _PROTOCOLS)
        raise UsageError(
            f"an address that begins with {parts.scheme}:// cannot be played ({known})"
        )
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"


def open_source(camera: int, source: str | None, *, fast: bool = False) -> Source:
    """The source that a command line asks for.

    Args:
        camera: Index of the camera to use when no source is given.
        source: A file or the address of a stream.
        fast: Whether a file is played as fast as it is taken.

    Raises:
        ClipError: The file cannot be read.
        UsageError: The address cannot be played.
    """
    if source is None:
        return CaptureSource(camera)
    if "://" in source:
        return CaptureSource(source)
    return FileSource(Path(source), fast=fast)


class Latest:
    """Room for one picture between who delivers and who takes.

    Args:
        lossless: Whether who delivers waits until the picture was taken (a file played as fast as
            it goes) instead of replacing it.
    """

    def __init__(self, *, lossless: bool = False) -> None:
        self.lossless = lossless
        self._picture: Picture | None = None
        self._closed = False
        self._changed = threading.Condition()
        self.delivered = 0
        self.dropped = 0
        self.last_arrival_s = time.monotonic()

    def put(self, picture: Picture) -> None:
        """Deliver a picture; one that nobody took is dropped."""
        with self._changed:
            if self.lossless:
                self._changed.wait_for(lambda: self._picture is None or self._closed)
            elif self._picture is not None:
                self.dropped += 1
            self._picture = picture
            self.delivered += 1
            self.last_arrival_s = picture.arrived_s
            self._changed.notify_all()

    def take(self, timeout_s: float, *, oldest_s: float | None = None) -> Picture | None:
        """Take the newest picture, waiting for one.

        Args:
            timeout_s: How long to wait.
            oldest_s: Leave out a picture that arrived longer ago than this: the next one is about
                to come, and what is said of it is said sooner after it.

        Returns:
            The picture; ``None`` when none came in time, or when no more will come.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._picture is not None or self._closed, timeout_s)
            waiting = self._picture
            if waiting is None:
                return None
            if (
                oldest_s is not None
                and not self.lossless
                and not self._closed
                and time.monotonic() - waiting.arrived_s > oldest_s
            ):
                self._changed.wait_for(
                    lambda: self._picture is not waiting or self._closed, timeout_s
                )
            picture, self._picture = self._picture, None
            self._changed.notify_all()
            return picture

    def close(self) -> None:
        """No more pictures will come."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def over(self) -> bool:
        """Whether the last picture was taken and no more will come."""
        with self._changed:
            return self._closed and self._picture is None
