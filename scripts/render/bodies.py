"""The lifters: bodies exported once from anny, kept as arrays in a cache folder.

Bodies come from ``anny`` (code Apache-2.0, body data CC0); only its own topology is used. After
the export neither torch nor anny is needed. Metres; x to the lifter's left, y to the back, z up;
the soles stand on z = 0.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EXPORT_VERSION: Final = 1
KEYPOINTS: Final = tuple(
    f"{side}_{name}"
    for side in ("left", "right")
    for name in ("ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "big_toe")
)
"""Joints as pose models annotate them: anny's own regressors of the COCO points."""


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """Build of one lifter.

    Attributes:
        name: Name in plans and truth files.
        sex: ``man`` or ``woman``.
        height_m: Standing height.
        muscle: 0 to 1, anny's scale.
        weight: 0 to 1, anny's scale.
        proportions: 0 to 1, anny's scale.
        age: anny's scale, 0.67 = a grown-up of about 25 years.
        split: ``tune`` or ``held_out``: whether a method may be chosen on clips of this body.
    """

    name: str
    sex: str
    height_m: float
    muscle: float
    weight: float
    proportions: float
    age: float
    split: str


BODIES: Final = {
    plan.name: plan
    for plan in (
        BodyPlan("man_average", "man", 1.78, 0.62, 0.48, 0.60, 0.667, "tune"),
        BodyPlan("woman_average", "woman", 1.66, 0.55, 0.45, 0.60, 0.667, "held_out"),
        BodyPlan("woman_tall", "woman", 1.76, 0.60, 0.40, 0.75, 0.667, "tune"),
        BodyPlan("man_tall", "man", 1.92, 0.55, 0.42, 0.55, 0.667, "held_out"),
        BodyPlan("man_heavy", "man", 1.80, 0.70, 0.72, 0.45, 0.72, "tune"),
        BodyPlan("woman_heavy", "woman", 1.63, 0.60, 0.68, 0.45, 0.70, "held_out"),
        BodyPlan("woman_short", "woman", 1.56, 0.70, 0.46, 0.50, 0.667, "tune"),
        BodyPlan("man_short_strong", "man", 1.68, 0.88, 0.55, 0.55, 0.667, "held_out"),
    )
}
OTHER_BODIES: Final = {
    plan.name: plan
    for plan in (
        BodyPlan("woman_slim", "woman", 1.70, 0.45, 0.30, 0.55, 0.667, "held_out"),
        BodyPlan("man_slim", "man", 1.84, 0.50, 0.32, 0.60, 0.667, "held_out"),
        BodyPlan("woman_strong", "woman", 1.68, 0.85, 0.50, 0.60, 0.667, "held_out"),
        BodyPlan("man_stocky", "man", 1.72, 0.75, 0.65, 0.50, 0.70, "held_out"),
        BodyPlan("woman_older", "woman", 1.62, 0.50, 0.58, 0.50, 0.85, "held_out"),
        BodyPlan("man_older", "man", 1.75, 0.55, 0.60, 0.50, 0.86, "held_out"),
    )
}
"""Bodies that lift in no clip on which anything was chosen."""
EVERY_BODY: Final = BODIES | OTHER_BODIES


@dataclass(frozen=True, slots=True)
class BareBody:
    """An exported body at rest.

    Attributes:
        vertices: Shape (v, 3).
        faces: Shape (f, 3), triangles.
        carriers: Shape (v, k), bones that carry each vertex.
        shares: Shape (v, k), how much each does.
        heads: Shape (b, 3), where each bone begins.
        parents: For each bone the bone that it hangs on, -1 for the root.
        bones: Index of each bone by its name.
        regressor: Shape (len(KEYPOINTS), v), the weight of each vertex in each keypoint.
    """

    vertices: Floats
    faces: Ints
    carriers: Ints
    shares: Floats
    heads: Floats
    parents: tuple[int, ...]
    bones: dict[str, int]
    regressor: Floats

    def head(self, bone: str) -> Floats:
        """Where a bone begins at rest, shape (3,)."""
        return np.asarray(self.heads[self.bones[bone]])

    def carried(self, *prefixes: str) -> Floats:
        """How much of each vertex the bones of these names carry together, shape (v,)."""
        wanted = [at for name, at in self.bones.items() if name.startswith(prefixes)]
        return np.asarray((self.shares * np.isin(self.carriers, wanted)).sum(axis=1))


def load_body(name: str, cache: Path) -> BareBody:
    """A body from the cache; exported from anny first when it is not there.

    Raises:
        KeyError: No body has this name.
    """
    plan = EVERY_BODY[name]
    path = cache / f"{name}-v{EXPORT_VERSION}.npz"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        partial = cache / f".{name}-{os.getpid()}.npz"
        np.savez_compressed(partial, **_exported(plan))
        partial.replace(path)
    with np.load(path) as kept:
        names = [str(bone) for bone in kept["bones"]]
        return BareBody(
            vertices=kept["vertices"],
            faces=kept["faces"],
            carriers=kept["carriers"],
            shares=kept["shares"],
            heads=kept["heads"],
            parents=tuple(int(at) for at in kept["parents"]),
            bones={bone: at for at, bone in enumerate(names)},
            regressor=_dense(kept["points"], kept["regressor"], len(kept["vertices"])),
        )


def _exported(plan: BodyPlan) -> dict[str, Any]:
    import anny

    model = anny.Anny()
    shape = {
        "gender": 0.0 if plan.sex == "man" else 1.0,
        "age": plan.age,
        "muscle": plan.muscle,
        "weight": plan.weight,
        "height": 0.5,
        "proportions": plan.proportions,
    }
    out = model(phenotype_kwargs=shape)
    vertices = out["rest_vertices"][0].detach().numpy().astype(np.float64)
    heads = out["rest_bone_heads"][0].detach().numpy().astype(np.float64)
    low, high = vertices[:, 2].min(), vertices[:, 2].max()
    scale = plan.height_m / (high - low)
    ground = np.array([0.0, 0.0, low])
    weights = np.asarray(
        anny.KeypointsRegressor.coco(model, labels=list(KEYPOINTS)).regression_weights.numpy(),
        dtype=np.float64,
    )
    weights[weights < 1e-5] = 0.0
    weights /= weights.sum(axis=1, keepdims=True)
    points = np.flatnonzero(weights.any(axis=0))
    return {
        "vertices": (vertices - ground) * scale,
        "faces": np.asarray(model.faces.detach().numpy(), dtype=np.int64),
        "carriers": model.vertex_bone_indices.detach().numpy().astype(np.int64),
        "shares": model.vertex_bone_weights.detach().numpy().astype(np.float64),
        "heads": (heads - ground) * scale,
        "parents": np.array(model.bone_parents, dtype=np.int64),
        "bones": np.array(list(model.bone_labels)),
        "points": points,
        "regressor": weights[:, points],
    }


def _dense(points: Ints, weights: Floats, count: int) -> Floats:
    full = np.zeros((len(weights), count))
    full[:, points] = weights
    return full
