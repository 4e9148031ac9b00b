"""Drawn lowerings whose duration is known, followed sample by sample."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from formcheck.live.drive import HINGE, drive_of
from formcheck.live.pace import Pace, minimum_jerk, minimum_jerk_time_of
from formcheck.live.seen import Seen, seen_of
from formcheck.live.verdict import DriveRange
from tests.synthetic import rdl_track


def followed(eccentric_s: float) -> tuple[Pace, list[tuple[float, str, float]]]:
    track = rdl_track(2, eccentric_s=eccentric_s)
    drive = drive_of(track.landmarks_px, HINGE)
    pace = Pace()
    pace.use(DriveRange(HINGE, float(drive.max()), float(drive.min())))
    told = []
    for seen in seen_of(track):
        pace.add(seen)
        told.append((seen.t_s, pace.stage, pace.lasts_s))
    return pace, told


@pytest.mark.parametrize("eccentric_s", [1.0, 2.0, 3.4, 5.0])
def test_half_way_down_it_is_known_how_long_a_lowering_will_last(eccentric_s: float) -> None:
    _, told = followed(eccentric_s)
    known = [lasts_s for _, stage, lasts_s in told if stage == "lowering" and lasts_s > 0]
    assert known == pytest.approx([eccentric_s] * len(known), rel=0.08)
    assert len(known) >= 2


def test_it_is_known_in_time_to_brake() -> None:
    _, told = followed(2.0)
    first_s = next(t_s for t_s, stage, lasts_s in told if stage == "lowering" and lasts_s > 0)
    # The set begins with a second of standing still.
    assert first_s - 1.0 == pytest.approx(1.1, abs=0.1)


def test_a_rep_goes_through_its_stages_in_turn() -> None:
    _, told = followed(3.0)
    stages = [stage for _, stage, _ in told]
    turns = [stages[0], *(b for a, b in pairwise(stages) if a != b)]
    assert turns == ["top", *["lowering", "bottom", "lifting", "top"] * 2]


def test_only_a_lowering_that_is_surely_too_short_is_called_falling() -> None:
    pace, _ = followed(1.0)
    pace.stage = "lowering"
    pace.lasts_s = 2.0
    assert pace.falling(3.0)
    pace.lasts_s = 2.7
    assert not pace.falling(3.0)
    pace.lasts_s = float("nan")
    assert not pace.falling(3.0)
    pace.lasts_s, pace.stage = 2.0, "lifting"
    assert not pace.falling(3.0)


def test_without_known_reps_nothing_is_told() -> None:
    pace = Pace()
    for seen in seen_of(rdl_track(1)):
        pace.add(seen)
    assert pace.stage == "unknown"


def test_who_has_gone_is_at_no_stage() -> None:
    pace, told = followed(3.0)
    last_s = told[-1][0]
    for tenth in range(1, 10):
        pace.add(Seen(last_s + tenth / 10.0, (640, 480)))
    assert pace.stage == "unknown"


def test_minimum_jerk_and_its_inverse() -> None:
    assert minimum_jerk(0.5) == pytest.approx(0.5)
    shares = np.linspace(0.05, 0.95, 10)
    back = [minimum_jerk(minimum_jerk_time_of(float(share))) for share in shares]
    assert back == pytest.approx(list(shares), abs=1e-3)
