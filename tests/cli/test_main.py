from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

import formcheck
from formcheck import errors
from formcheck.cli import main as main_module
from formcheck.cli.main import cli, main


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> click.Group:
    """A copy of the command group, to which a test may add commands."""
    group = click.Group("formcheck", commands=dict(cli.commands))
    monkeypatch.setattr(main_module, "cli", group)
    return group


def raising(error: BaseException) -> click.Command:
    def callback() -> None:
        raise error

    return click.Command("fail", callback=callback)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"formcheck {formcheck.__version__}\n"


@pytest.mark.parametrize("words", [[], ["-h"], ["--help"]])
def test_help_names_every_command(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in cli.commands)


@pytest.mark.parametrize(
    "words", [["bogus"], ["analyze"], ["analyze", "--bogus"], ["analyze", "--speed", "0", "a"]]
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("formcheck: error: ")
    assert captured.err.endswith("--help\n")
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    "kind",
    [
        errors.UsageError,
        errors.ClipError,
        errors.NobodyError,
        errors.ModelMissingError,
        errors.SomeClipsFailedError,
        errors.OutputError,
    ],
)
def test_our_errors_give_their_line_and_their_code(
    kind: type[errors.FormcheckError], command: click.Group, capsys: pytest.CaptureFixture[str]
) -> None:
    command.add_command(raising(kind("x.mp4 is bad;\n do this")))
    assert main(["fail"]) == kind.exit_code
    assert capsys.readouterr().err == "formcheck: error: x.mp4 is bad; do this\n"


def test_an_unexpected_exception_is_one_line_that_says_how_to_see_more(
    command: click.Group, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORMCHECK_DEBUG", raising=False)
    command.add_command(raising(KeyError("hip")))
    assert main(["fail"]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "KeyError: 'hip'" in err
    assert "FORMCHECK_DEBUG=1" in err


def test_debugging_shows_the_traceback(
    command: click.Group, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMCHECK_DEBUG", "1")
    command.add_command(raising(KeyError("hip")))
    assert main(["fail"]) == 1
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption_is_one_line_and_exit_code_130(
    error: BaseException, command: click.Group, capsys: pytest.CaptureFixture[str]
) -> None:
    command.add_command(raising(error))
    assert main(["fail"]) == 130
    err = capsys.readouterr().err
    assert err.startswith("formcheck: error: interrupted")
    assert err.count("\n") == 1


def test_ctrl_c_from_outside(tmp_path: Path) -> None:
    code = (
        "import sys, time, click\n"
        "from formcheck.cli import main\n"
        "def wait():\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(30)\n"
        "main.cli.add_command(click.Command('wait', callback=wait))\n"
        "sys.exit(main.main(['wait']))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_a_reader_that_has_gone_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "formcheck", "analyze", "--help"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(timeout=20) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_behind_stdout() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "formcheck", "analyze", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=20,
            check=False,
        )
    assert done.returncode == 7
    assert done.stderr.startswith("formcheck: error: output could not be written")
    assert done.stderr.count("\n") == 1


def test_a_character_that_cannot_be_shown_is_escaped() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "formcheck", "doctor"],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "\\u2713" in done.stdout
    assert "Error" not in done.stderr
