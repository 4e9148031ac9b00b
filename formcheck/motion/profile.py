"""When movements begin and end, from their whole course.

At rest a body sways as fast as a slow lowering begins, so no threshold on speed finds the
beginning. The middle of the movement is steep and clear, though, and the way people move from rest
to rest is known: speed rises and falls once, smoothly. A movement is therefore described as

    progress = I(u; a, b),  u = (t - begin) / (end - begin),

with I the regularised incomplete beta function, whose slope is u^(a-1) (1-u)^(b-1). a = b = 3 is
the minimum-jerk movement (Flash and Hogan 1985, J Neurosci 5:1688), about 2.4 a cosine; unequal
ones start briskly or late. Begin and end come out of the fit of all frames, and the two exponents
are shared by the movements of a set, since it is one lifter who makes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.rep import Phase

FloatArray = NDArray[np.float64]

USUAL: Final = 3.0
USUAL_SPREAD: Final = 0.7
"""What the exponents are before any frame is seen: minimum jerk."""
EXPONENTS: Final = (1.3, 5.0)
SCATTER: Final = 0.005
"""Standard error of one frame's progress, frames taken as independent."""
SWAY_FRAMES_S: Final = 0.4
"""How long sway at rest stays on one side, which makes that many frames one observation."""
SHAPE_DOUBT: Final = 0.035
"""Relative uncertainty of a duration from the course that a lifter takes not being known.

Exponents of 2.4 and of 3 fitted to the same frames give durations 12 % apart.
"""
MAX_MISFIT: Final = 0.06
"""A movement that is further off its best course than this (root mean square, of its range) has
a hitch in it, and its edges stay where its speed puts them."""
MAX_SHIFT: Final = 0.25
"""Share of a movement by which the fit may move an edge."""
PAST_TURN: Final = 0.06
"""Share of a movement by which an edge may lie past the turning point, which sway moves."""
REST_S: Final = 0.6
MAX_FRAMES: Final = 80
ROUNDS: Final = 4


@dataclass(slots=True)
class _Course:
    """One movement: when, how, and from and to which progress."""

    begin_s: float
    end_s: float
    rise: float
    fall: float
    amount: float

    def at(self, t_s: FloatArray) -> FloatArray:
        """What the movement has added to the progress by a time."""
        from scipy.special import betainc

        share = np.clip((t_s - self.begin_s) / (self.end_s - self.begin_s), 0.0, 1.0)
        return np.asarray(self.amount * betainc(self.rise, self.fall, share))


def progress(path: FloatArray, turns: Sequence[int]) -> FloatArray:
    """How far along its way a moving part is, 0 at one turning point and 1 at the other.

    Shoulders that turn about the hips move along an arc: it is taken as a parabola over the
    line between both ends, and progress is measured along it.

    Args:
        path: Shape (n, 1) or (n, 2), any unit.
        turns: Rows of the turning points, of alternating kind.

    Returns:
        Shape (n,); NaN where the path is unknown, or throughout when both ends coincide.

    Raises:
        ValueError: The path has more than two columns.
    """
    if path.shape[1] not in (1, 2):
        raise ValueError(f"a path has one or two columns, not {path.shape[1]}")
    near, far = (np.nanmedian(path[list(turns[first::2])], axis=0) for first in (0, 1))
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
    way: FloatArray,
    turns: Sequence[int],
    peaks: Sequence[int],
    phases: Sequence[Phase | None],
    limits: tuple[int, int],
) -> list[Phase | None]:
    """Put the edges of movements where their whole course says they are.

    Args:
        t_s: Shape (n,), seconds.
        way: Shape (n,), as from ``progress``.
        turns: Rows of the turning points, rising.
        peaks: For each movement the row of its highest speed.
        phases: For each movement where its speed puts its edges, or ``None``.
        limits: First row, and row past the last, of the stretch that they lie in.

    Returns:
        The phases with their edges moved; as they were where no course fits.
    """
    courses = [
        None
        if phase is None or not phase.duration_s > 0.0
        else _Course(
            phase.start_s,
            phase.end_s,
            USUAL,
            USUAL,
            float(np.nan_to_num(way[turns[i + 1]] - way[turns[i]])),
        )
        for i, phase in enumerate(phases)
    ]
    shapes: list[tuple[float, float]] = []
    fitted = list(phases)
    for round_ in range(ROUNDS):
        for i, (course, phase) in enumerate(zip(courses, phases, strict=True)):
            if course is None or phase is None:
                continue
            low = peaks[i - 1] if i else limits[0]
            high = peaks[i + 1] if i + 1 < len(peaks) else limits[1] - 1
            rows = _rows(t_s, way, course, (float(t_s[low]), float(t_s[high])))
            if len(rows) < 8:
                continue
            rest = _without_neighbours(t_s[rows], way[rows], courses, i)
            shape = shapes[i % 2] if shapes else None
            ends_s = (float(t_s[turns[i]]), float(t_s[turns[i + 1]]))
            doubt_s, misfit = _fit(t_s[rows], rest, course, _bounds(phase, ends_s), shape)
            believable = misfit <= MAX_MISFIT * abs(course.amount)
            shown_s = (float(t_s[limits[0]]), float(t_s[limits[1] - 1]))
            fitted[i] = _phase(phase, course, doubt_s, shown_s) if believable else phase
        if round_ == 1:
            shapes = [_shared_shape(courses, way_there) for way_there in (0, 1)]
    return fitted


def _rows(
    t_s: FloatArray, way: FloatArray, course: _Course, between_s: tuple[float, float]
) -> NDArray[np.intp]:
    """Rows that show a movement and the rest around it, thinned where there are very many."""
    room_s = max(REST_S, 0.5 * (course.end_s - course.begin_s))
    start_s = max(between_s[0], course.begin_s - room_s)
    past_s = min(between_s[1], course.end_s + room_s)
    rows = np.flatnonzero((t_s >= start_s) & (t_s <= past_s) & np.isfinite(way))
    return np.asarray(rows[:: max(1, len(rows) // MAX_FRAMES)])


def _without_neighbours(
    t_s: FloatArray, way: FloatArray, courses: list[_Course | None], index: int
) -> FloatArray:
    rest = way.copy()
    before = courses[index - 1] if index else None
    after = courses[index + 1] if index + 1 < len(courses) else None
    if before is not None:
        rest -= before.at(t_s) - before.amount
    if after is not None:
        rest -= after.at(t_s)
    return rest


def _bounds(phase: Phase, turns_s: tuple[float, float]) -> tuple[list[float], list[float]]:
    """Earliest and latest begin and end."""
    middle_s = (phase.start_s + phase.end_s) / 2.0
    shift_s = max(MAX_SHIFT * phase.duration_s, 0.1)
    past_s = PAST_TURN * phase.duration_s
    begin_s = max(phase.start_s - shift_s, min(turns_s[0] - past_s, phase.start_s))
    end_s = min(phase.end_s + shift_s, max(turns_s[1] + past_s, phase.end_s))
    return [begin_s, middle_s], [middle_s, end_s]


def _fit(
    t_s: FloatArray,
    way: FloatArray,
    course: _Course,
    bounds: tuple[list[float], list[float]],
    shape: tuple[float, float] | None,
) -> tuple[float, float]:
    """Fit one course in place; standard error of its duration in seconds, and its misfit."""
    # Imported here: SciPy takes half a second, which the pose model's work can cover.
    from scipy.optimize import least_squares

    def misfit(values: FloatArray) -> FloatArray:
        rise, fall = shape if shape is not None else (float(values[2]), float(values[3]))
        trial = _Course(float(values[0]), float(values[1]), rise, fall, 1.0).at(t_s)
        trial -= trial.mean()
        level = way - way.mean()
        course.amount = float(trial @ level) / max(float(trial @ trial), 1e-12)
        return np.asarray(level - course.amount * trial)

    def weighed(values: FloatArray) -> FloatArray:
        usual = () if shape is not None else (values[2:] - USUAL) / USUAL_SPREAD
        return np.concatenate([misfit(values) / SCATTER, usual])

    low, high = bounds
    start = [course.begin_s, course.end_s]
    if shape is None:
        start += [course.rise, course.fall]
        low, high = low + [EXPONENTS[0]] * 2, high + [EXPONENTS[1]] * 2
    edge = 1e-6
    start = list(np.clip(start, np.array(low) + edge, np.array(high) - edge))
    scale = [0.1, 0.1, 0.3, 0.3][: len(start)]
    found = least_squares(weighed, start, bounds=(low, high), x_scale=scale, max_nfev=20)
    rest = misfit(found.x)
    course.begin_s, course.end_s = float(found.x[0]), float(found.x[1])
    if shape is None:
        course.rise, course.fall = float(found.x[2]), float(found.x[3])
    else:
        course.rise, course.fall = shape
    spread = float(np.sqrt(np.mean(rest**2)))
    slopes = np.asarray(found.jac)
    errors = np.linalg.pinv(slopes.T @ slopes)
    variance = errors[0, 0] + errors[1, 1] - 2.0 * errors[0, 1]
    frame_s = float(np.median(np.diff(t_s)))
    together = max(1.0, SWAY_FRAMES_S / frame_s)
    doubt_s = float(np.sqrt(max(variance, 0.0) * together)) * spread / SCATTER
    # An edge lies anywhere between two frames, whatever the fit says of the frames.
    doubt_s = float(np.hypot(doubt_s, frame_s / np.sqrt(6.0)))
    return doubt_s, spread


def _shared_shape(courses: list[_Course | None], way_there: int) -> tuple[float, float]:
    """Mean exponents of the movements in one direction.

    Those in the other direction count half, and what is usual once.
    """
    known = [(i, course) for i, course in enumerate(courses) if course is not None]
    weights = [1.0, *(1.0 if i % 2 == way_there else 0.5 for i, _ in known)]
    rises = [USUAL, *(course.rise for _, course in known)]
    falls = [USUAL, *(course.fall for _, course in known)]
    return float(np.average(rises, weights=weights)), float(np.average(falls, weights=weights))


def _phase(phase: Phase, course: _Course, doubt_s: float, shown_s: tuple[float, float]) -> Phase:
    duration_s = course.end_s - course.begin_s
    both_s = float(np.hypot(doubt_s, SHAPE_DOUBT * duration_s))
    return replace(
        phase,
        # A movement that the clip cuts off is shown from its first frame or to its last.
        start_s=max(course.begin_s, shown_s[0]),
        end_s=min(course.end_s, shown_s[1]),
        # Of a duration, which two edges share.
        boundary_uncertainty_s=both_s / float(np.sqrt(2.0)),
    )
