"""Edges of movements from their whole course, against courses whose edges are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import betainc

from formcheck.motion.profile import fit_edges, progress
from formcheck.motion.rep import Phase
from tests.synthetic import frames

FloatArray = NDArray[np.float64]
DOWN_S, BOTTOM_S, UP_S, TOP_S = 1.0, 4.2, 4.6, 5.9


def there_and_back(t_s: FloatArray, rise: float = 3.0, fall: float = 3.0) -> FloatArray:
    """Down from 1.0 to 4.2 s, up from 4.6 to 5.9 s."""
    down = betainc(rise, fall, np.clip((t_s - DOWN_S) / (BOTTOM_S - DOWN_S), 0, 1))
    up = betainc(rise, fall, np.clip((t_s - UP_S) / (TOP_S - UP_S), 0, 1))
    return np.asarray(down - up)


def fitted(t_s: FloatArray, way: FloatArray, off_s: float = 0.2) -> list[Phase | None]:
    """The fit when speed put the edges of both movements too far out."""
    rows = [int(np.searchsorted(t_s, at)) for at in (0.5, 4.4, 6.4)]
    peaks = [int(np.searchsorted(t_s, at)) for at in (2.6, 5.25)]
    guesses = [Phase(DOWN_S - off_s, BOTTOM_S + 0.1), Phase(UP_S - 0.1, TOP_S + off_s)]
    return fit_edges(t_s, way[:, None], rows, peaks, guesses, (0, len(t_s)))


@pytest.mark.parametrize("fps", [24, 60])
@pytest.mark.parametrize("shape", [(3.0, 3.0), (2.4, 2.4), (2.4, 3.4)])
def test_edges_of_a_known_course(fps: float, shape: tuple[float, float]) -> None:
    t_s = frames(7.0, fps)
    down, up = fitted(t_s, there_and_back(t_s, *shape))
    assert down is not None
    assert up is not None
    assert down.duration_s == pytest.approx(BOTTOM_S - DOWN_S, rel=0.06)
    assert up.duration_s == pytest.approx(TOP_S - UP_S, rel=0.06)
    assert down.end_s == pytest.approx(BOTTOM_S, abs=0.16)


@pytest.mark.parametrize(("first_s", "doubted"), [(0.5, False), (2.0, True)])
def test_a_movement_that_was_under_way_when_first_seen_is_doubted(
    first_s: float, doubted: bool
) -> None:
    t_s = frames(7.0)[int(30 * first_s) :]
    down, up = fitted(t_s, there_and_back(t_s))
    assert down is not None
    assert up is not None
    assert (down.boundary_uncertainty_s > 0.5 * down.duration_s) is doubted
    assert up.boundary_uncertainty_s < 0.2 * up.duration_s


def test_sway_at_rest_does_not_move_the_edges() -> None:
    """Half a percent of the way, at 0.7 Hz: as fast as the lowering in its first quarter second."""
    t_s = frames(7.0)
    errors = []
    for phase in np.linspace(0, 2 * np.pi, 8, endpoint=False):
        sway = 0.005 * np.sin(2 * np.pi * 0.7 * t_s + phase)
        down, _ = fitted(t_s, there_and_back(t_s) + sway)
        assert down is not None
        errors.append(down.duration_s - (BOTTOM_S - DOWN_S))
    assert abs(np.mean(errors)) < 0.05
    assert np.abs(errors).mean() < 0.2


def test_doubt_covers_noise() -> None:
    t_s = frames(7.0)
    random = np.random.default_rng(0)
    z = []
    for _ in range(12):
        noise = np.convolve(0.02 * random.standard_normal(len(t_s)), np.ones(5) / 5, "same")
        down, _ = fitted(t_s, there_and_back(t_s) + noise)
        assert down is not None
        error_s = down.duration_s - (BOTTOM_S - DOWN_S)
        z.append(abs(error_s) / (np.sqrt(2) * down.boundary_uncertainty_s))
    assert float(np.mean(z)) < 1.5


def test_a_movement_with_a_hitch_keeps_the_edges_of_its_speed() -> None:
    t_s = frames(7.0)
    steps = np.interp(t_s, [1.0, 1.3, 3.9, 4.2], [0.0, 0.5, 0.5, 1.0])
    guess = Phase(0.9, 4.3)
    rows, peak = [0, len(t_s) - 1], [int(np.searchsorted(t_s, 1.15))]
    (kept,) = fit_edges(t_s, steps[:, None], rows, peak, [guess], (0, len(t_s)))
    assert kept is not None
    assert (kept.start_s, kept.end_s) == (guess.start_s, guess.end_s)
    assert kept.boundary_uncertainty_s > 0.1


def test_a_landmark_that_jumps_leaves_the_edges_where_they_are() -> None:
    """A tenth of the way and back within 0.1 s: faster than the lowering at its fastest."""
    t_s = frames(7.0)
    way = there_and_back(t_s) + 0.1 * (np.abs(t_s - 2.0) < 0.05)
    down, _ = fitted(t_s, way)
    assert down is not None
    assert down.start_s == pytest.approx(DOWN_S, abs=0.05)
    assert down.end_s == pytest.approx(BOTTOM_S, abs=0.05)


def test_a_steady_witness_outweighs_a_wandering_one() -> None:
    t_s = frames(7.0)
    rows = [int(np.searchsorted(t_s, at)) for at in (0.5, 4.4, 6.4)]
    peaks = [int(np.searchsorted(t_s, at)) for at in (2.6, 5.25)]
    guesses = [Phase(DOWN_S, BOTTOM_S), Phase(UP_S, TOP_S)]
    good = there_and_back(t_s)
    errors: dict[int, list[float]] = {1: [], 2: []}
    for phase in np.linspace(0, 2 * np.pi, 8, endpoint=False):
        bad = good + 0.03 * np.sin(2 * np.pi * 0.5 * t_s + phase)
        for count, ways in ((1, bad[:, None]), (2, np.column_stack([bad, good]))):
            down, _ = fit_edges(t_s, ways, rows, peaks, guesses, (0, len(t_s)))
            assert down is not None
            errors[count].append(abs(down.duration_s - (BOTTOM_S - DOWN_S)))
    assert np.mean(errors[2]) < 0.06
    assert np.mean(errors[1]) > 2.0 * np.mean(errors[2])


def test_witnesses_that_disagree_are_doubted() -> None:
    t_s = frames(7.0)
    rows, peaks = [15, 130, 190], [78, 158]
    guesses = [Phase(DOWN_S, BOTTOM_S), Phase(UP_S, TOP_S)]
    way = there_and_back(t_s)
    late = way + betainc(3, 3, np.clip((t_s - DOWN_S - 0.5) / (BOTTOM_S - DOWN_S - 0.5), 0, 1))
    late -= betainc(3, 3, np.clip((t_s - DOWN_S) / (BOTTOM_S - DOWN_S), 0, 1))
    doubts = []
    for other in (way, late):
        down, _ = fit_edges(t_s, np.column_stack([way, other]), rows, peaks, guesses, (0, len(t_s)))
        assert down is not None
        doubts.append(down.boundary_uncertainty_s)
    assert doubts[1] > 1.3 * doubts[0]


def test_an_unseen_movement_stays_unseen() -> None:
    t_s = frames(7.0)
    assert fit_edges(t_s, np.zeros((len(t_s), 1)), [0, 50], [20], [None], (0, len(t_s))) == [None]


def test_progress_along_an_arc_goes_with_the_angle() -> None:
    angle = np.radians(np.linspace(0.0, 70.0, 71))
    arc = np.column_stack([np.sin(angle), np.cos(angle)])
    way = progress(arc, [0, 70])
    assert way == pytest.approx(angle / angle[-1], abs=0.02)


def test_progress_of_a_line_is_its_share() -> None:
    path = np.column_stack([np.linspace(2.0, 4.0, 9), np.linspace(1.0, -3.0, 9)])
    assert progress(path, [0, 8]) == pytest.approx(np.linspace(0, 1, 9), abs=0.006)
    assert progress(path[:, :1], [0, 8]) == pytest.approx(np.linspace(0, 1, 9))


def test_no_way_where_both_ends_are_one_place() -> None:
    assert np.isnan(progress(np.ones((5, 2)), [0, 4])).all()


def test_three_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="one or two columns"):
        progress(np.ones((5, 3)), [0, 4])
