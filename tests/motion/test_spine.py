from __future__ import annotations

import numpy as np
import pytest

from formcheck.motion.spine import (
    LUMBAR,
    THORACIC,
    WHOLE,
    Course,
    bend_deg,
    outline_course,
    roughness_deg,
    stations,
    window_sensitivity_deg,
)
from formcheck.pose.outline import outline_stations
from tests.synthetic import back_course

REACH = 1.0


def outline(bend: float, *, trunk_deg: float = 70.0, forward: float = 1.0) -> np.ndarray:
    """A drawn back in picture axes, as a frame of a track holds it."""
    return back_course(trunk_deg, bend) * (forward, -1.0)


def course(bend: float, *, scale: float = 1.0, forward: float = 1.0, trunk: float = 70.0) -> Course:
    found = outline_course(outline(bend, trunk_deg=trunk, forward=forward) / scale, scale, forward)
    assert found is not None
    return found


@pytest.mark.parametrize("forward", [1.0, -1.0], ids=["faces right", "faces left"])
@pytest.mark.parametrize("trunk", [40.0, 70.0, 95.0])
@pytest.mark.parametrize("bend", [-40.0, -15.0, 0.0, 10.0, 25.0, 60.0])
def test_an_arc_bends_by_the_angle_it_spans(bend: float, trunk: float, forward: float) -> None:
    found = course(bend, forward=forward, trunk=trunk)
    assert bend_deg(found, WHOLE, REACH) == pytest.approx(bend, rel=0.04, abs=0.2)
    for half in (LUMBAR, THORACIC):
        assert bend_deg(found, half, REACH) == pytest.approx(bend / 2, rel=0.04, abs=0.2)


def test_mirrored_backs_are_alike() -> None:
    right, left = course(20.0), course(20.0, forward=-1.0)
    assert bend_deg(left, WHOLE, REACH) == pytest.approx(bend_deg(right, WHOLE, REACH), abs=1e-6)
    assert left.buttocks_arc == right.buttocks_arc


def test_seen_from_the_wrong_side_rounded_looks_arched() -> None:
    found = outline_course(outline(20.0), 1.0, -1.0)
    assert found is not None
    assert bend_deg(found, WHOLE, REACH) == pytest.approx(-20.0, rel=0.05)


@pytest.mark.parametrize("scale", [0.7, 0.9, 1.2])
def test_a_shortened_trunk_does_not_change_the_back(scale: float) -> None:
    """The hip landmark may slip: the frame's torso length is not the ruler."""
    stretched = outline_stations()
    back = back_course(70.0, 20.0) * (1, -1)
    shown = np.column_stack(
        [np.interp(stretched * scale, outline_stations(), back[:, axis]) for axis in range(2)]
    )
    found = outline_course(shown / scale, scale, 1.0)
    assert found is not None
    assert bend_deg(found, WHOLE, REACH) == pytest.approx(20.0, rel=0.05)


def test_only_the_half_that_bends_tells_so() -> None:
    """Straight down to the middle of the arc, then 30 degrees in the lumbar quarter."""
    fine = np.linspace(-0.6, 1.8, 2401)
    lean = np.radians(70.0 - 30.0 * np.clip((fine - 0.45) / 0.25, 0, 1))
    walk = np.cumsum(np.column_stack([-np.sin(lean), np.cos(lean)]), axis=0) * 0.001
    shown = np.column_stack([np.interp(outline_stations(), fine, walk[:, k]) for k in range(2)])
    found = outline_course(shown - shown[0], 1.0, 1.0)
    assert found is not None
    assert bend_deg(found, LUMBAR, REACH) == pytest.approx(30.0, rel=0.12)
    assert bend_deg(found, THORACIC, REACH) == pytest.approx(0.0, abs=2.0)


@pytest.mark.parametrize("trunk", [50.0, 70.0, 90.0])
def test_buttocks_are_the_rearmost_point(trunk: float) -> None:
    assert course(0.0, trunk=trunk).buttocks_arc == pytest.approx(1.0, abs=0.06)


def test_a_smooth_back_is_smooth_and_one_with_a_plate_is_not() -> None:
    assert roughness_deg(course(30.0), REACH) < 1.0
    bumpy = outline(0.0)
    near = (outline_stations() > 0.4) & (outline_stations() < 0.6)
    bumpy[near] += (0.0, -0.08)
    found = outline_course(bumpy, 1.0, 1.0)
    assert found is not None
    assert roughness_deg(found, REACH) > 9.0


def test_sensitivity_is_nought_on_an_arc_and_grows_where_the_bend_ends() -> None:
    assert window_sensitivity_deg(course(30.0), REACH) < 0.5
    kinked = Course(-60.0 * (stations() > 0.62), 1.0)
    assert window_sensitivity_deg(kinked, REACH) > 3.0


@pytest.mark.parametrize("end", [0.3, 0.5])
def test_an_outline_too_short_for_the_buttocks(end: float) -> None:
    assert outline_course(outline(0.0) * end, 1.0, 1.0) is None


def test_an_outline_with_a_hole() -> None:
    holed = outline(0.0)
    holed[20] = np.nan
    assert outline_course(holed, 1.0, 1.0) is None
