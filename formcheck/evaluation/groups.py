"""The groups that figures are told for: all, by view, by exercise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from formcheck.evaluation.cases import SIDE_BANDS, VIEW_BANDS, VIEWS
from formcheck.evaluation.figures import Estimate, Row
from formcheck.evaluation.judging import Outcome


class Measure(Protocol):
    """Takes the name of a group and its outcomes; ``None`` where there is no case."""

    def __call__(self, group: str, outcomes: Sequence[Outcome], /) -> Row | None:
        """Give the group's row."""
        ...


ALL = "all"
SIDE_ON = "side-on"
THAT_SHOW = ", that show"
"""Ends the name of a group that is cut down to what the truth says can be seen."""
_ORDER = (
    *(name for _, name in VIEW_BANDS),
    "over 35°",
    *(f"{view} by eye" for view in VIEWS),
    "not labelled",
)


def by_view_and_exercise(outcomes: Sequence[Outcome], measure: Measure) -> list[Row]:
    """Rows for all clips, for the side-on ones, for each view and for each exercise.

    Args:
        outcomes: All of them.
        measure: Takes the name of a group and its outcomes; ``None`` where there is no case.
    """
    return _rows(
        [
            (ALL, list(outcomes)),
            (SIDE_ON, side_on(outcomes)),
            *by_view(outcomes).items(),
            *by_exercise(outcomes).items(),
        ],
        measure,
    )


def by_view_only(outcomes: Sequence[Outcome], measure: Measure) -> list[Row]:
    """Rows for all clips, for the side-on ones and for each view."""
    groups = [(ALL, list(outcomes)), (SIDE_ON, side_on(outcomes)), *by_view(outcomes).items()]
    return _rows(groups, measure)


def side_on(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Clips filmed from the side, by truth or by eye."""
    return [one for one in outcomes if one.case.view_band in SIDE_BANDS]


def by_view(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Clips by view; side-on ones left out, since they have a row of their own."""
    found: dict[str, list[Outcome]] = {}
    for one in outcomes:
        found.setdefault(one.case.view_band, []).append(one)
    return {name: found[name] for name in _ORDER if name in found and name not in SIDE_BANDS}


def by_exercise(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Clips by exercise; empty when there is one only."""
    found: dict[str, list[Outcome]] = {}
    for one in outcomes:
        found.setdefault(one.case.exercise, []).append(one)
    return dict(sorted(found.items())) if len(found) > 1 else {}


def row(
    group: str, cases: int, of: str, clips: int, figures: Mapping[str, Estimate | None]
) -> Row | None:
    """A row of the figures that there are; ``None`` when there is no case."""
    told = {name: figure for name, figure in figures.items() if figure is not None}
    if not cases:
        return None
    return Row(group=group, cases=cases, of=of, clips=clips, figures=told)


def _rows(groups: Sequence[tuple[str, list[Outcome]]], measure: Measure) -> list[Row]:
    rows = (measure(name, outcomes) for name, outcomes in groups if outcomes)
    return [one for one in rows if one is not None]
