"""Puts the body into the positions of a hinge and skins it.

A position is told by three numbers: how far the trunk is pitched, how far the knees are bent
and how far the spine is flexed. Where shanks and arms have to be follows from two conditions:
body and load balance over the feet, and the hands keep close to the legs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from body import Body, Floats
from numpy.typing import NDArray
from scipy.optimize import brentq

SPINE_SHARES: Final = {
    "spine05": 0.14,
    "spine04": 0.26,
    "spine03": 0.24,
    "spine02": 0.20,
    "spine01": 0.16,
}
"""How a flexion is spread over the joints of the spine, from the pelvis up."""
LOAD_OF_BODY: Final = 0.32
"""The bar, in body masses (25 kg in the hands of a 78 kg lifter)."""
MIDFOOT_M: Final = 0.055
"""How far in front of the ankles the joint centre of mass is kept."""
JOINTS: Final = {
    "shoulder": "upperarm01",
    "hip": "upperleg01",
    "knee": "lowerleg01",
    "ankle": "foot",
    "wrist": "wrist",
}
_SIDES: Final = {"left": ".L", "right": ".R"}
_FINGER_CURL_DEG: Final = (62.0, 140.0, 190.0)
_TWIST_SHARES: Final = {"upperarm01": 0.25, "upperarm02": 0.4, "lowerarm01": 0.6, "lowerarm02": 0.9}


@dataclass(frozen=True, slots=True)
class Position:
    """What is chosen about one moment.

    Attributes:
        trunk_deg: Pitch of the trunk from its rest, positive = forward.
        knee_deg: Knee flexion, 0 = straight.
        spine_deg: Flexion of the whole spine, 0 = as the body stands at rest.
        sway_m: How far the balance point is off the middle of the foot, positive = to the toes.
    """

    trunk_deg: float
    knee_deg: float
    spine_deg: float = 0.0
    sway_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Posed:
    """A body in a position.

    Attributes:
        vertices: Shape (v, 3), metres.
        joints: Joint centres by name, ``right_hip`` and so on, each of shape (3,).
        bar: Middle of the bar, shape (3,).
    """

    vertices: Floats
    joints: dict[str, Floats]
    bar: Floats


def pitch(degrees: float) -> Floats:
    """Rotation about the axis from right to left, positive = leaning forward."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def _about(axis: Floats, degrees: float) -> Floats:
    """Rotation about a unit vector (Rodrigues)."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    angle = np.radians(degrees)
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector))


def _turn(start: Floats, end: Floats) -> Floats:
    """The shortest rotation that takes one unit vector to another."""
    axis = np.cross(start, end)
    sine = float(np.linalg.norm(axis))
    if sine < 1e-9:
        return np.eye(3)
    return _about(axis / sine, float(np.degrees(np.arctan2(sine, float(start @ end)))))


class Lifter:
    """A body that can be put into positions.

    Args:
        body: The body at rest.
    """

    def __init__(self, body: Body) -> None:
        self.body = body
        hip, knee, ankle = (body.head(JOINTS[name] + ".R") for name in ("hip", "knee", "ankle"))
        self._thigh_rest_deg = _lean(knee, hip)
        self._shank_rest_deg = _lean(ankle, knee)

    def put(self, position: Position) -> Posed:
        """Bones, balance, arms and skin for one position."""
        shank_deg = self._balanced_shank_deg(position)
        turns, places = self._bones(position, shank_deg)
        bar = np.mean([self._arm(mark, turns, places) for mark in _SIDES.values()], axis=0)
        joints = {
            f"{side}_{name}": places[self.body.bones[bone + mark]]
            for side, mark in _SIDES.items()
            for name, bone in JOINTS.items()
        }
        return Posed(self._skinned(turns, places), joints, bar)

    def _bones(self, position: Position, shank_deg: float) -> tuple[Floats, Floats]:
        """World rotations (b, 3, 3) and places (b, 3) of the bones, arms as they rest."""
        body = self.body
        thigh_deg = shank_deg - position.knee_deg
        turn = {"root": position.trunk_deg - 0.5 * position.spine_deg}
        bent = turn["root"]
        for name, share in SPINE_SHARES.items():
            bent += share * position.spine_deg
            turn[name] = bent
        for number, name in enumerate(("neck01", "neck02", "neck03", "head"), start=1):
            turn[name] = bent * (1.0 - 0.11 * number)
        for mark in _SIDES.values():
            turn["upperleg01" + mark] = thigh_deg - self._thigh_rest_deg
            turn["lowerleg01" + mark] = shank_deg - self._shank_rest_deg
            turn["foot" + mark] = 0.0
        turns = np.empty((len(body.parents), 3, 3))
        for name, at in body.bones.items():
            turns[at] = pitch(turn[name]) if name in turn else turns[body.parents[at]]
        places = self._places(turns)
        foot = body.bones["foot.R"]
        places += (body.heads[foot] - places[foot]) * np.array([0.0, 1.0, 1.0])
        return turns, places

    def _places(self, turns: Floats) -> Floats:
        body = self.body
        places = body.heads.copy()
        for at, parent in enumerate(body.parents):
            if parent >= 0:
                places[at] = places[parent] + turns[parent] @ (body.heads[at] - body.heads[parent])
        return places

    def _balanced_shank_deg(self, position: Position) -> float:
        """Shank angle at which body and load balance over the middle of the feet."""
        _, places = self._bones(position, 0.0)
        ahead = {name: -places[self.body.bones[bone + ".R"]][1] for name, bone in JOINTS.items()}
        body = self.body
        hip, knee, ankle = (body.head(JOINTS[name] + ".R") for name in ("hip", "knee", "ankle"))
        thigh_m = float(np.hypot(*(hip - knee)[1:]))
        shank_m = float(np.hypot(*(knee - ankle)[1:]))
        trunk_m = 0.66 * (ahead["shoulder"] - ahead["hip"])
        shoulder_m = ahead["shoulder"] - ahead["hip"]

        def off(shank_deg: float) -> float:
            at_knee = shank_m * np.sin(np.radians(shank_deg))
            at_hip = at_knee + thigh_m * np.sin(np.radians(shank_deg - position.knee_deg))
            hands = 0.5 * at_knee + 0.13
            moment = (
                0.578 * (at_hip + trunk_m)
                + 0.10 * 0.5 * (at_hip + shoulder_m + hands)
                + 0.20 * (at_hip + 0.433 * (at_knee - at_hip))
                + 0.093 * 0.567 * at_knee
                + 0.029 * 0.06
                + LOAD_OF_BODY * hands
            )
            return float(moment / (1.0 + LOAD_OF_BODY) - MIDFOOT_M - position.sway_m)

        return float(brentq(off, -30.0, 45.0, xtol=1e-4))

    def _arm(self, mark: str, turns: Floats, places: Floats) -> Floats:
        """Hang one arm so that the hand is close to the leg; gives the grip, shape (3,)."""
        body = self.body
        shoulder = places[body.bones["upperarm01" + mark]]
        elbow, wrist = body.head("lowerarm01" + mark), body.head("wrist" + mark)
        reach_m = float(
            np.linalg.norm(elbow - body.head("upperarm01" + mark))
            + np.linalg.norm(wrist - elbow)
            + 0.98 * np.linalg.norm(self._knuckles(mark) - wrist)
        )

        def off(forward_deg: float) -> float:
            slope = np.radians(forward_deg)
            y = shoulder[1] - reach_m * np.sin(slope) + 0.03 * np.cos(slope)
            z = shoulder[2] - reach_m * np.cos(slope)
            return float(y - self._leg_front_y(mark, z, places))

        return self._hang(mark, float(brentq(off, -40.0, 60.0, xtol=1e-4)), turns, places)

    def _knuckles(self, mark: str) -> Floats:
        heads = [self.body.head(f"finger{n}-1{mark}") for n in (2, 3, 4, 5)]
        return np.asarray(np.mean(heads, axis=0))

    def _leg_front_y(self, mark: str, z: float, places: Floats) -> float:
        """Where a bar at height ``z`` just clears the leg."""
        chain = np.stack(
            [places[self.body.bones[JOINTS[name] + mark]] for name in ("ankle", "knee", "hip")]
        )
        clear = np.array([0.062, 0.088, 0.140])
        return float(np.interp(z, chain[:, 2], chain[:, 1] - clear))

    def _hang(self, mark: str, forward_deg: float, turns: Floats, places: Floats) -> Floats:
        body, at = self.body, self.body.bones
        out = 1.0 if mark == ".L" else -1.0
        slope = np.radians(forward_deg)
        down = _unit(np.array([0.03 * out, -np.sin(slope), -np.cos(slope)]))
        back = _unit(np.array([0.0, np.cos(slope), -np.sin(slope)]))
        back = _unit(back - (back @ down) * down)
        wrist = body.head("wrist" + mark)
        knuckles = self._knuckles(mark)
        hand = _unit(knuckles - wrist)
        curl = body.head("finger3-3" + mark) - body.head("finger3-1" + mark)
        palm = _unit(curl - (curl @ hand) * hand)
        rest = np.column_stack([hand, palm, np.cross(hand, palm)])
        hold = np.column_stack([down, back, np.cross(down, back)])
        hand_turn = hold @ rest.T
        straight = _turn(hand, down) @ palm
        twist_deg = float(np.degrees(np.arctan2(np.cross(straight, back) @ down, straight @ back)))
        upper = _unit(body.head("lowerarm01" + mark) - body.head("upperarm01" + mark))
        lower = _unit(wrist - body.head("lowerarm01" + mark))
        for name, share in _TWIST_SHARES.items():
            straighten = _turn(upper if name.startswith("upper") else lower, down)
            turns[at[name + mark]] = _about(down, share * twist_deg) @ straighten
        axis = np.cross(down, back)
        for name, index in at.items():
            if not name.endswith(mark):
                continue
            if name.startswith(("wrist", "metacarpal")):
                turns[index] = hand_turn
            elif name.startswith("finger"):
                link = int(name[8]) - 1
                curl_deg = _FINGER_CURL_DEG[link] * (0.45 if name[6] == "1" else 1.0)
                turns[index] = _about(axis, curl_deg) @ hand_turn
        arm = [i for i, name in enumerate(at) if name.endswith(mark) and name.startswith(_ARM)]
        for index in arm:
            parent = body.parents[index]
            step = body.heads[index] - body.heads[parent]
            places[index] = places[parent] + turns[parent] @ step
        reach = float(np.linalg.norm(knuckles - wrist))
        grip: Floats = places[at["wrist" + mark]] + down * reach * 0.98 + back * 0.030
        return grip

    def _skinned(self, turns: Floats, places: Floats) -> Floats:
        """Linear blend skinning."""
        body = self.body
        shift = places - np.einsum("bij,bj->bi", turns, body.heads)
        moves = np.concatenate([turns.reshape(-1, 9), shift], axis=1)
        blend: NDArray[np.float64] = body.weights @ moves
        turned = np.einsum("vij,vj->vi", blend[:, :9].reshape(-1, 3, 3), body.vertices)
        return np.asarray(turned + blend[:, 9:])


_ARM: Final = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")


def _lean(low: Floats, high: Floats) -> float:
    """Forward inclination of a segment in the side view, degrees."""
    return float(np.degrees(np.arctan2(-(high[1] - low[1]), high[2] - low[2])))
