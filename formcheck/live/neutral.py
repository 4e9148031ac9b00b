"""The lifter's own neutral back, learnt over a set that is looked at piece by piece.

The recorded road takes the lifter's own zero from all reps of the clip
(``exercises/spine_shape.py``). Live, the window holds the last few reps only, so backs are
measured without a zero and the zero of all reps so far, and of earlier sets under the lifter's
profile, is taken off afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from formcheck.exercises.findings import Metric
from formcheck.exercises.judging import SPINE
from formcheck.exercises.settings import Settings
from formcheck.exercises.spine_shape import NAMES, with_own_neutral

FLAT_FROM: Final = "flat_back_from_deg"
_INERT: Final = {
    FLAT_FROM: -1e6,
    "no_praise_below_deg": -1e6,
    "lost_when_flat_deg": 1e6,
    "upper_back_uncertainty_deg": 0.0,
}
"""Limits under which a back is told as its outline has it."""


def without_zero(settings: Settings) -> Settings:
    """Settings under which backs are measured as they are, without an own neutral."""
    if FLAT_FROM not in settings.measure:
        return settings
    return settings.model_copy(update={"measure": {**settings.measure, **_INERT}})


def bend_deg(metrics: Sequence[Metric]) -> float:
    """Bend of the back of a rep measured under ``without_zero``; NaN where refused."""
    found = next((metric.value for metric in metrics if metric.name == SPINE), None)
    return float("nan") if found is None else found


def with_zero(
    metrics: tuple[Metric, ...], zero_deg: float, settings: Settings
) -> tuple[Metric, ...]:
    """Tell the back of a rep measured under ``without_zero`` against the lifter's own neutral."""
    if FLAT_FROM not in settings.measure:
        return metrics
    backs = tuple(metric for metric in metrics if metric.name in NAMES)
    others = tuple(metric for metric in metrics if metric.name not in NAMES)
    return (*with_own_neutral(backs, zero_deg, settings.measure), *others) if backs else metrics
