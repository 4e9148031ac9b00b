"""The shape of the back in each rep of a hinge, against the lifter's own neutral."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.findings import Metric, Reason
from formcheck.exercises.settings import Settings
from formcheck.exercises.window import RepWindow, median_error, middle
from formcheck.motion.signals import Signals

NAMES = ("spine_curvature", "spine_lumbar", "spine_thoracic")
MIN_OWN_REPS: Final = 2
OWN_REPS: Final = 3
"""The lifter's own neutral is the median of this many of the flattest reps, or of two."""


def measure_spines(
    signals: Signals, windows: list[RepWindow], settings: Settings
) -> list[tuple[Metric, ...]]:
    """Bend of the back in the deepest part of each rep.

    The zero is where the flat backs of ``flat_back_from_deg`` end. A lifter whose own flattest
    reps at a like inclination are more arched than that is compared with those instead:
    rounding from deep lordosis to straight is rounding.

    Returns:
        For each rep the metrics of ``NAMES``: whole, lumbar half and thoracic half.
    """
    limits = settings.measure
    problem = _view_problem(signals, settings)
    deep = [_deep_rows(signals, window, limits["min_spine_inclination_deg"]) for window in windows]
    usable = [rows[signals.spine_usable[rows] > 0] for rows in deep]
    bends = [middle(signals.spine_bend_deg, rows) for rows in usable if len(rows)]
    zero = own_zero_deg(bends, limits)
    found = []
    for rows, judged in zip(deep, usable, strict=True):
        reason = problem or _reason(rows, judged, limits) or _broken(signals, judged, limits)
        if reason is not None:
            found.append(tuple(_refused(name, reason) for name in NAMES))
            continue
        found.append(_rep_spine(signals, judged, zero, limits))
    return found


def _view_problem(signals: Signals, settings: Settings) -> Reason | None:
    view = signals.view
    far = view.yaw_deg > settings.measure["max_spine_yaw_deg"]
    return Reason.VIEW if not view.side_on or far else None


def _deep_rows(signals: Signals, window: RepWindow, least_deg: float) -> NDArray[np.intp]:
    lean = signals.trunk_inclination_deg[window.every]
    if not np.isfinite(lean).any():
        return window.every[:0]
    deepest = float(np.nanmax(lean))
    with np.errstate(invalid="ignore"):
        return window.every[lean >= max(least_deg, 0.8 * deepest)]


def _reason(
    rows: NDArray[np.intp], judged: NDArray[np.intp], limits: dict[str, float]
) -> Reason | None:
    if len(rows) == 0:
        return Reason.UPRIGHT
    if len(judged) < max(limits["min_spine_frames"], 0.25 * len(rows)):
        return Reason.TOO_FEW_FRAMES if len(rows) < limits["min_spine_frames"] else Reason.OCCLUSION
    return None


def _broken(signals: Signals, rows: NDArray[np.intp], limits: dict[str, float]) -> Reason | None:
    """Whether an outline is put together from more than a back.

    The bends of the halves of a smooth curve add up to that of the whole. A bar, a plate or an
    elbow that ends in the middle of it breaks that.
    """
    whole, lower, upper = (
        middle(values, rows)
        for values in (signals.spine_bend_deg, signals.spine_lumbar_deg, signals.spine_thoracic_deg)
    )
    broken = abs(whole - lower - upper) > limits["max_broken_deg"]
    return Reason.OCCLUSION if broken else None


def own_zero_deg(bends_deg: Sequence[float], limits: dict[str, float]) -> float:
    """The lifter's own neutral where it lies outside the band of flat backs, else 0.

    A back that is more hollow than any flat one is arched, and no neutral.

    Args:
        bends_deg: Bend of the back in each rep, degrees; NaN where unknown.
        limits: The exercise's; 0 is returned without ``flat_back_from_deg`` among them.

    Returns:
        0 for a lifter whose flattest reps are flat; negative for one who is hollow by nature.
    """
    if "flat_back_from_deg" not in limits:
        return 0.0
    own = np.sort([bend for bend in bends_deg if bend >= limits["hollow_to_deg"]])
    if len(own) < MIN_OWN_REPS:
        return 0.0
    return min(0.0, float(np.median(own[:OWN_REPS])) - limits["flat_back_from_deg"])


def _rep_spine(
    signals: Signals, rows: NDArray[np.intp], zero: float, limits: dict[str, float]
) -> tuple[Metric, ...]:
    growth = limits["uncertainty_per_yaw_deg"] * signals.view.yaw_deg
    window = middle(signals.spine_sensitivity_deg, rows)
    # What bends above a straight lower back may be how this lifter is built.
    lower = middle(signals.spine_lumbar_deg, rows)
    metrics = []
    for name, values in zip(
        NAMES,
        (signals.spine_bend_deg, signals.spine_lumbar_deg, signals.spine_thoracic_deg),
        strict=True,
    ):
        bend = middle(values, rows)
        noise = median_error(values, rows)
        uncertainty = float(
            np.sqrt(
                limits["spine_uncertainty_deg"] ** 2
                + (noise if np.isfinite(noise) else 5.0) ** 2
                + (window / 2.0) ** 2
                + growth**2
            )
        )
        shift = zero if name == NAMES[0] else 0.0
        if name == NAMES[0] and bend - shift > 0.0 and lower < limits["lower_bends_deg"]:
            uncertainty = float(np.hypot(uncertainty, limits["upper_back_uncertainty_deg"]))
        row = rows[int(np.nanargmin(np.abs(values[rows] - bend)))]
        metric = Metric(name, bend - shift, uncertainty, "deg", "ok", t_s=float(signals.t_s[row]))
        if name == NAMES[0] and bend - shift < limits["no_praise_below_deg"]:
            metric = replace(metric, status="not_assessable", reason=Reason.NO_REFERENCE)
        metrics.append(metric)
    return tuple(metrics)


def _refused(name: str, reason: Reason) -> Metric:
    return Metric(name, None, None, "deg", "not_assessable", reason)
