"""The outline of the back: how far it bends, and how much of it a picture does not show.

formcheck judges the back by the edge of the lifter's silhouette. Where an arm, a bar or a plate
lies over that edge or sticks out behind it, the silhouette ends somewhere else, and whoever refuses
to judge is right. That is told by pixels: just inside the trunk's outline the trunk must be seen,
and just outside nothing but the room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from clothing import TORSO
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LOW, HIGH = "spine05", "neck01"
"""Bones at whose heads the spine begins, at the height of the hips, and ends, at the collar."""
JUDGED: Final = (0.05, 0.60)
"""The part of the line from ``LOW`` to ``HIGH`` beside which the outline is judged.

That is where 0.20 to 0.70 of the arc from shoulder to buttocks (docs/spine.md) lies: on all eight
bodies, in both shirts, hinged by 70 degrees with a back from 10 degrees short of flat to 28 past
it, the arc begins beside 0.57 to 0.61 of the line and ends beside 0.01 to 0.09.
"""
SMOOTHED: Final = 0.08
"""Standard deviation of the smoothing of the outline before its bend is told, shares of its length:
edges of triangles would be read as bends."""
STEP_PX: Final = 1.5
"""How far inside and outside the outline is looked, pixels of the buffers.

The centre of a pixel lies up to 0.71 away from the place that is asked for.
"""


@dataclass(frozen=True, slots=True)
class Trunk:
    """The surface whose outline is the back.

    Attributes:
        vertices: Shape (t,), which vertices of the body it has.
        edges: Shape (e, 2), its edges, each once, as places in ``vertices``.
    """

    vertices: Ints
    edges: Ints

    @classmethod
    def of(cls, faces: Ints, is_trunk: Bools) -> Trunk:
        """The triangles that are drawn as trunk: those whose first corner is.

        Args:
            faces: Shape (f, 3), triangles of the body.
            is_trunk: Shape (v,), which vertices are labelled so.
        """
        own = faces[is_trunk[faces[:, 0]]]
        pairs = np.concatenate([own[:, [0, 1]], own[:, [1, 2]], own[:, [2, 0]]])
        vertices, edges = np.unique(np.sort(pairs, axis=1), return_inverse=True)
        return cls(vertices, np.unique(edges.reshape(-1, 2), axis=0))


def outline(points: Floats, edges: Ints, spine: Floats) -> tuple[Floats, Floats]:
    """The outline of a trunk that faces right, beside the judged part of its spine.

    The outline is the rearmost point of any edge on lines at right angles to the spine, one line
    a pixel: exact, and for a small part of what drawing the trunk by itself would cost.

    Args:
        points: Shape (t, 2), the trunk's vertices in pixels, x right and y down.
        edges: Shape (e, 2).
        spine: Shape (2, 2), where the line along the spine begins and ends, pixels.

    Returns:
        Shape (n, 2), points of the outline from the pelvis up, NaN where there is no trunk; and
        shape (2,), the unit vector to the back. No points where the spine is seen from its end.
    """
    way = spine[1] - spine[0]
    length = float(np.hypot(*way))
    count = round((JUDGED[1] - JUDGED[0]) * length)
    if count < 1:
        return np.zeros((0, 2)), np.zeros(2)
    along = way / length
    dorsal = np.array([along[1], -along[0]])
    start = spine[0] + JUDGED[0] * way
    place, behind = (points - start) @ along - 0.5, (points - start) @ dorsal
    swap = place[edges[:, 0]] > place[edges[:, 1]]
    low, high = np.where(swap[:, None], edges[:, ::-1], edges).T
    first = np.maximum(np.ceil(place[low]), 0).astype(np.int64)
    last = np.minimum(np.floor(place[high]), count - 1).astype(np.int64)
    crossed = np.maximum(last - first + 1, 0)
    edge = np.repeat(np.arange(len(edges)), crossed)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(crossed) - crossed, crossed) + first[edge]
    low, high = low[edge], high[edge]
    share = (row - place[low]) / np.maximum(place[high] - place[low], 1e-9)
    rearmost = np.full(count, -np.inf)
    np.maximum.at(rearmost, row, behind[low] + share * (behind[high] - behind[low]))
    rearmost[np.isinf(rearmost)] = np.nan
    rows = np.arange(count)[:, None] + 0.5
    return start + rows * along + rearmost[:, None] * dorsal, dorsal


def bend_deg(edge: Floats, dorsal: Floats) -> float:
    """How far an outline bends, by the formula that formcheck judges pictures by (docs/spine.md).

    Args:
        edge: Shape (n, 2), points of the outline from the pelvis up, pixels, x right and y down;
            NaN where there is none.
        dorsal: Shape (2,), unit vector to the back.

    Returns:
        Degrees, positive = rounded; of a circular arc the angle that it spans. NaN where there is
        less than half of the outline.
    """
    known = np.isfinite(edge).all(axis=1) if len(edge) else np.zeros(0, dtype=np.bool_)
    if not len(edge) or known.mean() < 0.5:
        return float("nan")
    up = np.array([-dorsal[1], dorsal[0]])
    smooth = gaussian_filter1d(edge[known], SMOOTHED * len(edge), axis=0, mode="nearest")
    # Within one deviation of its ends smoothing pulls the outline towards its last point.
    rows = slice(round(SMOOTHED * len(edge)), -round(SMOOTHED * len(edge)) or None)
    place, behind = (smooth @ up)[rows], (smooth @ dorsal)[rows]
    turned = np.unwrap(np.arctan2(np.gradient(behind), np.gradient(place)))
    steps = np.hypot(np.diff(place), np.diff(behind))
    arc = np.concatenate([[0.0], np.cumsum(steps)])
    slope = np.polyfit(arc, turned, 1)[0]
    whole = float(np.hypot(*np.diff(edge[known], axis=0).T).sum())
    return float(np.degrees(-slope * whole))


@dataclass(frozen=True, slots=True)
class Sight:
    """What a picture shows, each of shape (height, width).

    Attributes:
        label: Part of what moves, by ``clothing``.
        depth: Distance of what moves, ``far`` where nothing does.
        still_depth: Distance of what stands still, ``far`` at the room's walls.
        far: Past every distance.
        deepest: Distance of the lifter's farthest point; what stands still beyond it is room.
    """

    label: NDArray[np.int8]
    depth: NDArray[np.float32]
    still_depth: NDArray[np.float32]
    far: float
    deepest: float


def covered_share(edge: Floats, dorsal: Floats, sight: Sight) -> float:
    """Share of an outline that is not the edge of the trunk against the room in the picture.

    Whatever moves ends the room, however far behind it is: a mask takes in what touches the back.
    What is outside the picture is not shown.

    Args:
        edge: Shape (n, 2), points of the outline, pixels; NaN where there is none.
        dorsal: Shape (2,), unit vector to the back.
        sight: The picture.

    Returns:
        0 to 1; 1 where there is no outline at all.
    """
    if not len(edge):
        return 1.0
    inside, outside = edge - STEP_PX * dorsal, edge + STEP_PX * dorsal
    height, width = sight.label.shape
    within = np.ones(len(edge), dtype=np.bool_)
    for points in (inside, outside):
        within &= ((points >= 0) & (points < (width, height))).all(axis=1)
    if not within.any():
        return 1.0
    on, off = (np.floor(points[within]).astype(np.int64).T[::-1] for points in (inside, outside))
    trunk = (sight.label[*on] == TORSO) & (sight.depth[*on] < sight.still_depth[*on])
    room = (sight.depth[*off] >= sight.far) & (sight.still_depth[*off] > sight.deepest)
    return 1.0 - float((trunk & room).sum()) / len(edge)
