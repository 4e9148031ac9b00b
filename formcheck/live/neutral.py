"""The lifter's own neutral back, learnt over a set that is looked at piece by piece.

The recorded road takes the lifter's own zero from all reps of the clip
(``exercises/spine_shape.py``). Live, the window holds the last few reps only, so backs are
measured without a zero and the zero of all reps so far, and of earlier sets under the lifter's
profile, is taken off afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from formcheck.exercises.findings import Metric, Reason
from formcheck.exercises.judging import SPINE
from formcheck.exercises.settings import Settings

FLAT_FROM: Final = "flat_back_from_deg"
NO_PRAISE: Final = "no_praise_below_deg"
_NEVER_DEG: Final = -1e6


def without_zero(settings: Settings) -> Settings:
    """Settings under which backs are measured as they are, without an own zero."""
    if FLAT_FROM not in settings.measure:
        return settings
    return settings.model_copy(update={"measure": {**settings.measure, FLAT_FROM: _NEVER_DEG}})


def bend_deg(metrics: Sequence[Metric]) -> float:
    """Bend of the back of a rep measured under ``without_zero``; NaN where refused."""
    found = next((metric.value for metric in metrics if metric.name == SPINE), None)
    return float("nan") if found is None else found


def with_zero(
    metrics: tuple[Metric, ...], zero_deg: float, settings: Settings
) -> tuple[Metric, ...]:
    """Take the lifter's own zero off the bend of a rep measured under ``without_zero``."""
    return tuple(
        _shifted(metric, zero_deg, settings) if metric.name == SPINE else metric
        for metric in metrics
    )


def _shifted(metric: Metric, zero_deg: float, settings: Settings) -> Metric:
    if metric.value is None:
        return metric
    value = metric.value - zero_deg
    if metric.reason is Reason.NO_REFERENCE or metric.status == "ok":
        hollow = NO_PRAISE in settings.measure and value < settings.measure[NO_PRAISE]
        return replace(
            metric,
            value=value,
            status="not_assessable" if hollow else "ok",
            reason=Reason.NO_REFERENCE if hollow else None,
        )
    return replace(metric, value=value)
