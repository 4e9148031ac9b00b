"""Drawn sets fed sample by sample, against the same sets judged as recorded clips."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from formcheck.analysis import judge_track
from formcheck.live.judge import KEPT_REPS, SetJudge
from formcheck.live.seen import Seen, seen_of
from formcheck.live.verdict import Verdict
from formcheck.pose.track import ModelFacts, PoseTrack
from tests.synthetic import rdl_track

MODEL = ModelFacts("full", "cd" * 32)
NAME = "romanian_deadlift"
LOOK_S = 0.8


def looked(track: PoseTrack, exercise: str = NAME) -> tuple[list[Verdict], Verdict]:
    judge, looks, next_s = SetJudge(exercise, MODEL), [], 1.0
    for seen in seen_of(track):
        judge.add(seen)
        if seen.t_s >= next_s:
            looks.append(judge.look())
            next_s += LOOK_S
    return looks, judge.finish()


def recorded(track: PoseTrack, exercise: str = NAME) -> tuple[int, set[tuple[int, str]]]:
    report = judge_track(track, Path("drawn.mp4"), exercise=exercise).report
    faults = {(r.index, f.code) for r in report.reps for f in r.faults if f.severity != "note"}
    return report.set.rep_count, faults


@pytest.mark.parametrize(
    "drawn",
    [
        {"reps": 2},
        {"reps": 5, "eccentric_s": 1.2, "concentric_s": 0.9, "top_s": 0.4},
        {"reps": 2, "spine_deg": 25.0},
        {"reps": 2, "bottom_start": True},
        {"reps": 1, "fps": 60.0},
    ],
)
def test_live_says_in_the_end_what_the_recorded_road_says(drawn: dict[str, Any]) -> None:
    track = rdl_track(**drawn)
    looks, final = looked(track)
    assert (final.rep_count, final.fault_keys) == recorded(track)
    assert final.final
    assert final.summary is not None
    assert final.summary.rep_count == final.rep_count
    # What was told on the way was true: reps only ever came to be known.
    counts = [one.rep_count for one in looks]
    assert counts == sorted(counts)


def test_a_rep_is_counted_half_a_second_after_the_lifter_is_up_at_the_latest() -> None:
    track = rdl_track(2, eccentric_s=2.0, top_s=1.5)
    looks, final = looked(track)
    for one in final.reps:
        assert one.rep.concentric is not None
        known_s = next(look.at_s for look in looks if look.rep_count >= one.rep.index)
        assert known_s <= one.rep.concentric.end_s + 0.5 + LOOK_S


def test_a_slow_lowering_is_never_called_fast_while_it_goes_on() -> None:
    looks, final = looked(rdl_track(2, eccentric_s=3.5))
    told = set().union(*(one.fault_keys for one in looks))
    assert told == final.fault_keys == set()


def test_a_fast_lowering_is_known_before_the_rep_is_over() -> None:
    looks, final = looked(rdl_track(2, eccentric_s=1.5, concentric_s=2.0, top_s=1.0))
    first = next(one for one in looks if (1, "ECCENTRIC_FAST") in one.fault_keys)
    assert first.at_s <= final.reps[0].rep.end_s


def test_long_sets_are_judged_at_a_bounded_cost_with_the_same_end() -> None:
    track = rdl_track(8, eccentric_s=0.9, concentric_s=0.7, top_s=0.3, pause_s=0.2, fps=25.0)
    judge = SetJudge(NAME, MODEL)
    counts, taken, next_s = [], [], 3.0
    for seen in seen_of(track):
        judge.add(seen)
        if seen.t_s >= next_s:
            counts.append(judge.look().rep_count)
            taken.append(seen.t_s - max(judge.looks_from_s, 0.0))
            next_s += 1.5
    rep_s = (float(track.t_s[-1]) - 2.2) / 8
    assert counts == sorted(counts)
    assert counts[-1] >= 7
    assert max(taken) <= (KEPT_REPS + 3) * rep_s
    assert judge.finish().rep_count == recorded(track)[0] == 8


def test_the_exercise_is_found_out_and_kept() -> None:
    looks, final = looked(rdl_track(1), "auto")
    assert final.exercise == NAME
    names = [one.exercise for one in looks]
    assert names[-1] == NAME


def test_with_nobody_there_is_no_rep_and_no_exercise() -> None:
    judge = SetJudge("auto", MODEL)
    for tenth in range(100):
        judge.add(Seen(tenth / 10.0, (640, 480)))
    verdict = judge.look()
    assert (verdict.reps, verdict.exercise, verdict.view) == ((), None, None)
    assert judge.finish().reps == ()


def test_the_next_set_begins_with_no_reps() -> None:
    judge = SetJudge(NAME, MODEL)
    for seen in seen_of(rdl_track(2)):
        judge.add(seen)
    first = judge.finish()
    verdict = judge.look()
    assert (first.set_index, first.rep_count) == (1, 2)
    assert (verdict.set_index, verdict.reps) == (2, ())


def test_another_exercise_can_be_chosen_in_the_middle() -> None:
    judge = SetJudge("auto", MODEL)
    for seen in seen_of(rdl_track(2)):
        judge.add(seen)
    judge.choose("good_morning")
    assert judge.finish().exercise == "good_morning"
