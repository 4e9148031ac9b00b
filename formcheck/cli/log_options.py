"""The options of ``formcheck log``, and how their values are read."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

_MOST_KG: Final = 1000.0
Command = TypeVar("Command", bound=Callable[..., Any])


class _Kilograms(click.FloatRange):
    """A weight in kg, refused in plain words when it is no number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number; raises ``click.BadParameter``."""
        try:
            return super().convert(float(value), param, ctx)
        except ValueError:
            from formcheck.training_log.refusal import POINT

            self.fail(f"{value!r} is no number; {POINT}", param, ctx)


class _SetNumber(click.IntRange):
    """A number of a set, refused in plain words when it is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number; raises ``click.BadParameter``."""
        try:
            return super().convert(int(value), param, ctx)
        except ValueError:
            self.fail(f"{value!r} is no number of a set; formcheck log list shows them", param, ctx)


def to_the_gram(
    context: click.Context, parameter: click.Parameter, value: float | None
) -> float | None:
    """Round a weight in kg, and refuse a number that is none or too small to be one."""
    from formcheck.training_log.entry import rounded_kg

    if value is None:
        return None
    if not math.isfinite(value):
        raise click.BadParameter("give a finite number", ctx=context, param=parameter)
    try:
        return rounded_kg(value)
    except ValueError as error:
        raise click.BadParameter(f"{value:g} {error}", ctx=context, param=parameter) from error


def log_option(command: Command) -> Command:
    """Which log."""
    return click.option(
        "--log",
        "file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="The log.  [default: FORMCHECK_LOG, else a file in the user's data folder]",
    )(command)


def weight_option(command: Command) -> Command:
    """How much was lifted."""
    return click.option(
        "--weight-kg",
        type=_Kilograms(0, _MOST_KG),
        callback=to_the_gram,
        metavar="X",
        help="The weight that was moved; 0 for the body alone.",
    )(command)


lifter_option: Final = click.option("--lifter", metavar="NAME", help="Whose sets.")
json_option: Final = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
ids_argument: Final = click.argument(
    "ids", metavar="ID...", nargs=-1, required=True, type=_SetNumber(min=1)
)
