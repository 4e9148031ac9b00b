"""Lying leg curl: prone on a bench, the heels come to the buttocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.exercises.findings import Metric, refused
from formcheck.exercises.knee_flexion import Kind, knee_reps
from formcheck.exercises.knee_flexion_judged import legs_as_judged
from formcheck.exercises.knee_flexion_likeness import knee_likeness
from formcheck.exercises.knee_flexion_measures import HELD_S, TEMPO_UNITS, KneeMeter, KneeRep
from formcheck.exercises.recognition_likeness import Likeness
from formcheck.exercises.registry import About, register_exercise
from formcheck.exercises.settings import Settings
from formcheck.exercises.window import middle
from formcheck.motion.geometry import THIGH_OF_HEIGHT, TRUNK_OF_HEIGHT
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals

KIND: Final = Kind(postures=("prone",), moving="shank")


@register_exercise("lying_leg_curl")
class LyingLegCurl:
    """On a machine or with a band, both legs together or one at a time."""

    about: Final = About(
        summary="Lying on the front, the knees bend against a weight; both legs or one at a time.",
        view="side",
        metrics={
            "range_shortfall": "deg",
            "peak_knee_flexion": "deg",
            "knee_flexion_stretched": "deg",
            "knee_range": "deg",
            "hip_lift": "deg",
            "hip_rise": "thigh lengths",
            **TEMPO_UNITS,
        },
        pattern="knee_flexion",
    )

    def find_reps(self, signals: Signals, settings: Settings) -> list[Rep]:
        """Find the reps of a clip, incomplete ones included."""
        return knee_reps(signals, settings, KIND)

    def measure(
        self, signals: Signals, reps: list[Rep], settings: Settings
    ) -> list[tuple[Metric, ...]]:
        """Measure each rep: every metric of the exercise, judged or refused."""
        meter = LyingMeter(KneeMeter(signals, settings, KIND))
        return [meter.measure(one) for one in meter.base.knee_reps(reps)]

    def as_judged(self, signals: Signals, settings: Settings) -> Signals:
        """The signals without a leg that is hidden behind the other."""
        return legs_as_judged(signals, settings, KIND)

    def likeness(self, signals: Signals, reps: list[Rep]) -> Likeness:
        """How far a clip looks like this exercise: prone, and the shank moves."""
        return knee_likeness(signals, reps, KIND)


@dataclass(frozen=True, slots=True)
class LyingMeter:
    """Measures the reps of a lying leg curl.

    Attributes:
        base: Measures what every knee exercise is measured by.
    """

    base: KneeMeter

    def measure(self, one: KneeRep) -> tuple[Metric, ...]:
        """All metrics of one rep."""
        base = self.base
        return (
            base.range_shortfall(one),
            base.peak_flexion(one),
            base.stretched_flexion(one),
            base.knee_range(one),
            *self._hips(one),
            *base.tempo(one),
        )

    def _hips(self, one: KneeRep) -> tuple[Metric, Metric]:
        """How far the hips rise from the pad, against the rep's own stretched end.

        Hip flexion does not depend on where the camera points, so one that is held in the hand
        serves as well.
        """
        base, names = self.base, (("hip_lift", "deg"), ("hip_rise", "thigh lengths"))
        problem = base.ends_problem(one)
        if problem is not None:
            return refused(*names[0], problem), refused(*names[1], problem)
        legs = base.signals.legs
        off_line = legs.hip_off_line_thighs[:, list(one.course.sides)].mean(axis=1)
        known = one.rows[np.isfinite(one.course.hip_deg[one.rows])]
        held = max(3, round(HELD_S / base.signals.frame_s))
        highest = np.sort(known[np.argsort(one.course.hip_deg[known])][-held:])
        lift, rise = (
            middle(values, highest) - middle(values, one.straight)
            for values in (one.course.hip_deg, off_line)
        )
        # They tell one thing in two ways: where they are at odds, one of them is wrong.
        odds = max(0.0, lift - _bend_deg(rise)) if np.isfinite(rise) else 0.0
        doubt = float(np.hypot(base.angle_error("hip"), odds))
        return (
            base.measured(*names[0], lift, doubt, highest),
            base.measured(*names[1], rise, base.limit("length_uncertainty_thighs"), highest),
        )


def _bend_deg(rise_thighs: float) -> float:
    """How far hips bend that are so far off the line from shoulder to knee, degrees.

    The sum of the angles that thigh and trunk make with that line.
    """
    lengths = np.array([1.0, TRUNK_OF_HEIGHT / THIGH_OF_HEIGHT])
    return float(np.degrees(np.arcsin(np.clip(rise_thighs / lengths, -1.0, 1.0))).sum())
