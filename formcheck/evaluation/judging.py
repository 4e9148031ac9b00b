"""One clip judged and laid beside what is known about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.analysis import Analysis
from formcheck.errors import ClipError, FormcheckError, NobodyError
from formcheck.evaluation.cases import Case
from formcheck.evaluation.matching import Matching, match_reps
from formcheck.evaluation.truth import NONE, Truth
from formcheck.evaluation.visibility import UPRIGHT_LIMIT, back_shows
from formcheck.exercises.registry import exercise_names, exercise_settings
from formcheck.motion.signals import Signals
from formcheck.report.schema import SetReport

Floats = NDArray[np.float64]
Analyse = Callable[[str], Analysis]
"""Judges the clip at hand as the exercise of that name, or as ``auto``."""

AUTO: Final = "auto"
DEFECT: Final = 1
REFUSED: Final = NobodyError.exit_code
BACK: Final = "spine_bend_deg"
ANGLES: Final = ("knee_flexion_deg", "hip_flexion_deg", "trunk_inclination_deg", BACK)
_LEG_ANGLES: Final = frozenset(ANGLES[:2])


@dataclass(frozen=True, slots=True)
class AngleErrors:
    """An angle over the frames of the true reps.

    Attributes:
        errors_deg: Found minus true, where an answer was given.
        frames: Frames in which there was something to answer.
    """

    errors_deg: Floats
    frames: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case.

    Attributes:
        case: The case.
        report: The findings; ``None`` when the clip was refused or failed.
        exit_code: 0, or that of the error.
        reason: The error's one line.
        angles: By the signal's name, for clips with truth.
    """

    case: Case
    report: SetReport | None
    exit_code: int = 0
    reason: str = ""
    angles: dict[str, AngleErrors] = field(default_factory=dict)

    @property
    def found_reps(self) -> int | None:
        """Complete reps counted; a refused clip has none, one that failed is no answer."""
        if self.report is not None:
            return self.report.set.rep_count
        return 0 if self.exit_code == REFUSED else None

    @property
    def answered(self) -> bool:
        """Whether formcheck had its say, a refusal included."""
        return self.report is not None or self.exit_code == REFUSED

    def matching(self, truth: Truth) -> Matching:
        """The found reps against the true ones; cut-off reps included on both sides."""
        return match_reps(truth.reps, self.report.reps if self.report is not None else ())


def judge_case(case: Case, analyse: Analyse, *, auto: bool = False) -> Outcome:
    """Judge one case; never raises what is the fault of the clip.

    A clip that shows none of the exercises is judged as each of them in turn, and the worst
    outcome counts: the one with the most reps.

    Args:
        case: The case.
        analyse: Judges its clip.
        auto: Let formcheck find out the exercise.

    Raises:
        FormcheckError: What would befall every clip: no model, an unknown exercise.
    """
    if auto:
        wanted: Sequence[str] = (AUTO,)
    else:
        wanted = exercise_names() if case.exercise == NONE else (case.exercise,)
    outcomes = [_judge_as(case, name, analyse) for name in wanted]
    return max(outcomes, key=lambda one: (one.report is not None, one.found_reps or 0))


def _judge_as(case: Case, exercise: str, analyse: Analyse) -> Outcome:
    try:
        analysis = analyse(exercise)
    except (ClipError, NobodyError) as error:
        return Outcome(case, None, error.exit_code, _one_line(error, case))
    except FormcheckError:
        raise
    except Exception as error:
        reason = f"defect: {type(error).__name__}: {_one_line(error, case)}"
        return Outcome(case, None, DEFECT, reason)
    truth = case.truth
    angles = angle_errors(analysis.signals, truth, analysis.report) if truth is not None else {}
    return Outcome(case, analysis.report, angles=angles)


def _one_line(error: Exception, case: Case) -> str:
    """The message without the clip's folder, which says nothing to another reader."""
    return " ".join(str(error).replace(str(case.clip), case.clip.name).split())


def angle_errors(signals: Signals, truth: Truth, report: SetReport) -> dict[str, AngleErrors]:
    """Angles against the truth, over the frames inside true reps.

    An angle of the leg counts as answered where formcheck itself believes the leg. The outline of
    the back is asked for in the deep part of a hinge, where the truth says that it shows.

    Args:
        signals: As measured.
        truth: Its angles are those of the projected joints.
        report: Names the exercise, whose settings say how far a leg must be believed.
    """
    limits = exercise_settings(report.exercise.name).measure
    believed = signals.leg_trust >= limits.get("min_leg_trust", 0.0)
    times = np.asarray(truth.frames.t_s, dtype=np.float64)
    inside = np.zeros(len(signals), dtype=np.bool_)
    for rep in truth.reps:
        inside |= (signals.t_s >= rep.start_s) & (signals.t_s <= rep.end_s)
    found: dict[str, AngleErrors] = {}
    for name in ANGLES:
        series = truth.frames.angle(name)
        if not series or (name == BACK and UPRIGHT_LIMIT not in limits):
            continue
        values = np.array([np.nan if value is None else value for value in series])
        if name == BACK:
            values[~back_shows(truth, limits[UPRIGHT_LIMIT])] = np.nan
        true = np.interp(signals.t_s, times, values)
        errors = getattr(signals, name) - true
        asked = inside & np.isfinite(true)
        answered = asked & np.isfinite(errors)
        if name in _LEG_ANGLES:
            answered &= believed
        if asked.any():
            found[name] = AngleErrors(errors[answered], int(asked.sum()))
    return found
