"""Where the arms go: hanging by the legs, at the bar on the back, at a handle, on the chest."""

from __future__ import annotations

from typing import Final

import numpy as np
from bodies import Floats
from rotations import about, frame, pitch, shortest, unit
from scipy.optimize import brentq
from skeleton import GRIP_M, JOINTS, ArmRule, Bones, Lifter

_TWIST_SHARES: Final = {"upperarm01": 0.25, "upperarm02": 0.4, "lowerarm01": 0.6, "lowerarm02": 0.9}
_FINGER_CURL_DEG: Final = (62.0, 140.0, 190.0)


def hanging(forward_deg: float | tuple[float, float], fist: float = 0.6) -> ArmRule:
    """Arms straight down, swung forward by so much (right, left)."""
    swing = forward_deg if isinstance(forward_deg, tuple) else (forward_deg, forward_deg)

    def rule(lifter: Lifter, bones: Bones, mark: str) -> None:
        _hang(lifter, bones, mark, swing[mark == ".L"], np.array([0.0, 1.0, 0.0]), fist)

    return rule


def at_the_legs(ahead_m: float = 0.0) -> ArmRule:
    """Arms hanging with the weight that they hold just clear of the legs, or ahead of them."""

    def rule(lifter: Lifter, bones: Bones, mark: str) -> None:
        shoulder = bones.places[lifter.bare.bones["upperarm01" + mark]]
        reach_m = (
            lifter.length_m("shoulder", "elbow")
            + lifter.length_m("elbow", "wrist")
            + 0.98 * float(np.linalg.norm(lifter.knuckles(mark) - lifter.head("wrist", mark)))
        )

        def off(forward_deg: float) -> float:
            slope = np.radians(forward_deg)
            y = shoulder[1] - reach_m * np.sin(slope) + GRIP_M * np.cos(slope)
            z = shoulder[2] - reach_m * np.cos(slope)
            return float(y - leg_front_y(lifter, bones, mark, z) + ahead_m)

        forward = float(brentq(off, -60.0, 85.0, xtol=1e-4))
        _hang(lifter, bones, mark, forward, np.array([0.0, 1.0, 0.0]), 1.0)

    return rule


def leg_front_y(lifter: Lifter, bones: Bones, mark: str, z: float) -> float:
    """Where a bar at height ``z`` just clears the leg."""
    chain = np.stack(
        [bones.places[lifter.bare.bones[JOINTS[name] + mark]] for name in ("ankle", "knee", "hip")]
    )
    clear = np.array([0.052, 0.066, 0.112]) * lifter.size
    return float(np.interp(z, chain[:, 2], chain[:, 1] - clear))


def reaching(
    targets: tuple[Floats, Floats],
    elbow: tuple[float, float, float],
    hand: Floats,
    palm: Floats,
    fist: float = 1.0,
) -> ArmRule:
    """Wrists at points in the room, right then left, elbows towards a direction.

    Args:
        targets: Where the wrists go, each of shape (3,).
        elbow: Where the elbows point; its x is outwards on either side.
        hand: Direction from the wrist to the knuckles, x outwards.
        palm: Direction out of the palm, x outwards.
        fist: 0 = open hand, 1 = closed.
    """

    def rule(lifter: Lifter, bones: Bones, mark: str) -> None:
        out = np.array([1.0 if mark == ".L" else -1.0, 1.0, 1.0])
        target = targets[mark == ".L"]
        _reach(lifter, bones, mark, target, np.array(elbow) * out, hand * out, palm * out, fist)

    return rule


def _hang(
    lifter: Lifter, bones: Bones, mark: str, forward_deg: float, behind: Floats, fist: float
) -> None:
    out = 1.0 if mark == ".L" else -1.0
    slope = np.radians(forward_deg)
    down = unit(np.array([0.03 * out, -np.sin(slope), -np.cos(slope)]))
    back = pitch(-forward_deg) @ behind
    back = unit(back - (back @ down) * down)
    wrist, palm = lifter.head("wrist", mark), lifter.palm(mark)
    hand = unit(lifter.knuckles(mark) - wrist)
    straight = shortest(hand, down) @ palm
    twist_deg = float(np.degrees(np.arctan2(np.cross(straight, back) @ down, straight @ back)))
    upper = unit(lifter.head("elbow", mark) - lifter.head("shoulder", mark))
    lower = unit(wrist - lifter.head("elbow", mark))
    for name, share in _TWIST_SHARES.items():
        straighten = shortest(upper if name.startswith("upper") else lower, down)
        bones.turns[lifter.bare.bones[name + mark]] = about(down, share * twist_deg) @ straighten
    _hold(lifter, bones, mark, frame(down, back) @ frame(hand, palm).T, fist)


def _reach(
    lifter: Lifter,
    bones: Bones,
    mark: str,
    target: Floats,
    pole: Floats,
    hand_to: Floats,
    palm_to: Floats,
    fist: float,
) -> None:
    """Two-bone reach with the elbow in the plane of the pole."""
    at = lifter.bare.bones
    shoulder = bones.places[at["upperarm01" + mark]]
    rest = [lifter.head(name, mark) for name in ("shoulder", "elbow", "wrist")]
    upper_m, lower_m = (float(np.linalg.norm(rest[i + 1] - rest[i])) for i in (0, 1))
    way = target - shoulder
    gap = float(
        np.clip(np.linalg.norm(way), abs(upper_m - lower_m) + 0.02, upper_m + lower_m - 0.004)
    )
    forward = unit(way)
    side = unit(pole - (pole @ forward) * forward)
    cosine = (upper_m**2 + gap**2 - lower_m**2) / (2 * upper_m * gap)
    sine = float(np.sqrt(max(0.0, 1 - cosine**2)))
    elbow = upper_m * (cosine * forward + sine * side)
    upper, lower = unit(elbow), unit(gap * forward - elbow)
    rest_upper, rest_lower = unit(rest[1] - rest[0]), unit(rest[2] - rest[1])
    rest_axis, axis = np.cross(rest_upper, rest_lower), np.cross(upper, lower)
    upper_turn = frame(upper, axis) @ frame(rest_upper, rest_axis).T
    lower_turn = frame(lower, axis) @ frame(rest_lower, rest_axis).T
    hand = unit(lifter.knuckles(mark) - rest[2])
    hand_turn = frame(hand_to, palm_to) @ frame(hand, lifter.palm(mark)).T
    carried = lower_turn.T @ shortest(unit(hand_to), lower) @ hand_turn
    mid = np.cross(rest_lower, rest_axis)
    turned = carried @ mid
    twist_deg = float(np.degrees(np.arctan2(turned @ np.cross(rest_lower, mid), turned @ mid)))
    # Only the forearm's own twist: shoulders torn by a turned upper arm look broken.
    bones.turns[at["upperarm01" + mark]] = upper_turn
    bones.turns[at["upperarm02" + mark]] = upper_turn
    for name, share in (("lowerarm01", 0.3), ("lowerarm02", 0.75)):
        bones.turns[at[name + mark]] = about(lower, share * twist_deg) @ lower_turn
    _hold(lifter, bones, mark, hand_turn, fist)


def _hold(lifter: Lifter, bones: Bones, mark: str, hand_turn: Floats, fist: float) -> None:
    """Turn the hand, close the fingers, and put the arm's bones in their places."""
    knuckles, wrist, palm = lifter.knuckles(mark), lifter.head("wrist", mark), lifter.palm(mark)
    hand = unit(knuckles - wrist)
    axis = hand_turn @ np.cross(hand, palm)
    for name, index in lifter.bare.bones.items():
        if not name.endswith(mark):
            continue
        if name.startswith(("wrist", "metacarpal")):
            bones.turns[index] = hand_turn
        elif name.startswith("finger"):
            share = fist * (0.45 if name[6] == "1" else 1.0)
            bones.turns[index] = about(axis, share * _FINGER_CURL_DEG[int(name[8]) - 1]) @ hand_turn
    lifter.place_arm(bones, mark)


def at_back_bar() -> ArmRule:
    """Hands at a bar on the upper back, elbows down."""

    def rule(lifter: Lifter, bones: Bones, mark: str) -> None:
        turn = bones.turns[lifter.bare.bones["spine01"]]
        out = 1.0 if mark == ".L" else -1.0
        size = lifter.size
        side = 1.9 * abs(lifter.head("shoulder")[0])
        up, ahead = turn @ np.array([0.0, 0.0, 1.0]), turn @ np.array([0.0, -1.0, 0.0])
        bar = lifter.back_bar(bones) + np.array([side * out, 0.0, 0.0])
        wrist = bar - 0.085 * size * up - 0.005 * ahead
        pole = -1.0 * up - 0.35 * ahead + np.array([0.25 * out, 0.0, 0.0])
        hand = up + 0.15 * ahead
        _reach(lifter, bones, mark, wrist, pole, hand, ahead, 1.0)

    return rule


def on_chest(reach: float, floor_m: float) -> ArmRule:
    """Hands before the chest, and on their way to the floor in front.

    Args:
        reach: 0 = at the chest, 1 = on the floor.
        floor_m: Height of the wrists when the hands lie on the floor.
    """

    def rule(lifter: Lifter, bones: Bones, mark: str) -> None:
        out = 1.0 if mark == ".L" else -1.0
        size = lifter.size
        at = lifter.bare.bones
        shoulder, hip = bones.places[at["upperarm01" + mark]], bones.places[at["upperleg01" + mark]]
        up = unit((shoulder - hip) * np.array([0.0, 1.0, 1.0]))
        ahead = np.array([0.0, -up[2], up[1]])
        chest = shoulder + size * (0.19 * ahead - 0.17 * up)
        chest[0] = 0.10 * out * size
        floor = shoulder + np.array([0.10 * out, -0.10, 0.0])
        floor[2] = max(floor_m, shoulder[2] - 0.52 * size)
        target = chest + (floor - chest) * reach
        pole = -1.0 * up + np.array([0.7 * out, 0.0, 0.0]) - 0.2 * ahead
        inwards = np.array([-0.5 * out, 0.0, 0.0]) + 0.6 * up
        hand = inwards * (1 - reach) + np.array([0.0, -1.0, 0.05]) * reach
        palm = -ahead * (1 - reach) + np.array([0.0, 0.0, -1.0]) * reach
        _reach(lifter, bones, mark, target, pole, hand, palm, 0.35 * (1 - reach))

    return rule
