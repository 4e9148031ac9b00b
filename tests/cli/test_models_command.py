"""``formcheck models``: what it prints, what it refuses, and when it is quiet."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from formcheck.cli import models as command
from formcheck.errors import ModelMissingError
from formcheck.pose import bundle_fetch, bundles
from formcheck.pose.bundles import Bundle

GRAPH = b"\x1c\x00\x00\x00TFL3" + bytes(150_000)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder that is searched, empty, and no network."""
    monkeypatch.setattr(bundles, "model_folders", lambda: [tmp_path])
    monkeypatch.setenv("FORMCHECK_OFFLINE", "1")
    return tmp_path


def put_bundle(folder: Path, name: str) -> Path:
    path = folder / f"pose_landmarker_{name}.task"
    with zipfile.ZipFile(path, "w") as archive:
        for member in (bundles.DETECTOR_MEMBER, bundles.LANDMARKS_MEMBER):
            archive.writestr(zipfile.ZipInfo(member), GRAPH)
    return path


def run(*words: str) -> Result:
    return CliRunner().invoke(command.models, list(words))


def test_every_command_has_help() -> None:
    for words in ([], ["list"], ["fetch"], ["verify"]):
        result = run(*words, "--help")
        assert result.exit_code == 0
        assert "Usage:" in result.output


def test_list_shows_what_is_there_and_how_to_bring_the_rest(folder: Path) -> None:
    path = put_bundle(folder, "full")
    result = run("list")
    assert result.exit_code == 0
    lines = {line.split()[0]: line for line in result.output.splitlines()}
    assert str(path) in lines["full"]
    assert "0.3 MB" in lines["full"]
    assert "not recorded" in lines["full"]
    assert "missing; formcheck models fetch lite" in lines["lite"]
    assert list(lines) == ["model", "lite", "full", "heavy"]


def test_list_names_a_damaged_bundle(folder: Path) -> None:
    (folder / "pose_landmarker_full.task").write_bytes(b"half")
    assert "full.task is not a whole zip archive" in run("list").output


def test_fetch_uses_what_is_there(folder: Path) -> None:
    path = put_bundle(folder, "full")
    result = run("fetch")
    assert result.exit_code == 0
    assert str(path) in result.output
    assert bundles.file_sha256(path) in result.output


def test_fetch_offline_is_a_missing_model(folder: Path) -> None:
    result = run("fetch", "heavy")
    assert isinstance(result.exception, ModelMissingError)
    assert str(folder / "pose_landmarker_heavy.task") in str(result.exception)


def test_fetch_refuses_an_unknown_name() -> None:
    assert run("fetch", "huge").exit_code == 2


def test_fetch_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def bring(model: str, _: object) -> Bundle:
        asked.append(model)
        return Bundle(model, folder / f"{model}.task", "0" * 64)

    monkeypatch.setattr(command, "require_bundle", bring)
    assert run("fetch", "--all").exit_code == 0
    assert asked == ["lite", "full", "heavy"]


def test_verify_takes_whole_bundles(folder: Path) -> None:
    path = put_bundle(folder, "full")
    bundles.record_path(path).write_text(f"{bundles.file_sha256(path)}  {path.name}\n")
    result = run("verify")
    assert result.exit_code == 0
    assert "as recorded when it was fetched" in result.output
    assert run("verify", "full").exit_code == 0


def test_verify_finds_nothing(folder: Path) -> None:
    result = run("verify", "lite")
    assert isinstance(result.exception, ModelMissingError)
    assert str(folder / "pose_landmarker_lite.task") in str(result.exception)
    assert "formcheck models fetch lite" in str(result.exception)


def test_verify_finds_damage_and_change(folder: Path) -> None:
    (folder / "pose_landmarker_lite.task").write_bytes(b"half")
    path = put_bundle(folder, "full")
    bundles.record_path(path).write_text(f"{'0' * 64}  {path.name}\n")
    result = run("verify")
    assert isinstance(result.exception, ModelMissingError)
    message = str(result.exception)
    assert "lite.task is not a whole zip archive" in message
    assert "full.task: sha256 differs from the one recorded" in message
    assert "\n" not in message


def test_progress_is_quiet_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with command.bundle_progress() as progress:
        progress("fetching", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_progress_on_a_terminal_keeps_each_label_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        command, "Console", lambda **kwargs: Console(force_terminal=True, width=80, **kwargs)
    )
    with command.bundle_progress() as progress:
        for done in (0, 500_000, 1_000_000):
            progress("fetching [full]", done, 1_000_000)
        progress("building", 0, None)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("fetching [full]") == 1
    assert err.count("building") == 1


def test_progress_without_a_report_prints_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "Console", lambda **kw: Console(force_terminal=True, **kw))
    with command.bundle_progress():
        pass
    assert capsys.readouterr() == ("", "")


def test_same_protocol_everywhere() -> None:
    assert bundle_fetch.ProgressCallback is bundles.ProgressCallback
