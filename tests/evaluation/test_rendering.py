"""Figures as text."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from formcheck.errors import UsageError
from formcheck.evaluation.evaluate import evaluate
from formcheck.evaluation.figures import Estimate
from formcheck.evaluation.judging import Outcome
from formcheck.evaluation.rendering import (
    figure_text,
    markdown,
    terminal_tables,
    update_document,
)
from formcheck.evaluation.truth import Truth


@pytest.mark.parametrize(
    ("figure", "name", "text"),
    [
        (Estimate(value=0.973, low=0.934, high=1.0), "", "97 % (93–100)"),
        (Estimate(value=0.998), "", "99.8 %"),
        (Estimate(value=-0.07, low=-0.1, high=0.02, unit="s"), "bias", "−0.07 s (−0.10 to +0.02)"),
        (Estimate(value=3.44, low=3.0, high=4.0, unit="deg"), "mae", "3.4° (3.0–4.0)"),
        (Estimate(value=12, unit="count"), "", "12"),
        (Estimate(value=0.25, low=0.0, high=1.25, unit="per 100 reps"), "", "0.2 (0.0–1.2)"),
        (None, "", "–"),
    ],
)
def test_figures(figure: Estimate | None, name: str, text: str) -> None:
    assert figure_text(figure, name) == text


def test_every_row_of_a_table_has_as_many_cells_as_its_head(varied: list[Truth], make: Any) -> None:
    outcomes = [make.perfect(truth) for truth in varied]
    outcomes[0] = Outcome(outcomes[0].case, None, 4, "nobody | in it")
    pages = {outcomes[0].case.name: "reports/x/report.html"}
    text = markdown(evaluate(outcomes, model="full", auto=True, pages=pages))
    width = 0
    for line in text.splitlines():
        if not line.startswith("|"):
            width = 0
        elif not width:
            width = line.count("|")
        else:
            assert line.count("|") == width, line
    assert "Bodies held out (" in text
    assert "[clean_0](reports/x/report.html)" in text


def test_the_terminal_tells_the_same_tables(varied: list[Truth], make: Any) -> None:
    found = evaluate([make.perfect(truth) for truth in varied], model="full", auto=False)
    console = Console(width=200, record=True, file=io.StringIO())
    for table in terminal_tables(found):
        console.print(table)
    text = console.export_text()
    assert "Counting reps" in text
    assert "SPINE_ROUNDED" in text
    assert "Aims" in text


def test_only_what_is_between_the_markers_changes() -> None:
    page = (
        "Before.\n<!-- formcheck evaluate: real: start (written by the command) -->\nold\n"
        "<!-- formcheck evaluate: real: end -->\nAfter.\n"
    )
    once = update_document(page, "real", "new")
    assert once.startswith("Before.\n")
    assert once.endswith("\nAfter.\n")
    assert "\n\nnew\n\n" in once
    assert "old" not in once
    assert update_document(once, "real", "new") == once


def test_a_document_without_markers() -> None:
    with pytest.raises(UsageError, match="real"):
        update_document("Nothing here.", "real", "new")
