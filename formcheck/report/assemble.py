"""From findings to the contract: builds the set report that everything else is made from."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Literal

from formcheck import __version__
from formcheck.exercises.findings import Fault, Metric, Reason, RepFindings
from formcheck.exercises.set_summary import Summary
from formcheck.exercises.settings import Settings
from formcheck.exercises.tempo import timed
from formcheck.motion.preflight import Check
from formcheck.motion.rep import Phase, Rep
from formcheck.motion.signals import Signals
from formcheck.pose.track import PoseTrack
from formcheck.report import schema

EXPLANATIONS = {
    Reason.VIEW: "The camera does not look from the side. Put it square to your side, hip high.",
    Reason.OCCLUSION: "Something hides that part of the body (a plate, a rack, an arm). "
    "Move the camera a little, or use smaller plates.",
    Reason.VISIBILITY: "The body could not be made out there. More light, a plainer background.",
    Reason.TOO_FEW_FRAMES: "Too few frames show it. Film at 30 frames a second or more.",
    Reason.OUT_OF_FRAME: "Part of the body is out of the picture. Step back until all of it shows.",
    Reason.UPRIGHT: "The trunk never leaned far enough for the back's outline to show its shape.",
    Reason.NOT_SHOWN: "The clip does not show that part of the movement.",
    Reason.UNCERTAIN: "The value is past the threshold, but by less than it can be trusted.",
    Reason.NO_REFERENCE: "There is nothing of your own to compare it with.",
    Reason.ASSISTED: "Your hands helped, so it does not tell what the hamstrings did.",
}


def assemble_report(
    *,
    clip: Path,
    speed: float,
    exercise: str,
    confidence: float,
    source: Literal["given", "auto"],
    checks: tuple[Check, ...],
    track: PoseTrack,
    signals: Signals,
    settings: Settings,
    reps: list[Rep],
    findings: list[RepFindings],
    summary: Summary,
) -> schema.SetReport:
    """Build the report of a clip.

    Args:
        clip: The clip, as the user named it.
        speed: Playback speed relative to life.
        exercise: Name of the exercise.
        confidence: How sure it is, 0 to 1; 1 when it was given.
        source: Whether it was given or recognised.
        checks: What is wrong with the clip.
        track: The pose track.
        signals: The signals.
        settings: The resolved thresholds.
        reps: All reps.
        findings: The findings of each rep.
        summary: The set summed up.

    Returns:
        The report, evidence paths still empty.
    """
    return schema.SetReport(
        formcheck_version=__version__,
        clip=_clip(clip, speed, track),
        exercise=schema.ExerciseReport(
            name=exercise, confidence=round(confidence, 3), source=source
        ),
        view=schema.ViewReport(
            facing=signals.view.facing,
            yaw_deg=_rounded(signals.view.yaw_deg, 1),
            yaw_uncertainty_deg=_rounded(signals.view.yaw_uncertainty_deg, 1),
            side_on=signals.view.side_on,
            problems=[check.sentence for check in checks],
            checks=[
                schema.CheckReport(code=check.code.value, sentence=check.sentence)
                for check in checks
            ],
        ),
        config=settings.model_dump(mode="json"),
        model=schema.ModelReport(name=track.model.name, sha256=track.model.sha256),
        reps=[_rep(rep, found) for rep, found in zip(reps, findings, strict=True)],
        set=_summary(summary, signals, settings),
        problems=_problems(track, checks),
    )


def _clip(clip: Path, speed: float, track: PoseTrack) -> schema.ClipReport:
    facts = track.clip
    return schema.ClipReport(
        # A file name need not be text; the report must be.
        path=os.fsencode(clip).decode("utf-8", "replace"),
        sha256=facts.sha256,
        width=facts.width,
        height=facts.height,
        fps=round(facts.fps, 3),
        duration_s=round(facts.duration_s * speed, 3),
        speed=speed,
        frames_read=facts.frames_read,
        frames_lost=facts.frames_lost,
        frames_with_pose=int(track.found.sum()),
    )


def _problems(track: PoseTrack, checks: tuple[Check, ...]) -> list[str]:
    problems = [check.sentence for check in checks] + list(track.notes)
    facts = track.clip
    if facts.frames_lost:
        total = facts.frames_read + facts.frames_lost
        problems.append(
            f"{facts.frames_lost} of {total} frames of the clip are damaged or missing; "
            "what could be read was judged."
        )
    return problems


def _rep(rep: Rep, found: RepFindings) -> schema.RepReport:
    clocked = timed(rep, found.metrics)
    return schema.RepReport(
        index=rep.index,
        complete=rep.complete,
        start_s=round(rep.start_s, 3),
        end_s=round(rep.end_s, 3),
        phases=schema.PhasesReport(
            eccentric=_phase(rep.eccentric),
            stretched_pause=_phase(rep.stretched_pause),
            concentric=_phase(rep.concentric),
            top_pause=_phase(rep.top_pause),
        ),
        eccentric_s=_seconds(clocked.eccentric),
        concentric_s=_seconds(clocked.concentric),
        tempo=clocked.tempo,
        score=found.score,
        score_steps=list(found.score_steps),
        metrics={metric.name: _metric(metric) for metric in found.metrics},
        faults=[_fault(fault) for fault in found.faults],
    )


def _seconds(phase: Phase | None) -> float | None:
    return None if phase is None else round(phase.duration_s, 3)


def _phase(phase: Phase | None) -> schema.PhaseReport | None:
    if phase is None:
        return None
    return schema.PhaseReport(
        start_s=round(phase.start_s, 3),
        end_s=round(phase.end_s, 3),
        boundary_uncertainty_s=round(phase.boundary_uncertainty_s, 3),
    )


def _metric(metric: Metric) -> schema.MetricReport:
    return schema.MetricReport(
        value=_rounded(metric.value, 3),
        uncertainty=_rounded(metric.uncertainty, 3),
        unit=metric.unit,
        status=metric.status,
        reason=None if metric.reason is None else metric.reason.value,
        band=metric.band,
    )


def _fault(fault: Fault) -> schema.FaultReport:
    return schema.FaultReport(
        code=fault.code,
        severity=fault.severity,
        confidence=round(fault.confidence, 3),
        t_s=round(fault.t_s, 3),
        metric=fault.metric,
        value=round(fault.value, 3),
        uncertainty=round(fault.uncertainty, 3),
        threshold=fault.threshold,
        unit=fault.unit,
        message=fault.message,
        cue=fault.cue,
        evidence=None,
    )


def _summary(summary: Summary, signals: Signals, settings: Settings) -> schema.SetSummary:
    return schema.SetSummary(
        rep_count=summary.rep_count,
        score=summary.score,
        score_steps=list(summary.score_steps),
        eccentric_s_mean=_rounded(summary.eccentric_s_mean, 3),
        time_under_tension_s=_rounded(summary.time_under_tension_s, 2),
        faults=summary.faults,
        not_assessed=[
            schema.NotAssessedReport(
                metric=metric,
                reason=reason,
                reps=list(indices),
                explanation=_explained(metric, Reason(reason), signals, settings),
            )
            for (metric, reason), indices in summary.not_assessed.items()
        ],
        drift=summary.drift,
    )


def _explained(metric: str, reason: Reason, signals: Signals, settings: Settings) -> str:
    yaw_deg = signals.view.yaw_deg
    limit_deg = settings.measure.get("max_spine_yaw_deg")
    if reason is Reason.VIEW and metric.startswith("spine") and limit_deg and signals.view.side_on:
        return (
            f"The camera looks from about {yaw_deg:.0f} degrees off the side; the back can be "
            f"judged up to {limit_deg:.0f}. Put it square to your side, hip high."
        )
    return EXPLANATIONS[reason]


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, digits)
