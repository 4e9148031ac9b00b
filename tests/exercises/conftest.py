"""A set of Romanian deadlifts judged from its drawn track, without a clip or a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from formcheck.exercises.findings import Metric, RepFindings
from formcheck.exercises.judging import judge_reps
from formcheck.exercises.registry import exercise_settings, get_exercise
from formcheck.exercises.set_summary import Summary, summarise
from formcheck.exercises.settings import Settings
from formcheck.motion.build import build_signals
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals
from formcheck.pose.track import PoseTrack
from tests.synthetic import rdl_track

NAME = "romanian_deadlift"


@dataclass(frozen=True)
class Judged:
    signals: Signals
    reps: list[Rep]
    findings: list[RepFindings]
    summary: Summary

    def metric(self, name: str, rep: int = 0) -> Metric:
        return next(m for m in self.findings[rep].metrics if m.name == name)

    def codes(self) -> set[str]:
        """Every fault and note of the set."""
        return {f.code for found in self.findings for f in found.faults} | set(self.summary.faults)


def judge_track(track: PoseTrack, speed: float) -> Judged:
    settings = exercise_settings(NAME)
    signals = build_signals(track, speed)
    exercise = get_exercise(NAME)
    reps = exercise.find_reps(signals, settings)
    measured = exercise.measure(signals, reps, settings)
    found = judge_reps(reps, measured, settings)
    return Judged(signals, reps, found, summarise(reps, found))


@pytest.fixture
def judge() -> Any:
    """Judge a drawn set: arguments as for ``rdl_track``, and the clip's ``speed``."""

    def run(*args: Any, speed: float = 1.0, **kwargs: Any) -> Judged:
        return judge_track(rdl_track(*args, **kwargs), speed=speed)

    return run


@pytest.fixture
def settings() -> Settings:
    return exercise_settings(NAME)
