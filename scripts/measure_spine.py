"""Which way of turning the outline of the back into a number tells rounded from flat best.

    python scripts/measure_spine.py LABELS.csv [--clips DIR] [--flat CLIP]...

Each rep is given one value a measure: the median over the deepest part of the rep, as
``formcheck/exercises/spine_shape.py`` does. Only side views are used (yaw up to
``max_spine_yaw_deg``). Flat backs are the clips labelled ``neutral`` and those named with
``--flat``; rounded ones are labelled ``rounded``. The table and figures are quoted in
``docs/spine.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from labelled_clips import EXERCISE, Label, read_labels
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track as progress
from rich.table import Table
from scipy.stats import mannwhitneyu

from formcheck.cli.native_noise import native_noise_hidden
from formcheck.errors import NobodyError
from formcheck.exercises.hinge import hinge_drive, hinge_reps
from formcheck.exercises.registry import exercise_settings
from formcheck.exercises.window import rep_window
from formcheck.motion import geometry, spine
from formcheck.motion.body import measure_body
from formcheck.motion.build import LEANING_DEG, ROUGHNESS_LIMIT_DEG, build_signals
from formcheck.pose.bundle_fetch import require_bundle
from formcheck.pose.landmarks import Landmark
from formcheck.pose.outline import outline_stations
from formcheck.pose.record import record_track
from formcheck.pose.track import PoseTrack

FloatArray = NDArray[np.float64]

FIXED_WINDOW = (0.20, 0.90)
CHORD_WINDOW = (0.12, 0.88)
CHORD_POINTS = 41
BESIDE_FROM = -0.20


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of the back in one frame.

    Attributes:
        course: Its direction along the arc.
        reach: Arc from the shoulder to the buttocks, the lifter's own, standing torso lengths.
        points: Shape (k, 2), the outline as offsets from the shoulder in torso lengths.
        axis: Shape (2,), unit vector from the shoulder to the hip.
        forward: +1 when the lifter faces right in the picture, -1 when left.
    """

    course: spine.Course
    reach: float
    points: FloatArray
    axis: FloatArray
    forward: float


def slope(back: Outline) -> float:
    return float(spine.bend_deg(back.course, spine.WHOLE, back.reach))


def slope_fixed(back: Outline) -> float:
    return float(spine.bend_deg(back.course, FIXED_WINDOW, 1.0))


def difference(back: Outline) -> float:
    ends = np.array(spine.WHOLE) * back.reach
    upper, lower = np.interp(ends, spine.stations(), back.course.direction_deg)
    return float(upper - lower)


def quadratic(back: Outline) -> float:
    """Negated quadratic coefficient of the outline's distance from the shoulder-hip line."""
    along = back.points @ back.axis
    away = back.points @ (np.array([-back.axis[1], back.axis[0]]) * back.forward)
    if along.max() < CHORD_WINDOW[1] or along.min() > CHORD_WINDOW[0]:
        return float("nan")
    furthest = np.maximum.accumulate(along)
    keep = np.concatenate([[True], np.diff(furthest) > 1e-6])
    places = np.linspace(*CHORD_WINDOW, CHORD_POINTS)
    return -float(np.polyfit(places, np.interp(places, furthest[keep], away[keep]), 2)[0])


def sagitta(back: Outline) -> float:
    """Height of the window's middle over the chord between its ends, percent of the chord."""
    first, last = np.array(spine.WHOLE) * back.reach
    inside = (spine.stations() >= first) & (spine.stations() <= last)
    heading = np.radians(back.course.direction_deg[inside])
    place = np.cumsum(np.column_stack([np.cos(heading), np.sin(heading)]), axis=0)
    chord, half = place[-1] - place[0], place[len(place) // 2] - place[0]
    return 100.0 * float(chord[0] * half[1] - chord[1] * half[0]) / float(chord @ chord)


MEASURES: dict[str, tuple[Callable[[Outline], float], str]] = {
    "a slope over 0.20-0.70 of the arc to the buttocks (kept)": (slope, "deg"),
    "b slope over 0.20-0.90 standing torso lengths": (slope_fixed, "deg"),
    "c difference of direction between the ends of a's window": (difference, "deg"),
    "d quadratic over 12-88 % of the shoulder-hip line": (quadratic, "1/torso"),
    "e sagitta over the chord of a's window": (sagitta, "% of chord"),
}


@dataclass(frozen=True, slots=True)
class Backs:
    """The backs of one clip: a row of ``MEASURES`` for each rep that shows enough."""

    label: Label
    kind: str
    yaw_deg: float
    reps: FloatArray
    roughness_deg: FloatArray


def measure_backs(label: Label, kind: str) -> Backs:
    """Measure every rep of a clip in every way."""
    with native_noise_hidden():
        track = record_track(label.clip, require_bundle("full", None))
    signals = build_signals(track)
    settings = exercise_settings(EXERCISE)
    limits = settings.measure
    outlines = _outlines(track, -1.0 if signals.view.facing == "left" else 1.0)
    drive = hinge_drive(signals)
    rough: list[float] = []
    reps: list[FloatArray] = []
    for rep in hinge_reps(signals, settings):
        rows = rep_window(signals.t_s, drive, rep).every
        lean = signals.trunk_inclination_deg[rows]
        if not np.isfinite(lean).any():
            continue
        deep = rows[lean >= max(limits["min_spine_inclination_deg"], 0.8 * float(np.nanmax(lean)))]
        seen = [outlines[int(row)] for row in deep if int(row) in outlines]
        roughness = [float(spine.roughness_deg(back.course, back.reach)) for back in seen]
        rough += roughness
        used = [back for back, r in zip(seen, roughness, strict=True) if r <= ROUGHNESS_LIMIT_DEG]
        if len(used) >= max(limits["min_spine_frames"], 0.25 * len(deep)):
            values = [[how(back) for how, _ in MEASURES.values()] for back in used]
            reps.append(np.asarray(np.nanmedian(values, axis=0)))
    table = np.array(reps).reshape(-1, len(MEASURES))
    return Backs(label, kind, signals.view.yaw_deg, table, np.array(rough))


def _outlines(track: PoseTrack, forward: float) -> dict[int, Outline]:
    """The outline of every frame that has one, with the lifter's own reach (``motion.build``)."""
    side = 0 if forward > 0 else 1
    scale = track.torso_px / measure_body(track).torso_px
    shoulder = track.midpoint_px(Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
    hip = track.midpoint_px(Landmark.LEFT_HIP, Landmark.RIGHT_HIP)
    lean = geometry.lean_deg(hip, shoulder, forward)
    axis = (hip - shoulder) / track.torso_px[:, None]
    courses: dict[int, spine.Course] = {}
    for row in np.flatnonzero(np.isfinite(track.outline[:, side, 0, 0])):
        points = track.outline[row, side].astype(np.float64)
        course = spine.outline_course(points, float(scale[row]), forward)
        if course is not None:
            courses[int(row)] = course
    every = [course.buttocks_arc for course in courses.values()]
    leaning = [course.buttocks_arc for row, course in courses.items() if lean[row] > LEANING_DEG]
    reach = float(np.median(leaning or every)) if every else float("nan")
    # The walk begins at the neck; the shoulder-hip line is compared with what lies beside it.
    beside = outline_stations() >= BESIDE_FROM
    return {
        row: Outline(
            course, reach, track.outline[row, side, beside].astype(np.float64), axis[row], forward
        )
        for row, course in courses.items()
    }


def clip_table(clips: list[Backs]) -> Table:
    title = f"measure a by clip, and roughness (dropped above {ROUGHNESS_LIMIT_DEG:g}), degrees"
    table = Table(title=title, title_justify="left")
    names = ("lowest", "median", "highest", "rough 5 %", "median", "95 %")
    for name in ("clip", "back", "yaw", "reps", *names[:3], "outlines", *names[3:], "dropped"):
        table.add_column(name, justify="left" if name in ("clip", "back") else "right")
    for one in sorted(clips, key=lambda clip: (clip.kind, clip.label.name)):
        bends, rough = one.reps[:, 0], one.roughness_deg
        row = [one.label.name, one.kind, f"{one.yaw_deg:.0f}", str(len(bends))]
        row += (
            [f"{of(bends):.1f}" for of in (np.min, np.median, np.max)] if len(bends) else [""] * 3
        )
        row.append(str(len(rough)))
        if len(rough):
            row += [f"{value:.1f}" for value in np.percentile(rough, [5, 50, 95])]
            row.append(f"{float((rough > ROUGHNESS_LIMIT_DEG).mean()):.0%}")
        table.add_row(*row)
    return table


def comparison_table(clips: list[Backs]) -> Table:
    flat, rounded = (
        [one.reps for one in clips if one.kind == kind and len(one.reps)]
        for kind in ("flat", "rounded")
    )
    title = (
        f"{len(flat)} flat clips, {sum(map(len, flat))} reps; "
        f"{len(rounded)} rounded clips, {sum(map(len, rounded))} reps"
    )
    table = Table(title=title, title_justify="left")
    numbers = ("flat clips", "rounded clips", "highest flat rep", "lowest rounded", "gap/SD", "AUC")
    for name in ("measure", "unit", *numbers):
        table.add_column(name, justify="right" if name in numbers else "left")
    for column, (name, (_, unit)) in enumerate(MEASURES.items()):
        low, high = np.vstack(flat)[:, column], np.vstack(rounded)[:, column]
        spans = [
            f"{min(medians):.3g} to {max(medians):.3g}"
            for medians in (
                [np.median(reps[:, column]) for reps in group] for group in (flat, rounded)
            )
        ]
        gap = float(high.min() - low.max()) / float(low.std(ddof=1))
        # Share of pairs in which the rounded rep has the larger value.
        area = float(mannwhitneyu(high, low).statistic) / (len(high) * len(low))
        limits = (f"{low.max():.3g}", f"{high.min():.3g}", f"{gap:.2f}")
        table.add_row(name, unit, *spans, *limits, f"{area:.3f}")
    return table


@click.command()
@click.argument("labels", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--clips", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--flat", multiple=True, metavar="CLIP", help="A clip whose back is flat too.")
@click.option("--width", default=140, show_default=True, help="Columns of the printed tables.")
def main(labels: Path, clips: Path | None, flat: tuple[str, ...], width: int) -> None:
    """Compare measures of the back over the side views among the clips of LABELS."""
    console = Console(width=width)
    names = {"neutral": "flat", "rounded": "rounded", "arched": "arched"}
    wanted = [one for one in read_labels(labels, clips) if one.exercise == EXERCISE]
    limit = exercise_settings(EXERCISE).measure["max_spine_yaw_deg"]
    backs = []
    for label in progress(wanted, "Clips", console=Console(stderr=True), transient=True):
        kind = "flat" if {label.name, label.clip.name} & set(flat) else names.get(label.spine, "?")
        try:
            one = measure_backs(label, kind)
        except NobodyError:
            continue
        if one.yaw_deg <= limit:
            backs.append(one)
    console.print(clip_table(backs))
    console.print(comparison_table(backs))


if __name__ == "__main__":
    main()
