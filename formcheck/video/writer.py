"""Writes H.264 video that every browser plays, with the times of its frames kept."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

TICKS_PER_S: Final = 90_000
"""Clock of the file: fine enough that a time is kept to about 6 microseconds."""

_ENCODERS: Final[dict[str, dict[str, str]]] = {
    "libx264": {"preset": "veryfast", "crf": "23"},
    "libopenh264": {"b": "4M"},
    "h264_videotoolbox": {"b": "4M"},
    "h264_mf": {"b": "4M"},
}
_BT709: Final = 1
"""Code of ITU-R BT.709 for matrix, primaries and transfer in the H.264 standard."""


class EncoderError(Exception):
    """This machine cannot encode H.264, or its encoder broke down; the disk is not at fault."""


def h264_encoder() -> str | None:
    """Name of the H.264 encoder that PyAV offers here; ``None`` when there is none."""
    return next((name for name in _ENCODERS if name in av.codecs_available), None)


class ClipWriter:
    """An H.264 file in the making: yuv420p, index at the front, variable frame rate.

    Args:
        path: File to write, ``.mp4``.
        width: Width in pixels; even.
        height: Height in pixels; even.
        fps: Expected frame rate, a hint for the encoder; the times given to ``write`` count.

    Raises:
        EncoderError: No H.264 encoder, or it refuses this size.
        OSError: The file cannot be created.
        ValueError: A size is odd or not positive.
    """

    def __init__(self, path: Path, width: int, height: int, *, fps: float = 30.0) -> None:
        if width < 2 or height < 2 or width % 2 or height % 2:
            raise ValueError(f"H.264 needs even sizes, not {width}x{height}")
        encoder = h264_encoder()
        if encoder is None:
            raise EncoderError("PyAV has no H.264 encoder on this machine")
        self._path = path
        self._size = (width, height)
        self._last_ticks: int | None = None
        # PyAV opens the file only with the first frame; a folder that is not there shows now.
        path.open("wb").close()
        # PyAV writes to the path itself: given a file object it prints tracebacks when the
        # disk is full, and it cannot move the index to the front.
        try:
            self._container = av.open(
                str(path), "w", format="mp4", options={"movflags": "+faststart"}
            )
            self._stream = self._new_stream(encoder, fps)
        except av.error.FFmpegError as error:
            raise _translated(error, path) from error

    def __enter__(self) -> ClipWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self.abandon()

    def write(self, bgr: NDArray[np.uint8], t_s: float) -> None:
        """Append one picture.

        Args:
            bgr: Shape (height, width, 3), uint8.
            t_s: Presentation time in seconds; a time that does not grow is moved on by a tick.

        Raises:
            OSError: The disk is full or the file cannot be written.
            EncoderError: The encoder failed.
            ValueError: The picture has another size than the file.
        """
        if bgr.shape != (self._size[1], self._size[0], 3):
            raise ValueError(f"a picture of shape {bgr.shape} does not fit {self._size}")
        ticks = round(t_s * TICKS_PER_S)
        if self._last_ticks is not None:
            ticks = max(ticks, self._last_ticks + 1)
        self._last_ticks = ticks
        raw = av.VideoFrame.from_ndarray(bgr, format="bgr24")
        frame = raw.reformat(format="yuv420p", dst_colorspace="ITU709")
        frame.pts = ticks
        frame.time_base = Fraction(1, TICKS_PER_S)
        self._encode(frame)

    def close(self) -> None:
        """Finish the file.

        Raises:
            OSError: The disk is full or the file cannot be written.
            EncoderError: The encoder failed.
        """
        try:
            if self._last_ticks is not None:
                self._encode(None)
            self._container.close()
        except av.error.FFmpegError as error:
            self.abandon()
            raise _translated(error, self._path) from error

    def abandon(self) -> None:
        """Let go of the file without finishing it; what was written is worthless."""
        with suppress(av.error.FFmpegError, ValueError):
            self._container.close()

    def _new_stream(self, encoder: str, fps: float) -> Any:
        rate = Fraction(fps).limit_denominator(1001) if fps > 0 else Fraction(30)
        stream = self._container.add_stream(encoder, rate=rate, options=_ENCODERS[encoder])
        stream.width, stream.height = self._size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = Fraction(1, TICKS_PER_S)
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = 1
        return stream

    def _encode(self, frame: Any) -> None:
        try:
            for packet in self._stream.encode(frame):
                self._container.mux(packet)
        except av.error.FFmpegError as error:
            raise _translated(error, self._path) from error


def _translated(error: Any, path: Path) -> OSError | EncoderError:
    """Tell a full disk, which ends the report, from a broken encoder, which costs the video."""
    number = int(getattr(error, "errno", 0) or 0)
    if isinstance(error, OSError) or number in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG):
        return OSError(number, os.strerror(number), str(path))
    return EncoderError(f"H.264 encoding failed: {error}")
