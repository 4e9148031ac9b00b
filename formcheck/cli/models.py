"""``formcheck models``: list, fetch and verify the pose model bundles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from formcheck.errors import ModelMissingError
from formcheck.pose.bundle_fetch import ProgressCallback, require_bundle
from formcheck.pose.bundle_manifest import load_manifest
from formcheck.pose.bundles import NOT_THERE, Bundle, Place, check_record, find_bundle, look

_PIPE_WIDTH = 300
_RECORDS = {
    "pinned": "sha256 as pinned in the manifest",
    "recorded": "sha256 as recorded when it was fetched",
    "not recorded": "whole, but its sha256 is neither pinned nor recorded",
    "changed": "sha256 differs from the one recorded when it was fetched",
}


@contextmanager
def bundle_progress() -> Iterator[ProgressCallback]:
    """Give a callback that shows on stderr how far a bundle is; silent if that is no terminal.

    Nothing is shown until the first report, so it costs nothing where the bundle is already there.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _silent
        return
    bar = _StepBar(console)
    try:
        yield bar.report
    finally:
        bar.stop()


class _StepBar:
    """One bar; the label of each step is printed once, as a line above it that stays."""

    def __init__(self, console: Console) -> None:
        columns = (BarColumn(), TextColumn("{task.description}"))
        self._progress = Progress(*columns, console=console, transient=True)
        self._label = ""
        self._task: TaskID | None = None

    def report(self, label: str, done_bytes: int, total_bytes: int | None) -> None:
        """Take one report; see ``ProgressCallback``."""
        if label != self._label:
            self._label = label
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._progress.start()
            self._progress.console.print(Text(label))
            self._task = self._progress.add_task("", total=total_bytes)
        if self._task is not None:
            amount = f"{done_bytes / 1e6:.1f} of {total_bytes / 1e6:.1f} MB" if total_bytes else ""
            self._progress.update(
                self._task, description=amount, completed=done_bytes, total=total_bytes
            )

    def stop(self) -> None:
        """Take the bar off the terminal."""
        if self._task is not None:
            self._progress.stop()


@click.group()
def models() -> None:
    """List, fetch and verify the pose model bundles."""


@models.command("list", short_help="Show each bundle and where it lies.")
def list_models() -> None:
    """Show every bundle: where it lies, its size and its sha256. Looks, never fetches."""
    table = Table("model", "size", "sha256", "checked against", "where", box=None, pad_edge=False)
    for name in load_manifest():
        table.add_row(*_row(name))
    _stdout().print(table)


@models.command(short_help="Bring a bundle that is not there yet.")
@click.argument("name", default="full", type=click.Choice(["lite", "full", "heavy"]))
@click.option("--all", "every", is_flag=True, help="Fetch lite, full and heavy.")
def fetch(name: str, every: bool) -> None:
    """Bring a bundle (full if none is named), unless it is already there."""
    for wanted in load_manifest() if every else [name]:
        with bundle_progress() as progress:
            bundle = require_bundle(wanted, progress)
        _tell(bundle)


@models.command(short_help="Check the bundles that are there.")
@click.argument("name", required=False, type=click.Choice(["lite", "full", "heavy"]))
def verify(name: str | None) -> None:
    """Check one bundle, or all that are there, by their sha256."""
    names = [name] if name else list(load_manifest())
    places = [(wanted, place) for wanted in names for place in look(wanted)]
    there = [(wanted, place) for wanted, place in places if place.problem != NOT_THERE]
    if not there:
        looked = ", ".join(str(place.path) for _, place in places)
        raise ModelMissingError(
            f"no bundle to verify: looked at {looked}; run: formcheck models fetch {name or 'full'}"
        )
    damaged = [text for wanted, place in there if (text := _damage(wanted, place))]
    if damaged:
        raise ModelMissingError("; ".join(damaged))


def _damage(name: str, place: Place) -> str | None:
    """Tell a whole bundle on stdout; of any other, give what is wrong and what to do."""
    remedy = f"delete it and run: formcheck models fetch {name}"
    if place.bundle is None:
        return f"{place.path} {place.problem}: {remedy}"
    record = check_record(place.bundle)
    if record == "changed":
        return f"{place.path}: {_RECORDS[record]}: {remedy}"
    _tell(place.bundle)
    return None


def _tell(bundle: Bundle) -> None:
    click.echo(f"{bundle.name}: {bundle.path} ({_RECORDS[check_record(bundle)]})")
    click.echo(f"  sha256 {bundle.sha256}")


def _row(name: str) -> tuple[str, str, str, str, Text]:
    bundle = find_bundle(name)
    if bundle is None:
        damage = [f"{p.path} {p.problem}" for p in look(name) if p.problem != NOT_THERE]
        text = "; ".join([*damage, f"missing; formcheck models fetch {name}"])
        return name, "-", "-", "-", Text(text)
    megabytes = f"{bundle.path.stat().st_size / 1e6:.1f} MB"
    return name, megabytes, bundle.sha256[:12], check_record(bundle), Text(str(bundle.path))


def _stdout() -> Console:
    console = Console(highlight=False)
    # A pipe has no width: a path must not be broken there, so that it can be cut out.
    return console if console.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)


def _silent(label: str, done_bytes: int, total_bytes: int | None) -> None:
    """Report to nobody."""
