"""Drawn sets through judge and coach: which events come, in which order."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest

from formcheck.exercises.recognition import AUTO
from formcheck.live.coach import GONE_S, HELD_BACK_S, Coach
from formcheck.live.events import Event
from formcheck.live.judge import SetJudge
from formcheck.live.seen import Seen, seen_of
from formcheck.pose.track import ModelFacts
from tests.synthetic import rdl_track

MODEL = ModelFacts("full", "cd" * 32)
NAME = "romanian_deadlift"
LOOK_S = 0.8


def told(samples: list[Seen], exercise: str = NAME) -> tuple[Coach, list[Event]]:
    judge, coach, next_s = SetJudge(exercise, MODEL), Coach(exercise), 0.0
    events: list[Event] = []
    for seen in samples:
        events += coach.see(seen)
        judge.add(seen)
        if seen.t_s >= next_s:
            events += coach.take(judge.look(), seen.t_s)
            next_s = seen.t_s + LOOK_S
        if coach.set_is_over(seen.t_s):
            events += coach.take(judge.finish(), seen.t_s)
    events += coach.take(judge.finish(), samples[-1].t_s)
    return coach, events


def kinds(events: list[Event]) -> list[str]:
    return [event.kind for event in events]


def later(samples: list[Seen], by_s: float) -> list[Seen]:
    return [
        Seen(s.t_s + by_s, s.size, s.landmarks_px, s.landmarks_m, s.visibility, s.outline)
        for s in samples
    ]


def test_a_clean_set_is_counted_and_nothing_is_cued() -> None:
    coach, events = told(seen_of(rdl_track(2, eccentric_s=3.4)))
    assert kinds(events) == ["ready", "rep", "tempo", "rep", "tempo", "set"]
    assert [event.facts["count"] for event in events if event.kind == "rep"] == [1, 2]
    assert [one.rep_count for one in coach.sets] == [2]
    assert events[-1].facts["faults"] == {}


def test_a_phase_that_may_go_on_is_not_timed_before_it_is_over() -> None:
    """A rep counts near the top; how long the lift took is known a little later."""
    _, events = told(seen_of(rdl_track(2, eccentric_s=3.4, concentric_s=1.8)))
    reps = [event for event in events if event.kind == "rep"]
    tempos = [event for event in events if event.kind == "tempo"]
    assert [event.facts["tempo"].split("-")[2] for event in reps] == ["?", "?"]
    assert [event.facts["end_s"] for event in reps] == [None, None]
    lifts = [float(event.facts["tempo"].split("-")[2]) for event in tempos]
    assert lifts == pytest.approx([1.8, 1.8], abs=0.25)
    assert all(late.t_s - rep.t_s > 0.5 for rep, late in zip(reps, tempos, strict=True))


def test_the_exercise_of_who_is_not_in_place_is_not_told() -> None:
    track = rdl_track(1)
    judge, coach = SetJudge(AUTO, MODEL), Coach()
    for seen in seen_of(track):
        judge.add(seen)
    verdict = judge.look()
    assert verdict.exercise == NAME
    assert "exercise" not in kinds(coach.take(verdict, verdict.at_s))
    for seen in seen_of(track):
        coach.see(seen)
    assert "exercise" in kinds(coach.take(verdict, verdict.at_s))
    assert "exercise" not in kinds(coach.take(verdict, verdict.at_s)), "it is told once"


def test_fast_lowerings_are_cued_at_the_top_and_braked_while_they_happen() -> None:
    _, events = told(seen_of(rdl_track(3, eccentric_s=1.2, concentric_s=1.5, top_s=1.5)))
    cues = [event for event in events if event.kind == "cue"]
    faults = [event for event in events if event.kind == "fault"]
    assert {fault.facts["code"] for fault in faults} == {"ECCENTRIC_FAST"}
    assert len(faults) == 3
    assert cues[0].facts["text"] == "Lower it slower"
    assert all(b.t_s - a.t_s >= 2.5 for a, b in itertools.pairwise(cues))


def test_a_rounded_back_is_the_first_thing_said() -> None:
    _, events = told(seen_of(rdl_track(2, spine_deg=25.0, eccentric_s=1.2, top_s=1.5)))
    cues = [event.facts["code"] for event in events if event.kind == "cue"]
    assert cues[0] == "SPINE_ROUNDED"


def test_leaving_ends_the_set_and_coming_back_begins_another() -> None:
    first = seen_of(rdl_track(2))
    end_s = first[-1].t_s
    empty = [Seen(end_s + k / 30.0, (1280, 960)) for k in range(1, round(30 * (GONE_S + 3)))]
    again = later(seen_of(rdl_track(1)), empty[-1].t_s + 0.1)
    coach, events = told([*first, *empty, *again])
    assert [one.rep_count for one in coach.sets] == [2, 1]
    sets = [event for event in events if event.kind == "set"]
    assert [event.facts["set"] for event in sets] == [1, 2]
    assert sets[0].t_s < again[0].t_s


def test_nothing_is_told_to_nobody() -> None:
    _, events = told([Seen(k / 30.0, (640, 480)) for k in range(300)], "auto")
    assert set(kinds(events)) == {"guide"}


def test_who_walks_through_is_not_counted() -> None:
    one = seen_of(rdl_track(1))[0]
    assert one.landmarks_px is not None
    walk = []
    for k in range(240):
        step = np.array([200.0 * k / 30.0, 8.0 * np.sin(k / 3.0)], dtype=np.float32)
        points = one.landmarks_px + step
        walk.append(Seen(k / 30.0, one.size, points, one.landmarks_m, one.visibility, one.outline))
    _, events = told(walk, "auto")
    assert not {"rep", "fault", "cue", "ready", "set"} & set(kinds(events))


def test_verdicts_of_a_set_that_is_over_are_left_aside() -> None:
    judge, coach = SetJudge(NAME, MODEL), Coach(NAME)
    for seen in seen_of(rdl_track(2)):
        coach.see(seen)
        judge.add(seen)
    late = judge.look()
    coach.take(judge.finish(), 20.0)
    assert coach.take(late, 20.1) == []
    assert coach.rep_count == 0


def test_another_exercise_takes_back_what_was_told() -> None:
    judge, coach = SetJudge(NAME, MODEL), Coach(NAME)
    for seen in seen_of(rdl_track(2)):
        coach.see(seen)
        judge.add(seen)
    old = judge.look()
    coach.take(old, 15.0)
    assert coach.rep_count == 2
    coach.choose("good_morning")
    assert (coach.rep_count, coach.exercise) == (0, "good_morning")
    assert coach.take(old, 15.1) == []


def test_events_are_lines_of_json() -> None:
    _, events = told(seen_of(rdl_track(1)))
    lines = [json.loads(event.line()) for event in events]
    assert [line["event"] for line in lines] == kinds(events)
    assert all("\n" not in event.line() for event in events)


def test_one_look_that_cuts_the_set_otherwise_takes_nothing_back() -> None:
    judge, coach = SetJudge(NAME, MODEL), Coach(NAME)
    for seen in seen_of(rdl_track(2, eccentric_s=1.5)):
        judge.add(seen)
        coach.see(seen)
    whole = judge.look()
    odd = replace(whole, reps=())
    now_s = whole.at_s
    assert kinds(coach.take(whole, now_s)).count("rep") == 2
    for at_s, verdict in ((0.1, odd), (0.2, whole), (0.3, odd), (0.4, odd)):
        assert coach.take(verdict, now_s + at_s) == []
    events = coach.take(odd, now_s + 0.3 + HELD_BACK_S + 0.01)
    assert kinds(events).count("rep_withdrawn") == 1
    assert kinds(events).count("fault_withdrawn") == 2
    assert coach.rep_count == 0
