"""The two tables: ``reps.csv``, a row a rep, and ``signals.csv``, a row a frame.

RFC 4180; a missing value is an empty cell; units stand in the column names.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np

from formcheck.motion.knee import Legs
from formcheck.motion.signals import Signals
from formcheck.report.schema import (
    FaultReport,
    PhaseReport,
    PhasesReport,
    RepReport,
    SetReport,
)
from formcheck.report.vocabulary import KNEE_DRIVEN

PHASES: Final = ("eccentric", "stretched_pause", "concentric", "top_pause")
_UNIT_SLUGS: Final = {
    "deg": "deg",
    "s": "s",
    "1": "",
    "": "",
    "thigh lengths": "thighs",
    "torso lengths": "torsos",
    "body heights": "bodies",
}
_SIGNAL_UNITS: Final = {
    "spine_usable": "spine_usable_0_or_1",
    "whole_body": "whole_body_0_or_1",
    "leg_trust": "leg_trust_0_to_1",
    "limb_trust": "limb_trust_0_to_1",
    "left_leg_trust": "left_leg_trust_0_to_1",
    "right_leg_trust": "right_leg_trust_0_to_1",
}
"""Signals whose names carry no unit, and what they are called in the table."""


def write_reps_csv(report: SetReport, path: Path) -> None:
    """Write one row for each rep.

    Raises:
        OSError: The file cannot be written.
    """
    units = {name: m.unit for rep in report.reps for name, m in rep.metrics.items()}
    banded = {name for rep in report.reps for name, m in rep.metrics.items() if m.band}
    rows = [_rep_row(rep, units, banded) for rep in report.reps]
    names = rows[0].keys() if rows else _fixed_columns(None).keys()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(names))
        writer.writeheader()
        writer.writerows(rows)


def write_signals_csv(report: SetReport, signals: Signals, path: Path) -> None:
    """Write one row for each frame: time, rep, phase, then every signal.

    Raises:
        OSError: The file cannot be written.
    """
    names = [f.name for f in fields(signals) if isinstance(getattr(signals, f.name), np.ndarray)]
    names.remove("t_s")
    arrays = {name: getattr(signals, name) for name in names}
    if report.exercise.name in KNEE_DRIVEN:
        arrays |= _leg_columns(signals.legs)
    names, columns = list(arrays), [values.tolist() for values in arrays.values()]
    digits = [signal_digits(name) for name in names]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["t_s", "rep", "phase", *(signal_column(name) for name in names)])
        places = phases_at(report, signals.t_s.tolist())
        for t_s, place, *values in zip(signals.t_s.tolist(), places, *columns, strict=True):
            cells = [cell(v, d) for v, d in zip(values, digits, strict=True)]
            writer.writerow([cell(t_s, 4), *place, *cells])


def _leg_columns(legs: Legs) -> dict[str, Any]:
    """What is told of each leg, a column a leg."""
    columns: dict[str, Any] = {}
    for item in fields(legs):
        values = getattr(legs, item.name)
        name = "leg_trust" if item.name == "trust" else item.name
        if isinstance(values, np.ndarray) and values.ndim == 2:
            columns |= {f"left_{name}": values[:, 0], f"right_{name}": values[:, 1]}
        elif isinstance(values, np.ndarray):
            columns[name] = values
    return columns


def phases_at(report: SetReport, times_s: list[float]) -> Iterator[tuple[int | str, str]]:
    """For each time, rising: the index of the rep and the name of the phase, else empty."""
    reps = list(report.reps)
    for t_s in times_s:
        while reps and t_s > reps[0].end_s:
            reps.pop(0)
        if reps and t_s >= reps[0].start_s:
            yield reps[0].index, phase_at(reps[0].phases, t_s)
        else:
            yield "", ""


def phase_at(phases: PhasesReport, t_s: float) -> str:
    """Name of the phase that a time falls into; empty between phases."""
    for name in PHASES:
        phase = getattr(phases, name)
        if phase is not None and phase.start_s <= t_s <= phase.end_s:
            return name
    return ""


def timed_phase(rep: RepReport, fault: FaultReport) -> PhaseReport | None:
    """The phase whose duration a fault is about; ``None`` for any other fault."""
    name = fault.metric.removesuffix("_s")
    return getattr(rep.phases, name) if name in PHASES else None


def signal_column(name: str) -> str:
    """Column name of a signal, with its unit."""
    return _SIGNAL_UNITS.get(name, name)


def signal_digits(name: str) -> int:
    """Decimals that a signal is worth: a hundredth of a degree, a ten-thousandth of a length."""
    if name.endswith("_deg"):
        return 2
    return 4 if name.endswith(("_thighs", "_bodies", "_px")) else 3


def cell(value: float | None, digits: int) -> str:
    """A number for a table; empty when it is missing."""
    if value is None or not math.isfinite(value):
        return ""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def metric_column(name: str, unit: str, part: str = "") -> str:
    """Column name of a metric or a part of it, ending in its unit: ``hip_travel_thighs``."""
    slug = _UNIT_SLUGS.get(unit, unit.replace(" ", "_").replace("/", "_per_"))
    return f"{name.removesuffix(f'_{slug}')}{part}_{slug}" if slug else f"{name}{part}"


def _fixed_columns(rep: RepReport | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "rep": rep.index if rep else "",
        "complete": ("true" if rep.complete else "false") if rep else "",
        "start_s": cell(rep.start_s if rep else None, 3),
        "end_s": cell(rep.end_s if rep else None, 3),
        "tempo": rep.tempo if rep else "",
    }
    for name in PHASES:
        phase = getattr(rep.phases, name) if rep else None
        duration = phase.end_s - phase.start_s if phase else None
        row[f"{name}_s"] = cell(duration, 3)
        sigma = phase.boundary_uncertainty_s * math.sqrt(2) if phase else None
        row[f"{name}_uncertainty_s"] = cell(sigma, 3)
    row["score"] = cell(rep.score if rep else None, 1)
    row["faults"] = ";".join(fault.code for fault in rep.faults) if rep else ""
    return row


def _rep_row(rep: RepReport, units: dict[str, str], banded: set[str]) -> dict[str, Any]:
    row = _fixed_columns(rep)
    for name, unit in units.items():
        metric = rep.metrics.get(name)
        row[metric_column(name, unit)] = cell(metric.value if metric else None, 4)
        row[metric_column(name, unit, "_uncertainty")] = cell(
            metric.uncertainty if metric else None, 4
        )
        row[f"{name}_status"] = metric.status if metric else ""
        row[f"{name}_reason"] = (metric.reason or "") if metric else ""
        if name in banded:
            row[f"{name}_band"] = (metric.band or "") if metric else ""
    return row
