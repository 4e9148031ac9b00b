from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest

from formcheck.cli import checks
from formcheck.cli.checks import Check
from formcheck.cli.main import main


def fake_versions(monkeypatch: pytest.MonkeyPatch, versions: dict[str, str]) -> None:
    def version(name: str) -> str:
        if name in versions:
            return versions[name]
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(checks.metadata, "version", version)


def fake_imports(monkeypatch: pytest.MonkeyPatch, problem: str | None) -> None:
    monkeypatch.setattr(checks, "_import_problem", lambda _module: problem)


def test_every_check_tells_its_outcome_and_raises_nothing() -> None:
    for check in checks.ALL_CHECKS:
        outcome = checks.run(check)
        assert outcome.found
        assert bool(outcome.advice) or outcome.state != "failed"


def test_an_old_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    assert checks.check_python().state == "failed"


def test_two_owners_of_cv2_are_told_with_the_command_that_mends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake_versions(monkeypatch, {"opencv-python": "5.0", "opencv-contrib-python": "4.11"})
    outcome = checks.check_cv2()
    assert outcome.state == "warning"
    assert "pip uninstall -y opencv-python opencv-contrib-python" in outcome.advice


def test_a_missing_system_library_is_told_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_imports(monkeypatch, "ImportError: libGL.so.1: cannot open shared object file")
    outcome = checks.check_cv2()
    assert outcome.state == "failed"
    assert "apt-get install libgl1" in outcome.advice


def test_no_opencv_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_versions(monkeypatch, {})
    fake_imports(monkeypatch, "ModuleNotFoundError: No module named 'cv2'")
    outcome = checks.check_cv2()
    assert outcome.state == "failed"
    assert "opencv-python" in outcome.advice


@pytest.mark.parametrize(
    ("installed", "state"), [("0.10.31", "ok"), ("0.10.35", "warning"), (None, "failed")]
)
def test_mediapipe(installed: str | None, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_versions(monkeypatch, {} if installed is None else {"mediapipe": installed})
    fake_imports(monkeypatch, None)
    monkeypatch.setattr(checks.metadata, "requires", lambda _name: ["mediapipe==0.10.31"])
    outcome = checks.check_mediapipe()
    assert outcome.state == state
    assert ("mediapipe==0.10.31" in outcome.advice) is (state != "ok")


def test_a_missing_bundle_is_only_a_warning(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    no_bundles(monkeypatch, tmp_path)
    outcome = checks.check_bundle()
    assert outcome.state == "warning"
    assert outcome.advice == "formcheck models fetch full"


def test_a_missing_bundle_that_may_not_be_fetched_is_exit_code_5(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    no_bundles(monkeypatch, tmp_path)
    monkeypatch.setenv("FORMCHECK_OFFLINE", "1")
    monkeypatch.setattr(checks, "ALL_CHECKS", (checks.check_bundle,))
    assert main(["doctor"]) == 5
    captured = capsys.readouterr()
    assert "✗" in captured.out
    assert "unset FORMCHECK_OFFLINE" in captured.out
    assert captured.err.count("\n") == 1


def test_a_damaged_bundle_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    no_bundles(monkeypatch, tmp_path)
    (tmp_path / "pose_landmarker_full.task").write_bytes(b"half a bundle")
    outcome = checks.check_bundle()
    assert outcome.state == "warning"
    assert str(tmp_path) in outcome.found


def no_bundles(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A machine whose only place for bundles is an empty folder."""
    monkeypatch.setattr("formcheck.pose.bundles.model_folders", lambda: [folder])


def test_h264_is_really_written() -> None:
    assert checks.check_h264().state == "ok"


def test_h264_that_fails_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_encoding_problem", lambda: "no libx264")
    outcome = checks.check_h264()
    assert outcome.state == "warning"
    assert "--no-video" in outcome.advice


def test_a_cache_that_cannot_be_written_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(**_: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setenv("FORMCHECK_CACHE", str(tmp_path))
    monkeypatch.setattr(checks.tempfile, "TemporaryFile", refuse)
    outcome = checks.check_cache()
    assert outcome.state == "warning"
    assert "Permission denied" in outcome.found


def test_a_check_that_breaks_is_a_warning_and_the_others_go_on() -> None:
    def check_that_breaks() -> Check:
        raise RuntimeError("odd")

    outcome = checks.run(check_that_breaks)
    assert outcome == Check("That breaks", "warning", "could not be checked: RuntimeError: odd")


@pytest.mark.parametrize(("state", "code"), [("ok", 0), ("warning", 0), ("failed", 2)])
def test_exit_code(
    state: checks.State,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(
        checks, "ALL_CHECKS", (lambda: Check("Thing", state, "found", "do [this]"),)
    )
    assert main(["doctor"]) == code
    out = capsys.readouterr().out
    assert "found" in out
    assert "→ do [this]" in out
