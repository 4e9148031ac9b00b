"""What the clip shows, as numbers beside it (schema ``formcheck.truth/1``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from lifting import PHASES, Performance
from numpy.typing import NDArray
from posing import JOINTS, Position
from raster import Camera

from formcheck.motion.geometry import lean_deg, length, signed_bend_deg

Floats = NDArray[np.float64]

SCHEMA: Final = "formcheck.truth/1"
FORWARD: Final = 1.0
"""The lifter faces right in the picture and turns the right side to the camera."""
NEAR: Final = "right"


def truth_of(
    performance: Performance,
    positions: list[Position],
    joints_px: dict[str, Floats],
    camera: Camera,
    fps: int,
    body_height_m: float,
) -> dict[str, Any]:
    """Put together the truth of a clip.

    Args:
        performance: The set with its times.
        positions: The position in each frame.
        joints_px: Projected joint centres by name, each of shape (n, 2).
        camera: The camera.
        fps: Frames a second.
        body_height_m: Height of the lifter.
    """
    plan = performance.plan
    angles = angles_of(joints_px)
    spine_deg = np.array([position.spine_deg for position in positions])
    return {
        "schema": SCHEMA,
        "clip": f"{plan.name}.mp4",
        "exercise": "romanian_deadlift",
        "seed": plan.seed,
        "fps": fps,
        "frame_count": len(performance.t_s),
        "camera": {
            "width": camera.width,
            "height": camera.height,
            "position_m": list(camera.position_m),
            "target_m": list(camera.target_m),
            "focal_px": camera.focal_px,
            "yaw_deg": yaw_deg(camera),
            "facing": "right",
            "near_side": NEAR,
        },
        "lifter": {"height_m": body_height_m, "weights": "two dumbbells of 12.4 cm across"},
        "planted": {
            "rep_count": plan.reps,
            "faults": [
                {"code": code, "reps": list(range(1, plan.reps + 1))} for code in plan.faults
            ],
            "spine_flexion_deg_max": plan.spine_deg,
        },
        "reps": _reps(performance, spine_deg),
        "frames": {
            "t_s": _rounded(performance.t_s, 4),
            "joints_px": {name: _rounded(at, 1) for name, at in joints_px.items()},
            **{name: _rounded(values, 1) for name, values in angles.items()},
            "spine_flexion_deg": _rounded(spine_deg, 1),
        },
    }


def angles_of(joints_px: dict[str, Floats]) -> dict[str, Floats]:
    """Angles of the near side and the hip's travel, from the projected joints."""
    shoulder, hip, knee, ankle = (
        joints_px[f"{NEAR}_{name}"] for name in ("shoulder", "hip", "knee", "ankle")
    )
    thigh_px = float(np.median(length(hip, knee)))
    return {
        "trunk_inclination_deg": lean_deg(hip, shoulder, FORWARD),
        "hip_flexion_deg": signed_bend_deg(shoulder, hip, knee, FORWARD),
        "knee_flexion_deg": -signed_bend_deg(hip, knee, ankle, FORWARD),
        "hip_back_thighs": np.round(FORWARD * (ankle[:, 0] - hip[:, 0]) / thigh_px, 3),
    }


def joints_in_picture(joints: list[dict[str, Floats]], camera: Camera) -> dict[str, Floats]:
    """Projected joints over time, each of shape (n, 2)."""
    names = [f"{side}_{name}" for side in ("left", "right") for name in JOINTS]
    return {
        name: camera.project(np.stack([frame[name] for frame in joints]))[:, :2] for name in names
    }


def yaw_deg(camera: Camera) -> float:
    """Angle between the camera's axis and a square side view."""
    away = np.subtract(camera.target_m, camera.position_m)
    return round(float(np.degrees(np.arctan2(abs(away[1]), abs(away[0])))), 1)


def write_truth(path: Path, truth: dict[str, Any]) -> None:
    """Write the truth, the frames' numbers packed tight."""
    frames = truth["frames"]
    head = json.dumps({**truth, "frames": "FRAMES"}, indent=1)
    packed = json.dumps(frames, separators=(",", ":")).replace('],"', '],\n"')
    path.write_text(head.replace('"FRAMES"', packed) + "\n", encoding="utf-8")


def _reps(performance: Performance, spine_deg: Floats) -> list[dict[str, Any]]:
    reps = []
    for index, rep in enumerate(performance.reps, start=1):
        edges = [round(edge, 4) for edge in rep.boundaries_s]
        if index == len(performance.reps):
            edges[-1] = round(float(performance.t_s[-1]), 4)
        inside = (performance.t_s >= edges[0]) & (performance.t_s <= edges[-1])
        reps.append(
            {
                "index": index,
                "start_s": edges[0],
                "end_s": edges[-1],
                "phases": {
                    name: {"start_s": edges[at], "end_s": edges[at + 1]}
                    for at, name in enumerate(PHASES)
                },
                "eccentric_s": round(edges[1] - edges[0], 4),
                "concentric_s": round(edges[3] - edges[2], 4),
                "spine_flexion_deg_max": round(float(spine_deg[inside].max()), 1),
            }
        )
    return reps


def _rounded(values: Floats, digits: int) -> list[Any]:
    kept: list[Any] = np.round(values, digits if values.max() > 3 else 3).tolist()
    return kept
