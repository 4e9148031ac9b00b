"""Says cues aloud, by whatever speech the system has, in a process of its own.

Nothing here is ever waited for by whoever looks at pictures. One thing is said at a time; of what
came meanwhile only the newest is said.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import wave
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

_SAPI: Final = (
    "Add-Type -AssemblyName System.Speech;"
    "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak([Console]::In.ReadLine())"
)
LONGEST_S: Final = 10.0
"""Speech that takes longer hangs, and is ended."""
TICK_HZ: Final = 1000.0
TICK_S: Final = 0.04
TICK_RATE: Final = 22_050


def speech_command() -> list[str] | None:
    """The command that says what it reads from standard input; ``None`` without speech."""
    for name, rest in (("espeak-ng", ["--stdin"]), ("espeak", ["--stdin"])):
        found = shutil.which(name)
        if found:
            return [found, "-s", "170", *rest]
    if sys.platform == "darwin" and (said := shutil.which("say")):
        return [said, "-f", "-"]
    if sys.platform == "win32" and (shell := shutil.which("powershell")):
        return [shell, "-NoProfile", "-Command", _SAPI]
    return None


def player_command(sound: Path) -> list[str] | None:
    """The command that plays a sound file; ``None`` without one."""
    if sys.platform == "win32" and (shell := shutil.which("powershell")):
        play = f"(New-Object Media.SoundPlayer '{sound}').PlaySync()"
        return [shell, "-NoProfile", "-Command", play]
    for name in ("paplay", "pw-play", "aplay", "afplay"):
        found = shutil.which(name)
        if found:
            return [found, *(["-q"] if name == "aplay" else []), str(sound)]
    return None


class Voice:
    """Runs one command after another, each with a line to read.

    Args:
        command: The command.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._next: str | None = None
        self._closed = False
        self._changed = threading.Condition()
        self._running: subprocess.Popen[bytes] | None = None
        self.said = 0
        self.failed = 0
        """How often the command could not be run or ended with an error."""
        self._worker = threading.Thread(target=self._work, name="formcheck-voice", daemon=True)
        self._worker.start()

    def say(self, text: str) -> None:
        """Say something as soon as nothing else is being said; returns at once."""
        with self._changed:
            self._next = text
            self._changed.notify_all()

    def close(self) -> None:
        """Stop, also in the middle of a word."""
        with self._changed:
            self._closed = True
            running = self._running
            self._changed.notify_all()
        if running is not None:
            with suppress(OSError):
                running.terminate()
        self._worker.join(2.0)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._next is not None or self._closed)
                if self._closed:
                    return
                text, self._next = self._next, None
            if text is not None:
                self._run(text)

    def _run(self, text: str) -> None:
        try:
            with subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as running:
                self._running = running
                try:
                    running.communicate(f"{text}\n".encode(), timeout=LONGEST_S)
                except subprocess.TimeoutExpired:
                    running.kill()
        except OSError:
            self.failed += 1
            return
        finally:
            self._running = None
        if running.returncode != 0 and not self._closed:
            self.failed += 1
        else:
            self.said += 1


class Metronome:
    """Ticks once a second while the weight is lowered.

    Args:
        folder: Where the sound is kept meanwhile; made by ``metronome``.
        voice: Plays it.
    """

    def __init__(self, folder: TemporaryDirectory[str], voice: Voice) -> None:
        self._folder = folder
        self._voice = voice
        self._ticked = 0

    def at(self, lowering_s: float | None) -> None:
        """Tick when another second has passed.

        Args:
            lowering_s: Since when the weight is being lowered; ``None`` while it is not.
        """
        if lowering_s is None:
            self._ticked = 0
        elif int(lowering_s) + 1 > self._ticked:
            self._ticked = int(lowering_s) + 1
            self._voice.say("")

    def close(self) -> None:
        """Stop, and remove the sound."""
        self._voice.close()
        self._folder.cleanup()


def metronome() -> Metronome | None:
    """A metronome; ``None`` where nothing plays sounds."""
    folder = TemporaryDirectory(prefix="formcheck-tick-")
    sound = Path(folder.name) / "tick.wav"
    command = player_command(sound)
    if command is None:
        folder.cleanup()
        return None
    time_s = np.arange(int(TICK_S * TICK_RATE)) / TICK_RATE
    tone = np.sin(2.0 * np.pi * TICK_HZ * time_s) * np.exp(-time_s / (TICK_S / 4.0))
    with wave.open(str(sound), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(TICK_RATE)
        file.writeframes((tone * 20_000).astype("<i2").tobytes())
    return Metronome(folder, Voice(command))
