"""The pace of a lowering while it goes on.

Everything here is causal: each sample is told from those before it. A lowering's speed rises and
falls, so speed alone does not tell how long it will last. The time between three and six tenths
of the way does: of a minimum-jerk movement (Flash and Hogan 1985, J Neurosci 5:1688) these lie
0.17 of its duration apart.

Of a hinge the height of the shoulders is seen, and what moves is the angle of the trunk: a trunk
that turns from upright loses height with 1 - cos, at first hardly any.
"""

from __future__ import annotations

from collections import deque
from typing import Final, Literal

import numpy as np

from formcheck.live.drive import HINGE, drive_of
from formcheck.live.seen import Seen
from formcheck.live.verdict import DriveRange

Stage = Literal["unknown", "top", "lowering", "bottom", "lifting"]

LEFT: Final = 0.30
HALF: Final = 0.60
"""Shares of the way, by angle, between which a lowering is timed; by height 0.1 and 0.4."""
HINGE_TURN_DEG: Final = 75.0
"""How far a trunk turns in a hinge; between 50 and 90 the shares above change by 0.02."""
ENDS: Final = 0.12
"""Within this share of the way from an end the body is at it (``exercises/window.py``)."""
CALM_SAMPLES: Final = 3
SPEED_S: Final = 0.2
STILL_SHARE_A_S: Final = 0.10
"""Shares of the way a second; a lowering of 4 s has 0.25 on average."""
LOST_S: Final = 0.5
PACE_MARGIN: Final = 0.8
"""A lowering is called falling when it will last less than this share of the least time asked for.

Lifters start more briskly or later than minimum jerk, and the ends of the way are known to a few
percent of it.
"""


def minimum_jerk(share: float) -> float:
    """Progress of a minimum-jerk movement at a share of its time, both 0 to 1."""
    u = min(max(share, 0.0), 1.0)
    return u**3 * (10.0 - 15.0 * u + 6.0 * u**2)


def minimum_jerk_time_of(progress: float) -> float:
    """Share of its time at which a minimum-jerk movement has made a share of its way."""
    grid = np.linspace(0.0, 1.0, 201)
    return float(np.interp(progress, [minimum_jerk(float(u)) for u in grid], grid))


def turned(share: float) -> float:
    """Share of a hinge's turn at which a share of its height is lost, both 0 to 1."""
    whole = np.radians(HINGE_TURN_DEG)
    lost = min(max(share, 0.0), 1.0) * (1.0 - np.cos(whole))
    return float(np.arccos(1.0 - lost) / whole)


_LEFT_U: Final = minimum_jerk_time_of(LEFT)
_HALF_U: Final = minimum_jerk_time_of(HALF)


class Pace:
    """Follows one lifter's drive through top, lowering, bottom and lifting."""

    def __init__(self) -> None:
        self._range: DriveRange | None = None
        self._recent: deque[tuple[float, float]] = deque()
        self._raw: deque[float] = deque(maxlen=CALM_SAMPLES)
        self._left_s: float | None = None
        self._half_s: float | None = None
        self.stage: Stage = "unknown"
        self.progress = float("nan")
        """Share of the way to the stretched end by angle, 0 to 1."""
        self.since_s = 0.0
        """When the stage began; of a lowering, led back to its beginning."""
        self.lasts_s = float("nan")
        """How long the lowering that goes on will last, known from half of its way on."""

    def use(self, drive: DriveRange | None) -> None:
        """Take the ends of the lifter's reps; without them nothing is told."""
        self._range = drive
        if drive is None:
            self.stage = "unknown"

    def add(self, seen: Seen) -> None:
        """Take a sample."""
        if self._range is None or seen.landmarks_px is None:
            if self._recent and seen.t_s - self._recent[-1][0] > LOST_S:
                self._forget()
            return
        value = float(drive_of(seen.landmarks_px[None], self._range.kind)[0])
        if not np.isfinite(value):
            return
        self._raw.append(value)
        calm = float(np.median(self._raw))
        share = (self._range.high - calm) / (self._range.high - self._range.low)
        before = (self._recent[-1][0], self.progress) if self._recent else None
        self._recent.append((seen.t_s, share))
        while seen.t_s - self._recent[0][0] > SPEED_S:
            self._recent.popleft()
        self.progress = turned(share) if self._range.kind == HINGE else share
        self._follow(seen.t_s, share, self._speed())
        if self.stage == "lowering" and before is not None:
            self._time(before, (seen.t_s, self.progress))

    def falling(self, least_s: float) -> bool:
        """Whether the lowering that goes on will surely be shorter than what is asked for."""
        return self.stage == "lowering" and self.lasts_s < PACE_MARGIN * least_s

    def _speed(self) -> float:
        (first_s, first), (last_s, last) = self._recent[0], self._recent[-1]
        return (last - first) / (last_s - first_s) if last_s > first_s else 0.0

    def _follow(self, t_s: float, share: float, speed: float) -> None:
        if speed > STILL_SHARE_A_S and share < 1.0 - ENDS:
            if self.stage != "lowering" and share > ENDS / 2.0:
                self._enter("lowering", t_s)
                self._left_s = self._half_s = None
                self.lasts_s = float("nan")
        elif speed < -STILL_SHARE_A_S and share > ENDS:
            self._enter("lifting", t_s)
        elif share <= ENDS:
            self._enter("top", t_s)
        elif share >= 1.0 - ENDS:
            self._enter("bottom", t_s)

    def _time(self, before: tuple[float, float], now: tuple[float, float]) -> None:
        if self._left_s is None and before[1] <= LEFT < now[1]:
            self._left_s = _crossing_s(before, now, LEFT)
        if self._left_s is None or self._half_s is not None or now[1] < HALF:
            return
        self._half_s = _crossing_s(before, now, HALF)
        self.lasts_s = (self._half_s - self._left_s) / (_HALF_U - _LEFT_U)
        self.since_s = self._left_s - _LEFT_U * self.lasts_s

    def _enter(self, stage: Stage, t_s: float) -> None:
        if self.stage != stage:
            self.stage, self.since_s = stage, t_s

    def _forget(self) -> None:
        self._recent.clear()
        self._raw.clear()
        self.stage = "unknown"
        self.progress = float("nan")


def _crossing_s(before: tuple[float, float], now: tuple[float, float], level: float) -> float:
    (first_s, first), (last_s, last) = before, now
    if last <= first:
        return last_s
    return first_s + (last_s - first_s) * min(max((level - first) / (last - first), 0.0), 1.0)
