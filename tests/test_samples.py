"""The sample clips: truth files that hold together, and what formcheck says of the clips."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.analysis import Analysis, analyze_clip

SAMPLES = Path(__file__).parents[1] / "sample_videos"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.mp4"))


def truth_of(name: str) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((SAMPLES / f"{name}.truth.json").read_text())
    return truth


def test_there_are_samples_and_each_is_small() -> None:
    assert NAMES
    for name in NAMES:
        assert (SAMPLES / f"{name}.mp4").stat().st_size < 1_000_000


@pytest.mark.parametrize("name", NAMES)
def test_truth_holds_together(name: str) -> None:
    truth = truth_of(name)
    assert truth["schema"] == "formcheck.truth/1"
    frames = truth["frames"]
    count = truth["frame_count"]
    assert len(frames["t_s"]) == count
    assert np.all(np.diff(frames["t_s"]) > 0)
    for joint, places in frames["joints_px"].items():
        assert np.shape(places) == (count, 2), joint
    for rep in truth["reps"]:
        edges = [
            rep["phases"][phase]["start_s"]
            for phase in ("eccentric", "stretched_pause", "concentric", "top_pause")
        ]
        assert edges == sorted(edges)
        lowering = rep["phases"]["eccentric"]
        assert rep["eccentric_s"] == pytest.approx(
            lowering["end_s"] - lowering["start_s"], abs=1e-3
        )


@pytest.fixture(scope="module", params=NAMES)
def judged(request: pytest.FixtureRequest) -> tuple[str, Analysis]:
    return request.param, analyze_clip(SAMPLES / f"{request.param}.mp4")


@pytest.mark.model
def test_reps_and_angles_of_the_rendered_lifter(judged: tuple[str, Analysis]) -> None:
    name, analysis = judged
    truth = truth_of(name)
    assert analysis.report.set.rep_count == len(truth["reps"])
    assert analysis.report.view.side_on
    assert analysis.report.view.facing == "right"
    assert analysis.track.found.mean() >= 0.98
    signals, frames = analysis.signals, truth["frames"]
    for ours, allowed_deg in (
        ("trunk_inclination_deg", 6.0),
        ("hip_flexion_deg", 10.0),
        ("knee_flexion_deg", 8.0),
    ):
        error = getattr(signals, ours) - np.array(frames[ours])[: len(signals)]
        assert float(np.nanmean(np.abs(error))) < allowed_deg, ours


@pytest.mark.model
def test_faults_are_those_that_were_planted(judged: tuple[str, Analysis]) -> None:
    name, analysis = judged
    faults = set(analysis.report.set.faults)
    if name == "rdl_clean":
        assert faults.isdisjoint({"SPINE_ROUNDED", "SPINE_ARCHED", "SQUATTING", "BAR_DRIFT"})
    else:
        assert faults >= {"SPINE_ROUNDED", "ECCENTRIC_FAST"}
