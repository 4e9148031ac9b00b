"""From metrics to verdicts: which thresholds are crossed, how surely, and the score."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Final

from formcheck.exercises.findings import Fault, Metric, Reason, RepFindings, Severity
from formcheck.exercises.message import filled_message
from formcheck.exercises.settings import FaultRule, Settings
from formcheck.motion.rep import Rep

SEVERITIES: Final = {"major": 0, "minor": 1, "note": 2}
SPINE: Final = "spine_curvature"
_NORMAL: Final = NormalDist()


def judge_rep(rep: Rep, metrics: tuple[Metric, ...], settings: Settings) -> RepFindings:
    """Hold a rep's metrics against the thresholds.

    A fault is named when the true value is past its threshold with the probability
    ``min_confidence``, taking the measured value as normally distributed with its uncertainty.
    A value past a threshold with less than that is uncertain: neither fault nor praise.

    Args:
        rep: The rep.
        metrics: As measured.
        settings: The exercise's thresholds.

    Returns:
        The findings, faults worst first. No score for an incomplete rep, nor without
        the metrics that the settings call needed.
    """
    judged = {metric.name: metric for metric in metrics}
    faults: list[Fault] = []
    for code, rule in settings.faults.items():
        metric = judged.get(rule.metric)
        if metric is None or metric.value is None or metric.uncertainty is None:
            continue
        past = rule.past(metric.value, rule.threshold)
        if past <= 0:
            continue
        confidence = _NORMAL.cdf(past / max(metric.uncertainty, 1e-9))
        if confidence < settings.min_confidence:
            if metric.status == "ok" and rule.severity == "fault":
                judged[rule.metric] = replace(
                    metric, status="not_assessable", reason=Reason.UNCERTAIN
                )
            continue
        faults.append(_fault(code, rule, rep, metric, confidence))
        if rule.severity == "fault":
            judged[rule.metric] = replace(metric, status="fault", reason=None)
    if SPINE in judged:
        judged[SPINE] = _banded(judged[SPINE], faults)
    faults.sort(key=lambda fault: (SEVERITIES[fault.severity], -fault.confidence))
    score = _score(rep, judged, faults, settings)
    return RepFindings(tuple(judged.values()), tuple(faults), score.value, score.steps)


def _fault(code: str, rule: FaultRule, rep: Rep, metric: Metric, confidence: float) -> Fault:
    assert metric.value is not None
    assert metric.uncertainty is not None
    severity: Severity = "minor"
    if rule.severity == "note":
        severity = "note"
    elif rule.major_past is not None and rule.past(metric.value, rule.major_past) > 0:
        severity = "major"
    return Fault(
        code=code,
        rep=rep.index,
        t_s=metric.t_s if metric.t_s is not None else rep.start_s,
        severity=severity,
        confidence=confidence,
        metric=metric.name,
        value=metric.value,
        uncertainty=metric.uncertainty,
        threshold=rule.threshold,
        unit=metric.unit,
        message=filled_message(rule.message, metric.value, rule.threshold),
        cue=rule.cue,
    )


def _banded(metric: Metric, faults: list[Fault]) -> Metric:
    if metric.value is None:
        return metric
    codes = {fault.code for fault in faults}
    if "SPINE_ROUNDED" in codes:
        return replace(metric, band="rounded")
    if "SPINE_ARCHED" in codes:
        return replace(metric, band="arched")
    return replace(metric, band="neutral" if metric.status == "ok" else "uncertain")


@dataclass(frozen=True, slots=True)
class _Score:
    value: float | None
    steps: tuple[str, ...]


def _score(rep: Rep, judged: dict[str, Metric], faults: list[Fault], settings: Settings) -> _Score:
    if not rep.complete:
        return _Score(None, ("Not scored: the clip does not show the whole rep.",))
    missing = [
        name
        for name in settings.score.needed
        if name not in judged or judged[name].status == "not_assessable"
    ]
    if missing:
        names = ", ".join(missing)
        return _Score(None, (f"Not scored: {names} could not be judged.",))
    points = {"minor": settings.score.minor, "major": settings.score.major, "note": 0.0}
    steps = ["100 to begin with"]
    total = 100.0
    for fault in faults:
        off = points[fault.severity]
        if off:
            total -= off
            steps.append(f"-{off:g} for {fault.code} ({fault.severity})")
    if total < 0:
        steps.append("not below 0")
    value = max(0.0, total)
    steps.append(f"= {value:g}")
    return _Score(value, tuple(steps))
