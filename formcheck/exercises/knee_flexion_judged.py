"""The clip's signals as knee exercises judge them: held segments held, hidden legs left out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.knee_flexion import Course, Kind, knee_courses
from formcheck.exercises.settings import Settings
from formcheck.motion.knee import Legs
from formcheck.motion.signals import Signals

FloatArray = NDArray[np.float64]


def legs_as_judged(signals: Signals, settings: Settings, kind: Kind) -> Signals:
    """Signals whose knees bend as they are judged.

    Args:
        signals: The clip's signals.
        settings: The exercise's thresholds.
        kind: How the exercise is done.

    Returns:
        The same signals, but for the legs: of those that are followed a segment that is held
        (``Kind.fastened``) has one lean for the clip, and the joints at its ends bend accordingly;
        one that is hidden behind the other is not believed.
    """
    courses = knee_courses(signals, settings, kind)
    legs = signals.legs
    for course in courses:
        for side in course.sides:
            legs = _with_held_leg(legs, side, course, kind) if course.fastened else legs
            if course.other_hidden:
                trust = legs.trust.copy()
                trust[:, 1 - side] = 0.0
                legs = replace(legs, trust=trust)
    knee, hip = signals.knee_flexion_deg, signals.hip_flexion_deg
    if len(courses) == 1 and courses[0].fastened:  # Legs that take turns have no knee in common.
        knee = _where_known(courses[0].knee_deg, knee)
        if kind.moving == "shank":
            thigh_deg = float(np.nanmedian(courses[0].thigh_deg))
            hip = _where_known(courses[0].trunk_deg - thigh_deg, hip)
    return replace(signals, legs=legs, knee_flexion_deg=knee, hip_flexion_deg=hip)


def _with_held_leg(legs: Legs, side: int, course: Course, kind: Kind) -> Legs:
    resting = "thigh_lean_deg" if kind.moving == "shank" else "shank_lean_deg"
    lean = getattr(legs, resting)[:, side]
    wander = lean - np.nanmedian(lean[np.isfinite(course.knee_deg)])
    added = {resting: -wander, "knee_flexion_deg": kind.knee_by_resting * wander}
    if kind.moving == "shank":
        added["hip_flexion_deg"] = wander
    changed: dict[str, Any] = {}
    for name, by_deg in added.items():
        changed[name] = getattr(legs, name).copy()
        changed[name][:, side] += by_deg
    return replace(legs, **changed)


def _where_known(values: FloatArray, others: FloatArray) -> FloatArray:
    return np.asarray(np.where(np.isfinite(values), values, others))
