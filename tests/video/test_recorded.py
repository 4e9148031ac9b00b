from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import av
import pytest

from formcheck.video.recorded import creation_time
from tests.conftest import MakeClip


def dated(clip: Path, text: str) -> Path:
    """The same clip with a date in its container."""
    path = clip.with_name("dated.mp4")
    with av.open(str(clip)) as source, av.open(str(path), "w") as copy:
        copy.metadata["creation_time"] = text
        stream = copy.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                copy.mux(packet)
    return path


def test_the_date_in_the_container(make_clip: MakeClip) -> None:
    clip = dated(make_clip(), "2025-05-01T10:00:00.000000Z")
    assert creation_time(clip) == datetime(2025, 5, 1, 10, 0, tzinfo=UTC)


def test_a_clip_without_a_date(make_clip: MakeClip) -> None:
    assert creation_time(make_clip()) is None


@pytest.mark.parametrize("name", ["gone.mp4", "text.mp4"])
def test_what_is_no_clip_has_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "text.mp4").write_text("Dear diary")
    assert creation_time(tmp_path / name) is None
