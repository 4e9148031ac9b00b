"""When a movement begins and ends, between frames.

A threshold on speed alone finds the beginning of a smooth movement late: a minimum-jerk
lowering of 3 s reaches 5 % of its top speed only after 0.18 s. Speed grows with the square
of time at first, so two crossings are taken and led back to rest along that square.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.filters import derivative
from formcheck.motion.rep import Phase

FloatArray = NDArray[np.float64]

LOW_SHARE: Final = 0.05
HIGH_SHARE: Final = 0.15
"""Shares of the movement's top speed whose crossings are led back to rest."""


def movement(t_s: FloatArray, drive: FloatArray, start: int, end: int) -> Phase | None:
    """Beginning and end of the movement between two turning points.

    Args:
        t_s: Shape (n,), seconds.
        drive: Shape (n,), smoothed drive signal.
        start: Row of the turning point before the movement.
        end: Row of the turning point after it.

    Returns:
        The phase, whose uncertainty joins the frame interval with how gradual the edges are;
        ``None`` when fewer than five frames show it.
    """
    rows = slice(start, end + 1)
    if end - start < 4 or not np.isfinite(drive[rows]).all():
        return None
    speed = np.abs(derivative(t_s[rows], drive[rows]))
    times = t_s[rows]
    peak = int(np.argmax(speed))
    top_speed = float(speed[peak])
    if top_speed <= 0:
        return None
    begin_s, begin_u = _rest(times[peak::-1], speed[peak::-1], top_speed)
    end_s, end_u = _rest(times[peak:], speed[peak:], top_speed)
    frame_s = float(np.median(np.diff(times)))
    uncertainty_s = float(np.sqrt(frame_s**2 / 12.0 + begin_u**2 / 2 + end_u**2 / 2))
    return Phase(
        start_s=float(np.clip(begin_s, times[0], times[peak])),
        end_s=float(np.clip(end_s, times[peak], times[-1])),
        boundary_uncertainty_s=uncertainty_s,
    )


def _rest(times: FloatArray, speed: FloatArray, top_speed: float) -> tuple[float, float]:
    """Time of rest when walking from the top speed outwards, and its uncertainty."""
    high_s = _crossing(times, speed, HIGH_SHARE * top_speed)
    low_s = _crossing(times, speed, LOW_SHARE * top_speed)
    reach = np.sqrt(HIGH_SHARE) / (np.sqrt(HIGH_SHARE) - np.sqrt(LOW_SHARE))
    rest_s = high_s + (low_s - high_s) * reach
    return rest_s, abs(rest_s - low_s) / 2.0


def _crossing(times: FloatArray, speed: FloatArray, level: float) -> float:
    """First time from the start of the arrays at which the speed is down at ``level``."""
    below = np.flatnonzero(speed <= level)
    if not len(below):
        return float(times[-1])
    after = int(below[0])
    if after == 0:
        return float(times[0])
    fast, slow = speed[after - 1], speed[after]
    share = (fast - level) / (fast - slow) if fast > slow else 1.0
    return float(times[after - 1] + share * (times[after] - times[after - 1]))


def still_between(before: Phase | None, after: Phase | None) -> Phase | None:
    """The pause between two movements; of no length when one runs into the other."""
    if before is None or after is None:
        return None
    uncertainty_s = float(np.hypot(before.boundary_uncertainty_s, after.boundary_uncertainty_s))
    end_s = max(before.end_s, after.start_s)
    return Phase(before.end_s, end_s, uncertainty_s / np.sqrt(2.0))
