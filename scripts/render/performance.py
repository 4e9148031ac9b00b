"""A planned lift carried out: the rep times and what the lifter does at any moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from plans import Filming, Lift
from timeline import Node, RepPlan, TimedRep, follow, minimum_jerk, nodes_of, schedule, slow_noise

Floats = NDArray[np.float64]

TREMOR_DEG: Final = 0.25
SWAY_M: Final = 0.003
ECCENTRIC_SPREAD: Final = 0.6
"""Lowering times vary by this share of the spread of the other phases: they are counted out."""
STEP_S: Final = 0.55
STEP_M: Final = 0.62
HINGES: Final = ("romanian_deadlift", "good_morning", "none")
CURLS: Final = ("seated_leg_curl", "lying_leg_curl")
PARK_S: Final = (2.2, 0.8, 1.8)
"""Down with the weight, a moment there, up without it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the lifter does at one moment; units as in ``plans.Lift``.

    Attributes:
        place: 0 at rest, 1 at the turn.
        stretch: 0 = hamstrings short, 1 = long.
        knee_deg, trunk_deg, lumbar_deg, thoracic_deg: Angles.
        ahead_m, toes_m, lift_deg, slide_m, rock_deg, hip_deg: As planned, at this moment.
        reach: How far the hands have gone to the floor (raise), 0 to 1.
        walked_m: How far the lifter is from the lifting place, positive = behind it.
        stride: Phase of the gait in steps; 0 = standing.
        swing: How large the strides are, 0 to 1.
        parked: How far the weight has been put down, 0 to 1 and, when left there, 2.
    """

    place: float = 0.0
    stretch: float = 0.0
    knee_deg: float = 0.0
    trunk_deg: float = 0.0
    lumbar_deg: float = 0.0
    thoracic_deg: float = 0.0
    ahead_m: float = 0.0
    toes_m: float = 0.0
    lift_deg: float = 0.0
    slide_m: float = 0.0
    rock_deg: float = 0.0
    hip_deg: float = 0.0
    reach: float = 0.0
    walked_m: float = 0.0
    stride: float = 0.0
    swing: float = 0.0
    parked: float = 0.0


class Performance:
    """A lift carried out.

    Args:
        lift: The lift.
        film: How it is recorded.
        seed: Seed of what varies.
        flat_deg: Lumbar flexion at which the lifter's back is flat (``flat_back``).
    """

    def __init__(self, lift: Lift, film: Filming, seed: int, flat_deg: float) -> None:
        self.lift = lift
        self.flat_deg = flat_deg if lift.exercise in HINGES else 0.0
        random = np.random.default_rng(seed)
        self._own = {}
        plans = []
        for index in range(lift.reps):
            planted = not lift.faulty_reps or index + 1 in lift.faulty_reps
            plans.append(self._rep(random, index, planted))
            self._own[index] = self._planted(random, planted)
        self.reps: list[TimedRep] = schedule(tuple(plans), lift.lead_s, lift.exercise not in CURLS)
        end_s = self.reps[-1].edges_s[-1] if self.reps else lift.lead_s
        self.end_s = end_s + lift.tail_s
        self.set_end_s = end_s
        self.t_s = _frame_times(random, self.end_s, film)
        self._nodes = self._fidgets() + nodes_of(self.reps)
        self._wander = [(random.integers(1 << 30), hz) for hz in (1.5, 0.4, 1.2)]

    def moments(self, t_s: Floats) -> list[Moment]:
        """What the lifter does at these times."""
        lift = self.lift
        place = follow(t_s, self._nodes) if self._nodes else np.zeros(len(t_s))
        own = self._blended(t_s, place)
        tremor, sway, knee_tremor = (
            slow_noise(np.random.default_rng(int(seed)), t_s, hz) for seed, hz in self._wander
        )
        walked, stride, swing = self._walk(t_s)
        parked = self._parking(t_s)
        stooped = np.where(parked > 1.0, 2.0 - parked, parked) * lift.flattened * self.flat_deg
        curl = lift.exercise in CURLS
        knee = lift.knee_deg[0] + (lift.knee_deg[1] - lift.knee_deg[0]) * place
        moving = 0.0 if curl else 1.0
        trunk = lift.trunk_deg[0] + moving * (lift.trunk_deg[1] - lift.trunk_deg[0]) * place
        trunk = trunk - own["lean_back_deg"] * self._leaning_back(t_s)
        breaking = minimum_jerk((place - 0.2) / 0.55) / np.maximum(place, 0.05)
        reach = minimum_jerk((place - 0.62) / 0.33) if lift.hands_help else np.zeros(len(t_s))
        return [
            Moment(
                place=float(place[i]),
                stretch=float(1.0 - place[i] if curl else place[i]),
                knee_deg=float(knee[i] + TREMOR_DEG * knee_tremor[i]),
                trunk_deg=float(trunk[i] + TREMOR_DEG * tremor[i]),
                lumbar_deg=float(own["lumbar_deg"][i] + stooped[i]),
                thoracic_deg=float(own["thoracic_deg"][i]),
                ahead_m=float(own["ahead_m"][i]),
                toes_m=float(own["toes_m"][i] + SWAY_M * sway[i]),
                lift_deg=float(own["lift_deg"][i]),
                slide_m=float(own["slide_m"][i]),
                rock_deg=float(own["rock_deg"][i]),
                hip_deg=float(lift.hip_deg + own["break_deg"][i] * breaking[i]),
                reach=float(reach[i]),
                walked_m=float(walked[i]),
                stride=float(stride[i]),
                swing=float(swing[i]),
                parked=float(parked[i]),
            )
            for i in range(len(t_s))
        ]

    def _rep(self, random: np.random.Generator, index: int, planted: bool) -> RepPlan:
        lift, spread = self.lift, self.lift.spread
        share = index / max(1, lift.reps - 1)
        slower = 1.0 + (lift.drift - 1.0) * share
        varied = np.array(lift.phases_s) * random.uniform(1 - spread, 1 + spread, 4)
        lowering = random.uniform(-1.0, 1.0) * spread * ECCENTRIC_SPREAD
        varied[0] = lift.phases_s[0] * (1.0 + lowering) * slower
        first, second, third, fourth = (float(length) for length in varied)
        return RepPlan(
            (first, second, third, fourth),
            float(random.uniform(1 - 0.6 * spread, 1.0)),
            lift.bounce and planted,
            lift.drop if planted else None,
        )

    def _planted(self, random: np.random.Generator, planted: bool) -> dict[str, float]:
        lift = self.lift
        natural = {
            "lumbar_deg": random.uniform(-3.0, 6.0) + lift.flattened * self.flat_deg,
            "thoracic_deg": random.uniform(-4.0, 6.0),
        }
        own = {}
        for name in _OWN:
            value = getattr(lift, name) if planted else 0.0
            varied = value * random.uniform(1 - lift.spread, 1 + lift.spread)
            own[name] = float(varied if value else natural.get(name, 0.0))
        if planted and lift.lumbar_deg > 0.0:
            own["lumbar_deg"] += self.flat_deg
        return own

    def _blended(self, t_s: Floats, place: Floats) -> dict[str, Floats]:
        """Each planted magnitude over time: it grows with the rep that shows it."""
        total = {name: np.zeros(len(t_s)) for name in _OWN}
        for index, rep in enumerate(self.reps):
            inside = (t_s >= rep.edges_s[0]) & (t_s < rep.edges_s[-1])
            for name, value in self._own[index].items():
                scale = 1.0 if name == "lean_back_deg" else place[inside]
                total[name][inside] = value * scale
        return total

    def _leaning_back(self, t_s: Floats) -> Floats:
        lean = np.zeros(len(t_s))
        for rep in self.reps:
            (start, end), (_, home) = rep.phase("concentric"), rep.phase("top_pause")
            nodes = [Node(start + 0.65 * (end - start), 0.0), Node(end + 0.15, 1.0)]
            nodes += [Node(home - 0.4, 1.0), Node(home, 0.0)]
            inside = (t_s >= nodes[0].t_s) & (t_s < home)
            lean[inside] = follow(t_s, nodes)[inside]
        return lean

    def _fidgets(self) -> list[Node]:
        if self.lift.before != "fidget":
            return []
        end = self.lift.lead_s
        return [
            Node(0.4, 0.0),
            Node(0.4 + 0.25 * end, 0.17),
            Node(0.4 + 0.45 * end, 0.03),
            Node(0.4 + 0.6 * end, 0.12),
            Node(0.4 + 0.8 * end, 0.0),
        ]

    def _walk(self, t_s: Floats) -> tuple[Floats, Floats, Floats]:
        """Distance from the lifting place, steps taken and their size."""
        walked, stride, swing = np.zeros((3, len(t_s)))
        lift = self.lift
        if lift.before == "walk_in":
            left = np.maximum(0.0, lift.lead_s - 0.8 - t_s)
            walked, stride, swing = _steps(left, +1.0)
        elif lift.before == "unrack":
            left = np.maximum(0.0, lift.lead_s - 0.8 - t_s)
            left = np.minimum(left, 3 * STEP_S)
            walked, stride, swing = _steps(left, -0.5)
        gone = np.maximum(0.0, t_s - self.set_end_s - 0.6)
        if lift.after == "walk_out":
            more = _steps(gone, -1.0)
        elif lift.after == "rerack":
            more = _steps(np.minimum(gone, 3 * STEP_S), -0.5)
        else:
            return walked, stride, swing
        return walked + more[0], stride + more[1], swing + more[2]

    def _parking(self, t_s: Floats) -> Floats:
        parked = np.zeros(len(t_s))
        down, hold, up = PARK_S
        if self.lift.after == "park":
            start = self.set_end_s + 0.5
            parked = follow(t_s, [Node(start, 0.0), Node(start + down, 1.0)])
            rise = start + down + hold
            parked = parked + follow(t_s, [Node(rise, 0.0), Node(rise + up, 1.0)])
        if self.lift.before == "pick_up":
            rise = self.lift.lead_s - 0.6 - up
            parked = parked + follow(t_s, [Node(rise, 1.0), Node(rise + up, 0.0)])
        return parked


_OWN: Final = (
    "lumbar_deg",
    "thoracic_deg",
    "ahead_m",
    "toes_m",
    "lean_back_deg",
    "lift_deg",
    "slide_m",
    "rock_deg",
    "break_deg",
)


def _steps(walking_s: Floats, direction: float) -> tuple[Floats, Floats, Floats]:
    steps = walking_s / STEP_S
    swing = minimum_jerk(steps) * abs(direction)
    return direction * STEP_M * (steps - 0.5 * np.minimum(steps, 1.0)), steps, swing


def _frame_times(random: np.random.Generator, end_s: float, film: Filming) -> Floats:
    count = round(end_s * film.fps)
    t_s = np.arange(count) / film.fps
    if film.variable_rate:
        late = random.uniform(0.0, 0.3, count) / film.fps
        kept = random.uniform(size=count) > 0.12
        kept[:2] = kept[-2:] = True
        t_s = (t_s + late)[kept]
        t_s -= t_s[0]
    return np.round(t_s, 3)
