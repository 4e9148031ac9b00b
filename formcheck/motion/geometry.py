"""Angles and lengths in the image plane. Pictures have x to the right and y down."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

TRUNK_OF_HEIGHT: Final = 0.288
"""Shoulder joint to hip joint, in body heights (Drillis and Contini 1966; Winter 2009)."""
THIGH_OF_HEIGHT: Final = 0.245
"""Hip joint to knee joint, same source."""
SHANK_OF_HEIGHT: Final = 0.246
"""Knee joint to ankle joint, same source."""
ARM_OF_HEIGHT: Final = 0.332
"""Shoulder to wrist: upper arm 0.186 and forearm 0.146, same source."""
SHOULDER_OF_HEIGHT: Final = TRUNK_OF_HEIGHT + THIGH_OF_HEIGHT + SHANK_OF_HEIGHT
"""Ankle to shoulder of a person who stands straight, same source."""


def bend_deg(proximal: FloatArray, joint: FloatArray, distal: FloatArray) -> FloatArray:
    """How far a joint is from straight, whichever way it bends.

    Args:
        proximal: Shape (n, 2), end of the first limb.
        joint: Shape (n, 2).
        distal: Shape (n, 2), end of the second limb.

    Returns:
        Shape (n,), degrees from 0 (in line) to 180 (folded).
    """
    first = joint - proximal
    second = distal - joint
    cross = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    dot = (first * second).sum(axis=1)
    return np.asarray(np.degrees(np.arctan2(np.abs(cross), dot)))


def signed_bend_deg(
    proximal: FloatArray, joint: FloatArray, distal: FloatArray, forward: float
) -> FloatArray:
    """How far a joint is from straight, with a sign.

    Args:
        proximal: Shape (n, 2).
        joint: Shape (n, 2).
        distal: Shape (n, 2).
        forward: +1 when the lifter faces right in the picture, -1 when left.

    Returns:
        Shape (n,), degrees; positive when the angle opens to the front, as a flexed hip
        does, negative when it opens to the back, as a flexed knee does.
    """
    first = joint - proximal
    second = distal - joint
    cross = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    dot = (first * second).sum(axis=1)
    return np.asarray(np.degrees(np.arctan2(-forward * cross, dot)))


def lean_deg(low: FloatArray, high: FloatArray, forward: float) -> FloatArray:
    """Inclination of a segment from the vertical.

    Args:
        low: Shape (n, 2), its lower end when standing.
        high: Shape (n, 2), its upper end when standing.
        forward: +1 when the lifter faces right in the picture, -1 when left.

    Returns:
        Shape (n,), degrees; 0 upright, positive leaning the way the lifter faces.
    """
    along = high - low
    return np.asarray(np.degrees(np.arctan2(forward * along[:, 0], -along[:, 1])))


def length(first: FloatArray, second: FloatArray) -> FloatArray:
    """Distance between two points, shape (n,)."""
    return np.asarray(np.hypot(*(first - second).T))


def ahead_of_polyline(point: FloatArray, line: list[FloatArray], forward: float) -> FloatArray:
    """How far a point is in front of a chain of points at the point's own height.

    Args:
        point: Shape (n, 2).
        line: Points of the chain from top to bottom, each of shape (n, 2).
        forward: +1 when the lifter faces right in the picture, -1 when left.

    Returns:
        Shape (n,), pixels; negative behind. Above or below the chain its end counts.
    """
    ahead = np.full(len(point), np.nan)
    stacked = np.stack(line, axis=1)
    for row, (spot, chain) in enumerate(zip(point, stacked, strict=True)):
        if not (np.isfinite(spot).all() and np.isfinite(chain).all()):
            continue
        order = np.argsort(chain[:, 1])
        level = np.interp(spot[1], chain[order, 1], chain[order, 0])
        ahead[row] = forward * (spot[0] - level)
    return ahead
