from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import textwrap
import threading

import pytest

from formcheck.cli.native_noise import copy_lines, is_chatter

CHATTER = (
    b"W0000 00:00:1795476210.816906   18425 inference_feedback_manager.cc:114] Feedback manager"
)
NEEDS_FORK = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is filtered here")


@pytest.mark.parametrize(
    "line",
    [
        CHATTER,
        b"I0000 00:00:1700000000.000001 1 gl_context.cc:357] GL version: 3.2",
        b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.",
        b"WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    ],
)
def test_known_chatter_is_recognised(line: bytes) -> None:
    assert is_chatter(line)


@pytest.mark.parametrize(
    "line",
    [
        b"E0000 00:00:1700000000.000001 1 calculator_graph.cc:900] failed",
        b"F0000 00:00:1700000000.000001 1 image.cc:12] Check failed: width % 4 == 0",
        b"Traceback (most recent call last):",
        b"INFO: something nobody has seen before",
        b"WARNING: the disk is on fire",
        b"Warning: W0000",
        b"",
    ],
)
def test_everything_else_is_let_through(line: bytes) -> None:
    assert not is_chatter(line)


def filtered(*chunks: bytes) -> bytes:
    """What arrives when these chunks are written one after another."""
    source, into = os.pipe()
    with tempfile.TemporaryFile() as target:
        worker = threading.Thread(target=copy_lines, args=(source, target.fileno()))
        worker.start()
        for chunk in chunks:
            os.write(into, chunk)
        os.close(into)
        worker.join(timeout=10)
        os.close(source)
        target.seek(0)
        return target.read()


def test_a_line_written_in_pieces_is_judged_as_one() -> None:
    assert filtered(CHATTER[:3], CHATTER[3:] + b"\nreal", b" error\n") == b"real error\n"


def test_a_last_line_without_its_end_arrives() -> None:
    assert filtered(b"half a li", b"ne") == b"half a line"


def test_a_very_long_line_is_not_kept_for_ever() -> None:
    assert len(filtered(b"x" * 50_000, b"y" * 50_000)) == 100_000


def test_source_is_drained_although_nobody_reads_the_target() -> None:
    source, into = os.pipe()
    out, target = os.pipe()
    os.close(out)
    worker = threading.Thread(target=copy_lines, args=(source, target))
    worker.start()
    for _ in range(20):
        os.write(into, b"z" * 60_000 + b"\n")
    os.close(into)
    worker.join(timeout=10)
    assert not worker.is_alive()
    os.close(target)
    os.close(source)


def run(body: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    code = "import os, sys\nfrom formcheck.cli.native_noise import native_noise_hidden\n"
    code += f"CHATTER = {CHATTER!r} + b'\\n'\n" + textwrap.dedent(body)
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=30, check=False, **more
    )


@NEEDS_FORK
def test_chatter_is_hidden_and_errors_are_not() -> None:
    done = run("""
        with native_noise_hidden():
            os.write(2, CHATTER)
            os.write(2, b"E0000 broken\\n")
            print("from python", file=sys.stderr)
        os.write(2, b"afterwards\\n")
    """)
    assert sorted(done.stderr.splitlines()) == [b"E0000 broken", b"afterwards", b"from python"]
    assert done.stderr.endswith(b"afterwards\n")


@NEEDS_FORK
def test_a_traceback_arrives_whole() -> None:
    done = run("""
        with native_noise_hidden():
            os.write(2, CHATTER)
            raise KeyError("lost?")
    """)
    assert done.returncode == 1
    assert done.stderr.startswith(b"Traceback")
    assert done.stderr.endswith(b"KeyError: 'lost?'\n")


@NEEDS_FORK
def test_the_last_words_before_an_abort_arrive() -> None:
    done = run("""
        with native_noise_hidden():
            os.write(2, CHATTER + b"F0000 check failed\\n")
            os.abort()
    """)
    assert done.returncode == -6
    assert done.stderr == b"F0000 check failed\n"


@NEEDS_FORK
def test_a_flood_does_not_block() -> None:
    done = run("""
        with native_noise_hidden():
            for _ in range(20_000):
                os.write(2, CHATTER)
            os.write(2, b"end\\n")
    """)
    assert done.stderr == b"end\n"


@NEEDS_FORK
def test_a_child_that_keeps_the_pipe_open_does_not_hold_us_up() -> None:
    done = run("""
        import subprocess
        with native_noise_hidden():
            child = subprocess.Popen(["sleep", "30"])
            os.write(2, b"early\\n")
        os.write(2, b"late\\n")
        child.kill()
    """)
    assert done.stderr == b"early\nlate\n"


@NEEDS_FORK
def test_nothing_happens_without_a_standard_error() -> None:
    done = run("""
        os.close(2)
        with native_noise_hidden():
            print("works")
    """)
    assert done.stdout == b"works\n"
