"""The road of a recorded clip, with its track drawn instead of looked at."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck import analysis
from formcheck.analysis import Analysis, analyze_clip, judge_track, look_at_pictures
from formcheck.errors import ClipError, NobodyError, UsageError
from formcheck.exercises.registry import exercise_settings
from formcheck.motion.preflight import PictureFacts
from formcheck.pose.bundles import Bundle
from formcheck.pose.track import PoseTrack
from tests.drawn_hands import good_morning_track, squat_track
from tests.synthetic import STANDING, rdl_track, without

MakeClip = Callable[..., Path]
RDL = "romanian_deadlift"
BUNDLE = Bundle("full", Path("full.task"), "12" * 32)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, PoseTrack]:
    """The track that every clip has, under ``track``."""
    has = {"track": rdl_track(2, spine_deg=25.0)}
    monkeypatch.setattr(analysis, "require_bundle", lambda _model, _progress: BUNDLE)
    monkeypatch.setattr(analysis, "record_track", lambda *_args, **_more: has["track"])
    return has


def judged(track: PoseTrack, speed: float = 1.0) -> Analysis:
    settings = exercise_settings(RDL)
    return judge_track(track, Path("a.mp4"), exercise=RDL, settings=settings, speed=speed)


def test_a_clip_becomes_a_report(drawn: dict[str, PoseTrack], make_clip: MakeClip) -> None:
    clip = make_clip()
    found = analyze_clip(clip)
    report = found.report
    assert found.track is drawn["track"]
    assert len(found.signals) == len(found.track)
    assert (report.set.rep_count, report.set.faults) == (2, {"SPINE_ROUNDED": 2})
    assert report.exercise.name == RDL
    assert report.clip.path == str(clip)
    assert report.view.facing == "right"
    assert report.view.side_on
    assert [rep.score for rep in report.reps] == [75.0, 75.0]
    fault = report.reps[0].faults[0]
    assert report.reps[0].start_s < fault.t_s < report.reps[0].end_s
    assert fault.value == report.reps[0].metrics["spine_curvature"].value


def test_the_report_holds_the_thresholds_it_was_made_with(
    drawn: dict[str, PoseTrack], make_clip: MakeClip, tmp_path: Path
) -> None:
    own = tmp_path / "coach.toml"
    own.write_text("[romanian_deadlift.faults.SPINE_ROUNDED]\nabove = 35.0\nmajor_past = 45.0\n")
    report = analyze_clip(make_clip(), config=own).report
    assert report.config["faults"]["SPINE_ROUNDED"]["above"] == 35.0
    assert report.set.faults == {}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"exercise": "bench_press"}, "'bench_press' is no exercise; choose one of"),
        ({"speed": 0.0}, "speed of 0"),
        ({"speed": -1.0}, "speed of -1"),
        ({"speed": 17.0}, "speed of 17"),
        ({"speed": float("nan")}, "speed of nan"),
        ({"config": Path("none.toml")}, "none.toml cannot be read"),
    ],
)
def test_senseless_options(
    drawn: dict[str, PoseTrack], make_clip: MakeClip, options: dict[str, object], told: str
) -> None:
    with pytest.raises(UsageError) as refused:
        analyze_clip(make_clip(), **options)  # type: ignore[arg-type]
    assert told in str(refused.value)


def test_the_clip_is_tried_before_a_model_is_brought(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def forbidden(*_args: object) -> Bundle:
        raise AssertionError("nothing should be fetched for a clip that cannot be read")

    monkeypatch.setattr(analysis, "require_bundle", forbidden)
    with pytest.raises(ClipError):
        analyze_clip(tmp_path / "none.mp4")


def test_speed_is_that_of_life() -> None:
    track = rdl_track(1, eccentric_s=8.0, concentric_s=4.0, pause_s=2.0, top_s=3.0)
    report = judged(track, speed=0.5).report
    assert report.clip.speed == 0.5
    assert report.clip.duration_s == pytest.approx(track.clip.duration_s / 2, abs=0.002)
    assert report.reps[0].eccentric_s == pytest.approx(4.0, abs=0.45)


@pytest.mark.parametrize(
    ("track", "told"),
    [
        (rdl_track(2, bottom=STANDING), "nobody in it does a whole movement of it"),
        (without(rdl_track(1), [(1.0, 9.0)]), "a person is in only"),
        (rdl_track(1, lead_s=0.1, eccentric_s=0.05, pause_s=0.01, concentric_s=0.05,
                   top_s=0.01, tail_s=0.02), "too short for a rep"),
        (rdl_track(2, bottom=STANDING, height_px=2400.0), "not wholly in the picture"),
    ],
    ids=["stands", "absent", "short", "too near"],
)  # fmt: skip
def test_no_rep_says_why_and_what_to_do(track: PoseTrack, told: str) -> None:
    with pytest.raises(NobodyError) as refused:
        judged(track)
    message = str(refused.value)
    assert told in message
    assert message.startswith("a.mp4: ")
    assert "; " in message
    assert "\n" not in message


def test_the_exercise_is_found_out_unless_it_is_given() -> None:
    found = judge_track(good_morning_track(2), Path("a.mp4")).report
    assert (found.exercise.name, found.exercise.source) == ("good_morning", "auto")
    assert 0.75 <= found.exercise.confidence < 1.0
    told = judge_track(good_morning_track(2), Path("a.mp4"), exercise=RDL).report
    assert (told.exercise.name, told.exercise.source, told.exercise.confidence) == (
        RDL,
        "given",
        1.0,
    )
    assert found.set.rep_count == told.set.rep_count == 2


def test_what_cannot_be_recognised_is_not_judged() -> None:
    with pytest.raises(NobodyError, match=r"a\.mp4: could be good_morning .*--exercise"):
        judge_track(squat_track(hang=0.05), Path("a.mp4"))


def test_a_recognised_exercise_is_judged_by_the_coachs_thresholds_for_it(tmp_path: Path) -> None:
    own = tmp_path / "coach.toml"
    own.write_text("[good_morning.faults.ECCENTRIC_FAST]\nbelow = 9.0\nmajor_past = 8.0\n")
    track, clip = good_morning_track(2), Path("a.mp4")
    strict = judge_track(track, clip, config=own).report
    assert strict.set.faults == {"ECCENTRIC_FAST": 2}
    assert strict.config["faults"]["ECCENTRIC_FAST"]["below"] == 9.0
    deadlift = judge_track(rdl_track(2), clip, config=own).report
    assert deadlift.config["faults"]["ECCENTRIC_FAST"]["below"] == 3.0


def test_the_clip_is_checked_before_it_is_judged() -> None:
    dark = PictureFacts(luma=12.0, smear_bodies=0.003)
    report = judge_track(rdl_track(2, yaw_deg=50.0), Path("a.mp4"), pictures=dark).report
    assert [check.code for check in report.view.checks] == ["view", "dark"]
    assert report.view.problems == [check.sentence for check in report.view.checks]
    assert set(report.view.problems) <= set(report.problems)
    assert report.set.rep_count == 2
    assert report.reps[0].eccentric_s is not None
    assert report.reps[0].metrics["hip_hinge_ratio"].reason == "view"


def test_pictures_that_cannot_be_read_again_are_no_problem(tmp_path: Path) -> None:
    facts = look_at_pictures(tmp_path / "gone.mp4", rdl_track(1))
    assert math.isnan(facts.luma)
    assert math.isnan(facts.smear_bodies)


def test_light_and_sharpness_of_a_clip(make_clip: MakeClip) -> None:
    clip = make_clip(frames=60, width=640, height=480)
    track = rdl_track(1, height_px=300.0)
    moved = replace(track, landmarks_px=track.landmarks_px - np.float32([320.0, 500.0]))
    facts = look_at_pictures(clip, moved)
    assert 40 < facts.luma < 220
    assert 0.0 < facts.smear_bodies < 0.05
