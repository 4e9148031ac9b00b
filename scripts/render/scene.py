"""The room, the light and the picture of one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from clothing import NEAR_LEG, OTHER, TORSO
from dorsal import Sight, Trunk, bend_deg, covered_share, outline
from equipment import Mesh, box, merged
from numpy.typing import NDArray
from raster import Camera, Floats, Image, compose, count, fill, normals
from scipy.ndimage import gaussian_filter, zoom

SUPERSAMPLING: Final = 2
FAR: Final = 1e9
COARSE: Final = 4
"""Shadows are soft: they are drawn on every fourth pixel."""
STATIC: Final = 3
"""Label of everything that is not the lifter."""


@dataclass(frozen=True, slots=True)
class RoomLook:
    """Colours and furniture of a room.

    Attributes:
        wall, floor: Colours.
        tile_m: Distance of the joints in the floor.
        wall_x_m: How far behind the lifter the wall stands.
        furniture: Boxes along the wall: middle, size and colour.
    """

    wall: tuple[float, float, float]
    floor: tuple[float, float, float]
    tile_m: float
    wall_x_m: float
    furniture: tuple[Mesh, ...] = ()


@dataclass(frozen=True, slots=True)
class Light:
    """A lamp, a fill and a sky; directions point to them."""

    lamp: tuple[float, float, float]
    fill: tuple[float, float, float]
    ambient: float
    strength: float
    shadow: float


ROOMS: Final = (
    RoomLook((0.66, 0.67, 0.66), (0.33, 0.33, 0.35), 0.6, 1.7),
    RoomLook(
        (0.50, 0.53, 0.58),
        (0.16, 0.16, 0.17),
        1.0,
        2.2,
        (
            box((2.0, -1.3, 0.35), (0.3, 1.1, 0.5), (0.13, 0.13, 0.14)),
            box((2.0, -1.3, 0.85), (0.3, 1.1, 0.06), (0.4, 0.4, 0.42)),
            box((2.0, 1.4, 1.0), (0.1, 0.9, 1.4), (0.58, 0.62, 0.66)),
        ),
    ),
    RoomLook(
        (0.78, 0.74, 0.66),
        (0.46, 0.34, 0.23),
        0.14,
        1.9,
        (
            box((1.7, 1.2, 0.4), (0.4, 0.9, 0.8), (0.50, 0.36, 0.24)),
            box((1.86, -1.0, 1.55), (0.04, 0.8, 0.6), (0.25, 0.35, 0.40)),
        ),
    ),
    RoomLook(
        (0.36, 0.24, 0.22),
        (0.25, 0.25, 0.26),
        0.9,
        2.6,
        (
            box((2.3, 0.7, 0.9), (0.3, 0.06, 1.8), (0.65, 0.65, 0.63)),
            box((2.3, -0.6, 0.9), (0.3, 0.06, 1.8), (0.65, 0.65, 0.63)),
            box((2.3, 0.05, 1.75), (0.3, 1.3, 0.06), (0.65, 0.65, 0.63)),
        ),
    ),
)
LIGHTS: Final = (
    Light((-0.45, -0.35, 0.82), (-0.55, 0.75, 0.25), 0.30, 0.62, 0.42),
    Light((-0.20, 0.55, 0.81), (-0.80, -0.50, 0.20), 0.36, 0.50, 0.30),
    Light((-0.70, -0.10, 0.70), (0.10, 0.90, 0.30), 0.24, 0.74, 0.50),
    Light((0.10, -0.20, 0.97), (-0.90, 0.10, 0.30), 0.40, 0.40, 0.34),
)


class Sights(NamedTuple):
    """What a picture shows of the lifter.

    Attributes:
        leg_covered, torso_covered: Share of near leg and torso that something else covers.
        back_covered: Share of the outline of the back that is not its own (``dorsal.py``).
        back_bend_deg: How far that outline bends, covered or not; NaN where there is none.
    """

    leg_covered: float
    torso_covered: float
    back_covered: float
    back_bend_deg: float


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture and what it shows.

    Attributes:
        picture: Shape (height, width, 3), linear brightness.
        sights: What it shows of the lifter.
    """

    picture: Image
    sights: Sights


class Room:
    """A lit room with a camera in it and things that stand still.

    Args:
        camera: The camera.
        look: The room.
        light: The light.
        fixed: What stands still.
        seed: Seed of the textures.
    """

    def __init__(
        self, camera: Camera, look: RoomLook, light: Light, fixed: Mesh, seed: int
    ) -> None:
        self.camera, self.light = camera, light
        self._random = np.random.default_rng(seed)
        n = SUPERSAMPLING
        self._shape = (camera.height * n, camera.width * n)
        still = merged([fixed, *look.furniture])
        self._back = self._empty(look)
        self._back_depth = np.full(self._shape, FAR, dtype=np.float32)
        self._shade_floor(still)
        self._depth = np.empty(self._shape, dtype=np.float32)
        self._picture = np.empty((*self._shape, 3), dtype=np.float32)
        self._label = np.zeros(self._shape, dtype=np.int8)
        if len(still.faces):
            parts = np.full(len(still.vertices), STATIC, dtype=np.int8)
            self._draw(still, parts, 0, self._back_depth, self._back)
        self._small = _shrunk(self._back)

    def shot(
        self, lifter: Mesh, parts: NDArray[np.int64], others: Mesh, trunk: Trunk, spine: Floats
    ) -> Shot:
        """The room with the lifter and what else moves.

        Args:
            lifter: A closed body.
            parts: Shape (v,), the label of each of its vertices.
            others: What else moves.
            trunk: Which part of the body the back is the outline of.
            spine: Shape (2, 3), where its spine begins and ends.
        """
        depth, picture, label = self._depth, self._picture, self._label
        depth.fill(FAR)
        label.fill(OTHER)
        counts = np.zeros((2, STATIC + 1), dtype=np.int64)
        self._draw(lifter, parts.astype(np.int8), len(lifter.faces), depth, picture)
        count(label, depth, np.full_like(depth, 2 * FAR), counts[0])
        if len(others.faces):
            far = np.full(len(others.vertices), STATIC, dtype=np.int8)
            self._draw(others, far, 0, depth, picture)
        count(label, depth, self._back_depth, counts[1])
        everything = merged([lifter, others])
        shade = self._shadow(everything)
        out = np.empty((self.camera.height, self.camera.width, 3), dtype=np.float32)
        compose(
            depth, picture, self._back_depth, self._back, self._small, shade, self._floor, FAR, out
        )
        before, seen = counts
        hidden = [1.0 - seen[at] / before[at] if before[at] else 1.0 for at in (NEAR_LEG, TORSO)]
        back = self._back_shown(lifter.vertices, trunk, spine)
        return Shot(out, Sights(float(hidden[0]), float(hidden[1]), *back))

    def _back_shown(self, vertices: Floats, trunk: Trunk, spine: Floats) -> tuple[float, float]:
        """Share of the outline of the back that the buffers do not show as such, and its bend."""
        away = self.camera.axes()[2]
        deepest = float((vertices @ away).max() - np.asarray(self.camera.position_m) @ away)
        points, ends = (
            SUPERSAMPLING * self.camera.project(at)[:, :2]
            for at in (vertices[trunk.vertices], spine)
        )
        sight = Sight(self._label, self._depth, self._back_depth, FAR, deepest)
        edge, dorsal = outline(points, trunk.edges, ends)
        return covered_share(edge, dorsal, sight), bend_deg(edge, dorsal)

    def _draw(
        self, mesh: Mesh, parts: NDArray[np.int8], closed: int, depth: Image, picture: Image
    ) -> None:
        facing = np.empty_like(mesh.vertices)
        normals(mesh.vertices, mesh.faces, facing)
        lit = (mesh.colours * self._brightness(facing)).astype(np.float32)
        pixels = self.camera.project(mesh.vertices)
        pixels[:, :2] *= SUPERSAMPLING
        fill(pixels, lit, parts, mesh.faces, closed, depth, picture, self._label)

    def _brightness(self, facing: Floats) -> Floats:
        """Brightness of surfaces by where they face, shape (n, 1)."""
        light = self.light
        lamp, soft = (np.asarray(at) / np.linalg.norm(at) for at in (light.lamp, light.fill))
        bright = (
            light.ambient
            + 0.16 * (0.5 + 0.5 * facing[:, 2])
            + light.strength * np.clip(facing @ lamp, 0.0, None)
            + 0.16 * np.clip(facing @ soft, 0.0, None)
        )
        return np.asarray(bright[:, None])

    def _shadow(self, mesh: Mesh) -> Image:
        """How much of the lamp is hidden from the floor, on every fourth pixel."""
        lamp = np.asarray(self.light.lamp)
        points = mesh.vertices
        on_floor = points - np.maximum(points[:, 2:], 0.0) * lamp / lamp[2]
        size = (self.camera.height // COARSE, self.camera.width // COARSE)
        depth = np.full(size, FAR, dtype=np.float32)
        pixels = self.camera.project(on_floor)
        pixels[:, :2] /= COARSE
        blank = np.zeros((*size, 3), dtype=np.float32)
        none = np.zeros(len(points), dtype=np.int8)
        colours = np.zeros((len(points), 3), dtype=np.float32)
        fill(pixels, colours, none, mesh.faces, 0, depth, blank, np.zeros(size, dtype=np.int8))
        hidden = (depth < FAR / 2).astype(np.float32)
        wide = self.camera.height / 960 * 18.0 / COARSE
        soft = 0.6 * gaussian_filter(hidden, 0.7) + 0.4 * gaussian_filter(hidden, wide)
        return np.asarray(self.light.shadow * soft, dtype=np.float32)

    def _shade_floor(self, still: Mesh) -> None:
        """The shadow of what stands still is painted on the floor once."""
        if len(still.faces):
            shade = zoom(self._shadow(still), COARSE * SUPERSAMPLING, order=1)
            floor = np.repeat(np.repeat(self._floor, SUPERSAMPLING, 0), SUPERSAMPLING, 1)
            self._back *= 1.0 - (shade[: floor.shape[0], : floor.shape[1]] * floor)[..., None]

    def _empty(self, look: RoomLook) -> Image:
        camera, n = self.camera, SUPERSAMPLING
        rays = camera.rays(n)
        place = np.asarray(camera.position_m)
        with np.errstate(divide="ignore"):
            to_wall = (look.wall_x_m - place[0]) / rays[..., 0]
            to_wall = np.where(to_wall > 0, to_wall, FAR)
            to_floor = np.where(rays[..., 2] < 0, -place[2] / rays[..., 2], FAR)
        is_floor = to_floor < to_wall
        hit = place + np.minimum(np.minimum(to_wall, to_floor), 60.0)[..., None] * rays
        shape = is_floor.shape
        wall = np.array(look.wall) * (0.86 + 0.10 * np.clip(hit[..., 2:], 0.0, 3.0) / 2.0)
        wall *= 1.0 + 0.030 * self._texture(shape, (2.0, 8.0, 60.0))[..., None]
        wall *= np.where(hit[..., 2:] < 0.09, 0.52, 1.0)
        joint = np.abs((hit[..., :2] / look.tile_m) % 1.0 - 0.5).max(axis=-1) > 0.492
        floor = np.array(look.floor) * np.where(joint, 0.8, 1.0)[..., None]
        floor = floor * (1.0 + 0.07 * self._texture(shape, (1.4, 4.0, 24.0))[..., None])
        floor *= 0.75 + 0.25 * np.clip((look.wall_x_m - hit[..., :1]) / 0.5, 0.0, 1.0)
        picture = np.where(is_floor[..., None], floor, wall)
        rows = is_floor.astype(np.float32).reshape(camera.height, n, camera.width, n)
        self._floor = rows.mean(axis=(1, 3))
        return np.asarray(picture, dtype=np.float32)

    def _texture(self, shape: tuple[int, ...], sizes_px: tuple[float, ...]) -> Floats:
        """Noise of several sizes, variance about 1."""
        total = np.zeros(shape)
        for size in sizes_px:
            layer = gaussian_filter(self._random.standard_normal(shape), size)
            total += layer / layer.std()
        return np.asarray(total / np.sqrt(len(sizes_px)))


def _shrunk(picture: Image) -> Image:
    n = SUPERSAMPLING
    rows = picture.reshape(picture.shape[0] // n, n, picture.shape[1] // n, n, 3)
    return np.asarray(rows.mean(axis=(1, 3)), dtype=np.float32)
