"""Good mornings drawn with known angles: what is measured, refused and left out."""

from __future__ import annotations

from typing import Any

import pytest

from formcheck.exercises import good_morning
from formcheck.exercises.findings import Metric, Reason, RepFindings
from formcheck.exercises.judging import judge_reps
from formcheck.exercises.registry import exercise_settings, get_exercise
from formcheck.motion.build import build_signals
from formcheck.pose.track import PoseTrack
from tests.drawn_hands import good_morning_track, with_hands
from tests.synthetic import Pose, rdl_track

NAME = "good_morning"


def judged(track: PoseTrack) -> list[RepFindings]:
    settings, exercise = exercise_settings(NAME), get_exercise(NAME)
    signals = build_signals(track)
    reps = exercise.find_reps(signals, settings)
    measured = exercise.measure(signals, reps, settings)
    return judge_reps(reps, measured, settings)


def metric(findings: RepFindings, name: str) -> Metric:
    return next(metric for metric in findings.metrics if metric.name == name)


def codes(findings: RepFindings) -> set[str]:
    return {fault.code for fault in findings.faults}


def test_a_good_one_has_no_faults() -> None:
    found = judged(good_morning_track(3))
    assert len(found) == 3
    for rep in found:
        assert codes(rep) == set()
        assert metric(rep, "hip_range").value == pytest.approx(85.0, abs=3.0)
        assert metric(rep, "knee_flexion_bottom").value == pytest.approx(20.0, abs=3.0)
        assert metric(rep, "eccentric_s").value == pytest.approx(3.4, abs=0.3)
        assert rep.score == 100.0


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        ({"spine_deg": 25.0}, "SPINE_ROUNDED"),
        ({"bottom": Pose(hip=50.0, knee=20.0, shank=0.0)}, "SHALLOW"),
        ({"bottom": Pose(hip=90.0, knee=1.0, shank=-3.0), "top": Pose(3.0, 1.0, 0.0)},
         "KNEES_LOCKED"),
        ({"bottom": Pose(hip=85.0, knee=95.0, shank=35.0)}, "SQUATTING"),
        ({"top": Pose(hip=-20.0, knee=2.0, shank=-2.0)}, "LOCKOUT_LEAN"),
        ({"eccentric_s": 1.2}, "ECCENTRIC_FAST"),
        ({"eccentric_s": 8.0}, "ECCENTRIC_SLOW"),
    ],
)  # fmt: skip
def test_faults_are_those_that_were_drawn(drawn: dict[str, Any], code: str) -> None:
    assert all(code in codes(rep) for rep in judged(good_morning_track(2, **drawn)))


def test_hands_are_not_judged() -> None:
    track = with_hands(rdl_track(2), hang=0.5, ahead=1.0)
    for rep in judged(track):
        assert "BAR_DRIFT" not in codes(rep)
        assert "wrist_to_leg" not in {metric.name for metric in rep.metrics}


def spine(whole: float, lower: float, upper: float) -> tuple[Metric, ...]:
    values = {"spine_curvature": whole, "spine_lumbar": lower, "spine_thoracic": upper}
    return tuple(Metric(name, value, 2.0, "deg", "ok", t_s=1.0) for name, value in values.items())


@pytest.mark.parametrize(
    ("lower", "upper", "believed"),
    [
        (0.0, 5.0, True),
        (25.0, 20.0, True),
        (5.0, 14.0, True),
        (-37.0, 10.0, True),
        (5.0, 20.0, False),
        (-45.0, 45.0, False),
        (-60.0, 5.0, False),
    ],
)
def test_an_outline_of_bar_or_elbows_is_no_back(lower: float, upper: float, believed: bool) -> None:
    kept = good_morning._back_alone(spine(lower + upper, lower, upper), exercise_settings(NAME))
    if believed:
        assert kept == spine(lower + upper, lower, upper)
        return
    assert {one.reason for one in kept} == {Reason.OCCLUSION}
    assert {(one.value, one.uncertainty, one.status) for one in kept} == {
        (None, None, "not_assessable")
    }
