"""Drawn sets of the knee exercises judged without a clip or a model, and ways to draw them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.findings import Metric, RepFindings
from formcheck.exercises.judging import judge_reps
from formcheck.exercises.registry import exercise_settings, get_exercise
from formcheck.exercises.set_summary import Summary, summarise
from formcheck.motion.build import build_signals
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals
from formcheck.pose.track import PoseTrack

FloatArray = NDArray[np.float64]
STEP_S = 0.001


@dataclass(frozen=True)
class JudgedSet:
    reps: list[Rep]
    findings: list[RepFindings]
    summary: Summary
    support: float

    def metric(self, name: str, rep: int = 0) -> Metric:
        return next(m for m in self.findings[rep].metrics if m.name == name)

    def value(self, name: str, rep: int = 0) -> float:
        value = self.metric(name, rep).value
        assert value is not None, self.metric(name, rep)
        return value

    def codes(self) -> list[set[str]]:
        """The codes of each rep."""
        return [{fault.code for fault in found.faults} for found in self.findings]


def judge_set(name: str, track: PoseTrack) -> JudgedSet:
    return judge_signals(name, build_signals(track))


def judge_signals(name: str, signals: Signals) -> JudgedSet:
    settings, exercise = exercise_settings(name), get_exercise(name)
    reps = exercise.find_reps(signals, settings)
    measured = exercise.measure(signals, reps, settings)
    found = judge_reps(reps, measured, settings)
    support = exercise.likeness(signals, reps).support if reps else 0.0
    return JudgedSet(reps, found, summarise(reps, found), support)


def walked(speeds: list[tuple[float, float]]) -> FloatArray:
    """A path of straight pieces of speed, one value a millisecond: seconds, speed at their end."""
    times = np.cumsum([0.0, *(seconds for seconds, _ in speeds)])
    fine = np.arange(0.0, times[-1], STEP_S)
    return np.interp(fine, times, [0.0, *(speed for _, speed in speeds)])


def sampled(path: FloatArray, t_s: FloatArray) -> FloatArray:
    """A path of one value a millisecond at some times."""
    return np.interp(t_s, np.arange(len(path)) * STEP_S, path)


def falling(t_s: FloatArray, lost_at: float = 0.55) -> FloatArray:
    """Way down of two raises that are lowered slowly, then dropped within 0.4 s."""
    slow = walked([(0.3, 1.0), (2.4, 1.0), (0.3, 1.0)])
    slow = lost_at * np.cumsum(slow) / slow.sum()
    fall = walked([(0.25, 1.0), (0.15, 0.0)])
    fall = lost_at + (1.0 - lost_at) * np.cumsum(fall) / fall.sum()
    one = np.concatenate(
        [slow, fall, np.ones(500), 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, 1500))]
    )
    return sampled(np.concatenate([np.zeros(1000), one, np.zeros(900), one, np.zeros(1000)]), t_s)


def bouncing(t_s: FloatArray) -> FloatArray:
    """Share of the way to the stretched end of curls that fall into it and spring back."""
    up = walked([(0.1, 1.0), (0.5, 0.4), (0.4, 0.0)])
    out = walked([(0.3, 0.15), (0.9, 0.3), (0.5, 1.0), (0.05, 1.0)])
    lift, lower = 1.0 - np.cumsum(up) / up.sum(), np.cumsum(out) / out.sum()
    one = np.concatenate([lift, np.zeros(500), lower])
    rest = np.ones(1000)
    return sampled(np.concatenate([rest, *([one] * 3), rest]), t_s)
