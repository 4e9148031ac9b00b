"""The evidence pictures: for each fault the frame that shows it, drawn on and cropped."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.errors import ClipError
from formcheck.motion.signals import Signals
from formcheck.pose.track import PoseTrack
from formcheck.report.drawing import (
    DARK,
    WHITE,
    Canvas,
    back_outline_px,
    draw_skeleton,
    put_text,
    text_size,
)
from formcheck.report.measures import Scene, draw_measure
from formcheck.report.schema import FaultReport, RepReport, SetReport
from formcheck.video.grab import Still, frames_at

LONG_SIDE_PX: Final = 860
"""Longest side of an evidence picture: sharp on a phone, and small enough to send."""
MAX_ENLARGEMENT: Final = 2.5
JPEG_QUALITY: Final = 85
_MARGIN_BODY: Final = 0.14
"""Room left around the lifter, in parts of the larger side of the lifter's box."""
_CAPTION_PX: Final = 40

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One evidence picture.

    Attributes:
        rep: Position of the rep in the report's list.
        fault: Position of the fault in the rep's list.
        name: Path of the picture beside ``report.json``, with forward slashes.
        jpeg: The picture.
    """

    rep: int
    fault: int
    name: str
    jpeg: bytes


def evidence_pictures(
    report: SetReport,
    signals: Signals,
    track: PoseTrack,
    clip: Path,
    progress: Progress | None = None,
) -> Iterator[Evidence]:
    """Draw the evidence of every fault, in order of time.

    Yields:
        A picture for each fault whose frame can be decoded and shows the lifter; a fault
        without one is left out.
    """
    wanted: dict[float, list[tuple[int, int]]] = {}
    for r, rep in enumerate(report.reps):
        for f, fault in enumerate(rep.faults):
            row = nearest_row(signals.t_s, fault.t_s)
            if row is not None and track.found[row]:
                wanted.setdefault(float(track.t_s[row]), []).append((r, f))
    total, done = sum(map(len, wanted.values())), 0
    names = _names(report)
    try:
        for still in frames_at(clip, list(wanted)):
            for r, f in wanted[still.wanted_s]:
                done += 1
                if progress is not None:
                    progress("Evidence pictures", done, total)
                rep = report.reps[r]
                jpeg = _picture(still, signals, track, rep, rep.faults[f])
                if jpeg is not None:
                    yield Evidence(r, f, names[r, f], jpeg)
    except ClipError:
        return  # The clip went away after it was judged: its faults stay, without pictures.


def nearest_row(t_s: NDArray[np.float64], moment_s: float) -> int | None:
    """Row nearest in time, or ``None`` when none is within a frame and a half."""
    if not len(t_s):
        return None
    row = int(np.argmin(np.abs(t_s - moment_s)))
    period_s = float(np.median(np.diff(t_s))) if len(t_s) > 1 else math.inf
    return row if abs(float(t_s[row]) - moment_s) <= 1.5 * period_s else None


def _names(report: SetReport) -> dict[tuple[int, int], str]:
    names: dict[tuple[int, int], str] = {}
    for r, rep in enumerate(report.reps):
        for f, fault in enumerate(rep.faults):
            stem = f"frames/rep{rep.index}_{fault.code}"
            taken = set(names.values())
            name, count = f"{stem}.jpg", 1
            while name in taken:
                count += 1
                name = f"{stem}_{count}.jpg"
            names[r, f] = name
    return names


def _picture(
    still: Still, signals: Signals, track: PoseTrack, rep: RepReport, fault: FaultReport
) -> bytes | None:
    row = nearest_row(track.t_s, still.t_s)
    if row is None or abs(still.t_s - still.wanted_s) > 1.5 * _period_s(track):
        return None  # A neighbour of a damaged frame would carry another frame's skeleton.
    bgr: Any = still.bgr
    if bgr.shape[1::-1] != (track.clip.width, track.clip.height):
        bgr = cv2.resize(bgr, (track.clip.width, track.clip.height))
    outline = back_outline_px(track, row, signals.view.facing)
    shown = track.landmarks_px[row].astype(np.float64)
    canvas = _cropped(bgr, shown if outline is None else np.vstack([shown, outline]))
    if outline is not None:
        canvas.polyline(outline, WHITE, 0.9)
    draw_skeleton(canvas, track, row, signals.view.near_side)
    draw_measure(Scene(canvas, track, signals, row), fault.code, fault.metric)
    finished = np.vstack([canvas.bgr, _caption(canvas.bgr.shape[1], rep, fault)])
    done, data = cv2.imencode(".jpg", finished, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return data.tobytes() if done else None


def _period_s(track: PoseTrack) -> float:
    return float(np.median(np.diff(track.t_s))) if len(track) > 1 else math.inf


def _cropped(bgr: NDArray[np.uint8], points: NDArray[np.float64]) -> Canvas:
    """Cut the lifter out with some room and bring the cutting to a readable size."""
    height, width = bgr.shape[:2]
    low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    margin = _MARGIN_BODY * float(max(high - low))
    middle, half = (low + high) / 2, (high - low) / 2 + margin
    half = np.maximum(half, 0.45 * half.max())  # neither a ribbon nor a post
    left, top = (int(v) for v in np.clip(middle - half, 0, (width - 2, height - 2)))
    end = np.ceil(np.clip(middle + half, (left + 2, top + 2), (width, height)))
    right, bottom = (int(v) for v in end)
    cut = bgr[top:bottom, left:right]
    scale = min(LONG_SIDE_PX / max(cut.shape[:2]), MAX_ENLARGEMENT)
    size = (max(2, round(cut.shape[1] * scale)), max(2, round(cut.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    picture = cv2.resize(cut, size, interpolation=how)
    return Canvas(np.asarray(picture, dtype=np.uint8), scale, (left, top), max(size) / 380)


def _caption(width: int, rep: RepReport, fault: FaultReport) -> NDArray[np.uint8]:
    strip = np.full((_CAPTION_PX, width, 3), DARK, dtype=np.uint8)
    text = f"Rep {rep.index}   {fault.t_s:.2f} s   {fault.code}"
    size = min(1.0, (width - 20) / max(text_size(text)[0], 1))
    put_text(strip, text, (10, _CAPTION_PX - 13), WHITE, size)
    return strip
