"""Machines and benches of the knee exercises: seated curl, lying curl, glute-ham raise, nordic."""

from __future__ import annotations

from typing import Final

import numpy as np
from arms import on_chest, reaching
from bodies import Floats
from clothing import NEAR_LEG, TORSO
from equipment import DARK, FRAME, MAT, PAD, STEEL, Mesh, box, cylinder, merged
from performance import Moment
from rotations import along
from skeleton import ArmRule, Lifter, Posed, Posture

STRAIGHT: Final = Moment(knee_deg=6.0)
UPRIGHT: Final = Moment(knee_deg=88.0)


class SeatedCurl:
    """Seat, back rest, pad on the thighs, roller behind the ankles.

    Args:
        lifter: The lifter.
        trunk_deg: Lean of the back rest.
        lever_near: The lever is on the camera's side.
    """

    def __init__(self, lifter: Lifter, trunk_deg: float, lever_near: bool) -> None:
        self.lifter = lifter
        self._side = -0.30 if lever_near else 0.30
        self._thigh_deg = -91.0
        thigh_m, shank_m = lifter.length_m("hip", "knee"), lifter.length_m("knee", "ankle")
        self._hip = (0.0, max(0.60, shank_m + 0.12))
        knee = np.array([0.0, *self._hip]) - thigh_m * along(self._thigh_deg)
        self._knee, self._shank_m = knee, shank_m
        self._trunk_deg = trunk_deg
        size = lifter.size
        posed = lifter.put(*self.posture(Moment(knee_deg=6.0, trunk_deg=trunk_deg)))
        parts = lifter.body.parts
        seat = posed.vertices[(parts == TORSO) & (posed.vertices[:, 1] > self._hip[0] - 0.05)]
        low = float(seat[:, 2].min())
        up = along(trunk_deg)
        behind = np.array([0.0, up[2], -up[1]])
        torso = posed.vertices[parts == TORSO] - np.array([0.0, *self._hip])
        # The back rest stands where the back is: as deep as all but its outermost skin.
        depth = float(np.percentile(torso @ behind, 98.0))
        rest = np.array([0.0, *self._hip]) + (depth + 0.04) * behind + 0.36 * size * up
        seat_front, seat_back = float(knee[1]) + 0.10 * size, self._hip[0] + 0.20 * size
        middle = (seat_front + seat_back) / 2
        pad_at = knee + 0.15 * size * along(self._thigh_deg) + np.array([0.0, 0.0, 0.155 * size])
        beam = float(self._hip[1]) - 0.30
        self._handle = np.array([0.0, self._hip[0] - 0.10 * size, low + 0.10])
        self.fixed = merged(
            [
                box((0.0, middle, low - 0.045), (0.46, seat_back - seat_front, 0.09), PAD),
                box(
                    (float(rest[0]), float(rest[1]), float(rest[2])),
                    (0.34, 0.08, 0.62),
                    PAD,
                    trunk_deg,
                ),
                cylinder((-0.24, *pad_at[1:]), (0.24, *pad_at[1:]), 0.065 * size, DARK),
                box(
                    (0.30, float(pad_at[1]), float(pad_at[2]) / 2),
                    (0.05, 0.06, float(pad_at[2])),
                    FRAME,
                ),
                box((0.0, middle, beam / 2), (0.10, 0.10, beam), FRAME),
                box((0.0, middle, 0.03), (0.50, 1.15, 0.06), FRAME),
                cylinder((0.26, *knee[1:]), (0.36, *knee[1:]), 0.09, STEEL),
                cylinder((-0.30, *self._handle[1:]), (-0.20, *self._handle[1:]), 0.018, DARK, 12),
                cylinder((0.20, *self._handle[1:]), (0.30, *self._handle[1:]), 0.018, DARK, 12),
            ]
        )

    def posture(self, moment: Moment) -> tuple[Posture, ArmRule]:
        """Seated; the pelvis stays where it is unless it slides."""
        shank = moment.knee_deg + self._thigh_deg
        posture = Posture(
            trunk_deg=moment.trunk_deg + moment.rock_deg,
            thigh_deg=(self._thigh_deg,) * 2,
            shank_deg=(shank, shank),
            foot_deg=(shank + 8.0,) * 2,
            lumbar_deg=6.0 + moment.lumbar_deg,
            thoracic_deg=moment.thoracic_deg,
            head_share=0.4,
            anchor="hip",
            at_m=(self._hip[0] - moment.slide_m, self._hip[1]),
            stance_deg=6.0,
        )
        if not hasattr(self, "_handle"):
            return posture, reaching(_NOWHERE, (0.2, 1.0, 0.0), _DOWN, _BACK)
        grip = self._handle + np.array([0.0, 0.0, 0.05])
        at = (grip + np.array([-0.27, 0.0, 0.0]), grip + np.array([0.27, 0.0, 0.0]))
        return posture, reaching(at, (0.4, 1.0, -0.2), np.array([0.0, -0.4, -1.0]), -_SIDE)

    def moving(self, posed: Posed, moment: Moment) -> Mesh:
        """Roller behind the ankles and the lever that carries it."""
        del moment
        return _roller(self.lifter, posed, self._side, 1.0, self._knee)


class LyingCurl:
    """A bench to lie on face down, roller on the ankles.

    Args:
        lifter: The lifter.
        lever_near: The lever is on the camera's side.
    """

    def __init__(self, lifter: Lifter, lever_near: bool) -> None:
        self.lifter = lifter
        self._side = -0.28 if lever_near else 0.28
        self._knee = np.array([0.0, 0.45, 0.72])
        self._thigh_m = lifter.length_m("hip", "knee")
        hip, shoulder = lifter.head("hip"), lifter.head("shoulder")
        self._trunk_m = float(np.linalg.norm((shoulder - hip)[1:]))
        posed = lifter.put(*self.posture(STRAIGHT))
        parts, points = lifter.body.parts, posed.vertices
        chest = points[(parts == TORSO)]
        low = float(np.percentile(chest[:, 2], 3.0))
        thigh = points[(parts == NEAR_LEG) & (points[:, 1] < self._knee[1] - 0.08)]
        low_thigh = float(np.percentile(thigh[:, 2], 3.0))
        self._shoulder = posed.bones["right_shoulder"]
        front, back = float(self._shoulder[1]) - 0.12, float(self._knee[1]) - 0.045
        hip_y = float(posed.bones["right_hip"][1])
        self._handle = self._shoulder + np.array([0.0, -0.02, -0.46 * lifter.size])
        post = [
            box((0.0, y, low / 2 - 0.05), (0.10, 0.10, low - 0.10), FRAME)
            for y in (front + 0.3, back - 0.2)
        ]
        self.fixed = merged(
            [
                box((0.0, (front + hip_y) / 2, low - 0.045), (0.34, hip_y - front, 0.09), PAD),
                box((0.0, (back + hip_y) / 2, low_thigh - 0.045), (0.42, back - hip_y, 0.09), PAD),
                *post,
                box((0.0, (front + back) / 2, 0.03), (0.5, back - front + 0.3, 0.06), FRAME),
                cylinder((0.24, *self._knee[1:]), (0.34, *self._knee[1:]), 0.08, STEEL),
                cylinder((-0.30, *self._handle[1:]), (-0.12, *self._handle[1:]), 0.016, DARK, 12),
                cylinder((0.12, *self._handle[1:]), (0.30, *self._handle[1:]), 0.016, DARK, 12),
                box(
                    (0.0, float(self._handle[1]), float(self._handle[2])), (0.26, 0.03, 0.03), FRAME
                ),
            ]
        )

    def posture(self, moment: Moment) -> tuple[Posture, ArmRule]:
        """Prone; the knees stay on the pad, and the shoulders when the hips leave it."""
        lift = moment.lift_deg
        drop = np.sin(np.radians(lift)) * self._thigh_m / self._trunk_m
        trunk = moment.trunk_deg if moment.trunk_deg > 45.0 else 90.0
        trunk += float(np.degrees(np.arcsin(np.clip(drop, -1.0, 1.0))))
        thigh = 91.0 - lift
        shank = moment.knee_deg + thigh
        posture = Posture(
            trunk_deg=trunk,
            thigh_deg=(thigh, thigh),
            shank_deg=(shank, shank),
            foot_deg=(shank + 20.0,) * 2,
            lumbar_deg=moment.lumbar_deg,
            thoracic_deg=moment.thoracic_deg,
            head_share=0.86,
            anchor="knee",
            at_m=(float(self._knee[1]), float(self._knee[2])),
            stance_deg=5.0,
        )
        if not hasattr(self, "_handle"):
            return posture, reaching(_NOWHERE, (1.0, 0.0, 0.0), _DOWN, _BACK)
        grip = self._handle + np.array([0.0, 0.0, 0.06])
        at = (grip + np.array([-0.21, 0.0, 0.0]), grip + np.array([0.21, 0.0, 0.0]))
        return posture, reaching(at, (1.0, 0.2, 0.0), np.array([0.0, -0.2, -1.0]), _BACK)

    def moving(self, posed: Posed, moment: Moment) -> Mesh:
        """Roller on the ankles and the lever that carries it."""
        del moment
        return _roller(self.lifter, posed, self._side, 1.0, self._knee)


class Raise:
    """Glute-ham bench, or a mat with a hold for the ankles (nordic).

    Args:
        lifter: The lifter.
        on_floor: A mat on the floor, no bench.
    """

    def __init__(self, lifter: Lifter, on_floor: bool) -> None:
        self.lifter = lifter
        self.on_floor = on_floor
        size = lifter.size
        self._knee = np.array([0.0, 0.0, 0.115 * size if on_floor else 0.86])
        posed = lifter.put(*self.posture(UPRIGHT))
        ankle = posed.bones["right_ankle"]
        y, z = float(ankle[1]), float(ankle[2])
        knee_z = float(self._knee[2])
        hold = cylinder((-0.32, y - 0.06, z + 0.095), (0.32, y - 0.06, z + 0.095), 0.05, DARK)
        if on_floor:
            post = [
                box((x, y - 0.06, (z + 0.095) / 2), (0.05, 0.06, z + 0.12), FRAME)
                for x in (-0.33, 0.33)
            ]
            mat = box((0.0, 0.18, 0.018), (0.9, 1.15, 0.036), MAT)
            self.fixed = merged([hold, *post, mat])
            return
        radius, skin = 0.13, 0.070 * size
        pad = (-skin - radius, knee_z - skin - radius)
        plate = y + 0.20 * size
        self.fixed = merged(
            [
                hold,
                cylinder((-0.32, y - 0.06, z - 0.13), (0.32, y - 0.06, z - 0.13), 0.05, DARK),
                cylinder((-0.30, *pad), (0.30, *pad), radius, PAD, 32),
                box((0.0, -skin, knee_z - skin - 0.055), (0.58, 0.22, 0.10), PAD),
                box((0.0, plate, z), (0.55, 0.03, 0.34), STEEL),
                box((0.0, plate + 0.02, z / 2), (0.08, 0.08, z), FRAME),
                box((0.0, pad[0], pad[1] / 2), (0.08, 0.10, pad[1]), FRAME),
                box((0.0, (plate + pad[0]) / 2, 0.04), (0.08, plate - pad[0], 0.08), FRAME),
                box((0.0, (plate + pad[0]) / 2, 0.42), (0.06, plate - pad[0], 0.06), FRAME),
                box((0.0, pad[0], 0.03), (0.60, 0.08, 0.06), FRAME),
                box((0.0, plate, 0.03), (0.60, 0.08, 0.06), FRAME),
            ]
        )

    def posture(self, moment: Moment) -> tuple[Posture, ArmRule]:
        """Kneeling, ankles held; the body turns about the knees."""
        shank = 90.0
        thigh = shank - moment.knee_deg
        posture = Posture(
            trunk_deg=thigh + moment.hip_deg,
            thigh_deg=(thigh, thigh),
            shank_deg=(shank, shank),
            foot_deg=(shank + (62.0 if self.on_floor else 12.0),) * 2,
            lumbar_deg=moment.lumbar_deg,
            thoracic_deg=moment.thoracic_deg,
            head_share=0.9,
            anchor="knee",
            at_m=(float(self._knee[1]), float(self._knee[2])),
            stance_deg=5.0,
        )
        return posture, on_chest(moment.reach, 0.08)

    def moving(self, posed: Posed, moment: Moment) -> Mesh:
        """Nothing moves but the lifter."""
        del posed, moment
        return merged([])


_NOWHERE: Final = (np.array([-0.3, -0.3, 0.6]), np.array([0.3, -0.3, 0.6]))
_DOWN: Final = np.array([0.0, -0.2, -1.0])
_BACK: Final = np.array([0.0, 1.0, -0.2])
_SIDE: Final = np.array([1.0, 0.0, 0.0])


def _roller(lifter: Lifter, posed: Posed, side: float, thick: float, pivot: Floats) -> Mesh:
    """A padded roller on the calf side of the ankles, on a lever about the knees."""
    knee, ankle = posed.bones["right_knee"], posed.bones["right_ankle"]
    down = (ankle - knee) * np.array([0.0, 1.0, 1.0])
    down /= np.linalg.norm(down)
    # Square to the shank on the side of the calf.
    calf = np.array([0.0, -down[2], down[1]])
    at = ankle - 0.05 * down + (0.105 * lifter.size) * calf
    y, z = float(at[1]), float(at[2])
    end = np.array([side, y, z])
    return merged(
        [
            cylinder((-0.22, y, z), (0.22, y, z), 0.055 * thick, DARK),
            cylinder((min(side, -0.2), y, z), (max(side, 0.2), y, z), 0.015, STEEL, 12),
            cylinder(np.array([side, float(pivot[1]), float(pivot[2])]), end, 0.026, FRAME, 12),
        ]
    )
