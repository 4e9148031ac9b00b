"""Which exercise a clip shows, told from the motion itself.

Each exercise says how far the clip looks like it (``Exercise.likeness``), and its reps say how much
of the movement it explains. The exercises and "something else" then share one unit of confidence in
proportion to their support.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from formcheck.exercises.recognition_likeness import Likeness
from formcheck.exercises.registry import exercise_names, exercise_settings, get_exercise
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals

AUTO: Final = "auto"
"""Stands for "find out" where the name of an exercise is asked for."""
_TABLE: Final = Path(__file__).with_suffix(".toml")


class RecognitionSettings(BaseModel):
    """Limits of the recognition; ``recognition.toml`` tells where they come from.

    Attributes:
        something_else: Support that "none of the exercises" always has.
        min_confidence: Confidence from which a clip is judged unasked.
        min_candidate: Confidence from which an exercise is named as a candidate.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    something_else: float = Field(gt=0.0, lt=1.0)
    min_confidence: float = Field(gt=0.5, lt=1.0)
    min_candidate: float = Field(gt=0.0, lt=0.5)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An exercise that a clip may show.

    Attributes:
        name: The exercise.
        confidence: 0 to 1, against all other exercises and against something else.
        likeness: What it rests on; ``None`` when the exercise finds no rep.
        reps: The reps that it finds under its own settings.
    """

    name: str
    confidence: float
    likeness: Likeness | None
    reps: tuple[Rep, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a clip shows.

    Attributes:
        candidates: Every exercise asked, the likeliest first.
        chosen: The one to judge the clip as; ``None`` when none is sure enough.
        settings: The limits that decided.
    """

    candidates: tuple[Candidate, ...]
    chosen: Candidate | None
    settings: RecognitionSettings

    @property
    def likely(self) -> tuple[Candidate, ...]:
        """The candidates worth naming, the likeliest first."""
        least = self.settings.min_candidate
        return tuple(one for one in self.candidates if one.confidence >= least)


@cache
def recognition_settings() -> RecognitionSettings:
    """The limits of ``recognition.toml``."""
    return RecognitionSettings.model_validate(tomllib.loads(_TABLE.read_text(encoding="utf-8")))


def recognise(
    signals: Signals,
    names: Iterable[str] | None = None,
    limits: RecognitionSettings | None = None,
) -> Recognition:
    """Find out which exercise a clip shows.

    Args:
        signals: The clip's signals.
        names: The exercises to choose from; all that are registered when ``None``.
        limits: The limits; those of ``recognition.toml`` when ``None``.
    """
    asked = exercise_names() if names is None else list(names)
    reps = {
        name: tuple(get_exercise(name).find_reps(signals, exercise_settings(name)))
        for name in asked
    }
    likenesses = {
        name: get_exercise(name).likeness(signals, list(found)) if found else None
        for name, found in reps.items()
    }
    return weigh(likenesses, limits or recognition_settings(), reps)


def weigh(
    likenesses: Mapping[str, Likeness | None],
    limits: RecognitionSettings,
    reps: Mapping[str, tuple[Rep, ...]] | None = None,
) -> Recognition:
    """Turn likenesses into confidences.

    Bayes' rule with equal priors: an exercise's share of the sum of all supports, where
    something else, which no exercise describes, takes part with a support of its own. An exercise
    that leaves unexplained what another one that fits as well explains is supported the less.

    Args:
        likenesses: By exercise; ``None`` where it finds no rep.
        limits: The limits.
        reps: The reps that each exercise finds, to be handed on; without them all explain alike.
    """
    fit = {
        name: 0.0 if likeness is None else likeness.support for name, likeness in likenesses.items()
    }
    support = {name: fit[name] * _explained(name, fit, reps or {}) for name in fit}
    total = sum(support.values()) + limits.something_else
    candidates = sorted(
        (
            Candidate(name, support[name] / total, likenesses[name], (reps or {}).get(name, ()))
            for name in likenesses
        ),
        key=lambda one: (-one.confidence, one.name),
    )
    first = candidates[0] if candidates else None
    sure = first is not None and first.confidence >= limits.min_confidence
    return Recognition(tuple(candidates), first if sure else None, limits)


def _explained(name: str, fit: Mapping[str, float], reps: Mapping[str, tuple[Rep, ...]]) -> float:
    """Time in the reps of an exercise over that in the reps of any that fits as well, 0 to 1.

    The time of one that fits less well counts in proportion.
    """
    if name not in reps or not fit[name] > 0.0:
        return 1.0
    time_s = {one: sum(rep.end_s - rep.start_s for rep in found) for one, found in reps.items()}
    most_s = max(time_s[one] * min(1.0, fit[one] / fit[name]) for one in time_s)
    return time_s[name] / most_s if most_s > 0.0 else 1.0
