"""Reads a recorded clip frame by frame, on the container's own clock.

PyAV is used rather than OpenCV's reader because it tells three things that the other
keeps to itself: the exact presentation time of each frame, each packet that could not be
decoded, and whether a file holds a picture stream at all.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.errors import ClipError

PREFETCH_FRAMES: Final = 3
_LOCAL_FILES_ONLY: Final = {"protocol_whitelist": "file"}
"""A playlist disguised as a clip must not make the decoder open a network address."""

_NO_FILMS: Final = frozenset({"tty", "concat", "hls", "dash", "sdp", "lavfi", "ffmetadata"})
"""Formats of FFmpeg that a text file can pass for: letters, and lists of files."""

_ROTATIONS: Final = {
    90: cv2.ROTATE_90_COUNTERCLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_CLOCKWISE,
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a clip.

    Attributes:
        index: Position among the frames that were delivered, from 0.
        t_s: Presentation time in seconds since the start of the stream, never falling.
        bgr: Picture, shape (height, width, 3), uint8, upright, contiguous.
    """

    index: int
    t_s: float
    bgr: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """What a container says of its video stream before a frame is decoded.

    Attributes:
        path: The file.
        width: Displayed width in pixels, after rotation.
        height: Displayed height in pixels, after rotation.
        fps: Mean frame rate of the container in frames per second; NaN when it gives none.
        frames_declared: Number of frames that the container promises; 0 when it gives none.
        rotation_deg: Counter-clockwise turn applied to the stored picture, 0, 90, 180 or 270.
    """

    path: Path
    width: int
    height: int
    fps: float
    frames_declared: int
    rotation_deg: int


class ClipReader:
    """A clip opened for one pass from its first frame to its last.

    Decoding runs in a thread of its own, at most ``PREFETCH_FRAMES`` ahead, so memory does
    not grow with the clip and the pose model does not wait for the decoder.

    Args:
        path: A video file or animated GIF.
        short_side: Shorter side in pixels of the frames delivered; larger frames are shrunk
            while decoding. ``None`` delivers them as stored.

    Raises:
        ClipError: The path is missing, is not a file, or holds no readable video stream.
    """

    def __init__(self, path: Path, short_side: int | None = None) -> None:
        self._path = path
        self._short_side = short_side
        self._container, self._stream = open_picture_stream(path)
        self._stop = threading.Event()
        self.frames_read = 0
        self._undecodable = 0
        self._decoded_count = 0
        try:
            self._pending = self._decoded()
            self._first = next(self._pending, None)
        except BaseException:
            self._container.close()
            raise
        if self._first is None:
            self._container.close()
            raise ClipError(
                f"{path} is damaged: not one frame of it could be decoded; "
                "record or export the clip again"
            )
        self.info = self._describe(self._first)

    def __enter__(self) -> ClipReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop decoding and let go of the file."""
        self._stop.set()

    @property
    def frames_lost(self) -> int:
        """Frames that the clip promised and that could not be decoded, so far as known."""
        declared = self.info.frames_declared
        missing = declared - self.frames_read if declared else 0
        return max(missing, self._undecodable, 0)

    @property
    def scale(self) -> float:
        """Delivered pixels for each displayed pixel; 1 unless ``short_side`` shrank the frames."""
        return _fit(self.info.width, self.info.height, self._short_side)[0] / self.info.width

    def __iter__(self) -> Iterator[Frame]:
        """Deliver every readable frame once, upright, in order.

        Yields:
            Frames whose times strictly increase.
        """
        yield from self.frames()

    def frames(self, first: int = 0, past: int | None = None) -> Iterator[Frame]:
        """Deliver the readable frames from ``first`` up to and without ``past``, upright, in order.

        Frames before the first are decoded, for the sake of their times, and let go at once.

        Args:
            first: Index of the first frame to deliver.
            past: Index to stop before; ``None`` for the end of the clip.

        Yields:
            Frames whose times strictly increase.
        """
        handed: queue.Queue[Frame | BaseException | None] = queue.Queue(PREFETCH_FRAMES)
        worker = threading.Thread(
            target=self._fill, args=(handed, first, past), name="formcheck-decode", daemon=True
        )
        worker.start()
        try:
            while (item := handed.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                self.frames_read = item.index + 1
                yield item
            self.frames_read = self._decoded_count
        finally:
            self._stop.set()
            while worker.is_alive():
                with suppress(queue.Empty):
                    handed.get(timeout=0.01)
            worker.join()
            self._container.close()

    def _fill(
        self, handed: queue.Queue[Frame | BaseException | None], first: int, past: int | None
    ) -> None:
        try:
            for frame in self._upright(first, past):
                if self._stop.is_set():
                    return
                handed.put(frame)
            handed.put(None)
        except BaseException as error:
            handed.put(error)

    def _upright(self, first: int, past: int | None) -> Iterator[Frame]:
        info = self.info
        size = _fit(info.width, info.height, self._short_side)
        period_s = 1.0 / info.fps if info.fps > 0 else 1.0 / 30.0
        start_s = stream_start_s(self._container, self._stream)
        last_s = -period_s
        assert self._first is not None
        opening, self._first = self._first, None
        for index, raw in enumerate(_chain(opening, self._pending)):
            if self._stop.is_set() or index == past:
                return
            t_s = float(raw.time) - start_s if raw.time is not None else last_s + period_s
            if t_s <= last_s:
                t_s = last_s + period_s / 2
            last_s = t_s
            self._decoded_count = index + 1
            if index < first:
                continue
            yield Frame(index, t_s, upright_bgr(raw, info.rotation_deg, size))

    def _decoded(self) -> Iterator[Any]:
        """Decode packet by packet, so that a damaged packet costs only itself."""
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except (av.error.FFmpegError, OSError):
                self._undecodable += 1
                return
            if packet is None:
                return
            try:
                frames = packet.decode()
            except (av.error.FFmpegError, ValueError):
                self._undecodable += 1
                continue
            for raw in frames:
                if raw.is_corrupt:
                    self._undecodable += 1
                else:
                    yield raw

    def _describe(self, first: Any) -> ClipInfo:
        rotation = rotation_deg(first)
        width, height = int(first.width), int(first.height)
        if rotation in (90, 270):
            width, height = height, width
        rate = self._stream.average_rate or self._stream.guessed_rate
        return ClipInfo(
            path=self._path,
            width=width,
            height=height,
            fps=float(rate) if rate else float("nan"),
            frames_declared=int(self._stream.frames or 0),
            rotation_deg=rotation,
        )


def open_picture_stream(path: Path) -> tuple[Any, Any]:
    """Open a clip and find its moving picture.

    Returns:
        The PyAV container, which the caller closes, and its video stream.

    Raises:
        ClipError: The path is missing, is not a file, or holds no readable video stream.
    """
    container = _open_container(path)
    if container.format.name in _NO_FILMS:
        container.close()
        raise _unreadable(path)
    streams = [s for s in container.streams.video if not _is_cover_picture(s)]
    if not streams:
        container.close()
        raise ClipError(
            f"{path} holds no moving picture (sound only?); give a clip that shows the lifter"
        )
    streams[0].thread_type = "AUTO"
    return container, streams[0]


def stream_start_s(container: Any, stream: Any) -> float:
    """Time that a player calls 0: the stream's own start, else the container's, in seconds."""
    if stream.start_time is not None:
        return float(stream.start_time * stream.time_base)
    return float((container.start_time or 0) / av.time_base)


def rotation_deg(raw: Any) -> int:
    """Counter-clockwise turn that makes a decoded frame upright: 0, 90, 180 or 270."""
    turns: int = round(raw.rotation / 90.0)
    return turns * 90 % 360


def upright_bgr(raw: Any, turn_deg: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Turn a decoded frame into an upright picture.

    Args:
        raw: The frame as PyAV decoded it.
        turn_deg: Counter-clockwise turn to apply, 0, 90, 180 or 270.
        size: Displayed width and height to deliver, in pixels.

    Returns:
        Shape (height, width, 3), uint8, blue-green-red, contiguous.
    """
    width, height = size[::-1] if turn_deg in (90, 270) else size
    picture = raw.reformat(width=width, height=height, format="bgr24").to_ndarray()
    turn = _ROTATIONS.get(turn_deg)
    if turn is not None:
        picture = cv2.rotate(picture, turn)
    return np.ascontiguousarray(picture)


def _open_container(path: Path) -> Any:
    if not path.exists():
        raise ClipError(f"{path} does not exist; check the spelling of the path")
    if path.is_dir():
        raise ClipError(f"{path} is a folder; name the clip inside it")
    if path.stat().st_size == 0:
        raise ClipError(f"{path} is empty; copy or record the clip again")
    try:
        return av.open(str(path), options=dict(_LOCAL_FILES_ONLY))
    except (av.error.FFmpegError, OSError, ValueError) as error:
        if not os.access(path, os.R_OK):
            raise ClipError(f"{path} may not be read; change its permissions") from error
        raise _unreadable(path) from error


def _unreadable(path: Path) -> ClipError:
    return ClipError(
        f"{path} is not a video that can be read (cut short or another kind of file?); "
        "record or export the clip again"
    )


def _is_cover_picture(stream: Any) -> bool:
    return bool(stream.disposition & stream.disposition.attached_pic)


def _fit(width: int, height: int, short_side: int | None) -> tuple[int, int]:
    if short_side is None or min(width, height) <= short_side:
        return width, height
    ratio = short_side / min(width, height)
    return max(4, round(width * ratio / 4) * 4), max(4, round(height * ratio / 4) * 4)


def _chain(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest
