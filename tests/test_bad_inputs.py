"""What goes wrong in life: each is one line and the documented exit code, or a judged remainder.

Everything runs as a user runs it, in a process of its own.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest

MakeClip = Callable[..., Path]
RunFormcheck = Callable[..., subprocess.CompletedProcess[str]]

POSIX = pytest.mark.skipif(os.name == "nt", reason="needs POSIX")


def assert_one_line(done: subprocess.CompletedProcess[str], code: int, told: str = "") -> None:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("formcheck: error: ")
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("\n")
    assert told in done.stderr


def assert_nothing_written(folder: Path) -> None:
    assert [str(path) for path in folder.rglob("*") if not path.is_dir()] == []


def with_index_first(clip: Path) -> Path:
    """Put the index of an MP4 at its start, so that a cut file can still be read to the cut."""
    moved = clip.with_name(f"first-{clip.name}")
    with (
        av.open(str(clip)) as source,
        av.open(str(moved), "w", options={"movflags": "faststart"}) as out,
    ):
        stream = source.streams.video[0]
        target = out.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = target
                out.mux(packet)
    return moved


def test_a_path_that_does_not_exist(run_formcheck: RunFormcheck, tmp_path: Path) -> None:
    assert_one_line(run_formcheck("analyze", tmp_path / "no.mp4"), 3, "no.mp4 does not exist")
    assert_nothing_written(tmp_path)


def test_a_folder(run_formcheck: RunFormcheck, tmp_path: Path) -> None:
    assert_one_line(run_formcheck("analyze", tmp_path), 3, "is a folder")


def test_an_empty_file(run_formcheck: RunFormcheck, tmp_path: Path) -> None:
    clip = tmp_path / "empty.mp4"
    clip.touch()
    assert_one_line(run_formcheck("analyze", clip), 3, "empty.mp4 is empty")


def test_text_named_like_a_clip(run_formcheck: RunFormcheck, tmp_path: Path) -> None:
    clip = tmp_path / "text.mp4"
    clip.write_text("not a video, whatever the name says\n" * 50)
    assert_one_line(run_formcheck("analyze", clip), 3, "text.mp4 is not a video")


def test_bytes_at_random(run_formcheck: RunFormcheck, tmp_path: Path) -> None:
    clip = tmp_path / "noise.mp4"
    clip.write_bytes(random.Random(1).randbytes(50_000))
    assert_one_line(run_formcheck("analyze", clip), 3, "noise.mp4")


def test_sound_only(run_formcheck: RunFormcheck, make_clip: MakeClip) -> None:
    clip = make_clip("song.mp4", picture=False, sound=True)
    assert_one_line(run_formcheck("analyze", clip), 3, "no moving picture")


def test_a_clip_cut_short_before_its_index(
    run_formcheck: RunFormcheck, make_clip: MakeClip
) -> None:
    clip = make_clip()
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    assert_one_line(run_formcheck("analyze", clip), 3, "record or export the clip again")


@POSIX
def test_a_clip_that_may_not_be_read(run_formcheck: RunFormcheck, make_clip: MakeClip) -> None:
    clip = make_clip()
    clip.chmod(0)
    if os.access(clip, os.R_OK):
        pytest.skip("this user may read everything")
    assert_one_line(run_formcheck("analyze", clip), 3, "permissions")


@pytest.mark.model
@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("one frame", {"frames": 1}),
        # Other widths than multiples of 4 once ended the process inside the native library.
        ("width 854", {"width": 854, "height": 480, "frames": 5}),
        ("width 854, with sound", {"width": 854, "height": 480, "frames": 5, "sound": True}),
        ("16 x 16", {"width": 16, "height": 16, "frames": 5}),
        ("very wide", {"width": 1024, "height": 16, "frames": 5}),
        ("half a second", {"frames": 15}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_clip_with_nobody_in_it(
    name: str,
    size: dict[str, Any],
    run_formcheck: RunFormcheck,
    make_clip: MakeClip,
    tmp_path: Path,
) -> None:
    clip = make_clip(f"{name}.mp4", **size)
    assert_one_line(run_formcheck("analyze", clip), 4, clip.name)
    assert_nothing_written(tmp_path / "here")


@pytest.mark.model
def test_a_clip_cut_short_after_its_index_is_read_to_the_cut(
    run_formcheck: RunFormcheck, make_clip: MakeClip
) -> None:
    clip = with_index_first(make_clip(frames=60))
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size * 2 // 3])
    assert_one_line(run_formcheck("analyze", clip), 4, clip.name)


@pytest.mark.model
@pytest.mark.parametrize("seed", range(6))
def test_flipped_bits_never_show_a_traceback(
    seed: int, run_formcheck: RunFormcheck, make_clip: MakeClip
) -> None:
    clip = with_index_first(make_clip(frames=60))
    data = bytearray(clip.read_bytes())
    dice = random.Random(seed)
    for _ in range(1 + 10 * seed):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    clip.write_bytes(data)
    done = run_formcheck("analyze", clip)
    assert done.returncode in (3, 4)
    assert_one_line(done, done.returncode, clip.name)


@pytest.mark.model
def test_one_bad_clip_among_several(
    run_formcheck: RunFormcheck, make_clip: MakeClip, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    done = run_formcheck("analyze", empty, make_clip(frames=5))
    assert done.returncode == 6
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    assert "empty.mp4" in lines[0]
    assert "gradient.mp4" in lines[1]
    assert "2 of 2 clips failed" in lines[2]


def test_an_output_folder_that_is_a_file(
    run_formcheck: RunFormcheck, make_clip: MakeClip, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        assert_one_line(run_formcheck("analyze", make_clip(), "--out", out), 2, "file is ")
    assert (tmp_path / "file").read_text() == "mine"


@POSIX
def test_an_output_folder_that_may_not_be_written(
    run_formcheck: RunFormcheck, make_clip: MakeClip, tmp_path: Path
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    if os.access(locked, os.W_OK):
        # Not even root writes there.
        locked = Path("/proc/formcheck")
        if sys.platform != "linux":
            pytest.skip("this user may write everywhere")
    assert_one_line(run_formcheck("analyze", make_clip(), "--out", locked / "x"), 2, str(locked))


@pytest.mark.parametrize("given", ["nonsense", "missing.task"])
def test_a_model_that_does_not_exist(
    given: str, run_formcheck: RunFormcheck, make_clip: MakeClip
) -> None:
    assert_one_line(run_formcheck("analyze", make_clip(), "--model", given), 2, given)


def test_a_model_that_is_no_model(
    run_formcheck: RunFormcheck, make_clip: MakeClip, tmp_path: Path
) -> None:
    fake = tmp_path / "fake.task"
    fake.write_text("no bundle")
    assert_one_line(run_formcheck("analyze", make_clip(), "--model", fake), 2, "fake.task")


def test_no_model_and_no_leave_to_fetch_it(make_clip: MakeClip, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from formcheck.pose import bundles\n"
        "from formcheck.cli.main import main\n"
        f"bundles.model_folders = lambda: [Path({str(tmp_path / 'models')!r})]\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "analyze", str(make_clip())],
        cwd=tmp_path,
        env={**os.environ, "FORMCHECK_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert_one_line(done, 5, "formcheck models fetch full")


@pytest.mark.parametrize(
    "text", ["this is [not toml", "[nonsense]\nvalue = 1\n", "\x00", "romanian_deadlift = 3\n"]
)
def test_a_settings_file_that_is_wrong(
    text: str, run_formcheck: RunFormcheck, make_clip: MakeClip, tmp_path: Path
) -> None:
    settings = tmp_path / "mine.toml"
    settings.write_text(text)
    assert_one_line(run_formcheck("analyze", make_clip(), "--config", settings), 2, "mine.toml")


@POSIX
@pytest.mark.model
@pytest.mark.clips
@pytest.mark.parametrize("limit_bytes", [0, 2_000, 30_000, 300_000])
def test_a_full_disk(
    limit_bytes: int, run_formcheck: RunFormcheck, real_clips: Path, tmp_path: Path
) -> None:
    """No file may grow past a limit, which is what a full disk looks like to a program."""
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    out = tmp_path / "out"
    clip = real_clips / "barbell_neutral_1.mp4"
    done = run_formcheck("analyze", clip, "--out", out, preexec_fn=limit)
    assert_one_line(done, 7, str(out))
    assert_nothing_written(tmp_path)


@pytest.mark.model
@pytest.mark.clips
def test_the_readable_part_of_a_damaged_clip_is_judged(
    run_formcheck: RunFormcheck, real_clips: Path, tmp_path: Path
) -> None:
    clip = tmp_path / "cut.mp4"
    data = with_index_first_of(real_clips / "kettlebell_hinge_neutral_10.mp4", tmp_path)
    clip.write_bytes(data[: len(data) // 2])
    done = run_formcheck("analyze", clip, "--no-video", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert '"frames_lost": 0' not in done.stdout


def with_index_first_of(clip: Path, folder: Path) -> bytes:
    copy = folder / clip.name
    copy.write_bytes(clip.read_bytes())
    return with_index_first(copy).read_bytes()
