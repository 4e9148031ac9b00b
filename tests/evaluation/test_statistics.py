"""Figures against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.evaluation.statistics import RESAMPLES, agreement, auc, ratio, resamples


def test_a_share_with_the_interval_of_a_known_distribution() -> None:
    """One case a clip: the bootstrap of a share is the binomial, here of 0.5 with n = 100."""
    right = [i % 2 for i in range(100)]
    share = ratio(right, [1] * 100)
    assert share is not None
    assert share.value == 0.5
    assert share.low == pytest.approx(0.5 - 1.96 * 0.05, abs=0.015)
    assert share.high == pytest.approx(0.5 + 1.96 * 0.05, abs=0.015)


def test_reps_of_one_clip_do_not_make_the_interval_narrower() -> None:
    alone = ratio([1, 0] * 10, [1] * 20)
    together = ratio([10, 0] * 10, [10] * 20)
    assert alone == together


def test_the_same_data_give_the_same_interval() -> None:
    assert ratio([1, 2, 3, 4, 5], [5] * 5) == ratio([1, 2, 3, 4, 5], [5] * 5)


@pytest.mark.parametrize(("part", "low", "high"), [(0, 0.0, 0.3085), (1, 0.6915, 1.0)])
def test_none_and_all_get_the_exact_bound(part: int, low: float, high: float) -> None:
    """Clopper and Pearson, 0 of 10: 1 - 0.025 ** (1 / 10) = 0.3085."""
    share = ratio([part] * 10, [1] * 10)
    assert share is not None
    assert share.low == pytest.approx(low, abs=1e-4)
    assert share.high == pytest.approx(high, abs=1e-4)


def test_clips_without_a_case_count_for_nothing() -> None:
    assert ratio([1, 0, 0], [2, 2, 0]) == ratio([1, 0], [2, 2])
    assert ratio([0, 0], [0, 0]) is None


def test_a_rate_is_scaled_with_its_bounds() -> None:
    rate = ratio([1, 0, 0, 0, 1, 0], [10] * 6, unit="per 100 reps", scale=100)
    assert rate is not None
    assert rate.value == pytest.approx(100 * 2 / 60)
    assert rate.low is not None
    assert rate.high is not None
    assert 0 <= rate.low < rate.value < rate.high < 20


def test_limits_of_agreement_by_hand() -> None:
    """Errors 1, 3 and 1, 3: bias 2, standard deviation sqrt(4 / 3)."""
    found = agreement([np.array([1.0, 3.0]), np.array([1.0, 3.0]), np.array([])], "s")
    assert found["mae"].value == 2.0
    assert found["bias"].value == 2.0
    spread = 1.96 * np.sqrt(4 / 3)
    assert found["limit_low"].value == pytest.approx(2 - spread)
    assert found["limit_high"].value == pytest.approx(2 + spread)
    assert found["limit_low"].low is None


def test_bias_keeps_its_sign_and_mean_error_does_not() -> None:
    found = agreement([np.array([-1.0, 1.0, -3.0])], "s")
    assert found["mae"].value == pytest.approx(5 / 3)
    assert found["bias"].value == pytest.approx(-1.0)
    assert agreement([np.array([])], "s") == {}
    assert set(agreement([np.array([0.5])], "s")) == {"mae", "bias"}


def test_limits_of_normal_errors_hold_95_percent() -> None:
    rng = np.random.default_rng(1)
    found = agreement([rng.normal(0.5, 2.0, 20) for _ in range(200)], "deg")
    assert found["limit_high"].value == pytest.approx(0.5 + 1.96 * 2.0, abs=0.1)
    assert found["limit_high"].low < 0.5 + 1.96 * 2.0 < found["limit_high"].high  # type: ignore[operator]


def test_auc_by_hand() -> None:
    """Pairs (3 over 1, 2), (2 over 1, equal to 2): 3.5 of 4."""
    area = auc([np.array([3.0]), np.array([2.0])], [np.array([1.0]), np.array([2.0])])
    assert area is not None
    assert area.value == pytest.approx(3.5 / 4)


def test_auc_of_separate_and_of_swapped_groups() -> None:
    high, low = [np.array([2.0, 3.0])] * 6, [np.array([0.0, 1.0])] * 6
    best, worst = auc(high, low), auc(low, high)
    assert best is not None
    assert worst is not None
    assert (best.value, best.low, best.high) == (1.0, 1.0, 1.0)
    assert worst.value == 0.0
    assert auc(high, [np.array([])] * 6) is None


def test_auc_of_normals_is_that_of_the_formula() -> None:
    """Unit normals one apart: Phi(1 / sqrt 2) = 0.760."""
    rng = np.random.default_rng(2)
    positive = [rng.normal(1.0, 1.0, 5) for _ in range(60)]
    negative = [rng.normal(0.0, 1.0, 5) for _ in range(60)]
    area = auc(positive, negative)
    assert area is not None
    assert area.value == pytest.approx(0.760, abs=0.03)
    assert area.low is not None
    assert area.high is not None
    assert area.low < 0.760 < area.high


def test_every_resample_draws_as_many_clips_as_there_are() -> None:
    weights = resamples(7)
    assert weights.shape == (RESAMPLES, 7)
    assert np.all(weights.sum(axis=1) == 7)
