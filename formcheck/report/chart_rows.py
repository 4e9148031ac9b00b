"""Which signals the page draws over time, by exercise and view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from formcheck.report.schema import SetReport
from formcheck.report.vocabulary import KNEE_DRIVEN


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One signal of the chart.

    Attributes:
        signal: Name of the signal; ``legs.NAME`` for one that is told of each leg.
        title: What it is, and what its zero means.
        axis: Title of its axis.
        words: Parts of fault codes and metric names whose faults are marked on it.
    """

    signal: str
    title: str
    axis: str
    words: tuple[str, ...]

    @property
    def is_back(self) -> bool:
        """Whether it shows the back, which may not be judged throughout."""
        return self.signal.startswith("spine_")


_TRUNK: Final = ChartRow(
    "trunk_inclination_deg", "Trunk lean: 0° upright, 90° level", "Trunk (°)", ()
)
_HIP: Final = ChartRow("hip_flexion_deg", "Hip bend: 0° straight", "Hip (°)", ("hip", "lockout"))
_KNEE: Final = ChartRow(
    "knee_flexion_deg", "Knee bend: 0° straight", "Knee (°)", ("knee", "hinge", "squat")
)
_BACK: Final = ChartRow(
    "spine_bend_deg",
    "Bend of the back: the higher, the rounder",
    "Back (°)",
    ("spine", "lumbar", "thoracic"),
)
_HEIGHT: Final = ChartRow(
    "shoulder_height_bodies",
    "Height of the shoulders over the feet, in the lifter's own height",
    "Height",
    (),
)
_LEG_KNEE: Final = ChartRow(
    "legs.knee_flexion_deg", "Knee bend: 0° straight", "Knee (°)", ("knee", "range", "drop")
)
_LEG_HIP: Final = ChartRow("legs.hip_flexion_deg", "Hip bend: 0° straight", "Hip (°)", ("hip",))
_LEG_TRUNK: Final = ChartRow(
    "legs.trunk_lean_deg", "Trunk: 0° upright, 90° face down, −90° face up", "Trunk (°)", ("body",)
)
_SEEN_KNEE: Final = ChartRow(
    "legs.knee_flexion_deg",
    "Knee bend as this view shows it, which is not the joint's own angle",
    "Knee (°)",
    (),
)


def chart_rows(report: SetReport) -> tuple[ChartRow, ...]:
    """What to draw, first what tells the reps of this exercise.

    From an oblique or front view the angles in the picture are not the body's, so only the
    signal that the reps were told by is drawn.
    """
    knee_driven = report.exercise.name in KNEE_DRIVEN
    if not report.view.side_on:
        return (_SEEN_KNEE,) if knee_driven else (_HEIGHT,)
    return (_LEG_KNEE, _LEG_HIP, _LEG_TRUNK) if knee_driven else (_TRUNK, _HIP, _KNEE, _BACK)


def row_of(words: str, rows: tuple[ChartRow, ...]) -> ChartRow:
    """The row on which a fault is marked: the last that names one of its words, else the first."""
    for row in reversed(rows):
        if any(word in words for word in row.words):
            return row
    return rows[0]
