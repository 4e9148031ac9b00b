"""Undoing a one-euro filter that the test applies itself."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.pose.unsmooth import (
    CUTOFF_PER_SPEED,
    MIN_CUTOFF_HZ,
    REGION_HEIGHTS,
    SPEED_CUTOFF_HZ,
    unsmooth,
)
from tests.synthetic import frames, min_jerk

FloatArray = NDArray[np.float64]
HEIGHT_PX = 400.0


def one_euro(t_s: FloatArray, wanted: FloatArray, region_px: float) -> FloatArray:
    """The filter as Casiez, Roussel and Vogel (2012) give it, over speeds in regions a second."""

    def weight(cutoff_hz: FloatArray | float, rate_hz: float) -> FloatArray:
        return np.asarray(1.0 / (1.0 + rate_hz / (2.0 * np.pi * cutoff_hz)))

    smooth = wanted.copy()
    speed = np.zeros(wanted.shape[1])
    for row in range(1, len(t_s)):
        rate_hz = float(1.0 / (t_s[row] - t_s[row - 1]))
        blend = weight(SPEED_CUTOFF_HZ, rate_hz)
        speed = speed + blend * ((wanted[row] - wanted[row - 1]) * rate_hz / region_px - speed)
        share = weight(MIN_CUTOFF_HZ + CUTOFF_PER_SPEED * np.abs(speed), rate_hz)
        smooth[row] = smooth[row - 1] + share * (wanted[row] - smooth[row - 1])
    return smooth


def lowered(t_s: FloatArray) -> FloatArray:
    """Down by 100 pixels in 3 s and by 40 in 1.5 s, a column each."""
    columns = [
        min_jerk(t_s, 0.0, [(1.0, 0.0), (3.0, 100.0), (0.5, 100.0), (1.0, 0.0)]),
        min_jerk(t_s, 0.0, [(2.0, 0.0), (1.5, -40.0), (0.2, -40.0), (1.0, 0.0)]),
    ]
    return np.column_stack(columns)


@pytest.mark.parametrize("fps", [24, 60])
def test_the_filter_is_undone(fps: float) -> None:
    t_s = frames(7.0, fps)
    smooth = one_euro(t_s, lowered(t_s), REGION_HEIGHTS * HEIGHT_PX)
    assert np.abs(smooth - lowered(t_s)).max() > 2.0
    assert unsmooth(t_s, smooth, HEIGHT_PX) == pytest.approx(lowered(t_s), abs=1e-6)


def test_a_slow_start_comes_back_in_time() -> None:
    """The first half pixel of a slow lowering is held back by a tenth of a second."""
    t_s = frames(7.0)
    smooth = one_euro(t_s, lowered(t_s), REGION_HEIGHTS * HEIGHT_PX)
    times = [
        float(t_s[int(np.argmax(values[:, 0] > 0.5))])
        for values in (lowered(t_s), smooth, unsmooth(t_s, smooth, HEIGHT_PX))
    ]
    assert times[1] > times[0] + 0.09
    assert times[2] == times[0]


@pytest.mark.parametrize("region", [0.8, 1.25])
def test_a_region_that_is_a_fifth_off_leaves_a_fraction_of_the_delay(region: float) -> None:
    t_s = frames(7.0)
    random = np.random.default_rng(0)
    wanted = lowered(t_s) + 0.2 * random.standard_normal((len(t_s), 2))
    smooth = one_euro(t_s, wanted, region * REGION_HEIGHTS * HEIGHT_PX)
    off = np.abs(unsmooth(t_s, smooth, HEIGHT_PX) - wanted).mean()
    assert off < 0.5 * np.abs(smooth - wanted).mean()


def test_after_a_gap_the_filter_starts_anew() -> None:
    t_s = frames(7.0)
    region_px = REGION_HEIGHTS * HEIGHT_PX
    parts = (slice(0, 60), slice(70, len(t_s)))
    smooth = np.full((len(t_s), 2), np.nan)
    for part in parts:
        smooth[part] = one_euro(t_s[part], lowered(t_s)[part], region_px)
    found = unsmooth(t_s, smooth, HEIGHT_PX)
    assert np.isnan(found[60:70]).all()
    for part in parts:
        off = np.abs(found[part] - lowered(t_s)[part])
        # Where a landmark slows down to turn, two inputs may explain one output for a moment.
        assert off.mean() < 0.02 * np.abs(smooth[part] - lowered(t_s)[part]).mean()
        assert off.max() < 0.25


def test_nothing_is_known_of_a_body_without_a_height() -> None:
    t_s = frames(1.0)
    assert np.isnan(unsmooth(t_s, lowered(t_s), float("nan"))).all()
