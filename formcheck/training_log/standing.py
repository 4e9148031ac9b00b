"""How a week stands to each of its targets, and what to do about it."""

from __future__ import annotations

from collections import Counter
from typing import Final

from formcheck.report.wording import exercise_title
from formcheck.training_log.entry import Entry
from formcheck.training_log.sessions import TrainingSession, mean_eccentric_s
from formcheck.training_log.targets import (
    BALANCE,
    LOWERING,
    REPS,
    SESSIONS,
    SETS,
    SETS_EACH,
    SHORTER,
    Status,
    Target,
    counted,
)

_HINGES: Final = "hinges (Romanian deadlift, good morning)"
_CURLS: Final = "knee flexion (curls, glute-ham raise)"


def standing(mine: list[TrainingSession], working: list[Entry], over: bool) -> list[Target]:
    """Every target of a week with the week's value and what to do.

    Args:
        mine: The sessions of the week.
        working: Their sets, warm-ups left out.
        over: Whether the week is over.
    """
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
    change = "do at least 3" if status == "below" else "do 4 at most"
    advice = f"{told}: {change} of an exercise in a session."
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
    change = _lighter(working) if status == "below" else "take more weight there"
    return REPS.target(mean, f"{'; '.join(parts)}: {change}.", status)


def _lighter(working: list[Entry]) -> str:
    """What to do about sets with too few reps; the body alone cannot be made lighter."""
    short = [entry for entry in working if entry.reps < REPS.low]
    bare = any(entry.weight_kg == 0 for entry in short)
    loaded = any(entry.weight_kg != 0 for entry in short)
    if not loaded:
        return SHORTER
    # As ``formcheck log progress`` says it.
    stay = f"stay at the weight until every set has {REPS.low:g}, and take less if that fails"
    return f"{stay}; with the body alone {SHORTER}" if bare else stay


def _balance_target(working: list[Entry], over: bool) -> Target:
    hinge = sum(entry.pattern == "hip_hinge" for entry in working)
    knee = sum(entry.pattern == "knee_flexion" for entry in working)
    if not hinge + knee:
        return BALANCE.target(None, "No hinge and no curl was done yet.")
    share = hinge / (hinge + knee)
    told = f"{hinge} hinge to {knee} knee flexion"
    advice = f"{told}: both kinds have their share."
    if BALANCE.status(share) != "within":
        advice = f"{told}: {_to_balance(hinge, knee, len(working), over)}."
    return BALANCE.target(share, advice)


def _to_balance(hinge: int, knee: int, total: int, over: bool) -> str:
    """What makes the commoner kind no more than twice as often, and no week too full."""
    (rare, kind), (common, other) = sorted(((hinge, _HINGES), (knee, _CURLS)))
    more = -(-common // 2) - rare
    if total + more <= SETS.high:
        when = "next week" if over else "before Sunday is over"
        return f"{counted(more, 'set')} more of {kind} {when} would balance it"
    # Each set that is swapped takes one there and gives one here.
    swap = f"{-(-(common - 2 * rare) // 3)} of the sets of {other} as {kind}"
    if not rare:
        return f"do {swap} next week"
    return f"leave out {counted(common - 2 * rare, 'set')} of {other} next week, or do {swap}"


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


def _majority(kinds: list[Status]) -> Status:
    return "below" if 2 * kinds.count("below") >= len(kinds) else "above"
