"""Faults found, missed and made up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from formcheck.evaluation.figures import Estimate, Row, Section
from formcheck.evaluation.groups import by_view_and_exercise, row
from formcheck.evaluation.judging import Outcome
from formcheck.evaluation.statistics import ratio
from formcheck.evaluation.verdicts import Verdict, accusations, unseen, verdicts

_SPINE_CODES: Final = {"SPINE_ROUNDED": "rounded", "SPINE_ARCHED": "arched"}


def faults_section(outcomes: Sequence[Outcome]) -> Section:
    """Planted faults by rep and code, against those named."""
    known = {id(one): (verdicts(one), unseen(one)) for one in outcomes}
    codes = sorted({verdict.code for found, _ in known.values() for verdict in found})

    def measure(group: str, some: Sequence[Outcome], only: str | None = None) -> Row | None:
        clips = []
        for found, hidden in (known[id(one)] for one in some):
            clips.append(([v for v in found if only in (None, v.code)], hidden))
        return _by_rep(group, clips, only)

    per_code = [measure(code, outcomes, code) for code in codes]
    return Section(
        key="faults",
        title="Faults, rep by rep",
        meaning="Of rendered clips, whose faults are known. Precision: share of the accusations"
        " that are right. Recall: share of the planted faults that were named; of judged: leaving"
        " out those that formcheck refused to judge. Abstained: share of the planted faults that it"
        " refused to judge. F1 counts every refusal as a miss; F1 of what shows leaves out the"
        " planted faults of which the truth says that they cannot be seen in that rep (what that"
        " takes: Refusing to judge), named or not. False: accusations of a fault per 100 reps that"
        " do not have it. A fault of the set (TEMPO_DRIFT) counts once a clip. True values within a"
        " tenth of a threshold are neither, and left out.",
        rows=[
            *by_view_and_exercise(outcomes, measure),
            *(one for one in per_code if one is not None),
        ],
    )


def accusations_section(outcomes: Sequence[Outcome]) -> Section:
    """False accusations of reps with nothing wrong."""
    return Section(
        key="accusations",
        title="False accusations",
        meaning="Of reps in which nothing was planted, or of clips labelled to have no fault."
        " Accused: share of those reps with at least one accusation. Accusations: per 100 of those"
        " reps. Notes accuse nobody.",
        rows=by_view_and_exercise(outcomes, _clean),
    )


def labelled_faults_section(outcomes: Sequence[Outcome]) -> Section:
    """Faults that a person saw in a clip, against those named in any rep of it."""
    by_eye = [one for one in outcomes if one.case.truth is None and one.answered]
    codes = sorted({code for one in by_eye for code in _seen(one) | _denied(one)})
    rows = [_by_clip(code, by_eye) for code in codes]
    return Section(
        key="labelled_faults",
        title="Faults seen by eye, clip by clip",
        meaning="Found: share of the clips labelled with the fault in which it was named in at"
        " least one rep. Accused: share of the clips labelled not to have it in which it was named."
        " A label denies a fault when it says that there is none at all, or when it says what the"
        " back is; a list of faults does not deny others.",
        rows=[one for one in rows if one is not None],
    )


def _by_rep(
    group: str,
    found: Sequence[tuple[Sequence[Verdict], frozenset[tuple[int, str]]]],
    only: str | None,
) -> Row | None:
    """The row of a group, from the verdicts on each clip and what of it cannot be seen."""
    kept = [(some, hidden) for some, hidden in found if some]
    clips = [some for some, _ in kept]
    shown = [
        [v for v in some if not (v.planted and (v.rep, v.code) in hidden)] for some, hidden in kept
    ]

    def count(wanted: Callable[[Verdict], bool]) -> list[int]:
        return [sum(wanted(verdict) for verdict in some) for some in clips]

    right = count(lambda v: v.planted and v.accused)
    planted = count(lambda v: v.planted)
    accused = count(lambda v: v.accused)
    judged = count(lambda v: v.planted and not v.abstained)
    abstained = count(lambda v: v.planted and v.abstained)
    false = count(lambda v: v.accused and not v.planted)
    without = count(lambda v: v.real and not v.planted)
    figures: dict[str, Estimate | None] = {
        "planted": Estimate(value=sum(planted), unit="count"),
        "precision": ratio(right, accused),
        "recall": ratio(right, planted),
        "of judged": ratio(right, judged),
        "f1": _f1(clips),
        "f1 of what shows": _f1(shown),
        "abstained": ratio(abstained, planted),
        "false": ratio(false, without, unit="per 100 reps", scale=100) if only else None,
    }
    return row(group, sum(map(len, clips)), "reps" if only else "questions", len(clips), figures)


def _f1(clips: Sequence[Sequence[Verdict]]) -> Estimate | None:
    """Harmonic mean of precision and recall; ``None`` where nothing was planted."""
    if not any(v.planted for some in clips for v in some):
        return None
    right = [sum(v.planted and v.accused for v in some) for some in clips]
    told = [sum(v.planted + v.accused for v in some) for some in clips]
    return ratio([2 * n for n in right], told)


def _clean(group: str, outcomes: Sequence[Outcome]) -> Row | None:
    reps, accused, total = [], [], []
    for one in outcomes:
        by_rep = _clean_reps(one)
        reps.append(len(by_rep))
        accused.append(sum(count > 0 for count in by_rep))
        total.append(sum(by_rep))
    return row(
        group,
        sum(reps),
        "reps",
        sum(count > 0 for count in reps),
        {
            "accused": ratio(accused, reps),
            "accusations": ratio(total, reps, unit="per 100 reps", scale=100),
        },
    )


def _clean_reps(outcome: Outcome) -> list[int]:
    """Number of accusations of each rep that has no fault."""
    if outcome.case.truth is None:
        if outcome.case.faults != frozenset() or outcome.report is None:
            return []
        return [len(accusations(rep)) for rep in outcome.report.reps]
    counts: dict[int, int] = {}
    for verdict in verdicts(outcome):
        if verdict.clean:
            counts[verdict.rep] = counts.get(verdict.rep, 0) + verdict.accused
    return list(counts.values())


def _seen(outcome: Outcome) -> frozenset[str]:
    by_back = {code for code, band in _SPINE_CODES.items() if outcome.case.spine == band}
    return (outcome.case.faults or frozenset()) | by_back


def _denied(outcome: Outcome) -> frozenset[str]:
    """Codes that the labels rule out; those of the whole table where there are none at all."""
    case = outcome.case
    by_back = {code for code, band in _SPINE_CODES.items() if case.spine not in (None, band)}
    if case.faults == frozenset():
        by_back |= set(named(outcome))
    return frozenset(by_back)


def named(outcome: Outcome) -> frozenset[str]:
    """Codes of which any rep, or the set, of a clip is accused."""
    if outcome.report is None:
        return frozenset()
    return frozenset(outcome.report.set.faults)


def _by_clip(code: str, outcomes: Sequence[Outcome]) -> Row | None:
    seen = [one for one in outcomes if code in _seen(one)]
    denied = [one for one in outcomes if code in _denied(one) or _has_none(one)]
    cases = len(seen) + len(denied)
    return row(
        code,
        cases,
        "clips",
        cases,
        {
            "labelled": Estimate(value=len(seen), unit="count"),
            "found": ratio([code in named(one) for one in seen], [1] * len(seen)),
            "accused": ratio([code in named(one) for one in denied], [1] * len(denied)),
        },
    )


def _has_none(outcome: Outcome) -> bool:
    return outcome.case.faults == frozenset()
