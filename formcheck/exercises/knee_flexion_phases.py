"""Lowerings that begin slowly and end in a fall: their beginning is looked for from the rest.

A movement's beginning is usually led back from a share of its top speed. Where control is
lost the top speed is that of the fall, and all that went before it would be taken for rest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.filters import derivative, fill_short_gaps, low_pass, runs
from formcheck.motion.rep import Phase, Rep
from formcheck.motion.turning import BRIDGE_S

FloatArray = NDArray[np.float64]

LEAST_DEG_PER_S: Final = 5.0
"""A knee that opens more slowly than this rests: at that speed 90 degrees would take 18 s."""
CALM_HZ: Final = 1.0
"""At rest landmarks wander by about a degree; below this frequency that is no speed to speak of."""
REST_S: Final = 0.25
"""A halt that is shorter than this interrupts no lowering."""
MOST_BACK_S: Final = 0.5
MIN_EARLIER_S: Final = 0.5
"""Less than this is the usual doubt about a gradual beginning, and the filter's own reach."""


MIDDLE_SHARES: Final = (0.05, 0.95)
_SHARE: Final = np.linspace(0.0, 1.0, 1001)
_PLACE: Final = 10 * _SHARE**3 - 15 * _SHARE**4 + 6 * _SHARE**5


def minimum_jerk_share(place: float) -> float:
    """Share of its duration after which a minimum-jerk movement has made a share of its way.

    Source: Flash and Hogan 1985, J Neurosci 5:1688.
    """
    return float(np.interp(place, _PLACE, _SHARE))


MIDDLE_TIME: Final = minimum_jerk_share(MIDDLE_SHARES[1]) - minimum_jerk_share(MIDDLE_SHARES[0])
"""Share of its duration in which a minimum-jerk movement makes the middle 90 % of its way: 0.62."""


def travel_s(t_s: FloatArray, path: FloatArray) -> tuple[float, float] | None:
    """How far a movement goes, and how long it takes over the middle 90 % of its way.

    Args:
        t_s: Shape (n,), seconds, of one movement.
        path: Shape (n,), its place; NaN where unknown.

    Returns:
        Way in the path's unit and time in seconds; ``None`` when too little is known.
    """
    known = np.isfinite(path)
    if known.sum() < 4:
        return None
    times, place = t_s[known], path[known]
    if place[-1] < place[0]:
        place = -place
    low, span = float(place.min()), float(np.ptp(place))
    if span <= 0.0:
        return None
    after = np.flatnonzero(place >= low + MIDDLE_SHARES[1] * span)
    before = np.flatnonzero(place[: after[0]] <= low + MIDDLE_SHARES[0] * span)
    if not len(before):
        return None
    return span, float(times[after[0]] - times[before[-1]])


def with_slow_starts(t_s: FloatArray, flexion_deg: FloatArray, reps: list[Rep]) -> list[Rep]:
    """Let lowerings begin where the knee leaves its rest, if that is well before what was found.

    Args:
        t_s: Shape (n,), seconds.
        flexion_deg: Shape (n,), what falls as the knee opens, degrees; NaN where unknown.
        reps: The reps of one knee, in order of time.

    Returns:
        The reps; what ended when the lowering was thought to begin ends with it.
    """
    known = low_pass(t_s, fill_short_gaps(t_s, flexion_deg, BRIDGE_S))
    opening = -derivative(t_s, low_pass(t_s, known, CALM_HZ))
    result: list[Rep] = []
    for rep in reps:
        lowering = rep.eccentric
        earliest_s = _earliest_s(rep, result[-1] if result else None, float(t_s[0]))
        start_s = None if lowering is None else _start_s(t_s, opening, lowering, earliest_s)
        if lowering is None or start_s is None:
            result.append(rep)
            continue
        if not _opens(t_s, known, start_s, lowering.start_s):
            result.append(rep)
            continue
        if result:
            result[-1] = _ending(result[-1], lowering.start_s, start_s)
        own = _ending(rep, lowering.start_s, start_s)
        error_s = float(np.hypot(lowering.boundary_uncertainty_s, MIN_EARLIER_S / 2.0))
        result.append(
            replace(
                own,
                start_s=start_s if rep.start_s >= lowering.start_s else rep.start_s,
                eccentric=Phase(start_s, lowering.end_s, error_s),
            )
        )
    return result


def _opens(t_s: FloatArray, flexion_deg: FloatArray, from_s: float, until_s: float) -> bool:
    """Whether the knee opens between two times, and does not go there and back as landmarks do."""
    known = np.isfinite(flexion_deg)
    before, after = np.interp([from_s, until_s], t_s[known], flexion_deg[known])
    least_deg = LEAST_DEG_PER_S * (until_s - from_s)
    return bool(until_s - from_s >= MIN_EARLIER_S and before - after >= least_deg)


def _earliest_s(rep: Rep, before: Rep | None, begin_s: float) -> float:
    """When the movement before a lowering has ended."""
    lowering, lift = rep.eccentric, rep.concentric
    if lowering is not None and lift is not None and lift.end_s <= lowering.start_s:
        return lift.end_s
    if before is not None and before.concentric is not None:
        return before.concentric.end_s
    return begin_s


def _start_s(
    t_s: FloatArray, opening: FloatArray, lowering: Phase, earliest_s: float
) -> float | None:
    """Since when the knee has been opening without a rest."""
    rows = np.flatnonzero((t_s >= earliest_s) & (t_s <= lowering.start_s))
    if not len(rows):
        return None
    resting = ~(opening[rows] > LEAST_DEG_PER_S)
    rests = [last for first, last in runs(resting) if _lasts_s(t_s[rows], first, last) >= REST_S]
    if not rests:
        return earliest_s
    begin = rests[-1] - 1
    faster = np.flatnonzero(opening[rows[begin:]] > 2.0 * LEAST_DEG_PER_S)
    # Led back to the rest as straight as its speed rises from the least to twice as much.
    back_s = _lasts_s(t_s[rows], begin, begin + int(faster[0]) + 1) if len(faster) else 0.0
    return max(earliest_s, float(t_s[rows[begin]]) - min(back_s, MOST_BACK_S))


def _lasts_s(t_s: FloatArray, first: int, past: int) -> float:
    return float(t_s[past - 1] - t_s[first])


def _ending(rep: Rep, old_s: float, new_s: float) -> Rep:
    """A rep whose pause at the top, and with it perhaps the rep, ends earlier."""
    pause = rep.top_pause
    if pause is None or abs(pause.end_s - old_s) > 1e-6:
        return rep
    end_s = max(pause.start_s, new_s)
    return replace(
        rep,
        top_pause=Phase(pause.start_s, end_s, pause.boundary_uncertainty_s),
        end_s=end_s if abs(rep.end_s - old_s) <= 1e-6 else rep.end_s,
    )
