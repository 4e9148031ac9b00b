"""What a report comes down to: faults gathered by kind, what was right, what was not judged.

The page and the terminal summary both read this, so that they cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from formcheck.report.rules import fault_rules
from formcheck.report.schema import FaultReport, RepReport, SetReport
from formcheck.report.vocabulary import METRIC_GOOD
from formcheck.report.wording import (
    fault_title,
    listed,
    metric_good,
    metric_name,
    phase_words,
    plural,
    rep_list,
    score_step,
    span,
)

_NOT_SCORED: Final = "Not scored:"
_RANK: Final = {"major": 0, "minor": 1, "note": 2}


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

    @property
    def spread(self) -> str:
        """Smallest to largest value over the reps: ``1.7 to 1.9 s``; empty for a single one."""
        if len(self.cases) < 2:
            return ""
        coarsest = max(fault.uncertainty for _, fault in self.cases)
        return span([fault.value for _, fault in self.cases], coarsest, self.worst.unit)

    @property
    def is_steady(self) -> bool:
        """Whether all values are written alike."""
        return " to " not in self.spread

    @property
    def sentence(self) -> str:
        """The message of the clearest one, and of which rep it speaks when there are more."""
        if not self.spread:
            return self.worst.message
        clearest = f"Clearest in rep {self.cases[0][0].index}: {self.worst.message}"
        if self.is_steady:
            return f"{clearest} It was {self.spread} in each."
        return f"{clearest} Over these {len(self.cases)}: {self.spread}."


@dataclass(frozen=True, slots=True)
class Right:
    """A metric that was judged and in order in every rep where it could be judged."""

    metric: str
    sentence: str


def fault_groups(report: SetReport) -> list[FaultGroup]:
    """Gather the faults by code, worst kind first; equals in the order of the settings.

    The settings name what may hurt before what is merely out of tempo.
    """
    cases: dict[str, list[tuple[RepReport, FaultReport]]] = {}
    for rep in report.reps:
        for fault in rep.faults:
            cases.setdefault(fault.code, []).append((rep, fault))
    groups = [_group(report, code, found) for code, found in cases.items()]
    place = {code: i for i, code in enumerate(fault_rules(report.config))}
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
    title = fault_title(code, report.exercise.name)
    return FaultGroup(code, title, severity, tuple(found), len(whole), judged)


def _badness(fault: FaultReport) -> tuple[int, float, float]:
    return (_RANK[fault.severity], -fault.confidence, -abs(fault.value - fault.threshold))


def went_right(report: SetReport) -> list[Right]:
    """Metrics that were judged and never at fault; nothing when the set has no score.

    A report without a score has too little evidence for praise, whatever single metrics say.
    A metric that no limit is set for is neither right nor wrong.
    """
    if report.set.score is None:
        return []
    ruled = {rule.get("metric") for rule in fault_rules(report.config).values()}
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
            good = metric_good(name, report.exercise.name)
            right.append(Right(name, _right_sentence(good, count)))
    return right


def _right_sentence(good: str, count: Counter[str]) -> str:
    total = count["ok"] + count["not_assessable"]
    if total == 1:
        return f"{good}."
    if count["not_assessable"]:
        return f"{good}, in {count['ok']} of {total} reps; the others not judged."
    return f"{good}, in all {total} reps."


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
    refused = _needed_but_refused(report)
    return f"{why} {listed(refused)} could not be judged." if refused else why


def score_steps(steps: list[str], exercise: str) -> list[str]:
    """The steps of a score in plain words."""
    return [text for step in steps if (text := score_step(step, exercise))]


def _needed_but_refused(report: SetReport) -> list[str]:
    needed = report.config.get("score", {}).get("needed", [])
    refused = [item.metric for item in report.set.not_assessed if item.metric in needed]
    return [metric_name(metric, report.exercise.name) for metric in refused]


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


def change_sentences(report: SetReport) -> list[str]:
    """What else changed over the set, no fault but worth knowing, a sentence each."""
    sentences = []
    span, back = report.set.drift.get("range", {}), report.set.drift.get("spine", {})
    if span.get("status") == "changed":
        sentences.append(
            f"The range of motion shrank by {abs(span['change_share']):.0%}"
            " from the first rep to the last."
        )
    if back.get("status") == "changed":
        sentences.append(
            "The back rounded more from rep to rep,"
            f" by {back['change_deg']:.0f} degrees over the set."
        )
    return sentences
