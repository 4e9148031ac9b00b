"""Dresses a body: colours of skin, hair and clothes, and how far cloth stands off the skin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from bodies import EVERY_BODY, BareBody, Floats, Ints
from numpy.typing import NDArray
from scipy.sparse import coo_array

Colour = tuple[float, float, float]

SKINS: Final[tuple[Colour, ...]] = (
    (0.80, 0.60, 0.48),
    (0.88, 0.70, 0.60),
    (0.62, 0.43, 0.31),
    (0.42, 0.28, 0.20),
    (0.72, 0.53, 0.38),
)
HAIRS: Final[tuple[Colour, ...]] = (
    (0.16, 0.11, 0.08),
    (0.42, 0.29, 0.16),
    (0.08, 0.07, 0.07),
    (0.55, 0.45, 0.28),
)
SHIRTS: Final[tuple[Colour, ...]] = (
    (0.13, 0.33, 0.55),
    (0.62, 0.16, 0.18),
    (0.85, 0.84, 0.80),
    (0.15, 0.42, 0.26),
    (0.10, 0.10, 0.12),
    (0.90, 0.62, 0.15),
    (0.48, 0.30, 0.58),
)
SHORTS: Final[tuple[Colour, ...]] = (
    (0.12, 0.12, 0.14),
    (0.16, 0.20, 0.36),
    (0.42, 0.43, 0.45),
    (0.30, 0.14, 0.16),
)
SOCKS: Final[Colour] = (0.85, 0.85, 0.83)
SHOES: Final[tuple[Colour, ...]] = ((0.62, 0.16, 0.14), (0.86, 0.86, 0.84), (0.16, 0.17, 0.2))
SOLES: Final[Colour] = (0.16, 0.15, 0.15)
EYES: Final[Colour] = (0.25, 0.20, 0.18)

OTHER, NEAR_LEG, TORSO = 0, 1, 2
"""Parts whose share in sight is told: the leg of the lifter's right side, the torso, the rest."""
_TIGHT_M: Final = 0.006
_LOOSE_M: Final = 0.022
_LOOSE_SMOOTHING: Final = 60


@dataclass(frozen=True, slots=True)
class Outfit:
    """What a lifter wears; numbers are places in the tables of colours.

    Attributes:
        loose: A wide shirt and wide shorts; otherwise they follow the skin.
        skin, hair, shirt, shorts, shoes: Colours.
        leggings: Trousers to the ankle in the colour of the shorts.
    """

    loose: bool = False
    skin: int = 0
    hair: int = 0
    shirt: int = 0
    shorts: int = 0
    shoes: int = 0
    leggings: bool = False

    def describe(self) -> dict[str, object]:
        """For truth files."""
        return {
            "shirt": "loose" if self.loose else "tight",
            "legs": "leggings" if self.leggings else "shorts",
            "skin": self.skin,
            "shirt_colour": self.shirt,
        }


@dataclass(frozen=True, slots=True)
class Body:
    """A dressed body at rest.

    Attributes:
        bare: The body under the clothes.
        vertices: Shape (v, 3), clothes included.
        colours: Shape (v, 3), linear 0 to 1.
        parts: Shape (v,), ``NEAR_LEG``, ``TORSO`` or ``OTHER``.
    """

    bare: BareBody
    vertices: Floats
    colours: Floats
    parts: Ints


def dress(name: str, bare: BareBody, outfit: Outfit) -> Body:
    """Put clothes on a body.

    Args:
        name: The body's name, which tells its sex.
        bare: The body.
        outfit: The clothes.
    """
    x, y, z = bare.vertices.T
    size = z.max() / 1.78
    colours = np.tile(np.array(SKINS[outfit.skin]), (len(z), 1))
    off_m = np.zeros(len(z))

    def paint(where: NDArray[np.bool_], colour: Colour, off: float) -> None:
        colours[where] = colour
        off_m[where] = off

    head, neck, eye = bare.head("head"), bare.head("neck01"), bare.head("eye.R")
    skull = (bare.carried("head", "neck03") > 0.5) & (z > head[2])
    hairline = eye[2] + 0.09 * size - 1.1 * (y - eye[1])
    long = EVERY_BODY[name].sex == "woman"
    low = eye[2] - (0.11 if long else 0.06) * size
    thick = 0.022 if long else 0.008
    paint(skull & (z > hairline) & (z > low), HAIRS[outfit.hair], thick)
    paint(bare.carried("eye") > 0.5, EYES, 0.0)
    arm = bare.carried("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
    sides = np.stack([np.abs(x), y, z], axis=1) - bare.head("upperarm01.L")
    along = bare.head("lowerarm01.L") - bare.head("upperarm01.L")
    sleeve = (sides @ along / (along @ along) < (0.75 if outfit.loose else 0.55)) | (arm < 0.5)
    torso = bare.carried("spine", "clavicle", "shoulder", "upperarm", "root", "pelvis") > 0.5
    waist = bare.head("spine04")[2] - (0.09 if outfit.loose else 0.02) * size
    collar = neck[2] - 0.01 - 0.25 * np.maximum(0.0, neck[1] - 0.03 - y)
    below = arm < 0.2
    knee, ankle = bare.head("lowerleg01.L"), bare.head("foot.L")
    cloth_m = _LOOSE_M if outfit.loose else _TIGHT_M
    hem = ankle[2] + 0.05 if outfit.leggings else knee[2] + (0.09 if outfit.loose else 0.15) * size
    legs = below & (z <= waist) & (z > hem)
    paint(legs, SHORTS[outfit.shorts], 0.004 if outfit.leggings else cloth_m)
    shirt = (torso | below) & sleeve & (z > waist) & (z < collar)
    paint(shirt, SHIRTS[outfit.shirt], cloth_m + 0.002)
    paint(below & (z < ankle[2] + 0.07 * size), SOCKS, 0.003)
    paint(below & (z < ankle[2] + 0.005), SHOES[outfit.shoes], 0.008)
    paint(below & (z < 0.012), SOLES, 0.010)
    normals = vertex_normals(bare.vertices, bare.faces)
    vertices = bare.vertices + off_m[:, None] * normals
    if outfit.loose:
        wide = shirt | (legs & ~np.bool_(outfit.leggings))
        vertices = _draped(bare, vertices, normals, wide)
    parts = np.full(len(z), OTHER, dtype=np.int64)
    parts[torso & (arm < 0.3)] = TORSO
    parts[bare.carried(*_RIGHT_LEG) > 0.5] = NEAR_LEG
    return Body(bare, vertices, colours, parts)


_RIGHT_LEG: Final = tuple(
    f"{bone}.R" for bone in ("upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot")
)


def _draped(bare: BareBody, vertices: Floats, normals: Floats, cloth: NDArray[np.bool_]) -> Floats:
    """Let cloth span hollows: smooth it, and keep it off the skin."""
    faces = bare.faces
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    rows, columns = np.concatenate([edges, edges[:, ::-1]]).T
    ones = np.ones(len(rows))
    mesh = coo_array((ones, (rows, columns)), shape=(len(vertices),) * 2).tocsr()
    mesh.data[:] = 1.0
    degree = np.asarray(mesh.sum(axis=1)).ravel()
    smooth = vertices.copy()
    for _ in range(_LOOSE_SMOOTHING):
        smooth[cloth] = (mesh @ smooth / degree[:, None])[cloth]
    off_m = ((smooth - bare.vertices) * normals).sum(axis=1)
    outwards = np.maximum(off_m, 0.010) - off_m
    return np.asarray(np.where(cloth[:, None], smooth + outwards[:, None] * normals, vertices))


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
