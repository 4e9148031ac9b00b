"""``formcheck doctor``: look at everything that formcheck needs, and say what to do."""

from __future__ import annotations

from typing import Final

import click
from rich.table import Table
from rich.text import Text

from formcheck import __version__
from formcheck.cli import checks
from formcheck.cli.console import StdoutConsole
from formcheck.cli.native_noise import native_noise_hidden
from formcheck.errors import ModelMissingError, UsageError

_MARKS: Final = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "failed": ("✗", "red")}


@click.command(short_help="Check this machine and say what to do.")
def doctor() -> None:
    """Check this machine: what formcheck needs, what is missing, and what to do about it.

    Ends with exit code 0 if clips can be analyzed, warnings or not.
    """
    with native_noise_hidden():
        outcomes = [checks.run(check) for check in checks.ALL_CHECKS]
    click.echo(f"formcheck {__version__}")
    StdoutConsole().print(_table(outcomes))
    failed = [outcome for outcome in outcomes if outcome.state == "failed"]
    if not failed:
        click.echo("Clips can be analyzed here.")
        return
    names = ", ".join(outcome.name for outcome in failed)
    message = f"clips cannot be analyzed here: see {names} above for what to do"
    if all(outcome.name == "Pose model" for outcome in failed):
        raise ModelMissingError(message)
    raise UsageError(message)


def _table(outcomes: list[checks.Check]) -> Table:
    table = Table("", "check", "found", box=None, pad_edge=False)
    for outcome in outcomes:
        mark, colour = _MARKS[outcome.state]
        found = Text(outcome.found, overflow="fold")
        if outcome.advice:
            found.append(f"\n→ {outcome.advice}", style="bold")
        table.add_row(Text(mark, style=colour), outcome.name, found)
    return table
