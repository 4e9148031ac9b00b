"""What an evaluation comes to: schema ``formcheck.evaluation/1``.

A figure is a value with the bounds of its 95 % interval; ``null`` bounds mean too few clips for
one. Fields are only ever added within a schema version.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA: Final[Literal["formcheck.evaluation/1"]] = "formcheck.evaluation/1"


class _Model(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True
    )


class Estimate(_Model):
    """A figure; shares run from 0 to 1."""

    value: float
    low: float | None = None
    high: float | None = None
    unit: str = "share"


class Row(_Model):
    """Figures of one group of cases.

    Attributes:
        group: Which cases.
        cases: How many.
        of: What a case is: clips, reps, frames.
        clips: From how many clips they come.
        figures: By the name of their column.
    """

    group: str
    cases: int
    of: str
    clips: int
    figures: dict[str, Estimate]


class Section(_Model):
    """One table: a title, what its figures mean, and its rows."""

    key: str
    title: str
    meaning: str
    rows: list[Row]


class Part(_Model):
    """All tables over some of the clips: all of them, or one split."""

    name: str
    clips: int
    sections: list[Section]

    def figure(self, section: str, group: str, name: str) -> Estimate | None:
        """One figure, or ``None`` where there is none."""
        for table in self.sections:
            for row in table.rows:
                if table.key == section and row.group == group:
                    return row.figures.get(name)
        return None


class WorstCase(_Model):
    """A clip that went wrong, worst first; ``page`` is the path of its report."""

    name: str
    exercise: str
    view: str
    what: list[str]
    page: str | None = None


class ClipLine(_Model):
    """One clip: expected and found; ``reason`` where there is no report."""

    name: str
    exercise: str
    found_exercise: str | None = None
    view: str
    split: str | None = None
    reps: int | None = None
    found_reps: int | None = None
    exit_code: int
    reason: str


class Target(_Model):
    """A published aim, and whether the figures reach it."""

    what: str
    aim: str
    figure: Estimate | None = None
    cases: int
    met: bool | None = None


class Evaluation(_Model):
    """The whole of ``evaluation.json``."""

    schema_: Literal["formcheck.evaluation/1"] = Field(default=SCHEMA, alias="schema")
    formcheck_version: str
    model: str
    exercise_by: Literal["labelled", "auto"]
    skipped: list[str]
    targets: list[Target]
    parts: list[Part]
    worst: list[WorstCase]
    clips: list[ClipLine]
