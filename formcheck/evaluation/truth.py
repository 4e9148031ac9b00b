"""Truth files: what a rendered clip shows, known because it was planted (docs/rendering.md).

Read tolerantly: fields that are not needed here may come and go.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from formcheck.errors import UsageError

SUFFIX: Final = ".truth.json"
SCHEMA: Final = "formcheck.truth/3"
NONE: Final = "none"
SET_FAULTS: Final = frozenset({"TEMPO_DRIFT"})
"""Faults of a set and not of a rep."""
NOTES: Final = frozenset({"ECCENTRIC_SLOW"})
"""Remarks, which accuse nobody."""


_BETWEEN: Final = re.compile(r"rep (?P<rep>\d+): .*\((?P<code>[A-Z_]+)\)")


class _Truth(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class TruthSpan(_Truth):
    """A stretch of time, seconds."""

    start_s: float
    end_s: float


class TruthRep(_Truth):
    """One rep as it was planned.

    Attributes:
        complete: Whether the clip shows the whole of it.
        phases: By name: ``eccentric``, ``stretched_pause``, ``concentric``, ``top_pause``.
        metrics: True values of the exercise's metrics, by name.
    """

    index: int
    start_s: float
    end_s: float
    complete: bool = True
    phases: dict[str, TruthSpan | None] = {}
    eccentric_s: float | None = None
    metrics: dict[str, float] = {}

    @property
    def lumbar_rounding_deg(self) -> float | None:
        """How far the lumbar spine is flexed past a flat back at most; below 0 = still hollow."""
        return self.metrics.get("lumbar_rounding_deg")


class PlantedFault(_Truth):
    """A fault and the reps that have it."""

    code: str
    reps: tuple[int, ...] = ()


class Planted(_Truth):
    """What was put into the clip on purpose.

    Attributes:
        rep_count: Complete reps.
        faults: Faults with their reps.
        between_clean_and_faulty: Sentences ``rep 2: eccentric_s 3.1 (ECCENTRIC_FAST)`` about what
            is neither.
    """

    rep_count: int
    faults: tuple[PlantedFault, ...] = ()
    between_clean_and_faulty: tuple[str, ...] = ()


class TruthCamera(_Truth):
    """The camera; ``yaw_deg`` 0 is square to the side, 90 front or rear, either sign."""

    width: int
    height: int
    yaw_deg: float = 0.0


class TruthFrames(_Truth):
    """Series over the frames, each of shape (n,) or (n, 2).

    Attributes:
        occluded_near_leg, occluded_torso: Share of its pixels that something covers.
        covered_back: Share of the judged outline of the back that is not seen against the room,
            because something lies over it or sticks out behind it.
        back_bend_deg: How far that outline truly bends; older truth has none.
    """

    t_s: tuple[float, ...]
    trunk_inclination_deg: tuple[float | None, ...] = ()
    hip_flexion_deg: tuple[float | None, ...] = ()
    knee_flexion_deg: tuple[float | None, ...] = ()
    occluded_near_leg: tuple[float | None, ...] = ()
    occluded_torso: tuple[float | None, ...] = ()
    covered_back: tuple[float | None, ...] = ()
    back_bend_deg: tuple[float | None, ...] = ()
    joints_px: dict[str, tuple[tuple[float, float], ...]] = {}

    def angle(self, signal: str) -> tuple[float | None, ...]:
        """The series that a signal is held against; empty where the truth has none."""
        name = "back_bend_deg" if signal == "spine_bend_deg" else signal
        series: tuple[float | None, ...] = getattr(self, name)
        return series


class Truth(_Truth):
    """The truth of one clip."""

    schema_: str = Field(alias="schema")
    clip: str
    exercise: str
    fps: float | None = None
    split: str | None = None
    camera: TruthCamera
    planted: Planted
    reps: tuple[TruthRep, ...] = ()
    frames: TruthFrames

    @field_validator("exercise", mode="before")
    @classmethod
    def _nothing_is_none(cls, value: Any) -> Any:
        return NONE if value is None else value

    def faults_of(self, rep: TruthRep) -> frozenset[str]:
        """Codes planted in a rep, notes and faults of the whole set left out."""
        return frozenset(
            fault.code
            for fault in self.planted.faults
            if rep.index in fault.reps and fault.code not in SET_FAULTS | NOTES
        )

    def unclear_of(self, rep: TruthRep) -> frozenset[str]:
        """Codes of which a rep is neither clean nor guilty, by the truth's own account."""
        found = (_BETWEEN.fullmatch(line) for line in self.planted.between_clean_and_faulty)
        return frozenset(m["code"] for m in found if m is not None and int(m["rep"]) == rep.index)

    @property
    def set_faults(self) -> frozenset[str]:
        """Codes planted in the set as a whole."""
        return frozenset(fault.code for fault in self.planted.faults) & SET_FAULTS


def truth_beside(clip: Path) -> Path:
    """Where the truth of a clip would be."""
    return clip.with_name(clip.stem + SUFFIX)


def read_truth(path: Path) -> Truth:
    """Read a truth file.

    Raises:
        UsageError: It cannot be read, or is no truth file of a schema known here.
    """
    try:
        truth = Truth.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise UsageError(f"{path}: no truth file: {where}: {first['msg'].lower()}") from error
    if truth.schema_ != SCHEMA:
        raise UsageError(f"{path}: its schema {truth.schema_!r} is not known here ({SCHEMA})")
    return truth
