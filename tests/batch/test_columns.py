from __future__ import annotations

import math

import pytest

from formcheck.batch.columns import (
    FAULT_COLUMNS,
    SET_COLUMNS,
    carried_cells,
    carried_kinds,
    metric_units,
    number,
    rep_columns,
)
from formcheck.errors import UsageError
from formcheck.exercises.registry import exercise_names, get_exercise
from formcheck.report.tables import metric_column

UNITS = ("_s", "_deg", "_px", "_thighs", "_torsos", "_bodies", "_per_s")


def test_every_metric_of_every_exercise_has_its_columns() -> None:
    columns = rep_columns()
    for exercise in exercise_names():
        for metric in get_exercise(exercise).about.metrics:
            assert columns[f"{metric}_status"] == "text"
            assert columns[f"{metric}_reason"] == "text"


def test_units_stand_in_the_names_of_values_that_have_one() -> None:
    columns = rep_columns()
    for metric, unit in metric_units().items():
        name = metric_column(metric, unit)
        assert columns[name] == "real"
        assert unit in ("1", "") or name.endswith(UNITS)


@pytest.mark.parametrize(
    ("text", "value"),
    [("60", 60.0), ("-1.5e2", -150.0), ("", None), ("1_0", None), ("nan", None), ("6 kg", None)],
)
def test_what_counts_as_a_number(text: str, value: float | None) -> None:
    assert number(text) == value


def test_a_column_is_a_number_when_all_its_cells_are() -> None:
    clips = [{"weight_kg": "60", "lifter": "7"}, {"weight_kg": "", "lifter": "Bob"}]
    kinds = carried_kinds(["weight_kg", "lifter"], clips, [SET_COLUMNS])
    assert kinds == {"weight_kg": "real", "lifter": "text"}
    assert carried_cells(clips[0], kinds) == {"weight_kg": 60.0, "lifter": "7"}
    assert carried_cells(clips[1], kinds) == {"weight_kg": None, "lifter": "Bob"}
    assert carried_cells({}, kinds) == {"weight_kg": None, "lifter": None}


@pytest.mark.parametrize("name", ["score", "severity", "tempo"])
def test_a_carried_column_may_not_have_one_of_our_names(name: str) -> None:
    with pytest.raises(UsageError, match=name):
        carried_kinds([name], [], [SET_COLUMNS, rep_columns(), FAULT_COLUMNS])


def test_numbers_of_the_journal_are_finite() -> None:
    assert math.isfinite(number("1e308") or 0)
    assert number("1e999") is None
