"""From a clip to its pose track: look once, keep the track, use it again."""

from __future__ import annotations

import hashlib
import math
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from formcheck.errors import NobodyError
from formcheck.pose.bundles import Bundle, ProgressCallback
from formcheck.pose.follow import (
    Span,
    followed_travel,
    replaced,
    second_look_spans,
    settle_on_lifter,
    without_crossings,
)
from formcheck.pose.landmarker import FoundPose, PoseLandmarker, PoseSample
from formcheck.pose.landmarks import LANDMARK_COUNT
from formcheck.pose.outline import OUTLINE_POINTS
from formcheck.pose.scout import Scout, company_rows, rival_place
from formcheck.pose.track import (
    TRACK_VERSION,
    ClipFacts,
    ModelFacts,
    PoseTrack,
    load_track,
    save_track,
)
from formcheck.video.reader import ClipReader, Frame

INFERENCE_SIDE: Final = 400
"""Shorter side in pixels of the pictures that the model sees.

The model itself works on 256 pixels around the lifter; more only costs time in decoding
and in blowing the mask up.
"""
CACHE_VARIABLE: Final = "FORMCHECK_CACHE"
CACHE_LIMIT_BYTES: Final = 1_000_000_000
MAX_BEHIND: Final = 8
"""Frames that may wait to be digested; a search for other people takes as long as three."""
_CHUNK_FRAMES: Final = 256


def record_track(
    clip: Path, bundle: Bundle, *, fresh: bool = False, progress: ProgressCallback | None = None
) -> PoseTrack:
    """The pose track of a clip: the one kept from an earlier look, or a new one.

    Args:
        clip: The clip.
        bundle: The model to look with.
        fresh: Look again even if a track is kept.
        progress: Called with a label, the frames done and the frames there are, if known.

    Returns:
        The track, with the lifter alone in it.

    Raises:
        ClipError: The clip cannot be read.
        NobodyError: No person is in any frame.
    """
    with ClipReader(clip, short_side=INFERENCE_SIDE) as reader:
        digest = _sha256(clip)
        kept = _kept_path(digest, bundle)
        track = None if fresh else load_track(kept)
        if track is None:
            track = _look(reader, clip, digest, bundle, progress)
            _keep(track, kept)
    if not track.found.any():
        raise NobodyError(
            f"{clip}: no person in any of {len(track)} frames; "
            "film the whole body from the side, in good light"
        )
    return track


def _look(
    reader: ClipReader, clip: Path, digest: str, bundle: Bundle, progress: ProgressCallback | None
) -> PoseTrack:
    rows = _Rows(reader)
    total = reader.info.frames_declared or None
    with (
        PoseLandmarker(bundle.path) as landmarker,
        Scout(bundle.path) as scout,
        _Behind(MAX_BEHIND) as behind,
    ):
        for frame in reader:
            found = landmarker.look(frame)
            behind.call(partial(_digest, frame, found, rows, scout, reader.scale))
            if progress is not None:
                progress("Looking at the lifter", frame.index + 1, total)
    track = rows.track(clip, digest, ModelFacts(bundle.name, bundle.sha256))
    if not track.found.any():
        return track
    place = rival_place(scout.sightings, followed_travel(track), track.clip.duration_s)
    if place is not None:
        whole = Span(0, len(track), *place)
        patches = _look_again(clip, bundle, [whole], rows, progress)
        other = replaced(track, patches)
        if 2 * int(other.found.sum()) >= int(track.found.sum()):
            return settle_on_lifter(other, {}, np.zeros(len(track), dtype=bool))
    track = without_crossings(track, scout.sightings)
    company = company_rows(scout.sightings, track.t_s)
    spans = second_look_spans(track, company)
    patches = _look_again(clip, bundle, spans, rows, progress) if spans else {}
    return settle_on_lifter(track, patches, company)


def _digest(frame: Frame, found: FoundPose | None, rows: _Rows, scout: Scout, scale: float) -> None:
    sample = None if found is None else found.sample()
    rows.add(frame, sample)
    scout.look(frame, sample, scale)


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
    clip: Path, bundle: Bundle, spans: list[Span], rows: _Rows, progress: ProgressCallback | None
) -> dict[int, dict[str, NDArray[np.floating]]]:
    """Look at some frames with everything but the lifter's place blotted out."""
    patches = {}
    last = max(span.past for span in spans)
    with PoseLandmarker(bundle.path) as landmarker, ClipReader(clip, INFERENCE_SIDE) as reader:
        for frame in reader:
            if frame.index >= last:
                break
            span = next((s for s in spans if s.first <= frame.index < s.past), None)
            if span is None:
                continue
            sample = landmarker.detect(span.alone(frame, reader.scale))
            patches[frame.index] = rows.upscaled(frame, sample)
            if progress is not None:
                progress("Finding the lifter among others", frame.index + 1, last)
    return patches


class _Rows:
    """Grows a track frame by frame in compact chunks."""

    def __init__(self, reader: ClipReader) -> None:
        self._reader = reader
        self._times: list[float] = []
        self._chunks: list[dict[str, NDArray[np.floating]]] = []

    def add(self, frame: Frame, sample: PoseSample | None) -> None:
        at = len(self._times) % _CHUNK_FRAMES
        if at == 0:
            self._chunks.append(_blank(_CHUNK_FRAMES))
        self._times.append(frame.t_s)
        if sample is not None:
            for name, value in self.upscaled(frame, sample).items():
                self._chunks[-1][name][at] = value

    def upscaled(self, frame: Frame, sample: PoseSample | None) -> dict[str, NDArray[np.floating]]:
        """A sample's numbers in displayed pixels, or blanks."""
        if sample is None:
            return {name: values[0] for name, values in _blank(1).items()}
        info = self._reader.info
        size = np.array([info.width / frame.bgr.shape[1], info.height / frame.bgr.shape[0]])
        values: dict[str, NDArray[np.floating]] = {
            "landmarks_px": sample.landmarks_px * size,
            "landmarks_m": sample.landmarks_m,
            "visibility": sample.visibility,
        }
        if sample.outline is not None:
            values["outline"] = sample.outline
        return values

    def track(self, clip: Path, digest: str, model: ModelFacts) -> PoseTrack:
        count = len(self._times)
        t_s = np.array(self._times, dtype=np.float64)
        step_s = float(np.median(np.diff(t_s))) if count > 1 else _period_s(self._reader)

        def joined(name: str) -> NDArray[Any]:
            """One array of all chunks, which are let go on the way to keep memory flat."""
            return np.concatenate([chunk.pop(name) for chunk in self._chunks])[:count]

        facts = ClipFacts(
            name=clip.name,
            sha256=digest,
            width=self._reader.info.width,
            height=self._reader.info.height,
            fps=1.0 / step_s,
            duration_s=float(t_s[-1]) + step_s,
            frames_read=self._reader.frames_read,
            frames_lost=self._reader.frames_lost,
        )
        return PoseTrack(
            t_s=t_s,
            landmarks_px=joined("landmarks_px"),
            landmarks_m=joined("landmarks_m"),
            visibility=joined("visibility"),
            outline=joined("outline"),
            clip=facts,
            model=model,
        )


def _blank(count: int) -> dict[str, NDArray[np.floating]]:
    return {
        "landmarks_px": np.full((count, LANDMARK_COUNT, 2), np.nan, dtype=np.float32),
        "landmarks_m": np.full((count, LANDMARK_COUNT, 3), np.nan, dtype=np.float16),
        "visibility": np.full((count, LANDMARK_COUNT), np.nan, dtype=np.float16),
        "outline": np.full((count, 2, OUTLINE_POINTS, 2), np.nan, dtype=np.float16),
    }


def _period_s(reader: ClipReader) -> float:
    fps = reader.info.fps
    return 1.0 / fps if math.isfinite(fps) and fps > 0 else 1.0 / 30.0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cache_folder() -> Path:
    """Where pose tracks are kept: ``FORMCHECK_CACHE``, else the user's cache folder."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named) if named else user_cache_path("formcheck", appauthor=False)


def _kept_path(digest: str, bundle: Bundle) -> Path:
    name = f"{digest[:32]}-{bundle.sha256[:16]}-v{TRACK_VERSION}.npz"
    return cache_folder() / "tracks" / name


def _keep(track: PoseTrack, path: Path) -> None:
    """Keep a track for the next time; a cache that cannot be written costs time, not the result."""
    try:
        save_track(track, path)
        _prune(path.parent)
    except OSError:
        return


def _prune(folder: Path) -> None:
    """Drop the tracks that were written longest ago when the cache is past its limit."""
    files = sorted(folder.glob("*.npz"), key=lambda file: file.stat().st_mtime)
    total = sum(file.stat().st_size for file in files)
    for file in files[:-1]:
        if total <= CACHE_LIMIT_BYTES:
            return
        total -= file.stat().st_size
        file.unlink(missing_ok=True)
