"""From where the camera looks: facing, yaw and near side, told from the track itself.

Two independent signs of the yaw are averaged. One is geometry: side-on, the shoulders
cover each other; turned by the yaw, they stand apart by the shoulder width times its sine. The
other is the model's own three-dimensional estimate of the shoulder line. On a front
view, or with landmarks astray, they disagree, and the disagreement is the uncertainty.

Plates on a bar that lies on the back cover the nearer shoulder, and the model then turns the
shoulders. Where the line of the hips, taken in the same way, is seen much more from the side, it
tells.
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
HIP_WIDTH_TORSOS: Final = 0.38
"""The same of its hip points: 0.33 to 0.37 in the four square views of the labelled clips that show
a whole body (``scripts/measure_view.py``)."""
COVERED_DEG: Final = 12.0
"""Shoulders that seem turned by this much more than the hips are covered by plates.

Otherwise the shoulders tell better: on most labelled side views the hips seem turned by 3 to 15
degrees too many, and on none by 12 less than the shoulders (``scripts/measure_view.py``).
"""
HIP_DOUBT_DEG: Final = 7.5
"""Standard uncertainty of the yaw by the hips: half of the most that they seem turned too far."""
SIDE_ON_LIMIT_DEG: Final = 35.0
"""Past this yaw, angles in the image plane are no longer near the joint's own.

A 90 degree hip bend seen at 35 degrees of yaw is foreshortened by 1 - cos 35 = 18 %.
"""
FACING_LIMIT_DEG: Final = 65.0
YAW_FLOOR_DEG: Final = 3.0
SHOULDERS: Final = (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
HIPS: Final = (Landmark.LEFT_HIP, Landmark.RIGHT_HIP)


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
    yaw_deg, odds_deg = _mean(line_signs(track, SHOULDERS, SHOULDER_WIDTH_TORSOS * torso_px))
    by_hips_deg, hip_odds_deg = _mean(line_signs(track, HIPS, HIP_WIDTH_TORSOS * torso_px))
    covered = yaw_deg - by_hips_deg > COVERED_DEG
    if covered:
        yaw_deg, odds_deg = by_hips_deg, float(np.hypot(hip_odds_deg, HIP_DOUBT_DEG))
    uncertainty_deg = float(np.hypot(YAW_FLOOR_DEG, odds_deg))
    depth_m = float(np.median(_pair(track, seen, *SHOULDERS, metres=True)[:, 2]))
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
        shoulders_covered=covered,
    )


def line_signs(
    track: PoseTrack, pair: tuple[Landmark, Landmark], width_px: float
) -> tuple[float, float]:
    """How far a line across the body is turned from where a side view would have it, by two signs.

    Args:
        track: The pose track.
        pair: Its left and its right end.
        width_px: Distance of its ends in the picture of a square view.

    Returns:
        Degrees, 0 = its ends cover each other: by their distance in the picture, and by the model's
        own depth of them.
    """
    seen = track.found
    apart = float(np.median(_pair(track, seen, *pair, metres=False)[:, 0])) / width_px
    flat_deg = float(np.degrees(np.arcsin(np.clip(apart, -1.0, 1.0))))
    across_m, _, depth_m = np.median(_pair(track, seen, *pair, metres=True), axis=0)
    solid_deg = float(np.degrees(np.arctan2(across_m, max(abs(depth_m), 1e-6))))
    return flat_deg, solid_deg


def _mean(signs: tuple[float, float]) -> tuple[float, float]:
    """The yaw by two signs, and half of what they differ by."""
    flat_deg, solid_deg = signs
    return abs(flat_deg + solid_deg) / 2.0, abs(flat_deg - solid_deg) / 2.0


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
