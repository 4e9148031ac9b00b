"""How often formcheck refused to judge, and how often that was right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from formcheck.evaluation.cases import Case
from formcheck.evaluation.figures import Row, Section
from formcheck.evaluation.groups import by_view_and_exercise, row
from formcheck.evaluation.judging import Outcome
from formcheck.evaluation.statistics import ratio
from formcheck.evaluation.truth import TruthRep
from formcheck.evaluation.verdicts import rules_of, unclear_codes
from formcheck.evaluation.visibility import hidden
from formcheck.exercises.judging import SPINE
from formcheck.report.schema import MetricReport, RepReport

_NOT_SHOWN: Final = "not_shown"
_SQUARE: Final = "side"


@dataclass(frozen=True, slots=True)
class Answer:
    """One judged or refused metric of one rep.

    Attributes:
        metric: Its name.
        refused: Whether it was not assessable.
        right: Whether it was right to refuse; ``None`` when not refused or not known.
    """

    metric: str
    refused: bool
    right: bool | None


def abstention_section(outcomes: Sequence[Outcome]) -> Section:
    """Refusals over all metrics that a fault rests on, and by metric."""
    known = {id(one): answers(one) for one in outcomes}
    names = sorted({answer.metric for some in known.values() for answer in some})

    def measure(group: str, some: Sequence[Outcome], only: str | None = None) -> Row | None:
        return _row(group, [[a for a in known[id(o)] if only in (None, a.metric)] for o in some])

    per_metric = [measure(name, outcomes, name) for name in names]
    return Section(
        key="abstention",
        title="Refusing to judge",
        meaning="Of the metrics that a fault rests on, in reps that were found; what a clip cut"
        " off is not asked for. Right to refuse: the truth says that it cannot be seen (camera"
        " further off the side than the exercise allows, two fifths of the leg behind something, a"
        " quarter of the back's outline behind something or with something sticking out behind it,"
        " joints outside the picture, trunk too upright for the back), or the value that was"
        " withheld is on the wrong side of its threshold. Only refusals for which that is known are"
        " counted.",
        rows=[
            *by_view_and_exercise(outcomes, measure),
            *(one for one in per_metric if one is not None),
        ],
    )


def answers(outcome: Outcome) -> list[Answer]:
    """Every metric behind a fault in every rep found; incomplete and made-up reps left out."""
    if outcome.report is None:
        return []
    truth = outcome.case.truth
    if truth is not None:
        pairs: list[tuple[TruthRep | None, RepReport]] = [*outcome.matching(truth).pairs]
    else:
        pairs = [(None, rep) for rep in outcome.report.reps if rep.complete]
    return [answer for true, rep in pairs for answer in _of_rep(outcome, true, rep)]


def _of_rep(outcome: Outcome, true: TruthRep | None, rep: RepReport) -> Iterator[Answer]:
    assert outcome.report is not None
    rules = rules_of(outcome.report.exercise.name)
    for name in sorted({rule.metric for rule in rules.values()}):
        metric = rep.metrics.get(name)
        if metric is None or metric.reason == _NOT_SHOWN:
            continue
        refused = metric.status == "not_assessable"
        right = _right(outcome, true, name, metric) if refused else None
        yield Answer(name, refused, right)


def _right(outcome: Outcome, true: TruthRep | None, name: str, metric: MetricReport) -> bool | None:
    assert outcome.report is not None
    case, exercise = outcome.case, outcome.report.exercise.name
    if case.truth is None or true is None:
        if metric.reason == "view" and case.view is not None:
            return case.view != _SQUARE
        return None if name != SPINE else _back_would_be_wrong(case, metric, exercise)
    if hidden(case.truth, true, name, exercise):
        return True
    if metric.value is None:
        return False
    planted, rules = case.truth.faults_of(true), rules_of(exercise)
    unclear = unclear_codes(case.truth, true, rules)
    asked = {code: rule for code, rule in rules.items() if rule.metric == name}
    if asked.keys() <= unclear:
        return None
    return any(
        (rule.past(metric.value, rule.threshold) > 0) != (code in planted)
        for code, rule in asked.items()
        if code not in unclear
    )


def _back_would_be_wrong(case: Case, metric: MetricReport, exercise: str) -> bool | None:
    rule = rules_of(exercise).get("SPINE_ROUNDED")
    if rule is None or metric.value is None or case.spine not in ("rounded", "neutral"):
        return None
    return (rule.past(metric.value, rule.threshold) > 0) != (case.spine == "rounded")


def _row(group: str, found: Sequence[Sequence[Answer]]) -> Row | None:
    clips = [some for some in found if some]
    known = [[a.right for a in some if a.right is not None] for some in clips]
    return row(
        group,
        sum(map(len, clips)),
        "answers",
        len(clips),
        {
            "refused": ratio([sum(a.refused for a in some) for some in clips], [*map(len, clips)]),
            "right to refuse": ratio([sum(some) for some in known], [*map(len, known)]),
        },
    )
