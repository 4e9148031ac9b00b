from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from formcheck.batch import page
from formcheck.batch.clips import Clip
from formcheck.batch.job import Kept, Outcome, State, Thumbnail
from formcheck.batch.journal import Journal
from formcheck.batch.page import write_page

NASTY = "</script><script>alert(1)</script>.mp4"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path)
    yield journal
    journal.close()


def report(score: float | None, *severities: str) -> str:
    """A report of as many reps as severities, each with a fault of it (``-``: none)."""
    reps = [
        {
            "index": index,
            "faults": []
            if severity == "-"
            else [
                {
                    "code": "BOUNCE",
                    "severity": severity,
                    "confidence": 0.9,
                    "message": "Bounced.",
                    "cue": "Stop below",
                }
            ],
        }
        for index, severity in enumerate(severities, 1)
    ]
    bounced = sum(severity != "-" for severity in severities)
    total = {
        "score": score,
        "rep_count": len(reps),
        "faults": {"BOUNCE": bounced} if bounced else {},
    }
    return json.dumps({"exercise": {"name": "good_morning"}, "reps": reps, "set": total})


def fill(journal: Journal, **clips: Outcome) -> None:
    journal.enter(
        (Clip(name, f"/{name}", 1, "1", "auto", carried={"lifter": "Ann"}), "j") for name in clips
    )
    for name, outcome in clips.items():
        journal.take(journal.entry(name.encode()), outcome, "m")


def scored(name: str, score: float | None, *severities: str, **more: Any) -> Outcome:
    state: State = "not_assessable" if score is None else "scored"
    kept = Kept(name * 40, b"", 0.0, 0.0)
    more = {"worst": (1, "BOUNCE") if severities[0] != "-" else None} | more
    return Outcome(state, sha256=name * 40, report=report(score, *severities), kept=kept, **more)


def data(folder: Path) -> dict[str, Any]:
    text = (folder / "index.html").read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    loaded: dict[str, Any] = json.loads(found[1])
    return loaded


def test_the_worst_come_first(journal: Journal, tmp_path: Path) -> None:
    fill(
        journal,
        good=scored("a", 95.0, "-", "-"),
        fair=scored("b", 70.0, "minor", "minor"),
        grave=scored("c", None, "major", "major"),
        half=scored("d", 60.0, "major", "-"),
        empty=Outcome("failed", 3, "the clip is empty"),
        nobody=Outcome("not_assessable", 4, "no person", sha256="e"),
    )
    write_page(journal, tmp_path, {"scored": 3, "not_assessable": 2, "failed": 1})
    names = [row["clip"] for row in data(tmp_path)["rows"]]
    assert data(tmp_path)["rows"][0]["cue"] == "Stop below"
    assert names == ["grave", "half", "fair", "good", "nobody", "empty"]


def test_a_name_cannot_break_out_of_the_page(journal: Journal, tmp_path: Path) -> None:
    fill(journal, **{NASTY: scored("a", 50.0, "major")})
    write_page(journal, tmp_path, {"scored": 1})
    assert data(tmp_path)["rows"][0]["clip"] == NASTY
    assert "alert(1)</script>" not in (tmp_path / "index.html").read_text()


def test_pictures_that_are_shown_are_there_and_no_others(journal: Journal, tmp_path: Path) -> None:
    picture = Thumbnail(1, "BOUNCE", b"jpeg")
    fill(journal, a=scored("a", 50.0, "major", thumbnail=picture), b=scored("b", 80.0, "-"))
    stale = tmp_path / "thumbnails" / "ff" / "old.jpg"
    stale.parent.mkdir(parents=True)
    stale.touch()
    write_page(journal, tmp_path, {"scored": 2})
    first, second = data(tmp_path)["rows"]
    assert (tmp_path / first["picture"]).read_bytes() == b"jpeg"
    assert second["picture"] == ""
    assert not stale.exists()


def test_the_page_shows_the_worst_of_very_many(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MOST_CLIPS", 2)
    fill(journal, **{f"c{n}": scored(str(n), 10.0 * n, "-") for n in range(1, 6)})
    write_page(journal, tmp_path, {"scored": 5})
    assert [row["clip"] for row in data(tmp_path)["rows"]] == ["c1", "c2"]
    assert "shows the 2 worst" in (tmp_path / "index.html").read_text()


def test_the_page_loads_nothing_from_anywhere(journal: Journal, tmp_path: Path) -> None:
    fill(journal, a=scored("a", 50.0, "major"))
    write_page(journal, tmp_path, {"scored": 1})
    text = (tmp_path / "index.html").read_text()
    assert "default-src 'none'" in text
    assert not re.search(r"https?://", text)
