"""The set as a whole: counts, score, what was not judged, drift from rep to rep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from formcheck.exercises.findings import Metric, RepFindings
from formcheck.exercises.tempo import timed
from formcheck.exercises.trend import too_few, trend
from formcheck.motion.rep import Rep

DRIFT_SHARE: Final = 0.25
"""A loss of this share of the first rep's lowering time over the set is a drift."""
RANGE_SHARE: Final = 0.15
"""A loss of this share of the first rep's range is worth a remark: two uncertainties of a knee that
moves through 70 degrees."""
SPINE_DEG: Final = 8.0
"""Rounding by this much over the set is worth a remark: two to three uncertainties of the back."""
RANGES: Final = ("hip_range", "knee_range", "raise_range")


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
        drift: Trends of lowering time, range and back over the set.
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
    clocked = [timed(rep, found.metrics) for rep, found in whole]
    eccentrics = [rep.eccentric.duration_s for rep in clocked if rep.eccentric is not None]
    tension = [_tension_s(rep) for rep in clocked]
    known = [value for value in tension if value is not None]
    score, steps = _set_score(whole)
    return Summary(
        rep_count=len(whole),
        score=score,
        score_steps=steps,
        eccentric_s_mean=float(np.mean(eccentrics)) if eccentrics else None,
        time_under_tension_s=float(np.sum(known)) if known else None,
        faults=most_first(faults),
        not_assessed=_not_assessed(reps, findings),
        drift=drift,
    )


def most_first(counts: Mapping[str, int]) -> dict[str, int]:
    """Codes by how often they came up, those of one number by name: the same in every process."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


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
    """What changes over the set: lowering time (a fault), range and back (remarks)."""
    pairs = [(rep.index, rep.eccentric.duration_s) for rep, _ in whole if rep.eccentric is not None]
    found = trend([index for index, _ in pairs], [value for _, value in pairs], "less")
    others = {"range": _range_loss(whole), "spine": _rounding(whole)}
    if found is None:
        return too_few(len(pairs)) | others
    share = found.change / found.first if found.first > 0 else 0.0
    fault = found.is_real and share < -DRIFT_SHARE
    return {
        "status": "fault" if fault else "ok",
        "fault": fault,
        "eccentric_change_share": round(share, 3),
        "slope_s_per_rep": round(found.slope, 4),
        "p_value": round(found.p_value, 4),
        "threshold_share": -DRIFT_SHARE,
        **others,
    }


def _range_loss(whole: list[tuple[Rep, RepFindings]]) -> dict[str, Any]:
    known = next((pairs for name in RANGES if (pairs := _values(whole, name))), [])
    found = trend([index for index, _ in known], [value for _, value in known], "less")
    if found is None:
        return too_few(len(known))
    share = found.change / found.first if found.first > 0 else 0.0
    lost = found.is_real and share < -RANGE_SHARE
    return {
        "status": "changed" if lost else "ok",
        "change_share": round(share, 3),
        "p_value": round(found.p_value, 4),
        "threshold_share": -RANGE_SHARE,
    }


def _rounding(whole: list[tuple[Rep, RepFindings]]) -> dict[str, Any]:
    known = _values(whole, "spine_curvature")
    found = trend([index for index, _ in known], [value for _, value in known], "greater")
    if found is None:
        return too_few(len(known))
    rounded = found.is_real and found.change > SPINE_DEG
    return {
        "status": "changed" if rounded else "ok",
        "change_deg": round(found.change, 1),
        "p_value": round(found.p_value, 4),
        "threshold_deg": SPINE_DEG,
    }


def _values(whole: list[tuple[Rep, RepFindings]], name: str) -> list[tuple[int, float]]:
    return [
        (rep.index, metric.value)
        for rep, found in whole
        for metric in found.metrics
        if metric.name == name and metric.value is not None
    ]
