from __future__ import annotations

import pytest

from formcheck.exercises.findings import Fault, Metric, RepFindings
from formcheck.live.cues import QUIET_S, SAME_AGAIN_S, SLOWER, STALE_S, Cue, CuePolicy
from formcheck.live.pace import Pace
from formcheck.live.verdict import JudgedRep, Verdict
from formcheck.motion.rep import Rep


def fault(code: str, cue: str, rep: int = 1, metric: str = "m") -> Fault:
    return Fault(code, rep, 0.0, "minor", 1.0, metric, 1.0, 0.1, 2.0, "deg", "message", cue)


ROUNDED = fault("SPINE_ROUNDED", "Chest proud, brace", metric="spine_curvature")
SHALLOW = fault("SHALLOW", "Go a little deeper", metric="hip_range")
FAST = fault("ECCENTRIC_FAST", "Lower it slower", metric="eccentric_s")


def pace(stage: str, progress: float = 0.0, lasts_s: float = float("nan")) -> Pace:
    made = Pace()
    made.stage, made.progress, made.lasts_s = stage, progress, lasts_s  # type: ignore[assignment]
    return made


TOP = pace("top")


def verdict(*reps: tuple[int, str, str, tuple[Fault, ...]]) -> Verdict:
    judged = tuple(
        JudgedRep(
            Rep(index, True, index * 5.0, index * 5.0 + 4.0, None, None, None, None),
            RepFindings((Metric(metric, 1.0, 0.1, "deg", status),), faults, None, ()),  # type: ignore[arg-type]
            True,
        )
        for index, metric, status, faults in reps
    )
    return Verdict(20.0, 1, "romanian_deadlift", 1.0, judged, None, None, False, (), 0.0)


def text(cue: Cue | None) -> str | None:
    return None if cue is None else cue.text


def test_the_most_important_is_said_first_and_one_at_a_time() -> None:
    policy = CuePolicy()
    for one in (FAST, SHALLOW, ROUNDED):
        policy.fault(one, 0.0)
    said = [text(policy.say(t_s, TOP, None)) for t_s in (0.0, 1.0, QUIET_S, 2 * QUIET_S)]
    assert said == ["Chest proud, brace", None, "Go a little deeper", "Lower it slower"]


@pytest.mark.parametrize(
    ("where", "heard"),
    [
        (pace("top"), True),
        (pace("lowering", 0.3), True),
        (pace("lowering", 0.7), False),
        (pace("bottom", 1.0), False),
        (pace("lifting", 0.5), False),
    ],
)
def test_nobody_is_talked_to_in_the_hard_part(where: Pace, heard: bool) -> None:
    policy = CuePolicy()
    policy.fault(ROUNDED, 0.0)
    assert (policy.say(0.5, where, None) is not None) is heard


def test_the_same_is_not_said_twice_within_some_seconds() -> None:
    policy = CuePolicy()
    said = []
    for tenth in range(300):
        policy.fault(ROUNDED, tenth / 10.0)
        if policy.say(tenth / 10.0, TOP, None) is not None:
            said.append(tenth / 10.0)
    assert said == pytest.approx([0.0, SAME_AGAIN_S, 2 * SAME_AGAIN_S])


def test_old_news_is_not_said() -> None:
    policy = CuePolicy()
    policy.fault(ROUNDED, 0.0)
    assert policy.say(STALE_S + 0.1, TOP, None) is None


def test_what_is_no_longer_held_true_is_not_said() -> None:
    policy = CuePolicy()
    policy.fault(ROUNDED, 0.0)
    policy.withdraw("SPINE_ROUNDED", 1)
    assert policy.say(0.1, TOP, None) is None


def test_a_falling_weight_is_braked_at_once_and_once() -> None:
    policy = CuePolicy()
    falling = pace("lowering", 0.6, lasts_s=1.5)
    falling.since_s = 10.0
    assert text(policy.say(11.0, falling, 3.0)) == SLOWER
    assert policy.say(11.1, falling, 3.0) is None


def test_a_weight_that_comes_down_in_time_is_left_alone() -> None:
    policy = CuePolicy()
    calm = pace("lowering", 0.6, lasts_s=3.2)
    assert policy.say(11.0, calm, 3.0) is None


def test_tempo_does_not_drown_a_rounded_back() -> None:
    policy = CuePolicy()
    policy.fault(ROUNDED, 10.0)
    falling = pace("lowering", 0.7, lasts_s=1.5)
    falling.since_s = 10.5
    assert policy.say(11.0, falling, 3.0) is None
    assert text(policy.say(12.0, TOP, 3.0)) == "Chest proud, brace"


def test_a_mended_fault_is_praised_once() -> None:
    policy = CuePolicy()
    policy.fault(ROUNDED, 0.0)
    assert policy.say(0.0, TOP, None) is not None
    policy.judged(verdict((1, "spine_curvature", "fault", (ROUNDED,))), 4.0)
    assert policy.say(5.0, TOP, None) is None
    for t_s in (8.0, 9.0):
        policy.judged(verdict((2, "spine_curvature", "ok", ())), t_s)
    praise = policy.say(9.0, TOP, None)
    assert praise is not None
    assert (praise.praise, praise.code) == (True, "SPINE_ROUNDED")
    policy.judged(verdict((3, "spine_curvature", "ok", ())), 13.0)
    assert policy.say(14.0, TOP, None) is None


def test_what_could_not_be_judged_is_not_praised() -> None:
    policy = CuePolicy()
    policy.fault(ROUNDED, 0.0)
    policy.say(0.0, TOP, None)
    policy.judged(verdict((2, "spine_curvature", "not_assessable", ())), 8.0)
    assert policy.say(9.0, TOP, None) is None
