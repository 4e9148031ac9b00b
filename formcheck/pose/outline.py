"""The outline of the torso, cut from the segmentation mask and reduced to a fixed size.

No landmark lies on the spine, so the shape of the back has to be read off the silhouette.
The outline is walked along the mask's edge by arc length, starting beside the shoulders:
the shoulder is the better located end of the torso when bent over, and a walk does not
inherit the error of the hip landmark as rays from the shoulder-hip line would.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

OUTLINE_POINTS: Final = 64
OUTLINE_START_TORSO: Final = -0.40
"""Where the walk starts: this far along the edge from the shoulder, towards the head."""
OUTLINE_END_TORSO: Final = 1.60
"""Where it ends: past the buttocks, in torso lengths along the edge."""
MASK_THRESHOLD: Final = 0.5
"""Probability from which on a pixel of the segmentation mask is the lifter's."""
BORDER_PX: Final = 1.0
BORDER_SHARE: Final = 0.05
_SMOOTHING_PX: Final = 2.0

Points = NDArray[np.float64]


def outline_stations() -> Points:
    """Arc-length positions of the outline points.

    Returns:
        Shape (OUTLINE_POINTS,), in torso lengths from the shoulder towards the buttocks.
    """
    return np.linspace(OUTLINE_START_TORSO, OUTLINE_END_TORSO, OUTLINE_POINTS)


def torso_outline(
    mask: NDArray[np.uint8],
    shoulder_px: NDArray[np.floating],
    hip_px: NDArray[np.floating],
) -> NDArray[np.float32] | None:
    """Trace both sides of the torso in a segmentation mask.

    Args:
        mask: Shape (height, width), 1 where the lifter is, else 0.
        shoulder_px: Shape (2,), midpoint of the shoulders, x right and y down.
        hip_px: Shape (2,), midpoint of the hips.

    Returns:
        Shape (2, OUTLINE_POINTS, 2): for each side the points of the edge, as offsets from
        the shoulder midpoint in units of the shoulder-hip distance. Side 0 is the back of a
        lifter who faces right in the picture, side 1 of one who faces left. NaN for a side
        that could not be walked; ``None`` when the torso is not on the mask at all.
    """
    axis = np.asarray(shoulder_px, dtype=np.float64) - np.asarray(hip_px, dtype=np.float64)
    torso_px = float(np.hypot(*axis))
    if not np.isfinite(torso_px) or torso_px < 12.0:
        return None
    unit = axis / torso_px
    crop, origin = _crop(mask, shoulder_px, hip_px, 1.1 * torso_px)
    if crop.size == 0:
        return None
    inside = np.ascontiguousarray(crop)
    edges, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not edges:
        return None
    edge = max(edges, key=cv2.contourArea)[:, 0, :].astype(np.float64)
    if len(edge) < OUTLINE_POINTS:
        return None
    edge = _smooth_closed(edge, _SMOOTHING_PX)
    shoulder = np.asarray(shoulder_px, dtype=np.float64) - origin
    both = np.full((2, OUTLINE_POINTS, 2), np.nan, dtype=np.float32)
    for side, normal in enumerate((np.array([unit[1], -unit[0]]), np.array([-unit[1], unit[0]]))):
        walked = _walk(inside, edge, shoulder, unit, normal, torso_px)
        if walked is not None and not _leaves_picture(walked + origin, mask.shape):
            both[side] = (walked - shoulder) / torso_px
    return None if np.isnan(both).all() else both


def _leaves_picture(walked: Points, shape: tuple[int, ...]) -> bool:
    """Whether part of the back lies on the picture's border, which is straight and no back."""
    back = walked[(outline_stations() >= 0.0) & (outline_stations() <= 1.2)]
    far = np.array([shape[1], shape[0]]) - 1.0 - BORDER_PX
    return bool(np.any((back <= BORDER_PX) | (back >= far), axis=1).mean() > BORDER_SHARE)


def _crop(
    mask: NDArray[np.uint8],
    shoulder_px: NDArray[np.floating],
    hip_px: NDArray[np.floating],
    margin_px: float,
) -> tuple[NDArray[np.uint8], Points]:
    height, width = mask.shape
    low = np.maximum(np.floor(np.minimum(shoulder_px, hip_px) - margin_px), 0).astype(int)
    high = np.ceil(np.maximum(shoulder_px, hip_px) + margin_px).astype(int) + 1
    high = np.minimum(high, (width, height))
    crop = mask[low[1] : max(high[1], low[1]), low[0] : max(high[0], low[0])]
    return crop, low.astype(np.float64)


def _smooth_closed(edge: Points, sigma_px: float) -> Points:
    """Round off the pixel staircase, which would lengthen every slanted edge by up to 8 %."""
    reach = int(np.ceil(3 * sigma_px))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma_px) ** 2)
    kernel /= kernel.sum()
    wrapped = np.concatenate([edge[-reach:], edge, edge[:reach]])
    return np.column_stack(
        [np.convolve(wrapped[:, axis], kernel, mode="valid") for axis in range(2)]
    )


def _walk(
    inside: NDArray[np.uint8],
    edge: Points,
    shoulder: Points,
    unit: Points,
    normal: Points,
    torso_px: float,
) -> Points | None:
    start = _leaving_point(inside, shoulder, normal, torso_px)
    beside = _leaving_point(inside, shoulder - 0.35 * torso_px * unit, normal, torso_px)
    if start is None or beside is None:
        return None
    first = int(np.argmin(((edge - start) ** 2).sum(axis=1)))
    second = int(np.argmin(((edge - beside) ** 2).sum(axis=1)))
    forward = (second - first) % len(edge) <= (first - second) % len(edge)
    order = np.roll(
        edge if forward else edge[::-1], -(first if forward else len(edge) - 1 - first), axis=0
    )
    step = np.hypot(*np.diff(order, axis=0, append=order[:1]).T)
    length = float(step.sum())
    if length < (OUTLINE_END_TORSO - OUTLINE_START_TORSO) * torso_px:
        return None
    arc = np.concatenate([[0.0], np.cumsum(step)])
    ring = np.vstack([order, order[:1]])
    wanted = (outline_stations() * torso_px) % length
    return np.column_stack([np.interp(wanted, arc, ring[:, axis]) for axis in range(2)])


def _leaving_point(
    inside: NDArray[np.uint8], origin: Points, direction: Points, torso_px: float
) -> Points | None:
    """Where a ray from inside the body first leaves the mask; ``None`` if it starts outside."""
    reach = np.arange(0.0, 0.8 * torso_px, 0.5)
    points = origin + reach[:, None] * direction
    columns, rows = np.rint(points).astype(int).T
    within = (columns >= 0) & (rows >= 0) & (columns < inside.shape[1]) & (rows < inside.shape[0])
    on_body = np.zeros(len(reach), dtype=bool)
    on_body[within] = inside[rows[within], columns[within]] > 0
    if not on_body[0]:
        return None
    left = np.flatnonzero(~on_body)
    return points[left[0] - 1] if len(left) else None
