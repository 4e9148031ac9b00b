"""The suites: which clips they hold. Same seed, same plans, same pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from bodies import BODIES
from clothing import Outfit
from conditions import CONDITIONS, condition
from plans import EXERCISES, Filming, Plan

ACCURACY_EACH: Final = 32
_YAWS: Final = (0, 3, -4, 0, 6, -7, 18, 2, -18, 0, 8, -5, 27, 4, -2, -9, 15, -28, 7, 0)
_RATES: Final = (30, 30, 30, 24, 30, 60, 30, 30, 24, 30, 30)


def filming(exercise: str, equipment: str, random: np.random.Generator) -> Filming:
    """A camera and a room that suit an exercise."""
    wide, tall = (480, 360) if exercise in _LYING or equipment == "mat" else (360, 480)
    if equipment == "ghr_bench":
        wide, tall = 400, 448
    return Filming(
        width=wide,
        height=tall,
        distance_m=float(random.uniform(3.4, 5.2)),
        height_m=float(random.uniform(0.75, 1.25)),
        fill=float(random.uniform(0.74, 0.86)),
        noise=float(random.uniform(0.8, 2.4)),
        crf=int(random.integers(24, 31)),
        room=int(random.integers(4)),
        light=int(random.integers(4)),
    )


_LYING: Final = ("seated_leg_curl", "lying_leg_curl")


def outfit(index: int, random: np.random.Generator) -> Outfit:
    """Clothes; every second lifter wears wide ones."""
    return Outfit(
        loose=index % 2 == 1,
        skin=int(random.integers(5)),
        hair=int(random.integers(4)),
        shirt=int(random.integers(7)),
        shorts=int(random.integers(4)),
        shoes=int(random.integers(3)),
        leggings=bool(random.uniform() < 0.3),
    )


def equipment_of(exercise: str, index: int) -> str:
    """Equipment by turns."""
    turns = {
        "romanian_deadlift": ("barbell_30", "dumbbells", "barbell_30", "barbell_45", "dumbbells"),
        "good_morning": ("barbell_30", "barbell_30", "barbell_45", "barbell_20", "barbell_20"),
        "seated_leg_curl": ("machine", "machine", "machine_near", "machine"),
        "lying_leg_curl": ("bench", "bench", "bench_near", "bench"),
        "glute_ham_raise": ("ghr_bench", "mat"),
    }[exercise]
    return turns[index % len(turns)]


def accuracy(draw: int = 0) -> list[Plan]:
    """Exercise by exercise in turn, clean sets among the faults: any beginning is balanced.

    Args:
        draw: 0 is the suite whose figures are published; any other gives the same faults to other
            bodies, cameras, rooms and clothes, for figures on clips that nobody has looked at.
    """
    plans = []
    order = {exercise: _ways(exercise) for exercise in EXERCISES}
    for index in range(ACCURACY_EACH):
        for at, exercise in enumerate(EXERCISES):
            way = order[exercise][index]
            seed = 10_000 * draw + 1000 * (at + 1) + index
            rate = _RATES[(index + at) % len(_RATES)] if way != "tempo_drift" else 30
            random = np.random.default_rng(seed)
            body = tuple(BODIES)[(index + index // 8 + 3 * at + 3 * draw) % len(BODIES)]
            # Of the two kinds of raise each is seen clean and with every fault.
            turn = index // 2 + index if exercise == "glute_ham_raise" else index
            equipment = equipment_of(exercise, turn)
            lift = condition(exercise, way, random)
            if way == "squatting" and exercise == "romanian_deadlift":
                equipment = "dumbbells"
            if equipment == "mat" and way in ("clean", "hip_break", "slow", "fast"):
                lift = replace(lift, hands_help=True)
            if equipment == "mat" and way == "hip_break":
                # The head would meet the floor before the body is down.
                shorter = float(random.uniform(28.0, 31.0))
                lift = replace(lift, break_deg=shorter, knee_deg=(lift.knee_deg[0], 29.0))
            if equipment == "ghr_bench":
                lift = replace(lift, hands_help=False)
            if lift.reps == 2 and index % 3 == 0 and way not in ("slow",):
                lift = replace(lift, reps=3)
            film = filming(exercise, equipment, random)
            if rate == 60:
                lift = replace(lift, reps=min(lift.reps, 2) if not lift.faulty_reps else 3)
            yaw = _YAWS[(index + 4 * at + 7 * draw) % len(_YAWS)]
            if index < 5 and draw == 0:
                yaw = (0, 3, -4, 5, -2)[index]
            film = replace(
                film,
                yaw_deg=float(yaw + random.uniform(-1.0, 1.0)),
                fps=rate,
                variable_rate=rate == 30 and (index + at) % 6 == 4,
                blur=3 if (index + 2 * at) % 9 == 6 and rate < 60 else 1,
                facing="left" if (index + at) % 3 == 1 else "right",
            )
            if index >= 10 and index % 8 == 2:
                # As anywhere, some sets begin and end with something else.
                lift = replace(lift, **_around(exercise))
            clothes = outfit(index // 2 + at, random)
            name = f"{SHORT[exercise]}_{index:02d}_{way}"
            plans.append(Plan(name, seed, body, lift, equipment, clothes, film, notes=way))
    return plans


_BACKS: Final = ["rounded", "arched", "rounded_fast", "rounded", "rounded_late"]
SHORT: Final = {
    "romanian_deadlift": "rdl",
    "good_morning": "gm",
    "seated_leg_curl": "seated",
    "lying_leg_curl": "lying",
    "glute_ham_raise": "ghr",
}


def _ways(exercise: str) -> list[str]:
    """Clean, two faults, clean, two faults…, each fault in turn."""
    faults = [name for name in CONDITIONS[exercise] if name != "clean"]
    # Once every fault has been shown, the hinges show more backs: they are the hardest to judge.
    again = _BACKS if "rounded" in faults else faults
    shown = iter((*faults, *again * ACCURACY_EACH))
    ways: list[str] = []
    while len(ways) < ACCURACY_EACH:
        ways += ["clean", next(shown), next(shown)]
    return ways[:ACCURACY_EACH]


def _around(exercise: str) -> dict[str, Any]:
    if exercise == "romanian_deadlift":
        return {"before": "pick_up", "after": "park", "lead_s": 2.6, "tail_s": 5.8}
    if exercise == "good_morning":
        return {"before": "unrack", "after": "rerack", "lead_s": 3.2, "tail_s": 2.8}
    return {"before": "fidget", "lead_s": 3.6}
