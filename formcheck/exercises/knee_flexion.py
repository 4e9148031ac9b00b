"""What the knee exercises have in common: which knee is followed, and how its reps are found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.knee_flexion_phases import with_slow_starts
from formcheck.exercises.settings import Settings
from formcheck.motion.filters import fill_short_gaps
from formcheck.motion.geometry import THIGH_OF_HEIGHT, TRUNK_OF_HEIGHT
from formcheck.motion.posture import PostureName, posture_fit
from formcheck.motion.rep import Rep, numbered
from formcheck.motion.reps import find_reps
from formcheck.motion.signals import Signals
from formcheck.motion.turning import find_stretches

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]
Segment = Literal["shank", "thigh"]

DRIVE_UNIT_DEG: Final = 540.0
"""Degrees of knee flexion in one unit of drive.

``turning.CUT_RATE`` then means 864 degrees a second: a loaded leg stays below half of that, and a
landmark that jumps to the other leg does not.
"""
AGREEMENT_UNCERTAINTIES: Final = float(np.sqrt(2.0))
"""Legs whose knees differ by less than this many uncertainties do the same: that is the standard
uncertainty of a difference."""
ALTERNATE_CORRELATION: Final = 0.3
BELIEVED_SHARE: Final = 0.5
"""A leg that can be believed in less than this share of the frames is not followed."""
IN_POSTURE: Final = 0.1
"""A frame that fits the posture less than this (two standard deviations off) is not looked at."""
POSTURE_SHARE: Final = 0.6
"""Share of a rep's frames that must show the exercise's posture."""
MIN_REP_S: Final = 0.4
"""No loaded knee bends, or opens, in less; half a rep in the clip lasts as long."""
FASTENED_SWING_DEG: Final = 20.0
"""A segment whose lean swings further (5th to 95th percentile) is not fastened: on the rendered
suite shanks under straps and thighs under pads swing by 2 to 21 degrees, on the real nordic curl by
10 to 15, and segments of who does something else mostly by more."""
MOVING_SHARE: Final = 0.6
"""Share of the knee's bend that the moving segment makes; the other one rests."""
DEEPER_SHARE: Final = 0.15
"""A first or last stretch may go further: a machine's weight comes to rest there, and this much of
the range is looked at."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a knee exercise is done.

    Attributes:
        postures: Postures that its frames may show.
        moving: The segment that the knee moves; the other one is held.
        min_lean_deg: Lean of the moving segment that the stretched end must reach at least.
        fastened: Whether a pad or a strap keeps the other segment where it is. Its lean is then
            taken as one for the whole clip: what its landmarks wander is no bend of the knee.
    """

    postures: tuple[PostureName, ...]
    moving: Segment
    min_lean_deg: float = -np.inf
    fastened: bool = False

    @property
    def knee_by_resting(self) -> float:
        """What a degree of lean too much of the resting segment takes from the knee's bend."""
        return 1.0 if self.moving == "shank" else -1.0


@dataclass(frozen=True, slots=True)
class Course:
    """What one knee, or both together, does over the clip. Arrays have shape (n,); missing is NaN.

    Attributes:
        sides: Columns of ``Legs`` that it is made from: 0 left, 1 right.
        knee_deg: Knee flexion where the posture fits and the leg can be believed.
        hip_deg: Hip flexion of the same legs.
        thigh_deg: Lean of the thigh.
        shank_deg: Lean of the shank.
        trunk_deg: Lean of the trunk.
        fastened: Whether the segment that rests has one lean for the clip, so that ``knee_deg``
            leaves out what its landmarks wander.
        other_hidden: Whether the other leg is taken to be hidden behind this one.
    """

    sides: tuple[int, ...]
    knee_deg: FloatArray
    hip_deg: FloatArray
    thigh_deg: FloatArray
    shank_deg: FloatArray
    trunk_deg: FloatArray
    fastened: bool
    other_hidden: bool = False

    @property
    def drive(self) -> FloatArray:
        """The signal that tells reps: high where the hamstrings are short."""
        return self.knee_deg / DRIVE_UNIT_DEG


def knee_courses(signals: Signals, settings: Settings, kind: Kind) -> list[Course]:
    """Which knees to follow: both as one, each by itself, or the one that can be believed.

    Args:
        signals: The clip's signals.
        settings: The exercise's thresholds.
        kind: How the exercise is done.

    Returns:
        One course; two (left, right) when the legs take turns; none when neither leg can be
        believed in the exercise's posture.
    """
    legs = signals.legs
    fit = np.nanmax(
        [np.nan_to_num(posture_fit(legs)[name]) for name in kind.postures], axis=0, initial=0.0
    )
    shown = fit >= IN_POSTURE
    if not shown.any():
        return []
    believed = (legs.trust >= settings.measure["min_leg_trust"]) & shown[:, None]
    usable = [side for side in range(2) if believed[shown, side].mean() >= BELIEVED_SHARE]
    if len(usable) < 2:
        return [_course(signals, believed, (side,), kind) for side in usable]
    one, other = (_course(signals, believed, (side,), kind) for side in usable)
    both = np.isfinite(one.knee_deg) & np.isfinite(other.knee_deg)
    if both.sum() < 3:
        return [max(one, other, key=lambda c: int(np.isfinite(c.knee_deg).sum()))]
    moves = settings.measure["min_range_deg"]
    ranges = [_range(course.knee_deg[both]) for course in (one, other)]
    if min(ranges) >= moves and _correlation(one, other, both) < ALTERNATE_CORRELATION:
        return [one, other]
    if min(ranges) < moves / 2 <= moves <= max(ranges):
        return [one if ranges[0] > ranges[1] else other]
    apart = float(np.median(np.abs(one.knee_deg - other.knee_deg)[both]))
    if apart <= AGREEMENT_UNCERTAINTIES * settings.measure["knee_uncertainty_deg"]:
        return [_course(signals, believed, (0, 1), kind)]
    # They differ by more than landmarks do: the far one is hidden behind the near one.
    return [replace(one if signals.view.near_side == "left" else other, other_hidden=True)]


def knee_reps(signals: Signals, settings: Settings, kind: Kind) -> list[Rep]:
    """Find the reps of a knee exercise, those of both legs in order of time."""
    reps = [
        rep
        for course in knee_courses(signals, settings, kind)
        for rep in _reps_of(signals, settings, kind, course)
    ]
    reps.sort(key=lambda rep: rep.start_s)
    return numbered(reps)


def course_of(rep: Rep, courses: list[Course], t_s: FloatArray) -> Course:
    """The course that a rep was found in: the one that moves most in its time."""
    inside = (t_s >= rep.start_s) & (t_s <= rep.end_s)
    return max(courses, key=lambda course: _range(course.knee_deg[inside]))


def moving_deg(course: Course, kind: Kind) -> FloatArray:
    """Lean of what moves, falling as the knee opens, shape (n,), degrees.

    The shank in a curl; in a raise the line from knee to shoulder, whose length makes small
    movements plain. The segment that rests is held by a pad or a strap: what its landmarks wander
    would be read as halts and starts of the knee.
    """
    if kind.moving == "shank":
        return course.shank_deg
    thigh, trunk = np.radians(course.thigh_deg), np.radians(course.trunk_deg)
    ahead = THIGH_OF_HEIGHT * np.sin(thigh) + TRUNK_OF_HEIGHT * np.sin(trunk)
    above = THIGH_OF_HEIGHT * np.cos(thigh) + TRUNK_OF_HEIGHT * np.cos(trunk)
    return np.asarray(-np.degrees(np.arctan2(ahead, above)))


def _reps_of(signals: Signals, settings: Settings, kind: Kind, course: Course) -> list[Rep]:
    n = len(signals)
    smallest = settings.measure["min_range_deg"] / DRIVE_UNIT_DEG
    drive = _even_ends(signals.t_s, course.drive, smallest)
    reps = find_reps(
        signals.t_s,
        drive,
        path=moving_deg(course, kind)[:, None] / DRIVE_UNIT_DEG,
        feet=np.zeros((n, 2)),
        whole_body=signals.whole_body,
        limbs=np.isfinite(course.knee_deg).astype(np.float64),
        min_range=smallest,
        witnesses=_witnesses(signals, kind, course),
    )
    mine = [rep for rep in reps if _is_one(signals.t_s, rep, course, kind)]
    return with_slow_starts(signals.t_s, moving_deg(course, kind), mine)


def _witnesses(signals: Signals, kind: Kind, course: Course) -> FloatArray:
    """Angles that tell when the knee begins and ends to move, shape (n, k).

    Of a machine's two legs the nearer one is the one that is seen.
    """
    leans = signals.leans
    if kind.moving == "thigh":
        return np.column_stack([leans.thigh_deg, leans.body_deg])
    near = 0 if signals.view.near_side == "left" else 1
    side = near if near in course.sides else course.sides[0]
    lines = (leans.shank_deg, leans.foot_deg, leans.leg_deg, leans.leg_bodies)
    return np.column_stack([line[:, side] for line in lines])


def _even_ends(t_s: FloatArray, drive: FloatArray, smallest: float) -> FloatArray:
    """Let no stretched end reach far below the usual one.

    A hinge whose first or last bottom is far deeper fetches or parks the weight there. A curl
    begins and ends where the machine's weight rests, which may be deeper than the set goes.
    """
    levels = [turn for piece in find_stretches(t_s, drive, smallest) for turn in piece.turns]
    bottoms = [turn.level for turn in levels if turn.kind == "bottom"]
    tops = [turn.level for turn in levels if turn.kind == "top"]
    if not bottoms or not tops:
        return drive
    inside = bottoms[1:-1] or bottoms
    usual = float(np.median(inside))
    floor = usual - DEEPER_SHARE * (float(np.median(tops)) - usual)
    return np.asarray(np.where(drive < floor, floor, drive))


def _is_one(t_s: FloatArray, rep: Rep, course: Course, kind: Kind) -> bool:
    """Whether a movement of the knee is a rep of this exercise: the right segment moves."""
    inside = (t_s >= rep.start_s) & (t_s <= rep.end_s)
    known = inside & np.isfinite(course.knee_deg)
    if rep.end_s - rep.start_s < MIN_REP_S:
        return False
    if known.sum() < POSTURE_SHARE * inside.sum() or known.sum() < 3:
        return False
    bent, straight = _ends(course.knee_deg, known)
    moved = {
        "shank": abs(_middle(course.shank_deg, bent) - _middle(course.shank_deg, straight)),
        "thigh": abs(_middle(course.thigh_deg, bent) - _middle(course.thigh_deg, straight)),
    }
    total = sum(moved.values())
    leaning = course.thigh_deg if kind.moving == "thigh" else course.shank_deg
    return bool(
        total > 0
        and moved[kind.moving] >= MOVING_SHARE * total
        and _middle(leaning, straight) >= kind.min_lean_deg
    )


def _ends(knee_deg: FloatArray, known: Mask) -> tuple[Mask, Mask]:
    """Masks of the most bent and of the straightest tenth of some frames."""
    low, high = np.percentile(knee_deg[known], [10, 90])
    return known & (knee_deg >= high), known & (knee_deg <= low)


def _course(signals: Signals, believed: Mask, sides: tuple[int, ...], kind: Kind) -> Course:
    legs = signals.legs
    knee, hip, thigh, shank = (
        _joined(signals.t_s, values, believed, sides)
        for values in (
            legs.knee_flexion_deg,
            legs.hip_flexion_deg,
            legs.thigh_lean_deg,
            legs.shank_lean_deg,
        )
    )
    held = thigh if kind.moving == "shank" else shank
    fastened = kind.fastened and _range(held) <= FASTENED_SWING_DEG
    if fastened:
        knee = knee + kind.knee_by_resting * (held - np.nanmedian(held))
    trunk = np.where(believed.any(axis=1), legs.trunk_lean_deg, np.nan)
    return Course(sides, knee, hip, thigh, shank, fill_short_gaps(signals.t_s, trunk), fastened)


def _joined(
    t_s: FloatArray, values: FloatArray, believed: Mask, sides: tuple[int, ...]
) -> FloatArray:
    """Mean of the legs; where one is missing the other stands in, less their usual difference."""
    each = np.where(believed, values, np.nan)[:, list(sides)]
    if len(sides) == 1:
        return fill_short_gaps(t_s, each[:, 0])
    both = np.isfinite(each).all(axis=1)
    half = float(np.median(np.diff(each[both], axis=1))) / 2.0
    level = each + np.array([half, -half])
    known = np.isfinite(level)
    count = known.sum(axis=1)
    mean = np.where(known, level, 0.0).sum(axis=1) / np.maximum(count, 1)
    return fill_short_gaps(t_s, np.where(count > 0, mean, np.nan))


def _range(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.ptp(np.percentile(known, [5, 95]))) if len(known) else 0.0


def _correlation(one: Course, other: Course, both: Mask) -> float:
    return float(np.corrcoef(one.knee_deg[both], other.knee_deg[both])[0, 1])


def _middle(values: FloatArray, mask: Mask) -> float:
    known = values[mask & np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
