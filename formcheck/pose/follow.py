"""Keeps the track on one lifter through passers-by, spotters and cuts.

The model follows one person and may change to another without a word. A track is therefore cut
where the pose jumps as no body can, the pieces are sorted by place and size, and the lifter is the
one who moves up and down most. Where someone else was followed instead, those frames are looked at
a second time with everything but the lifter's place blotted out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.landmarks import Landmark
from formcheck.pose.scout import Sighting, crossed_rows, vertical_path
from formcheck.pose.track import PoseTrack
from formcheck.video.reader import Frame

FloatArray = NDArray[np.float64]
Patches = dict[int, dict[str, NDArray[np.floating]]]

JUMP_TORSOS: Final = 0.35
JUMP_TORSOS_PER_S: Final = 3.0
"""Hips and shoulders that move further than the first plus the second times the time
between two frames jump.

A fast lift moves the hips at 1.5 torso lengths a second.
"""
MIN_SIZE_PX: Final = 16.0
"""A torso of fewer pixels is a stain that the model takes for a body, or too small to measure."""
STEADY_SHARE: Final = 0.05
"""Change of size from frame to frame, of the size, that halves what a piece counts for.

Legs keep their length from frame to frame to 1 to 4 %, even with plates in front to 9 %; a pose
put on furniture changes it by 20 % and more.
"""
SAME_SIZE: Final = 1.6
SAME_PLACE_TORSOS: Final = 1.2
DRIFT_TORSOS: Final = 1.4
DRIFT_IN_COMPANY_TORSOS: Final = 0.45
MAX_STRAYED_SHARE: Final = 0.4
"""A body that is further than this from its usual place, with all its anchors, has walked.

The larger one leaves room for a camera in the hand.
"""
MERGE_S: Final = 0.35
MARGIN_TORSOS: Final = 0.5
MIN_SPAN_FRAMES: Final = 3
MIN_TOLD_FRAMES: Final = 5
"""Fewer frames than this are a stumble of the model that nobody need hear of."""
TORSO_OF_LEG: Final = 0.288 / (0.245 + 0.246)
"""Trunk over thigh and shank (Drillis and Contini 1966, in Winter 2009, fig. 4.1)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of frames without a jump.

    Attributes:
        rows: Indices of its frames.
        size_px: Torso length of the person, whichever way the trunk leans.
        hip_px: Median place of the hips, shape (2,).
        travel: Vertical path of the shoulders over the feet, torso lengths.
        steadiness: 1 for a body that keeps its size from frame to frame, towards 0 for one
            that does not.
    """

    rows: NDArray[np.intp]
    size_px: float
    hip_px: FloatArray
    travel: float
    steadiness: float


@dataclass(frozen=True, slots=True)
class Span:
    """Frames to look at again, with the lifter's place in displayed pixels.

    Attributes:
        first: First frame.
        past: Frame past the last.
        low_px: Upper left corner of the place, shape (2,).
        high_px: Lower right corner, shape (2,).
    """

    first: int
    past: int
    low_px: FloatArray
    high_px: FloatArray

    def alone(self, frame: Frame, scale: float) -> Frame:
        """The frame with everything outside the lifter's place made one flat colour.

        Args:
            frame: A frame as delivered.
            scale: Delivered pixels for each displayed pixel.
        """
        left, top = np.maximum(np.floor(self.low_px * scale), 0).astype(int)
        right, bottom = np.ceil(self.high_px * scale).astype(int)
        flat = np.empty_like(frame.bgr)
        flat[:] = np.median(frame.bgr[::16, ::16].reshape(-1, 3), axis=0).astype(np.uint8)
        flat[top:bottom, left:right] = frame.bgr[top:bottom, left:right]
        return replace(frame, bgr=flat)


def pieces_of(track: PoseTrack) -> list[Piece]:
    """Cut a track where hips and shoulders jump."""
    sizes = _sizes_px(track)
    rows = np.flatnonzero(track.found & (sizes >= MIN_SIZE_PX))
    if not len(rows):
        return []
    size = sizes[rows]
    # A plate may pull hips and legs away for some frames; another person has other shoulders too.
    moved = [
        np.hypot(*np.diff(track.midpoint_px(*pair)[rows], axis=0).T)
        for pair in (
            (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
            (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
        )
    ]
    hips, shoulders = np.array(moved) / np.minimum(size[1:], size[:-1])
    allowed = JUMP_TORSOS + JUMP_TORSOS_PER_S * np.diff(track.t_s[rows])
    jumped = (hips > allowed) & (shoulders > 0.5 * allowed)
    resized = np.abs(np.log(size[1:] / size[:-1])) > np.log(SAME_SIZE)
    cuts = np.flatnonzero(jumped | resized) + 1
    return [_piece(track, part, sizes) for part in np.split(rows, cuts)]


def _sizes_px(track: PoseTrack) -> FloatArray:
    """Torso length in each frame by trunk or leg, whichever is foreshortened less."""
    points = track.landmarks_px.astype(np.float64)
    legs = [
        np.hypot(*(points[:, a] - points[:, b]).T) + np.hypot(*(points[:, b] - points[:, c]).T)
        for a, b, c in (
            (Landmark.LEFT_HIP, Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE),
            (Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE),
        )
    ]
    return np.asarray(np.fmax(track.torso_px, TORSO_OF_LEG * np.mean(legs, axis=0)))


def _piece(track: PoseTrack, rows: NDArray[np.intp], sizes: FloatArray) -> Piece:
    shoulder = track.midpoint_px(Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)[rows]
    ankle = track.midpoint_px(Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE)[rows]
    hip = track.midpoint_px(Landmark.LEFT_HIP, Landmark.RIGHT_HIP)[rows]
    size = float(np.percentile(sizes[rows], 85))
    height = (ankle[:, 1] - shoulder[:, 1]) / max(size, 1.0)
    change = np.abs(np.diff(sizes[rows])) / size
    steadiness = float(0.5 ** (np.mean(change) / STEADY_SHARE)) if len(change) else 0.0
    return Piece(rows, size, np.median(hip, axis=0), vertical_path(height), steadiness)


def lifter_rows(track: PoseTrack, company: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Frames in which the pose is the lifter's.

    Args:
        track: The track.
        company: Shape (n,), frames around which somebody else was seen. There a pose that has
            moved off as a whole, without a jump, has gone over to the other.

    Returns:
        Shape (n,).
    """
    groups: list[list[Piece]] = []
    for piece in sorted(pieces_of(track), key=lambda item: -len(item.rows)):
        home = next((group for group in groups if _alike(group[0], piece)), None)
        if home is None:
            groups.append([piece])
        else:
            home.append(piece)
    mine = np.zeros(len(track), dtype=bool)
    if groups:
        step_s = float(np.median(np.diff(track.t_s))) if len(track) > 1 else 0.0
        best = max(groups, key=lambda group: _score(group, step_s))
        for piece in best:
            mine[piece.rows] = True
        away = _adrift_torsos(track, mine)
        gone = mine & (away > DRIFT_TORSOS)
        if company is not None:
            strayed = _near(mine & company & (away > DRIFT_IN_COMPANY_TORSOS), track.t_s)
            # One who is seldom in the usual place has none: the camera moves, or the clip is cut.
            if (strayed & mine).sum() <= MAX_STRAYED_SHARE * mine.sum():
                gone |= strayed
        mine &= ~gone
    return mine


def _near(rows: NDArray[np.bool_], t_s: FloatArray) -> NDArray[np.bool_]:
    """Rows within ``MERGE_S`` of some rows: while two bodies merge, the pose is of neither."""
    if not rows.any():
        return rows
    times = t_s[rows]
    after = np.searchsorted(times, t_s)
    gap = np.minimum(
        np.abs(t_s - times[np.minimum(after, len(times) - 1)]),
        np.abs(t_s - times[np.maximum(after - 1, 0)]),
    )
    return np.asarray(gap <= MERGE_S)


def _adrift_torsos(track: PoseTrack, mine: NDArray[np.bool_]) -> FloatArray:
    """How far the lifter as a whole is from the usual place, torso lengths; missing is infinite.

    Feet stay put in standing lifts, knees in the glute-ham raise, hips in curls: the anchor that
    moved least tells.
    """
    size = float(np.percentile(_sizes_px(track)[mine], 85))
    away = []
    for pair in (
        (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
        (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE),
        (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE),
    ):
        place = track.midpoint_px(*pair)
        away.append(np.hypot(*(place - np.median(place[mine], axis=0)).T) / size)
    return np.asarray(np.nan_to_num(np.min(away, axis=0), nan=np.inf))


def _alike(one: Piece, other: Piece) -> bool:
    ratio = one.size_px / max(other.size_px, 1e-6)
    apart = float(np.hypot(*(one.hip_px - other.hip_px))) / max(one.size_px, 1e-6)
    return 1 / SAME_SIZE <= ratio <= SAME_SIZE and apart <= SAME_PLACE_TORSOS


def _score(group: list[Piece], step_s: float) -> float:
    """Torso lengths of vertical path, with a tenth of one for each second of being there."""
    total = 0.0
    for piece in group:
        seconds = step_s * len(piece.rows)
        total += piece.steadiness * (min(piece.travel, 2.0 * seconds) + 0.1 * seconds)
    return total


def second_look_spans(track: PoseTrack, company: NDArray[np.bool_]) -> list[Span]:
    """Where someone, or something, other than the lifter was followed.

    Args:
        track: The track.
        company: Shape (n,), frames around which somebody else was seen.
    """
    mine = lifter_rows(track, company)
    others = track.found & ~mine
    if not mine.any() or not others.any():
        return []
    low, high = lifter_place(track, mine)
    wanted = np.flatnonzero(~mine)
    spans = []
    for part in np.split(wanted, np.flatnonzero(np.diff(wanted) > 1) + 1):
        first, past = int(part[0]), int(part[-1]) + 1
        if others[first:past].sum() >= MIN_SPAN_FRAMES:
            spans.append(Span(first, past, low, high))
    return spans


def lifter_place(track: PoseTrack, mine: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """Upper left and lower right corner of where the lifter moves, with room around, pixels.

    Args:
        track: The track.
        mine: Shape (n,), frames in which the pose is the lifter's; at least one.
    """
    points = track.landmarks_px[mine].astype(np.float64)
    margin = MARGIN_TORSOS * float(np.median(_sizes_px(track)[mine]))
    low = np.percentile(points.min(axis=1), 1, axis=0) - margin
    high = np.percentile(points.max(axis=1), 99, axis=0) + margin
    return low, high


def blanked(track: PoseTrack, rows: NDArray[np.bool_]) -> PoseTrack:
    """The track with nobody in some rows."""
    arrays = _arrays(track)
    _blank(arrays, rows)
    return replace(track, **arrays)


def patched(track: PoseTrack, patches: Patches) -> PoseTrack:
    """The track with single frames put in."""
    arrays = _arrays(track)
    _patch(arrays, patches)
    return replace(track, **arrays)


def followed_travel(track: PoseTrack) -> float:
    """Vertical path of the shoulders of the person followed, in torso lengths."""
    mine = lifter_rows(track)
    return sum(piece.travel for piece in pieces_of(track) if mine[piece.rows[0]])


def without_crossings(track: PoseTrack, sightings: list[Sighting]) -> PoseTrack:
    """Blank the frames in which somebody walks past the lifter."""
    mine = lifter_rows(track)
    if not mine.any():
        return track
    hip = track.midpoint_px(Landmark.LEFT_HIP, Landmark.RIGHT_HIP)[mine]
    size = float(np.percentile(_sizes_px(track)[mine], 85))
    crossed = crossed_rows(sightings, track.t_s, np.median(hip, axis=0), size)
    count = int((crossed & track.found).sum())
    if count == 0:
        return track
    note = f"Somebody walked past the lifter in {count} frames; those frames were not judged."
    arrays = _arrays(track)
    _blank(arrays, crossed)
    return replace(track, **arrays, notes=(*track.notes, note))


def replaced(track: PoseTrack, patches: Patches) -> PoseTrack:
    """The track of another person than the one first followed, found on a second look."""
    arrays = _arrays(track)
    _blank(arrays, np.ones(len(track), dtype=bool))
    _patch(arrays, patches)
    note = "More than one person is in the picture; the one who moves most was judged."
    return replace(track, **arrays, notes=(*track.notes, note))


def settle_on_lifter(track: PoseTrack, patches: Patches, company: NDArray[np.bool_]) -> PoseTrack:
    """Blank every pose that is not the lifter's and put in what a second look found.

    Args:
        track: The track of the first look.
        patches: Arrays of single frames by frame index, from the second look.
        company: Shape (n,), frames around which somebody else was seen.

    Returns:
        The lifter's track, with a note when another pose was removed.
    """
    mine = lifter_rows(track, company)
    strangers = int((track.found & ~mine).sum())
    if strangers == 0:
        return track
    arrays = _arrays(track)
    _blank(arrays, ~mine)
    _patch(arrays, patches)
    mended = replace(track, **arrays)
    again = lifter_rows(mended, company)
    arrays = _arrays(mended)
    _blank(arrays, mended.found & ~again)
    found = int((again & ~mine).sum())
    if strangers < MIN_TOLD_FRAMES:
        return replace(mended, **arrays)
    note = (
        f"In {strangers} frames the model had left the lifter for another person or an object; "
        f"the lifter was found again in {found} frames."
    )
    return replace(mended, **arrays, notes=(*track.notes, note))


def _arrays(track: PoseTrack) -> dict[str, Any]:
    return {
        name: getattr(track, name).copy()
        for name in ("landmarks_px", "landmarks_m", "visibility", "outline")
    }


def _blank(arrays: dict[str, Any], rows: NDArray[np.bool_]) -> None:
    for values in arrays.values():
        values[rows] = np.nan


def _patch(arrays: dict[str, Any], patches: Patches) -> None:
    for row, patch in patches.items():
        for name, value in patch.items():
            arrays[name][row] = value
