"""The suite of backs: how often a rounded back is told from a flat one, body by body."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from bodies import BODIES, OTHER_BODIES
from conditions import base
from plans import Plan
from suites import filming, outfit

EXERCISE: Final = "romanian_deadlift"
_PHASES_S: Final = (2.3, 0.5, 1.1, 0.6)
_WAYS: Final = (
    ("flat", None, None),
    ("rounded", (21.5, 26.0), (0.0, 12.0)),
    ("flat", None, None),
    ("rounded_more", (27.0, 36.0), (6.0, 22.0)),
)
"""Name, lumbar flexion past flat and thoracic flexion, degrees."""


def backs(draw: int = 0) -> list[Plan]:
    """Each body in a tight and in a loose shirt, twice flat and twice rounded, side-on.

    Nothing stands before the back: dumbbells, or a bar with small plates.

    Args:
        draw: 0 shows the bodies of the other suites; any other number bodies that lift nowhere
            else, for figures on lifters nobody has looked at.
    """
    bodies, plans = OTHER_BODIES if draw else BODIES, []
    for index, (body, loose, way) in enumerate(
        (body, loose, way) for body in bodies for loose in (False, True) for way in _WAYS
    ):
        name, lumbar, thoracic = way
        seed = 50_000 + 10_000 * draw + index
        random = np.random.default_rng(seed)
        equipment = "dumbbells" if index % 3 else "barbell_30"
        lift = replace(base(EXERCISE, random), phases_s=_PHASES_S)
        if lumbar is not None and thoracic is not None:
            lift = replace(
                lift,
                lumbar_deg=float(random.uniform(*lumbar)),
                thoracic_deg=float(random.uniform(*thoracic)),
            )
        film = replace(
            filming(EXERCISE, equipment, random),
            yaw_deg=float(random.uniform(-8.0, 8.0)),
            facing="left" if index % 2 else "right",
        )
        clothes = replace(outfit(index, random), loose=loose)
        full = f"back_{index:02d}_{'loose' if loose else 'tight'}_{name}"
        plans.append(Plan(full, seed, body, lift, equipment, clothes, film, notes=name))
    return plans
