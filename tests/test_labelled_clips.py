"""Every labelled Romanian deadlift, judged from its pictures: takes minutes, so only on request.

``FORMCHECK_TEST_CLIPS=1 pytest tests/test_labelled_clips.py``, with the clips in
``FORMCHECK_CLIPS``; ``FORMCHECK_TEST_CACHE`` names a folder that keeps their tracks for next time.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from formcheck.analysis import analyze_clip
from formcheck.errors import NobodyError
from formcheck.report.schema import SetReport
from tests.conftest import REAL_CLIPS

pytestmark = [
    pytest.mark.clips,
    pytest.mark.model,
    pytest.mark.skipif(
        os.environ.get("FORMCHECK_TEST_CLIPS", "0") in ("", "0"),
        reason="minutes long: set FORMCHECK_TEST_CLIPS=1",
    ),
]
LABELS = REAL_CLIPS / "LABELS.csv"


def labelled(exercise: str) -> list[dict[str, str]]:
    if not LABELS.is_file():
        return []
    with LABELS.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["exercise"] == exercise]


LIFTS = labelled("romanian_deadlift")


def by_name(row: dict[str, str]) -> str:
    return Path(row["clip"]).stem


@pytest.fixture(scope="module", autouse=True)
def tracks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Each clip is looked at once, whatever is asked of it."""
    folder = os.environ.get("FORMCHECK_TEST_CACHE") or str(tmp_path_factory.mktemp("tracks"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORMCHECK_CACHE", folder)
        yield


def report_of(row: dict[str, str]) -> SetReport:
    return analyze_clip(REAL_CLIPS / row["clip"]).report


@pytest.mark.parametrize("row", [row for row in LIFTS if row["reps"]], ids=by_name)
def test_reps(row: dict[str, str]) -> None:
    assert report_of(row).set.rep_count == int(row["reps"])


@pytest.mark.parametrize("row", [row for row in LIFTS if not row["reps"]], ids=by_name)
def test_what_is_no_whole_rep_is_judged_all_the_same(row: dict[str, str]) -> None:
    assert report_of(row).reps


@pytest.mark.parametrize(
    "row", [row for row in LIFTS if row["faults"] not in ("", "-")], ids=by_name
)
def test_faults(row: dict[str, str]) -> None:
    assert set(row["faults"].split(";")) <= report_of(row).set.faults.keys()


@pytest.mark.parametrize("row", [row for row in LIFTS if row["spine"]], ids=by_name)
def test_backs(row: dict[str, str]) -> None:
    """Most reps carry the label; refusing to judge a back is allowed, a wrong word is not."""
    rows = report_of(row).reps
    bands = [rep.metrics["spine_curvature"].band for rep in rows if rep.complete] or [
        rep.metrics["spine_curvature"].band for rep in rows
    ]
    told = max(set(bands), key=bands.count)
    assert told in {row["spine"], "uncertain", None}


@pytest.mark.parametrize("row", [row for row in LIFTS if row["view"] == "front"], ids=by_name)
def test_from_the_front_backs_are_refused(row: dict[str, str]) -> None:
    report = report_of(row)
    assert not report.view.side_on
    assert {rep.metrics["spine_curvature"].reason for rep in report.reps} == {"view"}


@pytest.mark.parametrize("row", labelled("none"), ids=by_name)
def test_what_is_no_lift_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(NobodyError):
        report_of(row)
