from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from formcheck.errors import UsageError
from formcheck.live.events import Event
from formcheck.live.keeper import Keeper, Origin, entry_of, life, played
from formcheck.live.verdict import Verdict
from formcheck.pose.bundles import file_sha256
from formcheck.training_log.judged import Said
from formcheck.training_log.store import TrainingLog
from tests.conftest import MakeClip
from tests.live_sets import fast_set

BEGAN = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
ORIGIN = Origin("live:1", BEGAN)


@pytest.fixture(scope="module")
def a_verdict() -> Verdict:
    return fast_set()


def test_a_verdict_becomes_a_set(a_verdict: Verdict) -> None:
    entry = entry_of(a_verdict, 3, ORIGIN, Said("Anna", 60.0))
    assert entry is not None
    first, last = a_verdict.reps[0].rep, a_verdict.reps[-1].rep
    assert (entry.key, entry.source, entry.clip_sha256) == ("live:1:3", "live", None)
    assert (entry.lifter, entry.weight_kg, entry.pattern) == ("Anna", 60.0, "hip_hinge")
    assert (entry.reps, entry.faults) == (2, {"ECCENTRIC_FAST": 2})
    assert entry.start_s == pytest.approx(first.start_s, abs=1e-3)
    assert entry.end_s == pytest.approx(last.end_s, abs=1e-3)
    late_s = (entry.performed_at - BEGAN).total_seconds()
    assert late_s == int(first.start_s)
    assert a_verdict.summary is not None
    assert entry.eccentric_s_mean == pytest.approx(a_verdict.summary.eccentric_s_mean, abs=1e-3)


def test_life_began_when_the_first_picture_was_taken() -> None:
    one, other = life(BEGAN, 2.5), life(BEGAN, 2.5)
    assert one.began_at == BEGAN - timedelta(seconds=2.5)
    assert one.name != other.name


def test_a_clip_that_is_played_was_done_when_it_was_recorded(make_clip: MakeClip) -> None:
    clip = make_clip(frames=60, fps=30)
    os.utime(clip, (1_700_000_000, 1_700_000_000))
    origin = played(clip)
    assert origin.clip_sha256 == file_sha256(clip)
    assert origin.began_at == datetime.fromtimestamp(1_700_000_000 - 2, UTC)


def test_the_same_clip_played_twice_is_logged_once(a_verdict: Verdict, tmp_path: Path) -> None:
    told: list[Event] = []
    for _ in range(2):
        keeper = Keeper(tmp_path / "log", Said(), Origin("clip", BEGAN, "ab" * 32))
        keeper.start(told.append)
        keeper.keep(a_verdict, 1, 10.0)
        keeper.close()
        assert keeper.ids == {1: 1}
    assert [event.facts["new"] for event in told] == [True, False]


def test_two_sessions_at_once_lose_nothing(a_verdict: Verdict, tmp_path: Path) -> None:
    told: list[Event] = []
    keepers = [Keeper(tmp_path / "log", Said()) for _ in range(2)]
    for keeper in keepers:
        keeper.picture(0.0)
        keeper.start(told.append)
    for number in range(1, 11):
        for keeper in keepers:
            keeper.keep(a_verdict, number, 10.0)
    for keeper in keepers:
        keeper.close()
    assert {event.kind for event in told} == {"log"}
    with TrainingLog(tmp_path / "log") as log:
        assert len(log.entries()) == 20


def test_a_keeper_that_was_not_started_can_be_closed(tmp_path: Path) -> None:
    Keeper(tmp_path / "log", Said()).close()
    with pytest.raises(UsageError):
        Keeper(tmp_path, Said())
