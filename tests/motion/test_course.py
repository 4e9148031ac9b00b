"""The fit of one course, against courses that are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import betainc

from formcheck.motion.course import USUAL, Course, fit_course, frames_of, shared_shape
from tests.synthetic import frames

BEGIN_S, END_S = 1.0, 3.5


def shown(ranges: tuple[float, ...], noise: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Times and witnesses of one minimum-jerk movement."""
    t_s = frames(4.5)
    done = betainc(3, 3, np.clip((t_s - BEGIN_S) / (END_S - BEGIN_S), 0, 1))
    ways = np.outer(done, ranges) + 5.0
    return t_s, ways + noise * np.random.default_rng(1).standard_normal(ways.shape)


def guess(count: int) -> Course:
    return Course(1.3, 3.1, USUAL, USUAL, np.zeros(count))


BOUNDS = ([0.5, 2.4], [2.2, 4.4])


@pytest.mark.parametrize("shape", [None, (3.0, 3.0)])
def test_each_witness_has_a_range_of_its_own(shape: tuple[float, float] | None) -> None:
    t_s, ways = shown((1.0, -0.5, 2.0))
    course = guess(3)
    doubt_s, misfit = fit_course(frames_of(t_s, ways, np.full(3, 0.01)), course, BOUNDS, shape)
    assert (course.begin_s, course.end_s) == pytest.approx((BEGIN_S, END_S), abs=1e-3)
    assert course.amounts == pytest.approx([1.0, -0.5, 2.0], abs=1e-3)
    assert (course.rise, course.fall) == pytest.approx((3.0, 3.0), abs=0.01)
    assert misfit == pytest.approx(np.zeros(3), abs=1e-3)
    assert doubt_s > 0.0


def test_the_misfit_is_the_noise_as_a_share_of_the_range() -> None:
    t_s, ways = shown((1.0, 0.5), noise=0.01)
    _, misfit = fit_course(frames_of(t_s, ways, np.full(2, 0.01)), guess(2), BOUNDS, (3.0, 3.0))
    assert misfit == pytest.approx([0.01, 0.02], rel=0.25)


def test_what_a_course_has_added() -> None:
    course = Course(1.0, 3.0, 3.0, 3.0, np.array([2.0, -1.0]))
    added = course.at(np.array([0.0, 2.0, 9.0]))
    assert added == pytest.approx(np.array([[0.0, 0.0], [1.0, -0.5], [2.0, -1.0]]))


def test_a_second_witness_does_not_make_the_first_surer() -> None:
    """Landmarks of one body err together."""
    doubts = []
    for count in (1, 2):
        t_s, ways = shown((1.0,) * count)
        frame_set = frames_of(t_s, ways, np.full(count, 0.01))
        doubts.append(fit_course(frame_set, guess(count), BOUNDS, (3.0, 3.0))[0])
    assert doubts[1] == pytest.approx(doubts[0], rel=0.02)


def test_the_shape_is_shared_by_direction() -> None:
    down, up = (Course(0.0, 1.0, rise, fall, np.ones(1)) for rise, fall in ((2.0, 2.5), (4.0, 3.5)))
    rises = [shared_shape([down, up, down, None], way)[0] for way in (0, 1)]
    # (3 + 2 + 4 / 2 + 2) / 3.5 and (3 + 2 / 2 + 4 + 2 / 2) / 3
    assert rises == pytest.approx([18.0 / 7.0, 3.0])
    assert shared_shape([None], 0) == (USUAL, USUAL)
