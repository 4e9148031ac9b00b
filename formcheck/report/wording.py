"""The words a lifter reads: titles of faults, names of metrics, phases and reasons.

Whatever has no entry here is shown under its standard term, so that a new exercise or metric
is readable before somebody writes its words.
"""

from __future__ import annotations

from typing import Final

FAULT_TITLES: Final[dict[str, str]] = {
    "SPINE_ROUNDED": "Rounded back",
    "SPINE_ARCHED": "Over-arched back",
    "SQUATTING": "Squatting instead of hinging",
    "HIPS_NOT_BACK": "Hips not going back",
    "KNEES_LOCKED": "Knees locked straight",
    "SHALLOW": "Not low enough",
    "RANGE_SHORT": "Range of motion cut short",
    "BAR_DRIFT": "Weight away from the legs",
    "LOCKOUT_LEAN": "Leaning back at the top",
    "ECCENTRIC_FAST": "Lowered too fast",
    "ECCENTRIC_SLOW": "Lowered very slowly",
    "BOUNCE": "Bounced out of the bottom",
    "HIPS_LIFT": "Hips lifted off the pad",
    "HIPS_SHIFT": "Hips slid on the seat",
    "HIP_BREAK": "Hips bent",
    "DROP": "Dropped instead of lowered",
    "TEMPO_DRIFT": "Control faded over the set",
}

METRIC_NAMES: Final[dict[str, str]] = {
    "spine_curvature": "Shape of the back",
    "spine_bend_deg": "Shape of the back",
    "spine_lumbar": "Lower back",
    "spine_thoracic": "Upper back",
    "spine_lumbar_deg": "Lower back",
    "spine_thoracic_deg": "Upper back",
    "hip_hinge_ratio": "Hip hinge",
    "hip_travel": "Hips going back",
    "hip_flexion_deg": "Hip bend",
    "hip_flexion_max_deg": "Hip bend at the bottom",
    "hip_extension_top_deg": "Hips at the top",
    "knee_flexion_deg": "Knee bend",
    "knee_flexion_bottom_deg": "Knee bend at the bottom",
    "knee_flexion_min_deg": "Smallest knee bend",
    "knee_flexion_max_deg": "Largest knee bend",
    "trunk_inclination_deg": "Trunk lean",
    "trunk_inclination_max_deg": "Depth",
    "trunk_range_deg": "Depth",
    "range_of_motion_deg": "Range of motion",
    "wrist_to_leg": "Weight close to the legs",
    "bar_drift": "Weight close to the legs",
    "lockout_lean_deg": "Standing tall at the top",
    "lockout_extension": "Standing tall at the top",
    "hip_range": "Depth",
    "knee_flexion_bottom": "Knee bend at the bottom",
    "turnaround_s": "Turn at the bottom",
    "stretched_pause_s": "Pause at the bottom",
    "top_pause_s": "Pause at the top",
    "eccentric_s": "Lowering tempo",
    "concentric_s": "Lifting time",
    "bounce": "Turn at the bottom",
}

METRIC_GOOD: Final[dict[str, str]] = {
    "spine_curvature": "The back kept its shape",
    "spine_bend_deg": "The back kept its shape",
    "spine_lumbar_deg": "The lower back kept its shape",
    "spine_thoracic_deg": "The upper back kept its shape",
    "hip_hinge_ratio": "A hinge and no squat: the hips bent more than the knees",
    "hip_travel": "The hips travelled back",
    "trunk_inclination_max_deg": "Deep enough",
    "trunk_range_deg": "Deep enough",
    "knee_flexion_min_deg": "The knees were not locked",
    "wrist_to_leg": "The weight stayed close to the legs",
    "bar_drift": "The weight stayed close to the legs",
    "lockout_extension": "Stood tall at the top without leaning back",
    "hip_range": "Deep enough",
    "knee_flexion_bottom": "The knees were not locked",
    "turnaround_s": "Turned around at the bottom without bouncing",
    "lockout_lean_deg": "Stood tall at the top without leaning back",
    "eccentric_s": "Lowered under control, at the right tempo",
    "bounce": "Turned around at the bottom without bouncing",
}

REASONS: Final[dict[str, str]] = {
    "view": "the camera does not look from the side",
    "occlusion": "something hides the body there",
    "visibility": "the body could not be seen clearly enough",
    "too_few_frames": "the clip has too few pictures of it",
    "out_of_frame": "part of the body is outside the picture",
    "not_shown": "the clip does not show this part of the rep",
    "upright": "the trunk never leaned far enough for the outline of the back to show its shape",
    "uncertain": "the measurement is too close to the limit to call",
    "no_reference": "there was nothing to compare with",
}

EXERCISE_TITLES: Final[dict[str, str]] = {
    "romanian_deadlift": "Romanian deadlift",
    "good_morning": "Good morning",
    "seated_leg_curl": "Seated leg curl",
    "lying_leg_curl": "Lying leg curl",
    "glute_ham_raise": "Glute-ham raise",
}

SEVERITIES: Final[dict[str, str]] = {
    "major": "Serious",
    "minor": "To improve",
    "note": "Note",
}

_CURLS: Final = frozenset({"seated_leg_curl", "lying_leg_curl"})
_UNITS: Final = {"deg": "°", "s": " s", "1": "", "": ""}
_ACRONYMS: Final = {"deg", "s", "px", "thighs", "bodies", "torso", "ratio"}


def fault_title(code: str) -> str:
    """Short title of a fault."""
    return FAULT_TITLES.get(code, _plain(code))


def metric_name(metric: str) -> str:
    """What a metric measures, in a lifter's words."""
    return METRIC_NAMES.get(metric, _plain(metric))


def metric_good(metric: str) -> str:
    """Sentence without full stop for a metric that is in order."""
    return METRIC_GOOD.get(metric, f"{metric_name(metric)}: within limits")


def reason_text(reason: str | None) -> str:
    """Why something could not be judged."""
    return "no reason was recorded" if reason is None else REASONS.get(reason, _plain(reason))


def exercise_title(name: str) -> str:
    """Title of an exercise."""
    return EXERCISE_TITLES.get(name, _plain(name))


def phase_words(exercise: str) -> dict[str, str]:
    """Names of the phases of a rep, by their field in the report."""
    curl = exercise in _CURLS
    return {
        "eccentric": "Extending" if curl else "Lowering",
        "stretched_pause": "Pause, stretched" if curl else "Pause at the bottom",
        "concentric": "Curling" if curl else "Lifting",
        "top_pause": "Pause, curled" if curl else "Pause at the top",
    }


def number(value: float | None, digits: int | None = None) -> str:
    """A number as a person writes it; a dash for a missing one."""
    if value is None:
        return "–"
    if digits is None:
        digits = 0 if abs(value) >= 20 else 1 if abs(value) >= 3 else 2
    text = f"{value:.{digits}f}"
    text = text.lstrip("-") if float(text) == 0.0 else text
    return text.replace("-", "−")


def quantity(value: float | None, unit: str, digits: int | None = None) -> str:
    """A number with its unit; a dash for a missing one."""
    if value is None:
        return "–"
    return number(value, digits) + _UNITS.get(unit, f" {unit}")


def measured(value: float | None, uncertainty: float | None, unit: str) -> str:
    """A value with its uncertainty, written to the same digit, and the unit."""
    if value is None or uncertainty is None:
        return quantity(value, unit)
    digits = 2 if uncertainty < 0.1 else 1 if uncertainty < 2 else 0
    suffix = _UNITS.get(unit, f" {unit}")
    return f"{number(value, digits)} ± {number(uncertainty, digits)}{suffix}"


def percent(share: float) -> str:
    """A probability as a person may read it: never quite 0 or 100 %."""
    if share > 0.99:
        return "more than 99 %"
    return "less than 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def listed(names: list[str]) -> str:
    """Names as one phrase: ``Shape of the back, hip hinge and depth``."""
    first, *rest = dict.fromkeys(names)
    rest = [name[:1].lower() + name[1:] for name in rest]
    return " and ".join([", ".join([first, *rest[:-1]]), *rest[-1:]])


def rep_list(reps: list[int]) -> str:
    """Rep numbers as a person writes them: ``1, 3–5, 9``."""
    runs: list[list[int]] = []
    for rep in sorted(set(reps)):
        if runs and rep == runs[-1][-1] + 1:
            runs[-1].append(rep)
        else:
            runs.append([rep])
    parts = [
        str(run[0]) if len(run) == 1 else f"{run[0]}{', ' if len(run) == 2 else '–'}{run[-1]}"
        for run in runs
    ]
    return ", ".join(parts)


def clock(seconds: float) -> str:
    """A moment of the clip: ``7.2 s``, from a minute on ``1:07.2``."""
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 // 10:02d}.{tenths % 10}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def _plain(term: str) -> str:
    words = [w for w in term.lower().split("_") if w not in _ACRONYMS] or [term]
    return " ".join(words).capitalize()
