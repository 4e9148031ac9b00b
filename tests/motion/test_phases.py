"""Phase boundaries against minimum-jerk movements whose beginning and end are known."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.motion.phases import movements, path_speed, still_between
from formcheck.motion.rep import Phase, Rep
from tests.synthetic import frames, min_jerk

START_S = 1.0
SPECIFIED_S = 0.10


def movement(t_s: np.ndarray, drive: np.ndarray, start: int, end: int) -> Phase | None:
    """The one movement between two rows of a drive that is all there is to see."""
    speed = path_speed(t_s, drive[:, None])
    (found,) = movements(t_s, speed, drive[:, None], [start, end], 0, len(t_s))
    return found


def lowered(lasts_s: float, fps: float, noise: float = 0.0, seed: int = 0) -> Phase:
    """The phase found in one lowering by a quarter of the body height, still at both ends."""
    t_s = frames(START_S + lasts_s + 1.0, fps)
    drive = min_jerk(t_s, 0.95, [(START_S, 0.95), (lasts_s, 0.70)])
    drive += noise * np.random.default_rng(seed).standard_normal(len(t_s))
    found = movement(t_s, drive, 0, len(t_s) - 1)
    assert found is not None
    return found


@pytest.mark.parametrize("fps", [24, 30, 60, 240])
@pytest.mark.parametrize("lasts_s", [1.0, 1.5, 2.0, 3.0, 4.0])
def test_beginning_and_end_of_a_smooth_movement(lasts_s: float, fps: float) -> None:
    found = lowered(lasts_s, fps)
    assert found.duration_s == pytest.approx(lasts_s, abs=SPECIFIED_S)
    assert found.start_s == pytest.approx(START_S, abs=SPECIFIED_S / 2)
    assert found.end_s == pytest.approx(START_S + lasts_s, abs=SPECIFIED_S / 2)


@pytest.mark.parametrize("fps", [30, 60])
@pytest.mark.parametrize("lasts_s", [1.0, 1.5, 2.0, 3.0])
def test_measurement_noise_leaves_the_mean_alone(lasts_s: float, fps: float) -> None:
    """2 mm a metre, about what the shoulders of a pose track scatter by."""
    errors = [lowered(lasts_s, fps, 0.002, seed).duration_s - lasts_s for seed in range(20)]
    assert abs(float(np.mean(errors))) < 0.15 * max(1.0, lasts_s / 2)


def test_uncertainty_covers_smooth_movements() -> None:
    for lasts_s in (1.0, 2.0, 3.0, 4.0):
        found = lowered(lasts_s, 30)
        assert abs(found.start_s - START_S) < 2 * found.boundary_uncertainty_s


def test_uncertainty_grows_with_coarser_frames() -> None:
    fine, usual, coarse = (lowered(1.0, fps).boundary_uncertainty_s for fps in (240, 30, 10))
    assert fine < usual < coarse
    assert coarse > 0.1 / np.sqrt(12)


def test_direction_does_not_matter() -> None:
    t_s = frames(4.0, 60)
    down = min_jerk(t_s, 0.95, [(1.0, 0.95), (2.0, 0.7)])
    falling, rising = (movement(t_s, d, 0, len(t_s) - 1) for d in (down, -down))
    assert falling is not None
    assert rising is not None
    assert (falling.start_s, falling.end_s) == pytest.approx((rising.start_s, rising.end_s))


@pytest.mark.parametrize("rows", [2, 3])
def test_too_few_frames(rows: int) -> None:
    t_s = frames(1.0)
    assert movement(t_s, t_s.copy(), 0, rows) is None


def test_a_gap_inside() -> None:
    t_s = frames(1.0)
    speed = np.ones(len(t_s))
    speed[10] = np.nan
    assert movements(t_s, speed, t_s[:, None], [0, 20], 0, len(t_s)) == [None]


def test_no_movement() -> None:
    t_s = np.arange(32) / 32
    assert movement(t_s, np.ones(len(t_s)), 0, 20) is None


def test_pause_between() -> None:
    pause = still_between(Phase(1.0, 2.0, 0.03), Phase(2.5, 3.0, 0.04))
    assert pause is not None
    assert (pause.start_s, pause.end_s, pause.duration_s) == (2.0, 2.5, 0.5)
    assert pause.boundary_uncertainty_s == pytest.approx(0.05 / np.sqrt(2))


def test_a_pause_is_never_negative() -> None:
    pause = still_between(Phase(1.0, 2.0), Phase(1.9, 3.0))
    assert pause is not None
    assert pause.duration_s == 0.0


def test_no_pause_without_both_neighbours() -> None:
    assert still_between(None, Phase(0.0, 1.0)) is None
    assert still_between(Phase(0.0, 1.0), None) is None


def test_a_phase_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Phase(2.0, 1.0)


def test_tempo_is_written_with_question_marks_for_what_is_not_seen() -> None:
    rep = Rep(1, False, 0.0, 4.0, Phase(0.0, 3.04), Phase(3.04, 3.54), None, None)
    assert rep.tempo == "3.0-0.5-?-?"


def hinged(t_s: np.ndarray, witnesses: np.ndarray | None) -> Phase:
    """A lowering of 3 s whose path begins half a second late, as shoulders over backing hips do."""
    path = min_jerk(t_s, 0.95, [(START_S + 0.5, 0.95), (2.5, 0.70), (0.5, 0.7)])[:, None]
    rows = [0, len(t_s) - 1]
    (found,) = movements(t_s, path_speed(t_s, path), path, rows, 0, len(t_s), witnesses)
    assert found is not None
    return found


def test_witnesses_time_a_movement_that_the_path_shows_late() -> None:
    t_s = frames(6.0)
    lean = min_jerk(t_s, 2.0, [(START_S, 2.0), (3.0, 70.0)])
    assert hinged(t_s, None).start_s == pytest.approx(START_S + 0.5, abs=0.1)
    assert hinged(t_s, lean[:, None]).start_s == pytest.approx(START_S, abs=0.05)


@pytest.mark.parametrize("useless", ["still", "unseen", "seen between"])
def test_a_witness_that_does_not_follow_is_left_out(useless: str) -> None:
    t_s = frames(6.0)
    lean = min_jerk(t_s, 2.0, [(START_S, 2.0), (3.0, 70.0)])
    other = {
        "still": np.full(len(t_s), 5.0),
        "unseen": np.where(t_s < 3.0, lean, np.nan),
        "seen between": np.where(np.abs(t_s - 2.5) < 1.0, lean, np.nan),
    }[useless]
    with_it = hinged(t_s, np.column_stack([lean, other]))
    assert with_it == hinged(t_s, lean[:, None])
    assert hinged(t_s, other[:, None]) == hinged(t_s, None)


def test_a_witness_that_makes_movements_of_its_own_is_left_out() -> None:
    """A head that is raised again by a tenth of its way before the bottom is reached."""
    t_s = frames(6.0)
    lean = min_jerk(t_s, 2.0, [(START_S, 2.0), (3.0, 70.0)])
    raised = min_jerk(t_s, 2.0, [(START_S, 2.0), (2.3, 75.0), (0.4, 66.0)])
    assert hinged(t_s, np.column_stack([lean, raised])) == hinged(t_s, lean[:, None])
