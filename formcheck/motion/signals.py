"""The signals of one clip: every quantity that the verdicts rest on, over time."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.knee import Legs
from formcheck.motion.leans import Leans

Facing = Literal["left", "right"]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class View:
    """From where the camera looks at the lifter.

    Attributes:
        facing: Where the lifter faces in the picture; ``None`` when it cannot be told.
        yaw_deg: Angle between the camera's axis and a square side view, 0 = side-on,
            90 = front or rear; NaN when it cannot be told.
        yaw_uncertainty_deg: One standard uncertainty of ``yaw_deg``.
        side_on: Whether side-view angles may be judged.
        near_side: The side of the lifter's body that is nearer to the camera.
        problems: What is wrong with the view, one sentence each, with what to change.
        shoulders_covered: Whether plates on the back cover them, so that the line between them, and
            that from the hips to them when upright, are not the lifter's.
    """

    facing: Facing | None
    yaw_deg: float
    yaw_uncertainty_deg: float
    side_on: bool
    near_side: Facing
    problems: tuple[str, ...] = ()
    shoulders_covered: bool = False


@dataclass(frozen=True, slots=True)
class Signals:
    """Signals over time, all of shape (n,), float64. Missing is NaN.

    Angles are in the image plane. Lengths are in the lifter's own thigh lengths or heights, so
    that they do not depend on the camera's distance.

    Attributes:
        t_s: Real time in seconds (a slow-motion clip is already brought to real speed).
        trunk_inclination_deg: Shoulder-hip line from the vertical; positive leans the way
            the lifter faces, negative leans back.
        hip_flexion_deg: 0 = trunk in line with the thigh, positive = bent forward.
        knee_flexion_deg: 0 = straight.
        ankle_flexion_deg: Shank from the vertical, positive = knee forward of the ankle.
        hip_back_thighs: How far the hip is behind the ankle, thigh lengths.
        wrist_to_leg_thighs: Horizontal distance of the wrists in front of the nearest point
            of the line hip-knee-ankle, thigh lengths; negative is inside the leg's line.
        shoulder_x_bodies: Place of the shoulders across the picture from the feet, heights.
        shoulder_height_bodies: Height of the shoulders above the ankles, standing heights.
        wrist_height_bodies: Height of the wrists above the ankles, standing heights.
        hip_height_bodies: Height of the hips above the ankles, standing heights.
        foot_x_bodies: Place of the feet across the picture, standing heights.
        foot_y_bodies: Place of the feet down the picture, standing heights.
        spine_lumbar_deg: Bend of the lower half of the dorsal outline, positive = rounded.
        spine_thoracic_deg: Bend of the upper half of the dorsal outline, positive = rounded.
        spine_bend_deg: Bend of the judged part of the dorsal outline (``motion.spine``).
        spine_sensitivity_deg: How much that bend depends on where its window lies.
        spine_usable: 1 where the outline may be judged, 0 where not.
        limb_trust: 0 to 1, how far a leg has lengths that the lifter's body has.
        leg_trust: 0 to 1, how far the leg's landmarks can be believed: by its lengths and, of who
            stands, by the foot's place.
        whole_body: 1 where shoulders, hips, knees and ankles are inside the picture.
        legs: Each leg by itself, for exercises that are not done standing.
        leans: Directions of long lines of the body, which tell when movements begin and end.
        view: The camera's view.
        thigh_px: The lifter's thigh length in displayed pixels.
        body_px: The lifter's standing height, ankle to shoulder over 0.82, displayed pixels.
        frame_s: Median time between frames in seconds.
    """

    t_s: FloatArray
    trunk_inclination_deg: FloatArray
    hip_flexion_deg: FloatArray
    knee_flexion_deg: FloatArray
    ankle_flexion_deg: FloatArray
    hip_back_thighs: FloatArray
    wrist_to_leg_thighs: FloatArray
    shoulder_x_bodies: FloatArray
    shoulder_height_bodies: FloatArray
    wrist_height_bodies: FloatArray
    hip_height_bodies: FloatArray
    foot_x_bodies: FloatArray
    foot_y_bodies: FloatArray
    spine_lumbar_deg: FloatArray
    spine_thoracic_deg: FloatArray
    spine_bend_deg: FloatArray
    spine_sensitivity_deg: FloatArray
    spine_usable: FloatArray
    limb_trust: FloatArray
    leg_trust: FloatArray
    whole_body: FloatArray
    legs: Legs
    leans: Leans
    view: View
    thigh_px: float
    body_px: float
    frame_s: float

    def __post_init__(self) -> None:
        n = len(self.t_s)
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, np.ndarray) and value.shape != (n,):
                raise ValueError(f"{item.name} has shape {value.shape}, not ({n},)")

    def __len__(self) -> int:
        return len(self.t_s)
