"""How light and how sharp single pictures of a clip are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.video.grab import frames_at

FloatArray = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom in displayed pixels."""

EDGE_SHARE: Final = 0.02
"""Share of a picture's points, the steepest, whose edges tell how sharp it is."""
EDGES: Final = 400
"""So many of them are measured."""
REACH_PX: Final = 40
MIN_SIZE_PX: Final = 8
MIN_SLOPE: Final = 1.0
"""Brightness a pixel; a picture whose steepest points are flatter has no edges."""


@dataclass(frozen=True, slots=True)
class Look:
    """What part of a picture looks like.

    Attributes:
        luma: Median brightness, 0 to 255.
        edge_px: Width of the sharpest edges (``edge_width_px``).
    """

    luma: float
    edge_px: float


def looks_at(clip: Path, boxes: Mapping[float, Box]) -> list[Look]:
    """Look at parts of a clip's pictures.

    Args:
        clip: The clip.
        boxes: The part to look at, by container time in seconds.

    Returns:
        A look for each part that is large enough and can be read.

    Raises:
        ClipError: The clip cannot be read.
    """
    looks = []
    for still in frames_at(clip, list(boxes)):
        part = _cropped(still.bgr, boxes[still.wanted_s])
        if min(part.shape[:2]) >= MIN_SIZE_PX:
            grey = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY).astype(np.float64)
            looks.append(Look(float(np.median(grey)), edge_width_px(grey)))
    return looks


def edge_width_px(grey: FloatArray) -> float:
    """Width of the sharpest edges of a picture.

    An edge of height h that is smeared by a Gaussian of standard deviation s has the slope
    h / (s sqrt(2 pi)) at its middle, so height over slope tells s. Edges that run up and
    edges that run across are measured apart and the wider kind counts: a moving picture is smeared
    in one direction only.

    Args:
        grey: Shape (h, w), brightness.

    Returns:
        Median of s over the steepest points, pixels: about 0.8 for the edges of a sharp
        picture, which its pixels smear; NaN for a picture without edges.
    """
    down: FloatArray = np.asarray(np.gradient(grey, axis=0))
    across: FloatArray = np.asarray(np.gradient(grey, axis=1))
    widths = [_width(grey, across, down, axis=1), _width(grey, down, across, axis=0)]
    known = [width for width in widths if np.isfinite(width)]
    return max(known, default=float("nan"))


def _width(grey: FloatArray, slope: FloatArray, other: FloatArray, axis: int) -> float:
    """Width of the edges that rise mostly along one axis of the picture."""
    steepness = np.where(np.abs(slope) > 2.0 * np.abs(other), np.abs(slope), 0.0)
    least = float(np.quantile(steepness, 1.0 - EDGE_SHARE / 2.0))
    if least < MIN_SLOPE:
        return float("nan")
    steep = np.argwhere(steepness >= least)
    steep = steep[:: max(1, len(steep) // EDGES)]
    middle = slope[steep[:, 0], steep[:, 1]]
    step = np.zeros(steep.shape)
    step[:, axis] = np.sign(middle)
    height = _rise(grey, steep, step) + _rise(-grey, steep, -step)
    return float(np.median(height / np.abs(middle))) / float(np.sqrt(2.0 * np.pi))


def _rise(grey: FloatArray, places: NDArray[np.intp], step: FloatArray) -> FloatArray:
    """How much brighter it gets from some points on along a direction, until it does not."""
    last = grey[places[:, 0], places[:, 1]]
    first, rising = last, np.ones(len(places), dtype=bool)
    for reach in range(1, REACH_PX):
        spot = np.rint(places + reach * step).astype(np.intp)
        inside = ((spot >= 0) & (spot < grey.shape)).all(axis=1)
        spot = np.clip(spot, 0, np.array(grey.shape) - 1)
        value = grey[spot[:, 0], spot[:, 1]]
        rising = rising & inside & (value > last)
        if not rising.any():
            break
        last = np.where(rising, value, last)
    return np.asarray(last - first)


def _cropped(bgr: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    left, top, right, bottom = (max(0, int(edge)) for edge in box)
    return bgr[top:bottom, left:right]
