"""What tells the standing hip hinges from each other and from squats, swings and rows.

All signs are heights, which a camera sees alike from the side and from the front.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.exercises.hinge import hinge_drive
from formcheck.exercises.recognition_likeness import Likeness, Sign, sign
from formcheck.exercises.window import FloatArray, RepWindow, Rows, middle, rep_window
from formcheck.motion.geometry import ARM_OF_HEIGHT, TRUNK_OF_HEIGHT
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals

HINGE_METRICS: Final = {
    "spine_curvature": "deg",
    "spine_lumbar": "deg",
    "spine_thoracic": "deg",
    "spine_from_standing": "deg",
    "hip_hinge_ratio": "1",
    "hip_travel": "thigh lengths",
    "hip_range": "deg",
    "knee_flexion_bottom": "deg",
    "lockout_extension": "deg",
    "eccentric_s": "s",
    "concentric_s": "s",
    "stretched_pause_s": "s",
    "top_pause_s": "s",
    "turnaround_s": "s",
}
"""What every hinge is measured by, with units."""
STANDING_HIPS: Final = 0.33
"""Height of the hips over the ankles, standing heights, of who stands on bent legs at least.

0.49 on straight legs (shank 0.246 and thigh 0.245), 0.245 kneeling, where the shank lies. 0.33 is
a lifter with a bar on the floor whose thighs are 20 degrees above level.
"""
LOADED_HIPS: Final = 0.40
"""The same of who holds a bar on the back: it is not fetched from the floor, so that the legs are
nearly straight at the top. Halfway between standing and, on a bench, kneeling (0.32)."""
HIPS_BLUR: Final = 0.04
ARM_BLUR: Final = 0.12
"""How uncertain a hand's height is, arm lengths: about 7 cm, plates in front of it included."""

HANGING: Final = 0.75
"""Hands at least this far below the shoulders, arm lengths, hang: arms 40 degrees off the vertical.

A hand on the back of the thigh or at the knee of a bent lifter still counts.
"""
TOP_HANGING: Final = 0.35
"""At the top plates and hips may hide the hands, so less is asked of them there."""
AT_SHOULDERS: Final = 0.30
"""Hands on a bar behind the neck are within this of the shoulders' height, arm lengths.

The bar lies 5 to 10 cm beside the shoulder joint, an arm is 58 cm long at 1.75 m.
"""
MOST_HIP_DROP: Final = 0.50
"""Share of the shoulders' way down that the hips go down too, at most, in a hinge.

A parallel squat lowers the hips by a thigh (0.245 heights) and, leaning 40 degrees, the shoulders
by 0.067 more: a share of 0.79. A hinge to 60 degrees with knees bent by 30 lowers them by 0.033 and
0.144: a share of 0.19.
"""
DROP_BLUR: Final = 0.10
LOWER_SHARE: Final = 0.4
"""Share of a rep's range, from the bottom, that counts as its lower part."""
LEAST_LEAN_DROP: Final = 0.25
"""Least way that the trunk's lean lowers the shoulders, trunk lengths: a lean of 41 degrees."""
LEAN_BLUR: Final = 0.06


@dataclass(frozen=True, slots=True)
class HingeLook:
    """What the reps of a hinge look like: medians over the reps.

    Attributes:
        hang_top: How far the hands are below the shoulders at the top, arm lengths.
        hang_bottom: The same at the bottom.
        hang_least: What it stays above for four fifths of the time in the lower part of the rep:
            hands that row or curl in between come up for longer.
        hip_height: Height of the hips over the ankles at the top, standing heights.
        hip_drop: Share of the shoulders' way down that the hips go down too.
        lean_drop: Way that the trunk's lean lowers the shoulders, trunk lengths.
    """

    hang_top: float
    hang_bottom: float
    hang_least: float
    hip_height: float
    hip_drop: float
    lean_drop: float


def hinge_look(signals: Signals, reps: list[Rep]) -> HingeLook:
    """Measure the signs of a hinge; NaN where they are not seen."""
    drive = hinge_drive(signals)
    hang = (signals.shoulder_height_bodies - signals.wrist_height_bodies) / ARM_OF_HEIGHT
    rows = []
    for rep in reps:
        window = rep_window(signals.t_s, drive, rep)
        down = middle(drive, window.top) - middle(drive, window.bottom)
        upper = middle(signals.hip_height_bodies, window.top)
        hips = upper - middle(signals.hip_height_bodies, window.bottom)
        rows.append(
            (
                middle(hang, window.top),
                middle(hang, window.bottom),
                _least(hang[_lower_rows(drive, window)]),
                upper,
                hips / down if down > 0 else float("nan"),
                (down - hips) / TRUNK_OF_HEIGHT,
            )
        )
    table = np.array(rows, dtype=np.float64).reshape(-1, 6)
    medians = [
        float(np.median(column[np.isfinite(column)])) if np.isfinite(column).any() else float("nan")
        for column in table.T
    ]
    return HingeLook(*medians)


def _stands(look: HingeLook, least: float) -> Sign:
    return sign("stands on the feet", look.hip_height, least, blur=HIPS_BLUR)


def _lower_rows(drive: FloatArray, window: RepWindow) -> Rows:
    known = window.every[np.isfinite(drive[window.every])]
    if not len(known):
        return known
    low = float(drive[known].min())
    return known[drive[known] <= low + LOWER_SHARE * np.ptp(drive[known])]


def _least(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.percentile(known, 20)) if len(known) else float("nan")


def romanian_deadlift_likeness(signals: Signals, reps: list[Rep]) -> Likeness:
    """A standing lifter goes down and up with hanging hands.

    A squat with hanging hands counts: it is this exercise done badly (``SQUATTING``).
    """
    look = hinge_look(signals, reps)
    return Likeness(
        (
            _stands(look, STANDING_HIPS),
            sign("hands hang while bent", look.hang_least, HANGING, blur=ARM_BLUR),
            sign("hands do not rise at the top", look.hang_top, TOP_HANGING, blur=ARM_BLUR),
        )
    )


def good_morning_likeness(signals: Signals, reps: list[Rep]) -> Likeness:
    """A standing lifter bends at the hips with the hands at the shoulders.

    A squat with a bar on the back has the same hands, so the trunk must lean and the hips
    must stay up.
    """
    look = hinge_look(signals, reps)
    span = {"low": -AT_SHOULDERS, "high": AT_SHOULDERS, "blur": ARM_BLUR}
    return Likeness(
        (
            _stands(look, LOADED_HIPS),
            sign("hands at the shoulders at the bottom", look.hang_bottom, **span),
            sign("hands at the shoulders at the top", look.hang_top, **span),
            sign("hips stay up", look.hip_drop, high=MOST_HIP_DROP, blur=DROP_BLUR),
            sign("trunk bends down", look.lean_drop, LEAST_LEAN_DROP, blur=LEAN_BLUR),
        )
    )
