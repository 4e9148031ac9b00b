"""Draws what a fault's number means: the angle, the chord of the back, the distance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.motion.signals import Signals
from formcheck.pose.landmarks import Landmark
from formcheck.pose.outline import outline_stations
from formcheck.pose.track import PoseTrack
from formcheck.report.drawing import (
    ORANGE,
    VERMILION,
    WHITE,
    YELLOW,
    Canvas,
    Point,
    back_outline_px,
)
from formcheck.report.vocabulary import KNEE_DRIVEN

CHORD_TORSO: Final = (0.20, 0.90)
"""Ends of the chord drawn against the back, torso lengths along the outline."""

PATH_S: Final = 0.4
"""Time before and after a turn whose movement is drawn, seconds of the clip."""
LONG_PATH_S: Final = 1.5
"""The same for what ought to stay where it is: about a curl."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One frame with everything that a drawing needs.

    Attributes:
        canvas: Picture to draw on.
        track: The clip's pose track.
        signals: The clip's signals, row by row with the track.
        frame: Row of both.
        exercise: Name of the exercise.
    """

    canvas: Canvas
    track: PoseTrack
    signals: Signals
    frame: int
    exercise: str = ""

    def near(self, part: str) -> Point:
        """Landmark of the side nearer to the camera, displayed pixels."""
        side = self.signals.view.near_side.upper()
        point = self.track.landmarks_px[self.frame, Landmark[f"{side}_{part}"]]
        return np.asarray(point, dtype=np.float64)

    def angle(self, signal: str) -> str:
        """An angle of this frame as text; empty when it is missing."""
        if self.exercise in KNEE_DRIVEN:
            side = 0 if self.signals.view.near_side == "left" else 1
            value = float(getattr(self.signals.legs, signal)[self.frame, side])
        else:
            value = float(getattr(self.signals, signal)[self.frame])
        return f"{value:.0f}°" if np.isfinite(value) else ""

    @property
    def torso_px(self) -> float:
        """Shoulder-hip distance of this frame, displayed pixels."""
        return float(np.hypot(*(self.near("SHOULDER") - self.near("HIP"))))


def draw_measure(scene: Scene, code: str, metric: str) -> None:
    """Draw the quantity that a fault rests on.

    Args:
        scene: Where to draw.
        code: Fault code.
        metric: Name of the metric that crossed its threshold.
    """
    if not scene.signals.view.side_on:
        return  # Seen obliquely, an angle in the picture is not the angle of the body.
    if "bounce" in code.lower():
        (draw_ankle_path if scene.exercise in KNEE_DRIVEN else draw_shoulder_path)(scene)
        return
    for words, draw in _MEASURES:
        if any(word in code.lower() or word in metric for word in words):
            draw(scene)
            return
    # Of a quantity nobody wrote a drawing for, the skeleton alone says more than a wrong angle.


def draw_spine(scene: Scene) -> None:
    """The outline of the back against its chord, with the place where it is furthest off."""
    outline = back_outline_px(scene.track, scene.frame, scene.signals.view.facing)
    if outline is None:
        return
    stations = outline_stations()
    inside = (stations >= CHORD_TORSO[0]) & (stations <= CHORD_TORSO[1])
    back = outline[inside & np.isfinite(outline).all(axis=1)]
    if len(back) < 3:
        return
    scene.canvas.polyline(back, VERMILION, 1.5)
    start, end = back[0], back[-1]
    scene.canvas.line(start, end, YELLOW, 0.6, dashed=True)
    along = (end - start) / max(float(np.hypot(*(end - start))), 1e-9)
    off = back - start
    distance = off[:, 0] * along[1] - off[:, 1] * along[0]
    furthest = int(np.argmax(np.abs(distance)))
    foot = start + along * float(off[furthest] @ along)
    scene.canvas.line(foot, back[furthest], YELLOW, 0.6)
    for point in (start, end):
        scene.canvas.dot(point, YELLOW, 1.4)


def draw_hip(scene: Scene) -> None:
    """Hip bend: between the trunk and the line of the thigh carried on upwards."""
    shoulder, hip, knee = scene.near("SHOULDER"), scene.near("HIP"), scene.near("KNEE")
    carried = hip + (hip - knee)
    _rays(scene, hip, (shoulder, knee), carried)
    where = scene.canvas.arc(hip, carried, shoulder, 0.42 * scene.torso_px)
    scene.canvas.label(scene.angle("hip_flexion_deg"), where, YELLOW, 1.3)


def draw_knee(scene: Scene) -> None:
    """Knee bend: between the shank and the line of the thigh carried on downwards."""
    hip, knee, ankle = scene.near("HIP"), scene.near("KNEE"), scene.near("ANKLE")
    carried = knee + 0.8 * (knee - hip)
    _rays(scene, knee, (hip, ankle), carried)
    where = scene.canvas.arc(knee, carried, ankle, 0.36 * scene.torso_px)
    scene.canvas.label(scene.angle("knee_flexion_deg"), where, YELLOW, 1.3)


def draw_hinge(scene: Scene) -> None:
    """Hip and knee bend together: how much of the descent each of them does."""
    draw_hip(scene)
    draw_knee(scene)


def draw_trunk(scene: Scene) -> None:
    """Trunk lean: between the shoulder-hip line and the vertical."""
    shoulder, hip = scene.near("SHOULDER"), scene.near("HIP")
    upright = hip - np.array([0.0, 1.0]) * scene.torso_px
    _rays(scene, hip, (shoulder,), upright)
    where = scene.canvas.arc(hip, upright, shoulder, 0.5 * scene.torso_px)
    scene.canvas.label(scene.angle("trunk_inclination_deg"), where, YELLOW, 1.3)


def draw_hips_back(scene: Scene) -> None:
    """How far the hip is behind the ankle."""
    hip, ankle = scene.near("HIP"), scene.near("ANKLE")
    above = np.array([ankle[0], hip[1]])
    scene.canvas.line(ankle, above, WHITE, 0.8, dashed=True)
    scene.canvas.line(above, hip, ORANGE, 1.8)
    scene.canvas.dot(hip, YELLOW, 1.6)


def draw_wrist(scene: Scene) -> None:
    """How far the wrist is in front of the leg, level with the wrist."""
    wrist = scene.near("WRIST")
    legs = np.array([scene.near("HIP"), scene.near("KNEE"), scene.near("ANKLE")])
    if not np.isfinite(legs).all():
        return
    level = np.interp(wrist[1], legs[:, 1], legs[:, 0])
    scene.canvas.polyline(legs, ORANGE, 1.8)
    scene.canvas.line(np.array([level, wrist[1]]), wrist, YELLOW, 1.6)
    scene.canvas.dot(wrist, YELLOW, 1.6)


def draw_path(scene: Scene, part: str, reach_s: float = PATH_S) -> None:
    """Way of a joint for a time before and after this frame, a dot for each frame."""
    t_s = scene.track.t_s
    near = np.flatnonzero(np.abs(t_s - t_s[scene.frame]) <= reach_s)
    side = scene.signals.view.near_side.upper()
    points = scene.track.landmarks_px[near, Landmark[f"{side}_{part}"]].astype(np.float64)
    scene.canvas.polyline(points, ORANGE, 1.2)
    for point in points:
        scene.canvas.dot(point, YELLOW, 0.8)


def draw_shoulder_path(scene: Scene) -> None:
    """How the shoulders turn round: the closer the dots, the slower."""
    draw_path(scene, "SHOULDER")


def draw_ankle_path(scene: Scene) -> None:
    """How the ankle turns round: the closer the dots, the slower."""
    draw_path(scene, "ANKLE")


def draw_hip_path(scene: Scene) -> None:
    """Where the hips have moved that ought to stay, against the line knee to shoulder."""
    scene.canvas.line(scene.near("KNEE"), scene.near("SHOULDER"), WHITE, 0.8, dashed=True)
    draw_path(scene, "HIP", LONG_PATH_S)


def _rays(scene: Scene, apex: Point, ends: tuple[Point, ...], carried: Point) -> None:
    for end in ends:
        scene.canvas.line(apex, end, ORANGE, 1.8)
    scene.canvas.line(apex, carried, WHITE, 0.8, dashed=True)
    scene.canvas.dot(apex, YELLOW, 1.6)


_MEASURES: Final[tuple[tuple[tuple[str, ...], Callable[[Scene], None]], ...]] = (
    (("spine", "lumbar", "thoracic"), draw_spine),
    (("hinge", "squat"), draw_hinge),
    (("hips_not_back", "hip_travel", "hip_back"), draw_hips_back),
    (("wrist", "bar_drift"), draw_wrist),
    (("hips_shift", "body_shift"), draw_hip_path),
    (("lockout", "hips_lift", "hip_break", "hip_flexion", "hip_range", "hip_extension"), draw_hip),
    (("knee", "curl", "drop", "range_short"), draw_knee),
    (("trunk", "shallow"), draw_trunk),
)
