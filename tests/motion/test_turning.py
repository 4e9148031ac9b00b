from __future__ import annotations

import numpy as np
import pytest

from formcheck.motion.turning import BRIDGE_S, find_stretches
from tests.synthetic import DOWN, UP, frames, lasting, min_jerk, set_legs

TOP, BOTTOM = 0.95, 0.70


def a_set(reps: int = 3, fps: float = 30.0, **timing: object) -> tuple[np.ndarray, np.ndarray]:
    legs = set_legs(reps, **timing)  # type: ignore[arg-type]
    t_s = frames(lasting(legs), fps)
    return t_s, TOP - (TOP - BOTTOM) * min_jerk(t_s, legs[0][1], legs)


def kinds(t_s: np.ndarray, drive: np.ndarray) -> list[list[str]]:
    return [[turn.kind for turn in piece.turns] for piece in find_stretches(t_s, drive, 0.1)]


def test_tops_and_bottoms_alternate_at_their_levels() -> None:
    t_s, drive = a_set(3)
    (piece,) = find_stretches(t_s, drive, 0.1)
    assert [turn.kind for turn in piece.turns] == ["top", "bottom"] * 3 + ["top"]
    levels = [turn.level for turn in piece.turns]
    assert levels[::2] == pytest.approx([TOP] * 4, abs=0.003)
    assert levels[1::2] == pytest.approx([BOTTOM] * 3, abs=0.003)
    assert (piece.first, piece.past) == (0, len(t_s))


@pytest.mark.parametrize("fps", [24, 30, 60, 240])
def test_the_frame_rate_does_not_matter(fps: int) -> None:
    assert kinds(*a_set(2, fps)) == [["top", "bottom", "top", "bottom", "top"]]


def test_a_wobble_is_no_turning_point() -> None:
    t_s, drive = a_set(2)
    drive += 0.03 * np.sin(2 * np.pi * 0.9 * t_s)
    assert kinds(t_s, drive) == [["top", "bottom", "top", "bottom", "top"]]


@pytest.mark.parametrize("swing", [0.0, 0.05])
def test_too_small_a_movement_is_none(swing: float) -> None:
    t_s = frames(10)
    noise = 0.004 * np.random.default_rng(1).standard_normal(len(t_s))
    assert find_stretches(t_s, 0.9 + swing * np.sin(t_s) + noise, 0.15) == []


def test_nothing_known() -> None:
    t_s = frames(3)
    assert find_stretches(t_s, np.full(len(t_s), np.nan), 0.1) == []


@pytest.mark.parametrize(("gap_s", "pieces"), [(1.0, 1), (BRIDGE_S - 0.1, 1), (BRIDGE_S + 0.5, 2)])
def test_short_absences_are_bridged(gap_s: float, pieces: int) -> None:
    t_s, drive = a_set(2, top_s=3.0)
    middle = 1.0 + 3.4 + 0.4 + 1.5 + 1.5
    drive[np.abs(t_s - middle) < gap_s / 2] = np.nan
    assert len(find_stretches(t_s, drive, 0.1)) == pieces


def test_a_jump_no_body_can_make_becomes_a_gap() -> None:
    """A cut shows another place from one frame to the next."""
    t_s, drive = a_set(2)
    drive[60:66] = 0.3
    (piece,) = find_stretches(t_s, drive, 0.1)
    assert np.nanmin(piece.drive) == pytest.approx(BOTTOM, abs=0.01)


def test_turns_at_the_clips_edges_are_told_apart() -> None:
    t_s = frames(3.0)
    falling = TOP - 0.1 * t_s
    (piece,) = find_stretches(t_s, falling, 0.1)
    assert [turn.at_edge for turn in piece.turns] == [True, True]
    inside = find_stretches(*a_set(1), 0.1)[0]
    assert not inside.turns[1].at_edge


def test_uneven_frame_times() -> None:
    legs = set_legs(3)
    rng = np.random.default_rng(5)
    t_s = np.cumsum(rng.choice([1 / 60, 1 / 30, 1 / 12], 300))
    t_s = t_s[t_s < lasting(legs)]
    drive = TOP - (TOP - BOTTOM) * min_jerk(t_s, UP, legs)
    found = kinds(t_s, drive)[0]
    assert found[:4] == ["top", "bottom", "top", "bottom"]


def test_starting_at_the_bottom() -> None:
    assert kinds(*a_set(2, bottom_start=True))[0] == ["bottom", "top"] * 2 + ["bottom"]
    assert DOWN > UP, "shares of the way down"
