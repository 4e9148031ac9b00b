"""One session of an exercise against an earlier one: more weight, more reps, more time, or less."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from formcheck.training_log.entry import Entry
from formcheck.training_log.sessions import mean_score
from formcheck.training_log.targets import counted
from formcheck.training_log.times import day_words

Change = Literal["first", "weight", "reps", "sets", "time_under_tension", "same", "less", "unknown"]
Form = Literal["held", "not_held", "unknown"]
TENSION_SHARE: Final = 0.1
"""Times under tension that differ by less are the same: a boundary of a phase is known to some
hundredths of a second, and no two reps of a lifter last equally long."""
SCORE_DROP: Final = 10.0
"""A score that fell by this or more is clearly down: what a minor fault in every rep costs."""
_SAME_KG: Final = 0.05
Visit = tuple[date, tuple[Entry, ...]]


@dataclass(frozen=True, slots=True)
class Found:
    """Which way an exercise went.

    Attributes:
        change: Which way.
        sentence: The same for a person.
        day: Day of the session it was compared with, if there was one.
        before: The sets of that session.
    """

    change: Change
    sentence: str
    day: date | None = None
    before: tuple[Entry, ...] | None = None


def change_since(sets: Sequence[Entry], earlier: Sequence[Visit]) -> Found:
    """Compare a session with the last one before it whose weights are known.

    Args:
        sets: The sets of one exercise in the session, warm-ups left out.
        earlier: The sessions of that exercise before it, in order.
    """
    if not earlier:
        return Found("first", "The first session in the log.")
    top = top_weight_kg(sets)
    if top is None:
        return Found("unknown", "No weight was told, so there is no telling which way it went.")
    known = next((one for one in reversed(earlier) if top_weight_kg(one[1]) is not None), None)
    if known is None:
        return Found("unknown", "No session before it has a weight to compare with.")
    day, before = known
    change, words = _compared(sets, before, top)
    return Found(change, f"Since {day_words(day)}: {words}", day, before)


def form_since(sets: Sequence[Entry], before: Sequence[Entry]) -> Form:
    """Whether the form was held: no new major fault, and no score that is clearly down.

    What was judged then and not now may hide a fault.
    """
    new = _majors(sets) - _majors(before)
    now, then = mean_score(sets), mean_score(before)
    if new:
        return "not_held"
    if now is None or then is None:
        return "unknown"
    if then - now >= SCORE_DROP:
        return "not_held"
    return "unknown" if newly_unjudged(sets, before) else "held"


def newly_unjudged(sets: Sequence[Entry], before: Sequence[Entry]) -> set[str]:
    """Metrics that could not be judged in some rep, and could in all of an earlier session."""
    now, then = ({name for e in some for name in e.not_assessed} for some in (sets, before))
    return now - then


def top_weight_kg(sets: Sequence[Entry]) -> float | None:
    """The greatest weight told; ``None`` when none was."""
    return max((entry.weight_kg for entry in sets if entry.weight_kg is not None), default=None)


def at_weight(sets: Sequence[Entry], weight_kg: float) -> list[Entry]:
    """The sets with a weight, in order of time."""
    return [e for e in sets if e.weight_kg is not None and abs(e.weight_kg - weight_kg) < _SAME_KG]


def _compared(sets: Sequence[Entry], before: Sequence[Entry], top: float) -> tuple[Change, str]:
    then = top_weight_kg(before)
    assert then is not None
    if top > then + _SAME_KG:
        return "weight", f"{top - then:g} kg more ({then:g} to {top:g} kg)."
    if top < then - _SAME_KG:
        return "less", f"{then - top:g} kg less ({then:g} to {top:g} kg)."
    return _same_weight(at_weight(sets, top), at_weight(before, top), top)


def _same_weight(now: list[Entry], then: list[Entry], top: float) -> tuple[Change, str]:
    """Set against set, as many as both sessions have at that weight."""
    pairs = list(zip(now, then, strict=False))
    reps = sum(one.reps - other.reps for one, other in pairs)
    sets = len(now) - len(then)
    place = f"at {top:g} kg" if top else "with the body alone"
    which = f"in the first {f'{len(pairs)} sets' if len(pairs) > 1 else 'set'} {place}"
    if reps > 0:
        return "reps", f"{counted(reps, 'rep')} more {which}."
    if reps < 0:
        return "less", f"{counted(-reps, 'rep')} fewer {which}."
    if sets > 0:
        return "sets", f"as many reps, and {counted(sets, 'set')} more {place}."
    if sets < 0:
        return "less", f"{counted(-sets, 'set')} fewer {place}."
    return _same_reps(pairs, which)


def _same_reps(pairs: list[tuple[Entry, Entry]], which: str) -> tuple[Change, str]:
    """By the time under tension, if every set has one."""
    now_s = sum(one.time_under_tension_s or math.nan for one, _ in pairs)
    then_s = sum(other.time_under_tension_s or math.nan for _, other in pairs)
    more_s = now_s - then_s
    if more_s > TENSION_SHARE * then_s:
        return "time_under_tension", f"as many reps, {more_s:.0f} s more under tension {which}."
    if -more_s > TENSION_SHARE * then_s:
        return "less", f"as many reps, {-more_s:.0f} s less under tension {which}."
    return "same", f"the same weight and reps ({which})."


def _majors(sets: Sequence[Entry]) -> set[str]:
    return {code for entry in sets for code in entry.major_faults}
