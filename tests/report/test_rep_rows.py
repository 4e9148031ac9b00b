from __future__ import annotations

from typing import Any

from formcheck.report.rep_rows import rep_rows


def test_a_row_has_one_number_of_digits_and_tells_what_was_refused(build: Any) -> None:
    hip = {"hip_travel": build.metric(0.5, "thigh lengths", uncertainty=0.2)}
    fine = {"hip_travel": build.metric(0.512, "thigh lengths", uncertainty=0.04, status="fault")}
    none = {"hip_travel": build.metric(None, "thigh lengths")}
    report = build.report(
        build.rep(1, 0.0, metrics=hip),
        build.rep(2, 1.0, metrics=fine),
        build.rep(3, 2.0, metrics=none),
        build.rep(4, 3.0, metrics={}),
    )
    (row,) = rep_rows(report)
    assert (row.title, row.unit) == ("Hips going back", "thigh lengths")
    assert [(c.text, c.uncertainty, c.kind) for c in row.cells] == [
        ("0.50", "± 0.20", "ok"),
        ("0.51", "± 0.04", "fault"),
        ("not judged", "", "unjudged"),
        ("", "", "absent"),
    ]
    assert row.cells[2].hint == "something hides the body there"


def test_bands_and_doubtful_values_are_told(build: Any) -> None:
    doubtful = build.metric(12.0, "deg", uncertainty=3.0, status="not_assessable", band="uncertain")
    report = build.report(
        build.rep(1, 0.0), build.rep(2, 1.0, metrics={"spine_curvature": doubtful})
    )
    cells = rep_rows(report)[0].cells
    assert cells[0].text.startswith("rounded, 25")
    assert cells[1].text.startswith("not judged (12")
