"""Each leg by itself: which way its segments point, how far the knee bends, whether to believe it.

The hinge asks one leg for both, since they move together and stand on the floor. In knee
exercises the far leg is often hidden by the machine or moves alone, and the feet travel; so
here the legs stay apart and nothing is held still.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion import geometry
from formcheck.motion.body import LENGTH_TOLERANCE, Body
from formcheck.pose.landmarks import Landmark

FloatArray = NDArray[np.float64]

FULL_TURN_DEG: Final = 360.0
LOWEST_SHANK_DEG: Final = -120.0
LOWEST_THIGH_DEG: Final = -200.0
"""Leans are told from here upwards, so that none of the postures wraps round.

A shank goes from -100 degrees (seated, leg stretched out) to 230 (prone, heel at the buttock), a
thigh from -110 (seated, knees up) to 100 (prone, hips lifted), and a hidden one is found 30 off.
"""
BEND_TELLS_DEG: Final = 35.0
"""A knee bent by more than this tells which way the body faces: it bends one way only."""
BEND_AGREES: Final = 0.8
STANDING_LEAN_DEG: Final = 50.0
"""A shank that leans more than this does not carry a standing body."""
SEGMENT_RATIO: Final = (0.6, 1.67)
"""Length of a leg's segment over the one predicted from the torso; beyond it is no leg's.

Adults vary by a few percent, a camera that is 35 degrees off takes 18 %, perspective and the
placement of landmarks the rest.
"""
_SIDES: Final = (
    (Landmark.LEFT_SHOULDER, Landmark.LEFT_HIP, Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE),
    (Landmark.RIGHT_SHOULDER, Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE),
)


@dataclass(frozen=True, slots=True)
class Legs:
    """Both legs and the trunk over time. Missing is NaN.

    Arrays of shape (n, 2) hold the left leg in column 0 and the right leg in column 1. A lean is
    the direction of a segment from its lower to its upper end as it stands, from the vertical: 0
    as when standing, 90 tipped forwards (prone), -90 tipped backwards, 180 upside down.

    Attributes:
        knee_flexion_deg: Shape (n, 2), 0 = straight.
        hip_flexion_deg: Shape (n, 2), 0 = trunk in line with the thigh, positive = bent forward.
        trunk_lean_deg: Shape (n,).
        thigh_lean_deg: Shape (n, 2).
        shank_lean_deg: Shape (n, 2).
        hip_x_thighs: Shape (n, 2), place of the hip across the picture, towards where the lifter
            faces, thigh lengths.
        hip_y_thighs: Shape (n, 2), place of the hip up the picture, thigh lengths.
        hip_off_line_thighs: Shape (n, 2), how far the hip is behind the line from shoulder to
            knee, on the side of the buttocks, thigh lengths.
        trust: Shape (n, 2), 0 to 1: how far the leg's landmarks can be believed.
        forward: +1 when the lifter faces right in the picture, -1 when left; lying on the
            front, where the head points.
    """

    knee_flexion_deg: FloatArray
    hip_flexion_deg: FloatArray
    trunk_lean_deg: FloatArray
    thigh_lean_deg: FloatArray
    shank_lean_deg: FloatArray
    hip_x_thighs: FloatArray
    hip_y_thighs: FloatArray
    hip_off_line_thighs: FloatArray
    trust: FloatArray
    forward: float

    def __post_init__(self) -> None:
        n = len(self.trunk_lean_deg)
        for item in fields(self):
            value = getattr(self, item.name)
            wanted = (n,) if item.name == "trunk_lean_deg" else (n, 2)
            if isinstance(value, np.ndarray) and value.shape != wanted:
                raise ValueError(f"{item.name} has shape {value.shape}, not {wanted}")


def measure_legs(points: FloatArray, body: Body, forward: float, yaw_deg: float) -> Legs:
    """Measure each leg.

    Args:
        points: Shape (n, 33, 2), smoothed landmarks in pixels.
        body: The lifter's lengths.
        forward: +1 when the lifter faces right by the view, -1 when left; where the
            knees bend enough to tell, they do.
        yaw_deg: The camera's angle from the side view; NaN when unknown.
    """
    forward = knee_facing(points, body) or forward
    n = len(points)
    knee, hip, thigh, shank, off = (np.full((n, 2), np.nan) for _ in range(5))
    for side, (shoulder_at, hip_at, knee_at, ankle_at) in enumerate(_SIDES):
        top, upper, lower, end = (points[:, at] for at in (shoulder_at, hip_at, knee_at, ankle_at))
        hip[:, side] = geometry.signed_bend_deg(top, upper, lower, forward)
        knee[:, side] = -geometry.signed_bend_deg(upper, lower, end, forward)
        thigh[:, side] = _from(LOWEST_THIGH_DEG, geometry.lean_deg(lower, upper, forward))
        shank[:, side] = _from(LOWEST_SHANK_DEG, geometry.lean_deg(end, lower, forward))
        off[:, side] = _behind_line(top, upper, lower, forward) / body.thigh_px
    shoulders, hips = (points[:, [side[part] for side in _SIDES]].mean(axis=1) for part in range(2))
    places = points[:, [side[1] for side in _SIDES]] / body.thigh_px
    return Legs(
        knee_flexion_deg=knee,
        hip_flexion_deg=hip,
        trunk_lean_deg=_from(LOWEST_THIGH_DEG, geometry.lean_deg(hips, shoulders, forward)),
        thigh_lean_deg=thigh,
        shank_lean_deg=shank,
        hip_x_thighs=forward * places[:, :, 0],
        hip_y_thighs=-places[:, :, 1],
        hip_off_line_thighs=off,
        trust=_trust(points, body, yaw_deg),
        forward=forward,
    )


def stands(points: FloatArray) -> bool:
    """Whether the shanks point down most of the time, as they do in everything done on the feet.

    Args:
        points: Shape (n, 33, 2), landmarks in pixels.
    """
    down = []
    for _, _, knee_at, ankle_at in _SIDES:
        shank = points[:, ankle_at] - points[:, knee_at]
        with np.errstate(invalid="ignore", divide="ignore"):
            down.append(shank[:, 1] / np.hypot(*shank.T))
    known = np.concatenate(down)
    known = known[np.isfinite(known)]
    return not len(known) or float(np.median(known)) > np.cos(np.radians(STANDING_LEAN_DEG))


def knee_facing(points: FloatArray, body: Body) -> float | None:
    """Where the lifter faces, told by the way the knees bend.

    Args:
        points: Shape (n, 33, 2), landmarks in pixels.
        body: The lifter's lengths.

    Returns:
        +1 for right in the picture, -1 for left; ``None`` when the knees bend too little, or
        both ways.
    """
    trust = _trust(points, body, float("nan"))
    votes = np.zeros(2)
    for side, (_, hip_at, knee_at, ankle_at) in enumerate(_SIDES):
        bend = -geometry.signed_bend_deg(
            points[:, hip_at], points[:, knee_at], points[:, ankle_at], 1.0
        )
        tells = np.abs(bend) > BEND_TELLS_DEG
        weight = np.where(tells, trust[:, side], 0.0)
        votes += [weight[bend > 0].sum(), weight[bend < 0].sum()]
    if votes.sum() < 3.0 or votes.max() < BEND_AGREES * votes.sum():
        return None
    return 1.0 if votes[0] > votes[1] else -1.0


def _trust(points: FloatArray, body: Body, yaw_deg: float) -> FloatArray:
    """How far each leg can be believed, shape (n, 2): steady lengths that a body can have.

    Each leg is held against its own lengths: the nearer one looks larger.
    """
    slack = 1.0 - float(np.cos(np.radians(np.clip(np.nan_to_num(yaw_deg, nan=35.0), 0.0, 35.0))))
    trust = np.zeros((len(points), 2))
    for side, (_, hip_at, knee_at, ankle_at) in enumerate(_SIDES):
        worst = np.zeros(len(points))
        for first, second, usual in (
            (hip_at, knee_at, body.torso_px * geometry.THIGH_OF_HEIGHT / geometry.TRUNK_OF_HEIGHT),
            (
                knee_at,
                ankle_at,
                body.torso_px * geometry.SHANK_OF_HEIGHT / geometry.TRUNK_OF_HEIGHT,
            ),
        ):
            long = geometry.length(points[:, first], points[:, second])
            known = long[np.isfinite(long)]
            own = float(np.median(known)) if len(known) else float("nan")
            if not SEGMENT_RATIO[0] <= own / usual <= SEGMENT_RATIO[1]:
                worst[:] = np.nan
                continue
            off = np.maximum(np.abs(long / own - 1.0) - slack, 0.0) / LENGTH_TOLERANCE
            worst = np.maximum(worst, off)
        trust[:, side] = np.nan_to_num(np.exp(-0.5 * worst**2))
    return trust


def _behind_line(
    shoulder: FloatArray, hip: FloatArray, knee: FloatArray, forward: float
) -> FloatArray:
    """Pixels that the hip is off the line shoulder-knee, positive on the buttocks' side."""
    along = knee - shoulder
    from_shoulder = hip - shoulder
    cross = along[:, 0] * from_shoulder[:, 1] - along[:, 1] * from_shoulder[:, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(forward * cross / np.hypot(*along.T))


def _from(lowest_deg: float, lean_deg: FloatArray) -> FloatArray:
    return np.asarray((lean_deg - lowest_deg) % FULL_TURN_DEG + lowest_deg)
