"""The page's table of reps: a row for everything measured, a column a rep.

Reps side by side show how a set changes, and a set has fewer reps than an exercise has metrics.
"""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.report import wording
from formcheck.report.schema import MetricReport, RepReport, SetReport


@dataclass(frozen=True, slots=True)
class Cell:
    """One metric of one rep.

    Attributes:
        text: The value, or what there is instead.
        uncertainty: One standard uncertainty, written to the same digit; may be empty.
        kind: ``ok``, ``fault``, ``unjudged`` or ``absent``.
        hint: What the kind means here; may be empty.
    """

    text: str
    uncertainty: str = ""
    kind: str = "ok"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One metric over all reps.

    Attributes:
        term: Standard term of the metric.
        title: Its name in plain words.
        unit: Unit of the values where they do not carry it themselves; may be empty.
        cells: A cell a rep, in order.
    """

    term: str
    title: str
    unit: str
    cells: tuple[Cell, ...]


def rep_rows(report: SetReport) -> list[Row]:
    """Rows of the table, in the order in which the exercise measures."""
    names = dict.fromkeys(name for rep in report.reps for name in rep.metrics)
    return [_row(report, name) for name in names]


def _row(report: SetReport, name: str) -> Row:
    metrics = [rep.metrics[name] for rep in report.reps if name in rep.metrics]
    unit = metrics[0].unit
    finest = min((m.uncertainty for m in metrics if m.uncertainty is not None), default=None)
    digits = None if finest is None else wording.digits_worth(finest)
    return Row(
        term=name,
        title=wording.metric_name(name, report.exercise.name),
        unit="" if unit == "deg" else wording.unit_text(unit),
        cells=tuple(_cell(rep, name, digits) for rep in report.reps),
    )


def _cell(rep: RepReport, name: str, digits: int | None) -> Cell:
    metric = rep.metrics.get(name)
    if metric is None:
        return Cell("", kind="absent")
    value, sigma = _written(metric, digits)
    if metric.status == "not_assessable":
        text = f"not judged ({value})" if value else "not judged"
        return Cell(text, sigma, "unjudged", wording.reason_text(metric.reason))
    if metric.band:
        value = f"{metric.band}, {value}"
    if metric.status == "fault":
        return Cell(value, sigma, "fault", "outside the limit")
    return Cell(value, sigma)


def _written(metric: MetricReport, digits: int | None) -> tuple[str, str]:
    """Value and uncertainty, all of a row to the same digit."""
    if metric.value is None:
        return "", ""
    unit = "deg" if metric.unit == "deg" else ""
    value = wording.quantity(metric.value, unit, digits)
    if metric.uncertainty is None:
        return value, ""
    return value, f"± {wording.quantity(metric.uncertainty, unit, digits)}"
