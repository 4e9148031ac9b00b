"""Fixtures that every room's tests may use."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

PROJECT = Path(__file__).resolve().parents[1]
CLIPS_VARIABLE = "FORMCHECK_CLIPS"
REAL_CLIPS = Path(os.environ.get(CLIPS_VARIABLE, PROJECT.parent / "shared" / "clips"))

RunFormcheck = Callable[..., "subprocess.CompletedProcess[str]"]
MakeClip = Callable[..., Path]


def pytest_configure() -> None:
    """Let tests interrupt what they start.

    A shell starts background jobs with Ctrl-C ignored, and whatever they start inherits that.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Skip what needs the labelled real clips where they are not."""
    if (REAL_CLIPS / "LABELS.csv").is_file():
        return
    skip = pytest.mark.skip(reason=f"no labelled clips (set {CLIPS_VARIABLE} to their folder)")
    for item in items:
        if item.get_closest_marker("clips"):
            item.add_marker(skip)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Bring the pose model before the first test that needs it; skip those if it is forbidden."""
    if item.get_closest_marker("model") and not _bundle_is_here():
        pytest.skip("the pose model is not here and FORMCHECK_OFFLINE forbids to bring it")


@cache
def _bundle_is_here() -> bool:
    from formcheck.pose.bundle_fetch import OFFLINE_VARIABLE, require_bundle
    from formcheck.pose.bundles import find_bundle

    if os.environ.get(OFFLINE_VARIABLE, "0") not in ("", "0"):
        return find_bundle("full") is not None
    require_bundle("full")
    return True


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the pose tracks of the tests out of the user's cache, also in subprocesses."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("FORMCHECK_CACHE")
    os.environ["FORMCHECK_CACHE"] = str(folder)
    yield folder
    if before is None:
        del os.environ["FORMCHECK_CACHE"]
    else:
        os.environ["FORMCHECK_CACHE"] = before


@pytest.fixture(scope="session", autouse=True)
def no_log() -> Iterator[None]:
    """Keep live sessions of the tests out of the user's training log."""
    before = os.environ.pop("FORMCHECK_LOG", None)
    yield
    if before is not None:
        os.environ["FORMCHECK_LOG"] = before


@pytest.fixture
def real_clips() -> Path:
    """The folder of the labelled real clips; mark the test ``clips``."""
    return REAL_CLIPS


@pytest.fixture
def run_formcheck(tmp_path: Path) -> RunFormcheck:
    """Run the command as a user does, in an empty folder; gives the finished process."""
    here = tmp_path / "here"
    here.mkdir()

    def run(
        *words: str | Path,
        env: dict[str, str] | None = None,
        cwd: Path = here,
        timeout_s: float = 120,
        **more: Any,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "formcheck", *map(str, words)],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(PROJECT), "COLUMNS": "100", **(env or {})},
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            **more,
        )

    return run


@pytest.fixture
def make_clip(tmp_path: Path) -> MakeClip:
    """Write small clips of a moving gradient: a picture stream with nobody in it."""

    def make(
        name: str = "gradient.mp4",
        *,
        frames: int = 30,
        width: int = 64,
        height: int = 64,
        fps: int = 30,
        picture: bool = True,
        sound: bool = False,
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w") as container:
            video = container.add_stream("libx264", rate=fps) if picture else None
            audio = container.add_stream("aac", rate=44100) if sound else None
            if video is not None:
                video.width, video.height, video.pix_fmt = width, height, "yuv420p"
                for index in range(frames):
                    frame = av.VideoFrame.from_ndarray(_gradient(index, width, height), "bgr24")
                    container.mux(video.encode(frame))
                container.mux(video.encode())
            if audio is not None:
                silence = np.zeros((1, 1024), dtype=np.float32)
                for index in range(40):
                    chunk = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
                    chunk.sample_rate, chunk.pts = 44100, index * 1024
                    container.mux(audio.encode(chunk))
                container.mux(audio.encode())
        return path

    return make


def _gradient(index: int, width: int, height: int) -> np.ndarray[Any, Any]:
    across = (np.arange(width) * 3 + index * 5) % 256
    down = (np.arange(height)[:, None] * 2) % 256
    picture = np.empty((height, width, 3), dtype=np.uint8)
    picture[..., 0], picture[..., 1], picture[..., 2] = across, down, 128
    return picture
