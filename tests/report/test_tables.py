from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.report.tables import cell, metric_column, write_reps_csv, write_signals_csv


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(1.5, 4, "1.5"), (100.0, 2, "100"), (0.12345, 3, "0.123"), (-0.0001, 2, "0"), (10.0, 0, "10")],
)
def test_cell(value: float, digits: int, text: str) -> None:
    assert cell(value, digits) == text


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_missing_is_empty(value: float | None) -> None:
    assert cell(value, 3) == ""


@pytest.mark.parametrize(
    ("name", "unit", "part", "column"),
    [
        ("hip_travel", "thigh lengths", "", "hip_travel_thighs"),
        ("hip_travel", "thigh lengths", "_uncertainty", "hip_travel_uncertainty_thighs"),
        ("eccentric_s", "s", "", "eccentric_s"),
        ("eccentric_s", "s", "_uncertainty", "eccentric_uncertainty_s"),
        ("hip_hinge_ratio", "1", "", "hip_hinge_ratio"),
        ("x", "deg/torso", "", "x_deg_per_torso"),
    ],
)
def test_metric_column(name: str, unit: str, part: str, column: str) -> None:
    assert metric_column(name, unit, part) == column


def test_reps_csv(build: Any, tmp_path: Path) -> None:
    report = build.report(build.rep(1, 0.0), build.rep(2, 1.0, complete=False, score=None))
    path = tmp_path / "reps.csv"
    write_reps_csv(report, path)
    first, second = rows(path)
    assert first["rep"] == "1"
    assert (first["complete"], second["complete"]) == ("true", "false")
    assert (first["score"], second["score"]) == ("75", "")
    assert first["tempo"] == "0.4-0.1-0.3-0.2"
    assert first["stretched_pause_s"] == "0.1"
    assert first["stretched_pause_uncertainty_s"] == "0.028"  # 0.02 s at either end
    assert first["faults"] == "SPINE_ROUNDED"
    assert first["spine_curvature_deg"] == "25"
    assert first["spine_curvature_band"] == "rounded"
    assert (first["wrist_to_leg_thighs"], first["wrist_to_leg_reason"]) == ("", "occlusion")
    assert path.read_bytes().count(b"\r\n") == 3


def test_reps_csv_without_reps_has_its_header(build: Any, tmp_path: Path) -> None:
    write_reps_csv(build.report(), tmp_path / "reps.csv")
    assert (tmp_path / "reps.csv").read_text().startswith("rep,complete,start_s,end_s,tempo,")


def test_signals_csv(build: Any, tmp_path: Path) -> None:
    t_s = np.array([0.0, 0.2, 0.45, 3.0])
    trunk = np.array([1.234567, np.nan, 0.0, -5.0])
    signals = build.signals(t_s, trunk_inclination_deg=trunk)
    path = tmp_path / "signals.csv"
    write_signals_csv(build.report(build.rep(1, 0.1)), signals, path)
    table = rows(path)
    assert [row["t_s"] for row in table] == ["0", "0.2", "0.45", "3"]
    assert [row["trunk_inclination_deg"] for row in table] == ["1.23", "", "0", "-5"]
    assert [row["rep"] for row in table] == ["", "1", "1", ""]
    assert [row["phase"] for row in table] == ["", "eccentric", "eccentric", ""]
    assert "nan" not in path.read_text().lower()


def test_every_signal_is_there_with_its_unit(build: Any, tmp_path: Path) -> None:
    path = tmp_path / "signals.csv"
    write_signals_csv(build.report(), build.signals([0.0, 1.0]), path)
    header = path.read_text().splitlines()[0].split(",")
    units = ("_s", "_deg", "_thighs", "_bodies", "_0_or_1", "_0_to_1", "_px")
    unnamed = [name for name in header if not name.endswith(units)]
    assert unnamed == ["rep", "phase"]


def test_each_leg_has_its_columns_where_the_knee_drives(build: Any, tmp_path: Path) -> None:
    report = build.report()
    curl = report.exercise.model_copy(update={"name": "lying_leg_curl"})
    path = tmp_path / "signals.csv"
    write_signals_csv(report.model_copy(update={"exercise": curl}), build.signals([0.0, 1.0]), path)
    header = path.read_text().splitlines()[0].split(",")
    wanted = {"left_knee_flexion_deg", "right_knee_flexion_deg", "trunk_lean_deg"}
    assert wanted < set(header)
    assert "left_leg_trust_0_to_1" in header
    write_signals_csv(report, build.signals([0.0, 1.0]), path)
    assert not wanted & set(path.read_text().splitlines()[0].split(","))
