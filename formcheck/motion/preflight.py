"""The clip is checked before it is judged: what is wrong with it, and what to change.

A problem refuses no metric by itself. Each metric refuses where the clip does not show it;
what is told here is why, and how to film the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.filters import low_pass
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals
from formcheck.motion.view import SIDE_ON_LIMIT_DEG
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack

FloatArray = NDArray[np.float64]
Box = tuple[float, float, float, float]

FRONT_DEG: Final = 65.0
"""From this yaw on the view is called one from the front or from behind."""
MAX_TWIST_DEG: Final = 25.0
"""Angle between shoulder and hip line, seen from above, past which one of them is not seen.

Lifting with both hands keeps them parallel; on side, oblique and front views they agree to within
10 degrees, and differ by 46 where a plate hides the shoulders.
"""
MIN_BODY_PX: Final = 120.0
"""Smallest standing height in pixels.

A thigh then measures 29 pixels, and one pixel of error at either end turns it by 2.8 degrees: as
much as the pose model's own error side-on.
"""
MIN_FRAMES_A_SECOND: Final = 22.0
"""The limit under which the turn at the bottom is refused (``hinge.py``)."""
MIN_FRAMES_A_REP: Final = 36
"""Rendered lifters with fewer were followed late: hip errors of 11 to 16 degrees at 12 frames."""
OUTSIDE_SHARE: Final = 0.10
LOST_SHARE: Final = 0.05
MIN_LUMA: Final = 41.0
"""Three stops under an 18 % grey card (sRGB 118 of 255), where phones run into noise."""
MAX_SCATTER_DEG: Final = 3.0
"""Scatter of the thigh's direction from frame to frame: the model's own error side-on."""
MAX_SMEAR_BODIES: Final = 0.02
"""Blur of 3.5 cm at 1.75 m of height: the size of the pose model's own error at a joint."""
PICTURES: Final = 3
MARGIN: Final = 0.05
"""Room left about the lifter's landmarks, standing heights."""
COMPANY: Final = ("Somebody walked past", "More than one person", "another person")
"""How the notes of a track name others in the picture (``pose/follow.py``)."""
_PARTS: Final = {
    "shoulders": (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    "hips": (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
    "knees": (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE),
    "feet": (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE),
}
_THIGHS: Final = (
    (Landmark.LEFT_HIP, Landmark.LEFT_KNEE),
    (Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE),
)


class Trouble(StrEnum):
    """What may be wrong with a clip; the list is closed and explained in docs/preflight.md."""

    VIEW = "view"
    VIEW_BACK = "view_back"
    VIEW_UNSURE = "view_unsure"
    OUT_OF_FRAME = "out_of_frame"
    TOO_SMALL = "too_small"
    FRAME_RATE = "frame_rate"
    FEW_FRAMES = "few_frames"
    DARK = "dark"
    BLURRED = "blurred"
    UNSTEADY = "unsteady"
    LOST = "lost"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Check:
    """One problem of a clip.

    Attributes:
        code: What is wrong.
        sentence: What is wrong and what to change, for a person.
    """

    code: Trouble
    sentence: str


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What a few pictures of a clip tell about light and sharpness; NaN where they do not.

    Attributes:
        luma: Median brightness of the lifter, 0 to 255.
        smear_bodies: Width over which the lifter's edges are smeared, standing heights.
    """

    luma: float
    smear_bodies: float


def moments_to_look_at(track: PoseTrack, body_px: float) -> dict[float, Box]:
    """When and where to look at the lifter: fast movement, where blur is worst.

    Args:
        track: The pose track.
        body_px: The lifter's standing height.

    Returns:
        Box about the lifter (left, top, right, bottom, pixels) by container time, ``PICTURES``
        at most and far apart.
    """
    if len(track) < 2 or not body_px > 0:
        return {}
    shoulder = track.midpoint_px(Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
    way = np.hypot(*np.diff(shoulder, axis=0, prepend=shoulder[:1]).T)
    left = np.where(np.isfinite(way), way, -1.0)
    apart = max(1, len(track) // (2 * PICTURES))
    boxes: dict[float, Box] = {}
    while len(boxes) < PICTURES and left.max() >= 0:
        row = int(np.argmax(left))
        left[max(0, row - apart) : row + apart + 1] = -1.0
        points = track.landmarks_px[row].astype(np.float64)
        low, high = points.min(axis=0) - MARGIN * body_px, points.max(axis=0) + MARGIN * body_px
        boxes[float(track.t_s[row])] = (low[0], low[1], high[0], high[1])
    return boxes


def check_clip(
    track: PoseTrack,
    signals: Signals,
    reps: list[Rep],
    *,
    side_view: bool = True,
    max_spine_yaw_deg: float | None = None,
    pictures: PictureFacts | None = None,
) -> tuple[Check, ...]:
    """Check a clip.

    Args:
        track: The pose track.
        signals: The signals made from it.
        reps: The reps found; what happens outside of them does not matter.
        side_view: Whether the exercise has to be seen from the side.
        max_spine_yaw_deg: Yaw past which the back is not judged, if the exercise has a back.
        pictures: Light and sharpness, if somebody looked at the pictures.

    Returns:
        The problems, the gravest first.
    """
    inside = _rows_of(signals, reps)
    found = [
        _view(track, signals, max_spine_yaw_deg) if side_view else None,
        _out_of_frame(track, inside),
        _lost(track, inside),
        _company(track),
        _too_small(signals),
        _frame_rate(signals),
        _few_frames(signals, reps),
        _dark(pictures),
        _blurred(pictures),
        _unsteady(track, signals),
    ]
    return tuple(check for check in found if check is not None)


def sees_front(track: PoseTrack) -> bool:
    """Whether the camera sees more of the lifter's front than of the back.

    Whoever faces a camera has the left shoulder on its right.
    """
    left, right = (
        track.landmarks_px[track.found, shoulder, 0]
        for shoulder in (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
    )
    return bool(len(left)) and float(np.median(left.astype(np.float64) - right)) > 0


def twist_deg(track: PoseTrack) -> float:
    """Angle between shoulder and hip line, seen from above; NaN without a pose."""
    pairs = (
        (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
        (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
    )
    metres = track.landmarks_m[track.found].astype(np.float64)
    if not len(metres):
        return float("nan")
    ways = []
    for left, right in pairs:
        across = np.median(metres[:, left] - metres[:, right], axis=0)
        ways.append(np.degrees(np.arctan2(across[0], abs(across[2]))))
    return float(abs(ways[0] - ways[1]))


def _view(track: PoseTrack, signals: Signals, spine_limit_deg: float | None) -> Check | None:
    view = signals.view
    yaw_deg = view.yaw_deg
    if not np.isfinite(yaw_deg):
        return None
    if view.shoulders_covered:
        return Check(
            Trouble.VIEW_UNSURE,
            "Something hides your shoulders, so that your hips alone tell from where the camera "
            "looks, and how you stand at the top cannot be judged: use smaller plates, or move the "
            "camera a little forwards or back.",
        )
    if twist_deg(track) > MAX_TWIST_DEG:
        return Check(
            Trouble.VIEW_UNSURE,
            "From where the camera looks cannot be told, because something hides your shoulders or "
            "hips: use smaller plates, or move the camera a little forwards or back. "
            "Reps and tempo are counted all the same.",
        )
    front = sees_front(track)
    if view.facing is None or yaw_deg >= FRONT_DEG:
        where = "from the front" if front else "from behind"
        if yaw_deg < FRONT_DEG:
            where = f"from about {yaw_deg:.0f} degrees off your side"
        return Check(
            Trouble.VIEW,
            f"The camera looks {where}: carry it a quarter turn round you, so that it looks at "
            "your side from hip height. Reps and tempo are counted all the same.",
        )
    limit_deg = spine_limit_deg if spine_limit_deg is not None else SIDE_ON_LIMIT_DEG
    if yaw_deg <= limit_deg:
        return None
    # Facing right, the lifter's front is on the camera's right.
    to_left = front == (view.facing == "right")
    turn = (
        f"The camera looks from about {yaw_deg:.0f} degrees "
        f"{'in front of' if front else 'behind'} your side: carry it {yaw_deg:.0f} degrees round "
        f"you to its {'left' if to_left else 'right'}, towards your "
        f"{'back' if front else 'front'}."
    )
    if yaw_deg > SIDE_ON_LIMIT_DEG:
        return Check(Trouble.VIEW, f"{turn} Reps and tempo are counted all the same.")
    return Check(
        Trouble.VIEW_BACK, f"{turn} The back is judged up to {limit_deg:.0f} degrees only."
    )


def _rows_of(signals: Signals, reps: list[Rep]) -> NDArray[np.bool_]:
    inside = np.zeros(len(signals), dtype=bool)
    for rep in reps:
        inside |= (signals.t_s >= rep.start_s) & (signals.t_s <= rep.end_s)
    return inside


def _out_of_frame(track: PoseTrack, rows: NDArray[np.bool_]) -> Check | None:
    rows = rows & track.found
    if not rows.any():
        return None
    size = np.array([track.clip.width, track.clip.height])
    shares = {}
    for part, pair in _PARTS.items():
        points = track.landmarks_px[rows][:, list(pair)]
        shares[part] = float((~((points >= 0) & (points < size)).all(axis=(1, 2))).mean())
    missing = [part for part, share in shares.items() if share > OUTSIDE_SHARE]
    if not missing:
        return None
    return Check(
        Trouble.OUT_OF_FRAME,
        f"Your {_listed(missing)} are outside the picture for {max(shares.values()):.0%} of the "
        "reps: put the camera further away until all of you shows throughout.",
    )


def _lost(track: PoseTrack, rows: NDArray[np.bool_]) -> Check | None:
    missing = 1.0 - float(track.found[rows].mean()) if rows.any() else 0.0
    if missing <= LOST_SHARE:
        return None
    return Check(
        Trouble.LOST,
        f"You were not found in {missing:.0%} of the reps' frames: stay in the picture, with "
        "nothing and nobody between you and the camera.",
    )


def _company(track: PoseTrack) -> Check | None:
    if not any(word in note for note in track.notes for word in COMPANY):
        return None
    return Check(
        Trouble.COMPANY,
        "Somebody or something else was taken for you at times: film with nobody beside or "
        "behind you.",
    )


def _too_small(signals: Signals) -> Check | None:
    if not signals.body_px < MIN_BODY_PX:
        return None
    return Check(
        Trouble.TOO_SMALL,
        f"You are only {signals.body_px:.0f} pixels tall in the picture: come closer or film in a "
        f"higher resolution ({MIN_BODY_PX:.0f} pixels or more).",
    )


def _frame_rate(signals: Signals) -> Check | None:
    if not signals.frame_s > 1.0 / MIN_FRAMES_A_SECOND:
        return None
    return Check(
        Trouble.FRAME_RATE,
        f"The clip has only {1 / signals.frame_s:.0f} frames a second of real time: film at 30 "
        "or more. Turns at the bottom are not judged.",
    )


def _few_frames(signals: Signals, reps: list[Rep]) -> Check | None:
    if not signals.frame_s > 0:
        return None
    counts = [(rep.end_s - rep.start_s) / signals.frame_s for rep in reps if rep.complete]
    if not counts or float(np.median(counts)) >= MIN_FRAMES_A_REP:
        return None
    return Check(
        Trouble.FEW_FRAMES,
        f"A rep has only {np.median(counts):.0f} frames and is followed late: film at 60 frames a "
        "second, or move slower. Angles at the turning points are less sure.",
    )


def _dark(pictures: PictureFacts | None) -> Check | None:
    if pictures is None or not pictures.luma < MIN_LUMA:
        return None
    return Check(
        Trouble.DARK,
        f"You are very dark in the picture (brightness {pictures.luma:.0f} of 255): more light on "
        "you, and no window or lamp behind you.",
    )


def _blurred(pictures: PictureFacts | None) -> Check | None:
    if pictures is None or not pictures.smear_bodies > MAX_SMEAR_BODIES:
        return None
    return Check(
        Trouble.BLURRED,
        f"The picture is smeared over {pictures.smear_bodies:.0%} of your height: more light "
        "shortens the exposure; clean the lens and put the camera on something firm.",
    )


def _unsteady(track: PoseTrack, signals: Signals) -> Check | None:
    scatter_deg = thigh_scatter_deg(track, signals.t_s)
    if not scatter_deg > MAX_SCATTER_DEG:
        return None
    return Check(
        Trouble.UNSTEADY,
        f"Your legs were followed unsteadily (by {scatter_deg:.0f} degrees from frame to frame): "
        "more light, a plain background and clothes that stand out from it help.",
    )


def thigh_scatter_deg(track: PoseTrack, t_s: FloatArray) -> float:
    """Scatter of the steadier thigh's landmarks as an angle, degrees; NaN without a pose.

    Robust standard deviation of what the filter takes off knee and hip, over the length of a
    thigh.
    """
    points = track.landmarks_px.astype(np.float64)
    found = track.found
    if found.sum() < 5:
        return float("nan")
    scatters = []
    for hip, knee in _THIGHS:
        across = points[:, knee] - points[:, hip]
        rest = across - np.column_stack([low_pass(t_s, across[:, axis]) for axis in range(2)])
        spread = 1.4826 * np.nanmedian(np.abs(rest[found]), axis=0)
        thigh_px = float(np.nanpercentile(np.hypot(*across[found].T), 85))
        scatters.append(float(np.degrees(np.hypot(*spread) / np.sqrt(2.0) / max(thigh_px, 1.0))))
    return min(scatters)


def _listed(parts: list[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last
