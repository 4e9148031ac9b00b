"""Places the bones of a body so that trunk, thighs and shanks lean as asked, and skins it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from bodies import KEYPOINTS, Floats
from clothing import TORSO, Body
from dorsal import HIGH, LOW, Trunk
from raster import skin
from rotations import about, lean_deg, pitch, unit

LUMBAR: Final = {"spine05": 0.22, "spine04": 0.41, "spine03": 0.37}
"""How a lumbar flexion is spread over the joints, from the pelvis up."""
THORACIC: Final = {"spine02": 0.55, "spine01": 0.45}
JOINTS: Final = {
    "shoulder": "upperarm01",
    "elbow": "lowerarm01",
    "wrist": "wrist",
    "hip": "upperleg01",
    "knee": "lowerleg01",
    "ankle": "foot",
}
GRIP_M: Final = 0.015
"""A bar that hangs in the fingers is about below the wrist."""
SIDES: Final = {"right": ".R", "left": ".L"}
_ARM: Final = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")


@dataclass(frozen=True, slots=True)
class Posture:
    """How the segments stand in the side view at one moment; pairs are right, left.

    Attributes:
        trunk_deg: Lean of the line from hip to shoulder.
        thigh_deg: Lean of the lines from knee to hip.
        shank_deg: Lean of the lines from ankle to knee.
        foot_deg: Pitch of the feet, 0 = flat.
        lumbar_deg: Flexion of the lumbar spine against the body at rest.
        thoracic_deg: Flexion of the thoracic spine.
        head_share: How much of the trunk's lean the head follows.
        anchor: Joint of the right side that is held in place.
        at_m: Where it is held, (y, z).
        stance_deg: How far each leg is brought inwards from rest.
    """

    trunk_deg: float
    thigh_deg: tuple[float, float]
    shank_deg: tuple[float, float]
    foot_deg: tuple[float, float] = (0.0, 0.0)
    lumbar_deg: float = 0.0
    thoracic_deg: float = 0.0
    head_share: float = 0.56
    anchor: str = "ankle"
    at_m: tuple[float, float] = (0.0, 0.0)
    stance_deg: float = 2.5


@dataclass(slots=True)
class Bones:
    """World rotations (b, 3, 3) and places (b, 3) of the bones."""

    turns: Floats
    places: Floats


ArmRule = Callable[["Lifter", Bones, str], None]
"""Puts one arm (``.R`` or ``.L``) where it belongs, in place."""


@dataclass(frozen=True, slots=True)
class Posed:
    """A body in a posture.

    Attributes:
        vertices: Shape (v, 3), metres.
        bones: Heads of the main bones by name, ``right_hip`` and so on, each of shape (3,).
        keypoints: Joints as pose models annotate them, by name, each of shape (3,).
        grips: Middle of the right and the left fist, shape (2, 3).
        back_bar: Where a bar lies on the upper back, shape (3,).
        spine: Where the spine begins and ends, shape (2, 3).
    """

    vertices: Floats
    bones: dict[str, Floats]
    keypoints: dict[str, Floats]
    grips: Floats
    back_bar: Floats
    spine: Floats


class Lifter:
    """A dressed body that can be put into postures."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.bare = body.bare
        self.trunk = Trunk.of(self.bare.faces, body.parts == TORSO)
        self.size = float(self.bare.vertices[:, 2].max()) / 1.78
        self._points = np.flatnonzero(self.bare.regressor.any(axis=0))
        self._regressor = self.bare.regressor[:, self._points]
        self._bare_points = np.ascontiguousarray(self.bare.vertices[self._points])
        self._point_carriers = np.ascontiguousarray(self.bare.carriers[self._points])
        self._point_shares = np.ascontiguousarray(self.bare.shares[self._points])

    def head(self, joint: str, mark: str = ".R") -> Floats:
        """Where a joint is at rest, shape (3,)."""
        return self.bare.head(JOINTS[joint] + mark)

    def length_m(self, low: str, high: str) -> float:
        """Distance of two joints at rest."""
        return float(np.linalg.norm(self.head(low) - self.head(high)))

    def bones(self, posture: Posture) -> Bones:
        """Bones for a posture, arms as they rest."""
        bare = self.bare
        flexion = {name: posture.lumbar_deg * share for name, share in LUMBAR.items()}
        flexion |= {name: posture.thoracic_deg * share for name, share in THORACIC.items()}
        turn = self._trunk(0.0, flexion)
        upright = self._placed(turn, {})
        hip, shoulder = (
            upright.places[bare.bones[JOINTS[name] + ".R"]] for name in ("hip", "shoulder")
        )
        turn = self._trunk(posture.trunk_deg - lean_deg(hip, shoulder), flexion)
        top = turn["spine01"]
        for number, name in enumerate(("neck01", "neck02", "neck03", "head"), start=1):
            turn[name] = top * (1.0 - (1.0 - posture.head_share) * number / 4)
        legs: dict[str, Floats] = {}
        for side, mark in enumerate(SIDES.values()):
            inwards = about(np.array([0.0, 1.0, 0.0]), posture.stance_deg * (-1.0, 1.0)[side])
            hip, knee, ankle = (self.head(name, mark) for name in ("hip", "knee", "ankle"))
            thigh_rest = lean_deg(np.zeros(3), inwards @ (hip - knee))
            shank_rest = lean_deg(np.zeros(3), inwards @ (knee - ankle))
            legs["upperleg01" + mark] = pitch(posture.thigh_deg[side] - thigh_rest) @ inwards
            legs["lowerleg01" + mark] = pitch(posture.shank_deg[side] - shank_rest) @ inwards
            legs["foot" + mark] = pitch(posture.foot_deg[side])
        bones = self._placed(turn, legs)
        held = bones.places[bare.bones[JOINTS[posture.anchor] + ".R"]]
        bones.places += np.array([0.0, posture.at_m[0] - held[1], posture.at_m[1] - held[2]])
        return bones

    def put(self, posture: Posture, arms: ArmRule) -> Posed:
        """Bones, arms and skin for one posture."""
        bones = self.bones(posture)
        for mark in SIDES.values():
            arms(self, bones, mark)
        shifts = bones.places - np.einsum("bij,bj->bi", bones.turns, self.bare.heads)
        vertices = np.empty_like(self.body.vertices)
        skin(
            self.body.vertices, self.bare.carriers, self.bare.shares, bones.turns, shifts, vertices
        )
        points = np.empty_like(self._bare_points)
        skin(
            self._bare_points, self._point_carriers, self._point_shares, bones.turns, shifts, points
        )
        marked = self._regressor @ points
        return Posed(
            vertices,
            {
                f"{side}_{name}": bones.places[self.bare.bones[bone + mark]].copy()
                for side, mark in SIDES.items()
                for name, bone in JOINTS.items()
            },
            {name: marked[row] for row, name in enumerate(KEYPOINTS)},
            np.stack([self.grip(bones, mark) for mark in SIDES.values()]),
            self.back_bar(bones),
            np.stack([bones.places[self.bare.bones[name]] for name in (LOW, HIGH)]),
        )

    def back_bar(self, bones: Bones) -> Floats:
        """Where a bar lies on the upper back, shape (3,)."""
        level = self.bare.head("neck01")[2] - 0.045 * self.size
        vertices = self.bare.vertices
        near = (np.abs(vertices[:, 0]) < 0.08) & (np.abs(vertices[:, 2] - level) < 0.03)
        rest = np.array([0.0, float(vertices[near, 1].max()) + 0.018, level])
        at = self.bare.bones["spine01"]
        step = rest - self.bare.heads[at]
        return np.asarray(bones.places[at] + bones.turns[at] @ step)

    def knuckles(self, mark: str) -> Floats:
        """Middle of the knuckles at rest, shape (3,)."""
        return np.asarray(
            np.mean([self.bare.head(f"finger{n}-1{mark}") for n in (2, 3, 4, 5)], axis=0)
        )

    def palm(self, mark: str) -> Floats:
        """Direction out of the palm at rest, shape (3,)."""
        hand = unit(self.knuckles(mark) - self.head("wrist", mark))
        curl = self.bare.head("finger3-3" + mark) - self.bare.head("finger3-1" + mark)
        return unit(curl - (curl @ hand) * hand)

    def grip(self, bones: Bones, mark: str) -> Floats:
        """Middle of the fist, shape (3,)."""
        at = self.bare.bones["wrist" + mark]
        hold = self.knuckles(mark) - self.head("wrist", mark)
        return np.asarray(
            bones.places[at] + bones.turns[at] @ (0.98 * hold + GRIP_M * self.palm(mark))
        )

    def place_arm(self, bones: Bones, mark: str) -> None:
        """Move the bones of an arm to where their turns put them."""
        bare = self.bare
        for name, index in bare.bones.items():
            if name.endswith(mark) and name.startswith(_ARM):
                parent = bare.parents[index]
                step = bare.heads[index] - bare.heads[parent]
                bones.places[index] = bones.places[parent] + bones.turns[parent] @ step

    def _trunk(self, root_deg: float, flexion: dict[str, float]) -> dict[str, float]:
        turn = {"root": root_deg}
        bent = root_deg
        for name in (*LUMBAR, *THORACIC):
            bent += flexion[name]
            turn[name] = bent
        return turn

    def _placed(self, turn: dict[str, float], legs: dict[str, Floats]) -> Bones:
        bare = self.bare
        turns = np.empty((len(bare.parents), 3, 3))
        places = bare.heads.copy()
        for name, at in bare.bones.items():
            parent = bare.parents[at]
            if name in turn:
                turns[at] = pitch(turn[name])
            elif name in legs:
                turns[at] = legs[name]
            else:
                turns[at] = turns[parent] if parent >= 0 else np.eye(3)
            if parent >= 0:
                step = bare.heads[at] - bare.heads[parent]
                places[at] = places[parent] + turns[parent] @ step
        return Bones(turns, places)
