"""What a clip shows, as numbers beside it (schema ``formcheck.truth/3``, docs/rendering.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from bodies import EVERY_BODY
from numpy.typing import NDArray
from performance import Moment, Performance
from plans import Plan
from planted import ANGLE_JOINTS, faults_of, rep_metrics, sagittal, side_angles
from raster import Camera

Floats = NDArray[np.float64]

SCHEMA: Final = "formcheck.truth/3"


def planted_angles(moments: list[Moment], postures: list[dict[str, float]]) -> dict[str, Floats]:
    """Angles that were asked of the bones, by name, each of shape (n,)."""
    names = ("trunk_inclination_deg", "hip_flexion_deg", "knee_flexion_deg")
    angles = {name: np.array([posture[name] for posture in postures]) for name in names}
    angles["lumbar_flexion_deg"] = np.array([posture["lumbar_deg"] for posture in postures])
    angles["thoracic_flexion_deg"] = np.array([posture["thoracic_deg"] for posture in postures])
    angles["stretch"] = np.array([moment.stretch for moment in moments])
    return angles


def truth_of(
    plan: Plan,
    performance: Performance,
    moments: list[Moment],
    camera: Camera,
    planted: dict[str, Floats],
    bones_m: dict[str, Floats],
    joints_m: dict[str, Floats],
    sights: Floats,
) -> dict[str, Any]:
    """Put together the truth of a clip.

    Args:
        plan: The plan.
        performance: The set with its times.
        moments: What the lifter does in each frame.
        camera: The camera that looked at a lifter who faces right.
        planted: Angles asked of the bones.
        bones_m: Heads of the bones by name, each of shape (n, 3).
        joints_m: Joints as pose models annotate them.
        sights: Shape (n, 4), what each picture shows (``scene.Sights``); NaN where none was drawn.
    """
    t_s, lift = performance.t_s, plan.lift
    angles = sagittal(joints_m, bones_m)
    hip_y, thigh = joints_m["right_hip"][:, 1], joints_m["right_hip"] - joints_m["right_knee"]
    thigh_m = float(np.median(np.linalg.norm(thigh, axis=1)))
    angles["hip_shift_thighs"] = (hip_y - hip_y[0]) / thigh_m
    gap_m = np.maximum(0.0, [moment.ahead_m for moment in moments])
    planted = {**planted, "weight_gap_thighs": gap_m / thigh_m}
    flat_deg = performance.flat_deg
    metrics = [
        rep_metrics(lift.exercise, rep, t_s, angles, planted, flat_deg) for rep in performance.reps
    ]
    faults, between = faults_of(performance, metrics)
    left = plan.film.facing == "left"
    forward = -1.0 if left else 1.0
    near = "left" if left else "right"
    joints_px = _named(_projected(joints_m, camera, left), left)
    bones_px = _named(_projected(bones_m, camera, left), left)
    joints, centres = (
        {name: at[f"{near}_{name}"] for name in ANGLE_JOINTS} for at in (joints_px, bones_px)
    )
    seen = side_angles(joints, centres, forward)
    body, film = EVERY_BODY[plan.body], plan.film
    return {
        "schema": SCHEMA,
        "clip": f"{plan.name}.mp4",
        "exercise": lift.exercise,
        "seed": plan.seed,
        "split": body.split,
        "fps": film.fps,
        "variable_frame_rate": film.variable_rate,
        "frame_count": len(t_s),
        "camera": {
            "width": camera.width,
            "height": camera.height,
            "position_m": _rounded(np.array(camera.position_m), 3),
            "target_m": _rounded(np.array(camera.target_m), 3),
            "focal_px": round(camera.focal_px, 1),
            "yaw_deg": round(camera.yaw_deg, 2),
            "pitch_deg": round(camera.pitch_deg, 2),
            "facing": film.facing,
            "near_side": near,
            "noise_levels": film.noise,
            "crf": film.crf,
            "blur_moments": film.blur,
            "exposure": film.exposure,
            "room": film.room,
            "light": film.light,
        },
        "lifter": {
            "body": plan.body,
            "sex": body.sex,
            "height_m": body.height_m,
            **({"flat_lumbar_deg": round(flat_deg, 1)} if flat_deg else {}),
            **plan.outfit.describe(),
        },
        "equipment": plan.equipment,
        "decoys": [
            *(what for what in (lift.before, lift.after) if what != "stand"),
            *(["passer"] if plan.passer else []),
        ],
        "hands_help": lift.hands_help,
        "planted": {
            "rep_count": len(performance.reps),
            "faults": faults,
            "between_clean_and_faulty": between,
            "spine_flexion_deg_max": round(float(np.max(planted["lumbar_flexion_deg"])), 1),
        },
        "reps": _reps(performance, metrics, faults, planted),
        "frames": {
            "t_s": _rounded(t_s, 4),
            "joints_px": {name: _rounded(at, 1) for name, at in joints_px.items()},
            "bones_px": {name: _rounded(at, 1) for name, at in bones_px.items()},
            "joints_m": {
                name: _rounded(at, 3)
                for name, at in _named(_mirrored(joints_m, left), left).items()
            },
            "bones_m": {
                name: _rounded(at, 4) for name, at in _named(_mirrored(bones_m, left), left).items()
            },
            **{name: _rounded(seen[name], 1 if name.endswith("deg") else 3) for name in seen},
            "sagittal": {name: _rounded(angles[name], 1) for name in _SAGITTAL},
            "planted": {name: _rounded(planted[name], 2) for name in planted},
            "spine_flexion_deg": _rounded(planted["lumbar_flexion_deg"], 1),
            "thoracic_flexion_deg": _rounded(planted["thoracic_flexion_deg"], 1),
            "occluded_near_leg": _rounded(sights[:, 0], 2),
            "occluded_torso": _rounded(sights[:, 1], 2),
            "covered_back": _rounded(sights[:, 2], 2),
            "back_bend_deg": _rounded(sights[:, 3], 1),
        },
    }


_SAGITTAL: Final = ("trunk_inclination_deg", "hip_flexion_deg", "knee_flexion_deg")


def write_truth(path: Path, truth: dict[str, Any]) -> None:
    """Write the truth, the frames' numbers packed tight; atomic."""
    head = json.dumps({**truth, "frames": "FRAMES"}, indent=1)
    packed = json.dumps(truth["frames"], separators=(",", ":")).replace('],"', '],\n"')
    partial = path.with_name(f".{path.name}")
    partial.write_text(head.replace('"FRAMES"', packed) + "\n", encoding="utf-8")
    partial.replace(path)


def _projected(joints_m: dict[str, Floats], camera: Camera, mirror: bool) -> dict[str, Floats]:
    projected = {name: camera.project(at)[:, :2] for name, at in joints_m.items()}
    if mirror:
        return {
            name: np.column_stack([camera.width - at[:, 0], at[:, 1]])
            for name, at in projected.items()
        }
    return projected


def _mirrored(joints_m: dict[str, Floats], mirror: bool) -> dict[str, Floats]:
    turn = np.array([-1.0, 1.0, 1.0]) if mirror else np.ones(3)
    return {name: at * turn for name, at in joints_m.items()}


def _named(joints: dict[str, Floats], mirror: bool) -> dict[str, Floats]:
    """Left and right change their names in a mirror."""
    if not mirror:
        return joints
    other = {"left": "right", "right": "left"}
    return {
        f"{other[side]}_{name}": at
        for (side, _, name), at in ((key.partition("_"), at) for key, at in joints.items())
    }


def _reps(
    performance: Performance,
    metrics: list[dict[str, float]],
    faults: list[dict[str, Any]],
    planted: dict[str, Floats],
) -> list[dict[str, Any]]:
    reps = []
    t_s = performance.t_s
    for index, (rep, values) in enumerate(zip(performance.reps, metrics, strict=True), start=1):
        inside = (t_s >= rep.edges_s[0]) & (t_s <= rep.edges_s[-1])
        lengths = {name: rep.phase(name)[1] - rep.phase(name)[0] for name in rep.names}
        reps.append(
            {
                "index": index,
                "start_s": round(rep.edges_s[0], 4),
                "end_s": round(rep.edges_s[-1], 4),
                "first_phase": rep.names[0],
                "phases": {
                    name: {
                        "start_s": round(rep.phase(name)[0], 4),
                        "end_s": round(rep.phase(name)[1], 4),
                    }
                    for name in rep.names
                },
                "eccentric_s": round(lengths["eccentric"], 4),
                "concentric_s": round(lengths["concentric"], 4),
                "spine_flexion_deg_max": round(
                    float(planted["lumbar_flexion_deg"][inside].max()), 1
                ),
                "faults": [fault["code"] for fault in faults if index in fault["reps"]],
                "metrics": values,
            }
        )
    return reps


def _rounded(values: Floats, digits: int) -> list[Any]:
    """Rounded, as lists; what is not known becomes ``null``."""
    kept: Any = (np.round(values, digits) + 0.0).astype(object)
    kept[np.isnan(values)] = None
    return list(kept.tolist())


def label_row(truth: dict[str, Any], notes: str) -> dict[str, str]:
    """The clip's line in a label table (design, "Labels")."""
    yaw = abs(truth["camera"]["yaw_deg"])
    view = "side" if yaw <= 20 else "oblique" if yaw < 65 else "front"
    if view == "front" and truth["camera"]["yaw_deg"] < 0:
        view = "rear"
    hinge = truth["exercise"] in ("romanian_deadlift", "good_morning")
    codes = [fault["code"] for fault in truth["planted"]["faults"]]
    spine = (
        "rounded"
        if "SPINE_ROUNDED" in codes
        else "arched"
        if "SPINE_ARCHED" in codes
        else "neutral"
    )
    judged = truth["exercise"] != "none"
    return {
        "clip": truth["clip"],
        "exercise": truth["exercise"],
        "reps": str(truth["planted"]["rep_count"]),
        "view": view,
        "spine": spine if hinge else "",
        "faults": ";".join(codes) if codes else "-",
        "eccentric_s": ";".join(f"{rep['eccentric_s']:.2f}" for rep in truth["reps"])
        if judged
        else "",
        "notes": notes,
    }
