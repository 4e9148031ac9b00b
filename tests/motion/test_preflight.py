"""What is wrong with a clip: drawn clips of which one thing is wrong at a time."""

from __future__ import annotations

import inspect
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.exercises.hinge import hinge_reps
from formcheck.exercises.registry import exercise_settings
from formcheck.motion import preflight
from formcheck.motion.build import build_signals
from formcheck.motion.preflight import (
    COMPANY,
    PictureFacts,
    Trouble,
    check_clip,
    moments_to_look_at,
    sees_front,
    thigh_scatter_deg,
    twist_deg,
)
from formcheck.pose import follow
from formcheck.pose.landmarks import Landmark
from formcheck.pose.track import PoseTrack
from tests.synthetic import rdl_track, without

PROJECT = Path(__file__).resolve().parents[2]
FINE = PictureFacts(luma=110.0, smear_bodies=0.003)
SPINE_LIMIT_DEG = 21.0


def told(track: PoseTrack, **more: Any) -> dict[Trouble, str]:
    signals = build_signals(track)
    reps = hinge_reps(signals, exercise_settings("romanian_deadlift"))
    options = {"max_spine_yaw_deg": SPINE_LIMIT_DEG, "pictures": FINE, **more}
    return {check.code: check.sentence for check in check_clip(track, signals, reps, **options)}


def test_a_good_clip_has_no_problem() -> None:
    assert told(rdl_track(2)) == {}
    assert told(rdl_track(2), pictures=None) == {}


@pytest.mark.parametrize(
    ("facing", "yaw_deg", "turn"),
    [
        ("right", 30.0, "in front of your side: carry it 30 degrees round you to its left"),
        ("left", 30.0, "in front of your side: carry it 30 degrees round you to its right"),
        ("right", -30.0, "behind your side: carry it 30 degrees round you to its right"),
        ("left", -30.0, "behind your side: carry it 30 degrees round you to its left"),
    ],
)
def test_the_camera_is_sent_the_right_way(facing: str, yaw_deg: float, turn: str) -> None:
    """The picture is the camera's: whoever faces right has the front on the camera's right."""
    sign = 1.0 if facing == "right" else -1.0
    track = rdl_track(2, facing=facing, yaw_deg=sign * turned(yaw_deg))
    problems = told(track)
    assert set(problems) == {Trouble.VIEW_BACK}
    assert turn in problems[Trouble.VIEW_BACK]


def turned(yaw_deg: float) -> float:
    """The yaw that draws a camera so far in front of the lifter's side."""
    drawn = rdl_track(1, yaw_deg=30.0)
    return yaw_deg if sees_front(drawn) else -yaw_deg


def test_a_small_yaw_is_no_problem_and_a_large_one_touches_more_than_the_back() -> None:
    assert told(rdl_track(2, yaw_deg=15.0)) == {}
    problems = told(rdl_track(2, yaw_deg=50.0))
    assert set(problems) == {Trouble.VIEW}
    assert "Reps and tempo are counted" in problems[Trouble.VIEW]


@pytest.mark.parametrize(("yaw_deg", "where"), [(88.0, "front"), (-88.0, "behind")])
def test_front_and_rear(yaw_deg: float, where: str) -> None:
    problems = told(rdl_track(2, yaw_deg=turned(yaw_deg)))
    assert where in problems[Trouble.VIEW]
    assert "quarter turn" in problems[Trouble.VIEW]


def test_a_view_that_shoulders_and_hips_contradict_is_not_told() -> None:
    square, turned_away = rdl_track(2), rdl_track(2, yaw_deg=50.0)
    shoulders = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
    mixed = replace(
        square, landmarks_px=square.landmarks_px.copy(), landmarks_m=square.landmarks_m.copy()
    )
    mixed.landmarks_px[:, shoulders] = turned_away.landmarks_px[:, shoulders]
    mixed.landmarks_m[:, shoulders] = turned_away.landmarks_m[:, shoulders]
    assert twist_deg(square) == pytest.approx(0.0, abs=1.0)
    assert twist_deg(mixed) == pytest.approx(50.0, abs=3.0)
    assert Trouble.VIEW_UNSURE in told(mixed)


def test_an_exercise_that_any_view_shows_has_no_view_problem() -> None:
    assert told(rdl_track(2, yaw_deg=50.0), side_view=False) == {}


def test_parts_out_of_the_picture_are_named() -> None:
    track = rdl_track(2)
    low = replace(track, landmarks_px=track.landmarks_px + np.float32([0.0, 100.0]))
    problems = told(low)
    assert problems[Trouble.OUT_OF_FRAME].startswith("Your feet are outside the picture for 100%")


def test_a_small_lifter() -> None:
    assert Trouble.TOO_SMALL not in told(rdl_track(2, height_px=130.0))
    assert "pixels tall" in told(rdl_track(2, height_px=100.0))[Trouble.TOO_SMALL]


def test_frame_rates() -> None:
    assert "15 frames a second" in told(rdl_track(2, fps=15.0))[Trouble.FRAME_RATE]
    quick = rdl_track(3, eccentric_s=0.4, pause_s=0.1, concentric_s=0.4, top_s=0.1)
    assert "A rep has only" in told(quick)[Trouble.FEW_FRAMES]


def test_absence_and_company() -> None:
    assert told(without(rdl_track(2), [(0.0, 0.9)])) == {}
    problems = told(without(rdl_track(2), [(2.0, 3.0)]))
    assert set(problems) == {Trouble.LOST}
    noted = replace(rdl_track(2), notes=("Somebody walked past the lifter in 9 frames.",))
    assert set(told(noted)) == {Trouble.COMPANY}
    assert told(replace(rdl_track(2), notes=("Something else.",))) == {}


def test_company_is_named_as_the_notes_name_it() -> None:
    source = inspect.getsource(follow)
    assert all(words in source for words in COMPANY)


@pytest.mark.parametrize(
    ("pictures", "code"),
    [
        (PictureFacts(20.0, 0.003), Trouble.DARK),
        (PictureFacts(110.0, 0.03), Trouble.BLURRED),
        (PictureFacts(math.nan, math.nan), None),
    ],
)
def test_light_and_sharpness(pictures: PictureFacts, code: Trouble | None) -> None:
    assert set(told(rdl_track(2), pictures=pictures)) == ({code} if code else set())


def test_landmarks_that_jump_about() -> None:
    assert told(rdl_track(2, noise_px=1.0)) == {}
    assert Trouble.UNSTEADY in told(rdl_track(2, noise_px=15.0))


def test_scatter_grows_with_the_noise_put_in() -> None:
    """A thigh's ends scatter by sqrt(2) of a landmark; what the filter lets pass is not counted."""
    once, twice = (
        thigh_scatter_deg(track, track.t_s)
        for track in (rdl_track(3, noise_px=4.0), rdl_track(3, noise_px=8.0))
    )
    whole_deg = math.degrees(math.sqrt(2.0) * 4.0 / (0.245 * 600.0))
    assert 0.55 * whole_deg < once < whole_deg
    assert twice == pytest.approx(2.0 * once, rel=0.05)


def test_pictures_are_looked_at_where_the_lifter_moves() -> None:
    track = rdl_track(2)
    boxes = moments_to_look_at(track, 600.0)
    assert len(boxes) == preflight.PICTURES
    times = np.array(list(boxes))
    assert np.isin(times, track.t_s).all()
    gap_s = np.diff(np.sort(times)).min()
    assert gap_s >= track.t_s[-1] / (2 * preflight.PICTURES + 1)
    for t_s, (left, top, right, bottom) in boxes.items():
        x, y = track.landmarks_px[np.flatnonzero(track.t_s == t_s)[0]].T
        assert left < x.min() < x.max() < right
        assert top < y.min() < y.max() < bottom


def test_nothing_to_look_at() -> None:
    track = rdl_track(1)
    assert moments_to_look_at(track, math.nan) == {}
    assert moments_to_look_at(without(track, [(-1.0, 99.0)]), 600.0) == {}


def test_every_problem_is_explained() -> None:
    page = (PROJECT / "docs" / "preflight.md").read_text(encoding="utf-8")
    for code in Trouble:
        assert f"| `{code.value}` |" in page
