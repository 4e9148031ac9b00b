"""Which clips were judged, how many reps were counted, which exercise was recognised."""

from __future__ import annotations

from collections.abc import Sequence

from formcheck.evaluation.figures import Row, Section
from formcheck.evaluation.groups import by_view_and_exercise, row
from formcheck.evaluation.judging import REFUSED, Outcome
from formcheck.evaluation.statistics import ratio
from formcheck.evaluation.truth import NONE


def clips_section(outcomes: Sequence[Outcome]) -> Section:
    """What became of the clips."""
    return Section(
        key="clips",
        title="Clips",
        meaning="Judged: a report was written. Refused: formcheck said that there is nobody, or no"
        " rep, to judge. Failed: the clip could not be read, or formcheck broke. Pose: share of the"
        " frames of judged clips in which a person was found.",
        rows=by_view_and_exercise(outcomes, _clips),
    )


def counts_section(outcomes: Sequence[Outcome]) -> Section:
    """Counted reps against true ones."""
    return Section(
        key="counts",
        title="Counting reps",
        meaning="Of clips with a known count; a refused clip counts none. Error: mean absolute"
        " difference, in reps a clip.",
        rows=by_view_and_exercise(outcomes, _counts),
    )


def recognition_section(outcomes: Sequence[Outcome], auto: bool) -> Section:
    """Recognised exercises against true ones; empty where formcheck was told the exercise."""
    rows: list[Row] = []
    if auto:
        lifts = [one for one in outcomes if one.case.exercise != NONE]
        rows = by_view_and_exercise(lifts, _recognised)
    others = [one for one in outcomes if one.case.exercise == NONE]
    refused = _refused("no exercise", others)
    return Section(
        key="recognition",
        title="Recognising the exercise",
        meaning="Right: the exercise was found out without being told. Wrong: another one was"
        " judged instead. Refused: formcheck asked for the exercise, or found no rep. Clips of no"
        " exercise ought to be refused"
        + ("." if auto else "; formcheck was told each exercise in turn and had to refuse all."),
        rows=[*rows, *([refused] if refused is not None else [])],
    )


def _clips(group: str, outcomes: Sequence[Outcome]) -> Row | None:
    n = len(outcomes)
    judged = [one.report.clip for one in outcomes if one.report is not None]
    with_pose = [clip.frames_with_pose for clip in judged]
    return row(
        group,
        n,
        "clips",
        n,
        {
            "judged": ratio([one.report is not None for one in outcomes], [1] * n),
            "refused": ratio([one.exit_code == REFUSED for one in outcomes], [1] * n),
            "failed": ratio([not one.answered for one in outcomes], [1] * n),
            "pose": ratio(with_pose, [clip.frames_read for clip in judged]),
        },
    )


def _counts(group: str, outcomes: Sequence[Outcome]) -> Row | None:
    errors = [
        abs(one.found_reps - one.case.reps)
        for one in outcomes
        if one.case.reps is not None and one.found_reps is not None
    ]
    ones = [1] * len(errors)
    return row(
        group,
        len(errors),
        "clips",
        len(errors),
        {
            "exact": ratio([error == 0 for error in errors], ones),
            "one off at most": ratio([error <= 1 for error in errors], ones),
            "error": ratio(errors, ones, unit="reps"),
        },
    )


def _recognised(group: str, outcomes: Sequence[Outcome]) -> Row | None:
    answered = [one for one in outcomes if one.answered]
    names = [one.report.exercise.name if one.report else None for one in answered]
    right = [name == one.case.exercise for name, one in zip(names, answered, strict=True)]
    ones = [1] * len(answered)
    return row(
        group,
        len(answered),
        "clips",
        len(answered),
        {
            "right": ratio(right, ones),
            "wrong": ratio(
                [name is not None and not ok for name, ok in zip(names, right, strict=True)], ones
            ),
            "refused": ratio([name is None for name in names], ones),
        },
    )


def _refused(group: str, outcomes: Sequence[Outcome]) -> Row | None:
    answered = [one for one in outcomes if one.answered]
    ones = [1] * len(answered)
    return row(
        group,
        len(answered),
        "clips",
        len(answered),
        {
            "wrong": ratio([bool(one.found_reps) for one in answered], ones),
            "refused": ratio([one.report is None for one in answered], ones),
        },
    )
