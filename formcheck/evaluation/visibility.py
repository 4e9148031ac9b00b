"""What the truth of a rendered clip says cannot be seen in a rep, whoever looks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.evaluation.truth import Truth, TruthRep
from formcheck.exercises.judging import SPINE
from formcheck.exercises.registry import exercise_settings, get_exercise

LEG_OCCLUDED: Final = 0.4
"""Share of the near leg behind something in the median frame of a rep, from which on it is hidden.

A 30 cm plate held at the thighs hides a third of the leg and neither of its ends.
"""
BACK_COVERED: Final = 0.25
"""Share of the judged outline of the back that is not its own, from which on it is hidden.

In the median frame of the deep part of a rep. The bend is the least-squares slope of the outline's
direction (docs/spine.md). A bump over the share c of the arc, whose flanks stand out by e degrees,
changes it by 3 c^2 e: by 8 degrees at a quarter and flanks of 45 degrees, which is nearly the
threshold of 10, and by 2 at an eighth. At the arc's end, where one flank only is within it, less
spoils more; a quarter spoils it wherever it lies.
"""
TORSO_OCCLUDED: Final = 0.15
"""The same for the trunk's pixels, for truth without ``covered_back``.

A 45 cm plate on the back hides a sixth of the trunk, and that at the outline.
"""
DEEP: Final = 0.8
"""The back is judged in frames that lean at least this share of the rep's deepest lean."""

UPRIGHT_LIMIT: Final = "min_spine_inclination_deg"

Floats = NDArray[np.float64]


def hidden(truth: Truth, true: TruthRep, metric: str, exercise: str) -> bool:
    """Whether the truth says that a metric cannot be seen in a rep.

    Args:
        truth: The clip's.
        true: The rep.
        metric: Name of the metric.
        exercise: Name of the exercise it is measured as, which tells its unit and limits.

    Raises:
        KeyError: There is no such exercise.
    """
    limits = limits_of(exercise)
    inside = _frames_of(truth, true)
    if _outside_the_picture(truth, inside):
        return True
    if get_exercise(exercise).about.metrics.get(metric) == "s":
        return False
    most = limits.get("max_spine_yaw_deg" if metric == SPINE else "max_yaw_deg", 90.0)
    if abs(truth.camera.yaw_deg) > most:
        return True
    if metric == SPINE:
        return _back_hidden(truth, inside, limits.get(UPRIGHT_LIMIT, 0.0))
    return _median(truth.frames.occluded_near_leg, inside) > LEG_OCCLUDED


@cache
def limits_of(exercise: str) -> dict[str, float]:
    """The limits of an exercise's measurements, by name."""
    return exercise_settings(exercise).measure


def _back_hidden(truth: Truth, inside: slice, upright_deg: float) -> bool:
    frames = truth.frames
    lean = _series(frames.trunk_inclination_deg[inside])
    if len(lean) and float(np.nanmax(lean)) < upright_deg:
        return True
    if not frames.covered_back:
        return _median(frames.occluded_torso, inside) > TORSO_OCCLUDED
    covered = _series(frames.covered_back[inside])
    deep = lean >= DEEP * np.nanmax(lean) if len(lean) else np.ones(len(covered), dtype=np.bool_)
    return float(np.nanmedian(covered[deep])) > BACK_COVERED


def back_shows(truth: Truth, upright_deg: float) -> NDArray[np.bool_]:
    """Frames of the deep part of a rep in which the outline of the back is its own, shape (n,).

    Args:
        truth: The clip's, with ``covered_back``.
        upright_deg: Trunks that lean less are not asked for.
    """
    lean, covered = _series(truth.frames.trunk_inclination_deg), _series(truth.frames.covered_back)
    deep = np.zeros(len(truth.frames.t_s), dtype=np.bool_)
    for rep in truth.reps:
        inside = _frames_of(truth, rep)
        with np.errstate(invalid="ignore"):
            deep[inside] = lean[inside] >= max(upright_deg, DEEP * np.nanmax(lean[inside]))
    return np.asarray(deep & (covered <= BACK_COVERED))


def _median(values: Sequence[float | None], inside: slice) -> float:
    """Of a rep's frames; 0 where the truth has no such series."""
    return float(np.nanmedian(_series(values[inside]))) if values else 0.0


def _frames_of(truth: Truth, true: TruthRep) -> slice:
    first, last = np.searchsorted(truth.frames.t_s, (true.start_s, true.end_s))
    return slice(int(first), max(int(last), int(first) + 1))


def _outside_the_picture(truth: Truth, inside: slice) -> bool:
    for places in truth.frames.joints_px.values():
        x, y = np.asarray(places[inside], dtype=np.float64).T
        if not (x.min() >= 0 and x.max() < truth.camera.width):
            return True
        if not (y.min() >= 0 and y.max() < truth.camera.height):
            return True
    return False


def _series(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
