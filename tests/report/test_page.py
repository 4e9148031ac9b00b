from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np

from formcheck.report.page import flattened, render_page

PRAISE = ("What was right", "Keep it as it is", "✓", "out of 100")


class Tags(HTMLParser):
    """Collects every tag with its attributes, outside of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def page(build: Any, report: Any, pictures: dict[str, bytes] | None = None) -> str:
    return render_page(report, build.signals(np.linspace(0, 2, 60)), pictures or {}, False)


def body(html: str) -> str:
    """What is shown: without head and scripts."""
    return re.sub(r"<script.*?</script>", "", html.split("<main>")[1], flags=re.DOTALL)


def test_nothing_is_fetched(build: Any) -> None:
    tags = Tags()
    tags.feed(render_page(build.report(build.rep(1, 0.0)), build.signals([0.0, 1.0]), {}, True))
    for tag, attributes in tags.found:
        assert tag not in ("link", "iframe", "object", "embed", "form", "base")
        for name in ("src", "href", "srcset", "poster", "action"):
            value = attributes.get(name)
            assert (
                value is None or value == "overlay.mp4" or value[0] == "#" or value[:5] == "data:"
            )
    policies = [a for t, a in tags.found if t == "meta" and "http-equiv" in a]
    assert "default-src 'none'" in (policies[0]["content"] or "")


def test_text_is_escaped(build: Any) -> None:
    nasty = "<img src=x onerror=alert(2)>"
    fault = build.fault("SPINE_ROUNDED", "spine_curvature", 0.4, message=nasty, cue=nasty)
    report = build.report(
        build.rep(1, 0.0, faults=[fault], tempo=nasty, score_steps=[nasty]), problems=[nasty]
    )
    html = page(build, report)
    assert "<script>alert(1)" not in html
    assert nasty not in html
    assert "set &lt;script&gt;alert(1)&lt;/script&gt; &amp; more.mp4" in html


def test_first_screen_answers_the_questions(build: Any) -> None:
    text = body(page(build, build.report(build.rep(1, 0.0), build.rep(2, 1.0))))
    first = text.split('id="faults"')[0]
    assert "75" in first
    assert "2 reps" in first
    assert "Rounded back" in first
    assert "in all 2 reps" in first
    assert "Chest proud" in first
    assert "A hinge and no squat: the hips bent more than the knees: in all 2 reps." in first
    assert "A plate hides the hands. Move the camera a little." in first


def test_score_can_be_recomputed(build: Any) -> None:
    text = body(page(build, build.report(build.rep(1, 0.0))))
    assert "(75 + 75) / 2 = 75" in text
    assert "-25 for SPINE_ROUNDED (major)" in text


def test_evidence_is_embedded_with_value_and_limit(build: Any) -> None:
    name = "frames/rep1_SPINE_ROUNDED.jpg"
    fault = build.fault("SPINE_ROUNDED", "spine_curvature", 0.4, evidence=name)
    text = body(page(build, build.report(build.rep(1, 0.0, faults=[fault])), {name: b"JPEG"}))
    assert base64.b64encode(b"JPEG").decode() in text
    assert "25 ± 3°" in text
    assert "10.0°" in text
    assert "90 %" in text


def test_no_reps_no_praise(build: Any) -> None:
    text = body(page(build, build.report()))
    assert "No rep was found in this clip" in text
    assert not [word for word in PRAISE if word in text]


def test_no_score_no_praise_and_a_reason(build: Any) -> None:
    rep = build.rep(1, 0.0, faults=[], score=None)
    steps = ["Not scored: too little was seen."]
    report = build.report(rep, summary={"score": None, "score_steps": steps})
    text = body(page(build, report))
    assert "Not scored" in text
    assert "Too little was seen." in text
    assert not [word for word in PRAISE if word in text]


def test_clean_set_says_so_only_of_what_was_judged(build: Any) -> None:
    rep = build.rep(1, 0.0, faults=[], metrics={"hip_hinge_ratio": build.metric(0.7)})
    text = body(page(build, build.report(rep)))
    assert "Keep it as it is" in text
    assert "No fault was found in what could be judged." in text


def test_settings_and_model_are_told(build: Any) -> None:
    text = body(page(build, build.report(build.rep(1, 0.0))))
    assert "faults.SQUATTING.below" in text
    assert "cd" * 32 in text


def test_flattened() -> None:
    assert flattened({"a": {"b": 1.5, "c": [1, 2]}, "d": "x"}) == [
        ("a.b", "1.5"),
        ("a.c", "[1, 2]"),
        ("d", "x"),
    ]
