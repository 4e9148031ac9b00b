"""How much of the back's outline is covered, at closed form; without numba, as ``test_render``."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts" / "render"))

from clothing import OTHER, TORSO
from dorsal import JUDGED, Sight, Trunk, bend_deg, covered_share, outline

FAR = 1e9
TRUNK_M, DEEPEST_M = 3.0, 3.4
TOP_PX, BOTTOM_PX = 40, 80
"""The trunk lies along the picture: its back is above."""
LEFT_PX, LONG_PX = 20, 100
FIRST, LAST = (LEFT_PX + round(share * LONG_PX) for share in JUDGED)
COUNT = LAST - FIRST
SPINE = np.array([[LEFT_PX, 60.0], [LEFT_PX + LONG_PX, 60.0]])
BOX = np.array([[10.0, TOP_PX], [150.0, TOP_PX], [150.0, BOTTOM_PX], [10.0, BOTTOM_PX]])
FACES = np.array([[0, 1, 2], [0, 2, 3]])
ALL = np.ones(4, dtype=np.bool_)


@dataclass(frozen=True)
class Thing:
    """Rows and columns that something fills, and how far away it is."""

    rows: slice
    columns: slice
    depth_m: float
    still: bool = False


ABOVE, OVER = slice(0, TOP_PX), slice(TOP_PX - 5, TOP_PX + 5)
TENTH = slice(FIRST, FIRST + COUNT // 10)


def lying(*things: Thing) -> Sight:
    """A picture of the trunk with things in it."""
    shape = (120, 170)
    label = np.full(shape, OTHER, dtype=np.int8)
    depth, still = (np.full(shape, FAR, dtype=np.float32) for _ in range(2))
    label[TOP_PX:BOTTOM_PX, 10:150] = TORSO
    depth[TOP_PX:BOTTOM_PX, 10:150] = TRUNK_M
    for thing in things:
        where = np.zeros(shape, dtype=np.bool_)
        where[thing.rows, thing.columns] = True
        if thing.still:
            still[where] = thing.depth_m
        else:
            where &= thing.depth_m < depth
            depth[where], label[where] = thing.depth_m, OTHER
    return Sight(label, depth, still, FAR, DEEPEST_M)


def edge() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return outline(BOX, Trunk.of(FACES, ALL).edges, SPINE)


@pytest.mark.parametrize("lean_deg", [0.0, 30.0, 75.0])
def test_the_outline_of_a_box_is_its_rear_side(lean_deg: float) -> None:
    """Its corners turned about the spine's beginning, from standing to lying."""
    turn = np.radians(90.0 - lean_deg)
    along = np.array([np.cos(turn), -np.sin(turn)])
    back = np.array([along[1], -along[0]])
    corners = np.array([[-10.0, 8.0], [110.0, 8.0], [110.0, -12.0], [-10.0, -12.0]])
    base = np.array([80.0, 130.0])
    points = base + corners @ np.stack([along, back])
    found, dorsal = outline(
        points, Trunk.of(FACES, ALL).edges, np.stack([base, base + 100 * along])
    )
    assert dorsal == pytest.approx(back)
    assert (found - base) @ back == pytest.approx(np.full(COUNT, 8.0))
    assert (found - base) @ along == pytest.approx(100 * JUDGED[0] + np.arange(COUNT) + 0.5)


def test_the_outline_of_a_wedge_follows_its_slope() -> None:
    wedge = np.array([[0.0, 60.0], [200.0, 10.0], [200.0, 60.0]])
    found, _ = outline(wedge, Trunk.of(np.array([[0, 1, 2]]), ALL[:3]).edges, SPINE)
    assert found[:, 1] == pytest.approx(60.0 - found[:, 0] / 4)


def test_the_trunk_is_what_is_drawn_as_such() -> None:
    """A triangle takes the label of its first corner; edges that two share count once."""
    faces = np.array([[4, 5, 6], [4, 6, 2], [2, 4, 6]])
    trunk = Trunk.of(faces, np.array([False, False, False, False, True, True, True]))
    assert trunk.vertices.tolist() == [2, 4, 5, 6]
    assert trunk.edges.tolist() == [[0, 1], [0, 3], [1, 2], [1, 3], [2, 3]]


@pytest.mark.parametrize(
    ("things", "covered"),
    [
        ([], 0),
        ([Thing(OVER, TENTH, 2.0)], COUNT // 10),
        ([Thing(ABOVE, TENTH, 3.3)], COUNT // 10),
        ([Thing(ABOVE, TENTH, 9.0)], COUNT // 10),
        ([Thing(OVER, slice(0, FIRST + 11), 2.0), Thing(ABOVE, slice(LAST - 22, 170), 4.0)], 33),
        ([Thing(OVER, slice(0, FIRST + 11), 2.0), Thing(ABOVE, slice(0, FIRST + 22), 4.0)], 22),
        ([Thing(OVER, TENTH, 2.0, still=True)], COUNT // 10),
        ([Thing(slice(TOP_PX, 120), TENTH, 2.0, still=True)], COUNT // 10),
        ([Thing(ABOVE, TENTH, 3.3, still=True)], COUNT // 10),
        ([Thing(ABOVE, slice(0, 170), 3.5, still=True)], 0),
        ([Thing(slice(TOP_PX + 5, 120), slice(0, 170), 2.0)], 0),
        ([Thing(slice(0, TOP_PX - 5), slice(0, 170), 2.0)], 0),
        ([Thing(slice(0, 120), slice(0, 170), 2.0)], COUNT),
    ],
    ids=[
        "nothing",
        "a bar over the edge",
        "an elbow behind the back",
        "somebody far behind",
        "two things",
        "one over the other",
        "a rack in front",
        "a bench in front, as high as the back",
        "a pad beside the body",
        "a cupboard behind the lifter",
        "an arm over the flank",
        "a bar that does not touch",
        "a plate over all of it",
    ],
)
def test_what_covers_the_back(things: list[Thing], covered: int) -> None:
    assert covered_share(*edge(), lying(*things)) == pytest.approx(covered / COUNT)


def test_what_is_outside_the_picture_is_not_shown() -> None:
    sight = lying()
    half = replace(
        sight,
        **{
            name: getattr(sight, name)[:, : FIRST + 11]
            for name in ("label", "depth", "still_depth")
        },
    )
    assert covered_share(*edge(), half) == pytest.approx(1 - 11 / COUNT)
    assert covered_share(edge()[0] - [0.0, 60.0], edge()[1], sight) == 1.0


def test_a_back_that_is_not_there_is_not_shown() -> None:
    elsewhere = np.array([[160.0, 40.0], [165.0, 40.0], [160.0, 45.0]])
    missing = outline(elsewhere, Trunk.of(np.array([[0, 1, 2]]), ALL[:3]).edges, SPINE)
    assert covered_share(*missing, lying()) == 1.0
    from_its_end = outline(BOX, Trunk.of(FACES, ALL).edges, np.stack([SPINE[0], SPINE[0]]))
    assert len(from_its_end[0]) == 0
    assert covered_share(*from_its_end, lying()) == 1.0


@pytest.mark.parametrize("lean_deg", [0.0, 65.0])
@pytest.mark.parametrize("spans_deg", [-40.0, -8.0, 12.0, 50.0])
def test_an_arc_bends_by_what_it_spans(spans_deg: float, lean_deg: float) -> None:
    half = np.radians(abs(spans_deg)) / 2.0
    at = np.linspace(-half, half, 90)
    radius = 90.0 / (2.0 * half)
    turn = np.radians(90.0 - lean_deg)
    along = np.array([np.cos(turn), -np.sin(turn)])
    dorsal = np.array([along[1], -along[0]])
    arc = radius * (np.sin(at)[:, None] * along + np.sign(spans_deg) * np.cos(at)[:, None] * dorsal)
    assert bend_deg(arc, dorsal) == pytest.approx(spans_deg, rel=0.03)
    arc[30:36] = np.nan
    assert bend_deg(arc, dorsal) == pytest.approx(spans_deg, rel=0.05)


def test_a_straight_edge_does_not_bend_and_half_of_one_tells_nothing() -> None:
    points, dorsal = edge()
    assert bend_deg(points, dorsal) == pytest.approx(0.0, abs=1e-6)
    points[: len(points) * 3 // 5] = np.nan
    assert np.isnan(bend_deg(points, dorsal))
    assert np.isnan(bend_deg(np.zeros((0, 2)), dorsal))
