"""A pose that is lost and found again many times a second, and one that is gone."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.pose.flicker import MARGIN_S, flicker_spans, flickers, without_flicker
from formcheck.pose.follow import blanked
from formcheck.pose.track import PoseTrack
from tests.synthetic import rdl_track, without

STEP = 6


@pytest.fixture
def lifter() -> PoseTrack:
    return rdl_track(2, fps=30)


def flickering(track: PoseTrack, first: int, past: int) -> PoseTrack:
    """Lost in every sixth frame of a stretch, for one frame."""
    rows = np.zeros(len(track), dtype=bool)
    rows[first:past:STEP] = True
    return blanked(track, rows)


def test_a_pose_that_is_held_or_gone_does_not_flicker(lifter: PoseTrack) -> None:
    assert flickers(lifter) == []
    assert flickers(without(lifter, [(2.0, 4.0)])) == []
    assert flicker_spans(without(lifter, [(2.0, 4.0)])) == []


def test_one_stumble_or_two_are_no_flicker(lifter: PoseTrack) -> None:
    assert flickers(flickering(lifter, 60, 60 + 2 * STEP + 1)) == []


def test_a_flicker_is_found_with_some_room_around(lifter: PoseTrack) -> None:
    ((first, past),) = flickers(flickering(lifter, 60, 97))
    room = MARGIN_S * 30
    assert first == pytest.approx(61 - room, abs=1)
    assert past == pytest.approx(96 + room, abs=1)


def test_a_flicker_at_the_beginning_is_found(lifter: PoseTrack) -> None:
    ((first, past),) = flickers(flickering(lifter, 5, 60))
    assert first == 0
    assert past >= 60


def test_poses_that_come_up_seconds_apart_are_no_flicker(lifter: PoseTrack) -> None:
    rows = np.ones(len(lifter), dtype=bool)
    rows[[20, 60, 100, 140]] = False
    assert flickers(blanked(lifter, rows)) == []


def test_it_is_looked_for_where_the_lifter_moves(lifter: PoseTrack) -> None:
    (span,) = flicker_spans(flickering(lifter, 60, 97))
    points = lifter.landmarks_px[lifter.found]
    assert (span.low_px < points.min(axis=(0, 1))).all()
    assert (span.high_px > points.max(axis=(0, 1))).all()


def test_who_is_never_held_is_not_known(lifter: PoseTrack) -> None:
    assert flicker_spans(flickering(lifter, 0, len(lifter))) == []


def test_what_is_seen_on_the_second_look_takes_the_place_of_all_that_flickered(
    lifter: PoseTrack,
) -> None:
    track = flickering(lifter, 60, 97)
    (span,) = spans = flicker_spans(track)
    names = ("landmarks_px", "landmarks_m", "visibility", "outline")
    patch = {name: getattr(lifter, name)[61] + 1.0 for name in names}
    held = without_flicker(track, spans, {61: patch})
    assert held.found[span.first : span.past].sum() == 1
    np.testing.assert_array_equal(held.landmarks_px[61], patch["landmarks_px"])
    np.testing.assert_array_equal(
        held.landmarks_px[: span.first], lifter.landmarks_px[: span.first]
    )
    assert f"{span.past - span.first} frames" in held.notes[-1]
    assert "held on to in 1." in held.notes[-1]
