"""``overlay.mp4``: the clip with skeleton, outline, phase, rep count and live tempo drawn on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.errors import ClipError
from formcheck.motion.signals import Signals
from formcheck.pose.track import PoseTrack
from formcheck.report.digest import tempo_band_s
from formcheck.report.drawing import (
    GREEN,
    GREY,
    ORANGE,
    SKY,
    VERMILION,
    WHITE,
    Canvas,
    back_outline_px,
    draw_skeleton,
    put_text,
    shade,
    text_size,
)
from formcheck.report.schema import FaultReport, RepReport, SetReport
from formcheck.report.tables import phase_at
from formcheck.report.wording import phase_words
from formcheck.video.reader import ClipReader
from formcheck.video.writer import ClipWriter, EncoderError

MAX_SHORT_SIDE_PX: Final = 720
CUE_S: Final = 1.5
"""How long a cue stays on the picture after the moment of its fault, real seconds."""
MAX_CUES: Final = 2
"""More than two cues at once are read by nobody."""
_PHASE_COLOURS: Final = {"eccentric": SKY, "concentric": ORANGE}

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Moment:
    """What the panel says at one moment.

    Attributes:
        reps_done: Complete reps that have ended.
        phase: Field name of the phase; empty between phases.
        phase_s: Time spent in it so far, seconds.
        eccentric_s: Duration of the eccentric under way so far, or of the last one; ``None``
            before the first.
        eccentric_over: Whether that eccentric has ended.
        cues: Cues of the faults that have just been seen, worst first.
    """

    reps_done: int
    phase: str
    phase_s: float
    eccentric_s: float | None
    eccentric_over: bool
    cues: tuple[str, ...]


def moment_at(report: SetReport, t_s: float) -> Moment:
    """What holds at a time, in real seconds."""
    done = sum(rep.complete and rep.end_s <= t_s for rep in report.reps)
    phase, phase_s = "", 0.0
    eccentric_s: float | None = None
    over = False
    for rep in _begun(report.reps, t_s):
        eccentric = rep.phases.eccentric
        if eccentric is not None and eccentric.start_s <= t_s:
            over = t_s > eccentric.end_s
            eccentric_s = (eccentric.end_s if over else t_s) - eccentric.start_s
        if t_s <= rep.end_s:
            phase = phase_at(rep.phases, t_s)
            phase_s = t_s - getattr(rep.phases, phase).start_s if phase else 0.0
    cues = dict.fromkeys(f.cue for f in _shown_faults(report, t_s))
    return Moment(done, phase, phase_s, eccentric_s, over, tuple(cues)[:MAX_CUES])


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
            try:
                for frame in reader:
                    picture = _even(painter.paint(frame.bgr, frame.t_s))
                    if writer is None:
                        height, width = picture.shape[:2]
                        writer = ClipWriter(path, width, height, fps=reader.info.fps)
                    writer.write(picture, frame.t_s)
                    if progress is not None:
                        progress("Overlay video", frame.index + 1, len(track) or None)
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
        period = float(np.median(np.diff(track.t_s))) if len(track) > 1 else 0.0
        self._tolerance_s = 0.75 * period

    def paint(self, bgr: NDArray[np.uint8], t_s: float) -> NDArray[np.uint8]:
        """Draw on a frame, given its container time in seconds; the frame is changed."""
        row = self._row(t_s)
        found = row is not None and bool(self._track.found[row])
        if row is not None and found:
            self._draw_lifter(bgr, row)
        moment = moment_at(self._report, t_s * self._report.clip.speed)
        _draw_panel(bgr, moment, self._words, self._band, found)
        return bgr

    def _row(self, t_s: float) -> int | None:
        times = self._track.t_s
        after = int(np.searchsorted(times, t_s))
        near = [i for i in (after - 1, after) if 0 <= i < len(times)]
        row = min(near, key=lambda i: abs(times[i] - t_s), default=None)
        return row if row is not None and abs(times[row] - t_s) <= self._tolerance_s else None

    def _draw_lifter(self, bgr: NDArray[np.uint8], row: int) -> None:
        canvas = Canvas(bgr, self._scale, (0.0, 0.0), max(1.0, max(bgr.shape) / 480))
        view = self._signals.view
        outline = back_outline_px(self._track, row, view.facing)
        if outline is not None:
            canvas.polyline(outline, WHITE, 1.0)
        draw_skeleton(canvas, self._track, row, view.near_side)


def _begun(reps: list[RepReport], t_s: float) -> list[RepReport]:
    return reps[: bisect_right([rep.start_s for rep in reps], t_s)]


def _shown_faults(report: SetReport, t_s: float) -> list[FaultReport]:
    shown = [
        fault
        for rep in report.reps
        for fault in rep.faults
        if fault.severity != "note" and fault.t_s <= t_s < fault.t_s + CUE_S
    ]
    return sorted(shown, key=lambda fault: (fault.severity != "major", -fault.confidence))


def _even(bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Repeat the last row or column where a size is odd, which H.264 cannot store."""
    bottom, right = bgr.shape[0] % 2, bgr.shape[1] % 2
    if not bottom and not right:
        return bgr
    framed = cv2.copyMakeBorder(bgr, 0, bottom, 0, right, cv2.BORDER_REPLICATE)
    return np.asarray(framed, dtype=np.uint8)


def _draw_panel(
    bgr: NDArray[np.uint8],
    moment: Moment,
    words: dict[str, str],
    band: tuple[float, float],
    found: bool,
) -> None:
    height, width = bgr.shape[:2]
    size = max(0.6, min(height, width) / 420)
    pad, step = round(10 * size), round(26 * size)
    right = min(width, pad + round(250 * size))
    shade(bgr, 0, 0, right, 4 * step + 2 * pad)
    put_text(bgr, f"Reps {moment.reps_done}", (pad, step), WHITE, 1.25 * size)
    colour: Any = _PHASE_COLOURS.get(moment.phase, GREY)
    phase = f"{words[moment.phase]} {moment.phase_s:.1f} s" if moment.phase else "-"
    put_text(bgr, phase if found else "Lifter not found", (pad, 2 * step), colour, 0.85 * size)
    _draw_tempo(bgr, moment, band, (pad, 2 * step + pad), (right - pad, step), size)
    aim = f"{words['eccentric']}: aim for {band[0]:g}-{band[1]:g} s"
    put_text(bgr, aim, (pad, 4 * step + pad // 2), GREY, 0.7 * size)
    _draw_cues(bgr, moment.cues, size)


def _draw_tempo(
    bgr: NDArray[np.uint8],
    moment: Moment,
    band: tuple[float, float],
    at: tuple[int, int],
    extent: tuple[int, int],
    size: float,
) -> None:
    """A bar that fills during the eccentric, with the band aimed at marked on it."""
    low, high = band
    full_s = high + 1.0
    left, top = at
    right, height = extent
    text = "" if moment.eccentric_s is None else f"{moment.eccentric_s:.1f} s"
    right -= text_size("00.0 s", 0.8 * size)[0] + round(6 * size)
    bar = round(10 * size)
    middle = top + height // 2

    def x_of(seconds: float) -> int:
        return left + round((right - left) * min(seconds / full_s, 1.0))

    cv2.rectangle(bgr, (left, middle - bar // 2), (right, middle + bar // 2), (70, 70, 70), -1)
    cv2.rectangle(bgr, (x_of(low), middle - bar), (x_of(high), middle + bar), GREEN, 2)
    if moment.eccentric_s is not None:
        inside = low <= moment.eccentric_s <= high
        colour = GREEN if inside else VERMILION if moment.eccentric_over else SKY
        ends = (x_of(moment.eccentric_s), middle + bar // 2)
        cv2.rectangle(bgr, (left, middle - bar // 2), ends, colour, -1)
        put_text(bgr, text, (right + round(8 * size), middle + bar // 2), WHITE, 0.8 * size)


def _draw_cues(bgr: NDArray[np.uint8], cues: tuple[str, ...], size: float) -> None:
    height, width = bgr.shape[:2]
    bottom = height - round(14 * size)
    for cue in reversed(cues):
        fitted = 1.3 * size * min(1.0, 0.92 * width / max(text_size(cue, 1.3 * size)[0], 1))
        wide, high = text_size(cue, fitted)
        left, pad = (width - wide) // 2, round(8 * size)
        corner = (left - pad, bottom - high - pad), (left + wide + pad, bottom + pad)
        cv2.rectangle(bgr, *corner, VERMILION, -1)
        put_text(bgr, cue, (left, bottom), (16, 16, 16), fitted)
        bottom -= high + 3 * pad
