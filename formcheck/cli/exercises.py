"""``formcheck exercises``: what can be judged, by which metrics and thresholds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click
from rich.table import Table
from rich.text import Text

from formcheck.cli.console import StdoutConsole, complain, drop_stdout

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA: Final = "formcheck.exercises/1"


@click.command(short_help="List the exercises, their metrics and thresholds.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def exercises(as_json: bool) -> None:
    """List the exercises with their metrics, thresholds and the view that each needs.

    Exercises of other installed packages are in the list too.
    """
    from formcheck.exercises.registry import broken_entry_points

    known = described_exercises()
    try:
        if as_json:
            click.echo(json.dumps({"schema": SCHEMA, "exercises": known}, indent=2))
        else:
            _print(known, StdoutConsole())
    except BrokenPipeError:
        drop_stdout()
    for name, why in broken_entry_points().items():
        complain(f"the exercise package {name!r} could not be loaded and is left out ({why})")


def described_exercises() -> list[dict[str, Any]]:
    """Every exercise with what it says of itself, ready for JSON."""
    from formcheck.exercises.registry import (
        exercise_module,
        exercise_names,
        exercise_pattern,
        exercise_settings,
        get_exercise,
    )

    known = []
    for name in exercise_names():
        about = get_exercise(name).about
        settings = exercise_settings(name)
        rules: dict[str, list[dict[str, Any]]] = {metric: [] for metric in about.metrics}
        for code, rule in settings.faults.items():
            side = "above" if rule.above is not None else "below"
            rules[rule.metric].append(
                {
                    "code": code,
                    "side": side,
                    "threshold": rule.threshold,
                    "major_past": rule.major_past,
                    "severity": rule.severity,
                    "cue": rule.cue,
                    "source": rule.source,
                }
            )
        known.append(
            {
                "name": name,
                "summary": about.summary,
                "view": about.view,
                "pattern": exercise_pattern(name),
                "module": exercise_module(name),
                "min_confidence": settings.min_confidence,
                "metrics": [
                    {"name": metric, "unit": unit, "faults": rules[metric]}
                    for metric, unit in about.metrics.items()
                ],
            }
        )
    return known


def _print(known: list[dict[str, Any]], console: Console) -> None:
    for place, exercise in enumerate(known):
        if place:
            console.print()
        view = "side view" if exercise["view"] == "side" else "any view"
        console.print(Text(exercise["name"], style="bold"), Text(f"({view})", style="cyan"))
        console.print(Text(exercise["summary"]))
        console.print(_table(exercise["metrics"]))
    console.print()
    console.print(
        Text(
            "A value past a threshold is named as a fault when it is surely past it; "
            "-- marks a metric that is told and not judged."
        )
    )


def _table(metrics: list[dict[str, Any]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for title in ("metric", "unit", "fault when", "code", "cue"):
        table.add_column(title, no_wrap=title != "cue")
    for metric in metrics:
        for place, rule in enumerate(metric["faults"] or [None]):
            name, unit = (metric["name"], metric["unit"]) if place == 0 else ("", "")
            if rule is None:
                table.add_row(name, unit, "--", "", "", style="dim")
                continue
            code = rule["code"] + (" (note)" if rule["severity"] == "note" else "")
            table.add_row(name, unit, f"{rule['side']} {rule['threshold']:g}", code, rule["cue"])
    return table
