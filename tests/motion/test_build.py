"""Signals of a drawn lifter whose joint angles, travel and back are known."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.motion.build import build_signals
from formcheck.motion.signals import Signals
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack
from tests.synthetic import (
    HINGED,
    SHANK,
    STANDING,
    THIGH,
    TRUNK,
    Pose,
    frames,
    lasting,
    min_jerk,
    rdl_track,
    set_legs,
)
from tests.synthetic_knee import lean_track, lying_track

LEGS = set_legs(2)
BOTH = pytest.mark.parametrize("facing", ["right", "left"])
SQUAT = Pose(hip=100.0, knee=105.0, shank=35.0)


def way_down(track: PoseTrack) -> np.ndarray:
    return min_jerk(track.t_s, 0.0, LEGS)


def between(track: PoseTrack, at_top: float, at_bottom: float) -> np.ndarray:
    return at_top + way_down(track) * (at_bottom - at_top)


@BOTH
@pytest.mark.parametrize("noise_px", [0.0, 1.0])
@pytest.mark.parametrize("bottom", [HINGED, SQUAT], ids=["hinge", "squat"])
def test_angles_side_on(facing: str, noise_px: float, bottom: Pose) -> None:
    track = rdl_track(2, bottom=bottom, facing=facing, noise_px=noise_px)
    signals = build_signals(track)
    for measured, at_top, at_bottom in (
        (signals.hip_flexion_deg, STANDING.hip, bottom.hip),
        (signals.knee_flexion_deg, STANDING.knee, bottom.knee),
        (signals.ankle_flexion_deg, STANDING.shank, bottom.shank),
        (signals.trunk_inclination_deg, STANDING.trunk, bottom.trunk),
    ):
        assert np.abs(measured - between(track, at_top, at_bottom)).max() < 2.0


@pytest.mark.parametrize("yaw_deg", [10, 20])
def test_angles_a_little_off_the_side(yaw_deg: float) -> None:
    """Foreshortening costs at most as much as the settings allow for a degree of yaw."""
    track = rdl_track(2, yaw_deg=yaw_deg)
    error = build_signals(track).hip_flexion_deg - between(track, STANDING.hip, HINGED.hip)
    assert np.abs(error).max() < 3.0 + 0.1 * yaw_deg


@BOTH
@pytest.mark.parametrize("height_px", [200.0, 600.0])
def test_lengths_are_in_the_lifters_own_units(facing: str, height_px: float) -> None:
    track = rdl_track(2, facing=facing, height_px=height_px)
    signals = build_signals(track)
    thigh_lean, shank_lean = np.radians(HINGED.shank - HINGED.knee), np.radians(HINGED.shank)
    back = -(SHANK * np.sin(shank_lean) + THIGH * np.sin(thigh_lean)) / THIGH
    hip_up = SHANK * np.cos(shank_lean) + THIGH * np.cos(thigh_lean)
    shoulder_up = hip_up + TRUNK * np.cos(np.radians(HINGED.trunk))
    low = way_down(track) > 0.999
    assert signals.hip_back_thighs[low] == pytest.approx(back, abs=0.02)
    assert signals.hip_height_bodies[low] == pytest.approx(hip_up, abs=0.01)
    assert signals.shoulder_height_bodies[low] == pytest.approx(shoulder_up, abs=0.01)
    assert signals.thigh_px == pytest.approx(THIGH * height_px, rel=0.01)
    assert signals.body_px == pytest.approx(height_px, rel=0.01)


@BOTH
@pytest.mark.parametrize("ahead", [-0.1, 0.0, 0.2, 0.5])
def test_wrists_ahead_of_the_legs(facing: str, ahead: float) -> None:
    signals = build_signals(rdl_track(1, facing=facing, wrist_ahead_thighs=ahead))
    assert signals.wrist_to_leg_thighs == pytest.approx(ahead, abs=0.02)


@BOTH
@pytest.mark.parametrize("spine_deg", [-30.0, 0.0, 12.0, 35.0])
def test_the_back(facing: str, spine_deg: float) -> None:
    track = rdl_track(2, facing=facing, spine_deg=spine_deg)
    signals = build_signals(track)
    low = (way_down(track) > 0.999) & (signals.spine_usable > 0)
    assert low.sum() > 10
    bend = float(np.median(signals.spine_bend_deg[low]))
    assert bend == pytest.approx(spine_deg, rel=0.06, abs=0.5)
    halves = signals.spine_lumbar_deg + signals.spine_thoracic_deg
    assert float(np.median(halves[low])) == pytest.approx(bend, abs=0.5)


def test_the_back_is_not_measured_from_the_front_or_with_a_plate_in_the_mask() -> None:
    assert build_signals(rdl_track(1, yaw_deg=90)).spine_usable.max() == 0
    track = rdl_track(1)
    track.outline[:, :, 25:32, 1] -= 0.1
    assert build_signals(track).spine_usable.max() == 0


def test_gaps_are_bridged_only_when_short() -> None:
    signals = build_signals(rdl_track(1, missing_s=[(1.5, 1.65), (3.0, 3.5)]))
    known = np.isfinite(signals.hip_flexion_deg)
    assert known[signals.t_s < 2.9].all()
    assert not known[(signals.t_s > 3.05) & (signals.t_s < 3.45)].any()


def test_a_leg_on_a_plate_does_not_move_the_angles() -> None:
    track = rdl_track(2)
    clean = build_signals(track).knee_flexion_deg
    rows = (track.t_s > 3.5) & (track.t_s < 5.0)
    track.landmarks_px[rows, Landmark.LEFT_KNEE] += (70.0, -60.0)
    assert np.abs(build_signals(track).knee_flexion_deg - clean)[rows][5:-5].max() < 5.0


def test_plates_that_pass_the_ankles_do_not_move_the_floor() -> None:
    track = rdl_track(2)
    clean = build_signals(track)
    rows = (track.t_s > 4.0) & (track.t_s < 5.0)
    ankles = [Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE]
    track.landmarks_px[np.flatnonzero(rows)[:, None], ankles] += (60.0, -40.0)
    astray = build_signals(track)
    for name in ("shoulder_height_bodies", "hip_back_thighs", "knee_flexion_deg"):
        assert getattr(astray, name) == pytest.approx(getattr(clean, name), abs=0.5)
    assert astray.shoulder_height_bodies == pytest.approx(clean.shoulder_height_bodies, abs=0.01)


def test_an_ankle_on_the_plates_at_every_bottom_stands_on_the_floor() -> None:
    """It then moves more than the shoulders do, but not with a leg that could be one."""
    track = rdl_track(4, eccentric_s=1.2, pause_s=0.2, concentric_s=1.0, top_s=0.4)
    clean = build_signals(track)
    low = clean.trunk_inclination_deg > 0.75 * HINGED.trunk
    track.landmarks_px[np.flatnonzero(low)[:, None], [Landmark.RIGHT_ANKLE]] += (60.0, -110.0)
    astray = build_signals(track)
    assert low.mean() > 0.25
    assert astray.shoulder_height_bodies == pytest.approx(clean.shoulder_height_bodies, abs=0.01)
    assert astray.hip_back_thighs == pytest.approx(clean.hip_back_thighs, abs=0.02)


def test_a_pose_on_a_plate_is_dropped() -> None:
    track = rdl_track(1)
    rows = (track.t_s > 3.0) & (track.t_s < 3.6)
    shoulders = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
    hips = track.landmarks_px[rows][:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]]
    track.landmarks_px[np.flatnonzero(rows)[:, None], shoulders] = hips + (30.0, 10.0)
    assert np.isnan(build_signals(track).trunk_inclination_deg[rows]).all()


@pytest.mark.parametrize("speed", [0.25, 0.5, 2.0])
def test_slow_motion_is_brought_to_real_time(speed: float) -> None:
    """A clip at a quarter of life's speed lasts four times as long and has the same angles."""
    real = rdl_track(1, fps=60 * speed)
    played = PoseTrack(
        t_s=real.t_s / speed,
        **{
            name: getattr(real, name)
            for name in ("landmarks_px", "landmarks_m", "visibility", "outline", "clip", "model")
        },
    )
    slow, life = build_signals(played, speed), build_signals(real)
    assert slow.t_s == pytest.approx(life.t_s)
    assert slow.frame_s == pytest.approx(1 / (60 * speed))
    assert slow.hip_flexion_deg == pytest.approx(life.hip_flexion_deg, abs=1e-6)


@pytest.mark.parametrize("fps", [24, 60, 240])
def test_frame_rates(fps: float) -> None:
    track = rdl_track(2, fps=fps)
    signals = build_signals(track)
    assert signals.frame_s == pytest.approx(1 / fps)
    assert np.abs(signals.hip_flexion_deg - between(track, 5.0, 90.0)).max() < 2.0


def test_uneven_times() -> None:
    t_s = np.cumsum(np.random.default_rng(2).choice([1 / 60, 1 / 30, 1 / 15], 600))
    t_s = t_s[t_s < lasting(LEGS)]
    track = rdl_track(2, t_s=t_s)
    error = build_signals(track).hip_flexion_deg - between(track, STANDING.hip, HINGED.hip)
    assert np.abs(error).max() < 2.0


def test_out_of_the_picture() -> None:
    track = rdl_track(1)
    assert build_signals(track).whole_body.min() == 1
    track.landmarks_px[:, [Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE], 1] = 970.0
    assert build_signals(track).whole_body.max() == 0


def test_signals_check_their_shapes() -> None:
    signals = build_signals(rdl_track(1))
    values = {name: getattr(signals, name) for name in Signals.__dataclass_fields__}
    with pytest.raises(ValueError, match="knee_flexion_deg has shape"):
        Signals(**(values | {"knee_flexion_deg": np.zeros(3)}))
    assert len(signals) == len(signals.t_s)


@BOTH
def test_a_hidden_far_knee_does_not_move_the_knee_angle(facing: str) -> None:
    """The far knee is guessed a tenth of the thigh off, which its lengths do not tell."""
    track = rdl_track(2, facing=facing)
    far = Landmark.LEFT_KNEE if facing == "right" else Landmark.RIGHT_KNEE
    track.landmarks_px[:, far, 0] += 15.0
    signals = build_signals(track)
    assert (signals.legs.trust > 0.5).all()
    away = np.abs(signals.legs.knee_flexion_deg - signals.knee_flexion_deg[:, None])
    assert away.max() > 8.0
    for measured, at_top, at_bottom in (
        (signals.knee_flexion_deg, STANDING.knee, HINGED.knee),
        (signals.hip_flexion_deg, STANDING.hip, HINGED.hip),
    ):
        assert np.abs(measured - between(track, at_top, at_bottom)).max() < 2.0


@BOTH
@pytest.mark.parametrize("yaw_deg", [0.0, 10.0])
def test_hips_pulled_apart_in_height_do_not_tilt_the_thigh(facing: str, yaw_deg: float) -> None:
    """A near hip a tenth of the thigh too low and a far one as much too high: 5.7 degrees each."""
    track = lean_track(frames(2.0), -20.0, -90.0, (0.0, 0.0), facing=facing, yaw_deg=yaw_deg)
    drawn = build_signals(track)
    near, far = ("RIGHT", "LEFT") if facing == "right" else ("LEFT", "RIGHT")
    apart_px = 0.1 * THIGH * 600.0
    track.landmarks_px[:, Landmark[f"{near}_HIP"], 1] += apart_px
    track.landmarks_px[:, Landmark[f"{far}_HIP"], 1] -= apart_px
    signals = build_signals(track)
    assert signals.hip_flexion_deg == pytest.approx(drawn.hip_flexion_deg, abs=0.3)
    assert signals.knee_flexion_deg == pytest.approx(drawn.knee_flexion_deg, abs=0.3)
    assert signals.legs.knee_flexion_deg == pytest.approx(drawn.legs.knee_flexion_deg, abs=0.3)
    if yaw_deg == 0.0:
        assert signals.hip_flexion_deg == pytest.approx(70.0, abs=0.3)
        assert signals.knee_flexion_deg == pytest.approx(90.0, abs=0.3)


@BOTH
def test_ankles_that_rest_between_quick_curls_are_not_held_still(facing: str) -> None:
    view = {"facing": facing}
    track = lying_track(3, eccentric_s=0.8, concentric_s=0.6, top_s=0.2, pause_s=4.0, view=view)
    signals = build_signals(track)
    assert np.nanmax(signals.knee_flexion_deg) == pytest.approx(110.0, abs=2.0)
    legs = signals.legs.knee_flexion_deg
    assert signals.knee_flexion_deg == pytest.approx(legs.mean(axis=1), abs=0.5)
