"""What changes over a set, told from what merely differs from rep to rep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

MIN_REPS: Final = 4
"""With fewer, even a perfect order comes about by chance once in six sets."""
SIGNIFICANCE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Trend:
    """A line through the values of a set, and how likely chance is to make one.

    Attributes:
        first: The line at the first rep.
        change: From the first rep to the last, in the unit of the values.
        slope: Change from one rep to the next.
        p_value: Probability of such an order in a set without a trend.
    """

    first: float
    change: float
    slope: float
    p_value: float

    @property
    def is_real(self) -> bool:
        """Whether chance is unlikely to have made it."""
        return self.p_value < SIGNIFICANCE


def trend(
    indices: list[int], values: list[float], direction: Literal["less", "greater"]
) -> Trend | None:
    """Look for a trend in one direction, by a rank test that noise does not fool.

    Source: Mann 1945, Econometrica 13:245 (Kendall's tau against order, one-sided); slope by
    Theil 1950 and Sen 1968.

    Args:
        indices: Place of each rep in the set, rising.
        values: The value of each rep.
        direction: Which way the trend would be bad.

    Returns:
        The trend, or ``None`` with fewer than ``MIN_REPS`` values.
    """
    if len(values) < MIN_REPS:
        return None
    # Imported here: it takes longer than all the rest of the motion code together.
    from scipy.stats import kendalltau, theilslopes

    place, value = np.array(indices, dtype=np.float64), np.array(values, dtype=np.float64)
    slope = float(theilslopes(value, place).slope)
    p_value = float(kendalltau(place, value, alternative=direction).pvalue)
    first = float(np.median(value)) - slope * float(np.median(place) - place[0])
    # All values alike have no order at all.
    return Trend(
        first, slope * float(place[-1] - place[0]), slope, p_value if p_value == p_value else 1.0
    )


def too_few(count: int) -> dict[str, Any]:
    """The entry of a trend that a set is too short for."""
    return {"status": "not_assessable", "reason": "too_few_reps", "reps": count}
