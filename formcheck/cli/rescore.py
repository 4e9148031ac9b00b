"""``formcheck rescore``: judge a batch by other thresholds without touching a video."""

from __future__ import annotations

from pathlib import Path

import click

from formcheck.cli.batch import progress_option, scheduler_option, tell, workers_option
from formcheck.cli.batch_progress import watching
from formcheck.cli.interrupts import interrupted_once
from formcheck.cli.native_noise import native_noise_hidden


@click.command(short_help="Judge a batch by other thresholds, without its videos.")
@click.argument(
    "results", metavar="RESULTS", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.toml",
    help="Thresholds that replace the built-in ones.  [default: the built-in ones]",
)
@workers_option
@scheduler_option
@progress_option
def rescore(
    results: Path,
    config: Path | None,
    workers: int | None,
    scheduler: str | None,
    progress: str,
) -> None:
    """Judge the clips of RESULTS, a folder of `formcheck batch`, by the thresholds in --config.

    The stored pose tracks are judged; no video is opened. The tables and the page are written
    anew; full reports of single clips are not, and the page links none that is out of date.
    """
    from formcheck.batch.extra import need_all
    from formcheck.batch.orders import read_config
    from formcheck.batch.run import rescore_batch

    need_all()
    text = None if config is None else read_config(config, "auto")
    with interrupted_once(), native_noise_hidden(), watching(progress) as watcher:
        result = rescore_batch(
            results,
            config=text,
            workers=workers,
            scheduler=scheduler,
            watcher=watcher,
        )
    tell(result)
