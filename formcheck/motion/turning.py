"""Turning points of a movement: where it changes direction for good.

Nothing here knows an angle. A turning point is one that stands out against the clip's own
range of movement, so the same code serves a deep hinge, a shallow one and a leg curl.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.filters import derivative, fill_short_gaps, low_pass, runs

FloatArray = NDArray[np.float64]
Kind = Literal["top", "bottom"]

TURNING_CUTOFF_HZ: Final = 3.0
MIN_SHARE: Final = 0.40
"""Share of the clip's range that a movement must cover to be more than a wobble."""
BRIDGE_S: Final = 2.5
"""Longest absence of the lifter that a rep may span: a plate that hides the lower 40 % of a way
hides 1.5 s of a lowering in 3.5 s, half a second of rest and as much of the lift."""
CUT_RATE: Final = 1.6
"""Body heights a second: twice a body in free fall over a tenth of a second, so a cut."""
SETTLED_SHARE: Final = 0.25
"""How far a turning point at an edge of the clip may lie from the others, in ranges."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A turning point.

    Attributes:
        row: Index of the sample.
        kind: ``top`` where the hamstrings are short, ``bottom`` where they are long.
        level: Value of the drive signal there.
        at_edge: Whether it is the first or last sample of a stretch, so that the
            movement may have gone further than the clip shows.
    """

    row: int
    kind: Kind
    level: float
    at_edge: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the clip without a cut, with its turning points in turn.

    Attributes:
        first: Index of its first sample.
        past: Index past its last sample.
        drive: Smoothed and bridged drive signal of the whole clip, NaN outside the stretch.
        turns: Turning points, tops and bottoms alternating.
    """

    first: int
    past: int
    drive: FloatArray
    turns: tuple[Turn, ...]


def find_stretches(t_s: FloatArray, drive: FloatArray, min_range: float) -> list[Stretch]:
    """Cut a clip where it jumps and find the turning points of each stretch.

    Args:
        t_s: Shape (n,), seconds.
        drive: Shape (n,), the signal that rises towards the top of the exercise, body heights.
        min_range: Smallest movement that can be a rep, in units of ``drive``.

    Returns:
        Stretches that hold at least one movement, in order.
    """
    whole = fill_short_gaps(t_s, _without_jumps(t_s, drive), BRIDGE_S)
    calm = low_pass(t_s, whole, TURNING_CUTOFF_HZ)
    pieces = runs(np.isfinite(calm))
    spans = [float(np.ptp(calm[a:b])) for a, b in pieces]
    if not spans or max(spans) < min_range:
        return []
    step = max(MIN_SHARE * _typical_range(calm, pieces), min_range)
    found = []
    for first, past in pieces:
        turns = _zigzag(calm, first, past, step)
        if len(turns) >= 2:
            own = np.full(len(calm), np.nan)
            own[first:past] = calm[first:past]
            found.append(Stretch(first, past, own, tuple(turns)))
    return found


def _without_jumps(t_s: FloatArray, drive: FloatArray) -> FloatArray:
    """Blank what lies within a tenth of a second of a jump no body can make."""
    clean = np.array(drive, dtype=np.float64)
    rate = np.abs(derivative(t_s, drive))
    for row in np.flatnonzero(np.nan_to_num(rate) > CUT_RATE):
        clean[np.abs(t_s - t_s[row]) <= 0.1] = np.nan
    return clean


def _typical_range(calm: FloatArray, pieces: list[tuple[int, int]]) -> float:
    """Range of movement of the stretch that moves longest, by robust percentiles."""
    longest = max(pieces, key=lambda piece: (piece[1] - piece[0]) * np.ptp(calm[slice(*piece)]))
    low, high = np.percentile(calm[slice(*longest)], [3, 97])
    return float(high - low)


def _zigzag(calm: FloatArray, first: int, past: int, step: float) -> list[Turn]:
    """Alternating extremes that are at least ``step`` apart, ends included."""
    lowest = highest = first
    rows: list[tuple[int, Kind]] = []
    going: Kind | None = None
    for row in range(first, past):
        if calm[row] > calm[highest]:
            highest = row
        if calm[row] < calm[lowest]:
            lowest = row
        if going != "top" and calm[row] - calm[lowest] >= step:
            rows.append((lowest, "bottom"))
            going, highest = "top", row
            lowest = row
        elif going != "bottom" and calm[highest] - calm[row] >= step:
            rows.append((highest, "top"))
            going, lowest = "bottom", row
            highest = row
    if going is not None:
        rows.append((highest, "top") if going == "top" else (lowest, "bottom"))
    return [
        Turn(row, kind, float(calm[row]), row - first <= 1 or past - 1 - row <= 1)
        for row, kind in rows
    ]
