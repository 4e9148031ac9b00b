"""Sets whose truth is known, and the report that a faultless formcheck would write of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.evaluation.cases import Case
from formcheck.evaluation.judging import AngleErrors, Outcome
from formcheck.evaluation.truth import Truth, TruthRep
from formcheck.evaluation.verdicts import rules_of
from formcheck.exercises.settings import FaultRule
from formcheck.report import schema

RDL = "romanian_deadlift"
FRAME_S = 0.1


def a_truth(
    name: str = "clip",
    *,
    eccentrics_s: Sequence[float] = (3.5, 3.5, 3.5),
    faults: dict[str, Sequence[int]] | None = None,
    lumbar_deg: float = 0.0,
    yaw_deg: float = 0.0,
    begin_s: float = 1.0,
    **other: Any,
) -> Truth:
    """A set of reps: a lowering of so many seconds, 0.5 s still, 2 s up, 1 s still."""
    reps, at = [], begin_s
    for index, eccentric_s in enumerate(eccentrics_s, start=1):
        edges = np.cumsum([at, eccentric_s, 0.5, 2.0, 1.0]).tolist()
        names = ("eccentric", "stretched_pause", "concentric", "top_pause")
        reps.append(
            {
                "index": index,
                "start_s": at,
                "end_s": edges[-1],
                "phases": {
                    phase: {"start_s": edges[i], "end_s": edges[i + 1]}
                    for i, phase in enumerate(names)
                },
                "eccentric_s": eccentric_s,
                "concentric_s": 2.0,
                "metrics": {"lumbar_rounding_deg": lumbar_deg},
            }
        )
        at = edges[-1]
    times = np.arange(0.0, at + 1.0, FRAME_S)
    data: dict[str, Any] = {
        "schema": "formcheck.truth/3",
        "clip": f"{name}.mp4",
        "exercise": RDL,
        "camera": {"width": 360, "height": 480, "yaw_deg": yaw_deg, "pitch_deg": 2.0},
        "planted": {
            "rep_count": len(reps),
            "faults": [{"code": c, "reps": list(r)} for c, r in (faults or {}).items()],
        },
        "reps": reps,
        "frames": {
            "t_s": times.tolist(),
            "trunk_inclination_deg": [60.0] * len(times),
            "knee_flexion_deg": [20.0] * len(times),
            "hip_flexion_deg": [70.0] * len(times),
            "joints_px": {"left_hip": [[180.0, 240.0]] * len(times)},
        },
    }
    return Truth.model_validate(data | other)


def a_case(truth: Truth) -> Case:
    name = Path(truth.clip).stem
    return Case(Path(truth.clip), name, truth.exercise, truth.planted.rep_count, truth=truth)


def perfect(truth: Truth) -> Outcome:
    """What would be said of it if nothing went wrong."""
    n = round(truth.reps[-1].end_s / FRAME_S)
    angles = {
        name: AngleErrors(np.zeros(n), n)
        for name in ("knee_flexion_deg", "hip_flexion_deg", "trunk_inclination_deg")
    }
    return Outcome(a_case(truth), a_report(truth), angles=angles)


def a_report(truth: Truth) -> schema.SetReport:
    reps = [_rep(truth, rep) for rep in truth.reps]
    faults: dict[str, int] = dict.fromkeys(truth.set_faults, 1)
    for rep in reps:
        for fault in rep.faults:
            faults[fault.code] = faults.get(fault.code, 0) + 1
    return schema.SetReport(
        formcheck_version="0",
        clip=schema.ClipReport(
            path=truth.clip,
            sha256="00",
            width=360,
            height=480,
            fps=30.0,
            duration_s=20.0,
            frames_read=600,
            frames_lost=0,
            frames_with_pose=600,
        ),
        exercise=schema.ExerciseReport(name=truth.exercise, confidence=1.0, source="given"),
        view=schema.ViewReport(
            facing="left", yaw_deg=0.0, yaw_uncertainty_deg=3.0, side_on=True, problems=[]
        ),
        config={},
        model=schema.ModelReport(name="full", sha256="00"),
        reps=reps,
        set=schema.SetSummary(
            rep_count=len(reps),
            score=None,
            score_steps=[],
            eccentric_s_mean=None,
            time_under_tension_s=None,
            faults=faults,
            not_assessed=[],
            drift={"status": "ok"},
        ),
        problems=[],
    )


def _rep(truth: Truth, rep: TruthRep) -> schema.RepReport:
    planted = truth.faults_of(rep)
    rules = rules_of(truth.exercise)
    metrics: dict[str, schema.MetricReport] = {}
    for code, rule in rules.items():
        if rule.metric not in metrics or code in planted:
            metrics[rule.metric] = a_metric(rule, code in planted, code)
    phases = {
        name: schema.PhaseReport(
            start_s=span.start_s, end_s=span.end_s, boundary_uncertainty_s=0.01
        )
        for name, span in rep.phases.items()
        if span is not None
    }
    return schema.RepReport(
        index=rep.index,
        complete=True,
        start_s=rep.start_s,
        end_s=rep.end_s,
        phases=schema.PhasesReport(**phases),
        eccentric_s=rep.eccentric_s,
        concentric_s=None,
        tempo="?",
        score=None,
        score_steps=[],
        metrics=metrics,
        faults=[a_fault(code, rules[code]) for code in sorted(planted)],
    )


def a_metric(rule: FaultRule, faulty: bool, code: str) -> schema.MetricReport:
    """A value ten uncertainties on the side where it belongs."""
    sign = 1.0 if (rule.above is not None) == faulty else -1.0
    size = abs(rule.threshold)
    band = None
    if rule.metric == "spine_curvature":
        band = code.removeprefix("SPINE_").lower() if faulty else "neutral"
        size = min(size, 18.0)
    return schema.MetricReport(
        value=rule.threshold + sign * 0.5 * size,
        uncertainty=0.05 * size,
        unit="s" if rule.metric.endswith("_s") else "1",
        status="fault" if faulty else "ok",
        reason=None,
        band=band,
    )


def a_fault(code: str, rule: FaultRule, **other: Any) -> schema.FaultReport:
    values: dict[str, Any] = {
        "code": code,
        "severity": "major",
        "confidence": 0.99,
        "t_s": 1.0,
        "metric": rule.metric,
        "value": rule.threshold,
        "uncertainty": 0.1,
        "threshold": rule.threshold,
        "unit": "1",
        "message": "",
        "cue": "",
        "evidence": None,
    }
    return schema.FaultReport(**(values | other))


@pytest.fixture
def varied() -> list[Truth]:
    """Twelve clips: clean ones and faulty ones of different lengths, views and bodies."""
    truths = []
    for i in range(4):
        split = "tune" if i % 2 else "held_out"
        slow = [3.2 + 0.1 * i] * (2 + i)
        every = range(1, 3 + i)
        yaw = 5.0 * i
        more: dict[str, Any] = {"split": split, "yaw_deg": yaw, "begin_s": 1.0 + 3 * i}
        truths += [
            a_truth(f"clean_{i}", eccentrics_s=slow, **more),
            a_truth(
                f"rounded_{i}",
                eccentrics_s=slow[:-1],
                faults={"SPINE_ROUNDED": [*every][:-1]},
                lumbar_deg=30.0 + i,
                **more,
            ),
            a_truth(
                f"fast_{i}",
                eccentrics_s=[1.5 + 0.1 * i] * (3 + i),
                faults={"ECCENTRIC_FAST": [*every, 3 + i], "SQUATTING": [1]},
                **more,
            ),
        ]
    return truths


@pytest.fixture
def make() -> Any:
    """The builders above."""

    class Builders:
        truth = staticmethod(a_truth)
        case = staticmethod(a_case)
        perfect = staticmethod(perfect)
        report = staticmethod(a_report)
        fault = staticmethod(a_fault)

    return Builders
