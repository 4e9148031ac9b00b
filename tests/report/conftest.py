"""A drawn set: a clip, its track, its signals and a report whose numbers are known."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.motion.knee import Legs
from formcheck.motion.leans import OF_A_LEG, Leans
from formcheck.motion.signals import Signals, View
from formcheck.pose.landmarks import LANDMARK_COUNT
from formcheck.pose.outline import OUTLINE_POINTS
from formcheck.pose.track import ClipFacts, ModelFacts, PoseTrack
from formcheck.report import schema
from formcheck.video.writer import ClipWriter

FRAMES, WIDTH, HEIGHT = 40, 320, 240
UNEVEN_S = np.cumsum(np.r_[0.0, np.where(np.arange(FRAMES - 1) % 3, 1 / 30, 1 / 10)])
"""Times of a clip with a variable frame rate."""


@dataclass(frozen=True)
class DrawnSet:
    report: schema.SetReport
    signals: Signals
    track: PoseTrack
    clip: Path

    @property
    def parts(self) -> tuple[schema.SetReport, Signals, PoseTrack, Path]:
        return self.report, self.signals, self.track, self.clip


def a_fault(code: str, metric: str, t_s: float, **other: Any) -> schema.FaultReport:
    values: dict[str, Any] = {
        "code": code,
        "severity": "major",
        "confidence": 0.9,
        "t_s": t_s,
        "metric": metric,
        "value": 25.0,
        "uncertainty": 3.0,
        "threshold": 10.0,
        "unit": "deg",
        "message": "The back rounds near the bottom.",
        "cue": "Chest proud",
        "evidence": None,
    }
    return schema.FaultReport(**(values | other))


def a_metric(value: float | None, unit: str = "1", **other: Any) -> schema.MetricReport:
    values: dict[str, Any] = {"uncertainty": 0.05, "status": "ok", "reason": None, "band": None}
    if value is None:
        values |= {"uncertainty": None, "status": "not_assessable", "reason": "occlusion"}
    return schema.MetricReport(value=value, unit=unit, **(values | other))


def a_rep(index: int, start_s: float, **other: Any) -> schema.RepReport:
    """A rep of 1 s: 0.4 s down, 0.1 s still, 0.3 s up, 0.2 s still."""
    ends = start_s + np.array([0.0, 0.4, 0.5, 0.8, 1.0])
    phases = [
        schema.PhaseReport(start_s=a, end_s=b, boundary_uncertainty_s=0.02)
        for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]
    values: dict[str, Any] = {
        "complete": True,
        "eccentric_s": 0.4,
        "concentric_s": 0.3,
        "tempo": "0.4-0.1-0.3-0.2",
        "score": 75.0,
        "score_steps": ["100 to begin with", "-25 for SPINE_ROUNDED (major)", "= 75"],
        "metrics": {
            "spine_curvature": a_metric(25.0, "deg", status="fault", band="rounded"),
            "hip_hinge_ratio": a_metric(0.7),
            "wrist_to_leg": a_metric(None, "thigh lengths"),
            "eccentric_s": a_metric(0.4, "s"),
        },
        "faults": [a_fault("SPINE_ROUNDED", "spine_curvature", start_s + 0.4)],
    }
    return schema.RepReport(
        index=index,
        start_s=start_s,
        end_s=float(ends[-1]),
        phases=schema.PhasesReport(
            eccentric=phases[0],
            stretched_pause=phases[1],
            concentric=phases[2],
            top_pause=phases[3],
        ),
        **(values | other),
    )


def a_report(*reps: schema.RepReport, **other: Any) -> schema.SetReport:
    summary: dict[str, Any] = {
        "rep_count": sum(rep.complete for rep in reps),
        "score": 75.0 if reps else None,
        "score_steps": ["(75 + 75) / 2 = 75"] if reps else [],
        "eccentric_s_mean": 0.4 if reps else None,
        "time_under_tension_s": 1.6,
        "faults": {},
        "not_assessed": [
            schema.NotAssessedReport(
                metric="wrist_to_leg",
                reason="occlusion",
                reps=[rep.index for rep in reps],
                explanation="A plate hides the hands. Move the camera a little.",
            )
        ],
        "drift": {},
    }
    summary |= other.pop("summary", {})
    values: dict[str, Any] = {
        "formcheck_version": "0.0.0",
        "clip": schema.ClipReport(
            path="set <script>alert(1)</script> & more.mp4",
            sha256="ab" * 32,
            width=WIDTH,
            height=HEIGHT,
            fps=20.0,
            duration_s=float(UNEVEN_S[-1]),
            frames_read=FRAMES,
            frames_lost=0,
            frames_with_pose=FRAMES,
        ),
        "exercise": schema.ExerciseReport(name="romanian_deadlift", confidence=1.0, source="given"),
        "view": schema.ViewReport(
            facing="left", yaw_deg=2.0, yaw_uncertainty_deg=3.0, side_on=True, problems=[]
        ),
        "config": {
            "faults": {
                "SPINE_ROUNDED": {"metric": "spine_curvature", "above": 10.0},
                "SQUATTING": {"metric": "hip_hinge_ratio", "below": 0.53},
                "ECCENTRIC_FAST": {"metric": "eccentric_s", "below": 3.0},
                "ECCENTRIC_SLOW": {"metric": "eccentric_s", "above": 4.0},
            }
        },
        "model": schema.ModelReport(name="full", sha256="cd" * 32),
        "problems": [],
    }
    values |= other
    return schema.SetReport(reps=list(reps), set=schema.SetSummary(**summary), **values)


def some_signals(t_s: Any, **other: Any) -> Signals:
    """Signals that are all sine waves, whatever signals there are."""
    view = View("left", 2.0, 3.0, True, "left")
    values: dict[str, Any] = {"view": view, "thigh_px": 20.0, "body_px": 80.0, "frame_s": 1 / 20}
    legs = {f.name: np.zeros((len(t_s), 2)) for f in fields(Legs)}
    values["legs"] = Legs(**(legs | {"trunk_lean_deg": np.zeros(len(t_s)), "forward": -1.0}))
    values["leans"] = Leans(
        **{f.name: np.zeros((len(t_s), 2)[: 1 + (f.name in OF_A_LEG)]) for f in fields(Leans)}
    )
    for item in fields(Signals):
        if item.name not in values:
            values[item.name] = 40.0 + 30.0 * np.sin(np.asarray(t_s, dtype=np.float64))
    values |= {"t_s": np.asarray(t_s, dtype=np.float64), "spine_usable": np.ones(len(t_s))}
    return Signals(**(values | other))


def a_track(t_s: Any) -> PoseTrack:
    n = len(t_s)
    rng = np.random.default_rng(3)
    points = rng.uniform((180, 130), (300, 200), (LANDMARK_COUNT, 2)).astype(np.float32)
    outline = np.zeros((n, 2, OUTLINE_POINTS, 2), dtype=np.float16)
    outline[..., 0] = np.linspace(0, 1, OUTLINE_POINTS)
    return PoseTrack(
        t_s=np.asarray(t_s, dtype=np.float64),
        landmarks_px=np.tile(points, (n, 1, 1)),
        landmarks_m=np.zeros((n, LANDMARK_COUNT, 3), dtype=np.float16),
        visibility=np.ones((n, LANDMARK_COUNT), dtype=np.float16),
        outline=outline,
        clip=ClipFacts("set.mp4", "ab" * 32, WIDTH, HEIGHT, 20.0, float(t_s[-1]), n, 0),
        model=ModelFacts("full", "cd" * 32),
    )


@pytest.fixture(scope="session")
def drawn_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "set.mp4"
    with ClipWriter(path, WIDTH, HEIGHT) as writer:
        for t_s in UNEVEN_S:
            picture = np.full((HEIGHT, WIDTH, 3), 90, dtype=np.uint8)
            picture[:, : int(20 + 60 * t_s)] = 160
            writer.write(picture, float(t_s))
    return path


@pytest.fixture
def drawn_set(drawn_clip: Path) -> DrawnSet:
    report = a_report(a_rep(1, 0.0), a_rep(2, 1.0))
    return DrawnSet(report, some_signals(UNEVEN_S), a_track(UNEVEN_S), drawn_clip)


@pytest.fixture
def build() -> Any:
    """The builders above, for tests that change a detail."""

    class Builders:
        fault = staticmethod(a_fault)
        metric = staticmethod(a_metric)
        rep = staticmethod(a_rep)
        report = staticmethod(a_report)
        signals = staticmethod(some_signals)
        track = staticmethod(a_track)

    return Builders
