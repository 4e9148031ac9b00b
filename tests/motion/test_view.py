from __future__ import annotations

import numpy as np
import pytest

from formcheck.exercises.findings import Reason
from formcheck.motion.body import measure_body
from formcheck.motion.build import build_signals
from formcheck.motion.preflight import check_clip
from formcheck.motion.signals import View
from formcheck.motion.view import measure_view
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack
from tests.drawn_hands import good_morning_track
from tests.exercises.knee_sets import judge_set
from tests.synthetic import rdl_track, without

BOTH = pytest.mark.parametrize("facing", ["right", "left"])


def view_of(track: PoseTrack) -> View:
    return measure_view(track, measure_body(track).torso_px)


@BOTH
@pytest.mark.parametrize("yaw_deg", [0, 10, 20, 30, 45, 60])
@pytest.mark.parametrize("way", [1, -1], ids=["from behind", "from in front"])
def test_yaw_and_facing(facing: str, yaw_deg: int, way: int) -> None:
    view = view_of(rdl_track(1, facing=facing, yaw_deg=way * yaw_deg, noise_px=1.0))
    assert view.yaw_deg == pytest.approx(yaw_deg, abs=5)
    assert view.facing == facing
    assert view.near_side == facing, "who faces right has the right side nearer to the camera"
    assert view.side_on == (yaw_deg <= 35)
    assert bool(view.problems) == (yaw_deg > 35)


@pytest.mark.parametrize("yaw_deg", [90, -90])
def test_front_and_rear(yaw_deg: int) -> None:
    view = view_of(rdl_track(1, yaw_deg=yaw_deg, noise_px=1.0))
    assert view.yaw_deg == pytest.approx(90, abs=5)
    assert view.facing is None
    assert not view.side_on
    assert "degrees off the side" in view.problems[0]


def test_signs_that_disagree_make_the_yaw_uncertain() -> None:
    track = rdl_track(1, yaw_deg=30)
    assert view_of(track).yaw_uncertainty_deg == pytest.approx(3.0, abs=0.1)
    track.landmarks_m[..., 0] = 0.0
    astray = view_of(track)
    assert astray.yaw_deg == pytest.approx(15, abs=1)
    assert astray.yaw_uncertainty_deg == pytest.approx(15, abs=1)


def turned_shoulders(track: PoseTrack, by_torsos: float) -> PoseTrack:
    """The far shoulder guessed beside the plate that covers the near one."""
    torso_px = measure_body(track).torso_px
    at = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
    track.landmarks_px[:, at, 0] += np.array([0.5, -0.5]) * by_torsos * torso_px
    track.landmarks_m[:, at, 0] += np.array([0.1, -0.1])
    return track


def test_where_plates_cover_the_shoulders_the_hips_tell() -> None:
    view = view_of(turned_shoulders(rdl_track(1, yaw_deg=5), 0.4))
    assert view.shoulders_covered
    assert view.yaw_deg == pytest.approx(5, abs=1)
    assert view.yaw_uncertainty_deg == pytest.approx(8.1, abs=0.3)
    assert view.side_on
    assert view.problems == ()


def test_covered_shoulders_are_told_before_all_else() -> None:
    track = turned_shoulders(rdl_track(2, yaw_deg=5), 0.4)
    signals = build_signals(track)
    sentences = [check.sentence for check in check_clip(track, signals, [], side_view=True)]
    assert "Something hides your shoulders" in sentences[0]
    assert not any("carry it" in sentence for sentence in sentences)


def test_a_lockout_under_covered_shoulders_is_not_judged() -> None:
    judged = judge_set("good_morning", turned_shoulders(good_morning_track(2), 0.4))
    assert judged.metric("lockout_extension").reason is Reason.OCCLUSION
    assert judged.metric("hip_range").status == "ok"


def test_hips_that_seem_turned_further_tell_nothing() -> None:
    track = rdl_track(1, yaw_deg=5)
    track.landmarks_px[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP], 0] += (20.0, -20.0)
    view = view_of(track)
    assert not view.shoulders_covered
    assert view.yaw_deg == pytest.approx(5, abs=1)


def test_nobody() -> None:
    view = view_of(without(rdl_track(1), [(0, 99)]))
    assert (view.facing, view.side_on, view.problems) == (None, False, ())
    assert np.isnan(view.yaw_deg)


def test_size_does_not_matter() -> None:
    small, large = (view_of(rdl_track(1, yaw_deg=20, height_px=h)) for h in (120.0, 900.0))
    assert small.yaw_deg == pytest.approx(large.yaw_deg, abs=0.1)
