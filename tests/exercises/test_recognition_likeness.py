from __future__ import annotations

import math

import pytest

from formcheck.exercises.recognition_likeness import UNKNOWN, Likeness, Sign, fits, sign


@pytest.mark.parametrize(
    ("value", "likelihood"),
    [
        (5.0, 1.0),
        (10.0, 1.0),
        (12.0, math.exp(-0.5)),
        (0.0, 1.0),
        (-4.0, math.exp(-2.0)),
        (math.nan, UNKNOWN),
        (1e6, 0.0),
    ],
)
def test_a_value_fits_inside_its_range_and_fades_outside(value: float, likelihood: float) -> None:
    assert fits(value, 0.0, 10.0, blur=2.0) == pytest.approx(likelihood)


def test_a_range_may_be_open() -> None:
    assert fits(1e9, 3.0, blur=1.0) == 1.0
    assert fits(2.0, 3.0, blur=1.0) == pytest.approx(math.exp(-0.5))
    assert fits(-1e9, high=3.0, blur=1.0) == 1.0


@pytest.mark.parametrize(
    ("low", "high", "blur"), [(2.0, 1.0, 1.0), (0.0, 1.0, 0.0), (math.nan, 1.0, 1.0)]
)
def test_senseless_ranges(low: float, high: float, blur: float) -> None:
    with pytest.raises(ValueError, match="no range"):
        fits(0.5, low, high, blur=blur)


def test_support_is_the_product_of_the_signs() -> None:
    likeness = Likeness((Sign("hands", 1.0, 0.5), Sign("hips", 2.0, 0.2)))
    assert likeness.support == pytest.approx(0.1)
    assert likeness.weakest == Sign("hips", 2.0, 0.2)
    assert Likeness(()).support == 1.0
    assert Likeness(()).weakest is None


def test_a_sign_keeps_its_value() -> None:
    assert sign("hands", 12.0, 0.0, 10.0, blur=2.0) == Sign("hands", 12.0, math.exp(-0.5))


@pytest.mark.parametrize("likelihood", [-0.1, 1.1, math.nan])
def test_a_likelihood_is_between_0_and_1(likelihood: float) -> None:
    with pytest.raises(ValueError, match="hands"):
        Sign("hands", 1.0, likelihood)
