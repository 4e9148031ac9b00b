"""The pose track: everything that later stages need to know of a clip, and its file.

A track is numbers only. It is what the pose model said, before any filter or judgement, so
a clip is looked at once and judged as often as thresholds change.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.landmarks import LANDMARK_COUNT, Landmark
from formcheck.pose.outline import OUTLINE_POINTS

TRACK_VERSION: Final = 2
"""Raised whenever the same clip and bundle would give other numbers."""


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """What is known of the clip that a track was taken from.

    Attributes:
        name: File name without its folder.
        sha256: Digest of the file.
        width: Displayed width in pixels.
        height: Displayed height in pixels.
        fps: Mean frame rate over the frames read, in frames per second of the container.
        duration_s: Time of the last frame plus one frame, seconds of the container.
        frames_read: Frames that were decoded.
        frames_lost: Frames that the container promised and that could not be decoded.
    """

    name: str
    sha256: str
    width: int
    height: int
    fps: float
    duration_s: float
    frames_read: int
    frames_lost: int


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Which pose model made a track: its name and the digest of its bundle."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PoseTrack:
    """One lifter's pose over a whole clip. Missing is NaN.

    Attributes:
        t_s: Shape (n,), float64, container time of each frame in seconds, strictly increasing.
        landmarks_px: Shape (n, 33, 2), float32, displayed pixels, x right and y down.
        landmarks_m: Shape (n, 33, 3), float16, metres about the hip midpoint.
        visibility: Shape (n, 33), float16, 0 to 1.
        outline: Shape (n, 2, OUTLINE_POINTS, 2), float16, both sides of the torso as offsets
            from the shoulder midpoint in torso lengths of that frame (see ``torso_outline``).
        clip: Facts about the clip.
        model: Facts about the model.
        notes: What happened while following the lifter, one sentence each.

    Raises:
        ValueError: An array has the wrong shape, or time does not increase.
    """

    t_s: NDArray[np.float64]
    landmarks_px: NDArray[np.float32]
    landmarks_m: NDArray[np.float16]
    visibility: NDArray[np.float16]
    outline: NDArray[np.float16]
    clip: ClipFacts
    model: ModelFacts
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        n = len(self.t_s)
        shapes = {
            "t_s": (n,),
            "landmarks_px": (n, LANDMARK_COUNT, 2),
            "landmarks_m": (n, LANDMARK_COUNT, 3),
            "visibility": (n, LANDMARK_COUNT),
            "outline": (n, 2, OUTLINE_POINTS, 2),
        }
        for name, shape in shapes.items():
            found = getattr(self, name).shape
            if found != shape:
                raise ValueError(f"{name} has shape {found}, not {shape}")
        if n > 1 and not np.all(np.diff(self.t_s) > 0):
            raise ValueError("t_s must strictly increase")

    def __len__(self) -> int:
        return len(self.t_s)

    @property
    def found(self) -> NDArray[np.bool_]:
        """Shape (n,): frames in which the lifter was found."""
        return np.isfinite(self.landmarks_px[:, Landmark.LEFT_HIP, 0])

    def midpoint_px(self, left: Landmark, right: Landmark) -> NDArray[np.float64]:
        """Midpoint of two landmarks in every frame, shape (n, 2), pixels."""
        pair = self.landmarks_px[:, [left, right]].astype(np.float64)
        return np.asarray(pair.mean(axis=1))

    @property
    def torso_px(self) -> NDArray[np.float64]:
        """Shape (n,): distance between the midpoints of shoulders and hips, pixels."""
        shoulder = self.midpoint_px(Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
        hip = self.midpoint_px(Landmark.LEFT_HIP, Landmark.RIGHT_HIP)
        return np.asarray(np.hypot(*(shoulder - hip).T))

    def outline_px(self, frame: int, side: int) -> NDArray[np.float64]:
        """Outline of one side in one frame, shape (OUTLINE_POINTS, 2), displayed pixels."""
        shoulder = self.landmarks_px[
            frame, [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
        ].astype(np.float64)
        hip = self.landmarks_px[frame, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].astype(np.float64)
        torso = float(np.hypot(*(shoulder.mean(axis=0) - hip.mean(axis=0))))
        return np.asarray(
            shoulder.mean(axis=0) + torso * self.outline[frame, side].astype(np.float64)
        )


_ARRAYS: Final = ("t_s", "landmarks_px", "landmarks_m", "visibility", "outline")


def save_track(track: PoseTrack, path: Path) -> None:
    """Write a track to a compressed ``.npz``; the file appears whole or not at all.

    Raises:
        OSError: The file cannot be written.
    """
    header = {
        "version": TRACK_VERSION,
        "clip": asdict(track.clip),
        "model": asdict(track.model),
        "notes": list(track.notes),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            arrays: dict[str, Any] = {name: getattr(track, name) for name in _ARRAYS}
            np.savez_compressed(file, header=np.array(json.dumps(header)), **arrays)
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def load_track(path: Path) -> PoseTrack | None:
    """Read a track back.

    Returns:
        The track, or ``None`` when there is none, when another version wrote it, or when the
        file is damaged: in each case the clip has to be looked at again.
    """
    try:
        # Opened here: NumPy leaves a file open that it cannot unzip.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            header = json.loads(str(stored["header"]))
            if header["version"] != TRACK_VERSION:
                return None
            return PoseTrack(
                **{name: stored[name] for name in _ARRAYS},
                clip=ClipFacts(**header["clip"]),
                model=ModelFacts(**header["model"]),
                notes=tuple(header["notes"]),
            )
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile):
        return None
