"""Leans of a drawn lifter whose lines are known."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from formcheck.motion.leans import Leans, measure_leans
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack
from formcheck.pose.unsmooth import REGION_HEIGHTS
from tests.pose.test_unsmooth import one_euro
from tests.synthetic import (
    HINGED,
    SHANK,
    STANDING,
    THIGH,
    TRUNK,
    frames,
    min_jerk,
    rdl_track,
    track_of,
)

HEIGHT_PX = 600.0


def leans_of(track: PoseTrack, lost: np.ndarray | None = None) -> Leans:
    lost = np.zeros(len(track), dtype=bool) if lost is None else lost
    return measure_leans(track.t_s, track, lost, HEIGHT_PX)


def test_a_hinge_leans_by_what_its_pose_says() -> None:
    found = leans_of(rdl_track(2))
    for lean in (found.trunk_deg, found.head_deg, found.head_m_deg):
        assert np.nanmin(lean) == pytest.approx(STANDING.trunk, abs=3.0)
        assert np.nanmax(lean) == pytest.approx(HINGED.trunk, abs=3.0)
    for still in (found.foot_deg, found.shank_deg):
        assert np.ptp(still, axis=0) == pytest.approx([0.0, 0.0], abs=3.0)
    assert np.ptp(found.shoulder_rise_bodies) > 0.15


def test_lines_from_the_knees_take_the_hips_along() -> None:
    found = leans_of(rdl_track(2))
    thigh = HINGED.shank - HINGED.knee
    leaning = np.radians([thigh, HINGED.trunk])
    across, up = ((THIGH, TRUNK) * way(leaning) for way in (np.sin, np.cos))
    body = np.degrees(np.arctan2(across.sum(), up.sum()))
    assert np.nanmin(found.thigh_deg) == pytest.approx(thigh, abs=2.0)
    assert np.nanmax(found.body_deg) == pytest.approx(body, abs=2.0)
    # The ears go on along the trunk, so their line from the knees leans more.
    assert body < np.nanmax(found.body_head_deg) < HINGED.trunk


def test_a_leg_is_as_long_as_its_bent_knee_leaves_it() -> None:
    found = leans_of(rdl_track(2))
    bend = np.radians(180.0 - HINGED.knee)
    apart = np.sqrt(THIGH**2 + SHANK**2 - 2.0 * THIGH * SHANK * np.cos(bend))
    assert np.nanmin(found.leg_bodies, axis=0) == pytest.approx([apart] * 2, abs=0.005)
    lean = np.degrees(np.arcsin(THIGH * np.sin(np.radians(HINGED.shank - HINGED.knee)) / apart))
    assert np.nanmin(found.leg_deg, axis=0) == pytest.approx([lean] * 2, abs=2.0)


def test_the_lines_of_the_legs_are_not_held_back() -> None:
    """A shank that turns slowly, through the landmarker's filter, shows no later than it turns."""
    t_s = frames(5.0)
    turn = np.radians(min_jerk(t_s, 0.0, [(1.0, 0.0), (3.0, 60.0), (1.0, 60.0)]))
    place = np.column_stack([150.0 * np.sin(turn), -150.0 * np.cos(turn)])
    smooth = one_euro(t_s, place, REGION_HEIGHTS * HEIGHT_PX)
    points = np.zeros((len(t_s), 33, 2))
    for side in ("LEFT", "RIGHT"):
        points[:, Landmark[f"{side}_KNEE"]] = smooth
    shank = leans_of(track_of(t_s, points)).shank_deg
    held_back = np.degrees(np.arctan2(smooth[:, 0], -smooth[:, 1]))
    wanted = np.degrees(turn)
    assert np.abs(shank[:, 0] - wanted).max() < 0.1
    assert np.abs(held_back - wanted).max() > 0.5


def test_facing_the_other_way_turns_the_sign() -> None:
    right, left = (leans_of(rdl_track(1, facing=facing)) for facing in ("right", "left"))
    assert left.head_deg == pytest.approx(-right.head_deg, abs=1e-3)


def test_a_line_that_passes_straight_down_does_not_jump() -> None:
    t_s = frames(4.0)
    turn = np.radians(np.linspace(150.0, 210.0, len(t_s)))
    points = np.zeros((len(t_s), 33, 2))
    for side in ("LEFT", "RIGHT"):
        points[:, Landmark[f"{side}_KNEE"], 0] = 300.0 * np.sin(turn)
        points[:, Landmark[f"{side}_KNEE"], 1] = -300.0 * np.cos(turn)
    foot = leans_of(track_of(t_s, points)).foot_deg
    assert np.diff(foot[:, 0]).min() >= -1e-6
    assert np.ptp(foot[:, 0]) == pytest.approx(60.0, abs=0.5)


def test_lost_frames_are_bridged_when_short_and_missing_when_long() -> None:
    track = rdl_track(1)
    lost = np.zeros(len(track), dtype=bool)
    lost[40:44] = lost[80:110] = True
    head = leans_of(track, lost).head_deg
    assert np.isfinite(head[40:44]).all()
    assert np.isnan(head[80:110]).all()


def test_shapes_are_checked() -> None:
    leans = leans_of(rdl_track(1))
    for item in fields(Leans):
        with pytest.raises(ValueError, match=r"shape \(.*\), not"):
            replace(leans, **{item.name: np.zeros(3)})
