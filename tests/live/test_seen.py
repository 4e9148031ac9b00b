from __future__ import annotations

import numpy as np
import pytest

from formcheck.live.seen import RecentPast, Seen, seen_in, seen_of
from formcheck.pose.landmarker import PoseSample
from formcheck.pose.track import ModelFacts
from tests.synthetic import rdl_track

MODEL = ModelFacts("full", "cd" * 32)


def standing(t_s: float, size: tuple[int, int] = (640, 480), at: float = 100.0) -> Seen:
    return Seen(
        t_s,
        size,
        np.full((33, 2), at, dtype=np.float32),
        np.zeros((33, 3), dtype=np.float16),
        np.ones(33, dtype=np.float16),
    )


def test_a_track_taken_apart_and_put_together_again_is_the_same() -> None:
    track = rdl_track(1)
    past = RecentPast(track.model)
    for seen in seen_of(track):
        past.add(seen)
    again = past.track()
    for name in ("t_s", "landmarks_px", "landmarks_m", "visibility", "outline"):
        np.testing.assert_array_equal(getattr(again, name), getattr(track, name))
    assert (again.clip.width, again.clip.height) == (track.clip.width, track.clip.height)


@pytest.mark.parametrize(("fps", "left"), [(60.0, 30), (30.0, 30), (25.0, 25), (50.0, 25)])
def test_sixty_pictures_a_second_are_thinned_to_thirty(fps: float, left: int) -> None:
    past = RecentPast(MODEL)
    for frame in range(round(fps)):
        past.add(standing(frame / fps))
    assert len(past) == left


def test_time_never_runs_back() -> None:
    past = RecentPast(MODEL)
    for t_s in (0.0, 0.1, 0.05, 0.1, 0.2):
        past.add(standing(t_s))
    np.testing.assert_array_equal(past.track().t_s, [0.0, 0.1, 0.2])


def test_only_so_much_is_kept() -> None:
    past = RecentPast(MODEL, longest_s=2.0)
    for tenth in range(100):
        past.add(standing(tenth / 10.0))
    assert past.last_s - past.first_s <= 2.0 + 1e-9
    past.forget_before(9.5)
    assert past.first_s == pytest.approx(9.5)


def test_a_larger_picture_of_the_same_shape_keeps_its_scale() -> None:
    past = RecentPast(MODEL)
    past.add(standing(0.0, (640, 480), 100.0))
    past.add(standing(0.1, (1280, 960), 200.0))
    assert np.unique(past.track().landmarks_px).tolist() == [100.0]


def test_a_picture_of_another_shape_begins_anew() -> None:
    past = RecentPast(MODEL)
    past.add(standing(0.0, (640, 480)))
    past.add(standing(0.1, (480, 640)))
    assert len(past) == 1
    assert past.track().clip.width == 480


def test_a_sample_is_brought_into_the_picture_as_captured() -> None:
    sample = PoseSample(
        np.full((33, 2), 10.0, dtype=np.float32),
        np.zeros((33, 3), dtype=np.float32),
        np.ones(33, dtype=np.float32),
        None,
    )
    seen = seen_in(1.0, (1280, 720), (640, 480), sample)
    assert seen.landmarks_px is not None
    assert seen.landmarks_px[0].tolist() == [20.0, 15.0]
    assert seen_in(1.0, (1280, 720), (640, 480), None).landmarks_px is None


def test_nobody_was_seen_while_no_picture_came() -> None:
    past = RecentPast(MODEL)
    for t_s in (0.0, 0.1, 0.2, 5.2, 5.3):
        past.add(standing(t_s))
    track = past.track()
    missing = ~track.found
    assert np.diff(track.t_s).max() <= 0.2
    assert not missing[track.t_s <= 0.2].any()
    assert missing[(track.t_s > 0.21) & (track.t_s < 5.19)].all()
    assert missing.sum() >= 45


def test_a_slow_model_leaves_no_gaps() -> None:
    past = RecentPast(MODEL)
    for step in range(20):
        past.add(standing(step * 0.12))
    assert past.track().found.all()
