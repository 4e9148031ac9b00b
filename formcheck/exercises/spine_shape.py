"""The shape of the back in each rep of a hinge, against the lifter's own neutral."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.findings import Metric, Reason
from formcheck.exercises.settings import Settings
from formcheck.exercises.window import RepWindow, median_error, middle
from formcheck.motion.signals import Signals

NAMES: Final = ("spine_curvature", "spine_lumbar", "spine_thoracic", "spine_from_standing")
MIN_OWN_REPS: Final = 2
OWN_REPS: Final = 3
"""The lifter's own neutral is the median of this many of the flattest reps, or of two."""

STANDING_LEAN_DEG: Final = 15.0
STANDING_PERCENTILE: Final = 80.0
STANDING_S: Final = 0.3
"""How long the upright back must be seen in all."""
STANDING_HOLLOW_TO_DEG: Final = -65.0
"""What is more hollow upright is no back alone: rendered ones read -60 at most, and where a plate
stands behind the hips -93."""

MORE_HOLLOW_DEG: Final = 8.0
"""An upper half that is hollower than upright by more is not hollow by nature. Of rendered lifters,
whose upper backs keep their shape, it reads up to 6 hollower, with a few exceptions; of the lifter
in ``kettlebell_hinge_hipsfirst_10``, who draws the shoulders back, 10 to 26."""
HOLLOW_ABOVE: Final = (
    "Told by your lower back, and by how much less hollow you are than upright: your upper back is"
    " hollow by nature."
)


@dataclass(frozen=True, slots=True)
class Upright:
    """The back of the upright lifter, degrees; NaN where the clip does not show it.

    Attributes:
        bend: Bend of the whole outline. Of a lifter who rocks and leans it is the least hollow that
            is usual (``STANDING_PERCENTILE``): what a hinge loses of it is no less than told.
        error: Standard uncertainty of ``bend``.
        upper: Bend of the upper half.
    """

    bend: float
    error: float
    upper: float


_NOT_SHOWN: Final = Upright(float("nan"), float("nan"), float("nan"))


def measure_spines(
    signals: Signals, windows: list[RepWindow], settings: Settings
) -> list[tuple[Metric, ...]]:
    """Bend of the back in the deepest part of each rep.

    The zero is where the flat backs of ``flat_back_from_deg`` end. A lifter whose own flattest
    reps at a like inclination are more arched than that is compared with those instead:
    rounding from deep lordosis to straight is rounding. Where the lower back is round and much of
    the hollow of standing is gone, that is held against the lifter too (``with_own_neutral``).

    Returns:
        For each rep the metrics of ``NAMES``: whole, lumbar half, thoracic half, and how much more
        the whole bends than upright.
    """
    limits = settings.measure
    problem = _view_problem(signals, settings)
    deep = [_deep_rows(signals, window, limits["min_spine_inclination_deg"]) for window in windows]
    usable = [rows[signals.spine_usable[rows] > 0] for rows in deep]
    bends = [middle(signals.spine_bend_deg, rows) for rows in usable if len(rows)]
    zero = own_zero_deg(bends, limits)
    upright = upright_back(signals)
    found = []
    for rows, judged in zip(deep, usable, strict=True):
        reason = problem or _reason(rows, judged, limits) or _broken(signals, judged, limits)
        if reason is not None:
            found.append(tuple(_refused(name, reason) for name in NAMES))
            continue
        bare = _rep_spine(signals, judged, upright, limits)
        found.append(with_own_neutral(bare, zero, limits))
    return found


def upright_back(signals: Signals) -> Upright:
    """Measure the back of the upright lifter, unless it is more hollow than backs are."""
    with np.errstate(invalid="ignore"):
        upright = np.abs(signals.trunk_inclination_deg) <= STANDING_LEAN_DEG
    rows = np.flatnonzero(
        upright & (signals.spine_usable > 0) & np.isfinite(signals.spine_bend_deg)
    )
    if len(rows) * signals.frame_s < STANDING_S:
        return _NOT_SHOWN
    bend = float(np.percentile(signals.spine_bend_deg[rows], STANDING_PERCENTILE))
    if bend < STANDING_HOLLOW_TO_DEG:
        return _NOT_SHOWN
    error = median_error(signals.spine_bend_deg, rows)
    return Upright(bend, error, middle(signals.spine_thoracic_deg, rows))


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
    signals: Signals, rows: NDArray[np.intp], upright: Upright, limits: dict[str, float]
) -> tuple[Metric, ...]:
    """The metrics of ``NAMES`` as the outline has them, without any neutral."""
    growth = limits["uncertainty_per_yaw_deg"] * signals.view.yaw_deg
    window = middle(signals.spine_sensitivity_deg, rows)
    metrics = []
    for name, values in zip(
        NAMES[:3],
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
        row = rows[int(np.nanargmin(np.abs(values[rows] - bend)))]
        metrics.append(Metric(name, bend, uncertainty, "deg", "ok", t_s=float(signals.t_s[row])))
    return (*metrics, _from_standing(metrics[0], metrics[2], upright, limits))


def _from_standing(
    whole: Metric, upper: Metric, upright: Upright, limits: dict[str, float]
) -> Metric:
    assert whole.value is not None
    assert whole.uncertainty is not None
    assert upper.value is not None
    # An upper back hollower than upright is held so on purpose, and no matter of build.
    if not upright.upper - upper.value <= MORE_HOLLOW_DEG:
        return _refused(NAMES[3], Reason.NO_REFERENCE)
    parts = (whole.uncertainty, limits["spine_uncertainty_deg"], upright.error)
    doubt = float(np.sqrt(np.sum(np.square(parts))))
    return replace(whole, name=NAMES[3], value=whole.value - upright.bend, uncertainty=doubt)


def with_own_neutral(
    metrics: tuple[Metric, ...], zero_deg: float, limits: dict[str, float]
) -> tuple[Metric, ...]:
    """Tell the bend of the back against the lifter's own neutral.

    Args:
        metrics: Of a rep, those of ``NAMES`` first, as its outline has them.
        zero_deg: From ``own_zero_deg``.
        limits: The exercise's.

    Returns:
        The same metrics, the first of which is told from the zero, or from standing where that
        says more.
    """
    whole, lower = metrics[0], metrics[1]
    if whole.value is None or whole.uncertainty is None or lower.value is None:
        return metrics
    value, doubt = whole.value - zero_deg, whole.uncertainty
    # What bends above a straight lower back may be how this lifter is built.
    if value > 0.0 and lower.value < limits["lower_bends_deg"]:
        doubt = float(np.hypot(doubt, limits["upper_back_uncertainty_deg"]))
    hollow = value < limits["no_praise_below_deg"]
    agreed, agreed_doubt = _agreed(metrics, limits)
    remark = ""
    if agreed > max(value, 0.0):
        remark = HOLLOW_ABOVE if (metrics[2].value or 0.0) < 0.0 else ""
        value, doubt = agreed, agreed_doubt
    told = replace(whole, value=value, uncertainty=doubt, remark=remark)
    if hollow:
        told = replace(told, status="not_assessable", reason=Reason.NO_REFERENCE)
    return (told, *metrics[1:])


def _agreed(metrics: tuple[Metric, ...], limits: dict[str, float]) -> tuple[float, float]:
    """The smaller of ``lost_and_bent_deg`` with its uncertainty; -inf where it is not known."""
    lower, from_standing = metrics[1], metrics[3]
    if lower.value is None or from_standing.value is None:
        return float("-inf"), float("nan")
    assert lower.uncertainty is not None
    assert from_standing.uncertainty is not None
    lost, bent = lost_and_bent_deg(lower.value, from_standing.value, limits)
    return (lost, from_standing.uncertainty) if lost < bent else (bent, 2.0 * lower.uncertainty)


def lost_and_bent_deg(
    lower_deg: float, from_standing_deg: float, limits: dict[str, float]
) -> tuple[float, float]:
    """Two witnesses of a lower back that rounds, on the scale of the whole outline's bend.

    An upper back that is hollow by nature hides a lower one that rounds below it. Neither witness
    tells alone: who stands very hollow loses much of it in a flat hinge, and a window that lies a
    little low takes bend from one half and gives it to the other.

    Args:
        lower_deg: Bend of the lower half.
        from_standing_deg: How much more the whole bends than upright.
        limits: The exercise's; without ``lost_when_flat_deg`` nothing is lost.

    Returns:
        What is lost beyond what flat backs lose, and what the lower half bends beyond flat ones;
        doubled, since half of the window bends half as much at the same curvature.
    """
    lost = from_standing_deg - limits.get("lost_when_flat_deg", float("inf"))
    return lost, 2.0 * (lower_deg - limits.get("lower_when_flat_deg", 0.0))


def _refused(name: str, reason: Reason) -> Metric:
    return Metric(name, None, None, "deg", "not_assessable", reason)
