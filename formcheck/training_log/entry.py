"""One set of the log."""

from __future__ import annotations

import math
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    PositiveInt,
    field_serializer,
    field_validator,
    model_validator,
)

from formcheck.exercises.registry import Pattern

MOST_KG: Final = 1000.0
GRAMS: Final = 3
"""Digits of a weight in kg that are kept; no scale of a gym shows more."""
LEAST_KG: Final = 10.0**-GRAMS
LONGEST_NAME: Final = 60
LONGEST_NOTE: Final = 500
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""A clock that was never set says 1904 or 1970."""
MOST_REPS: Final = 1000
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,80}$")]
"""A code or the name of a metric; nothing that a spreadsheet would compute."""
Counts = dict[Word, PositiveInt]
Seconds = Annotated[float, Field(gt=0)]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class Entry(BaseModel):
    """A set as it was done.

    Attributes:
        id: Number in the log; 0 before it is in one. Numbers are never given twice.
        key: What tells it from every other set, so that none is logged twice.
        lifter: Who did it; empty when nobody was named.
        performed_at: When its first rep began, UTC, to the second.
        exercise: Name of the exercise.
        pattern: What kind of movement that is.
        reps: Complete reps.
        weight_kg: The weight moved, to 0.001 kg; 0 is the body alone, ``None`` not told.
        warm_up: Whether it is listed and not counted.
        score: 0 to 100; ``None`` without enough evidence.
        eccentric_s_mean: Mean lowering time, seconds.
        time_under_tension_s: Lowering, bottom pause and lifting of all complete reps, seconds.
        faults: Number of reps with each fault, notes left out.
        major_faults: Those of them that were major.
        not_assessed: Metrics that could not be judged in some rep.
        source: Whether it comes from a report or from a live session.
        note: The lifter's own words.
        clip_sha256: Checksum of the clip that shows it.
        start_s: Where in that clip its first complete rep begins, seconds.
        end_s: Where its last one ends, seconds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    id: NonNegativeInt = 0
    key: Annotated[str, Field(min_length=1, max_length=200)]
    lifter: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    performed_at: AwareDatetime
    exercise: Name
    pattern: Pattern = "other"
    reps: Annotated[int, Field(gt=0, le=MOST_REPS)]
    weight_kg: Annotated[float, Field(ge=0, le=MOST_KG)] | None = None
    warm_up: bool = False
    score: Annotated[float, Field(ge=0, le=100)] | None = None
    eccentric_s_mean: Seconds | None = None
    time_under_tension_s: Seconds | None = None
    faults: Counts = {}
    major_faults: Counts = {}
    not_assessed: tuple[Word, ...] = ()
    source: Literal["report", "live"] = "report"
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""
    clip_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    start_s: float | None = None
    end_s: float | None = None

    @field_validator("lifter", "exercise", mode="before")
    @classmethod
    def _one_line(cls, value: Any) -> Any:
        return plain_name(value) if isinstance(value, str) else value

    @field_validator("note", mode="before")
    @classmethod
    def _readable(cls, value: Any) -> Any:
        return plain_note(value) if isinstance(value, str) else value

    @field_validator("weight_kg")
    @classmethod
    def _to_the_gram(cls, value: float | None) -> float | None:
        return None if value is None else rounded_kg(value)

    @field_validator("performed_at")
    @classmethod
    def _to_the_second(cls, value: datetime) -> datetime:
        try:
            moment = value.astimezone(UTC).replace(microsecond=0)
        except OverflowError as error:
            raise ValueError("is out of range") from error
        if moment < EARLIEST:
            raise ValueError(f"is before {EARLIEST.year}")
        return moment

    @field_serializer("performed_at")
    def _as_text(self, value: datetime) -> str:
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")

    @model_validator(mode="after")
    def _majors_are_faults(self) -> Entry:
        for code, count in self.major_faults.items():
            having = self.faults.get(code, 0)
            if count > having:
                raise ValueError(
                    f"{code} is major in {count} reps, but faults has it in {having} of them"
                )
        return self


def rounded_kg(value: float) -> float:
    """A weight to 0.001 kg.

    Raises:
        ValueError: It is above 0 and rounds to it, and would read as the body alone.
    """
    rounded = round(value, GRAMS)
    if value and not rounded:
        raise ValueError(f"is less than {LEAST_KG:g} kg; give 0 for the body alone")
    return rounded


def plain_name(text: str) -> str:
    """A name in one line and one spelling: composed letters, single spaces, nothing unseen."""
    seen = "".join(" " if _unseen(letter) else letter for letter in text)
    return unicodedata.normalize("NFC", " ".join(seen.split()))


def plain_note(text: str) -> str:
    """A note without what a terminal would obey; its lines stay."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ["".join(" " if _unseen(letter) else letter for letter in line) for line in lines]
    return unicodedata.normalize("NFC", "\n".join(kept).strip())


def mean(values: list[float]) -> float | None:
    """The mean; ``None`` of nothing."""
    return math.fsum(values) / len(values) if values else None


def _unseen(letter: str) -> bool:
    """What a terminal would obey, or what turns the direction of writing."""
    return unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in _TURNING
