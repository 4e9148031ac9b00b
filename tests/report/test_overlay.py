from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from formcheck.report.overlay import write_overlay
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
