"""How far the back is bent, from the dorsal outline.

The outline is walked by arc length from beside the shoulder to the rearmost point of the
buttocks. Both ends are read off the outline itself, so neither the error of the hip landmark
nor the camera's distance moves the window that is judged. A straight back keeps its direction
along the walk, a rounded one turns. The bend is the least-squares slope of the direction over
the window times its length: an average over the whole window, which a hood, a collar or a belt
disturbs less than a difference of two ends does. ``docs/spine.md`` compares it with the other
measures that were tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.outline import outline_stations

FloatArray = NDArray[np.float64]

WHOLE: Final = (0.20, 0.70)
"""Part of the shoulder-buttocks arc that is judged.

It leaves out the collar and hood above and the curve of sacrum and buttocks below.
"""
THORACIC: Final = (0.20, 0.45)
LUMBAR: Final = (0.45, 0.70)
WINDOW_SHIFT: Final = 0.03
"""How far the window may be off along the arc, as a share of it."""
BUTTOCKS_FROM: Final = 0.70
"""The rearmost point is looked for past this arc length, standing torso lengths."""
_STEP: Final = 0.01
_SMOOTHING: Final = 0.04
_STATIONS: Final = np.arange(-0.30, 1.5501, _STEP)


@dataclass(frozen=True, slots=True)
class Course:
    """Direction of the dorsal outline along its arc, in one frame or in many.

    Attributes:
        direction_deg: Shape (..., m), direction at ``stations()``, unwrapped; it falls along a
            rounded back. NaN in frames whose outline is missing or too short.
        buttocks_arc: Shape (...), arc length from the shoulder to the rearmost point, standing
            torso lengths.
    """

    direction_deg: FloatArray
    buttocks_arc: FloatArray


def stations() -> FloatArray:
    """Arc lengths of ``Course.direction_deg``, standing torso lengths from the shoulder."""
    return _STATIONS


def outline_course(outline: FloatArray, scale: float, forward: float) -> Course | None:
    """Follow the dorsal outline of one frame.

    Args:
        outline: Shape (k, 2), offsets from the shoulder in torso lengths of the frame, at
            ``outline_stations()``.
        scale: Torso length of the frame over the standing torso length.
        forward: +1 when the lifter faces right in the picture, -1 when left.

    Returns:
        The course, or ``None`` when the outline is missing or too short to reach the buttocks.
    """
    course = outline_courses(np.asarray(outline)[None], np.array([scale]), forward)
    if not np.isfinite(course.buttocks_arc[0]):
        return None
    return Course(course.direction_deg[0], course.buttocks_arc[0])


def outline_courses(outlines: FloatArray, scale: FloatArray, forward: float) -> Course:
    """Follow the dorsal outlines of many frames.

    Args:
        outlines: Shape (n, k, 2), as in ``outline_course``.
        scale: Shape (n,).
        forward: +1 when the lifter faces right in the picture, -1 when left.
    """
    # Imported here: SciPy takes half a second, which the pose model's work can cover.
    from scipy.ndimage import gaussian_filter1d

    points = np.asarray(outlines, dtype=np.float64) * scale[:, None, None]
    arc = np.zeros(points.shape[:2])
    arc[:, 1:] = np.cumsum(np.hypot(*np.moveaxis(np.diff(points, axis=1), 2, 0)), axis=1)
    even = np.full((len(points), len(_STATIONS), 2), np.nan)
    ends = np.full(len(points), np.nan)
    for row in np.flatnonzero(np.isfinite(points).all(axis=(1, 2))):
        length = arc[row] - np.interp(0.0, outline_stations(), arc[row])
        if length[-1] < BUTTOCKS_FROM + 0.2:
            continue
        ends[row] = length[-1]
        for axis in range(2):
            even[row, :, axis] = np.interp(_STATIONS, length, points[row, :, axis])
    smooth = gaussian_filter1d(even, _SMOOTHING / _STEP, axis=1)
    x, y = smooth[:, :, 0], smooth[:, :, 1]
    turned = np.unwrap(np.arctan2(np.gradient(y, axis=1), np.gradient(x, axis=1)), axis=1)
    with np.errstate(invalid="ignore"):
        below = (_STATIONS >= BUTTOCKS_FROM) & (ends[:, None] >= _STATIONS)
    rearmost = np.argmin(np.where(below, forward * x, np.inf), axis=1)
    arcs = np.where(np.isfinite(ends), _STATIONS[rearmost], np.nan)
    return Course(np.degrees(turned) * forward, arcs)


def bend_deg(course: Course, window: tuple[float, float], buttocks_arc: float) -> FloatArray:
    """Bend of the outline within a window.

    Args:
        course: The outline's course.
        window: First and last place, as shares of ``buttocks_arc``.
        buttocks_arc: Arc length from the shoulder to the buttocks to scale the window by.

    Returns:
        Degrees, one number a frame; positive = rounded, negative = arched. For a circular arc
        it is the angle that the arc spans within the window.
    """
    first, last = window[0] * buttocks_arc, window[1] * buttocks_arc
    inside = (first - 1e-9 <= _STATIONS) & (last + 1e-9 >= _STATIONS)
    centred = _STATIONS[inside] - _STATIONS[inside].mean()
    slope = course.direction_deg[..., inside] @ centred / (centred @ centred)
    return np.asarray(-slope * (last - first))


def window_sensitivity_deg(course: Course, buttocks_arc: float) -> FloatArray:
    """How much the bend changes when the window is misplaced by ``WINDOW_SHIFT``, degrees."""
    near, far = (
        bend_deg(course, (WHOLE[0] + shift, WHOLE[1] + shift), buttocks_arc)
        for shift in (-WINDOW_SHIFT, WINDOW_SHIFT)
    )
    return np.asarray(np.abs(far - near) / 2.0)


def roughness_deg(course: Course, buttocks_arc: float) -> FloatArray:
    """How far the outline is from a smooth curve within the judged window.

    Returns:
        Root mean square residual of the direction about a parabola, degrees, one number a
        frame. A plate, an arm or another person that the mask has swallowed makes it large.
    """
    inside = (WHOLE[0] * buttocks_arc <= _STATIONS) & (WHOLE[1] * buttocks_arc >= _STATIONS)
    parabolas, _ = np.linalg.qr(np.vander(_STATIONS[inside], 3))
    direction = course.direction_deg[..., inside]
    rest = direction - direction @ parabolas @ parabolas.T
    return np.asarray(np.sqrt(np.mean(rest**2, axis=-1)))
