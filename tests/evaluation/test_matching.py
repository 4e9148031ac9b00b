"""Found reps against true ones."""

from __future__ import annotations

from typing import Any

from formcheck.evaluation.matching import match_reps, moving_span


def shifted(rep: Any, by_s: float) -> Any:
    phases = {
        name: {"start_s": span["start_s"] + by_s, "end_s": span["end_s"] + by_s}
        for name, span in rep.phases.model_dump(exclude={"*": {"boundary_uncertainty_s"}}).items()
        if span is not None
    }
    phases = {name: {**span, "boundary_uncertainty_s": 0.01} for name, span in phases.items()}
    data = rep.model_dump() | {"phases": {**dict.fromkeys(rep.phases.model_dump()), **phases}}
    data |= {"start_s": rep.start_s + by_s, "end_s": rep.end_s + by_s}
    return type(rep).model_validate(data)


def test_the_movement_counts_and_not_the_standing_about(make: Any) -> None:
    truth = make.truth(eccentrics_s=[3.0])
    assert moving_span(truth.reps[0]) == (1.0, 6.5)


def test_every_rep_finds_its_own(make: Any) -> None:
    truth = make.truth()
    found = make.report(truth).reps
    matching = match_reps(truth.reps, list(reversed(found)))
    assert [(true.index, rep.index) for true, rep in matching.pairs] == [(1, 1), (2, 2), (3, 3)]
    assert not matching.missed
    assert not matching.extra


def test_less_than_half_is_another_rep(make: Any) -> None:
    truth = make.truth(eccentrics_s=[3.0])
    found = make.report(truth).reps
    near = match_reps(truth.reps, [shifted(found[0], 2.7)])
    far = match_reps(truth.reps, [shifted(found[0], 2.8)])
    assert len(near.pairs) == 1
    assert (len(far.pairs), len(far.missed), len(far.extra)) == (0, 1, 1)


def test_one_found_rep_over_two_true_ones_is_one_of_them(make: Any) -> None:
    truth = make.truth(eccentrics_s=[3.0, 3.0])
    first, second = make.report(truth).reps
    merged = first.model_copy(
        update={"phases": first.phases.model_copy(update={"concentric": second.phases.concentric})}
    )
    matching = match_reps(truth.reps, [merged])
    assert len(matching.pairs) == 1
    assert len(matching.missed) == 1
