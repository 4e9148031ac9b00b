from __future__ import annotations

import cv2
import numpy as np
import pytest

from formcheck.motion.spine import WHOLE, bend_deg, outline_course
from formcheck.pose.outline import OUTLINE_POINTS, outline_stations, torso_outline

SHOULDER, HIP = np.array([240.0, 180.0]), np.array([240.0, 300.0])
TORSO = 120.0


def capsule(
    first: np.ndarray, last: np.ndarray, radius: float, size: tuple[int, int] = (480, 480)
) -> np.ndarray:
    """A mask of everything within a radius of a line, width and height given."""
    columns, rows = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    spot = np.stack([columns, rows], axis=-1).astype(np.float64)
    along = last - first
    share = np.clip(((spot - first) @ along) / (along @ along), 0, 1)
    away = np.linalg.norm(spot - (first + share[..., None] * along), axis=-1)
    return (away <= radius).astype(np.uint8)


def pixels(both: np.ndarray, shoulder: np.ndarray = SHOULDER, torso: float = TORSO) -> np.ndarray:
    return shoulder + torso * both.astype(np.float64)


def test_both_sides_of_an_upright_capsule() -> None:
    both = torso_outline(capsule(SHOULDER - (0, 90), HIP + (0, 130), 40.0), SHOULDER, HIP)
    assert both is not None
    assert both.shape == (2, OUTLINE_POINTS, 2)
    straight = (outline_stations() > -0.35) & (outline_stations() < 1.55)
    for side, x in ((0, 200.0), (1, 280.0)):
        edge = pixels(both)[side][straight]
        assert np.abs(edge[:, 0] - x).max() < 1.5
        expected = SHOULDER[1] + TORSO * outline_stations()[straight]
        assert np.abs(edge[:, 1] - expected).max() < 1.5


@pytest.mark.parametrize("lean_deg", [-90.0, -60.0, -25.0, 25.0, 60.0, 90.0])
def test_a_leaning_capsule_is_walked_from_the_shoulder_down(lean_deg: float) -> None:
    lean = np.radians(lean_deg)
    up = np.array([np.sin(lean), -np.cos(lean)])
    shoulder = HIP + TORSO * up
    mask = capsule(shoulder + 60 * up, HIP - 130 * up, 35.0)
    both = torso_outline(mask, shoulder, HIP)
    assert both is not None
    for side, normal in ((0, (up[1], -up[0])), (1, (-up[1], up[0]))):
        edge = pixels(both, shoulder)[side] - shoulder
        straight = np.abs(outline_stations() - 0.6) < 0.9
        assert np.abs(edge[straight] @ normal - 35.0).max() < 1.5
        assert np.abs(-(edge[straight] @ up) / TORSO - outline_stations()[straight]).max() < 0.02


def test_an_ellipse_to_a_pixel_and_a_half() -> None:
    mask = np.zeros((480, 480), dtype=np.uint8)
    cv2.ellipse(mask, (240, 230), (60, 190), 0, 0, 360, 1, -1)
    both = torso_outline(mask, SHOULDER, HIP)
    assert both is not None
    turn = np.linspace(0, 2 * np.pi, 20000)
    true = np.column_stack([240 + 60 * np.cos(turn), 230 + 190 * np.sin(turn)])
    for edge in pixels(both):
        away = np.min(np.linalg.norm(edge[:, None] - true[None, ::10], axis=-1), axis=1)
        assert away.max() < 1.5


@pytest.mark.parametrize("bend", [0.0, 20.0, 45.0])
@pytest.mark.parametrize("forward", [1.0, -1.0], ids=["faces right", "faces left"])
def test_a_bent_tube_gives_back_its_bend(bend: float, forward: float) -> None:
    """A tube 60 px thick that turns evenly: outside it, the same angle spans a longer arc."""
    arc = np.linspace(-0.6, 2.0, 800)
    lean = np.radians(80.0 - bend * (np.clip(arc, -0.2, 1.3) - 0.5))
    middle = np.cumsum(np.column_stack([-forward * np.sin(lean), np.cos(lean)]), axis=0)
    middle *= TORSO * (arc[1] - arc[0])
    middle += (240, 200) - middle[np.searchsorted(arc, 0.5)]
    mask = np.zeros((480, 480), dtype=np.uint8)
    cv2.polylines(mask, [np.rint(middle).astype(np.int32)], False, 1, 60)
    shoulder, hip = (middle[np.searchsorted(arc, at)] for at in (0.0, 1.0))
    both = torso_outline(mask, shoulder, hip)
    assert both is not None
    course = outline_course(both[0 if forward > 0 else 1].astype(np.float64), 1.0, forward)
    assert course is not None
    thick = 1 + np.radians(bend) * 30 / TORSO
    expected = bend * 0.5 / thick
    assert bend_deg(course, WHOLE, 1.0) == pytest.approx(expected, abs=1.5 + 0.05 * bend)


@pytest.mark.parametrize("size", [(480, 480), (477, 478), (1, 1), (3, 500)])
def test_sizes_of_the_mask(size: tuple[int, int]) -> None:
    mask = capsule(SHOULDER - (0, 90), HIP + (0, 130), 40.0, size)
    both = torso_outline(mask, SHOULDER, HIP)
    assert (both is not None) == (min(size) > 400)


def test_a_torso_at_the_edge_of_the_picture() -> None:
    shift = np.array([230.0, 0.0])
    mask = capsule(SHOULDER - shift - (0, 90), HIP - shift + (0, 130), 40.0)
    both = torso_outline(mask, SHOULDER - shift, HIP - shift)
    assert both is None or np.isnan(both[0]).all(), "the left side is out of the picture"


@pytest.mark.parametrize(
    ("shoulder", "hip"),
    [
        (SHOULDER + (150, 0), HIP + (150, 0)),  # beside the mask
        (SHOULDER, SHOULDER + (0, 5)),  # a torso of five pixels
        (np.array([np.nan, 0.0]), HIP),
        (SHOULDER - (2000, 0), HIP - (2000, 0)),  # out of the picture
    ],
)
def test_a_torso_that_is_not_on_the_mask(shoulder: np.ndarray, hip: np.ndarray) -> None:
    assert torso_outline(capsule(SHOULDER, HIP + (0, 100), 40.0), shoulder, hip) is None


def test_an_empty_mask() -> None:
    assert torso_outline(np.zeros((480, 480), dtype=np.uint8), SHOULDER, HIP) is None


def test_another_body_beside_is_not_walked() -> None:
    mask = capsule(SHOULDER - (0, 90), HIP + (0, 130), 40.0)
    alone = torso_outline(mask, SHOULDER, HIP)
    cv2.circle(mask, (400, 250), 60, 1, -1)
    assert np.array_equal(torso_outline(mask, SHOULDER, HIP), alone)
