"""How far a batch is: told to whoever watches, a person or a program."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from formcheck.batch.job import State


@dataclass(slots=True)
class Tally:
    """What is done so far.

    Attributes:
        total: Clips of the run.
        before: Clips that were done by earlier runs.
        counts: Clips that this run has done, by what became of them.
        started_s: When the first clip was handed out, on the monotonic clock.
    """

    total: int
    before: int
    counts: Counter[State] = field(default_factory=Counter)
    started_s: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        """Clips that this run has done."""
        return sum(self.counts.values())

    @property
    def seconds(self) -> float:
        """Time since the first clip was handed out."""
        return time.monotonic() - self.started_s

    @property
    def clips_per_s(self) -> float:
        """Clips a second in this run; 0 before the first."""
        return self.done / self.seconds if self.done else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds left at this rate, if it can be told."""
        left = self.total - self.before - self.done
        return left / self.clips_per_s if self.done else None


class Watcher(Protocol):
    """Somebody who is told how far a batch is."""

    def listed(self, clips: int) -> None:
        """So many clips were found so far."""

    def started(self, tally: Tally, workers: int, dashboard: str) -> None:
        """The cluster is ready; ``dashboard`` is empty where there is none."""

    def advanced(self, tally: Tally) -> None:
        """Another clip is done, or there was nothing to do."""


class Nobody:
    """A watcher that tells nobody."""

    def listed(self, clips: int) -> None:
        """Tell nobody."""

    def started(self, tally: Tally, workers: int, dashboard: str) -> None:
        """Tell nobody."""

    def advanced(self, tally: Tally) -> None:
        """Tell nobody."""
