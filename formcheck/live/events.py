"""What live tells other programs, window and voice: one small record an event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

SCHEMA: Final = "formcheck.live/1"
Kind = Literal[
    "start",
    "source",
    "guide",
    "ready",
    "away",
    "exercise",
    "rep",
    "tempo",
    "rep_withdrawn",
    "fault",
    "fault_withdrawn",
    "cue",
    "set",
    "log",
    "warning",
    "end",
]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        kind: What.
        t_s: When, seconds since the first picture of the source.
        facts: What else is known of it; values that JSON can hold.
    """

    kind: Kind
    t_s: float
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def line(self) -> str:
        """The event as one line of JSON."""
        return json.dumps({"event": self.kind, "t_s": round(self.t_s, 3), **self.facts})
