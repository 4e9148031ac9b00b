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
    assert "A hinge and no squat, in all 2 reps." in first
    assert "A plate hides the hands. Move the camera a little." in first


def test_score_can_be_recomputed(build: Any) -> None:
    text = body(page(build, build.report(build.rep(1, 0.0))))
    assert "(75 + 75) / 2 = 75" in text
    assert "100 to begin with, −25 for rounded back (serious)" in text


def test_evidence_is_embedded_with_value_and_limit(build: Any) -> None:
    name = "frames/rep1_SPINE_ROUNDED.jpg"
    fault = build.fault("SPINE_ROUNDED", "spine_curvature", 0.4, evidence=name)
    text = body(page(build, build.report(build.rep(1, 0.0, faults=[fault])), {name: b"JPEG"}))
    assert base64.b64encode(b"JPEG").decode() in text
    assert "25 ± 3°" in text
    assert "<dd>10°</dd>" in text
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


def test_problems_of_the_view_come_first_and_once(build: Any) -> None:
    advice = ["Turn the camera 30 degrees to your left.", "Step back."]
    report = build.report(build.rep(1, 0.0, score=None), summary={"score": None}, problems=advice)
    view = report.view.model_copy(update={"problems": advice, "side_on": False})
    text = body(page(build, report.model_copy(update={"view": view})))
    assert [text.count(sentence) for sentence in advice] == [1, 1]
    assert text.index(advice[0]) < text.index("Not scored")


def test_a_curl_is_told_in_its_own_words(build: Any) -> None:
    metrics = {
        "knee_range": build.metric(95.0, "deg", uncertainty=4.0),
        "somebody_elses_deg": build.metric(12.0, "deg", uncertainty=4.0),
        "eccentric_s": build.metric(1.0, "s", status="fault"),
    }
    numbers = {"value": 1.0, "threshold": 3.0, "unit": "s", "message": "Too fast."}
    fault = build.fault("ECCENTRIC_FAST", "eccentric_s", 0.2, **numbers)
    report = build.report(build.rep(1, 0.0, metrics=metrics, faults=[fault]))
    exercise = report.exercise.model_copy(update={"name": "lying_leg_curl"})
    rules = {"RANGE_SHORT": {"metric": "knee_range"}, "X": {"metric": "somebody_elses_deg"}}
    update = {"exercise": exercise, "config": {"faults": rules}}
    text = body(page(build, report.model_copy(update=update)))
    assert "The knees moved through their full range." in text
    assert "Somebody elses: within limits." in text
    assert "Let the weight back too fast" in text
    assert "from 0.0 s to 0.4 s" in text
    words = re.sub(r"<[^>]*>", "", text)
    for word in ("Lowering", "bottom", "hinge", "Back not judged here"):
        assert word not in words


def test_settings_and_model_are_told(build: Any) -> None:
    text = body(page(build, build.report(build.rep(1, 0.0))))
    assert "faults.SQUATTING.below" in text
    assert "cd" * 32 in text


def test_flattened() -> None:
    settings = {"a": {"b": 1.5, "c": [1, 2], "e": None}, "d": "x", "f": True, "g": []}
    assert flattened(settings) == [
        ("a.b", "1.5"),
        ("a.c", "1, 2"),
        ("a.e", "not set"),
        ("d", "x"),
        ("f", "yes"),
        ("g", "none"),
    ]
