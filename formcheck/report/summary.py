"""The summary on the terminal: a table a lifter reads, then the findings in sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from formcheck.report import digest, wording
from formcheck.report.schema import RepReport, SetReport

_ROOMY: Final = 110
_SHORT: Final = {
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
}
_STYLES: Final = {"major": "bold red", "minor": "yellow", "note": "cyan"}


def print_summary(report: SetReport, console: Console) -> None:
    """Print a report for a person; plain text when the console is no terminal.

    Args:
        report: The report.
        console: Where to print.
    """
    _say(console, _headline(report), "bold")
    _say(console, _verdict(report))
    if report.reps:
        console.print(_rep_table(report, roomy=console.width >= _ROOMY))
    _print_faults(report, console)
    for item in digest.went_right(report):
        _say(console, f"+ {item.sentence}", "green")
    for blind in digest.not_judged(report):
        _say(console, f"? {blind.what} not judged {blind.extent}. {blind.why}", "cyan")
    problems = dict.fromkeys((*report.view.problems, *report.problems))
    for problem in problems:
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
        text += f", {words} {report.set.eccentric_s_mean:.1f} s on average"
    if report.set.score is None:
        return f"{text}. Not scored: {digest.no_score_reason(report)}"
    return f"{text}. Score {report.set.score:.0f} out of 100."


def _rep_table(report: SetReport, roomy: bool) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    for name in ("Rep", "Tempo (s)", "Ecc. (s)", "Hinge", "Back", "Score"):
        numeric = name not in ("Tempo (s)", "Back")
        table.add_column(name, justify="right" if numeric else "left", no_wrap=True)
    table.add_column("Faults", overflow="fold")
    for rep in report.reps:
        table.add_row(
            f"{rep.index}" if rep.complete else f"({rep.index})",
            rep.tempo,
            "-" if rep.eccentric_s is None else f"{rep.eccentric_s:.1f}",
            _hinge(rep),
            _back(rep),
            "-" if rep.score is None else f"{rep.score:.0f}",
            _codes(rep, roomy),
        )
    return table


def _hinge(rep: RepReport) -> str:
    metric = rep.metrics.get("hip_hinge_ratio")
    if metric is None or metric.value is None or metric.status == "not_assessable":
        return "?"
    return f"{metric.value:.2f}"


def _back(rep: RepReport) -> str:
    """Band of the spine metric; ``?`` where there is none or it was not judged."""
    for name, metric in rep.metrics.items():
        if name.startswith("spine") and metric.band is not None:
            return "?" if metric.status == "not_assessable" else metric.band
    return "?"


def _codes(rep: RepReport, roomy: bool) -> Text:
    """Codes of the faults; on a narrow screen a word for each, so that a rep stays one line."""
    text = Text()
    for fault in rep.faults:
        text.append(" " if text else "")
        word = fault.code if roomy else _SHORT.get(fault.code, fault.code)
        text.append(word, _STYLES[fault.severity])
    return text


def _print_faults(report: SetReport, console: Console) -> None:
    groups = digest.fault_groups(report)
    for group in groups:
        kind = wording.SEVERITIES[group.severity].lower()
        message = f"{group.code} {group.extent} ({kind}): {group.worst.message}"
        sentence = f"- {message} Cue: {group.worst.cue}."
        _say(console, sentence, _STYLES[group.severity])
    drift = digest.drift_sentence(report)
    if drift:
        _say(console, f"- TEMPO_DRIFT: {drift}", _STYLES["minor"])
    if not groups and not drift and report.set.score is not None:
        _say(console, "No fault was found in what could be judged.")


def _say(console: Console, sentence: str, style: str = "") -> None:
    # A Text is never read as markup, so a clip called "[red].mp4" stays what it is. In a pipe
    # a sentence is one line: only a terminal has a width to wrap at.
    console.print(Text(sentence, style), soft_wrap=not console.is_terminal, highlight=False)
