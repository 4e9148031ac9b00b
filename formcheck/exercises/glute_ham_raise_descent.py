"""What happens while the body is lowered: hips that bend, control that is lost, hands that help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.exercises.knee_flexion_measures import HELD_S, KneeRep
from formcheck.exercises.window import FloatArray, Rows, middle
from formcheck.motion.filters import derivative, low_pass
from formcheck.motion.signals import Signals

SPEED_CUTOFF_HZ: Final = 4.0
HALF: Final = 0.5
MIN_HALF_FRAMES: Final = 4
"""Pictures that each half of the lowering must be shown by: a fall over 45 degrees lasts 0.2 s."""
FASTEST_SHARE: Final = 0.10
"""Share of a half's way over which its fastest moments last. Of the way and not of the time: who
settles slowly after a fall would else make a slow half of it."""
LOW_SHARE: Final = 0.40
"""Share of the shoulders' height range, from the bottom, in which hands can reach the floor."""
MIN_SHOULDER_BODIES: Final = 0.06
"""Way of the shoulders, 10 cm at 1.75 m, that resting hands must be told against."""
SUPPORT_S: Final = 0.25
"""Hands that carry weight rest for at least this long."""
START_SHARE: Final = 0.10


@dataclass(frozen=True, slots=True)
class HipBreak:
    """How far the hips bend in a lowering.

    Attributes:
        bend_deg: Largest hip flexion held for ``HELD_S``, less that at the start.
        knee_deg: Knee flexion when the bend first passed the limit; NaN if it did not.
        rows: Rows that show it.
    """

    bend_deg: float
    knee_deg: float
    rows: Rows


@dataclass(frozen=True, slots=True)
class BreakAway:
    """How far the speed of a lowering breaks away.

    Attributes:
        gain_deg_per_s: Fastest knee extension in the second half of the range less that in the
            first.
        knee_deg: Knee flexion from which on it was faster than ever in the first half; NaN when
            control was kept.
        rows: Rows from there to the fastest moment.
    """

    gain_deg_per_s: float
    knee_deg: float
    rows: Rows


def eccentric_rows(signals: Signals, one: KneeRep) -> Rows:
    """Rows of the lowering in which the knee is known."""
    phase = one.rep.eccentric
    if phase is None:
        return one.rows[:0]
    t_s = signals.t_s
    rows = np.flatnonzero((t_s >= phase.start_s) & (t_s <= phase.end_s))
    return np.asarray(rows[np.isfinite(one.course.knee_deg[rows])])


def lowering_rows(signals: Signals, one: KneeRep, min_support: float) -> Rows:
    """Rows of the lowering until the hands take the weight, if they do."""
    rows = eccentric_rows(signals, one)
    if not hand_support(signals, one) >= min_support:
        return rows
    low = _low_rows(signals, one)
    landed = low[0] if len(low) else rows[-1] + 1
    return np.asarray(rows[rows < landed])


def hip_break(signals: Signals, one: KneeRep, rows: Rows, limit_deg: float) -> HipBreak:
    """Measure how far the hips bend against where they were when the lowering began.

    Args:
        signals: The clip's signals.
        one: The rep.
        rows: Rows of the lowering.
        limit_deg: Bend from which on the knee angle is told.
    """
    hip, knee = one.course.hip_deg, one.course.knee_deg
    rows = rows[np.isfinite(hip[rows])]
    held = max(3, round(HELD_S / signals.frame_s))
    if len(rows) < 2 * held:
        return HipBreak(float("nan"), float("nan"), rows)
    start = rows[: max(held, round(START_SHARE * len(rows)))]
    bend = hip[rows] - middle(hip, start)
    furthest = np.sort(rows[np.argsort(bend)][-held:])
    value = middle(hip, furthest) - middle(hip, start)
    past = rows[bend >= limit_deg]
    at = float(knee[past[0]]) if value >= limit_deg and len(past) else float("nan")
    return HipBreak(value, at, furthest)


def break_away(signals: Signals, one: KneeRep, from_deg_per_s: float) -> BreakAway | None:
    """Measure whether the knee's extension breaks away late in the lowering.

    A movement under control slows down towards its end as it sped up at its beginning, whatever
    its tempo, so its fastest moments in both halves of the range are alike. One that the
    hamstrings no longer hold falls. The angle at which it becomes faster than it had been is the
    "angle at first acceleration" of Sconce et al. 2021 (J Sports Sci,
    doi:10.1080/02640414.2021.1968127), which lies within 3 degrees of the break-point angle.

    Args:
        signals: The clip's signals.
        one: The rep.
        from_deg_per_s: Gain from which on an angle is told.

    Returns:
        ``None`` when a half is shown by too few frames.
    """
    rows = eccentric_rows(signals, one)
    knee = one.course.knee_deg
    if len(rows) < 2 * MIN_HALF_FRAMES:
        return None
    speed = -derivative(signals.t_s, low_pass(signals.t_s, knee, SPEED_CUTOFF_HZ))
    half = float(knee[rows].min()) + HALF * float(np.ptp(knee[rows]))
    first, second = rows[knee[rows] > half], rows[knee[rows] <= half]
    if min(len(first), len(second)) < MIN_HALF_FRAMES:
        return None
    early, late = _fastest(speed[first]), _fastest(speed[second])
    fastest = int(second[np.argmax(speed[second])])
    slower = rows[(rows < fastest) & (speed[rows] <= early)]
    begin = int(slower[-1]) if len(slower) else int(rows[0])
    told = late - early >= from_deg_per_s
    span = np.arange(begin, fastest + 1)
    return BreakAway(late - early, float(knee[begin]) if told else float("nan"), span)


def _fastest(speed: FloatArray) -> float:
    """Speed that is exceeded over ``FASTEST_SHARE`` of the way."""
    rising = np.sort(speed)
    way = np.cumsum(np.maximum(rising, 0.0))
    return float(np.interp((1.0 - FASTEST_SHARE) * way[-1], way, rising))


def hand_support(signals: Signals, one: KneeRep) -> float:
    """How far the hands rest near the bottom while the shoulders move.

    Returns:
        One less the share of the shoulders' way, down and up, that the wrists go with them: 1 for
        hands on the floor, 0 for arms crossed on the chest. NaN when the shoulders hardly move
        there, or are not seen.
    """
    rows = _low_rows(signals, one)
    if len(rows) < max(4, round(SUPPORT_S / signals.frame_s)):
        return float("nan")
    shoulder, wrist = (
        low_pass(signals.t_s, values, SPEED_CUTOFF_HZ)[rows]
        for values in (signals.shoulder_height_bodies, signals.wrist_height_bodies)
    )
    known = np.isfinite(shoulder) & np.isfinite(wrist)
    if known.mean() < HALF:
        return float("nan")
    way, carried = _way(shoulder[known]), _way(wrist[known])
    if way < MIN_SHOULDER_BODIES:
        return float("nan")
    return float(np.clip(1.0 - carried / way, 0.0, 1.0))


def _way(height: FloatArray) -> float:
    """Length of the way up and down."""
    return float(np.abs(np.diff(height)).sum())


def _low_rows(signals: Signals, one: KneeRep) -> Rows:
    """Rows of a rep in which the shoulders are in the lowest part of their range."""
    height = signals.shoulder_height_bodies[one.rows]
    known = np.isfinite(height)
    if not known.any():
        return one.rows[:0]
    low = float(height[known].min())
    return np.asarray(one.rows[known & (height <= low + LOW_SHARE * np.ptp(height[known]))])
