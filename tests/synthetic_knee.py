"""Lifters who sit, lie or kneel, drawn from the leans of their segments.

A lean is told as in ``formcheck.motion.knee``: 0 as when standing, 90 tipped forwards. So the knee
is flexed by shank less thigh and the hip by trunk less thigh.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.landmarks import LANDMARK_COUNT, Landmark
from formcheck.pose.track import PoseTrack
from tests.synthetic import (
    DOWN,
    SHANK,
    SHOULDER_WIDTH,
    THIGH,
    TRUNK,
    frames,
    lasting,
    min_jerk,
    set_legs,
    track_of,
    without,
)

FloatArray = NDArray[np.float64]
Hands = Literal["chest", "floor"]
ARM, FLOOR = 0.30, -0.03
"""Length of the arms, and height of the floor over the knees, in standing heights."""


def lean_track(
    t_s: FloatArray,
    trunk: FloatArray | float,
    thigh: FloatArray | float,
    shanks: Sequence[FloatArray | float],
    *,
    hands: Hands = "chest",
    slide_thighs: FloatArray | float = 0.0,
    facing: str = "right",
    yaw_deg: float = 0.0,
    noise_px: float = 0.0,
    height_px: float = 600.0,
    missing_s: Sequence[tuple[float, float]] = (),
) -> PoseTrack:
    """Track of a lifter whose knees stay where they are, but for what the pelvis slides.

    Args:
        t_s: Times of the frames.
        trunk: Lean of the trunk, degrees.
        thigh: Lean of both thighs.
        shanks: Lean of the left and of the right shank.
        hands: On the chest, or hanging ahead until they rest on the floor.
        slide_thighs: How far the whole body is slid forwards.
        facing: Where the lifter faces in the picture.
        yaw_deg: Angle of the camera from the side view.
        noise_px: Standard deviation of each landmark coordinate.
        height_px: Standing height.
        missing_s: Stretches of time in which nobody is found.
    """
    n = len(t_s)
    slid = np.column_stack([np.broadcast_to(np.asarray(slide_thighs), n) * THIGH, np.zeros(n)])
    knee = slid + np.zeros((n, 2))
    hip = knee + THIGH * _up(thigh, n)
    shoulder = hip + TRUNK * _up(trunk, n)
    wrist = shoulder + 0.10 * _up(np.asarray(trunk) + 150.0, n)
    if hands == "floor":
        spot = (hip + TRUNK * _up(90.0, n))[int(np.argmin(shoulder[:, 1]))]
        reached = shoulder[:, 1] - ARM
        wrist = np.column_stack([np.full(n, spot[0]), np.maximum(reached, FLOOR)])
    head = shoulder + 0.12 * _up(trunk, n)
    points = np.zeros((n, LANDMARK_COUNT, 3))
    points[:, :, :2] = (head + 0.06 * _up(np.asarray(trunk) + 90.0, n))[:, None]
    for side, sign, shank in (("LEFT", 1.0, shanks[0]), ("RIGHT", -1.0, shanks[1])):
        ankle = knee - SHANK * _up(shank, n)
        toe = ankle + 0.11 * _up(np.asarray(shank) + 90.0, n)
        places = {
            "EAR": (head, 0.04),
            "SHOULDER": (shoulder, SHOULDER_WIDTH / 2),
            "ELBOW": ((shoulder + wrist) / 2, SHOULDER_WIDTH / 2),
            "WRIST": (wrist, SHOULDER_WIDTH / 2),
            "HIP": (hip, 0.05),
            "KNEE": (knee, 0.05),
            "ANKLE": (ankle, 0.05),
            "HEEL": (ankle - 0.02 * _up(shank, n), 0.05),
            "FOOT_INDEX": (toe, 0.05),
        }
        for hand in ("PINKY", "INDEX", "THUMB"):
            places[hand] = places["WRIST"]
        for name, (place, aside) in places.items():
            points[:, Landmark[f"{side}_{name}"], :2] = place
            points[:, Landmark[f"{side}_{name}"], 2] = sign * aside
    sine, cosine = np.sin(np.radians(yaw_deg)), np.cos(np.radians(yaw_deg))
    ahead = 1.0 if facing == "right" else -1.0
    across = ahead * (cosine * points[..., 0] - sine * points[..., 2])
    away = ahead * (sine * points[..., 0] + cosine * points[..., 2])
    seen = np.stack([across, -points[..., 1], away], axis=-1) * height_px
    px = seen[..., :2] + (640.0, 600.0)
    px = px + noise_px * np.random.default_rng(3).standard_normal(px.shape)
    return without(track_of(t_s, px, seen * (1.75 / height_px)), missing_s)


def _up(lean_deg: FloatArray | float, n: int) -> FloatArray:
    lean = np.radians(np.broadcast_to(np.asarray(lean_deg, dtype=np.float64), n))
    return np.column_stack([np.sin(lean), np.cos(lean)])


def _way(
    reps: int, fps: float, t_s: FloatArray | None, stretched_start: bool, timing: dict[str, Any]
) -> tuple[FloatArray, FloatArray]:
    legs = set_legs(reps, bottom_start=stretched_start, **timing)
    times = frames(lasting(legs), fps) if t_s is None else t_s
    return times, min_jerk(times, legs[0][1], legs)


def lying_track(
    reps: int = 2,
    *,
    straight_deg: float = 8.0,
    bent_deg: float = 110.0,
    lift_deg: float = 0.0,
    take_turns: bool = False,
    only: str | None = None,
    stretched_start: bool = True,
    t_s: FloatArray | None = None,
    way: FloatArray | None = None,
    fps: float = 30.0,
    view: dict[str, Any] | None = None,
    **timing: Any,
) -> PoseTrack:
    """Track of lying leg curls; ``lift_deg`` is how far the hips flex as the knees do.

    ``take_turns``: odd reps with the left leg and even ones with the right; ``only`` names the one
    leg that moves.
    """
    times, down = _way(reps, fps, t_s, stretched_start, timing)
    down = down if way is None else way
    bent = 1.0 - down
    # Shoulders and knees stay on the bench: thigh and trunk share the bend of the hips.
    thigh = 92.0 - bent * lift_deg * TRUNK / (TRUNK + THIGH)
    trunk = 92.0 + bent * lift_deg * THIGH / (TRUNK + THIGH)
    moving = straight_deg + bent * (bent_deg - straight_deg)
    resting = np.full(len(times), straight_deg)
    left, right = moving, moving
    if take_turns:
        done = np.searchsorted(_ends_s(times, down), times)
        left = np.where(done % 2 == 0, moving, resting)
        right = np.where(done % 2 == 1, moving, resting)
    if only is not None:
        left, right = (moving, resting) if only == "left" else (resting, moving)
    return lean_track(times, trunk, thigh, (thigh + left, thigh + right), **(view or {}))


def _ends_s(t_s: FloatArray, down: FloatArray) -> FloatArray:
    """Times at which the legs are stretched between two reps."""
    rest = down >= DOWN - 1e-9
    begins = np.flatnonzero(rest[1:] & ~rest[:-1]) + 1
    return np.asarray(t_s[begins])


def seated_track(
    reps: int = 2,
    *,
    straight_deg: float = 8.0,
    bent_deg: float = 105.0,
    rock_deg: float = 0.0,
    slide_thighs: float = 0.0,
    t_s: FloatArray | None = None,
    way: FloatArray | None = None,
    fps: float = 30.0,
    view: dict[str, Any] | None = None,
    **timing: Any,
) -> PoseTrack:
    """Track of seated leg curls; torso rocks and pelvis slides forwards as the knees bend."""
    times, down = _way(reps, fps, t_s, True, timing)
    bent = 1.0 - (down if way is None else way)
    shank = -88.0 + straight_deg + bent * (bent_deg - straight_deg)
    trunk = -15.0 + bent * rock_deg
    slide = bent * slide_thighs
    return lean_track(times, trunk, -88.0, (shank, shank), slide_thighs=slide, **(view or {}))


def raise_track(
    reps: int = 2,
    *,
    upright_deg: float = 92.0,
    stretched_deg: float = 10.0,
    break_deg: float = 0.0,
    break_from: float = 0.5,
    hands: Hands = "chest",
    t_s: FloatArray | None = None,
    way: FloatArray | None = None,
    fps: float = 30.0,
    view: dict[str, Any] | None = None,
    **timing: Any,
) -> PoseTrack:
    """Track of glute-ham raises; the hips bend from ``break_from`` of the way down on."""
    times, down = _way(reps, fps, t_s, False, timing)
    down = down if way is None else way
    knee = upright_deg + down * (stretched_deg - upright_deg)
    thigh = 92.0 - knee
    hip = 3.0 + break_deg * np.clip((down - break_from) / (1.0 - break_from), 0.0, 1.0)
    return lean_track(times, thigh + hip, thigh, (92.0, 92.0), hands=hands, **(view or {}))
