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
from formcheck.report.schema import RepReport, SetReport
from formcheck.report.tables import timed_phase
from formcheck.report.vocabulary import KNEE_DRIVEN
from formcheck.video.grab import Still, frames_at

LONG_SIDE_PX: Final = 860
"""Longest side of an evidence picture: sharp on a phone, and small enough to send."""
PAIR_SIDE_PX: Final = 620
"""The same of each of two pictures side by side."""
WIDE_RATIO: Final = 1.3
"""Two pictures wider than this go above each other, so that neither gets small."""
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
    faults = [(r, f) for r, rep in enumerate(report.reps) for f in range(len(rep.faults))]
    rows = {key: _rows(report.reps[key[0]], key[1], signals, track) for key in faults}
    wanted: dict[float, list[tuple[int, int]]] = {}
    for key, shown in rows.items():
        for place in shown:
            wanted.setdefault(float(track.t_s[place]), []).append(key)
    total, done = sum(bool(shown) for shown in rows.values()), 0
    names, waiting = _names(report), dict[tuple[int, int], list[NDArray[np.uint8]]]()
    try:
        for still in frames_at(clip, list(wanted)):
            for key in wanted[still.wanted_s]:
                parts = waiting.setdefault(key, [])
                row = nearest_row(track.t_s, still.t_s)
                if row is not None and abs(still.t_s - still.wanted_s) <= 1.5 * _period_s(track):
                    # A neighbour of a damaged frame would carry another frame's skeleton.
                    parts.append(_part(still, row, rows[key], signals, track, report, key))
                if still.wanted_s < track.t_s[rows[key][-1]]:
                    continue  # The other frame of this fault comes later.
                done += 1
                if progress is not None:
                    progress("Evidence pictures", done, total)
                yield from _finished(waiting.pop(key), report, key, names[key])
    except ClipError:
        pass  # The clip went away after it was judged: its faults stay, without pictures.
    for key, left in waiting.items():
        yield from _finished(left, report, key, names[key])


def _rows(rep: RepReport, f: int, signals: Signals, track: PoseTrack) -> list[int]:
    """Rows of the frames that show a fault: both ends of a phase, else the one moment."""
    phase = timed_phase(rep, rep.faults[f])
    moments = [rep.faults[f].t_s] if phase is None else [phase.start_s, phase.end_s]
    rows = [nearest_row(signals.t_s, moment_s) for moment_s in moments]
    return sorted({row for row in rows if row is not None and track.found[row]})


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


def _part(
    still: Still,
    row: int,
    rows: list[int],
    signals: Signals,
    track: PoseTrack,
    report: SetReport,
    key: tuple[int, int],
) -> NDArray[np.uint8]:
    """One frame, cropped and drawn on; frames that go side by side are cropped alike."""
    rep = report.reps[key[0]]
    fault = rep.faults[key[1]]
    bgr: Any = still.bgr
    if bgr.shape[1::-1] != (track.clip.width, track.clip.height):
        bgr = cv2.resize(bgr, (track.clip.width, track.clip.height))
    # In a knee exercise no back is judged, and the outline is that of a bench as much as of one.
    facing = None if report.exercise.name in KNEE_DRIVEN else signals.view.facing
    shown = [track.landmarks_px[r].astype(np.float64) for r in rows]
    shown += [o for r in rows if (o := back_outline_px(track, r, facing)) is not None]
    phase = timed_phase(rep, fault)
    canvas = _cropped(bgr, np.vstack(shown), LONG_SIDE_PX if phase is None else PAIR_SIDE_PX)
    outline = back_outline_px(track, row, facing)
    if outline is not None:
        canvas.polyline(outline, WHITE, 0.9)
    draw_skeleton(canvas, track, row, signals.view.near_side)
    if phase is None:
        scene = Scene(canvas, track, signals, row, report.exercise.name)
        draw_measure(scene, fault.code, fault.metric)
        return canvas.bgr
    t_s = float(signals.t_s[row])
    end = "Start" if t_s - phase.start_s < phase.end_s - t_s else "End"
    return np.vstack([_strip(canvas.bgr.shape[1], f"{end}: {t_s:.2f} s"), canvas.bgr])


def _finished(
    parts: list[NDArray[np.uint8]], report: SetReport, key: tuple[int, int], name: str
) -> Iterator[Evidence]:
    """The picture of a fault, two frames beside or above each other; nothing without any."""
    if not parts:
        return
    rep = report.reps[key[0]]
    fault = rep.faults[key[1]]
    high, wide = parts[0].shape[:2]
    picture = np.hstack(parts) if wide < WIDE_RATIO * high else np.vstack(parts)
    phase = timed_phase(rep, fault)
    when = f"{fault.t_s:.2f} s"
    if phase is not None:
        when = f"{max(phase.start_s, 0.0):.2f} to {phase.end_s:.2f} s"
    caption = _strip(picture.shape[1], f"Rep {rep.index}   {when}   {fault.code}")
    whole = np.vstack([picture, caption])
    done, data = cv2.imencode(".jpg", whole, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if done:
        yield Evidence(*key, name, data.tobytes())


def _period_s(track: PoseTrack) -> float:
    return float(np.median(np.diff(track.t_s))) if len(track) > 1 else math.inf


def _cropped(bgr: NDArray[np.uint8], points: NDArray[np.float64], side_px: int) -> Canvas:
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
    scale = min(side_px / max(cut.shape[:2]), MAX_ENLARGEMENT)
    size = (max(2, round(cut.shape[1] * scale)), max(2, round(cut.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    picture = cv2.resize(cut, size, interpolation=how)
    return Canvas(np.asarray(picture, dtype=np.uint8), scale, (left, top), max(size) / 380)


def _strip(width: int, text: str) -> NDArray[np.uint8]:
    strip = np.full((_CAPTION_PX, width, 3), DARK, dtype=np.uint8)
    size = min(1.0, (width - 20) / max(text_size(text)[0], 1))
    put_text(strip, text, (10, _CAPTION_PX - 13), WHITE, size)
    return strip
