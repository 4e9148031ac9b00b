"""What cannot be seen by the truth's own account, and the figures that leave it out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from formcheck.evaluation.evaluate import evaluate, part_of
from formcheck.evaluation.figures import Estimate, Part
from formcheck.evaluation.judging import Outcome
from formcheck.evaluation.truth import Truth
from formcheck.evaluation.visibility import BACK_COVERED, hidden

RDL = "romanian_deadlift"
BACK = "spine_curvature"
OVER, UNDER = BACK_COVERED + 0.01, BACK_COVERED - 0.01


def value(figure: Estimate | None) -> float:
    assert figure is not None
    return figure.value


def part(outcomes: list[Outcome]) -> Part:
    return part_of("all clips", outcomes, auto=False)


def with_frames(truth: Truth, **series: Callable[[float], float] | float) -> Truth:
    """The truth with series over its frames, each a number or a function of time."""
    times = truth.frames.t_s
    told = {
        name: tuple(rule(t) if callable(rule) else rule for t in times)
        for name, rule in series.items()
    }
    return truth.model_copy(update={"frames": truth.frames.model_copy(update=told)})


def refusing(outcome: Outcome, metric: str) -> Outcome:
    """The outcome with one metric refused in every rep, and what rests on it not named."""
    assert outcome.report is not None
    reps = []
    for rep in outcome.report.reps:
        refused = rep.metrics[metric].model_copy(
            update={"status": "not_assessable", "reason": "occlusion", "value": None, "band": None}
        )
        kept = [fault for fault in rep.faults if fault.metric != metric]
        metrics = rep.metrics | {metric: refused}
        reps.append(rep.model_copy(update={"metrics": metrics, "faults": kept}))
    return Outcome(outcome.case, outcome.report.model_copy(update={"reps": reps}))


@pytest.mark.parametrize(
    ("series", "seen"),
    [
        ({}, True),
        ({"covered_back": UNDER}, True),
        ({"covered_back": OVER}, False),
        ({"occluded_torso": 0.2}, False),
        ({"occluded_torso": 0.1}, True),
        ({"occluded_torso": 0.2, "covered_back": 0.0}, True),
        ({"occluded_torso": 0.0, "covered_back": 0.5}, False),
        ({"occluded_near_leg": 0.9}, True),
        ({"trunk_inclination_deg": 20.0}, False),
    ],
)
def test_the_back(make: Any, series: dict[str, float], seen: bool) -> None:
    truth = with_frames(make.truth(eccentrics_s=[3.5]), **series)
    assert hidden(truth, truth.reps[0], BACK, RDL) is not seen


@pytest.mark.parametrize("covered_while_deep", [False, True])
def test_the_back_must_show_while_the_trunk_leans_deepest(
    make: Any, covered_while_deep: bool
) -> None:
    """The rep leans by more than 0.8 of 60 degrees for one second of its seven."""
    truth = with_frames(
        make.truth(eccentrics_s=[3.5]),
        trunk_inclination_deg=lambda t: 60.0 if 4.5 <= t < 5.5 else 47.0,
        covered_back=lambda t: float((4.5 <= t < 5.5) is covered_while_deep),
    )
    assert hidden(truth, truth.reps[0], BACK, RDL) is covered_while_deep


def test_each_rep_is_looked_at_by_itself(make: Any) -> None:
    truth = make.truth(eccentrics_s=[3.5, 3.5])
    second_s = truth.reps[1].start_s
    truth = with_frames(truth, covered_back=lambda t: float(t >= second_s))
    assert [hidden(truth, rep, BACK, RDL) for rep in truth.reps] == [False, True]


@pytest.mark.parametrize(
    ("metric", "yaw_deg", "leg", "seen"),
    [
        ("hip_range", 0.0, 0.3, True),
        ("hip_range", 0.0, 0.5, False),
        ("hip_range", 30.0, 0.0, True),
        ("hip_range", 40.0, 0.0, False),
        (BACK, 30.0, 0.0, False),
        ("eccentric_s", 40.0, 0.9, True),
    ],
)
def test_legs_and_times(make: Any, metric: str, yaw_deg: float, leg: float, seen: bool) -> None:
    truth = with_frames(make.truth(yaw_deg=yaw_deg), occluded_near_leg=leg, covered_back=0.0)
    assert hidden(truth, truth.reps[0], metric, RDL) is not seen


def test_a_joint_outside_the_picture_hides_times_too(make: Any) -> None:
    truth = make.truth()
    outside = {"left_hip": ((-1.0, 240.0),) * len(truth.frames.t_s)}
    truth = with_frames(truth)
    truth = truth.model_copy(
        update={"frames": truth.frames.model_copy(update={"joints_px": outside})}
    )
    assert hidden(truth, truth.reps[0], "eccentric_s", RDL)


@pytest.mark.parametrize(("covered", "right"), [(OVER, 1.0), (UNDER, 0.0)])
def test_refusing_a_covered_back_is_right(make: Any, covered: float, right: float) -> None:
    truth = with_frames(make.truth(), covered_back=covered)
    found = part([refusing(make.perfect(truth), BACK)])
    assert value(found.figure("abstention", BACK, "right to refuse")) == right


def test_f1_of_what_shows_leaves_out_planted_faults_that_do_not(make: Any) -> None:
    """Three rounded reps that show are named, three that do not are refused."""
    planted = {"faults": {"SPINE_ROUNDED": [1, 2, 3]}, "lumbar_deg": 30.0}
    shown = make.perfect(with_frames(make.truth("a", **planted), covered_back=0.0))
    covered = with_frames(make.truth("b", **planted), covered_back=1.0)
    found = part([shown, refusing(make.perfect(covered), BACK)])
    for group in ("all", "SPINE_ROUNDED"):
        assert value(found.figure("faults", group, "f1")) == pytest.approx(2 / 3)
        assert value(found.figure("faults", group, "f1 of what shows")) == 1.0
        assert value(found.figure("faults", group, "recall")) == 0.5


def test_f1_of_what_shows_counts_refusals_of_what_shows_and_every_false_accusation(
    make: Any,
) -> None:
    planted = {"faults": {"SPINE_ROUNDED": [1, 2, 3]}, "lumbar_deg": 30.0}
    shown = with_frames(make.truth("a", **planted), covered_back=0.0)
    found = part([refusing(make.perfect(shown), BACK)])
    assert value(found.figure("faults", "all", "f1 of what shows")) == 0.0
    clean = with_frames(make.truth("b"), covered_back=1.0)
    accused = make.report(with_frames(make.truth("b", **planted), covered_back=1.0))
    found = part([make.perfect(shown), Outcome(make.case(clean), accused)])
    for name in ("f1", "f1 of what shows"):
        assert value(found.figure("faults", "SPINE_ROUNDED", name)) == pytest.approx(2 / 3)
    found = part([make.perfect(with_frames(make.truth("c", **planted), covered_back=1.0))])
    assert value(found.figure("faults", "all", "f1")) == 1.0
    assert found.figure("faults", "all", "f1 of what shows") is None


def test_backs_that_show_have_rows_and_aims_of_their_own(make: Any) -> None:
    """Two flat sets: one shows and is judged, the other is covered and refused."""
    shown = make.perfect(with_frames(make.truth("a"), covered_back=0.0))
    covered = refusing(make.perfect(with_frames(make.truth("b"), covered_back=1.0)), BACK)
    found = evaluate([shown, covered], model="full", auto=False)
    (every,) = found.parts
    for group in ("all", "side-on"):
        assert value(every.figure("spine", group, "abstained")) == 0.5
        assert value(every.figure("spine", f"{group}, that show", "abstained")) == 0.0
        assert value(every.figure("spine", f"{group}, that show", "specificity")) == 1.0
    aims = {target.what: target for target in found.targets}
    assert aims["backs side-on, abstained"].met is False
    assert aims["backs that show, side-on, abstained"].met is True
    assert aims["backs that show, side-on, abstained"].cases == 3


def test_backs_known_by_eye_are_not_among_those_that_show(make: Any) -> None:
    from pathlib import Path

    from formcheck.evaluation.cases import Case

    case = Case(Path("a.mp4"), "a", RDL, 3, "side", "neutral")
    found = part([Outcome(case, make.report(make.truth()))])
    assert value(found.figure("spine", "all", "specificity")) == 1.0
    assert found.figure("spine", "all, that show", "specificity") is None
