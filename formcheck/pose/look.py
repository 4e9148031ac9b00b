"""Looks at a clip with the pose model, in two halves at the same time.

The model keeps one core busy and no more. A clip is therefore cut in the middle and each half
followed by a model of its own. Where it is cut depends on the clip alone, never on the machine,
so that the same clip gives the same track everywhere.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final

import numpy as np

from formcheck.pose.bundles import Bundle, ProgressCallback
from formcheck.pose.flicker import HOLDING_ON, flicker_spans, without_flicker
from formcheck.pose.follow import (
    Patches,
    Span,
    followed_travel,
    replaced,
    second_look_spans,
    settle_on_lifter,
    without_crossings,
)
from formcheck.pose.landmarker import LEAST_CONFIDENCE, FoundPose, PoseLandmarker
from formcheck.pose.rows import Rows, upscaled
from formcheck.pose.scout import Scout, Sighting, company_rows, rival_place
from formcheck.pose.track import ModelFacts, PoseTrack
from formcheck.video.reader import ClipInfo, ClipReader, Frame

INFERENCE_SIDE: Final = 400
"""Shorter side in pixels of the pictures that the model sees.

The model itself works on 256 pixels around the lifter; more only costs time in decoding
and in blowing the mask up.
"""
MAX_BEHIND: Final = 8
"""Frames that may wait to be digested; a search for other people takes as long as three."""
LEAD_IN_S: Final = 1.0
"""The second half is followed from this much before its first frame.

The model smooths what it says over time and has settled well before.
"""
SEAM_FRAMES: Final = 5
SEAM_BODIES: Final = 0.03
"""Landmarks of both halves may be this share of the body's extent apart where they meet.

Two looks at the same body differ by 0.001 to 0.018; with a leg lost to a plate by 0.05 and more.
"""
MIN_CUT_S: Final = 3.0
"""A shorter clip is looked at in one go: loading a second model would take as long."""
_IN_TURN: ContextVar[bool] = ContextVar("formcheck_halves_in_turn", default=False)


@contextmanager
def halves_in_turn() -> Iterator[None]:
    """Within this block the halves of a clip are looked at one after the other.

    For whoever has other clips for the other cores. The track is the same.
    """
    before = _IN_TURN.set(True)
    try:
        yield
    finally:
        _IN_TURN.reset(before)


def look_at_clip(
    clip: Path, digest: str, bundle: Bundle, progress: ProgressCallback | None = None
) -> PoseTrack:
    """Follow the lifter through a clip.

    Args:
        clip: The clip.
        digest: Its checksum, for the track's facts.
        bundle: The model to look with.
        progress: Called with a label, the frames done and the frames there are, if known.

    Returns:
        The track, with the lifter alone in it; nobody is found in it when nobody was seen.

    Raises:
        ClipError: The clip cannot be read.
    """
    rows, sightings = _look_at_halves(clip, bundle, progress)
    track = rows.track(clip, digest, ModelFacts(bundle.name, bundle.sha256))
    if not track.found.any():
        return track
    place = rival_place(sightings, followed_travel(track), track.clip.duration_s)
    if place is not None:
        whole = Span(0, len(track), *place)
        other = replaced(track, _look_again(clip, bundle, [whole], progress))
        if 2 * int(other.found.sum()) >= int(track.found.sum()):
            return settle_on_lifter(other, {}, other.found & False)
    spans = flicker_spans(track)
    if spans:
        patches = _look_again(clip, bundle, spans, progress, least_confidence=HOLDING_ON)
        track = without_flicker(track, spans, patches)
    track = without_crossings(track, sightings)
    company = company_rows(sightings, track.t_s)
    spans = second_look_spans(track, company)
    patches = _look_again(clip, bundle, spans, progress) if spans else {}
    return settle_on_lifter(track, patches, company)


@dataclass(frozen=True, slots=True)
class _Part:
    """Frames ``first`` up to and without ``past``, followed from ``start``."""

    start: int
    first: int
    past: int | None


def _parts(info: ClipInfo) -> list[_Part]:
    """Where a clip is cut; only its container is asked, so it is a guess that need not be right."""
    frames, fps = info.frames_declared, info.fps
    if not (frames and math.isfinite(fps) and fps > 0.0 and frames / fps >= MIN_CUT_S):
        return [_Part(0, 0, None)]
    middle = frames // 2
    return [_Part(0, 0, middle), _Part(max(middle - round(LEAD_IN_S * fps), 0), middle, None)]


def _look_at_halves(
    clip: Path, bundle: Bundle, progress: ProgressCallback | None
) -> tuple[Rows, list[Sighting]]:
    with ClipReader(clip, INFERENCE_SIDE) as reader:
        parts = _parts(reader.info)
        total = reader.info.frames_declared or None
    told = _Told(progress, total)
    stop = threading.Event()
    if _IN_TURN.get():
        looks = [_look_at_part(clip, part, bundle, told, stop) for part in parts]
    else:
        looks = _at_the_same_time(clip, parts, bundle, told, stop)
    if len(looks) == 2 and not looks[0].agrees_with(looks[1]):
        looks = [_look_at_part(clip, _Part(0, 0, None), bundle, _Told(progress, total), stop)]
    rows = looks[0].rows
    for look in looks[1:]:
        rows.extend(look.rows)
    return rows, [one for look in looks for one in look.sightings]


def _at_the_same_time(
    clip: Path, parts: list[_Part], bundle: Bundle, told: _Told, stop: threading.Event
) -> list[_Look]:
    with ThreadPoolExecutor(len(parts), thread_name_prefix="formcheck-look") as pool:
        try:
            later = [
                pool.submit(_look_at_part, clip, part, bundle, told, stop) for part in parts[1:]
            ]
            looks = [_look_at_part(clip, parts[0], bundle, told, stop)]
            looks += [look.result() for look in later]
        except BaseException:
            stop.set()
            raise
    return looks


@dataclass(frozen=True, slots=True)
class _Look:
    """What was seen in one part.

    Attributes:
        lead_in: The lifter in the frames before the part's own.
        rows: The lifter in each frame of the part.
        sightings: Other people in the part.
    """

    lead_in: Rows
    rows: Rows
    sightings: list[Sighting]

    def agrees_with(self, later: _Look) -> bool:
        """Whether both saw the same body in the last frames that both looked at.

        A model that starts in the middle may choose another person, or take a plate for a leg.
        """
        count = min(SEAM_FRAMES, len(later.lead_in), len(self.rows))
        mine, theirs = self.rows.last_px(count), later.lead_in.last_px(count)
        seen = np.isfinite(mine[:, 0, 0]), np.isfinite(theirs[:, 0, 0])
        both = seen[0] & seen[1]
        if 2 * int(both.sum()) < count:
            return not (seen[0] ^ seen[1]).any()
        apart = np.median(np.hypot(*np.moveaxis((mine - theirs)[both], 2, 0)))
        return bool(apart <= SEAM_BODIES * np.ptp(mine[both], axis=1).max())


def _look_at_part(
    clip: Path, part: _Part, bundle: Bundle, told: _Told, stop: threading.Event
) -> _Look:
    with (
        ClipReader(clip, INFERENCE_SIDE) as reader,
        PoseLandmarker(bundle.path) as landmarker,
        Scout(bundle.path) as scout,
        _Behind(MAX_BEHIND) as behind,
    ):
        look = _Look(Rows(reader), Rows(reader), scout.sightings)
        for frame in reader.frames(part.start, part.past):
            if stop.is_set():
                break
            found = landmarker.look(frame)
            if frame.index < part.first:
                look.lead_in.add(frame, None if found is None else found.sample())
            else:
                behind.call(partial(_digest, frame, found, look.rows, scout, reader.scale))
                told.one_more()
    return look


def _digest(frame: Frame, found: FoundPose | None, rows: Rows, scout: Scout, scale: float) -> None:
    sample = None if found is None else found.sample()
    rows.add(frame, sample)
    scout.look(frame, sample, scale)


class _Told:
    """Adds up the progress of all parts."""

    def __init__(self, progress: ProgressCallback | None, total: int | None) -> None:
        self._progress = progress
        self._total = total
        self._done = 0
        self._lock = threading.Lock()

    def one_more(self) -> None:
        with self._lock:
            self._done += 1
            if self._progress is not None:
                self._progress("Looking at the lifter", self._done, self._total)


class _Behind:
    """Runs calls one after another in a thread, a bounded number behind the caller.

    The model keeps one core busy; outlines and the search for other people take place on another.
    """

    def __init__(self, most: int) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="formcheck-digest")
        self._waiting: deque[Future[None]] = deque()
        self._most = most

    def __enter__(self) -> _Behind:
        return self

    def call(self, work: Callable[[], None]) -> None:
        self._waiting.append(self._pool.submit(work))
        while len(self._waiting) > self._most or (self._waiting and self._waiting[0].done()):
            self._waiting.popleft().result()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=error is not None)
        if error is None:
            for late in self._waiting:
                late.result()


def _look_again(
    clip: Path,
    bundle: Bundle,
    spans: list[Span],
    progress: ProgressCallback | None,
    least_confidence: float = LEAST_CONFIDENCE,
) -> Patches:
    """Look at some frames with everything but the lifter's place blotted out."""
    patches: Patches = {}
    last = max(span.past for span in spans)
    with (
        PoseLandmarker(bundle.path, least_confidence=least_confidence) as landmarker,
        ClipReader(clip, INFERENCE_SIDE) as reader,
    ):
        for frame in reader.frames(min(span.first for span in spans), last):
            span = next((s for s in spans if s.first <= frame.index < s.past), None)
            if span is None:
                continue
            sample = landmarker.detect(span.alone(frame, reader.scale))
            patches[frame.index] = upscaled(reader.info, frame, sample)
            if progress is not None:
                progress("Finding the lifter among others", frame.index + 1, last)
    return patches
