"""The back: rounded against neutral, by how far it is truly flexed past flat, or by eye."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.evaluation.figures import Row, Section
from formcheck.evaluation.groups import THAT_SHOW, by_view_only, row, side_on
from formcheck.evaluation.judging import Outcome
from formcheck.evaluation.statistics import auc, ratio
from formcheck.evaluation.truth import Truth, TruthRep
from formcheck.evaluation.visibility import hidden
from formcheck.exercises.judging import SPINE
from formcheck.exercises.registry import exercise_names, exercise_settings
from formcheck.report.schema import RepReport

Floats = NDArray[np.float64]

ROUNDED_DEG: Final = 20.0
NEUTRAL_DEG: Final = 10.0
_NEUTRAL_BANDS: Final = ((-180.0, -10.0), (-10.0, 0.0), (0.0, 10.0))
_ROUNDED_BANDS: Final = ((20.0, 25.0), (25.0, 30.0), (30.0, 180.0))


@dataclass(frozen=True, slots=True)
class Back:
    """One rep's back.

    Attributes:
        rounded: What it truly is.
        past_flat_deg: True lumbar flexion past a flat back; NaN when labelled by eye.
        value: Measured ``spine_curvature``; NaN when there is none.
        band: What formcheck called it; ``None`` when it did not judge.
        shows: Whether the truth says that it can be seen; false when labelled by eye.
    """

    rounded: bool
    past_flat_deg: float
    value: float
    band: str | None
    shows: bool


def spine_section(outcomes: Sequence[Outcome]) -> Section:
    """How well rounded and neutral backs are told apart."""
    square = side_on(outcomes)
    return Section(
        key="spine",
        title="The back",
        meaning=f"Rounded: lumbar spine {ROUNDED_DEG:.0f} degrees or more past flat, or rounded by"
        f" eye. Neutral: at most {NEUTRAL_DEG:.0f} degrees past flat and not arched, or neutral by"
        " eye; what lies between is left out. Flat: the outline of the bare lower back is straight"
        " (rendering.md). Abstained: not judged, or called uncertain. Sensitivity and specificity"
        " are of the backs judged; found is of all rounded backs. AUC is of the measured values,"
        " where there is one. That show: rendered backs of which the truth does not say that they"
        " cannot be seen (what that takes: Refusing to judge). Rows by degrees past flat: side-on"
        " clips.",
        rows=[
            *by_view_only(outcomes, _all_backs),
            *by_view_only(outcomes, _backs_that_show),
            *_band_rows(square),
        ],
    )


def backs_of(outcome: Outcome) -> list[Back]:
    """The backs of a clip that are rounded or neutral; empty where nothing is known."""
    case = outcome.case
    if not outcome.answered or not watches_spine(case.exercise):
        return []
    if case.truth is not None:
        matching = outcome.matching(case.truth)
        found: list[tuple[TruthRep, RepReport | None]] = list(matching.pairs)
        found += [(true, None) for true in matching.missed if true.complete]
        return [
            _back(
                true.lumbar_rounding_deg >= ROUNDED_DEG,
                true.lumbar_rounding_deg,
                rep,
                shows=not hidden(case.truth, true, SPINE, case.exercise),
            )
            for true, rep in found
            if true.lumbar_rounding_deg is not None and _clear(case.truth, true)
        ]
    if case.spine not in ("rounded", "neutral") or outcome.report is None:
        return []
    return [_back(case.spine == "rounded", np.nan, rep) for rep in outcome.report.reps]


def _clear(truth: Truth, rep: TruthRep) -> bool:
    """Whether a back is clearly rounded or clearly not, and not arched."""
    past_flat = rep.lumbar_rounding_deg
    if past_flat is None or "SPINE_ARCHED" in truth.faults_of(rep) | truth.unclear_of(rep):
        return False
    return past_flat >= ROUNDED_DEG or past_flat <= NEUTRAL_DEG


@cache
def watches_spine(exercise: str) -> bool:
    """Whether any fault of the exercise is about the shape of the back."""
    if exercise not in exercise_names():
        return False
    return any(rule.metric == SPINE for rule in exercise_settings(exercise).faults.values())


def _back(
    rounded: bool, past_flat_deg: float, rep: RepReport | None, *, shows: bool = False
) -> Back:
    metric = rep.metrics.get(SPINE) if rep is not None else None
    if metric is None:
        return Back(rounded, past_flat_deg, np.nan, None, shows)
    value = metric.value if metric.value is not None else np.nan
    judged = metric.status != "not_assessable" and metric.band != "uncertain"
    return Back(rounded, past_flat_deg, value, metric.band if judged else None, shows)


def _all_backs(group: str, outcomes: Sequence[Outcome]) -> Row | None:
    return _row(group, outcomes, lambda _: True)


def _backs_that_show(group: str, outcomes: Sequence[Outcome]) -> Row | None:
    return _row(group + THAT_SHOW, outcomes, lambda back: back.shows)


def _band_rows(outcomes: Sequence[Outcome]) -> list[Row]:
    rows = []
    for low, high in (*_NEUTRAL_BANDS, *_ROUNDED_BANDS):
        if low == -180.0:
            name = f"past flat under {high:.0f}°"
        elif high == 180.0:
            name = f"past flat over {low:.0f}°"
        else:
            name = f"past flat {low:.0f}-{high:.0f}°"

        def inside(back: Back, low: float = low, high: float = high) -> bool:
            return low < back.past_flat_deg <= high

        rows.append(_row(name, outcomes, inside))
    return [one for one in rows if one is not None]


def _row(group: str, outcomes: Sequence[Outcome], wanted: Callable[[Back], bool]) -> Row | None:
    clips = [[back for back in backs_of(one) if wanted(back)] for one in outcomes]
    clips = [backs for backs in clips if backs]
    figures = {
        "auc": auc(_values(clips, rounded=True), _values(clips, rounded=False)),
        "sensitivity": ratio(
            _count(clips, lambda back: back.rounded and back.band == "rounded"),
            _count(clips, lambda back: back.rounded and back.band is not None),
        ),
        "specificity": ratio(
            _count(clips, lambda b: not b.rounded and b.band not in ("rounded", None)),
            _count(clips, lambda back: not back.rounded and back.band is not None),
        ),
        "found": ratio(
            _count(clips, lambda back: back.rounded and back.band == "rounded"),
            _count(clips, lambda back: back.rounded),
        ),
        "abstained": ratio(
            _count(clips, lambda back: back.band is None), [len(backs) for backs in clips]
        ),
    }
    return row(group, sum(map(len, clips)), "reps", len(clips), figures)


def _count(clips: Sequence[Sequence[Back]], wanted: Callable[[Back], bool]) -> list[int]:
    return [sum(wanted(back) for back in backs) for backs in clips]


def _values(clips: Sequence[Sequence[Back]], *, rounded: bool) -> list[Floats]:
    return [
        np.array([b.value for b in backs if b.rounded is rounded and np.isfinite(b.value)])
        for backs in clips
    ]
