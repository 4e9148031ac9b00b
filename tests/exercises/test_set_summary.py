from __future__ import annotations

import pytest

from formcheck.exercises.findings import Fault, Metric, Reason, RepFindings
from formcheck.exercises.set_summary import Summary, summarise
from formcheck.motion.rep import Phase, Rep


def a_rep(index: int, eccentric_s: float | None = 3.0, *, complete: bool = True) -> Rep:
    start = 10.0 * index
    eccentric = None if eccentric_s is None else Phase(start, start + eccentric_s)
    return Rep(index, complete, start, start + 6.0, eccentric, Phase(0, 0.5), Phase(0, 1.5), None)


def fault(code: str, severity: str = "minor") -> Fault:
    return Fault(code, 1, 0.0, severity, 0.9, "m", 1.0, 0.1, 0.5, "1", "", "")  # type: ignore[arg-type]


def finding(
    score: float | None, *codes: str, refused: tuple[tuple[str, Reason], ...] = ()
) -> RepFindings:
    metrics = tuple(
        Metric(name, None, None, "1", "not_assessable", reason) for name, reason in refused
    )
    return RepFindings(metrics, tuple(fault(code) for code in codes), score, ())


def lowering(*seconds: float) -> Summary:
    reps = [a_rep(index, each) for index, each in enumerate(seconds, 1)]
    return summarise(reps, [finding(100.0) for _ in reps])


def test_counts_and_means() -> None:
    reps = [a_rep(1, 3.0), a_rep(2, 4.0), a_rep(3, 2.0, complete=False)]
    summary = summarise(reps, [finding(90.0, "A"), finding(65.0, "A", "B"), finding(None, "B")])
    assert summary.rep_count == 2
    assert summary.score == 77.5
    assert summary.score_steps == ("(90 + 65) / 2 = 77.5",)
    assert summary.eccentric_s_mean == 3.5
    assert summary.time_under_tension_s == pytest.approx(3.0 + 4.0 + 2 * 2.0)
    assert summary.faults == {"A": 2, "B": 2}


def test_faults_come_in_one_order_whatever_the_process() -> None:
    """Those of a rep come out of a set, whose order is another one in each process."""
    codes = "FGHABCDE"
    summary = summarise([a_rep(1), a_rep(2)], [finding(9.0, *codes), finding(9.0, "G", "D")])
    assert list(summary.faults) == ["D", "G", *"ABCEFH"]


def test_notes_are_no_faults() -> None:
    found = RepFindings((), (fault("SLOW", "note"),), 100.0, ())
    assert summarise([a_rep(1)], [found]).faults == {}


@pytest.mark.parametrize(
    ("scores", "score"),
    [([80.0, None], 80.0), ([80.0, None, None], None), ([None], None), ([], None)],
)
def test_a_set_is_scored_when_half_of_its_reps_are(
    scores: list[float | None], score: float | None
) -> None:
    reps = [a_rep(index) for index in range(1, len(scores) + 1)]
    summary = summarise(reps, [finding(each) for each in scores])
    assert summary.score == score
    assert score is not None or summary.score_steps[0].startswith("Not scored")


def test_what_was_not_assessed_names_the_reps() -> None:
    view, unseen = ("spine", Reason.VIEW), ("hip_range", Reason.NOT_SHOWN)
    pause = ("top_pause_s", Reason.NOT_SHOWN)
    reps = [a_rep(1), a_rep(2), a_rep(3, complete=False)]
    found = [finding(None, refused=(view, unseen, pause))] * 3
    told = summarise(reps, found).not_assessed
    assert told == {("spine", "view"): (1, 2, 3), ("hip_range", "not_shown"): (1, 2)}


def test_lowering_faster_and_faster_is_a_drift() -> None:
    summary = lowering(4.0, 3.8, 3.5, 3.3, 3.0, 2.6)
    assert summary.faults == {"TEMPO_DRIFT": 1}
    assert summary.drift["status"] == "fault"
    assert summary.drift["slope_s_per_rep"] == pytest.approx(-0.275, abs=0.02)
    assert summary.drift["eccentric_change_share"] == pytest.approx(-0.34, abs=0.03)


@pytest.mark.parametrize(
    "seconds",
    [
        (3.5, 3.4, 3.6, 3.5, 3.3, 3.5),
        (4.0, 2.6, 4.1, 2.7, 3.9, 2.5),
        (3.0, 3.2, 3.5, 3.8, 4.0, 4.4),
        (4.0, 3.95, 3.9, 3.85, 3.8, 3.75),
    ],
    ids=["steady", "uneven", "slower", "faster by little"],
)
def test_no_drift(seconds: tuple[float, ...]) -> None:
    summary = lowering(*seconds)
    assert summary.faults == {}
    assert summary.drift["status"] == "ok"


def test_three_reps_are_too_few_for_a_trend() -> None:
    drift = lowering(4.0, 3.0, 2.0).drift
    assert drift["status"] == "not_assessable"
    assert (drift["reason"], drift["reps"]) == ("too_few_reps", 3)


def test_four_reps_in_perfect_order_are_a_trend() -> None:
    """One order of 24: a chance of 4 %."""
    drift = lowering(4.0, 3.5, 3.0, 2.0).drift
    assert (drift["fault"], drift["p_value"]) == (True, pytest.approx(1 / 24, abs=1e-4))
    assert not lowering(4.0, 3.5, 2.0, 2.4).drift["fault"]


def measured(name: str, values: tuple[float, ...]) -> Summary:
    """A set of reps in which one metric has these values."""
    reps = [a_rep(index) for index in range(1, len(values) + 1)]
    found = [
        RepFindings((Metric(name, value, 2.0, "deg", "ok"),), (), 100.0, ()) for value in values
    ]
    return summarise(reps, found)


def test_a_range_that_shrinks_is_told_and_is_no_fault() -> None:
    summary = measured("knee_range", (100.0, 97.0, 90.0, 84.0, 76.0))
    assert summary.drift["range"]["status"] == "changed"
    assert summary.drift["range"]["change_share"] == pytest.approx(-0.24, abs=0.02)
    assert summary.faults == {}


def test_a_back_that_rounds_from_rep_to_rep_is_told() -> None:
    drift = measured("spine_curvature", (-4.0, -2.0, 1.0, 3.0, 7.0)).drift
    assert drift["spine"] == {
        "status": "changed",
        "change_deg": pytest.approx(11.0, abs=1.5),
        "p_value": pytest.approx(1 / 120, abs=1e-4),
        "threshold_deg": 8.0,
    }


@pytest.mark.parametrize(
    "values", [(5.0, -4.0, 6.0, -3.0, 5.0), (1.0, 1.0, 1.0, 1.0), (9, 5, 1, -5)]
)
def test_a_back_that_wobbles_or_unbends_is_not(values: tuple[float, ...]) -> None:
    assert measured("spine_curvature", values).drift["spine"]["status"] == "ok"


def test_reps_whose_lowering_is_unknown() -> None:
    summary = summarise([a_rep(1, None), a_rep(2, 3.0)], [finding(None), finding(100.0)])
    assert summary.eccentric_s_mean == 3.0
    assert summary.time_under_tension_s == 5.0
    assert summarise([a_rep(1, None)], [finding(None)]).eccentric_s_mean is None
