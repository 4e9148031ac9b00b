"""MediaPipe's pose landmarker behind one small class: a picture in, a pose sample out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.pose.landmarks import Landmark
from formcheck.pose.outline import MASK_THRESHOLD, torso_outline
from formcheck.video.reader import Frame

WIDTH_MULTIPLE: Final = 4
"""MediaPipe 0.10.30 to 0.10.35 abort the process on a mask whose width is no multiple of 4."""
LEAST_CONFIDENCE: Final = 0.5
"""MediaPipe's own."""


@dataclass(frozen=True, slots=True)
class PoseSample:
    """The pose of one person in one frame, in the pixels of that frame.

    Attributes:
        landmarks_px: Shape (33, 2), x right and y down, float32.
        landmarks_m: Shape (33, 3), metres about the hip midpoint, x right, y down, z away.
        visibility: Shape (33,), the model's own probability that a landmark is seen.
        outline: Shape (2, OUTLINE_POINTS, 2) as from ``torso_outline``, or ``None``.
    """

    landmarks_px: NDArray[np.float32]
    landmarks_m: NDArray[np.float32]
    visibility: NDArray[np.float32]
    outline: NDArray[np.float32] | None

    @property
    def shoulder_px(self) -> NDArray[np.float32]:
        """Midpoint of the shoulders, shape (2,)."""
        return np.asarray(
            self.landmarks_px[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]].mean(axis=0)
        )

    @property
    def hip_px(self) -> NDArray[np.float32]:
        """Midpoint of the hips, shape (2,)."""
        return np.asarray(self.landmarks_px[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0))

    @property
    def height_px(self) -> float:
        """Extent of the landmarks along the longer side of their box."""
        return float(np.ptp(self.landmarks_px, axis=0).max())


@dataclass(frozen=True, slots=True)
class FoundPose:
    """What the model said of one frame, not yet digested.

    Attributes:
        points: MediaPipe's landmarks, in shares of the picture.
        points_m: MediaPipe's landmarks in metres.
        size: Width and height in pixels of the picture that the model saw.
        mask: Shape (height, width), 1 on the lifter, or ``None``.
    """

    points: Any
    points_m: Any
    size: tuple[int, int]
    mask: NDArray[np.uint8] | None

    def sample(self) -> PoseSample:
        """Turn it into arrays and trace the outline; may run in another thread."""
        landmarks = self.landmarks()
        return replace(landmarks, outline=self.outline(landmarks))

    def landmarks(self) -> PoseSample:
        """The landmarks alone: what is known of the pose before its outline is traced."""
        width, height = self.size
        return PoseSample(
            landmarks_px=np.array(
                [(p.x * width, p.y * height) for p in self.points], dtype=np.float32
            ),
            landmarks_m=np.array([(p.x, p.y, p.z) for p in self.points_m], dtype=np.float32),
            visibility=np.array([p.visibility for p in self.points], dtype=np.float32),
            outline=None,
        )

    def outline(self, landmarks: PoseSample) -> NDArray[np.float32] | None:
        """The torso's outline, shape (2, OUTLINE_POINTS, 2), or ``None`` (``torso_outline``).

        Args:
            landmarks: What ``landmarks`` gave.
        """
        if self.mask is None:
            return None
        return torso_outline(self.mask, landmarks.shoulder_px, landmarks.hip_px)


class PoseLandmarker:
    """One person's pose, frame after frame.

    Args:
        bundle: Path of a ``.task`` bundle.
        moving: Follow the person from frame to frame, which is quicker and steadier; otherwise
            each picture is searched anew.
        masks: Whether outlines are wanted.
        least_confidence: From which on a body is taken for one and followed further.

    Raises:
        RuntimeError: MediaPipe refuses the bundle.
    """

    def __init__(
        self,
        bundle: Path,
        *,
        moving: bool = True,
        masks: bool = True,
        least_confidence: float = LEAST_CONFIDENCE,
    ) -> None:
        # Imported here: it takes most of a second, which `formcheck --help` need not pay.
        import mediapipe as mp
        from mediapipe.tasks.python import BaseOptions, vision

        self._image = mp.Image
        self._srgb = mp.ImageFormat.SRGB
        self._moving = moving
        mode = vision.RunningMode.VIDEO if moving else vision.RunningMode.IMAGE
        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(bundle)),
            running_mode=mode,
            num_poses=1,
            output_segmentation_masks=masks,
            min_pose_detection_confidence=least_confidence,
            min_pose_presence_confidence=least_confidence,
            min_tracking_confidence=least_confidence,
        )
        self._landmarker: Any = vision.PoseLandmarker.create_from_options(options)
        self._last_ms = -1

    def __enter__(self) -> PoseLandmarker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the model."""
        self._landmarker.close()

    def detect(self, frame: Frame) -> PoseSample | None:
        """Find the person in a frame.

        Args:
            frame: A frame; when following, one later than the one before.

        Returns:
            The pose in pixels of ``frame.bgr``, or ``None`` when nobody is found.
        """
        found = self.look(frame)
        return None if found is None else found.sample()

    def look(self, frame: Frame) -> FoundPose | None:
        """Run the model alone, leaving the outline to ``FoundPose.sample``.

        Args:
            frame: A frame; when following, one later than the one before.

        Returns:
            What the model found, owning all its memory; ``None`` when nobody is found.
        """
        height, width = frame.bgr.shape[:2]
        rgb = cv2.cvtColor(frame.bgr, cv2.COLOR_BGR2RGB)
        spare = -width % WIDTH_MULTIPLE
        if spare:
            rgb = cv2.copyMakeBorder(rgb, 0, 0, 0, spare, cv2.BORDER_REPLICATE)
        result = self._run(self._image(image_format=self._srgb, data=rgb), frame.t_s)
        if not result.pose_landmarks:
            return None
        mask = None
        if result.segmentation_masks:
            # The view dies with the next call.
            view = result.segmentation_masks[0].numpy_view()[:, :width]
            mask = (view.reshape(height, width) > MASK_THRESHOLD).astype(np.uint8)
        return FoundPose(
            result.pose_landmarks[0],
            result.pose_world_landmarks[0],
            (width + spare, height),
            mask,
        )

    def _run(self, image: Any, t_s: float) -> Any:
        if not self._moving:
            return self._landmarker.detect(image)
        # The tracker wants whole milliseconds that strictly increase.
        self._last_ms = max(self._last_ms + 1, round(t_s * 1000))
        return self._landmarker.detect_for_video(image, self._last_ms)
