"""Camera and z-buffer rasteriser; the loops that take the time are compiled by numba."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Image = NDArray[np.float32]


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
        depth = np.maximum(local[:, 2:], 0.05)
        return np.column_stack([middle + self.focal_px * local[:, :2] / depth, local[:, 2]])

    def rays(self, times: int = 1) -> Floats:
        """Directions of sight, ``times`` squared a pixel: (height * times, width * times, 3)."""
        across = (np.arange(self.width * times) + 0.5) / times - self.width / 2
        down = (np.arange(self.height * times) + 0.5) / times - self.height / 2
        x, y = np.meshgrid(across / self.focal_px, down / self.focal_px)
        return np.asarray(np.stack([x, y, np.ones_like(x)], axis=-1) @ self.axes())

    @property
    def yaw_deg(self) -> float:
        """Turn from a square side view, positive when the camera stands in front of the lifter."""
        away = np.subtract(self.target_m, self.position_m)
        return float(np.degrees(np.arctan2(away[1], away[0])))

    @property
    def pitch_deg(self) -> float:
        """How far the camera looks down."""
        away = np.subtract(self.target_m, self.position_m)
        return float(np.degrees(np.arctan2(-away[2], np.hypot(away[0], away[1]))))


def _fill(
    points: Any,
    colours: Any,
    parts: Any,
    faces: Any,
    closed: Any,
    depth: Any,
    picture: Any,
    label: Any,
) -> None:
    """Draw triangles with colours blended between their corners; nearer hides farther.

    The first ``closed`` triangles are of a closed body: their backs are never seen.
    """
    height, width = depth.shape
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        ax, ay, az = points[a, 0], points[a, 1], points[a, 2]
        bx, by, bz = points[b, 0], points[b, 1], points[b, 2]
        cx, cy, cz = points[c, 0], points[c, 1], points[c, 2]
        if az < 0.1 or bz < 0.1 or cz < 0.1:
            continue
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < 1e-9 or (f < closed and area > 0.0):
            continue
        share = 1.0 / area
        left = max(0, int(np.ceil(min(ax, bx, cx) - 0.5)))
        right = min(width - 1, int(np.floor(max(ax, bx, cx) - 0.5)))
        top = max(0, int(np.ceil(min(ay, by, cy) - 0.5)))
        bottom = min(height - 1, int(np.floor(max(ay, by, cy) - 0.5)))
        for row in range(top, bottom + 1):
            y = row + 0.5
            for column in range(left, right + 1):
                x = column + 0.5
                u = ((bx - x) * (cy - y) - (by - y) * (cx - x)) * share
                v = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) * share
                w = 1.0 - u - v
                if u < 0.0 or v < 0.0 or w < 0.0:
                    continue
                z = u * az + v * bz + w * cz
                if z < depth[row, column]:
                    depth[row, column] = z
                    label[row, column] = parts[a]
                    for k in range(3):
                        picture[row, column, k] = (
                            u * colours[a, k] + v * colours[b, k] + w * colours[c, k]
                        )


def _skin(vertices: Any, carriers: Any, shares: Any, turns: Any, shifts: Any, out: Any) -> None:
    """Linear blend skinning."""
    for v in range(vertices.shape[0]):
        for row in range(3):
            out[v, row] = 0.0
        for k in range(carriers.shape[1]):
            share = shares[v, k]
            if share <= 0.0:
                continue
            b = carriers[v, k]
            for row in range(3):
                out[v, row] += share * (
                    turns[b, row, 0] * vertices[v, 0]
                    + turns[b, row, 1] * vertices[v, 1]
                    + turns[b, row, 2] * vertices[v, 2]
                    + shifts[b, row]
                )


def _normals(points: Any, faces: Any, out: Any) -> None:
    """Unit normals of vertices, weighted by the areas around them."""
    out[:] = 0.0
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        ux, uy, uz = (
            points[b, 0] - points[a, 0],
            points[b, 1] - points[a, 1],
            points[b, 2] - points[a, 2],
        )
        wx, wy, wz = (
            points[c, 0] - points[a, 0],
            points[c, 1] - points[a, 1],
            points[c, 2] - points[a, 2],
        )
        nx, ny, nz = uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx
        for corner in (a, b, c):
            out[corner, 0] += nx
            out[corner, 1] += ny
            out[corner, 2] += nz
    for v in range(out.shape[0]):
        size = np.sqrt(out[v, 0] ** 2 + out[v, 1] ** 2 + out[v, 2] ** 2) + 1e-12
        for k in range(3):
            out[v, k] /= size


def _compose(
    depth: Any,
    picture: Any,
    back_depth: Any,
    back: Any,
    small: Any,
    shade: Any,
    floor: Any,
    far: Any,
    out: Any,
) -> None:
    """Lay what moves over what stands still, darken shadows and average down to pixels.

    ``shade`` is coarse and read between its pixels; ``small`` is ``back`` at the size of ``out``.
    """
    height, width = out.shape[0], out.shape[1]
    n = depth.shape[0] // height
    coarse = height / shade.shape[0]
    for row in range(height):
        y = min(max((row + 0.5) / coarse - 0.5, 0.0), shade.shape[0] - 1.001)
        y0 = int(y)
        fy = y - y0
        for column in range(width):
            light = 1.0
            if floor[row, column] > 0.0:
                x = min(max((column + 0.5) / coarse - 0.5, 0.0), shade.shape[1] - 1.001)
                x0 = int(x)
                fx = x - x0
                above = shade[y0, x0] * (1 - fx) + shade[y0, x0 + 1] * fx
                below = shade[y0 + 1, x0] * (1 - fx) + shade[y0 + 1, x0 + 1] * fx
                light = 1.0 - floor[row, column] * (above * (1 - fy) + below * fy)
            empty = True
            for i in range(row * n, row * n + n):
                for j in range(column * n, column * n + n):
                    if depth[i, j] < far:
                        empty = False
            if empty:
                for k in range(3):
                    out[row, column, k] = small[row, column, k] * light
                continue
            for k in range(3):
                total = 0.0
                for i in range(row * n, row * n + n):
                    for j in range(column * n, column * n + n):
                        if depth[i, j] < back_depth[i, j]:
                            total += picture[i, j, k]
                        else:
                            total += back[i, j, k] * light
                out[row, column, k] = total / (n * n)


def _count(label: Any, depth: Any, back_depth: Any, counts: Any) -> None:
    """Pixels of each label that lie in front of what stands still."""
    counts[:] = 0
    for i in range(label.shape[0]):
        for j in range(label.shape[1]):
            if label[i, j] > 0 and depth[i, j] < back_depth[i, j]:
                counts[label[i, j]] += 1


def _film(
    linear: Any, curve: Any, grain: Any, down: Any, across: Any, scale: Any, out: Any
) -> None:
    """To 8 bits by a curve of 4096 steps, with shifted grain."""
    height, width = linear.shape[0], linear.shape[1]
    for row in range(height):
        for column in range(width):
            add = grain[(row + down) % height, (column + across) % width]
            for k in range(3):
                at = linear[row, column, k] * scale
                level = curve[int(min(max(at, 0.0), 1.0) * 4095.0)] + add
                out[row, column, k] = int(min(max(level, 0.0), 255.0) + 0.5)


fill: Any = numba.njit(cache=True, fastmath=True)(_fill)
skin: Any = numba.njit(cache=True, fastmath=True)(_skin)
count: Any = numba.njit(cache=True, fastmath=True)(_count)
film: Any = numba.njit(cache=True, fastmath=True)(_film)
compose: Any = numba.njit(cache=True, fastmath=True)(_compose)
normals: Any = numba.njit(cache=True, fastmath=True)(_normals)
