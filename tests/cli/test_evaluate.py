"""``formcheck evaluate`` as its users meet it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import PROJECT, MakeClip, RunFormcheck

HEAD = "clip,exercise,reps,view,spine,faults,eccentric_s,notes\n"


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("clip,exercise\n", 2, "no column"),
        (HEAD + "a.mp4,none,0,,,WRONG,,\n", 2, "unknown fault code 'WRONG'"),
        (HEAD + "a.mp4,none,0,,,,,\n", 3, "labelled and not there"),
    ],
)
def test_bad_tables(
    run_formcheck: RunFormcheck, tmp_path: Path, text: str, code: int, told: str
) -> None:
    table = tmp_path / "LABELS.csv"
    table.write_text(text)
    done = run_formcheck("evaluate", table)
    assert done.returncode == code
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_an_empty_folder(run_formcheck: RunFormcheck, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run_formcheck("evaluate", tmp_path / "empty")
    assert done.returncode == 2
    assert "no clip with a truth file" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_document_without_markers_is_refused_before_the_work(
    run_formcheck: RunFormcheck, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    page.write_text("Nothing here.\n")
    done = run_formcheck("evaluate", PROJECT / "sample_videos", "--update", page, "real")
    assert done.returncode == 2
    assert "markers" in done.stderr or "no line" in done.stderr
    assert page.read_text() == "Nothing here.\n"


@pytest.mark.model
def test_a_sample_a_refused_clip_and_a_broken_one(
    run_formcheck: RunFormcheck, make_clip: MakeClip, tmp_path: Path
) -> None:
    for name in ("rdl_rounded_fast.mp4", "rdl_rounded_fast.truth.json"):
        shutil.copy(PROJECT / "sample_videos" / name, tmp_path / name)
    make_clip("nobody.mp4")
    (tmp_path / "broken.mp4").write_bytes(b"no clip at all")
    table = tmp_path / "LABELS.csv"
    table.write_text(
        HEAD
        + "rdl_rounded_fast.mp4,romanian_deadlift,,,,,,\n"
        + "nobody.mp4,none,0,,,-,,\n"
        + "broken.mp4,romanian_deadlift,3,side,,,,\n"
    )
    out = tmp_path / "out"
    done = run_formcheck(
        "evaluate", table, "--out", out, "--json", "--exercise", "labelled", timeout_s=300
    )
    assert done.returncode == 6, done.stderr
    found = json.loads(done.stdout)
    assert found == json.loads((out / "evaluation.json").read_text())
    assert found["schema"] == "formcheck.evaluation/1"
    clips = {clip["name"]: clip for clip in found["clips"]}
    assert clips["rdl_rounded_fast"]["found_reps"] == 4
    assert (clips["nobody"]["exit_code"], clips["nobody"]["found_reps"]) == (4, 0)
    assert clips["broken"]["exit_code"] == 3
    assert "broken.mp4" in done.stderr
    rows = {
        (section["key"], row["group"]): row["figures"]
        for section in found["parts"][0]["sections"]
        for row in section["rows"]
    }
    assert rows["counts", "all"]["exact"]["value"] == 1.0
    assert rows["faults", "SPINE_ROUNDED"]["recall"]["value"] == 1.0
    assert "| SPINE_ROUNDED |" in (out / "evaluation.md").read_text(encoding="utf-8")
    assert found["worst"][0]["name"] == "broken"
    for case in found["worst"]:
        assert case["page"] is None or (out / case["page"]).is_file()
