"""Tempo: the eccentric and the boundaries of the phases against their true times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.evaluation.figures import Row, Section
from formcheck.evaluation.groups import by_view_and_exercise, row, side_on
from formcheck.evaluation.judging import Outcome
from formcheck.evaluation.statistics import agreement
from formcheck.evaluation.truth import TruthRep
from formcheck.report.schema import RepReport

Floats = NDArray[np.float64]

_EDGES: Final = (
    ("eccentric", "start_s", "eccentric starts"),
    ("eccentric", "end_s", "eccentric ends"),
    ("concentric", "start_s", "concentric starts"),
    ("concentric", "end_s", "concentric ends"),
)


def timing_section(outcomes: Sequence[Outcome]) -> Section:
    """Errors of the eccentric's duration, and of each boundary side-on."""
    edges = [_edge_row(phase, edge, name, outcomes) for phase, edge, name in _EDGES]
    return Section(
        key="timing",
        title="Tempo",
        meaning="Found minus true, seconds, of reps that were found. Mean error: mean absolute"
        " difference."
        " 95 % of the differences lie between the limits of agreement (bias -+ 1.96 standard"
        " deviations, Bland and Altman 1986). Rows of boundaries: side-on clips.",
        rows=[
            *by_view_and_exercise(outcomes, _eccentric),
            *(line for line in edges if line is not None),
        ],
    )


def eccentric_errors(outcome: Outcome) -> Floats:
    """Found minus true duration of the eccentric of each rep with both, seconds."""
    case = outcome.case
    if case.truth is not None:
        pairs = [
            (true.eccentric_s, found.eccentric_s)
            for true, found in outcome.matching(case.truth).pairs
            if true.complete
        ]
    elif case.eccentrics_s is not None and outcome.report is not None:
        whole = [rep.eccentric_s for rep in outcome.report.reps if rep.complete]
        # By order, which means nothing when the count is wrong.
        same = len(whole) == len(case.eccentrics_s)
        pairs = list(zip(case.eccentrics_s, whole, strict=True)) if same else []
    else:
        pairs = []
    return np.array([b - a for a, b in pairs if a is not None and b is not None])


def _eccentric(group: str, outcomes: Sequence[Outcome]) -> Row | None:
    return _errors_row(group, [eccentric_errors(one) for one in outcomes])


def _edge_row(phase: str, edge: str, name: str, outcomes: Sequence[Outcome]) -> Row | None:
    errors = []
    for one in side_on(outcomes):
        if one.case.truth is None:
            continue
        pairs = one.matching(one.case.truth).pairs
        differences = [_edge_error(true, found, phase, edge) for true, found in pairs]
        errors.append(np.array([d for d in differences if d is not None]))
    return _errors_row(name, errors)


def _edge_error(true: TruthRep, found: RepReport, phase: str, edge: str) -> float | None:
    planned, seen = true.phases.get(phase), getattr(found.phases, phase)
    if planned is None or seen is None or not true.complete or not found.complete:
        return None
    return float(getattr(seen, edge) - getattr(planned, edge))


def _errors_row(group: str, errors: Sequence[Floats]) -> Row | None:
    cases = sum(len(each) for each in errors)
    clips = sum(len(each) > 0 for each in errors)
    return row(group, cases, "reps", clips, agreement(errors, "s"))
