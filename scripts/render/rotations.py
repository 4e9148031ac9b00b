"""Rotations and directions; x to the lifter's left, y to the back, z up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def pitch(degrees: float) -> Floats:
    """Rotation about the axis from right to left, positive = leaning forward."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def about(axis: Floats, degrees: float) -> Floats:
    """Rotation about a unit vector (Rodrigues)."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    angle = np.radians(degrees)
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)


def unit(vector: Floats) -> Floats:
    """The vector at length 1."""
    return np.asarray(vector / np.linalg.norm(vector))


def shortest(start: Floats, end: Floats) -> Floats:
    """The shortest rotation that takes one unit vector to another."""
    axis = np.cross(start, end)
    sine = float(np.linalg.norm(axis))
    if sine < 1e-9:
        return np.eye(3)
    return about(axis / sine, float(np.degrees(np.arctan2(sine, float(start @ end)))))


def frame(first: Floats, second: Floats) -> Floats:
    """Right-handed unit axes as columns: ``first``, ``second`` made square to it, their cross."""
    one = unit(first)
    two = unit(second - (second @ one) * one)
    return np.column_stack([one, two, np.cross(one, two)])


def lean_deg(low: Floats, high: Floats) -> float:
    """Forward inclination of a segment in the side view, 0 = upright."""
    return float(np.degrees(np.arctan2(-(high[1] - low[1]), high[2] - low[2])))


def along(degrees: float) -> Floats:
    """Unit vector in the side view that leans forward by so much."""
    return np.array([0.0, -np.sin(np.radians(degrees)), np.cos(np.radians(degrees))])
