"""When a movement begins and ends, between frames.

A threshold on speed finds the beginning of a smooth movement late: a minimum-jerk lowering of
3 s reaches 10 % of its top speed only after 0.26 s, and below that the speed drowns in the
scatter of the landmarks. So two crossings that stand clear of it are led back to rest along the
minimum-jerk profile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.filters import derivative, fill_short_gaps, low_pass
from formcheck.motion.profile import fit_edges, progress
from formcheck.motion.rep import Phase
from formcheck.motion.turning import BRIDGE_S

FloatArray = NDArray[np.float64]

SPEED_CUTOFF_HZ: Final = 4.0
REST_SHARE: Final = 0.05
LOW_SHARE: Final = 0.10
HIGH_SHARE: Final = 0.30
"""Shares of the movement's top speed whose crossings are led back to rest."""
HALFWAY: Final = 0.3
SEEN_SHARE: Final = 0.8
FOLLOWED: Final = 0.3
"""A witness that makes less than this share of its usual way in any movement does not follow it."""
RUNS_BACK: Final = 0.05
"""A witness that goes back by more than this share of its way in the middle of movements, as the
head does when it is raised at the bottom, makes movements of its own."""
EDGE_DOUBT: Final = 0.6
"""Standard uncertainty of a boundary, as a share of the way it was led back.

People do not start and stop exactly alike: on rendered 3.4 s lowerings with a little sway, starts
were found up to 0.4 s late, that is 1.3 of the way.
"""


def minimum_jerk_time(share: float) -> float:
    """When a minimum-jerk movement first has a share of its top speed.

    Source: Flash and Hogan 1985, J Neurosci 5:1688; speed 16 x^2 (1 - x)^2 of its top.

    Args:
        share: 0 to 1.

    Returns:
        Time since its beginning as a share of its duration, 0 to 0.5.
    """
    return float((1.0 - np.sqrt(1.0 - np.sqrt(share))) / 2.0)


def path_speed(t_s: FloatArray, path: FloatArray) -> FloatArray:
    """How fast the moving part moves, whichever way.

    The height of the shoulders alone would begin late: a trunk that leaves the vertical moves
    them forward long before it moves them down.

    Args:
        t_s: Shape (n,), seconds.
        path: Shape (n, k), coordinates of the moving part, body heights; NaN where unknown.

    Returns:
        Shape (n,), body heights a second, freed of the scatter that it shows at rest.
    """
    calm = low_pass(t_s, fill_short_gaps(t_s, path, BRIDGE_S), SPEED_CUTOFF_HZ)
    rates = [derivative(t_s, column) for column in calm.T]
    speed = np.sqrt(np.sum(np.square(rates), axis=0))
    known = speed[np.isfinite(speed)]
    if not len(known):
        return np.asarray(speed)
    rest = min(float(np.percentile(known, 10)), REST_SHARE * float(known.max()))
    return np.asarray(np.sqrt(np.maximum(speed**2 - rest**2, 0.0)))


def movements(
    t_s: FloatArray,
    speed: FloatArray,
    path: FloatArray,
    turns: Sequence[int],
    first: int,
    past: int,
    witnesses: FloatArray | None = None,
) -> list[Phase | None]:
    """Beginnings and ends of the movements between turning points.

    Args:
        t_s: Shape (n,), seconds.
        speed: Shape (n,), as from ``path_speed``.
        path: Shape (n, 1) or (n, 2), coordinates of the moving part.
        turns: Rows of the turning points, rising.
        first: First row of the stretch that they lie in.
        past: Row past its last.
        witnesses: Shape (n, k), angles that follow the movement and time it better than the
            path; columns that do not are left out. Without any it is timed by the path.

    Returns:
        A phase for each neighbouring pair of turning points, whose uncertainty joins the frame
        interval with how gradual its edges are; ``None`` where fewer than five frames show it.
    """
    if len(turns) < 2:
        return []
    way = progress(_calm(t_s, path), turns)
    peaks = [_fastest(speed, way, start, end) for start, end in pairwise(turns)]
    # Where the body rests, a turning point may lie anywhere in the rest; so each movement is
    # followed outwards up to its neighbours' fastest moments.
    before = [first, *peaks[:-1]]
    after = [*peaks[1:], past - 1]
    found = [
        _movement(t_s, speed, limits, peak) if end - start >= 4 else None
        for (start, end), peak, limits in zip(
            pairwise(turns), peaks, zip(before, after, strict=True), strict=True
        )
    ]
    ways = _ways(t_s, witnesses, turns, slice(first, past))
    ways = way[:, None] if ways is None else ways
    return _apart(fit_edges(t_s, ways, turns, peaks, found, (first, past)))


def _ways(
    t_s: FloatArray, witnesses: FloatArray | None, turns: Sequence[int], stretch: slice
) -> FloatArray | None:
    """How far along the movement is by each witness that follows it, shape (n, k)."""
    if witnesses is None:
        return None
    calm = _calm(t_s, witnesses)
    ways = np.column_stack([progress(column[:, None], turns) for column in calm.T])
    steps = (
        np.diff(ways[list(turns)], axis=0)
        * np.where(np.arange(len(turns) - 1) % 2, -1.0, 1.0)[:, None]
    )
    seen = np.isfinite(ways[stretch]).mean(axis=0) >= SEEN_SHARE
    with np.errstate(invalid="ignore"):
        follows = seen & (steps > FOLLOWED).all(axis=0)
    steady = follows & (_run_back(ways, turns) <= RUNS_BACK)
    follows = steady if steady.any() else follows
    return ways[:, follows] if follows.any() else None


def _run_back(ways: FloatArray, turns: Sequence[int]) -> FloatArray:
    """How far each witness goes back within a movement, median over movements, shape (k,)."""
    back = []
    for index, (start, end) in enumerate(pairwise(turns)):
        way = ways[start : end + 1] * (-1.0 if index % 2 else 1.0)
        reached = np.fmax.accumulate(np.where(np.isfinite(way), way, -np.inf), axis=0)
        with np.errstate(invalid="ignore"):
            back.append(np.fmax.reduce(reached - way, axis=0))
    return np.asarray(np.nan_to_num(np.median(back, axis=0), nan=np.inf))


def _fastest(speed: FloatArray, way: FloatArray, start: int, end: int) -> int:
    """Row of the highest speed halfway between two turning points.

    Near its ends a slow movement is outrun by a wobble, and at the beginning of a clip by a pose
    that still settles.
    """
    rows = np.arange(start, end + 1)
    with np.errstate(invalid="ignore"):
        halfway = rows[np.abs(way[rows] - 0.5) < HALFWAY]
    rows = halfway if len(halfway) else rows
    return int(rows[int(np.argmax(np.nan_to_num(speed[rows])))])


def _calm(t_s: FloatArray, path: FloatArray) -> FloatArray:
    return low_pass(t_s, fill_short_gaps(t_s, path, BRIDGE_S))


def _apart(phases: list[Phase | None]) -> list[Phase | None]:
    """Let movements that run into each other meet halfway."""
    for index in range(len(phases) - 1):
        one, other = phases[index], phases[index + 1]
        if one is not None and other is not None and other.start_s < one.end_s:
            meet_s = (one.end_s + other.start_s) / 2.0
            meet_s = min(max(meet_s, one.start_s), other.end_s)
            phases[index] = replace(one, end_s=meet_s)
            phases[index + 1] = replace(other, start_s=meet_s)
    return phases


def _movement(
    t_s: FloatArray, speed: FloatArray, limits: tuple[int, int], peak: int
) -> Phase | None:
    low, high = limits
    top_speed = float(speed[peak])
    if not np.isfinite(speed[low : high + 1]).all() or top_speed <= 0:
        return None
    out, back = slice(peak, high + 1), slice(low, peak + 1)
    begin_s, begin_u = _rest(t_s[back][::-1], speed[back][::-1], top_speed)
    end_s, end_u = _rest(t_s[out], speed[out], top_speed)
    frame_s = float(np.median(np.diff(t_s[low : high + 1])))
    uncertainty_s = float(np.sqrt(frame_s**2 / 12.0 + begin_u**2 / 2 + end_u**2 / 2))
    return Phase(
        start_s=float(np.clip(begin_s, t_s[low], t_s[peak])),
        end_s=float(np.clip(end_s, t_s[peak], t_s[high])),
        boundary_uncertainty_s=uncertainty_s,
    )


def _rest(times: FloatArray, speed: FloatArray, top_speed: float) -> tuple[float, float]:
    """Time of rest when walking from the top speed outwards, and its uncertainty."""
    high_s = _crossing(times, speed, HIGH_SHARE * top_speed)
    low_s = _crossing(times, speed, LOW_SHARE * top_speed)
    low, high = minimum_jerk_time(LOW_SHARE), minimum_jerk_time(HIGH_SHARE)
    rest_s = high_s + (low_s - high_s) * high / (high - low)
    return rest_s, abs(rest_s - low_s) * EDGE_DOUBT


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
