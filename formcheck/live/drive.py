"""Where the moving part is, from single samples, without any filter that looks ahead."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.registry import Exercise
from formcheck.live.verdict import DriveRange, JudgedRep
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack

FloatArray = NDArray[np.float64]

HINGE: Final = "hinge"
KNEE: Final = "knee"
END_PERCENTILES: Final = (6.0, 94.0)
"""Of a rep's own samples; its ends are held, so these lie on them and not on an outlier."""
NOW_SAMPLES: Final = 3
RISEN_SHARE: Final = 0.15
"""Of the way down that the body has come up again: it has turned round. Wobbles stay below 0.1."""
HELD_SHARE: Final = 0.05
HELD_S: Final = 0.25
"""Who has gone no lower for so long and has come up by this much has turned round too: hips that
rise first leave the shoulders near the bottom."""
REACHED_SHARE: Final = 0.88
"""Of the usual way down (``exercises/window.py``: the last 12 % are the bottom)."""
RESTED_S: Final = 0.2
_LEGS: Final = (
    (Landmark.LEFT_HIP, Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE),
    (Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE),
)


def drive_kind(exercise: Exercise) -> str | None:
    """What moves in an exercise, told by what it measures; ``None`` where neither is known."""
    metrics = exercise.about.metrics
    if "hip_hinge_ratio" in metrics:
        return HINGE
    return KNEE if any("knee" in name for name in metrics) else None


def drive_of(landmarks_px: NDArray[np.floating], kind: str) -> FloatArray:
    """The drive in single samples, high where the hamstrings are short.

    Args:
        landmarks_px: Shape (n, 33, 2).
        kind: ``hinge`` or ``knee``.

    Returns:
        Shape (n,): height of the shoulders over the ankles in pixels, or knee flexion in degrees,
        the mean of both legs. NaN where missing.
    """
    points = landmarks_px.astype(np.float64)
    if kind == HINGE:
        shoulder = points[:, [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER], 1].mean(axis=1)
        ankle = points[:, [Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE], 1].mean(axis=1)
        return np.asarray(ankle - shoulder)
    bends = []
    for hip, knee, ankle in _LEGS:
        thigh, shank = points[:, knee] - points[:, hip], points[:, ankle] - points[:, knee]
        turn = thigh[:, 0] * shank[:, 1] - thigh[:, 1] * shank[:, 0]
        bends.append(np.degrees(np.arctan2(np.abs(turn), (thigh * shank).sum(axis=1))))
    return np.asarray(np.mean(bends, axis=0))


def drive_range(track: PoseTrack, reps: tuple[JudgedRep, ...], kind: str) -> DriveRange | None:
    """Where the reps of a set begin and end, medians over the whole ones; ``None`` without one."""
    drive = drive_of(track.landmarks_px, kind)
    ends = []
    for one in reps:
        inside = (track.t_s >= one.rep.start_s) & (track.t_s <= one.rep.end_s)
        known = drive[inside & np.isfinite(drive)]
        if one.rep.complete and len(known) >= 8:
            ends.append(np.percentile(known, END_PERCENTILES))
    if not ends:
        return None
    low, high = np.median(ends, axis=0)
    return DriveRange(kind, float(high), float(low)) if high > low else None


class TurnWatch:
    """Whether a lowering has come to its end, told from single samples.

    Args:
        track: What was seen.
        kind: What moves.
        known: Ends of the lifter's earlier reps, if there were any.
    """

    def __init__(self, track: PoseTrack, kind: str, known: DriveRange | None) -> None:
        self._t_s = track.t_s
        self._kind = kind
        self._drive = drive_of(track.landmarks_px, kind)
        self._known = known

    def over(self, start_s: float, end_s: float) -> bool:
        """Whether the body has turned round, or rests where it turned before.

        Args:
            start_s: When the lowering began.
            end_s: When it seems to have ended.
        """
        lowering = self._drive[(self._t_s >= start_s) & (self._t_s <= end_s)]
        since = self._drive[self._t_s >= start_s]
        lowering, since = (values[np.isfinite(values)] for values in (lowering, since))
        if len(lowering) < NOW_SAMPLES or len(since) < NOW_SAMPLES:
            return False
        now = float(np.median(since[-NOW_SAMPLES:]))
        high, low = float(lowering.max()), float(since.min())
        if high > low and now - low >= RISEN_SHARE * (high - low):
            return True
        if self._known is None:
            return False
        if self._kind == HINGE and now - low >= HELD_SHARE * (high - low):
            times = self._t_s[(self._t_s >= start_s) & np.isfinite(self._drive)]
            if times[-1] - times[since.argmin()] >= HELD_S:
                return True
        if self._t_s[-1] - end_s < RESTED_S:
            return False
        return self._known.high - now >= REACHED_SHARE * (self._known.high - self._known.low)
