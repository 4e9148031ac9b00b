"""One movement's course through time, and its fit to what several witnesses show of it.

See ``motion.profile`` for the family of courses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.marquardt import least_squares

FloatArray = NDArray[np.float64]

USUAL: Final = 3.0
USUAL_SPREAD: Final = 1.0
"""What the exponents are before any frame is seen: minimum jerk, or as well a cosine."""
EXPONENTS: Final = (1.3, 5.0)
LEAST_SCATTER: Final = 0.002
"""Least standard deviation of a witness from its course, in shares of the movement: no joint of
a standing body is stiller than a seventh of a degree in a bend by 70."""
SWAY_FRAMES_S: Final = 0.4
"""How long sway at rest stays on one side, which makes that many frames one observation."""
EXPONENT_STEP: Final = 1e-4


@dataclass(slots=True)
class Course:
    """One movement: when, how, and from and to which progress of each witness."""

    begin_s: float
    end_s: float
    rise: float
    fall: float
    amounts: FloatArray

    def at(self, t_s: FloatArray) -> FloatArray:
        """What the movement has added to each witness by a time, shape (m, k)."""
        from scipy.special import betainc

        share = np.clip((t_s - self.begin_s) / (self.end_s - self.begin_s), 0.0, 1.0)
        return np.outer(betainc(self.rise, self.fall, share), self.amounts)


@dataclass(frozen=True, slots=True)
class Frames:
    """What shows one movement: times of shape (m,), its witnesses of shape (m, k), each about its
    mean, and the weight of each witness."""

    t_s: FloatArray
    level: FloatArray
    weight: FloatArray


def frames_of(t_s: FloatArray, ways: FloatArray, scatter: FloatArray) -> Frames:
    """Frames whose weights let all witnesses, and all frames of one sway, count as one."""
    together = max(1.0, SWAY_FRAMES_S / float(np.median(np.diff(t_s))))
    weight = 1.0 / (scatter * np.sqrt(len(scatter) * together))
    return Frames(t_s, ways - ways.mean(axis=0), weight)


def fit_course(
    frames: Frames,
    course: Course,
    bounds: tuple[list[float], list[float]],
    shape: tuple[float, float] | None,
) -> tuple[float, FloatArray]:
    """Fit one course in place.

    Args:
        frames: What shows it.
        course: Where the fit begins; moved to where it ends.
        bounds: Earliest begin and end, and latest begin and end, seconds.
        shape: The exponents, or ``None`` to find them too.

    Returns:
        Standard error of the duration in seconds, and for each witness how far it is off the
        course, root mean square, as a share of its own range, shape (k,).
    """
    low, high = bounds
    start = [course.begin_s, course.end_s]
    if shape is None:
        start += [course.rise, course.fall]
        low, high = low + [EXPONENTS[0]] * 2, high + [EXPONENTS[1]] * 2

    def weighed(values: FloatArray) -> tuple[FloatArray, FloatArray]:
        return _weighed(frames, values, shape)

    found, slopes = least_squares(weighed, np.array(start), np.array(low), np.array(high))
    course.begin_s, course.end_s = float(found[0]), float(found[1])
    course.rise, course.fall = shape if shape is not None else (float(found[2]), float(found[3]))
    course.amounts = np.ones(1)
    trial = course.at(frames.t_s)[:, 0]
    trial -= trial.mean()
    course.amounts = _amounts(trial, frames.level)
    rest = frames.level - np.outer(trial, course.amounts)
    misfit = np.sqrt(np.mean(rest**2, axis=0)) / np.maximum(np.abs(course.amounts), 1e-9)
    errors = np.linalg.pinv(slopes.T @ slopes)
    variance = max(float(errors[0, 0] + errors[1, 1] - 2.0 * errors[0, 1]), 0.0)
    apart_s = _apart_s(slopes[: rest.size, :2], rest * frames.weight, frames.weight)
    # An edge lies anywhere between two frames, whatever the fit says of the frames.
    frame_s = float(np.median(np.diff(frames.t_s)))
    return float(np.sqrt(variance + apart_s**2 + frame_s**2 / 6.0)), misfit


def _apart_s(slopes: FloatArray, rest: FloatArray, weight: FloatArray) -> float:
    """Standard deviation of the durations that each witness alone would give, by one more step."""
    if len(weight) < 2:
        return 0.0
    steps = []
    for column in range(len(weight)):
        own = slopes[column * len(rest) : (column + 1) * len(rest)]
        begin, end = -np.linalg.pinv(own) @ rest[:, column]
        steps.append(end - begin)
    return float(np.sqrt(np.average(np.square(steps), weights=weight**2)))


def _amounts(trial: FloatArray, level: FloatArray) -> FloatArray:
    return np.asarray(trial @ level) / max(float(trial @ trial), 1e-12)


def _weighed(
    frames: Frames, values: FloatArray, shape: tuple[float, float] | None
) -> tuple[FloatArray, FloatArray]:
    """Residuals of a course in standard errors, witness after witness, and their slopes.

    The amounts are solved for within (variable projection); their own change is left out of the
    slopes but for the part that it cannot make up (Kaufman 1975, BIT 15:49-57).
    """
    from scipy.special import beta, betainc

    begin_s, end_s = float(values[0]), float(values[1])
    rise, fall = shape if shape is not None else (float(values[2]), float(values[3]))
    length_s = end_s - begin_s
    share = np.clip((frames.t_s - begin_s) / length_s, 0.0, 1.0)
    done = betainc(rise, fall, share)
    pace = share ** (rise - 1.0) * (1.0 - share) ** (fall - 1.0) / (beta(rise, fall) * length_s)
    columns = [-pace * (1.0 - share), -pace * share]
    if shape is None:
        columns.append((betainc(rise + EXPONENT_STEP, fall, share) - done) / EXPONENT_STEP)
        columns.append((betainc(rise, fall + EXPONENT_STEP, share) - done) / EXPONENT_STEP)
    changes = np.column_stack(columns)
    trial = done - done.mean()
    changes -= changes.mean(axis=0)
    amounts = _amounts(trial, frames.level)
    unseen = changes - np.outer(trial, trial @ changes) / max(float(trial @ trial), 1e-12)
    residuals = ((frames.level - np.outer(trial, amounts)) * frames.weight).ravel(order="F")
    slopes = np.concatenate([-each * unseen for each in amounts * frames.weight])
    if shape is None:
        usual = np.zeros((2, 4))
        usual[0, 2] = usual[1, 3] = 1.0 / USUAL_SPREAD
        residuals = np.concatenate([residuals, (values[2:] - USUAL) / USUAL_SPREAD])
        slopes = np.concatenate([slopes, usual])
    return residuals, slopes


def shared_shape(courses: Sequence[Course | None], way_there: int) -> tuple[float, float]:
    """Mean exponents of the movements in one direction, 0 or 1.

    Those in the other direction count half, and what is usual once.
    """
    known = [(i, course) for i, course in enumerate(courses) if course is not None]
    weights = [1.0, *(1.0 if i % 2 == way_there else 0.5 for i, _ in known)]
    rises = [USUAL, *(course.rise for _, course in known)]
    falls = [USUAL, *(course.fall for _, course in known)]
    return float(np.average(rises, weights=weights)), float(np.average(falls, weights=weights))
