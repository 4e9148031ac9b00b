"""From a set that was judged, live or in a report, to an entry of the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from formcheck.exercises.registry import exercise_pattern
from formcheck.exercises.set_summary import most_first
from formcheck.training_log.entry import Entry


@dataclass(frozen=True, slots=True)
class Said:
    """What the lifter says of a set, beyond what the camera saw.

    Attributes:
        lifter: Who did it.
        weight_kg: The weight moved.
        warm_up: Whether it was one to warm up.
        note: Anything else.
        performed_at: When, if it is told.
    """

    lifter: str = ""
    weight_kg: float | None = None
    warm_up: bool = False
    note: str = ""
    performed_at: datetime | None = None


class Summed(Protocol):
    """A set summed up, as ``exercises.set_summary.Summary`` and ``report.json`` hold it."""

    @property
    def rep_count(self) -> int: ...  # noqa: D102
    @property
    def score(self) -> float | None: ...  # noqa: D102
    @property
    def eccentric_s_mean(self) -> float | None: ...  # noqa: D102
    @property
    def time_under_tension_s(self) -> float | None: ...  # noqa: D102
    @property
    def faults(self) -> Mapping[str, int]: ...  # noqa: D102


class Named(Protocol):
    """A fault of a rep."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def severity(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a set is to be seen.

    Attributes:
        source: Whether a report tells of it, or a live session.
        key: What tells it from every other set; ``None`` takes that of the clip.
        clip_sha256: Checksum of the clip that shows it.
        start_s: Where its first complete rep begins, seconds of the clip or session.
        end_s: Where its last one ends.
    """

    source: Literal["report", "live"]
    key: str | None
    clip_sha256: str | None
    start_s: float
    end_s: float


def entry_of_set(
    exercise: str,
    summed: Summed,
    faults: Iterable[Iterable[Named]],
    not_assessed: Iterable[str],
    shown: Shown,
    said: Said,
    performed_at: datetime,
) -> Entry:
    """The entry of a set.

    Args:
        exercise: Its exercise.
        summed: The set summed up.
        faults: The faults of each rep.
        not_assessed: Metrics that could not be judged.
        shown: Where it is to be seen.
        said: What the lifter says of it.
        performed_at: When its first complete rep began.

    Raises:
        pydantic.ValidationError: It makes no sense as a set.
    """
    majors = Counter(
        code for rep in faults for code in {one.code for one in rep if one.severity == "major"}
    )
    key = shown.key or f"clip:{shown.clip_sha256}:{exercise}:{shown.start_s:.2f}"
    return Entry(
        key=key,
        lifter=said.lifter,
        performed_at=performed_at,
        exercise=exercise,
        pattern=exercise_pattern(exercise),
        reps=summed.rep_count,
        weight_kg=said.weight_kg,
        warm_up=said.warm_up,
        score=summed.score,
        eccentric_s_mean=_rounded(summed.eccentric_s_mean),
        time_under_tension_s=_rounded(summed.time_under_tension_s),
        faults=dict(summed.faults),
        major_faults=most_first(majors),
        not_assessed=tuple(dict.fromkeys(not_assessed)),
        source=shown.source,
        note=said.note,
        clip_sha256=shown.clip_sha256,
        start_s=_rounded(shown.start_s),
        end_s=_rounded(shown.end_s),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
