"""From a drawn track to verdicts: each fault planted alone is found alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from formcheck.exercises.findings import Reason
from formcheck.exercises.hinge import hinge_reps
from formcheck.exercises.registry import exercise_settings
from formcheck.motion.build import build_signals
from formcheck.pose.landmarks import Landmark
from tests.exercises.conftest import judge_track
from tests.synthetic import HINGED, STANDING, Pose, frames, rdl_track


def bouncing(t_s: np.ndarray, reps: int = 2) -> np.ndarray:
    """Way down of a set that falls into the bottom and springs back out of it."""
    fine = np.arange(0, 3.4, 0.001)
    speed = np.interp(fine, [0, 0.2, 2.6, 3.0, 3.4], [0, 0.22, 0.22, 1.0, 1.0])
    down = np.cumsum(speed) / speed.sum()
    lift = np.arange(0, 2.5, 0.001)
    push = np.interp(lift, [0, 0.2, 2.2, 2.5], [1.0, 1.0, 0.15, 0.0])
    up = 1.0 - np.cumsum(push) / push.sum()
    one = np.concatenate([down, up, np.zeros(800)])
    way = np.concatenate([np.zeros(1000), np.tile(one, reps), np.zeros(1000)])
    return np.interp(t_s, np.arange(len(way)) * 0.001, way)


BOUNCE_TIMES = frames(1 + 2 * 6.7 + 1, 60)
PLANTED: dict[str, dict[str, Any]] = {
    "SPINE_ROUNDED": {"spine_deg": 25.0},
    "SPINE_ARCHED": {"spine_deg": -85.0},
    "SQUATTING": {"bottom": Pose(hip=100.0, knee=105.0, shank=35.0)},
    "HIPS_NOT_BACK": {"bottom": Pose(hip=75.0, knee=15.0, shank=13.0)},
    "KNEES_LOCKED": {"top": Pose(5, 2, 2), "bottom": Pose(hip=85.0, knee=2.0, shank=-12.0)},
    "SHALLOW": {"top": Pose(14, 6, 2), "bottom": Pose(hip=62.0, knee=12.0, shank=0.0)},
    "BAR_DRIFT": {"wrist_ahead_thighs": 0.5},
    "LOCKOUT_LEAN": {"top": Pose(hip=-16.0, knee=3.0, shank=0.0), "eccentric_s": 3.6},
    "ECCENTRIC_FAST": {"eccentric_s": 1.8},
    "ECCENTRIC_SLOW": {"eccentric_s": 6.0},
    "BOUNCE": {
        "t_s": BOUNCE_TIMES,
        "way_down": bouncing(BOUNCE_TIMES),
        "bottom": Pose(hip=110.0, knee=20.0, shank=-2.0),
    },
    "TEMPO_DRIFT": {"reps": 7, "eccentric_s": [6.2, 5.7, 5.2, 4.7, 4.3, 3.9, 3.7]},
}


def test_a_clean_set_has_no_faults_and_a_score_of_100(judge: Any) -> None:
    judged = judge(4)
    assert judged.codes() == set()
    assert judged.summary.rep_count == 4
    assert judged.summary.score == 100.0
    assert judged.summary.not_assessed == {}
    assert judged.metric("spine_curvature").band == "neutral"


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_fault_is_found_alone(judge: Any, code: str) -> None:
    judged = judge(**({"reps": 2} | PLANTED[code]))
    notes = {"ECCENTRIC_SLOW"} if code == "TEMPO_DRIFT" else set()
    assert judged.codes() - notes == {code}
    for found in judged.findings:
        if code != "TEMPO_DRIFT":
            assert [fault.code for fault in found.faults] == [code]


@pytest.mark.parametrize("code", ["SPINE_ROUNDED", "HIPS_NOT_BACK", "BAR_DRIFT", "LOCKOUT_LEAN"])
def test_faults_are_the_same_for_a_lifter_who_faces_left(judge: Any, code: str) -> None:
    right, left = (judge(1, **PLANTED[code], facing=facing) for facing in ("right", "left"))
    assert left.codes() == {code}
    (mine,), (other,) = right.findings[0].faults, left.findings[0].faults
    assert mine.value == pytest.approx(other.value, abs=0.01)


@pytest.mark.parametrize(
    ("code", "mild", "bad"),
    [
        ("SPINE_ROUNDED", {"spine_deg": 13.5}, {"spine_deg": 30.0}),
        ("BAR_DRIFT", {"wrist_ahead_thighs": 0.45}, {"wrist_ahead_thighs": 0.7}),
        ("ECCENTRIC_FAST", {"eccentric_s": 2.5}, {"eccentric_s": 1.0}),
    ],
)
def test_severity_grows(judge: Any, code: str, mild: Any, bad: Any) -> None:
    for plant, severity in ((mild, "minor"), (bad, "major")):
        (fault,) = judge(1, **plant).findings[0].faults
        assert (fault.code, fault.severity) == (code, severity)


@pytest.mark.parametrize("lean_deg", [24, 30])
def test_a_hard_lean_at_the_top_is_major(judge: Any, lean_deg: float) -> None:
    (fault,) = judge(1, top=Pose(3.0 - lean_deg, 3.0, 0.0), eccentric_s=3.6).findings[0].faults
    assert (fault.code, fault.severity) == ("LOCKOUT_LEAN", "major")


def test_slow_is_a_note_that_costs_nothing(judge: Any) -> None:
    judged = judge(2, eccentric_s=6.0)
    assert {fault.severity for fault in judged.findings[0].faults} == {"note"}
    assert judged.summary.score == 100.0
    assert judged.summary.faults == {}
    assert judged.metric("eccentric_s").status == "ok"


def test_measures_of_a_known_set(judge: Any) -> None:
    judged = judge(1, noise_px=0.5, fps=60)
    hip, knee = HINGED.hip - STANDING.hip, HINGED.knee - STANDING.knee
    thigh = np.radians([STANDING.shank - STANDING.knee, HINGED.shank - HINGED.knee])
    shank = np.radians([STANDING.shank, HINGED.shank])
    travel = float(-np.diff(np.sin(thigh) + 1.004 * np.sin(shank))[0])
    for name, value, tolerance in (
        ("hip_hinge_ratio", hip / (hip + knee), 0.03),
        ("hip_travel", travel, 0.03),
        ("hip_range", hip, 3.0),
        ("knee_flexion_bottom", HINGED.knee, 2.0),
        ("wrist_to_leg", 0.1, 0.02),
        ("lockout_extension", -STANDING.hip, 2.0),
        ("concentric_s", 1.5, 0.25),
        ("stretched_pause_s", 0.4, 0.25),
    ):
        assert judged.metric(name).value == pytest.approx(value, abs=tolerance), name


@pytest.mark.parametrize(
    ("lowering_s", "allowed_s"), [(1.0, 0.1), (2.0, 0.15), (3.0, 0.2), (4.0, 0.25)]
)
@pytest.mark.parametrize("fps", [30, 60])
def test_lowering_time(judge: Any, lowering_s: float, allowed_s: float, fps: float) -> None:
    """A drawn track has no delay that could be undone, so slow beginnings are found early."""
    for rep in judge(1, eccentric_s=lowering_s, fps=fps).reps:
        assert rep.eccentric is not None
        assert abs(rep.eccentric.duration_s - lowering_s) < allowed_s


def test_a_good_lowering_is_not_called_fast_for_the_noise(judge: Any) -> None:
    assert "ECCENTRIC_FAST" not in judge(3, eccentric_s=3.4, noise_px=1.0, fps=30).codes()


def test_far_from_the_side_angles_are_refused_and_tempo_stays(judge: Any) -> None:
    judged = judge(2, yaw_deg=60, spine_deg=25.0)
    assert judged.summary.rep_count == 2
    assert judged.summary.score is None
    assert "spine_curvature" in judged.findings[0].score_steps[0]
    for name in ("spine_curvature", "hip_hinge_ratio", "hip_travel", "knee_flexion_bottom"):
        assert judged.metric(name).reason is Reason.VIEW
        assert judged.metric(name).value is None
    assert judged.metric("eccentric_s").status == "ok"
    assert judged.codes() == set()


def test_past_21_degrees_the_back_is_refused_and_the_hinge_stays(judge: Any) -> None:
    judged = judge(1, yaw_deg=27, spine_deg=25.0)
    assert judged.metric("spine_curvature").reason is Reason.VIEW
    assert judged.metric("hip_hinge_ratio").status == "ok"
    assert judged.codes() == set()


def test_an_upright_back_is_not_judged(judge: Any) -> None:
    squat = Pose(hip=75.0, knee=105.0, shank=35.0)
    judged = judge(2, bottom=squat, spine_deg=30.0)
    assert judged.metric("spine_curvature").reason is Reason.UPRIGHT


def test_a_lifter_with_a_hollow_back_is_compared_with_their_own(judge: Any) -> None:
    """Three reps at -25 are neutral for this lifter; alone they would be left open."""
    own = judge(3, spine_deg=-25.0)
    assert own.metric("spine_curvature").value == pytest.approx(-8.0, abs=1.0)
    assert own.metric("spine_curvature").band == "neutral"
    alone = judge(1, spine_deg=-25.0)
    assert alone.metric("spine_curvature").reason is Reason.NO_REFERENCE
    assert alone.metric("spine_curvature").band == "uncertain"
    assert alone.summary.score is None


def test_an_incomplete_rep_is_judged_and_gets_no_score(judge: Any) -> None:
    t_s = frames(1.0 + 6.1 * 3 + 3.6)
    judged = judge(4, t_s=t_s, spine_deg=25.0)
    last = judged.findings[-1]
    assert [rep.complete for rep in judged.reps] == [True, True, True, False]
    assert last.score is None
    assert "whole rep" in last.score_steps[0]
    assert "SPINE_ROUNDED" in {fault.code for fault in last.faults}
    assert judged.summary.rep_count == 3
    assert judged.summary.score == 75.0


def test_a_lifter_hidden_at_the_bottom_is_not_judged_there(judge: Any) -> None:
    judged = judge(1, missing_s=[(3.3, 5.0)])
    assert judged.metric("eccentric_s").reason is Reason.OCCLUSION
    assert judged.summary.score is None
    assert judged.codes() == set()


def test_a_rep_of_which_a_sixth_is_hidden_shows_no_angles(judge: Any) -> None:
    seen, hidden = judge(1), judge(1, missing_s=[(4.6, 5.7)])
    for name in ("hip_hinge_ratio", "hip_range", "knee_flexion_bottom"):
        assert seen.metric(name).status == "ok"
        assert hidden.metric(name).reason is Reason.OCCLUSION


@pytest.mark.parametrize(("until_s", "refused"), [(5.3, True), (4.2, False)])
def test_who_is_often_lost_in_a_set_has_no_legs_to_judge_in_its_other_reps(
    judge: Any, until_s: float, refused: bool
) -> None:
    judged = judge(2, missing_s=[(3.3, until_s)])
    assert len(judged.reps) == 2
    for name in ("hip_hinge_ratio", "hip_travel", "hip_range", "knee_flexion_bottom"):
        other = {metric.name: metric for metric in judged.findings[1].metrics}[name]
        assert (other.reason is Reason.OCCLUSION) == refused
    assert judged.findings[1].faults == ()


def test_legs_that_no_body_has_make_the_tempo_less_sure() -> None:
    track = rdl_track(1, eccentric_s=2.65)
    clear = judge_track(track, 1.0).metric("eccentric_s")
    assert clear.status == "fault"
    knees = [Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE]
    behind = slice(80, 100)
    track.landmarks_px[behind, knees] += np.array([0.0, 60.0])
    plates = judge_track(track, 1.0).metric("eccentric_s")
    assert plates.value == pytest.approx(clear.value, abs=0.05)
    assert plates.uncertainty >= 0.15 * plates.value > clear.uncertainty
    assert plates.reason is Reason.UNCERTAIN


def test_a_knee_that_jumps_at_the_bottom_is_less_sure() -> None:
    track = rdl_track(1)
    steady = judge_track(track, 1.0).metric("knee_flexion_bottom")
    knees = [Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE]
    for first in (126, 146):
        track.landmarks_px[first : first + 10, knees, 0] += 20.0
    jumpy = judge_track(track, 1.0).metric("knee_flexion_bottom")
    assert jumpy.uncertainty > 1.05 * steady.uncertainty


def test_nobody_kneeling_or_lying_hinges(judge: Any) -> None:
    lying = Pose(hip=70.0, knee=100.0, shank=80.0)
    assert judge(3, top=lying, bottom=Pose(90.0, 120.0, 80.0)).reps == []


def test_slow_motion(judge: Any) -> None:
    real = judge(1, speed=0.5, fps=30, eccentric_s=8.0, concentric_s=4.0, pause_s=2.0, top_s=3.0)
    assert real.reps[0].eccentric is not None
    assert real.reps[0].eccentric.duration_s == pytest.approx(4.0, abs=0.45)
    assert real.codes() == set()


@pytest.mark.parametrize(("across", "left"), [(0.3, [1, 2]), (0.9, [1])])
def test_who_passes_does_no_rep(across: float, left: list[int]) -> None:
    """Shoulders that move across the picture during the first rep, by so many heights."""
    settings = exercise_settings("romanian_deadlift")
    signals = build_signals(rdl_track(2))
    first, second = hinge_reps(signals, settings)
    passing = np.clip((signals.t_s - first.start_s) / (first.end_s - first.start_s), 0.0, 1.0)
    moved = replace(signals, shoulder_x_bodies=signals.shoulder_x_bodies + across * (passing - 1.0))
    found = hinge_reps(moved, settings)
    assert [rep.index for rep in found] == left
    assert found[-1].start_s == pytest.approx(second.start_s, abs=0.5)
