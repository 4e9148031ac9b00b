"""What all places of exercise have in common, and the one where hinges are done: a free floor."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

import numpy as np
from arms import at_back_bar, at_the_legs, hanging
from bodies import Floats
from equipment import FRAME, STEEL, Mesh, barbell, box, cylinder, dumbbells, merged
from performance import Moment
from scipy.optimize import brentq
from skeleton import JOINTS, ArmRule, Lifter, Posed, Posture

LOAD_OF_BODY: Final = 0.32
"""The weight, in body masses (25 kg with a lifter of 78 kg)."""
MIDFOOT_M: Final = 0.055
"""How far in front of the ankles the joint centre of mass is kept."""
PARK_DEG: Final = (74.0, 66.0)
"""Trunk and knees with the weight on the floor."""


class Station(Protocol):
    """A place of exercise."""

    fixed: Mesh
    """What stands still."""

    def posture(self, moment: Moment) -> tuple[Posture, ArmRule]:
        """How the lifter is at a moment."""

    def moving(self, posed: Posed, moment: Moment) -> Mesh:
        """Weights and levers at a moment."""


class Floor:
    """Romanian deadlift and good morning; also standing and walking about.

    Args:
        lifter: The lifter.
        equipment: ``barbell_20``, ``barbell_30``, ``barbell_45``, ``dumbbells`` or ``none``.
        on_back: The bar lies on the upper back.
        rack: A rack stands in front.
    """

    def __init__(self, lifter: Lifter, equipment: str, on_back: bool, rack: bool) -> None:
        self.lifter = lifter
        self.equipment = equipment
        self.on_back = on_back
        self.loaded = equipment != "none"
        self.fixed = _rack(lifter) if rack else merged([])
        self._left_at: Floats | None = None

    def posture(self, moment: Moment) -> tuple[Posture, ArmRule]:
        """Feet on the floor, body and weight over the middle of the foot."""
        if moment.swing > 0.02:
            return self._walking(moment)
        down = min(moment.parked, 2.0 - moment.parked) if moment.parked > 1 else moment.parked
        trunk = moment.trunk_deg + (PARK_DEG[0] - moment.trunk_deg) * down
        knee = moment.knee_deg + (PARK_DEG[1] - moment.knee_deg) * down
        held = self.loaded and moment.parked <= 1.0 + 1e-9
        posture = Posture(
            trunk_deg=trunk,
            thigh_deg=(0.0, 0.0),
            shank_deg=(0.0, 0.0),
            lumbar_deg=moment.lumbar_deg,
            thoracic_deg=moment.thoracic_deg,
            at_m=self._foot(),
        )
        shank = self._balanced_shank_deg(posture, knee, moment.toes_m, held)
        posture = replace(posture, thigh_deg=(shank - knee,) * 2, shank_deg=(shank, shank))
        if self.on_back:
            return posture, at_back_bar()
        if held:
            beside_m = 0.035 if self.equipment == "dumbbells" else 0.01
            return posture, at_the_legs(moment.ahead_m - beside_m)
        return posture, hanging(6.0 + 0.4 * max(0.0, trunk))

    def moving(self, posed: Posed, moment: Moment) -> Mesh:
        """The weight in the hands, on the back or left on the floor."""
        if not self.loaded:
            return merged([])
        grips = posed.grips
        if moment.parked > 1.0 + 1e-9:
            if self._left_at is not None:
                grips = self._left_at
        else:
            self._left_at = grips
        if self.equipment == "dumbbells":
            return dumbbells(grips)
        plate = int(self.equipment.removeprefix("barbell_")) / 100
        middle = posed.back_bar if self.on_back else grips.mean(axis=0)
        return barbell(np.array([0.0, middle[1], middle[2]]), plate)

    def _foot(self) -> tuple[float, float]:
        ankle = self.lifter.head("ankle")
        return float(ankle[1]), float(ankle[2])

    def _walking(self, moment: Moment) -> tuple[Posture, ArmRule]:
        """A step: the legs swing against each other, the lower foot on the floor."""
        lifter = self.lifter
        thigh_m, shank_m = lifter.length_m("hip", "knee"), lifter.length_m("knee", "ankle")
        angles = []
        for offset in (0.0, 0.5):
            turn = 2 * np.pi * (moment.stride / 2 + offset)
            knee = 8.0 + moment.swing * 38.0 * max(0.0, float(np.cos(turn))) ** 2
            thigh = -moment.swing * 20.0 * float(np.sin(turn)) - 0.4 * knee
            angles.append((thigh, thigh + knee))
        down = [
            thigh_m * np.cos(np.radians(thigh)) + shank_m * np.cos(np.radians(shank))
            for thigh, shank in angles
        ]
        foot = self._foot()
        posture = Posture(
            trunk_deg=3.0,
            thigh_deg=(angles[0][0], angles[1][0]),
            shank_deg=(angles[0][1], angles[1][1]),
            foot_deg=(0.5 * angles[0][1], 0.5 * angles[1][1]),
            anchor="hip",
            at_m=(foot[0] + moment.walked_m, foot[1] + float(max(down))),
        )
        if self.on_back:
            return posture, at_back_bar()
        swing = 0.0 if self.loaded else moment.swing * 18.0 * np.sin(np.pi * moment.stride)
        return posture, hanging((8.0 + swing, 8.0 - swing))

    def _balanced_shank_deg(
        self, posture: Posture, knee_deg: float, toes_m: float, held: bool
    ) -> float:
        """Shank angle at which body and load balance over the middle of the feet.

        Segment masses and centres of Winter (2009), table 4.1.
        """
        lifter = self.lifter
        places = lifter.bones(posture).places
        ahead = {name: -places[lifter.bare.bones[bone + ".R"]][1] for name, bone in JOINTS.items()}
        thigh_m, shank_m = lifter.length_m("hip", "knee"), lifter.length_m("knee", "ankle")
        shoulder_m = ahead["shoulder"] - ahead["hip"]
        load = LOAD_OF_BODY if held else 0.0

        def off(shank_deg: float) -> float:
            at_knee = shank_m * np.sin(np.radians(shank_deg))
            at_hip = at_knee + thigh_m * np.sin(np.radians(shank_deg - knee_deg))
            hands = 0.5 * at_knee + 0.13
            weight = at_hip + 0.95 * shoulder_m if self.on_back else hands
            arm_end = at_hip + shoulder_m if self.on_back else hands
            moment = (
                0.578 * (at_hip + 0.66 * shoulder_m)
                + 0.10 * 0.5 * (at_hip + shoulder_m + arm_end)
                + 0.20 * (at_hip + 0.433 * (at_knee - at_hip))
                + 0.093 * 0.567 * at_knee
                + 0.029 * 0.06
                + load * weight
            )
            return float(moment / (1.0 + load) - MIDFOOT_M - toes_m)

        return float(brentq(off, -45.0, 60.0, xtol=1e-4))


def _rack(lifter: Lifter) -> Mesh:
    """Uprights with hooks, in front of the lifter and outside the bar's knurl."""
    tall = 1.25 * float(lifter.head("shoulder")[2])
    parts = []
    for x in (-0.56, 0.56):
        parts.append(box((x, -0.95, tall / 2), (0.06, 0.06, tall), FRAME))
        parts.append(box((x, -0.75, 0.03), (0.06, 0.9, 0.06), FRAME))
        hook = float(lifter.head("shoulder")[2]) - 0.02
        parts.append(cylinder((x, -0.95, hook), (x, -0.86, hook), 0.02, STEEL, 12))
    return merged(parts)
