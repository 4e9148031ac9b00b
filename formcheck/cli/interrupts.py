"""One Ctrl-C is enough: what is closed after it must not be cut short by a second."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interrupted_once() -> Iterator[None]:
    """Take SIGTERM for Ctrl-C, and ignore all but the first until the process ends.

    Closing a cluster of processes takes seconds, in which people press the keys again; batch
    systems send SIGTERM some seconds before SIGKILL.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    interrupted = False

    def first(_number: int, _frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in _SIGNALS:
        # A shell has background jobs ignore Ctrl-C.
        if before[number] is not signal.SIG_IGN:
            signal.signal(number, first)
    try:
        yield
    finally:
        if not interrupted:
            for number in _SIGNALS:
                signal.signal(number, before[number])
