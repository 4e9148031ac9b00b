"""Which faults a rep shows, judged from its true measures by the definitions of the design.

Every measure comes from the joints in the side view, without camera and pose model. A measure
between the two numbers of its rule is neither clean nor faulty; only the stress suite has such
reps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from performance import CURLS, Performance
from timeline import TimedRep

from formcheck.motion.geometry import ahead_of_polyline, lean_deg, length, signed_bend_deg

Floats = NDArray[np.float64]

_HINGES: Final = ("romanian_deadlift", "good_morning")
_RAISE: Final = ("glute_ham_raise",)
_ALL: Final = (*_HINGES, *CURLS, *_RAISE)


@dataclass(frozen=True, slots=True)
class Rule:
    """A fault by a measure: clean up to one number, a fault from the other.

    Attributes:
        code: Fault code of the design.
        metric: Name of the measure.
        clean: The last value that is clean.
        fault: The first value that is a fault; below ``clean`` when low values are faults.
        exercises: Where it applies.
    """

    code: str
    metric: str
    clean: float
    fault: float
    exercises: tuple[str, ...]

    def verdict(self, value: float) -> bool | None:
        """Whether a value is a fault; None between clean and fault."""
        sign = 1.0 if self.fault > self.clean else -1.0
        if sign * value >= sign * self.fault:
            return True
        return False if sign * value <= sign * self.clean else None


RULES: Final = (
    Rule("SPINE_ROUNDED", "lumbar_rounding_deg", 10.0, 20.0, _HINGES),
    Rule("SPINE_ARCHED", "lumbar_flexion_deg", -10.0, -20.0, _HINGES),
    Rule("SQUATTING", "hip_hinge_ratio", 0.585, 0.477, _HINGES),
    Rule("HIPS_NOT_BACK", "hip_travel", 0.165, 0.135, _HINGES),
    Rule("KNEES_LOCKED", "knee_flexion_bottom", 8.8, 7.2, _HINGES),
    Rule("SHALLOW", "hip_range", 60.5, 49.5, _HINGES),
    Rule("BAR_DRIFT", "weight_gap", 0.06, 0.25, ("romanian_deadlift",)),
    Rule("LOCKOUT_LEAN", "lockout_extension", 9.0, 11.0, _HINGES),
    Rule("ECCENTRIC_FAST", "eccentric_s", 3.3, 2.7, _ALL),
    Rule("ECCENTRIC_SLOW", "eccentric_s", 3.6, 4.4, _ALL),
    Rule("RANGE_SHORT", "peak_knee_flexion", 93.0, 75.0, CURLS),
    Rule("RANGE_SHORT", "knee_flexion_stretched", 31.5, 45.0, _RAISE),
    Rule("HIPS_LIFT", "hip_motion_deg", 6.0, 15.0, ("lying_leg_curl",)),
    Rule("HIPS_SHIFT", "trunk_swing_deg", 5.0, 12.0, ("seated_leg_curl",)),
    Rule("HIPS_SHIFT", "hip_shift", 0.06, 0.15, ("seated_leg_curl",)),
    Rule("HIP_BREAK", "hip_motion_deg", 8.0, 22.0, _RAISE),
)
"""Thresholds of the hinges are those of their TOML tables, 10 % to either side; the spine's are
those of the accuracy target (flexion of 20 degrees and more against 10 and less)."""
ANGLE_JOINTS: Final = ("shoulder", "hip", "knee", "ankle", "wrist")
DRIFT_RATIO: Final = 0.75
"""Set fault: the last lowering takes less than this share of the first."""


def sagittal(joints_m: dict[str, Floats], bones_m: dict[str, Floats]) -> dict[str, Floats]:
    """Angles and travel of the right side in the plane that divides left from right.

    Args:
        joints_m: Joints as pose models annotate them, each of shape (n, 3).
        bones_m: Centres of rotation, each of shape (n, 3).

    Returns:
        By name of the design, each of shape (n,).
    """
    flat = [
        {
            name: np.column_stack([-at[f"right_{name}"][:, 1], -at[f"right_{name}"][:, 2]])
            for name in ANGLE_JOINTS
        }
        for at in (joints_m, bones_m)
    ]
    return side_angles(flat[0], flat[1], 1.0)


def side_angles(
    at: dict[str, Floats], centres: dict[str, Floats], forward: float
) -> dict[str, Floats]:
    """Angles by the design's definitions from joints in a picture.

    The knee is taken from the centres of rotation: annotated knees slide over the bent leg by
    10 degrees and more, which neither the bones nor pose models do. Trunk and hip are taken from
    the annotated joints, whose hip lies where pose models see it.

    Args:
        at: shoulder, hip, knee, ankle and wrist, each of shape (n, 2), y downwards.
        centres: The same joints' centres of rotation.
        forward: +1 when the lifter faces right in the picture, -1 when left.
    """
    shoulder, hip, knee, ankle = (at[name] for name in ("shoulder", "hip", "knee", "ankle"))
    thigh = float(np.median(length(hip, knee)))
    bent = signed_bend_deg(centres["hip"], centres["knee"], centres["ankle"], forward)
    return {
        "trunk_inclination_deg": lean_deg(hip, shoulder, forward),
        "hip_flexion_deg": signed_bend_deg(shoulder, hip, knee, forward),
        "knee_flexion_deg": -bent,
        "hip_back_thighs": forward * (ankle[:, 0] - hip[:, 0]) / thigh,
        "wrist_to_leg_thighs": ahead_of_polyline(at["wrist"], [hip, knee, ankle], forward) / thigh,
    }


def rep_metrics(
    exercise: str,
    rep: TimedRep,
    t_s: Floats,
    angles: dict[str, Floats],
    planted: dict[str, Floats],
    flat_deg: float,
) -> dict[str, float]:
    """The true measures of one rep, by name; ``flat_deg`` as for ``Performance``."""
    begin, turn, back, _, end = rep.edges_s
    inside = (t_s >= begin) & (t_s <= end)
    rest, turned = np.abs(t_s - begin) < 0.06, (t_s >= turn - 0.06) & (t_s <= back + 0.06)
    hip, knee = angles["hip_flexion_deg"], angles["knee_flexion_deg"]

    def change(values: Floats) -> float:
        return float(np.median(values[turned]) - np.median(values[rest]))

    eccentric = rep.phase("eccentric")
    metrics = {"eccentric_s": eccentric[1] - eccentric[0]}
    if exercise in _HINGES:
        flexion = planted["lumbar_flexion_deg"][inside]
        first, last = rep.phase("concentric")[1] - 0.2, rep.phase("top_pause")[1]
        top = (t_s >= first) & (t_s <= last)
        past = -np.fmax(hip[top], angles["trunk_inclination_deg"][top])
        total = change(hip) + max(0.0, change(knee))
        metrics |= {
            "lumbar_flexion_deg": float(flexion[np.argmax(np.abs(flexion))]),
            "lumbar_rounding_deg": float(np.max(flexion) - flat_deg),
            "hip_hinge_ratio": change(hip) / total,
            "hip_travel": change(angles["hip_back_thighs"]),
            "knee_flexion_bottom": float(np.median(knee[turned])),
            "hip_range": change(hip),
            "wrist_to_leg": float(np.median(angles["wrist_to_leg_thighs"][turned])),
            "weight_gap": float(np.median(planted["weight_gap_thighs"][turned])),
            "lockout_extension": float(np.percentile(past, 85)),
        }
    elif exercise in CURLS:
        trunk, travel = angles["trunk_inclination_deg"], angles["hip_shift_thighs"]
        metrics |= {
            "peak_knee_flexion": float(np.median(knee[turned])),
            "knee_range": change(knee),
            "hip_motion_deg": float(np.ptp(hip[inside])),
            "trunk_swing_deg": float(np.ptp(trunk[inside])),
            "hip_shift": float(np.ptp(travel[inside])),
        }
    elif exercise in _RAISE:
        start, stop = rep.phase("eccentric")
        lowering = (t_s >= start) & (t_s <= stop)
        metrics |= {
            "knee_flexion_stretched": float(np.median(knee[turned])),
            "knee_range": -change(knee),
            "hip_motion_deg": float(np.ptp(hip[lowering])),
        }
    return {name: round(value, 3) for name, value in metrics.items()}


def faults_of(
    performance: Performance, metrics: list[dict[str, float]]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Planted faults with the reps that show them, and what lies between clean and faulty.

    Returns:
        Faults as ``{"code", "reps", "magnitude"}``; and sentences about reps in between.
    """
    lift = performance.lift
    shown: dict[str, dict[int, tuple[str, float]]] = {}
    between = []
    for index, values in enumerate(metrics, start=1):
        for rule in RULES:
            if lift.exercise not in rule.exercises:
                continue
            value = values[rule.metric]
            verdict = rule.verdict(value)
            if verdict is None:
                between.append(f"rep {index}: {rule.metric} {value:.3g} ({rule.code})")
            elif verdict:
                shown.setdefault(rule.code, {})[index] = (rule.metric, value)
        timed = performance.reps[index - 1].plan
        if timed.bounce and (lift.exercise not in CURLS or index < len(metrics)):
            shown.setdefault("BOUNCE", {})[index] = ("turnaround_s", 0.073)
        if timed.drop is not None:
            shown.setdefault("DROP", {})[index] = ("lost_at_share", timed.drop)
    faults = [
        {
            "code": code,
            "reps": sorted(reps),
            "metric": next(iter(reps.values()))[0],
            "magnitudes": [reps[at][1] for at in sorted(reps)],
        }
        for code, reps in sorted(shown.items())
    ]
    if len(metrics) > 1:
        ratio = metrics[-1]["eccentric_s"] / metrics[0]["eccentric_s"]
        if ratio < DRIFT_RATIO:
            faults.append(
                {
                    "code": "TEMPO_DRIFT",
                    "reps": [],
                    "metric": "last_over_first",
                    "magnitudes": [round(ratio, 3)],
                }
            )
    # A set that loses control passes through speeds that are neither; the drift itself is told.
    if lift.drift != 1.0:
        between = [line for line in between if "eccentric_s" not in line]
    return faults, between
