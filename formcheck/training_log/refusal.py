"""Why a value of a set is refused, in plain words instead of pydantic's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

POINT: Final = "the decimal sign is a point, as in 62.5"
_WORDS: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "int": "is no whole number",
    "float": f"is no number; {POINT}",
    "finite": f"is no number; {POINT}",
    "bool": "is neither 1 nor 0",
    "datetime": "is no date; give 2026-11-25, or 2026-11-25 18:30",
    "timezone": "is no date; give 2026-11-25, or 2026-11-25 18:30",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} at most",
    "string_too_long": "has more than {max_length} letters",
    "string_too_short": "is empty",
    "literal_error": "must be {expected}",
}
"""By pydantic's kind of error, or by its first word."""
_ELSE: Final = "is not of the form that formcheck writes"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The first thing that is wrong with a set.

    Attributes:
        place: Where: name of the field, and what leads to the value within it.
        words: What is wrong with it, as the end of a sentence that begins with the value.
        given: The value; ``None`` when there is none or when it is no single one.
    """

    place: tuple[str, ...]
    words: str
    given: str | None


def first_refusal(error: ValidationError) -> Refusal:
    """The first of what pydantic found."""
    first = error.errors(include_url=False)[0]
    place = tuple(str(part) for part in first["loc"])
    value = first["input"]
    single = isinstance(value, str | int | float) and first["type"] != "missing"
    if value is None:
        return Refusal(place, _WORDS["missing"], None)
    words = _words(first["type"], first.get("ctx", {}))
    return Refusal(place, words, f"{str(value)[:40]!r}" if single else None)


def _words(kind: str, facts: Mapping[str, Any]) -> str:
    if kind == "value_error":
        return str(facts["error"])
    told = _WORDS.get(kind) or _WORDS.get(kind.split("_")[0], _ELSE)
    return told.format_map(
        {name: f"{fact:g}" if isinstance(fact, float) else fact for name, fact in facts.items()}
    )
