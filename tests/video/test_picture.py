"""Edges whose width is known because they were smeared here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, uniform_filter1d

from formcheck.errors import ClipError
from formcheck.video.picture import edge_width_px, looks_at

SIZE = 240


def board(square: int = 60) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """A chequered board of edges that run up and across."""
    rows, columns = np.indices((SIZE, SIZE)) // square
    return ((rows + columns) % 2) * 180.0 + 20.0


@pytest.mark.parametrize("width_px", [2.0, 4.0, 6.0])
def test_a_gaussian_blur_is_measured(width_px: float) -> None:
    assert edge_width_px(gaussian_filter(board(), width_px)) == pytest.approx(width_px, rel=0.1)


def test_a_sharp_picture_has_edges_of_about_a_pixel() -> None:
    assert edge_width_px(board()) < 1.0


@pytest.mark.parametrize("axis", [0, 1])
def test_a_shaken_picture_is_smeared_in_one_direction(axis: int) -> None:
    """Shaken by k pixels an edge has the slope height / k, so s = k / sqrt(2 pi)."""
    shaken = uniform_filter1d(board(), 15, axis=axis)
    assert edge_width_px(shaken) == pytest.approx(15 / np.sqrt(2 * np.pi), rel=0.1)


def test_a_blank_picture_has_no_edges() -> None:
    assert np.isnan(edge_width_px(np.full((SIZE, SIZE), 90.0)))


def test_parts_of_a_clip(make_clip: Callable[..., Path]) -> None:
    clip = make_clip(frames=30, width=96, height=64)
    whole = (0.0, 0.0, 96.0, 64.0)
    looks = looks_at(
        clip, {0.5: whole, 0.2: (-20.0, -5.0, 60.0, 40.0), 0.8: (500.0, 5.0, 600.0, 9.0)}
    )
    assert len(looks) == 2
    assert all(60 < look.luma < 200 for look in looks)


def test_no_part_and_no_clip(make_clip: Callable[..., Path], tmp_path: Path) -> None:
    assert looks_at(make_clip(), {}) == []
    with pytest.raises(ClipError):
        looks_at(tmp_path / "none.mp4", {0.0: (0.0, 0.0, 9.0, 9.0)})
