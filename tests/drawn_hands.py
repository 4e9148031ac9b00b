"""Drawn lifters with their hands somewhere else than hanging."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.geometry import ARM_OF_HEIGHT
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack
from tests.synthetic import Pose, rdl_track

HEIGHT_PX = 600.0
SQUAT = Pose(hip=95.0, knee=95.0, shank=35.0)
"""Thighs 60 degrees forward, trunk leaning 35: a squat close to parallel."""
UPRIGHT = Pose(hip=2.0, knee=2.0, shank=0.0)


def with_hands(
    track: PoseTrack, hang: float | NDArray[np.float64], ahead: float = 0.0
) -> PoseTrack:
    """The track with the wrists at a place beside the shoulders.

    Args:
        track: The track, of a lifter of ``HEIGHT_PX``.
        hang: How far below the shoulders, arm lengths.
        ahead: How far to the right of them, arm lengths.
    """
    points = track.landmarks_px.copy()
    arm_px = ARM_OF_HEIGHT * HEIGHT_PX
    for side in ("LEFT", "RIGHT"):
        shoulder, wrist = Landmark[f"{side}_SHOULDER"], Landmark[f"{side}_WRIST"]
        points[:, wrist, 0] = points[:, shoulder, 0] + ahead * arm_px
        points[:, wrist, 1] = points[:, shoulder, 1] + hang * arm_px
    return replace(track, landmarks_px=points)


def good_morning_track(reps: int = 2, hang: float = 0.05, **more: object) -> PoseTrack:
    """A set of good mornings: the hinge of ``rdl_track`` with the hands at the shoulders."""
    return with_hands(rdl_track(reps, **more), hang)  # type: ignore[arg-type]


def squat_track(hang: float, ahead: float = 0.0) -> PoseTrack:
    """A set of squats with the hands somewhere."""
    return with_hands(rdl_track(2, top=UPRIGHT, bottom=SQUAT), hang, ahead)


def row_track(pulls: int = 4) -> PoseTrack:
    """One long hinge in which the hands are pulled up to the belly again and again."""
    track = rdl_track(1, eccentric_s=1.5, pause_s=2.0 * pulls, concentric_s=1.5)
    since_s = track.t_s - 2.5
    pulling = (since_s > 0) & (since_s < 2.0 * pulls)
    lift = np.where(pulling, (1.0 - np.cos(np.pi * since_s)) / 2.0, 0.0)
    return with_hands(track, 0.95 - 0.65 * lift)


def swing_track() -> PoseTrack:
    """Hinges whose hands fly up to the shoulders' height at every top, as a kettlebell swing's."""
    track = rdl_track(4, eccentric_s=0.8, pause_s=0.05, concentric_s=0.8, top_s=0.2)
    shoulder = track.landmarks_px[:, Landmark.LEFT_SHOULDER, 1]
    up = (shoulder.max() - shoulder) / np.ptp(shoulder)
    return with_hands(track, 0.95 - 0.95 * up.astype(np.float64))
