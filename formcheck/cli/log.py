"""``formcheck log``: the training log, its week and its progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from formcheck.cli.console import StdoutConsole, drop_stdout, warn
from formcheck.cli.log_options import (
    ids_argument,
    json_option,
    lifter_option,
    log_option,
    weight_option,
)
from formcheck.errors import UsageError

if TYPE_CHECKING:
    from formcheck.training_log.entry import Entry
    from formcheck.training_log.store import TrainingLog

LAST: Final = 30
_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 9998
"""The week before and the Sunday of a week must be days that there are."""


@click.group(short_help="Keep a training log, and look at its week and progress.")
def log() -> None:
    """Keep a log of the sets that were judged, and see what a week of them comes to.

    Where it is: --log FILE, else FORMCHECK_LOG, else a file in the user's data folder.
    """


@log.command(short_help="Add the sets of reports.")
@click.argument(
    "reports", metavar="REPORT.json...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@weight_option
@click.option("--lifter", metavar="NAME", default="", help="Who did it.")
@click.option(
    "--at", metavar="WHEN", help="When: 2026-11-25 or '2026-11-25 18:30'.  [default: by the clip]"
)
@click.option("--warm-up", is_flag=True, help="To be listed and not counted.")
@click.option("--note", metavar="TEXT", default="", help="Your own words.")
@log_option
def add(
    reports: tuple[Path, ...],
    weight_kg: float | None,
    lifter: str,
    at: str | None,
    warm_up: bool,
    note: str,
    file: Path | None,
) -> None:
    """Add the set of each REPORT.json (or folder that holds one), all or none.

    A set that is in the log already is told and not added again.
    """
    from formcheck.training_log.entry import LONGEST_NAME, LONGEST_NOTE, plain_name, plain_note
    from formcheck.training_log.judged import Said
    from formcheck.training_log.reading import read_report
    from formcheck.training_log.store import TrainingLog, log_path
    from formcheck.training_log.times import parse_when

    when = None if at is None else parse_when(at, _now())
    who = _short(plain_name(lifter), LONGEST_NAME, "--lifter")
    words = _short(plain_note(note), LONGEST_NOTE, "--note")
    said = Said(who, weight_kg, warm_up, words, when)
    reads = [read_report(path, said) for path in reports]
    with TrainingLog(log_path(file)) as opened:
        added = opened.add([read.entry for read in reads])
    from formcheck.cli.log_views import added_line

    _say([added_line(read, one) for read, one in zip(reads, added, strict=True)])


@log.command(short_help="Show a week against what a week should have.")
@click.option("--of", "day", metavar="DATE", help="Any day of the week.  [default: today]")
@lifter_option
@json_option
@log_option
def week(day: str | None, lifter: str | None, as_json: bool, file: Path | None) -> None:
    """Show the sets of a week, Monday to Sunday, against what a week of training should have.

    Each target is met or not, and says what to do.
    """
    from formcheck.cli.log_views import print_week
    from formcheck.training_log.week import week_view

    today = _now().astimezone().date()
    chosen = today if day is None else _day(day)
    name, entries = _of_one_lifter(file, lifter)
    view = week_view(entries, chosen, today=today, lifter=name)
    if as_json:
        _say([view.model_dump_json(by_alias=True, indent=2)])
    else:
        _print(lambda console: print_week(view, console))


@log.command(short_help="Show how each exercise went on, and what to do next.")
@click.option("--exercise", metavar="NAME", help="This exercise alone.")
@lifter_option
@json_option
@log_option
def progress(exercise: str | None, lifter: str | None, as_json: bool, file: Path | None) -> None:
    """Show each exercise session by session: weight, reps, time under tension and form.

    Says which way it went and what to do next.
    """
    from formcheck.cli.log_views import print_progress
    from formcheck.training_log.progress import progress_view

    name, entries = _of_one_lifter(file, lifter)
    if exercise is not None:
        _check_exercise(exercise, entries)
        entries = [entry for entry in entries if entry.exercise == exercise]
    view = progress_view(entries, lifter=name)
    if as_json:
        _say([view.model_dump_json(by_alias=True, indent=2)])
    else:
        _print(lambda console: print_progress(view, console, exercise))


@log.command("list", short_help="List the sets.")
@lifter_option
@click.option(
    "--last",
    type=click.IntRange(min=1),
    metavar="N",
    default=LAST,
    show_default=True,
    help="So many, the newest; --json gives all.",
)
@json_option
@log_option
def list_(lifter: str | None, last: int, as_json: bool, file: Path | None) -> None:
    """List the sets in the order in which they were done, with their numbers."""
    from formcheck.cli.log_views import print_list
    from formcheck.training_log.exchange import ListView
    from formcheck.training_log.store import log_path

    with _opened(file) as opened:
        names = opened.lifters()
        entries = opened.entries(None if lifter is None else _known(lifter, names))
    if as_json:
        _say([ListView(entries=entries).model_dump_json(by_alias=True, indent=2)])
    else:
        _print(lambda console: print_list(entries, last, log_path(file), console))


@log.command(short_help="Take sets out of the log.")
@ids_argument
@log_option
def remove(ids: tuple[int, ...], file: Path | None) -> None:
    """Take the sets with these numbers out of the log, all or none."""
    from formcheck.cli.log_views import set_words

    with _opened(file) as opened:
        gone = opened.remove(ids)
    _say([f"Removed {set_words(entry)}" for entry in gone])


@log.command(short_help="Change what was told of sets.")
@ids_argument
@weight_option
@click.option("--no-weight", is_flag=True, help="Take the weight out.")
@click.option("--lifter", metavar="NAME", help="Who did it.")
@click.option("--at", metavar="WHEN", help="When: 2026-11-25 or '2026-11-25 18:30'.")
@click.option("--warm-up/--working", "warm_up", default=None, help="Whether it counts.")
@click.option("--note", metavar="TEXT", help="Your own words.")
@log_option
def edit(
    ids: tuple[int, ...],
    weight_kg: float | None,
    no_weight: bool,
    lifter: str | None,
    at: str | None,
    warm_up: bool | None,
    note: str | None,
    file: Path | None,
) -> None:
    """Change weight, lifter, time, note or kind of the sets with these numbers, all or none.

    What the camera saw cannot be changed.
    """
    from formcheck.cli.log_views import set_words
    from formcheck.training_log.times import parse_when

    if no_weight and weight_kg is not None:
        raise UsageError("give either --weight-kg or --no-weight")
    given: dict[str, object] = {
        "weight_kg": weight_kg,
        "lifter": lifter,
        "performed_at": None if at is None else parse_when(at, _now()),
        "warm_up": warm_up,
        "note": note,
    }
    fields = {name: value for name, value in given.items() if value is not None}
    fields |= {"weight_kg": None} if no_weight else {}
    if not fields:
        raise UsageError("nothing to change; see formcheck log edit --help")
    with _opened(file) as opened:
        changed = opened.change(ids, **fields)
    _say([f"Now {set_words(entry)}" for entry in changed])


@log.command(short_help="Write the log to a file.")
@click.argument("target", metavar="FILE.csv|FILE.json|-")
@lifter_option
@log_option
def export(target: str, lifter: str | None, file: Path | None) -> None:
    """Write all sets as a table (.csv) or as JSON (.json); - is a table on standard output."""
    from formcheck.training_log.exchange import format_of, write_file, written
    from formcheck.training_log.targets import counted

    form = format_of(target)
    with _opened(file) as opened:
        entries = opened.entries(None if lifter is None else _known(lifter, opened.lifters()))
    text = written(entries, form)
    if target == "-":
        _say([text.removesuffix("\r\n").replace("\r\n", "\n")])
        return
    write_file(Path(target), text)
    _say([f"{counted(len(entries), 'set')} written to {target}"])


@log.command("import", short_help="Take in what was exported.")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@log_option
def import_(source: Path, file: Path | None) -> None:
    """Add the sets of an exported file, or of a table of your own, all or none.

    A set that is in the log already is not added again. A table needs the columns performed_at,
    exercise and reps.
    """
    from formcheck.training_log.exchange import read_rows
    from formcheck.training_log.store import TrainingLog, log_path
    from formcheck.training_log.targets import counted

    rows = read_rows(source)
    with TrainingLog(log_path(file)) as opened:
        added = opened.add([entry for _, entry in rows])
    new = sum(one.new for one in added)
    there = len(added) - new
    rest = f"; {there} in the log already" if there else ""
    _say([f"{counted(new, 'set')} added{rest}"])
    for place, entry in rows:
        _warn_if_strange(place, entry)


def _warn_if_strange(place: str, entry: Entry) -> None:
    from formcheck.exercises.registry import exercise_names

    if entry.exercise not in exercise_names():
        counts = "" if entry.pattern != "other" else " and counts in no pattern"
        warn(f"{place}: {entry.exercise!r} is no exercise known here{counts}; check its spelling")


def _opened(file: Path | None) -> TrainingLog:
    """The log, not begun if there is none.

    Raises:
        UsageError: A file was named and is not there.
    """
    from formcheck.training_log.store import TrainingLog, log_path

    if file is not None and not file.exists():
        raise UsageError(f"{file} does not exist; formcheck log add begins a log")
    return TrainingLog(log_path(file), create=False)


def _of_one_lifter(file: Path | None, lifter: str | None) -> tuple[str, list[Entry]]:
    """Whose sets are asked for, and those sets: two people's weeks are not one."""
    with _opened(file) as opened:
        names = opened.lifters()
        if lifter is None and len(names) > 1:
            raise UsageError(f"the log has sets of {_names(names)}; say whose with --lifter NAME")
        name = (names or [""])[0] if lifter is None else _known(lifter, names)
        return name, opened.entries(name)


def _known(lifter: str, names: Sequence[str]) -> str:
    from formcheck.training_log.entry import plain_name

    name = plain_name(lifter)
    if name not in names:
        known = f"there are {_names(names)}" if names else "it is empty"
        raise UsageError(f"the log has no set of {name or 'nobody named'}; {known}")
    return name


def _names(names: Sequence[str]) -> str:
    return ", ".join(name or "nobody named (--lifter '')" for name in names)


def _check_exercise(exercise: str, entries: Sequence[Entry]) -> None:
    from formcheck.exercises.registry import exercise_names

    there = {entry.exercise for entry in entries}
    if exercise not in there and exercise not in exercise_names():
        known = ", ".join(sorted(there | set(exercise_names())))
        raise UsageError(f"{exercise!r} is not an exercise; give one of: {known}")


def _short(text: str, longest: int, option: str) -> str:
    if len(text) > longest:
        raise UsageError(f"{option}: give at most {longest} letters")
    return text


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(f"--of {text!r} is no date; give one such as 2026-11-25") from error
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise UsageError(
            f"--of {text!r} is out of range; give a day of the years {_FIRST_YEAR} to {_LAST_YEAR}"
        )
    return day


def _now() -> datetime:
    return datetime.now(UTC)


def _say(lines: Sequence[str]) -> None:
    try:
        for line in lines:
            click.echo(line)
    except BrokenPipeError:
        drop_stdout()


def _print(show: Callable[[StdoutConsole], None]) -> None:
    try:
        show(StdoutConsole())
    except BrokenPipeError:
        drop_stdout()
