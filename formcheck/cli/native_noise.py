"""Keeps the chatter of native libraries off the terminal, and nothing else.

MediaPipe, TensorFlow Lite and absl write lines like ``W0000 00:00:17... Feedback manager
requires ...`` straight to file descriptor 2; their own switches (``GLOG_minloglevel``) do not stop
that. Here descriptor 2 becomes a pipe whose lines are copied to the real one unless they are
known to be chatter. Python's own ``sys.stderr`` bypasses the pipe.

The copying is done by a small forked process and not by a thread: when a native library ends the
process with ``abort()``, a thread dies with it before it has copied the line that says why.
Where there is no ``fork`` (Windows) nothing is filtered.
"""

from __future__ import annotations

import io
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

_STDERR: Final = 2
_LONGEST_LINE_BYTES: Final = 1 << 16
_PATIENCE_S: Final = 2.0

_CHATTER: Final = re.compile(
    rb"[IW]\d{4} \d\d:\d\d:\d+\.\d+ +\d+ \S+:\d+\] "  # absl: severity, date, time, thread, place
    rb"|INFO: (Created TensorFlow Lite|Initialized TensorFlow Lite|Replacing \d+ )"
    rb"|WARNING: All log messages before absl::InitializeLog\(\)"
)


def is_chatter(line: bytes) -> bool:
    """Tell whether a line is a known information or warning line of a native library."""
    return _CHATTER.match(line) is not None


@contextmanager
def native_noise_hidden() -> Iterator[None]:
    """Filter descriptor 2 while the block runs; every line that is not chatter arrives.

    Does nothing where there is no ``fork`` or no open standard error. Lines keep their order
    among themselves; ``sys.stderr`` writes past the filter at once.
    """
    if not hasattr(os, "fork") or sys.stderr is None:
        yield
        return
    try:
        real = os.dup(_STDERR)
    except OSError:
        yield
        return
    python_stderr = sys.stderr
    python_stderr.flush()
    filter_process = _start_filter(real)
    bypass = _text_writer(real, python_stderr)
    # Whoever replaced sys.stderr (a test, a debugger) keeps what he put there.
    replaced = python_stderr is sys.__stderr__
    if replaced:
        sys.stderr = bypass
    try:
        yield
    finally:
        with suppress(OSError, ValueError):
            bypass.flush()
        # This closes our end of the pipe, upon which the filter copies the rest and ends.
        os.dup2(real, _STDERR)
        _await(filter_process)
        if replaced:
            sys.stderr = python_stderr
        bypass.detach()
        os.close(real)


def _start_filter(real: int) -> int:
    """Put a pipe on descriptor 2 and fork the process that reads it; gives its id."""
    pipe_out, pipe_in = os.pipe()
    child = os.fork()
    if child == 0:
        # Nothing of the parent's Python may run here: no handlers, no buffers, no exit hooks.
        try:
            # Ctrl-C goes to the whole foreground group; the parent decides when it is over.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            for unwanted in (0, 1, _STDERR, pipe_in):
                with suppress(OSError):
                    os.close(unwanted)
            copy_lines(pipe_out, real)
        finally:
            os._exit(0)
    os.close(pipe_out)
    os.dup2(pipe_in, _STDERR)
    os.close(pipe_in)
    return child


def copy_lines(source: int, target: int) -> None:
    """Copy every line that is not chatter from one descriptor to another until ``source`` ends.

    When ``target`` can no longer be written, ``source`` is still read to its end: a full pipe
    would block whoever writes to it.
    """
    rest = b""
    writable = True
    while chunk := os.read(source, _LONGEST_LINE_BYTES):
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        kept = [line + b"\n" for line in lines if not is_chatter(line)]
        if len(rest) > _LONGEST_LINE_BYTES:
            kept.append(rest)
            rest = b""
        writable = writable and _write(target, b"".join(kept))
    if rest and writable and not is_chatter(rest):
        _write(target, rest)


def _write(target: int, data: bytes) -> bool:
    try:
        while data:
            data = data[os.write(target, data) :]
    except OSError:
        return False
    return True


def _await(child: int) -> None:
    """Wait for the filter to end, but not for ever: a grandchild may hold the pipe open."""
    give_up = time.monotonic() + _PATIENCE_S
    with suppress(ChildProcessError):
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if time.monotonic() > give_up:
                return
            time.sleep(0.002)


def _text_writer(descriptor: int, model: object) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, "wb", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=getattr(model, "encoding", None) or "utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )
