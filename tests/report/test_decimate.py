from __future__ import annotations

import numpy as np

from formcheck.report.decimate import decimate


def test_short_signals_are_drawn_whole() -> None:
    assert decimate(np.arange(5.0), 10).tolist() == [0, 1, 2, 3, 4]


def test_decimation_keeps_peaks_dips_and_gaps() -> None:
    values = np.sin(np.linspace(0, 60, 36_000))
    values[17_001], values[20_002], values[30_003] = 9.0, -9.0, np.nan
    kept = decimate(values, 3000)
    assert len(kept) <= 3000
    assert np.all(np.diff(kept) > 0)
    assert {17_001, 20_002, 30_003} <= set(kept.tolist())


def test_decimation_of_nothing_but_gaps() -> None:
    assert 0 < len(decimate(np.full(10_000, np.nan), 300)) <= 300
