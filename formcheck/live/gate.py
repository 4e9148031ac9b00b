"""Nothing is told before the lifter is in place: guides the camera, then says ready.

Walking is what all set-up has in common. In every exercise known here some part of the body stays
put: the feet, the knees or the hips.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.live.seen import Seen
from formcheck.motion.geometry import SHOULDER_OF_HEIGHT
from formcheck.motion.preflight import MIN_BODY_PX
from formcheck.motion.reps import PLANTED
from formcheck.motion.signals import View
from formcheck.motion.view import SIDE_ON_LIMIT_DEG
from formcheck.pose.landmarks import Landmark

FloatArray = NDArray[np.float64]
State = Literal["nobody", "placing", "ready", "away"]

STILL_S: Final = 1.0
FOUND_SHARE: Final = 0.8
GUIDED_S: Final = 5.0
"""So long is guided; who then still stands there wants to lift, and is told what cannot be seen."""
AWAY_S: Final = 1.5
MAX_HEIGHT_SHARE: Final = 0.95
_ANCHORS: Final = (
    (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
    (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE),
    (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE),
)
_CORE: Final = tuple(
    landmark
    for pair in ((Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER), *_ANCHORS)
    for landmark in pair
)
NOBODY: Final = "Step into the picture, your side to the camera."
FURTHER: Final = "Put the camera further away: all of you must show."
CLOSER: Final = "Come closer, or film in a higher resolution."
SIDE_ON: Final = "Turn your side to the camera."
STAND_STILL: Final = "Take your place and hold still."


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate says now.

    Attributes:
        state: ``nobody``, ``placing``, ``ready`` or ``away`` (was ready, has walked off).
        advice: What to change; empty when there is nothing.
    """

    state: State
    advice: str


class ReadyGate:
    """Watches the last second of samples."""

    def __init__(self) -> None:
        self._recent: deque[Seen] = deque()
        self._planted_since_s: float | None = None
        self._gone_since_s: float | None = None
        self._ready = False
        self._was_ready = False

    def add(self, seen: Seen, view: View | None, *, moving: bool) -> Gate:
        """Take a sample.

        Args:
            seen: The sample.
            view: The camera's view as last judged, if it was.
            moving: Whether reps are seen, which is the best sign of being in place.
        """
        self._recent.append(seen)
        while seen.t_s - self._recent[0].t_s > STILL_S:
            self._recent.popleft()
        found = [one for one in self._recent if one.landmarks_px is not None]
        whole_second = seen.t_s - self._recent[0].t_s >= 0.8 * STILL_S
        there = len(found) >= FOUND_SHARE * len(self._recent) and whole_second
        planted = there and _moved_bodies(found) <= PLANTED
        if self._ready:
            return self._stays(seen.t_s, planted)
        if not whole_second and not self._was_ready:
            return Gate("nobody", "")
        if not there:
            self._planted_since_s = None
            return Gate("away" if self._was_ready else "nobody", NOBODY)
        if not planted:
            self._planted_since_s = None
            return Gate("placing", STAND_STILL)
        if self._planted_since_s is None:
            self._planted_since_s = seen.t_s
        advice = _placing(found[-1], view)
        if advice and not moving and seen.t_s - self._planted_since_s < GUIDED_S:
            return Gate("placing", advice)
        self._ready = self._was_ready = True
        self._gone_since_s = None
        return Gate("ready", advice)

    def _stays(self, t_s: float, planted: bool) -> Gate:
        if planted:
            self._gone_since_s = None
            return Gate("ready", "")
        if self._gone_since_s is None:
            self._gone_since_s = t_s
        if t_s - self._gone_since_s < AWAY_S:
            return Gate("ready", "")
        self._ready, self._planted_since_s = False, None
        return Gate("away", "")


def _height_px(points: FloatArray) -> float:
    """Standing height from trunk, thigh and shank of the samples, pixels."""
    chain = [Landmark.LEFT_SHOULDER, *(left for left, _ in _ANCHORS)]
    mirrored = [Landmark.RIGHT_SHOULDER, *(right for _, right in _ANCHORS)]
    middle = (points[:, chain] + points[:, mirrored]) / 2.0
    length = np.hypot(*np.moveaxis(np.diff(middle, axis=1), 2, 0)).sum(axis=1)
    return float(np.median(length)) / SHOULDER_OF_HEIGHT


def _stack(found: list[Seen]) -> FloatArray:
    return np.array([one.landmarks_px for one in found], dtype=np.float64)


def _moved_bodies(found: list[Seen]) -> float:
    """How far the part of the body that stays put most has moved, standing heights."""
    points = _stack(found)
    height = max(_height_px(points), 1.0)
    moved = []
    for pair in _ANCHORS:
        place = points[:, list(pair)].mean(axis=1)
        low, high = np.percentile(place, [10, 90], axis=0)
        moved.append(float(np.hypot(*(high - low))) / height)
    return min(moved)


def _placing(seen: Seen, view: View | None) -> str:
    points = _stack([seen])
    height = _height_px(points)
    core = points[0, list(_CORE)]
    if ((core < 0) | (core >= seen.size)).any() or height > MAX_HEIGHT_SHARE * max(seen.size):
        return FURTHER
    if height < MIN_BODY_PX:
        return CLOSER
    if view is not None and np.isfinite(view.yaw_deg) and view.yaw_deg > SIDE_ON_LIMIT_DEG:
        return SIDE_ON
    return ""
