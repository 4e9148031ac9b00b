"""The room, the light and the picture of one moment."""

from __future__ import annotations

from typing import Final

import numpy as np
from body import Body, vertex_normals
from numpy.typing import NDArray
from posing import Posed
from raster import SUPERSAMPLING, Camera, Floats, Image, barbell, draw, shrink
from scipy.ndimage import gaussian_filter

WALL: Final = (0.66, 0.67, 0.66)
FLOOR: Final = (0.33, 0.33, 0.35)
WALL_X_M: Final = 1.7
SKIRTING_M: Final = 0.09
TILE_M: Final = 0.6
LAMP: Final = (-0.45, -0.35, 0.82)
"""Direction to the main light: above, from the camera's side and a little from the front."""
FILL: Final = (-0.55, 0.75, 0.25)
SHADOW: Final = 0.42
NOISE_LEVELS: Final = 1.2


class Room:
    """A lit room with a camera in it.

    Args:
        camera: The camera.
        seed: Seed of the textures and of the film noise.
    """

    def __init__(self, camera: Camera, seed: int) -> None:
        self.camera = camera
        self._random = np.random.default_rng(seed)
        self._empty = self._background()

    def picture(self, body: Body, posed: Posed) -> NDArray[np.uint8]:
        """The room with the lifter in it, RGB, shape (height, width, 3)."""
        bar, shade, bar_faces = barbell(posed.bar, np.array([1.0, 0.0, 0.0]))
        points = np.concatenate([posed.vertices, bar])
        triangles = np.concatenate([body.faces, bar_faces + len(posed.vertices)])
        colours = np.concatenate([body.colours, shade])
        lit = colours * _light(vertex_normals(points, triangles))
        camera = self.camera
        drawn, seen = draw(camera.project(points), lit, triangles, camera.width, camera.height)
        picture = self._empty * (1.0 - SHADOW * self._shadow(points, triangles))[..., None]
        picture = picture * (1.0 - seen[..., None]) + drawn
        return self._filmed(picture)

    def _shadow(self, points: Floats, faces: NDArray[np.int64]) -> Image:
        """How much of the lamp is hidden from each pixel of the floor."""
        lamp = np.asarray(LAMP)
        height = np.maximum(points[:, 2:], 0.0)
        on_floor = points - height * lamp / lamp[2]
        camera = self.camera
        pixels = camera.project(on_floor)
        _, hidden = draw(pixels, np.zeros((len(points), 1)), faces, camera.width, camera.height)
        soft = 0.6 * gaussian_filter(hidden, 2.5) + 0.4 * gaussian_filter(hidden, 9.0)
        return np.asarray(soft * self._floor, dtype=np.float32)

    def _background(self) -> Image:
        camera, n = self.camera, SUPERSAMPLING
        rays = camera.rays(n)
        place = np.asarray(camera.position_m)
        with np.errstate(divide="ignore"):
            to_wall = (WALL_X_M - place[0]) / rays[..., 0]
            to_floor = np.where(rays[..., 2] < 0, -place[2] / rays[..., 2], np.inf)
        is_floor = to_floor < to_wall
        hit = place + np.minimum(to_wall, to_floor)[..., None] * rays
        shape = is_floor.shape
        wall = np.array(WALL) * (0.86 + 0.10 * hit[..., 2:] / 2.0)
        wall *= 1.0 + 0.030 * self._texture(shape, (2.0, 8.0, 60.0))[..., None]
        wall *= np.where(hit[..., 2:] < SKIRTING_M, 0.52, 1.0)
        joint = np.abs((hit[..., :2] / TILE_M) % 1.0 - 0.5).max(axis=-1) > 0.492
        floor = np.array(FLOOR) * np.where(joint, 0.8, 1.0)[..., None]
        floor = floor * (1.0 + 0.07 * self._texture(shape, (1.4, 4.0, 24.0))[..., None])
        floor *= 0.75 + 0.25 * np.clip((WALL_X_M - hit[..., :1]) / 0.5, 0.0, 1.0)
        picture = np.where(is_floor[..., None], floor, wall)
        self._floor = shrink(is_floor[..., None].astype(np.float32), n)[..., 0]
        return shrink(picture.astype(np.float32), n)

    def _texture(self, shape: tuple[int, ...], sizes_px: tuple[float, ...]) -> Floats:
        """Noise of several sizes, variance about 1."""
        total = np.zeros(shape)
        for size in sizes_px:
            layer = gaussian_filter(self._random.standard_normal(shape), size)
            total += layer / layer.std()
        return np.asarray(total / np.sqrt(len(sizes_px)))

    def _filmed(self, picture: Image) -> NDArray[np.uint8]:
        """To 8 bits, with a camera's noise."""
        levels = 255.0 * np.clip(picture, 0.0, 1.0) ** (1 / 1.15)
        grain = self._random.standard_normal(picture.shape[:2], dtype=np.float32)
        noisy = levels + NOISE_LEVELS * gaussian_filter(grain, 0.6)[..., None] * 2.0
        return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def _light(normals: Floats) -> Floats:
    """Brightness of surfaces by where they face, shape (n, 1)."""
    lamp, fill = (np.asarray(at) / np.linalg.norm(at) for at in (LAMP, FILL))
    sky = 0.5 + 0.5 * normals[:, 2]
    bright = (
        0.30
        + 0.16 * sky
        + 0.62 * np.clip(normals @ lamp, 0.0, None)
        + 0.16 * np.clip(normals @ fill, 0.0, None)
    )
    return np.asarray(bright[:, None])
