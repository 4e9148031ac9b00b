"""The lifter's own measures in pixels, and how far the leg's landmarks can be believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.filters import runs
from formcheck.motion.geometry import (
    SHANK_OF_HEIGHT,
    SHOULDER_OF_HEIGHT,
    THIGH_OF_HEIGHT,
    TRUNK_OF_HEIGHT,
    length,
    signed_bend_deg,
)
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack

FloatArray = NDArray[np.float64]

LENGTH_TOLERANCE: Final = 0.18
"""Relative change of a limb's apparent length at which its landmarks lose most of their trust.

Side-on a thigh keeps its length to within a few percent; a landmark that has jumped onto a
plate changes it by 20 to 60 %.
"""
RECURVATUM_DEG: Final = 15.0
"""A knee that bends back by more than 10 degrees counts as hypermobile (Beighton et al. 1973, Ann
Rheum Dis 32:413-418); a leg that does so by half as much again is on a plate."""
SHRUNK_TRUNK: Final = 0.65
GROWN_TRUNK: Final = 1.4
"""Shoulder-hip distance over the lifter's own that no side view of the lifter gives.

On the labelled side views it stays above 0.67 wherever the pose sits on the lifter (a bent back and
a trunk turned a little both shorten it) and is 0.2 to 0.6 where it sits on a plate.
"""
ISLAND_S: Final = 0.2
"""A pose found for less than this between two losses is not trusted either."""
_LEGS: Final = (
    (Landmark.LEFT_HIP, Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE),
    (Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE),
)


@dataclass(frozen=True, slots=True)
class Body:
    """Lengths of the lifter's segments in displayed pixels.

    Attributes:
        torso_px: Shoulder to hip.
        thigh_px: Hip to knee.
        shank_px: Knee to ankle.
        height_px: Standing height, from the three by published proportions.
    """

    torso_px: float
    thigh_px: float
    shank_px: float
    height_px: float


def measure_body(track: PoseTrack) -> Body:
    """Measure the lifter over the whole clip.

    A segment that points at the camera looks short and never long, so an upper percentile is
    nearer to its length than the mean. A leg that plates hide for most of the clip is brought
    back to within a quarter of what the torso predicts.

    Returns:
        The body; NaN throughout when nobody was found.
    """
    seen = track.found
    if not seen.any():
        return Body(*(float("nan"),) * 4)
    points = track.landmarks_px[seen].astype(np.float64)
    torso = float(np.percentile(track.torso_px[seen], 85))
    thigh, shank = (
        float(np.median([length(points[:, leg[part]], points[:, leg[part + 1]]) for leg in _LEGS]))
        for part in range(2)
    )
    thigh = _near(thigh, torso * THIGH_OF_HEIGHT / TRUNK_OF_HEIGHT)
    shank = _near(shank, torso * SHANK_OF_HEIGHT / TRUNK_OF_HEIGHT)
    return Body(torso, thigh, shank, (torso + thigh + shank) / SHOULDER_OF_HEIGHT)


def leg_trust(points: FloatArray, body: Body, forward: float | None = None) -> FloatArray:
    """How far each leg's landmarks can be believed in each frame.

    Visibility does not tell: the model gives 0.93 and more to landmarks that sit on a plate.

    Args:
        points: Shape (n, 33, 2), pixels.
        body: The lifter's lengths.
        forward: +1 when a lifter seen from the side faces right, -1 when left; ``None`` when it
            is not known which way knees bend in the picture.

    Returns:
        Shape (n, 2) for left and right, 1 = lengths as they should be, 0 = impossible or
        missing.
    """
    trust = np.zeros((len(points), 2))
    for side, (hip, knee, ankle) in enumerate(_LEGS):
        thigh = length(points[:, hip], points[:, knee]) / body.thigh_px - 1.0
        shank = length(points[:, knee], points[:, ankle]) / body.shank_px - 1.0
        worst = np.fmax(np.abs(thigh), np.abs(shank)) / LENGTH_TOLERANCE
        trust[:, side] = np.nan_to_num(np.exp(-0.5 * worst**2))
        if forward is not None:
            bend = -signed_bend_deg(points[:, hip], points[:, knee], points[:, ankle], forward)
            trust[bend < -RECURVATUM_DEG, side] = 0.0
    return trust


def implausible(track: PoseTrack, body: Body, side_on: bool) -> NDArray[np.bool_]:
    """Frames whose pose cannot be this lifter's: the model has lost the body to something else.

    Side-on the trunk lies in the picture and keeps its length, whatever the lifter does; a
    frame in which it shrinks by a third shows a pose put on a plate, a rack or a bystander.

    Args:
        track: The pose track.
        body: The lifter's lengths.
        side_on: Whether the camera looks from the side; otherwise bending forward shortens the
            trunk in the picture and only growth is impossible.

    Returns:
        Shape (n,), False where nobody was found.
    """
    ratio = track.torso_px / body.torso_px
    low = SHRUNK_TRUNK if side_on else 0.15
    wrong = track.found & ((ratio < low) | (ratio > GROWN_TRUNK))
    for first, past in runs(track.found & ~wrong):
        inside = first > 0 and past < len(track)
        if inside and track.t_s[past - 1] - track.t_s[first] < ISLAND_S:
            wrong[first:past] = True
    return np.asarray(wrong)


def _near(measured: float, predicted: float) -> float:
    return float(np.clip(measured, 0.75 * predicted, 1.25 * predicted))
