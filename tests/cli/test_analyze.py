"""The command around the analysis: words in, folders, messages and exit codes out.

The analysis itself and the writing of files are replaced here; they have tests of their own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

from formcheck.cli.analyze import result_folders
from formcheck.cli.main import main
from formcheck.errors import (
    ClipError,
    FormcheckError,
    ModelMissingError,
    NobodyError,
    OutputError,
    UsageError,
)


@dataclass
class FakeReport:
    clip: str

    def model_dump(self, **_: Any) -> dict[str, Any]:
        return {"schema": "formcheck.report/1", "clip": self.clip}


@dataclass
class Road:
    """Stands for the rooms behind the command, and notes how they were called."""

    failing: dict[str, FormcheckError] = field(default_factory=dict)
    analyzed: list[dict[str, Any]] = field(default_factory=list)
    written: list[tuple[Path, bool]] = field(default_factory=list)
    checked: list[Path] = field(default_factory=list)

    def analyze_clip(self, clip: Path, **options: Any) -> SimpleNamespace:
        self.analyzed.append({"clip": clip, **options})
        options["progress"]("finding the lifter", 1, 10)
        if clip.name in self.failing:
            raise self.failing[clip.name]
        return SimpleNamespace(report=FakeReport(clip.name), signals=None, track=None)

    def write_results(
        self,
        report: FakeReport,
        _signals: None,
        _track: None,
        _clip: Path,
        out: Path,
        **options: Any,
    ) -> FakeReport:
        self.written.append((out, options["video"]))
        out.mkdir(parents=True)
        (out / "report.json").touch()
        (out / "frames").mkdir()
        return report


@pytest.fixture
def road(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Road:
    road = Road()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("formcheck.analysis.analyze_clip", road.analyze_clip)
    monkeypatch.setattr("formcheck.report.files.check_out_dir", road.checked.append)
    monkeypatch.setattr("formcheck.report.files.write_results", road.write_results)
    monkeypatch.setattr(
        "formcheck.report.summary.print_summary",
        lambda report, console: console.print(f"summary of {report.clip}"),
    )
    return road


def test_one_clip(road: Road, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", "set.mp4"]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "summary of set.mp4",
        "Written to formcheck-results/set/",
        "  report.json, frames",
    ]
    assert captured.err == ""
    assert road.written == [(Path("formcheck-results/set"), True)]


def test_options_reach_the_analysis(road: Road, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").touch()
    words = "--model lite --config mine.toml --speed 0.25 --fresh --no-video --out here"
    assert main(["analyze", "set.mp4", *words.split()]) == 0
    call = road.analyzed[0]
    del call["progress"]
    assert call == {
        "clip": Path("set.mp4"),
        "exercise": "auto",
        "model": "lite",
        "config": Path("mine.toml"),
        "speed": 0.25,
        "fresh": True,
    }
    assert road.written == [(Path("here"), False)]


def test_json_is_all_there_is_on_stdout(road: Road, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", "--json", "set.mp4"]) == 0
    assert json.loads(capsys.readouterr().out)["clip"] == "set.mp4"
    assert road.written


def test_json_of_several_clips_is_a_list_without_those_that_failed(
    road: Road, capsys: pytest.CaptureFixture[str]
) -> None:
    road.failing["b.mp4"] = ClipError("b.mp4 is empty")
    assert main(["analyze", "--json", "a.mp4", "b.mp4", "c.mp4"]) == 6
    out = capsys.readouterr().out
    assert [report["clip"] for report in json.loads(out)] == ["a.mp4", "c.mp4"]


@pytest.mark.parametrize("kind", [ClipError, NobodyError, OutputError])
def test_several_clips_go_on_after_one_fails(
    kind: type[FormcheckError], road: Road, capsys: pytest.CaptureFixture[str]
) -> None:
    road.failing["b.mp4"] = kind("something is wrong")
    assert main(["analyze", "a.mp4", "b.mp4", "c.mp4"]) == 6
    captured = capsys.readouterr()
    assert "summary of c.mp4" in captured.out
    assert captured.err.splitlines() == [
        "formcheck: error: b.mp4: something is wrong",
        "formcheck: error: 1 of 3 clips failed: b.mp4; the reason for each is told above",
    ]


@pytest.mark.parametrize("kind", [ModelMissingError, UsageError])
def test_what_would_befall_every_clip_is_told_once(
    kind: type[FormcheckError], road: Road, capsys: pytest.CaptureFixture[str]
) -> None:
    road.failing["a.mp4"] = kind("no model")
    assert main(["analyze", "a.mp4", "b.mp4"]) == kind.exit_code
    assert capsys.readouterr().err == "formcheck: error: no model\n"
    assert len(road.analyzed) == 1


@pytest.mark.parametrize("kind", [ClipError, NobodyError, OutputError, ModelMissingError])
def test_the_only_clip_gives_its_own_exit_code(kind: type[FormcheckError], road: Road) -> None:
    road.failing["a.mp4"] = kind("a.mp4 fails")
    assert main(["analyze", "a.mp4"]) == kind.exit_code


def test_all_output_folders_are_checked_before_any_work(
    road: Road, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(folder: Path) -> None:
        if folder.name == "b":
            raise UsageError(f"{folder} cannot be written")

    monkeypatch.setattr("formcheck.report.files.check_out_dir", refuse)
    assert main(["analyze", "a.mp4", "b.mp4"]) == 2
    assert road.analyzed == []
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--exercise", "jogging"], "romanian_deadlift"),
        (["--exercise", "Auto"], "give one of: auto, "),
        (["--config", "missing.toml"], "missing.toml"),
        (["--speed", "-1"], "--speed"),
        (["--speed", "inf"], "--speed"),
        (["--speed", "fast"], "--speed"),
    ],
)
def test_wrong_options(
    words: list[str], told: str, road: Road, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["analyze", "set.mp4", *words]) == 2
    assert road.analyzed == []
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1


def test_a_reader_that_has_gone_does_not_stop_the_work(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("formcheck.cli.analyze.drop_stdout", lambda: None)
    monkeypatch.setattr("formcheck.report.summary.print_summary", gone)
    assert main(["analyze", "a.mp4", "b.mp4"]) == 0
    assert len(road.written) == 2


@pytest.mark.parametrize(
    ("clips", "out", "folders"),
    [
        (["a/set.mp4"], None, ["formcheck-results/set"]),
        (["a/set.mp4"], "x", ["x"]),
        (["a/set.mp4", "b.mp4"], "x", ["x/set", "x/b"]),
        (["a/set.mp4", "b/set.mov", "c/Set.mp4"], "x", ["x/set", "x/set-2", "x/Set-3"]),
        (["a/s.mp4", "b/s.mp4", "s-2.mp4"], "x", ["x/s", "x/s-2", "x/s-2-2"]),
        (["..", "/"], "x", ["x/clip", "x/clip-2"]),
    ],
)
def test_result_folders(clips: list[str], out: str | None, folders: list[str]) -> None:
    found = result_folders([Path(clip) for clip in clips], Path(out) if out else None)
    assert found == [Path(folder) for folder in folders]


def test_the_help_is_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", "--help"]) == 0
    out = capsys.readouterr().out
    from formcheck.cli.analyze import analyze

    for option in analyze.params:
        assert isinstance(option, click.Argument) or option.opts[0] in out
