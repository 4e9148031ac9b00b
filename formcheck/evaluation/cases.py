"""The clips to evaluate and what is known about each: tables of labels, folders of truth."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from formcheck.errors import ClipError, UsageError
from formcheck.evaluation.truth import NONE, SUFFIX, Truth, read_truth, truth_beside
from formcheck.exercises.registry import exercise_names, exercise_settings
from formcheck.report.wording import FAULT_TITLES

COLUMNS: Final = ("clip", "exercise", "reps", "view", "spine", "faults", "eccentric_s")
VIEWS: Final = ("side", "oblique", "front", "rear")
SPINES: Final = ("neutral", "rounded", "arched")
EXERCISES: Final = (
    "romanian_deadlift",
    "good_morning",
    "seated_leg_curl",
    "lying_leg_curl",
    "glute_ham_raise",
)
"""Names that labels may use whether or not this version judges them."""
CLIP_ENDINGS: Final = (".mp4", ".mov", ".m4v", ".mkv", ".avi", ".webm", ".gif")
SIDE_ON_DEG: Final = 10.0
BEYOND_DEG: Final = 35.0
VIEW_BANDS: Final = ((SIDE_ON_DEG, "0-10°"), (20.0, "10-20°"), (BEYOND_DEG, "20-35°"))
SIDE_BANDS: Final = (VIEW_BANDS[0][1], "side by eye")
"""The bands that count as side-on: by the true camera, and by a label."""


@dataclass(frozen=True, slots=True)
class Case:
    """One clip and what is known about it; ``None`` where nothing is.

    Attributes:
        clip: The clip.
        name: What the tables call it.
        exercise: What it shows, or ``none``.
        reps: Complete reps.
        view: ``side``, ``oblique``, ``front`` or ``rear``, as labelled by eye.
        spine: ``neutral``, ``rounded`` or ``arched``, as labelled by eye.
        faults: Codes that a person saw. The empty set means that there are none; any other set
            does not deny the codes that are not in it.
        eccentrics_s: Duration of each eccentric, as timed by eye.
        truth: Everything, for a rendered clip.
    """

    clip: Path
    name: str
    exercise: str
    reps: int | None = None
    view: str | None = None
    spine: str | None = None
    faults: frozenset[str] | None = None
    eccentrics_s: tuple[float, ...] | None = None
    truth: Truth | None = None

    @property
    def split(self) -> str | None:
        """``tune`` or ``held_out``, where the truth says so."""
        return self.truth.split if self.truth is not None else None

    @property
    def view_band(self) -> str:
        """The camera's angle off the side, or the view as labelled."""
        if self.truth is None:
            return f"{self.view} by eye" if self.view else "not labelled"
        yaw_deg = abs(self.truth.camera.yaw_deg)
        return next((name for most, name in VIEW_BANDS if yaw_deg <= most), "over 35°")


def read_cases(source: Path, clips: Path | None = None) -> list[Case]:
    """Read a table of labels, or a folder of clips with their truth beside them.

    A clip of a table that has a truth file beside it is taken by its truth.

    Args:
        source: ``LABELS.csv``, or a folder of ``NAME.mp4`` and ``NAME.truth.json``.
        clips: Where the clips of a table are, if not beside it.

    Raises:
        UsageError: The table or a truth file makes no sense, or there is nothing to evaluate.
        ClipError: A clip that is labelled is not there.
    """
    if source.is_dir():
        cases = _from_folder(source)
    else:
        cases = _from_table(source, clips if clips is not None else source.parent)
    missing = [case.clip for case in cases if not case.clip.is_file()]
    if missing:
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        raise ClipError(
            f"{missing[0]}: labelled and not there{more}; correct the label or give --clips DIR"
        )
    return cases


def _from_folder(folder: Path) -> list[Case]:
    cases = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        truth = read_truth(path)
        cases.append(_by_truth(_clip_of(path, truth), truth))
    if not cases:
        raise UsageError(
            f"{folder}: no clip with a truth file (NAME{SUFFIX}) beside it;"
            " give a folder of rendered clips or a table of labels"
        )
    return cases


def _clip_of(path: Path, truth: Truth) -> Path:
    stem = path.name.removesuffix(SUFFIX)
    named = path.with_name(Path(truth.clip).name)
    beside = (path.with_name(stem + ending) for ending in CLIP_ENDINGS)
    return next((clip for clip in (named, *beside) if clip.is_file()), named)


def _by_truth(clip: Path, truth: Truth) -> Case:
    return Case(
        clip=clip,
        name=clip.stem,
        exercise=truth.exercise,
        reps=truth.planted.rep_count,
        truth=truth,
    )


def _from_table(table: Path, folder: Path) -> list[Case]:
    codes = fault_codes()
    cases = []
    seen: set[str] = set()
    for number, row in _rows(table):
        where = f"{table}, line {number}"
        name = row["clip"]
        if not name or name in seen:
            raise UsageError(f"{where}: {'names no clip' if not name else f'{name} again'}")
        seen.add(name)
        clip = folder / name
        truth = truth_beside(clip)
        if truth.is_file():
            cases.append(_by_truth(clip, read_truth(truth)))
        else:
            cases.append(_by_label(clip, row, where, codes))
    if not cases:
        raise UsageError(f"{table}: no clip in it; give one a line: {','.join(COLUMNS)},notes")
    return cases


def _rows(table: Path) -> Iterable[tuple[int, dict[str, str]]]:
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise UsageError(
                    f"{table}: no column {', '.join(missing)}; the first line names them:"
                    f" {','.join(COLUMNS)},notes"
                )
            rows = [
                (reader.line_num, {name: (row[name] or "").strip() for name in COLUMNS})
                for row in reader
            ]
    except OSError as error:
        raise UsageError(f"{table}: cannot be read ({error.strerror or error})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{table}: not a table of labels in UTF-8 ({error})") from error
    return rows


def _by_label(clip: Path, row: Mapping[str, str], where: str, codes: frozenset[str]) -> Case:
    exercise = _one_of(row["exercise"], (*known_exercises(), NONE), "exercise", where)
    if exercise is None:
        raise UsageError(f"{where}: names no exercise; give one, or {NONE}")
    return Case(
        clip=clip,
        name=clip.stem,
        exercise=exercise,
        reps=_count(row["reps"], where),
        view=_one_of(row["view"], VIEWS, "view", where),
        spine=_one_of(row["spine"], SPINES, "spine", where),
        faults=_faults(row["faults"], where, codes),
        eccentrics_s=_seconds(row["eccentric_s"], where),
    )


def known_exercises() -> tuple[str, ...]:
    """Names of exercises that labels may use."""
    return tuple(sorted({*EXERCISES, *exercise_names()}))


def fault_codes() -> frozenset[str]:
    """Codes that labels may use."""
    own = {code for name in exercise_names() for code in exercise_settings(name).faults}
    return frozenset(FAULT_TITLES) | own


def _one_of(value: str, allowed: tuple[str, ...], column: str, where: str) -> str | None:
    if value and value not in allowed:
        raise UsageError(f"{where}: {column} {value!r} is none of {', '.join(allowed)}")
    return value or None


def _count(value: str, where: str) -> int | None:
    if not value:
        return None
    if not value.isdecimal():
        raise UsageError(f"{where}: reps {value!r} is no whole number")
    return int(value)


def _faults(value: str, where: str, codes: frozenset[str]) -> frozenset[str] | None:
    if not value:
        return None
    if value == "-":
        return frozenset()
    named = frozenset(code.strip() for code in value.split(";"))
    unknown = sorted(named - codes)
    if unknown:
        raise UsageError(
            f"{where}: unknown fault code {unknown[0]!r}; known are {', '.join(sorted(codes))}"
        )
    return named


def _seconds(value: str, where: str) -> tuple[float, ...] | None:
    if not value:
        return None
    try:
        seconds = tuple(float(part) for part in value.split(";"))
    except ValueError:
        seconds = ()
    if not seconds or not all(0.0 < each < 600.0 for each in seconds):
        raise UsageError(f"{where}: eccentric_s {value!r} is no list of seconds joined by ';'")
    return seconds
