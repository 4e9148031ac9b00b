from __future__ import annotations

import numpy as np
import pytest

from formcheck.motion.body import measure_body
from formcheck.motion.signals import View
from formcheck.motion.view import measure_view
from formcheck.pose.track import PoseTrack
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


def test_nobody() -> None:
    view = view_of(without(rdl_track(1), [(0, 99)]))
    assert (view.facing, view.side_on, view.problems) == (None, False, ())
    assert np.isnan(view.yaw_deg)


def test_size_does_not_matter() -> None:
    small, large = (view_of(rdl_track(1, yaw_deg=20, height_px=h)) for h in (120.0, 900.0))
    assert small.yaw_deg == pytest.approx(large.yaw_deg, abs=0.1)
