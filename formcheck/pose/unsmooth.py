"""What the pose model saw before it smoothed it in time.

MediaPipe's landmarker passes every coordinate through a one-euro filter (Casiez, Roussel and Vogel
2012, CHI, 2527-2530): a low-pass whose cut-off rises with speed. A landmark that moves slowly is
held back for a quarter of a second, and a sudden turn comes out with corners of the filter's own.
Offline nothing needs such a filter, and since it keeps nothing but its last output and speed, it
can be undone frame by frame.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

MIN_CUTOFF_HZ: Final = 0.05
CUTOFF_PER_SPEED: Final = 80.0
SPEED_CUTOFF_HZ: Final = 1.0
"""Settings of the filter in MediaPipe's pose landmarker, up to 0.10.33; speeds are in regions of
interest a second."""
REGION_HEIGHTS: Final = 1.3
"""Side of the region of interest in standing heights: the circle around a body about its hips, of
little more than half its height, enlarged by a quarter. A region that is off by a fifth leaves a
fifth of the delay."""


def unsmooth(t_s: FloatArray, smooth: FloatArray, height_px: float) -> FloatArray:
    """Undo the landmarker's smoothing.

    With y the output, x the wanted input and c = M + B |v| the cut-off, the filter is

        y = y' + (x - y') c / (c + f / 2 pi),  v = v' + a ((x - x') f / r - v'),

    where f is the frame rate, r the region's side, a the weight of a low-pass of the speed, and a
    dash marks the frame before. v is linear in x, so x solves a quadratic equation.

    Args:
        t_s: Shape (n,), container time in seconds, strictly increasing.
        smooth: Shape (n, k), coordinates in pixels as the landmarker gave them; NaN in any
            column where it lost the body, after which the filter starts anew.
        height_px: The lifter's standing height.

    Returns:
        Shape (n, k).
    """
    found = np.full(smooth.shape, np.nan)
    known = np.isfinite(smooth).all(axis=1)
    if not height_px > 0.0:
        return found
    before: int | None = None
    speed = np.zeros(smooth.shape[1])
    for row in np.flatnonzero(known):
        if before is None or before != row - 1:
            found[row] = smooth[row]
            speed = np.zeros(smooth.shape[1])
        else:
            rate_hz = 1.0 / (t_s[row] - t_s[before])
            blend = 1.0 / (1.0 + rate_hz / (2.0 * np.pi * SPEED_CUTOFF_HZ))
            gain = blend * rate_hz / (REGION_HEIGHTS * height_px)
            last = smooth[before]
            still = (1.0 - blend) * speed + gain * (last - found[before])
            step = _step(smooth[row] - last, still, gain, rate_hz / (2.0 * np.pi))
            found[row] = last + step
            speed = still + gain * step
        before = int(row)
    return found


def _step(moved: FloatArray, still: FloatArray, gain: float, rate: float) -> FloatArray:
    """How far the input is from the last output when the output has moved so far.

    The speed is ``still + gain * step``; each of its signs gives a quadratic equation, whose
    root must have that sign and be further off than the output has gone, the same way. Where two
    inputs would do, the nearer is taken; a wrong choice is forgotten within a few frames.
    """
    signs = np.array([[1.0], [-1.0]])
    second = signs * (CUTOFF_PER_SPEED * gain)
    cutoff = MIN_CUTOFF_HZ + CUTOFF_PER_SPEED * signs * still
    first = cutoff - second * moved
    inside = first**2 + 4.0 * second * moved * (cutoff + rate)
    root = np.sqrt(np.maximum(inside, 0.0))
    steps = np.stack([(-first + root) / (2.0 * second), (-first - root) / (2.0 * second)])
    fits = (
        (inside >= 0.0)
        & (signs * (still + gain * steps) >= -1e-9)
        & (steps * np.sign(moved) >= np.abs(moved) * (1.0 - 1e-9))
    )
    size = np.where(fits, np.abs(steps), np.inf).reshape(4, -1)
    best = size.argmin(axis=0)
    columns = np.arange(len(moved))
    chosen = steps.reshape(4, -1)[best, columns]
    return np.where(np.isfinite(size[best, columns]), chosen, moved)
