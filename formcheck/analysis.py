"""The whole road for a recorded clip: frames, pose, signals, reps, findings, report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from formcheck.errors import NobodyError, UsageError
from formcheck.exercises.judging import judge_rep
from formcheck.exercises.registry import exercise_names, exercise_settings, get_exercise
from formcheck.exercises.set_summary import summarise
from formcheck.exercises.settings import Settings
from formcheck.motion.build import build_signals
from formcheck.motion.signals import Signals
from formcheck.pose.bundle_fetch import require_bundle
from formcheck.pose.bundles import ProgressCallback
from formcheck.pose.record import record_track
from formcheck.pose.track import PoseTrack
from formcheck.report.assemble import assemble_report
from formcheck.report.schema import SetReport
from formcheck.video.reader import ClipReader


@dataclass(frozen=True, slots=True)
class Analysis:
    """A clip judged, with what the judgement rests on.

    Attributes:
        report: The findings, ready to be written; evidence pictures are not made yet.
        signals: Every quantity over time.
        track: The pose track.
    """

    report: SetReport
    signals: Signals
    track: PoseTrack


def analyze_clip(
    clip: Path,
    *,
    exercise: str = "romanian_deadlift",
    model: str = "full",
    config: Path | None = None,
    speed: float = 1.0,
    fresh: bool = False,
    progress: ProgressCallback | None = None,
) -> Analysis:
    """Judge a recorded clip.

    Args:
        clip: The clip.
        exercise: Name of the exercise it shows.
        model: ``lite``, ``full``, ``heavy`` or the path of a bundle.
        config: A coach's own thresholds.
        speed: Playback speed relative to life; 0.25 for a clip four times slower than life.
        fresh: Look at the clip again even if its pose track is kept.
        progress: Called with a label, the steps done and the steps there are, if known.

    Raises:
        UsageError: The exercise, the speed or the thresholds make no sense.
        ClipError: The clip cannot be read.
        ModelMissingError: There is no pose model and none can be brought.
        NobodyError: Nobody, or no rep, is in the clip.
    """
    if exercise not in exercise_names():
        raise UsageError(
            f"{exercise!r} is no exercise; choose one of {', '.join(exercise_names())}"
        )
    if not 0.0 < speed <= 16.0:
        raise UsageError(f"a speed of {speed:g} makes no sense; give one between 0 and 16")
    settings = exercise_settings(exercise, config)
    ClipReader(clip).close()
    track = record_track(clip, require_bundle(model, progress), fresh=fresh, progress=progress)
    return judge_track(track, clip, exercise=exercise, settings=settings, speed=speed)


def judge_track(
    track: PoseTrack, clip: Path, *, exercise: str, settings: Settings, speed: float = 1.0
) -> Analysis:
    """Judge a clip by its pose track alone, without a look at the pictures.

    Args:
        track: The pose track.
        clip: The clip, as the report names it.
        exercise: Name of the exercise it shows.
        settings: The thresholds.
        speed: Playback speed relative to life.

    Raises:
        NobodyError: No rep is in the clip.
    """
    signals = build_signals(track, speed)
    kind = get_exercise(exercise)
    reps = kind.find_reps(signals, settings)
    if not reps:
        raise NobodyError(_no_rep(clip, track, signals, exercise))
    measured = kind.measure(signals, reps, settings)
    findings = [
        judge_rep(rep, metrics, settings) for rep, metrics in zip(reps, measured, strict=True)
    ]
    report = assemble_report(
        clip=clip,
        speed=speed,
        exercise=exercise,
        track=track,
        signals=signals,
        settings=settings,
        reps=reps,
        findings=findings,
        summary=summarise(reps, findings),
    )
    return Analysis(report, signals, track)


def _no_rep(clip: Path, track: PoseTrack, signals: Signals, exercise: str) -> str:
    name = exercise.replace("_", " ")
    seen = float(track.found.mean())
    if len(track) < 10:
        return f"{clip}: too short for a rep (frames: {len(track)}); film at least one whole rep"
    if seen < 0.5:
        return (
            f"{clip}: no rep ({name}): a person is in only {seen:.0%} of the frames; "
            "film the whole body through the whole set"
        )
    if float(signals.whole_body.mean()) < 0.5:
        return (
            f"{clip}: no rep ({name}): the body is not wholly in the picture; "
            "step back until head and feet show"
        )
    return (
        f"{clip}: no rep ({name}): nobody in it bends down and comes up again with the feet "
        "in place; check that the clip shows this exercise"
    )
