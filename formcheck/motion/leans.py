"""Lines of the body without the pose model's delay: when a movement begins and how it turns.

A joint angle of a few landmarks wanders, and the pose model's smoothing holds back what moves
slowly, so that a slow beginning shows late (``pose.unsmooth``). A line from the hips to the head is
long, is hidden by no plate, and leaves its place as soon as the trunk does. In bending forward hip,
knee and ankle follow one common course (Alexandrov, Frolov and Massion 1998, Exp Brain Res
118:210), so that any of the body's angles tells when it begins.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.filters import despike, fill_short_gaps, low_pass
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack
from formcheck.pose.unsmooth import unsmooth

FloatArray = NDArray[np.float64]

_TRUNK: Final = (
    *(Landmark.LEFT_EAR, Landmark.RIGHT_EAR),
    *(Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    *(Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
)
_FEET: Final = (
    (Landmark.LEFT_KNEE, Landmark.LEFT_FOOT_INDEX),
    (Landmark.RIGHT_KNEE, Landmark.RIGHT_FOOT_INDEX),
)


@dataclass(frozen=True, slots=True)
class Leans:
    """Directions in the picture, degrees from the vertical, to the right positive. Missing is NaN.

    Attributes:
        trunk_deg: Shape (n,), from the middle of the hips to that of the shoulders.
        head_deg: Shape (n,), from the middle of the hips to that of the ears.
        head_m_deg: Shape (n,), the same by the model's landmarks in metres, which it finds and
            smooths apart from those in the picture.
        foot_deg: Shape (n, 2), from the toes to the knee, left and right, as smoothed.
        shoulder_rise_bodies: Shape (n,), place of the shoulders up the picture, standing heights.
    """

    trunk_deg: FloatArray
    head_deg: FloatArray
    head_m_deg: FloatArray
    foot_deg: FloatArray
    shoulder_rise_bodies: FloatArray

    def __post_init__(self) -> None:
        n = len(self.head_deg)
        for item in fields(self):
            value, wanted = getattr(self, item.name), (n, 2) if item.name == "foot_deg" else (n,)
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
    seen = track.landmarks_px[:, list(_TRUNK)].astype(np.float64).reshape(len(t_s), -1)
    points = unsmooth(track.t_s, seen, height_px).reshape(len(t_s), 3, 2, 2)
    ears, shoulders, hips = np.moveaxis(points.mean(axis=2), 1, 0)
    metres = track.landmarks_m[:, list(_TRUNK), :2].astype(np.float64)
    head_m = metres[:, :2].mean(axis=1) - metres[:, 4:].mean(axis=1)
    legs = track.landmarks_px.astype(np.float64)

    lines = [
        _lean_deg(shoulders - hips),
        _lean_deg(ears - hips),
        _lean_deg(head_m),
        *(_lean_deg(legs[:, knee] - legs[:, toes]) for knee, toes in _FEET),
        -shoulders[:, 1] / height_px,
    ]
    known = np.where(lost[:, None], np.nan, np.column_stack(lines))
    calm = low_pass(t_s, fill_short_gaps(t_s, despike(known)))
    return Leans(
        trunk_deg=calm[:, 0],
        head_deg=calm[:, 1],
        head_m_deg=calm[:, 2],
        foot_deg=calm[:, 3:5],
        shoulder_rise_bodies=calm[:, 5],
    )


def _lean_deg(line: FloatArray) -> FloatArray:
    """Direction of a line that points up the picture at 0 degrees, without jumps of a turn."""
    lean = np.degrees(np.arctan2(line[:, 0], -line[:, 1]))
    known = np.isfinite(lean)
    lean[known] = np.unwrap(lean[known], period=360.0)
    return np.asarray(lean)
