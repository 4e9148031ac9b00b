from __future__ import annotations

import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.errors import ClipError
from formcheck.video.reader import PREFETCH_FRAMES, ClipReader

MakeClip = Callable[..., Path]
UNEVEN_S = [0.0, 0.033, 0.05, 0.5, 0.517, 1.25, 1.26, 4.0]


def with_times(path: Path, times: list[float], *, width: int = 64, height: int = 48) -> Path:
    """A clip whose frames carry given times; each is lighter than the one before."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"bf": "0"}
        stream.codec_context.time_base = Fraction(1, 90_000)
        for index, t_s in enumerate(times):
            picture = np.full((height, width, 3), 20 + 25 * index, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = round(t_s * 90_000), Fraction(1, 90_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def turned(clip: Path, degrees: int) -> Path:
    """Write a rotation into the track header of an MP4, as telephones do."""
    matrix = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
    a, b, c, d = (value * 0x10000 & 0xFFFFFFFF for value in matrix[degrees])
    data = bytearray(clip.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    fields = (a, b, 0, c, d, 0, 0, 0, 0x40000000)
    data[at : at + 36] = b"".join(value.to_bytes(4, "big") for value in fields)
    path = clip.with_name(f"turned-{degrees}.mp4")
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov"])
def test_times_are_the_containers_own(tmp_path: Path, suffix: str) -> None:
    clip = with_times(tmp_path / f"a{suffix}", UNEVEN_S)
    frames = list(ClipReader(clip))
    assert [frame.t_s for frame in frames] == pytest.approx(UNEVEN_S, abs=1.1e-3)
    assert [frame.index for frame in frames] == list(range(len(UNEVEN_S)))
    assert np.all(np.diff([frame.bgr.mean() for frame in frames]) > 10)


def test_a_stream_that_starts_late_starts_at_nought(tmp_path: Path) -> None:
    clip = with_times(tmp_path / "a.mp4", [5.0, 5.1, 5.2])
    assert [frame.t_s for frame in ClipReader(clip)] == pytest.approx([0.0, 0.1, 0.2], abs=1e-3)


def test_frames_are_contiguous_pictures(make_clip: MakeClip) -> None:
    with ClipReader(make_clip(frames=3)) as reader:
        for frame in reader:
            assert frame.bgr.dtype == np.uint8
            assert frame.bgr.shape == (64, 64, 3)
            assert frame.bgr.flags.c_contiguous


def test_what_the_container_says(make_clip: MakeClip) -> None:
    with ClipReader(make_clip(frames=12, width=80, height=48, fps=25)) as reader:
        info = reader.info
        assert (info.width, info.height, info.frames_declared) == (80, 48, 12)
        assert info.fps == pytest.approx(25)
        assert info.rotation_deg == 0
        assert len(list(reader)) == reader.frames_read == 12
        assert reader.frames_lost == 0


@pytest.mark.parametrize(
    ("degrees", "size", "bright"),
    [
        (0, (48, 64), "left"),
        (90, (64, 48), "top"),
        (180, (48, 64), "right"),
        (270, (64, 48), "foot"),
    ],
)
def test_rotation(tmp_path: Path, degrees: int, size: tuple[int, int], bright: str) -> None:
    """The stored picture's left half is white; turned clockwise it comes to the top."""
    plain = tmp_path / "plain.mp4"
    with av.open(str(plain), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        picture = np.zeros((48, 64, 3), dtype=np.uint8)
        picture[:, :32] = 255
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    reader = ClipReader(turned(plain, degrees))
    shown = next(iter(reader)).bgr
    assert shown.shape[:2] == size
    assert (reader.info.height, reader.info.width) == size
    halves = {
        "left": shown[:, : size[1] // 2],
        "right": shown[:, size[1] // 2 :],
        "top": shown[: size[0] // 2],
        "foot": shown[size[0] // 2 :],
    }
    assert max(halves, key=lambda name: float(halves[name].mean())) == bright


def test_a_gif(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("gif", rate=10)
        stream.width, stream.height, stream.pix_fmt = 21, 17, "rgb8"
        for index in range(8):
            picture = np.full((17, 21, 3), 30 * index, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    frames = list(ClipReader(path))
    assert [frame.t_s for frame in frames] == pytest.approx(np.arange(8) / 10, abs=1e-6)
    assert frames[0].bgr.shape == (17, 21, 3)


@pytest.mark.parametrize("keep", [0.4, 0.8])
def test_the_readable_part_of_a_clip_cut_short(tmp_path: Path, keep: float) -> None:
    path = tmp_path / "a.mp4"
    rng = np.random.default_rng(0)
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        stream.gop_size = 5
        for _ in range(60):
            noise = rng.integers(0, 255, (64, 64, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(noise, format="bgr24")))
        container.mux(stream.encode(None))
    path.write_bytes(path.read_bytes()[: int(keep * path.stat().st_size)])
    with ClipReader(path) as reader:
        frames = list(reader)
    assert 0.3 * keep * 60 < len(frames) < 60
    assert reader.frames_lost == 60 - len(frames)
    assert np.all(np.diff([frame.t_s for frame in frames]) > 0)


@pytest.mark.parametrize(
    ("width", "height"), [(16, 16), (2, 2), (854, 480), (850, 6), (6, 850), (130, 98)]
)
def test_odd_sizes(make_clip: MakeClip, width: int, height: int) -> None:
    frames = list(ClipReader(make_clip(frames=2, width=width, height=height)))
    assert [frame.bgr.shape for frame in frames] == [(height, width, 3)] * 2


@pytest.mark.parametrize(
    ("width", "height", "shown"),
    [(1920, 1080, (400, 712)), (1080, 1920, (712, 400)), (960, 4, (4, 960)), (64, 48, (48, 64))],
)
def test_large_pictures_are_shrunk(
    make_clip: MakeClip, width: int, height: int, shown: tuple[int, int]
) -> None:
    with ClipReader(make_clip(frames=2, width=width, height=height), short_side=400) as reader:
        frames = list(reader)
        assert frames[0].bgr.shape[:2] == shown
        assert (reader.info.width, reader.info.height) == (width, height)
        assert reader.scale == pytest.approx(shown[1] / width)


def test_shrunk_widths_are_whole_fours(make_clip: MakeClip) -> None:
    (frame, _) = ClipReader(make_clip(frames=2, width=1366, height=768), short_side=400)
    assert frame.bgr.shape[:2] == (400, 712)
    assert frame.bgr.shape[0] % 4 == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.m3u8", "#EXTM3U\n#EXTINF:10,\nclip.mp4\n"),
        ("list.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nclip.mp4\n"),
        ("list.ffconcat", "ffconcat version 1.0\nfile clip.mp4\n"),
        ("words.txt", "one, two, three\n" * 40),
        ("words.mp4", "one, two, three\n" * 40),
    ],
)
def test_lists_and_letters_are_no_clips(
    make_clip: MakeClip, tmp_path: Path, name: str, text: str
) -> None:
    make_clip("clip.mp4")
    (tmp_path / name).write_text(text)
    with pytest.raises(ClipError, match="not a video"):
        ClipReader(tmp_path / name)


@pytest.mark.parametrize("cut", [1, 1000])
def test_what_is_no_clip(tmp_path: Path, make_clip: MakeClip, cut: int) -> None:
    stump = make_clip()
    stump.write_bytes(stump.read_bytes()[:cut])
    for path in (
        stump,
        tmp_path,
        tmp_path / "none.mp4",
        make_clip("s.mp4", picture=False, sound=True),
    ):
        with pytest.raises(ClipError) as refused:
            ClipReader(path)
        assert str(path) in str(refused.value)
        assert "\n" not in str(refused.value)


def decoding() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "formcheck-decode"]


def test_stopping_early_ends_the_decoding(make_clip: MakeClip) -> None:
    with ClipReader(make_clip(frames=200)) as reader:
        frames = iter(reader)
        next(frames)
        assert decoding()
        frames.close()  # type: ignore[attr-defined]
    assert decoding() == []
    assert reader.frames_read == 1


def test_closing_before_reading_is_no_mistake(make_clip: MakeClip) -> None:
    reader = ClipReader(make_clip())
    reader.close()
    reader.close()
    assert decoding() == []


def test_decoding_runs_only_a_little_ahead(
    make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However slow the one who reads, memory does not grow with the clip."""
    decoded = 0
    upright = ClipReader._upright
    ahead = []

    def counting(reader: ClipReader, first: int, past: int | None) -> object:
        nonlocal decoded
        for frame in upright(reader, first, past):
            decoded += 1
            yield frame

    monkeypatch.setattr(ClipReader, "_upright", counting)
    for frame in ClipReader(make_clip(frames=100)):
        ahead.append(decoded - frame.index)
    assert max(ahead) <= PREFETCH_FRAMES + 2
    assert decoded == 100


def test_an_error_while_decoding_reaches_the_reader(
    make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_reader: ClipReader, _first: int, _past: int | None) -> object:
        raise MemoryError("no room for a picture")
        yield

    monkeypatch.setattr(ClipReader, "_upright", broken)
    with pytest.raises(MemoryError, match="no room"):
        list(ClipReader(make_clip()))
    assert decoding() == []


def test_a_part_of_a_clip_is_the_same_frames_as_in_the_whole(make_clip: MakeClip) -> None:
    clip = make_clip(frames=40)
    whole = list(ClipReader(clip))
    reader = ClipReader(clip)
    part = list(reader.frames(13, 29))
    assert [(f.index, f.t_s) for f in part] == [(f.index, f.t_s) for f in whole[13:29]]
    assert all(np.array_equal(a.bgr, b.bgr) for a, b in zip(part, whole[13:29], strict=True))


def test_a_part_past_the_end_still_counts_the_frames_there_are(make_clip: MakeClip) -> None:
    reader = ClipReader(make_clip(frames=12))
    assert list(reader.frames(50)) == []
    assert (reader.frames_read, reader.frames_lost) == (12, 0)
