"""Fetches single pictures of a clip by their time, without decoding the clip again.

Times are those of ``ClipReader``: seconds of the container since the start of the stream.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

from formcheck.video.reader import (
    ClipReader,
    open_picture_stream,
    rotation_deg,
    stream_start_s,
    upright_bgr,
)

_SEEKABLE: Final = frozenset({"mp4", "mov", "matroska", "webm"})
"""Containers with an index of keyframes that can be believed; others are read through."""
_STEP_BACK_S: Final = (0.0, 0.5, 2.0, 8.0, 32.0)
"""An index sorted by decoding time can land after the moment wanted; then look earlier."""


@dataclass(frozen=True, slots=True)
class Still:
    """One picture of a clip.

    Attributes:
        wanted_s: Time that was asked for, seconds of the container.
        t_s: Time of the picture, the nearest that the clip has.
        bgr: Picture, shape (height, width, 3), uint8, upright, as large as displayed.
    """

    wanted_s: float
    t_s: float
    bgr: NDArray[np.uint8]


class _UntimedError(Exception):
    """A frame without a time of its own: only reading from the start can place it."""


def frames_at(clip: Path, times_s: Sequence[float]) -> Iterator[Still]:
    """Fetch the frame nearest to each time, one in memory at a time.

    Args:
        clip: A video file or animated GIF.
        times_s: Container times in seconds, in any order; repeated times are fetched once.

    Yields:
        A still for each distinct time, in rising order. Of a damaged clip, the nearest frame
        that can be decoded: compare ``t_s`` with ``wanted_s``.

    Raises:
        ClipError: The clip cannot be read.
    """
    wanted = sorted({float(t) for t in times_s})
    if not wanted:
        return
    container, stream = open_picture_stream(clip)
    try:
        names = set(container.format.name.split(","))
        if names & _SEEKABLE and stream.time_base:
            done = 0
            try:
                for still in _by_seeking(container, stream, clip, wanted):
                    done += 1
                    yield still
                return
            except _UntimedError:
                wanted = wanted[done:]
    finally:
        container.close()
    yield from _by_reading(clip, wanted)


def _by_reading(clip: Path, wanted: list[float]) -> Iterator[Still]:
    """Read from the start; of the two frames about each time, give the nearer."""
    left = list(wanted)
    before: tuple[float, NDArray[np.uint8]] | None = None
    with ClipReader(clip) as reader:
        for frame in reader:
            while left and frame.t_s >= left[0]:
                use_before = before is not None and left[0] - before[0] <= frame.t_s - left[0]
                t_s, bgr = before if use_before and before else (frame.t_s, frame.bgr)
                yield Still(left.pop(0), t_s, bgr)
            if not left:
                return
            before = (frame.t_s, frame.bgr)
    if before is not None:
        for t in left:
            yield Still(t, before[0], before[1])


def _by_seeking(container: Any, stream: Any, clip: Path, wanted: list[float]) -> Iterator[Still]:
    """Jump to the keyframe before each time, unless decoding on from here is shorter.

    A second container is the scout: it looks up where a jump would land, so that a clip
    with few keyframes is not decoded from its start for each picture.
    """
    scout, scouted = open_picture_stream(clip)
    try:
        walk = _Walk(container, stream)
        for t in wanted:
            landing = _keyframe_before(scout, scouted, t)
            if landing is not None and landing[1] > walk.reached_s:
                walk.jump(landing[0], landing[1])
            found = walk.nearest(t)
            if found is not None:
                raw, t_s = found
                turn = rotation_deg(raw)
                stored = (int(raw.width), int(raw.height))
                size = stored[::-1] if turn in (90, 270) else stored
                yield Still(t, t_s, upright_bgr(raw, turn, size))
    finally:
        scout.close()


def _keyframe_before(scout: Any, stream: Any, t_s: float) -> tuple[int, float] | None:
    """Where a jump towards a time lands: the offset to seek to and the keyframe's time."""
    start_s = stream_start_s(scout, stream)
    for back_s in _STEP_BACK_S:
        offset = max(
            round((t_s - back_s + start_s) / stream.time_base), round(start_s / stream.time_base)
        )
        with suppress(av.error.FFmpegError, OSError):
            scout.seek(offset, stream=stream, backward=True)
            for packet in scout.demux(stream):
                if packet.pts is None:
                    break
                if packet.is_keyframe:
                    key_s = float(packet.pts * stream.time_base) - start_s
                    if key_s <= t_s:
                        return offset, key_s
                    break
        if t_s - back_s <= 0:
            return None
    return None


class _Walk:
    """Decodes forwards and remembers the last frame, to choose the nearer of two."""

    def __init__(self, container: Any, stream: Any) -> None:
        self._container = container
        self._stream = stream
        self._frames = self._decode()
        self._pair: list[tuple[Any, float]] = []
        self._from_s = float("-inf")
        self.reached_s = 0.0

    def jump(self, offset: int, key_s: float) -> None:
        """Go on from the keyframe at ``key_s``."""
        self._container.seek(offset, stream=self._stream, backward=True)
        self._frames = self._decode()
        self._pair = []
        self._from_s = key_s - 1e-6

    def nearest(self, t_s: float) -> tuple[Any, float] | None:
        """Frame nearest to a time that is not before the last one asked for."""
        while not self._pair or self._pair[-1][1] < t_s:
            following = next(self._frames, None)
            if following is None:
                break
            self._pair = [*self._pair[-1:], following]
            self.reached_s = following[1]
        return min(self._pair, key=lambda item: abs(item[1] - t_s), default=None)

    def _decode(self) -> Iterator[tuple[Any, float]]:
        start_s = stream_start_s(self._container, self._stream)
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except (av.error.FFmpegError, OSError):
                return
            if packet is None:
                return
            try:
                frames = packet.decode()
            except (av.error.FFmpegError, ValueError):
                continue
            for raw in frames:
                if raw.time is None:
                    raise _UntimedError
                t_s = float(raw.time) - start_s
                # Leading frames of an open group of pictures lack what they refer to.
                if not raw.is_corrupt and t_s >= self._from_s:
                    yield raw, t_s
