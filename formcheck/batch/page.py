"""``index.html``: all clips of a batch on one page, the worst first."""

from __future__ import annotations

import heapq
import json
import os
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from formcheck.batch.clips import shown
from formcheck.batch.entry import Entry
from formcheck.batch.journal import Journal
from formcheck.batch.places import THUMBNAILS, put_file, replacing, report_folder, thumbnail_name
from formcheck.exercises.set_summary import most_first
from formcheck.report.vocabulary import FAULT_TITLES

PAGE: Final = "index.html"
MOST_CLIPS: Final = 10_000
"""Clips on the page, the worst of all: a browser sorts and filters as many at once (3 MB)."""
_STATES: Final = {"scored": 0, "not_assessable": 1, "failed": 2}
_NO_SCORE: Final = 101.0


def write_page(journal: Journal, folder: Path, counts: Mapping[str, int]) -> None:
    """Write the page and the thumbnails it shows.

    Args:
        journal: The journal.
        folder: The results folder.
        counts: How many clips ended in each state.

    Raises:
        OSError: It cannot be written.
    """
    worst = heapq.nsmallest(
        MOST_CLIPS, (_row(entry) for entry in journal.entries() if entry.state), key=_badness
    )
    _put_thumbnails(journal, folder, worst)
    carried: list[str] = journal.noted("carried") or []
    faults = Counter(code for row in worst for code in row["faults"])
    environment = Environment(
        loader=PackageLoader("formcheck.batch", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    data = {"rows": worst, "carried": carried, "names": {c: fault_name(c) for c in faults}}
    text = environment.get_template("index.html.j2").render(
        counts=counts,
        total=sum(counts.values()),
        shown=len(worst),
        exercises=sorted({row["exercise"] for row in worst if row["exercise"]}),
        faults=[(code, fault_name(code), n) for code, n in most_first(faults).items()],
        data=Markup(_script_safe(data)),
    )
    with replacing(folder / PAGE) as file:
        file.write(text.encode())


def fault_name(code: str) -> str:
    """A fault's code in words."""
    return FAULT_TITLES.get(code, code.replace("_", " ").capitalize())


def _row(entry: Entry) -> dict[str, Any]:
    report = entry.report
    total = report["set"] if report else {}
    worst = _worst(entry)
    picture = entry.thumbnail is not None and entry.sha256 is not None
    return {
        "clip": shown(entry.clip.name),
        "exercise": report["exercise"]["name"] if report else "",
        "state": entry.state,
        "reason": entry.reason,
        "score": total.get("score"),
        "reps": total.get("rep_count"),
        "faults": total.get("faults", {}),
        "worst": worst["message"] if worst else "",
        "cue": worst["cue"] if worst else "",
        "major": _major(report) if report else 0,
        "carried": dict(entry.clip.carried),
        "picture": thumbnail_name(entry.sha256 or "", entry.judged_as) if picture else "",
        "report": f"{report_folder(entry.clip.name)}/report.html" if entry.reported else "",
        "key": entry.clip.name,
    }


def _badness(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Sorts the worst first: by the share of reps with a major fault, then by the score.

    A set without a score may still show grave faults; clips without a report come last.
    """
    score = _NO_SCORE if row["score"] is None else row["score"]
    last = _STATES[row["state"]] if row["reps"] is None else 0
    return last, -row["major"], score, row["clip"]


def _worst(entry: Entry) -> Mapping[str, Any] | None:
    """The worst fault of a clip, as its report tells it."""
    found = [
        fault
        for rep in (entry.report["reps"] if entry.report else [])
        for fault in rep["faults"]
        if (rep["index"], fault["code"]) == entry.worst
    ]
    return found[0] if found else None


def _major(report: Mapping[str, Any]) -> float:
    """Share of the reps with a major fault."""
    graves = [any(f["severity"] == "major" for f in rep["faults"]) for rep in report["reps"]]
    return round(sum(graves) / len(graves), 3)


def _put_thumbnails(journal: Journal, folder: Path, rows: list[dict[str, Any]]) -> None:
    wanted = {row["picture"] for row in rows if row["picture"]}
    for row in rows:
        path = folder / row["picture"] if row["picture"] else None
        name = row.pop("key")
        if path is not None and not path.exists():
            thumbnail = journal.entry(os.fsencode(name)).thumbnail
            assert thumbnail is not None
            put_file(path, thumbnail.jpeg)
    for old in (folder / THUMBNAILS).glob("*/*.jpg"):
        if old.relative_to(folder).as_posix() not in wanted:
            old.unlink(missing_ok=True)
    if not wanted:
        shutil.rmtree(folder / THUMBNAILS, ignore_errors=True)


def _script_safe(data: object) -> str:
    """JSON that cannot end the script element it stands in, nor begin a comment."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
