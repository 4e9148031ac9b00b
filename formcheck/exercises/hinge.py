"""What all hip hinges have in common: how their reps are found and measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises import spine_shape
from formcheck.exercises.findings import Metric, Reason, refused
from formcheck.exercises.settings import Settings
from formcheck.exercises.tempo import Tempo
from formcheck.exercises.window import RepWindow, middle, rep_window, scatter
from formcheck.motion.geometry import ARM_OF_HEIGHT
from formcheck.motion.rep import Rep, numbered
from formcheck.motion.reps import find_reps
from formcheck.motion.signals import Signals

FloatArray = NDArray[np.float64]

SHOULDER_RANGE: Final = (0.15, 1.0)
"""Heights of the shoulders over the feet, in standing heights, that a hinge can have."""
HANDS_UP_ARMS: Final = 0.5
"""Hands that are less than this below the shoulders, in arm's lengths, are at a bar on the back."""
STANDING: Final = 0.55
"""A lifter whose shoulders never come higher than this kneels, sits or lies, and does not hinge."""
LEAN_SHARE: Final = 0.30
LEAN_HELD_S: Final = 0.15
"""A lean that is held for less than this is a wobble of the landmarks."""
MOST_TRAVEL: Final = 0.45
"""Shoulders that move further than this across the picture in a rep, standing heights, walk by.

Those of who bends at the hips go forward by a level trunk at most (0.288), and the hips go back.
"""
BODY_TRUST: Final = 0.1
"""Legs that are trusted less than this by their lengths are nobody's."""
MIN_BOUNCE_SPEED: Final = 0.25
"""Body heights a second, 0.4 m/s; a slower arrival at the bottom cannot bounce."""
FRONT_TEMPO_DOUBT: Final = 0.3
"""Standard uncertainty of a duration, as a share of it, where only the height of the shoulders is
seen. That goes with the cosine of the lean and begins late: lowerings to 70 degrees come out a
fifth short, always to the same side, so that half as much again is allowed."""
MOST_TEMPO_DOUBT: Final = 0.5
"""Where the witnesses of a lowering are so much at odds, plates hide both of its ends."""
LOST_SHARE: Final = 0.05
LOST_TEMPO_DOUBT: Final = 0.15
"""Standard uncertainty of a duration, as a share of it, in a rep with legs that no body has: plates
that hide them hide the hips too, by which it is told when a lowering begins. On 16 rendered
reps behind plates, errors scattered by 0.1 of the lowering, elsewhere by 0.06."""
MIN_KNOWN_SHARE: Final = 0.85
"""A rep of which less than this was seen tells nothing about its whole range."""


def hinge_drive(signals: Signals) -> FloatArray:
    """The signal that tells a hinge's reps: height of the shoulders, NaN where impossible.

    The shoulders are the landmarks that plates do not hide, and their height falls whether the
    camera looks from the side or from the front.
    """
    height = signals.shoulder_height_bodies
    with np.errstate(invalid="ignore"):
        possible = (height >= SHOULDER_RANGE[0]) & (height <= SHOULDER_RANGE[1])
    return np.where(possible, height, np.nan)


def hinge_reps(signals: Signals, settings: Settings) -> list[Rep]:
    """Find the reps of a hip hinge."""
    drive = hinge_drive(signals)
    known = drive[np.isfinite(drive)]
    if not len(known) or float(np.percentile(known, 95)) < STANDING:
        return []
    feet = np.column_stack([signals.foot_x_bodies, signals.foot_y_bodies])
    shoulders = np.column_stack([signals.shoulder_x_bodies, drive])
    reps = find_reps(
        signals.t_s,
        drive,
        path=shoulders,
        feet=feet,
        whole_body=signals.whole_body,
        limbs=(signals.limb_trust > BODY_TRUST).astype(np.float64),
        min_range=settings.measure["min_range_bodies"],
        # From the front a trunk that bends forward only gets shorter.
        witnesses=hinge_witnesses(signals) if signals.view.side_on else None,
        loaded=_hands_at_shoulders(signals),
    )
    return numbered(rep for rep in reps if _travel(signals, rep) <= MOST_TRAVEL)


def _travel(signals: Signals, rep: Rep) -> float:
    """How far the shoulders move across the picture in a rep, standing heights."""
    inside = (signals.t_s >= rep.start_s) & (signals.t_s <= rep.end_s)
    place = signals.shoulder_x_bodies[inside & np.isfinite(signals.shoulder_x_bodies)]
    return float(np.ptp(np.percentile(place, [5, 95]))) if len(place) else 0.0


def _hands_at_shoulders(signals: Signals) -> NDArray[np.bool_]:
    """Where the hands hold a bar on the back; hanging hands may be empty."""
    with np.errstate(invalid="ignore"):
        hang = signals.shoulder_height_bodies - signals.wrist_height_bodies
        return np.asarray(hang <= HANDS_UP_ARMS * ARM_OF_HEIGHT)


def hinge_witnesses(signals: Signals) -> FloatArray:
    """Angles that tell when a hinge begins and ends, shape (n, 5).

    The shoulders themselves begin late: hips that go back carry them along.
    """
    leans = signals.leans
    from_hips = (leans.trunk_deg, leans.head_deg, leans.head_m_deg)
    return np.column_stack([*from_hips, leans.body_deg, leans.body_head_deg])


@dataclass(frozen=True, slots=True)
class HingeMeter:
    """Measures the reps of one clip.

    Attributes:
        signals: The clip's signals.
        settings: The exercise's thresholds.
    """

    signals: Signals
    settings: Settings

    def measure(self, reps: list[Rep]) -> list[tuple[Metric, ...]]:
        """Measure all reps of the set.

        Returns:
            For each rep its metrics, none of them judged against thresholds yet.
        """
        drive = hinge_drive(self.signals)
        windows = [rep_window(self.signals.t_s, drive, rep) for rep in reps]
        tempo = Tempo(
            self.signals.t_s,
            self.signals.frame_s,
            np.where(np.isfinite(drive), self.signals.leans.shoulder_rise_bodies, np.nan),
            MIN_BOUNCE_SPEED,
            max(
                self._limit("tempo_uncertainty_share"),
                0.0 if self.signals.view.side_on else FRONT_TEMPO_DOUBT,
            ),
            MOST_TEMPO_DOUBT,
        )
        spines = spine_shape.measure_spines(self.signals, windows, self.settings)
        legs_known = self._often_seen(windows)
        return [
            (*back, *self._rep(rep, window, tempo, legs_known=legs_known))
            for rep, window, back in zip(reps, windows, spines, strict=True)
        ]

    def _rep(
        self, rep: Rep, window: RepWindow, tempo: Tempo, *, legs_known: bool
    ) -> tuple[Metric, ...]:
        legs: tuple[Metric, ...] = (
            self._ratio(window),
            self._travel(window),
            self._hip_range(window),
            self._knee_bottom(window),
        )
        if not legs_known:
            legs = tuple(refused(metric.name, metric.unit, Reason.OCCLUSION) for metric in legs)
        sides = (*legs, self._wrist(window), self._lockout(window))
        if self._legs_lost(window) >= LOST_SHARE:
            tempo = replace(tempo, own_share=max(tempo.own_share, LOST_TEMPO_DOUBT))
        return (
            *(self._gated(metric) for metric in sides),
            *tempo.metrics(rep),
        )

    def _often_seen(self, windows: list[RepWindow]) -> bool:
        """Whether the lifter is seen in most of the set.

        Where the pose model loses who lifts in some reps, it invents legs in others: those of a
        rendered good morning behind 45 cm plates were straight where 20 degrees were true.
        """
        known = [np.isfinite(window.drive[window.every]).mean() for window in windows]
        return bool(not known or np.mean(known) >= MIN_KNOWN_SHARE)

    def _legs_lost(self, window: RepWindow) -> float:
        """Share of a rep in which the legs have lengths that no body has."""
        trust = self.signals.limb_trust[window.every]
        return float((trust < self._limit("min_leg_trust")).mean()) if len(trust) else 1.0

    def _gated(self, metric: Metric) -> Metric:
        """Refuse a side-view metric that this camera cannot show."""
        if not self.signals.view.side_on or (
            self.signals.view.yaw_deg > self.settings.measure["max_yaw_deg"]
        ):
            return refused(metric.name, metric.unit, Reason.VIEW)
        return metric

    def _limit(self, name: str) -> float:
        return self.settings.measure[name]

    def _angle_uncertainty(self, joint: str) -> float:
        yaw = self.signals.view.yaw_deg
        growth = self._limit("uncertainty_per_yaw_deg") * (yaw if np.isfinite(yaw) else 90.0)
        return float(np.hypot(self._limit(f"{joint}_uncertainty_deg"), growth))

    def _legs_believable(self, *parts: NDArray[np.intp]) -> bool:
        limit = self._limit("min_leg_trust")
        return all(middle(self.signals.leg_trust, rows) >= limit for rows in parts)

    def _ratio(self, window: RepWindow) -> Metric:
        name, unit = "hip_hinge_ratio", "1"
        problem = self._both_ends(window)
        if problem is not None:
            return refused(name, unit, problem)
        signals = self.signals
        hip = middle(signals.hip_flexion_deg, window.bottom) - middle(
            signals.hip_flexion_deg, window.top
        )
        knee = middle(signals.knee_flexion_deg, window.bottom) - middle(
            signals.knee_flexion_deg, window.top
        )
        # A knee that straightens a little while lowering is a pure hinge, not more than one.
        total = hip + max(knee, 0.0)
        if not np.isfinite(total) or total < 20.0:
            return refused(name, unit, Reason.NOT_SHOWN)
        ratio = hip / total
        hip_u, knee_u = self._angle_uncertainty("hip"), self._angle_uncertainty("knee")
        uncertainty = float(np.hypot((1 - ratio) * hip_u, ratio * knee_u)) / total
        return self._measured(name, ratio, float(np.hypot(uncertainty, 0.015)), unit, window.bottom)

    def _both_ends(self, window: RepWindow) -> Reason | None:
        """Why the difference between top and bottom cannot be taken, if it cannot."""
        if len(window.top) < 2 or len(window.bottom) < 2:
            return Reason.NOT_SHOWN
        if self._hidden(window):
            return Reason.OCCLUSION
        whole = self.signals.whole_body
        if middle(whole, window.bottom) < 0.5 or middle(whole, window.top) < 0.5:
            return Reason.OUT_OF_FRAME
        if not self._legs_believable(window.top, window.bottom):
            return Reason.OCCLUSION
        return None

    def _travel(self, window: RepWindow) -> Metric:
        error = self._limit("length_uncertainty_thighs")
        return self._change(
            "hip_travel", "thigh lengths", self.signals.hip_back_thighs, error, window
        )

    def _hip_range(self, window: RepWindow) -> Metric:
        error = self._angle_uncertainty("hip_range")
        return self._change("hip_range", "deg", self.signals.hip_flexion_deg, error, window)

    def _change(
        self, name: str, unit: str, values: FloatArray, uncertainty: float, window: RepWindow
    ) -> Metric:
        """How much a signal changes from the top of a rep to its bottom."""
        problem = self._both_ends(window)
        if problem is not None:
            return refused(name, unit, problem)
        change = middle(values, window.bottom) - middle(values, window.top)
        return self._measured(name, change, uncertainty, unit, window.bottom)

    def _knee_bottom(self, window: RepWindow) -> Metric:
        name, unit = "knee_flexion_bottom", "deg"
        if len(window.bottom) < 2:
            return refused(name, unit, Reason.NOT_SHOWN)
        if self._hidden(window) or not self._legs_believable(window.bottom):
            return refused(name, unit, Reason.OCCLUSION)
        knee = self.signals.knee_flexion_deg
        # A knee hardly moves there; one that seems to is not the lifter's in every frame.
        error = np.hypot(self._angle_uncertainty("knee"), _unsteady(knee, window.bottom))
        return self._measured(name, middle(knee, window.bottom), float(error), unit, window.bottom)

    def _hidden(self, window: RepWindow) -> bool:
        return bool(np.isfinite(window.drive[window.every]).mean() < MIN_KNOWN_SHARE)

    def _wrist(self, window: RepWindow) -> Metric:
        """Distance of the hands ahead of the legs in the lower half of the rep."""
        name, unit = "wrist_to_leg", "thigh lengths"
        drive = window.drive[window.every]
        known = np.isfinite(drive)
        if not known.any() or len(window.bottom) < 2:
            return refused(name, unit, Reason.NOT_SHOWN)
        if not self._legs_believable(window.bottom):
            return refused(name, unit, Reason.OCCLUSION)
        value = middle(self.signals.wrist_to_leg_thighs, window.bottom)
        error = float(
            np.hypot(
                self._limit("length_uncertainty_thighs"),
                np.nan_to_num(scatter(self.signals.wrist_to_leg_thighs, window.bottom)) / 2.0,
            )
        )
        return self._measured(name, value, error, unit, window.bottom)

    def _lockout(self, window: RepWindow) -> Metric:
        """How far the hips are pushed past straight at the top."""
        name, unit = "lockout_extension", "deg"
        if len(window.top) < 3:
            return refused(name, unit, Reason.NOT_SHOWN)
        if self.signals.view.shoulders_covered or not self._legs_believable(window.top):
            return refused(name, unit, Reason.OCCLUSION)
        signals = self.signals
        # Leaning back lowers the shoulders, so a hard lean is not in the rep's top tenth.
        known = window.every[np.isfinite(window.drive[window.every])]
        level = window.drive[known]
        upper = known[level >= level.max() - LEAN_SHARE * np.ptp(level)]
        # Both must show it: a trunk upright over bent knees, or a hip landmark too far
        # forward, each looks like a lean in one of the two alone.
        past = -np.fmax(signals.hip_flexion_deg[upper], signals.trunk_inclination_deg[upper])
        if not np.isfinite(past).any():
            return refused(name, unit, Reason.NOT_SHOWN)
        held = max(3, round(LEAN_HELD_S / signals.frame_s))
        furthest = np.argsort(np.nan_to_num(past, nan=-np.inf))[-held:]
        row = upper[furthest[len(furthest) // 2]]
        value = float(np.nanmedian(past[furthest]))
        metric = self._measured(name, value, self._angle_uncertainty("trunk"), unit, window.top)
        return metric if metric.value is None else replace(metric, t_s=float(signals.t_s[row]))

    def _measured(
        self, name: str, value: float, uncertainty: float, unit: str, rows: NDArray[np.intp]
    ) -> Metric:
        if not np.isfinite(value):
            return refused(name, unit, Reason.VISIBILITY)
        moment = float(self.signals.t_s[rows[len(rows) // 2]])
        return Metric(name, value, uncertainty, unit, "ok", t_s=moment)


def _unsteady(values: FloatArray, rows: NDArray[np.intp]) -> float:
    """Scatter of what ought to be steady; 0 where too little is known to tell."""
    return float(np.nan_to_num(scatter(values, rows)))
