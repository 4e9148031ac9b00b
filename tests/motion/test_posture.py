"""Postures of drawn lifters, frame by frame and over a clip."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.motion.build import build_signals
from formcheck.motion.posture import POSTURES, measure_posture, posture_fit
from formcheck.pose.track import PoseTrack
from tests.synthetic import Pose, frames, rdl_track
from tests.synthetic_knee import lean_track, lying_track, raise_track, seated_track

SQUAT = Pose(hip=100.0, knee=110.0, shank=30.0)


def test_curls_are_seated_or_prone_throughout() -> None:
    for name, track in (("seated", seated_track(2)), ("prone", lying_track(2))):
        posture = measure_posture(build_signals(track).legs)
        assert posture.share[name] == 1.0  # type: ignore[index]
        assert posture.known == 1.0
        assert posture.shank_swing_deg > 80.0
        assert posture.thigh_swing_deg < 5.0


def test_a_raise_kneels_and_then_lies_while_the_shank_rests() -> None:
    posture = measure_posture(build_signals(raise_track(2)).legs)
    assert posture.share["kneeling"] > 0.5
    assert posture.share["kneeling"] + posture.share["prone"] > 0.95
    assert posture.shank_swing_deg < 5.0
    assert posture.thigh_swing_deg == pytest.approx(82.0, abs=2.0)


@pytest.mark.parametrize("facing", ["right", "left"])
def test_a_hinge_is_upright_and_hinged(facing: str) -> None:
    posture = measure_posture(build_signals(rdl_track(2, facing=facing)).legs)
    assert posture.share["upright"] + posture.share["hinged"] > 0.95
    assert posture.share["upright"] > 0.3
    assert posture.share["hinged"] > 0.3


def test_the_bottom_of_a_squat_looks_seated_and_its_thigh_gives_it_away() -> None:
    posture = measure_posture(build_signals(rdl_track(2, bottom=SQUAT)).legs)
    assert posture.share["upright"] > 0.3
    assert posture.share["prone"] == posture.share["kneeling"] == 0.0
    assert posture.thigh_swing_deg > 60.0


def test_whoever_lies_on_the_back_is_in_none_of_them() -> None:
    track = lean_track(frames(2.0), -90.0, -60.0, (20.0, 20.0))
    posture = measure_posture(build_signals(track).legs)
    assert sum(posture.share.values()) == 0.0


def test_some_frames_alone() -> None:
    signals = build_signals(raise_track(1))
    bottom = np.flatnonzero(signals.legs.thigh_lean_deg[:, 0] > 75.0)
    assert measure_posture(signals.legs, bottom).share["prone"] == 1.0
    mask = np.zeros(len(signals), dtype=bool)
    mask[bottom] = True
    assert measure_posture(signals.legs, mask) == measure_posture(signals.legs, bottom)


def hidden() -> PoseTrack:
    return seated_track(1, view={"missing_s": [(0.0, 100.0)]})


def test_nothing_is_told_of_nobody() -> None:
    signals = build_signals(hidden())
    posture = measure_posture(signals.legs)
    assert posture.known == 0.0
    assert set(posture.share.values()) == {0.0}
    assert np.isnan(posture.trunk_deg)
    fit = posture_fit(signals.legs)
    assert set(fit) == set(POSTURES)
    assert all(np.isnan(values).all() for values in fit.values())
