from __future__ import annotations

import pytest

from formcheck.exercises.findings import Metric, Reason, refused
from formcheck.exercises.registry import exercise_settings, get_exercise
from formcheck.exercises.spine_shape import NAMES, own_zero_deg
from formcheck.live.neutral import bend_deg, with_zero, without_zero
from formcheck.motion.build import build_signals
from tests.synthetic import rdl_track

SETTINGS = exercise_settings("romanian_deadlift")


def back(whole: float, lower: float = -10.0, lost: float = 0.0) -> tuple[Metric, ...]:
    values = dict(zip(NAMES, (whole, lower, whole - lower, lost), strict=True))
    return tuple(Metric(name, value, 2.0, "deg", "ok") for name, value in values.items())


def test_the_zero_is_taken_off_and_changes_what_is_said() -> None:
    metrics = with_zero(back(-10.0), -20.0, SETTINGS)
    assert metrics[0].value == pytest.approx(10.0)
    assert metrics[1:] == back(-10.0)[1:]
    hollow = with_zero(back(-25.0), 0.0, SETTINGS)[0]
    assert (hollow.status, hollow.reason) == ("not_assessable", Reason.NO_REFERENCE)
    mended = with_zero(back(-25.0), -20.0, SETTINGS)[0]
    assert (mended.status, mended.reason) == ("ok", None)


def test_what_was_refused_stays_refused() -> None:
    metrics = tuple(refused(name, "deg", Reason.VIEW) for name in NAMES)
    assert with_zero(metrics, -20.0, SETTINGS) == metrics
    assert with_zero((), -20.0, SETTINGS) == ()


def test_a_set_measured_piece_by_piece_gets_the_zero_that_the_whole_set_gives() -> None:
    signals = build_signals(rdl_track(4, spine_deg=-20.0))
    exercise = get_exercise("romanian_deadlift")
    reps = exercise.find_reps(signals, SETTINGS)
    whole = exercise.measure(signals, reps, SETTINGS)
    bare = exercise.measure(signals, reps, without_zero(SETTINGS))
    zero = own_zero_deg([bend_deg(metrics) for metrics in bare], SETTINGS.measure)
    assert zero < 0.0
    again = [with_zero(metrics, zero, SETTINGS) for metrics in bare]
    assert [bend_deg(m) for m in again] == pytest.approx([bend_deg(m) for m in whole])
    assert [m[0].status for m in again] == [m[0].status for m in whole]
    assert [m[0].uncertainty for m in again] == pytest.approx([m[0].uncertainty for m in whole])
