"""The charts of the page: signals over time with the phases shaded, and tempo per rep."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
import plotly.io
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from formcheck.motion.signals import Signals
from formcheck.report.chart_rows import ChartRow, chart_rows, row_of
from formcheck.report.decimate import decimate
from formcheck.report.rules import tempo_band_s
from formcheck.report.schema import RepReport, SetReport
from formcheck.report.wording import fault_title, phase_words

MAX_POINTS: Final = 3000
PHASE_COLOURS: Final = {
    "eccentric": "rgba(0,114,178,0.20)",
    "stretched_pause": "rgba(120,120,120,0.28)",
    "concentric": "rgba(230,159,0,0.24)",
}
"""Okabe and Ito's blue and orange, and grey: told apart with any kind of colour vision."""
_BLIND_COLOUR: Final = "rgba(213,94,0,0.22)"
_LINE: Final = "#0072b2"
_FAR_LINE: Final = "#cc79a7"
"""The leg farther from the camera: Okabe and Ito's purple."""
_TEXT: Final = "#6b7280"
_GRID: Final = "rgba(128,128,128,0.25)"
_ABOVE_PX, _BELOW_PX = 60, 44
"""Room for titles and rep numbers, and for the time axis."""
_SHORTEST_BLIND: Final = 1 / 300
"""Unjudged stretches nearer to each other than this part of the clip are shaded as one."""


def signals_chart(report: SetReport, signals: Signals) -> str:
    """The exercise's signals over time as an HTML ``div`` that needs plotly.js.

    Phases are shaded, reps numbered, faults marked. A line is broken where its signal is
    missing, and the back is drawn only where it may be judged.
    """
    rows = chart_rows(report)
    figure = make_subplots(
        rows=len(rows),
        cols=1,
        shared_xaxes=True,
        vertical_spacing=0.055,
        subplot_titles=[row.title for row in rows],
    )
    for place, row in enumerate(rows, start=1):
        lines = _lines(report, signals, row)
        for line in lines:
            kept = decimate(line.values, MAX_POINTS)
            unit = "{y:.0f}°" if row.signal.endswith("_deg") else "{y:.2f}"
            trace = go.Scatter(
                x=signals.t_s[kept].astype(np.float32),
                y=line.values[kept].astype(np.float32),
                mode="lines",
                line={"color": line.colour, "width": 1.6},
                connectgaps=False,
                hovertemplate=f"{line.name}%{{x:.2f}} s: %{unit}<extra></extra>",
                showlegend=False,
            )
            figure.add_trace(trace, row=place, col=1)
        _mark_faults(figure, report, signals.t_s, lines[0].values, rows, place)
        figure.update_yaxes(title_text=row.axis, row=place, col=1)
    blind = _blind_shapes(signals, len(rows)) if rows[-1].is_back else []
    figure.update_layout(shapes=_phase_shapes(report) + blind)
    figure.update_annotations(x=0, xanchor="left")
    height_px = 60 + 190 * len(rows)
    _number_reps(figure, report, height_px - _ABOVE_PX - _BELOW_PX)
    figure.update_xaxes(title_text="Time in the clip (s)", row=len(rows), col=1)
    end_s = float(signals.t_s[-1]) if len(signals) else 1.0
    figure.update_xaxes(range=[0, max(end_s, 1e-3)])
    return _as_div(figure, "signals", height=height_px)


def tempo_chart(report: SetReport) -> str:
    """Seconds of the eccentric of each rep with their uncertainty, against the band aimed at."""
    low, high = tempo_band_s(report.config)
    timed = [rep for rep in report.reps if rep.eccentric_s is not None]
    seconds = [rep.eccentric_s or 0.0 for rep in timed]
    inside = [low <= s <= high for s in seconds]
    figure = go.Figure()
    figure.add_hrect(y0=low, y1=high, fillcolor="rgba(0,158,115,0.22)", line_width=0, layer="below")
    figure.add_trace(
        go.Scatter(
            x=[rep.index for rep in timed],
            y=[round(s, 3) for s in seconds],
            error_y={
                "type": "data",
                "array": [_tempo_sigma(rep) for rep in timed],
                "width": 4,
                "color": _TEXT,
            },
            mode="markers",
            marker={
                "size": 11,
                "color": ["#009e73" if ok else "#d55e00" for ok in inside],
                "symbol": ["circle" if ok else "diamond" for ok in inside],
            },
            hovertemplate="Rep %{x}: %{y:.2f} s<extra></extra>",
            showlegend=False,
        )
    )
    words = phase_words(report.exercise.name)["eccentric"]
    figure.update_yaxes(title_text=f"{words} (s)", range=[0, max([high + 1, *seconds]) * 1.08])
    ticks = [rep.index for rep in report.reps]
    figure.update_xaxes(title_text="Rep", range=[0.5, max(ticks, default=1) + 0.5])
    if len(ticks) <= 25:
        figure.update_xaxes(tickvals=ticks)
    return _as_div(figure, "tempo", height=300)


def unjudged_stretches(signals: Signals) -> list[tuple[float, float]]:
    """Stretches of time in which the back may not be judged, in seconds, close ones joined."""
    values = _drawn_values(signals, "spine_bend_deg")
    missing = np.concatenate([[False], np.isnan(values), [False]]).astype(int)
    starts, ends = (np.flatnonzero(np.diff(missing) == sign) for sign in (1, -1))
    stretches: list[tuple[float, float]] = []
    if not len(starts):
        return stretches
    near_s = _SHORTEST_BLIND * float(signals.t_s[-1] - signals.t_s[0])
    for first, past in zip(starts.tolist(), ends.tolist(), strict=True):
        begin = float(signals.t_s[first])
        end = float(signals.t_s[min(past, len(signals) - 1)])
        if stretches and begin - stretches[-1][1] <= near_s:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((begin, end))
    return stretches


@dataclass(frozen=True, slots=True)
class _Line:
    values: NDArray[np.float64]
    colour: str = _LINE
    name: str = ""


def _lines(report: SetReport, signals: Signals, row: ChartRow) -> list[_Line]:
    """What one row shows: a line, or one for each leg, the nearer leg first."""
    _, of_legs, name = row.signal.rpartition("legs.")
    if not of_legs:
        return [_Line(_drawn_values(signals, row.signal))]
    values: NDArray[np.float64] = getattr(signals.legs, name)
    if values.ndim == 1:
        return [_Line(values)]
    least = report.config.get("measure", {}).get("min_leg_trust", 0.0)
    shown = np.where(signals.legs.trust >= least, values, np.nan)
    near = 0 if signals.view.near_side == "left" else 1
    sides = ("Left leg, ", "Right leg, ")
    return [
        _Line(shown[:, near], _LINE, sides[near]),
        _Line(shown[:, 1 - near], _FAR_LINE, sides[1 - near]),
    ]


def legs_drawn(report: SetReport, signals: Signals) -> tuple[bool, bool]:
    """Whether the chart draws legs by themselves, and whether the farther one is among them."""
    of_legs = [row for row in chart_rows(report) if row.signal.startswith("legs.")]
    lines = [_lines(report, signals, row) for row in of_legs]
    far = any(np.isfinite(both[1].values).any() for both in lines if len(both) == 2)
    return bool(of_legs), far


def _drawn_values(signals: Signals, name: str) -> NDArray[np.float64]:
    values: NDArray[np.float64] = getattr(signals, name)
    if name.startswith("spine_"):
        return np.where(signals.spine_usable > 0, values, np.nan)
    return values


def _mark_faults(
    figure: Any,
    report: SetReport,
    t_s: NDArray[np.float64],
    values: NDArray[np.float64],
    rows: tuple[ChartRow, ...],
    place: int,
) -> None:
    known = np.isfinite(values)
    marked = [
        (fault.t_s, f"Rep {rep.index}: {fault_title(fault.code, report.exercise.name)}")
        for rep in report.reps
        for fault in rep.faults
        if row_of(f"{fault.code.lower()} {fault.metric}", rows) is rows[place - 1]
    ]
    if not marked or not known.any():
        return
    times = [t for t, _ in marked]
    trace = go.Scatter(
        x=[round(t, 3) for t in times],
        y=np.interp(times, t_s[known], values[known]).round(2).tolist(),
        mode="markers",
        marker={"symbol": "x", "size": 8, "color": "#d55e00"},
        text=[text for _, text in marked],
        hovertemplate="%{text}, %{x:.2f} s<extra></extra>",
        showlegend=False,
    )
    figure.add_trace(trace, row=place, col=1)


def _phase_shapes(report: SetReport) -> list[dict[str, Any]]:
    shapes = []
    for rep in report.reps:
        for name, colour in PHASE_COLOURS.items():
            phase = getattr(rep.phases, name)
            if phase is not None and phase.end_s > phase.start_s:
                shapes.append(_box(phase.start_s, phase.end_s, colour, "paper", 0.0, 1.0))
    return shapes


def _blind_shapes(signals: Signals, row: int) -> list[dict[str, Any]]:
    axis = f"y{row} domain"
    return [
        _box(start_s, end_s, _BLIND_COLOUR, axis, 0.0, 0.12)
        for start_s, end_s in unjudged_stretches(signals)
    ]


def _box(x0: float, x1: float, colour: str, yref: str, y0: float, y1: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "x0": round(x0, 3),
        "x1": round(x1, 3),
        "yref": yref,
        "y0": y0,
        "y1": y1,
        "fillcolor": colour,
        "line": {"width": 0},
        "layer": "below",
    }


def _number_reps(figure: Any, report: SetReport, height_px: int) -> None:
    every = max(1, math.ceil(len(report.reps) / 30))
    narrow_s = 0.04 * (report.reps[-1].end_s - report.reps[0].start_s) if report.reps else 0.0
    for rep in report.reps[::every]:
        if not rep.complete and rep.end_s - rep.start_s < narrow_s:
            continue  # no room for its number beside its neighbour's
        figure.add_annotation(
            x=round((rep.start_s + rep.end_s) / 2, 3),
            y=1 + 36 / height_px,
            xref="x",
            yref="paper",
            text=f"<b>{rep.index}</b>" if rep.complete else f"({rep.index})",
            showarrow=False,
        )


def _tempo_sigma(rep: RepReport) -> float:
    metric = rep.metrics.get("eccentric_s")
    if metric is not None and metric.uncertainty is not None:
        return round(metric.uncertainty, 3)
    phase = rep.phases.eccentric
    return round(phase.boundary_uncertainty_s * math.sqrt(2), 3) if phase else 0.0


def _as_div(figure: Any, name: str, height: int) -> str:
    figure.update_layout(
        height=height,
        margin={"l": 56, "r": 12, "t": _ABOVE_PX if name == "signals" else 12, "b": _BELOW_PX},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "system-ui, sans-serif", "size": 12, "color": _TEXT},
        hovermode="closest",
        dragmode=False,
    )
    figure.update_annotations(font={"size": 12})
    figure.update_xaxes(gridcolor=_GRID, zeroline=False)
    figure.update_yaxes(gridcolor=_GRID, zerolinecolor=_GRID)
    return str(
        plotly.io.to_html(
            figure,
            full_html=False,
            include_plotlyjs=False,
            div_id=f"chart-{name}",
            config={"displaylogo": False, "displayModeBar": False, "responsive": True},
        )
    )
