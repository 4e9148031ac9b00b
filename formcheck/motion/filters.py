"""Filling and smoothing of signals sampled at uneven times. Missing is NaN."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

CUTOFF_HZ: Final = 6.0
"""Low-pass cut-off for body movement at lifting speed.

Source: Winter, Biomechanics and Motor Control of Human Movement, 4th ed. 2009, section 2.2.4:
fourth-order zero-lag Butterworth, 4 to 8 Hz for human movement.
"""
MAX_GAP_S: Final = 0.25
"""Longest gap that is filled: shorter than any phase of a rep that is judged."""

FloatArray = NDArray[np.float64]


def fill_short_gaps(
    t_s: FloatArray, values: FloatArray, max_gap_s: float = MAX_GAP_S
) -> FloatArray:
    """Bridge short runs of NaN with straight lines in time.

    Args:
        t_s: Shape (n,), strictly increasing.
        values: Shape (n,) or (n, k).
        max_gap_s: Longest distance in seconds between the two samples that a line may join.

    Returns:
        A copy; runs that are longer, or touch an end, stay NaN.
    """
    filled = np.array(values, dtype=np.float64)
    for column in filled.reshape(len(t_s), -1).T:
        known = np.flatnonzero(np.isfinite(column))
        for before, after in known[np.flatnonzero(np.diff(known) > 1)[:, None] + (0, 1)]:
            if t_s[after] - t_s[before] <= max_gap_s:
                inside = slice(before + 1, after)
                column[inside] = np.interp(
                    t_s[inside], t_s[[before, after]], column[[before, after]]
                )
    return filled


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches of ``True``.

    Returns:
        Pairs ``(first, past)`` of indices, in order.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def despike(values: FloatArray, width: int = 5, limit: float = 3.5) -> FloatArray:
    """Turn isolated outliers into NaN (Hampel's rule).

    Args:
        values: Shape (n,) or (n, k).
        width: Odd number of samples in the running median.
        limit: Distance from the running median, in robust standard deviations of the
            residuals (1.4826 times their median), past which a sample is dropped.

    Returns:
        A copy.
    """
    # Imported here: SciPy takes half a second, which the pose model's work can cover.
    from scipy.ndimage import median_filter

    cleaned = np.array(values, dtype=np.float64)
    for column in np.atleast_2d(cleaned.T):
        for first, past in runs(np.isfinite(column)):
            if past - first < width:
                continue
            piece = column[first:past]
            rest = np.abs(piece - median_filter(piece, size=width, mode="nearest"))
            spread = 1.4826 * float(np.median(rest[rest > 0])) if np.any(rest > 0) else 0.0
            piece[rest > max(limit * spread, 1e-12)] = np.nan
    return cleaned


def low_pass(t_s: FloatArray, values: FloatArray, cutoff_hz: float = CUTOFF_HZ) -> FloatArray:
    """Smooth without delay, on true time.

    Each gapless stretch is put on an even grid, filtered forwards and backwards with a
    second-order Butterworth (fourth order, zero lag in all) and read off at its own times.

    Args:
        t_s: Shape (n,), strictly increasing, may be uneven.
        values: Shape (n,) or (n, k), NaN where missing; gaps are kept.
        cutoff_hz: Half-power frequency of one pass.

    Returns:
        As ``values``. Stretches of fewer than 8 samples are returned unfiltered.
    """
    smooth = np.array(values, dtype=np.float64)
    if len(t_s) < 2:
        return smooth
    step_s = float(np.median(np.diff(t_s)))
    columns = smooth.reshape(len(t_s), -1)
    known = np.isfinite(columns)
    # Columns with the same gaps go through the filter together: calling it costs more than its
    # work.
    alike: dict[bytes, list[int]] = {}
    for column, mask in enumerate(known.T):
        alike.setdefault(mask.tobytes(), []).append(column)
    for together in alike.values():
        for first, past in runs(known[:, together[0]]):
            if past - first >= 8:
                columns[first:past, together] = _smooth_piece(
                    t_s[first:past], columns[first:past, together], step_s, cutoff_hz
                )
    return smooth


def _smooth_piece(
    t_s: FloatArray, piece: FloatArray, step_s: float, cutoff_hz: float
) -> FloatArray:
    """Filter a stretch without gaps, shape (m, k)."""
    # Imported here: SciPy takes half a second, which the pose model's work can cover.
    from scipy.signal import sosfiltfilt

    span_s = t_s[-1] - t_s[0]
    even_s = np.linspace(t_s[0], t_s[-1], max(8, round(span_s / step_s) + 1))
    rate_hz = (len(even_s) - 1) / span_s
    if cutoff_hz >= 0.45 * rate_hz:
        return piece
    sections = _butterworth(cutoff_hz, rate_hz)
    even = np.array([np.interp(even_s, t_s, column) for column in piece.T])
    calm = sosfiltfilt(sections, even, padlen=min(len(even_s) - 1, int(rate_hz)))
    return np.column_stack([np.interp(t_s, even_s, column) for column in calm])


@lru_cache(maxsize=64)
def _butterworth(cutoff_hz: float, rate_hz: float) -> FloatArray:
    """Sections of a second-order low-pass; all points of a clip share them."""
    from scipy.signal import butter

    return np.asarray(butter(2, cutoff_hz, fs=rate_hz, output="sos"))


def derivative(t_s: FloatArray, values: FloatArray) -> FloatArray:
    """Rate of change by central differences on true time, shape (n,), per second."""
    rate = np.full(len(t_s), np.nan)
    for first, past in runs(np.isfinite(values)):
        if past - first >= 2:
            rate[first:past] = np.gradient(values[first:past], t_s[first:past])
    return rate
