"""From metrics to verdicts: which thresholds are crossed, how surely, and the score."""

from __future__ import annotations

from collections.abc import Sequence
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


def judge_reps(
    reps: Sequence[Rep], measured: Sequence[tuple[Metric, ...]], settings: Settings
) -> list[RepFindings]:
    """Hold the metrics of a set against the thresholds.

    Whoever asks ten times is told something wrong more often than whoever asks once: of ten flat
    backs the one that was measured worst is past a threshold that each keeps alone. The doubt of
    ``1 - min_confidence`` is therefore that of a whole set. Reps are taken together by Hochberg's
    step-up procedure (1988, Biometrika 75:800-802): a fault that every rep shows is named as in
    one rep alone, and one that a single rep of ten shows has to be ten times as sure.

    Args:
        reps: The reps of the set.
        measured: Their metrics.
        settings: The exercise's thresholds.

    Returns:
        The findings of each rep.
    """
    unsure = _too_unsure(measured, settings)
    return [
        judge_rep(rep, metrics, settings, codes)
        for rep, metrics, codes in zip(reps, measured, unsure, strict=True)
    ]


def _too_unsure(measured: Sequence[tuple[Metric, ...]], settings: Settings) -> list[frozenset[str]]:
    """For each rep the faults that it alone would show and among the others does not."""
    unsure: list[set[str]] = [set() for _ in measured]
    for code, rule in settings.faults.items():
        doubts = {}
        for index, metrics in enumerate(measured):
            metric = next((one for one in metrics if one.name == rule.metric), None)
            confidence = None if metric is None else _confidence(metric, rule)
            if confidence is not None:
                doubts[index] = 1.0 - confidence
        order = sorted(doubts, key=lambda index: doubts[index])
        allowed = 1.0 - settings.min_confidence
        shown = [
            place
            for place, index in enumerate(order)
            if doubts[index] <= allowed / (len(order) - place)
        ]
        for index in order[shown[-1] + 1 if shown else 0 :]:
            unsure[index].add(code)
    return [frozenset(codes) for codes in unsure]


def _confidence(metric: Metric, rule: FaultRule) -> float | None:
    """Probability that the true value is past the threshold; ``None`` where none was measured."""
    if metric.value is None or metric.uncertainty is None:
        return None
    return _NORMAL.cdf(rule.past(metric.value, rule.threshold) / max(metric.uncertainty, 1e-9))


def judge_rep(
    rep: Rep,
    metrics: tuple[Metric, ...],
    settings: Settings,
    unsure: frozenset[str] = frozenset(),
) -> RepFindings:
    """Hold a rep's metrics against the thresholds.

    A fault is named when the true value is past its threshold with the probability
    ``min_confidence``, taking the measured value as normally distributed with its uncertainty.
    A value past a threshold with less than that is uncertain: neither fault nor praise.

    Args:
        rep: The rep.
        metrics: As measured.
        settings: The exercise's thresholds.
        unsure: Faults that are too unsure among the other reps of the set (``judge_reps``).

    Returns:
        The findings, faults worst first. No score for an incomplete rep, nor without
        the metrics that the settings call needed.
    """
    judged = {metric.name: metric for metric in metrics}
    faults: list[Fault] = []
    for code, rule in settings.faults.items():
        metric = judged.get(rule.metric)
        confidence = None if metric is None else _confidence(metric, rule)
        if metric is None or confidence is None or confidence <= 0.5:
            continue
        if confidence < settings.min_confidence or code in unsure:
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
    message = filled_message(rule.message, metric.value, rule.threshold)
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
        message=f"{message} {metric.remark}".rstrip(),
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
