"""From where the camera looks: facing, yaw and near side, told from the track itself.

Two independent signs of the yaw are averaged. One is geometry: side-on, the shoulders
cover each other; turned by the yaw, they stand apart by the shoulder width times its sine. The
other is the model's own three-dimensional estimate of the shoulder line. On a front
view, or with landmarks astray, they disagree, and the disagreement is the uncertainty.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.signals import View
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack

FloatArray = NDArray[np.float64]

SHOULDER_WIDTH_TORSOS: Final = 0.70
"""Distance of the model's shoulder points over the shoulder-hip distance.

0.64 to 0.71 in four front-view clips (``scripts/measure_view.py``).
"""
SIDE_ON_LIMIT_DEG: Final = 35.0
"""Past this yaw, angles in the image plane are no longer near the joint's own.

A 90 degree hip bend seen at 35 degrees of yaw is foreshortened by 1 - cos 35 = 18 %.
"""
FACING_LIMIT_DEG: Final = 65.0
YAW_FLOOR_DEG: Final = 3.0


def measure_view(track: PoseTrack, torso_px: float) -> View:
    """Tell the camera's view from a pose track.

    Args:
        track: The pose track.
        torso_px: The lifter's standing shoulder-hip distance in pixels.

    Returns:
        The view, over the clip as a whole: medians over all frames with a pose.
    """
    seen = track.found
    if not seen.any() or not np.isfinite(torso_px) or torso_px <= 0:
        return View(None, float("nan"), float("nan"), False, "right")
    across_px = _pair(track, seen, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, metres=False)
    across_m = _pair(track, seen, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, metres=True)
    apart = float(np.median(across_px[:, 0])) / torso_px
    flat_deg = float(np.degrees(np.arcsin(np.clip(apart / SHOULDER_WIDTH_TORSOS, -1.0, 1.0))))
    depth_m = float(np.median(across_m[:, 2]))
    solid_deg = float(np.degrees(np.arctan2(np.median(across_m[:, 0]), max(abs(depth_m), 1e-6))))
    yaw_deg = abs(flat_deg + solid_deg) / 2.0
    uncertainty_deg = float(np.hypot(YAW_FLOOR_DEG, (flat_deg - solid_deg) / 2.0))
    vote = _facing_vote(track, seen, torso_px, depth_m)
    facing_known = yaw_deg <= FACING_LIMIT_DEG and abs(vote) >= 0.35
    forward = 1.0 if vote > 0 else -1.0
    problems: list[str] = []
    if yaw_deg > SIDE_ON_LIMIT_DEG:
        problems.append(
            f"The camera looks from about {yaw_deg:.0f} degrees off the side; "
            "put it square to the lifter's side, at hip height."
        )
    return View(
        facing=("right" if forward > 0 else "left") if facing_known else None,
        yaw_deg=yaw_deg,
        yaw_uncertainty_deg=uncertainty_deg,
        side_on=bool(facing_known and yaw_deg <= SIDE_ON_LIMIT_DEG),
        near_side="right" if depth_m > 0 else "left",
        problems=tuple(problems),
    )


def _pair(
    track: PoseTrack, seen: NDArray[np.bool_], left: Landmark, right: Landmark, *, metres: bool
) -> FloatArray:
    source = track.landmarks_m if metres else track.landmarks_px
    return np.asarray(source[seen, left].astype(np.float64) - source[seen, right])


def _facing_vote(
    track: PoseTrack, seen: NDArray[np.bool_], torso_px: float, depth_m: float
) -> float:
    """Positive for a lifter who faces right; each of the three signs weighs up to about 1.

    Toes and nose point where the lifter faces, and a lifter who faces right has the right
    shoulder nearer to the camera (the left one deeper).
    """
    points = track.landmarks_px[seen].astype(np.float64)
    toes = points[:, [Landmark.LEFT_FOOT_INDEX, Landmark.RIGHT_FOOT_INDEX], 0].mean(axis=1)
    heels = points[:, [Landmark.LEFT_HEEL, Landmark.RIGHT_HEEL], 0].mean(axis=1)
    ears = points[:, [Landmark.LEFT_EAR, Landmark.RIGHT_EAR], 0].mean(axis=1)
    foot = float(np.median(toes - heels)) / (0.33 * torso_px)
    face = float(np.median(points[:, Landmark.NOSE, 0] - ears)) / (0.10 * torso_px)
    depth = depth_m / 0.33
    return float(np.clip([foot, face, depth], -1.0, 1.0).sum())
