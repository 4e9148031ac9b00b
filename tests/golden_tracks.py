"""Makes ``tests/data/**/*.npz``: recorded tracks, numbers only, small enough to commit.

``python -m tests.golden_tracks`` looks at the sample clips again, with ``FORMCHECK_CLIPS=FOLDER``
at the labelled real clips too; do so when the pose stage gives other numbers, then run the golden
test with ``FORMCHECK_UPDATE_GOLDEN=1`` and ``python -m tests.evaluation.recorded``.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np

from formcheck.motion.body import measure_body
from formcheck.motion.view import measure_view
from formcheck.pose import track as track_module
from formcheck.pose.bundle_fetch import require_bundle
from formcheck.pose.record import record_track
from formcheck.pose.track import PoseTrack, load_track, save_track

DATA = Path(__file__).parent / "data"
RENDERED = DATA / "rendered"
SAMPLES = Path(__file__).parents[1] / "sample_videos"
NAMES = (
    "barbell_rounded_2",
    "barbell_neutral_2",
    "hinge_unloaded_3",
    "barbell_rdl_front_3",
    "negative_walking",
    "barbell_touch_and_go_8",
    "kettlebell_squatting_10",
)
PIXEL = 1 / 8
"""Grain of the landmarks kept; the model scatters by more than a pixel."""


def golden_track(name: str) -> PoseTrack:
    """A recorded track, whichever version of the track file it was kept with."""
    path = DATA / f"{name}.npz"
    with np.load(path) as stored:
        version = json.loads(str(stored["header"]))["version"]
    current, track_module.TRACK_VERSION = track_module.TRACK_VERSION, version  # type: ignore[misc]
    try:
        track = load_track(path)
    finally:
        track_module.TRACK_VERSION = current  # type: ignore[misc]
    assert track is not None, f"{path} has another shape now: run python -m tests.golden_tracks"
    return track


def shrunk(track: PoseTrack) -> PoseTrack:
    """Every second frame of a fast clip, coarser numbers, and the outline of the back alone."""
    rows = slice(None, None, 2 if track.clip.fps > 50 else 1)
    outline = track.outline[rows].copy()
    facing = measure_view(track, measure_body(track).torso_px).facing
    if facing is not None:
        outline[:, 1 if facing == "right" else 0] = np.nan
    return replace(
        track,
        t_s=track.t_s[rows],
        landmarks_px=np.round(track.landmarks_px[rows] / PIXEL) * np.float32(PIXEL),
        landmarks_m=np.round(track.landmarks_m[rows] * 256) / np.float16(256),
        visibility=np.round(track.visibility[rows] * 16) / np.float16(16),
        outline=outline,
    )


def main() -> None:
    """Record, shrink and keep the tracks."""
    clips = os.environ.get("FORMCHECK_CLIPS")
    plan = [(Path(clips) / f"{name}.mp4", DATA) for name in NAMES] if clips else []
    plan += [(clip, RENDERED) for clip in sorted(SAMPLES.glob("*.mp4"))]
    bundle = require_bundle("full")
    for clip, folder in plan:
        track = shrunk(record_track(clip, bundle))
        path = folder / f"{clip.stem}.npz"
        folder.mkdir(exist_ok=True)
        save_track(track, path)
        path.chmod(0o644)
        print(f"{path.name}: {len(track)} frames, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
