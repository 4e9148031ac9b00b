"""Whether verdicts stay when a clip is changed in ways that must not matter.

    python scripts/measure_steadiness.py LABELS.csv --kept FOLDER [--clips DIR] [--only CHANGE]

Each labelled clip is written again mirrored, tilted, small, dark, at half the frame rate, with
bars at its sides, and coarsely compressed. The lifter does the same in all of them, so counts,
exercise and faults should be the same, and what is labelled should still be found. This asks more
of the method than the clips that its thresholds were set on: none of the changed ones was looked
at for that.

FOLDER keeps the changed clips, so that a second run takes its pose tracks from the cache.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track as progress
from rich.table import Table

from formcheck.analysis import analyze_clip
from formcheck.cli.native_noise import native_noise_hidden
from formcheck.errors import FormcheckError
from formcheck.evaluation.cases import Case, read_cases
from formcheck.report.schema import SetReport
from formcheck.video.reader import ClipReader
from formcheck.video.writer import ClipWriter

Picture = NDArray[np.uint8]
TILT_DEG: Final = 4.0
"""A phone leaned against a bottle."""
DARK: Final = 0.45
SMALL_SIDE: Final = 240


def _mirrored(picture: Picture) -> Picture:
    return np.ascontiguousarray(picture[:, ::-1])


def _tilted(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), TILT_DEG, 1.0)
    turned = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REFLECT)
    return np.asarray(turned, dtype=np.uint8)


def _small(picture: Picture) -> Picture:
    scale = min(1.0, SMALL_SIDE / min(picture.shape[:2]))
    size = [max(2, round(side * scale / 2) * 2) for side in picture.shape[1::-1]]
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _dark(picture: Picture) -> Picture:
    return np.asarray(picture * DARK, dtype=np.uint8)


def _barred(picture: Picture) -> Picture:
    side = picture.shape[1] // 4
    return np.asarray(cv2.copyMakeBorder(picture, 0, 0, side, side, cv2.BORDER_CONSTANT))


def _coarse(picture: Picture) -> Picture:
    _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 15])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)


def _same(picture: Picture) -> Picture:
    return picture


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a clip: of each picture, and how many pictures are kept (one in ``every``)."""

    picture: Callable[[Picture], Picture]
    every: int = 1


CHANGES: Final = {
    "mirrored": Change(_mirrored),
    "tilted 4 degrees": Change(_tilted),
    "240 pixels": Change(_small),
    "dark": Change(_dark),
    "half the frames": Change(_same, every=2),
    "bars at the sides": Change(_barred),
    "coarse": Change(_coarse),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What formcheck said; of a refused clip nothing but that."""

    exercise: str | None = None
    reps: int = 0
    faults: frozenset[str] = frozenset()
    rounded: bool = False
    eccentrics_s: tuple[float, ...] = ()

    @classmethod
    def of(cls, report: SetReport) -> Verdict:
        """Of a report; a fault of the set is one that a third of its reps have."""
        counted = Counter(
            fault.code for rep in report.reps for fault in rep.faults if fault.severity != "note"
        )
        least = len(report.reps) / 3.0
        return cls(
            report.exercise.name,
            report.set.rep_count,
            frozenset(code for code, count in counted.items() if count >= least),
            "SPINE_ROUNDED" in counted,
            tuple(rep.eccentric_s for rep in report.reps if rep.eccentric_s is not None),
        )


def verdict_on(clip: Path) -> Verdict:
    """Judge a clip without being told what it shows."""
    try:
        with native_noise_hidden():
            return Verdict.of(analyze_clip(clip).report)
    except FormcheckError:
        return Verdict()


def changed(clip: Path, change: Change, path: Path) -> Path:
    """The clip with a change made to it, written unless it is there."""
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.mp4")
    writer: ClipWriter | None = None
    with ClipReader(clip) as reader:
        for index, frame in enumerate(reader):
            if index % change.every:
                continue
            picture = change.picture(frame.bgr)
            height, width = (side // 2 * 2 for side in picture.shape[:2])
            if writer is None:
                fps = reader.info.fps / change.every
                writer = ClipWriter(part, width, height, fps=fps)
            writer.write(np.ascontiguousarray(picture[:height, :width]), frame.t_s)
    if writer is not None:
        writer.close()
    return part.rename(path)


def row_of(name: str, cases: list[Case], plain: list[Verdict], other: list[Verdict]) -> list[str]:
    """One line of the table."""
    pairs = list(zip(cases, plain, other, strict=True))
    counted = [(case, two) for case, _, two in pairs if case.reps]
    exact = sum(two.reps == case.reps for case, two in counted)
    known = [(case, two) for case, _, two in pairs if case.exercise != "none" and case.reps]
    right = sum(two.exercise == case.exercise for case, two in known)
    wrong = sum(two.exercise not in (case.exercise, None) for case, _, two in pairs)
    none = [two for case, _, two in pairs if case.exercise == "none"]
    rounded = [two.rounded for case, _, two in pairs if case.spine == "rounded"]
    neutral = [two.rounded for case, _, two in pairs if case.spine == "neutral"]
    same = [one.faults == two.faults for _, one, two in pairs if one.exercise and two.exercise]
    moved = [
        abs(float(np.median(one.eccentrics_s)) - float(np.median(two.eccentrics_s)))
        for _, one, two in pairs
        if one.eccentrics_s and two.eccentrics_s and one.reps == two.reps
    ]
    return [
        name,
        f"{exact} of {len(counted)}",
        f"{right} of {len(known)}, {wrong} wrong",
        f"{sum(two.exercise is None for two in none)} of {len(none)}",
        f"{sum(rounded)} of {len(rounded)}",
        f"{sum(neutral)} of {len(neutral)}",
        f"{sum(same)} of {len(same)}",
        f"{np.mean(moved):.2f} s",
    ]


@click.command()
@click.argument("labels", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--clips", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--kept", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--only", multiple=True, type=click.Choice(list(CHANGES)))
@click.option("--differences", is_flag=True, help="Name the clips whose verdict changes.")
def main(
    labels: Path, clips: Path | None, kept: Path, only: tuple[str, ...], differences: bool
) -> None:
    """Judge the clips of LABELS and changed copies of them, and compare."""
    cases = read_cases(labels, clips)
    console = Console(width=150)
    plain = [verdict_on(case.clip) for case in progress(cases, "as they are", console=console)]
    table = Table("change", "counts exact", "exercise", "none refused")
    for column in ("rounded found", "neutral accused", "same faults", "eccentric moves"):
        table.add_column(column)
    table.add_row(*row_of("as they are", cases, plain, plain))
    for name in only or CHANGES:
        other = []
        for case in progress(cases, name, console=console):
            path = kept / name.replace(" ", "_") / f"{case.clip.stem}.mp4"
            with suppress(FormcheckError):
                changed(case.clip, CHANGES[name], path)
            other.append(verdict_on(path))
        table.add_row(*row_of(name, cases, plain, other))
        if differences:
            for case, one, two in zip(cases, plain, other, strict=True):
                if (one.exercise, one.reps, one.faults) != (two.exercise, two.reps, two.faults):
                    console.print(f"{case.name}: {_short(one)} -> {_short(two)}", style="dim")
    console.print(table)


def _short(verdict: Verdict) -> str:
    return f"{verdict.exercise} {verdict.reps} {','.join(sorted(verdict.faults)) or '-'}"


if __name__ == "__main__":
    main()
