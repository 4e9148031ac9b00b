from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any

import pytest

from formcheck.report.wording import metric_name
from formcheck.training_log.entry import Entry
from formcheck.training_log.progress import ExerciseProgress, progress_view
from tests.training_log.making import CURL, MONDAY, RDL, a_session, a_set

DAYS = timedelta(days=3)
Session = tuple[tuple[int, ...], dict[str, Any]]


def over(*visits: Session) -> ExerciseProgress:
    """One exercise in sessions three days apart, each of reps and what else is known."""
    entries: list[Entry] = []
    for place, (reps, other) in enumerate(visits):
        entries += a_session(MONDAY + place * DAYS, *reps, **other)
    (found,) = progress_view(entries, zone=UTC).exercises
    return found


def kg(weight: float | None, **other: Any) -> dict[str, Any]:
    return {"weight_kg": weight, **other}


def test_a_session_in_numbers() -> None:
    warm = a_set(MONDAY - timedelta(minutes=4), warm_up=True, weight_kg=100.0)
    entries = [
        warm,
        *a_session(MONDAY, 12, 11, **kg(60.0)),
        a_set(MONDAY + timedelta(minutes=9), weight_kg=50.0),
    ]
    (found,) = progress_view(entries, zone=UTC).exercises
    one = found.sessions[0]
    assert (one.day, one.sets, one.top_weight_kg, one.reps) == (
        date(2026, 11, 23),
        3,
        60.0,
        [12, 11],
    )
    assert one.volume_load_kg == 23 * 60.0 + 10 * 50.0
    assert one.time_under_tension_s == 23 * 5.0 + 50.0
    assert (one.change, one.form, one.compared_with) == ("first", "unknown", None)
    assert found.limits == ["One session only: there is nothing to compare it with."]


@pytest.mark.parametrize(
    ("then", "now", "change", "told"),
    [
        (((10, 10), kg(60.0)), ((8, 8), kg(62.5)), "weight", "2.5 kg more (60 to 62.5 kg)"),
        (((10, 10), kg(60.0)), ((12, 12), kg(50.0)), "less", "10 kg less"),
        (((10, 10), kg(60.0)), ((11, 10), kg(60.0)), "reps", "1 rep more in the first 2 sets"),
        (((10, 10), kg(60.0)), ((10, 8), kg(60.0)), "less", "2 reps fewer"),
        (((10, 10), kg(60.0)), ((10, 10, 10), kg(60.0)), "sets", "1 set more"),
        (((10, 10, 10), kg(60.0)), ((10, 10), kg(60.0)), "less", "1 set fewer"),
        (
            ((10, 10), kg(60.0, time_under_tension_s=40.0)),
            ((10,), kg(60.0, time_under_tension_s=60.0)),
            *("less", "1 set fewer"),
        ),
        (((10,), kg(60.0)), ((10,), kg(60.0)), "same", "the same weight and reps"),
        (
            ((10,), kg(60.0, time_under_tension_s=50.0)),
            ((10,), kg(60.0, time_under_tension_s=56.0)),
            *("time_under_tension", "6 s more under tension"),
        ),
        (
            ((10,), kg(60.0, time_under_tension_s=50.0)),
            ((10,), kg(60.0, time_under_tension_s=54.0)),
            *("same", "the same"),
        ),
        (
            ((10,), kg(60.0, time_under_tension_s=50.0)),
            ((10,), kg(60.0, time_under_tension_s=40.0)),
            *("less", "10 s less under tension"),
        ),
        (
            ((10,), kg(60.0, time_under_tension_s=None)),
            ((10,), kg(60.0)),
            *("same", "the same"),
        ),
        (((10,), kg(60.0)), ((12,), kg(None)), "unknown", "No weight was told"),
        (((10,), kg(None)), ((12,), kg(60.0)), "unknown", "No session before it has a weight"),
    ],
)
def test_which_way_it_went(then: Session, now: Session, change: str, told: str) -> None:
    last = over(then, now).sessions[-1]
    assert last.change == change
    assert told in last.sentence


def test_a_session_without_weights_is_passed_over_in_comparing() -> None:
    last = over(((10,), kg(60.0)), ((15,), kg(None)), ((11,), kg(60.0))).sessions[-1]
    assert (last.change, last.compared_with) == ("reps", date(2026, 11, 23))


def test_it_is_the_last_session_that_is_compared_with() -> None:
    last = over(((10,), kg(50.0)), ((10,), kg(60.0)), ((10,), kg(55.0))).sessions[-1]
    assert (last.change, last.compared_with) == ("less", date(2026, 11, 26))


@pytest.mark.parametrize(
    ("then", "now", "form"),
    [
        ({"score": 95.0}, {"score": 85.5}, "held"),
        ({"score": 95.0}, {"score": 85.0}, "not_held"),
        ({"score": 60.0}, {"score": 95.0}, "held"),
        ({"score": None}, {"score": 95.0}, "unknown"),
        ({}, {"not_assessed": ("spine_curvature",)}, "unknown"),
        ({"not_assessed": ("spine_curvature",)}, {"not_assessed": ("spine_curvature",)}, "held"),
        ({"not_assessed": ("spine_curvature",)}, {}, "held"),
        ({}, {"score": 80.0, "not_assessed": ("spine_curvature",)}, "not_held"),
        ({}, {"faults": {"BOUNCE": 1}, "major_faults": {"BOUNCE": 1}}, "not_held"),
        (
            {"faults": {"BOUNCE": 1}, "major_faults": {"BOUNCE": 1}},
            {"faults": {"BOUNCE": 1}, "major_faults": {"BOUNCE": 1}},
            "held",
        ),
        ({}, {"score": None, "faults": {"BOUNCE": 1}, "major_faults": {"BOUNCE": 1}}, "not_held"),
    ],
)
def test_whether_the_form_was_held(then: dict[str, Any], now: dict[str, Any], form: str) -> None:
    last = over(((10,), kg(60.0, **then)), ((10,), kg(65.0, **now))).sessions[-1]
    assert last.form == form
    assert ("no progress yet" in last.sentence) == (form == "not_held")


ROUNDED = {"faults": {"SPINE_ROUNDED": 2}, "major_faults": {"SPINE_ROUNDED": 1}}


@pytest.mark.parametrize(
    ("visits", "told"),
    [
        (
            [((15, 15), kg(60.0)), ((15, 15), kg(60.0, **ROUNDED))],
            "Stay at 60 kg, or take less, and mend",
        ),
        ([((15, 15), kg(60.0, eccentric_s_mean=2.0))], "lower in 3 to 4 s (2.0 s last time)"),
        ([((12, 10), kg(60.0))], "Stay at 60 kg and add a rep where you can (12, 10 last time)"),
        ([((15, 15), kg(60.0))], "Stay at 60 kg once more"),
        ([((15, 15), kg(60.0)), ((16, 15), kg(60.0))], "Add weight: 61.5 to 66 kg"),
        ([((15, 14), kg(60.0)), ((15, 15), kg(60.0))], "Stay at 60 kg once more"),
        ([((15, 15), kg(57.5)), ((15, 15), kg(60.0))], "Stay at 60 kg once more"),
        ([((15, 15), kg(4.0)), ((15, 15), kg(4.0))], "Add weight: 4.5 kg"),
        (
            [((7, 6), kg(60.0))],
            "until every set has 8 reps (7, 6 last time). If that fails, take 54 kg.",
        ),
        ([((10, 10), kg(None))], "Log the weight"),
        ([((10, 10), kg(0.0))], "Stay with the body alone and add a rep"),
        (
            [((7, 6), kg(0.0))],
            "Stay with the body alone: help with a band or the hands, or a shorter range, until "
            "every set has 8 clean reps (7, 6 last time).",
        ),
        (
            [((10, 10), kg(0.0, **ROUNDED))],
            "Stay with the body alone, help with a band or the hands, and mend this first: ",
        ),
        ([((10, 10), kg(None, **ROUNDED))], "Hold the weight, or take less, and mend this first"),
        ([((15, 15), kg(0.0))], "with your own weight"),
    ],
)
def test_what_to_do_next(visits: list[Session], told: str) -> None:
    assert told in over(*visits).next


def test_why_the_form_cannot_be_told() -> None:
    blind = over(((10,), kg(60.0)), ((10,), kg(65.0, not_assessed=("spine_curvature",))))
    assert (
        f"(not judged this time: {metric_name('spine_curvature')})" in blind.sessions[-1].sentence
    )
    bare = over(((10,), kg(60.0)), ((10,), kg(65.0, score=None)))
    assert "(a session has no score)" in bare.sessions[-1].sentence


def test_missing_weights_are_said() -> None:
    entries = [*a_session(MONDAY, 10), a_set(MONDAY + timedelta(minutes=9), weight_kg=None)]
    (found,) = progress_view(entries, zone=UTC).exercises
    assert found.sessions[0].sets_without_weight == 1
    assert any("1 set of 2 without a weight" in limit for limit in found.limits)


def test_what_was_not_judged_is_said() -> None:
    limits = over(((10,), kg(60.0, not_assessed=("spine_curvature",)))).limits
    assert (
        f"Not judged in some reps of the last session: {metric_name('spine_curvature')}." in limits
    )


def test_exercises_are_told_apart() -> None:
    entries = [*a_session(MONDAY, 10), *a_session(MONDAY + DAYS, 10, exercise=CURL)]
    found = progress_view(entries, zone=UTC).exercises
    assert [(one.exercise, len(one.sessions)) for one in found] == [(CURL, 1), (RDL, 1)]


def test_warm_ups_alone_are_no_session() -> None:
    assert progress_view([a_set(warm_up=True)], zone=UTC).exercises == []
