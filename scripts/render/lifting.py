"""The set that is rendered: when each rep begins, turns and ends, and the position at any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from posing import Position

Floats = NDArray[np.float64]

STAND_S: Final = 1.0
TRUNK_DEG: Final = (-2.0, 72.0)
KNEE_DEG: Final = (6.0, 20.0)
TREMOR_DEG: Final = 0.25
SWAY_M: Final = 0.003
PHASES: Final = ("eccentric", "stretched_pause", "concentric", "top_pause")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a clip shows.

    Attributes:
        name: Name of the clip's files.
        seed: Seed of everything that is random in it.
        phases_s: Length of the four phases of a rep.
        spine_deg: Flexion of the spine at the bottom, 0 = flat back.
        faults: Codes of the faults that are planted in every rep.
        reps: How many reps.
        spread: Share by which phases and depths differ from rep to rep.
    """

    name: str
    seed: int
    phases_s: tuple[float, float, float, float]
    spine_deg: float
    faults: tuple[str, ...]
    reps: int = 4
    spread: float = 0.025


@dataclass(frozen=True, slots=True)
class PlannedRep:
    """One rep: its five phase boundaries in seconds, and its depth (1 = as planned)."""

    boundaries_s: tuple[float, float, float, float, float]
    depth: float


class Performance:
    """A plan carried out.

    Args:
        plan: The plan.
        fps: Frames a second.
    """

    def __init__(self, plan: Plan, fps: int) -> None:
        self.plan = plan
        random = np.random.default_rng(plan.seed)
        start_s = STAND_S
        reps = []
        for _ in range(plan.reps):
            lengths = np.array(plan.phases_s) * random.uniform(1 - plan.spread, 1 + plan.spread, 4)
            edges = start_s + np.concatenate([[0.0], np.cumsum(lengths)])
            first, second, third, fourth, fifth = (float(edge) for edge in edges)
            reps.append(
                PlannedRep(
                    (first, second, third, fourth, fifth),
                    float(random.uniform(1 - plan.spread, 1.0)),
                )
            )
            start_s = fifth
        self.reps = tuple(reps)
        self.t_s = np.arange(round((start_s + STAND_S) * fps)) / fps
        self._wander = np.stack([_slow_noise(random, self.t_s, hz) for hz in (1.5, 0.4, 1.2)])

    def depth(self) -> Floats:
        """How far down the lifter is in each frame, 0 = standing, shape (n,)."""
        depth = np.zeros(len(self.t_s))
        for rep in self.reps:
            down, bottom, up, top, _ = rep.boundaries_s
            depth += rep.depth * (
                minimum_jerk((self.t_s - down) / (bottom - down))
                - minimum_jerk((self.t_s - up) / (top - up))
            )
        return depth

    def positions(self) -> list[Position]:
        """The position in each frame."""
        positions = []
        for row, depth in enumerate(self.depth()):
            tremor, sway, knee_tremor = self._wander[:, row]
            positions.append(
                Position(
                    trunk_deg=_between(TRUNK_DEG, depth) + TREMOR_DEG * tremor,
                    knee_deg=_between(KNEE_DEG, depth) + TREMOR_DEG * knee_tremor,
                    spine_deg=self.plan.spine_deg * depth,
                    sway_m=SWAY_M * sway,
                )
            )
        return positions


def minimum_jerk(share: Floats) -> Floats:
    """The smoothest way from 0 to 1 (Flash and Hogan 1985), at rest before and after."""
    x = np.clip(share, 0.0, 1.0)
    return np.asarray(x**3 * (10.0 - 15.0 * x + 6.0 * x**2))


def _between(ends: tuple[float, float], share: float) -> float:
    return float(ends[0] + (ends[1] - ends[0]) * share)


def _slow_noise(random: np.random.Generator, t_s: Floats, cutoff_hz: float) -> Floats:
    """Smooth noise of variance 1: waves of random phase below a cut-off."""
    hz = cutoff_hz * random.uniform(0.15, 1.0, 12)
    phase = random.uniform(0.0, 2 * np.pi, 12)
    return np.asarray(
        np.sin(2 * np.pi * hz[:, None] * t_s + phase[:, None]).sum(axis=0) / np.sqrt(6.0)
    )
