from __future__ import annotations

import errno
import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.video import writer
from formcheck.video.reader import ClipReader
from formcheck.video.writer import ClipWriter, EncoderError, h264_encoder


def grey(level: int, width: int = 64, height: int = 48) -> np.ndarray:
    return np.full((height, width, 3), level, dtype=np.uint8)


def write_noise(path: Path) -> None:
    rng = np.random.default_rng(0)
    with ClipWriter(path, 64, 48) as clip:
        for i in range(60):
            clip.write(rng.integers(0, 255, (48, 64, 3), dtype=np.uint8), i / 30)


def test_h264_yuv420p_with_its_index_in_front(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    with ClipWriter(path, 64, 48) as clip:
        for i in range(20):
            clip.write(grey(10 * i), i / 30)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.time_base == Fraction(1, writer.TICKS_PER_S)
        assert stream.frames == 20
    data = path.read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat")


def test_uneven_times_come_back(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.05, 0.5, 0.5166, 1.25, 4.0]
    path = tmp_path / "clip.mp4"
    with ClipWriter(path, 64, 48) as clip:
        for t_s in times:
            clip.write(grey(100), t_s)
    assert [frame.t_s for frame in ClipReader(path)] == pytest.approx(times, abs=1e-4)


def test_colours_come_back(tmp_path: Path) -> None:
    picture = grey(0)
    picture[:] = (40, 80, 200)
    path = tmp_path / "clip.mp4"
    with ClipWriter(path, 64, 48) as clip:
        for i in range(5):
            clip.write(picture, i / 30)
    back = next(iter(ClipReader(path))).bgr
    assert np.abs(back.astype(int) - picture).max() <= 8


def test_times_that_do_not_grow_are_moved_on(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    with ClipWriter(path, 64, 48) as clip:
        for t_s in (0.0, 0.1, 0.1, 0.05):
            clip.write(grey(50), t_s)
    times = [frame.t_s for frame in ClipReader(path)]
    assert len(times) == 4
    assert np.all(np.diff(times) > 0)


@pytest.mark.parametrize("size", [(63, 48), (64, 47), (0, 48)])
def test_odd_sizes_are_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="even sizes"):
        ClipWriter(tmp_path / "clip.mp4", *size)


def test_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="does not fit"),
        ClipWriter(tmp_path / "clip.mp4", 64, 48) as clip,
    ):
        clip.write(grey(0, 32, 48), 0.0)


def test_missing_folder_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        ClipWriter(tmp_path / "none" / "clip.mp4", 64, 48)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_full_disk_is_an_os_error() -> None:
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        write_noise(Path("/dev/full"))


def test_no_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert h264_encoder() == "libx264"
    monkeypatch.setattr(writer, "h264_encoder", lambda: None)
    with pytest.raises(EncoderError):
        ClipWriter(tmp_path / "clip.mp4", 64, 48)
