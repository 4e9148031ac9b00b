from __future__ import annotations

import numpy as np
import pytest

from formcheck.motion.filters import (
    MAX_GAP_S,
    derivative,
    despike,
    fill_short_gaps,
    low_pass,
    runs,
)
from tests.synthetic import frames


def uneven(duration_s: float, fps: float, seed: int = 0) -> np.ndarray:
    """Times that jitter by up to 40 % of a frame."""
    even = frames(duration_s, fps)
    return even + np.random.default_rng(seed).uniform(-0.4, 0.4, len(even)) / fps


TIMES = pytest.mark.parametrize(
    "t_s",
    [frames(6.0, 30), frames(6.0, 60), uneven(6.0, 30), uneven(6.0, 60)],
    ids=["30 fps", "60 fps", "30 fps uneven", "60 fps uneven"],
)


def test_runs() -> None:
    mask = np.array([1, 1, 0, 0, 1, 0, 1, 1, 1], dtype=bool)
    assert runs(mask) == [(0, 2), (4, 5), (6, 9)]
    assert runs(np.zeros(3, dtype=bool)) == []
    assert runs(np.ones(3, dtype=bool)) == [(0, 3)]


def test_short_gaps_become_straight_lines_in_time() -> None:
    t_s = np.array([0.0, 0.1, 0.12, 0.2, 0.3])
    values = np.array([[1.0, 5.0], [np.nan, 5.0], [np.nan, 5.0], [3.0, np.nan], [4.0, 5.0]])
    filled = fill_short_gaps(t_s, values)
    assert filled[:, 0] == pytest.approx([1, 2, 2.2, 3, 4])
    assert filled[:, 1] == pytest.approx([5] * 5)
    assert np.isnan(values[1, 0]), "the original must stay as it is"


@pytest.mark.parametrize(
    ("gap_s", "bridged"), [(MAX_GAP_S - 0.01, True), (MAX_GAP_S + 0.01, False)]
)
def test_gaps_are_bridged_only_when_short(gap_s: float, bridged: bool) -> None:
    t_s = np.array([0.0, 0.1, 0.1 + gap_s / 2, 0.1 + gap_s, 1.0])
    values = np.array([1.0, 1.0, np.nan, 1.0, 1.0])
    assert np.isfinite(fill_short_gaps(t_s, values)).all() == bridged


def test_gaps_at_the_ends_stay() -> None:
    values = np.array([np.nan, 1.0, 2.0, np.nan])
    assert np.isnan(fill_short_gaps(np.arange(4) / 100, values)).tolist() == [1, 0, 0, 1]


@TIMES
def test_low_pass_does_not_delay(t_s: np.ndarray) -> None:
    """A movement of 0.5 Hz keeps its phase to a hundredth of a cycle, and its size."""
    smooth = low_pass(t_s, np.sin(np.pi * t_s))
    inside = (t_s > 1) & (t_s < 5)
    design = np.column_stack([np.sin(np.pi * t_s), np.cos(np.pi * t_s)])[inside]
    (sine, cosine), *_ = np.linalg.lstsq(design, smooth[inside], rcond=None)
    assert np.hypot(sine, cosine) == pytest.approx(1.0, abs=0.005)
    assert np.arctan2(cosine, sine) / (2 * np.pi) == pytest.approx(0.0, abs=0.002)


@TIMES
def test_low_pass_removes_what_no_body_does(t_s: np.ndarray) -> None:
    smooth = low_pass(t_s, np.sin(2 * np.pi * 12.5 * t_s))
    assert smooth[(t_s > 1) & (t_s < 5)].std() < 0.25


def test_low_pass_keeps_gaps_and_short_pieces() -> None:
    t_s = frames(2.0)
    values = np.ones(len(t_s))
    values[20:25] = np.nan
    values[25:30], values[30:33] = 7.0, np.nan
    smooth = low_pass(t_s, values)
    assert np.array_equal(np.isnan(smooth), np.isnan(values))
    assert smooth[25:30].tolist() == [7.0] * 5


def test_low_pass_leaves_a_clip_too_coarse_for_it_alone() -> None:
    t_s = frames(4.0, 10)
    values = np.random.default_rng(0).standard_normal(len(t_s))
    assert low_pass(t_s, values).tolist() == values.tolist()


def test_despike_drops_single_outliers_only() -> None:
    t_s = frames(4.0)
    values = np.sin(2 * t_s) + 0.01 * np.random.default_rng(2).standard_normal(len(t_s))
    values[[40, 80]] += (3.0, -3.0)
    cleaned = despike(values)
    assert np.isnan(cleaned[[40, 80]]).all()
    kept = np.isfinite(cleaned)
    assert kept.mean() > 0.9
    assert np.array_equal(cleaned[kept], values[kept])


@pytest.mark.parametrize("values", [np.ones(30), np.full(30, np.nan), np.arange(3.0)])
def test_despike_with_nothing_to_drop(values: np.ndarray) -> None:
    assert np.array_equal(despike(values), values, equal_nan=True)


def test_derivative_on_uneven_times_and_beside_gaps() -> None:
    t_s = np.array([0.0, 0.1, 0.3, 0.4, 0.5, 0.9, 1.0])
    values = 3.0 * t_s
    values[3] = np.nan
    rate = derivative(t_s, values)
    assert rate[[0, 1, 2, 4, 5, 6]] == pytest.approx(np.full(6, 3.0))
    assert np.isnan(rate[3])


def test_columns_are_filtered_as_each_would_be_alone() -> None:
    """To the last bit: signals are measured together only to save the calls."""
    t_s = uneven(4.0, 30)
    values = np.random.default_rng(5).standard_normal((len(t_s), 4)).cumsum(axis=0)
    values[40:43, 1] = values[40:43, 2] = values[70:95, 2] = values[:5, 3] = np.nan
    values[60] += 40.0
    for together in (low_pass(t_s, values), fill_short_gaps(t_s, values)):
        assert together.shape == values.shape
    for column, alone in enumerate(values.T):
        assert np.array_equal(low_pass(t_s, values)[:, column], low_pass(t_s, alone), True)
        assert np.array_equal(despike(values)[:, column], despike(alone), True)
        filled = fill_short_gaps(t_s, values)[:, column]
        assert np.array_equal(filled, fill_short_gaps(t_s, alone), True)
