"""Which found rep is which true rep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from formcheck.evaluation.truth import TruthRep
from formcheck.report.schema import RepReport

LEAST_OVERLAP: Final = 0.5
"""Share of the true movement that a found rep must cover to be that rep."""

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Matching:
    """Found reps against true ones.

    Attributes:
        pairs: True and found rep, in order of time.
        missed: True reps that were not found.
        extra: Found reps that are none.
    """

    pairs: tuple[tuple[TruthRep, RepReport], ...]
    missed: tuple[TruthRep, ...]
    extra: tuple[RepReport, ...]


def match_reps(true: Sequence[TruthRep], found: Sequence[RepReport]) -> Matching:
    """Pair reps one to one, largest overlap in time first.

    What overlaps is the movement, from the start of the first to the end of the last of eccentric
    and concentric: how long somebody stands still afterwards is nobody's rep.
    """
    spans = [moving_span(rep) for rep in true]
    theirs = [moving_span(rep) for rep in found]
    overlaps = sorted(
        (
            (min(a[1], b[1]) - max(a[0], b[0]), -i, -j)
            for i, a in enumerate(spans)
            for j, b in enumerate(theirs)
        ),
        reverse=True,
    )
    taken: dict[int, int] = {}
    for overlap, i, j in overlaps:
        long_enough = overlap > 0 and overlap >= LEAST_OVERLAP * (spans[-i][1] - spans[-i][0])
        if long_enough and -i not in taken and -j not in taken.values():
            taken[-i] = -j
    return Matching(
        pairs=tuple((rep, found[taken[i]]) for i, rep in enumerate(true) if i in taken),
        missed=tuple(rep for i, rep in enumerate(true) if i not in taken),
        extra=tuple(rep for j, rep in enumerate(found) if j not in taken.values()),
    )


def moving_span(rep: TruthRep | RepReport) -> Span:
    """From when to when a rep moves, seconds; its whole length where no phase is known."""
    if isinstance(rep, TruthRep):
        phases = [rep.phases.get("eccentric"), rep.phases.get("concentric")]
        known = [(phase.start_s, phase.end_s) for phase in phases if phase is not None]
    else:
        seen = [rep.phases.eccentric, rep.phases.concentric]
        known = [(phase.start_s, phase.end_s) for phase in seen if phase is not None]
    if not known:
        return rep.start_s, rep.end_s
    return min(start for start, _ in known), max(end for _, end in known)
