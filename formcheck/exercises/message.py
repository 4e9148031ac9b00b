"""The sentence of a fault: a template filled in so that its two numbers can be told apart."""

from __future__ import annotations

import re
from string import Formatter
from typing import Final

MORE_DIGITS: Final = 3
"""Digits added at most to a template's own; what then still looks alike is as good as equal."""
_PRECISION: Final = re.compile(r"\.(\d+)")


def filled_message(template: str, value: float, threshold: float) -> str:
    """Fill a rule's message in.

    A value that would be written like its threshold, or on its other side, gets more digits: "in
    2.97 s (take 3 s or more)" and not "in 3.0 s".

    Args:
        template: Message of a rule with ``{value}`` and ``{threshold}``, each with a format.
        value: The measured value.
        threshold: The threshold it crossed.

    Returns:
        The sentence.
    """
    specs = {name: spec or "" for _, name, spec, _ in Formatter().parse(template) if name}
    numbers = {"value": value, "threshold": threshold}
    for more in range(MORE_DIGITS + 1):
        written = {
            name: format(n, _finer(specs.get(name, ""), more)) for name, n in numbers.items()
        }
        shown, limit = (_number(text) for text in written.values())
        if shown is None or limit is None or (shown - limit) * (value - threshold) > 0:
            break
    return re.sub(r"\{(\w+)[^}]*\}", lambda field: written[field[1]], template)


def _finer(spec: str, more: int) -> str:
    return _PRECISION.sub(lambda digits: f".{int(digits[1]) + more}", spec)


def _number(text: str) -> float | None:
    try:
        return float(text.rstrip("%")) / (100.0 if text.endswith("%") else 1.0)
    except ValueError:
        return None
