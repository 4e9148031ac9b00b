"""What a batch costs beside the judging: throughput, overhead, memory, and very many clips.

    python scripts/bench_batch.py speed CLIP      # one worker, two workers, beside bare MediaPipe
    python scripts/bench_batch.py memory CLIP     # memory of a worker over 20 clips
    python scripts/bench_batch.py many            # 10,000 tiny clips with stored tracks
    python scripts/bench_batch.py rescore RESULTS # other thresholds for the results of `many`
    python scripts/bench_batch.py listing         # finding 100,000 files and entering them

``speed`` makes copies of CLIP that differ in a few bytes, so that none is recognised as done, and
looks at each with the model. ``many`` draws tracks, so that no model runs: what is left is the
reading, judging, scheduling and keeping of each clip.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

PROJECT = Path(__file__).resolve().parents[1]
BARE = PROJECT / "scripts" / "bench_analyze.py"
LENIENT = "[romanian_deadlift.faults.ECCENTRIC_FAST]\nbelow = 0.2\n"


@click.group()
def main() -> None:
    """Measure the batch."""


@contextmanager
def copies(clip: Path, count: int) -> Iterator[Path]:
    """A folder of clips that show the same and are not the same file."""
    with tempfile.TemporaryDirectory(prefix="formcheck-bench-") as folder:
        place = Path(folder) / "clips"
        place.mkdir()
        for number in range(count):
            put_copy(clip.read_bytes(), place / f"{number:06}.mp4", number)
        yield place


def put_copy(content: bytes, path: Path, number: int) -> bytes:
    """Write a clip that differs from others in a box that players skip."""
    spare = number.to_bytes(8, "big")
    content += (8 + len(spare)).to_bytes(4, "big") + b"free" + spare
    path.write_bytes(content)
    return content


def batch_seconds(clips: Path, workers: int, model: str) -> float:
    """Run a batch with an empty cache; the seconds it took from first to last clip."""
    with tempfile.TemporaryDirectory(prefix="formcheck-bench-") as folder:
        out = Path(folder) / "out"
        words = ["batch", str(clips), "--out", str(out), "--workers", str(workers)]
        run([*words, "--model", model], cache=Path(folder) / "cache")
        return float(json.loads((out / "run.json").read_text())["seconds"])


def run(words: list[str], cache: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "formcheck", *words],
        env={**os.environ, "FORMCHECK_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise click.ClickException(done.stderr.strip())


def bare_seconds(clips: list[Path], processes: int, bundle: str) -> float:
    """Bare MediaPipe over some clips, in one or several processes at a time."""
    waiting = list(clips)
    running: list[subprocess.Popen[bytes]] = []
    start = time.perf_counter()
    while waiting or running:
        while waiting and len(running) < processes:
            words = [sys.executable, str(BARE), "--bare-mediapipe", str(waiting.pop()), bundle]
            running.append(
                subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
        running[0].wait()
        if running.pop(0).returncode != 0:
            raise click.ClickException("bare MediaPipe failed")
    return time.perf_counter() - start


@main.command()
@click.argument("clip", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--clips", "count", default=8, show_default=True, type=click.IntRange(min=2))
@click.option("--runs", default=3, show_default=True, type=click.IntRange(min=1))
@click.option("--model", default="full", show_default=True)
def speed(clip: Path, count: int, runs: int, model: str) -> None:
    """Two workers against one, beside bare MediaPipe in two processes against one."""
    from formcheck.pose.bundle_fetch import require_bundle

    bundle = str(require_bundle(model).path)
    ratios: list[float] = []
    with copies(clip, count) as folder:
        paths = sorted(folder.iterdir())
        for number in range(1, runs + 1):
            # In turns, so that a machine that slows down slows all four down.
            ours = [batch_seconds(folder, workers, model) for workers in (1, 2)]
            bare = [bare_seconds(paths, processes, bundle) for processes in (1, 2)]
            gain, bare_gain = ours[0] / ours[1], bare[0] / bare[1]
            ratios.append(gain / bare_gain)
            click.echo(
                f"run {number}: batch {ours[0]:.2f} s and {ours[1]:.2f} s (x{gain:.2f}),"
                f" bare MediaPipe {bare[0]:.2f} s and {bare[1]:.2f} s (x{bare_gain:.2f}),"
                f" ratio {ratios[-1]:.3f}"
            )
    click.echo(f"ratio of the two gains: median {statistics.median(ratios):.3f} (at least 0.95)")


@main.command()
@click.argument("clip", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--clips", "count", default=20, show_default=True, type=click.IntRange(min=2))
def memory(clip: Path, count: int) -> None:
    """Memory of one worker after each of 20 clips that it looked at with the model."""
    from formcheck.batch.cluster import cluster
    from formcheck.batch.job import Job
    from formcheck.batch.orders import Orders
    from formcheck.batch.spread import spread
    from formcheck.pose.bundle_fetch import require_bundle

    bundle = require_bundle("full")
    orders = Orders(bundle.name, bundle.sha256)

    def resident_mb() -> float:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1e6

    with copies(clip, count) as folder, tempfile.TemporaryDirectory() as cache:
        os.environ["FORMCHECK_CACHE"] = cache
        with cluster(bundle, 1, None) as running:
            held = []
            for path in sorted(folder.iterdir()):
                list(spread(running, [Job(path.name, str(path), None, "auto", orders)]))
                held.append(max(running.client.run(resident_mb).values()))
                click.echo(f"{len(held):3} clips: {held[-1]:.0f} MB")
    click.echo(f"first {held[0]:.0f} MB, last {held[-1]:.0f} MB, most {max(held):.0f} MB")


@main.command()
@click.option("--clips", "count", default=10_000, show_default=True, type=click.IntRange(min=1))
@click.option("--out", type=click.Path(path_type=Path), help="Keep the results here.")
@click.option("--every", default=10, show_default=True, type=click.IntRange(min=1))
def many(count: int, out: Path | None, every: int) -> None:
    """Very many tiny clips whose tracks are stored: everything but the model.

    One clip in EVERY shows a set, the others nobody, who is quickly judged.
    """
    sys.path.insert(0, str(PROJECT))
    from formcheck.batch.worker import own_cores
    from formcheck.pose import record
    from formcheck.pose.bundle_fetch import require_bundle
    from formcheck.pose.track import save_track
    from tests.synthetic import rdl_track

    bundle = require_bundle("full")
    with tempfile.TemporaryDirectory(prefix="formcheck-bench-") as folder:
        root = Path(folder)
        (root / "clips").mkdir()
        film = tiny_film(root / "film.mp4")
        drawn = root / "drawn.npz"
        save_track(rdl_track(1, eccentric_s=1.5, fps=15.0), drawn)
        empty = root / "empty.npz"
        save_track(rdl_track(1, fps=15.0, missing_s=((0.0, 99.0),)), empty)
        os.environ["FORMCHECK_CACHE"] = str(root / "cache")
        (root / "cache" / "tracks").mkdir(parents=True)
        for number in range(count):
            content = put_copy(film, root / "clips" / f"{number:06}.mp4", number)
            digest = hashlib.sha256(content).hexdigest()
            os.link(empty if number % every else drawn, record._kept_path(digest, bundle))
        results = out or root / "out"
        start = time.perf_counter()
        words = ["batch", str(root / "clips"), "--out", str(results)]
        words += ["--exercise", "romanian_deadlift"]
        run(words, root / "cache")
        wall = time.perf_counter() - start
        told = json.loads((results / "run.json").read_text())
        workers = len(own_cores())
        busy = worker_seconds(results)
        click.echo(f"{told['scored']} scored, {told['not_assessable']} not assessable")
        overhead = (told["seconds"] * workers - busy) / count
        click.echo(f"{count} clips in {wall:.1f} s, of which {told['seconds']:.1f} s on clips")
        click.echo(f"a worker was busy for {1000 * busy / count:.1f} ms with each")
        click.echo(f"overhead per clip {1000 * overhead:.1f} ms (at most 50)")
        start = time.perf_counter()
        run(words, root / "cache")
        click.echo(f"the same again, all done: {time.perf_counter() - start:.1f} s")
        usage = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
        click.echo(f"largest process {usage:.0f} MB; results {folder_mb(results):.0f} MB")


@main.command()
@click.argument("results", type=click.Path(exists=True, file_okay=False, path_type=Path))
def rescore(results: Path) -> None:
    """Other thresholds for a results folder, which is left as it is."""
    with tempfile.TemporaryDirectory(prefix="formcheck-bench-") as folder:
        copy = Path(folder) / "results"
        shutil.copytree(results, copy)
        config = Path(folder) / "mine.toml"
        config.write_text(LENIENT)
        start = time.perf_counter()
        run(["rescore", str(copy), "--config", str(config)], Path(folder))
        told = json.loads((copy / "run.json").read_text())
        click.echo(
            f"{told['done_now']} clips rescored in {time.perf_counter() - start:.1f} s,"
            f" {told['clips_per_s']:.1f} clips/s"
        )


@main.command()
@click.option("--clips", "count", default=100_000, show_default=True, type=click.IntRange(min=1))
def listing(count: int) -> None:
    """Find files and enter them in a journal, twice: what every start of a batch begins with."""
    from formcheck.batch.journal import Journal
    from formcheck.batch.listing import list_clips

    with tempfile.TemporaryDirectory(prefix="formcheck-bench-") as folder:
        root = Path(folder) / "clips"
        for number in range(count):
            path = root / f"{number // 1000:05}" / f"{number:08}.mp4"
            if number % 1000 == 0:
                path.parent.mkdir(parents=True)
            path.touch()
        journal = Journal(Path(folder))
        for what in ("new", "known"):
            start = time.perf_counter()
            journal.enter((clip, "judged") for clip in list_clips([str(root)], "auto", []))
            took = time.perf_counter() - start
            click.echo(f"{count} {what} clips listed and entered in {took:.1f} s")
        start = time.perf_counter()
        left = len(journal.open_names(reports=False, retry_failed=False))
        click.echo(f"{left} open ones found in {time.perf_counter() - start:.1f} s")
        journal.close()
        usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        click.echo(f"this process {usage:.0f} MB, journal {folder_mb(Path(folder)):.0f} MB")


def worker_seconds(results: Path) -> float:
    """Seconds that workers spent on the clips of a results folder, all added up."""
    with closing(sqlite3.connect(results / "journal.sqlite")) as data:
        return float(data.execute("SELECT sum(seconds) FROM outcomes").fetchone()[0])


def tiny_film(path: Path) -> bytes:
    """Ten small pictures."""
    import av
    import numpy as np

    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=30)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        for shade in range(10):
            picture = np.full((64, 64, 3), 20 * shade, dtype=np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(video.encode())
    return path.read_bytes()


def folder_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    main()
