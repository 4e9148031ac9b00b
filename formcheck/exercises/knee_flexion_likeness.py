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
    return Likeness(
        (
            sign(f"body {name}", share, POSTURE_SHARE, blur=SHARE_BLUR),
            sign(
                f"{kind.moving} moves", swings[kind.moving], MOVING_SWING_DEG, blur=SWING_BLUR_DEG
            ),
            sign(f"{resting} rests", swings[resting], high=RESTING_SWING_DEG, blur=SWING_BLUR_DEG),
        )
    )
