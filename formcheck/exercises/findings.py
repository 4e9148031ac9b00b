"""The findings about a rep: metrics, each judged or refused, and the faults among them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Status = Literal["ok", "fault", "not_assessable"]
Severity = Literal["note", "minor", "major"]


class Reason(StrEnum):
    """Why a metric is not assessable; the list is closed and explained in docs/abstention.md."""

    VIEW = "view"
    OCCLUSION = "occlusion"
    VISIBILITY = "visibility"
    TOO_FEW_FRAMES = "too_few_frames"
    OUT_OF_FRAME = "out_of_frame"
    UPRIGHT = "upright"
    NOT_SHOWN = "not_shown"
    UNCERTAIN = "uncertain"
    NO_REFERENCE = "no_reference"
    ASSISTED = "assisted"


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured quantity of one rep.

    Attributes:
        name: Standard term, for example ``hip_hinge_ratio``.
        value: Measured value in ``unit``; ``None`` when nothing could be measured.
        uncertainty: One standard uncertainty in ``unit``.
        unit: ``deg``, ``s``, ``thigh lengths``, ``1`` ...
        status: ``ok``, ``fault`` or ``not_assessable``.
        reason: Why not assessable.
        band: For the spine: ``neutral``, ``uncertain``, ``rounded`` or ``arched``.
        t_s: Moment that shows the value best, seconds of real time.
        remark: A sentence that a fault's message needs beside the value, if any.
    """

    name: str
    value: float | None
    uncertainty: float | None
    unit: str
    status: Status
    reason: Reason | None = None
    band: str | None = None
    t_s: float | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one rep, with what it rests on.

    Attributes:
        code: Fault code of the design, for example ``SPINE_ROUNDED``.
        rep: Index of the rep, from 1.
        t_s: Moment that shows it best, seconds of real time.
        severity: ``note`` costs nothing; ``minor`` and ``major`` cost points.
        confidence: 0 to 1, probability that the true value is past the threshold.
        metric: Name of the metric that crossed its threshold.
        value: Measured value.
        uncertainty: One standard uncertainty of the value.
        threshold: The threshold crossed.
        unit: Unit of the three.
        message: One sentence for a person.
        cue: At most four words.
    """

    code: str
    rep: int
    t_s: float
    severity: Severity
    confidence: float
    metric: str
    value: float
    uncertainty: float
    threshold: float
    unit: str
    message: str
    cue: str


@dataclass(frozen=True, slots=True)
class RepFindings:
    """Everything found about one rep.

    Attributes:
        metrics: All metrics of the exercise, judged or refused.
        faults: The faults, worst first.
        score: 0 to 100; ``None`` when there is not enough evidence to give one.
        score_steps: How the score came about, one line a step, to be recomputed by hand.
    """

    metrics: tuple[Metric, ...]
    faults: tuple[Fault, ...]
    score: float | None
    score_steps: tuple[str, ...]


def refused(name: str, unit: str, reason: Reason) -> Metric:
    """A metric that is not assessable."""
    return Metric(name, None, None, unit, "not_assessable", reason)
