"""How long ``formcheck analyze --no-video`` takes against bare MediaPipe on the same clip.

    python scripts/bench_analyze.py CLIP [--runs 5] [--model full]

Bare MediaPipe is a process that does nothing but decode every frame at full size with OpenCV and
run the same pose model on it, segmentation masks on. Both are timed from the start of the process
to its end, in turns, so that a machine that slows down slows both down.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from formcheck.pose.bundle_fetch import require_bundle

_BARE = "--bare-mediapipe"
_WIDTH_MULTIPLE = 4


def bare_mediapipe(clip: str, bundle: str) -> None:
    """Look at every frame of a clip and keep nothing."""
    import cv2
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=bundle),
        running_mode=vision.RunningMode.VIDEO,
        num_poses=1,
        output_segmentation_masks=True,
    )
    capture = cv2.VideoCapture(clip)
    last_ms = -1
    frames = 0
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        while True:
            more, bgr = capture.read()
            if not more:
                break
            rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
            spare = -rgb.shape[1] % _WIDTH_MULTIPLE
            if spare:
                rgb = cv2.copyMakeBorder(rgb, 0, 0, 0, spare, cv2.BORDER_REPLICATE)
            last_ms = max(last_ms + 1, round(capture.get(cv2.CAP_PROP_POS_MSEC)))
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
            landmarker.detect_for_video(image, last_ms)
            frames += 1
    print(frames)


def timed(command: list[str]) -> float:
    """Run a command to its end; seconds it took."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        raise click.ClickException(f"{' '.join(command)} failed: {done.stderr.strip()}")
    return seconds


def spread(name: str, values: list[float], unit: str) -> str:
    middle = statistics.median(values)
    return f"{name:<16} median {middle:.3f}{unit}  min {min(values):.3f}  max {max(values):.3f}"


@click.command()
@click.argument("clip", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--runs", default=5, show_default=True, type=click.IntRange(min=1))
@click.option("--model", default="full", show_default=True, metavar="lite|full|heavy")
def main(clip: Path, runs: int, model: str) -> None:
    """Time analyze against bare MediaPipe on CLIP, in turns."""
    bundle = str(require_bundle(model).path)
    bare: list[float] = []
    ours: list[float] = []
    for run in range(1, runs + 1):
        bare.append(timed([sys.executable, __file__, _BARE, str(clip), bundle]))
        with tempfile.TemporaryDirectory() as out:
            words = ["analyze", str(clip), "--model", model, "--no-video", "--fresh", "--out", out]
            ours.append(timed([sys.executable, "-m", "formcheck", *words]))
        click.echo(f"run {run}: bare {bare[-1]:.2f} s, analyze {ours[-1]:.2f} s")
    click.echo(spread("bare MediaPipe", bare, " s"))
    click.echo(spread("analyze", ours, " s"))
    click.echo(spread("ratio per pair", [o / b for o, b in zip(ours, bare, strict=True)], ""))


if __name__ == "__main__":
    if sys.argv[1:2] == [_BARE]:
        bare_mediapipe(*sys.argv[2:4])
    else:
        main()
