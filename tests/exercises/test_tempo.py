"""Durations and turnaround of reps whose course is known."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.exercises.findings import Metric, Reason
from formcheck.exercises.tempo import Tempo, timed
from formcheck.motion.filters import low_pass
from formcheck.motion.rep import Phase, Rep

DOWN, BOTTOM, UP = Phase(1.0, 2.0, 0.05), Phase(2.0, 2.0), Phase(2.0, 3.0, 0.05)


def turnaround(drive: np.ndarray, t_s: np.ndarray, rep: Rep | None = None) -> Metric:
    tempo = Tempo(t_s, float(np.median(np.diff(t_s))), low_pass(t_s, drive), 0.25)
    metrics = {metric.name: metric for metric in tempo.metrics(rep or full())}
    return metrics["turnaround_s"]


def full() -> Rep:
    return Rep(1, True, 1.0, 3.0, DOWN, BOTTOM, UP, None)


def sine(t_s: np.ndarray) -> np.ndarray:
    """Down in 1 s, up in 1 s, 0.8 of a body height."""
    return 0.4 * np.cos(np.pi * (np.clip(t_s, 1.0, 3.0) - 1.0))


def test_a_sine_turns_round_as_its_speeds_say() -> None:
    """Speed goes with sin(pi t): half of what it is 0.4 s from the turn, each way, and doubled."""
    t_s = np.arange(0.0, 4.0, 1 / 120)
    half_s = np.arcsin(np.sin(0.4 * np.pi) / 2.0) / np.pi
    assert turnaround(sine(t_s), t_s).value == pytest.approx(4.0 * half_s, abs=0.005)


@pytest.mark.parametrize("fps", [24, 30, 60, 120])
@pytest.mark.parametrize("turn_s", [0.2, 0.3, 0.4, 0.6])
@pytest.mark.parametrize("speeds", [(1.0, 1.0), (0.8, 1.6)])
def test_a_constant_acceleration_takes_speed_over_acceleration(
    turn_s: float, speeds: tuple[float, float], fps: float
) -> None:
    t_s = np.arange(0.0, 4.0, 1 / fps)
    found = turnaround(turning(t_s, turn_s, *speeds), t_s)
    assert found.value == pytest.approx(turn_s, abs=0.02)


@pytest.mark.parametrize("seed", range(20))
def test_scatter_makes_no_slow_turn_quick(seed: int) -> None:
    """3 mm of scatter, 0.0017 of a body height, on a turn that takes 0.6 s."""
    t_s = np.arange(0.0, 4.0, 1 / 60)
    scatter = 0.0017 * np.random.default_rng(seed).standard_normal(len(t_s))
    found = turnaround(turning(t_s, 0.6, 0.4, 0.4) + scatter, t_s)
    assert found.value > 0.45


def turning(t_s: np.ndarray, turn_s: float, down: float, up: float) -> np.ndarray:
    """Down and up from and to rest at constant speeds, turning evenly from one to the other."""
    fine_s = np.arange(0.0, 4.0, 1e-4)
    speed = np.interp(fine_s, [2.0 - turn_s / 2.0, 2.0 + turn_s / 2.0], [-down, up])
    speed[(fine_s < 1.0) | (fine_s > 3.0)] = 0.0
    return np.interp(t_s, fine_s, np.cumsum(speed) * 1e-4)


@pytest.mark.parametrize("fps", [24, 25, 30, 60, 120])
def test_a_reversal_in_no_time_is_under_the_threshold_at_any_frame_rate(fps: float) -> None:
    """Falling and rising straight: what the filter and the frames leave of a sharp corner."""
    t_s = np.arange(0.0, 4.0, 1 / fps)
    found = turnaround(np.abs(np.clip(t_s, 1.0, 3.0) - 2.0), t_s)
    assert found.value is not None
    assert found.uncertainty == pytest.approx(np.sqrt(2 / 3) / fps)
    assert found.value + 0.67 * found.uncertainty < 0.16


def test_a_slow_arrival_cannot_bounce() -> None:
    t_s = np.arange(0.0, 4.0, 1 / 30)
    found = turnaround(0.2 * np.abs(np.clip(t_s, 1.0, 3.0) - 2.0), t_s)
    assert (found.status, found.reason) == ("not_assessable", Reason.NOT_SHOWN)


def test_a_rep_from_bottom_to_bottom_turns_round_outside() -> None:
    t_s = np.arange(0.0, 4.0, 1 / 30)
    rep = Rep(1, True, 1.0, 3.0, Phase(2.0, 3.0), None, Phase(1.0, 2.0), Phase(2.0, 2.0))
    assert turnaround(-sine(t_s), t_s, rep).reason == Reason.NOT_SHOWN


def test_too_few_frames_a_second() -> None:
    t_s = np.arange(0.0, 4.0, 1 / 15)
    assert turnaround(sine(t_s), t_s).reason == Reason.TOO_FEW_FRAMES


def test_durations_are_those_of_the_phases() -> None:
    t_s = np.arange(0.0, 4.0, 1 / 30)
    metrics = {m.name: m for m in Tempo(t_s, 1 / 30, sine(t_s), 0.25).metrics(full())}
    assert metrics["eccentric_s"].value == pytest.approx(1.0)
    assert metrics["eccentric_s"].uncertainty == pytest.approx(0.05 * np.sqrt(2))
    assert metrics["top_pause_s"].reason == Reason.NOT_SHOWN


def test_a_phase_that_was_mostly_hidden_has_no_duration() -> None:
    t_s = np.arange(0.0, 4.0, 1 / 30)
    drive = np.where((t_s > 1.3) & (t_s < 1.8), np.nan, sine(t_s))
    metrics = {m.name: m for m in Tempo(t_s, 1 / 30, drive, 0.25).metrics(full())}
    assert metrics["eccentric_s"].reason == Reason.OCCLUSION
    assert metrics["concentric_s"].status == "ok"


def test_a_lowering_with_a_short_gap_is_timed_with_the_gap_as_doubt() -> None:
    t_s = np.arange(0.0, 4.0, 1 / 100)
    drive = np.where((t_s > 1.395) & (t_s < 1.705), np.nan, sine(t_s))
    eccentric = Tempo(t_s, 1 / 100, drive, 0.25).metrics(full())[0]
    assert eccentric.value == pytest.approx(1.0)
    assert eccentric.uncertainty == pytest.approx(np.sqrt(2 * 0.05**2 + 0.3**2 / 12))


def test_a_lowering_with_a_long_gap_is_not_timed() -> None:
    t_s = np.arange(0.0, 8.0, 1 / 30)
    drive = np.where((t_s > 3.2) & (t_s < 3.8), np.nan, np.cos(t_s))
    rep = Rep(1, True, 1.0, 7.5, Phase(1.0, 6.0, 0.05), None, Phase(6.0, 7.5, 0.05), None)
    eccentric, concentric = Tempo(t_s, 1 / 30, drive, 0.25).metrics(rep)[:2]
    assert eccentric.reason is Reason.OCCLUSION
    assert concentric.status == "ok"


@pytest.mark.parametrize(("most", "timed"), [(0.5, False), (0.7, True)])
def test_a_movement_whose_edges_are_anywhere_is_not_timed(most: float, timed: bool) -> None:
    eccentric, concentric = doubtful(np.arange(-1.0, 5.0, 1 / 30), most)
    assert (eccentric.value == 2.0) is timed
    assert timed or eccentric.reason is Reason.OCCLUSION
    assert concentric.value == 2.0


@pytest.mark.parametrize(
    ("after_s", "absent_s", "timed"),
    [(0.2, 0.3, True), (0.2, 0.9, False), (0.4, 0.9, False), (0.6, 0.7, True)],
)
def test_a_lowering_that_ends_beside_an_absence_is_not_timed(
    after_s: float, absent_s: float, timed: bool
) -> None:
    t_s = np.arange(0.0, 6.0, 1 / 30)
    from_s = DOWN.end_s + after_s
    drive = np.where((t_s > from_s) & (t_s < from_s + absent_s), np.nan, sine(t_s))
    rep = Rep(1, True, 1.0, 5.0, DOWN, None, Phase(4.0, 5.0, 0.05), None)
    eccentric, concentric = Tempo(t_s, 1 / 30, drive, 0.25).metrics(rep)[:2]
    assert (eccentric.status == "ok") is timed
    assert timed or eccentric.reason is Reason.OCCLUSION
    assert concentric.status == "ok"


def test_a_movement_that_the_clip_begins_with_is_not_shown() -> None:
    eccentric, _ = doubtful(np.arange(0.0, 5.0, 1 / 30), 0.5)
    assert eccentric.reason is Reason.NOT_SHOWN


def doubtful(t_s: np.ndarray, most: float) -> tuple[Metric, ...]:
    """Lowering from 0 to 2 s whose edges' 0.85 s make 1.2 s of its duration, and a lift."""
    lowering = Phase(0.0, 2.0, boundary_uncertainty_s=0.85)
    rep = Rep(1, True, 0.0, 4.0, lowering, None, Phase(2.0, 4.0, 0.02), None)
    return Tempo(t_s, 1 / 30, np.abs(t_s - 2.0), 0.1, most_doubt=most).metrics(rep)[:2]


def test_a_movement_that_was_refused_is_in_no_tempo() -> None:
    rep = Rep(1, True, 1.0, 3.0, DOWN, BOTTOM, UP, None)
    hidden = Metric("eccentric_s", None, None, "s", "not_assessable", Reason.OCCLUSION)
    shown = Metric("concentric_s", 1.0, 0.1, "s", "ok")
    assert timed(rep, [hidden, shown]).tempo == "?-0.0-1.0-?"
    assert timed(rep, [shown]).tempo == "1.0-0.0-1.0-?"
