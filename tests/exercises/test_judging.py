from __future__ import annotations

import re
from statistics import NormalDist
from typing import Any

import pytest

from formcheck.exercises.findings import Metric, Reason, RepFindings
from formcheck.exercises.judging import judge_rep, judge_reps
from formcheck.exercises.settings import Settings
from formcheck.motion.rep import Phase, Rep

GOOD = {
    "spine_curvature": (2.0, 2.5, "deg"),
    "hip_hinge_ratio": (0.8, 0.02, "1"),
    "hip_travel": (0.4, 0.04, "thigh lengths"),
    "hip_range": (80.0, 3.0, "deg"),
    "knee_flexion_bottom": (20.0, 4.0, "deg"),
    "wrist_to_leg": (0.1, 0.04, "thigh lengths"),
    "lockout_extension": (-3.0, 2.0, "deg"),
    "eccentric_s": (3.4, 0.1, "s"),
}


def metrics(**values: tuple[float, float] | Reason) -> tuple[Metric, ...]:
    found = []
    for name, (value, uncertainty, unit) in GOOD.items():
        given = values.get(name, (value, uncertainty))
        if isinstance(given, Reason):
            found.append(Metric(name, None, None, unit, "not_assessable", given))
        else:
            found.append(Metric(name, *given, unit, "ok", t_s=4.0))
    return tuple(found)


def a_rep(*, complete: bool = True) -> Rep:
    return Rep(3, complete, 1.0, 6.0, Phase(1.0, 4.4), None, Phase(4.6, 6.0), None)


def judged(settings: Settings, *, complete: bool = True, **values: Any) -> RepFindings:
    return judge_rep(a_rep(complete=complete), metrics(**values), settings)


def metric(found: RepFindings, name: str) -> Metric:
    return next(item for item in found.metrics if item.name == name)


def recomputed(steps: tuple[str, ...]) -> float:
    """The score as a reader works it out from the steps."""
    total = 100.0 - sum(float(off) for step in steps for off in re.findall(r"^-(\d+)", step))
    return max(0.0, total)


def test_a_good_rep(settings: Settings) -> None:
    found = judged(settings)
    assert found.faults == ()
    assert found.score == 100.0
    assert {item.status for item in found.metrics} == {"ok"}


@pytest.mark.parametrize("value", [11.0, 14.0, 25.0])
@pytest.mark.parametrize("uncertainty", [0.5, 4.0])
def test_confidence_is_the_probability_of_being_past_the_threshold(
    settings: Settings, value: float, uncertainty: float
) -> None:
    chance = NormalDist(10.0, uncertainty).cdf(value)
    found = judged(settings, spine_curvature=(value, uncertainty))
    if chance < settings.min_confidence:
        assert found.faults == ()
        assert metric(found, "spine_curvature").reason is Reason.UNCERTAIN
        return
    (fault,) = found.faults
    assert fault.confidence == pytest.approx(chance)
    assert (fault.value, fault.uncertainty, fault.threshold) == (value, uncertainty, 10.0)
    assert (fault.code, fault.rep, fault.t_s, fault.unit) == ("SPINE_ROUNDED", 3, 4.0, "deg")
    assert f"{value:.0f} degrees" in fault.message
    assert metric(found, "spine_curvature").status == "fault"


@pytest.mark.parametrize(
    ("name", "minor", "major"),
    [
        ("spine_curvature", 14.0, 16.0),
        ("hip_hinge_ratio", 0.49, 0.47),
        ("hip_travel", 0.06, 0.04),
        ("hip_range", 41.0, 39.0),
        ("wrist_to_leg", 0.54, 0.56),
        ("lockout_extension", 17.0, 19.0),
        ("eccentric_s", 1.6, 1.4),
    ],
)
def test_minor_and_major(settings: Settings, name: str, minor: float, major: float) -> None:
    for value, severity, points in ((minor, "minor", 10), (major, "major", 25)):
        found = judged(settings, **{name: (value, 0.001)})
        assert [fault.severity for fault in found.faults] == [severity]
        assert found.score == 100 - points


@pytest.mark.parametrize("name", list(GOOD))
def test_exactly_at_the_threshold_is_no_fault(settings: Settings, name: str) -> None:
    for rule in settings.faults.values():
        if rule.metric == name:
            assert judged(settings, **{name: (rule.threshold, 0.001)}).faults == ()


def test_uncertain_is_neither_fault_nor_praise_and_costs_the_score(settings: Settings) -> None:
    found = judged(settings, hip_hinge_ratio=(0.52, 0.05))
    assert found.faults == ()
    assert metric(found, "hip_hinge_ratio").status == "not_assessable"
    assert metric(found, "hip_hinge_ratio").reason is Reason.UNCERTAIN
    assert metric(found, "hip_hinge_ratio").value == 0.52
    assert found.score is None
    assert "hip_hinge_ratio" in found.score_steps[0]


def test_an_uncertain_metric_that_is_not_needed_leaves_the_score(settings: Settings) -> None:
    found = judged(settings, wrist_to_leg=(0.36, 0.04))
    assert metric(found, "wrist_to_leg").status == "not_assessable"
    assert found.score == 100.0


def test_what_is_past_a_note_by_little_stays_ok(settings: Settings) -> None:
    found = judged(settings, eccentric_s=(4.02, 0.1))
    assert metric(found, "eccentric_s").status == "ok"
    assert found.score == 100.0


@pytest.mark.parametrize(
    "values",
    [
        {"spine_curvature": (15.0, 1.0)},
        {"spine_curvature": (40.0, 1.0), "eccentric_s": (0.8, 0.1)},
        {"wrist_to_leg": (0.9, 0.04), "hip_range": (30.0, 1.0), "eccentric_s": (2.0, 0.1)},
        {name: (bad, 0.001) for name, bad in (
            ("spine_curvature", 40.0), ("hip_hinge_ratio", 0.4), ("hip_travel", 0.0),
            ("hip_range", 30.0), ("wrist_to_leg", 0.9), ("lockout_extension", 30.0),
        )},
    ],
    ids=["one", "two", "three", "more than 100 points"],
)  # fmt: skip
def test_the_score_can_be_recomputed_from_its_steps(settings: Settings, values: Any) -> None:
    found = judged(settings, **values)
    assert found.score == recomputed(found.score_steps)
    assert found.score_steps[-1] == f"= {found.score:g}"
    assert sum(step.startswith("-") for step in found.score_steps) == len(found.faults)


def test_worst_faults_come_first(settings: Settings) -> None:
    found = judged(
        settings,
        eccentric_s=(5.0, 0.1),
        wrist_to_leg=(0.45, 0.08),
        lockout_extension=(15.0, 1.0),
        spine_curvature=(40.0, 1.0),
    )
    codes = [fault.code for fault in found.faults]
    assert codes == ["SPINE_ROUNDED", "LOCKOUT_LEAN", "BAR_DRIFT", "ECCENTRIC_SLOW"]


def test_an_incomplete_rep_is_judged_and_gets_no_score(settings: Settings) -> None:
    found = judged(settings, complete=False, spine_curvature=(30.0, 1.0))
    assert [fault.code for fault in found.faults] == ["SPINE_ROUNDED"]
    assert found.score is None


@pytest.mark.parametrize("name", ["spine_curvature", "hip_hinge_ratio", "eccentric_s"])
def test_no_score_without_the_needed_metrics(settings: Settings, name: str) -> None:
    found = judged(settings, **{name: Reason.OCCLUSION})
    assert found.score is None
    assert name in found.score_steps[0]
    without = tuple(item for item in metrics() if item.name != name)
    assert judge_rep(a_rep(), without, settings).score is None


@pytest.mark.parametrize(
    ("value", "uncertainty", "band"),
    [
        (30.0, 2.0, "rounded"),
        (-80.0, 2.0, "arched"),
        (0.0, 2.0, "neutral"),
        (-15.0, 2.0, "neutral"),
        (10.5, 4.0, "uncertain"),
        (-65.5, 4.0, "uncertain"),
    ],
)
def test_bands_of_the_back(settings: Settings, value: float, uncertainty: float, band: str) -> None:
    found = judged(settings, spine_curvature=(value, uncertainty))
    assert metric(found, "spine_curvature").band == band


def test_a_refused_back_has_no_band(settings: Settings) -> None:
    found = judged(settings, spine_curvature=Reason.VIEW)
    assert metric(found, "spine_curvature").band is None
    assert metric(found, "spine_curvature").reason is Reason.VIEW


def rounded_by(settings: Settings, *bends_deg: float, uncertainty: float = 2.0) -> list[bool]:
    """In which reps of a set the back is called rounded; above 10 degrees it is."""
    sets = [metrics(spine_curvature=(bend, uncertainty)) for bend in bends_deg]
    found = judge_reps([a_rep()] * len(sets), sets, settings)
    return ["SPINE_ROUNDED" in {fault.code for fault in one.faults} for one in found]


def test_one_rep_alone_is_judged_alone(settings: Settings) -> None:
    assert rounded_by(settings, 13.0) == [True]
    assert rounded_by(settings, 11.0) == [False]


def test_one_rep_among_ten_has_to_be_ten_times_as_sure(settings: Settings) -> None:
    """At 2.5 %, a tenth of 25 %, lies 1.96 uncertainties."""
    flat = [-5.0] * 9
    assert rounded_by(settings, 13.8, *flat) == [False] * 10
    assert rounded_by(settings, 14.0, *flat) == [True] + [False] * 9


def test_a_fault_that_every_rep_shows_needs_no_more_than_one_alone(settings: Settings) -> None:
    assert rounded_by(settings, *[11.4] * 10) == [True] * 10


def test_a_rep_is_believed_more_among_others_that_show_it(settings: Settings) -> None:
    """Eight that are sure leave the doubt to two: 12.5 % and 25 %, at 1.15 and 0.67."""
    sure, flat = [25.0] * 8, [-5.0]
    assert rounded_by(settings, 12.4, *sure, *flat) == [True] + [True] * 8 + [False]
    assert rounded_by(settings, 12.2, *sure, *flat) == [False] + [True] * 8 + [False]


def test_what_is_too_unsure_in_a_set_is_uncertain_and_no_praise(settings: Settings) -> None:
    sets = [metrics(spine_curvature=(bend, 2.0)) for bend in (13.0, -5.0, -5.0, -5.0)]
    first = judge_reps([a_rep()] * 4, sets, settings)[0]
    assert metric(first, "spine_curvature").reason is Reason.UNCERTAIN
    assert metric(first, "spine_curvature").band == "uncertain"
    assert first.score is None


def test_refused_reps_do_not_count_among_those_asked(settings: Settings) -> None:
    sets = [metrics(spine_curvature=(13.0, 2.0))] + [metrics(spine_curvature=Reason.VIEW)] * 9
    found = judge_reps([a_rep()] * 10, sets, settings)
    assert [fault.code for fault in found[0].faults] == ["SPINE_ROUNDED"]
