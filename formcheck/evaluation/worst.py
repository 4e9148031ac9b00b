"""The clips that went wrong, worst first, with what went wrong in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from formcheck.evaluation.faults import named
from formcheck.evaluation.figures import WorstCase
from formcheck.evaluation.judging import REFUSED, Outcome
from formcheck.evaluation.spine import backs_of
from formcheck.evaluation.timing import eccentric_errors
from formcheck.evaluation.truth import NONE
from formcheck.evaluation.verdicts import Verdict, verdicts
from formcheck.report.wording import plural

ECCENTRIC_LIMIT_S: Final = 0.25
_BROKEN, _ACCUSED, _MISCOUNTED, _MISSED, _TIMED = 6.0, 4.0, 3.0, 2.0, 1.0

Complaint = tuple[float, str]
"""How much it weighs, and what it is."""


def worst_cases(outcomes: Sequence[Outcome], most: int) -> list[tuple[Outcome, WorstCase]]:
    """The clips with anything wrong, worst first.

    False accusations weigh most, since they cost most trust; then wrong counts, faults that were
    missed though judged, and eccentrics off by more than 0.25 s.

    Args:
        outcomes: All of them.
        most: How many to list.
    """
    found = []
    for one in outcomes:
        complaints = list(complaints_of(one))
        if complaints:
            weight = sum(weight for weight, _ in complaints)
            found.append((weight, one, [text for _, text in complaints]))
    found.sort(key=lambda item: (-item[0], item[1].case.name))
    return [
        (
            one,
            WorstCase(
                name=one.case.name,
                exercise=one.case.exercise,
                view=one.case.view_band,
                what=what,
            ),
        )
        for _, one, what in found[:most]
    ]


def complaints_of(outcome: Outcome) -> Iterator[Complaint]:
    """What went wrong with one clip."""
    case = outcome.case
    if not outcome.answered:
        yield _BROKEN, outcome.reason
        return
    report = outcome.report
    found, wanted = outcome.found_reps, case.reps
    if report is not None and case.exercise not in (NONE, report.exercise.name):
        yield _ACCUSED, f"taken for {report.exercise.name}"
    if wanted is not None and found is not None and found != wanted:
        refusal = f" (refused: {_in_short(outcome)})" if outcome.exit_code == REFUSED else ""
        text = f"{plural(found, 'rep')} for {wanted}{refusal}"
        yield _MISCOUNTED * abs(found - wanted), text
    yield from _faults(verdicts(outcome))
    if case.truth is None:
        yield from _labelled(outcome)
    off = eccentric_errors(outcome)
    off = off[np.abs(off) > ECCENTRIC_LIMIT_S]
    if len(off):
        largest = float(off[np.argmax(np.abs(off))])
        text = f"eccentric off in {plural(len(off), 'rep')}, by up to {largest:+.2f} s"
        yield _TIMED * len(off), text


def _faults(found: Sequence[Verdict]) -> Iterator[Complaint]:
    codes = sorted({verdict.code for verdict in found})
    for code in codes:
        here = [verdict for verdict in found if verdict.code == code]
        false = [verdict for verdict in here if verdict.accused and not verdict.planted]
        if false:
            yield _ACCUSED * len(false), f"accused of {code} {_where(false)}{_values(false)}"
        missed = [v for v in here if v.planted and not v.accused and not v.abstained]
        if missed:
            yield _MISSED * len(missed), f"{code} missed {_where(missed)}"


def _in_short(outcome: Outcome) -> str:
    """The reason without the clip's name and without what to do about it."""
    return outcome.reason.removeprefix(f"{outcome.case.clip.name}: ").partition(";")[0]


def _labelled(outcome: Outcome) -> Iterator[Complaint]:
    backs = backs_of(outcome)
    wrong = [b for b in backs if b.band is not None and (b.band == "rounded") != b.rounded]
    if wrong:
        label = "rounded" if wrong[0].rounded else "neutral"
        yield (
            _ACCUSED * len(wrong),
            f"{label} back called {wrong[0].band} in {plural(len(wrong), 'rep')}",
        )
    missed = sorted((outcome.case.faults or frozenset()) - named(outcome))
    if missed:
        yield _MISSED * len(missed), f"{', '.join(missed)} not named"


def _where(some: Sequence[Verdict]) -> str:
    reps = sorted({verdict.rep for verdict in some})
    if reps == [0]:
        return "over the set"
    unreal = "" if some[0].real else " (no rep)"
    return f"in rep{'s' if len(reps) > 1 else ''} {', '.join(map(str, reps))}{unreal}"


def _values(some: Sequence[Verdict]) -> str:
    faults = [verdict.fault for verdict in some if verdict.fault is not None]
    if not faults:
        return ""
    values = ", ".join(f"{fault.value:.3g}" for fault in faults)
    return f" (measured {values} against {faults[0].threshold:g} {faults[0].unit})"
