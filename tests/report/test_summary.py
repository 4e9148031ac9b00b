from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from formcheck.report.summary import print_summary


def printed(report: Any, width: int, terminal: bool = False) -> str:
    file = io.StringIO()
    print_summary(report, Console(file=file, width=width, force_terminal=terminal))
    return file.getvalue()


def test_fits_eighty_columns(build: Any) -> None:
    text = printed(build.report(build.rep(1, 0.0), build.rep(2, 1.0)), 80, terminal=True)
    plain = Console(file=io.StringIO(), width=80)
    assert all(len(plain.render_str(line)) < 200 for line in text.splitlines())
    rows = [line for line in text.splitlines() if "0.4-0.1-0.3-0.2" in line]
    assert len(rows) == 2
    assert all("rounded" in row and "75" in row for row in rows)


def test_pipe_gets_plain_lines_with_codes(build: Any) -> None:
    text = printed(build.report(build.rep(1, 0.0), build.rep(2, 1.0)), 300)
    assert "\x1b" not in text
    assert "SPINE_ROUNDED in all 2 reps (serious): Clearest in rep 1: The back rounds" in text
    assert "+ A hinge and no squat, in all 2 reps." in text
    assert "? Weight close to the legs not judged in the whole set. A plate hides" in text
    assert "Score 75 out of 100." in text


def test_clip_name_is_no_markup(build: Any) -> None:
    report = build.report(build.rep(1, 0.0))
    clip = report.clip.model_copy(update={"path": "folder/[red]x[bold].mp4"})
    assert "[red]x[bold].mp4" in printed(report.model_copy(update={"clip": clip}), 80)


def test_no_score_says_why_and_praises_nothing(build: Any) -> None:
    text = printed(build.report(), 80)
    assert "Not scored: No rep was found" in " ".join(text.split())
    assert "\n+ " not in text
    assert "No fault" not in text
