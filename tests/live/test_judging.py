from __future__ import annotations

import os
import time
from functools import partial

import pytest

from formcheck.live.judge import SetJudge
from formcheck.live.judging import NICENESS, JudgingInline, JudgingProcess
from formcheck.live.seen import seen_of
from formcheck.pose.track import ModelFacts
from tests.synthetic import rdl_track

MODEL = ModelFacts("full", "cd" * 32)
NAME = "romanian_deadlift"
LOWEST_PRIORITY = 19
"""Of POSIX systems; tests may themselves be run at a low one."""


def test_both_ways_of_judging_come_to_the_same_end() -> None:
    samples = seen_of(rdl_track(1, eccentric_s=2.0))
    inline = JudgingInline(SetJudge(NAME, MODEL))
    apart = JudgingProcess(partial(SetJudge, NAME, MODEL))
    for seen in samples:
        inline.add(seen)
        apart.add(seen)
    looks, (final,) = inline.verdicts(), inline.close()
    *_, theirs = apart.close()
    assert len(looks) > 10
    assert (final.final, final.rep_count) == (True, 1)
    assert (theirs.final, theirs.reps) == (True, final.reps)
    assert not apart.alive


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="only POSIX has priorities")
def test_the_judge_stands_back_for_the_model() -> None:
    apart = JudgingProcess(partial(SetJudge, NAME, MODEL))
    for seen in seen_of(rdl_track(1))[:40]:
        apart.add(seen)
    until_s = time.monotonic() + 20.0
    while not apart.verdicts() and time.monotonic() < until_s:
        time.sleep(0.05)
    own, lower = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, apart.pid))
    apart.close()
    assert lower == min(own + NICENESS, LOWEST_PRIORITY)


def test_a_judge_that_fails_says_why() -> None:
    apart = JudgingProcess(partial(SetJudge, "no_such_exercise", MODEL))
    with pytest.raises(RuntimeError, match="no_such_exercise"):
        apart.close()


def test_handing_samples_over_never_waits_for_a_look() -> None:
    apart = JudgingProcess(partial(SetJudge, NAME, MODEL))
    samples = seen_of(rdl_track(2))
    began_s = time.thread_time()
    for seen in samples:
        apart.add(seen)
    # Far more than a pipe holds: somebody reads on while the judge looks.
    assert len(samples) * 1000 > 4 * 65_536
    assert time.thread_time() - began_s < 5.0
    *_, final = apart.close()
    assert final.rep_count == 2
