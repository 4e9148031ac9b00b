"""``formcheck evaluate``: what formcheck says of labelled clips, against what is true."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click

from formcheck.cli.console import StdoutConsole, complain, drop_stdout, progress_bar
from formcheck.errors import OutputError, SomeClipsFailedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from formcheck.evaluation.figures import Evaluation
    from formcheck.evaluation.judging import Outcome

OUT: Final = Path("formcheck-evaluation")
JSON_NAME: Final = "evaluation.json"
MARKDOWN_NAME: Final = "evaluation.md"


@click.command(short_help="Measure how right formcheck is on labelled clips.")
@click.argument("source", metavar="LABELS.csv|FOLDER", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--clips",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the clips of a table are.  [default: beside the table]",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    default=OUT,
    show_default=True,
    help=f"Folder for {JSON_NAME}, {MARKDOWN_NAME} and the reports of the worst clips.",
)
@click.option(
    "--json", "as_json", is_flag=True, help=f"Print {JSON_NAME} on stdout instead of tables."
)
@click.option(
    "--model",
    metavar="lite|full|heavy|FILE",
    default="full",
    show_default=True,
    help="Pose model, or the path of a .task file.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    default=lambda: os.cpu_count() or 1,
    show_default="one a core",
    help="Clips judged at the same time; each takes about 250 MB.",
)
@click.option(
    "--exercise",
    type=click.Choice(["auto", "labelled"]),
    default="labelled",
    show_default=True,
    help="Whether formcheck is told the exercise or must find it out.",
)
@click.option(
    "--fresh", is_flag=True, help="Look at the clips again, although their pose tracks are stored."
)
@click.option(
    "--update",
    type=(click.Path(exists=True, dir_okay=False, path_type=Path), str),
    metavar="FILE.md NAME",
    help="Also write the tables into a document, between its markers of that name.",
)
def evaluate(
    source: Path,
    clips: Path | None,
    out: Path,
    as_json: bool,
    model: str,
    workers: int,
    exercise: Literal["auto", "labelled"],
    fresh: bool,
    update: tuple[Path, str] | None,
) -> None:
    """Judge the clips of a table of labels, or of a folder with truth files, and say how right
    formcheck is.

    A clip that is refused is a result. Pose tracks are stored, so that a second run is fast.
    """
    from formcheck.evaluation.cases import read_cases
    from formcheck.evaluation.evaluate import ALL_CLIPS, HELD_OUT, judgeable, to_open
    from formcheck.evaluation.evaluate import evaluate as figures_of
    from formcheck.evaluation.rendering import markdown, update_document
    from formcheck.evaluation.running import Plan, judge_all, write_pages
    from formcheck.pose.bundle_fetch import require_bundle
    from formcheck.report.files import check_out_dir

    cases, skipped = judgeable(read_cases(source, clips))
    if not cases:
        raise UsageError(f"{source}: nothing left to evaluate: {'; '.join(skipped)}")
    check_out_dir(out)
    if update is not None:
        update_document(update[0].read_text(encoding="utf-8"), update[1], "")
    auto = exercise == "auto"
    plan = Plan(model=model, auto=auto, fresh=fresh, workers=workers)
    with progress_bar() as progress:
        require_bundle(model, progress)
        outcomes = judge_all(cases, plan, progress)
        pages = write_pages(to_open(outcomes), out, plan, progress)
        evaluation = figures_of(outcomes, model=model, auto=auto, skipped=skipped, pages=pages)
    _write(out / JSON_NAME, evaluation.model_dump_json(by_alias=True, indent=1) + "\n")
    _write(out / MARKDOWN_NAME, markdown(evaluation))
    if update is not None:
        path, name = update
        tables = markdown(_without_links(evaluation), [ALL_CLIPS, HELD_OUT])
        _write(path, update_document(path.read_text(encoding="utf-8"), name, tables))
    _show(evaluation, out, as_json)
    _end(outcomes)


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False
        ) as file:
            file.write(text)
        hidden = Path(file.name)
        hidden.chmod(0o644)
        hidden.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"{path} could not be written ({reason.lower()}); free some space or choose another"
            " folder with --out"
        ) from error


def _without_links(evaluation: Evaluation) -> Evaluation:
    """Reports lie in the folder of results, to which a document has no lasting path."""
    worst = [case.model_copy(update={"page": None}) for case in evaluation.worst]
    return evaluation.model_copy(update={"worst": worst})


def _show(evaluation: Evaluation, out: Path, as_json: bool) -> None:
    from formcheck.evaluation.rendering import terminal_tables

    try:
        if as_json:
            click.echo(evaluation.model_dump_json(by_alias=True, indent=1))
            return
        console = StdoutConsole()
        for table in terminal_tables(evaluation):
            console.print(table)
            console.print()
        for case in evaluation.worst:
            console.print(f"{case.name} ({case.view}): {'; '.join(case.what)}", markup=False)
        for note in evaluation.skipped:
            console.print(note, markup=False)
        click.echo(f"Written to {out}{os.sep}\n  {JSON_NAME}, {MARKDOWN_NAME}")
    except BrokenPipeError:
        drop_stdout()


def _end(outcomes: Sequence[Outcome]) -> None:
    failed = [one for one in outcomes if not one.answered]
    for one in failed:
        complain(f"{one.case.clip}: {one.reason}")
    sys.stdout.flush()
    if failed:
        raise SomeClipsFailedError(
            f"{len(failed)} of {len(outcomes)} clips failed and are left out of the figures;"
            " the reason for each is told above"
        )
