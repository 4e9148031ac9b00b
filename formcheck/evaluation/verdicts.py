"""Every question of a fault: was it planted in the rep, was it found, was it judged at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from formcheck.evaluation.judging import Outcome
from formcheck.evaluation.truth import NOTES, SET_FAULTS, Truth, TruthRep
from formcheck.evaluation.visibility import hidden
from formcheck.exercises.registry import exercise_names, exercise_settings
from formcheck.exercises.settings import FaultRule
from formcheck.report.schema import FaultReport, RepReport

CLOSE: Final = 0.1
"""Share of a threshold within which a true value is neither clean nor a fault."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One code in one rep, or in the set for a fault of the set.

    Attributes:
        code: Fault code.
        rep: Index of the true rep; of the found one where there is no true one; 0 for the set.
        planted: Whether the rep has it.
        accused: Whether formcheck says so.
        abstained: Whether formcheck refused to judge it, the rep or the clip.
        real: Whether there is a true rep.
        clean: Whether there is a true rep, and nothing was planted in it.
        fault: The accusation.
    """

    code: str
    rep: int
    planted: bool
    accused: bool
    abstained: bool = False
    real: bool = True
    clean: bool = False
    fault: FaultReport | None = None


def verdicts(outcome: Outcome) -> list[Verdict]:
    """All verdicts on a clip whose truth is known; notes left out. A failed clip has none."""
    truth = outcome.case.truth
    if truth is None or not outcome.answered:
        return []
    found: list[Verdict] = []
    matching = outcome.matching(truth)
    for true, rep in matching.pairs:
        found += _of_rep(outcome, truth, true, rep)
    for true in matching.missed:
        if true.complete:
            found += _of_rep(outcome, truth, true, None)
    for rep in matching.extra:
        found += [
            Verdict(fault.code, rep.index, False, True, real=False, fault=fault)
            for fault in accusations(rep).values()
        ]
    found += _of_set(outcome, truth)
    return found


def unseen(outcome: Outcome) -> frozenset[tuple[int, str]]:
    """Reps and codes of faults that were planted where the truth says that they cannot be seen."""
    truth = outcome.case.truth
    if truth is None:
        return frozenset()
    rules = rules_of(truth.exercise)
    return frozenset(
        (true.index, code)
        for true in truth.reps
        for code in truth.faults_of(true) & rules.keys()
        if hidden(truth, true, rules[code].metric, truth.exercise)
    )


def accusations(rep: RepReport) -> dict[str, FaultReport]:
    """The faults of a found rep by code, notes left out."""
    return {fault.code: fault for fault in rep.faults if fault.severity != "note"}


@cache
def rules_of(exercise: str) -> dict[str, FaultRule]:
    """The rules of an exercise by code, notes left out; none for one that is not judged."""
    if exercise not in exercise_names():
        return {}
    rules = exercise_settings(exercise).faults
    return {code: rule for code, rule in rules.items() if rule.severity != "note"}


def _of_rep(
    outcome: Outcome, truth: Truth, true: TruthRep, rep: RepReport | None
) -> Iterator[Verdict]:
    planted = truth.faults_of(true)
    accused = accusations(rep) if rep is not None else {}
    rules = rules_of(_judged_as(outcome))
    unclear = unclear_codes(truth, true, rules)
    for code in sorted({*rules, *planted, *accused} - SET_FAULTS - NOTES - unclear):
        refused = outcome.report is None
        if rep is not None and code in rules:
            metric = rep.metrics.get(rules[code].metric)
            refused = metric is None or metric.status == "not_assessable"
        yield Verdict(
            code,
            true.index,
            code in planted,
            code in accused,
            abstained=refused and code not in accused,
            clean=not planted,
            fault=accused.get(code),
        )


def unclear_codes(truth: Truth, true: TruthRep, rules: dict[str, FaultRule]) -> frozenset[str]:
    """Codes of which a rep is neither clean nor guilty: its true value is at the threshold."""
    return truth.unclear_of(true) | {
        code
        for code, rule in rules.items()
        if rule.metric in true.metrics
        and abs(true.metrics[rule.metric] - rule.threshold) < CLOSE * abs(rule.threshold)
    }


def _of_set(outcome: Outcome, truth: Truth) -> Iterator[Verdict]:
    if not truth.reps:
        return
    summary = outcome.report.set if outcome.report is not None else None
    for code in sorted(SET_FAULTS):
        yield Verdict(
            code,
            0,
            code in truth.set_faults,
            summary is not None and code in summary.faults,
            abstained=summary is None or summary.drift.get("status") == "not_assessable",
            clean=False,
        )


def _judged_as(outcome: Outcome) -> str:
    return outcome.report.exercise.name if outcome.report is not None else outcome.case.exercise
