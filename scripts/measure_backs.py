"""What the back's outline reads on rendered lifters who are flat and rounded, body by body.

    python scripts/measure_backs.py FOLDER [FOLDER ...]

Reads truth files and the pose tracks kept of their clips (others are looked at first). Backs of
which the truth says that they cannot be seen are left out, as are those between flat and rounded.
"Agreed" is what the lower half and the change from standing agree on (docs/spine.md).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from formcheck.analysis import judge_track
from formcheck.cli.native_noise import native_noise_hidden
from formcheck.errors import NobodyError
from formcheck.evaluation.judging import BACK, angle_errors
from formcheck.evaluation.matching import match_reps
from formcheck.evaluation.spine import NEUTRAL_DEG, ROUNDED_DEG
from formcheck.evaluation.truth import NONE, SUFFIX, read_truth
from formcheck.evaluation.visibility import hidden
from formcheck.exercises.judging import SPINE
from formcheck.exercises.registry import exercise_settings
from formcheck.exercises.spine_shape import NAMES, lost_and_bent_deg
from formcheck.live.neutral import without_zero
from formcheck.pose.bundle_fetch import require_bundle
from formcheck.pose.record import record_track
from formcheck.report.schema import RepReport

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """One rep; degrees.

    Attributes:
        body, shirt: Who lifts, in what.
        past_flat: True lumbar flexion past flat.
        whole, lower: Bend of the outline and of its lower half.
        agreed: What the lower half and the change from standing agree on; NaN without standing.
    """

    body: str
    shirt: str
    past_flat: float
    whole: float
    lower: float
    agreed: float

    @property
    def rounded(self) -> bool:
        """Whether it counts as a rounded back; else it is flat."""
        return self.past_flat >= ROUNDED_DEG


COLUMNS = ("whole", "lower", "agreed")


def backs_in(folder: Path) -> tuple[list[Reading], list[Floats]]:
    """Readings, and the outline's errors against the true one."""
    found, errors = [], []
    bundle = require_bundle("full", None)
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        truth = read_truth(path)
        if truth.exercise == NONE:
            continue
        settings = without_zero(exercise_settings(truth.exercise))
        if SPINE not in {rule.metric for rule in settings.faults.values()}:
            continue
        clip = path.with_name(truth.clip)
        track = record_track(clip, bundle)
        try:
            found_set = judge_track(track, clip, exercise=truth.exercise, settings=settings)
        except NobodyError:
            continue
        angles = angle_errors(found_set.signals, truth, found_set.report)
        errors += [angles[BACK].errors_deg] if BACK in angles else []
        lifter = json.loads(path.read_text(encoding="utf-8"))["lifter"]
        for true, rep in match_reps(truth.reps, found_set.report.reps).pairs:
            past_flat = true.lumbar_rounding_deg
            if past_flat is None or hidden(truth, true, SPINE, truth.exercise):
                continue
            if NEUTRAL_DEG < past_flat < ROUNDED_DEG or "SPINE_ARCHED" in truth.faults_of(true):
                continue
            limits = exercise_settings(truth.exercise).measure
            whole, lower, _, lost = (_value(rep, name) for name in NAMES)
            if np.isfinite(whole):
                agreed = float(np.minimum(*lost_and_bent_deg(lower, lost, limits)))
                found.append(
                    Reading(lifter["body"], lifter["shirt"], past_flat, whole, lower, agreed)
                )
    return found, errors


def _value(rep: RepReport, name: str) -> float:
    metric = rep.metrics.get(name)
    return np.nan if metric is None or metric.value is None else metric.value


def _range(rows: list[Reading], column: str) -> str:
    values = np.array([getattr(row, column) for row in rows])
    values = values[np.isfinite(values)]
    return f"{values.min():.0f} to {values.max():.0f}" if len(values) else "-"


def _gain(rows: list[Reading]) -> float:
    """Degrees of outline for each degree of lumbar flexion, the lifters' own levels left out."""
    flexed, bent = [], []
    for body in {row.body for row in rows}:
        own = [row for row in rows if row.body == body]
        flexed.append(np.array([row.past_flat for row in own]))
        bent.append(np.array([row.whole for row in own]))
    x, y = (np.concatenate([one - one.mean() for one in each]) for each in (flexed, bent))
    return float(x @ y / (x @ x))


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def main(folders: tuple[Path, ...]) -> None:
    """Print readings of flat and of rounded backs by body."""
    found: list[Reading] = []
    errors: list[Floats] = []
    with native_noise_hidden():
        for folder in folders:
            backs, off = backs_in(folder)
            found, errors = found + backs, errors + off
    table = Table("body", "back", "reps", *COLUMNS)
    for body in [*sorted({row.body for row in found}), "all"]:
        for rounded in (False, True):
            rows = [row for row in found if row.rounded is rounded and body in (row.body, "all")]
            word = "rounded" if rounded else "flat"
            table.add_row(body, word, str(len(rows)), *(_range(rows, at) for at in COLUMNS))
    console = Console(width=100)
    console.print(table)
    for shirt in sorted({row.shirt for row in found}):
        gain = _gain([row for row in found if row.shirt == shirt])
        console.print(f"{shirt} shirt: {gain:.2f} degrees of outline for each of lumbar flexion")
    if errors:
        off_deg = np.concatenate(errors)
        console.print(
            f"outline against the true one: {len(off_deg)} frames, mean error"
            f" {np.abs(off_deg).mean():.1f}, bias {off_deg.mean():+.1f} degrees"
        )


if __name__ == "__main__":
    main()
