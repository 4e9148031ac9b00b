"""The training log on the terminal: tables that fit 80 columns, then sentences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from formcheck.report.summary import SHORT_FAULTS
from formcheck.report.wording import exercise_title
from formcheck.training_log.entry import Entry
from formcheck.training_log.progress import ExerciseProgress, ProgressView, SessionProgress
from formcheck.training_log.reading import Read
from formcheck.training_log.store import Added
from formcheck.training_log.targets import TITLES, Target, counted
from formcheck.training_log.times import day_words, moment_words
from formcheck.training_log.week import ExerciseWeek, FaultWeek, SessionWeek, Totals, WeekView

MOST_SESSIONS: Final = 12
"""Of an exercise on the terminal: a month or more of training."""
_STYLES: Final = {"below": "yellow", "above": "yellow", "within": "green", "unknown": "cyan"}
_PATTERNS: Final = {"hip_hinge": "hinge", "knee_flexion": "knee flexion", "other": "other"}
_CHANGES: Final = {
    "first": "first",
    "weight": "+ weight",
    "reps": "+ reps",
    "sets": "+ sets",
    "time_under_tension": "+ time",
    "same": "same",
    "less": "less",
    "unknown": "?",
}
_FORMS: Final = {"held": "held", "not_held": "lost", "unknown": "?"}


def set_words(entry: Entry) -> str:
    """A set in one line: number, when, what, how much."""
    weight = "no weight told" if entry.weight_kg is None else f"{entry.weight_kg:g} kg"
    parts = [
        f"set {entry.id}: {moment_words(entry.performed_at, None)}",
        f"{entry.reps} x {exercise_title(entry.exercise)}",
        weight,
        *(["score " + _whole(entry.score)] if entry.score is not None else []),
        *(["warm-up"] if entry.warm_up else []),
        *([entry.lifter] if entry.lifter else []),
    ]
    return ", ".join(parts)


def added_line(read: Read, added: Added) -> str:
    """What became of a report."""
    if added.new:
        return f"Added {set_words(added.entry)} (time: {read.known_from})"
    numbers = ", ".join(str(one.id) for one in added.there)
    live = " from live coaching" if all(one.source == "live" for one in added.there) else ""
    return (
        f"{read.path}: in the log already{live} as set {numbers}, and not added again "
        f"(formcheck log edit or remove {numbers.replace(',', '')})"
    )


def print_list(entries: Sequence[Entry], last: int, path: Path, console: Console) -> None:
    """Print sets, the newest at the end.

    Args:
        entries: The sets, in order of time.
        last: How many to print.
        path: The log.
        console: Where to print.
    """
    if not entries:
        _say(console, f"Nothing is logged yet in {path}; formcheck log add REPORT.json begins it.")
        return
    shown = entries[-last:]
    named = len({entry.lifter for entry in shown}) > 1
    table = _table("id", "when", "exercise", "reps", "kg", "score", "faults", gap=1)
    if named:
        table.add_column("who", overflow="fold")
    elif shown[0].lifter:
        _say(console, f"Sets of {shown[0].lifter}", "bold")
    for entry in shown:
        cells = [*_list_cells(entry), *([entry.lifter] if named else [])]
        table.add_row(*map(Text, cells), style="dim" if entry.warm_up else None)
    console.print(table)
    if any(entry.warm_up for entry in shown):
        _say(console, "w: a warm-up, not counted.")
    if any(entry.major_faults for entry in shown):
        _say(console, "!: a major fault in some rep.")
    hidden = len(entries) - last
    if hidden > 0:
        _say(console, f"{counted(hidden, 'set')} before these; --last N shows more.")
    for entry in shown:
        if entry.note:
            _say(console, f"{entry.id}: {' / '.join(entry.note.splitlines())}")


def print_week(view: WeekView, console: Console) -> None:
    """Print a week.

    Args:
        view: The week.
        console: Where to print.
    """
    who = f", {view.lifter}" if view.lifter else ""
    state = "" if view.over else " (not over yet)" if view.begun else " (not begun yet)"
    days = f"{day_words(view.first_day)} to {day_words(view.last_day)}"
    _say(console, f"Week of {days}{who}{state}", "bold")
    _say(console, _summed(view))
    for session in view.sessions:
        _say(console, _session_line(session))
    if view.exercises:
        console.print()
        console.print(_exercise_table(view.exercises))
        for line in _total_lines(view.totals, view.before):
            _say(console, line)
    console.print()
    console.print(_target_table(view.targets))
    for target in view.targets:
        if target.status != "within":
            _say(console, f"! {_capital(TITLES[target.name])}: {target.advice}", "yellow")
    for fault in view.faults:
        _say(console, _fault_line(fault), "red" if fault.major_sets else "yellow")
    for note in view.notes:
        _say(console, f"? {note}", "cyan")


def print_progress(view: ProgressView, console: Console, wanted: str | None = None) -> None:
    """Print how each exercise went on.

    Args:
        view: The exercises.
        console: Where to print.
        wanted: The one exercise that was asked for, if it was one.
    """
    if not view.exercises:
        of = f" of {exercise_title(wanted)}" if wanted else ""
        _say(console, f"No working set{of} is in the log; formcheck log add REPORT.json adds one.")
    for place, one in enumerate(view.exercises):
        if place:
            console.print()
        who = f", {view.lifter}" if view.lifter else ""
        title = f"{exercise_title(one.exercise)} ({_PATTERNS[one.pattern]}){who}"
        _say(console, title, "bold")
        console.print(_progress_table(one))
        hidden = len(one.sessions) - MOST_SESSIONS
        if hidden > 0:
            _say(console, f"{counted(hidden, 'session')} before these; --json gives all.")
        _say(console, one.sessions[-1].sentence)
        _say(console, f"Next: {one.next}", "green")
        for limit in one.limits:
            _say(console, f"? {limit}", "cyan")


def _list_cells(entry: Entry) -> list[str]:
    return [
        str(entry.id),
        moment_words(entry.performed_at, None),
        exercise_title(entry.exercise),
        f"{entry.reps}{' w' if entry.warm_up else ''}",
        _number(entry.weight_kg),
        _whole(entry.score),
        ", ".join(
            SHORT_FAULTS.get(code, code.lower()) + ("!" if code in entry.major_faults else "")
            for code in entry.faults
        ),
    ]


def _summed(view: WeekView) -> str:
    trained = sum(bool(session.sets) for session in view.sessions)
    kinds = ", ".join(
        f"{count} {_PATTERNS[kind]}" for kind, count in view.patterns.items() if count
    )
    warm = f"; {counted(view.warm_ups, 'warm-up')} not counted" if view.warm_ups else ""
    sets = counted(view.totals.sets, "working set")
    if not view.totals.sets:
        return f"No working set{warm}."
    return f"{sets} ({kinds}), {counted(trained, 'session')}{warm}."


def _session_line(session: SessionWeek) -> str:
    done = [f"{count} x {exercise_title(name)}" for name, count in session.by_exercise.items()]
    warm = [counted(session.warm_ups, "warm-up")] if session.warm_ups else []
    return f"{day_words(session.day)}: {', '.join([*done, *warm])}"


def _exercise_table(exercises: Sequence[ExerciseWeek]) -> Table:
    table = _table(
        "exercise", "sets", "reps", "top kg", "volume kg", "tension s", "low. s", "score"
    )
    for one in exercises:
        table.add_row(
            Text(exercise_title(one.exercise)),
            str(one.sets),
            str(one.reps),
            _number(one.top_weight_kg),
            _whole(one.volume_load_kg),
            _whole(one.time_under_tension_s),
            _tenths(one.eccentric_s_mean),
            _whole(one.score),
        )
    return table


def _total_lines(now: Totals, before: Totals) -> list[str]:
    parts = []
    if now.volume_load_kg is not None:
        partly = now.sets_without_weight or before.sets_without_weight
        was = None if partly else before.volume_load_kg
        parts.append(f"Volume load {_with_before(now.volume_load_kg, was, 'kg')}.")
    if now.time_under_tension_s is not None:
        partly = now.sets_without_tension or before.sets_without_tension
        was = None if partly else before.time_under_tension_s
        parts.append(f"Time under tension {_with_before(now.time_under_tension_s, was, 's')}.")
    return parts


def _with_before(now: float, before: float | None, unit: str) -> str:
    told = f"{now:.0f} {unit}"
    return told if not before else f"{told} ({before:.0f} {unit} the week before)"


def _target_table(targets: Sequence[Target]) -> Table:
    table = _table("target", "is", "asked for", "status")
    for one in targets:
        share = one.name == "hinge_share"
        scale, unit = (100.0, " %") if share else (1.0, " s" if one.unit == "s" else "")
        value = "-" if one.value is None else f"{scale * one.value:.{0 if share else 1}f}"
        value = value.removesuffix(".0") if one.unit != "s" else value
        table.add_row(
            TITLES[one.name],
            value + (unit if one.value is not None else ""),
            f"{scale * one.low:.0f} to {scale * one.high:.0f}{unit}",
            Text(one.status, style=_STYLES[one.status]),
        )
    return table


def _fault_line(fault: FaultWeek) -> str:
    where = f"{exercise_title(fault.exercise)}, {fault.sets} of {counted(fault.of_sets, 'set')}"
    visits = f" in {counted(fault.sessions, 'session')}" if fault.sessions > 1 else ""
    major = f", major in {fault.major_sets}" if fault.major_sets else ""
    return f"! {where}{visits}{major}: {fault.advice}"


def _progress_table(one: ExerciseProgress) -> Table:
    table = _table(
        "day", "sets", "top kg", "reps", "volume kg", "tension s", "score", "", "form", gap=1
    )
    for session in one.sessions[-MOST_SESSIONS:]:
        table.add_row(*_progress_cells(session))
    return table


def _progress_cells(session: SessionProgress) -> list[str]:
    return [
        session.day.isoformat(),
        str(session.sets),
        _number(session.top_weight_kg),
        ",".join(map(str, session.reps)),
        _whole(session.volume_load_kg),
        _whole(session.time_under_tension_s),
        _whole(session.score),
        _CHANGES[session.change],
        "" if session.compared_with is None else _FORMS[session.form],
    ]


def _table(*titles: str, gap: int = 2) -> Table:
    table = Table(box=None, padding=(0, gap, 0, 0), header_style="bold", show_edge=False)
    words = ("exercise", "faults", "target", "status", "asked for", "day", "when", "form", "")
    for title in titles:
        wide = title in ("faults", "reps")
        table.add_column(
            title,
            justify="left" if title in words else "right",
            no_wrap=not wide,
            overflow="fold",
        )
    return table


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _whole(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def _tenths(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
