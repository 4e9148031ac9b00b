"""Analyzing a clip talks to nobody."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

MakeClip = Callable[..., Path]
RunFormcheck = Callable[..., subprocess.CompletedProcess[str]]


def can_trace() -> bool:
    strace = shutil.which("strace")
    if strace is None:
        return False
    done = subprocess.run(
        [strace, "-f", "-o", os.devnull, "true"], capture_output=True, timeout=20, check=False
    )
    return done.returncode == 0


def internet_calls(folder: Path, *words: str | Path) -> tuple[list[str], int]:
    """Run the command under strace; the system calls that touch the internet, and its exit code."""
    trace = folder / "trace.txt"
    command = ["strace", "-f", "-e", "trace=socket,connect,sendto,sendmsg", "-o", str(trace)]
    done = subprocess.run(
        [*command, sys.executable, "-m", "formcheck", *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return [line for line in trace.read_text().splitlines() if "AF_INET" in line], done.returncode


needs_strace = pytest.mark.skipif(not can_trace(), reason="strace is missing or not permitted")


@needs_strace
def test_the_trace_would_show_a_connection(tmp_path: Path) -> None:
    trace = tmp_path / "trace.txt"
    code = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    subprocess.run(
        ["strace", "-f", "-e", "trace=socket", "-o", str(trace), sys.executable, "-c", code],
        capture_output=True,
        check=False,
    )
    assert "AF_INET" in trace.read_text()


@needs_strace
@pytest.mark.model
def test_a_clip_with_nobody_in_it_opens_no_connection(make_clip: MakeClip, tmp_path: Path) -> None:
    calls, code = internet_calls(tmp_path, "analyze", make_clip(width=320, height=240))
    assert code == 4
    assert calls == []


@needs_strace
@pytest.mark.model
@pytest.mark.clips
def test_a_judged_clip_opens_no_connection(real_clips: Path, tmp_path: Path) -> None:
    calls, code = internet_calls(tmp_path, "analyze", real_clips / "barbell_neutral_1.mp4")
    assert code == 0
    assert calls == []


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.3)
        yield server


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://{there}/a.ts\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile 'http://{there}/a.mp4'\n",
    "concat-tcp": "ffconcat version 1.0\nfile 'tcp://{there}'\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
    ' mediaPresentationDuration="PT5S"><Period><AdaptationSet mimeType="video/mp4">'
    '<Representation id="1" bandwidth="1"><BaseURL>http://{there}/a.mp4</BaseURL>'
    "</Representation></AdaptationSet></Period></MPD>\n",
    "rtsp": "rtsp://{there}/a\n",
}


@pytest.mark.parametrize("suffix", ["mp4", "m3u8"])
@pytest.mark.parametrize("kind", PLAYLISTS)
def test_a_playlist_named_like_a_clip_connects_to_nothing(
    kind: str,
    suffix: str,
    run_formcheck: RunFormcheck,
    listening: socket.socket,
    tmp_path: Path,
) -> None:
    clip = tmp_path / f"{kind}.{suffix}"
    clip.write_text(PLAYLISTS[kind].format(there=f"127.0.0.1:{listening.getsockname()[1]}"))
    done = run_formcheck("analyze", clip)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    with pytest.raises(TimeoutError):
        listening.accept()


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/a.mp4", "tcp://127.0.0.1:{port}"])
def test_an_address_is_not_a_clip(
    address: str, run_formcheck: RunFormcheck, listening: socket.socket
) -> None:
    done = run_formcheck("analyze", address.format(port=listening.getsockname()[1]))
    assert done.returncode == 3
    with pytest.raises(TimeoutError):
        listening.accept()
