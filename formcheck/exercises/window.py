"""The parts of a rep that its metrics are read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.rep import Rep

FloatArray = NDArray[np.float64]
Rows = NDArray[np.intp]

BOTTOM_SHARE: Final = 0.12
TOP_SHARE: Final = 0.10
"""Shares of a rep's own range that count as its bottom and as its top."""


@dataclass(frozen=True, slots=True)
class RepWindow:
    """Rows of the signals that belong to a rep.

    Attributes:
        every: All rows of the rep.
        top: Rows at its top; empty when the clip does not show it.
        bottom: Rows at its bottom.
        drive: The drive signal of the whole clip.
    """

    every: Rows
    top: Rows
    bottom: Rows
    drive: FloatArray


def rep_window(t_s: FloatArray, drive: FloatArray, rep: Rep) -> RepWindow:
    """Find a rep's rows.

    Args:
        t_s: Shape (n,), seconds.
        drive: Shape (n,), high at the top of the exercise; NaN where unknown.
        rep: The rep.
    """
    every = np.flatnonzero((t_s >= rep.start_s) & (t_s <= rep.end_s))
    known = every[np.isfinite(drive[every])]
    if not len(known):
        return RepWindow(every, known, known, drive)
    low, high = float(drive[known].min()), float(drive[known].max())
    span = high - low
    return RepWindow(
        every=every,
        top=known[drive[known] >= high - TOP_SHARE * span],
        bottom=known[drive[known] <= low + BOTTOM_SHARE * span],
        drive=drive,
    )


def middle(values: FloatArray, rows: Rows) -> float:
    """Median of the known values in some rows; NaN when there is none."""
    known = values[rows]
    known = known[np.isfinite(known)]
    return float(np.median(known)) if len(known) else float("nan")


def scatter(values: FloatArray, rows: Rows) -> float:
    """Robust standard deviation of the known values in some rows; NaN for fewer than three."""
    known = values[rows]
    known = known[np.isfinite(known)]
    if len(known) < 3:
        return float("nan")
    return 1.4826 * float(np.median(np.abs(known - np.median(known))))


def median_error(values: FloatArray, rows: Rows) -> float:
    """Standard error of ``middle``.

    Neighbouring frames are alike after filtering, so one sample in three counts as independent.
    """
    count = int(np.isfinite(values[rows]).sum())
    return scatter(values, rows) / float(np.sqrt(max(1.0, count / 3.0)))
