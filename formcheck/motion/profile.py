"""When movements begin and end, from their whole course.

At rest a body sways as fast as a slow lowering begins, so no threshold on speed finds the
beginning. The middle of the movement is steep and clear, though, and the way people move from rest
to rest is known: speed rises and falls once, smoothly. A movement is therefore described as

    progress = I(u; a, b),  u = (t - begin) / (end - begin),

with I the regularised incomplete beta function, whose slope is u^(a-1) (1-u)^(b-1). a = b = 3 is
the minimum-jerk movement (Flash and Hogan 1985, J Neurosci 5:1688), about 2.4 a cosine; unequal
ones start briskly or late. Begin and end come out of the fit of all frames, and the two exponents
are shared by the movements of a set, since it is one lifter who makes them.

Several witnesses may show one movement (the trunk, the line from hips to head): all of them share
its course, each has a range of its own, and counts by how closely it keeps to such a course.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.course import (
    LEAST_SCATTER,
    USUAL,
    Course,
    fit_course,
    frames_of,
    shared_shape,
)
from formcheck.motion.rep import Phase

FloatArray = NDArray[np.float64]

SHAPE_DOUBT: Final = 0.05
"""Relative uncertainty of a duration from the course that a lifter takes not being known.

Exponents of 2.4 and of 3 fitted to the same frames give durations 12 % apart, and sway leaves half
of that undecided (scripts/measure_tempo.py).
"""
MAX_MISFIT: Final = 0.03
"""A movement of which every witness is further off its best course than this (root mean square,
of its range) has a hitch in it, and its edges stay where its speed puts them. A halt half way that
lasts a fifth of the movement leaves 0.04, a lowering that ends in a fall 0.05."""
MAX_SHIFT: Final = 0.25
"""Share of a movement by which the fit may move an edge outwards."""
MIN_SHARE: Final = 0.1
"""A movement keeps at least this share of its length."""
PAST_TURN: Final = 0.4
"""Share of a movement by which an edge may lie past the turning point, which may be anywhere in a
rest: hips that go back while the trunk tips leave the shoulders where they are."""
TENTHS: Final = (0.1, 0.9)
"""Progress, clear of what sways at rest, from which the edges are first guessed."""
HALFWAY: Final = (0.2, 0.8)
REST_S: Final = 0.6
MAX_FRAMES: Final = 80
UNSEEN_SHARE: Final = 0.1
"""Of a movement of which more than this had passed when it was first seen, or was still to come
when it was last seen, only the least duration is known."""
ROUNDS: Final = 4


def progress(path: FloatArray, turns: Sequence[int]) -> FloatArray:
    """How far along its way a moving part is, 0 at one turning point and 1 at the other.

    Shoulders that turn about the hips move along an arc: it is taken as a parabola over the
    line between both ends, and progress is measured along it.

    Args:
        path: Shape (n, 1) or (n, 2), any unit.
        turns: Rows of the turning points, of alternating kind.

    Returns:
        Shape (n,); NaN where the path is unknown, or throughout when both ends coincide or one
        is never seen.

    Raises:
        ValueError: The path has more than two columns.
    """
    if path.shape[1] not in (1, 2):
        raise ValueError(f"a path has one or two columns, not {path.shape[1]}")
    ends = [path[list(turns[first::2])] for first in (0, 1)]
    if not all(np.isfinite(end).any(axis=0).all() for end in ends):
        return np.full(len(path), np.nan)
    near, far = (np.nanmedian(end, axis=0) for end in ends)
    chord = far - near
    span = float(np.linalg.norm(chord))
    if not span > 0.0:
        return np.full(len(path), np.nan)
    chord /= span
    along = (path - near) @ chord / span
    if path.shape[1] == 1:
        return np.asarray(along)
    aside = (path - near) @ np.array([-chord[1], chord[0]]) / span
    bow = np.nan_to_num(np.clip(4.0 * along * (1.0 - along), 0.0, None))
    height = float(bow @ np.nan_to_num(aside)) / max(float(bow @ bow), 1e-9)
    grid = np.linspace(-0.5, 1.5, 401)
    slope = 4.0 * height * (1.0 - 2.0 * np.clip(grid, 0.0, 1.0))
    pace = np.hypot(1.0, slope)
    arc = np.concatenate([[0.0], np.cumsum((pace[1:] + pace[:-1]) / 2.0) * (grid[1] - grid[0])])
    begin, end = np.interp([0.0, 1.0], grid, arc)
    return np.asarray((np.interp(along, grid, arc) - begin) / (end - begin))


def fit_edges(
    t_s: FloatArray,
    ways: FloatArray,
    turns: Sequence[int],
    peaks: Sequence[int],
    phases: Sequence[Phase | None],
    limits: tuple[int, int],
) -> list[Phase | None]:
    """Put the edges of movements where their whole course says they are.

    Args:
        t_s: Shape (n,), seconds.
        ways: Shape (n, k), each column as from ``progress``: the movement as k witnesses show it.
        turns: Rows of the turning points, rising.
        peaks: For each movement the row of its highest speed.
        phases: For each movement where its speed puts its edges, or ``None``.
        limits: First row, and row past the last, of the stretch that they lie in.

    Returns:
        The phases with their edges moved; as they were where no course fits.
    """
    guesses = [
        None
        if phase is None or not phase.duration_s > 0.0
        else _guess(t_s, ways, (turns[i], turns[i + 1]), _around(peaks, i, limits)) or phase
        for i, phase in enumerate(phases)
    ]
    courses = [
        None
        if guess is None
        else Course(guess.start_s, guess.end_s, USUAL, USUAL, np.zeros(ways.shape[1]))
        for guess in guesses
    ]
    for i, course in enumerate(courses):
        if course is not None:
            course.amounts = np.nan_to_num(ways[turns[i + 1]] - ways[turns[i]])
    scatter = np.full(ways.shape[1], 2.0 * LEAST_SCATTER)
    shapes: list[tuple[float, float]] = []
    fitted = list(phases)
    for round_ in range(ROUNDS):
        misfits = []
        for i, (course, guess, phase) in enumerate(zip(courses, guesses, phases, strict=True)):
            if course is None or guess is None or phase is None:
                continue
            rows = _rows(t_s, ways, course, _around(peaks, i, limits))
            if len(rows) < 8:
                continue
            frames = frames_of(
                t_s[rows], _without_neighbours(t_s[rows], ways[rows], courses, i), scatter
            )
            ends_s = (float(t_s[turns[i]]), float(t_s[turns[i + 1]]))
            shape = shapes[i % 2] if shapes else None
            doubt_s, misfit = fit_course(frames, course, _bounds(guess, ends_s), shape)
            misfits.append(misfit)
            shown_s = (float(t_s[limits[0]]), float(t_s[limits[1] - 1]))
            if float(misfit.min()) <= MAX_MISFIT:
                fitted[i] = _phase(phase, course, doubt_s, shown_s)
            else:
                fitted[i] = _doubted(phase, guess)
        if misfits:
            usual = np.sqrt(np.mean(np.square(misfits), axis=0))
            scatter = np.maximum(usual, LEAST_SCATTER)
        if round_ == 1:
            shapes = [shared_shape(courses, way_there) for way_there in (0, 1)]
    return fitted


def _doubted(phase: Phase, guess: Phase) -> Phase:
    """A phase as its speed puts it, with the doubt that its tenths would put it elsewhere."""
    apart_s = (guess.duration_s - phase.duration_s) / np.sqrt(2.0)
    both_s = float(np.hypot(phase.boundary_uncertainty_s, apart_s))
    return replace(phase, boundary_uncertainty_s=both_s)


def _around(peaks: Sequence[int], index: int, limits: tuple[int, int]) -> tuple[int, int]:
    """Rows of the fastest moments of the movements before and after one."""
    low = peaks[index - 1] if index else limits[0]
    return low, peaks[index + 1] if index + 1 < len(peaks) else limits[1] - 1


def _guess(
    t_s: FloatArray, ways: FloatArray, turns: tuple[int, int], around: tuple[int, int]
) -> Phase | None:
    """Begin and end of the minimum-jerk movement that makes its first and last tenth with this one.

    Unlike the highest speed, these times do not depend on a landmark that jumps.
    """
    from scipy.special import betaincinv

    inside = np.arange(around[0], around[1] + 1)
    known = np.isfinite(ways[inside]).all(axis=1)
    inside = inside[known]
    start, end = ways[turns[0]].mean(), ways[turns[1]].mean()
    if not len(inside) or not abs(end - start) > 0.0:
        return None
    done = (np.median(ways[inside], axis=1) - start) / (end - start)
    between = (inside >= turns[0]) & (inside <= turns[1])
    half = inside[between & (done > HALFWAY[0]) & (done < HALFWAY[1])]
    if len(half) < 3:
        return None
    middle = half[len(half) // 2]
    before = inside[(inside < middle) & (done <= TENTHS[0])]
    past = inside[(inside > middle) & (done >= TENTHS[1])]
    if not len(before) or not len(past):
        return None
    tenth = float(betaincinv(USUAL, USUAL, TENTHS[0]))
    low_s, high_s = float(t_s[before[-1]]), float(t_s[past[0]])
    edge_s = tenth * (high_s - low_s) / (1.0 - 2.0 * tenth)
    return Phase(low_s - edge_s, high_s + edge_s)


def _rows(
    t_s: FloatArray, ways: FloatArray, course: Course, around: tuple[int, int]
) -> NDArray[np.intp]:
    """Rows that show a movement and the rest around it, thinned where there are very many."""
    room_s = max(REST_S, 0.5 * (course.end_s - course.begin_s))
    start_s = max(float(t_s[around[0]]), course.begin_s - room_s)
    past_s = min(float(t_s[around[1]]), course.end_s + room_s)
    known = np.isfinite(ways).all(axis=1)
    rows = np.flatnonzero((t_s >= start_s) & (t_s <= past_s) & known)
    return np.asarray(rows[:: max(1, len(rows) // MAX_FRAMES)])


def _without_neighbours(
    t_s: FloatArray, ways: FloatArray, courses: list[Course | None], index: int
) -> FloatArray:
    rest = ways.copy()
    before = courses[index - 1] if index else None
    after = courses[index + 1] if index + 1 < len(courses) else None
    if before is not None:
        rest -= before.at(t_s) - before.amounts
    if after is not None:
        rest -= after.at(t_s)
    return rest


def _bounds(guess: Phase, turns_s: tuple[float, float]) -> tuple[list[float], list[float]]:
    """Earliest and latest begin and end."""
    middle_s = (guess.start_s + guess.end_s) / 2.0
    shift_s = max(MAX_SHIFT * guess.duration_s, 0.1)
    past_s = PAST_TURN * guess.duration_s
    begin_s = max(guess.start_s - shift_s, min(turns_s[0] - past_s, guess.start_s))
    end_s = min(guess.end_s + shift_s, max(turns_s[1] + past_s, guess.end_s))
    half_s = MIN_SHARE * guess.duration_s / 2.0
    return [begin_s, middle_s + half_s], [middle_s - half_s, end_s]


def _phase(phase: Phase, course: Course, doubt_s: float, shown_s: tuple[float, float]) -> Phase:
    duration_s = course.end_s - course.begin_s
    both_s = float(np.hypot(doubt_s, SHAPE_DOUBT * duration_s))
    unseen_s = max(shown_s[0] - course.begin_s, 0.0) + max(course.end_s - shown_s[1], 0.0)
    both_s = float(np.hypot(both_s, unseen_s))
    if unseen_s > max(UNSEEN_SHARE * duration_s, doubt_s):
        # How long it took before it was seen is anybody's guess: it may be twice as long.
        both_s = max(both_s, duration_s)
    return replace(
        phase,
        # A movement that the clip cuts off is shown from its first frame or to its last.
        start_s=max(course.begin_s, shown_s[0]),
        end_s=min(course.end_s, shown_s[1]),
        # Of a duration, which two edges share.
        boundary_uncertainty_s=both_s / float(np.sqrt(2.0)),
    )
