from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from formcheck.motion.rep import Rep
from formcheck.motion.reps import find_reps
from tests.synthetic import DOWN, UP, frames, lasting, min_jerk, set_legs

TOP, BOTTOM = 0.95, 0.70


def found(
    legs: list[tuple[float, float]],
    start: float = UP,
    *,
    fps: float = 30.0,
    noise: float = 0.0,
    t_s: np.ndarray | None = None,
    **other: Any,
) -> list[Rep]:
    """Reps of a movement given in shares of the way down."""
    t_s = frames(lasting(legs), fps) if t_s is None else t_s
    drive = TOP - (TOP - BOTTOM) * min_jerk(t_s, start, legs)
    drive += noise * np.random.default_rng(3).standard_normal(len(t_s))
    return reps_of(t_s, drive, **other)


def reps_of(
    t_s: np.ndarray,
    drive: np.ndarray,
    feet: np.ndarray | None = None,
    whole_body: np.ndarray | None = None,
    limbs: np.ndarray | None = None,
    loaded: np.ndarray | None = None,
) -> list[Rep]:
    feet = np.zeros((len(t_s), 2)) if feet is None else feet
    whole_body = np.ones(len(t_s)) if whole_body is None else whole_body
    limbs = np.ones(len(t_s)) if limbs is None else limbs
    return find_reps(t_s, drive, drive[:, None], feet, whole_body, limbs, 0.10, loaded=loaded)


def complete(reps: list[Rep]) -> int:
    return sum(rep.complete for rep in reps)


@pytest.mark.parametrize("noise", [0.0, 0.002])
@pytest.mark.parametrize("bottom_start", [False, True], ids=["from the top", "from the bottom"])
@pytest.mark.parametrize("count", [1, 2, 3, 8, 15])
def test_count(count: int, bottom_start: bool, noise: float) -> None:
    legs = set_legs(count, bottom_start=bottom_start)
    reps = found(legs, legs[0][1], noise=noise)
    assert [rep.index for rep in reps] == list(range(1, count + 1))
    assert all(rep.complete for rep in reps)
    assert all(rep.eccentric and rep.concentric for rep in reps)


@pytest.mark.parametrize("fps", [24, 30, 60, 240])
def test_frame_rates(fps: float) -> None:
    reps = found(set_legs(3), fps=fps, noise=0.001)
    assert complete(reps) == len(reps) == 3


def test_phases_of_a_rep_follow_each_other() -> None:
    (rep, _) = found(set_legs(2, eccentric_s=2.0, pause_s=0.6, concentric_s=1.2, top_s=1.0))
    assert rep.eccentric and rep.stretched_pause and rep.concentric and rep.top_pause
    lengths = [
        phase.duration_s
        for phase in (rep.eccentric, rep.stretched_pause, rep.concentric, rep.top_pause)
    ]
    assert lengths == pytest.approx([2.0, 0.6, 1.2, 1.0], abs=0.12)
    assert rep.start_s == pytest.approx(1.0, abs=0.06)
    assert rep.end_s == pytest.approx(rep.top_pause.end_s)
    assert rep.stretched_pause.start_s == rep.eccentric.end_s


def test_from_the_bottom_the_lift_comes_first() -> None:
    rep = found(set_legs(2, bottom_start=True), DOWN)[0]
    assert rep.eccentric and rep.concentric
    assert rep.concentric.end_s <= rep.eccentric.start_s


WHOLE = pytest.mark.parametrize("whole", [1, 2, 3, 6])


@WHOLE
def test_a_lowering_cut_off_by_the_end_is_listed_and_not_counted(whole: int) -> None:
    legs = set_legs(whole + 1, eccentric_s=3.0)
    t_s = frames(lasting(legs[: 4 * whole + 1]) + 1.5)
    reps = found(legs, t_s=t_s)
    assert [rep.complete for rep in reps] == [True] * whole + [False]
    assert reps[-1].eccentric is not None
    assert reps[-1].concentric is None


@pytest.mark.parametrize("whole", [2, 3, 6])
def test_a_lift_cut_off_by_the_end_is_listed_and_not_counted(whole: int) -> None:
    legs = set_legs(whole + 1, concentric_s=3.0, bottom_start=True)
    reps = found(legs, DOWN, t_s=frames(lasting(legs[: 4 * whole + 1]) + 1.6))
    assert [rep.complete for rep in reps] == [True] * whole + [False]
    assert reps[-1].concentric is not None
    assert reps[-1].eccentric is None


@WHOLE
def test_a_lift_cut_off_by_the_beginning_is_listed_and_not_counted(whole: int) -> None:
    legs = [(2.0, UP), (1.0, UP), *set_legs(whole)[1:]]
    reps = found(legs, 0.5 * DOWN)
    assert [rep.complete for rep in reps] == [False] + [True] * whole
    assert reps[0].eccentric is None
    assert reps[0].concentric is not None


def test_half_a_rep_alone_is_listed_where_the_whole_body_is_seen() -> None:
    legs = [(0.5, DOWN), (1.5, UP), (0.5, UP)]
    reps = found(legs, DOWN)
    assert [rep.complete for rep in reps] == [False]
    assert reps[0].concentric is not None
    hidden = np.zeros(len(frames(lasting(legs))))
    assert found(legs, DOWN, whole_body=hidden) == []
    assert found(legs, DOWN, limbs=hidden) == []


def test_something_without_the_limbs_of_a_body_does_no_reps() -> None:
    legs = set_legs(3)
    seen = np.zeros(len(frames(lasting(legs))))
    assert found(legs, limbs=seen) == []
    seen[::2] = 1.0
    assert complete(found(legs, limbs=seen, whole_body=np.zeros(len(seen)))) == 3


@pytest.mark.parametrize(("pause_s", "top_s"), [(0.0, 0.0), (0.0, 4.0), (4.0, 0.0), (6.0, 6.0)])
def test_touch_and_go_and_long_pauses(pause_s: float, top_s: float) -> None:
    legs = set_legs(
        4, eccentric_s=1.5, concentric_s=1.0, pause_s=pause_s or 1e-3, top_s=top_s or 1e-3
    )
    reps = found(legs, noise=0.001)
    assert [rep.complete for rep in reps] == [True] * 4
    for rep in reps[:3]:
        assert rep.stretched_pause and rep.top_pause
        assert rep.stretched_pause.duration_s == pytest.approx(pause_s, abs=0.2)
        assert rep.top_pause.duration_s == pytest.approx(top_s, abs=0.2)


@pytest.mark.parametrize("deep", [1.4, 2.0])
def test_fetching_the_weight_and_parking_it_are_no_reps(deep: float) -> None:
    fetch = [(1.0, UP), (2.0, deep), (0.5, deep), (2.0, UP), (1.0, UP)]
    park = [(2.0, deep), (0.5, deep), (2.0, UP), (1.0, UP)]
    assert complete(found([*fetch, *set_legs(4)])) == 4
    assert complete(found([*set_legs(4), *park])) == 4
    assert complete(found([*fetch, *set_legs(4), *park])) == 4


def test_a_deep_rep_inside_the_set_counts() -> None:
    shallow = [(2.0, DOWN), (0.3, DOWN), (1.5, UP), (0.8, UP)]
    deep = [(2.0, 1.4), (0.3, 1.4), (1.5, UP), (0.8, UP)]
    assert complete(found([(1.0, UP), *shallow, *deep, *shallow, *shallow])) == 4


def test_reps_of_uneven_depth_all_count() -> None:
    legs = [(1.0, UP)]
    for depth in (1.0, 0.85, 1.1, 0.8, 0.95):
        legs += [(2.5, depth), (0.3, depth), (1.5, UP), (0.6, UP)]
    assert complete(found(legs, noise=0.001)) == 5


def test_walking_to_the_weight_is_no_rep() -> None:
    """The lifter comes from a step away, bends down to the bar and lifts it twice."""
    legs = [(1.0, UP), (1.5, DOWN), (0.5, DOWN), *set_legs(2, bottom_start=True)[1:]]
    t_s = frames(lasting(legs))
    feet = np.column_stack([np.where(t_s < 1.5, -0.5, 0.0), np.zeros(len(t_s))])
    assert complete(found(legs, feet=feet)) == 2
    reps = found(legs, feet=feet)
    assert reps[0].start_s > 2.5
    assert complete(found(legs)) == 2


def test_walking_away_after_the_set() -> None:
    legs = [*set_legs(2, bottom_start=True), (1.5, UP), (2.0, UP)]
    t_s = frames(lasting(legs))
    feet = np.column_stack([np.where(t_s > lasting(legs) - 2.5, 0.8, 0.0), np.zeros(len(t_s))])
    assert len(found(legs, DOWN, feet=feet)) == 2


def test_walking_out_and_back_with_the_bar_on_the_back_costs_no_rep() -> None:
    """Two good mornings, a step away from the rack, with a moment's rest before and after."""
    legs = [(2.5, UP), *set_legs(2)[1:], (2.5, UP)]
    t_s = frames(lasting(legs))
    away = (t_s < 1.5) | (t_s > lasting(legs) - 2.0)
    feet = np.column_stack([np.where(away, 0.6, 0.0), np.zeros(len(t_s))])
    # Who walks stands a little taller.
    drive = TOP - (TOP - BOTTOM) * min_jerk(t_s, UP, legs) + 0.005 * away
    on_back, hanging = np.ones(len(t_s), dtype=bool), np.zeros(len(t_s), dtype=bool)
    reps = reps_of(t_s, drive, feet, loaded=on_back)
    assert [rep.complete for rep in reps] == [True, True]
    assert reps[0].eccentric is not None
    assert reps[0].eccentric.start_s == pytest.approx(2.5, abs=0.2)
    assert complete(reps_of(t_s, drive, feet, loaded=hanging)) == 1
    assert complete(reps_of(t_s, drive, feet)) == 1


@pytest.mark.parametrize("noise", [0.0, 0.004, 0.01])
def test_standing_still_is_no_rep(noise: float) -> None:
    assert found([(10.0, UP)], noise=noise) == []


def test_no_lifter() -> None:
    t_s = frames(4.0)
    assert reps_of(t_s, np.full(len(t_s), np.nan)) == []


@pytest.mark.parametrize("where_s", [2.0, 4.5, 6.0])
def test_a_second_out_of_sight_does_not_cost_a_rep(where_s: float) -> None:
    legs = set_legs(3)
    t_s = frames(lasting(legs))
    drive = TOP - (TOP - BOTTOM) * min_jerk(t_s, UP, legs)
    drive[(t_s >= where_s) & (t_s < where_s + 1.0)] = np.nan
    assert complete(reps_of(t_s, drive)) == 3


def test_a_cut_with_a_long_absence_splits_the_set() -> None:
    first, second = set_legs(2), set_legs(2)
    legs = [*first, *second]
    t_s = frames(lasting(legs))
    drive = TOP - (TOP - BOTTOM) * min_jerk(t_s, UP, legs)
    gap = lasting(first)
    later = t_s + 10.0 * (t_s > gap)
    drive[np.abs(t_s - gap) < 0.2] = np.nan
    assert complete(reps_of(later, drive)) == 4
    (_, before, after, _) = reps_of(later, drive)
    assert before.end_s < gap
    assert after.start_s > gap + 10.0


@pytest.mark.parametrize("seed", range(4))
def test_variable_frame_rate(seed: int) -> None:
    legs = set_legs(4)
    steps = np.random.default_rng(seed).choice([1 / 60, 1 / 30, 1 / 15], 2000)
    t_s = np.cumsum(steps)
    reps = found(legs, t_s=t_s[t_s < lasting(legs)])
    assert complete(reps) == 4
    assert reps[0].eccentric is not None
    assert reps[0].eccentric.duration_s == pytest.approx(3.4, abs=0.15)


def test_plates_that_seem_to_move_the_feet_at_the_bottom_are_no_steps() -> None:
    """The feet are hidden in every bottom and found elsewhere; at each top they are back."""
    legs = set_legs(2)
    t_s = frames(lasting(legs))
    way = min_jerk(t_s, UP, legs)
    feet = np.column_stack([0.2 * (way > 0.5), np.zeros(len(t_s))])
    reps = found(legs, t_s=t_s, feet=feet)
    assert [rep.complete for rep in reps] == [True, True]
    assert all(rep.eccentric and rep.eccentric.start_s < rep.end_s - 3.0 for rep in reps)
