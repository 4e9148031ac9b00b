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
    """Direction of the dorsal outline along its arc in one frame.

    Attributes:
        direction_deg: Shape (m,), direction at ``stations()``, unwrapped; it falls along a
            rounded back.
        buttocks_arc: Arc length from the shoulder to the rearmost point, standing torso
            lengths.
    """

    direction_deg: FloatArray
    buttocks_arc: float


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
    # Imported here: SciPy takes half a second, which the pose model's work can cover.
    from scipy.ndimage import gaussian_filter1d

    points = np.asarray(outline, dtype=np.float64) * scale
    if not np.isfinite(points).all():
        return None
    step = np.hypot(*np.diff(points, axis=0).T)
    arc = np.concatenate([[0.0], np.cumsum(step)])
    arc -= np.interp(0.0, outline_stations(), arc)
    if arc[-1] < BUTTOCKS_FROM + 0.2:
        return None
    x, y = (
        gaussian_filter1d(np.interp(_STATIONS, arc, points[:, axis]), _SMOOTHING / _STEP)
        for axis in range(2)
    )
    direction = np.degrees(np.unwrap(np.arctan2(np.gradient(y), np.gradient(x)))) * forward
    below = (_STATIONS >= BUTTOCKS_FROM) & (arc[-1] >= _STATIONS)
    rearmost = int(np.argmin(np.where(below, forward * x, np.inf)))
    return Course(np.asarray(direction), float(_STATIONS[rearmost]))


def bend_deg(course: Course, window: tuple[float, float], buttocks_arc: float) -> float:
    """Bend of the outline within a window.

    Args:
        course: The outline's course.
        window: First and last place, as shares of ``buttocks_arc``.
        buttocks_arc: Arc length from the shoulder to the buttocks to scale the window by.

    Returns:
        Degrees; positive = rounded, negative = arched. For a circular arc it is the angle
        that the arc spans within the window.
    """
    first, last = window[0] * buttocks_arc, window[1] * buttocks_arc
    inside = (first - 1e-9 <= _STATIONS) & (last + 1e-9 >= _STATIONS)
    centred = _STATIONS[inside] - _STATIONS[inside].mean()
    slope = float(course.direction_deg[inside] @ centred / (centred @ centred))
    return -slope * (last - first)


def window_sensitivity_deg(course: Course, buttocks_arc: float) -> float:
    """How much the bend changes when the window is misplaced by ``WINDOW_SHIFT``, degrees."""
    near, far = (
        bend_deg(course, (WHOLE[0] + shift, WHOLE[1] + shift), buttocks_arc)
        for shift in (-WINDOW_SHIFT, WINDOW_SHIFT)
    )
    return abs(far - near) / 2.0


def roughness_deg(course: Course, buttocks_arc: float) -> float:
    """How far the outline is from a smooth curve within the judged window.

    Returns:
        Root mean square residual of the direction about a parabola, degrees. A plate, an arm or
        another person that the mask has swallowed makes it large.
    """
    inside = (WHOLE[0] * buttocks_arc <= _STATIONS) & (WHOLE[1] * buttocks_arc >= _STATIONS)
    x, y = _STATIONS[inside], course.direction_deg[inside]
    return float(np.sqrt(np.mean((y - np.polyval(np.polyfit(x, y, 2), x)) ** 2)))
