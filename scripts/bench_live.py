"""How soon live speaks after a picture was taken, against one bare run of the same model.

    python scripts/bench_live.py [CLIP] [--seconds 300] [--fps 60]

A clip is played over and over as a camera of 60 pictures a second. Printed are the time from the
arrival of a picture to the decision what to say (p50, p95) as a ratio of one bare run of the model
on the same pictures, measured before and after; pictures dropped; growth of memory after the first
30 s; and the longest queue on the way.

Verdicts about whole reps come from a process of their own; how old they are when they arrive
is printed too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np

from formcheck.cli.native_noise import native_noise_hidden
from formcheck.live.events import Event
from formcheck.live.looking import shrunk
from formcheck.live.session import Options, Session
from formcheck.pose.bundle_fetch import require_bundle
from formcheck.pose.bundles import Bundle
from formcheck.pose.landmarker import PoseLandmarker
from formcheck.video.camera import Picture, Tell
from formcheck.video.reader import ClipReader, Frame

SETTLED_S = 30.0
BARE_RUNS = 150
KEPT_PICTURES = 240


class Looped:
    """Pictures of a clip, forth and back for ever, at a rate of their own."""

    def __init__(self, clip: Path, fps: float, seconds: float) -> None:
        self.name = str(clip)
        with ClipReader(clip) as reader:
            kept = [frame.bgr for _, frame in zip(range(KEPT_PICTURES), reader, strict=False)]
        self.frames = kept + kept[-2:0:-1]
        self._fps, self._seconds = fps, seconds

    def pictures(self, stop: threading.Event, tell: Tell) -> Iterator[Picture]:
        """Deliver each picture when it is due."""
        tell("opened", "playing")
        began_s = time.monotonic()
        for index in range(round(self._fps * self._seconds)):
            due_s = began_s + index / self._fps
            wait_s = due_s - time.monotonic()
            if wait_s > 0 and stop.wait(wait_s):
                return
            frame = self.frames[index % len(self.frames)]
            yield Picture(index / self._fps, time.monotonic(), frame)


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def bare_s(source: Looped, bundle: Bundle) -> float:
    """Median time of one run of the model, with nothing else going on in this program."""
    times = []
    with PoseLandmarker(bundle.path) as landmarker:
        for index in range(BARE_RUNS):
            small = shrunk(source.frames[index % len(source.frames)])
            began_s = time.perf_counter()
            landmarker.look(Frame(index, index / 60.0, small))
            times.append(time.perf_counter() - began_s)
    return float(np.median(times[10:]))


@click.command(help=__doc__)
@click.argument(
    "clip",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=Path("sample_videos/rdl_clean.mp4"),
)
@click.option("--seconds", default=300.0)
@click.option("--fps", default=60.0)
@click.option("--model", default="full")
def main(clip: Path, seconds: float, fps: float, model: str) -> None:
    with native_noise_hidden():
        bundle = require_bundle(model, None)
        source = Looped(clip, fps, seconds)
        before_s = bare_s(source, bundle)
        memory: list[tuple[float, float]] = []
        over = threading.Event()

        def watch() -> None:
            began_s = time.monotonic()
            while not over.wait(1.0):
                memory.append((time.monotonic() - began_s, resident_mb()))

        events: list[Event] = []
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        session = Session(source, bundle, Options(), events.append)
        outcome = session.run(None)
        over.set()
        after_s = bare_s(source, bundle)
    bare = (before_s + after_s) / 2.0
    looked = np.array(outcome.figures.looked_s)[30:]
    inside = np.array(outcome.figures.model_s)[30:]
    click.echo(
        f"bare run of the model: {1000 * before_s:.1f} ms before, {1000 * after_s:.1f} after"
    )
    for share in (50, 95):
        took_s = float(np.percentile(looked, share))
        click.echo(
            f"picture to decision p{share}: {1000 * took_s:.1f} ms, "
            f"{took_s / bare:.2f} of a bare run "
            f"({took_s / float(np.percentile(inside, share)):.2f} of the model meanwhile)"
        )
    ages = np.array(outcome.figures.verdict_age_s)
    if len(ages):
        click.echo(
            f"age of a verdict when it arrives: p50 {1000 * np.nanpercentile(ages, 50):.0f} ms, "
            f"p95 {1000 * np.nanpercentile(ages, 95):.0f} ms"
        )
    click.echo(
        f"pictures: {outcome.delivered} delivered, {len(outcome.figures.looked_s)} looked at, "
        f"{outcome.dropped} dropped for newer ones; none is ever queued"
    )
    settled = [mb for at_s, mb in memory if at_s >= SETTLED_S]
    if len(settled) >= 2:
        growth = max(settled) - settled[0]
        click.echo(f"memory: {settled[0]:.0f} MB after {SETTLED_S:.0f} s, grew by {growth:.1f} MB")
    else:
        click.echo(f"memory: not measured, needs more than {SETTLED_S:.0f} s")
    kinds = [event.kind for event in events]
    click.echo("events: " + ", ".join(f"{kind} {kinds.count(kind)}" for kind in sorted(set(kinds))))


if __name__ == "__main__":
    main()
