"""Camera, z-buffer rasteriser and the bar in the hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Image = NDArray[np.float32]

SUPERSAMPLING: Final = 2


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera with a level horizon.

    Attributes:
        position_m: Where it stands.
        target_m: What it points at.
        focal_px: Focal length in pixels of the finished picture.
        width: Pixels.
        height: Pixels.
    """

    position_m: tuple[float, float, float]
    target_m: tuple[float, float, float]
    focal_px: float
    width: int
    height: int

    def axes(self) -> Floats:
        """Unit vectors right, down and away, shape (3, 3)."""
        away = np.subtract(self.target_m, self.position_m)
        away = away / np.linalg.norm(away)
        right = np.cross(away, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(away, right), away])

    def project(self, points: Floats) -> Floats:
        """Pixel x, pixel y and depth of points, shape (n, 3)."""
        local = (points - np.asarray(self.position_m)) @ self.axes().T
        middle = np.array([self.width / 2, self.height / 2])
        pixels = middle + self.focal_px * local[:, :2] / local[:, 2:]
        return np.column_stack([pixels, local[:, 2]])

    def rays(self, times: int = 1) -> Floats:
        """Directions of sight, ``times`` squared a pixel: (height * times, width * times, 3)."""
        across = (np.arange(self.width * times) + 0.5) / times - self.width / 2
        down = (np.arange(self.height * times) + 0.5) / times - self.height / 2
        x, y = np.meshgrid(across / self.focal_px, down / self.focal_px)
        return np.asarray(np.stack([x, y, np.ones_like(x)], axis=-1) @ self.axes())


def _fill(points: Any, colours: Any, faces: Any, depth: Any, picture: Any) -> None:
    """Draw triangles with colours blended between their corners; nearer hides farther."""
    height, width = depth.shape
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        ax, ay, az = points[a, 0], points[a, 1], points[a, 2]
        bx, by, bz = points[b, 0], points[b, 1], points[b, 2]
        cx, cy, cz = points[c, 0], points[c, 1], points[c, 2]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < 1e-9:
            continue
        left = max(0, int(np.ceil(min(ax, bx, cx) - 0.5)))
        right = min(width - 1, int(np.floor(max(ax, bx, cx) - 0.5)))
        top = max(0, int(np.ceil(min(ay, by, cy) - 0.5)))
        bottom = min(height - 1, int(np.floor(max(ay, by, cy) - 0.5)))
        for row in range(top, bottom + 1):
            y = row + 0.5
            for column in range(left, right + 1):
                x = column + 0.5
                u = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area
                v = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area
                w = 1.0 - u - v
                if u < 0.0 or v < 0.0 or w < 0.0:
                    continue
                z = u * az + v * bz + w * cz
                if z < depth[row, column]:
                    depth[row, column] = z
                    for k in range(picture.shape[2]):
                        picture[row, column, k] = (
                            u * colours[a, k] + v * colours[b, k] + w * colours[c, k]
                        )


_fill_fast: Any = numba.njit(cache=True)(_fill)


def draw(
    pixels: Floats, colours: Floats, faces: Ints, width: int, height: int
) -> tuple[Image, Image]:
    """Draw a mesh, supersampled.

    Args:
        pixels: Shape (v, 3), pixel x, pixel y and depth.
        colours: Shape (v, k).
        faces: Shape (f, 3).
        width: Pixels of the finished picture.
        height: Pixels of the finished picture.

    Returns:
        Picture of shape (height, width, k), already multiplied by the coverage, and coverage
        of shape (height, width).
    """
    n = SUPERSAMPLING
    depth = np.full((height * n, width * n), np.inf, dtype=np.float32)
    picture = np.zeros((height * n, width * n, colours.shape[1]), dtype=np.float32)
    scaled = pixels * np.array([n, n, 1.0])
    _fill_fast(scaled, np.asarray(colours, dtype=np.float32), faces, depth, picture)
    seen = np.isfinite(depth).astype(np.float32)
    return shrink(picture, n), shrink(seen[..., None], n)[..., 0]


def shrink(picture: Image, times: int) -> Image:
    """Average blocks of ``times`` by ``times`` pixels; shape (height, width, k)."""
    total = np.zeros_like(picture[::times, ::times])
    for row in range(times):
        for column in range(times):
            total += picture[row::times, column::times]
    return total / np.float32(times**2)


def cylinder(start: Floats, end: Floats, radius_m: float, sides: int = 32) -> tuple[Floats, Ints]:
    """A closed cylinder with hard edges: vertices (v, 3) and triangles (f, 3)."""
    along = (end - start) / np.linalg.norm(end - start)
    first = np.cross(along, [0.0, 0.3, 1.0])
    first /= np.linalg.norm(first)
    second = np.cross(along, first)
    angle = np.linspace(0.0, 2 * np.pi, sides, endpoint=False)
    ring = radius_m * (np.cos(angle)[:, None] * first + np.sin(angle)[:, None] * second)
    points = np.concatenate([start + ring, end + ring] * 2 + [start[None], end[None]])
    one = np.arange(sides)
    other = (one + 1) % sides
    wall = np.concatenate(
        [np.stack([one, other, one + sides], 1), np.stack([other, other + sides, one + sides], 1)]
    )
    low = np.stack([other + 2 * sides, one + 2 * sides, np.full(sides, 4 * sides)], 1)
    high = np.stack([one + 3 * sides, other + 3 * sides, np.full(sides, 4 * sides + 1)], 1)
    return points, np.concatenate([wall, low, high])


_BARBELL: Final = (
    (-0.60, 0.60, 0.014, 0.60),
    (-0.60, -0.50, 0.030, 0.30),
    (0.50, 0.60, 0.030, 0.30),
    (-0.56, -0.51, 0.110, 0.09),
    (0.51, 0.56, 0.110, 0.09),
)
"""Parts of a short fixed barbell: from, to and radius in metres, brightness."""


def barbell(middle: Floats, direction: Floats) -> tuple[Floats, Floats, Ints]:
    """A fixed barbell of 25 kg: vertices, colours and triangles."""
    vertices, colours, faces, count = [], [], [], 0
    for begin, end, radius, grey in _BARBELL:
        points, triangles = cylinder(middle + begin * direction, middle + end * direction, radius)
        vertices.append(points)
        colours.append(np.full((len(points), 3), grey))
        faces.append(triangles + count)
        count += len(points)
    return np.concatenate(vertices), np.concatenate(colours), np.concatenate(faces)
