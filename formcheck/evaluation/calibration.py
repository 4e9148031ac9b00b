"""Whether what is said with a confidence of 0.9 is right nine times of ten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import NormalDist
from typing import Final

import numpy as np

from formcheck.evaluation.figures import Row, Section
from formcheck.evaluation.groups import ALL, row
from formcheck.evaluation.judging import Outcome
from formcheck.evaluation.statistics import ratio
from formcheck.evaluation.verdicts import rules_of, unclear_codes, verdicts

Said = tuple[float, bool]
"""A probability that was stated, and whether the thing is so."""

_STATED_BINS: Final = (0.0, 0.75, 0.85, 0.95, 1.0)
_IMPLIED_BINS: Final = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
_NORMAL: Final = NormalDist()


def calibration_section(outcomes: Sequence[Outcome]) -> Section:
    """Reliability by bins and the Brier score, of named faults and of all measurements."""
    stated = [_stated(one) for one in outcomes]
    implied = [list(_implied(one)) for one in outcomes]
    return Section(
        key="calibration",
        title="Confidence",
        meaning="Faults named: the confidence in the report against the share that is right."
        " All measurements: the probability of a fault that value and uncertainty imply, named or"
        " not, against the share that has it. Brier: mean squared difference, 0 is perfect, 0.25"
        " is a coin's (Brier 1950). Of rendered clips.",
        rows=[
            *_rows("faults named", stated, _STATED_BINS),
            *_rows("all measurements", implied, _IMPLIED_BINS),
        ],
    )


def _stated(outcome: Outcome) -> list[Said]:
    return [
        (verdict.fault.confidence, verdict.planted)
        for verdict in verdicts(outcome)
        if verdict.fault is not None
    ]


def _implied(outcome: Outcome) -> Iterator[Said]:
    truth = outcome.case.truth
    if truth is None or outcome.report is None:
        return
    rules = rules_of(outcome.report.exercise.name)
    for true, rep in outcome.matching(truth).pairs:
        planted = truth.faults_of(true)
        unclear = unclear_codes(truth, true, rules)
        for code, rule in rules.items():
            if code in unclear:
                continue
            metric = rep.metrics.get(rule.metric)
            if metric is None or metric.value is None or not metric.uncertainty:
                continue
            past = rule.past(metric.value, rule.threshold)
            yield _NORMAL.cdf(past / metric.uncertainty), code in planted


def _rows(name: str, clips: Sequence[Sequence[Said]], edges: Sequence[float]) -> list[Row]:
    rows = [_row(f"{name}, {ALL}", clips)]
    for low, high in pairwise(edges):
        last = high == edges[-1]
        within = [
            [s for s in some if low <= s[0] < high or (last and s[0] == high)] for some in clips
        ]
        rows.append(_row(f"{name}, {low:.2f}-{high:.2f}", within))
    return [one for one in rows if one is not None]


def _row(group: str, clips: Sequence[Sequence[Said]]) -> Row | None:
    n = [len(some) for some in clips]
    return row(
        group,
        sum(n),
        "statements",
        sum(count > 0 for count in n),
        {
            "said": ratio(
                [float(np.sum([p for p, _ in some])) for some in clips], n, unit="probability"
            ),
            "is so": ratio([sum(so for _, so in some) for some in clips], n),
            "brier": ratio(
                [float(np.sum([(p - so) ** 2 for p, so in some])) for some in clips],
                n,
                unit="brier",
            ),
        },
    )
