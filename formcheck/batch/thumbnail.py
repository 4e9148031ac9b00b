"""A small picture of the worst fault of a clip."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from formcheck.batch.job import Thumbnail
from formcheck.motion.signals import Signals
from formcheck.pose.track import PoseTrack
from formcheck.report.digest import fault_groups
from formcheck.report.evidence import evidence_pictures
from formcheck.report.schema import FaultReport, RepReport, SetReport

SIDE_PX: Final = 240
"""Longer side: large enough to see a back from across a desk, about 8 kB."""
_JPEG_QUALITY: Final = 80


def draw_thumbnail(
    report: SetReport, signals: Signals, track: PoseTrack, clip: Path
) -> Thumbnail | None:
    """Draw the evidence of the worst fault, small; ``None`` without a fault or its picture."""
    worst = worst_fault(report)
    if worst is None:
        return None
    rep, fault = worst
    # Only one frame of the clip has to be decoded for a report of one fault.
    alone = report.model_copy(update={"reps": [rep.model_copy(update={"faults": [fault]})]})
    for evidence in evidence_pictures(alone, signals, track, clip):
        picture: Any = cv2.imdecode(np.frombuffer(evidence.jpeg, np.uint8), cv2.IMREAD_COLOR)
        scale = SIDE_PX / max(picture.shape[:2])
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        done, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
        if done:
            return Thumbnail(rep.index, fault.code, data.tobytes())
    return None


def worst_fault(report: SetReport) -> tuple[RepReport, FaultReport] | None:
    """The fault that the report's own page begins with; no mere notes."""
    groups = [group for group in fault_groups(report) if group.severity != "note"]
    return groups[0].cases[0] if groups else None
