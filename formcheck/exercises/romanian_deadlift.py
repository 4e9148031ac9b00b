"""Romanian deadlift: a hip hinge with the weight in the hands."""

from __future__ import annotations

from formcheck.exercises.findings import Metric
from formcheck.exercises.hinge import HingeMeter, hinge_reps
from formcheck.exercises.registry import register_exercise
from formcheck.exercises.settings import Settings
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals


@register_exercise("romanian_deadlift")
class RomanianDeadlift:
    """Bar, dumbbells or kettlebell lowered along the legs; a deadlift from the floor counts too."""

    def find_reps(self, signals: Signals, settings: Settings) -> list[Rep]:
        """Find the reps of a clip, incomplete ones included."""
        return hinge_reps(signals, settings)

    def measure(
        self, signals: Signals, reps: list[Rep], settings: Settings
    ) -> list[tuple[Metric, ...]]:
        """Measure each rep: every metric of the exercise, judged or refused."""
        return HingeMeter(signals, settings).measure(reps)
