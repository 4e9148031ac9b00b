"""Ankles that plates draw along, and those that step, pan or are never seen standing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.motion.body import measure_body
from formcheck.motion.build import build_signals
from formcheck.motion.signals import Signals
from formcheck.motion.stance import standing_trust
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack
from tests.exercises.knee_sets import judge_set
from tests.synthetic import HINGED, rdl_track
from tests.synthetic_knee import lying_track

Mask = NDArray[np.bool_]
NAME = "romanian_deadlift"
LEG_METRICS = ("knee_flexion_bottom", "hip_hinge_ratio", "hip_travel", "hip_range", "wrist_to_leg")


def folded(track: PoseTrack, by_deg: float) -> PoseTrack:
    """Shanks turned about their knees where the lifter is low, as on plates: no length changes."""
    lean = build_signals(track).trunk_inclination_deg
    turn = np.radians(by_deg) * np.clip(lean / HINGED.trunk, 0.0, 1.0) ** 2
    cosine, sine = np.cos(turn), np.sin(turn)
    points = track.landmarks_px.astype(np.float64)
    for side in ("LEFT", "RIGHT"):
        knee = points[:, Landmark[f"{side}_KNEE"]]
        for part in ("ANKLE", "HEEL", "FOOT_INDEX"):
            at = Landmark[f"{side}_{part}"]
            x, y = (points[:, at] - knee).T
            points[:, at] = knee + np.column_stack([cosine * x - sine * y, sine * x + cosine * y])
    return replace(track, landmarks_px=points)


def low_and_high(signals: Signals) -> tuple[Mask, Mask]:
    lean = signals.trunk_inclination_deg
    return lean > 0.8 * HINGED.trunk, lean < 0.2 * HINGED.trunk


def test_a_leg_that_plates_draw_along_is_not_believed_and_costs_no_rep() -> None:
    track = folded(rdl_track(3), 45.0)
    signals = build_signals(track)
    low, high = low_and_high(signals)
    assert signals.leg_trust[low].max() < 0.1
    assert signals.leg_trust[high].min() > 0.9
    assert signals.limb_trust.min() > 0.9

    judged = judge_set(NAME, track)
    assert [rep.complete for rep in judged.reps] == [True] * 3
    assert {judged.metric(name).reason for name in LEG_METRICS} == {"occlusion"}
    assert judged.codes() == [set()] * 3
    assert judged.metric("eccentric_s").status == "ok"


@pytest.mark.parametrize(("strays_s", "doubted"), [(1.2, True), (0.2, False)])
def test_a_bend_in_which_a_foot_strays_for_a_while_is_doubted_as_a_whole(
    strays_s: float, doubted: bool
) -> None:
    track = rdl_track(1)
    lean = build_signals(track).trunk_inclination_deg
    bend = lean > 30.0
    middle_s = float(track.t_s[bend].mean())
    strays = np.abs(track.t_s - middle_s) < strays_s / 2.0
    feet = [Landmark[f"{side}_{part}"] for side in ("LEFT", "RIGHT") for part in ("ANKLE", "HEEL")]
    points = track.landmarks_px.copy()
    points[np.flatnonzero(strays)[:, None], feet] += (60.0, 0.0)
    trust = standing_trust(track.t_s, points.astype(np.float64), lean, measure_body(track))
    assert trust[strays].max() < 0.4
    away = bend & ~strays
    assert (trust[away].max() < 0.4) == doubted
    assert trust[lean < 20.0].min() > 0.9


def test_landmarks_that_wander_a_little_are_believed() -> None:
    signals = build_signals(rdl_track(3, noise_px=3.0))
    assert signals.leg_trust.min() > 0.5


@pytest.mark.parametrize("sway", ["step", "pan"])
def test_steps_between_reps_and_a_slow_pan_cost_nothing(sway: str) -> None:
    track = rdl_track(3)
    t_s = track.t_s
    if sway == "pan":
        aside = 40.0 * t_s
    else:
        lean = build_signals(track).trunk_inclination_deg
        tops = t_s[(lean < 1.0) & (t_s > t_s[-1] / 3)]
        aside = np.where(t_s > tops[0] + 0.1, 90.0, 0.0)
    track.landmarks_px[..., 0] += aside[:, None].astype(np.float32)
    low, _ = low_and_high(build_signals(track))
    assert build_signals(track).leg_trust[low].min() > 0.6


def test_who_is_never_seen_upright_is_believed() -> None:
    track = rdl_track(2, top=replace(HINGED, hip=HINGED.hip - 15.0))
    assert build_signals(folded(track, 45.0)).leg_trust.min() > 0.9


def test_ankles_of_who_lies_may_move() -> None:
    assert build_signals(lying_track(2)).leg_trust.min() > 0.9


@pytest.mark.parametrize("part", ["ANKLE", "HEEL"])
def test_one_landmark_of_a_foot_may_slip(part: str) -> None:
    track = rdl_track(3)
    low, _ = low_and_high(build_signals(track))
    points = [Landmark[f"{side}_{part}"] for side in ("LEFT", "RIGHT")]
    track.landmarks_px[np.flatnonzero(low)[:, None], points] += (30.0, 0.0)
    assert build_signals(track).leg_trust[low].min() > 0.6
