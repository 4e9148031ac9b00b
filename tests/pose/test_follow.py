"""One lifter among others: jumps to another person, drifting, walking past, second looks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.pose.follow import (
    followed_travel,
    lifter_rows,
    pieces_of,
    replaced,
    second_look_spans,
    settle_on_lifter,
    without_crossings,
)
from formcheck.pose.landmarks import Landmark
from formcheck.pose.scout import Sighting
from formcheck.pose.track import PoseTrack
from formcheck.video.reader import Frame
from tests.synthetic import TRUNK, rdl_track, without

TORSO_PX = TRUNK * 600
NAMES = ("landmarks_px", "landmarks_m", "visibility", "outline")


def moved(track: PoseTrack, rows: slice, by: tuple[float, float], size: float = 1.0) -> PoseTrack:
    """Another person in some frames: somewhere else, larger or smaller."""
    points = track.landmarks_px.copy()
    floor = np.array([640.0, 900.0])
    points[rows] = (points[rows] - floor) * size + floor + by
    return replace(track, landmarks_px=points)


def standing(track: PoseTrack, rows: slice) -> PoseTrack:
    points = track.landmarks_px.copy()
    points[rows] = points[0]
    return replace(track, landmarks_px=points)


@pytest.fixture
def lifter() -> PoseTrack:
    return rdl_track(2, fps=30, noise_px=0.5)


def alone(track: PoseTrack) -> np.ndarray:
    """No frame has somebody else near."""
    return np.zeros(len(track), dtype=bool)


def rows_of(track: PoseTrack) -> list[tuple[int, int]]:
    return [(int(piece.rows[0]), int(piece.rows[-1])) for piece in pieces_of(track)]


def test_one_lifter_is_one_piece(lifter: PoseTrack) -> None:
    (piece,) = pieces_of(lifter)
    assert len(piece.rows) == len(lifter)
    assert piece.size_px == pytest.approx(TORSO_PX, rel=0.03)
    assert piece.travel > 1.8
    assert piece.steadiness > 0.9
    assert lifter_rows(lifter).all()
    assert second_look_spans(lifter, alone(lifter)) == []
    assert settle_on_lifter(lifter, {}, alone(lifter)) is lifter


def test_nobody() -> None:
    nobody = without(rdl_track(1), [(0, 99)])
    assert pieces_of(nobody) == []
    assert not lifter_rows(nobody).any()
    assert second_look_spans(nobody, alone(nobody)) == []
    assert followed_travel(nobody) == 0


def test_a_jump_cuts_the_track(lifter: PoseTrack) -> None:
    track = moved(lifter, slice(100, 140), (400, 0))
    assert rows_of(track) == [(0, 99), (100, 139), (140, len(track) - 1)]


def test_the_same_way_in_more_time_is_no_jump(lifter: PoseTrack) -> None:
    """Hips may move a torso length in half a second without being seen."""
    track = moved(without(lifter, [(3.0, 3.5)]), slice(105, None), (0.8 * TORSO_PX, 0))
    assert len(pieces_of(track)) == 1
    at_once = moved(lifter, slice(105, None), (0.8 * TORSO_PX, 0))
    assert len(pieces_of(at_once)) == 2


@pytest.mark.parametrize(
    ("by", "size"), [((400, 0), 1.0), ((-500, -20), 0.9), ((120, -100), 0.5)],
    ids=["beside", "farther left", "small behind"],
)  # fmt: skip
def test_frames_on_a_passer_by_are_not_the_lifters(
    lifter: PoseTrack, by: tuple[float, float], size: float
) -> None:
    track = moved(standing(lifter, slice(100, 140)), slice(100, 140), by, size)
    mine = lifter_rows(track)
    assert not mine[100:140].any()
    assert mine[:100].all()
    assert mine[140:].all()


def test_the_one_who_moves_up_and_down_is_the_lifter(lifter: PoseTrack) -> None:
    """Someone who stands still is followed for longer than the lifter is."""
    n = len(lifter)
    track = moved(standing(lifter, slice(0, int(0.6 * n))), slice(0, int(0.6 * n)), (500, 0))
    mine = lifter_rows(track)
    assert not mine[: int(0.6 * n)].any()
    assert mine[int(0.6 * n) :].all()


def test_drifting_off_on_somebodys_back_is_noticed(lifter: PoseTrack) -> None:
    points = lifter.landmarks_px.copy()
    drift = np.linspace(0, 3.0 * TORSO_PX, 60)
    points[-60:, :, 0] += drift[:, None]
    track = replace(lifter, landmarks_px=points)
    assert len(pieces_of(track)) == 1
    mine = lifter_rows(track)
    away = np.concatenate([np.zeros(len(track) - 60), drift]) / TORSO_PX
    assert mine[away < 1.1].all()
    assert not mine[away > 1.8].any()


def test_in_company_a_pose_that_walks_off_with_its_feet_has_gone_over(lifter: PoseTrack) -> None:
    points = lifter.landmarks_px.copy()
    points[-60:, :, 0] += np.linspace(0, 1.0 * TORSO_PX, 60)[:, None]
    track = replace(lifter, landmarks_px=points)
    assert lifter_rows(track).all()
    mine = lifter_rows(track, np.ones(len(track), dtype=bool))
    assert mine[:-60].all()
    assert not mine[-30:].any()


def test_stains_and_unsteady_poses_are_not_the_lifter(lifter: PoseTrack) -> None:
    stain = moved(lifter, slice(100, 140), (300, 0), size=0.05)
    assert not lifter_rows(stain)[100:140].any()
    rng = np.random.default_rng(1)
    n = 60
    points = lifter.landmarks_px.copy()
    hips = lifter.midpoint_px(Landmark.LEFT_HIP, Landmark.RIGHT_HIP)[:n, None]
    points[:n] = (points[:n] - hips) * rng.uniform(0.6, 1.4, (n, 1, 1)) + hips + (500.0, 0.0)
    mine = lifter_rows(replace(lifter, landmarks_px=points))
    assert not mine[:n].any()
    assert mine[n:].all()


def test_a_second_look_is_taken_at_the_lifters_place(lifter: PoseTrack) -> None:
    track = without(moved(lifter, slice(100, 140), (500, 0)), [(140 / 30 - 1e-6, 145 / 30 - 1e-6)])
    (span,) = second_look_spans(track, alone(track))
    assert (span.first, span.past) == (100, 145)
    points = lifter.landmarks_px.reshape(-1, 2)
    assert (span.low_px < points.min(axis=0)).all()
    assert (span.high_px > points.max(axis=0)).all()
    assert span.high_px[0] < points[:, 0].max() + TORSO_PX


def test_one_or_two_wrong_frames_are_not_worth_a_second_look(lifter: PoseTrack) -> None:
    assert second_look_spans(moved(lifter, slice(100, 102), (500, 0)), alone(lifter)) == []


def test_absence_alone_is_not_worth_a_second_look(lifter: PoseTrack) -> None:
    assert second_look_spans(without(lifter, [(2.0, 4.0)]), alone(lifter)) == []


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_everything_but_the_lifters_place_is_blotted_out(lifter: PoseTrack, scale: float) -> None:
    (span,) = second_look_spans(moved(lifter, slice(100, 140), (500, 0)), alone(lifter))
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 255, (int(960 * scale), int(1280 * scale), 3), dtype=np.uint8)
    blotted = span.alone(Frame(100, 3.3, picture), scale).bgr
    left, top = np.maximum(np.floor(span.low_px * scale), 0).astype(int)
    right, bottom = np.ceil(span.high_px * scale).astype(int)
    assert np.array_equal(blotted[top:bottom, left:right], picture[top:bottom, left:right])
    assert len(np.unique(blotted[:, right:].reshape(-1, 3), axis=0)) == 1


def test_settling_puts_in_what_the_second_look_found(lifter: PoseTrack) -> None:
    track = moved(lifter, slice(100, 140), (500, 0))
    patches = {row: {name: getattr(lifter, name)[row] for name in NAMES} for row in range(100, 130)}
    mended = settle_on_lifter(track, patches, alone(track))
    assert np.array_equal(mended.landmarks_px[100:130], lifter.landmarks_px[100:130])
    assert not mended.found[130:140].any()
    assert "In 40 frames the model had left the lifter" in mended.notes[-1]
    assert "again in 30 frames" in mended.notes[-1]


def test_a_second_look_that_finds_the_stranger_again_is_dropped(lifter: PoseTrack) -> None:
    track = moved(lifter, slice(100, 140), (500, 0))
    patches = {row: {name: getattr(track, name)[row] for name in NAMES} for row in range(100, 140)}
    mended = settle_on_lifter(track, patches, alone(track))
    assert not mended.found[100:140].any()
    assert mended.found[:100].all()
    assert "again in 0 frames" in mended.notes[-1]


def test_another_person_than_the_one_first_followed(lifter: PoseTrack) -> None:
    other = moved(standing(lifter, slice(None)), slice(None), (500, 0))
    patches = {row: {name: getattr(lifter, name)[row] for name in NAMES} for row in range(50, 200)}
    track = replaced(other, patches)
    assert np.array_equal(np.flatnonzero(track.found), np.arange(50, 200))
    assert "More than one person" in track.notes[-1]
    assert other.found.all(), "the first track must stay as it is"


def test_travel_counts_the_lifter_alone(lifter: PoseTrack) -> None:
    full = followed_travel(lifter)
    assert full == pytest.approx(2 * 2 * (np.cos(np.radians(1)) - np.cos(np.radians(70))), rel=0.3)
    away = moved(standing(lifter, slice(100, 140)), slice(100, 140), (500, 0))
    assert followed_travel(away) == pytest.approx(full, rel=0.25)


def walker(t_s: float, x: float) -> Sighting:
    place = np.array([x, 600.0])
    size = TORSO_PX
    return Sighting(round(t_s * 30), t_s, place, 2.5 * size, size, place - size, place + size)


def test_frames_in_which_somebody_walks_past_are_blanked(lifter: PoseTrack) -> None:
    hip = lifter.midpoint_px(Landmark.LEFT_HIP, Landmark.RIGHT_HIP)[:, 0].mean()
    path = [walker(3.0 + 0.5 * k, hip - 500 + 200 * k) for k in range(6)]
    track = without_crossings(lifter, path)
    gone = ~track.found
    assert 4.2 > lifter.t_s[gone].min() > 3.5
    assert 5.5 > lifter.t_s[gone].max() > 4.5
    assert f"in {gone.sum()} frames" in track.notes[-1]


def test_nobody_walking_past_changes_nothing(lifter: PoseTrack) -> None:
    assert without_crossings(lifter, []) is lifter
    beside = [walker(3.0 + 0.5 * k, 1200.0) for k in range(6)]
    assert without_crossings(lifter, beside) is lifter
