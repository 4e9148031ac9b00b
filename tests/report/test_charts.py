from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from formcheck.report.chart_rows import chart_rows
from formcheck.report.charts import (
    legs_drawn,
    signals_chart,
    tempo_chart,
    unjudged_stretches,
)


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


@pytest.mark.parametrize(
    ("exercise", "side_on", "signals"),
    [
        ("romanian_deadlift", True, ["trunk", "hip", "knee", "spine"]),
        ("lying_leg_curl", True, ["knee", "hip", "trunk"]),
        ("somebody_elses_exercise", True, ["trunk", "hip", "knee", "spine"]),
        ("romanian_deadlift", False, ["shoulder"]),
        ("seated_leg_curl", False, ["knee"]),
    ],
)
def test_the_signal_that_tells_the_reps_comes_first(
    build: Any, exercise: str, side_on: bool, signals: list[str]
) -> None:
    report = build.report(build.rep(1, 0.0))
    report = report.model_copy(
        update={
            "exercise": report.exercise.model_copy(update={"name": exercise}),
            "view": report.view.model_copy(update={"side_on": side_on}),
        }
    )
    names = [row.signal.removeprefix("legs.") for row in chart_rows(report)]
    assert [name.split("_")[0] for name in names] == signals
    chart = signals_chart(report, build.signals(np.linspace(0, 2, 50)))
    assert ("Bend of the back" in chart) == ("spine" in signals)


@pytest.mark.parametrize("hidden", [False, True])
def test_the_key_names_only_legs_that_are_drawn(build: Any, hidden: bool) -> None:
    report = build.report(build.rep(1, 0.0))
    signals = build.signals(np.linspace(0.0, 2.0, 50))
    assert legs_drawn(report, signals) == (False, False)

    curl = report.exercise.model_copy(update={"name": "seated_leg_curl"})
    report = report.model_copy(
        update={"exercise": curl, "config": {"measure": {"min_leg_trust": 0.4}}}
    )
    both = np.ones((50, 2))
    far = 1 if signals.view.near_side == "left" else 0
    trust = both.copy()
    trust[:, far] = 0.0 if hidden else 1.0
    legs = replace(signals.legs, knee_flexion_deg=20.0 * both, hip_flexion_deg=both, trust=trust)
    assert legs_drawn(report, replace(signals, legs=legs)) == (True, not hidden)
