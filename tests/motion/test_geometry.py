from __future__ import annotations

import numpy as np
import pytest

from formcheck.motion.geometry import (
    ahead_of_polyline,
    bend_deg,
    lean_deg,
    length,
    signed_bend_deg,
)

SIDES = pytest.mark.parametrize("forward", [1.0, -1.0], ids=["faces right", "faces left"])


def at(*places: tuple[float, float]) -> np.ndarray:
    return np.array(places, dtype=np.float64)


def limb(lean: float, forward: float) -> np.ndarray:
    """From the lower to the upper end of a segment of length 100 that leans forward."""
    angle = np.radians(lean)
    return at((forward * 100 * np.sin(angle), -100 * np.cos(angle)))


@SIDES
@pytest.mark.parametrize("lean", [-30.0, 0.0, 15.0, 90.0, 120.0])
def test_lean(lean: float, forward: float) -> None:
    low = at((320, 400))
    assert lean_deg(low, low + limb(lean, forward), forward) == pytest.approx([lean])


@SIDES
@pytest.mark.parametrize("flexion", [-20.0, 0.0, 45.0, 90.0, 150.0])
def test_hip_flexion_is_positive_when_bent_forward(flexion: float, forward: float) -> None:
    """Trunk leans by the flexion over a thigh that stands upright."""
    hip = at((320, 300))
    shoulder, knee = hip + limb(flexion, forward), hip - limb(0.0, forward)
    assert signed_bend_deg(shoulder, hip, knee, forward) == pytest.approx([flexion])
    assert bend_deg(shoulder, hip, knee) == pytest.approx([abs(flexion)])


@SIDES
@pytest.mark.parametrize("flexion", [0.0, 20.0, 110.0])
def test_knee_flexion_is_negative_as_it_opens_to_the_back(flexion: float, forward: float) -> None:
    knee = at((320, 300))
    hip, ankle = knee + limb(-flexion, forward), knee - limb(0.0, forward)
    assert signed_bend_deg(hip, knee, ankle, forward) == pytest.approx([-flexion])


def test_mirrored_pictures_give_the_same_angles() -> None:
    rng = np.random.default_rng(1)
    a, b, c = rng.uniform(0, 500, (3, 40, 2))
    mirrored = [points * (-1, 1) + (640, 0) for points in (a, b, c)]
    assert signed_bend_deg(*mirrored, -1.0) == pytest.approx(signed_bend_deg(a, b, c, 1.0))
    assert lean_deg(*mirrored[:2], -1.0) == pytest.approx(lean_deg(a, b, 1.0))


def test_missing_points_give_missing_angles() -> None:
    gone = at((np.nan, np.nan))
    assert np.isnan(bend_deg(gone, at((0, 0)), at((1, 1)))).all()
    assert np.isnan(lean_deg(at((0, 0)), gone, 1.0)).all()


def test_length() -> None:
    assert length(at((1, 1), (0, 0)), at((4, 5), (0, 2))) == pytest.approx([5, 2])


LEG = [at((100, 100)), at((120, 200)), at((110, 300))]
"""Hip, knee and ankle of a lifter in pixels, top to bottom."""


@pytest.mark.parametrize(
    ("spot", "right_ahead"),
    [
        ((150, 150), 40),  # beside the middle of the thigh, at x = 110
        ((115, 250), 0),  # on the shank
        ((80, 200), -40),  # behind the knee
        ((130, 20), 30),  # above the hip: the hip's own place
        ((130, 400), 20),  # below the ankle: the ankle's own place
    ],
)
def test_ahead_of_polyline(spot: tuple[float, float], right_ahead: float) -> None:
    assert ahead_of_polyline(at(spot), LEG, 1.0) == pytest.approx([right_ahead])
    assert ahead_of_polyline(at(spot), LEG, -1.0) == pytest.approx([-right_ahead])


def test_ahead_of_polyline_with_a_point_missing() -> None:
    assert np.isnan(ahead_of_polyline(at((np.nan, 0)), LEG, 1.0)).all()
    assert np.isnan(ahead_of_polyline(at((0, 0)), [*LEG[:2], at((np.nan, 0))], 1.0)).all()
