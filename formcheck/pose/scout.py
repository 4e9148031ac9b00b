"""Looks for other people twice a second, so that the track stays with the one who lifts.

The model reports the person it likes best and often nobody else, even when asked for several. So
it is asked who is in the picture to the left and to the right of the person being followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.landmarker import PoseLandmarker, PoseSample
from formcheck.pose.landmarks import Landmark
from formcheck.video.reader import Frame

FloatArray = NDArray[np.float64]

PERIOD_S: Final = 0.5
ALERT_PERIOD_S: Final = 0.2
ALERT_S: Final = 1.0
"""For this long after a sighting the look-out is doubled: a passer-by is gone in a second."""
MIN_VISIBILITY: Final = 0.6
"""Mean visibility of shoulders, hips and knees under which a find is furniture."""
STRIP_MARGIN: Final = 0.05
MIN_STRIP_SHARE: Final = 0.15
SAME_SIZE: Final = 1.6
COMPANY_S: Final = 2.0
EPISODE_GAP_S: Final = 2.0
NEAR_TORSOS: Final = 1.1
CROSSING_TORSOS: Final = 0.8
OWN_PLACE_TORSOS: Final = 0.5
MIN_SIGHTINGS: Final = 5
RIVAL_TRAVEL: Final = 2.0
"""A bystander who moves this many times as much up and down as the one followed is the lifter."""
MIN_TRAVEL_TORSOS: Final = 1.5
_CORE: Final = (
    Landmark.LEFT_SHOULDER,
    Landmark.RIGHT_SHOULDER,
    Landmark.LEFT_HIP,
    Landmark.RIGHT_HIP,
    Landmark.LEFT_KNEE,
    Landmark.RIGHT_KNEE,
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """Somebody other than the person followed, in one frame, displayed pixels.

    Attributes:
        row: Index of the frame.
        t_s: Container time of the frame.
        hip_px: Shape (2,).
        rise_px: Height of the shoulders over the ankles.
        size_px: Torso length.
        low_px: Upper left corner of the person's box, shape (2,).
        high_px: Lower right corner.
    """

    row: int
    t_s: float
    hip_px: FloatArray
    rise_px: float
    size_px: float
    low_px: FloatArray
    high_px: FloatArray


class Scout:
    """Collects sightings while the clip is looked at.

    Args:
        bundle: Path of a ``.task`` bundle.
    """

    def __init__(self, bundle: Path) -> None:
        self._bundle = bundle
        self._landmarker: PoseLandmarker | None = None
        self._next_s = 0.0
        self.sightings: list[Sighting] = []

    def __enter__(self) -> Scout:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._landmarker is not None:
            self._landmarker.close()

    def look(self, frame: Frame, followed: PoseSample | None, scale: float) -> None:
        """Note who else is in a frame, if it is time to look.

        Args:
            frame: The frame.
            followed: The person being followed in it.
            scale: Delivered pixels for each displayed pixel.
        """
        if followed is None or frame.t_s < self._next_s:
            return
        if self._landmarker is None:
            # Only now, in the thread that looks: loading the model takes as long as ten frames.
            self._landmarker = PoseLandmarker(self._bundle, moving=False, masks=False)
        recent = self.sightings[-1].t_s if self.sightings else -np.inf
        alert = frame.t_s - recent <= ALERT_S
        self._next_s = frame.t_s + (ALERT_PERIOD_S if alert else PERIOD_S)
        for left, right in _strips(frame, followed):
            strip = Frame(frame.index, frame.t_s, np.ascontiguousarray(frame.bgr[:, left:right]))
            other = self._landmarker.detect(strip)
            if other is None or float(other.visibility[list(_CORE)].mean()) < MIN_VISIBILITY:
                continue
            points = (other.landmarks_px + np.array([left, 0.0])) / scale
            self.sightings.append(_sighting(frame, points))


def _strips(frame: Frame, followed: PoseSample) -> list[tuple[int, int]]:
    """Columns to the left and to the right of the person followed, where wide enough.

    Searching each by itself finds people that are too small for the model in the whole
    picture, and blotting somebody out would leave an edge that looks like a body.
    """
    width = frame.bgr.shape[1]
    low, high = np.percentile(followed.landmarks_px[:, 0], [5, 95])
    margin = STRIP_MARGIN * followed.height_px
    sides = ((0, int(low - margin)), (int(high + margin), width))
    return [(a, b) for a, b in sides if b - a >= MIN_STRIP_SHARE * width]


def _sighting(frame: Frame, points: FloatArray) -> Sighting:
    shoulder, hip, ankle = (
        points[list(pair)].mean(axis=0)
        for pair in (
            (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
            (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
            (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE),
        )
    )
    return Sighting(
        row=frame.index,
        t_s=frame.t_s,
        hip_px=hip,
        rise_px=float(ankle[1] - shoulder[1]),
        size_px=float(np.hypot(*(shoulder - hip))),
        low_px=points.min(axis=0),
        high_px=points.max(axis=0),
    )


def rival_place(
    sightings: list[Sighting], travel: float, duration_s: float
) -> tuple[FloatArray, FloatArray] | None:
    """Where somebody stands who moves far more like a lifter than the person followed.

    Args:
        sightings: All sightings of the clip.
        travel: Vertical path of the shoulders of the person followed, in torso lengths.
        duration_s: Length of the clip.

    Returns:
        Corners of that person's place in displayed pixels, or ``None``.
    """
    best: tuple[float, list[Sighting]] | None = None
    for group in _places(sightings):
        seen_s = len({int(one.t_s / PERIOD_S) for one in group}) * PERIOD_S
        if len(group) < MIN_SIGHTINGS or seen_s < 0.3 * duration_s:
            continue
        size = float(np.percentile([one.size_px for one in group], 85))
        path = vertical_path(np.array([one.rise_px for one in group]) / max(size, 1.0))
        if path > max(RIVAL_TRAVEL * travel, MIN_TRAVEL_TORSOS) and (
            best is None or path > best[0]
        ):
            best = (path, group)
    if best is None:
        return None
    margin = 0.5 * float(np.median([one.size_px for one in best[1]]))
    low = np.min([one.low_px for one in best[1]], axis=0) - margin
    high = np.max([one.high_px for one in best[1]], axis=0) + margin
    return np.asarray(low), np.asarray(high)


def vertical_path(height: FloatArray) -> float:
    """Path of a signal in torso lengths that ignores wobbles of under a fifth of one."""
    path, anchor = 0.0, float(height[0])
    for value in height:
        if abs(value - anchor) >= 0.2:
            path += abs(float(value) - anchor)
            anchor = float(value)
    return path


def _places(sightings: list[Sighting]) -> list[list[Sighting]]:
    groups: list[list[Sighting]] = []
    for one in sightings:
        home = next((group for group in groups if _same_person(group, one)), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return groups


def _same_person(group: list[Sighting], one: Sighting) -> bool:
    hip = np.median([other.hip_px for other in group], axis=0)
    size = float(np.percentile([other.size_px for other in group], 85))
    ratio = one.size_px / max(size, 1e-6)
    apart = float(np.hypot(*(one.hip_px - hip))) / max(size, 1e-6)
    return 1 / SAME_SIZE <= ratio <= SAME_SIZE and apart <= NEAR_TORSOS


def company_rows(sightings: list[Sighting], t_s: FloatArray) -> NDArray[np.bool_]:
    """Frames around which somebody else was seen, shape (n,).

    One sighting alone may be a coat on a hook; two within ``COMPANY_S`` are somebody.
    """
    near = np.zeros(len(t_s), dtype=bool)
    for one in sightings:
        seen = sum(abs(other.t_s - one.t_s) <= COMPANY_S for other in sightings)
        if seen >= 2:
            near |= np.abs(t_s - one.t_s) <= COMPANY_S
    return near


def crossed_rows(
    sightings: list[Sighting], t_s: FloatArray, hip_px: FloatArray, size_px: float
) -> NDArray[np.bool_]:
    """Frames in which somebody walks past right in front of, or behind, the lifter.

    What the model sees there is a mixture of two bodies. A mirror image or a spotter who stays
    in place is not meant: only people who move across the picture.

    Args:
        sightings: All sightings of the clip.
        t_s: Shape (n,), times of the frames.
        hip_px: Shape (2,), the lifter's place.
        size_px: The lifter's torso length.

    Returns:
        Shape (n,).
    """
    crossed = np.zeros(len(t_s), dtype=bool)
    episode: list[Sighting] = []
    for one in [*sightings, None]:
        if one is not None and not _is_walker(one, hip_px, size_px):
            continue
        if episode and (one is None or one.t_s - episode[-1].t_s > EPISODE_GAP_S):
            crossed |= _crossing(episode, t_s, hip_px, size_px)
            episode = []
        if one is not None:
            episode.append(one)
    return crossed


def _is_walker(one: Sighting, hip_px: FloatArray, size_px: float) -> bool:
    """Whether a sighting can be of somebody else of about the lifter's size.

    One in the lifter's own place is the lifter, while the passer-by was being followed.
    """
    alike = 1 / SAME_SIZE <= one.size_px / size_px <= SAME_SIZE
    return alike and abs(float(one.hip_px[0] - hip_px[0])) > OWN_PLACE_TORSOS * size_px


def _crossing(
    episode: list[Sighting], t_s: FloatArray, hip_px: FloatArray, size_px: float
) -> NDArray[np.bool_]:
    places = np.array([one.hip_px[0] for one in episode])
    if len(episode) < 2 or np.ptp(places) < NEAR_TORSOS * size_px:
        return np.zeros(len(t_s), dtype=bool)
    times = np.array([one.t_s for one in episode])
    # Two nearly straight lines in and out: the walker's place between sightings.
    where = np.interp(t_s, times, places)
    inside = (t_s >= times[0] - PERIOD_S / 2) & (t_s <= times[-1] + PERIOD_S / 2)
    return np.asarray(inside & (np.abs(where - hip_px[0]) <= CROSSING_TORSOS * size_px))
