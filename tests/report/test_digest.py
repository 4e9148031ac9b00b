from __future__ import annotations

from typing import Any

import pytest

from formcheck.report.digest import (
    counted,
    drift_sentence,
    fault_groups,
    no_score_reason,
    score_steps,
    went_right,
)


def test_groups_are_sorted_worst_first_and_name_their_extent(build: Any) -> None:
    fast = build.fault("ECCENTRIC_FAST", "eccentric_s", 0.2, severity="minor")
    spine = build.fault("SPINE_ROUNDED", "spine_curvature", 0.4)
    report = build.report(
        build.rep(1, 0.0, faults=[fast]),
        build.rep(2, 1.0, faults=[fast, spine]),
        build.rep(3, 2.0, faults=[fast]),
    )
    groups = fault_groups(report)
    assert [g.code for g in groups] == ["SPINE_ROUNDED", "ECCENTRIC_FAST"]
    assert [g.extent for g in groups] == ["in 1 of 3 reps (2)", "in all 3 reps"]


def test_equally_bad_faults_come_in_the_order_of_the_settings(build: Any) -> None:
    faults = [build.fault(c, "x", 0.4) for c in ("ECCENTRIC_FAST", "SPINE_ROUNDED")]
    groups = fault_groups(build.report(build.rep(1, 0.0, faults=faults)))
    assert [g.code for g in groups] == ["SPINE_ROUNDED", "ECCENTRIC_FAST"]


def test_reps_that_were_not_judged_are_no_part_of_the_extent(build: Any) -> None:
    blind = {"spine_curvature": build.metric(None, "deg")}
    report = build.report(build.rep(1, 0.0), build.rep(2, 1.0, faults=[], metrics=blind))
    assert fault_groups(report)[0].extent == "in the one rep judged"
    report = build.report(
        build.rep(1, 0.0), build.rep(2, 1.0), build.rep(3, 2.0, metrics=blind, faults=[])
    )
    assert fault_groups(report)[0].extent == "in all 2 reps judged"


def test_cut_off_reps_come_extra_and_are_not_the_example(build: Any) -> None:
    worst = build.fault("SPINE_ROUNDED", "spine_curvature", 1.4, value=60.0)
    cut = build.rep(2, 1.0, complete=False, faults=[worst])
    group = fault_groups(build.report(build.rep(1, 0.0), cut))[0]
    assert group.extent == "in the one full rep, and in the one cut off"
    assert group.worst.value == 25.0
    assert fault_groups(build.report(cut))[0].extent == "in the rep cut off by the clip"


def test_right_is_only_what_has_a_limit_and_was_never_at_fault(build: Any) -> None:
    metrics = {
        "hip_hinge_ratio": build.metric(0.7),
        "concentric_s": build.metric(1.0, "s"),
        "spine_curvature": build.metric(5.0, "deg", band="uncertain"),
        "eccentric_s": build.metric(4.5, "s"),
    }
    slow = build.fault("ECCENTRIC_SLOW", "eccentric_s", 0.2, severity="note")
    report = build.report(build.rep(1, 0.0, metrics=metrics, faults=[slow]))
    assert [item.metric for item in went_right(report)] == ["hip_hinge_ratio"]


def test_right_tells_how_many_reps_were_judged(build: Any) -> None:
    some = build.rep(1, 0.0, metrics={"hip_hinge_ratio": build.metric(0.7)})
    none = build.rep(2, 1.0, metrics={"hip_hinge_ratio": build.metric(None)})
    sentence = went_right(build.report(some, none))[0].sentence
    assert sentence.endswith("in 1 of 2 reps; the others not judged.")


def test_no_praise_without_a_score(build: Any) -> None:
    assert went_right(build.report(build.rep(1, 0.0), summary={"score": None})) == []


def test_counted(build: Any) -> None:
    whole, cut = build.rep(1, 0.0), build.rep(2, 1.0, complete=False)
    assert counted(build.report(whole)) == "1 rep"
    assert counted(build.report(whole, cut)) == "1 full rep and 1 cut off by the clip"
    assert counted(build.report()) == "0 reps"


def test_no_score_reason_names_what_was_needed(build: Any) -> None:
    report = build.report(
        build.rep(1, 0.0, score=None),
        summary={"score": None, "score_steps": []},
        config={"score": {"needed": ["wrist_to_leg"]}},
    )
    assert no_score_reason(report) == (
        "Too little could be judged for a score. Weight close to the legs could not be judged."
    )
    assert no_score_reason(build.report(build.rep(1, 0.0))) == ""


def test_drift_sentence(build: Any) -> None:
    drift = {"fault": True, "eccentric_change_share": -0.3}
    report = build.report(build.rep(1, 0.0), summary={"drift": drift})
    assert "lowering got shorter by 30%" in drift_sentence(report)
    assert drift_sentence(build.report(build.rep(1, 0.0))) == ""


@pytest.mark.parametrize("code", ["SPINE_ROUNDED", "NEW_CODE_deg"])
def test_every_code_has_a_title(build: Any, code: str) -> None:
    fault = build.fault(code, "something_new_deg", 0.4)
    group = fault_groups(build.report(build.rep(1, 0.0, faults=[fault])))[0]
    assert group.title
    assert "_" not in group.title


def test_a_group_says_of_which_rep_its_sentence_speaks_and_the_range(build: Any) -> None:
    def fast(value: float) -> Any:
        return build.fault(
            "ECCENTRIC_FAST",
            "eccentric_s",
            0.2,
            value=value,
            uncertainty=0.1,
            threshold=3.0,
            unit="s",
            message=f"You lowered the weight in {value:.1f} s.",
        )

    reps = [build.rep(i, float(i), faults=[fast(v)]) for i, v in enumerate((1.9, 1.7, 1.8), 1)]
    assert fault_groups(build.report(*reps))[0].sentence == (
        "Clearest in rep 2: You lowered the weight in 1.7 s. Over these 3: 1.7 to 1.9 s."
    )
    same = [build.rep(i, float(i), faults=[fast(1.7)]) for i in (1, 2)]
    assert fault_groups(build.report(*same))[0].sentence.endswith("It was 1.7 s in each.")
    assert fault_groups(build.report(reps[0]))[0].sentence == "You lowered the weight in 1.9 s."


def test_score_steps_are_plain_words(build: Any) -> None:
    steps = ["100 to begin with", "-25 for SPINE_ROUNDED (major)", "-10 for BOUNCE (minor)", "= 65"]
    assert score_steps(steps, "") == [
        "100 to begin with",
        "−25 for rounded back (serious)",
        "−10 for bounced out of the bottom (to improve)",
    ]
    assert score_steps(["(65) / 1 = 65"], "") == [
        "The set has the score of its one scored rep: 65."
    ]
    assert score_steps(["(90 + 65) / 2 = 77.5"], "") == [
        "The set has the mean of its 2 scored reps: (90 + 65) / 2 = 77.5."
    ]
    assert score_steps(["Not scored: hip_hinge_ratio could not be judged."], "") == [
        "Not scored: hip hinge could not be judged."
    ]
