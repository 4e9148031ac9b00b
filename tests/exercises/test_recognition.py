"""Which exercise it is: drawn movements whose hands, hips and trunk are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formcheck.exercises.recognition import (
    Recognition,
    RecognitionSettings,
    recognise,
    recognition_settings,
    weigh,
)
from formcheck.exercises.recognition_hinge import (
    LOADED_HIPS,
    STANDING_HIPS,
    HingeLook,
    _stands,
)
from formcheck.exercises.recognition_likeness import Likeness, Sign
from formcheck.exercises.recognition_words import not_recognised
from formcheck.motion.build import build_signals
from formcheck.motion.rep import Rep
from formcheck.pose.track import PoseTrack
from tests.drawn_hands import good_morning_track, row_track, squat_track, swing_track, with_hands
from tests.golden_tracks import NAMES, golden_track
from tests.synthetic import STANDING, rdl_track, without
from tests.synthetic_knee import lying_track, raise_track, seated_track

LIMITS = RecognitionSettings(something_else=0.1, min_confidence=0.6, min_candidate=0.1)
CLIP = Path("a.mp4")


def seen(track: PoseTrack) -> Recognition:
    return recognise(build_signals(track))


def chosen(track: PoseTrack) -> str | None:
    found = seen(track).chosen
    return None if found is None else found.name


@pytest.mark.parametrize("yaw_deg", [0.0, 30.0, 80.0])
@pytest.mark.parametrize("facing", ["left", "right"])
def test_hinges_are_told_apart_by_their_hands(yaw_deg: float, facing: str) -> None:
    assert chosen(rdl_track(2, yaw_deg=yaw_deg, facing=facing)) == "romanian_deadlift"
    assert chosen(good_morning_track(2, yaw_deg=yaw_deg, facing=facing)) == "good_morning"


@pytest.mark.parametrize(
    ("track", "name"),
    [
        (lying_track(2), "lying_leg_curl"),
        (seated_track(2), "seated_leg_curl"),
        (raise_track(2), "glute_ham_raise"),
    ],
)
def test_knee_exercises_are_told_apart_by_how_the_body_lies(track: PoseTrack, name: str) -> None:
    assert chosen(track) == name


@pytest.mark.parametrize(("hips", "fit"), [(0.49, 1.0), (0.40, 1.0), (0.32, 0.14), (0.245, 0.0)])
def test_who_bears_a_bar_stands_on_nearly_straight_legs(hips: float, fit: float) -> None:
    """Hips over the ankles: standing, half way, on a bench's knee pad, kneeling on the floor."""
    look = HingeLook(0.1, 0.1, 0.1, hips, 0.2, 0.8)
    assert _stands(look, LOADED_HIPS).likelihood == pytest.approx(fit, abs=0.01)
    assert _stands(look, STANDING_HIPS).likelihood >= fit


def test_hips_that_travel_are_on_no_pad() -> None:
    track = seated_track(2)
    up_px = 200.0 * np.sin(2.0 * np.pi * track.t_s / 2.0)
    track.landmarks_px[:, :, 1] -= up_px[:, None].astype(np.float32)
    assert chosen(track) is None


def test_a_squat_with_hanging_hands_is_a_deadlift_done_badly() -> None:
    assert chosen(squat_track(hang=0.95)) == "romanian_deadlift"


@pytest.mark.parametrize(
    "track",
    [
        pytest.param(squat_track(hang=0.05), id="back squat"),
        pytest.param(squat_track(hang=0.1, ahead=0.95), id="squat, arms forward"),
        pytest.param(squat_track(hang=0.4, ahead=0.2), id="goblet squat"),
        pytest.param(row_track(), id="row"),
        pytest.param(swing_track(), id="swing"),
        pytest.param(rdl_track(2, bottom=STANDING), id="standing"),
        pytest.param(with_hands(rdl_track(2, bottom=STANDING), 0.0, 0.9), id="raised arms"),
    ],
)
def test_other_movements_are_none_of_them(track: PoseTrack) -> None:
    assert chosen(track) is None


@pytest.mark.parametrize("name", NAMES)
def test_recorded_clips(name: str) -> None:
    none = name.startswith("negative")
    assert chosen(golden_track(name)) == (None if none else "romanian_deadlift")


def likeness(support: float) -> Likeness:
    return Likeness((Sign("hands", 1.0, support),))


def test_confidence_is_a_share_of_all_supports() -> None:
    found = weigh({"one": likeness(0.9), "two": likeness(0.5), "three": None}, LIMITS)
    assert [(one.name, one.confidence) for one in found.candidates] == [
        ("one", pytest.approx(0.9 / 1.5)),
        ("two", pytest.approx(0.5 / 1.5)),
        ("three", 0.0),
    ]
    assert found.chosen is found.candidates[0]
    assert [one.name for one in found.likely] == ["one", "two"]


def test_two_that_fit_alike_leave_the_question_open() -> None:
    assert weigh({"one": likeness(1.0), "two": likeness(1.0)}, LIMITS).chosen is None


def test_what_explains_less_of_the_movement_is_supported_less() -> None:
    def reps(*lengths_s: float) -> tuple[Rep, ...]:
        return tuple(Rep(1, True, 0.0, each, None, None, None, None) for each in lengths_s)

    likenesses = {"one": likeness(1.0), "two": likeness(1.0), "three": likeness(0.5)}
    found = weigh(likenesses, LIMITS, {"one": reps(3.0, 3.0), "two": reps(1.5), "three": reps(9.0)})
    # Of three's 9 s a half counts against one that fits twice as well.
    supports = {"one": 1.0, "two": 0.25, "three": 0.5}
    total = sum(supports.values()) + LIMITS.something_else
    assert {one.name: one.confidence for one in found.candidates} == {
        name: pytest.approx(support / total) for name, support in supports.items()
    }


def test_nothing_to_choose_from() -> None:
    found = weigh({}, LIMITS)
    assert found.candidates == ()
    assert found.chosen is None


@pytest.mark.parametrize(
    ("track", "told"),
    [
        (squat_track(hang=0.05), "could be good_morning (25% sure)"),
        (squat_track(hang=0.05), "missing: hips stay up"),
        (swing_track(), "romanian_deadlift"),
        (rdl_track(2, bottom=STANDING), "no rep of any exercise known here"),
        (without(rdl_track(1), [(1.0, 9.0)]), "a person is in only"),
    ],
)
def test_what_is_not_recognised_is_told_in_a_line(track: PoseTrack, told: str) -> None:
    signals = build_signals(track)
    message = not_recognised(CLIP, track, signals, recognise(signals))
    assert message.startswith("a.mp4: ")
    assert told in message
    assert "\n" not in message


def test_candidates_are_named_with_what_to_do() -> None:
    track = rdl_track(1)
    found = weigh({"one": likeness(1.0), "two": likeness(0.9), "three": likeness(1e-4)}, LIMITS)
    message = not_recognised(CLIP, track, build_signals(track), found)
    assert "could be one (50% sure) or two (45% sure)" in message
    assert "three" not in message
    assert "--exercise" in message


def test_the_limits_are_those_of_the_table() -> None:
    limits = recognition_settings()
    lone = weigh({"one": likeness(1.0)}, limits)
    assert lone.chosen is not None
    assert lone.chosen.confidence == pytest.approx(1.0 / (1.0 + limits.something_else))
