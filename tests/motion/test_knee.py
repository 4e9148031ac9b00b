"""Each leg by itself: leans and angles of drawn segments, facing told by the knees, trust."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.motion.body import measure_body
from formcheck.motion.build import build_signals
from formcheck.motion.knee import Legs, knee_facing, stands
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack
from tests.synthetic import frames, rdl_track
from tests.synthetic_knee import lean_track, lying_track, raise_track, seated_track

T_S = frames(2.0)
BOTH = pytest.mark.parametrize("facing", ["right", "left"])


def legs_of(trunk: float, thigh: float, left: float, right: float, facing: str) -> Legs:
    track = lean_track(T_S, trunk, thigh, (left, right), facing=facing)
    return build_signals(track).legs


@BOTH
@pytest.mark.parametrize(
    ("trunk", "thigh", "shank"),
    [
        (90.0, 90.0, 215.0),
        (92.0, 60.0, 150.0),
        (-20.0, -88.0, 10.0),
        (-30.0, -128.0, -70.0),
        (5.0, 2.0, 95.0),
    ],
    ids=["prone", "cambered bench", "seated", "seated with the knees up", "kneeling"],
)
def test_leans_and_angles_are_those_drawn(
    trunk: float, thigh: float, shank: float, facing: str
) -> None:
    legs = legs_of(trunk, thigh, shank, shank - 20.0, facing)
    assert legs.forward == (1.0 if facing == "right" else -1.0)
    assert legs.trunk_lean_deg == pytest.approx(trunk, abs=0.1)
    assert legs.thigh_lean_deg == pytest.approx(thigh, abs=0.1)
    assert legs.shank_lean_deg[:, 0] == pytest.approx(shank, abs=0.1)
    assert legs.shank_lean_deg[:, 1] == pytest.approx(shank - 20.0, abs=0.1)
    assert legs.knee_flexion_deg[:, 0] == pytest.approx(shank - thigh, abs=0.1)
    assert legs.knee_flexion_deg[:, 1] == pytest.approx(shank - 20.0 - thigh, abs=0.1)
    assert legs.hip_flexion_deg == pytest.approx(trunk - thigh, abs=0.1)


@BOTH
def test_hips_that_rise_leave_the_line_on_the_side_of_the_buttocks(facing: str) -> None:
    legs = legs_of(110.0, 70.0, 190.0, 190.0, facing)
    assert legs.hip_off_line_thighs.min() > 0.3
    assert legs_of(90.0, 90.0, 190.0, 190.0, facing).hip_off_line_thighs == pytest.approx(0.0)


@BOTH
def test_the_view_of_a_lying_or_kneeling_lifter_is_told_by_the_knees(facing: str) -> None:
    view = {"facing": facing}
    for track in (lying_track(1, view=view), raise_track(1, view=view)):
        signals = build_signals(track)
        assert signals.view.facing == facing
        assert signals.view.side_on
        assert not stands(track.landmarks_px.astype(np.float64))


def test_whoever_stands_faces_where_the_view_says() -> None:
    track = rdl_track(1, facing="left")
    assert stands(track.landmarks_px.astype(np.float64))
    assert build_signals(track).legs.forward == -1.0


def test_straight_knees_do_not_tell_where_a_lifter_faces() -> None:
    track = lean_track(T_S, 90.0, 90.0, (95.0, 95.0))
    assert knee_facing(track.landmarks_px.astype(np.float64), measure_body(track)) is None


def moved(track: PoseTrack, landmark: Landmark, by_px: float, rows: slice) -> PoseTrack:
    track.landmarks_px[rows, landmark, 1] += by_px
    return track


def test_a_leg_whose_landmarks_jump_loses_trust_for_that_long() -> None:
    track = moved(seated_track(1), Landmark.LEFT_ANKLE, 90.0, slice(60, 120))
    trust = build_signals(track).legs.trust
    assert trust[75:105, 0].max() < 0.2
    assert trust[75:105, 1].min() > 0.9
    assert trust[:45].min() > 0.9


def test_a_leg_of_impossible_length_is_never_believed() -> None:
    track = moved(seated_track(1), Landmark.RIGHT_ANKLE, 300.0, slice(None))
    trust = build_signals(track).legs.trust
    assert trust[:, 1].max() == 0.0
    assert trust[:, 0].min() > 0.9


def test_missing_stays_missing() -> None:
    track = seated_track(1, view={"missing_s": [(2.0, 4.0)]})
    legs = build_signals(track).legs
    gone = (track.t_s > 2.1) & (track.t_s < 3.9)
    assert np.isnan(legs.knee_flexion_deg[gone]).all()
    assert legs.trust[gone].max() == 0.0


def test_shapes_are_checked() -> None:
    legs = build_signals(seated_track(1)).legs
    values = {name: getattr(legs, name) for name in Legs.__dataclass_fields__}
    with pytest.raises(ValueError, match="trust has shape"):
        Legs(**(values | {"trust": np.zeros(4)}))
