from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from formcheck.analysis import check_exercise
from formcheck.errors import UsageError
from formcheck.exercises import registry
from formcheck.exercises.registry import (
    broken_entry_points,
    check_override,
    exercise_module,
    exercise_names,
    exercise_pattern,
    exercise_settings,
    get_exercise,
    own_settings,
    register_exercise,
)

PROJECT = Path(__file__).resolve().parents[2]
EVERY = pytest.mark.parametrize("name", exercise_names())


def test_the_hinges_are_there() -> None:
    assert {"romanian_deadlift", "good_morning"} <= set(exercise_names())


@EVERY
def test_an_exercise_has_its_file_its_thresholds_and_its_tests(name: str) -> None:
    folder = PROJECT / "formcheck" / "exercises"
    assert (folder / f"{name}.py").is_file()
    assert (folder / f"{name}.toml").is_file()
    assert (Path(__file__).parent / f"test_{name}.py").is_file()
    assert exercise_settings(name).faults


@EVERY
def test_an_exercise_has_a_page_that_tells_its_faults_and_metrics(name: str) -> None:
    page = (PROJECT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    for code, rule in exercise_settings(name).faults.items():
        assert f"`{code}`" in page
        assert f"`{rule.metric}`" in page
    for metric in get_exercise(name).about.metrics:
        assert f"`{metric}`" in page, metric


@EVERY
def test_an_exercise_has_a_sample_clip(name: str) -> None:
    truths = (PROJECT / "sample_videos").glob("*.truth.json")
    shown = {
        truth.name.removesuffix(".truth.json")
        for truth in truths
        if json.loads(truth.read_text(encoding="utf-8"))["exercise"] == name
    }
    assert any((PROJECT / "sample_videos" / f"{clip}.mp4").is_file() for clip in shown)


@EVERY
def test_an_exercise_answers_what_is_asked_of_it(name: str) -> None:
    exercise = get_exercise(name)
    assert callable(exercise.find_reps)
    assert callable(exercise.measure)
    assert callable(exercise.likeness)
    about = exercise.about
    assert about.summary.endswith(".")
    assert about.view in ("side", "any")
    settings = exercise_settings(name)
    judged = {rule.metric for rule in settings.faults.values()}
    assert judged | set(settings.score.needed) <= set(about.metrics)
    assert exercise_module(name) == f"formcheck.exercises.{name}"


@EVERY
def test_an_exercise_says_how_it_works_the_hamstrings(name: str) -> None:
    hinges = {"romanian_deadlift", "good_morning"}
    assert exercise_pattern(name) == ("hip_hinge" if name in hinges else "knee_flexion")


def test_names_are_taken_once() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register_exercise("romanian_deadlift")(type("Other", (), {"__module__": __name__}))


def test_unknown_names() -> None:
    for ask in (get_exercise, exercise_settings, exercise_module):
        with pytest.raises(KeyError):
            ask("bench_press")  # type: ignore[operator]


HIP_THRUST = """
from formcheck.exercises.recognition_likeness import Likeness
from formcheck.exercises.registry import About, register_exercise


@register_exercise("hip_thrust")
class HipThrust:
    about = About("Hips lifted with the back on a bench.", "side", {"eccentric_s": "s"})

    def find_reps(self, signals, settings):
        return []

    def measure(self, signals, reps, settings):
        return []

    def likeness(self, signals, reps):
        return Likeness(())
"""
TABLE = """
min_confidence = 0.75
[measure]
[score]
minor = 10
major = 25
needed = []
[faults.ECCENTRIC_FAST]
metric = "eccentric_s"
below = 2.0
message = "Lowered in {value:.1f} s."
cue = "Slower"
source = "None."
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path in which packages with entry points can be put."""
    monkeypatch.setattr(registry, "_EXERCISES", dict(registry._EXERCISES))
    monkeypatch.setattr(registry, "_BROKEN", {})
    monkeypatch.setattr(registry, "_loaded", False)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def put(folder: Path, module: str, code: str, table: tuple[str, str] | None = None) -> None:
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[formcheck.exercises]\n{module} = {module}\n")
    (folder / f"{module}.py").write_text(code)
    if table is not None:
        (folder / f"{table[0]}.toml").write_text(table[1])
    sys.modules.pop(module, None)


def test_another_package_adds_an_exercise(package: Path) -> None:
    put(package, "thrusts", HIP_THRUST, ("hip_thrust", TABLE))
    assert "hip_thrust" in exercise_names()
    assert "romanian_deadlift" in exercise_names()
    assert exercise_settings("hip_thrust").faults["ECCENTRIC_FAST"].threshold == 2.0
    assert get_exercise("hip_thrust").about.metrics == {"eccentric_s": "s"}
    assert exercise_module("hip_thrust") == "thrusts"
    assert broken_entry_points() == {}


@pytest.mark.parametrize(
    ("code", "pattern"),
    [
        (HIP_THRUST, "other"),
        (HIP_THRUST.replace('"s"})', '"s"}, "hip_hinge")'), "hip_hinge"),
        (HIP_THRUST.replace('"s"})', '"s"}, "squat")'), "other"),
        (
            HIP_THRUST.replace("About(", "Words(").replace(
                "@register", "Words = __import__('collections').namedtuple("
                "'Words', 'summary view metrics')\n@register"
            ),
            "other",
        ),
    ],
    ids=["says nothing", "says it", "says nonsense", "has words of its own"],
)  # fmt: skip
def test_an_exercise_of_another_package_need_not_say_it(
    package: Path, code: str, pattern: str
) -> None:
    put(package, "thrusts", code, ("hip_thrust", TABLE))
    assert exercise_pattern("hip_thrust") == pattern
    assert exercise_pattern("bench_press") == "other"


@pytest.mark.parametrize(
    ("code", "table", "told"),
    [
        ("import nothing_of_that_name", None, "ModuleNotFoundError"),
        (HIP_THRUST, None, "FileNotFoundError"),
        (HIP_THRUST, ("hip_thrust", "min_confidence = 2"), "ValidationError"),
        (HIP_THRUST.replace("hip_thrust", "good_morning"), None, "registered twice"),
    ],
    ids=["does not import", "no table", "senseless table", "name is taken"],
)
def test_a_broken_package_leaves_the_others_working(
    package: Path, code: str, table: tuple[str, str] | None, told: str
) -> None:
    before = exercise_names()
    registry._loaded = False
    put(package, "thrusts", code, table)
    assert exercise_names() == before
    assert list(broken_entry_points()) == ["thrusts"]
    assert told in broken_entry_points()["thrusts"]
    with pytest.raises(UsageError, match=r"could not be loaded: thrusts: "):
        check_exercise("hip_thrust")


def test_a_coachs_file_may_hold_some_exercises_and_not_others(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[good_morning.faults.SHALLOW]\nbelow = 40.0\nmajor_past = 30.0\n")
    check_override(own)
    assert own_settings("good_morning", own).faults["SHALLOW"].threshold == 40.0
    assert own_settings("romanian_deadlift", own) == exercise_settings("romanian_deadlift")
    assert own_settings("good_morning", None) == exercise_settings("good_morning")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[bench_press]\na = 1\n", r"\[bench_press\] is no exercise; known here: .*good_morning"),
        ("", "has no table of an exercise"),
        ("[good_morning]\nfast = 1\n", "good_morning.fast is no setting"),
        ("not toml", "not valid TOML"),
    ],
)
def test_a_senseless_file_is_refused_before_any_clip(tmp_path: Path, text: str, told: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text)
    with pytest.raises(UsageError, match=told):
        check_override(own)
