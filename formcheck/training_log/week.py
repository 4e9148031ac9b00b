"""A week of training against what a week should have. A pure function of the sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta, tzinfo
from typing import Final, Literal

from pydantic import Field

from formcheck.exercises.registry import PATTERNS
from formcheck.report.wording import fault_title
from formcheck.training_log.entry import Entry
from formcheck.training_log.sessions import (
    TrainingSession,
    mean_eccentric_s,
    mean_score,
    sessions,
    tension_s,
    volume_load_kg,
)
from formcheck.training_log.standing import standing
from formcheck.training_log.targets import EASIER, LogModel, Target, counted
from formcheck.training_log.times import week_of

SCHEMA: Final = "formcheck.log_week/1"
WEEK: Final = timedelta(days=7)
OFTEN_SHARE: Final = 0.5
"""A fault in this share of an exercise's sets, two at least, comes back."""


class ExerciseWeek(LogModel):
    """An exercise in a week; warm-ups left out."""

    exercise: str
    pattern: str
    sets: int
    reps: int
    top_weight_kg: float | None
    volume_load_kg: float | None
    sets_without_weight: int
    time_under_tension_s: float | None
    eccentric_s_mean: float | None
    score: float | None


class SessionWeek(LogModel):
    """A session in a week."""

    day: date
    sets: int
    warm_ups: int
    by_exercise: dict[str, int]


class FaultWeek(LogModel):
    """A fault that came back in a week."""

    exercise: str
    code: str
    sets: int = Field(description="Sets that have it.")
    of_sets: int = Field(description="Sets of the exercise.")
    sessions: int = Field(description="Sessions that have it.")
    major_sets: int = Field(description="Sets in which it was major in some rep.")
    advice: str


class Totals(LogModel):
    """What a week adds up to; warm-ups left out."""

    sets: int
    reps: int
    volume_load_kg: float | None
    sets_without_weight: int
    time_under_tension_s: float | None
    sets_without_tension: int


class WeekView(LogModel):
    """A week: from Monday to Sunday, where the lifter is."""

    schema_: Literal["formcheck.log_week/1"] = Field(default=SCHEMA, alias="schema")
    lifter: str
    first_day: date
    last_day: date
    over: bool = Field(description="Whether no more sets can come.")
    begun: bool = Field(description="Whether its Monday has come.")
    warm_ups: int
    totals: Totals
    before: Totals = Field(description="The same of the week before.")
    patterns: dict[str, int]
    exercises: list[ExerciseWeek]
    sessions: list[SessionWeek]
    targets: list[Target]
    faults: list[FaultWeek]
    notes: list[str]


def week_view(
    entries: Sequence[Entry],
    day: date,
    *,
    today: date,
    lifter: str = "",
    zone: tzinfo | None = None,
) -> WeekView:
    """The week that a day lies in.

    A session belongs to the week in which it began.

    Args:
        entries: All sets of one lifter, of whatever time.
        day: Any day of the week.
        today: Today, where the lifter is.
        lifter: The lifter's name.
        zone: Where the lifter is; ``None`` for the zone of this machine.
    """
    first = week_of(day)
    every = sessions(entries, zone)
    mine = [one for one in every if week_of(one.day) == first]
    earlier = [one for one in every if week_of(one.day) == first - WEEK]
    working = [entry for one in mine for entry in one.working]
    over, begun = today >= first + WEEK, today >= first
    totals = _totals(working)
    return WeekView(
        lifter=lifter,
        first_day=first,
        last_day=first + WEEK - timedelta(days=1),
        over=over,
        begun=begun,
        warm_ups=sum(len(one.entries) - len(one.working) for one in mine),
        totals=totals,
        before=_totals([entry for one in earlier for entry in one.working]),
        patterns={kind: sum(e.pattern == kind for e in working) for kind in PATTERNS},
        exercises=_exercises(working),
        sessions=[_session(one) for one in mine],
        targets=standing(mine, working, "over" if over else "running" if begun else "ahead"),
        faults=_faults(mine),
        notes=_notes(totals),
    )


def _totals(working: Sequence[Entry]) -> Totals:
    return Totals(
        sets=len(working),
        reps=sum(entry.reps for entry in working),
        volume_load_kg=_rounded(volume_load_kg(working)),
        sets_without_weight=sum(entry.weight_kg is None for entry in working),
        time_under_tension_s=_rounded(tension_s(working)),
        sets_without_tension=sum(entry.time_under_tension_s is None for entry in working),
    )


def _exercises(working: Sequence[Entry]) -> list[ExerciseWeek]:
    names = sorted({entry.exercise for entry in working})
    return [_exercise(name, [e for e in working if e.exercise == name]) for name in names]


def _exercise(name: str, sets: Sequence[Entry]) -> ExerciseWeek:
    weights = [entry.weight_kg for entry in sets if entry.weight_kg is not None]
    return ExerciseWeek(
        exercise=name,
        pattern=sets[0].pattern,
        sets=len(sets),
        reps=sum(entry.reps for entry in sets),
        top_weight_kg=max(weights, default=None),
        volume_load_kg=_rounded(volume_load_kg(sets)),
        sets_without_weight=len(sets) - len(weights),
        time_under_tension_s=_rounded(tension_s(sets)),
        eccentric_s_mean=_rounded(mean_eccentric_s(sets)),
        score=_rounded(mean_score(sets)),
    )


def _session(one: TrainingSession) -> SessionWeek:
    return SessionWeek(
        day=one.day,
        sets=len(one.working),
        warm_ups=len(one.entries) - len(one.working),
        by_exercise=dict(Counter(entry.exercise for entry in one.working)),
    )


def _faults(mine: list[TrainingSession]) -> list[FaultWeek]:
    names = sorted({entry.exercise for one in mine for entry in one.working})
    found = [fault for name in names for fault in _faults_of(name, mine)]
    return sorted(found, key=lambda one: (-one.major_sets, -one.sets, one.exercise, one.code))


def _faults_of(name: str, mine: list[TrainingSession]) -> list[FaultWeek]:
    sets = [entry for one in mine for entry in one.of(name)]
    told = []
    for code in sorted({code for entry in sets for code in entry.faults}):
        having = [entry for entry in sets if code in entry.faults]
        visits = sum(any(code in entry.faults for entry in one.of(name)) for one in mine)
        often = len(having) >= max(2, OFTEN_SHARE * len(sets))
        if visits < 2 and not often:
            continue
        majors = [entry for entry in having if code in entry.major_faults]
        told.append(
            FaultWeek(
                exercise=name,
                code=code,
                sets=len(having),
                of_sets=len(sets),
                sessions=visits,
                major_sets=len(majors),
                advice=_fault_advice(code, name, majors),
            )
        )
    return told


def _fault_advice(code: str, exercise: str, majors: Sequence[Entry]) -> str:
    title = fault_title(code, exercise)
    if majors and all(entry.weight_kg == 0 for entry in majors):
        return f"{title}: {EASIER} until it is gone."
    if majors:
        return f"{title}: take less weight until it is gone."
    return f"{title}: hold the weight and work on this first."


def _notes(totals: Totals) -> list[str]:
    notes = []
    if totals.sets_without_weight:
        notes.append(
            f"{counted(totals.sets_without_weight, 'set')} of {totals.sets} without a weight: left "
            "out of the volume load (formcheck log edit ID --weight-kg X)."
        )
    if totals.sets_without_tension:
        notes.append(
            f"{counted(totals.sets_without_tension, 'set')} of {totals.sets} without a time under "
            "tension: left out of its sum."
        )
    return notes


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
