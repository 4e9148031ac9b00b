"""An exercise session by session: which way it went, and what to do next. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo
from typing import Final, Literal

from pydantic import Field

from formcheck.report.wording import metric_name
from formcheck.training_log.compare import (
    Change,
    Form,
    Found,
    change_since,
    form_since,
    newly_unjudged,
)
from formcheck.training_log.entry import Entry
from formcheck.training_log.next_step import next_step
from formcheck.training_log.sessions import (
    mean_eccentric_s,
    mean_score,
    sessions,
    tension_s,
    volume_load_kg,
)
from formcheck.training_log.targets import LogModel, counted

SCHEMA: Final = "formcheck.log_progress/1"


class SessionProgress(LogModel):
    """An exercise in one session; warm-ups left out."""

    day: date
    sets: int
    top_weight_kg: float | None
    reps: list[int] = Field(description="Of each set at the top weight; of all without weights.")
    all_reps: int
    volume_load_kg: float | None
    sets_without_weight: int
    time_under_tension_s: float | None
    eccentric_s_mean: float | None
    score: float | None
    major_faults: list[str]
    change: Change = Field(description="Against the last comparable session.")
    form: Form = Field(description="Whether the form was held since then.")
    compared_with: date | None
    sentence: str


class ExerciseProgress(LogModel):
    """An exercise over time."""

    exercise: str
    pattern: str
    sessions: list[SessionProgress]
    next: str = Field(description="What to do next time.")
    limits: list[str] = Field(description="What cannot be said, and why.")


class ProgressView(LogModel):
    """Every exercise over time."""

    schema_: Literal["formcheck.log_progress/1"] = Field(default=SCHEMA, alias="schema")
    lifter: str
    exercises: list[ExerciseProgress]


def progress_view(
    entries: Sequence[Entry], *, lifter: str = "", zone: tzinfo | None = None
) -> ProgressView:
    """How each exercise went on.

    Args:
        entries: All sets of one lifter, of the exercises wanted.
        lifter: The lifter's name.
        zone: Where the lifter is; ``None`` for the zone of this machine.
    """
    visits = sessions(entries, zone)
    names = sorted({entry.exercise for one in visits for entry in one.working})
    each = [
        _exercise(name, [(one.day, one.of(name)) for one in visits if one.of(name)])
        for name in names
    ]
    return ProgressView(lifter=lifter, exercises=each)


def _exercise(name: str, visits: list[tuple[date, tuple[Entry, ...]]]) -> ExerciseProgress:
    told = [_session(day, sets, visits[:place]) for place, (day, sets) in enumerate(visits)]
    return ExerciseProgress(
        exercise=name,
        pattern=visits[-1][1][-1].pattern,
        sessions=told,
        next=next_step([sets for _, sets in visits], name),
        limits=_limits(name, visits),
    )


def _session(
    day: date, sets: tuple[Entry, ...], earlier: list[tuple[date, tuple[Entry, ...]]]
) -> SessionProgress:
    weights = [entry.weight_kg for entry in sets if entry.weight_kg is not None]
    top = max(weights, default=None)
    found = change_since(sets, earlier)
    form: Form = "unknown" if found.before is None else form_since(sets, found.before)
    return SessionProgress(
        day=day,
        sets=len(sets),
        top_weight_kg=top,
        reps=[entry.reps for entry in sets if entry.weight_kg == top],
        all_reps=sum(entry.reps for entry in sets),
        volume_load_kg=_rounded(volume_load_kg(sets)),
        sets_without_weight=len(sets) - len(weights),
        time_under_tension_s=_rounded(tension_s(sets)),
        eccentric_s_mean=_rounded(mean_eccentric_s(sets)),
        score=_rounded(mean_score(sets)),
        major_faults=sorted({code for entry in sets for code in entry.major_faults}),
        change=found.change,
        form=form,
        compared_with=found.day,
        sentence=f"{found.sentence} {_form(sets, found, form)}".strip(),
    )


def _form(sets: tuple[Entry, ...], found: Found, form: Form) -> str:
    """A sentence about the form; empty when there is nothing to compare it with."""
    if found.before is None:
        return ""
    if form == "held":
        return "The form was held."
    if form == "unknown":
        hidden = sorted(newly_unjudged(sets, found.before))
        names = "; ".join(metric_name(one, sets[0].exercise) for one in hidden)
        scored = all(mean_score(some) is not None for some in (sets, found.before))
        why = f"not judged this time: {names}" if scored else "a session has no score"
        return f"Whether the form was held cannot be told ({why})."
    more = found.change in ("weight", "reps", "sets", "time_under_tension")
    return f"The form was not held{', so it is no progress yet' if more else ''}."


def _limits(name: str, visits: list[tuple[date, tuple[Entry, ...]]]) -> list[str]:
    sets = [entry for _, one in visits for entry in one]
    limits = []
    if len(visits) == 1:
        limits.append("One session only: there is nothing to compare it with.")
    weightless = sum(entry.weight_kg is None for entry in sets)
    if weightless:
        limits.append(
            f"{counted(weightless, 'set')} of {len(sets)} without a weight, which is not taken for "
            "0 (formcheck log edit ID --weight-kg X)."
        )
    timeless = sum(entry.time_under_tension_s is None for entry in sets)
    if timeless:
        limits.append(
            f"{counted(timeless, 'set')} of {len(sets)} without a time under tension: its sum is "
            "too small by those."
        )
    unjudged = sorted({metric for entry in visits[-1][1] for metric in entry.not_assessed})
    if unjudged:
        names = "; ".join(dict.fromkeys(metric_name(metric, name) for metric in unjudged))
        limits.append(f"Not judged in some reps of the last session: {names}.")
    return limits


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
