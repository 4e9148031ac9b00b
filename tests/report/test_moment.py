from __future__ import annotations

from typing import Any

import pytest

from formcheck.report.moment import CUE_S, moment_at


def test_moment_follows_the_phases(build: Any) -> None:
    report = build.report(build.rep(1, 0.0), build.rep(2, 1.0))
    down = moment_at(report, 0.25)
    assert (down.reps_done, down.phase) == (0, "eccentric")
    assert down.phase_s == pytest.approx(0.25)
    assert down.eccentric_s == pytest.approx(0.25)
    assert not down.eccentric_over
    up = moment_at(report, 0.6)
    assert (up.phase, up.eccentric_over) == ("concentric", True)
    assert up.eccentric_s == pytest.approx(0.4)
    assert up.phase_s == pytest.approx(0.1)
    assert moment_at(report, 1.05).reps_done == 1
    assert moment_at(report, 5.0).reps_done == 2
    assert moment_at(report, 5.0).phase == ""


def test_cue_stays_for_its_time_and_notes_say_nothing(build: Any) -> None:
    report = build.report(build.rep(1, 0.0))
    assert moment_at(report, 0.39).cues == ()
    assert moment_at(report, 0.41).cues == ("Chest proud",)
    assert moment_at(report, 0.41 + CUE_S).cues == ()
    note = build.fault("ECCENTRIC_SLOW", "eccentric_s", 0.4, severity="note")
    assert moment_at(build.report(build.rep(1, 0.0, faults=[note])), 0.41).cues == ()


def test_a_rep_that_the_clip_cuts_off_is_not_counted(build: Any) -> None:
    assert moment_at(build.report(build.rep(1, 0.0, complete=False)), 9.0).reps_done == 0


def test_a_rep_that_ends_on_the_last_frame_is_counted_there(build: Any) -> None:
    report = build.report(build.rep(1, 0.0))
    last_frame_s = 0.9996  # the report rounds the end of the rep to 1.000
    assert moment_at(report, last_frame_s).reps_done == 0
    assert moment_at(report, last_frame_s, half_frame_s=1 / 60).reps_done == 1
    assert moment_at(report, last_frame_s - 1 / 30, half_frame_s=1 / 60).reps_done == 0
