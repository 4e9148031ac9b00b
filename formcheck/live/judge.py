"""Judges the current set again and again as it grows, by the stages of the recorded road.

Each look takes the last few reps only, so that its cost does not grow with the set: a rep that
three others have followed is kept as it was judged. When the set is over it is judged once as a
whole, exactly as a recorded clip of it would be.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from formcheck.exercises.findings import Metric
from formcheck.exercises.judging import judge_reps
from formcheck.exercises.recognition import AUTO, recognise
from formcheck.exercises.registry import exercise_settings, get_exercise, own_settings
from formcheck.exercises.set_summary import summarise
from formcheck.exercises.settings import Settings
from formcheck.exercises.spine_shape import own_zero_deg
from formcheck.live.drive import TurnWatch, drive_kind, drive_range
from formcheck.live.neutral import bend_deg, with_zero, without_zero
from formcheck.live.seen import RecentPast, Seen
from formcheck.live.verdict import DriveRange, JudgedRep, Verdict
from formcheck.motion.build import build_signals
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals, View
from formcheck.pose.follow import settle_on_lifter
from formcheck.pose.track import ModelFacts, PoseTrack

KEPT_REPS: Final = 4
"""Whole reps that each look takes; three of them can still change, the first is their company.

Three bottoms are what ``motion/reps.py`` needs to tell the fetching of a weight from a rep, and
three reps what ``exercises/spine_shape.py`` needs for the lifter's own neutral.
"""
QUIET_LOOK_S: Final = 30.0
"""While there is no rep, this much is looked at: more than the longest single rep."""
MIN_LOOK_S: Final = 1.0
LEAD_S: Final = 0.25
TURNED_S: Final = 0.1
"""A lowering that ends later than this before the last sample may still be going on."""
BODY_S: Final = 2.5
"""The lifter's own lengths are medians over what was seen; less than a movement there and back
holds too few of the postures they are taken from."""
ASK_EVERY_S: Final = 0.5
SURE_REPS: Final = 3
"""The exercise is asked for again until so many whole reps have shown it."""


@dataclass(frozen=True, slots=True)
class _Measured:
    rep: Rep
    metrics: tuple[Metric, ...]


class SetJudge:
    """What is known of a set, from its samples so far.

    Args:
        exercise: Name of the exercise, or ``auto``.
        config: A coach's own thresholds.
        model: The model that looks.
        own_bends_deg: Bends of the lifter's back in earlier sets, degrees, by exercise.

    Raises:
        UsageError: The exercise or the thresholds make no sense.
    """

    def __init__(
        self,
        exercise: str,
        model: ModelFacts,
        *,
        config: Path | None = None,
        own_bends_deg: Mapping[str, tuple[float, ...]] | None = None,
    ) -> None:
        self._asked = exercise
        self._config = config
        self._own_bends = dict(own_bends_deg or {})
        self.past = RecentPast(model)
        self._set_index = 1
        self._begin()
        if exercise != AUTO:
            exercise_settings(exercise, config)

    def _begin(self) -> None:
        self._name: str | None = None if self._asked == AUTO else self._asked
        self._confidence = 0.0 if self._asked == AUTO else 1.0
        self._kept: list[_Measured] = []
        self._kept_until_s = float("-inf")
        self._from_s = float("-inf")
        self._known_reps = 0
        self._recognised_s = float("-inf")
        self._bends: tuple[float, ...] = ()
        self._drive: DriveRange | None = None

    @property
    def looks_from_s(self) -> float:
        """From when on the next look takes samples; minus infinity for all of them."""
        return self._from_s

    def add(self, seen: Seen) -> None:
        """Take a sample."""
        self.past.add(seen)

    def choose(self, exercise: str) -> None:
        """Judge the current set as another exercise, from its beginning."""
        self._asked = exercise
        self._begin()

    def look(self) -> Verdict:
        """Judge the set as it stands, at a cost that does not grow with it."""
        began = time.thread_time()
        if not self._kept:
            self._from_s = max(self._from_s, self.past.last_s - QUIET_LOOK_S)
        track = self._track(self._from_s)
        if track is None:
            return self._verdict((), None, None, final=False, began=began)
        signals = build_signals(track)
        found = self._recognise(signals)
        if self._name is None:
            return self._verdict((), None, signals.view, final=False, began=began)
        settings = self._settings(self._name)
        measured = self._measure(signals, settings, found)
        known = bool(self._kept) or _seen_s(track) >= BODY_S
        kind = drive_kind(get_exercise(self._name))
        turn = None if kind is None else TurnWatch(track, kind, self._drive)
        reps = self._judged([*self._kept, *measured], settings, known, turn, final=False)
        drive = self._drive = self._drive_range(track, reps)
        self._keep(measured)
        return self._verdict(reps, drive, signals.view, final=False, began=began)

    def finish(self) -> Verdict:
        """Judge the set as a whole; what comes next belongs to another set."""
        began = time.thread_time()
        last_s = self.past.last_s
        whole = not self._kept or self.past.first_s <= self._kept[0].rep.start_s
        reps: tuple[JudgedRep, ...] = ()
        view, drive = None, None
        track = self._track(float("-inf") if whole else self._from_s)
        if track is not None:
            signals = build_signals(track)
            view = signals.view
            if whole:
                self._kept, self._kept_until_s = [], float("-inf")
            self._known_reps, self._recognised_s = 0, float("-inf")
            found = self._recognise(signals)
            if self._name is not None:
                settings = self._settings(self._name)
                measured = self._measure(signals, settings, found)
                reps = self._judged([*self._kept, *measured], settings, body_known=True, final=True)
                drive = self._drive_range(track, reps)
        verdict = replace(
            self._verdict(reps, drive, view, final=True, began=began),
            summary=summarise([one.rep for one in reps], [one.findings for one in reps]),
        )
        self._set_index += 1
        self.past.forget_before(np.nextafter(last_s, np.inf))
        if self._name is not None:
            earlier = self._own_bends.get(self._name, ())
            self._own_bends[self._name] = (*earlier, *verdict.bends_deg)
        self._begin()
        return verdict

    def _track(self, from_s: float) -> PoseTrack | None:
        """What is to be looked at, with the lifter alone in it."""
        if len(self.past) < 8 or self.past.last_s - self.past.first_s < MIN_LOOK_S:
            return None
        track = self.past.track(from_s)
        if not track.found.any():
            return None
        return settle_on_lifter(track, {}, np.zeros(len(track), dtype=bool))

    def _settings(self, name: str) -> Settings:
        if self._asked == AUTO:
            return own_settings(name, self._config)
        return exercise_settings(name, self._config)

    def _recognise(self, signals: Signals) -> list[Rep] | None:
        """Find out the exercise; gives the reps that doing so has found already."""
        if self._asked != AUTO or self._sure():
            return None
        self._recognised_s = self.past.last_s
        chosen = recognise(signals).chosen
        if chosen is None:
            if self._known_reps == 0:
                self._name, self._confidence = None, 0.0
            return None
        self._name, self._confidence = chosen.name, chosen.confidence
        # A coach's own thresholds may find others.
        return list(chosen.reps) if self._config is None else None

    def _sure(self) -> bool:
        """Whether the exercise need not be asked for now: asking takes as long as judging."""
        if self._name is None:
            return False
        lately = self.past.last_s - self._recognised_s < ASK_EVERY_S
        return lately or self._known_reps >= SURE_REPS

    def _measure(
        self, signals: Signals, settings: Settings, found: list[Rep] | None
    ) -> list[_Measured]:
        assert self._name is not None
        kind = get_exercise(self._name)
        reps = kind.find_reps(signals, settings) if found is None else found
        if not reps:
            return []
        measured = kind.measure(signals, reps, without_zero(settings))
        return [
            _Measured(rep, metrics)
            for rep, metrics in zip(reps, measured, strict=True)
            if (rep.start_s + rep.end_s) / 2.0 > self._kept_until_s
        ]

    def _judged(
        self,
        measured: list[_Measured],
        settings: Settings,
        body_known: bool,
        turn: TurnWatch | None = None,
        *,
        final: bool,
    ) -> tuple[JudgedRep, ...]:
        own = [bend_deg(one.metrics) for one in measured]
        self._bends = tuple(bend for bend in own if np.isfinite(bend))
        earlier = self._own_bends.get(self._name or "", ())
        zero_deg = own_zero_deg([*earlier, *self._bends], settings.measure)
        reps = [replace(one.rep, index=index) for index, one in enumerate(measured, start=1)]
        metrics = [with_zero(one.metrics, zero_deg, settings) for one in measured]
        judged = [
            JudgedRep(rep, findings, final or self._settled(rep, turn), body_known)
            for rep, findings in zip(reps, judge_reps(reps, metrics, settings), strict=True)
        ]
        self._known_reps = sum(one.rep.complete for one in judged)
        return tuple(judged)

    def _settled(self, rep: Rep, turn: TurnWatch | None) -> bool:
        """Whether a rep's lowering is over: until then it would look short and shallow."""
        lowered, lifted = rep.eccentric, rep.concentric
        last_s = self.past.last_s
        if lowered is None or lowered.end_s > last_s - TURNED_S:
            return False
        if rep.complete or (lifted is not None and lifted.start_s >= lowered.end_s):
            return True
        return turn is not None and turn.over(lowered.start_s, lowered.end_s)

    def _keep(self, measured: list[_Measured]) -> None:
        """Keep the first reps as they are once enough others have followed."""
        whole = [one for one in measured if one.rep.complete]
        if len(whole) < KEPT_REPS:
            return
        last = whole[len(whole) - KEPT_REPS]
        for one in measured:
            if one.rep.end_s <= last.rep.end_s:
                self._kept.append(one)
        self._kept_until_s = last.rep.end_s
        self._from_s = last.rep.start_s - LEAD_S

    def _drive_range(self, track: PoseTrack, reps: tuple[JudgedRep, ...]) -> DriveRange | None:
        kind = None if self._name is None else drive_kind(get_exercise(self._name))
        return None if kind is None else drive_range(track, reps, kind)

    def _verdict(
        self,
        reps: tuple[JudgedRep, ...],
        drive: DriveRange | None,
        view: View | None,
        *,
        final: bool,
        began: float,
    ) -> Verdict:
        return Verdict(
            at_s=self.past.last_s,
            set_index=self._set_index,
            exercise=self._name,
            confidence=self._confidence,
            reps=reps,
            drive=drive,
            view=view,
            final=final,
            bends_deg=self._bends,
            took_s=time.thread_time() - began,
        )


def _seen_s(track: PoseTrack) -> float:
    """For how long the lifter was seen."""
    times = track.t_s[track.found]
    return float(times[-1] - times[0]) if len(times) else 0.0
