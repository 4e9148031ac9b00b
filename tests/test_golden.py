"""Recorded pose tracks of real clips, and what must be said of them.

The tracks are numbers that ``python -m tests.golden_tracks`` took from labelled clips which are not
part of the repository. ``golden_rdl.json`` is the whole report of one of them. After a change that
is meant to move figures, write it anew with ``FORMCHECK_UPDATE_GOLDEN=1 pytest
tests/test_golden.py`` and read the difference.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from formcheck.analysis import judge_track
from formcheck.errors import NobodyError
from formcheck.exercises.registry import exercise_settings
from formcheck.report.schema import SetReport
from tests.golden_tracks import golden_track

DATA = Path(__file__).parent / "data"
GOLDEN = DATA / "golden_rdl.json"
RDL = "romanian_deadlift"
VOLATILE = ("formcheck_version", "config")


def report_of(name: str) -> SetReport:
    track = golden_track(name)
    settings = exercise_settings(RDL)
    return judge_track(track, Path(f"{name}.mp4"), exercise=RDL, settings=settings).report


@pytest.mark.parametrize(
    ("name", "reps", "band", "faults"),
    [
        ("hinge_unloaded_3", 3, "neutral", set()),
        ("barbell_neutral_2", 1, "neutral", set()),
        ("barbell_rounded_2", 1, "rounded", {"SPINE_ROUNDED"}),
        ("kettlebell_squatting_10", 10, None, {"SQUATTING"}),
        ("barbell_rdl_front_3", 3, None, set()),
        ("barbell_touch_and_go_8", 8, None, set()),
    ],
)
def test_labelled_clips(name: str, reps: int, band: str | None, faults: set[str]) -> None:
    report = report_of(name)
    assert report.set.rep_count == reps
    for rep in report.reps:
        assert rep.metrics["spine_curvature"].band == band
    form = {
        "SPINE_ROUNDED",
        "SPINE_ARCHED",
        "SQUATTING",
        "HIPS_NOT_BACK",
        "LOCKOUT_LEAN",
        "SHALLOW",
    }
    assert set(report.set.faults) & form == faults


def test_from_the_front_reps_and_tempo_are_told_and_the_spine_is_refused() -> None:
    report = report_of("barbell_rdl_front_3")
    assert not report.view.side_on
    assert report.set.score is None
    for rep in report.reps:
        assert rep.eccentric_s is not None
        assert rep.metrics["eccentric_s"].value is not None
        assert rep.metrics["spine_curvature"].reason == "view"
        assert rep.metrics["hip_hinge_ratio"].reason == "view"


def test_between_side_and_front_the_back_is_refused() -> None:
    report = report_of("barbell_touch_and_go_8")
    assert {rep.metrics["spine_curvature"].reason for rep in report.reps} == {"view"}
    assert all(rep.eccentric_s is not None for rep in report.reps if rep.complete)
    assert report.set.score is None


def test_a_squat_is_too_upright_for_the_back_and_gets_no_score() -> None:
    report = report_of("kettlebell_squatting_10")
    assert {rep.metrics["spine_curvature"].reason for rep in report.reps} == {"upright"}
    assert report.set.score is None


def test_somebody_walking_by_does_no_rep() -> None:
    with pytest.raises(NobodyError):
        report_of("negative_walking")


def same(ours: Any, golden: Any, where: str = "report") -> None:
    """Compare two reports: numbers within 0.02 or 2 %, everything else to the letter."""
    if isinstance(golden, dict):
        assert ours.keys() == golden.keys(), where
        for key, value in golden.items():
            same(ours[key], value, f"{where}.{key}")
    elif isinstance(golden, list):
        assert len(ours) == len(golden), where
        for index, value in enumerate(golden):
            same(ours[index], value, f"{where}[{index}]")
    elif isinstance(golden, float):
        assert ours == pytest.approx(golden, abs=0.02, rel=0.02), where
    elif not (isinstance(golden, str) and any(letter.isdigit() for letter in golden)):
        assert ours == golden, where


def test_the_whole_report_of_one_clip() -> None:
    """Of the clip whose tempo moves least when the landmarks are shaken a tenth of a pixel."""
    report = report_of("hinge_unloaded_3").model_dump(mode="json", by_alias=True)
    for key in VOLATILE:
        del report[key]
    if os.environ.get("FORMCHECK_UPDATE_GOLDEN"):
        GOLDEN.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    same(report, json.loads(GOLDEN.read_text(encoding="utf-8")))
