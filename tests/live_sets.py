"""A set as the live judge sums it up, for tests of what becomes of one."""

from __future__ import annotations

from formcheck.live.judge import SetJudge
from formcheck.live.seen import seen_of
from formcheck.live.verdict import Verdict
from tests.synthetic import rdl_track


def fast_set() -> Verdict:
    """Two deadlifts, lowered in 1.5 s."""
    track = rdl_track(2, eccentric_s=1.5)
    judge = SetJudge("romanian_deadlift", track.model)
    for seen in seen_of(track):
        judge.add(seen)
    return judge.finish()
