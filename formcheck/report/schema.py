"""The contract of ``report.json``, schema ``formcheck.report/1``.

Fields are only ever added within a schema version. Times are in seconds of real time from the
start of the clip; missing is ``null``.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA: Literal["formcheck.report/1"] = "formcheck.report/1"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ClipReport(_Model):
    """The clip that was judged."""

    path: str
    sha256: str
    width: int
    height: int
    fps: float
    duration_s: float
    speed: float = 1.0
    frames_read: int
    frames_lost: int
    frames_with_pose: int


class ExerciseReport(_Model):
    """Which exercise the clip was judged as."""

    name: str
    confidence: float
    source: Literal["given", "auto"]


class CheckReport(_Model):
    """One problem of the clip, found before it was judged (docs/preflight.md)."""

    code: str
    sentence: str


class ViewReport(_Model):
    """From where the camera looks, and what is wrong with the clip."""

    facing: Literal["left", "right"] | None
    yaw_deg: float | None
    yaw_uncertainty_deg: float | None
    side_on: bool
    problems: list[str] = Field(description="The sentences of ``checks``.")
    checks: list[CheckReport] = []


class ModelReport(_Model):
    """Which pose model was used."""

    name: str
    sha256: str


class PhaseReport(_Model):
    """One phase of a rep."""

    start_s: float
    end_s: float
    boundary_uncertainty_s: float


class PhasesReport(_Model):
    """The phases of a rep; ``null`` where the clip does not show one."""

    eccentric: PhaseReport | None
    stretched_pause: PhaseReport | None
    concentric: PhaseReport | None
    top_pause: PhaseReport | None


class MetricReport(_Model):
    """One metric of a rep."""

    value: float | None
    uncertainty: float | None
    unit: str
    status: Literal["ok", "fault", "not_assessable"]
    reason: str | None
    band: str | None = None


class FaultReport(_Model):
    """One fault of a rep."""

    code: str
    severity: Literal["note", "minor", "major"]
    confidence: float
    t_s: float
    metric: str
    value: float
    uncertainty: float
    threshold: float
    unit: str
    message: str
    cue: str
    evidence: str | None = Field(description="Path of the evidence frame beside report.json.")


class RepReport(_Model):
    """One rep."""

    index: int
    complete: bool
    start_s: float
    end_s: float
    phases: PhasesReport
    eccentric_s: float | None
    concentric_s: float | None
    tempo: str
    score: float | None
    score_steps: list[str]
    metrics: dict[str, MetricReport]
    faults: list[FaultReport]


class NotAssessedReport(_Model):
    """A metric that could not be judged in some reps, and why."""

    metric: str
    reason: str
    reps: list[int]
    explanation: str


class SetSummary(_Model):
    """The set as a whole."""

    rep_count: int
    score: float | None
    score_steps: list[str]
    eccentric_s_mean: float | None
    time_under_tension_s: float | None
    faults: dict[str, int]
    not_assessed: list[NotAssessedReport]
    drift: dict[str, Any]


class SetReport(_Model):
    """One clip judged: the whole of ``report.json``."""

    schema_: Literal["formcheck.report/1"] = Field(default=SCHEMA, alias="schema")
    formcheck_version: str
    clip: ClipReport
    exercise: ExerciseReport
    view: ViewReport
    config: dict[str, Any]
    model: ModelReport
    reps: list[RepReport]
    set: SetSummary
    problems: list[str]

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True
    )
