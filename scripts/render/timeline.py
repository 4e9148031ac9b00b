"""When each rep begins, turns and ends, and how far the lifter is at any time.

A rep goes from the rest position (standing, kneeling upright, legs straight in a machine) to the
turn and back. The way between is a chain of quintic pieces with given places and speeds and no
acceleration at their ends; from rest to rest that is the minimum-jerk movement of Flash and
Hogan (1985).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PHASES: Final = ("eccentric", "stretched_pause", "concentric", "top_pause")
BOUNCE_TURN_S: Final = 0.11
"""A bounce turns round in this time; with this piece the hardest acceleration is 1.5 times the
mean, so that speeds over hardest acceleration give 0.073 s."""
DROP_CATCH_S: Final = 0.12


@dataclass(frozen=True, slots=True)
class Node:
    """A moment of the movement: time, place (0 = rest, 1 = turn) and speed (1/s)."""

    t_s: float
    place: float
    speed: float = 0.0


@dataclass(frozen=True, slots=True)
class RepPlan:
    """One rep.

    Attributes:
        phases_s: Lengths of eccentric, stretched pause, concentric, top pause.
        depth: Share of the planned range.
        bounce: Reverses at the stretched end without a pause, by momentum.
        drop: Share of the lowering at which control is lost, or None.
    """

    phases_s: tuple[float, float, float, float]
    depth: float = 1.0
    bounce: bool = False
    drop: float | None = None


@dataclass(frozen=True, slots=True)
class TimedRep:
    """When a rep happens.

    Attributes:
        plan: The rep.
        edges_s: Five boundaries in the order of time.
        names: Names of the four phases between them.
    """

    plan: RepPlan
    edges_s: tuple[float, float, float, float, float]
    names: tuple[str, str, str, str]

    def phase(self, name: str) -> tuple[float, float]:
        """Start and end of a phase, seconds."""
        at = self.names.index(name)
        return self.edges_s[at], self.edges_s[at + 1]


def minimum_jerk(share: Floats) -> Floats:
    """The smoothest way from 0 to 1, at rest before and after."""
    x = np.clip(share, 0.0, 1.0)
    return np.asarray(x**3 * (10.0 - 15.0 * x + 6.0 * x**2))


def follow(t_s: Floats, nodes: list[Node]) -> Floats:
    """Place at each time, shape (n,); before the first node and after the last it stands still."""
    place = np.full(len(t_s), nodes[0].place)
    for first, last in pairwise(nodes):
        length = last.t_s - first.t_s
        if length <= 0:
            continue
        inside = t_s >= first.t_s
        u = np.clip((t_s[inside] - first.t_s) / length, 0.0, 1.0)
        rise = last.place - first.place
        start, end = first.speed * length, last.speed * length
        third = 10 * rise - 6 * start - 4 * end
        fourth = -15 * rise + 8 * start + 7 * end
        fifth = 6 * rise - 3 * start - 3 * end
        place[inside] = first.place + start * u + third * u**3 + fourth * u**4 + fifth * u**5
    return place


def schedule(reps: tuple[RepPlan, ...], start_s: float, lengthening_first: bool) -> list[TimedRep]:
    """Lay reps one after another.

    Args:
        reps: The reps.
        start_s: When the first begins.
        lengthening_first: The eccentric comes first (hinges, raises), not last (curls).
    """
    timed = []
    order = (0, 1, 2, 3) if lengthening_first else (2, 3, 0, 1)
    for rep in reps:
        lengths = list(rep.phases_s)
        if rep.bounce:
            lengths[1] = 0.0
        edges = start_s + np.concatenate([[0.0], np.cumsum([lengths[at] for at in order])])
        first, second, third, fourth, fifth = (float(edge) for edge in edges)
        names = (PHASES[order[0]], PHASES[order[1]], PHASES[order[2]], PHASES[order[3]])
        timed.append(TimedRep(rep, (first, second, third, fourth, fifth), names))
        start_s = fifth
    return timed


def nodes_of(reps: list[TimedRep]) -> list[Node]:
    """The movement of a set of reps."""
    nodes: list[Node] = []
    for index, rep in enumerate(reps):
        begin, turn, back, home, _ = rep.edges_s
        plan, depth = rep.plan, rep.plan.depth
        lengthening_first = rep.names[0] == "eccentric"
        if lengthening_first:
            nodes.append(Node(begin, 0.0))
            if plan.bounce:
                speed_in, speed_out = 1.7 * depth / (turn - begin), 1.7 * depth / (home - back)
                nodes.append(Node(turn - BOUNCE_TURN_S / 2, depth, speed_in))
                nodes.append(Node(turn + BOUNCE_TURN_S / 2, depth, -speed_out))
            elif plan.drop is not None:
                nodes += _dropping(begin, turn, depth, plan.drop)
                nodes.append(Node(back, depth))
            else:
                nodes += [Node(turn, depth), Node(back, depth)]
            nodes.append(Node(home, 0.0))
            continue
        before = reps[index - 1] if index else None
        if before is not None and before.plan.bounce:
            speed = 1.7 * depth / (turn - begin)
            nodes.append(Node(begin + BOUNCE_TURN_S / 2, 0.0, speed))
        else:
            nodes.append(Node(begin, 0.0))
        nodes += [Node(turn, depth), Node(back, depth)]
        if plan.bounce and index + 1 < len(reps):
            nodes.append(Node(home - BOUNCE_TURN_S / 2, 0.0, -1.7 * depth / (home - back)))
        else:
            nodes.append(Node(home, 0.0))
    return nodes


def slow_noise(random: np.random.Generator, t_s: Floats, cutoff_hz: float) -> Floats:
    """Smooth noise of variance 1: waves of random phase below a cut-off."""
    hz = cutoff_hz * random.uniform(0.15, 1.0, 12)
    phase = random.uniform(0.0, 2 * np.pi, 12)
    return np.asarray(
        np.sin(2 * np.pi * hz[:, None] * t_s + phase[:, None]).sum(axis=0) / np.sqrt(6.0)
    )


def _dropping(begin: float, turn: float, depth: float, lost_at: float) -> list[Node]:
    """Lowered under control to a share of the depth, then fallen and caught."""
    fall_s = 0.42
    lost_s = turn - DROP_CATCH_S - fall_s
    slow = 1.2 * lost_at * depth / (lost_s - begin)
    fast = 2.2 * (1.0 - lost_at) * depth / fall_s
    caught = turn - DROP_CATCH_S
    nearly = depth - 0.45 * fast * DROP_CATCH_S
    return [Node(lost_s, lost_at * depth, slow), Node(caught, nearly, fast), Node(turn, depth)]
