from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.errors import ClipError, UsageError
from formcheck.video import camera
from formcheck.video.camera import (
    CaptureSource,
    FileSource,
    Latest,
    Picture,
    open_source,
    shown_address,
)
from formcheck.video.writer import ClipWriter

BLACK = np.zeros((48, 64, 3), dtype=np.uint8)


def picture(t_s: float) -> Picture:
    return Picture(t_s, time.monotonic(), BLACK)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    with ClipWriter(path, 64, 48) as writer:
        for frame in range(12):
            writer.write(BLACK, frame / 20.0)
    return path


def delivered(source: Any, stop: threading.Event | None = None) -> tuple[list[Picture], list[str]]:
    told: list[str] = []
    pictures = source.pictures(stop or threading.Event(), lambda state, _: told.append(state))
    return list(pictures), told


def test_the_newest_picture_wins_and_the_others_are_counted() -> None:
    latest = Latest()
    for t_s in (0.0, 0.1, 0.2):
        latest.put(picture(t_s))
    taken = latest.take(1.0)
    assert taken is not None
    assert (taken.t_s, latest.delivered, latest.dropped) == (0.2, 3, 2)
    assert latest.take(0.01) is None


def test_played_without_loss_every_picture_is_taken() -> None:
    latest = Latest(lossless=True)
    times = [k / 10.0 for k in range(20)]

    def deliver() -> None:
        for t_s in times:
            latest.put(picture(t_s))
        latest.close()

    threading.Thread(target=deliver, daemon=True).start()
    taken = []
    while not latest.over:
        one = latest.take(5.0)
        if one is not None:
            taken.append(one.t_s)
    assert (taken, latest.dropped) == (times, 0)


def test_a_picture_that_has_waited_too_long_is_left_for_the_next() -> None:
    latest = Latest()
    latest.put(Picture(0.0, time.monotonic() - 1.0, BLACK))
    threading.Timer(0.1, lambda: latest.put(picture(1.0))).start()
    taken = latest.take(5.0, oldest_s=0.05)
    assert taken is not None
    assert taken.t_s == 1.0


def test_an_old_picture_is_better_than_none() -> None:
    latest = Latest()
    latest.put(Picture(0.0, time.monotonic() - 1.0, BLACK))
    taken = latest.take(0.05, oldest_s=0.01)
    assert taken is not None
    assert taken.t_s == 0.0


def test_closing_wakes_who_waits() -> None:
    latest = Latest()
    threading.Timer(0.1, latest.close).start()
    assert latest.take(20.0) is None
    assert latest.over


def test_a_file_plays_at_its_own_speed(clip: Path) -> None:
    pictures, told = delivered(FileSource(clip))
    arrived = [one.arrived_s - pictures[0].arrived_s for one in pictures]
    assert [one.t_s for one in pictures] == pytest.approx([k / 20.0 for k in range(12)], abs=1e-3)
    # Never before its time; a busy machine may be late.
    assert all(a >= one.t_s - 0.005 for a, one in zip(arrived, pictures, strict=True))
    assert told == ["opened", "ended"]


def test_a_file_played_fast_does_not_wait(clip: Path) -> None:
    source = open_source(0, str(clip), fast=True)
    stop = threading.Event()
    waited: list[float] = []
    stop.wait = lambda timeout=None: bool(waited.append(timeout or 0.0))  # type: ignore[method-assign]
    pictures, _ = delivered(source, stop)
    assert (len(pictures), waited) == (12, [])


def test_a_file_can_be_stopped(clip: Path) -> None:
    stop = threading.Event()
    pictures: Iterator[Picture] = FileSource(clip).pictures(stop, lambda *_: None)
    next(pictures)
    stop.set()
    assert list(pictures) == []


def test_a_file_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ClipError, match="does not exist"):
        open_source(0, str(tmp_path / "no.mp4"))


class FakeCapture:
    """A capture that gives so many pictures and then fails, and may fail to open."""

    opens: bool
    pictures: int

    def __init__(self, opens: bool, pictures: int) -> None:
        self.opens, self.pictures = opens, pictures
        self.released = False

    def isOpened(self) -> bool:  # noqa: N802
        return self.opens

    def set(self, *_: object) -> bool:
        return True

    def grab(self) -> bool:
        self.pictures -= 1
        return self.pictures >= 0

    def retrieve(self) -> tuple[bool, Any]:
        return True, BLACK

    def release(self) -> None:
        self.released = True


Plan = Callable[[list[tuple[bool, int]]], list[FakeCapture]]


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Replace OpenCV's captures by planned ones, and waits by none."""
    monkeypatch.setattr(camera, "BACK_OFF_S", (0.001, 0.002))

    def plan(outcomes: list[tuple[bool, int]]) -> list[FakeCapture]:
        captures = [FakeCapture(*outcome) for outcome in outcomes]
        left = iter(captures)
        monkeypatch.setattr(camera.cv2, "VideoCapture", lambda *_: next(left))
        return captures

    return plan


def test_a_lost_camera_is_opened_again_and_said_so(planned: Plan) -> None:
    captures = planned([(True, 2), (False, 0), (False, 0), (True, 3)])
    stop, told = threading.Event(), []
    taken: list[Picture] = []
    for one in CaptureSource(0).pictures(stop, lambda state, _: told.append(state)):
        taken.append(one)
        if len(taken) == 5:
            stop.set()
    assert told == ["opened", "lost", "opened"]
    assert len(taken) == 5
    assert all(b.t_s >= a.t_s for a, b in itertools.pairwise(taken))
    assert all(capture.released for capture in captures)


def test_a_camera_that_never_opens_is_an_error(planned: Plan) -> None:
    planned([(False, 0)])
    with pytest.raises(ClipError, match="camera 3 cannot be opened"):
        delivered(CaptureSource(3))


def test_a_stream_that_never_opens_is_an_error_without_its_password(planned: Plan) -> None:
    planned([(False, 0)])
    with pytest.raises(ClipError) as error:
        delivered(CaptureSource("rtsp://me:secret@cam.local:554/live?token=1"))
    assert "rtsp://cam.local:554/live cannot be opened" in str(error.value)
    assert "secret" not in str(error.value)
    assert "token" not in str(error.value)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "concat://a|b", "ftp://host/clip"])
def test_only_streams_are_addresses(address: str) -> None:
    with pytest.raises(UsageError, match="cannot be played"):
        shown_address(address)
    with pytest.raises(UsageError):
        open_source(0, address)


def test_a_recording_behind_http_plays_at_its_own_speed_and_ends(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server sends a file as fast as it is taken; a stream has no number of pictures."""
    # What an earlier stream was forbidden stands in the environment.
    monkeypatch.delenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", raising=False)
    capture = camera.cv2.VideoCapture(str(clip))
    monkeypatch.setattr(CaptureSource, "_opened", lambda _: capture)
    pictures, told = delivered(CaptureSource("http://cam.local/clip.mp4"))
    arrived = [one.arrived_s - pictures[0].arrived_s for one in pictures]
    assert len(pictures) == 12
    assert all(a >= one.t_s - 0.005 for a, one in zip(arrived, pictures, strict=True))
    assert pictures[-1].t_s == pytest.approx(11 / 20.0, abs=0.01)
    assert told == ["opened", "ended"]
