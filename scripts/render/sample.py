"""Renders the sample clips with the truth beside each.

    python scripts/render/sample.py --out sample_videos [--only NAME] [--still SECONDS]

Needs the extra ``render``. The same seed gives the same pictures; the encoded bytes also
depend on the version of x264 that PyAV brings.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import click
import numpy as np
from body import HEIGHT_M, Body, load_body
from lifting import Performance, Plan
from numpy.typing import NDArray
from posing import Lifter
from raster import Camera
from scene import Room
from truth import joints_in_picture, truth_of, write_truth

FPS: Final = 30
PLANS: Final = (
    Plan("rdl_clean", 1, (3.4, 0.4, 1.3, 0.7), 0.0, ()),
    Plan("rdl_rounded_fast", 2, (1.2, 0.4, 1.3, 0.7), 60.0, ("SPINE_ROUNDED", "ECCENTRIC_FAST")),
)
CAMERA: Final = Camera((-4.6, 0.10, 0.95), (0.0, -0.14, 0.92), 2080.0, 720, 960)
ENCODER: Final = {"preset": "slow", "crf": "27", "threads": "1"}


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("sample_videos"))
@click.option("--only", type=click.Choice([plan.name for plan in PLANS]), help="One clip only.")
@click.option("--still", type=float, help="Only the picture at this time, as PNG.")
def main(out: Path, only: str | None, still: float | None) -> None:
    """Render the sample clips."""
    body = load_body()
    out.mkdir(parents=True, exist_ok=True)
    for plan in PLANS:
        if only in (None, plan.name):
            render(plan, body, out, still)


def render(plan: Plan, body: Body, out: Path, still_s: float | None) -> None:
    """Render one clip and write its truth; or one picture of it."""
    performance = Performance(plan, FPS)
    positions = performance.positions()
    lifter, room = Lifter(body), Room(CAMERA, plan.seed)
    if still_s is not None:
        posed = lifter.put(positions[round(still_s * FPS)])
        picture = av.VideoFrame.from_ndarray(room.picture(body, posed), "rgb24")
        picture.to_image().save(out / f"{plan.name}_{still_s:g}.png")
        return
    joints = []
    with av.open(
        str(out / f"{plan.name}.mp4"), "w", options={"movflags": "+faststart"}
    ) as container:
        stream = container.add_stream("libx264", rate=FPS, options=ENCODER)
        stream.width, stream.height, stream.pix_fmt = CAMERA.width, CAMERA.height, "yuv420p"
        for row, position in enumerate(positions):
            posed = lifter.put(position)
            joints.append(posed.joints)
            container.mux(stream.encode(_frame(room.picture(body, posed), row)))
        container.mux(stream.encode())
    truth = truth_of(
        performance, positions, joints_in_picture(joints, CAMERA), CAMERA, FPS, HEIGHT_M
    )
    write_truth(out / f"{plan.name}.truth.json", truth)
    click.echo(f"{plan.name}: {len(positions)} frames")


def _frame(picture: NDArray[np.uint8], row: int) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(picture, "rgb24")
    frame.pts, frame.time_base = row, Fraction(1, FPS)
    return frame


if __name__ == "__main__":
    main()
