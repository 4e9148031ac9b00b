"""The renderer's movements at closed form; needs neither torch nor anny nor numba."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts" / "render"))

import conditions
import suites
import suites_backs
import suites_more
from bodies import BODIES
from performance import Performance
from plans import EXERCISES, Filming, Lift
from planted import RULES, Rule, side_angles
from timeline import BOUNCE_TURN_S, Node, RepPlan, follow, minimum_jerk, nodes_of, schedule


def test_minimum_jerk_is_the_polynomial_of_flash_and_hogan() -> None:
    share = np.array([-1.0, 0.0, 0.25, 0.5, 1.0, 2.0])
    expected = [0.0, 0.0, 10 / 64 - 15 / 256 + 6 / 1024, 0.5, 1.0, 1.0]
    assert minimum_jerk(share) == pytest.approx(expected)


def test_from_rest_to_rest_is_minimum_jerk() -> None:
    t_s = np.linspace(0.0, 5.0, 101)
    place = follow(t_s, [Node(1.0, 0.2), Node(4.0, 0.9)])
    assert place == pytest.approx(0.2 + 0.7 * minimum_jerk((t_s - 1.0) / 3.0))


def test_places_and_speeds_at_nodes_are_met() -> None:
    nodes = [Node(0.0, 0.0), Node(1.0, 0.6, 1.3), Node(1.8, 0.1, -0.4), Node(3.0, 0.0)]
    step = 1e-5
    for node in nodes[1:3]:
        before, at, after = follow(np.array([node.t_s - step, node.t_s, node.t_s + step]), nodes)
        assert at == pytest.approx(node.place)
        assert (after - before) / (2 * step) == pytest.approx(node.speed, abs=1e-3)


@pytest.mark.parametrize("lengthening_first", [True, False])
def test_reps_follow_one_another(lengthening_first: bool) -> None:
    plan = RepPlan((3.0, 0.5, 1.0, 0.7), depth=0.9)
    reps = schedule((plan, plan), 2.0, lengthening_first)
    assert reps[0].edges_s[0] == 2.0
    assert reps[1].edges_s[0] == reps[0].edges_s[-1] == pytest.approx(7.2)
    for rep in reps:
        start, end = rep.phase("eccentric")
        assert end - start == pytest.approx(3.0)
    first = "eccentric" if lengthening_first else "concentric"
    assert reps[0].names[0] == first
    turn_s = reps[0].edges_s[1]
    assert follow(np.array([turn_s]), nodes_of(reps))[0] == pytest.approx(0.9)


def test_a_bounce_turns_within_its_time_and_has_no_pause() -> None:
    plan = RepPlan((1.5, 0.5, 0.9, 0.7), bounce=True)
    (rep,) = schedule((plan,), 0.0, lengthening_first=True)
    assert rep.phase("stretched_pause") == (1.5, 1.5)
    t_s = np.linspace(1.3, 1.7, 40001)
    place = follow(t_s, nodes_of([rep]))
    speed = np.gradient(place, t_s)
    hardest = np.abs(np.gradient(speed, t_s)).max()
    change = abs(speed[t_s < 1.5 - BOUNCE_TURN_S / 2][-1]) + speed.min() * -1.0
    assert change / hardest < 0.11


def test_a_drop_is_slow_and_then_fast() -> None:
    plan = RepPlan((3.4, 0.5, 1.5, 0.7), drop=0.5)
    (rep,) = schedule((plan,), 0.0, lengthening_first=True)
    t_s = np.linspace(0.0, 3.4, 3401)
    place = follow(t_s, nodes_of([rep]))
    speed = np.gradient(place, t_s)
    assert speed[place > 0.5].max() > 4 * speed[place < 0.5].max()
    assert place[-1] == pytest.approx(1.0)
    assert place.max() < 1.03


def test_a_performance_is_the_same_from_the_same_seed_only() -> None:
    lift, film = Lift("romanian_deadlift"), Filming()
    first, again, other = (Performance(lift, film, seed, 0.0) for seed in (4, 4, 5))
    assert first.moments(first.t_s) == again.moments(again.t_s)
    assert [rep.edges_s for rep in first.reps] != [rep.edges_s for rep in other.reps]


def test_variable_rate_keeps_true_times() -> None:
    times = Performance(Lift("romanian_deadlift"), Filming(variable_rate=True), 3, 0.0).t_s
    gaps = np.diff(times)
    assert gaps.min() > 0.0
    assert gaps.max() > 1.5 / 30
    assert gaps.std() > 0.005


def test_side_angles_of_a_drawn_right_angle() -> None:
    """Kneeling upright: thigh and trunk stand, the shank lies behind the knee."""
    at = {
        "shoulder": np.array([[0.0, -2.0]]),
        "hip": np.array([[0.0, -1.0]]),
        "knee": np.array([[0.0, 0.0]]),
        "ankle": np.array([[-1.0, 0.0]]),
        "wrist": np.array([[0.5, -1.0]]),
    }
    angles = side_angles(at, at, 1.0)
    assert angles["knee_flexion_deg"] == pytest.approx([90.0])
    assert angles["hip_flexion_deg"] == pytest.approx([0.0])
    assert angles["trunk_inclination_deg"] == pytest.approx([0.0])
    assert angles["wrist_to_leg_thighs"] == pytest.approx([0.5])


def test_a_rule_leaves_room_between_clean_and_faulty() -> None:
    low = Rule("SHALLOW", "hip_range", 60.0, 50.0, EXERCISES)
    assert [low.verdict(value) for value in (61.0, 55.0, 49.0)] == [False, None, True]
    high = Rule("SPINE_ROUNDED", "lumbar_rounding_deg", 10.0, 20.0, EXERCISES)
    assert [high.verdict(value) for value in (9.0, 15.0, 21.0)] == [False, None, True]
    assert all(rule.clean != rule.fault for rule in RULES)


def test_accuracy_is_large_and_balanced_from_the_beginning() -> None:
    plans = suites.accuracy()
    assert len(plans) >= 150
    assert len({plan.name for plan in plans}) == len(plans)
    assert {plan.body for plan in plans} == set(BODIES)
    side_on = [abs(plan.film.yaw_deg) <= 10.0 for plan in plans]
    assert np.mean(side_on) >= 0.6
    for exercise, ways in conditions.CONDITIONS.items():
        shown = {plan.notes for plan in plans if plan.lift.exercise == exercise}
        assert shown == set(ways), exercise
    for exercise in EXERCISES:
        beginning = [plan for plan in plans[:60] if plan.lift.exercise == exercise]
        assert len(beginning) == 12
        assert sum(plan.notes == "clean" for plan in beginning) == 4


def test_plans_repeat_and_frames_suit_the_encoder() -> None:
    assert suites.accuracy() == suites.accuracy()
    every = [*suites.accuracy(), *suites_more.stress(), *suites_more.samples()]
    for plan in [*every, *suites_backs.backs(), *suites_backs.backs(1)]:
        assert plan.film.width % 4 == 0, plan.name
        assert plan.film.height % 4 == 0, plan.name


def test_half_of_the_bodies_are_held_out() -> None:
    splits = [plan.split for plan in BODIES.values()]
    assert len(splits) >= 8
    assert splits.count("held_out") == splits.count("tune")


def test_another_draw_shows_the_same_faults_otherwise() -> None:
    first, other = suites.accuracy(), suites.accuracy(draw=1)
    assert [plan.name for plan in first] == [plan.name for plan in other]
    assert not {plan.seed for plan in first} & {plan.seed for plan in other}
    for one, two in zip(first, other, strict=True):
        assert one.body != two.body
        assert one.lift.exercise == two.lift.exercise
        assert one.film.distance_m != two.film.distance_m


def test_backs_are_balanced_by_body_and_shirt_and_nothing_covers_them() -> None:
    plans = suites_backs.backs()
    assert len({plan.name for plan in plans}) == len(plans) == 64
    for body in BODIES:
        for loose in (False, True):
            own = [plan for plan in plans if plan.body == body and plan.outfit.loose is loose]
            assert sorted(plan.lift.lumbar_deg > 20.0 for plan in own) == [False, False, True, True]
    assert not any(plan.passer for plan in plans)
    assert {plan.equipment for plan in plans} == {"dumbbells", "barbell_30"}
    assert max(abs(plan.film.yaw_deg) for plan in plans) <= 8.0
    assert not {plan.body for plan in suites_backs.backs(1)} & set(BODIES)
