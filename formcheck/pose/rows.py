"""Grows a pose track frame by frame in compact pieces."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.landmarker import PoseSample
from formcheck.pose.landmarks import LANDMARK_COUNT
from formcheck.pose.outline import OUTLINE_POINTS
from formcheck.pose.track import ClipFacts, ModelFacts, PoseTrack
from formcheck.video.reader import ClipInfo, ClipReader, Frame

Columns = dict[str, NDArray[np.floating]]

_CHUNK_FRAMES: Final = 256


class Rows:
    """What the model said, frame after frame.

    Args:
        reader: The clip that the frames come from.
    """

    def __init__(self, reader: ClipReader) -> None:
        self._reader = reader
        self._times: list[float] = []
        self._chunks: list[Columns] = []
        self._room = 0

    def add(self, frame: Frame, sample: PoseSample | None) -> None:
        """Add one frame, in which nobody may have been found."""
        if not self._room:
            self._chunks.append(_blank(_CHUNK_FRAMES))
            self._room = _CHUNK_FRAMES
        self._times.append(frame.t_s)
        if sample is not None:
            for name, value in upscaled(self._reader.info, frame, sample).items():
                self._chunks[-1][name][-self._room] = value
        self._room -= 1

    def __len__(self) -> int:
        return len(self._times)

    def last_px(self, count: int) -> NDArray[np.floating]:
        """Landmarks of the last frames in displayed pixels, shape (count, 33, 2)."""
        self._trim()
        last = [chunk["landmarks_px"] for chunk in self._chunks[-2:]]
        return np.concatenate(last)[-count:] if count and last else _blank(0)["landmarks_px"]

    def extend(self, later: Rows) -> None:
        """Take over the rows of the frames that follow, and what is known of the clip's end."""
        self._trim()
        self._reader = later._reader
        self._times += later._times
        self._chunks += later._chunks
        self._room = later._room

    def track(self, clip: Path, digest: str, model: ModelFacts) -> PoseTrack:
        """All rows as one track; they are let go on the way, to keep memory flat."""
        self._trim()
        t_s = np.array(self._times, dtype=np.float64)
        step_s = float(np.median(np.diff(t_s))) if len(t_s) > 1 else _period_s(self._reader.info)

        def joined(name: str) -> NDArray[Any]:
            return np.concatenate([chunk.pop(name) for chunk in self._chunks])

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

    def _trim(self) -> None:
        if self._room:
            self._chunks[-1] = {
                name: values[: -self._room] for name, values in self._chunks[-1].items()
            }
            self._room = 0


def upscaled(info: ClipInfo, frame: Frame, sample: PoseSample | None) -> Columns:
    """A sample's numbers in displayed pixels, or blanks.

    Args:
        info: The clip's own size.
        frame: The frame, which may have been shrunk for the model.
        sample: What was found in it.
    """
    if sample is None:
        return {name: values[0] for name, values in _blank(1).items()}
    size = np.array([info.width / frame.bgr.shape[1], info.height / frame.bgr.shape[0]])
    values: Columns = {
        "landmarks_px": sample.landmarks_px * size,
        "landmarks_m": sample.landmarks_m,
        "visibility": sample.visibility,
    }
    if sample.outline is not None:
        values["outline"] = sample.outline
    return values


def _blank(count: int) -> Columns:
    return {
        "landmarks_px": np.full((count, LANDMARK_COUNT, 2), np.nan, dtype=np.float32),
        "landmarks_m": np.full((count, LANDMARK_COUNT, 3), np.nan, dtype=np.float16),
        "visibility": np.full((count, LANDMARK_COUNT), np.nan, dtype=np.float16),
        "outline": np.full((count, 2, OUTLINE_POINTS, 2), np.nan, dtype=np.float16),
    }


def _period_s(info: ClipInfo) -> float:
    return 1.0 / info.fps if math.isfinite(info.fps) and info.fps > 0 else 1.0 / 30.0
