"""Romanian deadlift: a hip hinge with the weight in the hands."""

from __future__ import annotations

from typing import Final

from formcheck.exercises.findings import Metric
from formcheck.exercises.hinge import HingeMeter, hinge_reps
from formcheck.exercises.recognition_hinge import HINGE_METRICS, romanian_deadlift_likeness
from formcheck.exercises.recognition_likeness import Likeness
from formcheck.exercises.registry import About, register_exercise
from formcheck.exercises.settings import Settings
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals


@register_exercise("romanian_deadlift")
class RomanianDeadlift:
    """Bar, dumbbells or kettlebell lowered along the legs; a deadlift from the floor counts too."""

    about: Final = About(
        summary="A hip hinge with the weight in the hands; a deadlift from the floor counts too.",
        view="side",
        metrics={**HINGE_METRICS, "wrist_to_leg": "thigh lengths"},
        pattern="hip_hinge",
    )

    def find_reps(self, signals: Signals, settings: Settings) -> list[Rep]:
        """Find the reps of a clip, incomplete ones included."""
        return hinge_reps(signals, settings)

    def measure(
        self, signals: Signals, reps: list[Rep], settings: Settings
    ) -> list[tuple[Metric, ...]]:
        """Measure each rep: every metric of the exercise, judged or refused."""
        return HingeMeter(signals, settings).measure(reps)

    def likeness(self, signals: Signals, reps: list[Rep]) -> Likeness:
        """How far a clip looks like this exercise: hands that hang."""
        return romanian_deadlift_likeness(signals, reps)
