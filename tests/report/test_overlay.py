from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from formcheck.report.overlay import CUE_S, moment_at, write_overlay
from formcheck.video.reader import ClipReader


def test_overlay_plays_in_a_browser_and_keeps_every_time(drawn_set: Any, tmp_path: Path) -> None:
    path = tmp_path / "overlay.mp4"
    report, signals, track, clip = drawn_set.parts
    assert write_overlay(report, signals, track, clip, path) is None
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert not container.streams.audio
    times = [frame.t_s for frame in ClipReader(path)]
    assert times == pytest.approx(track.t_s.tolist(), abs=1e-4)
    data = path.read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat")


def test_lifter_is_drawn_only_where_found(drawn_set: Any, tmp_path: Path) -> None:
    report, signals, track, clip = drawn_set.parts
    track.landmarks_px[20:] = np.nan
    path = tmp_path / "overlay.mp4"
    write_overlay(report, signals, track, clip, path)
    pairs = zip(ClipReader(path), ClipReader(clip), strict=True)
    # This part of the picture holds neither panel nor cue.
    changed = [
        float(np.abs(after.bgr[130:180, 200:].astype(int) - before.bgr[130:180, 200:]).max())
        for after, before in pairs
    ]
    assert min(changed[:20]) > 60
    assert max(changed[-10:]) < 60


def test_moment_follows_the_phases(build: Any) -> None:
    report = build.report(build.rep(1, 0.0), build.rep(2, 1.0))
    down = moment_at(report, 0.25)
    assert (down.reps_done, down.phase) == (0, "eccentric")
    assert down.phase_s == pytest.approx(0.25)
    assert down.eccentric_s == pytest.approx(0.25)
    assert not down.eccentric_over
    up = moment_at(report, 0.6)
    assert (up.phase, up.eccentric_over) == ("concentric", True)
    assert up.eccentric_s == pytest.approx(0.4)
    assert up.phase_s == pytest.approx(0.1)
    assert moment_at(report, 1.05).reps_done == 1
    assert moment_at(report, 5.0).reps_done == 2
    assert moment_at(report, 5.0).phase == ""


def test_cue_stays_for_its_time_and_notes_say_nothing(build: Any) -> None:
    report = build.report(build.rep(1, 0.0))
    assert moment_at(report, 0.39).cues == ()
    assert moment_at(report, 0.41).cues == ("Chest proud",)
    assert moment_at(report, 0.41 + CUE_S).cues == ()
    note = build.fault("ECCENTRIC_SLOW", "eccentric_s", 0.4, severity="note")
    assert moment_at(build.report(build.rep(1, 0.0, faults=[note])), 0.41).cues == ()


def test_a_rep_that_the_clip_cuts_off_is_not_counted(build: Any) -> None:
    assert moment_at(build.report(build.rep(1, 0.0, complete=False)), 9.0).reps_done == 0
