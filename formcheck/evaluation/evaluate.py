"""From outcomes to figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from formcheck import __version__
from formcheck.evaluation.abstention import abstention_section
from formcheck.evaluation.angles import angles_section
from formcheck.evaluation.calibration import calibration_section
from formcheck.evaluation.cases import Case
from formcheck.evaluation.counting import clips_section, counts_section, recognition_section
from formcheck.evaluation.faults import (
    accusations_section,
    faults_section,
    labelled_faults_section,
)
from formcheck.evaluation.figures import ClipLine, Evaluation, Part
from formcheck.evaluation.judging import Outcome
from formcheck.evaluation.measures import measures_section
from formcheck.evaluation.spine import spine_section
from formcheck.evaluation.targets import targets_of
from formcheck.evaluation.timing import timing_section
from formcheck.evaluation.truth import NONE
from formcheck.evaluation.worst import worst_cases
from formcheck.exercises.registry import exercise_names

ALL_CLIPS: Final = "all clips"
HELD_OUT: Final = "held_out"
WORST: Final = 20


def judgeable(cases: Sequence[Case]) -> tuple[list[Case], list[str]]:
    """Split off the clips of exercises that this version does not judge, each with a sentence."""
    known = {*exercise_names(), NONE}
    skipped: dict[str, int] = {}
    for case in cases:
        if case.exercise not in known:
            skipped[case.exercise] = skipped.get(case.exercise, 0) + 1
    notes = [
        f"{count} clip{'s' if count > 1 else ''} of {name} left out: this version does not judge it"
        for name, count in sorted(skipped.items())
    ]
    return [case for case in cases if case.exercise in known], notes


def evaluate(
    outcomes: Sequence[Outcome],
    *,
    model: str,
    auto: bool,
    skipped: Sequence[str] = (),
    pages: Mapping[str, str] | None = None,
) -> Evaluation:
    """Work out every figure, over all clips and over each split.

    Args:
        outcomes: All of them.
        model: Name of the pose model.
        auto: Whether formcheck had to find out the exercise.
        skipped: What was left out, in sentences.
        pages: Paths of the reports of the worst cases, by name.
    """
    parts = [part_of(ALL_CLIPS, outcomes, auto)]
    splits = sorted({one.case.split for one in outcomes if one.case.split is not None})
    parts += [
        part_of(split, [one for one in outcomes if one.case.split == split], auto)
        for split in splits
    ]
    aimed = next((part for part in parts if part.name == HELD_OUT), parts[0])
    worst = [
        line.model_copy(update={"page": (pages or {}).get(line.name)})
        for _, line in worst_cases(outcomes, WORST)
    ]
    return Evaluation(
        formcheck_version=__version__,
        model=model,
        exercise_by="auto" if auto else "labelled",
        skipped=list(skipped),
        targets=targets_of(aimed),
        parts=parts,
        worst=worst,
        clips=[_line(one) for one in outcomes],
    )


def part_of(name: str, outcomes: Sequence[Outcome], auto: bool) -> Part:
    """All tables over some outcomes; a table without a row is left out."""
    sections = [
        clips_section(outcomes),
        counts_section(outcomes),
        recognition_section(outcomes, auto),
        timing_section(outcomes),
        angles_section(outcomes),
        measures_section(outcomes),
        spine_section(outcomes),
        faults_section(outcomes),
        labelled_faults_section(outcomes),
        accusations_section(outcomes),
        abstention_section(outcomes),
        calibration_section(outcomes),
    ]
    kept = [section for section in sections if section.rows]
    return Part(name=name, clips=len(outcomes), sections=kept)


def to_open(outcomes: Sequence[Outcome], most: int = WORST) -> list[Outcome]:
    """The worst cases that have a report to open."""
    return [one for one, _ in worst_cases(outcomes, most) if one.report is not None]


def _line(outcome: Outcome) -> ClipLine:
    case, report = outcome.case, outcome.report
    return ClipLine(
        name=case.name,
        exercise=case.exercise,
        found_exercise=report.exercise.name if report is not None else None,
        view=case.view_band,
        split=case.split,
        reps=case.reps,
        found_reps=outcome.found_reps,
        exit_code=outcome.exit_code,
        reason=outcome.reason,
    )
