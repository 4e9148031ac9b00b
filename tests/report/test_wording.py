from __future__ import annotations

import pytest

from formcheck.report.wording import (
    clock,
    compared,
    fault_title,
    listed,
    measured,
    metric_good,
    metric_name,
    number,
    percent,
    rep_list,
    span,
)


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


@pytest.mark.parametrize(
    ("value", "uncertainty", "threshold", "unit", "written"),
    [
        (16.2, 3.0, 10.0, "deg", ("16 ± 3°", "10°")),
        (0.39, 0.12, 0.40, "", ("0.39 ± 0.12", "0.40")),
        (10.4, 2.5, 10.2, "deg", ("10.4 ± 2.5°", "10.2°")),
        (2.97, 0.15, 3.0, "s", ("2.97 ± 0.15 s", "3.00 s")),
        (1.2, 0.1, 3.0, "s", ("1.2 ± 0.1 s", "3.0 s")),
        (3.0, 0.1, 3.0, "s", ("3.0 ± 0.1 s", "3.0 s")),
    ],
)
def test_value_and_threshold_are_told_apart(
    value: float, uncertainty: float, threshold: float, unit: str, written: tuple[str, str]
) -> None:
    assert compared(value, uncertainty, threshold, unit) == written


def test_span() -> None:
    assert span([1.93, 1.72, 1.8], 0.1, "s") == "1.7 to 1.9 s"
    assert span([16.2, 15.9], 3.0, "deg") == "16°"


def test_a_curl_has_no_bottom() -> None:
    assert fault_title("BOUNCE") == "Bounced out of the bottom"
    assert fault_title("BOUNCE", "lying_leg_curl") == "Bounced out of the stretch"
    assert metric_name("top_pause_s", "seated_leg_curl") == "Pause when curled"
    assert "Lowered" not in metric_good("eccentric_s", "seated_leg_curl")
    assert metric_name("peak_something_deg") == "Peak something"
    assert metric_good("peak_something_deg") == "Peak something: within limits"
