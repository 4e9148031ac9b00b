"""Seated leg curl: sitting with the thighs held, the heels are drawn under the seat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.findings import Metric, Reason, refused
from formcheck.exercises.knee_flexion import Kind, knee_reps
from formcheck.exercises.knee_flexion_judged import legs_as_judged
from formcheck.exercises.knee_flexion_likeness import knee_likeness
from formcheck.exercises.knee_flexion_measures import TEMPO_UNITS, KneeMeter, KneeRep
from formcheck.exercises.recognition_likeness import Likeness
from formcheck.exercises.registry import About, register_exercise
from formcheck.exercises.settings import Settings
from formcheck.motion.geometry import THIGH_OF_HEIGHT, TRUNK_OF_HEIGHT
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals

FloatArray = NDArray[np.float64]

KIND: Final = Kind(postures=("seated",), moving="shank", fastened=True)
TRUNK_THIGHS: Final = TRUNK_OF_HEIGHT / THIGH_OF_HEIGHT
SWING_PERCENTILES: Final = (5.0, 95.0)


@register_exercise("seated_leg_curl")
class SeatedLegCurl:
    """On a machine, both legs together or one at a time."""

    about: Final = About(
        summary="Sitting in a machine, the knees bend against a weight; both legs or one.",
        view="side",
        metrics={
            "range_shortfall": "deg",
            "peak_knee_flexion": "deg",
            "knee_flexion_stretched": "deg",
            "knee_range": "deg",
            "body_shift": "thigh lengths",
            "hip_shift": "thigh lengths",
            "trunk_swing": "deg",
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
        meter = SeatedMeter(KneeMeter(signals, settings, KIND))
        return [meter.measure(one) for one in meter.base.knee_reps(reps)]

    def as_judged(self, signals: Signals, settings: Settings) -> Signals:
        """The signals with the segment that is fastened held still, without a hidden leg."""
        return legs_as_judged(signals, settings, KIND)

    def likeness(self, signals: Signals, reps: list[Rep]) -> Likeness:
        """How far a clip looks like this exercise: seated, and the shank moves."""
        return knee_likeness(signals, reps, KIND)


@dataclass(frozen=True, slots=True)
class SeatedMeter:
    """Measures the reps of a seated leg curl.

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
            *self._body(one),
            *base.tempo(one),
        )

    def _body(self, one: KneeRep) -> tuple[Metric, Metric, Metric]:
        """How far the pelvis slides and the torso rocks in a rep."""
        names = (
            ("body_shift", "thigh lengths"),
            ("hip_shift", "thigh lengths"),
            ("trunk_swing", "deg"),
        )
        base = self.base
        problem = base.problem(one)
        if problem is not None:
            shift, slide, swing = (refused(*name, problem) for name in names)
            return shift, slide, swing
        swing_deg = _span(base.signals.legs.trunk_lean_deg[one.rows])
        sway = TRUNK_THIGHS * float(np.sin(np.radians(swing_deg)))
        slide_thighs, drift = self._slide(one)
        error = float(np.hypot(base.limit("length_uncertainty_thighs"), drift))
        sway_error = TRUNK_THIGHS * float(np.radians(base.angle_error("trunk")))
        if not np.isfinite(slide_thighs):
            return (
                base.measured(*names[0], sway, sway_error, one.rows),
                refused(*names[1], Reason.NOT_SHOWN),
                base.measured(*names[2], swing_deg, base.angle_error("trunk"), one.rows),
            )
        worse = (slide_thighs, error) if slide_thighs > sway else (sway, sway_error)
        return (
            base.measured(*names[0], *worse, one.bent),
            base.measured(*names[1], slide_thighs, error, one.bent),
            base.measured(*names[2], swing_deg, base.angle_error("trunk"), one.rows),
        )

    def _slide(self, one: KneeRep) -> tuple[float, float]:
        """How far the hip moves against a camera that pans evenly, and how far that pans.

        At both stretched ends of a rep the hip lies in the same place of a lifter who stays put;
        how far it then lies apart in the picture is the camera's movement.
        """
        legs, sides = self.base.signals.legs, list(one.course.sides)
        place = np.column_stack(
            [legs.hip_x_thighs[:, sides].mean(axis=1), legs.hip_y_thighs[:, sides].mean(axis=1)]
        )[one.rows]
        known = np.isfinite(place).all(axis=1)
        if known.sum() < 6:
            return float("nan"), float("nan")
        t_s, place = self.base.signals.t_s[one.rows][known], place[known]
        edge = max(2, len(place) // 12)
        pan = np.median(place[-edge:], axis=0) - np.median(place[:edge], axis=0)
        share = (t_s - t_s[0]) / (t_s[-1] - t_s[0])
        level = place - share[:, None] * pan if one.rep.complete else place
        along, up = (level - np.median(level[:edge], axis=0)).T
        # A hip that seems to sink is a landmark that the pad pushes down: the seat is in the way.
        away = np.hypot(along, np.maximum(up, 0.0))
        return float(np.percentile(away, 90)), float(np.hypot(*pan)) / 2.0


def _span(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.ptp(np.percentile(known, SWING_PERCENTILES))) if len(known) else float("nan")
