"""How far a body's lumbar spine flexes until its back is flat.

A body at rest stands with a hollow back. Lifters who hinge with what a coach calls a flat or
neutral back do not keep that hollow: they flex until the outline is about straight (backs labelled
neutral on the real clips lose 17 to 49 degrees of outline against standing, docs/spine.md). So
neither clean nor rounded can be planted against the body at rest; both are planted against its
flat back.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from bodies import BareBody, Floats
from numpy.typing import NDArray
from scipy.optimize import brentq
from skeleton import Lifter, Posture

Chosen = NDArray[np.bool_]

LOWEST, HIGHEST = "spine05", "spine02"
"""Bones at whose heads the lumbar spine begins and ends."""
PAST_ENDS: Final = (-0.05, 1.15)
STATIONS: Final = 13
SLICE: Final = 0.06
"""Half the height of the slice of skin whose rearmost point is the outline, lumbar lengths."""
MOST_DEG: Final = 70.0


def flat_lumbar_deg(lifter: Lifter) -> float:
    """Lumbar flexion at which the side outline of the bare lower back is straight.

    Args:
        lifter: The lifter; clothes do not count.

    Returns:
        Degrees of flexion against the body at rest.
    """
    skin = lifter.bare.carried("spine", "root", "pelvis", "breast") > 0.5

    def hollow(lumbar_deg: float) -> float:
        return _outline_turn_deg(lifter, skin, lumbar_deg)

    return float(brentq(hollow, 0.0, MOST_DEG, xtol=0.05))


def _outline_turn_deg(lifter: Lifter, skin: Chosen, lumbar_deg: float) -> float:
    """Turn of the outline along the lumbar spine, degrees, positive = hollow."""
    bare = lifter.bare
    bones = lifter.bones(Posture(0.0, (0.0, 0.0), (0.0, 0.0), lumbar_deg=lumbar_deg))
    low, high = (bones.places[bare.bones[name]][1:] for name in (LOWEST, HIGHEST))
    length = float(np.linalg.norm(high - low))
    along = (high - low) / length
    backwards = np.array([along[1], -along[0]])
    shifts = bones.places - np.einsum("bij,bj->bi", bones.turns, bare.heads)
    away = (_skinned(bare, skin, bones.turns, shifts)[:, 1:] - low) / length
    place, depth = away @ along, away @ backwards
    stations = np.linspace(*PAST_ENDS, STATIONS)
    outline = [depth[np.abs(place - at) < SLICE].max() for at in stations]
    bow = np.polyfit(stations, outline, 2)[0]
    return float(np.degrees(2.0 * bow * (PAST_ENDS[1] - PAST_ENDS[0])))


def _skinned(bare: BareBody, chosen: Chosen, turns: Floats, shifts: Floats) -> Floats:
    """Chosen vertices carried by their bones, shape (v, 3)."""
    points = np.zeros((int(chosen.sum()), 3))
    rest, carriers, shares = bare.vertices[chosen], bare.carriers[chosen], bare.shares[chosen]
    for column in range(carriers.shape[1]):
        at = carriers[:, column]
        moved = np.einsum("vij,vj->vi", turns[at], rest) + shifts[at]
        points += shares[:, column, None] * moved
    return points
