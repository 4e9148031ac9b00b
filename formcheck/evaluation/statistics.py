"""Figures with their intervals: shares, errors, limits of agreement, areas under the curve.

Reps of one clip share lifter, camera and clothes, so they are not independent: every interval
comes from resampling whole CLIPS with replacement (cluster bootstrap, percentile interval: Efron
and Tibshirani 1993, An Introduction to the Bootstrap, ch. 13; Davison and Hinkley 1997, ch. 3.8).
All figures here are functions of sums over clips, so a resample is a vector of weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.evaluation.figures import Estimate

Floats = NDArray[np.float64]

RESAMPLES: Final = 2000
SEED: Final = 20_240_501
FEWEST_CLIPS: Final = 5
"""With fewer clips there are too few different resamples for an interval to mean anything."""
_TAIL: Final = 0.025


def ratio(
    numerators: Sequence[float],
    denominators: Sequence[float],
    *,
    unit: str = "share",
    scale: float = 1.0,
) -> Estimate | None:
    """A quotient of two sums over clips: a share, a mean error, a rate.

    Where no clip has a case (or a share is 1) every resample agrees, which is no certainty. A
    share or rate of none or all gets the exact binomial bound for that many clips instead
    (Clopper and Pearson 1934).

    Args:
        numerators: Sum over the cases of each clip.
        denominators: Number of cases of each clip; clips without one count for nothing.
        unit: ``share`` for a proportion; anything else for what it names.
        scale: The quotient is multiplied by this, 100 for "per 100".

    Returns:
        The figure; ``None`` when there is no case at all.
    """
    over = np.asarray(denominators, dtype=np.float64)
    kept = over > 0
    over, part = over[kept], np.asarray(numerators, dtype=np.float64)[kept]
    if not len(over):
        return None
    value = float(part.sum() / over.sum())
    low, high = None, None
    if unit in ("share", "per 100 reps") and value in (0.0, 1.0):
        room = 1.0 - _TAIL ** (1.0 / len(over))
        low, high = (0.0, room) if value == 0.0 else (1.0 - room, 1.0)
    elif len(over) >= FEWEST_CLIPS:
        weights = resamples(len(over))
        low, high = _interval((weights @ part) / (weights @ over))
    return _estimate(value, low, high, unit, scale)


def agreement(errors: Sequence[Floats], unit: str) -> dict[str, Estimate]:
    """Mean absolute error, bias and 95 % limits of agreement.

    The limits are bias -+ 1.96 standard deviations of the differences (Bland and Altman 1986,
    Lancet 327:307-310).

    Args:
        errors: Found minus true, one array a clip.
        unit: Unit of the errors.

    Returns:
        ``mae``, ``bias``, ``limit_low`` and ``limit_high``; empty when there are no errors. The
        limits need two errors.
    """
    kept = [np.asarray(each, dtype=np.float64) for each in errors if len(each)]
    if not kept:
        return {}
    n = np.array([len(each) for each in kept], dtype=np.float64)
    total = np.array([each.sum() for each in kept])
    squares = np.array([np.square(each).sum() for each in kept])
    absolute = np.array([np.abs(each).sum() for each in kept])
    found: dict[str, Estimate] = {}
    for name, sums in (("mae", absolute), ("bias", total)):
        estimate = ratio(sums.tolist(), n.tolist(), unit=unit)
        if estimate is not None:
            found[name] = estimate
    if n.sum() < 2:
        return found
    weights = resamples(len(n)) if len(n) >= FEWEST_CLIPS else None
    for name, sign in (("limit_low", -1.0), ("limit_high", 1.0)):
        value = float(_limit(n.sum(), total.sum(), squares.sum(), sign))
        low, high = None, None
        if weights is not None:
            low, high = _interval(_limit(weights @ n, weights @ total, weights @ squares, sign))
        found[name] = _estimate(value, low, high, unit, 1.0)
    return found


def auc(positives: Sequence[Floats], negatives: Sequence[Floats]) -> Estimate | None:
    """Area under the receiver operating curve.

    It is the share of pairs of a positive and a negative in which the positive has the larger
    value, ties by half (Hanley and McNeil 1982, Radiology 143:29-36).

    Args:
        positives: Values of the positive reps, one array a clip.
        negatives: Values of the negative reps of the same clips, in the same order.
    """
    counts = np.array([[len(p), len(q)] for p, q in zip(positives, negatives, strict=True)])
    if not len(counts) or not counts.sum(axis=0).all():
        return None
    wins = np.array([[_wins(p, q) for q in negatives] for p in positives])
    n_positive, n_negative = counts.astype(np.float64).T
    value = float(wins.sum() / (n_positive.sum() * n_negative.sum()))
    low, high = None, None
    if len(counts) >= FEWEST_CLIPS:
        weights = resamples(len(counts))
        pairs = (weights @ n_positive) * (weights @ n_negative)
        won = ((weights @ wins) * weights).sum(axis=1)
        low, high = _interval(won[pairs > 0] / pairs[pairs > 0])
    return _estimate(value, low, high, "auc", 1.0)


@lru_cache(maxsize=64)
def resamples(clips: int) -> Floats:
    """How often each clip is drawn in each resample, shape (``RESAMPLES``, clips); seeded."""
    rng = np.random.default_rng(SEED)
    drawn = rng.multinomial(clips, np.full(clips, 1.0 / clips), size=RESAMPLES)
    weights = drawn.astype(np.float64)
    weights.setflags(write=False)
    return weights


def _wins(positive: Floats, negative: Floats) -> float:
    difference = np.asarray(positive)[:, None] - np.asarray(negative)[None, :]
    return float((difference > 0).sum() + 0.5 * (difference == 0).sum())


def _limit(n: Floats, total: Floats, squares: Floats, sign: float) -> Floats:
    mean = total / n
    variance = np.maximum(squares - n * np.square(mean), 0.0) / np.maximum(n - 1.0, 1.0)
    limit: Floats = mean + sign * 1.96 * np.sqrt(variance)
    return limit


def _interval(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, (_TAIL, 1.0 - _TAIL))
    return float(low), float(high)


def _estimate(
    value: float, low: float | None, high: float | None, unit: str, scale: float
) -> Estimate:
    return Estimate(
        value=value * scale,
        low=None if low is None else low * scale,
        high=None if high is None else high * scale,
        unit=unit,
    )
