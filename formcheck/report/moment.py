"""What the overlay says at one moment: count of reps, phase, tempo and cues."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from formcheck.report.schema import FaultReport, RepReport, SetReport
from formcheck.report.tables import phase_at

CUE_S: Final = 1.5
"""How long a cue stays on the picture after the moment of its fault, real seconds."""
MAX_CUES: Final = 2
"""More than two cues at once are read by nobody."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the panel says at one moment.

    Attributes:
        reps_done: Complete reps that have ended.
        phase: Field name of the phase; empty between phases.
        phase_s: Time spent in it so far, seconds.
        eccentric_s: Duration of the eccentric under way so far, or of the last one; ``None``
            before the first.
        eccentric_over: Whether that eccentric has ended.
        cues: Cues of the faults that have just been seen, worst first.
    """

    reps_done: int
    phase: str
    phase_s: float
    eccentric_s: float | None
    eccentric_over: bool
    cues: tuple[str, ...]


def moment_at(report: SetReport, t_s: float, half_frame_s: float = 0.0) -> Moment:
    """What holds at a time.

    Args:
        report: The report.
        t_s: The time, real seconds.
        half_frame_s: Half the time between frames, real seconds: a rep whose end falls between
            this frame and the next is over on the nearer one, or the last frame of a clip would
            not count the rep that ends on it.
    """
    done = sum(rep.complete and rep.end_s <= t_s + half_frame_s for rep in report.reps)
    phase, phase_s = "", 0.0
    eccentric_s: float | None = None
    over = False
    for rep in _begun(report.reps, t_s):
        eccentric = rep.phases.eccentric
        if eccentric is not None and eccentric.start_s <= t_s:
            over = t_s > eccentric.end_s
            eccentric_s = (eccentric.end_s if over else t_s) - eccentric.start_s
        if t_s <= rep.end_s:
            phase = phase_at(rep.phases, t_s)
            phase_s = t_s - getattr(rep.phases, phase).start_s if phase else 0.0
    cues = dict.fromkeys(f.cue for f in _shown_faults(report, t_s))
    return Moment(done, phase, phase_s, eccentric_s, over, tuple(cues)[:MAX_CUES])


def _begun(reps: list[RepReport], t_s: float) -> list[RepReport]:
    return reps[: bisect_right([rep.start_s for rep in reps], t_s)]


def _shown_faults(report: SetReport, t_s: float) -> list[FaultReport]:
    shown = [
        fault
        for rep in report.reps
        for fault in rep.faults
        if fault.severity != "note" and fault.t_s <= t_s < fault.t_s + CUE_S
    ]
    return sorted(shown, key=lambda fault: (fault.severity != "major", -fault.confidence))
