"""The metrics that verdicts rest on, against their true values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.evaluation.figures import Row, Section
from formcheck.evaluation.groups import row, side_on
from formcheck.evaluation.judging import Outcome
from formcheck.evaluation.statistics import agreement, ratio

Floats = NDArray[np.float64]

_ONE_SIGMA: Final = 1.0
_TWO_SIGMA: Final = 2.0


def measures_section(outcomes: Sequence[Outcome]) -> Section:
    """Errors of each metric side-on, and whether its stated uncertainty is honest."""
    square = side_on(outcomes)
    names = sorted({name for one in square for name in _errors(one)})
    rows = [_row(name, square) for name in names]
    return Section(
        key="measures",
        title="What the verdicts rest on",
        meaning="Found minus true, in the unit of the metric, of side-on clips; values that were"
        " withheld are left out. Within 1 and 2: share of the errors within one and two of the"
        " uncertainties that the report states; 68 and 95 % if they are normal and honest.",
        rows=[one for one in rows if one is not None],
    )


def _errors(outcome: Outcome) -> dict[str, list[tuple[float, float, str]]]:
    """Error, stated uncertainty and unit of every rep, by the name of the metric."""
    truth = outcome.case.truth
    found: dict[str, list[tuple[float, float, str]]] = {}
    if truth is None:
        return found
    for true, rep in outcome.matching(truth).pairs:
        for name, value in true.metrics.items():
            metric = rep.metrics.get(name)
            if metric is not None and metric.value is not None and metric.uncertainty:
                errors = found.setdefault(name, [])
                errors.append((metric.value - value, metric.uncertainty, metric.unit))
    return found


def _row(name: str, outcomes: Sequence[Outcome]) -> Row | None:
    clips = [some for some in (_errors(one).get(name) for one in outcomes) if some]
    unit = clips[0][0][2]
    errors = [np.array([error for error, _, _ in some]) for some in clips]
    sigmas = [
        np.array([abs(error) / uncertainty for error, uncertainty, _ in some]) for some in clips
    ]
    n = [len(some) for some in clips]
    return row(
        name,
        sum(n),
        "reps",
        len(clips),
        {
            **agreement(errors, unit),
            "within 1": ratio([int((each <= _ONE_SIGMA).sum()) for each in sigmas], n),
            "within 2": ratio([int((each <= _TWO_SIGMA).sum()) for each in sigmas], n),
        },
    )
