"""How well phases are timed on drawn sets whose beginnings and ends are known.

    python scripts/measure_tempo.py [--sets 8]

Shoulders on a trunk that leans from -2 to 72 degrees while the hips travel back, with sway and
landmark noise. The lowering follows a minimum-jerk course, a cosine, a cubic or a lopsided one, so
that the fit cannot profit from knowing the course. The noise is a guess at what a pose model adds;
rendered lifters give the figures that count (docs/accuracy.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.special import betainc

from formcheck.motion.filters import low_pass
from formcheck.motion.reps import find_reps

FloatArray = NDArray[np.float64]

FPS: Final = 30
REPS: Final = 3
HEIGHT_M: Final = 1.75
TRUNK_M: Final = 0.5
SWAY_M: Final = 0.003
TREMOR_DEG: Final = 0.25
NOISE_BODIES: Final = 0.0015


def _power(rise: float, fall: float) -> Callable[[FloatArray], FloatArray]:
    return lambda share: np.asarray(betainc(rise, fall, np.clip(share, 0.0, 1.0)))


COURSES: Final = {
    "minimum jerk": _power(3.0, 3.0),
    "cosine": lambda share: (1.0 - np.cos(np.pi * np.clip(share, 0.0, 1.0))) / 2.0,
    "cubic": _power(2.0, 2.0),
    "lopsided": _power(2.3, 3.2),
}
TEMPI: Final = (
    (3.4, 0.4, 1.3, 0.7),
    (1.2, 0.4, 1.3, 0.7),
    (3.2, 0.0, 1.2, 0.0),
    (4.2, 1.0, 1.5, 1.0),
    (2.4, 0.0, 1.0, 0.1),
)


def _slow(random: np.random.Generator, t_s: FloatArray, cutoff_hz: float) -> FloatArray:
    """Smooth noise of variance 1 below a cut-off."""
    hz = cutoff_hz * random.uniform(0.15, 1.0, 12)
    phase = random.uniform(0.0, 2 * np.pi, 12)
    waves = np.sin(2 * np.pi * hz[:, None] * t_s + phase[:, None])
    return np.asarray(waves.sum(axis=0) / np.sqrt(6.0))


def drawn_set(
    random: np.random.Generator,
    course: Callable[[FloatArray], FloatArray],
    tempo: tuple[float, float, float, float],
) -> tuple[FloatArray, FloatArray, list[FloatArray]]:
    """Times (n,), shoulders (n, 2) in body heights, and the five boundaries of each rep."""
    start_s, edges = 1.0, []
    for _ in range(REPS):
        lengths = np.array(tempo) * random.uniform(0.95, 1.05, 4)
        edges.append(start_s + np.concatenate([[0.0], np.cumsum(lengths)]))
        start_s = float(edges[-1][-1])
    t_s = np.arange(round((start_s + 1.0) * FPS)) / FPS
    depth = np.zeros(len(t_s))
    for down, bottom, up, top, _ in edges:
        depth += course((t_s - down) / (bottom - down)) - course((t_s - up) / (top - up))
    lean = np.radians(-2.0 + 74.0 * depth + TREMOR_DEG * _slow(random, t_s, 1.2))
    x_m = -0.22 * depth + SWAY_M * _slow(random, t_s, 1.5) + TRUNK_M * np.sin(lean)
    y_m = 0.92 - 0.06 * depth + TRUNK_M * np.cos(lean)
    noise = random.standard_normal((len(t_s), 2))
    for row in range(1, len(t_s)):
        noise[row] = 0.6 * noise[row - 1] + 0.8 * noise[row]
    shoulders = np.column_stack([x_m, y_m]) / HEIGHT_M + NOISE_BODIES * noise
    return t_s, np.column_stack([low_pass(t_s, column) for column in shoulders.T]), edges


def errors_of(
    course: Callable[[FloatArray], FloatArray], tempo: tuple[float, ...], sets: int
) -> FloatArray:
    """Found minus true eccentric and concentric, and the eccentric's error in uncertainties."""
    rows = []
    for seed in range(sets):
        t_s, shoulders, edges = drawn_set(np.random.default_rng(seed), course, tempo)  # type: ignore[arg-type]
        ones = np.ones(len(t_s))
        still = np.zeros((len(t_s), 2))
        reps = find_reps(t_s, shoulders[:, 1], shoulders, still, ones, ones, 0.1)
        for rep, (down, bottom, up, top, _) in zip(reps, edges, strict=False):
            if rep.eccentric is None or rep.concentric is None:
                continue
            off_s = rep.eccentric.duration_s - (bottom - down)
            doubt_s = np.sqrt(2.0) * rep.eccentric.boundary_uncertainty_s
            rows.append((off_s, rep.concentric.duration_s - (top - up), abs(off_s) / doubt_s))
    return np.array(rows)


@click.command()
@click.option("--sets", default=8, show_default=True, type=click.IntRange(min=1))
def main(sets: int) -> None:
    """Time the phases of drawn sets."""
    table = Table("course", "tempo", "ecc. bias", "ecc. MAE", "error / doubt", "conc. MAE", "n")
    for name, course in COURSES.items():
        for tempo in TEMPI:
            off = errors_of(course, tempo, sets)
            table.add_row(
                name,
                "-".join(f"{part:g}" for part in tempo),
                f"{off[:, 0].mean():+.2f} s",
                f"{np.abs(off[:, 0]).mean():.2f} s",
                f"{off[:, 2].mean():.1f}",
                f"{np.abs(off[:, 1]).mean():.2f} s",
                f"{len(off)} of {sets * REPS}",
            )
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
