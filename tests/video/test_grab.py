from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from formcheck.errors import ClipError
from formcheck.video import grab
from formcheck.video.grab import frames_at
from formcheck.video.reader import ClipReader

FRAMES = 90


def write_numbered(path: Path, codec: str, key_every: int) -> Path:
    """A clip that shows the number of each frame as seven black or white fields."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=30)
        stream.width, stream.height, stream.pix_fmt = 112, 32, "yuv420p"
        stream.gop_size = key_every
        stream.options = {"sc_threshold": "0"}
        stream.codec_context.time_base = Fraction(1, 90_000)
        for index in range(FRAMES):
            picture = np.zeros((32, 112, 3), dtype=np.uint8)
            for bit in range(7):
                picture[:, 16 * bit : 16 * bit + 16] = 255 * (index >> bit & 1)
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts = round(uneven_s(index) * 90_000)
            frame.time_base = Fraction(1, 90_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def uneven_s(index: int) -> float:
    return index / 30 + (index // 10) / 15


def number_of(bgr: np.ndarray) -> int:
    return sum(int(bgr[16, 16 * bit + 8].mean() > 127) << bit for bit in range(7))


@pytest.mark.parametrize(
    ("name", "codec", "key_every"),
    [
        ("a.mp4", "libx264", 12),
        ("b.mp4", "libx264", 1000),
        ("c.mkv", "libx264", 12),
        ("d.mp4", "libx264", 1),
        ("e.ts", "libx264", 12),
    ],
)
def test_exact_frames(tmp_path: Path, name: str, codec: str, key_every: int) -> None:
    clip = write_numbered(tmp_path / name, codec, key_every)
    times = [frame.t_s for frame in ClipReader(clip)]
    wanted = [88, 0, 47, 48, 13, 89, 30]
    stills = list(frames_at(clip, [times[i] for i in wanted]))
    assert [number_of(still.bgr) for still in stills] == sorted(wanted)
    assert [still.t_s for still in stills] == pytest.approx([times[i] for i in sorted(wanted)])


def test_nearest_frame_before_after_and_outside(tmp_path: Path) -> None:
    clip = write_numbered(tmp_path / "a.mp4", "libx264", 12)
    wanted = [-1.0, uneven_s(20) + 0.010, uneven_s(40) + 0.025, 99.0]
    assert [number_of(still.bgr) for still in frames_at(clip, wanted)] == [0, 20, 41, 89]


def test_equal_times_are_fetched_once(tmp_path: Path) -> None:
    clip = write_numbered(tmp_path / "a.mp4", "libx264", 12)
    assert len(list(frames_at(clip, [0.5, 0.5, 0.5]))) == 1
    assert list(frames_at(clip, [])) == []


def test_long_clips_are_not_decoded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = write_numbered(tmp_path / "a.mp4", "libx264", 10)
    decoded = 0
    decode = grab._Walk._decode

    def counting(walk: grab._Walk) -> object:
        nonlocal decoded
        for item in decode(walk):
            decoded += 1
            yield item

    monkeypatch.setattr(grab._Walk, "_decode", counting)
    assert len(list(frames_at(clip, [uneven_s(45), uneven_s(85)]))) == 2
    assert decoded <= 22


def test_clips_without_keyframes_are_decoded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = write_numbered(tmp_path / "a.mp4", "libx264", 1000)
    jumps: list[float] = []
    monkeypatch.setattr(grab._Walk, "jump", lambda _walk, _offset, key_s: jumps.append(key_s))
    assert len(list(frames_at(clip, [uneven_s(i) for i in (10, 40, 80)]))) == 3
    assert jumps == []


def test_rotation_is_that_of_the_reader(real_clips: Path) -> None:
    clip = real_clips / "stiff_leg_rotated_1.mp4"
    if not clip.exists():
        pytest.skip("no labelled clips")
    frames = list(ClipReader(clip))
    still = next(iter(frames_at(clip, [frames[70].t_s])))
    assert still.bgr.shape == frames[70].bgr.shape
    assert np.array_equal(still.bgr, frames[70].bgr)


def test_gif(tmp_path: Path) -> None:
    pictures = [np.full((20, 20, 3), 25 * i, dtype=np.uint8) for i in range(10)]
    path = tmp_path / "a.gif"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("gif", rate=10)
        stream.width, stream.height, stream.pix_fmt = 20, 20, "rgb8"
        for picture in pictures:
            rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        container.mux(stream.encode(None))
    frames = list(ClipReader(path))
    stills = list(frames_at(path, [frames[3].t_s, frames[8].t_s]))
    assert [np.array_equal(s.bgr, frames[i].bgr) for s, i in zip(stills, (3, 8), strict=True)]


def test_missing_clip(tmp_path: Path) -> None:
    with pytest.raises(ClipError):
        list(frames_at(tmp_path / "none.mp4", [0.0]))
