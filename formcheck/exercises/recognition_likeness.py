"""How far the movement in a clip looks like an exercise: signs, each with a likelihood."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that tells an exercise from others.

    Attributes:
        name: What was looked at, for a person: ``hands at the shoulders``.
        value: What was measured, in the unit that the name or ``docs/recognition.md`` tells;
            NaN when it could not be.
        likelihood: 0 to 1, how well the value fits the exercise: 1 inside the exercise's
            physical range, falling to 0 outside of it (``fits``).
    """

    name: str
    value: float
    likelihood: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.likelihood <= 1.0:
            raise ValueError(f"{self.name}: a likelihood of {self.likelihood} is none")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far a clip looks like an exercise.

    Attributes:
        signs: What it rests on; the exercise looks like it only when every sign fits.
    """

    signs: tuple[Sign, ...]

    @property
    def support(self) -> float:
        """Product of the likelihoods, 0 to 1: the signs are taken as independent."""
        return math.prod(sign.likelihood for sign in self.signs)

    @property
    def weakest(self) -> Sign | None:
        """The sign that speaks most against the exercise; ``None`` without signs."""
        return min(self.signs, key=lambda sign: sign.likelihood, default=None)


UNKNOWN = 0.5
"""Likelihood of a sign that could not be measured: it speaks neither for nor against."""


def fits(
    value: float, low: float = -math.inf, high: float = math.inf, *, blur: float = 1.0
) -> float:
    """How well a value fits a range: 1 inside, falling outside like a normal distribution.

    Args:
        value: What was measured; NaN gives ``UNKNOWN``.
        low: Lower end of the range that the exercise can show.
        high: Upper end of it.
        blur: Standard deviation of the fall outside, in the value's unit: how uncertain value
            and end are together.

    Raises:
        ValueError: The range is empty or the blur not positive.
    """
    if not low <= high or not blur > 0.0:
        raise ValueError(f"no range: {low} to {high}, blur {blur}")
    if not math.isfinite(value):
        return UNKNOWN
    outside = max(low - value, value - high, 0.0) / blur
    return math.exp(-0.5 * outside**2)


def sign(
    name: str, value: float, low: float = -math.inf, high: float = math.inf, *, blur: float
) -> Sign:
    """A sign whose likelihood is ``fits`` of its value."""
    return Sign(name, value, fits(value, low, high, blur=blur))
