from __future__ import annotations

import numpy as np
import pytest

from formcheck.motion.body import implausible, leg_trust, measure_body
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack
from tests.synthetic import SHANK, THIGH, TRUNK, Pose, rdl_track, without


def legs(track: PoseTrack) -> np.ndarray:
    return leg_trust(track.landmarks_px.astype(np.float64), measure_body(track))


@pytest.mark.parametrize("height_px", [150.0, 600.0])
@pytest.mark.parametrize("facing", ["right", "left"])
def test_lengths(height_px: float, facing: str) -> None:
    body = measure_body(rdl_track(1, height_px=height_px, facing=facing))
    lengths = [body.torso_px, body.thigh_px, body.shank_px, body.height_px]
    assert lengths == pytest.approx(np.array([TRUNK, THIGH, SHANK, 1.0]) * height_px, rel=0.005)


def test_the_height_survives_a_camera_off_the_side() -> None:
    assert measure_body(rdl_track(2, yaw_deg=45)).height_px == pytest.approx(600, rel=0.03)


def test_legs_hidden_by_plates_are_brought_back_to_what_the_torso_predicts() -> None:
    track = rdl_track(1)
    track.landmarks_px[:, [Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE]] = track.landmarks_px[
        :, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
    ]
    body = measure_body(track)
    assert body.thigh_px == pytest.approx(0.75 * THIGH * 600, rel=0.01)
    assert body.shank_px == pytest.approx(1.25 * SHANK * 600, rel=0.01)


def test_nobody() -> None:
    assert np.isnan(measure_body(without(rdl_track(1), [(0, 99)])).height_px)


def test_trust_falls_when_a_knee_jumps() -> None:
    track = rdl_track(1)
    assert legs(track).min() > 0.97
    knee, hip = Landmark.LEFT_KNEE, Landmark.LEFT_HIP
    jump = 0.4 * (track.landmarks_px[30:40, knee] - track.landmarks_px[30:40, hip])
    track.landmarks_px[30:40, knee] += jump
    trust = legs(track)
    assert trust[30:40, 0].max() < 0.15
    assert trust[30:40, 1].min() > 0.95, "the other leg has not moved"
    assert trust[:30].min() > 0.95


@pytest.mark.parametrize("facing", ["right", "left"])
def test_a_knee_that_bends_backwards_is_no_knee(facing: str) -> None:
    """Folded the other way about the line from hip to ankle, every length stays as it is."""
    track = rdl_track(1, facing=facing, bottom=Pose(hip=90.0, knee=30.0, shank=0.0))
    points = track.landmarks_px.astype(np.float64)
    hip, knee, ankle = Landmark.LEFT_HIP, Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE
    line = points[:, ankle] - points[:, hip]
    across = np.column_stack([-line[:, 1], line[:, 0]]) / np.hypot(*line.T)[:, None]
    ahead = ((points[:, knee] - points[:, hip]) * across).sum(axis=1)
    points[:, knee] -= 2.0 * ahead[:, None] * across
    body, forward = measure_body(track), 1.0 if facing == "right" else -1.0
    assert leg_trust(points, body).min() > 0.95
    trust = leg_trust(points, body, forward)
    assert trust[:, 0].min() == 0.0
    assert trust[:, 1].min() > 0.95
    assert leg_trust(points, body, -forward)[:, 1].min() == 0.0, "facing the other way"


def test_no_trust_in_what_is_missing() -> None:
    assert legs(without(rdl_track(1), [(1.0, 2.0)]))[30:60].max() == 0.0


def shrunk(track: PoseTrack, rows: slice, ratio: float) -> PoseTrack:
    """Move the shoulders along the trunk, as a pose that sits on a plate does."""
    pair = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
    hips = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
    points = track.landmarks_px[rows]
    points[:, pair] = points[:, hips] + ratio * (points[:, pair] - points[:, hips])
    return track


@pytest.mark.parametrize(
    ("ratio", "side_on", "wrong"),
    [
        (0.9, True, False),
        (0.5, True, True),
        (0.5, False, False),
        (0.1, False, True),
        (1.6, True, True),
        (1.6, False, True),
    ],
)
def test_implausible_trunks(ratio: float, side_on: bool, wrong: bool) -> None:
    track = shrunk(rdl_track(1), slice(40, 55), ratio)
    found = implausible(track, measure_body(track), side_on)
    assert found[40:55].tolist() == [wrong] * 15
    assert not found[:40].any()
    assert not found[55:].any()


@pytest.mark.parametrize(("rows", "kept"), [(4, False), (12, True)])
def test_a_short_island_between_losses_is_not_believed(rows: int, kept: bool) -> None:
    track = shrunk(rdl_track(1), slice(40, 50), 0.4)
    shrunk(track, slice(50 + rows, 60 + rows), 0.4)
    found = implausible(track, measure_body(track), True)
    assert found[50 : 50 + rows].any() != kept


def test_a_missing_lifter_is_not_implausible() -> None:
    track = without(rdl_track(1), [(1.0, 2.0)])
    assert not implausible(track, measure_body(track), True).any()
