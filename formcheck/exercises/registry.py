"""The exercises formcheck knows, found by name.

Those of formcheck itself are found by walking this package. Other packages add theirs by an
entry point of the group ``formcheck.exercises`` whose value names a module; importing
it registers the exercise. CONTRIBUTING.md walks through writing one.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final, Literal, Protocol, TypeVar

from formcheck.errors import UsageError
from formcheck.exercises.findings import Metric
from formcheck.exercises.recognition_likeness import Likeness
from formcheck.exercises.settings import Settings, load_settings, override_tables
from formcheck.motion.rep import Rep
from formcheck.motion.signals import Signals

ENTRY_POINTS: Final = "formcheck.exercises"
Pattern = Literal["hip_hinge", "knee_flexion", "other"]
"""How the hamstrings are worked: over the hip, over the knee, or neither alone."""
PATTERNS: Final[tuple[Pattern, ...]] = ("hip_hinge", "knee_flexion", "other")


@dataclass(frozen=True, slots=True)
class About:
    """What an exercise tells about itself (``formcheck exercises``).

    Attributes:
        summary: One sentence: what counts as this exercise.
        view: Where the camera has to look from for form to be judged.
        metrics: Every metric that ``measure`` gives, with its unit.
        pattern: How it works the hamstrings; the training log weighs one against the other.
    """

    summary: str
    view: Literal["side", "any"]
    metrics: Mapping[str, str]
    pattern: Pattern = "other"


class Exercise(Protocol):
    """What an exercise has to answer; everything else is the same for all."""

    about: About
    """What it tells about itself; a class attribute."""

    def find_reps(self, signals: Signals, settings: Settings) -> list[Rep]:
        """Find the reps of a clip, incomplete ones included."""
        ...

    def measure(
        self, signals: Signals, reps: list[Rep], settings: Settings
    ) -> list[tuple[Metric, ...]]:
        """Measure each rep: every metric of the exercise, judged or refused."""
        ...

    def likeness(self, signals: Signals, reps: list[Rep]) -> Likeness:
        """How far a clip looks like this exercise.

        Called with what ``find_reps`` found under the exercise's own settings, at least one
        rep. What tells it from the others are a few signs, each with the range that the body or
        the exercise's definition gives it: which way the body lies, which joints move, where
        the hands are. An exercise that cannot be this one has a sign with a likelihood near 0.
        ``recognition_likeness.sign`` makes one; ``docs/recognition.md`` tells how the
        likenesses of all exercises become a confidence.
        """
        ...


_Kind = TypeVar("_Kind", bound=type)
_EXERCISES: dict[str, tuple[type, Path]] = {}
_BROKEN: dict[str, str] = {}
_loaded = False


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


def signals_as_judged(name: str, signals: Signals, settings: Settings) -> Signals:
    """The signals as an exercise judges them, for charts and tables to show what its numbers mean.

    An exercise that takes them as they are measured says nothing; one that does not has a method
    ``as_judged(signals, settings)``.

    Raises:
        KeyError: There is no such exercise.
    """
    as_judged = getattr(get_exercise(name), "as_judged", None)
    judged: Signals = signals if as_judged is None else as_judged(signals, settings)
    return judged


def exercise_pattern(name: str) -> Pattern:
    """How an exercise works the hamstrings; ``other`` where it does not say, or is not known."""
    _load_all()
    if name not in _EXERCISES:
        return "other"
    # An exercise of another package may have words of its own about itself.
    told = getattr(get_exercise(name).about, "pattern", "other")
    return told if told in PATTERNS else "other"


def exercise_settings(name: str, override: Path | None = None) -> Settings:
    """Thresholds of an exercise, with a coach's own values over them.

    Raises:
        KeyError: There is no such exercise.
        UsageError: The coach's file makes no sense.
    """
    _load_all()
    return load_settings(_EXERCISES[name][1], name, override)


def own_settings(name: str, override: Path | None) -> Settings:
    """Thresholds of an exercise that was not asked for by name.

    Unlike ``exercise_settings``, a coach's file that has none for this exercise leaves it as
    it is: the file may hold those of others.

    Raises:
        KeyError: There is no such exercise.
        UsageError: The coach's file makes no sense.
    """
    given = override is not None and name in override_tables(override)
    return exercise_settings(name, override if given else None)


def check_override(override: Path) -> None:
    """Check a coach's file against every exercise it names.

    Raises:
        UsageError: It cannot be read, names no exercise, or holds what has no meaning.
    """
    tables = override_tables(override)
    for name in tables:
        if name not in exercise_names():
            known = ", ".join(exercise_names())
            raise UsageError(f"{override}: [{name}] is no exercise; known here: {known}")
        exercise_settings(name, override)
    if not tables:
        raise UsageError(
            f"{override} has no table of an exercise; put the thresholds to change under its name"
        )


def exercise_module(name: str) -> str:
    """Name of the module that an exercise is written in.

    Raises:
        KeyError: There is no such exercise.
    """
    _load_all()
    return _EXERCISES[name][0].__module__


def broken_entry_points() -> dict[str, str]:
    """Entry points of other packages that could not be loaded, each with why in one line."""
    _load_all()
    return dict(_BROKEN)


def _load_all() -> None:
    global _loaded
    if _loaded:
        return
    package = importlib.import_module("formcheck.exercises")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"formcheck.exercises.{module.name}")
    for point in metadata.entry_points(group=ENTRY_POINTS):
        before = dict(_EXERCISES)
        try:
            point.load()
            for name in _EXERCISES.keys() - before.keys():
                load_settings(_EXERCISES[name][1], name)
        # Whatever another package does wrong, the exercises of this one still work.
        except Exception as error:
            _EXERCISES.clear()
            _EXERCISES.update(before)
            first = str(error).splitlines()[0] if str(error) else "no reason given"
            _BROKEN[point.name] = f"{point.value}: {type(error).__name__}: {first}"
    _loaded = True
