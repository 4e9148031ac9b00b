"""Lines of the body without the pose model's delay: when a movement begins and how it turns.

A joint angle of a few landmarks wanders, and the pose model's smoothing holds back what moves
slowly, so that a slow beginning shows late (``pose.unsmooth``). A line from the hips to the head is
long, is hidden by no plate, and leaves its place as soon as the trunk does. In bending forward hip,
knee and ankle follow one common course (Alexandrov, Frolov and Massion 1998, Exp Brain Res
118:210), so that any of the body's angles tells when it begins. Lines from the knees are longer
still and take along what the hips travel. Where only the knee moves, several lines turn with the
shank, each with an error of its own landmarks.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion import geometry
from formcheck.motion.filters import despike, fill_short_gaps, low_pass
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack
from formcheck.pose.unsmooth import unsmooth

FloatArray = NDArray[np.float64]

_EARS, _SHOULDERS, _HIPS, _KNEES, _ANKLES, _TOES = range(6)
_USED: Final = (
    *(Landmark.LEFT_EAR, Landmark.RIGHT_EAR),
    *(Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    *(Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
    *(Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE),
    *(Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE),
    *(Landmark.LEFT_FOOT_INDEX, Landmark.RIGHT_FOOT_INDEX),
)
OF_A_LEG: Final = frozenset({"shank_deg", "foot_deg", "leg_deg", "leg_bodies"})
"""Fields that hold the left leg and the right one, shape (n, 2)."""


@dataclass(frozen=True, slots=True)
class Leans:
    """Directions in the picture, degrees from the vertical, to the right positive. Missing is NaN.

    Arrays of one column go between middles of left and right; those of two hold the left leg and
    the right leg.

    Attributes:
        trunk_deg: Shape (n,), from the hips to the shoulders.
        head_deg: Shape (n,), from the hips to the ears.
        head_m_deg: Shape (n,), the same by the model's landmarks in metres, which it finds and
            smooths apart from those in the picture.
        thigh_deg: Shape (n,), from the knees to the hips.
        body_deg: Shape (n,), from the knees to the shoulders.
        body_head_deg: Shape (n,), from the knees to the ears.
        shank_deg: Shape (n, 2), from the ankle to the knee.
        foot_deg: Shape (n, 2), from the toes to the knee.
        leg_deg: Shape (n, 2), from the ankle to the hip.
        leg_bodies: Shape (n, 2), distance of the ankle from the hip, standing heights. It does not
            ask where the knee is, which is found less bent than it is when the leg is folded.
        shoulder_rise_bodies: Shape (n,), place of the shoulders up the picture, standing heights.
    """

    trunk_deg: FloatArray
    head_deg: FloatArray
    head_m_deg: FloatArray
    thigh_deg: FloatArray
    body_deg: FloatArray
    body_head_deg: FloatArray
    shank_deg: FloatArray
    foot_deg: FloatArray
    leg_deg: FloatArray
    leg_bodies: FloatArray
    shoulder_rise_bodies: FloatArray

    def __post_init__(self) -> None:
        n = len(self.head_deg)
        for item in fields(self):
            value, wanted = getattr(self, item.name), (n, 2) if item.name in OF_A_LEG else (n,)
            if value.shape != wanted:
                raise ValueError(f"{item.name} has shape {value.shape}, not {wanted}")


def measure_leans(
    t_s: FloatArray, track: PoseTrack, lost: NDArray[np.bool_], height_px: float
) -> Leans:
    """Measure the lines, smoothed without delay and with short gaps bridged.

    Args:
        t_s: Shape (n,), real time in seconds.
        track: The pose track.
        lost: Shape (n,), frames whose landmarks are no body's.
        height_px: The lifter's standing height.
    """
    seen = track.landmarks_px[:, list(_USED)].astype(np.float64).reshape(len(t_s), -1)
    each = unsmooth(track.t_s, seen, height_px).reshape(len(t_s), len(_USED) // 2, 2, 2)
    each[lost] = np.nan
    middle = np.moveaxis(each.mean(axis=2), 1, 0)
    metres = track.landmarks_m[:, list(_USED), :2].astype(np.float64)
    metres[lost] = np.nan
    metres = np.moveaxis(metres.reshape(each.shape).mean(axis=2), 1, 0)
    knees, hips, shoulders = (middle[part] for part in (_KNEES, _HIPS, _SHOULDERS))

    lines = {
        "trunk_deg": _lean_deg(shoulders - hips),
        "head_deg": _lean_deg(middle[_EARS] - hips),
        "head_m_deg": _lean_deg(metres[_EARS] - metres[_HIPS]),
        "thigh_deg": _lean_deg(hips - knees),
        "body_deg": _lean_deg(shoulders - knees),
        "body_head_deg": _lean_deg(middle[_EARS] - knees),
        "shoulder_rise_bodies": -shoulders[:, 1] / height_px,
    }
    legs = [_leg_lines(each[:, :, side], height_px) for side in range(2)]
    columns = [*lines.values(), *(line for leg in legs for line in leg.values())]
    calm = low_pass(t_s, fill_short_gaps(t_s, despike(np.column_stack(columns))))
    middles, left, right = np.split(calm, [len(lines), len(lines) + len(legs[0])], axis=1)
    return Leans(
        **dict(zip(lines, middles.T, strict=True)),
        **{name: np.column_stack([left[:, at], right[:, at]]) for at, name in enumerate(legs[0])},
    )


def _leg_lines(leg: FloatArray, height_px: float) -> dict[str, FloatArray]:
    """The lines of one leg by name, from its landmarks of shape (n, 6, 2)."""
    hip, knee, ankle, toes = (leg[:, part] for part in (_HIPS, _KNEES, _ANKLES, _TOES))
    return {
        "shank_deg": _lean_deg(knee - ankle),
        "foot_deg": _lean_deg(knee - toes),
        "leg_deg": _lean_deg(hip - ankle),
        "leg_bodies": geometry.length(hip, ankle) / height_px,
    }


def _lean_deg(line: FloatArray) -> FloatArray:
    """Direction of a line that points up the picture at 0 degrees, without jumps of a turn."""
    lean = np.degrees(np.arctan2(line[:, 0], -line[:, 1]))
    known = np.isfinite(lean)
    lean[known] = np.unwrap(lean[known], period=360.0)
    return np.asarray(lean)
