"""Glute-ham raise and its floor version, the nordic curl: the body is lowered by the knees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.exercises.findings import Metric, Reason, refused
from formcheck.exercises.glute_ham_raise_descent import (
    break_away,
    hand_support,
    hip_break,
    lowering_rows,
)
from formcheck.exercises.knee_flexion import Kind, knee_reps
from formcheck.exercises.knee_flexion_judged import legs_as_judged
from formcheck.exercises.knee_flexion_likeness import knee_likeness
from formcheck.exercises.knee_flexion_measures import TEMPO_UNITS, KneeMeter, KneeRep
from formcheck.exercises.recognition_likeness import Likeness
from formcheck.exercises.registry import About, register_exercise
from formcheck.exercises.settings import Settings
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals

KIND: Final = Kind(postures=("kneeling", "prone"), moving="thigh", min_lean_deg=18.0, fastened=True)
OWN_WORK: Final = ("concentric_s", "turnaround_s")
"""What tells of the hamstrings only when the hands do not help."""


@register_exercise("glute_ham_raise")
class GluteHamRaise:
    """On a bench or on the floor, ankles held; the top is kneeling upright."""

    about: Final = About(
        summary="Kneeling with the ankles held, the straight body is lowered by the knees "
        "(on the floor: nordic curl).",
        view="side",
        metrics={
            "knee_flexion_stretched": "deg",
            "knee_range": "deg",
            "hip_break": "deg",
            "hip_break_at": "deg",
            "break_away": "deg/s",
            "break_angle": "deg",
            "hand_support": "1",
            "spine_curvature": "deg",
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
        meter = RaiseMeter(KneeMeter(signals, settings, KIND))
        return [meter.measure(one) for one in meter.base.knee_reps(reps)]

    def as_judged(self, signals: Signals, settings: Settings) -> Signals:
        """The signals with the segment that is fastened held still, without a hidden leg."""
        return legs_as_judged(signals, settings, KIND)

    def likeness(self, signals: Signals, reps: list[Rep]) -> Likeness:
        """How far a clip looks like this exercise: kneeling, and the thigh moves."""
        return knee_likeness(signals, reps, KIND)


@dataclass(frozen=True, slots=True)
class RaiseMeter:
    """Measures the reps of a glute-ham raise.

    Attributes:
        base: Measures what every knee exercise is measured by.
    """

    base: KneeMeter

    def measure(self, one: KneeRep) -> tuple[Metric, ...]:
        """All metrics of one rep."""
        base = self.base
        support, control = self._support(one), self._control(one)
        refusals = self._refusals(support, control[0])
        tempo = tuple(
            refused(metric.name, metric.unit, refusals[metric.name])
            if metric.name in refusals
            else metric
            for metric in base.tempo(one)
        )
        return (
            base.stretched_flexion(one),
            base.knee_range(one),
            *self._hips(one),
            *control,
            support,
            # The thresholds of a back hold for one that bends forward with a weight.
            refused("spine_curvature", "deg", Reason.NO_REFERENCE),
            *tempo,
        )

    def _refusals(self, support: Metric, gain: Metric) -> dict[str, Reason]:
        """Times that tell nothing of the hamstrings, and why."""
        found: dict[str, Reason] = {}
        if gain.value is not None and gain.value >= self.base.settings.faults["DROP"].threshold:
            # A body that falls and is caught stops hard, which is no turn by momentum.
            found["turnaround_s"] = Reason.NOT_SHOWN
        if support.value is not None and support.value >= self.base.limit("min_hand_support"):
            found |= dict.fromkeys(OWN_WORK, Reason.ASSISTED)
        return found

    def _problem(self, one: KneeRep) -> Reason | None:
        """Why the lowering cannot be judged, if it cannot."""
        if one.rep.eccentric is None:
            return self.base.problem(one) or Reason.NOT_SHOWN
        return self.base.problem(one)

    def _hips(self, one: KneeRep) -> tuple[Metric, Metric]:
        """How far the hips bend in the lowering, and at which knee angle."""
        base, names = self.base, ("hip_break", "hip_break_at")
        problem = self._problem(one)
        if problem is not None:
            return refused(names[0], "deg", problem), refused(names[1], "deg", problem)
        rows = lowering_rows(base.signals, one, base.limit("min_hand_support"))
        limit = base.settings.faults["HIP_BREAK"].threshold
        found = hip_break(base.signals, one, rows, limit)
        error = base.angle_error("hip")
        bend = base.measured(names[0], "deg", found.bend_deg, error, found.rows)
        if not np.isfinite(found.knee_deg):
            return bend, refused(names[1], "deg", Reason.NOT_SHOWN)
        at = base.measured(names[1], "deg", found.knee_deg, base.angle_error("knee"), found.rows)
        return bend, at

    def _control(self, one: KneeRep) -> tuple[Metric, Metric]:
        """How far the lowering breaks away, and at which knee angle."""
        base, units = self.base, {"break_away": "deg/s", "break_angle": "deg"}
        problem = self._problem(one)
        if problem is None:
            found = break_away(base.signals, one, base.limit("break_away_from_deg_per_s"))
            if found is None:
                problem = Reason.TOO_FEW_FRAMES
        if problem is not None or found is None:
            reason = problem or Reason.TOO_FEW_FRAMES
            return refused("break_away", "deg/s", reason), refused("break_angle", "deg", reason)
        gain = base.measured(
            "break_away",
            units["break_away"],
            found.gain_deg_per_s,
            base.limit("speed_uncertainty_deg_per_s"),
            found.rows,
        )
        if not np.isfinite(found.knee_deg):
            return gain, refused("break_angle", "deg", Reason.NOT_SHOWN)
        angle = base.measured(
            "break_angle", "deg", found.knee_deg, base.angle_error("knee"), found.rows
        )
        return gain, angle

    def _support(self, one: KneeRep) -> Metric:
        """How far the hands rest while the shoulders move near the bottom."""
        value = hand_support(self.base.signals, one)
        if not np.isfinite(value):
            return refused("hand_support", "1", Reason.NOT_SHOWN)
        return self.base.measured(
            "hand_support", "1", value, self.base.limit("support_uncertainty"), one.straight
        )
