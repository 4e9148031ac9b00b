"""What the window shows, drawn on the mirrored picture. Pure drawing: no window is opened here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.live.coach import Coach
from formcheck.live.cues import Cue
from formcheck.live.pace import minimum_jerk
from formcheck.live.seen import Seen
from formcheck.pose.landmarks import BONES, Landmark

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]

HEIGHT: Final = 720
LEAST_WIDTH: Final = 960
"""An upright picture would leave a cue of four words letters too small to be read from 4 m."""
CUE_S: Final = 3.0
"""For so long a cue stays on the screen."""
PACE_S: Final = (3.0, 4.0)
"""The lowering asked for; the bar shows where it should be between the two."""
KEYS: Final = "Q quit   SPACE end set   E exercise   R record   M mute   F full screen"
WHITE: Final[Colour] = (255, 255, 255)
GREEN: Final[Colour] = (120, 200, 60)
AMBER: Final[Colour] = (0, 190, 255)
RED: Final[Colour] = (60, 60, 235)
BLUE: Final[Colour] = (235, 180, 60)
GREY: Final[Colour] = (190, 190, 190)
_FONT: Final = cv2.FONT_HERSHEY_DUPLEX
_LETTER_PX: Final = 22.0
"""Height of capitals of the font at scale 1."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known besides the coach's own state.

    Attributes:
        now_s: Now, on the source's clock.
        cue: The last cue, and when it was given.
        cue_s: When it was given.
        notice: What is wrong with the source, or empty.
        summary: Lines of the last set, or empty.
        recording: Whether pictures are being recorded.
        muted: Whether the voice is off.
        voice: Whether there is a voice.
    """

    now_s: float
    cue: Cue | None = None
    cue_s: float = float("-inf")
    notice: str = ""
    summary: tuple[str, ...] = ()
    recording: bool = False
    muted: bool = False
    voice: bool = False


def draw(bgr: Image, seen: Seen, coach: Coach, shown: Shown) -> Image:
    """Draw everything on a copy of the picture.

    Args:
        bgr: The picture as captured, shape (height, width, 3).
        seen: What was seen in it.
        coach: What is known.
        shown: What else is to be shown.

    Returns:
        Shape (``HEIGHT``, width, 3): mirrored, so that the lifter sees a mirror. An upright
        picture has black at its sides.
    """
    scale = HEIGHT / bgr.shape[0]
    inner = max(1, round(bgr.shape[1] * scale))
    left = max(0, LEAST_WIDTH - inner) // 2
    canvas: Image = np.zeros((HEIGHT, max(LEAST_WIDTH, inner), 3), dtype=np.uint8)
    canvas[:, left : left + inner] = cv2.resize(bgr, (inner, HEIGHT))[:, ::-1]
    if seen.landmarks_px is not None:
        _body(canvas, seen, coach, _Place(inner / bgr.shape[1], scale, left + inner - 1))
    _panel(canvas, coach, shown)
    _pace_bar(canvas, coach, shown.now_s)
    _middle(canvas, coach, shown)
    _footer(canvas, shown)
    return canvas


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the mirrored picture lies: its scales, and the column of its own left edge."""

    scale_x: float
    scale_y: float
    right: int

    def mirrored(self, points: NDArray[Any]) -> NDArray[Any]:
        moved: NDArray[Any] = points.astype(np.float64) * (-self.scale_x, self.scale_y)
        moved[..., 0] += self.right
        return moved


def _body(canvas: Image, seen: Seen, coach: Coach, place: _Place) -> None:
    assert seen.landmarks_px is not None
    points = place.mirrored(seen.landmarks_px)
    for one, other in BONES:
        ends = points[[one, other]]
        if np.isfinite(ends).all():
            a, b = ([round(float(v)) for v in end] for end in ends)
            cv2.line(canvas, a, b, WHITE, 3, cv2.LINE_AA)
    view = None if coach.verdict is None else coach.verdict.view
    if seen.outline is None or view is None or view.facing is None:
        return
    side = 0 if view.facing == "right" else 1
    pair = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
    shoulder = seen.landmarks_px[pair].mean(axis=0)
    hip = seen.landmarks_px[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
    back = shoulder + float(np.hypot(*(shoulder - hip))) * seen.outline[side].astype(np.float64)
    if np.isfinite(back).all():
        line = np.rint(place.mirrored(back)).astype(np.int32)
        cv2.polylines(canvas, [line], False, _back_colour(coach), 5, cv2.LINE_AA)


def _back_colour(coach: Coach) -> Colour:
    if coach.verdict is None or not coach.verdict.reps:
        return BLUE
    codes = {fault.code for fault in coach.verdict.reps[-1].faults}
    return RED if codes & {"SPINE_ROUNDED", "SPINE_ARCHED"} else BLUE


def _panel(canvas: Image, coach: Coach, shown: Shown) -> None:
    _shade(canvas, 0, 0, 250, 205)
    _text(canvas, "REPS", (20, 36), 18, GREY)
    _text(canvas, str(coach.rep_count), (20, 128), 78, WHITE)
    name = (coach.exercise or "finding the exercise").replace("_", " ")
    _text(canvas, name, (20, 158), 15, WHITE, most=225)
    stage = coach.pace.stage
    if stage != "unknown":
        seconds = max(0.0, shown.now_s - coach.pace.since_s)
        _text(canvas, f"{stage} {seconds:.1f} s", (20, 190), 17, _stage_colour(coach))


def _stage_colour(coach: Coach) -> Colour:
    least_s = coach.least_lowering_s
    falling = least_s is not None and coach.pace.falling(least_s)
    return RED if falling else (GREEN if coach.pace.stage == "lowering" else WHITE)


def _pace_bar(canvas: Image, coach: Coach, now_s: float) -> None:
    """Where the weight is on its way down (white), and where it should be by now (green)."""
    if coach.pace.stage == "unknown":
        return
    top, bottom = 90, HEIGHT - 190
    left, right = canvas.shape[1] - 64, canvas.shape[1] - 28
    _shade(canvas, left - 14, top - 20, right + 14, bottom + 20)
    cv2.rectangle(canvas, (left, top), (right, bottom), GREY, 2)

    def row(share: float) -> int:
        return round(top + (bottom - top) * float(np.clip(share, 0.0, 1.0)))

    if coach.pace.stage == "lowering":
        gone_s = max(0.0, now_s - coach.pace.since_s)
        quick, slow = (row(minimum_jerk(gone_s / lasts_s)) for lasts_s in PACE_S)
        cv2.rectangle(canvas, (left, slow), (right, max(quick, slow + 4)), GREEN, -1)
    at = row(coach.pace.progress)
    cv2.rectangle(canvas, (left - 10, at - 5), (right + 10, at + 5), _stage_colour(coach), -1)


def _middle(canvas: Image, coach: Coach, shown: Shown) -> None:
    cue_fresh = shown.cue is not None and shown.now_s - shown.cue_s <= CUE_S
    if shown.notice:
        _banner(canvas, shown.notice, RED, 34)
    elif cue_fresh and shown.cue is not None:
        _banner(canvas, shown.cue.text.upper(), GREEN if shown.cue.praise else AMBER, 80)
    elif shown.summary:
        _lines(canvas, shown.summary)
    elif coach.gate.state == "ready" and not coach.rep_count:
        _banner(canvas, f"READY. {coach.gate.advice}".strip(), GREEN, 48)
    elif coach.gate.advice:
        _banner(canvas, coach.gate.advice, AMBER, 40)


def _banner(canvas: Image, text: str, colour: Colour, letter_px: int) -> None:
    low, high = HEIGHT - 166, HEIGHT - 40
    _shade(canvas, 0, low, canvas.shape[1], high, 0.72)
    size = _fitting(text, letter_px, canvas.shape[1] - 60)
    width = _width(text, size)
    baseline = round((low + high) / 2 + size / 2)
    _text(canvas, text, ((canvas.shape[1] - width) // 2, baseline), size, colour)


def _lines(canvas: Image, lines: tuple[str, ...]) -> None:
    top = 230
    _shade(canvas, 0, top, canvas.shape[1], top + 46 * len(lines) + 24, 0.72)
    for row, line in enumerate(lines):
        place = (30, top + 46 * (row + 1))
        _text(canvas, line, place, 24, WHITE, most=canvas.shape[1] - 60)


def _footer(canvas: Image, shown: Shown) -> None:
    _shade(canvas, 0, HEIGHT - 40, canvas.shape[1], HEIGHT, 0.72)
    _text(canvas, KEYS, (14, HEIGHT - 13), 13, GREY, most=canvas.shape[1] - 28)
    if shown.recording:
        cv2.circle(canvas, (canvas.shape[1] - 34, 34), 12, RED, -1, cv2.LINE_AA)
        _text(canvas, "REC", (canvas.shape[1] - 100, 42), 16, RED)
    if shown.voice and shown.muted:
        _text(canvas, "MUTED", (canvas.shape[1] - 190, 42), 16, AMBER)


def _shade(
    canvas: Image, left: int, top: int, right: int, bottom: int, strength: float = 0.55
) -> None:
    part = canvas[max(top, 0) : bottom, max(left, 0) : right]
    part[:] = (part * (1.0 - strength)).astype(np.uint8)


def _width(text: str, letter_px: float) -> int:
    return int(cv2.getTextSize(text, _FONT, letter_px / _LETTER_PX, _thickness(letter_px))[0][0])


def _fitting(text: str, letter_px: float, most: int) -> float:
    return min(letter_px, letter_px * most / max(1, _width(text, letter_px)))


def _thickness(letter_px: float) -> int:
    return max(1, round(letter_px / 14))


def _text(
    canvas: Image,
    text: str,
    place: tuple[int, int],
    letter_px: float,
    colour: Colour,
    most: int | None = None,
) -> None:
    if most is not None:
        letter_px = _fitting(text, letter_px, most)
    scale = letter_px / _LETTER_PX
    cv2.putText(canvas, text, place, _FONT, scale, colour, _thickness(letter_px), cv2.LINE_AA)
