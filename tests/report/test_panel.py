from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from formcheck.report.drawing import GREEN
from formcheck.report.moment import Moment
from formcheck.report.panel import PORTRAIT_SHARE, PanelPlace, draw_panel, place_panel

MOMENT = Moment(3, "eccentric", 1.0, 1.0, False, ("Chest proud",))
WORDS = {"eccentric": "Lowering"}


def standing_at(build: Any, x_px: float, y_px: float, spread_px: float = 30.0) -> Any:
    """A track of one frame whose landmarks all lie around a point."""
    track = build.track(np.array([0.0]))
    rng = np.random.default_rng(1)
    track.landmarks_px[:] = (x_px, y_px) + rng.uniform(-spread_px, spread_px, (1, 33, 2))
    return track


@pytest.mark.parametrize(
    ("x_px", "y_px", "left", "low"),
    [(500, 500, 0, False), (80, 60, 1, False), (320, 60, 0, True)],
)
def test_the_panel_avoids_the_lifter(
    build: Any, x_px: float, y_px: float, left: int, low: bool
) -> None:
    spread = 250.0 if x_px == 320 else 30.0
    track = standing_at(build, x_px, y_px, 30.0)
    track.landmarks_px[..., 0] = np.linspace(x_px - spread, x_px + spread, 33)
    place = place_panel(track, 640, 640, 1.0)
    assert (place.left > 0) == bool(left)
    assert place.low == low


def test_when_no_corner_is_free_a_shin_is_hidden_before_the_back(build: Any) -> None:
    track = build.track(np.array([0.0]))
    corners = np.array([[20, 20], [620, 20], [20, 620], [620, 620]], dtype=float)
    parts = {"arms": range(13, 23), "head": range(11), "hips": (23, 24), "legs": range(25, 33)}
    for corner, rows in zip(corners, parts.values(), strict=True):
        track.landmarks_px[0, list(rows)] = corner
    track.landmarks_px[0, [11, 12]] = corners[0]  # shoulders
    place = place_panel(track, 640, 640, 1.0)
    assert (place.left > 0, place.low) == (True, True)


def test_the_panel_is_narrow_in_portrait_and_follows_the_scale(build: Any) -> None:
    track = standing_at(build, 40, 40)
    upright = place_panel(track, 720, 1280, 1.0)
    assert upright.right - upright.left <= PORTRAIT_SHARE * 720 + 1
    assert upright.left > 0
    # Seen at a third of the size, the clip's point (40, 40) is the video's (120, 120) no more.
    assert place_panel(standing_at(build, 1900, 40), 640, 360, 1 / 3).left == 0


def test_a_clip_without_anybody_has_its_panel_in_the_first_corner(build: Any) -> None:
    track = standing_at(build, 0, 0)
    track.landmarks_px[:] = np.nan
    place = place_panel(track, 640, 360, 1.0)
    assert (place.left, place.top, place.low) == (0, 0, False)


@pytest.mark.parametrize("low", [False, True])
def test_the_panel_is_drawn_where_it_was_placed(low: bool) -> None:
    bgr = np.full((480, 640, 3), 200, np.uint8)
    top = 350 if low else 0
    place = PanelPlace(380, top, 640, top + 124, 1.0, low)
    draw_panel(bgr, MOMENT, WORDS, (3.0, 4.0), True, place)
    assert (bgr == GREEN).all(axis=2)[top : top + 124, 380:].any()
    outside = bgr.copy()
    outside[top : top + 124, 380:] = 200
    changed = np.argwhere((outside != 200).any(axis=2))
    assert len(changed)  # the cue
    if low:
        assert changed[:, 1].max() < 380
    else:
        assert changed[:, 1].max() > 380
    assert changed[:, 0].min() > 400


def test_a_picture_smaller_than_the_panel(build: Any) -> None:
    place = place_panel(standing_at(build, 8, 8, 5.0), 16, 16, 1.0)
    bgr = np.zeros((16, 16, 3), np.uint8)
    draw_panel(bgr, MOMENT, WORDS, (3.0, 4.0), True, place)
    assert place.right <= 16
    assert place.bottom <= 16
