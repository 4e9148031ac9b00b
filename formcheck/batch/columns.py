"""The columns of the tables of a batch: names, kinds and where each comes from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from formcheck.batch.clips import shown
from formcheck.batch.entry import Entry
from formcheck.errors import UsageError
from formcheck.exercises.registry import exercise_names, get_exercise
from formcheck.report.tables import metric_column

Kind = Literal["text", "real", "whole", "flag", "texts"]
Row = dict[str, Any]
Columns = dict[str, Kind]

SET_COLUMNS: Final[Columns] = {
    "clip": "text",
    "clip_sha256": "text",
    "exercise": "text",
    "exercise_source": "text",
    "exercise_confidence": "real",
    "state": "text",
    "exit_code": "whole",
    "reason": "text",
    "rep_count": "whole",
    "score": "real",
    "eccentric_s_mean": "real",
    "time_under_tension_s": "real",
    "fault_counts": "text",
    "facing": "text",
    "yaw_deg": "real",
    "side_on": "flag",
    "problems": "texts",
    "duration_s": "real",
    "fps": "real",
    "width_px": "whole",
    "height_px": "whole",
    "frames_read": "whole",
    "frames_lost": "whole",
    "frames_with_pose": "whole",
    "speed": "real",
    "model": "text",
    "model_sha256": "text",
    "formcheck_version": "text",
    "judged_as": "text",
}
_REP_COLUMNS: Final[Columns] = {
    "clip": "text",
    "clip_sha256": "text",
    "exercise": "text",
    "rep": "whole",
    "complete": "flag",
    "start_s": "real",
    "end_s": "real",
    "tempo": "text",
    "score": "real",
    "faults": "text",
}
FAULT_COLUMNS: Final[Columns] = {
    "clip": "text",
    "clip_sha256": "text",
    "exercise": "text",
    "rep": "whole",
    "code": "text",
    "severity": "text",
    "confidence": "real",
    "t_s": "real",
    "metric": "text",
    "value": "real",
    "uncertainty": "real",
    "threshold": "real",
    "unit": "text",
    "message": "text",
    "cue": "text",
}


def metric_units() -> dict[str, str]:
    """Every metric of every exercise known here with its unit, in alphabetical order."""
    units: dict[str, str] = {}
    for name in exercise_names():
        units.update(get_exercise(name).about.metrics)
    return dict(sorted(units.items()))


def rep_columns() -> Columns:
    """The columns of the table of reps: four or five for each metric of any exercise."""
    columns = dict(_REP_COLUMNS)
    for name, unit in metric_units().items():
        columns[metric_column(name, unit)] = "real"
        columns[metric_column(name, unit, "_uncertainty")] = "real"
        columns[f"{name}_status"] = "text"
        columns[f"{name}_reason"] = "text"
        columns[f"{name}_band"] = "text"
    return columns


def set_row(entry: Entry) -> Row:
    """The one row of a clip in the table of sets; what it does not have is ``None``."""
    row: Row = dict.fromkeys(SET_COLUMNS)
    row |= {
        "clip": shown(entry.clip.name),
        "clip_sha256": entry.sha256,
        "state": entry.state,
        "exit_code": entry.exit_code,
        "reason": entry.reason or None,
        "judged_as": entry.judged_as or None,
    }
    report = entry.report
    if report is None:
        return row
    clip, total, view = report["clip"], report["set"], report["view"]
    return row | {
        "exercise": report["exercise"]["name"],
        "exercise_source": report["exercise"]["source"],
        "exercise_confidence": report["exercise"]["confidence"],
        "rep_count": total["rep_count"],
        "score": total["score"],
        "eccentric_s_mean": total["eccentric_s_mean"],
        "time_under_tension_s": total["time_under_tension_s"],
        "fault_counts": fault_counts(report),
        "facing": view["facing"],
        "yaw_deg": view["yaw_deg"],
        "side_on": view["side_on"],
        "problems": report["problems"],
        "duration_s": clip["duration_s"],
        "fps": clip["fps"],
        "width_px": clip["width"],
        "height_px": clip["height"],
        "frames_read": clip["frames_read"],
        "frames_lost": clip["frames_lost"],
        "frames_with_pose": clip["frames_with_pose"],
        "speed": clip["speed"],
        "model": report["model"]["name"],
        "model_sha256": report["model"]["sha256"],
        "formcheck_version": report["formcheck_version"],
    }


def fault_counts(report: Mapping[str, Any]) -> str:
    """``SPINE_ROUNDED:3;BOUNCE:1``, in the order of the report."""
    return ";".join(f"{code}:{count}" for code, count in report["set"]["faults"].items())


def rep_rows(entry: Entry) -> list[Row]:
    """The rows of a clip in the table of reps.

    Raises:
        UsageError: It was judged by an exercise that is not known here any more.
    """
    rows = []
    for rep in entry.report["reps"] if entry.report else []:
        row = _of_clip(entry) | {name: rep[name] for name in list(_REP_COLUMNS)[4:9]}
        row["rep"] = rep["index"]
        row["faults"] = ";".join(fault["code"] for fault in rep["faults"])
        for name, metric in rep["metrics"].items():
            row[metric_column(name, metric["unit"])] = metric["value"]
            row[metric_column(name, metric["unit"], "_uncertainty")] = metric["uncertainty"]
            for part in ("status", "reason", "band"):
                row[f"{name}_{part}"] = metric[part]
        rows.append(row)
    return rows


def fault_rows(entry: Entry) -> list[Row]:
    """The rows of a clip in the table of faults: one for each fault of each rep, notes too."""
    return [
        _of_clip(entry) | {"rep": rep["index"]} | {n: fault[n] for n in list(FAULT_COLUMNS)[4:]}
        for rep in (entry.report["reps"] if entry.report else [])
        for fault in rep["faults"]
    ]


def _of_clip(entry: Entry) -> Row:
    assert entry.report is not None
    return {
        "clip": shown(entry.clip.name),
        "clip_sha256": entry.sha256,
        "exercise": entry.report["exercise"]["name"],
    }


def carried_kinds(
    names: Sequence[str], clips: Iterable[Mapping[str, str]], tables: Sequence[Columns]
) -> Columns:
    """Kinds of the columns carried over from manifests: numbers where all cells are numbers.

    Raises:
        UsageError: A column has a name that the tables use themselves.
    """
    for name in names:
        if any(name in table for table in tables):
            raise UsageError(
                f"the manifest's column {name!r} is one of the results' too; rename it"
            )
    numeric = dict.fromkeys(names, True)
    for carried in clips:
        for name, text in carried.items():
            if text and numeric.get(name) and number(text) is None:
                numeric[name] = False
    return {name: "real" if numeric[name] else "text" for name in names}


def carried_cells(carried: Mapping[str, str], kinds: Columns) -> Row:
    """The cells of the carried columns; an empty one is missing."""
    make: Mapping[Kind, Callable[[str], Any]] = {"real": number, "text": str}
    return {
        name: make[kind](carried[name]) if carried.get(name) else None
        for name, kind in kinds.items()
    }


def number(text: str) -> float | None:
    """A finite decimal number, else ``None``."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None
