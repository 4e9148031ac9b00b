"""Reps and their phases, from the whole signal.

A set is read as turning points in turn. Which of them belong to reps is told by the set
itself: reps resemble each other, while setting up, re-racking and parking the weight go deeper,
end elsewhere or come from out of the picture.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.phases import movements, path_speed, still_between
from formcheck.motion.rep import Phase, Rep, numbered
from formcheck.motion.turning import SETTLED_SHARE, Stretch, Turn, find_stretches

FloatArray = NDArray[np.float64]

PLANTED: Final = 0.12
"""Feet that move further than this, in body heights (20 cm), take a step."""
PARKING_SHARE: Final = 0.22
"""A first or last descent this much deeper than the others, in ranges, is to or from the floor."""
BELIEVABLE_SHARE: Final = 0.8
LIMBS_SHARE: Final = 0.35
"""A rep of which less than this shows limbs of a body's lengths is no body's."""
HOLD_S: Final = 1.5
HOLD_SHARE: Final = 0.20
"""How long the end position of a last rep is looked at for what belongs to the rep."""
EDGE_S: Final = 0.4
"""A movement that ends this close to the clip's edge may have been cut off by it."""


def find_reps(
    t_s: FloatArray,
    drive: FloatArray,
    path: FloatArray,
    feet: FloatArray,
    whole_body: FloatArray,
    limbs: FloatArray,
    min_range: float,
    witnesses: FloatArray | None = None,
    loaded: NDArray[np.bool_] | None = None,
) -> list[Rep]:
    """Find the reps of a clip.

    Args:
        t_s: Shape (n,), seconds of real time.
        drive: Shape (n,), signal that is high where the hamstrings are short and low where they
            are long, body heights; NaN where it cannot be.
        path: Shape (n, k), coordinates of the part that moves, body heights; its speed tells
            movement from rest.
        feet: Shape (n, 2), place of what must stay put during a rep (the feet in a standing
            exercise), body heights.
        whole_body: Shape (n,), 1 where the lifter is wholly in the picture.
        limbs: Shape (n,), 1 where the limbs have a body's lengths.
        min_range: Smallest movement that can be a rep, body heights.
        witnesses: Shape (n, k), angles that tell better than the path when movements begin and
            end; ``None`` where there are none.
        loaded: Shape (n,), where the weight is seen to be on the lifter, who then walks with it
            and not to or from it; ``None`` where that cannot be seen.

    Returns:
        Reps in order of time, those that the clip cuts off included with
        ``complete=False``.
    """
    stretches = find_stretches(t_s, drive, min_range)
    if not stretches:
        return []
    speed = path_speed(t_s, path)
    reps: list[Rep] = []
    for stretch in stretches:
        turns = _from_where_stood(stretch, feet, loaded)
        turns = _without_fetching(_without_walking(turns, feet))
        reps += _reps_of(t_s, stretch, (speed, path, witnesses), turns, feet)
    reps = [rep for rep in reps if _share(limbs, t_s, rep) >= LIMBS_SHARE]
    if any(rep.complete for rep in reps):
        reps = [rep for rep in reps if rep.complete or _cut_off(rep, t_s)]
    else:
        # With no whole rep to compare it with, half a one must at least be seen in full:
        # someone who comes into the picture rises just as a lifter does.
        reps = [rep for rep in reps if _share(whole_body * limbs, t_s, rep) >= BELIEVABLE_SHARE]
    return numbered(reps)


def _step(feet: FloatArray, one: Turn, other: Turn) -> float:
    """How far the feet have moved between two turning points, body heights; NaN if unknown."""
    return float(np.hypot(*(feet[one.row] - feet[other.row])))


def _from_where_stood(
    stretch: Stretch, feet: FloatArray, loaded: NDArray[np.bool_] | None
) -> tuple[Turn, ...]:
    """Move a first or last top that is held while the weight is walked out or back.

    It then begins where the lifter has come to a stand, or ends where the lifter sets off.
    """
    turns = stretch.turns
    if loaded is None:
        return turns
    if len(turns) > 2 and turns[0].kind == "top" and _walked(feet, turns[:3]):
        turns = (_stood(turns[0], turns[1:3], stretch.drive, feet, loaded), *turns[1:])
    if len(turns) > 2 and turns[-1].kind == "top" and _walked(feet, turns[:-4:-1]):
        turns = (*turns[:-1], _stood(turns[-1], turns[-2:-4:-1], stretch.drive, feet, loaded))
    return turns


def _stood(
    turn: Turn,
    others: tuple[Turn, ...],
    drive: FloatArray,
    feet: FloatArray,
    loaded: NDArray[np.bool_],
) -> Turn:
    """The top where it is held with the feet where they are at the next turning points."""
    between = np.arange(*sorted((turn.row, others[0].row)))
    span = abs(turn.level - others[0].level)
    with np.errstate(invalid="ignore"):
        high = np.abs(drive[between] - others[-1].level) <= SETTLED_SHARE * span
        place = np.hypot(*(feet[between] - feet[others[-1].row]).T) <= PLANTED
    rows = between[high & place & loaded[between]]
    if not len(rows):
        return turn
    row = int(rows[0] if turn.row < others[0].row else rows[-1])
    return Turn(row, turn.kind, float(drive[row]), at_edge=False)


def _without_walking(turns: tuple[Turn, ...], feet: FloatArray) -> tuple[Turn, ...]:
    """Drop a first or last top from which the lifter walks to, or away from, the weight."""
    while len(turns) > 1 and turns[0].kind == "top" and _walked(feet, turns[:3]):
        turns = turns[1:]
    while len(turns) > 1 and turns[-1].kind == "top" and _walked(feet, turns[:-4:-1]):
        turns = turns[:-1]
    return turns


def _walked(feet: FloatArray, turns: tuple[Turn, ...]) -> bool:
    """Whether the feet leave the first of these tops for good.

    Plates that hide the feet at the bottom seem to move them; at the next top they are back.
    """
    return all(_step(feet, turns[0], other) > PLANTED for other in turns[1:])


def _without_fetching(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Drop what leads into a first, and out of a last, bottom far deeper than the others."""
    bottoms = [turn for turn in turns if turn.kind == "bottom"]
    tops = [turn.level for turn in turns if turn.kind == "top"]
    if len(bottoms) < 3 or not tops:
        return turns
    for which in (0, -1):
        ends = [turn for turn in turns if turn.kind == "bottom"]
        if len(ends) < 3:
            break
        # A bottom at the clip's edge may be one that the clip cuts off halfway down.
        others = [turn.level for turn in ends if turn is not ends[which] and not turn.at_edge]
        if len(others) < 2:
            break
        usual = float(np.median(others))
        span = float(np.median(tops)) - usual
        if ends[which].level < usual - PARKING_SHARE * span:
            at = turns.index(ends[which])
            turns = turns[at + 1 :] if which == 0 else turns[:at]
    return turns


def _reps_of(
    t_s: FloatArray,
    stretch: Stretch,
    motion: tuple[FloatArray, FloatArray, FloatArray | None],
    turns: tuple[Turn, ...],
    feet: FloatArray,
) -> list[Rep]:
    if len(turns) < 2:
        return []
    settled = [_is_settled(turn, turns) for turn in turns]
    rows = [turn.row for turn in turns]
    speed, path, witnesses = motion
    moves = movements(t_s, speed, path, rows, stretch.first, stretch.past, witnesses)
    first = next((index for index, known in enumerate(settled) if known), 0)
    reps: list[Rep] = []
    if first > 0 and _step(feet, turns[0], turns[first]) <= 2 * PLANTED:
        reps.append(_rep(t_s, stretch, turns, moves, 0, first, complete=False))
    at = first
    while at + 2 < len(turns) and settled[at + 2]:
        reps.append(_rep(t_s, stretch, turns, moves, at, at + 2, complete=True))
        at += 2
    if at + 1 < len(turns) and _step(feet, turns[at], turns[-1]) <= 2 * PLANTED:
        reps.append(_rep(t_s, stretch, turns, moves, at, len(turns) - 1, complete=False))
    return reps


def _is_settled(turn: Turn, turns: tuple[Turn, ...]) -> bool:
    """Whether a turning point is one: those inside are, one at an edge if it is like the others."""
    if not turn.at_edge:
        return True
    levels = np.array([other.level for other in turns])
    alike = [other.level for other in turns if other.kind == turn.kind and other is not turn]
    if not alike:
        return True
    away = abs(turn.level - float(np.median(alike)))
    return bool(away <= SETTLED_SHARE * float(np.ptp(levels)))


def _rep(
    t_s: FloatArray,
    stretch: Stretch,
    turns: tuple[Turn, ...],
    moves: list[Phase | None],
    start: int,
    end: int,
    *,
    complete: bool,
) -> Rep:
    phases: dict[str, Phase | None] = dict.fromkeys(
        ("eccentric", "stretched_pause", "concentric", "top_pause")
    )
    for index in range(start, end):
        down = turns[index].kind == "top"
        phases["eccentric" if down else "concentric"] = moves[index]
        if index + 1 < len(moves) and (index + 1 < end or complete):
            pause = still_between(moves[index], moves[index + 1])
            phases["stretched_pause" if down else "top_pause"] = pause
    shown = [phase for phase in phases.values() if phase is not None]
    start_s = min((p.start_s for p in shown), default=float(t_s[turns[start].row]))
    end_s = max((p.end_s for p in shown), default=float(t_s[turns[end].row]))
    if end == len(turns) - 1:
        # Nothing follows, so the position that the rep ended in is still being held.
        end_s = max(end_s, _held_until_s(t_s, stretch, turns[end], end_s))
    return Rep(0, complete, start_s, end_s, **phases)


def _held_until_s(t_s: FloatArray, stretch: Stretch, turn: Turn, from_s: float) -> float:
    """Until when the drive stays where a last turning point left it, ``HOLD_S`` at most."""
    span = float(np.nanmax(stretch.drive) - np.nanmin(stretch.drive))
    rows = np.flatnonzero((t_s > from_s) & (t_s <= from_s + HOLD_S))
    rows = rows[rows < stretch.past]
    left = np.flatnonzero(np.abs(stretch.drive[rows] - turn.level) > HOLD_SHARE * span)
    held = rows[: left[0]] if len(left) else rows
    return float(t_s[held[-1]]) if len(held) else from_s


def _cut_off(rep: Rep, t_s: FloatArray) -> bool:
    """Whether the clip's own beginning or end is what makes a rep incomplete."""
    return bool(rep.start_s - t_s[0] <= EDGE_S or t_s[-1] - rep.end_s <= EDGE_S)


def _share(flag: FloatArray, t_s: FloatArray, rep: Rep) -> float:
    inside = (t_s >= rep.start_s) & (t_s <= rep.end_s)
    return float(flag[inside].mean()) if inside.any() else 0.0
