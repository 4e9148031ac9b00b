"""Named ways of doing an exercise: clean, and with each fault that the exercise has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from performance import HINGES
from plans import Lift

_FAST: Final = (1.75, 0.4, 1.1, 0.7)
_SLOW: Final = (5.2, 0.6, 1.5, 0.7)
_BOUNCING: Final = (1.5, 0.0, 0.9, 0.8)

_HINGE: Final = (
    "clean",
    "rounded",
    "fast",
    "shallow",
    "arched",
    "bounce",
    "knees_locked",
    "lockout_lean",
    "tempo_drift",
    "rounded_late",
    "slow",
    "rounded_fast",
)
_TEMPO: Final = ("fast", "bounce", "tempo_drift", "slow")
CONDITIONS: Final[dict[str, tuple[str, ...]]] = {
    "romanian_deadlift": (*_HINGE[:3], "squatting", *_HINGE[3:], "bar_drift", "hips_not_back"),
    "good_morning": _HINGE,
    "seated_leg_curl": ("clean", "range_short", "hips_shift", *_TEMPO),
    "lying_leg_curl": ("clean", "range_short", "hips_lift", *_TEMPO),
    "glute_ham_raise": ("clean", "hip_break", "drop", "range_short", *_TEMPO),
}
"""Ways of each exercise, the most telling first. A good morning whose hinge ratio is that of a
squat is a back squat, and cannot be told from one; with the bar on the back the hips must go back,
or the lifter falls over."""


def base(exercise: str, random: np.random.Generator) -> Lift:
    """A clean set; depth, knee bend and tempo differ from lifter to lifter."""
    stretched, concentric, top = random.uniform((0.35, 1.0, 0.5), (0.8, 1.7, 0.9)).round(2).tolist()
    lift = Lift(exercise, phases_s=(3.45, stretched, concentric, top))
    between = random.uniform
    if exercise == "romanian_deadlift":
        knee = between(4.0, 8.0), between(18.0, 25.0)
        trunk = between(-3.0, 0.0), between(63.0, 73.0)
    elif exercise == "good_morning":
        knee = between(4.0, 8.0), between(18.0, 24.0)
        trunk = between(0.0, 4.0), between(57.0, 68.0)
    elif exercise == "seated_leg_curl":
        trunk = (between(-24.0, -10.0),) * 2
        knee = between(4.0, 10.0), between(112.0, 117.0)
    elif exercise == "lying_leg_curl":
        trunk = 90.0, 90.0
        knee = between(4.0, 10.0), between(112.0, 120.0)
    else:
        trunk = 0.0, 0.0
        knee = between(85.0, 90.0), between(10.0, 20.0)
    lift = replace(lift, knee_deg=knee, trunk_deg=trunk, hip_deg=between(0.0, 6.0))
    if exercise in HINGES:
        lift = replace(lift, flattened=between(0.55, 1.05))
    return lift


def condition(exercise: str, name: str, random: np.random.Generator) -> Lift:
    """A set of an exercise in a named way.

    Raises:
        ValueError: The exercise has no such way.
    """
    if name not in CONDITIONS[exercise]:
        raise ValueError(f"{exercise} has no way {name!r}; it has {CONDITIONS[exercise]}")
    lift = base(exercise, random)
    spine, tempo = _spine(name, random), _tempo(name, lift, random)
    return replace(lift, **spine, **tempo, **_movement(exercise, name, lift, random))


def _spine(name: str, random: np.random.Generator) -> dict[str, Any]:
    match name:
        case "rounded":
            return {"lumbar_deg": random.uniform(22, 32), "thoracic_deg": random.uniform(0, 22)}
        case "rounded_fast":
            return {"lumbar_deg": random.uniform(24, 32), "thoracic_deg": random.uniform(5, 20)}
        case "rounded_late":
            return {"lumbar_deg": random.uniform(24, 32), "reps": 3, "faulty_reps": (3,)}
        case "arched":
            return {"lumbar_deg": random.uniform(-34, -25), "thoracic_deg": random.uniform(-10, 0)}
    return {}


def _tempo(name: str, lift: Lift, random: np.random.Generator) -> dict[str, Any]:
    match name:
        case "fast" | "rounded_fast":
            return {"phases_s": _FAST}
        case "slow":
            return {"phases_s": _SLOW}
        case "bounce":
            return {"phases_s": _BOUNCING, "bounce": True, "reps": 3}
        case "tempo_drift":
            return {"reps": 4, "drift": random.uniform(0.48, 0.6)}
        case "lockout_lean":
            return {"phases_s": (*lift.phases_s[:3], 1.3)}
    return {}


def _movement(exercise: str, name: str, lift: Lift, random: np.random.Generator) -> dict[str, Any]:
    top_deg, straight_deg = lift.trunk_deg[0], lift.knee_deg[0]
    match name:
        case "squatting":
            knee, trunk = random.uniform(92.0, 98.0), random.uniform(11.0, 15.0)
            # The hands hang beside the thighs, or the thighs would be in their way.
            return {"knee_deg": (6.0, knee), "trunk_deg": (0.0, trunk), "ahead_m": -0.16}
        case "shallow":
            return {"trunk_deg": (top_deg, 32.0), "knee_deg": (5.0, 17.0)}
        case "knees_locked":
            return {"knee_deg": (2.0, 1.0)}
        case "lockout_lean":
            return {"lean_back_deg": random.uniform(18.0, 23.0)}
        case "bar_drift":
            return {"ahead_m": random.uniform(0.15, 0.20)}
        case "hips_not_back":
            return {"trunk_deg": (top_deg, 58.0), "knee_deg": (5.0, 22.0), "toes_m": 0.128}
        case "range_short" if exercise == "glute_ham_raise":
            return {"knee_deg": (88.0, random.uniform(52.0, 60.0))}
        case "range_short":
            return {"knee_deg": (straight_deg, random.uniform(56.0, 68.0))}
        case "hips_shift":
            return {"slide_m": random.uniform(0.09, 0.12), "rock_deg": random.uniform(17.0, 22.0)}
        case "hips_lift":
            return {"lift_deg": random.uniform(15.0, 20.0)}
        case "hip_break":
            return {"break_deg": random.uniform(34.0, 45.0)}
        case "drop":
            return {"drop": random.uniform(0.42, 0.6), "hands_help": True}
    return {}
