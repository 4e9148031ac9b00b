"""Good morning: a hip hinge with the bar on the back."""

from __future__ import annotations

from typing import Final

from formcheck.exercises.findings import Metric, Reason, refused
from formcheck.exercises.hinge import HingeMeter, hinge_reps
from formcheck.exercises.recognition_hinge import HINGE_METRICS, good_morning_likeness
from formcheck.exercises.recognition_likeness import Likeness
from formcheck.exercises.registry import About, register_exercise
from formcheck.exercises.settings import Settings
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals

HANDS: Final = "wrist_to_leg"
"""The hands hold the bar on the back: where they are over the legs tells nothing."""


@register_exercise("good_morning")
class GoodMorning:
    """A bar, a stick or nothing behind the neck; the trunk bends forward over soft knees."""

    about: Final = About(
        summary="A hip hinge with the bar on the back and the hands at the shoulders.",
        view="side",
        metrics=HINGE_METRICS,
        pattern="hip_hinge",
    )

    def find_reps(self, signals: Signals, settings: Settings) -> list[Rep]:
        """Find the reps of a clip, incomplete ones included."""
        return hinge_reps(signals, settings)

    def measure(
        self, signals: Signals, reps: list[Rep], settings: Settings
    ) -> list[tuple[Metric, ...]]:
        """Measure each rep: every metric of the exercise, judged or refused."""
        measured = HingeMeter(signals, settings).measure(reps)
        return [
            _back_alone(tuple(metric for metric in rep if metric.name != HANDS), settings)
            for rep in measured
        ]

    def likeness(self, signals: Signals, reps: list[Rep]) -> Likeness:
        """How far a clip looks like this exercise: a hinge with the hands at the shoulders."""
        return good_morning_likeness(signals, reps)


def _back_alone(metrics: tuple[Metric, ...], settings: Settings) -> tuple[Metric, ...]:
    """Refuse the back where its outline is that of bar, plates or elbows.

    They stand out above the shoulder blades and leave a notch where they end: the upper half of
    the outline bends outwards more than the lower half and more than a back does there, or one
    half is hollower than a back.
    """
    value = {metric.name: metric.value for metric in metrics}
    upper, lower = value.get("spine_thoracic"), value.get("spine_lumbar")
    if upper is None or lower is None:
        return metrics
    bulge = upper > max(lower, settings.measure["max_upper_bulge_deg"])
    notch = min(lower, upper) < settings.measure["max_notch_deg"]
    if not bulge and not notch:
        return metrics
    return tuple(
        refused(metric.name, metric.unit, Reason.OCCLUSION)
        if metric.name.startswith("spine_")
        else metric
        for metric in metrics
    )
