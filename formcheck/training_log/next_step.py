"""What to do in the next session of an exercise: mend, slow down, add reps, or add weight.

Double progression: at one weight the reps grow to the top of their range, then the weight grows
and the reps begin again. Weight is added by 2 to 10 % (ACSM 2009, Med Sci Sports Exerc 41:687-708:
when one or two reps more than wanted can be done) and after two such sessions, as in the
two-for-two rule (Haff and Triplett 2016, Essentials of Strength Training and Conditioning, ch. 17).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from formcheck.report.wording import fault_title
from formcheck.training_log.compare import at_weight, top_weight_kg
from formcheck.training_log.entry import Entry
from formcheck.training_log.sessions import mean_eccentric_s
from formcheck.training_log.targets import EASIER, LOWERING, REPS, SHORTER

STEP_SHARE: Final = (0.02, 0.10)
"""By so much a weight may grow at a time (ACSM 2009)."""
PLATE_KG: Final = 0.5
"""Weights in a gym come in steps; this is a small one."""


def next_step(visits: Sequence[Sequence[Entry]], exercise: str) -> str:
    """One or two sentences of what to do next time.

    Args:
        visits: The sets of each session of an exercise, in order, warm-ups left out; at least one.
        exercise: Its name.
    """
    last = visits[-1]
    top = top_weight_kg(last)
    held = _held(top)
    majors = sorted({code for entry in last for code in entry.major_faults})
    if majors:
        names = "; ".join(fault_title(code, exercise) for code in majors)
        lighter = f"{held}, {EASIER}," if top == 0 else f"{held}, or take less,"
        return f"{lighter} and mend this first: {names}."
    lowered_s = mean_eccentric_s(last)
    if lowered_s is not None and round(lowered_s, 1) < LOWERING.low:
        return (
            f"{held} and lower in 3 to 4 s ({lowered_s:.1f} s last time) before anything is added."
        )
    if top is None:
        how = "--weight-kg, 0 for the body alone"
        return f"Log the weight ({how}): without it there is no saying what to add."
    return _more(visits, top, held)


def _held(top: float | None) -> str:
    if top is None:
        return "Hold the weight"
    return f"Stay at {top:g} kg" if top else "Stay with the body alone"


def _more(visits: Sequence[Sequence[Entry]], top: float, held: str) -> str:
    least, most = REPS.low, REPS.high
    reps = [entry.reps for entry in at_weight(visits[-1], top)]
    done = ", ".join(map(str, reps))
    if min(reps) < least:
        if not top:
            return f"{held}: {SHORTER} ({done} last time)."
        stay = f"{held} until every set has {least:g} reps ({done} last time)"
        return f"{stay}. If that fails, take {_lighter(top)}."
    if min(reps) < most:
        return f"{held} and add a rep where you can ({done} last time), up to {most:g} in each set."
    if not top:
        return f"Every set had {most:g} reps or more with your own weight: add a little weight."
    if _ready(visits[-2:], top):
        return (
            f"Add weight: {_heavier(top)} (2 to 10 %), and begin again at {least:g} reps or more. "
            f"Every set had {most:g} reps or more in two sessions."
        )
    again = f"when every set has {most:g} reps again ({done} last time), add 2 to 10 %"
    return f"{held} once more: {again}."


def _ready(visits: Sequence[Sequence[Entry]], top: float) -> bool:
    """Whether two sessions at this weight reached the top of the range in every set of it."""
    if len(visits) < 2:
        return False
    return all(
        top_weight_kg(sets) == top and all(e.reps >= REPS.high for e in at_weight(sets, top))
        for sets in visits
    )


def _heavier(top: float) -> str:
    low, high = (top * (1 + share) for share in STEP_SHARE)
    least = math.ceil(round(low / PLATE_KG, 6)) * PLATE_KG
    most = max(least, math.floor(round(high / PLATE_KG, 6)) * PLATE_KG)
    return f"{least:g} kg" if least == most else f"{least:g} to {most:g} kg"


def _lighter(top: float) -> str:
    return f"{math.floor(round(top * (1 - STEP_SHARE[1]) / PLATE_KG, 6)) * PLATE_KG:g} kg"
