"""The ``formcheck`` command: its subcommands, and how each of its runs ends.

Every run ends with one of the exit codes told in ``formcheck.errors``, and every failure with
one line on standard error. ``FORMCHECK_DEBUG=1`` adds the traceback.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Final

import click

from formcheck import __version__
from formcheck.cli.analyze import analyze
from formcheck.cli.batch import batch
from formcheck.cli.console import complain, drop_stdout
from formcheck.cli.doctor import doctor
from formcheck.cli.evaluate import evaluate
from formcheck.cli.exercises import exercises
from formcheck.cli.live import live
from formcheck.cli.log import log
from formcheck.cli.models import models
from formcheck.cli.rescore import rescore
from formcheck.errors import FormcheckError, OutputError

DEBUG_VARIABLE: Final = "FORMCHECK_DEBUG"
_DEFECT: Final = 1
_DISK_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_INTERRUPTED: Final = 130


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes and what to do about each: docs/errors.md in the project.",
    # Without a subcommand the help is what was asked for, and no error.
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="formcheck", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Watch a recorded set of hamstring lifts and say, with evidence, whether the form is good."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


cli.add_command(analyze)
cli.add_command(batch)
cli.add_command(rescore)
cli.add_command(exercises)
cli.add_command(models)
cli.add_command(doctor)
cli.add_command(evaluate)
cli.add_command(live)
cli.add_command(log)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code and never raises.

    Args:
        arguments: The words after ``formcheck``; those of this process when ``None``.
    """
    _make_printable()
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output (head, a pager) has seen enough.
        drop_stdout()
        code = 0
    except KeyboardInterrupt:
        complain("interrupted; nothing half-written was left behind", fresh_line=True)
        code = _INTERRUPTED
    except FormcheckError as error:
        _trace()
        complain(str(error))
        code = error.exit_code
    except Exception as error:
        _trace()
        if isinstance(error, OSError) and error.errno in _DISK_FULL:
            # Result files have an error of their own; this is stdout or a temporary file.
            drop_stdout()
            complain(f"output could not be written ({error.strerror}); make room on the disk")
            return OutputError.exit_code
        complain(
            f"unexpected {type(error).__name__}: {error} (a defect in formcheck, please report it;"
            f" {DEBUG_VARIABLE}=1 formcheck ... shows where it happened)"
        )
        code = _DEFECT
    return code


def _run(words: list[str]) -> int:
    """Run a command by click, without click's own endings."""
    try:
        with cli.make_context("formcheck", words) as context:
            cli.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        complain(_explain(error))
        return error.exit_code
    return 0


def _explain(error: click.ClickException) -> str:
    message = error.format_message().rstrip(".")
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{message}; see: {error.ctx.command_path} --help"
    return message


def _trace() -> None:
    if os.environ.get(DEBUG_VARIABLE, "0") not in ("", "0"):
        traceback.print_exc()


def _make_printable() -> None:
    """Let a terminal or pipe that cannot show a character show its escape, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
