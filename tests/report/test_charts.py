from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from formcheck.report.charts import decimate, signals_chart, tempo_chart, unjudged_stretches


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


def test_unjudged_stretches_are_joined_when_close(build: Any) -> None:
    t_s = np.arange(0.0, 60.0, 0.1)
    usable = np.ones(len(t_s))
    usable[100:110] = 0  # 10.0 to 11.0 s
    usable[111:120] = 0  # 11.1 to 12.0 s: nearer than a 300th of the clip, 0.2 s
    usable[300:310] = 0
    found = unjudged_stretches(build.signals(t_s, spine_usable=usable))
    assert np.ravel(found) == pytest.approx([10.0, 12.0, 30.0, 31.0])


def test_charts_hold_no_address_and_cannot_end_their_script(build: Any) -> None:
    bad = build.fault("</script><b>", "spine_curvature", 0.4, message="</script>")
    report = build.report(build.rep(1, 0.0, faults=[bad]))
    for chart in (signals_chart(report, build.signals(np.linspace(0, 2, 50))), tempo_chart(report)):
        assert chart.count("</script>") == chart.count("<script")
        assert 'src="http' not in chart


def test_charts_of_nothing(build: Any) -> None:
    signals = build.signals(np.array([0.0, 1.0]), spine_usable=np.zeros(2))
    assert "chart-signals" in signals_chart(build.report(), signals)
    assert "chart-tempo" in tempo_chart(build.report())
