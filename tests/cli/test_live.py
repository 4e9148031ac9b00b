"""The words of ``formcheck live`` and how it ends; the session behind it is replaced."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from formcheck.cli.main import main
from formcheck.errors import ClipError, FormcheckError
from formcheck.live.events import Event
from formcheck.live.keeper import Keeper
from formcheck.live.looking import Figures
from formcheck.live.session import Options, Outcome
from formcheck.live.verdict import Verdict
from formcheck.pose.bundles import Bundle, file_sha256
from formcheck.training_log.store import TrainingLog
from tests.live_sets import fast_set


@dataclass
class Room:
    """Stands for what is behind the command."""

    sets: tuple[Verdict, ...] = ()
    failing: FormcheckError | None = None
    recorder: Any = None
    options: list[Options] = field(default_factory=list)
    keepers: list[Keeper | None] = field(default_factory=list)
    windows: list[bool] = field(default_factory=list)

    def session(
        self, source: Any, bundle: Bundle, options: Options, tell: Any, *more: Any
    ) -> SimpleNamespace:
        self.options.append(options)
        self.keepers.append(more[-1])

        def run(window: object | None) -> Outcome:
            self.windows.append(window is not None)
            if self.failing is not None:
                raise self.failing
            tell(Event("ready", 1.0))
            self._log(tell)
            return Outcome(self.sets, Figures(), 10, 2, self.recorder, 3.0)

        return SimpleNamespace(run=run)

    def _log(self, tell: Any) -> None:
        keeper = self.keepers[-1]
        if keeper is not None:
            keeper.picture(0.0)
            keeper.start(tell)
            for number, one in enumerate(self.sets, start=1):
                keeper.keep(one, number, 1.0)
            keeper.close()


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Room:
    made = Room()
    bundle = Bundle("full", tmp_path / "full.task", "cd" * 32)
    monkeypatch.setenv("FORMCHECK_LIFTERS", str(tmp_path / "lifters"))
    monkeypatch.setattr("formcheck.live.session.Session", made.session)
    monkeypatch.setattr("formcheck.live.window.Window", lambda **_: object())
    monkeypatch.setattr("formcheck.pose.bundle_fetch.require_bundle", lambda *_: bundle)
    return made


@pytest.fixture(scope="module")
def one_set() -> Verdict:
    return fast_set()


Said = Callable[[], Any]


def test_events_are_lines_of_json(
    room: Room, one_set: Verdict, capsys: pytest.CaptureFixture[str]
) -> None:
    room.sets = (one_set,)
    assert main(["live", "--headless"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["ready", "end"]
    assert lines[-1] == {
        **{"event": "end", "t_s": 3.0, "sets": 1, "reps": 2},
        **{"pictures": 10, "dropped": 2, "recording": None},
    }
    assert room.windows == [False]


def test_with_a_window_the_sets_are_summed_up(
    room: Room, one_set: Verdict, capsys: pytest.CaptureFixture[str]
) -> None:
    room.sets = (one_set,)
    assert main(["live", "--exercise", "romanian_deadlift"]) == 0
    out = capsys.readouterr().out
    assert "Set 1: 2 x Romanian deadlift" in out
    assert "Lowered too fast" in out
    assert room.windows == [True]
    assert room.options[0].exercise == "romanian_deadlift"


def test_without_a_set_there_was_nobody_to_judge(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["live", "--headless"]) == 4
    assert "no set was seen" in capsys.readouterr().err


def test_a_source_that_cannot_be_opened_has_its_exit_code(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    room.failing = ClipError("camera 7 cannot be opened; try another")
    assert main(["live", "--camera", "7", "--headless"]) == 3
    assert capsys.readouterr().err == ("formcheck: error: camera 7 cannot be opened; try another\n")


@pytest.mark.parametrize(
    "words",
    [
        ["--camera", "0", "--source", "a.mp4"],
        ["--fast"],
        ["--fast", "--source", "rtsp://cam/live"],
        ["--record", "set.avi"],
        ["--exercise", "squat"],
        ["--source", "ftp://cam/live"],
        ["--lifter", "../up"],
        ["--log", "--no-log"],
        ["--weight-kg", "60"],
        ["--log", "--weight-kg", "-1"],
        ["--log", "."],
    ],
)
def test_wrong_words_are_refused_in_one_line(
    room: Room, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["live", *words]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert room.options == []


def test_missing_speech_is_a_warning(
    room: Room,
    one_set: Verdict,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    room.sets = (one_set,)
    monkeypatch.setattr("formcheck.live.voice.speech_command", lambda: None)
    assert main(["live", "--headless", "--voice"]) == 0
    assert "warning: no speech" in capsys.readouterr().err


def test_the_lifters_own_back_is_kept(
    room: Room, one_set: Verdict, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room.sets = (one_set,)
    assert main(["live", "--headless", "--lifter", "Anna"]) == 0
    kept = json.loads((tmp_path / "lifters" / "Anna.json").read_text())
    assert len(kept["bends_deg"]["romanian_deadlift"]) == 2
    main(["live", "--headless", "--lifter", "Anna"])
    assert room.options[1].profile is not None
    assert len(room.options[1].profile.bends_deg["romanian_deadlift"]) == 2
    capsys.readouterr()


@pytest.mark.parametrize(
    ("words", "named", "path"),
    [
        ([], False, None),
        ([], True, "named"),
        (["--no-log"], True, None),
        (["--log", "given"], False, "given"),
        (["--log=given"], True, "given"),
        (["--log", "--weight-kg", "60"], True, "named"),
    ],
)
def test_which_log_the_sets_go_to(
    room: Room,
    one_set: Verdict,
    words: list[str],
    named: bool,
    path: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    room.sets = (one_set,)
    monkeypatch.chdir(tmp_path)
    if named:
        monkeypatch.setenv("FORMCHECK_LOG", "named")
    assert main(["live", "--headless", *words]) == 0
    (keeper,) = room.keepers
    assert (None if keeper is None else str(keeper.path)) == path
    assert (tmp_path / "named").exists() == (path == "named")
    capsys.readouterr()


def test_a_log_that_cannot_be_used_is_told_before_the_first_rep(
    room: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "diary").write_text("Dear diary, today I have lifted a lot. " * 20)
    assert main(["live", "--headless", "--log", str(tmp_path / "diary")]) == 2
    assert "is no training log" in capsys.readouterr().err
    assert room.options == []


@pytest.mark.parametrize("headless", [[], ["--headless"]])
def test_a_set_that_did_not_get_into_the_log_is_told_on_standard_error(
    room: Room,
    one_set: Verdict,
    tmp_path: Path,
    headless: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    room.sets = (one_set,)
    monkeypatch.setattr(Keeper, "keep", lambda *_: None)
    assert main(["live", "--log", str(tmp_path / "log"), *headless]) == 0
    assert f"warning: set 1 is not in the log {tmp_path / 'log'}" in capsys.readouterr().err


def test_the_log_knows_the_recording_that_shows_its_sets(
    room: Room, one_set: Verdict, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film, path = tmp_path / "set.mp4", tmp_path / "log"
    film.write_bytes(b"a film")
    room.sets = (one_set,)
    room.recorder = SimpleNamespace(
        **{"path": film, "written": 9, "left_out": 0, "problem": None, "first_s": 0.5},
        keep_track=lambda _: True,
    )
    assert main(["live", "--log", str(path), "--lifter", "Anna"]) == 0
    assert f"In the log as set 1 ({path})" in capsys.readouterr().out
    with TrainingLog(path) as log:
        (entry,) = log.entries()
    assert (entry.clip_sha256, entry.lifter) == (file_sha256(film), "Anna")
    assert entry.start_s == pytest.approx(one_set.reps[0].rep.start_s - 0.5, abs=1e-3)


def test_a_recording_that_is_gone_is_a_warning(
    room: Room, one_set: Verdict, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room.sets = (one_set,)
    room.recorder = SimpleNamespace(
        **{"path": tmp_path / "gone.mp4", "written": 9, "left_out": 0, "problem": None},
        **{"first_s": 0.5, "keep_track": lambda _: True},
    )
    assert main(["live", "--headless", "--log", str(tmp_path / "log")]) == 0
    assert "the log does not know that" in capsys.readouterr().err
