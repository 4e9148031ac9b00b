"""The figures on the recorded tracks are those that are published, within a margin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from formcheck.evaluation.figures import Estimate, Evaluation
from formcheck.evaluation.rendering import markdown
from tests.evaluation.recorded import BLOCK, PAGE, PUBLISHED, page_with, recorded_figures

MARGINS = {
    "share": 0.03,
    "s": 0.03,
    "deg": 0.5,
    "reps": 0.0,
    "per 100 reps": 1.0,
    "auc": 0.02,
    "brier": 0.02,
    "count": 0.0,
}
"""How far a figure may be from the published one, in its own unit, before it must be published
anew: python -m tests.evaluation.recorded."""


@pytest.fixture(scope="module")
def published() -> Evaluation:
    return Evaluation.model_validate_json(PUBLISHED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return recorded_figures()


def margin(figure: Estimate) -> float:
    return MARGINS.get(figure.unit, 0.05) + 1e-9


def figures(evaluation: Evaluation) -> Iterator[tuple[tuple[str, ...], Estimate]]:
    for part in evaluation.parts:
        for section in part.sections:
            for row in section.rows:
                for name, figure in row.figures.items():
                    yield (part.name, section.key, row.group, name), figure


def test_every_published_figure_still_holds(published: Evaluation, found: Evaluation) -> None:
    told, now = dict(figures(published)), dict(figures(found))
    moved = {
        " / ".join(key): (figure.value, now[key].value if key in now else None)
        for key, figure in told.items()
        if key not in now or abs(now[key].value - figure.value) > margin(figure)
    }
    assert not moved, "published, and now; see tests/evaluation/recorded.py"


def test_every_clip_comes_out_as_published(published: Evaluation, found: Evaluation) -> None:
    def line(evaluation: Evaluation) -> dict[str, tuple[int | None, int]]:
        return {clip.name: (clip.found_reps, clip.exit_code) for clip in evaluation.clips}

    assert line(found) == line(published)


def test_the_document_tells_the_published_figures(published: Evaluation) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == page_with(published), f"the block '{BLOCK}' of {PAGE.name} is not published.json"
    assert markdown(published).strip() in page
