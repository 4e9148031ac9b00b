"""What a week of hamstring training is asked for, and what to do when it is something else.

Where a number comes from is told in ``source``; ``docs/training_log.md`` says more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

Status = Literal["below", "within", "above", "unknown"]
COACH: Final = "A coach's rule; no study sets this number."


class LogModel(BaseModel):
    """Base of what the log tells other programs."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True
    )


class Target(LogModel):
    """One target of a week, and how the week stands to it.

    Attributes:
        name: Which.
        value: What the week has; ``None`` when it cannot be told.
        low: Least that is asked for.
        high: Most that is asked for.
        unit: Of the three.
        status: How the value stands to the two.
        advice: What to do, one sentence.
        source: Where the numbers come from.
    """

    name: str
    value: float | None
    low: float
    high: float
    unit: str
    status: Status
    advice: str
    source: str


@dataclass(frozen=True, slots=True)
class Band:
    """What is asked for.

    Attributes:
        name: Which target.
        title: The same for a person.
        low: Least.
        high: Most.
        unit: Of both; empty for a share.
        source: Where they come from.
    """

    name: str
    title: str
    low: float
    high: float
    unit: str
    source: str

    def status(self, value: float | None) -> Status:
        """How a value stands to it."""
        if value is None:
            return "unknown"
        return "below" if value < self.low else "above" if value > self.high else "within"

    def target(self, value: float | None, advice: str, status: Status | None = None) -> Target:
        """The target with its value."""
        return Target(
            name=self.name,
            value=None if value is None else round(value, 3),
            low=round(self.low, 3),
            high=round(self.high, 3),
            unit=self.unit,
            status=self.status(value) if status is None else status,
            advice=advice,
            source=self.source,
        )


SETS: Final = Band(
    "weekly_sets",
    "working sets",
    10,
    20,
    "sets",
    "Ten or more sets a week for a muscle gave more growth than fewer (Schoenfeld, Ogborn and "
    "Krieger 2017, J Sports Sci 35:1073-1082); for most muscles more than 20 gave no more than 12 "
    "to 20 (Baz-Valle et al. 2022, J Hum Kinet 81:199-210).",
)
SESSIONS: Final = Band("sessions", "sessions", 1, 3, "sessions", COACH)
REPS: Final = Band("reps_per_set", "reps a set, on average", 8, 15, "reps", COACH)
SETS_EACH: Final = Band(
    "sets_per_exercise", "sets of an exercise in a session", 3, 4, "sets", COACH
)
BALANCE: Final = Band(
    "hinge_share",
    "share of hinge sets",
    1 / 3,
    2 / 3,
    "",
    "A coach's rule: neither kind more than twice as often as the other. Both are needed because "
    "they train different parts of the hamstrings (Bourne et al. 2017, Br J Sports Med 51:469-477);"
    " no study gives the ratio.",
)
LOWERING: Final = Band(
    "eccentric_s",
    "lowering",
    3.0,
    4.0,
    "s",
    "The training target of the exercises' own tables; no limit of safety.",
)
EASIER: Final = "help with a band or the hands"
SHORTER: Final = f"{EASIER}, or a shorter range, until every set has {REPS.low:g} clean reps"
"""Of sets with the body alone, from which no weight can be taken."""
BANDS: Final = (SETS, SESSIONS, SETS_EACH, REPS, BALANCE, LOWERING)
TITLES: Final = {band.name: band.title for band in BANDS}


def counted(count: float, word: str) -> str:
    """``1 set``, ``2 sets``."""
    return f"{count:g} {word}{'' if count == 1 else 's'}"
