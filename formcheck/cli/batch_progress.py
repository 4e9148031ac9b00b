"""How ``batch`` and ``rescore`` tell how far they are: a bar, or lines of JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

if TYPE_CHECKING:
    from formcheck.batch.progress import Tally, Watcher

PROGRESS: Final = ("auto", "json", "none")
_JSON_EVERY_S: Final = 1.0


@contextmanager
def watching(how: str) -> Iterator[Watcher]:
    """A watcher that tells the progress on standard error while the block runs.

    Args:
        how: ``auto``, ``json`` or ``none``.
    """
    from formcheck.batch.progress import Nobody

    console = Console(stderr=True)
    if how == "json":
        watcher = _Lines()
        yield watcher
        watcher.ended()
    elif how == "auto" and console.is_terminal:
        with _Bar(console) as bar:
            yield bar
    else:
        yield Nobody()


class _Lines:
    """A JSON object a line: ``listing``, ``start``, ``progress`` once a second at most, ``end``."""

    def __init__(self) -> None:
        self._told_s = -_JSON_EVERY_S
        self._last: dict[str, Any] | None = None

    def listed(self, clips: int) -> None:
        _print({"event": "listing", "clips": clips})

    def started(self, tally: Tally, workers: int, dashboard: str) -> None:
        self._last = _facts("end", tally)
        _print(_facts("start", tally) | {"workers": workers, "dashboard": dashboard})

    def advanced(self, tally: Tally) -> None:
        self._last = _facts("end", tally)
        if time.monotonic() - self._told_s >= _JSON_EVERY_S:
            self._told_s = time.monotonic()
            _print(_facts("progress", tally))

    def ended(self) -> None:
        if self._last is not None:
            _print(self._last)


def _facts(event: str, tally: Tally) -> dict[str, Any]:
    return {
        "event": event,
        "clips": tally.total,
        "done_before": tally.before,
        "done": tally.done,
        "scored": tally.counts["scored"],
        "not_assessable": tally.counts["not_assessable"],
        "failed": tally.counts["failed"],
        "seconds": round(tally.seconds, 3),
        "clips_per_s": round(tally.clips_per_s, 3),
        "left_s": None if tally.left_s is None else round(tally.left_s, 1),
    }


def _print(facts: dict[str, Any]) -> None:
    if sys.stderr is not None:
        click.echo(json.dumps(facts), err=True)


class _Bar:
    """A bar with rate, time left and failures; the dashboard's address above it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[told]}", markup=False),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("Listing", total=None, told="")

    def __enter__(self) -> _Bar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def listed(self, clips: int) -> None:
        self._bar.update(self._task, completed=clips)

    def started(self, tally: Tally, workers: int, dashboard: str) -> None:
        if dashboard:
            self._console.print(f"Dask dashboard: {dashboard}", highlight=False)
        self._bar.update(
            self._task,
            description=f"Clips, {workers} at a time",
            total=tally.total,
            completed=tally.before,
        )

    def advanced(self, tally: Tally) -> None:
        left = "" if tally.left_s is None else f"  {_clock(tally.left_s)} left"
        failed = tally.counts["failed"]
        told = f"{tally.clips_per_s:.1f}/s{left}" + (f"  {failed} failed" if failed else "")
        self._bar.update(self._task, completed=tally.before + tally.done, told=told)


def _clock(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}"
