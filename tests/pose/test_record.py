"""From a clip to its track, with the model replaced by one that says what it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from formcheck.errors import ClipError, NobodyError
from formcheck.pose import record
from formcheck.pose.bundles import Bundle
from formcheck.pose.landmarker import LEAST_CONFIDENCE, PoseLandmarker, PoseSample
from formcheck.pose.landmarks import Landmark
from formcheck.pose.outline import OUTLINE_POINTS
from formcheck.pose.record import cache_folder, record_track
from formcheck.video.reader import Frame
from tests.synthetic import rdl_track

MakeClip = Callable[..., Path]
BUNDLE = Bundle("full", Path("full.task"), "12" * 32)
BODY = rdl_track(1, height_px=90.0, lead_s=0.1).landmarks_px - (576.0, 780.0)
"""A lifter who fits a picture of 128 x 128."""


SIZE = {"width": 128, "height": 128}


class Model:
    """Stands in for the pose model; ``says`` tells the pose in a frame."""

    def __init__(self) -> None:
        self.looks: list[tuple[int, int]] = []
        self.opened: list[bool] = []
        self.asked: list[float] = []
        self.says: Callable[[int, Frame], np.ndarray | None] = lambda _pass, frame: BODY[
            frame.index % len(BODY)
        ]

    def found(self, which: int, frame: Frame) -> SimpleNamespace | None:
        self.looks.append((which, frame.index))
        points = self.says(which, frame)
        if points is None:
            return None
        sample = PoseSample(
            landmarks_px=points.astype(np.float32),
            landmarks_m=np.zeros((33, 3), dtype=np.float32),
            visibility=np.full(33, 0.9, dtype=np.float32),
            outline=np.ones((2, OUTLINE_POINTS, 2), dtype=np.float32),
        )
        return SimpleNamespace(sample=lambda: sample)


@pytest.fixture
def make_clip(make_clip: MakeClip) -> MakeClip:
    return partial(make_clip, **SIZE)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Model:
    """The model, and a cache that is empty."""
    stand_in = Model()

    def init(
        self: PoseLandmarker,
        _bundle: Path,
        *,
        moving: bool = True,
        masks: bool = True,
        least_confidence: float = LEAST_CONFIDENCE,
    ) -> None:
        self._moving = moving
        if moving:
            stand_in.opened.append(masks)
            stand_in.asked.append(least_confidence)
            self._last_ms = len(stand_in.opened)

    def look(self: PoseLandmarker, frame: Frame) -> SimpleNamespace | None:
        # The search for other people beside the lifter finds nobody.
        return stand_in.found(self._last_ms, frame) if self._moving else None

    monkeypatch.setattr(PoseLandmarker, "__init__", init)
    monkeypatch.setattr(PoseLandmarker, "look", look)
    monkeypatch.setattr(PoseLandmarker, "close", lambda _self: None)
    monkeypatch.setenv("FORMCHECK_CACHE", str(tmp_path / "cache"))
    return stand_in


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "cache").rglob("*") if path.is_file())


def test_a_track_of_a_clip(model: Model, make_clip: MakeClip) -> None:
    clip = make_clip(frames=40)
    track = record_track(clip, BUNDLE)
    assert len(track) == 40
    assert track.t_s == pytest.approx(np.arange(40) / 30)
    assert track.landmarks_px == pytest.approx(BODY[:40], abs=1e-4)
    assert track.found.all()
    assert track.outline.shape == (40, 2, OUTLINE_POINTS, 2)
    facts = track.clip
    assert (facts.name, facts.width, facts.height) == ("gradient.mp4", 128, 128)
    assert (facts.frames_read, facts.frames_lost) == (40, 0)
    assert facts.fps == pytest.approx(30)
    assert facts.duration_s == pytest.approx(40 / 30)
    assert (track.model.name, track.model.sha256) == ("full", BUNDLE.sha256)
    assert track.notes == ()


def test_a_clip_is_looked_at_once(model: Model, make_clip: MakeClip, tmp_path: Path) -> None:
    clip = make_clip()
    first = record_track(clip, BUNDLE)
    assert [index for _, index in model.looks] == list(range(30))
    copy = tmp_path / "another name.mp4"
    copy.write_bytes(clip.read_bytes())
    for path in (clip, copy):
        again = record_track(path, BUNDLE)
        assert np.array_equal(again.landmarks_px, first.landmarks_px)
    assert len(model.looks) == 30
    assert len(kept(tmp_path)) == 1


def test_fresh_looks_again(model: Model, make_clip: MakeClip) -> None:
    clip = make_clip()
    record_track(clip, BUNDLE)
    model.says = lambda _pass, _frame: BODY[0]
    track = record_track(clip, BUNDLE, fresh=True)
    assert len(model.looks) == 60
    assert np.ptp(track.landmarks_px, axis=0).max() == 0
    assert np.ptp(record_track(clip, BUNDLE).landmarks_px, axis=0).max() == 0


def test_another_model_or_clip_is_kept_apart(
    model: Model, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = make_clip()
    record_track(clip, BUNDLE)
    record_track(clip, Bundle("full", BUNDLE.path, "34" * 32))
    record_track(make_clip("other.mp4", fps=25), BUNDLE)
    assert len(model.looks) == 90
    assert len(kept(tmp_path)) == 3


def test_a_damaged_track_is_looked_at_again(
    model: Model, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = make_clip()
    record_track(clip, BUNDLE)
    (path,) = (tmp_path / "cache").rglob("*.npz")
    path.write_bytes(b"no track")
    assert record_track(clip, BUNDLE).found.all()
    assert len(model.looks) == 60
    assert path.stat().st_size > 1000


@pytest.mark.parametrize("blocked", ["file in the way", "full"])
def test_a_cache_that_cannot_be_written_costs_time_only(
    model: Model, make_clip: MakeClip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blocked: str
) -> None:
    if blocked == "full":

        def full(*_args: object, **_arrays: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(np, "savez_compressed", full)
    else:
        (tmp_path / "cache").write_text("")
    assert len(record_track(make_clip(), BUNDLE)) == 30


def test_old_tracks_are_dropped_when_there_are_too_many(
    model: Model, make_clip: MakeClip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "CACHE_LIMIT_BYTES", 1)
    record_track(make_clip(), BUNDLE)
    before = kept(tmp_path)
    record_track(make_clip("other.mp4", fps=25), BUNDLE)
    assert len(kept(tmp_path)) == 1
    assert kept(tmp_path) != before


@pytest.mark.parametrize("named", [True, False])
def test_where_tracks_are_kept(
    named: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORMCHECK_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if named:
        monkeypatch.setenv("FORMCHECK_CACHE", str(tmp_path / "mine"))
        assert cache_folder() == tmp_path / "mine"
    else:
        assert cache_folder().name == "formcheck"


def test_large_pictures_are_shrunk_and_landmarks_are_in_displayed_pixels(
    model: Model, make_clip: MakeClip
) -> None:
    widths = set()

    def says(_pass: int, frame: Frame) -> np.ndarray:
        widths.add(frame.bgr.shape[1])
        return BODY[frame.index] + (400.0, 100.0)

    model.says = says
    track = record_track(make_clip(frames=10, width=1920, height=1080), BUNDLE)
    assert widths == {712}
    assert (track.clip.width, track.clip.height) == (1920, 1080)
    assert track.landmarks_px == pytest.approx(
        np.array([1920 / 712, 1080 / 400]) * (BODY[:10] + (400.0, 100.0)), rel=1e-3
    )


def test_nobody_in_any_frame(model: Model, make_clip: MakeClip) -> None:
    model.says = lambda _pass, _frame: None
    clip = make_clip()
    for _ in range(2):
        with pytest.raises(NobodyError, match="no person in any of 30 frames"):
            record_track(clip, BUNDLE)
    assert len(model.looks) == 30, "also an empty track is kept"


def test_a_body_too_small_to_be_measured(model: Model, make_clip: MakeClip) -> None:
    model.says = lambda _pass, frame: BODY[frame.index] / 4
    with pytest.raises(NobodyError):
        record_track(make_clip(), BUNDLE)


def test_a_missing_clip(model: Model, tmp_path: Path) -> None:
    with pytest.raises(ClipError):
        record_track(tmp_path / "none.mp4", BUNDLE)
    assert model.looks == []


def test_an_error_in_the_model_is_not_swallowed(
    model: Model, make_clip: MakeClip, tmp_path: Path
) -> None:
    def says(_pass: int, frame: Frame) -> np.ndarray:
        if frame.index == 20:
            raise RuntimeError("the model broke")
        return BODY[frame.index]

    model.says = says
    with pytest.raises(RuntimeError, match="the model broke"):
        record_track(make_clip(), BUNDLE)
    assert kept(tmp_path) == []


def test_progress(model: Model, make_clip: MakeClip) -> None:
    told: list[tuple[int, int | None]] = []
    record_track(make_clip(), BUNDLE, progress=lambda _label, done, all_: told.append((done, all_)))
    assert told == [(done, 30) for done in range(1, 31)]


def test_frames_on_somebody_else_are_looked_at_again(model: Model, make_clip: MakeClip) -> None:
    """The first look jumps to a passer-by; the second, of the lifter's place alone, does not."""
    strange = slice(50, 80)
    seen: list[int] = []

    def says(which: int, frame: Frame) -> np.ndarray:
        if which > 2:
            seen.append(frame.index)
        elif frame.index in range(50, 80):
            return BODY[0] + (90.0, 0.0)
        return BODY[frame.index]

    model.says = says
    track = record_track(make_clip(frames=120, width=224), BUNDLE)
    assert seen == list(range(50, 80))
    assert track.landmarks_px[strange] == pytest.approx(BODY[strange], abs=1e-4)
    assert track.found.all()
    assert "In 30 frames" in track.notes[0]
    hips = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
    assert np.ptp(track.landmarks_px[:, hips, 0]) < 20


def test_a_pose_that_flickers_is_looked_at_again_and_held_on_to(
    model: Model, make_clip: MakeClip
) -> None:
    """The first look loses every sixth frame; the second asks for less."""

    def says(which: int, frame: Frame) -> np.ndarray | None:
        lost = frame.index in range(42, 75, 6)
        return None if lost and model.asked[which - 1] == LEAST_CONFIDENCE else BODY[frame.index]

    model.says = says
    track = record_track(make_clip(frames=110), BUNDLE)
    assert track.found.all()
    assert track.landmarks_px == pytest.approx(BODY[np.arange(110)], abs=1e-4)
    assert model.asked[-1] < LEAST_CONFIDENCE
    assert "hardly seen" in track.notes[0]


def test_halves_join_without_a_seam(model: Model, make_clip: MakeClip) -> None:
    """Each half has a model of its own; the second is shown some frames before its first."""
    track = record_track(make_clip(frames=101, fps=25), BUNDLE)
    assert np.diff(track.t_s) == pytest.approx(np.full(100, 0.04))
    assert track.landmarks_px == pytest.approx(BODY[np.arange(101) % len(BODY)], abs=1e-4)
    halves = sorted(sorted(i for which, i in model.looks if which == one) for one in (1, 2))
    assert halves == [list(range(50)), list(range(25, 101))]


def test_a_short_clip_is_looked_at_in_one_go(model: Model, make_clip: MakeClip) -> None:
    record_track(make_clip(frames=60, fps=25), BUNDLE)
    assert len(model.opened) == 1


@pytest.mark.parametrize("index", [10, 90])
def test_an_interruption_in_either_half_ends_both(
    model: Model, make_clip: MakeClip, index: int
) -> None:
    def says(_which: int, frame: Frame) -> np.ndarray:
        if frame.index == index:
            raise KeyboardInterrupt
        return BODY[frame.index]

    model.says = says
    with pytest.raises(KeyboardInterrupt):
        record_track(make_clip(frames=100, fps=25), BUNDLE)
    assert [t.name for t in threading.enumerate() if t.name.startswith("formcheck")] == []


def test_halves_that_see_different_bodies_are_looked_at_in_one_go(
    model: Model, make_clip: MakeClip
) -> None:
    """A model that starts in the middle of the clip takes a passer-by for the lifter."""
    started: dict[int, int] = {}

    def says(which: int, frame: Frame) -> np.ndarray:
        first = started.setdefault(which, frame.index)
        return BODY[frame.index] + (90.0 if first else 0.0, 0.0)

    model.says = says
    track = record_track(make_clip(frames=100, fps=25, width=224), BUNDLE)
    assert track.landmarks_px == pytest.approx(BODY[:100], abs=1e-4)
    assert len(model.opened) == 3
