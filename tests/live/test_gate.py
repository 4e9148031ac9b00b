from __future__ import annotations

import numpy as np

from formcheck.live.gate import CLOSER, FURTHER, NOBODY, SIDE_ON, STAND_STILL, Gate, ReadyGate
from formcheck.live.seen import Seen, seen_of
from formcheck.motion.signals import View
from tests.synthetic import rdl_track

FRONT = View(None, 80.0, 3.0, False, "left")


def lifter() -> list[Seen]:
    return seen_of(rdl_track(2))


def moved(seen: Seen, t_s: float, right_px: float = 0.0, scale: float = 1.0) -> Seen:
    assert seen.landmarks_px is not None
    points = (seen.landmarks_px * scale + np.array([right_px, 0.0])).astype(np.float32)
    return Seen(t_s, seen.size, points, seen.landmarks_m, seen.visibility, seen.outline)


def said(samples: list[Seen], view: View | None = None, moving: bool = False) -> list[Gate]:
    gate = ReadyGate()
    return [gate.add(seen, view, moving=moving) for seen in samples]


def test_who_stands_in_place_is_ready_within_a_second_and_stays_so_while_lifting() -> None:
    samples = lifter()
    gates = said(samples)
    ready = [gate.state == "ready" for gate in gates]
    first = ready.index(True)
    assert samples[first].t_s <= 1.1
    assert all(ready[first:])


def test_nobody_is_asked_into_the_picture() -> None:
    gates = said([Seen(tenth / 10.0, (640, 480)) for tenth in range(30)])
    assert gates[-1] == Gate("nobody", NOBODY)


def test_who_walks_through_is_never_ready() -> None:
    one = lifter()[0]
    walk = [moved(one, frame / 30.0, 200.0 * frame / 30.0) for frame in range(120)]
    gates = said(walk)
    assert {gate.state for gate in gates[30:]} == {"placing"}
    assert gates[-1].advice == STAND_STILL


def test_who_walks_off_is_away_and_nothing_is_told() -> None:
    samples = lifter()
    last = samples[-1]
    walk = [moved(last, last.t_s + k / 30.0, 200.0 * k / 30.0) for k in range(1, 91)]
    gates = said([*samples, *walk])
    assert gates[len(samples) - 1].state == "ready"
    assert "ready" not in {gate.state for gate in gates[len(samples) + 75 :]}
    assert "away" in {gate.state for gate in gates}


def test_a_body_partly_outside_is_told_to_go_further_away() -> None:
    one = lifter()[0]
    gates = said([moved(one, k / 30.0, -660.0) for k in range(60)])
    assert gates[-1] == Gate("placing", FURTHER)


def test_a_tiny_body_is_told_to_come_closer() -> None:
    one = lifter()[0]
    gates = said([moved(one, k / 30.0, scale=0.1) for k in range(60)])
    assert gates[-1] == Gate("placing", CLOSER)


def test_a_front_view_is_guided_for_a_while_and_then_taken_as_it_is() -> None:
    one = lifter()[0]
    gates = said([moved(one, k / 30.0) for k in range(300)], view=FRONT)
    assert gates[60] == Gate("placing", SIDE_ON)
    assert any(gate == Gate("ready", SIDE_ON) for gate in gates)


def test_who_is_already_lifting_is_not_held_up() -> None:
    one = lifter()[0]
    gates = said([moved(one, k / 30.0) for k in range(60)], view=FRONT, moving=True)
    assert gates[-1].state == "ready"
