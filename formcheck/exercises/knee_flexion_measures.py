"""What all knee exercises are measured by: how far the knee goes, tempo, and a common gate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.findings import Metric, Reason, refused
from formcheck.exercises.knee_flexion import (
    DRIVE_UNIT_DEG,
    Course,
    Kind,
    course_of,
    knee_courses,
    moving_deg,
)
from formcheck.exercises.knee_flexion_phases import (
    MIDDLE_TIME,
    minimum_jerk_share,
    travel_s,
)
from formcheck.exercises.settings import Settings
from formcheck.exercises.tempo import Tempo
from formcheck.exercises.window import Rows, middle
from formcheck.motion.rep import Phase, Rep
from formcheck.motion.signals import Signals

FloatArray = NDArray[np.float64]

HELD_S: Final = 0.2
"""An end of the range counts where the knee stays this long beyond it."""
MIN_KNOWN_SHARE: Final = 0.75
"""A rep of which less than this was seen tells nothing about its whole range."""
INSIDE_SHARE: Final = 0.5
EDGE_SHARE: Final = 0.3
MAX_ODDS: Final = 0.4
"""Share by which the duration told by speed and by place may differ.

A movement that is slow first and fast later, or the other way round, makes a quarter.
"""
FOLD_DOUBT: Final = 2.0
"""Standard uncertainty of a curl's lowering, in parts of the time by which the first half of its
way is shorter than the second. A folded knee is found less bent than it is and seems to open late
and then briskly: rendered lowerings that seem to were found 0.3 to 1.0 s short, up to 3 of these.
"""
MIN_BOUNCE_DEG_PER_S: Final = 60.0
"""An ankle at 0.4 m/s, shank 0.246 of 1.75 m; a slower arrival at the stretch cannot bounce."""
TEMPO_UNITS: Final = {
    "eccentric_s": "s",
    "concentric_s": "s",
    "stretched_pause_s": "s",
    "top_pause_s": "s",
    "turnaround_s": "s",
}


@dataclass(frozen=True, slots=True)
class KneeRep:
    """A rep with the knee it was found in.

    Attributes:
        rep: The rep.
        course: What the knee does over the clip.
        rows: Rows of the rep.
        bent: Rows at its most bent.
        straight: Rows at its straightest.
        next_lift: The lift of the same knee that follows; ``None`` after the last rep.
        movements: All lifts and lowerings of the same knee in the set.
    """

    rep: Rep
    course: Course
    rows: Rows
    bent: Rows
    straight: Rows
    next_lift: Phase | None
    movements: tuple[Phase, ...]


@dataclass(frozen=True, slots=True)
class KneeMeter:
    """Measures what every knee exercise is measured by.

    Attributes:
        signals: The clip's signals.
        settings: The exercise's thresholds.
        kind: How the exercise is done.
    """

    signals: Signals
    settings: Settings
    kind: Kind

    def knee_reps(self, reps: list[Rep]) -> list[KneeRep]:
        """Find the knee, the rows and the ends of each rep."""
        courses = knee_courses(self.signals, self.settings, self.kind)
        t_s = self.signals.t_s
        each = [course_of(rep, courses, t_s) for rep in reps]
        found = []
        for index, (rep, course) in enumerate(zip(reps, each, strict=True)):
            following = zip(reps[index + 1 :], each[index + 1 :], strict=True)
            later = next((other for other, its in following if its is course), None)
            lift = None if later is None else later.concentric
            mine = [other for other, its in zip(reps, each, strict=True) if its is course]
            movements = [move for other in mine for move in (other.eccentric, other.concentric)]
            known = tuple(move for move in movements if move is not None)
            found.append(self._knee_rep(rep, course, lift, known))
        return found

    def _knee_rep(
        self, rep: Rep, course: Course, next_lift: Phase | None, movements: tuple[Phase, ...]
    ) -> KneeRep:
        t_s = self.signals.t_s
        rows = np.flatnonzero((t_s >= rep.start_s) & (t_s <= rep.end_s))
        known = rows[np.isfinite(course.knee_deg[rows])]
        held = max(3, round(HELD_S / self.signals.frame_s))
        order = known[np.argsort(course.knee_deg[known])]
        bent, straight = np.sort(order[-held:]), np.sort(order[:held])
        return KneeRep(rep, course, rows, bent, straight, next_lift, movements)

    def limit(self, name: str) -> float:
        """A limit or uncertainty of the exercise's ``[measure]`` table."""
        return self.settings.measure[name]

    def angle_error(self, joint: str) -> float:
        """Standard uncertainty of an angle at this view, degrees."""
        yaw = self.signals.view.yaw_deg
        growth = self.limit("uncertainty_per_yaw_deg") * (yaw if np.isfinite(yaw) else 90.0)
        return float(np.hypot(self.limit(f"{joint}_uncertainty_deg"), growth))

    def problem(self, one: KneeRep) -> Reason | None:
        """Why the angles of a rep cannot be judged, if they cannot."""
        view = self.signals.view
        if not view.side_on or view.yaw_deg > self.limit("max_yaw_deg"):
            return Reason.VIEW
        if middle(self.signals.whole_body, one.rows) < INSIDE_SHARE:
            return Reason.OUT_OF_FRAME
        known = np.isfinite(one.course.knee_deg[one.rows])
        if not known.size or known.mean() < MIN_KNOWN_SHARE:
            return Reason.OCCLUSION
        return None

    def ends_problem(self, one: KneeRep) -> Reason | None:
        """The same for what needs both ends of the range."""
        shown = one.rep.complete or (
            one.rep.eccentric is not None and one.rep.concentric is not None
        )
        return self.problem(one) or (None if shown else Reason.NOT_SHOWN)

    def measured(
        self, name: str, unit: str, value: float, uncertainty: float, rows: Rows
    ) -> Metric:
        """A metric, refused when it could not be worked out."""
        if not np.isfinite(value) or not len(rows):
            return refused(name, unit, Reason.VISIBILITY)
        moment = float(self.signals.t_s[rows[len(rows) // 2]])
        return Metric(name, float(value), uncertainty, unit, "ok", t_s=moment)

    def peak_flexion(self, one: KneeRep) -> Metric:
        """Largest knee flexion that was held for ``HELD_S``."""
        return self._end("peak_knee_flexion", one, one.bent, one.rep.concentric, one.rep.eccentric)

    def stretched_flexion(self, one: KneeRep) -> Metric:
        """Smallest knee flexion that was held for ``HELD_S``."""
        return self._end(
            "knee_flexion_stretched", one, one.straight, one.rep.eccentric, one.rep.concentric
        )

    def _end(
        self, name: str, one: KneeRep, rows: Rows, before: Phase | None, after: Phase | None
    ) -> Metric:
        """Knee flexion at one end of the range, once a movement into or out of it was shown."""
        problem = self.problem(one)
        if problem is None and not one.rep.complete and before is None and after is None:
            problem = Reason.NOT_SHOWN
        if problem is not None:
            return refused(name, "deg", problem)
        value = middle(one.course.knee_deg, rows)
        joint = "stretched" if rows is one.straight else "knee"
        return self.measured(name, "deg", value, self.angle_error(joint), rows)

    def knee_range(self, one: KneeRep) -> Metric:
        """How far the knee moves."""
        problem = self.ends_problem(one)
        if problem is not None:
            return refused("knee_range", "deg", problem)
        span = middle(one.course.knee_deg, one.bent) - middle(one.course.knee_deg, one.straight)
        error = float(np.hypot(self.angle_error("knee"), self.angle_error("stretched")))
        return self.measured("knee_range", "deg", span, error, one.bent)

    def range_shortfall(self, one: KneeRep) -> Metric:
        """How many degrees of flexion are missing at the end that is missing more.

        Negative when the rep goes further than both ends asked for.
        """
        name = "range_shortfall"
        problem = self.ends_problem(one)
        if problem is not None:
            return refused(name, "deg", problem)
        bent = middle(one.course.knee_deg, one.bent)
        straight = middle(one.course.knee_deg, one.straight)
        ends = (
            (self.limit("full_flexion_deg") - bent, self.angle_error("knee"), one.bent),
            (
                straight - self.limit("nearly_straight_deg"),
                self.angle_error("stretched"),
                one.straight,
            ),
        )
        value, error, rows = max(ends, key=lambda end: end[0] / end[1])
        return self.measured(name, "deg", value, error, rows)

    def tempo(self, one: KneeRep) -> tuple[Metric, ...]:
        """Durations of the phases, and the turn at the stretched end after the lowering."""
        path = moving_deg(one.course, self.kind)
        clock = Tempo(
            self.signals.t_s,
            self.signals.frame_s,
            path / DRIVE_UNIT_DEG,
            MIN_BOUNCE_DEG_PER_S / DRIVE_UNIT_DEG,
            self.limit("tempo_uncertainty_share"),
        )
        phases = {"eccentric_s": one.rep.eccentric, "concentric_s": one.rep.concentric}
        metrics = tuple(
            self._doubted(metric, path, phases.get(metric.name), one.movements)
            for metric in clock.metrics(one.rep)
        )
        lowering, lifting = one.rep.eccentric, one.rep.concentric
        if lowering is None or lifting is None or lifting.start_s > lowering.start_s:
            return metrics
        # In a curl the lift comes first, and the lowering turns round into the next rep's.
        if one.next_lift is None:
            return metrics
        late = replace(
            one.rep,
            start_s=(lowering.start_s + lowering.end_s) / 2.0,
            end_s=(one.next_lift.start_s + one.next_lift.end_s) / 2.0,
            concentric=one.next_lift,
        )
        turn = replace(clock, drive=self._unbroken(one.course) / DRIVE_UNIT_DEG).turnaround(late)
        return tuple(turn if metric.name == turn.name else metric for metric in metrics)

    def _unbroken(self, course: Course) -> FloatArray:
        """Lean of what moves, also while a quick turn smears the leg's lengths, degrees."""
        path = moving_deg(course, self.kind)
        if self.kind.moving != "shank":
            return path
        lean = self.signals.legs.shank_lean_deg[:, list(course.sides)].mean(axis=1)
        return np.where(np.isfinite(path), path, lean)

    def _doubted(
        self,
        metric: Metric,
        path: FloatArray,
        phase: Phase | None,
        movements: tuple[Phase, ...],
    ) -> Metric:
        """A duration with the doubt that landmarks of a covered leg add, or refused.

        A landmark that sticks by a few degrees hides the slow beginning or end of a movement; how
        long that may be follows from the minimum-jerk course. One that sticks for long
        leaves speed and place at odds with each other.
        """
        if phase is None or metric.uncertainty is None:
            return metric
        t_s, reach_s = self.signals.t_s, EDGE_SHARE * phase.duration_s
        before_s = [other.end_s for other in movements if other.end_s <= phase.start_s]
        after_s = [other.start_s for other in movements if other.start_s >= phase.end_s]
        from_s = max([phase.start_s - reach_s, *before_s])
        rows = np.flatnonzero((t_s >= from_s) & (t_s <= min([phase.end_s + reach_s, *after_s])))
        moved = travel_s(t_s[rows], path[rows])
        if moved is None:
            return refused(metric.name, metric.unit, Reason.OCCLUSION)
        span_deg, middle_s = moved
        by_place_s = middle_s / MIDDLE_TIME
        apart_s = abs(by_place_s - phase.duration_s)
        if apart_s > MAX_ODDS * max(by_place_s, phase.duration_s):
            return refused(metric.name, metric.unit, Reason.OCCLUSION)
        hidden_s = phase.duration_s * minimum_jerk_share(self.limit("sticking_deg") / span_deg)
        doubts_s = [metric.uncertainty, hidden_s / 2.0, apart_s]
        if metric.name == "eccentric_s" and self.kind.moving == "shank":
            doubts_s.append(FOLD_DOUBT * _brisk_start_s(t_s, path, phase))
        return replace(metric, uncertainty=float(np.sqrt(np.sum(np.square(doubts_s)))))


def _brisk_start_s(t_s: FloatArray, path: FloatArray, phase: Phase) -> float:
    """By how much the first half of a movement's way takes less time than the second."""
    rows = np.flatnonzero((t_s >= phase.start_s) & (t_s <= phase.end_s) & np.isfinite(path))
    if len(rows) < 4:
        return 0.0
    way = path[rows] - path[rows[0]]
    halfway_s = float(t_s[rows[int(np.argmax(np.abs(way) >= np.abs(way[-1]) / 2.0))]])
    return max(0.0, phase.start_s + phase.end_s - 2.0 * halfway_s)
