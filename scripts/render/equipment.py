"""Shapes of weights, benches and machines: cylinders and boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEEL: Final = (0.52, 0.53, 0.55)
DARK: Final = (0.10, 0.10, 0.11)
RUBBER: Final = (0.07, 0.07, 0.075)
PAD: Final = (0.14, 0.13, 0.14)
RED: Final = (0.45, 0.09, 0.09)
FRAME: Final = (0.72, 0.72, 0.70)
MAT: Final = (0.10, 0.22, 0.36)


@dataclass(frozen=True, slots=True)
class Mesh:
    """Vertices (v, 3), their colours (v, 3) and triangles (f, 3)."""

    vertices: Floats
    colours: Floats
    faces: Ints


def merged(parts: list[Mesh]) -> Mesh:
    """Several meshes as one."""
    counts = np.cumsum([0] + [len(part.vertices) for part in parts])
    if not parts:
        return Mesh(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros((0, 3), dtype=np.int64))
    return Mesh(
        np.concatenate([part.vertices for part in parts]),
        np.concatenate([part.colours for part in parts]),
        np.concatenate([part.faces + at for part, at in zip(parts, counts, strict=False)]),
    )


def cylinder(
    start: tuple[float, ...] | Floats,
    end: tuple[float, ...] | Floats,
    radius_m: float,
    colour: tuple[float, float, float],
    sides: int = 24,
) -> Mesh:
    """A closed cylinder with hard edges."""
    low, high = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    along = (high - low) / np.linalg.norm(high - low)
    first = np.cross(along, [0.31, 0.3, 1.0])
    first /= np.linalg.norm(first)
    second = np.cross(along, first)
    angle = np.linspace(0.0, 2 * np.pi, sides, endpoint=False)
    ring = radius_m * (np.cos(angle)[:, None] * first + np.sin(angle)[:, None] * second)
    points = np.concatenate([low + ring, high + ring] * 2 + [low[None], high[None]])
    one = np.arange(sides)
    other = (one + 1) % sides
    wall = np.concatenate(
        [np.stack([one, other, one + sides], 1), np.stack([other, other + sides, one + sides], 1)]
    )
    below = np.stack([other + 2 * sides, one + 2 * sides, np.full(sides, 4 * sides)], 1)
    above = np.stack([one + 3 * sides, other + 3 * sides, np.full(sides, 4 * sides + 1)], 1)
    faces = np.concatenate([wall, below, above])
    return Mesh(points, np.tile(np.array(colour), (len(points), 1)), faces)


def box(
    middle: tuple[float, float, float],
    size: tuple[float, float, float],
    colour: tuple[float, float, float],
    lean_deg: float = 0.0,
) -> Mesh:
    """A box, leaned forward about its middle."""
    corners = np.array([[i, j, k] for i in (-0.5, 0.5) for j in (-0.5, 0.5) for k in (-0.5, 0.5)])
    quads = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    c, s = np.cos(np.radians(lean_deg)), np.sin(np.radians(lean_deg))
    turn = np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])
    points = np.concatenate([corners[list(quad)] for quad in quads]) * np.array(size)
    points = points @ turn.T + np.array(middle)
    faces = np.concatenate(
        [[[4 * q, 4 * q + 1, 4 * q + 2], [4 * q, 4 * q + 2, 4 * q + 3]] for q in range(6)]
    )
    return Mesh(points, np.tile(np.array(colour), (len(points), 1)), faces)


def barbell(middle: Floats, plate_m: float) -> Mesh:
    """A barbell across the room with plates of this diameter."""

    def part(low: float, high: float, radius: float, colour: tuple[float, float, float]) -> Mesh:
        across = np.array([1.0, 0.0, 0.0])
        return cylinder(middle + low * across, middle + high * across, radius, colour, 32)

    parts = [part(-0.66, 0.66, 0.014, STEEL)]
    plate = RED if plate_m > 0.4 else RUBBER
    for side in (-1.0, 1.0):
        parts.append(part(side * 0.655, side * 0.92, 0.025, STEEL))
        parts.append(part(side * 0.67, side * 0.715, plate_m / 2, plate))
        parts.append(part(side * 0.718, side * 0.740, plate_m / 2 * 0.7, RUBBER))
        parts.append(part(side * 0.664, side * 0.671, plate_m / 2 * 0.35, STEEL))
    return merged(parts)


def dumbbells(grips: Floats) -> Mesh:
    """A dumbbell of 12.4 cm across in each fist, lying across the room."""
    parts = []
    for grip in grips:
        across = np.array([1.0, 0.0, 0.0])
        parts.append(cylinder(grip - 0.10 * across, grip + 0.10 * across, 0.014, STEEL, 12))
        for side in (-1.0, 1.0):
            low, high = grip + side * 0.075 * across, grip + side * 0.16 * across
            parts.append(cylinder(low, high, 0.062, RUBBER))
    return merged(parts)
