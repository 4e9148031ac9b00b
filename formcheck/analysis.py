"""The whole road for a recorded clip: frames, pose, signals, reps, findings, report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.errors import ClipError, NobodyError, UsageError
from formcheck.exercises.judging import judge_reps
from formcheck.exercises.recognition import AUTO, recognise
from formcheck.exercises.recognition_words import no_rep, not_recognised
from formcheck.exercises.registry import (
    broken_entry_points,
    check_override,
    exercise_names,
    exercise_settings,
    get_exercise,
    own_settings,
    signals_as_judged,
)
from formcheck.exercises.set_summary import summarise
from formcheck.exercises.settings import Settings
from formcheck.motion.body import measure_body
from formcheck.motion.build import build_signals
from formcheck.motion.preflight import PictureFacts, check_clip, moments_to_look_at
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals
from formcheck.pose.bundle_fetch import require_bundle
from formcheck.pose.bundles import ProgressCallback
from formcheck.pose.record import record_track
from formcheck.pose.track import PoseTrack
from formcheck.report.assemble import assemble_report
from formcheck.report.schema import SetReport
from formcheck.video.picture import looks_at
from formcheck.video.reader import ClipReader


@dataclass(frozen=True, slots=True)
class Analysis:
    """A clip judged, with what the judgement rests on.

    Attributes:
        report: The findings, ready to be written; evidence pictures are not made yet.
        signals: Every quantity over time, as it was judged.
        track: The pose track.
    """

    report: SetReport
    signals: Signals
    track: PoseTrack


def analyze_clip(
    clip: Path,
    *,
    exercise: str = AUTO,
    model: str = "full",
    config: Path | None = None,
    speed: float = 1.0,
    fresh: bool = False,
    progress: ProgressCallback | None = None,
) -> Analysis:
    """Judge a recorded clip.

    Args:
        clip: The clip.
        exercise: Name of the exercise it shows, or ``auto`` to find out.
        model: ``lite``, ``full``, ``heavy`` or the path of a bundle.
        config: A coach's own thresholds, by exercise.
        speed: Playback speed relative to life; 0.25 for a clip four times slower than life.
        fresh: Look at the clip again even if its pose track is kept.
        progress: Called with a label, the steps done and the steps there are, if known.

    Raises:
        UsageError: The exercise, the speed or the thresholds make no sense.
        ClipError: The clip cannot be read.
        ModelMissingError: There is no pose model and none can be brought.
        NobodyError: Nobody, no rep, or no exercise that can be told for sure is in the clip.
    """
    check_exercise(exercise)
    if not 0.0 < speed <= 16.0:
        raise UsageError(f"a speed of {speed:g} makes no sense; give one between 0 and 16")
    if exercise != AUTO:
        exercise_settings(exercise, config)
    elif config is not None:
        check_override(config)
    ClipReader(clip).close()
    track = record_track(clip, require_bundle(model, progress), fresh=fresh, progress=progress)
    return judge_track(
        track,
        clip,
        exercise=exercise,
        config=config,
        speed=speed,
        pictures=look_at_pictures(clip, track),
    )


def look_at_pictures(clip: Path, track: PoseTrack) -> PictureFacts:
    """Light and sharpness of the lifter in a few pictures; NaN where they cannot be read again."""
    body_px = measure_body(track).height_px
    try:
        looks = looks_at(clip, moments_to_look_at(track, body_px))
    except ClipError:
        looks = []
    luma = [look.luma for look in looks]
    smear = [look.edge_px / body_px for look in looks if np.isfinite(look.edge_px)]
    return PictureFacts(
        luma=float(np.median(luma)) if luma else float("nan"),
        smear_bodies=float(np.median(smear)) if smear else float("nan"),
    )


def check_exercise(exercise: str) -> None:
    """See that a name is ``auto`` or that of an exercise.

    Raises:
        UsageError: It is neither.
    """
    names = exercise_names()
    if exercise == AUTO or exercise in names:
        return
    broken = "".join(f"; could not be loaded: {told}" for told in broken_entry_points().values())
    raise UsageError(f"{exercise!r} is no exercise; choose one of {', '.join(names)}{broken}")


def judge_track(
    track: PoseTrack,
    clip: Path,
    *,
    exercise: str = AUTO,
    settings: Settings | None = None,
    config: Path | None = None,
    speed: float = 1.0,
    pictures: PictureFacts | None = None,
) -> Analysis:
    """Judge a clip by its pose track alone, without a look at the pictures.

    Args:
        track: The pose track.
        clip: The clip, as the report names it.
        exercise: Name of the exercise it shows, or ``auto`` to find out.
        settings: The thresholds; those of the exercise when ``None``.
        config: A coach's own thresholds by exercise, where ``settings`` are not given.
        speed: Playback speed relative to life.
        pictures: How light and sharp the pictures are, if somebody looked.

    Raises:
        UsageError: The coach's thresholds make no sense.
        NobodyError: No rep, or no exercise that can be told for sure, is in the clip.
    """
    signals = build_signals(track, speed)
    name, confidence, reps = _exercise_of(exercise, track, clip, signals)
    if settings is not None or config is not None:
        reps = None
    if settings is None:
        settings = (
            own_settings(name, config) if exercise == AUTO else exercise_settings(name, config)
        )
    kind = get_exercise(name)
    if reps is None:
        reps = kind.find_reps(signals, settings)
    if not reps:
        raise NobodyError(no_rep(clip, track, signals, name))
    measured = kind.measure(signals, reps, settings)
    findings = judge_reps(reps, measured, settings)
    signals = signals_as_judged(name, signals, settings)
    report = assemble_report(
        clip=clip,
        speed=speed,
        exercise=name,
        confidence=confidence,
        source="auto" if exercise == AUTO else "given",
        checks=check_clip(
            track,
            signals,
            reps,
            side_view=kind.about.view == "side",
            max_spine_yaw_deg=settings.measure.get("max_spine_yaw_deg"),
            pictures=pictures,
        ),
        track=track,
        signals=signals,
        settings=settings,
        reps=reps,
        findings=findings,
        summary=summarise(reps, findings),
    )
    return Analysis(report, signals, track)


def _exercise_of(
    exercise: str, track: PoseTrack, clip: Path, signals: Signals
) -> tuple[str, float, list[Rep] | None]:
    """Name of the exercise, how sure it is, and the reps that recognising it has found already."""
    if exercise != AUTO:
        return exercise, 1.0, None
    recognised = recognise(signals)
    if recognised.chosen is None:
        raise NobodyError(not_recognised(clip, track, signals, recognised))
    chosen = recognised.chosen
    return chosen.name, chosen.confidence, list(chosen.reps)
