"""What tells the knee exercises from each other: how the body lies, and which segment moves."""

from __future__ import annotations

from typing import Final

import numpy as np

from formcheck.exercises.knee_flexion import Kind
from formcheck.exercises.recognition_likeness import Likeness, sign
from formcheck.motion.posture import measure_posture
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals

POSTURE_SHARE: Final = 0.7
SHARE_BLUR: Final = 0.15
RESTING_SWING_DEG: Final = 35.0
"""Swing of a segment that a pad or a strap holds: straps give, landmarks wander."""
MOVING_SWING_DEG: Final = 30.0
SWING_BLUR_DEG: Final = 10.0
MOST_HIP_TRAVEL: Final = 0.50
"""Way that the hips of who bends a shank alone make in a rep, thigh lengths: 21 cm at 1.75 m of
height. Hips that lift off the pad or slide on it, which is a fault, make 0.23 to 0.35 (rendered
curls); lunges and chairs that are left take the hips up by the better part of a thigh."""
HIP_TRAVEL_BLUR: Final = 0.10
HIP_TRAVEL_PERCENTILES: Final = (5.0, 95.0)


def knee_likeness(signals: Signals, reps: list[Rep], kind: Kind) -> Likeness:
    """How far a clip looks like a knee exercise: posture held, one segment moves, one rests."""
    t_s = signals.t_s
    rows = np.zeros(len(t_s), dtype=bool)
    for rep in reps:
        rows |= (t_s >= rep.start_s) & (t_s <= rep.end_s)
    posture = measure_posture(signals.legs, rows)
    share = sum(posture.share[name] for name in kind.postures)
    swings = {"shank": posture.shank_swing_deg, "thigh": posture.thigh_swing_deg}
    resting = "thigh" if kind.moving == "shank" else "shank"
    name = " or ".join(kind.postures)
    signs = [
        sign(f"body {name}", share, POSTURE_SHARE, blur=SHARE_BLUR),
        sign(f"{kind.moving} moves", swings[kind.moving], MOVING_SWING_DEG, blur=SWING_BLUR_DEG),
        sign(f"{resting} rests", swings[resting], high=RESTING_SWING_DEG, blur=SWING_BLUR_DEG),
    ]
    if kind.moving == "shank":
        way = _hip_travel(signals, reps)
        signs.append(sign("hips stay", way, high=MOST_HIP_TRAVEL, blur=HIP_TRAVEL_BLUR))
    return Likeness(tuple(signs))


def _hip_travel(signals: Signals, reps: list[Rep]) -> float:
    """Way of the hip that moves less, median over the reps, thigh lengths; NaN where unseen."""
    legs, ways = signals.legs, []
    for rep in reps:
        inside = (signals.t_s >= rep.start_s) & (signals.t_s <= rep.end_s)
        places = np.stack([legs.hip_x_thighs[inside], legs.hip_y_thighs[inside]])
        places = places[:, np.isfinite(places).all(axis=(0, 2))]
        if places.shape[1]:
            low, high = np.percentile(places, HIP_TRAVEL_PERCENTILES, axis=1)
            ways.append(float(np.hypot(*(high - low)).min()))
    return float(np.median(ways)) if ways else float("nan")
