"""``report.html``: one page that needs nothing but itself and sends nothing anywhere."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import plotly
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from formcheck.motion.signals import Signals
from formcheck.report import digest, wording
from formcheck.report.charts import PHASE_COLOURS, signals_chart, tempo_chart
from formcheck.report.digest import FaultGroup
from formcheck.report.schema import FaultReport, RepReport, SetReport

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
    """

    rep: RepReport
    fault: FaultReport
    picture: str | None
    measured: str
    threshold: str


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
        metric_name=wording.metric_name,
        fault_title=wording.fault_title,
        reason_text=wording.reason_text,
    )
    groups = digest.fault_groups(report)
    faulty = [group for group in groups if group.severity != "note"]
    return environment.get_template("report.html.j2").render(
        report=report,
        clip_name=Path(report.clip.path).name,
        exercise=wording.exercise_title(report.exercise.name),
        counted=digest.counted(report),
        no_score=digest.no_score_reason(report),
        headlines=faulty[:_HEADLINES],
        more_faults=faulty[_HEADLINES:],
        drift_sentence=digest.drift_sentence(report),
        right=digest.went_right(report),
        not_judged=digest.not_judged(report),
        next_card=_card(*faulty[0].cases[0], pictures) if faulty else None,
        sections=[_section(group, pictures) for group in groups],
        severities=wording.SEVERITIES,
        metrics=_metric_table(report),
        tempo_band=digest.tempo_band_s(report.config),
        phase_words=wording.phase_words(report.exercise.name),
        phase_colours=PHASE_COLOURS,
        settings=list(flattened(report.config)),
        drift=list(flattened(report.set.drift)),
        has_overlay=has_overlay,
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
            text = f"{value:.4g}" if isinstance(value, float) else str(value)
            rows.append((dotted, text))
    return rows


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
    return Card(
        rep=rep,
        fault=fault,
        picture=source,
        measured=wording.measured(fault.value, fault.uncertainty, fault.unit),
        threshold=wording.quantity(fault.threshold, fault.unit),
    )


def _metric_table(report: SetReport) -> dict[str, list[tuple[str, str, str]]]:
    """For each metric a cell a rep: text, status and explanation."""
    names = dict.fromkeys(name for rep in report.reps for name in rep.metrics)
    return {name: [_metric_cell(rep, name) for rep in report.reps] for name in names}


def _metric_cell(rep: RepReport, name: str) -> tuple[str, str, str]:
    metric = rep.metrics.get(name)
    if metric is None:
        return ("", "absent", "")
    if metric.status == "not_assessable":
        text = "not judged"
        if metric.value is not None:
            text += f" ({wording.measured(metric.value, metric.uncertainty, metric.unit)})"
        return (text, "unjudged", wording.reason_text(metric.reason))
    text = wording.measured(metric.value, metric.uncertainty, metric.unit)
    if metric.band:
        text = f"{metric.band}, {text}"
    return (text, metric.status, "outside the limit" if metric.status == "fault" else "")
