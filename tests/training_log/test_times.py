from __future__ import annotations

import os
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import av
import pytest

from formcheck.errors import UsageError
from formcheck.pose.bundles import file_sha256
from formcheck.training_log.times import clip_began, day_words, parse_when, week_of
from tests.conftest import MakeClip

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def test_a_day_alone_is_taken_at_noon_where_the_lifter_is() -> None:
    there = parse_when("2026-11-24", NOW).astimezone()
    assert (there.date(), there.hour) == (date(2026, 11, 24), 12)


def test_an_offset_is_obeyed() -> None:
    assert parse_when("2026-11-24T18:30+02:00", NOW) == datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    assert parse_when("2026-11-24 18:30Z", NOW) == datetime(2026, 11, 24, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("yesterday", "no date"),
        ("", "no date"),
        ("2026-02-30", "no date"),
        ("2026-12-25", "lies ahead"),
        ("1970-01-01", "before 1990"),
        ("0001-01-01", "out of range|before 1990"),
    ],
)
def test_what_is_no_date_or_cannot_be_is_refused(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        parse_when(text, NOW)


@pytest.mark.parametrize(
    ("day", "monday"),
    [
        (date(2026, 12, 31), date(2026, 12, 28)),
        (date(2027, 1, 3), date(2026, 12, 28)),
        (date(2027, 1, 4), date(2027, 1, 4)),
    ],
)
def test_a_week_may_lie_across_two_years(day: date, monday: date) -> None:
    assert week_of(day) == monday
    assert day_words(monday).startswith("Mon ")


def test_a_clip_began_its_length_before_its_last_change(make_clip: MakeClip) -> None:
    clip = make_clip()
    os.utime(clip, (1_700_000_000, 1_700_000_000))
    began = clip_began(clip, file_sha256(clip), 30.0)
    assert began is not None
    assert began.at == datetime.fromtimestamp(1_700_000_000, UTC) - timedelta(seconds=30)
    assert "last changed" in began.known_from


def test_the_date_that_the_device_wrote_goes_before(make_clip: MakeClip, tmp_path: Path) -> None:
    clip = tmp_path / "dated.mp4"
    with av.open(str(make_clip())) as source, av.open(str(clip), "w") as copy:
        copy.metadata["creation_time"] = "2025-05-01T10:00:00.000000Z"
        stream = copy.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                copy.mux(packet)
    began = clip_began(clip, file_sha256(clip), 30.0)
    assert began is not None
    assert began.at == datetime(2025, 5, 1, 10, 0, tzinfo=UTC)


def test_another_clip_of_the_same_name_tells_nothing(make_clip: MakeClip, tmp_path: Path) -> None:
    clip = make_clip()
    digest = file_sha256(clip)
    shutil.copy(make_clip("other.mp4", frames=10), clip)
    assert clip_began(clip, digest, 30.0) is None
    assert clip_began(tmp_path / "gone.mp4", digest, 30.0) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_in_place_of_the_clip_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert clip_began(tmp_path / "pipe.mp4", "ab" * 32, 30.0) is None
