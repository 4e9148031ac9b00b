"""The real model on drawn pictures: no width ends the process, colours arrive the right way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.pose.landmarker import WIDTH_MULTIPLE, PoseLandmarker
from formcheck.video.reader import Frame

PROJECT = Path(__file__).resolve().parents[2]
LOOK = """
import sys
import numpy as np
from formcheck.pose.bundle_fetch import require_bundle
from formcheck.pose.landmarker import PoseLandmarker
from formcheck.video.reader import Frame
with PoseLandmarker(require_bundle("full").path) as landmarker:
    for width in map(int, sys.argv[1:]):
        noise = np.random.default_rng(0).integers(0, 255, (96, width, 3), dtype=np.uint8)
        landmarker.detect(Frame(0, width / 10, noise))
        print(width)
"""


class Spy:
    """Takes MediaPipe's place behind the landmarker and keeps the picture it is given."""

    def __init__(self) -> None:
        self.pictures: list[np.ndarray] = []
        self.times_ms: list[int] = []

    def image(self, image_format: object, data: np.ndarray) -> np.ndarray:
        self.pictures.append(data.copy())
        return data

    def detect_for_video(self, _image: object, t_ms: int) -> Any:
        self.times_ms.append(t_ms)
        return type("Nobody", (), {"pose_landmarks": []})()


@pytest.fixture
def spied() -> tuple[PoseLandmarker, Spy]:
    landmarker, spy = PoseLandmarker.__new__(PoseLandmarker), Spy()
    landmarker._image, landmarker._srgb = spy.image, None
    landmarker._landmarker, landmarker._moving, landmarker._last_ms = spy, True, -1
    return landmarker, spy


def test_the_model_is_shown_red_green_blue(spied: tuple[PoseLandmarker, Spy]) -> None:
    landmarker, spy = spied
    picture = np.zeros((8, 8, 3), dtype=np.uint8)
    picture[:] = (255, 20, 3)
    assert landmarker.detect(Frame(0, 0.0, picture)) is None
    assert spy.pictures[0][0, 0].tolist() == [3, 20, 255]


@pytest.mark.parametrize("width", [16, 850, 852, 853, 854, 855, 856, 1])
def test_pictures_are_widened_by_their_last_column(
    spied: tuple[PoseLandmarker, Spy], width: int
) -> None:
    landmarker, spy = spied
    picture = np.random.default_rng(0).integers(0, 255, (10, width, 3), dtype=np.uint8)
    landmarker.detect(Frame(0, 0.0, picture))
    shown = spy.pictures[0][..., ::-1]
    assert shown.shape[1] % WIDTH_MULTIPLE == 0
    assert shown.shape[1] - width < WIDTH_MULTIPLE
    assert np.array_equal(shown[:, :width], picture)
    assert (shown[:, width:] == picture[:, -1:]).all()


def test_times_are_whole_milliseconds_that_increase(spied: tuple[PoseLandmarker, Spy]) -> None:
    landmarker, spy = spied
    picture = np.zeros((8, 8, 3), dtype=np.uint8)
    for index, t_s in enumerate((0.0, 0.0001, 0.0002, 0.0333, 0.0334, 1.0)):
        landmarker.detect(Frame(index, t_s, picture))
    assert spy.times_ms == [0, 1, 2, 33, 34, 1000]


@pytest.mark.model
def test_no_width_ends_the_process() -> None:
    """MediaPipe aborts on masks of some widths, which no exception handler can catch."""
    widths = ["850", "853", "854", "855", "16", "64"]
    done = subprocess.run(
        [sys.executable, "-c", LOOK, *widths],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == widths
