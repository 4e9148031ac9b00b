"""From samples and verdicts to events: what is told, when. No thread, no clock, no window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from formcheck.exercises.findings import Fault
from formcheck.exercises.recognition import AUTO
from formcheck.exercises.registry import exercise_settings
from formcheck.exercises.tempo import timed
from formcheck.live.cues import FALLING, Cue, CuePolicy
from formcheck.live.events import Event
from formcheck.live.gate import Gate, ReadyGate
from formcheck.live.pace import Pace
from formcheck.live.seen import Seen
from formcheck.live.verdict import JudgedRep, Verdict
from formcheck.motion.rep import Phase, Rep

REST_S: Final = 12.0
"""Without moving through a rep for this long, or away for ``GONE_S``, the set is over.

A rep of 4-2-2-2 lasts 10 s; rests between sets last a minute or more.
"""
GONE_S: Final = 4.0
NEWS_S: Final = 5.0
"""A first rep is told within this of its end: as long as guidance may hold it up, or never."""
OLD_REPS: Final = 2
"""A fault that is found this many reps later is told when the set is over: nobody can mend it."""
HELD_BACK_S: Final = 0.3
"""What was told is taken back once it was not held true for this long: one look in a hundred cuts
the set otherwise than those before and after it."""
OVER_S: Final = 0.5
"""What seems to have ended so long before the last picture has ended."""
Key = tuple[int, str]


class Coach:
    """Turns samples and verdicts into events.

    Whoever drives it hands each sample to ``see`` and each verdict to ``take``, in the order of
    time, and when ``set_is_over`` lets the judge finish the set and hands that verdict over too.

    Args:
        exercise: Name of the exercise, or ``auto``.
    """

    def __init__(self, exercise: str = AUTO) -> None:
        self.pace = Pace()
        self.policy = CuePolicy()
        self.gate = Gate("nobody", "")
        self.verdict: Verdict | None = None
        self.sets: list[Verdict] = []
        self._watch = ReadyGate()
        self._set_index = 1
        self._asked = None if exercise == AUTO else exercise
        self._exercise = self._asked
        self._least_s: float | None = None
        self._named: str | None = self._asked
        self._told_reps = 0
        self._timed_reps = 0
        self._told: dict[Key, Fault] = {}
        self._missing_since: dict[Key, float] = {}
        self._fewer_since: float | None = None
        self._active_s = float("-inf")
        self._away_since_s: float | None = None
        self._use_settings()

    @property
    def rep_count(self) -> int:
        """Reps of the current set that were told."""
        return self._told_reps

    @property
    def exercise(self) -> str | None:
        """The exercise, once known."""
        return self._exercise

    @property
    def least_lowering_s(self) -> float | None:
        """Shortest lowering that the exercise asks for, seconds."""
        return self._least_s

    def see(self, seen: Seen) -> list[Event]:
        """Take a sample."""
        view = None if self.verdict is None else self.verdict.view
        moving = self.verdict is not None and self.verdict.rep_count > 0
        before = self.gate
        self.gate = self._watch.add(seen, view, moving=moving)
        self.pace.add(seen)
        if self.gate.state == "ready" and self.pace.stage in ("lowering", "lifting"):
            self._active_s = seen.t_s
        events = self._gate_events(before, seen.t_s)
        if self.gate.state == "ready":
            self._away_since_s = None
        elif self._away_since_s is None:
            self._away_since_s = seen.t_s
        began = before.state != "ready" and self.gate.state == "ready"
        if began and self.verdict is not None and self._is_news(self.verdict, seen.t_s):
            events += self._differences(self.verdict, seen.t_s)
        if self.gate.state == "ready" and seen.landmarks_px is not None:
            cue = self.policy.say(seen.t_s, self.pace, self._least_s)
            if cue is not None:
                events.append(_cue_event(cue, seen.t_s))
        return events

    def take(self, verdict: Verdict, now_s: float) -> list[Event]:
        """Take a verdict; one of a set that is already over is left aside.

        Args:
            verdict: The verdict.
            now_s: Now, on the source's clock.
        """
        if verdict.set_index != self._set_index:
            return []
        if self._asked is not None and verdict.exercise != self._asked:
            # Judged before another exercise was asked for.
            return []
        self.verdict = verdict
        self.pace.use(verdict.drive)
        events: list[Event] = []
        if verdict.exercise is not None and verdict.exercise != self._exercise:
            self._exercise = verdict.exercise
            self._use_settings()
        # Who walks by is of no exercise, whatever the last steps looked like.
        in_place = self.gate.state == "ready" or (verdict.final and verdict.reps)
        if in_place and verdict.exercise not in (None, self._named):
            self._named = verdict.exercise
            facts = {"name": verdict.exercise, "confidence": round(verdict.confidence, 3)}
            events.append(Event("exercise", now_s, facts))
        if verdict.final or self._told_reps or self._is_news(verdict, now_s):
            events += self._differences(verdict, now_s)
        if verdict.final:
            events += self._end_set(verdict, now_s)
        return events

    def choose(self, exercise: str) -> None:
        """Another exercise was asked for: what was told of the current set no longer holds."""
        self._asked = self._exercise = self._named = exercise
        self._timed_reps = 0
        self._told.clear()
        self._missing_since.clear()
        self._fewer_since = None
        self._told_reps = 0
        self.verdict = None
        self.pace.use(None)
        self.policy.new_set()
        self._use_settings()

    def set_is_over(self, now_s: float) -> bool:
        """Whether the lifter has finished a set: rests, or has gone."""
        if not self._told_reps:
            return False
        gone = self._away_since_s is not None and now_s - self._away_since_s > GONE_S
        return gone or now_s - self._active_s > REST_S

    def _is_news(self, verdict: Verdict, now_s: float) -> bool:
        """Whether a set may begin with this: the lifter is in place, and the rep was just done.

        A rep that is found only long after it, in a window that has moved on, was none when it
        happened.
        """
        ends = [one.rep.end_s for one in verdict.reps if one.rep.complete]
        recent = not ends or now_s - ends[-1] <= NEWS_S
        return self.gate.state == "ready" and recent

    def _use_settings(self) -> None:
        self._least_s = None
        if self._exercise is not None:
            rule = exercise_settings(self._exercise).faults.get(FALLING)
            self._least_s = None if rule is None else rule.threshold

    def _gate_events(self, before: Gate, t_s: float) -> list[Event]:
        now = self.gate
        if now.state == before.state and (now.advice == before.advice or now.state == "ready"):
            return []
        if now.state == "ready":
            return [Event("ready", t_s, {"advice": now.advice} if now.advice else {})]
        if now.state == "away":
            return [Event("away", t_s)] if before.state != "away" else []
        return [Event("guide", t_s, {"advice": now.advice})]

    def _differences(self, verdict: Verdict, now_s: float) -> list[Event]:
        """What the verdict says that was not told yet, and what was told and is not held true."""
        events: list[Event] = []
        whole = [one for one in verdict.reps if one.rep.complete]
        events += [
            Event(
                "rep",
                now_s,
                _rep_facts(_until(_timed(one), verdict), count, _is_over(one.rep, verdict)),
            )
            for count, one in enumerate(whole, start=1)
            if count > self._told_reps
        ]
        for one in whole[self._timed_reps :]:
            if one is whole[-1] and not _is_over(one.rep, verdict):
                break
            self._timed_reps += 1
            events.append(Event("tempo", now_s, _rep_facts(_timed(one), self._timed_reps, True)))
        if len(whole) > self._told_reps:
            self._active_s = now_s
        if len(whole) >= self._told_reps:
            self._fewer_since = None
            self._told_reps = len(whole)
        elif self._fewer_since is None and not verdict.final:
            self._fewer_since = now_s
        elif verdict.final or now_s - (self._fewer_since or now_s) >= HELD_BACK_S:
            events.append(Event("rep_withdrawn", now_s, {"count": len(whole)}))
            self._timed_reps = min(self._timed_reps, len(whole))
            self._fewer_since = None
            self._told_reps = len(whole)
        held = {(f.rep, f.code): f for one in verdict.reps for f in one.faults}
        gone = self._told.keys() - held.keys()
        self._missing_since = {key: self._missing_since.get(key, now_s) for key in gone}
        for key in sorted(gone):
            if now_s - self._missing_since[key] < HELD_BACK_S and not verdict.final:
                continue
            del self._told[key], self._missing_since[key]
            self.policy.withdraw(key[1], key[0])
            events.append(Event("fault_withdrawn", now_s, {"rep": key[0], "code": key[1]}))
        newest = len(verdict.reps)
        for key in sorted(held.keys() - self._told.keys()):
            if key[0] < newest - OLD_REPS and not verdict.final:
                continue
            fault = held[key]
            self._told[key] = fault
            if not verdict.final and key[0] >= newest - 1:
                self.policy.fault(fault, now_s)
            events.append(Event("fault", now_s, _fault_facts(fault)))
        self.policy.judged(verdict, now_s)
        return events

    def _end_set(self, verdict: Verdict, now_s: float) -> list[Event]:
        events = []
        if verdict.reps:
            self.sets.append(verdict)
            events.append(Event("set", now_s, set_facts(verdict, len(self.sets))))
        self._set_index = verdict.set_index + 1
        self._told_reps = self._timed_reps = 0
        self._told.clear()
        self._missing_since.clear()
        self._fewer_since = None
        self._active_s = float("-inf")
        self.policy.new_set()
        self.verdict = None
        self.pace.use(None)
        return events


def set_facts(verdict: Verdict, number: int) -> dict[str, Any]:
    """A set that is over, summed up, ready for JSON."""
    summary = verdict.summary
    assert summary is not None
    return {
        "set": number,
        "exercise": verdict.exercise,
        "reps": summary.rep_count,
        "score": summary.score,
        "eccentric_s_mean": _rounded(summary.eccentric_s_mean),
        "faults": summary.faults,
        "not_assessed": [
            {"metric": metric, "reason": reason} for metric, reason in summary.not_assessed
        ],
    }


def _timed(one: JudgedRep) -> Rep:
    return timed(one.rep, one.findings.metrics)


def _is_over(rep: Rep, verdict: Verdict) -> bool:
    """Whether the times of a rep will not change any more."""
    return verdict.final or verdict.at_s - rep.end_s >= OVER_S


def _until(rep: Rep, verdict: Verdict) -> Rep:
    """The rep without the phases that may still be going on: it counts before it has ended."""

    def past(phase: Phase | None) -> Phase | None:
        over = phase is not None and (verdict.final or verdict.at_s - phase.end_s >= OVER_S)
        return phase if over else None

    return replace(
        rep,
        eccentric=past(rep.eccentric),
        stretched_pause=past(rep.stretched_pause),
        concentric=past(rep.concentric),
        top_pause=past(rep.top_pause),
    )


def _rep_facts(rep: Rep, count: int, over: bool) -> dict[str, Any]:
    return {
        "count": count,
        "rep": rep.index,
        "start_s": _rounded(rep.start_s),
        "end_s": _rounded(rep.end_s) if over else None,
        "tempo": rep.tempo,
    }


def _fault_facts(fault: Fault) -> dict[str, Any]:
    return {
        "rep": fault.rep,
        "code": fault.code,
        "severity": fault.severity,
        "confidence": _rounded(fault.confidence),
        "value": _rounded(fault.value),
        "threshold": fault.threshold,
        "unit": fault.unit,
        "message": fault.message,
        "cue": fault.cue,
    }


def _cue_event(cue: Cue, t_s: float) -> Event:
    facts = {"text": cue.text, "code": cue.code, "praise": cue.praise, "rep": cue.rep}
    return Event("cue", t_s, facts)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
