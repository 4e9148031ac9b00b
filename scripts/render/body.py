"""The lifter: a body mesh with bones, dressed by colouring its vertices.

The body comes from ``anny`` (code Apache-2.0, body data CC0); only its own topology is used.
Metres; x to the lifter's left, y to the back, z up; the soles stand on z = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HEIGHT_M: Final = 1.78
_SHAPE: Final = {
    "gender": 0.0,
    "age": 0.6667,
    "muscle": 0.62,
    "weight": 0.48,
    "height": 0.5,
    "proportions": 0.6,
}
SKIN: Final = (0.80, 0.60, 0.48)
HAIR: Final = (0.16, 0.11, 0.08)
SHIRT: Final = (0.13, 0.33, 0.55)
SHORTS: Final = (0.12, 0.12, 0.14)
SOCKS: Final = (0.85, 0.85, 0.83)
SHOES: Final = (0.62, 0.16, 0.14)
SOLES: Final = (0.16, 0.15, 0.15)
EYES: Final = (0.25, 0.20, 0.18)


@dataclass(frozen=True, slots=True)
class Body:
    """A body at rest.

    Attributes:
        vertices: Shape (v, 3).
        faces: Shape (f, 3), triangles.
        colours: Shape (v, 3), linear 0 to 1.
        weights: Shape (v, b), how much each bone carries of each vertex.
        heads: Shape (b, 3), where each bone begins.
        parents: For each bone the index of the bone that it hangs on, -1 for the root.
        bones: Index of each bone by its name.
    """

    vertices: Floats
    faces: Ints
    colours: Floats
    weights: csr_array
    heads: Floats
    parents: tuple[int, ...]
    bones: dict[str, int]

    def head(self, bone: str) -> Floats:
        """Where a bone begins at rest, shape (3,)."""
        return np.asarray(self.heads[self.bones[bone]])


def load_body() -> Body:
    """Export the lifter from anny, to scale, dressed."""
    import anny

    model = anny.Anny()
    out = model(phenotype_kwargs=_SHAPE)
    vertices = out["rest_vertices"][0].detach().numpy().astype(np.float64)
    heads = out["rest_bone_heads"][0].detach().numpy().astype(np.float64)
    faces = np.asarray(model.faces.detach().numpy(), dtype=np.int64)
    low, high = vertices[:, 2].min(), vertices[:, 2].max()
    scale = HEIGHT_M / (high - low)
    ground = np.array([0.0, 0.0, low])
    vertices, heads = (vertices - ground) * scale, (heads - ground) * scale
    index = model.vertex_bone_indices.detach().numpy().astype(np.int64)
    share = model.vertex_bone_weights.detach().numpy().astype(np.float64)
    rows = np.repeat(np.arange(len(vertices)), index.shape[1])
    weights = csr_array(
        coo_array((share.ravel(), (rows, index.ravel())), shape=(len(vertices), len(heads)))
    )
    bones = {name: at for at, name in enumerate(model.bone_labels)}
    body = Body(vertices, faces, np.empty(0), weights, heads, tuple(model.bone_parents), bones)
    return _dressed(body)


def vertex_normals(vertices: Floats, faces: Ints) -> Floats:
    """Unit normals of the vertices, shape (v, 3), weighted by the areas around them."""
    corner = vertices[faces]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    total = np.empty_like(vertices)
    for axis in range(3):
        total[:, axis] = np.bincount(
            faces.ravel(), np.repeat(normal[:, axis], 3), minlength=len(vertices)
        )
    size = np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)
    return np.asarray(total / size)


def _dressed(body: Body) -> Body:
    """Colour hair, clothes and shoes, and let them stand off the skin a little."""
    x, y, z = body.vertices.T
    colours = np.tile(np.array(SKIN), (len(z), 1))
    off_m = np.zeros(len(z))

    def carried(*names: str) -> Floats:
        columns = [at for name, at in body.bones.items() if name.startswith(names)]
        return np.asarray(body.weights[:, columns].sum(axis=1), dtype=np.float64).ravel()

    def paint(where: NDArray[np.bool_], colour: tuple[float, float, float], off: float) -> None:
        colours[where] = colour
        off_m[where] = off

    head, neck = body.head("head"), body.head("neck01")
    eye = body.head("eye.R")
    skull = (carried("head", "neck03") > 0.5) & (z > head[2])
    hairline = eye[2] + 0.09 - 1.1 * (y - eye[1])
    paint(skull & (z > hairline) & (z > eye[2] - 0.06), HAIR, 0.008)
    paint(carried("eye") > 0.5, EYES, 0.0)
    arm = carried("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
    sides = np.stack([np.abs(x), y, z], axis=1) - body.head("upperarm01.L")
    along = body.head("lowerarm01.L") - body.head("upperarm01.L")
    sleeve = (sides @ along / (along @ along) < 0.62) | (arm < 0.5)
    torso = carried("spine", "clavicle", "shoulder", "upperarm", "root", "pelvis") > 0.5
    waist = body.head("spine04")[2] - 0.02
    collar = neck[2] - 0.01 - 0.25 * np.maximum(0.0, neck[1] - 0.03 - y)
    below = arm < 0.2
    knee, ankle = body.head("lowerleg01.L"), body.head("foot.L")
    paint(torso & sleeve & (z > waist) & (z < collar), SHIRT, 0.009)
    paint(below & (z <= waist) & (z > knee[2] + 0.13), SHORTS, 0.012)
    paint(below & (z < ankle[2] + 0.07), SOCKS, 0.003)
    paint(below & (z < ankle[2] + 0.005), SHOES, 0.008)
    paint(below & (z < 0.012), SOLES, 0.010)
    normals = vertex_normals(body.vertices, body.faces)
    vertices = body.vertices + off_m[:, None] * normals
    vertices[:, 2] -= vertices[:, 2].min()
    return Body(vertices, body.faces, colours, body.weights, body.heads, body.parents, body.bones)
