"""Why a clip is not judged, in one line that says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from formcheck.exercises.recognition import Candidate, Recognition
from formcheck.motion.signals import Signals
from formcheck.pose.track import PoseTrack

FEW_FRAMES: Final = 10
SEEN_SHARE: Final = 0.5
_GIVE: Final = "name the exercise with --exercise"


def no_rep(clip: Path, track: PoseTrack, signals: Signals, exercise: str) -> str:
    """Why a clip that should show an exercise has no rep of it.

    Args:
        clip: The clip, as the user named it.
        track: Its pose track.
        signals: Its signals.
        exercise: Name of the exercise.
    """
    name = exercise.replace("_", " ")
    return _unseen(clip, track, signals, f"no rep ({name})") or (
        f"{clip}: no rep ({name}): nobody in it does a whole movement of it and comes back; "
        "check that the clip shows this exercise"
    )


def not_recognised(clip: Path, track: PoseTrack, signals: Signals, seen: Recognition) -> str:
    """Why the exercise of a clip could not be told.

    Args:
        clip: The clip, as the user named it.
        track: Its pose track.
        signals: Its signals.
        seen: What the recognition found, without a chosen exercise.
    """
    moving = [one for one in seen.candidates if one.likeness is not None]
    unseen = _unseen(clip, track, signals, "no exercise recognised" if moving else "no rep")
    if unseen is not None:
        return unseen
    if not moving:
        names = ", ".join(one.name for one in seen.candidates)
        return (
            f"{clip}: no rep of any exercise known here ({names}); if it shows one of them, {_GIVE}"
        )
    if seen.likely:
        could_be = " or ".join(f"{one.name} ({one.confidence:.0%} sure)" for one in seen.likely)
        return (
            f"{clip}: could be {could_be}, which is too little to judge it{_because(seen)}; {_GIVE}"
        )
    nearest = moving[0]
    return (
        f"{clip}: no exercise known here; the nearest is {nearest.name} "
        f"({nearest.confidence:.0%} sure){_because(seen)}; if it is that one, {_GIVE}"
    )


def _because(seen: Recognition) -> str:
    against = _against(seen.candidates[0])
    return f" ({against})" if against else ""


def _against(candidate: Candidate) -> str:
    """What speaks most against a candidate: ``against it: hands at the shoulders``."""
    weakest = None if candidate.likeness is None else candidate.likeness.weakest
    if weakest is None or weakest.likelihood > SEEN_SHARE:
        return ""
    return f"missing: {weakest.name}"


def _unseen(clip: Path, track: PoseTrack, signals: Signals, what: str) -> str | None:
    """Why nothing can be seen in a clip, if so."""
    seen = float(track.found.mean())
    if len(track) < FEW_FRAMES:
        return f"{clip}: too short for a rep (frames: {len(track)}); film at least one whole rep"
    if seen < SEEN_SHARE:
        return (
            f"{clip}: {what}: a person is in only {seen:.0%} of the frames; "
            "film the whole body through the whole set"
        )
    if float(signals.whole_body.mean()) < SEEN_SHARE:
        return (
            f"{clip}: {what}: the body is not wholly in the picture; "
            "step back until head and feet show"
        )
    return None
