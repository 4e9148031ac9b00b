"""Movements and lifters whose numbers are known because they were drawn here.

A lifter is an articulated figure in three dimensions with the segment lengths of the published
proportions, projected at a chosen yaw onto the picture, with an outline of the back whose bend
is set in degrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.landmarks import LANDMARK_COUNT, Landmark
from formcheck.pose.outline import OUTLINE_POINTS, outline_stations
from formcheck.pose.track import ClipFacts, ModelFacts, PoseTrack

FloatArray = NDArray[np.float64]
Legs = Sequence[tuple[float, float]]

TRUNK, THIGH, SHANK = 0.288, 0.245, 0.246
"""Drillis and Contini 1966 in Winter 2009, shares of standing height."""
SHOULDER_WIDTH = 0.70 * TRUNK
HEIGHT_M = 1.75
DOWN, UP = 1.0, 0.0


def frames(duration_s: float, fps: float = 30.0) -> FloatArray:
    """Times of the frames of a clip."""
    return np.arange(0.0, duration_s, 1.0 / fps)


def min_jerk(t_s: FloatArray, start: float, legs: Legs) -> FloatArray:
    """A path of minimum-jerk movements: each leg lasts some seconds and ends at a level."""
    level, begin_s = start, 0.0
    path = np.full(len(t_s), float(start))
    for lasts_s, goal in legs:
        share = np.clip((t_s - begin_s) / lasts_s, 0.0, 1.0)
        smooth = 10 * share**3 - 15 * share**4 + 6 * share**5
        path = np.where(t_s >= begin_s, level + (goal - level) * smooth, path)
        level, begin_s = goal, begin_s + lasts_s
    return path


def lasting(legs: Legs) -> float:
    """Seconds that some legs last."""
    return sum(seconds for seconds, _ in legs)


@dataclass(frozen=True)
class Pose:
    """Joint angles in degrees; the trunk's inclination follows from them."""

    hip: float
    knee: float
    shank: float

    @property
    def trunk(self) -> float:
        return self.shank - self.knee + self.hip


STANDING = Pose(hip=5.0, knee=6.0, shank=2.0)
HINGED = Pose(hip=90.0, knee=20.0, shank=0.0)


def set_legs(
    reps: int,
    *,
    eccentric_s: float | Sequence[float] = 3.4,
    pause_s: float = 0.4,
    concentric_s: float = 1.5,
    top_s: float = 0.8,
    lead_s: float = 1.0,
    tail_s: float = 1.2,
    bottom_start: bool = False,
) -> list[tuple[float, float]]:
    """Legs of a set in shares of the way down, for ``min_jerk`` from ``UP`` (or ``DOWN``)."""
    each = np.broadcast_to(np.asarray(eccentric_s, dtype=np.float64), reps).tolist()
    legs = [(lead_s, DOWN if bottom_start else UP)]
    for lowering_s in each:
        down = [(lowering_s, DOWN), (pause_s, DOWN)]
        up = [(concentric_s, UP), (top_s, UP)]
        legs += up + down if bottom_start else down + up
    return [*legs, (tail_s, legs[-1][1])]


def rdl_track(
    reps: int = 3,
    *,
    top: Pose = STANDING,
    bottom: Pose = HINGED,
    spine_deg: float = 0.0,
    wrist_ahead_thighs: float = 0.1,
    facing: str = "right",
    yaw_deg: float = 0.0,
    fps: float = 30.0,
    t_s: FloatArray | None = None,
    way_down: FloatArray | None = None,
    noise_px: float = 0.0,
    missing_s: Sequence[tuple[float, float]] = (),
    height_px: float = 600.0,
    **timing: Any,
) -> PoseTrack:
    """Track of a set of Romanian deadlifts.

    Args:
        reps: Number of reps.
        top: Joint angles at the top.
        bottom: Joint angles at the bottom.
        spine_deg: Angle that the back spans from 20 to 70 % of the shoulder-buttocks arc at
            the bottom, positive = rounded; it grows with the way down.
        wrist_ahead_thighs: How far the wrists hang ahead of the legs, thigh lengths.
        facing: Where the lifter faces in the picture.
        yaw_deg: Angle of the camera from the side view.
        fps: Frame rate.
        t_s: Times of the frames, if not even.
        way_down: 0 at the top to 1 at the bottom at each of ``t_s``, if not minimum-jerk.
        noise_px: Standard deviation of each landmark coordinate.
        missing_s: Stretches of time in which nobody is found.
        height_px: Standing height.
        timing: As for ``set_legs``.
    """
    legs = set_legs(reps, **timing)
    if t_s is None:
        t_s = frames(lasting(legs), fps)
    if way_down is None:
        way_down = min_jerk(t_s, legs[0][1], legs)
    points = _figure(way_down, top, bottom, wrist_ahead_thighs)
    to_px = _camera(facing, yaw_deg)
    seen = np.einsum("ij,nkj->nki", to_px, points) * (height_px, -height_px, height_px)
    place = (640.0, 900.0)
    landmarks_px = seen[..., :2] + place
    hips = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
    metres = (seen - seen[:, hips].mean(axis=1, keepdims=True)) * (HEIGHT_M / height_px)
    outline = _outlines(way_down, top, bottom, spine_deg, facing, to_px, points)
    rng = np.random.default_rng(7)
    landmarks_px = landmarks_px + noise_px * rng.standard_normal(landmarks_px.shape)
    track = track_of(t_s, landmarks_px, metres, outline)
    return without(track, missing_s)


def track_of(
    t_s: FloatArray,
    landmarks_px: FloatArray,
    landmarks_m: FloatArray | None = None,
    outline: FloatArray | None = None,
) -> PoseTrack:
    """A track of given landmarks, everything else filled in."""
    n = len(t_s)
    fps = 1.0 / float(np.median(np.diff(t_s))) if n > 2 else 30.0
    if landmarks_m is None:
        landmarks_m = np.zeros((n, LANDMARK_COUNT, 3))
    if outline is None:
        outline = np.full((n, 2, OUTLINE_POINTS, 2), np.nan)
    return PoseTrack(
        t_s=np.asarray(t_s, dtype=np.float64),
        landmarks_px=landmarks_px.astype(np.float32),
        landmarks_m=landmarks_m.astype(np.float16),
        visibility=np.ones((n, LANDMARK_COUNT), dtype=np.float16),
        outline=outline.astype(np.float16),
        clip=ClipFacts("drawn.mp4", "ab" * 32, 1280, 960, fps, float(t_s[-1]) + 1 / fps, n, 0),
        model=ModelFacts("full", "cd" * 32),
    )


def without(track: PoseTrack, spans_s: Sequence[tuple[float, float]]) -> PoseTrack:
    """The track with nobody found in some stretches of time."""
    gone = np.zeros(len(track), dtype=bool)
    for start_s, end_s in spans_s:
        gone |= (track.t_s >= start_s) & (track.t_s < end_s)
    arrays = {}
    for name in ("landmarks_px", "landmarks_m", "visibility", "outline"):
        arrays[name] = getattr(track, name).copy()
        arrays[name][gone] = np.nan
    return replace(track, **arrays)


def _camera(facing: str, yaw_deg: float) -> FloatArray:
    """Rows: picture right, up and away, in the lifter's axes forward, up, left."""
    sine, cosine = np.sin(np.radians(yaw_deg)), np.cos(np.radians(yaw_deg))
    side = 1.0 if facing == "right" else -1.0
    return np.array(
        [[side * cosine, 0.0, -side * sine], [0.0, 1.0, 0.0], [side * sine, 0.0, side * cosine]]
    )


def _figure(way: FloatArray, top: Pose, bottom: Pose, ahead: float) -> FloatArray:
    """Landmarks in standing heights, shape (n, 33, 3): forward, up, left of the ankles."""
    hip_deg, knee_deg, shank_deg = (
        start + way * (end - start)
        for start, end in (
            (top.hip, bottom.hip),
            (top.knee, bottom.knee),
            (top.shank, bottom.shank),
        )
    )
    trunk_deg = shank_deg - knee_deg + hip_deg
    ankle = np.zeros((len(way), 2))
    knee = ankle + SHANK * _up(shank_deg)
    hip = knee + THIGH * _up(shank_deg - knee_deg)
    shoulder = hip + TRUNK * _up(trunk_deg)
    ahead_of_trunk = _up(trunk_deg + 90.0)
    head = shoulder + 0.12 * _up(trunk_deg)
    wrist_up = shoulder[:, 1] - 0.30
    leg_at_wrist = [
        np.interp(up, chain[:, 1], chain[:, 0])
        for up, chain in zip(wrist_up, np.stack([ankle, knee, hip], axis=1), strict=True)
    ]
    wrist = np.column_stack([np.array(leg_at_wrist) + ahead * THIGH, wrist_up])
    halves = {
        "EAR": (head, 0.04),
        "SHOULDER": (shoulder, SHOULDER_WIDTH / 2),
        "ELBOW": ((shoulder + wrist) / 2, SHOULDER_WIDTH / 2),
        "WRIST": (wrist, SHOULDER_WIDTH / 2),
        "HIP": (hip, 0.05),
        "KNEE": (knee, 0.05),
        "ANKLE": (ankle, 0.05),
        "HEEL": (ankle - (0.04, 0.02), 0.05),
        "FOOT_INDEX": (ankle + (0.11, -0.02), 0.05),
    }
    points = np.empty((len(way), LANDMARK_COUNT, 3))
    points[:, :, :2], points[:, :, 2] = (head + 0.06 * ahead_of_trunk)[:, None], 0.0
    for hand in ("PINKY", "INDEX", "THUMB"):
        halves[hand] = halves["WRIST"]
    for name, (place, aside) in halves.items():
        for side, sign in (("LEFT", 1.0), ("RIGHT", -1.0)):
            points[:, Landmark[f"{side}_{name}"], :2] = place
            points[:, Landmark[f"{side}_{name}"], 2] = sign * aside
    return points


def _up(lean_deg: FloatArray) -> FloatArray:
    lean = np.radians(lean_deg)
    return np.column_stack([np.sin(lean), np.cos(lean)])


def back_course(
    trunk_deg: float, bend_deg: float, buttocks_at: float = 0.95, reach: float = 1.0
) -> FloatArray:
    """Outline of a back in the lifter's plane, offsets from the shoulder in torso lengths.

    The back turns evenly, by ``bend_deg`` over half of ``reach``, as far as ``buttocks_at``;
    there it turns sharply down the thigh.

    Returns:
        Shape (OUTLINE_POINTS, 2): forward and up at ``outline_stations()``.
    """
    fine = np.linspace(-0.6, 1.8, 4801)
    turned = bend_deg * (np.minimum(fine, buttocks_at) - 0.45 * reach) / (0.5 * reach)
    lean = trunk_deg - turned
    lean -= np.clip((fine - buttocks_at) / 0.06, 0.0, 1.0) * (lean[-1] + 10.0)
    step = -_up(lean) * (fine[1] - fine[0])
    walk = np.cumsum(step, axis=0)
    walk -= [np.interp(0.0, fine, walk[:, axis]) for axis in range(2)]
    walk -= 0.15 * _up(np.array([trunk_deg + 90.0]))
    return np.column_stack([np.interp(outline_stations(), fine, walk[:, k]) for k in range(2)])


def _outlines(
    way: FloatArray,
    top: Pose,
    bottom: Pose,
    spine_deg: float,
    facing: str,
    to_px: FloatArray,
    points: FloatArray,
) -> FloatArray:
    outline = np.full((len(way), 2, OUTLINE_POINTS, 2), np.nan)
    side = 0 if facing == "right" else 1
    for row, share in enumerate(way):
        trunk = top.trunk + share * (bottom.trunk - top.trunk)
        back = TRUNK * back_course(trunk, share * spine_deg)
        seen = np.column_stack([back, np.zeros(len(back))]) @ to_px.T[:, :2]
        axis = points[row, Landmark.LEFT_SHOULDER] - points[row, Landmark.LEFT_HIP]
        axis[2] = 0.0
        length = float(np.hypot(*(to_px @ axis)[:2]))
        outline[row, side] = seen * (1.0, -1.0) / max(length, 1e-9)
    return outline
