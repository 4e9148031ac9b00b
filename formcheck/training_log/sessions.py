"""From sets to sessions: what was done in one visit to the gym."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Final

from formcheck.training_log.entry import Entry, mean
from formcheck.training_log.times import local

GAP: Final = timedelta(hours=3)
"""Sets that began less than this after the one before belong to the same session: longer than any
rest, shorter than from morning to evening training."""


@dataclass(frozen=True, slots=True)
class TrainingSession:
    """Sets of one lifter with no long break between them.

    Attributes:
        entries: At least one, in order of time; warm-ups included.
        day: The day on which it began, where the lifter is.
    """

    entries: tuple[Entry, ...]
    day: date

    @property
    def working(self) -> tuple[Entry, ...]:
        """The sets that count."""
        return tuple(entry for entry in self.entries if not entry.warm_up)

    def of(self, exercise: str) -> tuple[Entry, ...]:
        """The sets of an exercise that count."""
        return tuple(entry for entry in self.working if entry.exercise == exercise)


def sessions(entries: Sequence[Entry], zone: tzinfo | None) -> list[TrainingSession]:
    """Sort sets into sessions.

    Elapsed time decides and not the clock on the wall: a change to summer time makes no break, and
    midnight ends no session.

    Args:
        entries: Sets of one lifter, in any order.
        zone: Where the lifter is; ``None`` for the zone of this machine.
    """
    groups: list[list[Entry]] = []
    for entry in sorted(entries, key=lambda one: (one.performed_at, one.id)):
        if groups and entry.performed_at - groups[-1][-1].performed_at < GAP:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return [
        TrainingSession(tuple(group), local(group[0].performed_at, zone).date()) for group in groups
    ]


def volume_load_kg(entries: Sequence[Entry]) -> float | None:
    """Weight times reps over the sets whose weight is known; ``None`` when none is."""
    known = [entry.weight_kg * entry.reps for entry in entries if entry.weight_kg is not None]
    return sum(known) if known else None


def tension_s(entries: Sequence[Entry]) -> float | None:
    """Time under tension over the sets in which it is known, seconds; ``None`` when none is."""
    known = [e.time_under_tension_s for e in entries if e.time_under_tension_s is not None]
    return sum(known) if known else None


def mean_eccentric_s(entries: Sequence[Entry]) -> float | None:
    """Mean lowering time of a rep, seconds; ``None`` when it is known of no set."""
    known = [(e.eccentric_s_mean, e.reps) for e in entries if e.eccentric_s_mean is not None]
    reps = sum(count for _, count in known)
    return sum(value * count for value, count in known) / reps if reps else None


def mean_score(entries: Sequence[Entry]) -> float | None:
    """Mean score of the sets that have one; ``None`` when none has."""
    return mean([entry.score for entry in entries if entry.score is not None])
