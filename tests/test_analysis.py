"""The road of a recorded clip, with its track drawn instead of looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from formcheck import analysis
from formcheck.analysis import Analysis, analyze_clip, judge_track
from formcheck.errors import ClipError, NobodyError, UsageError
from formcheck.exercises.registry import exercise_settings
from formcheck.pose.bundles import Bundle
from formcheck.pose.track import PoseTrack
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
        (rdl_track(2, bottom=STANDING), "nobody in it bends down and comes up again"),
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
