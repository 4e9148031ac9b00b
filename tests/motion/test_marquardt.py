"""Least squares whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.motion.marquardt import least_squares

FloatArray = NDArray[np.float64]
FAR = np.array([10.0, 10.0])


def valley(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rosenbrock's curved valley, whose floor is at (1, 1)."""
    x, y = values
    residuals = np.array([10.0 * (y - x * x), 1.0 - x])
    return residuals, np.array([[-20.0 * x, 10.0], [-1.0, 0.0]])


def test_the_floor_of_a_curved_valley() -> None:
    found, slopes = least_squares(valley, np.array([-1.2, 1.0]), -FAR, FAR)
    assert found == pytest.approx([1.0, 1.0], abs=1e-3)
    assert slopes == pytest.approx(valley(found)[1])


def test_a_line_is_fitted_at_once() -> None:
    t = np.linspace(0.0, 1.0, 20)
    slopes = np.column_stack([np.ones(20), t])

    def line(values: FloatArray) -> tuple[FloatArray, FloatArray]:
        return slopes @ values - (2.0 + 3.0 * t), slopes

    found, _ = least_squares(line, np.zeros(2), -FAR, FAR)
    assert found == pytest.approx([2.0, 3.0], abs=1e-3)


def test_bounds_hold_and_the_rest_is_still_fitted() -> None:
    """With x at most 0.5 the least is where y = x squared."""
    found, _ = least_squares(valley, np.array([-1.2, 1.0]), -FAR, np.array([0.5, 10.0]))
    assert found == pytest.approx([0.5, 0.25], abs=1e-3)


def test_a_start_outside_is_moved_inside() -> None:
    found, _ = least_squares(valley, np.array([50.0, -50.0]), -FAR, FAR)
    assert np.all(np.abs(found) <= FAR)
