"""What a worker does with one clip, in this process."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck.batch import judging
from formcheck.batch.job import Job
from formcheck.batch.judging import judge_clip
from formcheck.batch.orders import Orders
from formcheck.pose.bundle_fetch import require_bundle
from formcheck.pose.bundles import Bundle
from formcheck.pose.look import halves_in_turn, look_at_clip
from tests.batch.conftest import MakeSet
from tests.conftest import PROJECT

SAMPLE = PROJECT / "sample_videos" / "rdl_rounded_fast.mp4"


def job(clip: Path, bundle: Bundle, **more: object) -> Job:
    orders = Orders(bundle.name, bundle.sha256)
    return Job(str(clip), str(clip.absolute()), None, "auto", orders, **more)  # type: ignore[arg-type]


def test_a_set_is_scored_and_its_report_names_no_clip(
    make_set: MakeSet, bundle: Bundle, tmp_path: Path
) -> None:
    done = judge_clip(job(make_set(tmp_path / "a.mp4", 1), bundle), bundle, tmp_path)
    assert (done.state, done.exit_code, done.reason) == ("scored", 0, "")
    assert done.report is not None
    assert "a.mp4" not in done.report
    assert done.kept is not None
    assert done.kept.sha256 == done.sha256
    assert not list(tmp_path.glob("formcheck-*"))


def test_a_content_that_is_known_is_not_judged(
    make_set: MakeSet, bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = make_set(tmp_path / "a.mp4", 1)
    first = judge_clip(job(clip, bundle), bundle, tmp_path)
    monkeypatch.setattr(judging, "record_track", None)
    assert first.sha256 is not None
    known = frozenset({first.sha256})
    assert judge_clip(job(clip, bundle, known=known), bundle, tmp_path).same


def test_a_stored_look_is_judged_as_the_clip_is(
    make_set: MakeSet, bundle: Bundle, tmp_path: Path
) -> None:
    clip = make_set(tmp_path / "a.mp4", 1, lower_s=3.0)
    first = judge_clip(job(clip, bundle), bundle, tmp_path)
    again = Job(str(clip), None, None, "auto", Orders(bundle.name, bundle.sha256), kept=first.kept)
    assert judge_clip(again, bundle, tmp_path).report == first.report


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [(None, 3, "the clip does not exist"), (b"", 3, "the clip is empty"), (b"x" * 99, 3, "")],
)
def test_what_is_wrong_with_a_clip_is_its_outcome(
    content: bytes | None, code: int, told: str, bundle: Bundle, tmp_path: Path
) -> None:
    clip = tmp_path / "bad.mp4"
    if content is not None:
        clip.write_bytes(content)
    done = judge_clip(job(clip, bundle), bundle, tmp_path)
    assert (done.state, done.exit_code) == ("failed", code)
    assert done.reason.startswith(told)
    assert done.reason
    assert "bad.mp4" not in done.reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX")
def test_a_pipe_is_not_waited_for(bundle: Bundle, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    done = judge_clip(job(tmp_path / "pipe.mp4", bundle), bundle, tmp_path)
    assert (done.state, done.reason) == ("failed", "the clip is no file; give a clip")


def test_a_defect_fails_one_clip(
    make_set: MakeSet, bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trip(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(judging, "judge_track", trip)
    done = judge_clip(job(make_set(tmp_path / "a.mp4", 1), bundle), bundle, tmp_path)
    assert (done.state, done.exit_code) == ("failed", 1)
    assert "ZeroDivisionError: by zero" in done.reason


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (MemoryError(), 1, "too little memory"),
        (OSError(errno.ENOSPC, "No space left on device"), 7, "no room for scratch files"),
    ],
)
def test_what_the_worker_lacks_is_no_defect(
    error: Exception,
    code: int,
    told: str,
    make_set: MakeSet,
    bundle: Bundle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def trip(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(judging, "save_track", trip)
    done = judge_clip(job(make_set(tmp_path / "a.mp4", 1), bundle), bundle, tmp_path)
    assert (done.state, done.exit_code) == ("failed", code)
    assert done.reason.startswith(told)
    assert "--retry-failed" in done.reason


def test_a_damaged_track_is_made_again_where_the_clip_is_at_hand(
    make_set: MakeSet, bundle: Bundle, tmp_path: Path
) -> None:
    clip = make_set(tmp_path / "a.mp4", 1)
    first = judge_clip(job(clip, bundle), bundle, tmp_path)
    assert first.kept is not None
    damaged = replace(first.kept, track=first.kept.track[:100])
    again = judge_clip(job(clip, bundle, kept=damaged), bundle, tmp_path)
    assert again.report == first.report
    assert again.kept is not None
    assert again.kept.track != damaged.track
    alone = replace(job(clip, bundle, kept=damaged), location=None)
    done = judge_clip(alone, bundle, tmp_path)
    assert (done.state, done.exit_code) == ("failed", 3)
    assert "damaged; run `formcheck batch`" in done.reason


@pytest.mark.model
def test_halves_in_turn_give_the_same_track(tmp_path: Path) -> None:
    bundle = require_bundle("full")
    together = look_at_clip(SAMPLE, "digest", bundle)
    with halves_in_turn():
        in_turn = look_at_clip(SAMPLE, "digest", bundle)
    for name in ("t_s", "landmarks_px", "landmarks_m", "visibility", "outline"):
        np.testing.assert_array_equal(getattr(together, name), getattr(in_turn, name))
    assert together.notes == in_turn.notes


@pytest.mark.model
def test_the_worst_fault_has_a_small_picture(tmp_path: Path) -> None:
    import cv2

    bundle = require_bundle("full")
    done = judge_clip(job(SAMPLE, bundle), bundle, tmp_path)
    assert done.thumbnail is not None
    picture = cv2.imdecode(np.frombuffer(done.thumbnail.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert max(picture.shape) == 240
    assert len(done.thumbnail.jpeg) < 30_000
