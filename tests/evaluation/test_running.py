"""Work in processes of its own."""

from __future__ import annotations

import math
import os

import pytest

from formcheck.evaluation.running import _side_by_side


def test_results_come_with_the_index_of_their_item() -> None:
    told: list[tuple[int, int | None]] = []
    items = [4.0, 9.0, 16.0]
    results = dict(
        _side_by_side(math.sqrt, items, 2, lambda _, done, total: told.append((done, total)))  # type: ignore[type-var]
    )
    assert results == {0: 2.0, 1: 3.0, 2: 4.0}
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_process_that_dies_gives_no_result_and_no_error() -> None:
    assert dict(_side_by_side(os._exit, [3], 1, None)) == {}  # type: ignore[type-var]


def test_an_error_ends_the_work() -> None:
    with pytest.raises(ValueError, match="math domain"):
        dict(_side_by_side(math.sqrt, [-1.0], 1, None))  # type: ignore[type-var]


def test_nothing_to_do_starts_no_process() -> None:
    assert dict(_side_by_side(os._exit, [], 2, None)) == {}
