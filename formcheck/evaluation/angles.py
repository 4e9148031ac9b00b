"""Angles of knee, hip and trunk against those of the true joints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from formcheck.evaluation.figures import Row, Section
from formcheck.evaluation.groups import by_view_only, row
from formcheck.evaluation.judging import ANGLES, BACK, AngleErrors, Outcome
from formcheck.evaluation.statistics import agreement, ratio

_WORDS: Final = {
    "knee_flexion_deg": "knee",
    "hip_flexion_deg": "hip",
    "trunk_inclination_deg": "trunk",
    BACK: "back's outline",
}


def angles_section(outcomes: Sequence[Outcome]) -> Section:
    """Errors of the angles by view, over the frames of the true reps."""
    rows: list[Row] = []
    for name in ANGLES:
        rows += by_view_only(outcomes, lambda group, some, name=name: _angle(name, group, some))
    return Section(
        key="angles",
        title="Angles of the joints",
        meaning="Found minus true, degrees, frame by frame within the reps of judged clips, in the"
        " plane of the picture. Answered: share of the frames in which formcheck believes the leg"
        " (for the trunk: sees it).",
        rows=rows,
    )


def _angle(name: str, group: str, outcomes: Sequence[Outcome]) -> Row | None:
    found: list[AngleErrors] = [one.angles[name] for one in outcomes if name in one.angles]
    answered = [len(each.errors_deg) for each in found]
    return row(
        f"{_WORDS[name]}, {group}",
        int(np.sum(answered)),
        "frames",
        sum(count > 0 for count in answered),
        {
            **agreement([each.errors_deg for each in found], "deg"),
            "answered": ratio(answered, [each.frames for each in found]),
        },
    )
