"""The words a lifter reads, from standard terms and numbers; the terms are in ``vocabulary``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from formcheck.report.vocabulary import (
    CURL_FAULT_TITLES,
    CURL_METRIC_GOOD,
    CURL_METRIC_NAMES,
    CURLS,
    EXERCISE_TITLES,
    METRIC_GOOD,
    METRIC_NAMES,
    REASONS,
    SEVERITIES,
)
from formcheck.report.vocabulary import FAULT_TITLES as FAULT_TITLES

_UNITS: Final = {"deg": "°", "deg/s": "°/s", "s": " s", "1": "", "": ""}
_ACRONYMS: Final = {"deg", "s", "px", "thighs", "bodies", "torso", "ratio"}
_DEDUCTION: Final = re.compile(r"-(\S+) for (\w+) \((\w+)\)")
_MEAN: Final = re.compile(r"\((.+)\) / (\d+) = (\S+)")
_TERM: Final = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_FINEST: Final = 4
"""Decimals at which two numbers that still look alike are as good as equal."""


def fault_title(code: str, exercise: str = "") -> str:
    """Short title of a fault."""
    own = CURL_FAULT_TITLES if exercise in CURLS else {}
    return own.get(code) or FAULT_TITLES.get(code) or _plain(code)


def metric_name(metric: str, exercise: str = "") -> str:
    """What a metric measures, in a lifter's words."""
    own = CURL_METRIC_NAMES if exercise in CURLS else {}
    return own.get(metric) or METRIC_NAMES.get(metric) or _plain(metric)


def metric_good(metric: str, exercise: str = "") -> str:
    """Sentence without full stop for a metric that is in order."""
    own = CURL_METRIC_GOOD if exercise in CURLS else {}
    fallback = f"{metric_name(metric, exercise)}: within limits"
    return own.get(metric) or METRIC_GOOD.get(metric) or fallback


def reason_text(reason: str | None) -> str:
    """Why something could not be judged."""
    return "no reason was recorded" if reason is None else REASONS.get(reason, _plain(reason))


def exercise_title(name: str) -> str:
    """Title of an exercise."""
    return EXERCISE_TITLES.get(name, _plain(name))


def phase_words(exercise: str) -> dict[str, str]:
    """Names of the phases of a rep, by their field in the report."""
    curl = exercise in CURLS
    return {
        "eccentric": "Extending" if curl else "Lowering",
        "stretched_pause": "Pause when stretched" if curl else "Pause at the bottom",
        "concentric": "Curling" if curl else "Lifting",
        "top_pause": "Pause when curled" if curl else "Pause at the top",
    }


def number(value: float | None, digits: int | None = None) -> str:
    """A number as a person writes it; a dash for a missing one."""
    if value is None:
        return "–"
    if digits is None:
        digits = 0 if abs(value) >= 20 else 1 if abs(value) >= 3 else 2
    text = f"{value:.{digits}f}"
    text = text.lstrip("-") if float(text) == 0.0 else text
    return text.replace("-", "−")


def quantity(value: float | None, unit: str, digits: int | None = None) -> str:
    """A number with its unit; a dash for a missing one."""
    if value is None:
        return "–"
    return number(value, digits) + _UNITS.get(unit, f" {unit}")


def measured(value: float | None, uncertainty: float | None, unit: str) -> str:
    """A value with its uncertainty, written to the same digit, and the unit."""
    if value is None or uncertainty is None:
        return quantity(value, unit)
    return _with_uncertainty(value, uncertainty, unit, digits_worth(uncertainty))


def digits_worth(uncertainty: float) -> int:
    """Decimals that a value with this uncertainty is worth."""
    return 2 if uncertainty < 0.1 else 1 if uncertainty < 2 else 0


def compared(value: float, uncertainty: float, threshold: float, unit: str) -> tuple[str, str]:
    """A value with its uncertainty, and the threshold it is held against.

    Both get as many digits as it takes for the written value to lie on the same side of the
    threshold as the value itself: 0.39 against 0.40, and not 0.4 against 0.4.
    """
    digits = digits_worth(uncertainty)
    while digits < _FINEST and not _same_side(round(value, digits), value, threshold):
        digits += 1
    own = next((d for d in range(_FINEST) if round(threshold, d) == threshold), _FINEST)
    return (
        _with_uncertainty(value, uncertainty, unit, digits),
        quantity(threshold, unit, max(digits, own)),
    )


def unit_text(unit: str) -> str:
    """A unit as it stands by itself; empty for pure numbers."""
    return _UNITS.get(unit, unit).strip()


def span(values: Sequence[float], uncertainty: float, unit: str) -> str:
    """Smallest and largest of some values with their unit: ``1.7 to 1.9 s``."""
    digits = digits_worth(uncertainty)
    low, high = number(min(values), digits), number(max(values), digits)
    suffix = _UNITS.get(unit, f" {unit}")
    return f"{low}{suffix}" if low == high else f"{low} to {high}{suffix}"


def score_step(step: str, exercise: str = "") -> str:
    """A step of a score in plain words; empty for the last one, which repeats the score."""
    if step.startswith("= "):
        return ""
    if found := _DEDUCTION.fullmatch(step):
        points, code, severity = found.groups()
        title = _lower(fault_title(code, exercise))
        return f"−{points} for {title} ({_lower(SEVERITIES.get(severity, severity))})"
    if found := _MEAN.fullmatch(step):
        terms, count, mean = found.groups()
        if count == "1":
            return f"The set has the score of its one scored rep: {mean}."
        return f"The set has the mean of its {count} scored reps: ({terms}) / {count} = {mean}."
    return _TERM.sub(lambda term: _lower(metric_name(term[0], exercise)), step)


def _with_uncertainty(value: float, uncertainty: float, unit: str, digits: int) -> str:
    suffix = _UNITS.get(unit, f" {unit}")
    return f"{number(value, digits)} ± {number(uncertainty, digits)}{suffix}"


def _same_side(written: float, value: float, threshold: float) -> bool:
    return (written > threshold) == (value > threshold) and (written < threshold) == (
        value < threshold
    )


def percent(share: float) -> str:
    """A probability as a person may read it: never quite 0 or 100 %."""
    if share > 0.99:
        return "more than 99 %"
    return "less than 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def listed(names: list[str]) -> str:
    """Names as one phrase: ``Shape of the back, hip hinge and depth``."""
    first, *rest = dict.fromkeys(names)
    rest = [_lower(name) for name in rest]
    return " and ".join([", ".join([first, *rest[:-1]]), *rest[-1:]])


def rep_list(reps: list[int]) -> str:
    """Rep numbers as a person writes them: ``1, 3–5, 9``."""
    runs: list[list[int]] = []
    for rep in sorted(set(reps)):
        if runs and rep == runs[-1][-1] + 1:
            runs[-1].append(rep)
        else:
            runs.append([rep])
    parts = [
        str(run[0]) if len(run) == 1 else f"{run[0]}{', ' if len(run) == 2 else '–'}{run[-1]}"
        for run in runs
    ]
    return ", ".join(parts)


def clock(seconds: float) -> str:
    """A moment of the clip: ``7.2 s``, from a minute on ``1:07.2``."""
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 // 10:02d}.{tenths % 10}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _plain(term: str) -> str:
    words = [w for w in term.lower().split("_") if w not in _ACRONYMS] or [term]
    return " ".join(words).capitalize()
