"""What a report comes down to: faults gathered by kind, what was right, what was not judged.

The page and the terminal summary both read this, so that they cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from formcheck.report.schema import FaultReport, RepReport, SetReport
from formcheck.report.wording import (
    METRIC_GOOD,
    fault_title,
    listed,
    metric_good,
    metric_name,
    phase_words,
    plural,
    reason_text,
    rep_list,
)

_NOT_SCORED: Final = "Not scored:"
_RANK: Final = {"major": 0, "minor": 1, "note": 2}
TEMPO_BAND_S: Final = (3.0, 4.0)
"""Seconds of the eccentric that the exercises aim at, unless the settings say otherwise."""


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """All faults of one code.

    Attributes:
        code: Fault code.
        title: Its title in plain words.
        severity: Severity of the worst one.
        cases: Rep and fault, complete reps first, then worst first.
        complete: Number of complete reps.
        judged: Number of complete reps in which the metric behind it could be judged.
    """

    code: str
    title: str
    severity: str
    cases: tuple[tuple[RepReport, FaultReport], ...]
    complete: int
    judged: int

    @property
    def worst(self) -> FaultReport:
        """The clearest of them."""
        return self.cases[0][1]

    @property
    def reps(self) -> list[int]:
        """Indexes of the reps, in order."""
        return sorted({rep.index for rep, _ in self.cases})

    @property
    def extent(self) -> str:
        """In how many reps: ``in 9 of 10 reps (1–9)``; a rep cut off by the clip comes extra."""
        whole = sorted({rep.index for rep, _ in self.cases if rep.complete})
        cut = len(self.reps) - len(whole)
        if not whole:
            return "in the rep cut off by the clip" if cut == 1 else f"in {cut} cut-off reps"
        total = max(self.judged, len(whole))
        which = " judged" if total < self.complete else ""
        if self.complete == 1:
            text = "in the one full rep"
        elif len(whole) == total:
            text = f"in all {total} reps{which}" if total > 1 else f"in the one rep{which}"
        else:
            text = f"in {len(whole)} of {total} reps{which} ({rep_list(whole)})"
        return f"{text}, and in the one cut off" if cut == 1 else text


@dataclass(frozen=True, slots=True)
class Right:
    """A metric that was judged and in order in every rep where it could be judged."""

    metric: str
    sentence: str


@dataclass(frozen=True, slots=True)
class NotJudged:
    """Something that could not be judged: what, in which reps, and why with what to change."""

    what: str
    extent: str
    why: str


def fault_groups(report: SetReport) -> list[FaultGroup]:
    """Gather the faults by code, worst kind first; equals in the order of the settings.

    The settings name what may hurt before what is merely out of tempo.
    """
    cases: dict[str, list[tuple[RepReport, FaultReport]]] = {}
    for rep in report.reps:
        for fault in rep.faults:
            cases.setdefault(fault.code, []).append((rep, fault))
    groups = [_group(report, code, found) for code, found in cases.items()]
    place = {code: i for i, code in enumerate(_rules(report.config))}
    return sorted(
        groups,
        key=lambda g: (_RANK[g.severity], place.get(g.code, len(place)), -len(g.reps)),
    )


def _group(report: SetReport, code: str, found: list[tuple[RepReport, FaultReport]]) -> FaultGroup:
    found = sorted(found, key=lambda case: (not case[0].complete, _badness(case[1])))
    severity = min((fault.severity for _, fault in found), key=_RANK.__getitem__)
    whole = [rep for rep in report.reps if rep.complete]
    metrics = {fault.metric for _, fault in found}
    judged = sum(
        any(m.status != "not_assessable" for name, m in rep.metrics.items() if name in metrics)
        for rep in whole
    )
    return FaultGroup(code, fault_title(code), severity, tuple(found), len(whole), judged)


def _badness(fault: FaultReport) -> tuple[int, float, float]:
    return (_RANK[fault.severity], -fault.confidence, -abs(fault.value - fault.threshold))


def went_right(report: SetReport) -> list[Right]:
    """Metrics that were judged and never at fault; nothing when the set has no score.

    A report without a score has too little evidence for praise, whatever single metrics say.
    A metric that no limit is set for is neither right nor wrong.
    """
    if report.set.score is None:
        return []
    ruled = {rule.get("metric") for rule in _rules(report.config).values()}
    accused = {fault.metric for rep in report.reps for fault in rep.faults}
    statuses: dict[str, Counter[str]] = {}
    for rep in (rep for rep in report.reps if rep.complete):
        for name, metric in rep.metrics.items():
            doubtful = metric.band == "uncertain" and metric.status == "ok"
            status = "not_assessable" if doubtful else metric.status
            statuses.setdefault(name, Counter())[status] += 1
    right = []
    for name, count in statuses.items():
        praised = name in ruled or (not ruled and name in METRIC_GOOD)
        if praised and count["ok"] and not count["fault"] and name not in accused:
            right.append(Right(name, _right_sentence(name, count)))
    return right


def _right_sentence(name: str, count: Counter[str]) -> str:
    total = count["ok"] + count["not_assessable"]
    if total == 1:
        return f"{metric_good(name)}."
    if count["not_assessable"]:
        return f"{metric_good(name)}: in {count['ok']} of {total} reps; the others not judged."
    return f"{metric_good(name)}: in all {total} reps."


def not_judged(report: SetReport) -> list[NotJudged]:
    """What could not be judged, in the report's order; what has one cause is one entry."""
    total = len(report.reps)
    gathered: dict[tuple[str, str], list[str]] = {}
    for item in report.set.not_assessed:
        key = _extent(item.reps, total), item.explanation or reason_text(item.reason)
        gathered.setdefault(key, []).append(metric_name(item.metric))
    return [NotJudged(listed(names), extent, why) for (extent, why), names in gathered.items()]


def _extent(reps: list[int], total: int) -> str:
    if not reps or len(reps) >= total:
        return "in the whole set"
    return f"in {'rep' if len(reps) == 1 else 'reps'} {rep_list(reps)}"


def counted(report: SetReport) -> str:
    """How many reps: ``10 reps``, ``1 rep and 1 cut off by the clip``."""
    cut = sum(not rep.complete for rep in report.reps)
    text = plural(report.set.rep_count, "full rep" if cut else "rep")
    return f"{text} and {cut} cut off by the clip" if cut else text


def no_score_reason(report: SetReport) -> str:
    """Why the set has no score, in a sentence; empty when it has one."""
    if report.set.score is not None:
        return ""
    if not report.reps:
        return "No rep was found in this clip, so there is nothing to score."
    if report.set.rep_count == 0:
        return "The clip shows no complete rep, and only complete reps are scored."
    told = [step for step in report.set.score_steps if step.startswith(_NOT_SCORED)]
    why = told[-1].removeprefix(_NOT_SCORED).strip() if told else ""
    why = why[:1].upper() + why[1:] if why else "Too little could be judged for a score."
    return " ".join([why, *(report.view.problems[:1] or _needed_but_refused(report))])


def _needed_but_refused(report: SetReport) -> list[str]:
    needed = report.config.get("score", {}).get("needed", [])
    for item in report.set.not_assessed:
        if item.metric in needed:
            why = item.explanation or reason_text(item.reason)
            return [f"{metric_name(item.metric)} could not be judged. {why}"]
    return []


def drift_sentence(report: SetReport) -> str:
    """What changed for the worse over the set, in a sentence; empty when nothing did."""
    if not report.set.drift.get("fault"):
        return ""
    share = report.set.drift.get("eccentric_change_share")
    words = phase_words(report.exercise.name)["eccentric"].lower()
    much = f" by {abs(share):.0%}" if isinstance(share, int | float) else ""
    return (
        f"{fault_title('TEMPO_DRIFT')}: {words} got shorter{much} from the first rep to the last."
    )


def tempo_band_s(config: dict[str, Any]) -> tuple[float, float]:
    """Eccentric band in seconds from the resolved settings, else ``TEMPO_BAND_S``."""
    rules = _rules(config)
    low = rules.get("ECCENTRIC_FAST", {}).get("below")
    high = rules.get("ECCENTRIC_SLOW", {}).get("above")
    if isinstance(low, int | float) and isinstance(high, int | float) and 0 < low < high:
        return float(low), float(high)
    return TEMPO_BAND_S


def _rules(config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    rules = config.get("faults", {})
    return {code: rule for code, rule in rules.items() if isinstance(rule, dict)}
