"""Tempo and momentum of a rep: how long its phases last and how hard it turns round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.findings import Metric, Reason, refused
from formcheck.motion.filters import derivative, runs
from formcheck.motion.rep import Phase, Rep

FloatArray = NDArray[np.float64]

TURN_REACH_S: Final = 0.4
TURN_DOUBT_FRAMES: Final = float(np.sqrt(2.0 / 3.0))
"""Standard uncertainty of a turn in frames: twice the distance of two moments, each of which is
somewhere in a frame."""
MAX_PHASE_GAP_SHARE: Final = 0.3
"""A phase of which more than this is hidden has not been timed. A course that is fitted to all that
is seen can do without less: 16 rendered movements of which 15 to 30 % were hidden, in absences
under half a second, were off by 0.04 s in the median and by 0.2 s at most."""
EDGE_S: Final = 0.15
ABSENCE_S: Final = 0.5
"""A movement that seems to end less than this before an absence of as long may end within it:
landmarks slide off a body that the pose model is about to lose."""
SLOWEST_FRAMES_S: Final = 0.045
MOVEMENTS: Final = ("eccentric_s", "concentric_s")


@dataclass(frozen=True, slots=True)
class Tempo:
    """Measures the timing of the reps of one clip.

    Attributes:
        t_s: Shape (n,), seconds of real time.
        frame_s: Median time between frames.
        drive: Shape (n,), high where the hamstrings are short and low where they are long, any
            unit; NaN where unknown.
        min_speed: Speed of the drive, in its unit a second, under which an arrival at the
            stretched end cannot be a bounce.
        own_share: Standard uncertainty of a duration in this exercise, as a share of it, beyond
            that of its edges.
        most_doubt: A movement whose duration is uncertain by more than this share of it has not
            been timed.
    """

    t_s: FloatArray
    frame_s: float
    drive: FloatArray
    min_speed: float
    own_share: float = 0.0
    most_doubt: float = np.inf

    def metrics(self, rep: Rep) -> tuple[Metric, ...]:
        """Durations of the four phases, and the turnaround at the stretched end.

        Returns:
            ``eccentric_s``, ``concentric_s``, ``stretched_pause_s``, ``top_pause_s`` and
            ``turnaround_s``, all in seconds, each refused where the rep does not show it.
        """
        return (
            self._duration("eccentric_s", rep.eccentric),
            self._duration("concentric_s", rep.concentric),
            self._duration("stretched_pause_s", rep.stretched_pause),
            self._duration("top_pause_s", rep.top_pause),
            self.turnaround(rep),
        )

    def _duration(self, name: str, phase: Phase | None) -> Metric:
        if phase is None:
            return refused(name, "s", Reason.NOT_SHOWN)
        near = (self.t_s >= phase.start_s - EDGE_S) & (self.t_s <= phase.end_s + EDGE_S)
        if not near.any() or np.isnan(self.drive[near]).mean() > MAX_PHASE_GAP_SHARE:
            return refused(name, "s", Reason.OCCLUSION)
        absent_s = self._absent_s(near)
        if absent_s >= ABSENCE_S or (name in MOVEMENTS and self._turns_unseen(phase)):
            return refused(name, "s", Reason.OCCLUSION)
        uncertainty = self._doubt_s(phase, absent_s)
        if name in MOVEMENTS and uncertainty > self.most_doubt * phase.duration_s:
            return refused(name, "s", Reason.NOT_SHOWN if self._at_end(phase) else Reason.OCCLUSION)
        moment = (phase.start_s + phase.end_s) / 2.0
        return Metric(name, phase.duration_s, uncertainty, "s", "ok", t_s=moment)

    def _absent_s(self, near: NDArray[np.bool_]) -> float:
        """Longest time without a sight among some frames."""
        gaps = runs(near & ~np.isfinite(self.drive))
        return max((float(self.t_s[past - 1] - self.t_s[first]) for first, past in gaps), default=0)

    def _turns_unseen(self, phase: Phase) -> bool:
        """Whether a movement begins or ends beside a long absence, and so anywhere in it."""
        for first, past in runs(~np.isfinite(self.drive)):
            from_s, until_s = float(self.t_s[first]), float(self.t_s[past - 1])
            inside = first > 0 and past < len(self.t_s)
            if not inside or until_s - from_s < ABSENCE_S:
                continue
            for edge_s in (phase.start_s, phase.end_s):
                if from_s - ABSENCE_S <= edge_s <= until_s + ABSENCE_S:
                    return True
        return False

    def _at_end(self, phase: Phase) -> bool:
        """Whether a phase begins where the lifter is first seen, or ends where last seen."""
        seen = self.t_s[np.isfinite(self.drive)]
        near = phase.start_s - seen[0], seen[-1] - phase.end_s
        return bool(min(near) <= 2.0 * self.frame_s)

    def _doubt_s(self, phase: Phase, absent_s: float) -> float:
        """Standard uncertainty of a duration: either edge may be anywhere in a gap."""
        edges_s = float(np.sqrt(2.0 * phase.boundary_uncertainty_s**2 + absent_s**2 / 12.0))
        return float(np.hypot(edges_s, self.own_share * phase.duration_s))

    def turnaround(self, rep: Rep) -> Metric:
        """Time in which the movement turns round at the stretched end.

        Twice the time from half the speed coming in to half the speed going out, both speeds
        the highest within ``TURN_REACH_S``. Where the acceleration is constant that is speed over
        acceleration, and 0.63 s in a sine of 1 s down and 1 s up. The highest acceleration would
        tell the same of a smooth movement, but of landmarks it is mostly that of their scatter.

        Returns:
            ``turnaround_s`` in seconds, refused where the turn is not shown or too slow to bounce.
        """
        name, unit = "turnaround_s", "s"
        if rep.eccentric is None or rep.concentric is None:
            return refused(name, unit, Reason.NOT_SHOWN)
        if rep.concentric.start_s < rep.eccentric.start_s:
            # From one stretched end to the next: it turns round between two reps.
            return refused(name, unit, Reason.NOT_SHOWN)
        if self.frame_s > SLOWEST_FRAMES_S:
            return refused(name, unit, Reason.TOO_FEW_FRAMES)
        lowest_s = self._stretched_end_s(rep)
        speed = derivative(self.t_s, self.drive)
        known = np.isfinite(speed)
        near = np.abs(self.t_s - lowest_s)
        before = known & (near <= TURN_REACH_S) & (self.t_s <= lowest_s)
        after = known & (near <= TURN_REACH_S) & (self.t_s >= lowest_s)
        turning = near <= TURN_REACH_S / 2
        shown_s = min(_span_s(self.t_s, side) for side in (before, after))
        if not shown_s >= TURN_REACH_S / 2:
            return refused(name, unit, Reason.TOO_FEW_FRAMES)
        if not known[turning].all():
            return refused(name, unit, Reason.OCCLUSION)
        arriving, leaving = -speed[before][::-1], speed[after]
        if arriving.max() < self.min_speed or leaving.max() <= 0:
            return refused(name, unit, Reason.NOT_SHOWN)
        slowed_s = _half_speed_s(self.t_s[before][::-1], arriving)
        off_s = _half_speed_s(self.t_s[after], leaving)
        value = 2.0 * (off_s - slowed_s)
        if rep.stretched_pause is not None:
            # A weight set down and lifted again after a rest has not bounced.
            value = max(value, rep.stretched_pause.duration_s)
        return Metric(name, value, TURN_DOUBT_FRAMES * self.frame_s, unit, "ok", t_s=lowest_s)

    def _stretched_end_s(self, rep: Rep) -> float:
        inside = np.flatnonzero(
            (self.t_s >= rep.start_s) & (self.t_s <= rep.end_s) & np.isfinite(self.drive)
        )
        if not len(inside):
            return float("nan")
        return float(self.t_s[inside[int(np.argmin(self.drive[inside]))]])


def _half_speed_s(times: FloatArray, speed: FloatArray) -> float:
    """When the speed first has half of its highest value, walking away from the turn."""
    half = float(speed.max()) / 2.0
    past = int(np.argmax(speed >= half))
    if past == 0:
        return float(times[0])
    share = (half - speed[past - 1]) / (speed[past] - speed[past - 1])
    return float(times[past - 1] + share * (times[past] - times[past - 1]))


def _span_s(t_s: FloatArray, rows: NDArray[np.bool_]) -> float:
    return float(np.ptp(t_s[rows])) if rows.any() else 0.0


def timed(rep: Rep, metrics: Sequence[Metric]) -> Rep:
    """The rep without the movements whose duration was refused: no report tells it then.

    Args:
        rep: The rep.
        metrics: As measured; a movement that has no metric stays.
    """
    refused_names = {metric.name for metric in metrics if metric.value is None}
    return replace(
        rep,
        eccentric=None if MOVEMENTS[0] in refused_names else rep.eccentric,
        concentric=None if MOVEMENTS[1] in refused_names else rep.concentric,
    )
