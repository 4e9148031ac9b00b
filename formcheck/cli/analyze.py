"""``formcheck analyze``: judge recorded clips and write a report for each."""

from __future__ import annotations

import importlib
import json
import math
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from formcheck.cli.console import StdoutConsole, complain, drop_stdout, progress_bar
from formcheck.cli.native_noise import native_noise_hidden
from formcheck.errors import ClipError, NobodyError, OutputError, SomeClipsFailedError

if TYPE_CHECKING:
    from formcheck.report.schema import SetReport

RESULTS_FOLDER: Final = Path("formcheck-results")
_RESULTS: Final = (
    "report.html",
    "overlay.mp4",
    "report.json",
    "reps.csv",
    "signals.csv",
    "frames",
)
"""Names that the summary tells, first the one to open; a folder may hold other files too."""
_CLIP_TROUBLE: Final = (ClipError, NobodyError, OutputError)
"""What may befall one clip and not the next; anything else would befall them all."""


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for every clip of a command line; see the options of ``analyze``."""

    exercise: str
    model: str
    config: Path | None
    speed: float
    video: bool
    fresh: bool
    as_json: bool


def _registered(context: click.Context, parameter: click.Parameter, value: str) -> str:
    # Not a click.Choice: that would load the registry for every `formcheck --help`.
    from formcheck.exercises.recognition import AUTO
    from formcheck.exercises.registry import exercise_names

    names = [AUTO, *exercise_names()]
    if value not in names:
        message = f"{value!r} is not an exercise; give one of: {', '.join(names)}"
        raise click.BadParameter(message, ctx=context, param=parameter)
    return value


def _finite(context: click.Context, parameter: click.Parameter, value: float) -> float:
    if not math.isfinite(value):
        raise click.BadParameter("give a finite number", ctx=context, param=parameter)
    return value


@click.command(short_help="Judge recorded clips and write a report for each.")
@click.argument(
    "clips", metavar="CLIP...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--exercise",
    callback=_registered,
    metavar="NAME|auto",
    default="auto",
    show_default=True,
    help="Which exercise the clips show; auto finds out for each.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the results; with several clips each gets a folder of its own inside."
    f"  [default: {RESULTS_FOLDER}/NAME-OF-CLIP]",
)
@click.option(
    "--model",
    metavar="lite|full|heavy|FILE",
    default="full",
    show_default=True,
    help="Pose model, or the path of a .task file. lite sees the back less well.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.toml",
    help="Thresholds that replace the built-in ones.",
)
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    callback=_finite,
    metavar="FACTOR",
    default=1.0,
    show_default=True,
    help="Speed of the clip against life: 0.25 for one that plays four times slower.",
)
@click.option("--no-video", is_flag=True, help="Do not write overlay.mp4, which saves time.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print report.json on stdout instead of the summary."
)
@click.option(
    "--fresh", is_flag=True, help="Look at the clip again, although its pose track is stored."
)
def analyze(
    clips: tuple[Path, ...],
    exercise: str,
    out: Path | None,
    model: str,
    config: Path | None,
    speed: float,
    no_video: bool,
    as_json: bool,
    fresh: bool,
) -> None:
    """Judge the set in each CLIP: count reps, time them, look for faults, write a report.

    Faults in the lifter's form are results, and the command then ends with exit code 0.
    """
    options = Options(exercise, model, config, speed, not no_video, fresh, as_json)
    paths = _matches(clips)
    with native_noise_hidden():
        _analyze_all(list(zip(paths, result_folders(paths, out), strict=True)), options)


def result_folders(clips: Sequence[Path], out: Path | None) -> list[Path]:
    """Choose the folder that the results of each clip go into; no two clips share one.

    Args:
        clips: The clips of one command line, in order.
        out: What ``--out`` gave: the folder itself for one clip, the parent for several.
    """
    if out is not None and len(clips) == 1:
        return [out]
    parent = RESULTS_FOLDER if out is None else out
    folders: list[Path] = []
    taken: set[str] = set()
    for clip in clips:
        stem = clip.stem if clip.stem not in ("", ".", "..") else "clip"
        name, count = stem, 1
        # Many file systems hold "Set.mp4" and "set.mov" apart and their folders not.
        while name.casefold() in taken:
            count += 1
            name = f"{stem}-{count}"
        taken.add(name.casefold())
        folders.append(parent / name)
    return folders


def _matches(clips: Sequence[Path]) -> list[Path]:
    """Replace ``*.mp4`` by the clips it stands for, where the shell leaves that to us."""
    if os.name != "nt":
        return list(clips)
    found: list[Path] = []
    for clip in clips:
        found += sorted(clip.parent.glob(clip.name)) if set(clip.name) & set("*?") else [clip]
    return found or list(clips)


def _analyze_all(plan: Sequence[tuple[Path, Path]], options: Options) -> None:
    from formcheck.report.files import check_out_dir

    for _, folder in plan:
        check_out_dir(folder)
    reports: list[SetReport] = []
    failed: list[Path] = []
    for clip, folder in plan:
        try:
            report = _analyze_one(clip, folder, options)
        except _CLIP_TROUBLE as error:
            if len(plan) == 1:
                raise
            failed.append(clip)
            complain(str(error) if str(clip) in str(error) else f"{clip}: {error}")
            continue
        reports.append(report)
        if not options.as_json:
            _show(report, folder, first=len(reports) == 1)
    if options.as_json:
        _show_json(reports, several=len(plan) > 1)
    if failed:
        raise SomeClipsFailedError(
            f"{len(failed)} of {len(plan)} clips failed: {', '.join(map(str, failed))};"
            " the reason for each is told above"
        )


def _analyze_one(clip: Path, folder: Path, options: Options) -> SetReport:
    from formcheck.analysis import analyze_clip
    from formcheck.report.files import write_results

    threading.Thread(target=_warm_up, name="formcheck-warm-up", daemon=True).start()
    with progress_bar() as progress:
        analysis = analyze_clip(
            clip,
            exercise=options.exercise,
            model=options.model,
            config=options.config,
            speed=options.speed,
            fresh=options.fresh,
            progress=progress,
        )
        return write_results(
            analysis.report,
            analysis.signals,
            analysis.track,
            clip,
            folder,
            video=options.video,
            progress=progress,
        )


def _warm_up() -> None:
    """Import what is needed after the clip while the pose model is busy with it."""
    for name in (
        "scipy.signal",
        "scipy.ndimage",
        "scipy.optimize",
        "scipy.stats",
        "formcheck.report.page",
    ):
        importlib.import_module(name)


def _show(report: SetReport, folder: Path, *, first: bool) -> None:
    from formcheck.report.summary import print_summary

    written = [name for name in _RESULTS if (folder / name).exists()]
    try:
        if not first:
            click.echo()
        print_summary(report, StdoutConsole())
        click.echo(f"Written to {folder}{os.sep}\n  {', '.join(written)}")
    except BrokenPipeError:
        drop_stdout()


def _show_json(reports: Sequence[SetReport], *, several: bool) -> None:
    data: list[dict[str, Any]] = [
        report.model_dump(mode="json", by_alias=True) for report in reports
    ]
    try:
        click.echo(json.dumps(data if several else data[0], indent=2))
    except BrokenPipeError:
        drop_stdout()
