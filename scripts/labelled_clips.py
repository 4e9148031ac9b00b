"""What formcheck says of a folder of labelled clips, against what their labels say.

    python scripts/labelled_clips.py LABELS.csv [--clips DIR] [--exercise NAME] [--metric NAME]

LABELS.csv holds one clip a line: ``clip,exercise,reps,view,spine,faults,eccentric_s,notes``. An
empty cell is not labelled; ``faults`` are codes joined by ``;`` and ``-`` for none. Clips of one
exercise, the Romanian deadlift unless another is named, are judged as such. Clips labelled ``none``
are judged as if they showed it, and should be refused with exit code 4. Clips of other exercises
are left out.

The first run looks at every frame; later ones use the kept pose tracks and take seconds.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.progress import track as progress
from rich.table import Table

from formcheck.analysis import analyze_clip
from formcheck.cli.native_noise import native_noise_hidden
from formcheck.errors import FormcheckError
from formcheck.exercises.registry import exercise_names
from formcheck.report.schema import SetReport

EXERCISE = "romanian_deadlift"
NONE = "none"
SPINE = "spine_curvature"
SPINE_FAULTS = {"SPINE_ROUNDED", "SPINE_ARCHED"}
NOBODY = 4


@dataclass(frozen=True, slots=True)
class Label:
    """One line of the table of labels; ``None`` or empty where not labelled."""

    clip: Path
    exercise: str
    reps: int | None
    view: str
    spine: str
    faults: frozenset[str] | None

    @property
    def name(self) -> str:
        """File name without its ending."""
        return self.clip.stem


@dataclass(frozen=True, slots=True)
class Outcome:
    """What formcheck made of a clip: a report, or the exit code of its error."""

    label: Label
    report: SetReport | None
    exit_code: int

    @property
    def bands(self) -> Counter[str]:
        """Bands of the back over all reps, incomplete ones included; refusals by their reason."""
        if self.report is None:
            return Counter()
        metrics = [rep.metrics[SPINE] for rep in self.report.reps if SPINE in rep.metrics]
        return Counter(m.band if m.band is not None else f"({m.reason})" for m in metrics)

    @property
    def faults(self) -> Counter[str]:
        """Faults over all reps, notes left out."""
        if self.report is None:
            return Counter()
        return Counter(
            fault.code
            for rep in self.report.reps
            for fault in rep.faults
            if fault.severity != "note"
        )

    @property
    def refused(self) -> Counter[str]:
        """What was not assessed, with the number of reps."""
        if self.report is None:
            return Counter()
        lines = self.report.set.not_assessed
        return Counter({f"{line.metric}: {line.reason}": len(line.reps) for line in lines})


def read_labels(table: Path, clips: Path | None) -> list[Label]:
    """Read a table of labels; clips are looked for in ``clips``, else beside the table."""
    folder = clips if clips is not None else table.parent
    labels = []
    with table.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            faults = {"": None, "-": frozenset[str]()}.get(
                row["faults"], frozenset(row["faults"].split(";"))
            )
            reps = int(row["reps"]) if row["reps"] else None
            clip = folder / row["clip"]
            labels.append(Label(clip, row["exercise"], reps, row["view"], row["spine"], faults))
    return labels


def judged(label: Label, exercise: str) -> Outcome:
    """Judge one clip as an exercise."""
    try:
        with native_noise_hidden():
            return Outcome(label, analyze_clip(label.clip, exercise=exercise).report, 0)
    except FormcheckError as error:
        return Outcome(label, None, error.exit_code)


def counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "-"


def outcome_table(outcomes: list[Outcome]) -> Table:
    table = Table(title="label > found", title_justify="left", show_lines=True)
    for name in (
        "clip",
        "view",
        "reps",
        "back, in reps",
        "faults, in reps",
        "not assessed, in reps",
    ):
        table.add_column(name, overflow="fold")
    for one in outcomes:
        label = one.label
        found = one.report.set.rep_count if one.report else f"exit {one.exit_code}"
        wanted = "?" if label.reps is None else str(label.reps)
        expected = "?" if label.faults is None else ";".join(sorted(label.faults)) or "none"
        table.add_row(
            label.name,
            label.view or "?",
            f"{wanted} > {found}",
            f"{label.spine or '?'} > {counted(one.bands)}",
            f"{expected} > {counted(one.faults)}",
            counted(one.refused),
        )
    return table


def metric_table(outcomes: list[Outcome], metric: str) -> Table:
    table = Table(title=f"{metric} by clip, over the reps that show it", title_justify="left")
    for name in ("clip", "reps", "lowest", "median", "highest", "uncertainty"):
        table.add_column(name, justify="left" if name == "clip" else "right")
    for one in outcomes:
        found = [rep.metrics[metric] for rep in one.report.reps] if one.report else []
        values = [m.value for m in found if m.value is not None]
        errors = [m.uncertainty for m in found if m.uncertainty is not None]
        if values:
            cells = (min(values), median(values), max(values), median(errors))
            table.add_row(one.label.name, str(len(values)), *(f"{cell:.2f}" for cell in cells))
    return table


def summary(outcomes: list[Outcome]) -> list[str]:
    """The figures that the documents quote."""
    none = [one for one in outcomes if one.label.exercise == NONE]
    hinges = [one for one in outcomes if one.label.exercise != NONE]
    return [
        *_counts(hinges),
        *_rounded([one for one in hinges if one.label.spine == "rounded"]),
        *_neutral([one for one in hinges if one.label.spine == "neutral"]),
        *_expected(hinges),
        f"clips of other things refused with exit {NOBODY}: "
        f"{sum(one.exit_code == NOBODY for one in none)} of {len(none)}",
    ]


def _counts(outcomes: list[Outcome]) -> list[str]:
    errors = [
        abs((one.report.set.rep_count if one.report else 0) - one.label.reps)
        for one in outcomes
        if one.label.reps is not None
    ]
    return [
        f"rep counts exact: {sum(error == 0 for error in errors)} of {len(errors)} clips; "
        f"at most one off: {sum(error <= 1 for error in errors)} of {len(errors)}"
    ]


def _rounded(outcomes: list[Outcome]) -> list[str]:
    bands = [one.bands for one in outcomes]
    reps = [sum(bands, Counter[str]())["rounded"], sum(sum(band.values()) for band in bands)]
    clips = sum(band["rounded"] > 0 for band in bands)
    return [
        f"rounded backs found: {clips} of {len(outcomes)} clips, {reps[0]} of {reps[1]} reps "
        "(incomplete reps included)"
    ]


def _neutral(outcomes: list[Outcome]) -> list[str]:
    total = sum((one.bands for one in outcomes), Counter[str]())
    accused = sum(one.faults[code] for one in outcomes for code in SPINE_FAULTS)
    clips = sum(any(one.faults[code] for code in SPINE_FAULTS) for one in outcomes)
    unsure = total["uncertain"]
    refused = sum(count for band, count in total.items() if band.startswith("("))
    return [
        f"neutral backs falsely accused: {accused} of {sum(total.values())} reps, "
        f"{clips} of {len(outcomes)} clips; called neutral {total['neutral']}, "
        f"uncertain {unsure}, refused {refused}"
    ]


def _expected(outcomes: list[Outcome]) -> list[str]:
    lines = []
    codes = sorted({code for one in outcomes for code in one.label.faults or ()})
    for code in codes:
        wanted = [one for one in outcomes if code in (one.label.faults or ())]
        found = sum(one.faults[code] > 0 for one in wanted)
        elsewhere = [one.label.name for one in outcomes if one not in wanted and one.faults[code]]
        lines.append(
            f"{code}: found in {found} of {len(wanted)} clips labelled with it; "
            f"in {len(elsewhere)} others{': ' + ', '.join(elsewhere) if elsewhere else ''}"
        )
    return lines


@click.command()
@click.argument("labels", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--clips", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--exercise", type=click.Choice(exercise_names()), default=EXERCISE)
@click.option("--metric", metavar="NAME", help="Also print a metric's values by clip.")
@click.option("--width", default=150, show_default=True, help="Columns of the printed table.")
def main(labels: Path, clips: Path | None, exercise: str, metric: str | None, width: int) -> None:
    """Judge the clips of LABELS and print label against finding."""
    console = Console(width=width)
    wanted = [one for one in read_labels(labels, clips) if one.exercise in (exercise, NONE)]
    bar = progress(wanted, "Clips", console=Console(stderr=True), transient=True)
    outcomes = [judged(label, exercise) for label in bar]
    known = [one.report.reps[0].metrics for one in outcomes if one.report and one.report.reps]
    if metric is not None and known and metric not in known[0]:
        raise click.BadParameter(f"give one of {', '.join(known[0])}", param_hint="--metric")
    console.print(outcome_table(outcomes))
    if metric is not None:
        console.print(metric_table(outcomes, metric))
    for line in summary(outcomes):
        console.print(line, highlight=False)


if __name__ == "__main__":
    main()
