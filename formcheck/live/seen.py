"""What the model saw in one picture, and the recent past of it as a pose track."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.landmarker import PoseSample
from formcheck.pose.landmarks import LANDMARK_COUNT
from formcheck.pose.outline import OUTLINE_POINTS
from formcheck.pose.track import ClipFacts, ModelFacts, PoseTrack

MIN_STEP_S: Final = 0.021
"""Pictures closer together than this are thinned: 30 a second tell a lift as well as 60.

25 a second, which 50 become, are above the 22 under which turns are refused.
"""
GAP_S: Final = 0.3
"""Without a picture for longer than this nobody was seen, and no line may be drawn across."""
BLANK_EVERY_S: Final = 0.1
LONGEST_S: Final = 150.0
"""A set of more than this has its first reps kept as they were judged, and their poses let go."""

_SHAPES: Final[dict[str, tuple[tuple[int, ...], type[np.floating]]]] = {
    "landmarks_px": ((LANDMARK_COUNT, 2), np.float32),
    "landmarks_m": ((LANDMARK_COUNT, 3), np.float16),
    "visibility": ((LANDMARK_COUNT,), np.float16),
    "outline": ((2, OUTLINE_POINTS, 2), np.float16),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One picture's pose in the pixels of the picture as captured.

    Attributes:
        t_s: When the picture was taken, seconds of the source's own clock.
        size: Width and height of the picture in pixels.
        landmarks_px: Shape (33, 2), or ``None`` when nobody was found.
        landmarks_m: Shape (33, 3), metres, or ``None``.
        visibility: Shape (33,), 0 to 1, or ``None``.
        outline: Shape (2, OUTLINE_POINTS, 2) as in ``PoseTrack``, or ``None``.
    """

    t_s: float
    size: tuple[int, int]
    landmarks_px: NDArray[np.float32] | None = None
    landmarks_m: NDArray[np.float16] | None = None
    visibility: NDArray[np.float16] | None = None
    outline: NDArray[np.float16] | None = None


def seen_in(
    t_s: float, size: tuple[int, int], looked_at: tuple[int, int], sample: PoseSample | None
) -> Seen:
    """Bring a sample into the pixels of the picture as captured.

    Args:
        t_s: When the picture was taken.
        size: Width and height as captured.
        looked_at: Width and height of the picture that the model was given.
        sample: What it found.
    """
    if sample is None:
        return Seen(t_s, size)
    scale = np.array([size[0] / looked_at[0], size[1] / looked_at[1]], dtype=np.float32)
    return Seen(
        t_s,
        size,
        landmarks_px=sample.landmarks_px * scale,
        landmarks_m=sample.landmarks_m.astype(np.float16),
        visibility=sample.visibility.astype(np.float16),
        outline=None if sample.outline is None else sample.outline.astype(np.float16),
    )


def with_outline(seen: Seen, outline: NDArray[np.float32] | None) -> Seen:
    """The same with the outline, which is traced after everything else."""
    return seen if outline is None else replace(seen, outline=outline.astype(np.float16))


def seen_of(track: PoseTrack) -> list[Seen]:
    """The samples that a pose track was made of."""
    size = (track.clip.width, track.clip.height)
    found = track.found
    return [
        Seen(float(t_s), size)
        if not found[row]
        else Seen(
            float(t_s),
            size,
            track.landmarks_px[row],
            track.landmarks_m[row],
            track.visibility[row],
            track.outline[row],
        )
        for row, t_s in enumerate(track.t_s)
    ]


class RecentPast:
    """The samples of the current set, the oldest let go after ``LONGEST_S``.

    Args:
        model: The model that looks.
        thin: Whether to leave out samples closer together than ``MIN_STEP_S``.
        longest_s: How much to keep.
    """

    def __init__(
        self, model: ModelFacts, *, thin: bool = True, longest_s: float = LONGEST_S
    ) -> None:
        self._model = model
        self._thin = thin
        self._longest_s = longest_s
        self._rows: deque[Seen] = deque()

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def last_s(self) -> float:
        """Time of the last sample; NaN when there is none."""
        return self._rows[-1].t_s if self._rows else float("nan")

    @property
    def first_s(self) -> float:
        """Time of the first sample; NaN when there is none."""
        return self._rows[0].t_s if self._rows else float("nan")

    def add(self, seen: Seen) -> None:
        """Add a sample; one that is not later than the last is left out.

        A picture of another size is brought to the first one's scale. When its shape differs too,
        the camera shows something else, and what was seen before is let go.
        """
        if self._rows:
            step_s = seen.t_s - self._rows[-1].t_s
            if step_s <= 0.0 or (self._thin and step_s < MIN_STEP_S):
                return
            first = self._rows[0].size
            if first != seen.size:
                if not same_shape(first, seen.size):
                    self._rows.clear()
                else:
                    seen = _resized(seen, first)
        if self._rows and seen.t_s - self._rows[-1].t_s > GAP_S:
            last_s = self._rows[-1].t_s
            blanks = np.arange(last_s + BLANK_EVERY_S, seen.t_s - BLANK_EVERY_S / 2, BLANK_EVERY_S)
            # A source that was away for longer than is kept leaves nothing but its absence.
            for t_s in blanks[blanks > seen.t_s - self._longest_s]:
                self._rows.append(Seen(float(t_s), self._rows[0].size))
        self._rows.append(seen)
        while self._rows[-1].t_s - self._rows[0].t_s > self._longest_s:
            self._rows.popleft()

    def forget_before(self, t_s: float) -> None:
        """Let the samples before a time go."""
        while self._rows and self._rows[0].t_s < t_s:
            self._rows.popleft()

    def track(self, from_s: float = float("-inf")) -> PoseTrack:
        """The samples from a time on as a pose track, on the source's clock."""
        rows = list(self._rows)
        rows = rows[bisect_left([row.t_s for row in rows], from_s) :]
        t_s = np.array([row.t_s for row in rows], dtype=np.float64)
        arrays: dict[str, Any] = {}
        for name, (shape, kind) in _SHAPES.items():
            column = np.full((len(rows), *shape), np.nan, dtype=kind)
            for row, seen in enumerate(rows):
                value = getattr(seen, name)
                if value is not None:
                    column[row] = value
            arrays[name] = column
        step_s = float(np.median(np.diff(t_s))) if len(t_s) > 1 else 1.0 / 30.0
        width, height = rows[0].size if rows else (2, 2)
        facts = ClipFacts(
            name="live",
            sha256="",
            width=width,
            height=height,
            fps=1.0 / step_s,
            duration_s=float(t_s[-1] - t_s[0]) + step_s if len(t_s) else 0.0,
            frames_read=len(rows),
            frames_lost=0,
        )
        return PoseTrack(t_s=t_s, clip=facts, model=self._model, **arrays)


def same_shape(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two sizes, width and height, are of one shape, so that places can be scaled."""
    return abs(one[0] * other[1] / (one[1] * other[0]) - 1.0) < 0.02


def _resized(seen: Seen, size: tuple[int, int]) -> Seen:
    scale = np.array([size[0] / seen.size[0], size[1] / seen.size[1]], dtype=np.float32)
    moved = None if seen.landmarks_px is None else seen.landmarks_px * scale
    return Seen(seen.t_s, size, moved, seen.landmarks_m, seen.visibility, seen.outline)
