"""The exercises formcheck knows, found by name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from formcheck.exercises.findings import Metric
from formcheck.exercises.settings import Settings, load_settings
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals


class Exercise(Protocol):
    """What an exercise has to answer; everything else is the same for all."""

    def find_reps(self, signals: Signals, settings: Settings) -> list[Rep]:
        """Find the reps of a clip, incomplete ones included."""
        ...

    def measure(
        self, signals: Signals, reps: list[Rep], settings: Settings
    ) -> list[tuple[Metric, ...]]:
        """Measure each rep: every metric of the exercise, judged or refused."""
        ...


_Kind = TypeVar("_Kind", bound=type)
_EXERCISES: dict[str, tuple[type, Path]] = {}


def register_exercise(name: str) -> Callable[[_Kind], _Kind]:
    """Make a class known as an exercise; its thresholds are in ``NAME.toml`` beside its file.

    Raises:
        ValueError: The name is taken.
    """

    def add(kind: _Kind) -> _Kind:
        if name in _EXERCISES:
            raise ValueError(f"exercise {name} is registered twice")
        module = importlib.import_module(kind.__module__)
        assert module.__file__ is not None
        _EXERCISES[name] = (kind, Path(module.__file__).with_name(f"{name}.toml"))
        return kind

    return add


def exercise_names() -> list[str]:
    """Names of all exercises, in alphabetical order."""
    _load_all()
    return sorted(_EXERCISES)


def get_exercise(name: str) -> Exercise:
    """An exercise by name.

    Raises:
        KeyError: There is none.
    """
    _load_all()
    exercise: Exercise = _EXERCISES[name][0]()
    return exercise


def exercise_settings(name: str, override: Path | None = None) -> Settings:
    """Thresholds of an exercise, with a coach's own values over them.

    Raises:
        KeyError: There is no such exercise.
        UsageError: The coach's file makes no sense.
    """
    _load_all()
    return load_settings(_EXERCISES[name][1], name, override)


def _load_all() -> None:
    package = importlib.import_module("formcheck.exercises")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"formcheck.exercises.{module.name}")
