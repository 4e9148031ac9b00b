"""``report.html``: one page that needs nothing but itself and sends nothing anywhere."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import plotly
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from formcheck.motion.signals import Signals
from formcheck.report import digest, wording
from formcheck.report.chart_rows import chart_rows
from formcheck.report.charts import PHASE_COLOURS, legs_drawn, signals_chart, tempo_chart
from formcheck.report.digest import FaultGroup
from formcheck.report.rep_rows import rep_rows
from formcheck.report.rules import tempo_band_s
from formcheck.report.schema import FaultReport, RepReport, SetReport
from formcheck.report.tables import timed_phase
from formcheck.report.unjudged import not_judged
from formcheck.report.vocabulary import SEVERITIES

EMBEDDED: Final = 12
"""Pictures of one fault that the page holds itself, the clearest first; more are linked."""
_HEADLINES: Final = 3
"""Faults on the first screen: nobody can mend more in the next set."""


@dataclass(frozen=True, slots=True)
class Card:
    """One fault of one rep as the page shows it.

    Attributes:
        rep: The rep.
        fault: The fault.
        picture: ``data:`` address of its evidence picture; ``None`` when there is none.
        measured: The value with its uncertainty and unit.
        threshold: The threshold with its unit.
        when: The moment or stretch of the clip that shows it.
    """

    rep: RepReport
    fault: FaultReport
    picture: str | None
    measured: str
    threshold: str
    when: str


@dataclass(frozen=True, slots=True)
class Section:
    """All cards of one fault code: the clearest first, then the others."""

    group: FaultGroup
    first: Card
    others: tuple[Card, ...]


def render_page(
    report: SetReport, signals: Signals, pictures: Mapping[str, bytes], has_overlay: bool
) -> str:
    """Render the page.

    Args:
        report: The report, its evidence paths filled in.
        signals: The clip's signals.
        pictures: The evidence pictures by their path; the clearest of each fault are embedded.
        has_overlay: Whether ``overlay.mp4`` lies beside the page.
    """
    environment = Environment(
        loader=PackageLoader("formcheck.report", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        clock=wording.clock,
        percent=wording.percent,
        number=wording.number,
        metric_name=partial(wording.metric_name, exercise=report.exercise.name),
        fault_title=partial(wording.fault_title, exercise=report.exercise.name),
        reason_text=wording.reason_text,
    )
    has_legs, has_other_leg = legs_drawn(report, signals)
    groups = digest.fault_groups(report)
    faulty = [group for group in groups if group.severity != "note"]
    return environment.get_template("report.html.j2").render(
        report=report,
        clip_name=Path(report.clip.path).name,
        exercise=wording.exercise_title(report.exercise.name),
        counted=digest.counted(report),
        no_score=digest.no_score_reason(report),
        set_steps=digest.score_steps(report.set.score_steps, report.exercise.name),
        rep_steps=_rep_steps(report),
        headlines=faulty[:_HEADLINES],
        more_faults=faulty[_HEADLINES:],
        drift_sentence=" ".join(
            filter(None, [digest.drift_sentence(report), *digest.change_sentences(report)])
        ),
        right=digest.went_right(report),
        not_judged=not_judged(report),
        next_card=_card(*faulty[0].cases[0], pictures) if faulty else None,
        next_sentence=faulty[0].sentence if faulty else "",
        other_problems=[p for p in report.problems if p not in report.view.problems],
        sections=[_section(group, pictures) for group in groups],
        severities=SEVERITIES,
        rows=rep_rows(report),
        tempo_band=tempo_band_s(report.config),
        phase_words=wording.phase_words(report.exercise.name),
        phase_colours=PHASE_COLOURS,
        settings=list(flattened(report.config)),
        drift=list(flattened(report.set.drift)),
        has_overlay=has_overlay,
        has_legs=has_legs,
        has_other_leg=has_other_leg,
        has_back=any(row.is_back for row in chart_rows(report)),
        has_signals=len(signals) > 1,
        # What plotly makes is script and markup of our own numbers, escaped by plotly itself.
        signals_chart=Markup(signals_chart(report, signals)),
        tempo_chart=Markup(tempo_chart(report)),
        plotly_script=Markup("<script>{}</script>").format(Markup(get_plotlyjs())),
        plotly_version=plotly.__version__,
    )


def flattened(settings: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Nested settings as rows of dotted name and value."""
    rows: list[tuple[str, str]] = []
    for name, value in settings.items():
        dotted = f"{prefix}{name}"
        if isinstance(value, Mapping):
            rows += flattened(value, f"{dotted}.")
        else:
            rows.append((dotted, _in_words(value)))
    return rows


def _in_words(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(_in_words(item) for item in value) or "none"
    return str(value)


def _rep_steps(report: SetReport) -> list[tuple[RepReport, list[str]]]:
    steps = [
        (rep, digest.score_steps(rep.score_steps, report.exercise.name)) for rep in report.reps
    ]
    return [(rep, told) for rep, told in steps if told]


def _section(group: FaultGroup, pictures: Mapping[str, bytes]) -> Section:
    cards = [
        _card(rep, fault, pictures, embed=index < EMBEDDED)
        for index, (rep, fault) in enumerate(group.cases)
    ]
    others = sorted(cards[1:], key=lambda card: card.rep.index)
    return Section(group, cards[0], tuple(others))


def _card(
    rep: RepReport, fault: FaultReport, pictures: Mapping[str, bytes], *, embed: bool = True
) -> Card:
    source = fault.evidence if fault.evidence in pictures else None
    if source is not None and embed:
        source = "data:image/jpeg;base64," + base64.b64encode(pictures[source]).decode("ascii")
    measured, threshold = wording.compared(
        fault.value, fault.uncertainty, fault.threshold, fault.unit
    )
    return Card(
        rep=rep,
        fault=fault,
        picture=source,
        measured=measured,
        threshold=threshold,
        when=_when(rep, fault),
    )


def _when(rep: RepReport, fault: FaultReport) -> str:
    phase = timed_phase(rep, fault)
    if phase is None:
        return f"at {wording.clock(fault.t_s)}"
    return f"from {wording.clock(max(phase.start_s, 0.0))} to {wording.clock(phase.end_s)}"
