"""``formcheck batch``: many clips become a table, on all cores or a cluster, resumable."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from formcheck.cli.batch_progress import PROGRESS, watching
from formcheck.cli.console import drop_stdout
from formcheck.cli.interrupts import interrupted_once
from formcheck.cli.native_noise import native_noise_hidden
from formcheck.errors import SomeClipsFailedError, UsageError

if TYPE_CHECKING:
    from formcheck.batch.run import Result

OUT: Final = Path("formcheck-batch")

workers_option = click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes on this machine; each keeps to one core and one clip.  [default: one a core]",
)
scheduler_option = click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Use a running Dask cluster, for example tcp://head:8786, and start nothing here.",
)
progress_option = click.option(
    "--progress",
    type=click.Choice(PROGRESS),
    default="auto",
    show_default=True,
    help="auto: a bar on a terminal; json: a line of JSON on standard error for each step.",
)


@click.command(short_help="Judge many clips; a folder or a bucket becomes a table.")
@click.argument("clips", metavar="CLIPS...", nargs=-1, required=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    default=OUT,
    show_default=True,
    help="Folder for the results. What it holds already is not done again.",
)
@click.option(
    "--exercise",
    metavar="NAME|auto|from-folder",
    default="auto",
    show_default=True,
    help="Which exercise the clips show; from-folder reads it from the name of each clip's folder.",
)
@click.option(
    "--model",
    metavar="lite|full|heavy|FILE",
    default="full",
    show_default=True,
    help="Pose model, or the path of a .task file.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.toml",
    help="Thresholds that replace the built-in ones.",
)
@click.option(
    "--speed",
    type=click.FloatRange(min=0, max=16, min_open=True),
    metavar="FACTOR",
    default=1.0,
    show_default=True,
    help="Speed of the clips against life: 0.25 for ones that play four times slower.",
)
@workers_option
@scheduler_option
@click.option(
    "--reports", is_flag=True, help="Write a full report of its own for each clip (5 MB each)."
)
@click.option("--video", is_flag=True, help="With --reports: the overlay video too.")
@click.option("--retry-failed", is_flag=True, help="Try clips again that failed before.")
@progress_option
def batch(
    clips: tuple[str, ...],
    out: Path,
    exercise: str,
    model: str,
    config: Path | None,
    speed: float,
    workers: int | None,
    scheduler: str | None,
    reports: bool,
    video: bool,
    retry_failed: bool,
    progress: str,
) -> None:
    """Judge the clips in CLIPS and write tables, a page and, if asked, a report for each.

    CLIPS are folders, patterns, tables (clip,exercise,lifter,... in a .csv file), clips, and
    addresses such as s3://bucket/folder. Stop it at any time; the same command goes on.
    """
    from formcheck.analysis import check_exercise
    from formcheck.batch.extra import need_all
    from formcheck.batch.listing import FROM_FOLDER
    from formcheck.batch.orders import read_config
    from formcheck.batch.run import run_batch
    from formcheck.pose.bundle_fetch import require_bundle

    need_all()
    if not math.isfinite(speed):
        raise UsageError("--speed must be a finite number")
    if exercise != FROM_FOLDER:
        check_exercise(exercise)
    if video and not reports:
        raise UsageError("--video is a part of the reports; give --reports too")
    if scheduler is not None and workers is not None:
        raise UsageError("--workers is for this machine; a cluster at --scheduler has its own")
    text = None if config is None else read_config(config, exercise)
    with interrupted_once(), native_noise_hidden(), watching(progress) as watcher:
        result = run_batch(
            clips,
            out,
            require_bundle(model),
            exercise=exercise,
            config=text,
            speed=speed,
            reports=reports,
            video=video,
            retry_failed=retry_failed,
            workers=workers,
            scheduler=scheduler,
            watcher=watcher,
        )
    tell(result)


def tell(result: Result) -> None:
    """Print how a run ended.

    Raises:
        SomeClipsFailedError: Some clips failed.
    """
    clips = f"{result.clips} clip{'' if result.clips == 1 else 's'}"
    rate = (
        f"{result.clips_per_s:.2f} clips/s over {result.done_now} in {result.seconds:.1f} s"
        if result.done_now
        else "all done before"
    )
    try:
        click.echo(
            f"Written to {result.folder}{os.sep}\n  index.html, summary.csv, tables{os.sep}\n"
            f"{clips}: {result.scored} scored, {result.not_assessable} not assessable,"
            f" {result.failed} failed; {rate}"
        )
    except BrokenPipeError:
        drop_stdout()
    if result.failed:
        raise SomeClipsFailedError(
            f"{result.failed} of {clips} failed; the reason for each is in"
            f" {result.folder / 'summary.csv'}, --retry-failed tries them again"
        )
