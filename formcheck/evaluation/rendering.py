"""Figures as text: Markdown for documents, tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.table import Table

from formcheck.errors import UsageError
from formcheck.evaluation.figures import Estimate, Evaluation, Part, Row, Section

START: Final = "<!-- formcheck evaluate: {name}: start (written by the command) -->"
END: Final = "<!-- formcheck evaluate: {name}: end -->"
_MINUS: Final = "−"
_PERCENT: Final = ("share", "probability")
_SIGNED: Final = ("bias", "limit_low", "limit_high")
_MET: Final = {True: "yes", False: "**no**", None: "no figure"}
_HEADINGS: Final = {
    "mae": "mean error",
    "limit_low": "lower limit",
    "limit_high": "upper limit",
    "auc": "AUC",
    "f1": "F1",
    "f1 of what shows": "F1 of what shows",
    "brier": "Brier",
}


def figure_text(figure: Estimate | None, name: str = "") -> str:
    """A figure with its interval, such as ``97 % (93–100)``; a dash where there is none."""
    if figure is None:
        return "–"
    text = _number(figure.value, figure.unit, name)
    unit = " %" if figure.unit in _PERCENT else {"s": " s", "deg": "°"}.get(figure.unit, "")
    if figure.low is None or figure.high is None:
        return f"{text}{unit}"
    low, high = (_number(bound, figure.unit, name) for bound in (figure.low, figure.high))
    between = " to " if name in _SIGNED or _MINUS in low + high else "–"
    return f"{text}{unit} ({low}{between}{high})"


def markdown(evaluation: Evaluation, parts: Sequence[str] | None = None) -> str:
    """All tables as Markdown.

    Args:
        evaluation: The figures.
        parts: Names of the parts to tell; all by default.
    """
    lines = [_how(evaluation), "", *_targets(evaluation), ""]
    several = len(evaluation.parts) > 1
    explained: set[str] = set()
    for part in evaluation.parts:
        if parts is not None and part.name not in parts:
            continue
        if several:
            lines += [f"### {_part_title(part)}", ""]
        for section in part.sections:
            # What a table means is told once.
            told = section.key in explained
            explained.add(section.key)
            lines += [*_section(section, "####" if several else "###", told), ""]
    lines += _worst(evaluation)
    return "\n".join(lines).rstrip() + "\n"


def update_document(text: str, name: str, body: str) -> str:
    """Put new tables between the markers of a document.

    Args:
        text: The document.
        name: Which markers.
        body: The tables.

    Raises:
        UsageError: The document has no such pair of markers.
    """
    start, end = START.format(name=name), END.format(name=name)
    before, found, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise UsageError(f"the document has no line '{start}' with '{end}' after it")
    return f"{before}{start}\n\n{body.strip()}\n\n{end}{after}"


def terminal_tables(evaluation: Evaluation) -> list[Table]:
    """The aims and the tables over all clips, for the terminal."""
    aims = Table(title="Aims", title_justify="left")
    for heading in ("what", "aim", "found (95 % interval)", "cases", "met"):
        aims.add_column(heading)
    for target in evaluation.targets:
        met = _MET[target.met].strip("*")
        aims.add_row(target.what, target.aim, figure_text(target.figure), str(target.cases), met)
    return [*(_table(section) for section in evaluation.parts[0].sections), aims]


def _number(value: float, unit: str, name: str) -> str:
    sign = "+" if name in _SIGNED else ""
    if unit in _PERCENT:
        text = f"{100 * value:.0f}"
        # A share short of all must not read as all.
        if text in ("0", "100") and value not in (0.0, 1.0):
            text = f"{100 * value:.1f}"
        return text
    digits = {"count": 0, "deg": 1, "per 100 reps": 1, "auc": 3, "brier": 3}.get(unit, 2)
    return f"{value:{sign}.{digits}f}".replace("-", _MINUS)


def _columns(rows: Sequence[Row]) -> list[str]:
    names: list[str] = []
    for row in rows:
        names += [name for name in row.figures if name not in names]
    return names


def _cells(row: Row, columns: Sequence[str]) -> list[str]:
    figures = [figure_text(row.figures.get(name), name) for name in columns]
    # Fault codes keep their underscores.
    group = row.group if row.group.isupper() else row.group.replace("_", " ")
    of = row.of.removesuffix("s") if row.cases == 1 else row.of
    return [group, f"{row.cases} {of}", str(row.clips), *figures]


def _headings(columns: Sequence[str]) -> list[str]:
    return ["", "cases", "clips", *(_HEADINGS.get(name, name) for name in columns)]


def _section(section: Section, level: str, explained: bool) -> list[str]:
    columns = _columns(section.rows)
    lines = [f"{level} {section.title}", ""]
    if not explained:
        lines += [section.meaning, ""]
    lines.append(f"| {' | '.join(_headings(columns))} |")
    lines.append("|" + "---|" * (3 + len(columns)))
    lines += [f"| {' | '.join(_cells(row, columns))} |" for row in section.rows]
    return lines


def _table(section: Section) -> Table:
    columns = _columns(section.rows)
    table = Table(title=section.title, title_justify="left")
    for heading in _headings(columns):
        table.add_column(heading)
    for row in section.rows:
        table.add_row(*_cells(row, columns))
    return table


def _how(evaluation: Evaluation) -> str:
    told = "found out" if evaluation.exercise_by == "auto" else "told"
    text = (
        f"formcheck {evaluation.formcheck_version}, pose model `{evaluation.model}`,"
        f" {len(evaluation.clips)} clips, exercise {told}. In brackets: 95 % intervals, from"
        " resampling whole clips; none with fewer than five clips."
    )
    return " ".join([text, *(f"{note}." for note in evaluation.skipped)])


def _targets(evaluation: Evaluation) -> list[str]:
    lines = ["| what | aim | found | cases | met |", "|---|---|---|---|---|"]
    for target in evaluation.targets:
        figure = figure_text(target.figure)
        lines.append(
            f"| {target.what} | {target.aim} | {figure} | {target.cases} | {_MET[target.met]} |"
        )
    return lines


def _part_title(part: Part) -> str:
    clips = f"({part.clips} clips)"
    return {
        "tune": f"Bodies that choices were made on {clips}",
        "held_out": f"Bodies held out {clips}",
    }.get(part.name, f"{part.name.capitalize()} {clips}")


def _worst(evaluation: Evaluation) -> list[str]:
    if not evaluation.worst:
        return []
    lines = [
        "### Worst clips",
        "",
        "| clip | exercise | view | what went wrong |",
        "|---|---|---|---|",
    ]
    for case in evaluation.worst:
        name = f"[{case.name}]({case.page})" if case.page is not None else case.name
        what = "; ".join(case.what).replace("|", "/")
        lines.append(f"| {name} | {case.exercise.replace('_', ' ')} | {case.view} | {what} |")
    return lines
