"""A week of training against what a week should have. A pure function of the sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta, tzinfo
from typing import Final, Literal

from pydantic import Field

from formcheck.exercises.registry import PATTERNS
from formcheck.report.wording import exercise_title, fault_title
from formcheck.training_log.entry import Entry
from formcheck.training_log.sessions import (
    TrainingSession,
    mean_eccentric_s,
    mean_score,
    sessions,
    tension_s,
    volume_load_kg,
)
from formcheck.training_log.targets import (
    BALANCE,
    LOWERING,
    REPS,
    SESSIONS,
    SETS,
    SETS_EACH,
    LogModel,
    Status,
    Target,
    counted,
)
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
    over = today >= first + WEEK
    totals = _totals(working)
    return WeekView(
        lifter=lifter,
        first_day=first,
        last_day=first + WEEK - timedelta(days=1),
        over=over,
        warm_ups=sum(len(one.entries) - len(one.working) for one in mine),
        totals=totals,
        before=_totals([entry for one in earlier for entry in one.working]),
        patterns={kind: sum(e.pattern == kind for e in working) for kind in PATTERNS},
        exercises=_exercises(working),
        sessions=[_session(one) for one in mine],
        targets=_targets(mine, working, over),
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


def _targets(mine: list[TrainingSession], working: list[Entry], over: bool) -> list[Target]:
    return [
        _sets_target(len(working), over),
        _sessions_target(sum(bool(one.working) for one in mine), over),
        _each_target(mine),
        _reps_target(working),
        _balance_target(working, over),
        _lowering_target(working),
    ]


def _sets_target(count: int, over: bool) -> Target:
    least, most = SETS.low - count, SETS.high - count
    if SETS.status(count) == "above":
        return SETS.target(
            count, f"Leave out {counted(-most, 'set')} next week, or do fewer of each."
        )
    if SETS.status(count) == "within":
        room = f" Up to {most:g} more would still fit." if most and not over else ""
        return SETS.target(count, f"Enough work for a week.{room}")
    if over:
        return SETS.target(count, f"Plan {counted(least, 'set')} more next week.")
    return SETS.target(count, f"Do {counted(least, 'set')} more by Sunday, {most:g} at most.")


def _sessions_target(count: int, over: bool) -> Target:
    advice = {
        "below": "Train at least once next week." if over else "Train at least once by Sunday.",
        "above": "Put the work into three sessions or fewer, with days of rest between them.",
        "within": "As many sessions as the plan has.",
    }
    return SESSIONS.target(count, advice[SESSIONS.status(count)])


def _each_target(mine: list[TrainingSession]) -> Target:
    counts = [
        (counted(count, "set"), name, one.day, count)
        for one in mine
        for name, count in sorted(Counter(e.exercise for e in one.working).items())
    ]
    if not counts:
        return SETS_EACH.target(None, "Nothing was done yet that could be counted.")
    odd = [one for one in counts if SETS_EACH.status(one[3]) != "within"]
    values = [count for *_, count in counts]
    mean = sum(values) / len(values)
    if not odd:
        return SETS_EACH.target(mean, "Every exercise had 3 to 4 sets each time.", "within")
    status = _majority([SETS_EACH.status(count) for *_, count in odd])
    words, name, day, _ = next(one for one in odd if SETS_EACH.status(one[3]) == status)
    example = f"{words} of {exercise_title(name)} on {day.isoformat()}"
    told = f"{len(odd)} of {counted(len(counts), 'time')} not 3 to 4 sets ({example})"
    change = "do more of fewer exercises" if status == "below" else "do fewer of each"
    advice = f"{told}: {change} in a session."
    return SETS_EACH.target(mean, advice, status)


def _reps_target(working: list[Entry]) -> Target:
    if not working:
        return REPS.target(None, "No set was done yet.")
    mean = sum(entry.reps for entry in working) / len(working)
    low = sum(entry.reps < REPS.low for entry in working)
    high = sum(entry.reps > REPS.high for entry in working)
    if not low and not high:
        return REPS.target(mean, "Every set had 8 to 15 reps.", "within")
    status: Status = "below" if low >= high else "above"
    parts = [
        f"{counted(count, 'set')} of {len(working)} had {words}"
        for count, words in ((low, "fewer than 8 reps"), (high, "more than 15"))
        if count
    ]
    change = "take less weight" if status == "below" else "take more weight"
    return REPS.target(mean, f"{'; '.join(parts)}: {change} there.", status)


def _balance_target(working: list[Entry], over: bool) -> Target:
    hinge = sum(entry.pattern == "hip_hinge" for entry in working)
    knee = sum(entry.pattern == "knee_flexion" for entry in working)
    if not hinge + knee:
        return BALANCE.target(None, "No hinge and no curl was done yet.")
    share = hinge / (hinge + knee)
    told = f"{hinge} hinge to {knee} knee flexion"
    advice = f"{told}: both kinds have their share."
    if BALANCE.status(share) != "within":
        more, kind = _to_balance(hinge, knee)
        when = "next week" if over else "before Sunday is over"
        advice = f"{told}: {counted(more, 'set')} more of {kind} {when} would balance it."
    return BALANCE.target(share, advice)


def _to_balance(hinge: int, knee: int) -> tuple[int, str]:
    """How many sets the rarer kind lacks until the other is no more than twice as often."""
    fewer, kind = min(
        (hinge, "hinges (Romanian deadlift, good morning)"),
        (knee, "knee flexion (curls, glute-ham raise)"),
    )
    return -(-max(hinge, knee) // 2) - fewer, kind


def _lowering_target(working: list[Entry]) -> Target:
    value = mean_eccentric_s(working)
    missing = sum(entry.eccentric_s_mean is None for entry in working)
    left_out = f" ({counted(missing, 'set')} without a time left out)" if missing else ""
    # As it is shown: 2.96 is told as 3.0 and is not said to be below it.
    shown = None if value is None else round(value, 1)
    advice = {
        "unknown": "No lowering could be timed.",
        "below": f"Lower more slowly: count to three on the way down{left_out}.",
        "above": f"Lower a little faster; beyond 4 s it costs reps{left_out}.",
        "within": f"Lowered in the time asked for{left_out}.",
    }
    return LOWERING.target(shown, advice[LOWERING.status(shown)])


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
        majors = sum(code in entry.major_faults for entry in having)
        told.append(
            FaultWeek(
                exercise=name,
                code=code,
                sets=len(having),
                of_sets=len(sets),
                sessions=visits,
                major_sets=majors,
                advice=_fault_advice(code, name, majors),
            )
        )
    return told


def _fault_advice(code: str, exercise: str, majors: int) -> str:
    title = fault_title(code, exercise)
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


def _majority(kinds: list[Status]) -> Status:
    return "below" if 2 * kinds.count("below") >= len(kinds) else "above"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
