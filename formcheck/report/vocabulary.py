"""The vocabulary of the reports: what faults, metrics, reasons and exercises are called.

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
    "spine_from_standing": "Back against standing",
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
    "knee_range": "Range of the knee",
    "range_shortfall": "Short of the full range",
    "peak_knee_flexion": "Largest knee bend",
    "knee_flexion_stretched": "Smallest knee bend",
    "hip_lift": "Hip bend in the curl",
    "hip_rise": "Hips off the pad",
    "body_shift": "Hips and torso still",
    "hip_shift": "Hips sliding",
    "trunk_swing": "Torso rocking",
    "hip_break": "Hip bend on the way down",
    "hip_break_at": "Knee bend where the hips gave",
    "break_away": "Speeding up on the way down",
    "break_angle": "Knee bend where control was lost",
    "hand_support": "Help from the hands",
}

METRIC_GOOD: Final[dict[str, str]] = {
    "spine_curvature": "The back kept its shape",
    "spine_bend_deg": "The back kept its shape",
    "spine_lumbar_deg": "The lower back kept its shape",
    "spine_thoracic_deg": "The upper back kept its shape",
    "hip_hinge_ratio": "A hinge and no squat",
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
    "knee_range": "The knees moved through their full range",
    "range_shortfall": "The knees moved through their full range",
    "knee_flexion_stretched": "Lowered all the way",
    "hip_lift": "The hips stayed on the pad",
    "body_shift": "Hips and torso stayed still",
    "hip_break": "The hips stayed straight on the way down",
    "break_away": "Kept control all the way down",
}

CURL_FAULT_TITLES: Final[dict[str, str]] = {
    "ECCENTRIC_FAST": "Let the weight back too fast",
    "ECCENTRIC_SLOW": "Let the weight back very slowly",
    "BOUNCE": "Bounced out of the stretch",
}
"""In a curl nothing is lowered by bending forward, and there is no bottom."""

CURL_METRIC_NAMES: Final[dict[str, str]] = {
    "turnaround_s": "Turn at the stretched end",
    "stretched_pause_s": "Pause when stretched",
    "top_pause_s": "Pause when curled",
    "eccentric_s": "Extending tempo",
    "concentric_s": "Curling time",
}

CURL_METRIC_GOOD: Final[dict[str, str]] = {
    "turnaround_s": "Turned around at the stretched end without bouncing",
    "eccentric_s": "Let the weight back under control, at the right tempo",
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
    "assisted": "the hands helped",
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

CURLS: Final = frozenset({"seated_leg_curl", "lying_leg_curl"})
KNEE_DRIVEN: Final = CURLS | {"glute_ham_raise"}
"""Exercises whose reps are told by the bend of the knee and not by the lean of the trunk."""
