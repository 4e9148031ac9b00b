"""Whether the feet of who stands are where they stand: on plates, legs keep a body's lengths."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.body import Body
from formcheck.pose.landmarks import Landmark

FloatArray = NDArray[np.float64]

UPRIGHT_DEG: Final = 25.0
"""A trunk that leans less holds the plates of a bar at the thighs at most, above the feet."""
FOOT_TOLERANCE_THIGHS: Final = 0.15
"""How far ankle and heel of who stands may both seem to be from their places before they lose
most of their trust: 6 cm at 1.75 m of height. Feet that nothing hides seem to move by up to 0.16
(``sample_videos/rdl_rounded_fast.mp4``).

Plates that hang before the shins draw the whole leg along, with a body's lengths. Without this the
knee at the bottom of rendered hinges was off by 6.4 degrees on average, with it by 4.2
(docs/accuracy.md).
"""
STRAYING_SHARE: Final = 1.0 / 3.0
"""Share of a bend in which a foot that is away makes the leg doubtful for all of it: plates that
have it at the bottom have drawn it along on the way."""
_FEET: Final = (
    (Landmark.LEFT_ANKLE, Landmark.LEFT_HEEL),
    (Landmark.RIGHT_ANKLE, Landmark.RIGHT_HEEL),
)


def standing_trust(
    t_s: FloatArray, points: FloatArray, trunk_deg: FloatArray, body: Body
) -> FloatArray:
    """How far each leg can be believed by its foot: it is where the upright lifter had it.

    Args:
        t_s: Shape (n,), seconds.
        points: Shape (n, 33, 2), smoothed landmarks in pixels.
        trunk_deg: Shape (n,), lean of the trunk.
        body: The lifter's lengths.

    Returns:
        Shape (n, 2) for left and right: 1 = where it stood, 0 = elsewhere. Bent over, its place is
        that of the upright frames before and after, so that steps between reps and a slow pan cost
        nothing; a bend in which it strays for a while is doubted as a whole. 1 where the lifter is
        never seen upright, or the foot not at all.
    """
    with np.errstate(invalid="ignore"):
        upright = np.abs(trunk_deg) <= UPRIGHT_DEG
    # A heel may rise and an ankle's landmark slip; plates take both along.
    away = np.column_stack(
        [np.fmin(*(_away(t_s, points[:, part], upright) for part in foot)) for foot in _FEET]
    )
    moved = np.nan_to_num(away / body.thigh_px)
    return _bend_by_bend(np.exp(-0.5 * (moved / FOOT_TOLERANCE_THIGHS) ** 2), upright)


def _bend_by_bend(trust: FloatArray, upright: NDArray[np.bool_]) -> FloatArray:
    """Believe a leg from one standing to the next no more than where its foot strays."""
    edges = np.flatnonzero(np.diff(~upright, prepend=False, append=False))
    least = trust.copy()
    for start, end in edges.reshape(-1, 2):
        strays = np.quantile(trust[start:end], STRAYING_SHARE, axis=0)
        least[start:end] = np.minimum(trust[start:end], strays)
    return least


def _away(t_s: FloatArray, place: FloatArray, upright: NDArray[np.bool_]) -> FloatArray:
    """How far a point is from its place in the upright frames before and after, pixels."""
    shown = upright & np.isfinite(place).all(axis=1)
    if not shown.any():
        return np.full(len(t_s), np.nan)
    stood = np.column_stack([np.interp(t_s, t_s[shown], place[shown, axis]) for axis in range(2)])
    return np.asarray(np.hypot(*(place - stood).T))
