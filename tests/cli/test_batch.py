"""``formcheck batch`` and ``rescore`` as a user runs them, in processes of their own."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from formcheck.batch.places import report_folder
from formcheck.cli.main import main
from formcheck.pose.bundles import Bundle
from tests.batch import conftest as drawn
from tests.test_no_network import can_trace, internet_calls

pytest.importorskip("distributed")
pytest.importorskip("pyarrow")

film, bundle, make_set, tables = drawn.film, drawn.bundle, drawn.make_set, drawn.tables
MakeSet = drawn.MakeSet
MakeClip = Callable[..., Path]
RunFormcheck = Callable[..., subprocess.CompletedProcess[str]]

ODD_NAMES = ["a b.mp4", 'it\'s "x" & <y>.mp4', "two\nlines.mp4", "Übung 練習.mp4"]


def summary(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "summary.csv").open(newline="", encoding="utf-8") as file:
        return {Path(row["clip"]).name: row for row in csv.DictReader(file)}


def test_a_folder_of_everything(
    run_formcheck: RunFormcheck,
    make_set: MakeSet,
    make_clip: MakeClip,
    bundle: Bundle,
    tmp_path: Path,
) -> None:
    """Good clips, bad ones, odd names, a loop, twins, and a file that vanishes in the middle."""
    clips = tmp_path / "here" / "clips"
    for seed, name in enumerate(ODD_NAMES):
        make_set(clips / name, seed)
    make_set(clips / "twin.mp4", 0)
    make_set(clips / "nobody.mp4", 20, seen=False)
    (clips / "empty.mp4").touch()
    (clips / "text.mp4").write_text("not a video\n" * 50)
    (clips / "noise.mp4").write_bytes(random.Random(1).randbytes(50_000))
    make_clip("song.mp4", picture=False, sound=True).replace(clips / "song.mp4")
    (clips / "notes.txt").write_text("no clip")
    (clips / "loop").symlink_to(clips)
    (clips / "self.mp4").symlink_to(clips / "self.mp4")
    for number in range(8):
        make_set(clips / f"x{number}.mp4", 30 + number)
    vanishing = make_set(clips / "zz.mp4", 50)

    def vanish() -> None:
        journal = tmp_path / "out" / "journal.sqlite"
        while not judged(journal):
            time.sleep(0.02)
        vanishing.unlink()

    thread = threading.Thread(target=vanish)
    thread.start()
    words = ("batch", "clips", "--out", tmp_path / "out", "--model", bundle.path, "--workers", "1")
    done = run_formcheck(*words, "--reports", "--progress", "json")
    thread.join(60)
    assert done.returncode == 6, done.stderr
    found = summary(tmp_path / "out")
    good = {*ODD_NAMES, "twin.mp4", *(f"x{number}.mp4" for number in range(8))}
    bad = {"empty.mp4", "text.mp4", "noise.mp4", "song.mp4", "self.mp4", "zz.mp4"}
    expected = dict.fromkeys(good, "scored") | dict.fromkeys(bad, "failed")
    assert {n: row["state"] for n, row in found.items()} == expected | {
        "nobody.mp4": "not_assessable"
    }
    assert "does not exist" in found["zz.mp4"]["reason"]
    assert "is empty" in found["empty.mp4"]["reason"]
    assert all(row["reason"] for name, row in found.items() if name not in good)
    assert "13 scored, 1 not assessable, 6 failed" in done.stdout.splitlines()[-1]
    told = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert [told[0]["event"], told[-1]["event"]] == ["start", "end"]
    assert (told[-1]["done"], told[-1]["failed"]) == (20, 6)
    assert told[0]["dashboard"].startswith("http://127.0.0.1:")
    assert done.stderr.splitlines()[-1].startswith("formcheck: error: 6 of 20 clips failed")

    # Clip by clip, `analyze` writes the same bytes.
    for name in ("two\nlines.mp4", "twin.mp4"):
        out = tmp_path / "alone"
        clip = Path("clips") / name
        alone = run_formcheck("analyze", clip, "--model", bundle.path, "--out", out, "--no-video")
        assert alone.returncode == 0, alone.stderr
        ours = tmp_path / "out" / report_folder(str(clip))
        for file in ("report.json", "reps.csv", "signals.csv"):
            assert (ours / file).read_bytes() == (out / file).read_bytes()
        assert found[name]["report"] == f"{report_folder(str(clip))}/report.html"
        assert (ours / "report.html").is_file()

    again = run_formcheck(*words, "--retry-failed")
    assert again.returncode == 6
    assert "all done before" not in again.stdout
    assert "zz.mp4" not in summary(tmp_path / "out")


def judged(journal: Path) -> int:
    """How many outcomes a journal holds that another process writes."""
    if not journal.is_file():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as data:
            return int(data.execute("SELECT count(*) FROM outcomes").fetchone()[0])
    except sqlite3.Error:
        return 0


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX")
def test_killed_without_warning_and_started_again(
    run_formcheck: RunFormcheck,
    make_set: MakeSet,
    bundle: Bundle,
    tables: Callable[[Path], dict[str, bytes]],
    tmp_path: Path,
) -> None:
    clips = tmp_path / "clips"
    for number in range(14):
        make_set(clips / f"{number:02}.mp4", number)
    out = tmp_path / "out"
    words = ["batch", str(clips), "--model", str(bundle.path), "--workers", "1"]
    killed = subprocess.Popen(
        [sys.executable, "-m", "formcheck", *words, "--out", str(out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    give_up = time.monotonic() + 60
    while (done := judged(out / "journal.sqlite")) < 3:
        assert time.monotonic() < give_up
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait(20)
    kept = judged(out / "journal.sqlite")
    assert done <= kept < 14
    assert not (out / "summary.csv").exists()
    second = run_formcheck(*words, "--out", out, "--progress", "json")
    assert second.returncode == 0, second.stderr
    end = json.loads(second.stderr.splitlines()[-1])
    assert (end["done_before"], end["done"]) == (kept, 14 - kept)
    whole = run_formcheck(*words, "--out", tmp_path / "whole")
    assert whole.returncode == 0
    assert tables(out) == tables(tmp_path / "whole")
    assert list(out.rglob("*.part")) == []

    third = run_formcheck(*words, "--out", out, "--progress", "json")
    assert third.stdout.splitlines()[-1].endswith("all done before")
    end = json.loads(third.stderr.splitlines()[-1])
    assert (end["event"], end["done_before"], end["done"]) == ("end", 14, 0)

    # The videos are not needed any more.
    for clip in clips.iterdir():
        clip.unlink()
    config = tmp_path / "mine.toml"
    config.write_text("[romanian_deadlift.faults.ECCENTRIC_FAST]\nbelow = 0.2\n")
    before = tables(out)
    rescored = run_formcheck("rescore", out, "--config", config, "--workers", "1")
    assert rescored.returncode == 0, rescored.stderr
    assert rescored.stdout.splitlines()[-1].startswith("14 clips: 14 scored")
    assert tables(out) != before


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_keys_pressed_again_and_again_end_it_in_one_line(
    number: signal.Signals, make_set: MakeSet, bundle: Bundle, tmp_path: Path
) -> None:
    clips = tmp_path / "clips"
    for count in range(14):
        make_set(clips / f"{count:02}.mp4", count)
    words = ["batch", str(clips), "--model", str(bundle.path), "--workers", "1", "--out"]
    stopped = subprocess.Popen(
        [sys.executable, "-m", "formcheck", *words, str(tmp_path / "out")],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    give_up = time.monotonic() + 60
    while not judged(tmp_path / "out" / "journal.sqlite"):
        assert time.monotonic() < give_up
        time.sleep(0.01)
    while stopped.poll() is None:
        stopped.send_signal(number)
        time.sleep(0.05)
    told = stopped.communicate(timeout=60)[1]
    assert stopped.returncode == 130
    assert told.strip() == "formcheck: error: interrupted; nothing half-written was left behind"
    assert list(tmp_path.glob("formcheck-batch-*")) == []


@pytest.mark.skipif(not can_trace(), reason="strace is missing or not permitted")
def test_nothing_but_this_machine_is_contacted(
    make_set: MakeSet, bundle: Bundle, tmp_path: Path
) -> None:
    clips = make_set(tmp_path / "clips" / "a.mp4", 1).parent
    words = ("batch", clips, "--model", bundle.path, "--workers", "1", "--out", tmp_path / "out")
    calls, code = internet_calls(tmp_path, *words)
    assert code == 0
    addresses = set(re.findall(r'inet_(?:addr|pton)\((?:AF_INET6?, )?"([^"]+)"', "".join(calls)))
    assert addresses == {"127.0.0.1"}


@pytest.mark.parametrize("command", [["batch", "."], ["rescore", "."]])
@pytest.mark.parametrize("missing", ["distributed", "pyarrow.parquet"])
def test_without_the_extra_it_says_what_to_install(
    command: list[str],
    missing: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    assert main(command) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "pip install 'formcheck[batch]'" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--exercise", "squat"], "'squat' is no exercise"),
        (["--video"], "give --reports too"),
        (["--workers", "2", "--scheduler", "tcp://127.0.0.1:9"], "--workers is for this machine"),
        (["--workers", "0"], "--workers"),
        (["--speed", "nan"], "--speed"),
    ],
)
def test_wrong_usage(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["batch", str(tmp_path), *words]) == 2
    assert told in capsys.readouterr().err


def test_a_folder_that_holds_no_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rescore", str(tmp_path)]) == 2
    assert "holds no results" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_never_began_leaves_nothing_behind(
    tmp_path: Path, bundle: Bundle, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "clips").mkdir()
    out = tmp_path / "out"
    words = ["batch", str(tmp_path / "clips"), "--out", str(out), "--model", str(bundle.path)]
    assert main(words) == 2
    assert "no clip in" in capsys.readouterr().err
    assert not out.exists()
