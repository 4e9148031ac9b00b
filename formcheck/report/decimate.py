"""Thins a signal out for drawing."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


def decimate(values: NDArray[np.float64], limit: int) -> NDArray[np.intp]:
    """Choose which samples to draw, keeping every peak, dip and gap visible.

    Args:
        values: Shape (n,), NaN where missing.
        limit: Largest number of samples to keep.

    Returns:
        Rising indexes. When ``n`` exceeds the limit the samples are split into ``limit // 3``
        stretches, and of each the least, the greatest and the first missing are kept.
    """
    n = len(values)
    if n <= limit:
        return np.arange(n)
    edges = np.linspace(0, n, limit // 3 + 1).astype(int)
    kept: set[int] = set()
    for first, past in pairwise(edges.tolist()):
        part = values[first:past]
        missing = np.isnan(part)
        if missing.any():
            kept.add(int(first + np.argmax(missing)))
        if not missing.all():
            kept.update((int(first + np.nanargmin(part)), int(first + np.nanargmax(part))))
    return np.array(sorted(kept), dtype=np.intp)
