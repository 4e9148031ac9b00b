"""Reps of drawn knee exercises: which knee, how many, and what is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.analysis import judge_track
from formcheck.exercises.glute_ham_raise import KIND as RAISE
from formcheck.exercises.knee_flexion import Kind, knee_courses
from formcheck.exercises.knee_flexion_phases import (
    MIDDLE_TIME,
    minimum_jerk_share,
    travel_s,
    with_slow_starts,
)
from formcheck.exercises.lying_leg_curl import KIND
from formcheck.exercises.registry import exercise_settings, signals_as_judged
from formcheck.motion.build import build_signals
from formcheck.motion.rep import Phase, Rep
from formcheck.motion.signals import Signals
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack
from tests.exercises.knee_sets import judge_set
from tests.synthetic import Pose, frames, min_jerk, rdl_track
from tests.synthetic_knee import lean_track, lying_track, raise_track, seated_track

DRAWN = {
    "lying_leg_curl": lying_track,
    "seated_leg_curl": seated_track,
    "glute_ham_raise": raise_track,
}
EVERY = pytest.mark.parametrize("name", DRAWN)


def sides_of(track: PoseTrack, kind: Kind = KIND) -> list[tuple[int, ...]]:
    settings = exercise_settings("lying_leg_curl")
    return [course.sides for course in knee_courses(build_signals(track), settings, kind)]


@EVERY
@pytest.mark.parametrize("reps", [1, 2, 5])
@pytest.mark.parametrize("noise_px", [0.0, 1.5])
def test_reps_are_counted_and_timed(name: str, reps: int, noise_px: float) -> None:
    judged = judge_set(name, DRAWN[name](reps, view={"noise_px": noise_px}))
    assert [rep.index for rep in judged.reps] == list(range(1, reps + 1))
    assert all(rep.complete for rep in judged.reps)
    assert judged.support > 0.9
    for rep in judged.reps:
        assert rep.eccentric is not None
        assert rep.concentric is not None
        assert rep.eccentric.duration_s == pytest.approx(3.4, abs=0.3)
        assert rep.concentric.duration_s == pytest.approx(1.5, abs=0.3)
        lift_first = rep.concentric.start_s < rep.eccentric.start_s
        assert lift_first == (name != "glute_ham_raise")


@EVERY
def test_no_exercise_is_taken_for_another(name: str) -> None:
    for other in DRAWN:
        if other != name:
            assert judge_set(other, DRAWN[name](3)).reps == []


@EVERY
@pytest.mark.parametrize("facing", ["right", "left"])
def test_hinges_and_squats_are_none(name: str, facing: str) -> None:
    for bottom in (Pose(90.0, 20.0, 0.0), Pose(100.0, 110.0, 30.0), Pose(60.0, 130.0, 20.0)):
        assert judge_set(name, rdl_track(3, bottom=bottom, facing=facing)).reps == []


@EVERY
def test_a_knee_that_bends_while_the_other_segment_moves_is_none(name: str) -> None:
    """Sliding on a rower's seat, hips that sink to the heels."""
    t_s = frames(9.0)
    way = min_jerk(t_s, 0.0, [(1, 0), (1, 1), (1, 1), (1, 0), (1, 0), (1, 1), (1, 1), (1, 0)])
    rower = lean_track(t_s, -10.0 + 30 * way, -85.0 - 55 * way, (-85.0 + 35 * way,) * 2)
    heels = lean_track(t_s, 20.0 * way, -60.0 * way, (92.0, 92.0))
    assert judge_set(name, rower).reps == []
    assert judge_set(name, heels).reps == []


def test_legs_that_take_turns_are_counted_each() -> None:
    track = lying_track(4, take_turns=True)
    assert sides_of(track) == [(0,), (1,)]
    judged = judge_set("lying_leg_curl", track)
    assert len(judged.reps) == 4
    assert judged.codes() == [set()] * 4
    starts = [rep.start_s for rep in judged.reps]
    assert starts == sorted(starts)


@pytest.mark.parametrize(("only", "side"), [("left", 0), ("right", 1)])
def test_one_leg_alone(only: str, side: int) -> None:
    track = lying_track(2, only=only)
    assert sides_of(track) == [(side,)]
    assert len(judge_set("lying_leg_curl", track).reps) == 2


def hide(track: PoseTrack, side: str, by_deg: float) -> PoseTrack:
    """Turn a shank about its knee, as a landmark that sits on the machine looks."""
    knee = track.landmarks_px[:, Landmark[f"{side}_KNEE"]]
    turn = np.radians(by_deg)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    for part in ("ANKLE", "HEEL", "FOOT_INDEX"):
        at = Landmark[f"{side}_{part}"]
        track.landmarks_px[:, at] = knee + (track.landmarks_px[:, at] - knee) @ matrix.T
    return track


def test_legs_that_agree_are_averaged_and_else_the_nearer_one_is_followed() -> None:
    assert sides_of(lying_track(2)) == [(0, 1)]
    near = build_signals(lying_track(2)).view.near_side
    far, column = ("RIGHT", 0) if near == "left" else ("LEFT", 1)
    track = hide(lying_track(2), far, 30.0)
    assert sides_of(track) == [(column,)]
    judged = judge_set("lying_leg_curl", track)
    assert judged.value("peak_knee_flexion") == pytest.approx(110.0, abs=1.0)


@pytest.mark.parametrize("wander_deg", [0.0, 12.0])
def test_what_a_fastened_segment_wanders_is_no_bend_of_the_knee(wander_deg: float) -> None:
    """Landmarks of a shank under a strap, and of thighs under a pad, that go along with the rep."""
    t_s = frames(12.0)
    down = min_jerk(t_s, 0.0, [(1, 0), (3.4, 1), (0.5, 1), (1.5, 0), (5.6, 0)])
    thigh = down * 80.0
    raised = lean_track(t_s, thigh + 3.0, thigh, (92.0 + wander_deg * down,) * 2)
    judged = judge_set("glute_ham_raise", raised)
    assert judged.value("knee_range") == pytest.approx(80.0, abs=1.0)

    shank = -80.0 + (1.0 - down) * 95.0
    curled = lean_track(t_s, -15.0, -88.0 + wander_deg * down, (shank, shank))
    judged = judge_set("seated_leg_curl", curled)
    assert judged.value("knee_range") == pytest.approx(95.0, abs=1.5)


def test_the_signals_as_judged_hold_what_is_fastened() -> None:
    t_s = frames(6.0)
    way = 0.5 - 0.5 * np.cos(np.pi * t_s / 1.5)
    curled = lean_track(t_s, -15.0, -88.0 + 10.0 * way, (-80.0 + 95.0 * way,) * 2)
    judged = as_judged("seated_leg_curl", curled)
    # The thigh rests half-way along its wander: at -83 degrees.
    assert judged.knee_flexion_deg == pytest.approx(3.0 + 95.0 * way, abs=1.0)
    assert judged.hip_flexion_deg == pytest.approx(np.full(len(t_s), 68.0), abs=1.0)
    assert np.ptp(judged.legs.thigh_lean_deg, axis=0) == pytest.approx([0.0, 0.0], abs=1e-9)
    for side in range(2):
        knee = judged.legs.knee_flexion_deg[:, side]
        assert knee == pytest.approx(judged.knee_flexion_deg, abs=0.5)
        assert np.ptp(judged.legs.hip_flexion_deg[:, side]) < 1.0

    raised = lean_track(t_s, 3.0 + 80.0 * way, 80.0 * way, (92.0 + 10.0 * way,) * 2)
    judged = as_judged("glute_ham_raise", raised)
    assert judged.knee_flexion_deg == pytest.approx(97.0 - 80.0 * way, abs=1.0)
    assert judged.hip_flexion_deg == pytest.approx(build_signals(raised).hip_flexion_deg, abs=1e-9)


def test_signals_of_what_nothing_fastens_stay_as_measured() -> None:
    t_s = frames(6.0)
    way = 0.5 - 0.5 * np.cos(np.pi * t_s / 1.5)
    swung = lean_track(t_s, 10.0, 40.0 * way, (92.0 + 30.0 * way,) * 2)
    for name, track in (("glute_ham_raise", swung), ("lying_leg_curl", lying_track(2))):
        measured, judged = build_signals(track), as_judged(name, track)
        assert np.array_equal(measured.knee_flexion_deg, judged.knee_flexion_deg)
        assert np.array_equal(measured.legs.knee_flexion_deg, judged.legs.knee_flexion_deg)


@pytest.mark.parametrize("name", ["lying_leg_curl", "seated_leg_curl"])
def test_a_leg_hidden_behind_the_other_is_not_shown(name: str) -> None:
    near = build_signals(DRAWN[name](2)).view.near_side
    column = 0 if near == "left" else 1
    far = "RIGHT" if near == "left" else "LEFT"
    apart = as_judged(name, hide(DRAWN[name](2), far, 30.0))
    assert apart.legs.trust[:, 1 - column].max() == 0.0
    assert apart.legs.trust[:, column].min() > 0.5
    alike = as_judged(name, DRAWN[name](2))
    assert alike.legs.trust.min() > 0.5


def test_a_leg_that_rests_is_shown() -> None:
    judged = as_judged("lying_leg_curl", lying_track(2, only="left"))
    assert judged.legs.trust.min() > 0.5


def test_what_is_shown_of_a_clip_is_as_judged() -> None:
    t_s = frames(12.0)
    curled = 0.5 - 0.5 * np.cos(np.pi * t_s / 3.0)
    track = lean_track(t_s, -15.0, -88.0 + 10.0 * curled, (-80.0 + 95.0 * curled,) * 2)
    shown = judge_track(track, Path("curl.mp4"), exercise="seated_leg_curl").signals
    assert np.ptp(build_signals(track).legs.thigh_lean_deg) > 8.0
    assert np.ptp(shown.legs.thigh_lean_deg, axis=0) == pytest.approx([0.0, 0.0], abs=1e-9)


def as_judged(name: str, track: PoseTrack) -> Signals:
    return signals_as_judged(name, build_signals(track), exercise_settings(name))


@pytest.mark.parametrize(("swing_deg", "held"), [(15.0, True), (30.0, False)])
def test_a_segment_that_swings_far_is_not_fastened(swing_deg: float, held: bool) -> None:
    t_s = frames(6.0)
    way = 0.5 - 0.5 * np.cos(np.pi * t_s / 1.5)
    track = lean_track(t_s, 10.0, 40.0 * way, (92.0 + swing_deg * way,) * 2)
    signals, settings = build_signals(track), exercise_settings("glute_ham_raise")
    (course,) = knee_courses(signals, settings, RAISE)
    expected = 40.0 if held else 40.0 - swing_deg
    assert np.ptp(course.knee_deg) == pytest.approx(expected, abs=1.0)


def test_a_clip_that_starts_bent_counts_from_bent_to_bent() -> None:
    judged = judge_set("lying_leg_curl", lying_track(2, stretched_start=False))
    assert [rep.complete for rep in judged.reps] == [True, True]
    assert judged.codes() == [set(), set()]


@pytest.mark.parametrize("rest_deg", [-8.0, 2.0])
def test_a_machine_that_rests_deeper_than_the_set_goes_costs_no_rep(rest_deg: float) -> None:
    t_s = frames(24.0)
    turn = [(1.5, 105.0), (0.8, 105.0), (3.4, 35.0), (0.4, 35.0)]
    legs = [(1.0, rest_deg), *turn, *turn, *turn[:2], (3.4, rest_deg), (1.0, rest_deg)]
    knee = min_jerk(t_s, rest_deg, legs)
    judged = judge_set("lying_leg_curl", lean_track(t_s, 90.0, 90.0, (90.0 + knee,) * 2))
    assert [rep.complete for rep in judged.reps] == [True] * 3


def test_a_set_that_the_clip_cuts_off() -> None:
    track = lying_track(3, t_s=frames(17.4))
    judged = judge_set("lying_leg_curl", track)
    assert [rep.complete for rep in judged.reps] == [True, True, False]
    assert judged.findings[-1].score is None


@EVERY
def test_from_the_front_angles_are_refused_and_reps_and_tempo_stay(name: str) -> None:
    judged = judge_set(name, DRAWN[name](2, view={"yaw_deg": 50.0}))
    assert len(judged.reps) == 2
    assert judged.summary.score is None
    refused = {m.name for m in judged.findings[0].metrics if m.reason == "view"}
    assert {"knee_range", "knee_flexion_stretched"} <= refused
    assert judged.metric("eccentric_s").status == "ok"
    assert judged.codes() == [set(), set()]


@EVERY
def test_a_body_without_believable_legs_has_no_reps(name: str) -> None:
    track = DRAWN[name](2)
    rng = np.random.default_rng(1)
    for at in (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE):
        track.landmarks_px[:, at] += rng.normal(0.0, 250.0, (len(track), 2)).cumsum(axis=0) / 3
    assert judge_set(name, track).reps == []


def test_places_and_times_of_the_minimum_jerk_course() -> None:
    assert minimum_jerk_share(0.5) == pytest.approx(0.5)
    assert minimum_jerk_share(0.0) == 0.0
    assert pytest.approx(0.621, abs=0.002) == MIDDLE_TIME
    t_s = frames(6.0, 100)
    path = min_jerk(t_s, 90.0, [(1.0, 90.0), (4.0, 10.0), (1.0, 10.0)])
    found = travel_s(t_s, path)
    assert found is not None
    assert found == pytest.approx((80.0, 4.0 * MIDDLE_TIME), abs=0.03)
    assert travel_s(t_s, np.full(len(t_s), np.nan)) is None
    assert travel_s(t_s, np.full(len(t_s), 3.0)) is None


def rep_of(start_s: float, eccentric: Phase, **phases: Any) -> Rep:
    parts = {"stretched_pause": None, "concentric": None, "top_pause": None} | phases
    return Rep(1, True, start_s, eccentric.end_s, eccentric, **parts)


def test_a_slow_beginning_belongs_to_the_lowering() -> None:
    t_s = frames(8.0, 50)
    slow = np.interp(t_s, [0.0, 2.0, 5.0, 5.4, 8.0], [90.0, 90.0, 45.0, 10.0, 10.0])
    late = rep_of(4.6, Phase(4.6, 5.4))
    (found,) = with_slow_starts(t_s, slow, [late])
    assert found.eccentric is not None
    assert found.eccentric.start_s == pytest.approx(2.0, abs=0.35)
    assert found.start_s == found.eccentric.start_s
    sharp = np.interp(t_s, [0.0, 4.6, 5.4, 8.0], [90.0, 90.0, 10.0, 10.0])
    assert with_slow_starts(t_s, sharp, [late]) == [late]


def test_the_pause_before_a_slow_beginning_ends_with_it() -> None:
    t_s = frames(8.0, 50)
    slow = np.interp(t_s, [0.0, 1.0, 2.0, 5.0, 5.4, 8.0], [10.0, 90.0, 90.0, 45.0, 10.0, 10.0])
    late = rep_of(0.0, Phase(4.6, 5.4), concentric=Phase(0.0, 1.0), top_pause=Phase(1.0, 4.6))
    (found,) = with_slow_starts(t_s, slow, [late])
    assert found.start_s == 0.0
    assert found.eccentric is not None
    assert found.top_pause is not None
    assert found.top_pause.end_s == found.eccentric.start_s
    assert found.eccentric.start_s < 2.5


def test_a_wobble_in_the_pause_is_no_slow_beginning() -> None:
    t_s = frames(8.0, 50)
    sharp = np.interp(t_s, [0.0, 3.0, 4.0, 5.0, 5.8, 8.0], [10.0, 90.0, 90.0, 90.0, 10.0, 10.0])
    wobble = np.where((t_s > 4.0) & (t_s < 5.0), 3.0 * np.sin(2.0 * np.pi * t_s), 0.0)
    rep = rep_of(3.0, Phase(5.0, 5.8), concentric=Phase(3.0, 4.0), top_pause=Phase(4.0, 5.0))
    assert with_slow_starts(t_s, sharp + wobble, [rep]) == [rep]


@pytest.mark.parametrize("name", ["glute_ham_raise", "seated_leg_curl"])
def test_a_neighbouring_rep_adds_no_doubt_to_a_duration(name: str) -> None:
    """Slow lowerings with hardly a pause: what is looked at beside one is not the lift before."""
    judged = judge_set(name, DRAWN[name](3, eccentric_s=6.0, top_s=0.3, pause_s=0.3))
    doubts = [judged.metric("eccentric_s", rep).uncertainty for rep in range(3)]
    assert None not in doubts
    assert max(doubts) == pytest.approx(min(doubts), rel=0.1)
