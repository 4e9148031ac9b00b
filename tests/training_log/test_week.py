from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from formcheck.training_log.entry import Entry
from formcheck.training_log.progress import progress_view
from formcheck.training_log.sessions import GAP, sessions
from formcheck.training_log.targets import Target
from formcheck.training_log.week import WeekView, week_view
from tests.training_log.making import CURL, MONDAY, RDL, a_session, a_set

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY_AFTER = date(2026, 11, 30)


def the_week(entries: list[Entry], *, today: date = SUNDAY_AFTER) -> WeekView:
    return week_view(entries, MONDAY.date(), today=today, zone=UTC)


def target(view: WeekView, name: str) -> Target:
    return next(one for one in view.targets if one.name == name)


def good_week() -> list[Entry]:
    return [
        entry
        for day in (0, 3)
        for entry in (
            *a_session(MONDAY + day * DAY, 10, 10, 10),
            *a_session(MONDAY + day * DAY + timedelta(minutes=20), 12, 12, 12, exercise=CURL),
        )
    ]


def test_a_good_week_meets_every_target() -> None:
    view = the_week(good_week())
    assert {one.name: one.status for one in view.targets} == dict.fromkeys(
        (
            *("weekly_sets", "sessions", "sets_per_exercise"),
            *("reps_per_set", "hinge_share", "eccentric_s"),
        ),
        "within",
    )
    assert (view.totals.sets, view.totals.reps) == (12, 6 * 10 + 6 * 12)
    assert view.totals.volume_load_kg == 132 * 60.0
    assert view.totals.time_under_tension_s == 132 * 5.0
    assert view.patterns == {"hip_hinge": 6, "knee_flexion": 6, "other": 0}
    assert [one.by_exercise for one in view.sessions] == [{RDL: 3, CURL: 3}] * 2
    assert (view.first_day, view.last_day, view.over) == (
        date(2026, 11, 23),
        date(2026, 11, 29),
        True,
    )
    assert view.notes == []
    assert view.faults == []


def test_warm_ups_are_listed_and_not_counted() -> None:
    warm = a_set(MONDAY - timedelta(minutes=5), warm_up=True, reps=20, weight_kg=20.0)
    bare, warmed = the_week(good_week()), the_week([*good_week(), warm])
    assert warmed.warm_ups == 1
    assert warmed.sessions[0].warm_ups == 1
    assert warmed.totals == bare.totals
    assert warmed.targets == bare.targets


@pytest.mark.parametrize(
    ("count", "status", "told"),
    [
        (9, "below", "1 set was missing."),
        (10, "within", "Enough"),
        (20, "within", "Enough"),
        (21, "above", "1 set too many."),
    ],
)
def test_weekly_sets(count: int, status: str, told: str) -> None:
    entries = [a_set(MONDAY + k * timedelta(minutes=3)) for k in range(count)]
    found = target(the_week(entries), "weekly_sets")
    assert (found.value, found.status) == (count, status)
    assert told in found.advice


def test_a_week_that_is_not_over_says_what_is_still_to_be_done() -> None:
    view = the_week(a_session(MONDAY, 10, 10, 10), today=date(2026, 11, 29))
    assert not view.over
    assert target(view, "weekly_sets").advice == "Do 7 sets more by Sunday, 17 at most."


def test_a_week_that_is_over_is_told_in_the_past() -> None:
    nothing = the_week([], today=date(2027, 3, 1))
    assert (nothing.over, nothing.begun) == (True, True)
    assert [one.advice for one in nothing.targets] == [
        "10 sets were missing.",
        "There was no training.",
        "No set of any exercise was done.",
        "No set was done.",
        "No hinge and no curl was done.",
        "No lowering could be timed.",
    ]
    often = the_week([a_set(MONDAY + k * DAY) for k in range(5)])
    assert target(often, "sessions").advice.startswith("2 sessions too many: ")
    full = the_week(a_session(MONDAY, *[10] * 30))
    assert target(full, "weekly_sets").advice == "10 sets too many."
    assert target(full, "hinge_share").advice.endswith("glute-ham raise) would have balanced it.")


def test_a_week_that_is_running_has_time_left() -> None:
    view = the_week([], today=MONDAY.date())
    assert (view.over, view.begun) == (False, True)
    assert target(view, "reps_per_set").advice == "No set was done yet."
    full = the_week(a_session(MONDAY, *[10] * 21), today=MONDAY.date())
    assert target(full, "weekly_sets").advice.startswith("Leave out 1 set next week")


def test_a_week_to_come_has_not_begun() -> None:
    view = the_week([], today=date(2026, 11, 22))
    assert (view.over, view.begun) == (False, False)
    assert all(one.advice.startswith("The week has not begun.") for one in view.targets)
    assert target(view, "weekly_sets").advice.endswith(" Plan 10 sets, 20 at most.")


@pytest.mark.parametrize(
    ("reps", "status", "told"),
    [
        ((8, 15), "within", "Every set"),
        ((7, 10), "below", "1 set of 2 had fewer than 8 reps"),
        ((10, 16), "above", "1 set of 2 had more than 15"),
        ((7, 16, 5), "below", "2 sets of 3 had fewer than 8 reps; 1 set of 3 had more than 15"),
    ],
)
def test_reps_in_each_set(reps: tuple[int, ...], status: str, told: str) -> None:
    found = target(the_week(a_session(MONDAY, *reps)), "reps_per_set")
    assert found.status == status
    assert told in found.advice


def test_the_week_and_the_progress_point_the_same_way() -> None:
    entries = a_session(MONDAY, 7, 6, weight_kg=65.0)
    week = target(the_week(entries), "reps_per_set").advice
    (exercise,) = progress_view(entries, zone=UTC).exercises
    assert week.endswith(": stay at the weight until every set has 8, and take less if that fails.")
    assert exercise.next.startswith("Stay at 65 kg until every set has 8 reps")


def test_the_body_alone_is_not_to_be_made_lighter() -> None:
    band = "help with a band or the hands, or a shorter range, until every set has 8 clean reps."
    bare = a_session(MONDAY, 5, 6, weight_kg=0.0)
    advice = target(the_week(bare), "reps_per_set").advice
    assert advice == f"2 sets of 2 had fewer than 8 reps: {band}"
    both = [*bare, *a_session(MONDAY + DAY, 7, exercise=CURL)]
    advice = target(the_week(both), "reps_per_set").advice
    assert advice.endswith(f"; with the body alone {band}")


@pytest.mark.parametrize(
    ("reps", "status"), [((10,) * 2, "below"), ((10,) * 3, "within"), ((10,) * 5, "above")]
)
def test_sets_of_an_exercise_in_a_session(reps: tuple[int, ...], status: str) -> None:
    assert target(the_week(a_session(MONDAY, *reps)), "sets_per_exercise").status == status


@pytest.mark.parametrize(
    ("hinges", "curls", "status", "told"),
    [
        (8, 4, "within", "share"),
        (4, 8, "within", "share"),
        (9, 4, "above", "1 set of knee flexion (curls, glute-ham raise) was missing"),
        (9, 2, "above", "3 sets of knee flexion (curls, glute-ham raise) were missing"),
        (0, 6, "below", "3 sets of hinges (Romanian deadlift, good morning) were missing"),
    ],
)
def test_balance(hinges: int, curls: int, status: str, told: str) -> None:
    entries = [
        *a_session(MONDAY, *[10] * hinges),
        *a_session(MONDAY + DAY, *[10] * curls, exercise=CURL),
    ]
    found = target(the_week(entries), "hinge_share")
    assert found.status == status
    assert found.value == pytest.approx(hinges / (hinges + curls), abs=1e-3)
    assert told in found.advice


@pytest.mark.parametrize(
    ("hinges", "curls", "others", "told"),
    [
        (24, 6, 0, ": leave out 12 sets of hinges (Romanian deadlift, good morning) next week, "),
        (24, 6, 0, "or do 4 of the sets of hinges (Romanian deadlift, good morning) as knee "),
        (2, 19, 0, ": leave out 15 sets of knee flexion (curls, glute-ham raise) next week, or "),
        (24, 0, 0, "24 hinge to 0 knee flexion: do 8 of the sets of hinges"),
        (12, 0, 4, ": do 4 of the sets of hinges"),
        (12, 0, 2, ": 6 sets more of knee flexion"),
    ],
)
def test_a_full_week_is_balanced_without_more_sets(
    hinges: int, curls: int, others: int, told: str
) -> None:
    entries = [
        *a_session(MONDAY, *[10] * hinges),
        *a_session(MONDAY + DAY, *[10] * curls, exercise=CURL),
        *a_session(MONDAY + 2 * DAY, *[10] * others, exercise="hip_thrust"),
    ]
    advice = target(the_week(entries, today=MONDAY.date()), "hinge_share").advice
    assert told in advice
    assert hinges + curls <= 20 or "more of" not in advice


def test_other_exercises_count_as_sets_and_not_in_the_balance() -> None:
    view = the_week(a_session(MONDAY, 10, 10, 10, exercise="hip_thrust"))
    assert target(view, "weekly_sets").value == 3
    assert target(view, "hinge_share").status == "unknown"


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(2.94, "below"), (2.96, "within"), (4.04, "within"), (4.06, "above"), (None, "unknown")],
)
def test_lowering_is_judged_as_it_is_shown(seconds: float | None, status: str) -> None:
    found = target(the_week(a_session(MONDAY, 10, eccentric_s_mean=seconds)), "eccentric_s")
    assert found.status == status


def test_lowering_is_a_mean_over_reps() -> None:
    entries = [
        a_set(MONDAY, reps=15, eccentric_s_mean=2.0),
        a_set(MONDAY + DAY, reps=5, eccentric_s_mean=4.0),
    ]
    assert target(the_week(entries), "eccentric_s").value == 2.5


def test_weights_and_times_that_are_missing_are_said_and_no_zeros() -> None:
    entries = [
        *a_session(MONDAY, 10),
        a_set(MONDAY + timedelta(minutes=9), weight_kg=None, time_under_tension_s=None),
    ]
    view = the_week(entries)
    assert view.totals.volume_load_kg == 600.0
    assert view.totals.sets_without_weight == 1
    assert [note.split(" without")[0] for note in view.notes] == ["1 set of 2", "1 set of 2"]
    none = the_week([a_set(weight_kg=None)])
    assert none.totals.volume_load_kg is None
    assert none.exercises[0].top_weight_kg is None
    assert the_week([a_set(weight_kg=0.0)]).totals.volume_load_kg == 0.0


def test_an_empty_week_is_told_as_one() -> None:
    view = the_week([])
    assert target(view, "weekly_sets").status == "below"
    assert target(view, "sessions").status == "below"
    for name in ("sets_per_exercise", "reps_per_set", "hinge_share", "eccentric_s"):
        assert target(view, name).status == "unknown"


def test_the_week_before_is_told_beside() -> None:
    view = the_week([*good_week(), *a_session(MONDAY - 4 * DAY, 10, 10)])
    assert view.before.sets == 2
    assert view.before.volume_load_kg == 1200.0


def test_a_fault_comes_back_in_two_sessions_or_in_half_the_sets() -> None:
    fast = {"faults": {"ECCENTRIC_FAST": 3}}
    twice = [*a_session(MONDAY, 10, **fast), *a_session(MONDAY + DAY, 10, **fast)]
    once = [*a_session(MONDAY, 10, **fast), *a_session(MONDAY + timedelta(minutes=9), 10)]
    half = [*a_session(MONDAY, 10, 10, **fast), *a_session(MONDAY + timedelta(minutes=9), 10, 10)]
    assert [(f.sets, f.of_sets, f.sessions) for f in the_week(twice).faults] == [(2, 2, 2)]
    assert the_week(once).faults == []
    seldom = [
        *(entry for day in (0, 1) for entry in a_session(MONDAY + day * DAY, 10, **fast)),
        *a_session(MONDAY + 2 * DAY, 10, 10, 10),
    ]
    assert [(f.sets, f.of_sets, f.sessions) for f in the_week(seldom).faults] == [(2, 5, 2)]
    assert [(f.sets, f.of_sets, f.sessions) for f in the_week(half).faults] == [(2, 4, 1)]


def test_major_faults_come_first() -> None:
    both = {"faults": {"BOUNCE": 9, "SPINE_ROUNDED": 1}, "major_faults": {"SPINE_ROUNDED": 1}}
    found = the_week(a_session(MONDAY, 10, 10, **both)).faults
    assert [(one.code, one.major_sets) for one in found] == [("SPINE_ROUNDED", 2), ("BOUNCE", 0)]
    assert "less weight" in found[0].advice
    bare = the_week(a_session(MONDAY, 10, 10, weight_kg=0.0, **both)).faults
    assert bare[0].advice.endswith(": help with a band or the hands until it is gone.")


def test_sets_of_one_visit_are_a_session() -> None:
    near = [a_set(MONDAY), a_set(MONDAY + GAP - timedelta(seconds=1))]
    far = [a_set(MONDAY), a_set(MONDAY + GAP)]
    assert [len(one.entries) for one in sessions(near, UTC)] == [2]
    assert [len(one.entries) for one in sessions(far, UTC)] == [1, 1]


def test_a_session_over_midnight_belongs_to_the_day_it_began() -> None:
    sunday = datetime(2026, 11, 29, 23, 50, tzinfo=UTC)
    view = the_week([a_set(sunday), a_set(sunday + timedelta(minutes=20))])
    assert (view.totals.sets, view.sessions[0].day) == (2, date(2026, 11, 29))


def test_the_clock_that_is_put_back_splits_no_session() -> None:
    # 25 October 2026, 03:00 summer time becomes 02:00: 02:30 comes twice.
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0)
    second = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    entries = [a_set(first), a_set(second)]
    assert entries[1].performed_at - entries[0].performed_at == timedelta(hours=1)
    found = sessions(entries, BERLIN)
    assert [one.day for one in found] == [date(2026, 10, 25)]


def test_a_day_is_that_of_the_lifter_and_not_of_greenwich() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert the_week([a_set(late)]).totals.sets == 0
    there = week_view([a_set(late)], MONDAY.date(), today=SUNDAY_AFTER, zone=BERLIN)
    assert (there.totals.sets, there.sessions[0].day) == (1, date(2026, 11, 23))


def test_a_week_across_two_years() -> None:
    entries = [
        a_set(datetime(2026, 12, 30, 18, tzinfo=UTC)),
        a_set(datetime(2027, 1, 2, 18, tzinfo=UTC)),
    ]
    for day in (date(2026, 12, 31), date(2027, 1, 1)):
        view = week_view(entries, day, today=date(2027, 2, 1), zone=UTC)
        assert view.totals.sets == 2
        assert view.first_day == date(2026, 12, 28)
