from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from formcheck.report.drawing import DARK, WHITE, Canvas, put_text
from formcheck.report.measures import Scene, draw_measure

PICTURE = (240, 320, 3)


@pytest.mark.parametrize(
    ("code", "metric"),
    [
        ("SPINE_ROUNDED", "spine_curvature"),
        ("SQUATTING", "hip_hinge_ratio"),
        ("HIPS_NOT_BACK", "hip_travel"),
        ("KNEES_LOCKED", "knee_flexion_bottom"),
        ("SHALLOW", "hip_range"),
        ("BAR_DRIFT", "wrist_to_leg"),
        ("LOCKOUT_LEAN", "lockout_extension"),
        ("BOUNCE", "turnaround_s"),
        ("RANGE_SHORT", "knee_range"),
        ("HIPS_LIFT", "hip_lift"),
        ("HIPS_SHIFT", "body_shift"),
        ("DROP", "break_away"),
    ],
)
def test_every_fault_is_drawn_even_with_parts_missing(build: Any, code: str, metric: str) -> None:
    track = build.track(np.linspace(0, 1, 3))
    scene = Scene(Canvas(np.zeros(PICTURE, np.uint8)), track, build.signals(track.t_s), 1)
    draw_measure(scene, code, metric)
    assert scene.canvas.bgr.any()
    track.landmarks_px[:] = np.nan
    track.outline[:] = np.nan
    blind = Scene(Canvas(np.zeros(PICTURE, np.uint8)), track, build.signals(track.t_s), 1)
    draw_measure(blind, code, metric)


def test_an_unknown_quantity_gets_no_wrong_angle(build: Any) -> None:
    track = build.track(np.linspace(0, 1, 3))
    scene = Scene(Canvas(np.zeros(PICTURE, np.uint8)), track, build.signals(track.t_s), 1)
    draw_measure(scene, "NEW", "something_new")
    assert not scene.canvas.bgr.any()


def test_a_turn_is_drawn_where_the_exercise_turns(build: Any) -> None:
    track = build.track(np.linspace(0, 1, 31))
    pictures = {}
    for exercise in ("romanian_deadlift", "lying_leg_curl"):
        scene = Scene(
            Canvas(np.zeros(PICTURE, np.uint8)), track, build.signals(track.t_s), 15, exercise
        )
        draw_measure(scene, "BOUNCE", "turnaround_s")
        rows, columns = np.nonzero(scene.canvas.bgr.any(axis=2))
        pictures[exercise] = (columns.mean(), rows.mean())
    landmarks = track.landmarks_px[0]
    assert pictures["romanian_deadlift"] == pytest.approx(tuple(landmarks[11]), abs=1)
    assert pictures["lying_leg_curl"] == pytest.approx(tuple(landmarks[27]), abs=1)


def test_arc_labels_lie_on_the_bisector() -> None:
    canvas = Canvas(np.zeros(PICTURE, np.uint8))
    where = canvas.arc(np.array([60.0, 50.0]), np.array([60.0, 0.0]), np.array([99.0, 50.0]), 10.0)
    assert where - (60, 50) == pytest.approx(14.5 * np.array([1, -1]) / np.sqrt(2), abs=1.0)


def test_canvas_places_points_of_the_clip() -> None:
    canvas = Canvas(np.zeros(PICTURE, np.uint8), scale=2.0, origin_px=(10.0, 20.0))
    assert canvas.place(np.array([15.0, 26.0])).tolist() == [10.0, 12.0]
    canvas.dot(np.array([40.0, 40.0]), WHITE)
    assert canvas.bgr[40, 60].tolist() == list(WHITE)


def test_degree_sign_is_a_ring_and_no_question_mark() -> None:
    plain, ringed = (np.full(PICTURE, 99, np.uint8) for _ in range(2))
    put_text(plain, "45", (5, 60), WHITE, 1.0)
    put_text(ringed, "45°", (5, 60), WHITE, 1.0)
    changed = np.argwhere((plain != ringed).any(axis=2))
    assert len(changed)
    assert changed[:, 0].max() < 60
    assert DARK != WHITE
