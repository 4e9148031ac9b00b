from __future__ import annotations

import gc
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck.pose import track as track_module
from formcheck.pose.landmarks import LANDMARK_COUNT, Landmark
from formcheck.pose.track import PoseTrack, load_track, save_track
from tests.synthetic import TRUNK, rdl_track, track_of, without

ARRAYS = ("t_s", "landmarks_px", "landmarks_m", "visibility", "outline")


@pytest.fixture
def track() -> PoseTrack:
    return replace(without(rdl_track(1), [(1.0, 1.4)]), notes=("Somebody walked past.",))


def test_a_track_comes_back_as_it_was(track: PoseTrack, tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "a.npz"
    save_track(track, path)
    back = load_track(path)
    assert back is not None
    for name in ARRAYS:
        kept, given = getattr(back, name), getattr(track, name)
        assert kept.dtype == given.dtype
        assert np.array_equal(kept, given, equal_nan=True)
    assert (back.clip, back.model, back.notes) == (track.clip, track.model, track.notes)


def test_a_track_of_no_frames(tmp_path: Path) -> None:
    empty = replace(track_of(np.zeros(1), np.full((1, LANDMARK_COUNT, 2), np.nan)))
    save_track(empty, tmp_path / "a.npz")
    back = load_track(tmp_path / "a.npz")
    assert back is not None
    assert not back.found.any()


def test_another_version_is_looked_at_again(
    track: PoseTrack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_track(track, tmp_path / "a.npz")
    monkeypatch.setattr(track_module, "TRACK_VERSION", track_module.TRACK_VERSION + 1)
    assert load_track(tmp_path / "a.npz") is None


def test_no_file(tmp_path: Path) -> None:
    assert load_track(tmp_path / "none.npz") is None
    assert load_track(tmp_path) is None


@pytest.mark.parametrize("keep", [0, 1, 100, 0.5, 0.99])
def test_a_file_cut_short_is_closed_again(track: PoseTrack, tmp_path: Path, keep: float) -> None:
    path = tmp_path / "a.npz"
    save_track(track, path)
    data = path.read_bytes()
    path.write_bytes(data[: int(keep if keep >= 1 else keep * len(data))])
    assert load_track(path) is None
    gc.collect()  # a file left open would warn here, and warnings are errors


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_a_damaged_file(track: PoseTrack, tmp_path: Path, at: float) -> None:
    path = tmp_path / "a.npz"
    save_track(track, path)
    data = bytearray(path.read_bytes())
    start = int(at * len(data))
    data[start : start + 40] = b"\0" * 40
    path.write_bytes(data)
    assert load_track(path) is None


def test_other_contents(track: PoseTrack, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    arrays = {name: getattr(track, name) for name in ARRAYS}
    header = {"version": track_module.TRACK_VERSION, "clip": {}, "model": {}, "notes": []}
    for given in (
        {},
        {"header": np.array("no json")},
        {"header": np.array(json.dumps(header)), **arrays},
        {"header": np.array(json.dumps({}))},
        {"header": np.array(json.dumps(header))},
    ):
        np.savez(path, **given)  # type: ignore[arg-type]
        assert load_track(path) is None
    path.write_text("hello")
    assert load_track(path) is None


def test_pickles_are_not_opened(track: PoseTrack, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, header=np.array([object()]), allow_pickle=True)
    assert load_track(path) is None


def test_a_write_that_fails_leaves_nothing_and_keeps_what_was(
    track: PoseTrack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.npz"
    save_track(track, path)
    before = path.read_bytes()

    def full(file: object, **_arrays: object) -> None:
        file.write(b"half")  # type: ignore[attr-defined]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OSError, match="No space"):
        save_track(track, path)
    assert [file.name for file in tmp_path.iterdir()] == ["a.npz"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["landmarks_px", "landmarks_m", "visibility", "outline"])
def test_shapes_are_checked(track: PoseTrack, name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} has shape"):
        replace(track, **{name: getattr(track, name)[:-1]})


@pytest.mark.parametrize("times", [[0.0, 0.0], [0.0, -0.1]])
def test_time_increases(times: list[float]) -> None:
    with pytest.raises(ValueError, match="strictly increase"):
        track_of(np.array(times), np.zeros((2, LANDMARK_COUNT, 2)))


def test_found_midpoints_and_torso(track: PoseTrack) -> None:
    gone = (track.t_s >= 1.0) & (track.t_s < 1.4)
    assert np.array_equal(track.found, ~gone)
    assert track.torso_px[~gone] == pytest.approx(TRUNK * 600, rel=1e-3)
    assert np.isnan(track.torso_px[gone]).all()
    pair = track.landmarks_px[0, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]]
    middle = track.midpoint_px(Landmark.LEFT_HIP, Landmark.RIGHT_HIP)
    assert middle[0] == pytest.approx(pair.mean(axis=0))


def test_the_outline_in_pixels_lies_on_the_lifter(track: PoseTrack) -> None:
    """The drawn back is 0.15 torso lengths behind the shoulder-hip line; this lifter is upright."""
    outline = track.outline_px(0, 0)
    shoulder = track.midpoint_px(Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)[0]
    beside = outline[np.argmin(np.abs(outline[:, 1] - shoulder[1]))]
    assert shoulder[0] - beside[0] == pytest.approx(0.15 * TRUNK * 600, abs=4)
