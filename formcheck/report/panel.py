"""The panel of the overlay video: reps, phase, tempo, and the cues; kept off the lifter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.pose.landmarks import BONES, Landmark
from formcheck.pose.track import PoseTrack
from formcheck.report.drawing import (
    GREEN,
    GREY,
    MIN_VISIBILITY,
    ORANGE,
    SKY,
    VERMILION,
    WHITE,
    put_text,
    shade,
    text_size,
)
from formcheck.report.moment import Moment

PORTRAIT_SHARE: Final = 0.42
"""Widest panel of a portrait clip, in parts of its width: half would reach the lifter."""
SMALLEST: Final = 0.65
"""Size below which the smallest line cannot be read on a phone."""
CLEAR_SHARE: Final = 0.01
"""A corner is free when less than this share of the lifter ever comes into it."""
_WIDE, _LINE, _PAD = 250, 26, 10
"""Width of the panel, height of a line and padding in pixels at size 1."""
_PHASE_COLOURS: Final = {"eccentric": SKY, "concentric": ORANGE}
_TRUNK: Final = frozenset(
    {
        Landmark.LEFT_SHOULDER,
        Landmark.RIGHT_SHOULDER,
        Landmark.LEFT_HIP,
        Landmark.RIGHT_HIP,
    }
)
_HEAD: Final = (Landmark.NOSE, Landmark.LEFT_EAR, Landmark.RIGHT_EAR)
_WEIGHTS: Final = {"head": 3.0, "trunk": 3.0, "limbs": 1.0}
"""What each part weighs as a whole: the panel may rather hide a shin than head or back."""
_STEPS: Final = np.linspace(0.0, 1.0, 5)


@dataclass(frozen=True, slots=True)
class PanelPlace:
    """Where the panel lies.

    Attributes:
        left: Left edge, pixels of the video.
        top: Upper edge, pixels of the video.
        right: Right edge, pixels of the video.
        bottom: Lower edge, pixels of the video.
        size: Size of its text and lines.
        low: Whether it lies along the lower edge.
    """

    left: int
    top: int
    right: int
    bottom: int
    size: float
    low: bool


def place_panel(track: PoseTrack, width: int, height: int, scale: float) -> PanelPlace:
    """Choose the corner that the lifter visits least over the whole clip.

    Args:
        track: The clip's pose track.
        width: Width of the video in pixels.
        height: Height of the video in pixels.
        scale: Pixels of the video for each displayed pixel of the clip.

    Returns:
        The first free corner, above before below and left before right; when none is free,
        the one with the least of the lifter in it, head and torso weighing most.
    """
    size = max(0.6, min(height, width) / 420)
    if height > width:
        size = min(size, max(SMALLEST, PORTRAIT_SHARE * width / (_WIDE + _PAD)))
    wide = min(width, round((_WIDE + _PAD) * size))
    high = min(height, round((4 * _LINE + 2 * _PAD) * size))
    points, weights = _lifter_points(track)
    places = [
        PanelPlace(left, top, left + wide, top + high, size, low)
        for top, low in ((0, False), (height - high, True))
        for left in (0, width - wide)
    ]
    shares = [_share_inside(points * scale, weights, place) for place in places]
    free = [place for place, share in zip(places, shares, strict=True) if share < CLEAR_SHARE]
    return free[0] if free else places[int(np.argmin(shares))]


def _lifter_points(track: PoseTrack) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points along the lifter's bones and on the head, shape (n, 2) in displayed pixels."""
    pixels = track.landmarks_px.astype(np.float64)
    hidden = track.visibility < MIN_VISIBILITY
    pixels[hidden] = np.nan
    parts, kinds = [pixels[:, _HEAD]], ["head"] * len(_HEAD)
    for one, other in BONES:
        along = pixels[:, [one]] + (pixels[:, [other]] - pixels[:, [one]]) * _STEPS[:, None]
        parts.append(along)
        kind = "trunk" if one in _TRUNK and other in _TRUNK else "limbs"
        kinds += [kind] * len(_STEPS)
    points = np.concatenate(parts, axis=1)
    weights = np.array([_WEIGHTS[kind] / kinds.count(kind) for kind in kinds])
    weight = np.tile(weights, len(track))
    flat = points.reshape(-1, 2)
    known = np.isfinite(flat).all(axis=1)
    return flat[known], weight[known]


def _share_inside(
    points: NDArray[np.float64], weights: NDArray[np.float64], place: PanelPlace
) -> float:
    if not len(points):
        return 0.0
    x, y = points.T
    inside = (x >= place.left) & (x <= place.right) & (y >= place.top) & (y <= place.bottom)
    return float(weights[inside].sum() / weights.sum())


def draw_panel(
    bgr: NDArray[np.uint8],
    moment: Moment,
    words: dict[str, str],
    band: tuple[float, float],
    found: bool,
    place: PanelPlace,
) -> None:
    """Draw the panel and the cues.

    Args:
        bgr: Frame of the video, drawn on in place.
        moment: What to say.
        words: Names of the phases.
        band: Seconds of the eccentric that are aimed at.
        found: Whether the lifter was found in this frame.
        place: Where the panel lies.
    """
    size = place.size
    pad, step = round(_PAD * size), round(_LINE * size)
    left, top = place.left + pad, place.top
    shade(bgr, place.left, top, place.right, place.bottom)
    put_text(bgr, f"Reps {moment.reps_done}", (left, top + step), WHITE, 1.25 * size)
    colour: Any = _PHASE_COLOURS.get(moment.phase, GREY)
    phase = f"{words[moment.phase]} {moment.phase_s:.1f} s" if moment.phase else "-"
    phase = phase if found else "Lifter not found"
    room = place.right - place.left - 2 * pad
    put_text(bgr, phase, (left, top + 2 * step), colour, _fitting(phase, 0.85 * size, room))
    bar_top = top + 2 * step + pad
    _draw_tempo(bgr, moment, band, (left, bar_top), (place.right - pad, step), size)
    aim = f"{words['eccentric']}: aim for {band[0]:g}-{band[1]:g} s"
    aim_size = _fitting(aim, 0.8 * size, room)
    put_text(bgr, aim, (left, top + 4 * step + pad // 2), GREY, aim_size)
    _draw_cues(bgr, moment.cues, place)


def _fitting(text: str, size: float, room_px: int) -> float:
    return size * min(1.0, room_px / max(text_size(text, size)[0], 1))


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


def _draw_cues(bgr: NDArray[np.uint8], cues: tuple[str, ...], place: PanelPlace) -> None:
    """Cues along the lower edge, beside a panel that lies there."""
    height, width = bgr.shape[:2]
    size = max(0.6, min(height, width) / 420)
    bottom = height - round(14 * size)
    first, past = 0, width
    if place.low and place.right - place.left < width:
        first, past = (place.right, width) if place.left == 0 else (0, place.left)
    middle, room = (first + past) // 2, past - first
    for cue in reversed(cues):
        fitted = 1.3 * size * min(1.0, 0.92 * room / max(text_size(cue, 1.3 * size)[0], 1))
        wide, high = text_size(cue, fitted)
        left, pad = middle - wide // 2, round(8 * size)
        corner = (left - pad, bottom - high - pad), (left + wide + pad, bottom + pad)
        cv2.rectangle(bgr, *corner, VERMILION, -1)
        put_text(bgr, cue, (left, bottom), (16, 16, 16), fitted)
        bottom -= high + 3 * pad
