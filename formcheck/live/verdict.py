"""What is known of the current set at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.exercises.findings import Fault, RepFindings
from formcheck.exercises.set_summary import Summary
from formcheck.motion.rep import Rep
from formcheck.motion.signals import View


@dataclass(frozen=True, slots=True)
class JudgedRep:
    """A rep of the current set with its findings.

    Attributes:
        rep: The rep; times are those of the source.
        findings: As ``judge_reps`` gives them.
        settled: Whether what is said of it may be told: its lowering is over and turned round.
        body_known: Whether the lifter was seen long enough to be measured; until then only
            times are told.
    """

    rep: Rep
    findings: RepFindings
    settled: bool
    body_known: bool = True

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Faults that may be told, without the notes, worst first."""
        if not self.settled:
            return ()
        return tuple(
            fault
            for fault in self.findings.faults
            if fault.severity != "note" and (self.body_known or fault.unit == "s")
        )


@dataclass(frozen=True, slots=True)
class DriveRange:
    """Where the moving part is at both ends of the lifter's reps (see ``live.pace``).

    Attributes:
        kind: ``hinge`` (shoulders over ankles, pixels) or ``knee`` (flexion, degrees).
        high: At the end where the hamstrings are short.
        low: At the stretched end.
    """

    kind: str
    high: float
    low: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """The current set as judged at one moment.

    Attributes:
        at_s: Time of the last sample that it rests on.
        set_index: Which set it is of, from 1.
        exercise: The exercise; ``None`` while it cannot be told.
        confidence: 0 to 1, how sure the exercise is.
        reps: All reps, incomplete ones included.
        drive: Ends of the movement, once a whole rep is known.
        view: The camera's view; ``None`` without a person.
        final: Whether the set is over and was judged as a whole.
        bends_deg: Bend of the back in each rep that shows it, before any own neutral.
        took_s: Computing time.
        summary: The set summed up, when it is over.
    """

    at_s: float
    set_index: int
    exercise: str | None
    confidence: float
    reps: tuple[JudgedRep, ...]
    drive: DriveRange | None
    view: View | None
    final: bool
    bends_deg: tuple[float, ...]
    took_s: float
    summary: Summary | None = None

    @property
    def rep_count(self) -> int:
        """Complete reps."""
        return sum(one.rep.complete for one in self.reps)

    @property
    def fault_keys(self) -> set[tuple[int, str]]:
        """Index of the rep and code of every fault that may be told."""
        return {(one.rep.index, fault.code) for one in self.reps for fault in one.faults}
