"""Runs whole live sessions, model and all, on clips: what do they tell?

    python scripts/check_live.py clips LABELS.csv [--clips DIR] [--only WORD]
    python scripts/check_live.py nobody CLIP [--minutes 10]

``clips`` plays every labelled clip with nothing left out and lays its sets beside what analyze
says. Unlike ``compare_live.py``, which feeds both the same poses, live looks at the pictures
itself, shrunk as a camera's are. ``nobody`` plays a clip in which no one trains over and over, and
fails when a rep is counted or a cue given.
"""

from __future__ import annotations

import csv
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from formcheck.analysis import judge_track
from formcheck.cli.native_noise import native_noise_hidden
from formcheck.errors import NobodyError
from formcheck.live.events import Event
from formcheck.live.session import Options, Session
from formcheck.pose.bundle_fetch import require_bundle
from formcheck.pose.bundles import Bundle
from formcheck.pose.record import record_track
from formcheck.video.camera import FileSource, Picture, Source, Tell
from formcheck.video.reader import ClipReader

Sets = tuple[int, Counter[str]]
"""Reps, and fault codes with the number of reps that have them."""


class OverAndOver:
    """A clip played again and again on one clock that goes on."""

    def __init__(self, clip: Path, seconds: float) -> None:
        self.name = str(clip)
        self._clip, self._seconds = clip, seconds

    def pictures(self, stop: threading.Event, tell: Tell) -> Iterator[Picture]:
        """Deliver the pictures without waiting."""
        tell("opened", "playing")
        begins_s = 0.0
        while begins_s < self._seconds:
            last_s = 0.0
            with ClipReader(self._clip) as reader:
                for frame in reader:
                    if stop.is_set() or begins_s + frame.t_s > self._seconds:
                        return
                    last_s = frame.t_s
                    yield Picture(begins_s + frame.t_s, time.monotonic(), frame.bgr)
            begins_s += last_s + 0.04


def session(source: Source, bundle: Bundle) -> list[Event]:
    """All that a session tells."""
    events: list[Event] = []
    outcome = Session(source, bundle, Options(fast=True), events.append).run(None)
    if outcome.error is not None:
        raise outcome.error
    return events


def live_sets(events: list[Event]) -> Sets:
    sets = [event.facts for event in events if event.kind == "set"]
    faults: Counter[str] = Counter()
    for one in sets:
        faults.update(one["faults"])
    return sum(one["reps"] for one in sets), faults


def recorded_set(clip: Path, bundle: Bundle) -> Sets:
    try:
        report = judge_track(record_track(clip, bundle), clip).report
    except NobodyError:
        return 0, Counter()
    return report.set.rep_count, Counter(report.set.faults)


@click.group()
def main() -> None:
    """Run whole live sessions on clips."""


@main.command()
@click.argument("labels", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--clips", "folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--only", default="", help="Clips whose names hold this.")
def clips(labels: Path, folder: Path | None, only: str) -> None:
    """Lay live beside analyze on labelled clips."""
    folder = folder or labels.parent
    with labels.open(encoding="utf-8", newline="") as lines:
        names = [row["clip"] for row in csv.DictReader(lines) if only in row["clip"]]
    bundle = require_bundle("full")
    table = Table("clip", "reps", "live", "faults in one alone", box=None)
    same = found = asked = 0
    for name in names:
        with native_noise_hidden():
            reps, faults = recorded_set(folder / name, bundle)
            played = session(FileSource(folder / name, fast=True), bundle)
        live_reps, live_faults = live_sets(played)
        same += reps == live_reps
        asked += sum((faults | live_faults).values())
        found += sum((faults & live_faults).values())
        apart = (faults - live_faults, live_faults - faults)
        told = "; ".join(
            f"{who}: {', '.join(f'{code} {n}' for code, n in sorted(only_one.items()))}"
            for who, only_one in zip(("analyze", "live"), apart, strict=True)
            if only_one
        )
        table.add_row(name, str(reps), str(live_reps), told)
    Console(width=140).print(table)
    click.echo(f"counts alike: {same} of {len(names)}; faults alike: {found} of {asked}")


@main.command()
@click.argument("clip", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--minutes", default=10.0, show_default=True)
def nobody(clip: Path, minutes: float) -> None:
    """Play a clip in which no one trains for a long time."""
    bundle = require_bundle("full")
    with native_noise_hidden():
        events = session(OverAndOver(clip, 60.0 * minutes), bundle)
    kinds = Counter(event.kind for event in events)
    click.echo(", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items())))
    if kinds["rep"] or kinds["cue"] or kinds["set"]:
        raise click.ClickException("somebody was counted or spoken to where no one trains")


if __name__ == "__main__":
    main()
