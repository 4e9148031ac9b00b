"""``overlay.mp4``: the clip with skeleton, outline, phase, rep count and live tempo drawn on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.errors import ClipError
from formcheck.motion.signals import Signals
from formcheck.pose.track import PoseTrack
from formcheck.report.drawing import WHITE, Canvas, back_outline_px, draw_skeleton
from formcheck.report.moment import moment_at
from formcheck.report.panel import PanelPlace, draw_panel, place_panel
from formcheck.report.rules import tempo_band_s
from formcheck.report.schema import SetReport
from formcheck.report.vocabulary import KNEE_DRIVEN
from formcheck.report.wording import phase_words
from formcheck.video.reader import ClipReader
from formcheck.video.writer import ClipWriter, EncoderError

MAX_SHORT_SIDE_PX: Final = 720

Progress = Callable[[str, int, int | None], None]


def write_overlay(
    report: SetReport,
    signals: Signals,
    track: PoseTrack,
    clip: Path,
    path: Path,
    progress: Progress | None = None,
) -> str | None:
    """Write the overlay video, each frame at the time it has in the clip.

    Args:
        report: The report.
        signals: The clip's signals, row by row with the track.
        track: The clip's pose track.
        clip: The clip.
        path: File to write.
        progress: Called with what is being done, frames done and frames in all.

    Returns:
        ``None``, or a sentence why there is no video; then a part of it may be left at
        ``path``.

    Raises:
        OSError: The disk is full or the file cannot be written.
    """
    try:
        with ClipReader(clip, MAX_SHORT_SIDE_PX) as reader:
            scale = reader.scale
            writer: ClipWriter | None = None
            painter = _Painter(report, signals, track, scale)
            # The track of a recording made while coaching has no rows for skipped pictures.
            frames = max(reader.info.frames_declared or 0, len(track)) or None
            try:
                for frame in reader:
                    picture = _even(painter.paint(frame.bgr, frame.t_s))
                    if writer is None:
                        height, width = picture.shape[:2]
                        writer = ClipWriter(path, width, height, fps=reader.info.fps)
                    writer.write(picture, frame.t_s)
                    if progress is not None:
                        progress("Overlay video", frame.index + 1, frames)
                if writer is not None:
                    writer.close()
            except BaseException:
                if writer is not None:
                    writer.abandon()
                raise
    except (EncoderError, ClipError) as error:
        return f"No overlay video was written: {error}."
    return None


class _Painter:
    """Paints one frame after the other."""

    def __init__(self, report: SetReport, signals: Signals, track: PoseTrack, scale: float) -> None:
        self._report = report
        self._signals = signals
        self._track = track
        self._scale = scale
        self._words = phase_words(report.exercise.name)
        self._band = tempo_band_s(report.config)
        self._period_s = float(np.median(np.diff(track.t_s))) if len(track) > 1 else 0.0
        self._tolerance_s = 0.75 * self._period_s
        self._place: PanelPlace | None = None

    def paint(self, bgr: NDArray[np.uint8], t_s: float) -> NDArray[np.uint8]:
        """Draw on a frame, given its container time in seconds; the frame is changed."""
        row = self._row(t_s)
        found = row is not None and bool(self._track.found[row])
        if row is not None and found:
            self._draw_lifter(bgr, row)
        speed = self._report.clip.speed
        moment = moment_at(self._report, t_s * speed, self._period_s / 2 * speed)
        place = self._placed(bgr)
        draw_panel(bgr, moment, self._words, self._band, found, place)
        return bgr

    def _placed(self, bgr: NDArray[np.uint8]) -> PanelPlace:
        if self._place is None:
            height, width = bgr.shape[:2]
            self._place = place_panel(self._track, width, height, self._scale)
        return self._place

    def _row(self, t_s: float) -> int | None:
        times = self._track.t_s
        after = int(np.searchsorted(times, t_s))
        near = [i for i in (after - 1, after) if 0 <= i < len(times)]
        row = min(near, key=lambda i: abs(times[i] - t_s), default=None)
        return row if row is not None and abs(times[row] - t_s) <= self._tolerance_s else None

    def _draw_lifter(self, bgr: NDArray[np.uint8], row: int) -> None:
        canvas = Canvas(bgr, self._scale, (0.0, 0.0), max(1.0, max(bgr.shape) / 480))
        view = self._signals.view
        facing = None if self._report.exercise.name in KNEE_DRIVEN else view.facing
        outline = back_outline_px(self._track, row, facing)
        if outline is not None:
            canvas.polyline(outline, WHITE, 1.0)
        draw_skeleton(canvas, self._track, row, view.near_side)


def _even(bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Repeat the last row or column where a size is odd, which H.264 cannot store."""
    bottom, right = bgr.shape[0] % 2, bgr.shape[1] % 2
    if not bottom and not right:
        return bgr
    framed = cv2.copyMakeBorder(bgr, 0, bottom, 0, right, cv2.BORDER_REPLICATE)
    return np.asarray(framed, dtype=np.uint8)
