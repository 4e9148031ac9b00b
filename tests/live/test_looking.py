"""The picture that the model is given."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from formcheck.live.looking import shrunk
from formcheck.pose.look import INFERENCE_SIDE


@pytest.mark.parametrize(
    ("width", "height"), [(480, 640), (1280, 720), (1080, 1920), (1921, 1083), (3840, 2160)]
)
def test_a_picture_keeps_its_shape_and_what_is_in_it(width: int, height: int) -> None:
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    drawn = np.stack([255 * across, 255 * down, 255 * across * down], axis=-1).astype(np.uint8)
    small = shrunk(drawn)
    assert min(small.shape[:2]) == INFERENCE_SIDE
    assert small.shape[1] % 4 == 0
    assert small.shape[1] / small.shape[0] == pytest.approx(width / height, rel=0.01)
    again = cv2.resize(small, (width, height)).astype(float)
    assert np.abs(again - drawn).max() < 4.0


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080), (3840, 2160)])
def test_stripes_finer_than_a_pixel_become_grey(width: int, height: int) -> None:
    """Two bright pixels, two dark ones; nearest or bilinear pixels alone would keep all of it."""
    stripes = np.zeros((height, width, 3), dtype=np.uint8)
    stripes[:, ::2] = 255
    left = float(shrunk(stripes)[:, 10:-10].astype(float).std())
    plain = cv2.resize(stripes, shrunk(stripes).shape[1::-1], interpolation=cv2.INTER_LINEAR)
    assert left < 0.4 * plain[:, 10:-10].astype(float).std()


def test_a_small_picture_is_left_as_it_is() -> None:
    small = np.zeros((INFERENCE_SIDE, 500, 3), dtype=np.uint8)
    assert shrunk(small) is small
