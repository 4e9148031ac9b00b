"""Whether padding pictures to a square helps the pose model on tall clips.

    python scripts/measure_padding.py CLIP.mp4 [--frames 300]

MediaPipe warns that it takes pictures for square ones. The clip needs its rendered truth beside it
(``CLIP.truth.json``). It is shown as it is and cut to 9:16, both plain and padded to a square;
printed is the mean distance in pixels of joints from where they are.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click
import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from formcheck.pose.bundle_fetch import require_bundle
from formcheck.pose.landmarker import PoseLandmarker
from formcheck.pose.landmarks import Landmark
from formcheck.video.reader import ClipReader, Frame

SIDE: Final = 400
JOINTS: Final = ("shoulder", "hip", "knee", "ankle", "wrist")


def shown(frame: Frame, tall: bool, square: bool) -> tuple[Frame, np.ndarray[Any, Any]]:
    """A picture cut and padded, and how far its origin has moved."""
    picture: np.ndarray[Any, Any] = frame.bgr
    moved = np.zeros(2)
    if tall:
        width = min(picture.shape[1], round(picture.shape[0] * 9 / 16) // 4 * 4)
        moved[0] = -((picture.shape[1] - width) // 2)
        picture = picture[:, -int(moved[0]) : -int(moved[0]) + width]
    if square:
        height, width = picture.shape[:2]
        side = -(-max(height, width) // 4) * 4
        left, top = (side - width) // 2, (side - height) // 2
        picture = cv2.copyMakeBorder(
            picture, top, side - height - top, left, side - width - left, cv2.BORDER_CONSTANT
        )
        moved += (left, top)
    return replace(frame, bgr=np.ascontiguousarray(picture)), moved


@click.command()
@click.argument("clip", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--frames", default=300, show_default=True, type=click.IntRange(min=1))
def main(clip: Path, frames: int) -> None:
    """Measure joints with and without padding on a rendered CLIP."""
    truth = json.loads(clip.with_suffix(".truth.json").read_text(encoding="utf-8"))
    joints = truth["frames"]["joints_px"]
    bundle = require_bundle("full")
    table = Table("picture", "padded", *(f"{name} (px)" for name in JOINTS), "frames")
    for tall in (False, True):
        for square in (False, True):
            off: dict[str, list[float]] = {name: [] for name in JOINTS}
            with PoseLandmarker(bundle.path) as model, ClipReader(clip, SIDE) as reader:
                for frame in reader.frames(0, frames):
                    picture, moved = shown(frame, tall, square)
                    found = model.detect(picture)
                    if found is None:
                        continue
                    for name in JOINTS:
                        for side in ("left", "right"):
                            mark = Landmark[f"{side}_{name}".upper()]
                            place = (found.landmarks_px[mark] - moved) / reader.scale
                            true = np.array(joints[f"{side}_{name}"][frame.index])
                            off[name].append(float(np.hypot(*(place - true))))
            means = (f"{np.mean(values):.1f}" for values in off.values())
            shape = "9:16" if tall else "as it is"
            table.add_row(shape, "yes" if square else "no", *means, str(len(off["hip"]) // 2))
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
