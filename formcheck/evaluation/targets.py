"""What formcheck aims at, and whether the figures reach it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from formcheck.evaluation.figures import Estimate, Part, Target
from formcheck.evaluation.groups import ALL, SIDE_ON, THAT_SHOW


@dataclass(frozen=True, slots=True)
class _Aim:
    """A figure, and what it ought to be."""

    what: str
    aim: str
    section: str
    group: str
    figure: str
    met: Callable[[float], bool]


_AIMS: Final = (
    _Aim("reps counted exactly", "≥ 99 %", "counts", ALL, "exact", lambda v: v >= 0.99),
    _Aim("eccentric, mean error", "≤ 0.10 s", "timing", ALL, "mae", lambda v: v <= 0.10),
    _Aim("eccentric, lower limit", "≥ −0.25 s", "timing", ALL, "limit_low", lambda v: v >= -0.25),
    _Aim("eccentric, upper limit", "≤ +0.25 s", "timing", ALL, "limit_high", lambda v: v <= 0.25),
    _Aim(
        "knee side-on, mean error", "≤ 4°", "angles", f"knee, {SIDE_ON}", "mae", lambda v: v <= 4.0
    ),
    _Aim("hip side-on, mean error", "≤ 4°", "angles", f"hip, {SIDE_ON}", "mae", lambda v: v <= 4.0),
    _Aim(
        "rounded backs side-on, sensitivity",
        "≥ 95 %",
        "spine",
        SIDE_ON,
        "sensitivity",
        lambda v: v >= 0.95,
    ),
    _Aim(
        "neutral backs side-on, specificity",
        "≥ 95 %",
        "spine",
        SIDE_ON,
        "specificity",
        lambda v: v >= 0.95,
    ),
    _Aim("backs side-on, abstained", "≤ 15 %", "spine", SIDE_ON, "abstained", lambda v: v <= 0.15),
    _Aim(
        "rounded backs that show, side-on, sensitivity",
        "≥ 95 %",
        "spine",
        SIDE_ON + THAT_SHOW,
        "sensitivity",
        lambda v: v >= 0.95,
    ),
    _Aim(
        "neutral backs that show, side-on, specificity",
        "≥ 95 %",
        "spine",
        SIDE_ON + THAT_SHOW,
        "specificity",
        lambda v: v >= 0.95,
    ),
    _Aim(
        "backs that show, side-on, abstained",
        "≤ 15 %",
        "spine",
        SIDE_ON + THAT_SHOW,
        "abstained",
        lambda v: v <= 0.15,
    ),
    _Aim(
        "false accusations per 100 clean reps",
        "≤ 1",
        "accusations",
        ALL,
        "accusations",
        lambda v: v <= 1.0,
    ),
)


def targets_of(part: Part) -> list[Target]:
    """The aims against one part's figures; an aim without a figure is neither met nor missed."""
    found = []
    for aim in _AIMS:
        figure = part.figure(aim.section, aim.group, aim.figure)
        found.append(
            Target(
                what=aim.what,
                aim=aim.aim,
                figure=figure,
                cases=_cases(part, aim),
                met=None if figure is None else aim.met(_shown(figure)),
            )
        )
    return found


def _cases(part: Part, aim: _Aim) -> int:
    rows = [row for s in part.sections if s.key == aim.section for row in s.rows]
    return next((row.cases for row in rows if row.group == aim.group), 0)


def _shown(figure: Estimate) -> float:
    # 0.95 as a sum of thirds must not fail for its last bit.
    return round(figure.value, 9)
