from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formcheck.errors import OutputError, UsageError
from formcheck.live.recording import Recorder, Spool, fitted
from formcheck.live.seen import Seen, seen_of
from formcheck.pose.bundles import Bundle
from formcheck.pose.record import record_track
from formcheck.video.camera import Picture
from formcheck.video.reader import ClipReader
from tests.synthetic import rdl_track


def picture(t_s: float, size: tuple[int, int] = (64, 48), shade: int = 90) -> Picture:
    return Picture(t_s, 0.0, np.full((size[1], size[0], 3), shade, dtype=np.uint8))


def test_samples_come_back_from_the_disk_as_they_were() -> None:
    spool = Spool()
    given = [*seen_of(rdl_track(1)), Seen(99.0, (640, 480))]
    for seen in given:
        spool.add(seen)
    back = spool.samples()
    spool.close()
    assert [one.t_s for one in back] == [one.t_s for one in given]
    assert back[-1] == given[-1]
    for name in ("landmarks_px", "landmarks_m", "visibility", "outline"):
        np.testing.assert_array_equal(getattr(back[0], name), getattr(given[0], name))


def test_a_recording_plays_with_the_times_of_its_pictures(tmp_path: Path) -> None:
    path = tmp_path / "new" / "set.mp4"
    recorder = Recorder(path, lossless=True)
    times = [5.0, 5.1, 5.35, 5.4, 6.0]
    for t_s in times:
        recorder.picture(picture(t_s))
    recorder.close()
    assert (recorder.written, recorder.left_out, recorder.problem) == (5, 0, None)
    with ClipReader(path) as reader:
        assert [frame.t_s for frame in reader] == pytest.approx([t - 5.0 for t in times], abs=1e-3)


def test_pictures_of_another_size_or_of_odd_sizes_are_fitted_in(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "set.mp4", lossless=True)
    for k, size in enumerate([(65, 49), (65, 49), (320, 240), (48, 64)]):
        recorder.picture(picture(k / 10.0, size))
    recorder.close()
    assert recorder.problem is None
    with ClipReader(recorder.path) as reader:
        assert {frame.bgr.shape for frame in reader} == {(48, 64, 3)}


def test_bars_stand_about_a_picture_of_another_shape() -> None:
    canvas = fitted(np.full((100, 50, 3), 200, dtype=np.uint8), (100, 100))
    assert canvas.shape == (100, 100, 3)
    assert canvas[50, 50].tolist() == [200, 200, 200]
    assert canvas[50, 5].tolist() == canvas[50, 95].tolist() == [0, 0, 0]


def test_nothing_recorded_leaves_nothing_behind(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "set.mp4")
    recorder.close()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match="--record"):
        Recorder(tmp_path / "taken" / "set.mp4")


def test_a_recording_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "set.mp4").write_text("the last set")
    with pytest.raises(UsageError, match="is there already"):
        Recorder(tmp_path / "set.mp4")
    assert (tmp_path / "set.mp4").read_text() == "the last set"


def test_while_paused_neither_pictures_nor_samples_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMCHECK_CACHE", str(tmp_path / "cache"))
    bundle = Bundle("full", tmp_path / "full.task", "cd" * 32)
    recorder = Recorder(tmp_path / "set.mp4", lossless=True)
    for seen in seen_of(rdl_track(1)):
        recorder.paused = 2.0 < seen.t_s < 3.0
        recorder.picture(picture(seen.t_s))
        recorder.seen(seen)
    recorder.close()
    assert recorder.keep_track(bundle)
    track = record_track(recorder.path, bundle)
    away = (track.t_s > 2.05) & (track.t_s < 2.95)
    assert away.any()
    assert not track.found[away].any()
    assert track.found[~away].all()


def test_the_track_made_meanwhile_is_the_one_that_analyze_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMCHECK_CACHE", str(tmp_path / "cache"))
    bundle = Bundle("full", tmp_path / "full.task", "cd" * 32)
    recorder = Recorder(tmp_path / "set.mp4", lossless=True)
    samples = seen_of(rdl_track(1))
    for seen in samples:
        recorder.picture(picture(seen.t_s + 7.0))
        recorder.seen(
            Seen(
                seen.t_s + 7.0,
                seen.size,
                seen.landmarks_px,
                seen.landmarks_m,
                seen.visibility,
                seen.outline,
            )
        )
    recorder.close()
    assert recorder.keep_track(bundle)
    # There is no model at that path: only the stored track can answer.
    track = record_track(recorder.path, bundle)
    assert len(track) == len(samples)
    assert track.t_s[0] == pytest.approx(0.0)
    np.testing.assert_array_equal(track.landmarks_px[3], samples[3].landmarks_px)
