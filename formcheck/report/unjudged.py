"""What could not be judged, and why, so that a lifter knows what to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from formcheck.report.rules import limit_crossed
from formcheck.report.schema import NotAssessedReport, SetReport
from formcheck.report.wording import (
    compared,
    listed,
    measured,
    metric_name,
    reason_text,
    rep_list,
)

_PARTS: Final = {
    "spine_lumbar": "spine_curvature",
    "spine_thoracic": "spine_curvature",
    "spine_from_standing": "spine_curvature",
    "peak_knee_flexion": "range_shortfall",
    "knee_flexion_stretched": "range_shortfall",
    "knee_range": "range_shortfall",
    "hip_rise": "hip_lift",
    "hip_shift": "body_shift",
    "trunk_swing": "body_shift",
    "hip_break_at": "hip_break",
    "break_angle": "break_away",
}
"""Metrics that go without saying where the whole that they are parts of is named."""


_ONLY_IF_IT_HAPPENED: Final = frozenset({"hip_break_at", "break_angle", "hand_support"})
"""Metrics that say where something went wrong: where nothing did, nothing is missing."""
_ONLY_HELPS: Final = frozenset({"spine_from_standing"})
"""Metrics that another one is judged with where there is a reference for them, and without where
there is none."""
_TOO_CLOSE: Final = "past it by less than the measurement can be trusted"


@dataclass(frozen=True, slots=True)
class NotJudged:
    """Something that could not be judged: what, in which reps, and why with what to change."""

    what: str
    extent: str
    why: str


def not_judged(report: SetReport) -> list[NotJudged]:
    """What could not be judged, in the report's order; what has one cause is one entry."""
    total = len(report.reps)
    gathered: dict[tuple[str, str], list[str]] = {}
    for item in report.set.not_assessed:
        if item.metric in _ONLY_IF_IT_HAPPENED and item.reason == "not_shown":
            continue
        if item.metric in _ONLY_HELPS and item.reason == "no_reference":
            continue
        key = _extent(item.reps, total), explained(report, item)
        gathered.setdefault(key, []).append(item.metric)
    return [
        NotJudged(_named(metrics, report.exercise.name), extent, why)
        for (extent, why), metrics in gathered.items()
    ]


def _named(metrics: list[str], exercise: str) -> str:
    shown = [name for name in metrics if _PARTS.get(name) not in metrics]
    return listed([metric_name(name, exercise) for name in shown])


def explained(report: SetReport, item: NotAssessedReport) -> str:
    """Why one metric could not be judged, and what to change, unless that is told elsewhere."""
    if item.reason == "uncertain":
        return _too_close(report, item)
    if item.reason == "view" and report.view.problems and not report.view.side_on:
        # What to change is told once, with the problems of the view.
        return _sentence(reason_text("view"))
    return item.explanation or _sentence(reason_text(item.reason))


def _too_close(report: SetReport, item: NotAssessedReport) -> str:
    """Value, uncertainty and threshold of a metric that is past it by too little to tell."""
    metrics = [rep.metrics[item.metric] for rep in report.reps if rep.index in item.reps]
    known = [m for m in metrics if m.value is not None and m.uncertainty is not None]
    if not known:
        return item.explanation or _sentence(reason_text(item.reason))
    values = sorted(m.value for m in known if m.value is not None)
    sigma = max(m.uncertainty for m in known if m.uncertainty is not None)
    unit = known[0].unit
    limit = limit_crossed(report.config, item.metric, values[0])
    if limit is None:
        return f"Measured {measured(values[0], sigma, unit)}: {reason_text(item.reason)}."
    text, written = compared(values[0], sigma, limit, unit)
    highest = compared(values[-1], sigma, limit, unit)[0]
    if highest != text:
        text = f"{text.partition(' ± ')[0]} to {highest}"
    against = written.removesuffix(f" {unit}") if " " in unit else written
    return f"Measured {text}, the limit is {against}: {_TOO_CLOSE}."


def _extent(reps: list[int], total: int) -> str:
    if not reps or len(reps) >= total:
        return "in the whole set"
    return f"in {'rep' if len(reps) == 1 else 'reps'} {rep_list(reps)}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
