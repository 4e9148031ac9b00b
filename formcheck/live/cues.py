"""What a coach would say, and when.

One cue at a time, the most important first; said where it can still be followed: at the top, or in
the first half of a lowering. Nobody is talked to while lifting. The same thing is not said twice
in a row, and a fault that is mended is praised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from formcheck.exercises.findings import Fault
from formcheck.live.pace import HALF, Pace
from formcheck.live.verdict import JudgedRep, Verdict

QUIET_S: Final = 2.5
"""Between two cues: a cue of four words takes 1.5 s to say."""
SAME_AGAIN_S: Final = 12.0
"""Before a cue is repeated; about two reps at 3-1-1-0."""
STALE_S: Final = 8.0
SLOWER: Final = "Slower"
FALLING: Final = "ECCENTRIC_FAST"
FALLING_METRIC: Final = "eccentric_s"
_GROUPS: Final = (
    ("spine", ("SPINE_ROUNDED", "SPINE_ARCHED"), "Back is good"),
    ("tempo", ("ECCENTRIC_FAST", "DROP", "BOUNCE"), "Good tempo"),
    ("range", ("SHALLOW", "RANGE_SHORT"), "Good depth"),
)
_OTHER: Final = ("position", "Better, keep it")
_ORDER: Final = ("spine", "position", "range", "tempo")


@dataclass(frozen=True, slots=True)
class Cue:
    """Something to say.

    Attributes:
        text: At most four words.
        code: The fault that it is about.
        praise: Whether it says that the fault is mended.
        rep: Index of the rep that it is about.
        caused_s: When what it is about was known.
    """

    text: str
    code: str
    praise: bool
    rep: int
    caused_s: float


def group_of(code: str) -> str:
    """``spine``, ``position``, ``range`` or ``tempo``."""
    return next((name for name, codes, _ in _GROUPS if code in codes), _OTHER[0])


def praise_for(code: str) -> str:
    """What to say when a fault is mended."""
    return next((words for _, codes, words in _GROUPS if code in codes), _OTHER[1])


class CuePolicy:
    """Chooses what to say."""

    def __init__(self) -> None:
        self._waiting: dict[str, Cue] = {}
        self._said_s: dict[str, float] = {}
        self._last_s = float("-inf")
        self._about: dict[str, Fault] = {}
        self._to_mend: dict[str, tuple[str, int]] = {}
        self._reps = 0
        self._fell_at_s = float("-inf")

    def new_set(self) -> None:
        """Forget what belongs to the set that is over."""
        self._waiting.clear()
        self._about.clear()
        self._to_mend.clear()
        self._reps = 0

    def withdraw(self, code: str, rep: int) -> None:
        """Do not say what is no longer held true."""
        waiting = self._waiting.get(code)
        if waiting is not None and waiting.rep == rep:
            del self._waiting[code]

    def fault(self, fault: Fault, t_s: float) -> None:
        """Take a fault that has become known."""
        self._about[fault.code] = fault
        self._waiting[fault.code] = Cue(fault.cue, fault.code, False, fault.rep, t_s)

    def judged(self, verdict: Verdict, t_s: float) -> None:
        """See whether the last whole rep mends what was said about an earlier one."""
        self._reps = verdict.rep_count
        whole = [one for one in verdict.reps if one.rep.complete and one.settled]
        if not whole:
            return
        last = whole[-1]
        for code, (metric, rep) in list(self._to_mend.items()):
            if last.rep.index > rep and self._mended(last, code, metric):
                del self._to_mend[code]
                self._waiting.pop(code, None)
                self._waiting["+" + code] = Cue(praise_for(code), code, True, last.rep.index, t_s)

    def say(self, t_s: float, pace: Pace, least_s: float | None) -> Cue | None:
        """What to say now, if anything.

        Args:
            t_s: Now.
            pace: Where in the rep the lifter is.
            least_s: Shortest lowering that is asked for, seconds, if any.
        """
        self._waiting = {
            key: cue for key, cue in self._waiting.items() if t_s - cue.caused_s <= STALE_S
        }
        if least_s is not None and pace.falling(least_s) and pace.since_s > self._fell_at_s:
            # Once a lowering, and at once: it can be braked only now.
            self._fell_at_s = t_s
            self._waiting.pop(FALLING, None)
            if self._may_brake(t_s):
                self._to_mend[FALLING] = (FALLING_METRIC, self._reps + 1)
                cue = Cue(SLOWER, FALLING, False, self._reps + 1, t_s)
                return self._said(cue, t_s, FALLING)
        if t_s - self._last_s < QUIET_S or not _may_be_heard(pace):
            return None
        free = [
            (cue.praise, _ORDER.index(group_of(cue.code)), cue.caused_s, key)
            for key, cue in self._waiting.items()
            if self._may_repeat(key, t_s)
        ]
        if not free:
            return None
        key = min(free)[3]
        fault = self._about.get(key)
        if fault is not None:
            self._to_mend[key] = (fault.metric, fault.rep)
        return self._said(self._waiting.pop(key), t_s, key)

    def _may_brake(self, t_s: float) -> bool:
        """Whether tempo may be spoken of: not when something graver waits to be said."""
        graver = any(
            not cue.praise and group_of(cue.code) != "tempo" and self._may_repeat(key, t_s)
            for key, cue in self._waiting.items()
        )
        return not graver and self._may_repeat(FALLING, t_s) and t_s - self._last_s >= QUIET_S

    def _may_repeat(self, key: str, t_s: float) -> bool:
        return t_s - self._said_s.get(key, float("-inf")) >= SAME_AGAIN_S

    def _said(self, cue: Cue, t_s: float, key: str) -> Cue:
        self._said_s[key] = self._last_s = t_s
        return cue

    def _mended(self, one: JudgedRep, code: str, metric: str) -> bool:
        if any(fault.code == code for fault in one.findings.faults):
            return False
        return any(m.name == metric and m.status == "ok" for m in one.findings.metrics)


def _may_be_heard(pace: Pace) -> bool:
    """At the top, or so early in the lowering that it can still be followed."""
    if pace.stage == "lowering":
        return pace.progress <= HALF
    return pace.stage in ("top", "unknown")
