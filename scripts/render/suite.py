"""Renders a suite of clips with the truth beside each.

    python scripts/render/suite.py samples|accuracy|stress|backs --out DIR [--draw N]

Needs the extra ``render``; once the bodies are in the cache folder neither torch nor anny. The
same seed gives the same pictures; their encoded bytes may differ (docs/rendering.md). A clip whose
truth file is there is finished and skipped; ``labels.csv`` lists what is.
"""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Final

import click
from bodies import load_body
from clip import Clip
from PIL import Image
from plans import Plan
from suites import accuracy
from suites_backs import backs
from suites_more import samples, stress
from truth import label_row

COLUMNS: Final = ("clip", "exercise", "reps", "view", "spine", "faults", "eccentric_s", "notes")


@click.command()
@click.argument("suite", type=click.Choice(["samples", "accuracy", "stress", "backs"]))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the clips.")
@click.option(
    "--bodies",
    type=click.Path(path_type=Path),
    default=Path.home() / ".cache" / "formcheck-render",
    help="Folder of the exported bodies.",
)
@click.option("--workers", type=click.IntRange(1), default=2, help="Processes.")
@click.option("--limit", type=click.IntRange(1), help="Only the first so many clips.")
@click.option("--only", default="*", help="Only clips whose names match.")
@click.option(
    "--draw", type=click.IntRange(0), default=0, help="Of accuracy and backs: another draw."
)
@click.option("--still", type=float, help="Only the picture at this share of the clip, as PNG.")
@click.option("--check", is_flag=True, help="No pictures: print what each clip would show.")
def main(
    suite: str,
    out: Path,
    bodies: Path,
    workers: int,
    limit: int | None,
    only: str,
    draw: int,
    still: float | None,
    check: bool,
) -> None:
    """Render a suite."""
    every: dict[str, Callable[[], list[Plan]]] = {
        "samples": samples,
        "accuracy": partial(accuracy, draw),
        "stress": stress,
        "backs": partial(backs, draw),
    }
    plans = [plan for plan in every[suite]() if fnmatch(plan.name, only)][:limit]
    out.mkdir(parents=True, exist_ok=True)
    for name in dict.fromkeys(plan.body for plan in plans):
        load_body(name, bodies)
    if still is not None or check:
        for plan in plans:
            click.echo(_looked_at(plan, out, bodies, still))
        return
    due = [plan for plan in plans if not (out / f"{plan.name}.truth.json").exists()]
    started, frames, done = time.monotonic(), 0, 0
    with ProcessPoolExecutor(workers) as pool:
        tasks = [pool.submit(_render, plan, out, bodies) for plan in due]
        for task in as_completed(tasks):
            name, count, problems = task.result()
            frames, done = frames + count, done + 1
            took_s = time.monotonic() - started
            click.echo(
                f"{done}/{len(due)} {name}: {count} frames, {frames / took_s:.0f}/s {problems}"
            )
            write_labels(plans, out)
    write_labels(plans, out)


def _render(plan: Plan, out: Path, bodies: Path) -> tuple[str, int, str]:
    truth = Clip(plan, bodies).render(out)
    return plan.name, truth["frame_count"], "; ".join(truth["planted"]["between_clean_and_faulty"])


def _looked_at(plan: Plan, out: Path, bodies: Path, still: float | None) -> str:
    clip = Clip(plan, bodies)
    if still is not None:
        picture = clip.still(still * clip.performance.end_s)
        path = out / f"{plan.name}_{still:g}.png"
        Image.fromarray(picture).save(path)
        return str(path)
    truth = clip.kinematics()
    codes = {fault["code"]: fault["magnitudes"] for fault in truth["planted"]["faults"]}
    between = truth["planted"]["between_clean_and_faulty"]
    return f"{plan.name}: {truth['frame_count']} frames, {codes}" + (
        f"; {between}" if between else ""
    )


def write_labels(plans: list[Plan], out: Path) -> None:
    """The label table of the clips that are there; atomic."""
    partial = out / f".labels-{os.getpid()}.csv"
    with partial.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(_rows(plans, out))
    partial.replace(out / "labels.csv")


def _rows(plans: list[Plan], out: Path) -> Iterator[dict[str, str]]:
    for plan in plans:
        path = out / f"{plan.name}.truth.json"
        if path.exists():
            yield label_row(json.loads(path.read_text(encoding="utf-8")), plan.notes)


if __name__ == "__main__":
    main()
