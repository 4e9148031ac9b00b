"""A perfect analysis scores perfectly; a shuffled one, a silent one and a liar do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.errors import NobodyError
from formcheck.evaluation.evaluate import evaluate, part_of
from formcheck.evaluation.figures import Estimate, Evaluation, Part
from formcheck.evaluation.judging import Outcome
from formcheck.evaluation.truth import Truth


def part(outcomes: list[Outcome]) -> Part:
    return part_of("all clips", outcomes, auto=False)


def value(figure: Estimate | None) -> float:
    assert figure is not None
    return figure.value


PERFECT = [
    ("counts", "all", "exact", 1.0),
    ("counts", "all", "error", 0.0),
    ("timing", "all", "mae", 0.0),
    ("timing", "eccentric starts", "mae", 0.0),
    ("angles", "knee, all", "mae", 0.0),
    ("spine", "all", "auc", 1.0),
    ("spine", "all", "sensitivity", 1.0),
    ("spine", "all", "specificity", 1.0),
    ("spine", "all", "abstained", 0.0),
    ("faults", "all", "precision", 1.0),
    ("faults", "all", "recall", 1.0),
    ("faults", "all", "f1", 1.0),
    ("faults", "SQUATTING", "recall", 1.0),
    ("faults", "ECCENTRIC_FAST", "false", 0.0),
    ("accusations", "all", "accusations", 0.0),
    ("abstention", "all", "refused", 0.0),
    ("calibration", "faults named, all", "is so", 1.0),
]
HIGH_IS_GOOD = ("exact", "auc", "sensitivity", "specificity", "precision", "recall", "f1", "is so")


def test_perfect(varied: list[Truth], make: Any) -> None:
    found = part([make.perfect(truth) for truth in varied])
    for section, group, name, wanted in PERFECT:
        assert value(found.figure(section, group, name)) == wanted, (section, group, name)
    assert value(found.figure("calibration", "all measurements, all", "brier")) < 1e-6


def test_shuffled(varied: list[Truth], make: Any) -> None:
    """Each report laid beside the truth of another clip."""
    reports = [make.perfect(truth) for truth in varied]
    shuffled = [
        Outcome(make.case(truth), reports[i - 1].report, angles=reports[i - 1].angles)
        for i, truth in enumerate(varied)
    ]
    found = part(shuffled)
    for section, group, name, wanted in PERFECT:
        if section in ("angles", "abstention"):
            continue
        worse = value(found.figure(section, group, name))
        assert worse < wanted if name in HIGH_IS_GOOD or wanted == 1.0 else worse >= wanted, name
    assert value(found.figure("accusations", "all", "accusations")) > 10
    assert value(found.figure("counts", "all", "exact")) < 0.5


def test_a_silent_one_accuses_nobody_and_finds_nothing(varied: list[Truth], make: Any) -> None:
    silent = []
    for truth in varied:
        good = make.perfect(truth)
        reps = [rep.model_copy(update={"faults": []}) for rep in good.report.reps]
        silent.append(Outcome(good.case, good.report.model_copy(update={"reps": reps})))
    found = part(silent)
    assert value(found.figure("faults", "all", "recall")) == 0.0
    assert found.figure("faults", "all", "precision") is None
    assert value(found.figure("accusations", "all", "accusations")) == 0.0


def test_refused_clips_count_no_rep_and_miss_their_faults(varied: list[Truth], make: Any) -> None:
    code = NobodyError.exit_code
    found = part([Outcome(make.case(truth), None, code, "no rep") for truth in varied])
    assert value(found.figure("counts", "all", "exact")) == 0.0
    assert value(found.figure("faults", "all", "recall")) == 0.0
    assert value(found.figure("faults", "all", "abstained")) == 1.0
    assert value(found.figure("spine", "all", "abstained")) == 1.0
    assert value(found.figure("clips", "all", "refused")) == 1.0


def test_failed_clips_are_in_no_figure_but_their_own(varied: list[Truth], make: Any) -> None:
    outcomes = [make.perfect(truth) for truth in varied]
    outcomes[0] = Outcome(outcomes[0].case, None, 3, "damaged")
    found = part(outcomes)
    assert value(found.figure("clips", "all", "failed")) == pytest.approx(1 / 12)
    assert value(found.figure("counts", "all", "exact")) == 1.0
    assert value(found.figure("faults", "all", "recall")) == 1.0


def test_eccentrics_that_are_late_by_a_tenth(make: Any) -> None:
    truth = make.truth(eccentrics_s=[3.5, 3.5])
    good = make.perfect(truth)
    reps = [
        rep.model_copy(update={"eccentric_s": rep.eccentric_s + 0.1}) for rep in good.report.reps
    ]
    found = part([Outcome(good.case, good.report.model_copy(update={"reps": reps}))])
    assert value(found.figure("timing", "all", "mae")) == pytest.approx(0.1)
    assert value(found.figure("timing", "all", "bias")) == pytest.approx(0.1)
    assert value(found.figure("timing", "all", "limit_high")) == pytest.approx(0.1)


def test_a_rep_that_is_none_costs_precision(make: Any) -> None:
    truth = make.truth(faults={"SQUATTING": [1, 2, 3]})
    good = make.perfect(truth)
    made_up = good.report.reps[0].model_copy(
        update={
            "index": 4,
            "phases": good.report.reps[0].phases.model_copy(
                update=dict.fromkeys(("eccentric", "stretched_pause", "concentric", "top_pause"))
            ),
            "start_s": 90.0,
            "end_s": 95.0,
        }
    )
    report = good.report.model_copy(update={"reps": [*good.report.reps, made_up]})
    found = part([Outcome(good.case, report)])
    assert value(found.figure("faults", "SQUATTING", "precision")) == pytest.approx(3 / 4)
    assert value(found.figure("faults", "SQUATTING", "recall")) == 1.0


def test_notes_accuse_nobody(make: Any) -> None:
    truth = make.truth(eccentrics_s=[5.0], faults={"ECCENTRIC_SLOW": [1]})
    good = make.perfect(make.truth(eccentrics_s=[5.0]))
    rule = _any_rule()
    note = make.fault("ECCENTRIC_SLOW", rule, severity="note")
    reps = [rep.model_copy(update={"faults": [note]}) for rep in good.report.reps]
    found = part([Outcome(make.case(truth), good.report.model_copy(update={"reps": reps}))])
    assert value(found.figure("accusations", "all", "accusations")) == 0.0
    assert found.figure("faults", "ECCENTRIC_SLOW", "recall") is None


def _any_rule() -> Any:
    from formcheck.evaluation.verdicts import rules_of

    return rules_of("romanian_deadlift")["SQUATTING"]


@pytest.mark.parametrize(
    ("yaw_deg", "value_", "right"),
    [
        (30.0, None, 1.0),  # too far off the side for a back
        (0.0, None, 0.0),  # nothing hides it
        (0.0, 30.0, 1.0),  # the withheld value would have accused a flat back
        (0.0, 0.0, 0.0),  # the withheld value was right
    ],
)
def test_right_and_needless_refusals(
    make: Any, yaw_deg: float, value_: float | None, right: float
) -> None:
    good = make.perfect(make.truth(yaw_deg=yaw_deg))
    reps = []
    for rep in good.report.reps:
        refused = rep.metrics["spine_curvature"].model_copy(
            update={"status": "not_assessable", "reason": "uncertain", "value": value_}
        )
        metrics = rep.metrics | {"spine_curvature": refused}
        reps.append(rep.model_copy(update={"metrics": metrics}))
    found = part([Outcome(good.case, good.report.model_copy(update={"reps": reps}))])
    assert value(found.figure("abstention", "spine_curvature", "refused")) == 1.0
    assert value(found.figure("abstention", "spine_curvature", "right to refuse")) == right
    assert value(found.figure("abstention", "hip_range", "refused")) == 0.0


def test_splits_have_their_own_figures_and_the_aims_are_held_out(
    varied: list[Truth], make: Any
) -> None:
    outcomes = [make.perfect(truth) for truth in varied]
    for i, one in enumerate(outcomes):
        if one.case.split == "held_out":
            report = one.report.model_copy(
                update={"set": one.report.set.model_copy(update={"rep_count": 99})}
            )
            outcomes[i] = Outcome(one.case, report, angles=one.angles)
    found = evaluate(outcomes, model="full", auto=False)
    by_name = {part.name: part for part in found.parts}
    assert list(by_name) == ["all clips", "held_out", "tune"]
    assert value(by_name["tune"].figure("counts", "all", "exact")) == 1.0
    assert value(by_name["held_out"].figure("counts", "all", "exact")) == 0.0
    target = next(t for t in found.targets if t.what == "reps counted exactly")
    assert target.met is False
    assert {case.name for case in found.worst} == {
        one.case.name for one in outcomes if one.case.split == "held_out"
    }


def test_what_is_written_can_be_read_again(varied: list[Truth], make: Any) -> None:
    found = evaluate([make.perfect(truth) for truth in varied], model="full", auto=False)
    text = found.model_dump_json(by_alias=True)
    assert Evaluation.model_validate_json(text) == found


def test_angles_are_compared_at_the_same_moment(make: Any) -> None:
    from formcheck.evaluation.judging import angle_errors
    from tests.report.conftest import some_signals

    truth = make.truth(eccentrics_s=[3.0])
    times = np.arange(0.0, 8.0, 0.033)
    signals = some_signals(
        times,
        knee_flexion_deg=np.full(len(times), 22.0),
        hip_flexion_deg=np.where(times < 3.0, 70.0, np.nan),
        leg_trust=np.where(times < 5.0, 1.0, 0.0),
    )
    found = angle_errors(signals, truth, make.report(truth))
    inside = int(((times >= 1.0) & (times <= 7.5)).sum())
    knee, hip = found["knee_flexion_deg"], found["hip_flexion_deg"]
    assert (knee.frames, hip.frames) == (inside, inside)
    assert np.allclose(knee.errors_deg, 2.0)
    assert len(knee.errors_deg) == ((times >= 1.0) & (times < 5.0)).sum()
    assert len(hip.errors_deg) == ((times >= 1.0) & (times < 3.0)).sum()


def test_the_outline_of_the_back_is_asked_for_where_it_shows(make: Any) -> None:
    from formcheck.evaluation.judging import angle_errors
    from tests.report.conftest import some_signals

    truth = make.truth(eccentrics_s=[3.0])
    frames = truth.frames
    true_s = np.array(frames.t_s)
    frames = frames.model_copy(
        update={
            "back_bend_deg": (12.0,) * len(true_s),
            "covered_back": tuple(np.where(true_s < 4.0, 0.0, 0.5)),
            "trunk_inclination_deg": tuple(np.where(true_s < 2.0, 20.0, 60.0)),
        }
    )
    truth = truth.model_copy(update={"frames": frames})
    times = np.arange(0.0, 8.0, 0.033)
    signals = some_signals(times, spine_bend_deg=np.where(times < 3.0, 15.0, np.nan))
    found = angle_errors(signals, truth, make.report(truth))["spine_bend_deg"]
    # Between two true frames, of which the second is covered, nothing is asked.
    assert found.frames == pytest.approx(((times >= 2.0) & (times < 4.0)).sum(), abs=4)
    assert np.allclose(found.errors_deg, 3.0)
    assert len(found.errors_deg) == ((times >= 2.0) & (times < 3.0)).sum()

    older = make.truth(eccentrics_s=[3.0])
    assert "spine_bend_deg" not in angle_errors(signals, older, make.report(older))


def test_labels_by_eye(make: Any) -> None:
    from formcheck.evaluation.cases import Case

    report = make.report(make.truth(faults={"SPINE_ROUNDED": [1, 2, 3]}))
    rounded = Case(
        Path("a.mp4"),
        "a",
        "romanian_deadlift",
        3,
        "side",
        "rounded",
        frozenset({"SPINE_ROUNDED", "SQUATTING"}),
        (3.4, 3.5, 3.6),
    )
    neutral = Case(Path("b.mp4"), "b", "romanian_deadlift", None, "side", "neutral")
    found = part([Outcome(rounded, report), Outcome(neutral, report)])
    assert value(found.figure("spine", "side-on", "sensitivity")) == 1.0
    assert value(found.figure("spine", "side-on", "specificity")) == 0.0
    assert value(found.figure("labelled_faults", "SPINE_ROUNDED", "found")) == 1.0
    assert value(found.figure("labelled_faults", "SPINE_ROUNDED", "accused")) == 1.0
    assert value(found.figure("labelled_faults", "SQUATTING", "found")) == 0.0
    assert found.figure("labelled_faults", "SQUATTING", "accused") is None
    assert value(found.figure("timing", "all", "mae")) == pytest.approx(0.2 / 3)
    assert found.figure("faults", "all", "recall") is None
