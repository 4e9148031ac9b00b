"""How the body is held: upright, hinged, seated, prone or kneeling, from its segments alone.

Each posture is a range of directions for trunk, thigh and shank. One frame cannot tell all of
them apart: at the bottom of a nordic curl the body lies as it does on a curl bench. Over a clip
what moves tells them apart, so both are given.

The ranges follow from the definition of each posture with 25 to 35 degrees of room, for benches
that slope and for bodies that are not held straight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.knee import Legs

FloatArray = NDArray[np.float64]
Range = tuple[float, float]
PostureName = Literal["upright", "hinged", "seated", "prone", "kneeling"]

POSTURES: Final[tuple[PostureName, ...]] = ("upright", "hinged", "seated", "prone", "kneeling")
BLUR_DEG: Final = 10.0
"""Standard deviation of the fall outside a range: landmark error and a tilted camera together."""
BELIEVED: Final = 0.45
"""A leg trusted less than this is not asked."""
SWING_PERCENTILES: Final = (5.0, 95.0)
UNBOUND: Final[Range] = (-np.inf, np.inf)
RANGES: Final[dict[PostureName, tuple[Range, Range, Range]]] = {
    "upright": ((-30.0, 30.0), (-35.0, 35.0), (-35.0, 45.0)),
    "hinged": ((30.0, 115.0), (-60.0, 20.0), (-35.0, 40.0)),
    "seated": ((-65.0, 45.0), (-125.0, -55.0), (-110.0, 60.0)),
    "prone": ((60.0, 130.0), (35.0, 140.0), (60.0, 240.0)),
    "kneeling": ((-25.0, 60.0), (-30.0, 60.0), (60.0, 135.0)),
}
"""Leans of trunk, thigh and shank, degrees from standing; positive is tipped forwards.

Seated: thighs level, shanks from stretched out to folded under the seat. Prone: thighs level or
sloping down on a cambered bench, heels from in line to the buttocks. Kneeling: shanks level, with
the foot behind the knee. Hinged: feet under the knees, trunk leaning.
"""


@dataclass(frozen=True, slots=True)
class Posture:
    """How a body is held over some frames.

    Attributes:
        share: For each of ``POSTURES``, the share of the frames in which it fits (0 to 1); what
            is left fits none of them.
        known: Share of the frames in which trunk and one leg could be believed.
        trunk_deg: Median lean of the trunk.
        thigh_deg: Median lean of the thigh.
        shank_deg: Median lean of the shank.
        trunk_swing_deg: How far the trunk swings, 5th to 95th percentile.
        thigh_swing_deg: The same of the thigh.
        shank_swing_deg: The same of the shank: large in curls and walking, small when kneeling.
    """

    share: dict[PostureName, float]
    known: float
    trunk_deg: float
    thigh_deg: float
    shank_deg: float
    trunk_swing_deg: float
    thigh_swing_deg: float
    shank_swing_deg: float


def posture_fit(legs: Legs) -> dict[PostureName, FloatArray]:
    """How well each posture fits each frame.

    Args:
        legs: The segments (``Signals.legs``).

    Returns:
        For each of ``POSTURES`` an array of shape (n,): 1 inside its ranges, falling to 0
        outside of them; NaN where neither leg can be believed.
    """
    leans = _leans(legs)
    return {name: _fit(leans, RANGES[name]) for name in POSTURES}


def measure_posture(
    legs: Legs, rows: NDArray[np.intp] | NDArray[np.bool_] | None = None
) -> Posture:
    """How the body is held over a clip, or over some of its frames.

    Args:
        legs: The segments (``Signals.legs``).
        rows: Indices or mask of the frames to look at; all of them when ``None``.
    """
    chosen = np.arange(len(legs.trunk_lean_deg)) if rows is None else np.asarray(rows)
    leans = _leans(legs)[chosen]
    known = np.isfinite(leans).all(axis=1)
    share: dict[PostureName, float] = {}
    best = np.full(len(leans), 0.5)
    winner = np.full(len(leans), -1)
    for place, name in enumerate(POSTURES):
        fit = np.nan_to_num(_fit(leans, RANGES[name]))
        winner = np.where(fit > best, place, winner)
        best = np.maximum(best, fit)
    for place, name in enumerate(POSTURES):
        share[name] = float((winner[known] == place).mean()) if known.any() else 0.0
    middle = [_percentile(leans[known, part], 50.0) for part in range(3)]
    low, high = (
        [_percentile(leans[known, part], at) for part in range(3)] for at in SWING_PERCENTILES
    )
    swing = [end - start for start, end in zip(low, high, strict=True)]
    return Posture(share, float(known.mean()) if len(known) else 0.0, *middle, *swing)


def _leans(legs: Legs) -> FloatArray:
    """Leans of trunk, thigh and shank, shape (n, 3), of the legs that can be believed."""
    weight = np.where(legs.trust >= BELIEVED, legs.trust, 0.0)
    total = weight.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        thigh, shank = (
            np.where(total > 0, (np.nan_to_num(lean) * weight).sum(axis=1) / total, np.nan)
            for lean in (legs.thigh_lean_deg, legs.shank_lean_deg)
        )
    trunk = np.where(total > 0, legs.trunk_lean_deg, np.nan)
    return np.column_stack([trunk, thigh, shank])


def _fit(leans: FloatArray, ranges: tuple[Range, Range, Range]) -> FloatArray:
    low, high = np.array(ranges).T
    outside = np.maximum(np.maximum(low - leans, leans - high), 0.0) / BLUR_DEG
    return np.asarray(np.exp(-0.5 * (outside**2).sum(axis=1)))


def _percentile(values: FloatArray, at: float) -> float:
    return float(np.percentile(values, at)) if len(values) else float("nan")
