"""The set as a whole: counts, score, what was not judged, drift from rep to rep."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from formcheck.exercises.findings import Metric, RepFindings
from formcheck.motion.rep import Rep

DRIFT_MIN_REPS: Final = 5
DRIFT_SIGNIFICANCE: Final = 0.05
DRIFT_SHARE: Final = 0.25
"""A loss of this share of the first rep's lowering time over the set is a drift."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A set summed up.

    Attributes:
        rep_count: Complete reps.
        score: Mean of the scored reps, 0 to 100; ``None`` when fewer than half have one.
        score_steps: How it came about.
        eccentric_s_mean: Mean lowering time of the complete reps, seconds.
        time_under_tension_s: Eccentric, stretched pause and concentric of all complete reps.
        faults: Number of reps with each fault.
        not_assessed: Metric and reason, with the reps concerned.
        drift: Trend of the lowering time over the set.
    """

    rep_count: int
    score: float | None
    score_steps: tuple[str, ...]
    eccentric_s_mean: float | None
    time_under_tension_s: float | None
    faults: dict[str, int]
    not_assessed: dict[tuple[str, str], tuple[int, ...]]
    drift: dict[str, Any] = field(default_factory=dict)


def summarise(reps: list[Rep], findings: list[RepFindings]) -> Summary:
    """Sum a set up.

    Args:
        reps: All reps.
        findings: The findings of each.
    """
    whole = [(rep, found) for rep, found in zip(reps, findings, strict=True) if rep.complete]
    faults = Counter(
        code
        for found in findings
        for code in {fault.code for fault in found.faults if fault.severity != "note"}
    )
    drift = _drift(whole)
    if drift.get("fault"):
        faults["TEMPO_DRIFT"] = 1
    eccentrics = [rep.eccentric.duration_s for rep, _ in whole if rep.eccentric is not None]
    tension = [_tension_s(rep) for rep, _ in whole]
    known = [value for value in tension if value is not None]
    score, steps = _set_score(whole)
    return Summary(
        rep_count=len(whole),
        score=score,
        score_steps=steps,
        eccentric_s_mean=float(np.mean(eccentrics)) if eccentrics else None,
        time_under_tension_s=float(np.sum(known)) if known else None,
        faults=dict(faults.most_common()),
        not_assessed=_not_assessed(reps, findings),
        drift=drift,
    )


def _set_score(whole: list[tuple[Rep, RepFindings]]) -> tuple[float | None, tuple[str, ...]]:
    if not whole:
        return None, ("Not scored: no complete rep.",)
    scored = [(rep.index, found.score) for rep, found in whole if found.score is not None]
    if 2 * len(scored) < len(whole):
        return None, (
            f"Not scored: {len(scored) or 'none'} of the {len(whole)} complete reps showed enough."
            if len(whole) > 1
            else "Not scored: the rep did not show enough.",
        )
    values = [score for _, score in scored]
    mean = round(float(np.mean(values)), 1)
    terms = " + ".join(f"{value:g}" for value in values)
    return mean, (f"({terms}) / {len(values)} = {mean:g}",)


def _tension_s(rep: Rep) -> float | None:
    parts = (rep.eccentric, rep.concentric)
    if any(part is None for part in parts):
        return None
    pause = rep.stretched_pause.duration_s if rep.stretched_pause is not None else 0.0
    return pause + sum(part.duration_s for part in parts if part is not None)


def _not_assessed(
    reps: list[Rep], findings: list[RepFindings]
) -> dict[tuple[str, str], tuple[int, ...]]:
    """Refused metrics by reason.

    A phase or position that an incomplete rep does not show is no failure to judge.
    """
    refused: dict[tuple[str, str], list[int]] = {}
    for rep, found in zip(reps, findings, strict=True):
        for metric in found.metrics:
            if _worth_telling(rep, metric):
                assert metric.reason is not None
                refused.setdefault((metric.name, metric.reason.value), []).append(rep.index)
    return {key: tuple(indices) for key, indices in refused.items()}


def _worth_telling(rep: Rep, metric: Metric) -> bool:
    if metric.status != "not_assessable" or metric.reason is None:
        return False
    if metric.name.endswith("_pause_s") or metric.name == "turnaround_s":
        return False
    return rep.complete or metric.reason.value != "not_shown"


def _drift(whole: list[tuple[Rep, RepFindings]]) -> dict[str, Any]:
    """Whether the lowering gets faster over the set, by a rank test that noise does not fool.

    Source: Mann 1945 (Kendall's tau against order); slope by Theil 1950 and Sen 1968.
    """
    pairs = [(rep.index, rep.eccentric.duration_s) for rep, _ in whole if rep.eccentric is not None]
    if len(pairs) < DRIFT_MIN_REPS:
        return {"status": "not_assessable", "reason": "too_few_reps", "reps": len(pairs)}
    # Imported here: it takes longer than all the rest of the motion code together.
    from scipy.stats import kendalltau, theilslopes

    index, seconds = np.array(pairs, dtype=np.float64).T
    slope = float(theilslopes(seconds, index).slope)
    trend = kendalltau(index, seconds)
    first = float(np.median(seconds)) - slope * float(np.median(index) - index[0])
    change = slope * float(index[-1] - index[0]) / first if first > 0 else 0.0
    fault = bool(trend.pvalue < DRIFT_SIGNIFICANCE and change < -DRIFT_SHARE)
    return {
        "status": "fault" if fault else "ok",
        "fault": fault,
        "eccentric_change_share": round(change, 3),
        "slope_s_per_rep": round(slope, 4),
        "p_value": round(float(trend.pvalue), 4),
        "threshold_share": -DRIFT_SHARE,
    }
