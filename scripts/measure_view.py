"""From where the camera looks, by each of the signs that ``formcheck/motion/view.py`` combines.

    python scripts/measure_view.py LABELS.csv [--clips DIR]

Prints for each labelled clip the yaw by the distance of the shoulders in the picture (2-D), by
the model's own depth of the shoulders (3-D), by the hips, what is made of them with its
uncertainty, and which way the lifter faces, beside the view that the label names. Where the
model's depth says that the lifter stands square to the camera, and shoulders and hips are in the
picture, it also prints the distances of the shoulder and of the hip points over the shoulder-hip
distance, which ``SHOULDER_WIDTH_TORSOS`` and ``HIP_WIDTH_TORSOS`` stand for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from labelled_clips import Label, read_labels
from rich.console import Console
from rich.progress import track as progress
from rich.table import Table

from formcheck.cli.native_noise import native_noise_hidden
from formcheck.errors import NobodyError
from formcheck.motion.body import measure_body
from formcheck.motion.signals import View
from formcheck.motion.view import (
    HIP_WIDTH_TORSOS,
    HIPS,
    SHOULDER_WIDTH_TORSOS,
    SHOULDERS,
    line_signs,
    measure_view,
)
from formcheck.pose.bundle_fetch import require_bundle
from formcheck.pose.landmarks import Landmark
from formcheck.pose.record import record_track
from formcheck.pose.track import PoseTrack

SQUARE_DEG = 75.0
"""Shoulders turned this far, by the model's depth, show 97 % of their width or more."""


@dataclass(frozen=True, slots=True)
class Look:
    """The view of one clip.

    Attributes:
        label: Its label.
        flat_deg: Yaw by the picture alone.
        solid_deg: Yaw by the model's depth.
        hips_deg: Yaw by the hips.
        trunk_shown: Share of the frames with a pose that have shoulders and hips in the picture.
        width_torsos: Distance between the shoulder points over the shoulder-hip distance.
        hips_torsos: The same of the hip points.
        view: What formcheck makes of both.
    """

    label: Label
    flat_deg: float
    solid_deg: float
    hips_deg: float
    trunk_shown: float
    width_torsos: float
    hips_torsos: float
    view: View


def look_at(label: Label, model: str) -> Look:
    """Tell the view of one clip by each sign."""
    with native_noise_hidden():
        track = record_track(label.clip, require_bundle(model, None))
    torso_px = measure_body(track).torso_px
    flat_deg, solid_deg = line_signs(track, SHOULDERS, SHOULDER_WIDTH_TORSOS * torso_px)
    hips_deg = sum(line_signs(track, HIPS, HIP_WIDTH_TORSOS * torso_px)) / 2.0
    return Look(
        label=label,
        flat_deg=flat_deg,
        solid_deg=solid_deg,
        hips_deg=hips_deg,
        trunk_shown=_trunk_shown(track),
        width_torsos=_width_px(track, SHOULDERS) / torso_px,
        hips_torsos=_width_px(track, HIPS) / torso_px,
        view=measure_view(track, torso_px),
    )


def _width_px(track: PoseTrack, pair: tuple[Landmark, Landmark]) -> float:
    """Distance across the picture of the ends of a line, in the middle one of its frames."""
    points = track.landmarks_px[track.found].astype(np.float64)
    left, right = pair
    return abs(float(np.median(points[:, left, 0] - points[:, right, 0])))


def _trunk_shown(track: PoseTrack) -> float:
    points = track.landmarks_px[track.found][:, [*SHOULDERS, *HIPS]]
    inside = (points >= 0) & (points < (track.clip.width, track.clip.height))
    return float(inside.all(axis=(1, 2)).mean())


def view_table(looks: list[Look]) -> Table:
    table = Table(title="yaw: 0 = side-on, 90 = front or rear; degrees", title_justify="left")
    for name in ("clip", "label", "2-D", "3-D", "hips", "yaw", "facing", "judged from the side"):
        number = name in ("2-D", "3-D", "hips", "yaw")
        table.add_column(name, justify="right" if number else "left")
    for one in looks:
        view = one.view
        table.add_row(
            one.label.name,
            one.label.view or "?",
            f"{one.flat_deg:.0f}",
            f"{one.solid_deg:.0f}",
            f"{one.hips_deg:.0f}",
            f"{view.yaw_deg:.0f} ± {view.yaw_uncertainty_deg:.0f}",
            view.facing or "not told",
            "yes" if view.side_on else "no",
        )
    return table


def summary(looks: list[Look]) -> list[str]:
    """How the views compare with their labels."""
    lines = []
    for name in ("side", "oblique", "front", "rear"):
        group = [one for one in looks if one.label.view == name]
        if group:
            yaws = [one.view.yaw_deg for one in group]
            judged = sum(one.view.side_on for one in group)
            lines.append(
                f"labelled {name}: {len(group)} clips, yaw {min(yaws):.0f} to {max(yaws):.0f}, "
                f"{judged} judged from the side"
            )
    square = [one for one in looks if abs(one.solid_deg) >= SQUARE_DEG and one.trunk_shown > 0.5]
    widths = ", ".join(
        f"{one.width_torsos:.2f} and {one.hips_torsos:.2f} {one.label.name}" for one in square
    )
    lines.append(
        f"shoulder and hip points over shoulder-hip distance, square views: {widths or 'none'}"
    )
    return lines


@click.command()
@click.argument("labels", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--clips", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--model", default="full", show_default=True, metavar="lite|full|heavy")
@click.option("--width", default=120, show_default=True, help="Columns of the printed table.")
def main(labels: Path, clips: Path | None, model: str, width: int) -> None:
    """Compare the measured view of every clip of LABELS with its label."""
    console = Console(width=width)
    looks = []
    wanted = read_labels(labels, clips)
    for label in progress(wanted, "Clips", console=Console(stderr=True), transient=True):
        try:
            looks.append(look_at(label, model))
        except NobodyError:
            console.print(f"{label.name}: nobody in it", highlight=False)
    console.print(view_table(looks))
    for line in summary(looks):
        console.print(line, highlight=False)


if __name__ == "__main__":
    main()
