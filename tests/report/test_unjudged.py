from __future__ import annotations

from typing import Any

from formcheck.report.unjudged import not_judged


def test_not_judged_joins_what_has_one_cause(build: Any) -> None:
    report = build.report(build.rep(1, 0.0))
    item = report.set.not_assessed[0]
    both = [item, item.model_copy(update={"metric": "hip_travel"})]
    report = build.report(build.rep(1, 0.0), summary={"not_assessed": both})
    found = not_judged(report)
    assert [(f.what, f.extent) for f in found] == [
        ("Weight close to the legs and hips going back", "in the whole set")
    ]


def test_parts_go_without_saying_beside_their_whole(build: Any) -> None:
    item = build.report(build.rep(1, 0.0)).set.not_assessed[0]
    spine = [
        item.model_copy(update={"metric": name}) for name in ("spine_curvature", "spine_lumbar")
    ]
    report = build.report(build.rep(1, 0.0), summary={"not_assessed": spine})
    assert [found.what for found in not_judged(report)] == ["Shape of the back"]
    report = build.report(build.rep(1, 0.0), summary={"not_assessed": spine[1:]})
    assert [found.what for found in not_judged(report)] == ["Lower back"]


def test_a_back_without_an_upright_one_to_compare_with_is_not_told(build: Any) -> None:
    item = build.report(build.rep(1, 0.0)).set.not_assessed[0]
    item = item.model_copy(update={"metric": "spine_from_standing", "reason": "no_reference"})
    report = build.report(build.rep(1, 0.0), summary={"not_assessed": [item]})
    assert not_judged(report) == []


def uncertain(build: Any, *values: float, config: dict[str, Any] | None = None) -> Any:
    metrics = [
        build.metric(v, "thigh lengths", uncertainty=0.12, status="not_assessable") for v in values
    ]
    reps = [build.rep(i, i, metrics={"wrist_to_leg": m}) for i, m in enumerate(metrics, 1)]
    item = build.report(reps[0]).set.not_assessed[0]
    item = item.model_copy(update={"reason": "uncertain", "reps": [rep.index for rep in reps]})
    rule = {"metric": "wrist_to_leg", "above": 0.38, "below": None}
    return build.report(
        *reps,
        summary={"not_assessed": [item]},
        config={"faults": {"BAR_DRIFT": rule}} if config is None else config,
    )


def test_too_close_to_call_gives_value_uncertainty_and_limit(build: Any) -> None:
    assert not_judged(uncertain(build, 0.41))[0].why == (
        "Measured 0.4 ± 0.1 thigh lengths, the limit is 0.38: "
        "past it by less than the measurement can be trusted."
    )
    assert not_judged(uncertain(build, 0.39, 0.44))[0].why.startswith("Measured 0.4 ± 0.1 thigh")
    assert not_judged(uncertain(build, 0.46, 0.41))[0].why.startswith(
        "Measured 0.4 to 0.5 ± 0.1 thigh lengths, the limit is 0.38"
    )
    assert not_judged(uncertain(build, 0.41, config={}))[0].why == (
        "Measured 0.4 ± 0.1 thigh lengths: the measurement is too close to the limit to call."
    )


def test_what_to_change_about_the_view_is_told_once(build: Any) -> None:
    advice = "Turn the camera 30 degrees to your left."
    report = build.report(build.rep(1, 0.0))
    item = report.set.not_assessed[0].model_copy(
        update={"reason": "view", "explanation": "Put the camera square to your side."}
    )
    report = build.report(build.rep(1, 0.0), summary={"not_assessed": [item]})
    assert not_judged(report)[0].why == "Put the camera square to your side."
    view = report.view.model_copy(update={"side_on": False, "problems": [advice]})
    told = not_judged(report.model_copy(update={"view": view}))
    assert told[0].why == "The camera does not look from the side."
