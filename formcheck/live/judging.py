"""Runs the judge of the set apart from the camera and the model.

Judging takes some hundredths of a second of pure Python at a time. In a thread it would hold up
every picture, so it has a process of its own; a file that is played as fast as it goes is judged
in between, at the clip's own pace, so that the same file always gives the same events.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any, Final, Protocol

from formcheck.live.judge import SetJudge
from formcheck.live.seen import Seen
from formcheck.live.verdict import Verdict

LOOK_EVERY_S: Final = 0.1
FINISH_S: Final = 30.0
"""How long the last verdict is waited for."""
NICENESS: Final = 10
"""How much the judge stands back for the camera and the model; a tenth of a core stays its own."""
MakeJudge = Callable[[], SetJudge]


class Judging(Protocol):
    """What the loop needs of a judge, wherever it runs."""

    def add(self, seen: Seen) -> None:
        """Hand a sample over."""
        ...

    def verdicts(self) -> list[Verdict]:
        """Verdicts that have come in since the last call."""
        ...

    def finish_set(self) -> None:
        """Ask for the set to be judged as a whole."""
        ...

    def choose(self, exercise: str) -> None:
        """Judge the current set as another exercise."""
        ...

    def close(self) -> list[Verdict]:
        """Judge what is left as a whole, and end; gives the verdicts that were still to come."""
        ...


class JudgingInline:
    """Judges in between the samples, by the clock of the source.

    Args:
        judge: The judge.
    """

    def __init__(self, judge: SetJudge) -> None:
        self._judge = judge
        self._ready: list[Verdict] = []
        self._next_s = float("-inf")

    def add(self, seen: Seen) -> None:
        """Hand a sample over, and judge when it is time to."""
        self._judge.add(seen)
        if seen.t_s >= self._next_s:
            self._ready.append(self._judge.look())
            self._next_s = seen.t_s + LOOK_EVERY_S

    def verdicts(self) -> list[Verdict]:
        """Verdicts that have come in since the last call."""
        ready, self._ready = self._ready, []
        return ready

    def finish_set(self) -> None:
        """Judge the set as a whole."""
        self._ready.append(self._judge.finish())

    def choose(self, exercise: str) -> None:
        """Judge the current set as another exercise."""
        self._judge.choose(exercise)

    def close(self) -> list[Verdict]:
        """Judge what is left as a whole."""
        self.finish_set()
        return self.verdicts()


class JudgingProcess:
    """Judges in a process of its own, as often as it can.

    Args:
        make: Makes the judge, over there; must be picklable.
    """

    def __init__(self, make: MakeJudge) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, make), name="formcheck-judge", daemon=True
        )
        with _interrupts_held():
            self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """Number of its process."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.is_alive()

    def add(self, seen: Seen) -> None:
        """Hand a sample over."""
        self._send(("seen", seen))

    def verdicts(self) -> list[Verdict]:
        """Verdicts that have come in since the last call.

        Raises:
            RuntimeError: The process has failed; what befell it was raised there.
        """
        found: list[Verdict] = []
        try:
            while self._pipe.poll():
                found.append(_checked(self._pipe.recv()))
        except (EOFError, OSError) as error:
            raise RuntimeError("the judge was ended from outside") from error
        return found

    def finish_set(self) -> None:
        """Ask for the set to be judged as a whole."""
        self._send(("finish", None))

    def choose(self, exercise: str) -> None:
        """Judge the current set as another exercise."""
        self._send(("choose", exercise))

    def close(self) -> list[Verdict]:
        """Judge what is left as a whole, and end."""
        found: list[Verdict] = []
        self._send(("close", None))
        until_s = time.monotonic() + FINISH_S
        with suppress(EOFError, OSError):
            while self._pipe.poll(max(0.0, until_s - time.monotonic())):
                found.append(_checked(self._pipe.recv()))
        self._process.join(1.0)
        if self._process.is_alive():
            self._process.terminate()
        self._pipe.close()
        return found

    def _send(self, message: tuple[str, Any]) -> None:
        with suppress(BrokenPipeError, OSError):
            self._pipe.send(message)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back: a process that is started meanwhile never gets it, this one gets it later.

    Ctrl-C goes to all processes of a terminal, and one that still imports would end with a
    traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Started only once, and it lets Ctrl-C through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _checked(message: Verdict | str) -> Verdict:
    if isinstance(message, str):
        raise RuntimeError(f"the judge has failed: {message}")
    return message


def _serve(pipe: Connection, make: MakeJudge) -> None:
    """The judge's process: takes samples all the time, judges the newest state of things."""
    # Ctrl-C goes to the whole foreground group; the parent decides when it is over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        # Before any thread is started, which would keep its own: the model goes first.
        os.nice(NICENESS)
    inbox: deque[tuple[str, Any]] = deque()
    news = threading.Event()
    # Read apart: a full pipe would hold up the camera's side.
    threading.Thread(target=_receive, args=(pipe, inbox, news), daemon=True).start()
    try:
        # Before the first look needs it: half a second of imports.
        import scipy.ndimage
        import scipy.signal
        import scipy.special  # noqa: F401

        _judge(pipe, make(), inbox, news)
    except Exception as error:
        with suppress(OSError):
            pipe.send(f"{type(error).__name__}: {error}")
    finally:
        pipe.close()


def _receive(pipe: Connection, inbox: deque[tuple[str, Any]], news: threading.Event) -> None:
    with suppress(EOFError, OSError):
        while True:
            inbox.append(pipe.recv())
            news.set()
    inbox.append(("gone", None))
    news.set()


def _judge(
    pipe: Connection, judge: SetJudge, inbox: deque[tuple[str, Any]], news: threading.Event
) -> None:
    last_s = float("-inf")
    changed = False
    while True:
        wait_s = max(0.0, last_s + LOOK_EVERY_S - time.monotonic()) if changed else None
        news.wait(wait_s)
        news.clear()
        while inbox:
            word, value = inbox.popleft()
            if word == "seen":
                judge.add(value)
                changed = True
            elif word == "choose":
                judge.choose(value)
            elif word == "gone":
                return
            else:
                pipe.send(judge.finish())
                changed = False
                if word == "close":
                    return
        if changed and time.monotonic() >= last_s + LOOK_EVERY_S:
            last_s = time.monotonic()
            changed = False
            pipe.send(judge.look())
