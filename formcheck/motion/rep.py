"""What a rep is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of time, seconds, between sub-frame boundaries.

    Attributes:
        start_s: Beginning.
        end_s: End, not before the beginning.
        boundary_uncertainty_s: One standard uncertainty of either boundary.
    """

    start_s: float
    end_s: float
    boundary_uncertainty_s: float = 0.0

    def __post_init__(self) -> None:
        if not self.end_s >= self.start_s:
            raise ValueError(f"a phase cannot end at {self.end_s} before {self.start_s}")

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Rep:
    """One cycle of the exercise; a phase that the clip does not show is ``None``.

    Attributes:
        index: Place in the set, from 1.
        complete: Whether the clip shows the whole cycle; only complete reps are counted.
        start_s: First turning point (or the clip's beginning).
        end_s: Last turning point (or the clip's end).
        eccentric: The hamstrings lengthen.
        stretched_pause: Still, hamstrings long.
        concentric: The hamstrings shorten.
        top_pause: Still, hamstrings short.
    """

    index: int
    complete: bool
    start_s: float
    end_s: float
    eccentric: Phase | None
    stretched_pause: Phase | None
    concentric: Phase | None
    top_pause: Phase | None

    @property
    def tempo(self) -> str:
        """Tempo as eccentric-pause-concentric-pause in seconds, ``?`` where not seen."""
        phases = (self.eccentric, self.stretched_pause, self.concentric, self.top_pause)
        return "-".join("?" if p is None else f"{p.duration_s:.1f}" for p in phases)


def numbered(reps: Iterable[Rep]) -> list[Rep]:
    """The reps with their places in the set, in the order given."""
    return [replace(rep, index=index) for index, rep in enumerate(reps, start=1)]
