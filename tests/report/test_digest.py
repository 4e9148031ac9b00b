from __future__ import annotations

from typing import Any

import pytest

from formcheck.report.digest import (
    counted,
    drift_sentence,
    fault_groups,
    no_score_reason,
    not_judged,
    tempo_band_s,
    went_right,
)
from formcheck.report.wording import clock, listed, measured, number, percent, rep_list


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


def test_not_judged_joins_what_has_one_cause(build: Any) -> None:
    report = build.report(build.rep(1, 0.0))
    item = report.set.not_assessed[0]
    both = [item, item.model_copy(update={"metric": "hip_travel"})]
    report = build.report(build.rep(1, 0.0), summary={"not_assessed": both})
    found = not_judged(report)
    assert [(f.what, f.extent) for f in found] == [
        ("Weight close to the legs and hips going back", "in the whole set")
    ]


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
        "Too little could be judged for a score. Weight close to the legs could not be judged. "
        "A plate hides the hands. Move the camera a little."
    )
    assert no_score_reason(build.report(build.rep(1, 0.0))) == ""


def test_drift_sentence(build: Any) -> None:
    drift = {"fault": True, "eccentric_change_share": -0.3}
    report = build.report(build.rep(1, 0.0), summary={"drift": drift})
    assert "lowering got shorter by 30%" in drift_sentence(report)
    assert drift_sentence(build.report(build.rep(1, 0.0))) == ""


def test_tempo_band_follows_the_settings() -> None:
    assert tempo_band_s({}) == (3.0, 4.0)
    rules = {"ECCENTRIC_FAST": {"below": 2.0}, "ECCENTRIC_SLOW": {"above": 5}}
    assert tempo_band_s({"faults": rules}) == (2.0, 5.0)


def test_wording() -> None:
    assert rep_list([1, 3, 4, 5, 9, 10]) == "1, 3–5, 9, 10"
    assert [clock(t) for t in (7.24, 67.2, 59.96, 119.96)] == [
        "7.2 s",
        "1:07.2",
        "1:00.0",
        "2:00.0",
    ]
    assert [number(v) for v in (None, 0.456, -3.21, -0.001, 41.3)] == [
        "–",
        "0.46",
        "−3.2",
        "0.00",
        "41",
    ]
    assert measured(12.34, 0.5, "deg") == "12.3 ± 0.5°"
    assert measured(0.7, None, "thigh lengths") == "0.70 thigh lengths"
    assert [percent(p) for p in (0.9999, 0.5, 0.0)] == ["more than 99 %", "50 %", "less than 1 %"]
    assert listed(["A", "B", "C", "B"]) == "A, b and c"


@pytest.mark.parametrize("code", ["SPINE_ROUNDED", "NEW_CODE_deg"])
def test_every_code_has_a_title(build: Any, code: str) -> None:
    fault = build.fault(code, "something_new_deg", 0.4)
    group = fault_groups(build.report(build.rep(1, 0.0, faults=[fault])))[0]
    assert group.title
    assert "_" not in group.title
