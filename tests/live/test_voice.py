from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from formcheck.live import voice as voice_module
from formcheck.live.voice import Metronome, Voice, metronome, player_command, speech_command

APPEND = (
    "import sys, time; line = sys.stdin.readline();"
    "open(sys.argv[1], 'a').write(line); time.sleep(float(sys.argv[2]))"
)


def wait_for(done: object, seconds: float = 20.0) -> None:
    until_s = time.monotonic() + seconds
    while not done():  # type: ignore[operator]
        assert time.monotonic() < until_s
        time.sleep(0.02)


def test_what_is_said_reaches_the_command(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    voice = Voice([sys.executable, "-c", APPEND, str(heard), "0"])
    voice.say("Hips back")
    wait_for(lambda: voice.said == 1)
    voice.close()
    assert heard.read_text() == "Hips back\n"
    assert voice.failed == 0


def test_of_what_came_while_speaking_only_the_newest_is_said(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    voice = Voice([sys.executable, "-c", APPEND, str(heard), "0.5"])
    voice.say("one")
    wait_for(heard.exists)
    voice.say("two")
    voice.say("three")
    wait_for(lambda: voice.said == 2)
    voice.close()
    assert heard.read_text().split() == ["one", "three"]


def test_saying_something_takes_no_time(tmp_path: Path) -> None:
    voice = Voice([sys.executable, "-c", APPEND, str(tmp_path / "heard"), "5"])
    began_s = time.thread_time()
    for _ in range(100):
        voice.say("Hips back")
    assert time.thread_time() - began_s < 0.2
    closing_s = time.monotonic()
    voice.close()
    assert time.monotonic() - closing_s < 4.0


def test_a_command_that_is_not_there_is_no_end(tmp_path: Path) -> None:
    voice = Voice([str(tmp_path / "nothing")])
    voice.say("Hips back")
    wait_for(lambda: voice.failed == 1)
    voice.close()


def test_a_system_without_speech_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice_module.shutil, "which", lambda _: None)
    assert speech_command() is None
    assert player_command(Path("tick.wav")) is None
    assert metronome() is None


class Ticks(Metronome):
    def __init__(self) -> None:
        self.count = 0
        self._ticked = 0
        self._voice = self  # type: ignore[assignment]

    def say(self, _: str) -> None:
        self.count += 1


def test_it_ticks_once_a_second_of_lowering_and_not_otherwise() -> None:
    ticks = Ticks()
    for tenth in range(31):
        ticks.at(tenth / 10.0)
    assert ticks.count == 4
    ticks.at(None)
    ticks.at(0.0)
    assert ticks.count == 5
