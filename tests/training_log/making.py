"""Sets of the log whose numbers are known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from formcheck.training_log.entry import Entry

RDL = "romanian_deadlift"
CURL = "lying_leg_curl"
MONDAY = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
REST = timedelta(minutes=3)
_PATTERNS = {RDL: "hip_hinge", "good_morning": "hip_hinge", CURL: "knee_flexion"}


def a_set(at: datetime = MONDAY, exercise: str = RDL, **other: Any) -> Entry:
    """Ten clean reps with 60 kg, 3.5 s down, 5 s under tension each."""
    values: dict[str, Any] = {
        "key": f"{exercise} {at.isoformat()}",
        "performed_at": at,
        "exercise": exercise,
        "pattern": _PATTERNS.get(exercise, "other"),
        "reps": 10,
        "weight_kg": 60.0,
        "score": 95.0,
        "eccentric_s_mean": 3.5,
        "time_under_tension_s": 50.0,
    }
    return Entry(**(values | other))


def a_session(at: datetime, *reps: int, exercise: str = RDL, **other: Any) -> list[Entry]:
    """A set after every rest, with so many reps; 5 s under tension each."""
    return [
        a_set(
            at + place * REST,
            exercise,
            **({"reps": count, "time_under_tension_s": 5.0 * count} | other),
        )
        for place, count in enumerate(reps)
    ]
