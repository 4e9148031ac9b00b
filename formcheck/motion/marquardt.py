"""Least squares within bounds, for small problems that are solved thousands of times.

``scipy.optimize.least_squares`` spends most of its time around the problem when that has four
parameters and eighty residuals, which a live judge, who solves it at every look, cannot afford.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Problem = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""Parameters of shape (k,) to residuals of shape (n,) and their slopes of shape (n, k)."""

MAX_STEPS: Final = 25
ENOUGH: Final = 1e-5
"""A step that lowers the sum of squares by less than this share is the last."""
FIRST_DAMPING: Final = 1e-3
MAX_DAMPING: Final = 1e7


def least_squares(
    problem: Problem, start: FloatArray, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Find the parameters within bounds whose residuals have the least sum of squares.

    Levenberg-Marquardt steps (Marquardt 1963, J SIAM 11:431-441), each damped in proportion to
    the curvature along each parameter. A parameter that stands at a bound and is pushed against
    it takes no part in the step; others are cut off at theirs.

    Args:
        problem: Residuals and slopes.
        start: Shape (k,); moved inside the bounds.
        low: Shape (k,), least values.
        high: Shape (k,), greatest values.

    Returns:
        The parameters, shape (k,), and the slopes there, shape (n, k).
    """
    values = np.clip(start, low, high)
    residuals, slopes = problem(values)
    squares = float(residuals @ residuals)
    damping = FIRST_DAMPING
    for _ in range(MAX_STEPS):
        gradient = slopes.T @ residuals
        held = ((values <= low) & (gradient > 0.0)) | ((values >= high) & (gradient < 0.0))
        free = np.flatnonzero(~held)
        if not len(free):
            break
        curvature = slopes[:, free].T @ slopes[:, free]
        weight = np.diag(np.maximum(np.diag(curvature), 1e-12))
        lowered = 0.0
        while damping <= MAX_DAMPING:
            trial = values.copy()
            trial[free] -= np.linalg.solve(curvature + damping * weight, gradient[free])
            trial = np.clip(trial, low, high)
            new_residuals, new_slopes = problem(trial)
            new_squares = float(new_residuals @ new_residuals)
            if new_squares < squares:
                lowered = squares - new_squares
                values, residuals, slopes = trial, new_residuals, new_slopes
                squares = new_squares
                damping = max(damping / 5.0, 1e-9)
                break
            damping *= 5.0
        if lowered <= ENOUGH * squares:
            break
    return values, slopes
