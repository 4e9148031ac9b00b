"""The summary on the terminal: a table a lifter reads, then the findings in sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from formcheck.report import digest, wording
from formcheck.report.schema import MetricReport, RepReport, SetReport
from formcheck.report.unjudged import not_judged
from formcheck.report.vocabulary import KNEE_DRIVEN, SEVERITIES

_ROOMY: Final = 110
SHORT_FAULTS: Final = {
    "SPINE_ROUNDED": "rounded",
    "SPINE_ARCHED": "arched",
    "SQUATTING": "squat",
    "HIPS_NOT_BACK": "hips",
    "KNEES_LOCKED": "knees",
    "SHALLOW": "shallow",
    "RANGE_SHORT": "short",
    "BAR_DRIFT": "drift",
    "LOCKOUT_LEAN": "lean",
    "ECCENTRIC_FAST": "fast",
    "ECCENTRIC_SLOW": "slow",
    "BOUNCE": "bounce",
    "HIPS_LIFT": "hips up",
    "HIPS_SHIFT": "hips slid",
    "HIP_BREAK": "hips bent",
    "DROP": "dropped",
}
"""A word for each fault, for tables on a narrow screen."""
_COLUMNS: Final = {"hip_hinge_ratio": "Hinge", "spine_curvature": "Back"}
_KNEE_COLUMNS: Final = {
    "knee_range": "Range",
    "hip_lift": "Hips",
    "body_shift": "Shift",
    "hip_break": "Hips",
}
"""Metrics that get a column, those of them that the exercise has."""
_STYLES: Final = {"major": "bold red", "minor": "yellow", "note": "cyan"}


def print_summary(report: SetReport, console: Console) -> None:
    """Print a report for a person; plain text when the console is no terminal.

    Args:
        report: The report.
        console: Where to print.
    """
    _say(console, _headline(report), "bold")
    _say(console, _verdict(report))
    for problem in report.view.problems:
        _say(console, f"! {problem}", "yellow")
    if report.reps:
        console.print(_rep_table(report, roomy=console.width >= _ROOMY))
    _print_faults(report, console)
    for item in digest.went_right(report):
        _say(console, f"+ {item.sentence}", "green")
    for blind in not_judged(report):
        _say(console, f"? {blind.what} not judged {blind.extent}. {blind.why}", "cyan")
    for problem in dict.fromkeys(report.problems):
        if problem not in report.view.problems:
            _say(console, f"! {problem}", "yellow")


def _headline(report: SetReport) -> str:
    exercise = wording.exercise_title(report.exercise.name)
    if report.exercise.source == "auto":
        exercise += f" (recognised, {100 * report.exercise.confidence:.0f} % sure)"
    view = "side view" if report.view.side_on else "not a side view"
    if report.view.facing is not None:
        view += f", facing {report.view.facing}"
    return f"{Path(report.clip.path).name}: {exercise}, {view}"


def _verdict(report: SetReport) -> str:
    text = digest.counted(report)
    if report.set.eccentric_s_mean is not None:
        words = wording.phase_words(report.exercise.name)["eccentric"].lower()
        text += f", {words} {report.set.eccentric_s_mean:.1f} s"
        text += " on average" if report.set.rep_count > 1 else ""
    if report.set.score is None:
        return f"{text}. Not scored: {digest.no_score_reason(report)}"
    return f"{text}. Score {report.set.score:.0f} out of 100."


def _rep_table(report: SetReport, roomy: bool) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    present = {name for rep in report.reps for name in rep.metrics}
    columns = _KNEE_COLUMNS if report.exercise.name in KNEE_DRIVEN else _COLUMNS
    metrics = [name for name in columns if name in present]
    shown = [columns[name] for name in metrics]
    for name in ("Rep", "Tempo (s)", "Ecc. (s)", *shown, "Score"):
        numeric = name not in ("Tempo (s)", "Back")
        table.add_column(name, justify="right" if numeric else "left", no_wrap=True)
    table.add_column("Faults", overflow="fold")
    for rep in report.reps:
        table.add_row(
            f"{rep.index}" if rep.complete else f"({rep.index})",
            rep.tempo,
            _eccentric(rep),
            *(_shown(rep, name) for name in metrics),
            "-" if rep.score is None else f"{rep.score:.0f}",
            _codes(rep, roomy),
        )
    return table


def _eccentric(rep: RepReport) -> str:
    """Seconds of the eccentric with their uncertainty: ``3.4±0.2``."""
    metric = rep.metrics.get("eccentric_s")
    if rep.eccentric_s is None:
        return "-"
    if metric is None or metric.uncertainty is None:
        return f"{rep.eccentric_s:.1f}"
    # An uncertainty written as 0.0 would claim that there is none.
    return f"{rep.eccentric_s:.1f}±{max(metric.uncertainty, 0.1):.1f}"


def _shown(rep: RepReport, name: str) -> str:
    """Band or value of a metric; ``?`` where there is none or it was not judged."""
    metric = rep.metrics.get(name)
    if metric is None or metric.status == "not_assessable":
        return "?"
    return metric.band or _value(metric)


def _value(metric: MetricReport) -> str:
    if metric.value is None:
        return "?"
    return f"{metric.value:.0f}°" if metric.unit == "deg" else f"{metric.value:.2f}"


def _codes(rep: RepReport, roomy: bool) -> Text:
    """Codes of the faults; on a narrow screen a word for each, so that a rep stays one line."""
    text = Text()
    for fault in rep.faults:
        text.append(" " if text else "")
        word = fault.code if roomy else SHORT_FAULTS.get(fault.code, fault.code)
        text.append(word, _STYLES[fault.severity])
    return text


def _print_faults(report: SetReport, console: Console) -> None:
    groups = digest.fault_groups(report)
    for group in groups:
        kind = SEVERITIES[group.severity].lower()
        message = f"{group.code} {group.extent} ({kind}): {group.sentence}"
        sentence = f"- {message} Cue: {group.worst.cue}."
        _say(console, sentence, _STYLES[group.severity])
    drift = digest.drift_sentence(report)
    if drift:
        _say(console, f"- TEMPO_DRIFT: {drift}", _STYLES["minor"])
    for change in digest.change_sentences(report):
        _say(console, f"- {change}", _STYLES["note"])
    if not groups and not drift and report.set.score is not None:
        _say(console, "No fault was found in what could be judged.")


def _say(console: Console, sentence: str, style: str = "") -> None:
    # A Text is never read as markup, so a clip called "[red].mp4" stays what it is. In a pipe
    # a sentence is one line: only a terminal has a width to wrap at.
    console.print(Text(sentence, style), soft_wrap=not console.is_terminal, highlight=False)
