"""What the resolved settings in a report say: the rule of each fault, the tempo aimed at."""

from __future__ import annotations

from typing import Any, Final

TEMPO_BAND_S: Final = (3.0, 4.0)
"""Seconds of the eccentric that the exercises aim at, unless the settings say otherwise."""


def fault_rules(config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The rules by fault code, in the order of the settings."""
    rules = config.get("faults", {})
    return {code: rule for code, rule in rules.items() if isinstance(rule, dict)}


def tempo_band_s(config: dict[str, Any]) -> tuple[float, float]:
    """Eccentric band in seconds from the resolved settings, else ``TEMPO_BAND_S``."""
    rules = fault_rules(config)
    low = rules.get("ECCENTRIC_FAST", {}).get("below")
    high = rules.get("ECCENTRIC_SLOW", {}).get("above")
    if isinstance(low, int | float) and isinstance(high, int | float) and 0 < low < high:
        return float(low), float(high)
    return TEMPO_BAND_S


def limit_crossed(config: dict[str, Any], metric: str, value: float) -> float | None:
    """Threshold of the first fault, notes aside, whose metric this value is past."""
    for rule in fault_rules(config).values():
        if rule.get("metric") != metric or rule.get("severity") == "note":
            continue
        above, below = rule.get("above"), rule.get("below")
        if isinstance(above, int | float) and value > above:
            return float(above)
        if isinstance(below, int | float) and value < below:
            return float(below)
    return None
