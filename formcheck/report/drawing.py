"""Draws a lifter's pose on a picture: skeleton, outline of the back, lines, arcs and text.

Everything is drawn twice, dark and wide under light and narrow, so that it can be read on any
background.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.motion.signals import Facing
from formcheck.pose.landmarks import BONES, Landmark
from formcheck.pose.track import PoseTrack

Colour = tuple[int, int, int]
Point = NDArray[np.float64]

# Okabe and Ito's colours, told apart with any kind of colour vision; blue, green, red order.
WHITE: Final[Colour] = (255, 255, 255)
DARK: Final[Colour] = (24, 20, 18)
GREY: Final[Colour] = (190, 190, 190)
SKY: Final[Colour] = (233, 180, 86)
ORANGE: Final[Colour] = (0, 159, 230)
YELLOW: Final[Colour] = (66, 228, 240)
GREEN: Final[Colour] = (115, 158, 0)
VERMILION: Final[Colour] = (38, 106, 240)

MIN_VISIBILITY: Final = 0.3
"""A landmark that the model itself hardly sees is not drawn."""
_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_SHIFT: Final = 4


@dataclass(frozen=True, slots=True)
class Canvas:
    """A picture to draw on in the clip's displayed pixels, whatever its own size.

    Attributes:
        bgr: Picture, shape (height, width, 3), uint8; drawn on in place.
        scale: Pixels of the picture for each displayed pixel of the clip.
        origin_px: Displayed pixel that the picture's upper left corner shows.
        weight: Width of a thin line in pixels of the picture.
    """

    bgr: NDArray[np.uint8]
    scale: float = 1.0
    origin_px: tuple[float, float] = (0.0, 0.0)
    weight: float = 2.0

    def place(self, points: NDArray[np.floating]) -> Point:
        """Points of the clip in pixels of the picture."""
        return np.asarray((points.astype(np.float64) - self.origin_px) * self.scale)

    def line(
        self, start: Point, end: Point, colour: Colour, width: float = 1.0, dashed: bool = False
    ) -> None:
        """Straight line between two points of the clip."""
        a, b = self.place(start), self.place(end)
        if not (np.isfinite(a).all() and np.isfinite(b).all()):
            return
        dash = 5.0 * self.weight
        count = max(1, int(np.hypot(*(b - a)) / dash)) if dashed else 1
        steps = range(0, count, 2) if dashed else range(1)
        pieces = [(a + (b - a) * i / count, a + (b - a) * (i + 1) / count) for i in steps]
        for under in (True, False):
            for piece in pieces:
                self._stroke(np.array(piece), colour, width, under)

    def polyline(self, points: NDArray[np.floating], colour: Colour, width: float = 1.0) -> None:
        """Line through points of the clip; missing points are left out."""
        placed = self.place(points)
        placed = placed[np.isfinite(placed).all(axis=1)]
        if len(placed) > 1:
            self._stroke(placed, colour, width, True)
            self._stroke(placed, colour, width, False)

    def dot(self, point: NDArray[np.floating], colour: Colour, radius: float = 2.0) -> None:
        """Filled dot; ``radius`` in line widths."""
        placed = self.place(point)
        if np.isfinite(placed).all():
            centre = _fixed(placed)
            outer = round((radius + 0.8) * self.weight * 2**_SHIFT)
            inner = round(radius * self.weight * 2**_SHIFT)
            cv2.circle(self.bgr, centre, outer, DARK, -1, cv2.LINE_AA, _SHIFT)
            cv2.circle(self.bgr, centre, inner, colour, -1, cv2.LINE_AA, _SHIFT)

    def arc(self, centre: Point, first: Point, second: Point, radius_px: float) -> Point:
        """Arc about a point from one direction to another, the short way.

        Args:
            centre: Apex of the angle, displayed pixels.
            first: Any point in the first direction.
            second: Any point in the second direction.
            radius_px: Radius in displayed pixels.

        Returns:
            Point beside the middle of the arc, where its label goes.
        """
        start = np.arctan2(*(first - centre)[::-1])
        turn = (np.arctan2(*(second - centre)[::-1]) - start + np.pi) % (2 * np.pi) - np.pi
        angles = start + np.linspace(0.0, 1.0, 32) * turn
        directions = np.column_stack([np.cos(angles), np.sin(angles)])
        self.polyline(centre + radius_px * directions, YELLOW, 1.6)
        return np.asarray(centre + 1.45 * radius_px * directions[16])

    def label(self, text: str, point: Point, colour: Colour = WHITE, size: float = 1.0) -> None:
        """Text centred on a point of the clip, kept inside the picture."""
        placed = self.place(point)
        if not np.isfinite(placed).all():
            return
        width, height = text_size(text, size)
        x = min(max(placed[0] - width / 2, 4), self.bgr.shape[1] - width - 4)
        y = min(max(placed[1] + height / 2, height + 4), self.bgr.shape[0] - 4)
        put_text(self.bgr, text, (round(x), round(y)), colour, size, cased=True)

    def _stroke(self, points: Point, colour: Colour, width: float, under: bool) -> None:
        thickness = max(1, round(width * self.weight + (1.6 * self.weight if under else 0)))
        path = np.rint(points * 2**_SHIFT).astype(np.int32).reshape(-1, 1, 2)
        shade = DARK if under else colour
        cv2.polylines(self.bgr, [path], False, shade, thickness, cv2.LINE_AA, _SHIFT)


def draw_skeleton(canvas: Canvas, track: PoseTrack, frame: int, near_side: Facing) -> None:
    """Draw the landmarks' skeleton, the side nearer to the camera in stronger colour."""
    points, seen = track.landmarks_px[frame], track.visibility[frame] >= MIN_VISIBILITY
    far = "RIGHT" if near_side == "left" else "LEFT"
    bones = sorted(BONES, key=lambda bone: not bone[0].name.startswith(far))
    for one, other in bones:
        if seen[one] and seen[other]:
            is_far = one.name.startswith(far) and other.name.startswith(far)
            colour, width = (GREY, 0.7) if is_far else (SKY, 1.3)
            canvas.line(points[one], points[other], colour, width)
    for one, _ in bones:
        if seen[one] and not one.name.startswith(far):
            canvas.dot(points[one], WHITE, 1.1)
    ears = (Landmark.LEFT_EAR, Landmark.RIGHT_EAR)
    ear = ears[0] if near_side == "left" else ears[1]
    if seen[ear]:
        canvas.dot(points[ear], SKY, 1.3)


def back_outline_px(track: PoseTrack, frame: int, facing: Facing | None) -> Point | None:
    """Outline of the back in one frame, shape (OUTLINE_POINTS, 2); ``None`` if there is none."""
    if facing is None:
        return None
    outline = track.outline_px(frame, 0 if facing == "right" else 1)
    return outline if np.isfinite(outline).all(axis=1).sum() > 2 else None


def text_size(text: str, size: float = 1.0) -> tuple[int, int]:
    """Width and height of a text in pixels; ``size`` 1 is about 16 pixels high."""
    plain = text.rstrip("°")
    (width, height), _ = cv2.getTextSize(plain, _FONT, 0.6 * size, _text_weight(size))
    return width + (round(10 * size) if plain != text else 0), height


def put_text(
    bgr: NDArray[np.uint8],
    text: str,
    at: tuple[int, int],
    colour: Colour = WHITE,
    size: float = 1.0,
    cased: bool = False,
) -> None:
    """Write text with its lower left corner at a pixel; a last degree sign is drawn as a ring."""
    plain = text.rstrip("°")
    weight = _text_weight(size)
    ring = None
    casing = max(2, round(3 * size))
    if plain != text:
        (width, height), _ = cv2.getTextSize(plain, _FONT, 0.6 * size, weight)
        ring = (at[0] + width + round(4 * size), at[1] - height + round(2 * size))
    passes = [(DARK, weight + casing)] if cased else []
    for shade, thickness in [*passes, (colour, weight)]:
        cv2.putText(bgr, plain, at, _FONT, 0.6 * size, shade, thickness, cv2.LINE_AA)
        if ring is not None:
            cv2.circle(
                bgr, ring, max(2, round(2.6 * size)), shade, thickness - weight + 1, cv2.LINE_AA
            )


def shade(bgr: NDArray[np.uint8], left: int, top: int, right: int, bottom: int) -> None:
    """Darken a rectangle to a fifth, so that white text on it can be read."""
    region = bgr[max(top, 0) : bottom, max(left, 0) : right]
    region[:] = (region * 0.2 + np.array(DARK) * 0.6).astype(np.uint8)


def _text_weight(size: float) -> int:
    return max(1, round(1.4 * size))


def _fixed(point: Point) -> tuple[int, int]:
    return round(float(point[0]) * 2**_SHIFT), round(float(point[1]) * 2**_SHIFT)
