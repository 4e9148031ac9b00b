"""What every command shares when it talks: results on stdout, errors and progress on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

PIPE_WIDTH: Final = 300
"""A pipe has no width; wide enough that no table row is folded and no path broken."""

ProgressCallback = Callable[[str, int, int | None], None]
"""Takes a label, how much is done, and how much there is in all (``None``: unknown)."""


class StdoutConsole(Console):
    """A rich console on stdout that leaves a closed pipe to its caller."""

    def __init__(self) -> None:
        piped = not (sys.stdout is not None and sys.stdout.isatty())
        super().__init__(highlight=False, soft_wrap=piped, width=PIPE_WIDTH if piped else None)

    def on_broken_pipe(self) -> None:
        """Raise BrokenPipeError, where rich would end the program with exit code 1."""
        raise BrokenPipeError


def warn(message: str) -> None:
    """Print a warning on standard error.

    Args:
        message: What is not as it should be, and what to do.
    """
    click.echo(f"formcheck: warning: {message}", err=True)


def complain(message: str, *, fresh_line: bool = False) -> None:
    """Print an error on standard error, always as exactly one line.

    Args:
        message: What went wrong, with what, and what to do.
        fresh_line: Whether a terminal may be left in the middle of a line (after ``^C``).
    """
    if sys.stderr is None:
        return
    with suppress(OSError, ValueError):
        start = "\n" if fresh_line and sys.stderr.isatty() else ""
        click.echo(f"{start}formcheck: error: {' '.join(message.split())}", err=True)


def drop_stdout() -> None:
    """From now on stdout goes nowhere, also at the interpreter's last flush.

    For when whoever read it (``head``, a pager) has gone: that is no reason to stop working.
    """
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextmanager
def progress_bar() -> Iterator[ProgressCallback]:
    """Give a callback that draws a bar on stderr; silent where that is no terminal.

    Each new label replaces the bar of the one before. Nothing is drawn before the first call.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _silent
        return
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        _AmountColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    shown = ""

    def show(label: str, done: int, total: int | None) -> None:
        nonlocal shown
        if label != shown or not bar.task_ids:
            shown = label
            for old in bar.task_ids:
                bar.remove_task(old)
            bar.add_task(label, total=total)
            bar.start()
        bar.update(bar.task_ids[-1], completed=done, total=total)

    try:
        yield show
    finally:
        bar.stop()


class _AmountColumn(ProgressColumn):
    """``120/360`` for frames, ``1.2/9.4 MB`` for a download."""

    def render(self, task: Task) -> Text:
        """Give the text of the column."""
        if not task.total:
            return Text("")
        # No clip has a million frames, and no model has fewer bytes.
        if task.total >= 1_000_000:
            return Text(f"{task.completed / 1e6:.1f}/{task.total / 1e6:.1f} MB")
        return Text(f"{task.completed:.0f}/{task.total:.0f}")


def _silent(label: str, done: int, total: int | None) -> None:
    """Report to nobody."""
