"""Thresholds: one TOML table an exercise, and a coach's own file on top of it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from formcheck.errors import UsageError


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class FaultRule(_Table):
    """When a metric is a fault.

    Attributes:
        metric: Name of the metric.
        above: Fault when the value is above this; exclusive with ``below``.
        below: Fault when the value is below this.
        major_past: Past this the fault is major.
        severity: ``note`` makes it a remark that costs nothing.
        message: One sentence; ``{value}`` and ``{threshold}`` are filled in.
        cue: At most four words.
        source: Where the threshold comes from.
    """

    metric: str
    above: float | None = None
    below: float | None = None
    major_past: float | None = None
    severity: Literal["fault", "note"] = "fault"
    message: str
    cue: str
    source: str

    @model_validator(mode="after")
    def _one_side(self) -> FaultRule:
        if (self.above is None) == (self.below is None):
            raise ValueError("needs exactly one of 'above' and 'below'")
        if len(self.cue.split()) > 4:
            raise ValueError("'cue' has more than four words")
        return self

    @property
    def threshold(self) -> float:
        """The value that must not be crossed."""
        limit = self.above if self.above is not None else self.below
        assert limit is not None
        return limit

    def past(self, value: float, threshold: float) -> float:
        """How far a value is past a threshold, in its unit; negative on the good side."""
        return value - threshold if self.above is not None else threshold - value


class Scoring(_Table):
    """How faults become a score.

    Attributes:
        minor: Points off for a minor fault.
        major: Points off for a major fault.
        needed: Metrics without which a rep gets no score.
    """

    minor: float = Field(ge=0)
    major: float = Field(ge=0)
    needed: tuple[str, ...]


class Settings(_Table):
    """All thresholds of one exercise, resolved.

    Attributes:
        min_confidence: Probability that the true value is past the threshold from which on
            a fault is named.
        measure: Limits and uncertainties of the measurements, by name.
        score: How faults become a score.
        faults: Rules by fault code.
    """

    min_confidence: float = Field(gt=0.5, lt=1.0)
    measure: dict[str, float]
    score: Scoring
    faults: dict[str, FaultRule]


def load_settings(table: Path, exercise: str, override: Path | None = None) -> Settings:
    """Read an exercise's table and lay a coach's own values over it.

    Args:
        table: The exercise's own TOML table.
        exercise: Its name, under which the coach's file holds its values.
        override: The coach's file: the same keys, under ``[EXERCISE]``, only those to change.

    Raises:
        UsageError: The coach's file cannot be read, or holds a key or value that has no meaning.
    """
    values = tomllib.loads(table.read_text(encoding="utf-8"))
    if override is None:
        return Settings.model_validate(values)
    own = override_tables(override).get(exercise, {})
    if not isinstance(own, dict) or not own:
        raise UsageError(
            f"{override} has no table [{exercise}]; put the thresholds to change under that name"
        )
    try:
        return Settings.model_validate(_overlaid(values, own, exercise, override))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{override}: {exercise}.{where}: {first['msg']}; correct it") from error


def override_tables(override: Path) -> dict[str, Any]:
    """Read a coach's file: what it holds, by exercise, not checked yet.

    Raises:
        UsageError: It cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(override.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{override} cannot be read; give a TOML file of thresholds") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{override} is not valid TOML ({error}); correct it") from error


def _overlaid(
    base: dict[str, Any], own: dict[str, Any], where: str, override: Path
) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        if key not in base and key not in ("major_past", "above", "below"):
            known = ", ".join(sorted(base))
            raise UsageError(f"{override}: {where}.{key} is no setting; known here: {known}")
        if isinstance(base.get(key), dict):
            if not isinstance(value, dict):
                raise UsageError(f"{override}: {where}.{key} must be a table; correct it")
            merged[key] = _overlaid(base[key], value, f"{where}.{key}", override)
        else:
            merged[key] = value
    return merged
