from __future__ import annotations

import numpy as np

from formcheck.live.coach import Coach
from formcheck.live.cues import Cue
from formcheck.live.gate import Gate
from formcheck.live.screen import AMBER, GREEN, HEIGHT, RED, Image, Shown, draw
from formcheck.live.seen import Seen, seen_of
from tests.synthetic import rdl_track

NOBODY = Seen(0.0, (1280, 960))


def grey(width: int = 1280, height: int = 960) -> Image:
    return np.full((height, width, 3), 128, dtype=np.uint8)


def has(picture: Image, colour: tuple[int, int, int]) -> int:
    return int((np.abs(picture.astype(int) - colour).max(axis=2) <= 8).sum())


def test_the_picture_is_mirrored_and_fills_the_height() -> None:
    bgr = grey()
    bgr[300:500, :100] = (255, 0, 255)
    shown = draw(bgr, NOBODY, Coach(), Shown(0.0))
    assert shown.shape == (HEIGHT, 960, 3)
    assert shown[300, -10].tolist() == [255, 0, 255]
    assert shown[300, 10].tolist() != [255, 0, 255]


def test_the_picture_itself_is_not_drawn_on() -> None:
    bgr = grey()
    draw(bgr, seen_of(rdl_track(1))[0], Coach(), Shown(0.0))
    assert (bgr == 128).all()


def test_the_skeleton_lies_on_the_mirrored_body() -> None:
    seen = seen_of(rdl_track(1))[0]
    shown = draw(grey(), seen, Coach(), Shown(0.0))
    assert seen.landmarks_px is not None
    hip = seen.landmarks_px[[23, 24]].mean(axis=0) * HEIGHT / 960
    column, row = round(959 - float(hip[0])), round(float(hip[1]))
    assert (shown[row - 4 : row + 5, column - 4 : column + 5] >= 250).all(axis=2).any()


def test_a_cue_is_shown_large_for_three_seconds() -> None:
    cue = Cue("Hips back", "HIPS_NOT_BACK", False, 1, 0.0)
    fresh = draw(grey(), NOBODY, Coach(), Shown(1.0, cue=cue, cue_s=0.0))
    stale = draw(grey(), NOBODY, Coach(), Shown(4.0, cue=cue, cue_s=0.0))
    assert has(fresh, AMBER) > 3000 > has(stale, AMBER)
    letters = np.flatnonzero((np.abs(fresh.astype(int) - AMBER).max(axis=2) <= 8).any(axis=1))
    # A ninth of the screen's height: 3 cm on a 27 cm screen, half a degree at 4 m.
    assert np.ptp(letters) >= HEIGHT / 11


def test_praise_and_trouble_have_colours_of_their_own() -> None:
    praise = Cue("Back is good", "SPINE_ROUNDED", True, 1, 0.0)
    assert has(draw(grey(), NOBODY, Coach(), Shown(1.0, cue=praise, cue_s=0.0)), GREEN) > 3000
    lost = draw(grey(), NOBODY, Coach(), Shown(1.0, notice="camera 0 gives no picture"))
    assert has(lost, RED) > 1000


def test_where_to_put_the_camera_and_ready_are_shown() -> None:
    coach = Coach()
    coach.gate = Gate("placing", "Turn your side to the camera.")
    assert has(draw(grey(), NOBODY, coach, Shown(0.0)), AMBER) > 1000
    coach.gate = Gate("ready", "")
    assert has(draw(grey(), NOBODY, coach, Shown(0.0)), GREEN) > 1000


def test_beside_an_upright_picture_a_cue_is_as_large_and_the_body_in_its_place() -> None:
    seen = seen_of(rdl_track(1))[0]
    cue = Cue("Lower it slower", "ECCENTRIC_FAST", False, 1, 0.0)
    shown = draw(grey(540, 960), NOBODY, Coach(), Shown(1.0, cue=cue, cue_s=0.0))
    letters = np.flatnonzero((np.abs(shown.astype(int) - AMBER).max(axis=2) <= 8).any(axis=1))
    assert np.ptp(letters) >= HEIGHT / 11
    assert (shown[220:500, :270] == 0).all()
    shown = draw(grey(540, 960), seen, Coach(), Shown(0.0))
    assert seen.landmarks_px is not None
    hip = seen.landmarks_px[[23, 24]].mean(axis=0) * HEIGHT / 960
    column, row = round((960 + 405) / 2 - 1 - float(hip[0])), round(float(hip[1]))
    assert (shown[row - 4 : row + 5, column - 4 : column + 5] >= 250).all(axis=2).any()


def test_narrow_and_wide_pictures_are_drawn_too() -> None:
    cue = Cue("Hips back, shins still", "SQUATTING", False, 1, 0.0)
    coach = Coach()
    coach.pace.stage, coach.pace.progress = "lowering", 0.4
    lines = ("Set 1: 10 x romanian deadlift", "Score 80 of 100")
    for size in ((90, 160), (1920, 1080), (176, 144)):
        for shown in (Shown(1.0, cue=cue, cue_s=0.5), Shown(9.0, summary=lines, recording=True)):
            picture = draw(grey(*size), Seen(0.0, size), coach, shown)
            assert picture.shape[0] == HEIGHT
