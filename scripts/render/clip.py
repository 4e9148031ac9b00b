"""Renders one clip from its plan: the pictures, and the truth beside them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from bodies import load_body
from clothing import dress
from equipment import Mesh, merged
from flat_back import flat_lumbar_deg
from knee_stations import LyingCurl, Raise, SeatedCurl
from numpy.typing import NDArray
from performance import Moment, Performance
from plans import Plan
from raster import Camera, Image
from raster import film as expose
from scene import LIGHTS, ROOMS, Room, Sights
from scipy.ndimage import gaussian_filter
from skeleton import Lifter, Posed, Posture
from stations import Floor, Station
from truth import planted_angles, truth_of, write_truth

EXPOSURE_S: Final = 0.5
"""Share of the frame's time in which the shutter is open."""
_TICKS: Final = 1000
_GRAINS: Final = 8
_CURVE: Final = (255.0 * np.linspace(0.0, 1.0, 4096) ** (1 / 1.15)).astype(np.float32)


class Clip:
    """One planned clip.

    Args:
        plan: The plan.
        cache: Folder with the exported bodies.
    """

    def __init__(self, plan: Plan, cache: Path) -> None:
        self.plan = plan
        self.cache = cache
        self.lifter = Lifter(dress(plan.body, load_body(plan.body, cache), plan.outfit))
        flat_deg = flat_lumbar_deg(self.lifter)
        self.performance = Performance(plan.lift, plan.film, plan.seed, flat_deg)
        self.station = station_of(plan, self.lifter)
        self.camera = self._aimed()
        self._grain: list[Image] = []
        self._room: Room | None = None
        self._passer: tuple[Lifter, float] | None = None

    def render(self, folder: Path) -> dict[str, Any]:
        """Write ``NAME.mp4`` and then ``NAME.truth.json``; gives the truth."""
        plan, performance = self.plan, self.performance
        path = folder / f"{plan.name}.mp4"
        partial = folder / f".{plan.name}.mp4"
        bones, joints, sights, postures = [], [], [], []
        moments = performance.moments(performance.t_s)
        options = {"preset": plan.film.preset, "crf": str(plan.film.crf), "threads": "1"}
        with av.open(str(partial), "w", format="mp4", options={"movflags": "+faststart"}) as out:
            stream = out.add_stream("libx264", rate=plan.film.fps, options=options)
            stream.width, stream.height = self.camera.width, self.camera.height
            stream.pix_fmt = "yuv420p"
            stream.time_base = stream.codec_context.time_base = Fraction(1, _TICKS)
            for row, (t_s, moment) in enumerate(zip(performance.t_s, moments, strict=True)):
                posture, posed = self.posed(moment)
                picture, sight = self.picture(row, float(t_s), moment, posed)
                bones.append(posed.bones)
                joints.append(posed.keypoints)
                sights.append(sight)
                postures.append(asked(posture))
                frame = av.VideoFrame.from_ndarray(picture, "rgb24")
                frame.pts, frame.time_base = round(float(t_s) * _TICKS), Fraction(1, _TICKS)
                out.mux(stream.encode(frame))
            out.mux(stream.encode())
        truth = truth_of(
            plan,
            performance,
            moments,
            self.camera,
            planted_angles(moments, postures),
            {name: np.stack([at[name] for at in bones]) for name in bones[0]},
            {name: np.stack([at[name] for at in joints]) for name in joints[0]},
            np.array(sights),
        )
        partial.replace(path)
        write_truth(folder / f"{plan.name}.truth.json", truth)
        return truth

    def kinematics(self) -> dict[str, Any]:
        """The truth without any picture: to check a plan."""
        moments = self.performance.moments(self.performance.t_s)
        both = [self.posed(moment) for moment in moments]
        bones, joints = [p.bones for _, p in both], [p.keypoints for _, p in both]
        return truth_of(
            self.plan,
            self.performance,
            moments,
            self.camera,
            planted_angles(moments, [asked(posture) for posture, _ in both]),
            {name: np.stack([at[name] for at in bones]) for name in bones[0]},
            {name: np.stack([at[name] for at in joints]) for name in joints[0]},
            np.full((len(moments), len(Sights._fields)), np.nan),
        )

    def posed(self, moment: Moment) -> tuple[Posture, Posed]:
        """The lifter at a moment."""
        posture, arms = self.station.posture(moment)
        return posture, self.lifter.put(posture, arms)

    def picture(
        self, row: int, t_s: float, moment: Moment, posed: Posed
    ) -> tuple[NDArray[np.uint8], Sights]:
        """One frame, RGB, and what it shows."""
        film = self.plan.film
        linear, sights = self._shot(t_s, moment, posed)
        if film.blur > 1:
            open_s = EXPOSURE_S / film.fps
            later = t_s + open_s * np.arange(1, film.blur) / film.blur
            for at_s, then in zip(later, self.performance.moments(later), strict=True):
                linear = linear + self._shot(float(at_s), then, self.posed(then)[1])[0]
            linear = linear / np.float32(film.blur)
        picture = self._filmed(linear, row)
        return (picture[:, ::-1].copy() if film.facing == "left" else picture), sights

    def still(self, t_s: float) -> NDArray[np.uint8]:
        """The picture at a time, for looking at."""
        moment = self.performance.moments(np.array([t_s]))[0]
        return self.picture(0, t_s, moment, self.posed(moment)[1])[0]

    def _shot(self, t_s: float, moment: Moment, posed: Posed) -> tuple[Image, Sights]:
        body = self.lifter.body
        mesh = Mesh(posed.vertices, body.colours, body.bare.faces)
        others = [self.station.moving(posed, moment)]
        if self.plan.passer:
            others.append(self._passing(t_s))
        shot = self._lit().shot(mesh, body.parts, merged(others), self.lifter.trunk, posed.spine)
        return shot.picture, shot.sights

    def _lit(self) -> Room:
        if self._room is None:
            film = self.plan.film
            look, light = ROOMS[film.room % len(ROOMS)], LIGHTS[film.light % len(LIGHTS)]
            self._room = Room(self.camera, look, light, self.station.fixed, self.plan.seed)
        return self._room

    def _passing(self, t_s: float) -> Mesh:
        """A second person who walks past behind the lifter in the middle of the set."""
        if self._passer is None:
            names = ("woman_average", "man_tall")
            name = names[self.plan.body == names[0]]
            outfit = self.plan.outfit
            other = type(outfit)(loose=True, skin=1, hair=2, shirt=(outfit.shirt + 2) % 7, shorts=2)
            lifter = Lifter(dress(name, load_body(name, self.cache), other))
            self._passer = lifter, 0.45 * self.performance.end_s
        walker, middle_s = self._passer
        walked = (t_s - middle_s) * 1.15
        if abs(walked) > 4.5:
            return merged([])
        moment = Moment(walked_m=-walked, stride=walked / 0.62, swing=1.0)
        posture, arms = Floor(walker, "none", on_back=False, rack=False).posture(moment)
        posed = walker.put(posture, arms)
        depth = 0.75 * ROOMS[self.plan.film.room % len(ROOMS)].wall_x_m
        vertices = posed.vertices + np.array([depth, 0.0, 0.0])
        return Mesh(vertices, walker.body.colours, walker.body.bare.faces)

    def _filmed(self, linear: Image, row: int) -> NDArray[np.uint8]:
        """To 8 bits, with a camera's noise."""
        film = self.plan.film
        if not self._grain:
            random = np.random.default_rng(self.plan.seed + 1)
            shape = (self.camera.height, self.camera.width)
            self._grain = [
                (2.0 * film.noise * gaussian_filter(random.standard_normal(shape), 0.6)).astype(
                    np.float32
                )
                for _ in range(_GRAINS)
            ]
            self._shift = random.integers(0, 300, (1 << 12, 2))
        down, across = self._shift[row % len(self._shift)]
        out = np.empty(linear.shape, dtype=np.uint8)
        grain = self._grain[row % _GRAINS]
        expose(linear, _CURVE, grain, int(down), int(across), film.exposure, out)
        return out

    def _aimed(self) -> Camera:
        """Where the camera stands, and a focal length that keeps the whole movement in sight."""
        film, lift = self.plan.film, self.plan.lift
        times = [0.0] + [edge for rep in self.performance.reps for edge in rep.edges_s[:3]]
        if not self.performance.reps:
            times = [lift.lead_s]
        moments = self.performance.moments(np.array(times))
        near = [m for m in moments if abs(m.walked_m) < 1.0 and m.parked == 0.0]
        points = np.concatenate([self.posed(moment)[1].vertices[::7] for moment in near or moments])
        low, high = points.min(axis=0), points.max(axis=0)
        target = (low + high) / 2
        target[2] = (low[2] + high[2]) / 2
        yaw = np.radians(film.yaw_deg)
        position = (
            float(target[0] - film.distance_m * np.cos(yaw)),
            float(target[1] - film.distance_m * np.sin(yaw)),
            film.height_m,
        )
        aim = (float(target[0]), float(target[1]), float(target[2]))
        camera = Camera(position, aim, 1000.0, film.width, film.height)
        offsets = np.abs(camera.project(points)[:, :2] - [film.width / 2, film.height / 2])
        widest, tallest = offsets.max(axis=0)
        zoom = min(film.width / 2 / widest, film.height / 2 / tallest)
        return Camera(position, aim, 1000.0 * zoom * film.fill, film.width, film.height)


def station_of(plan: Plan, lifter: Lifter) -> Station:
    """The place of exercise that a plan asks for."""
    lift, equipment = plan.lift, plan.equipment
    if lift.exercise == "seated_leg_curl":
        return SeatedCurl(lifter, lift.trunk_deg[0], equipment.endswith("near"))
    if lift.exercise == "lying_leg_curl":
        return LyingCurl(lifter, equipment.endswith("near"))
    if lift.exercise == "glute_ham_raise":
        return Raise(lifter, equipment == "mat")
    rack = "rerack" in (lift.after,) or lift.before == "unrack"
    return Floor(lifter, equipment, lift.exercise == "good_morning", rack)


def asked(posture: Posture) -> dict[str, float]:
    """The angles that a posture asks of the right side, by the design's names."""
    return {
        "trunk_inclination_deg": posture.trunk_deg,
        "hip_flexion_deg": posture.trunk_deg - posture.thigh_deg[0],
        "knee_flexion_deg": posture.shank_deg[0] - posture.thigh_deg[0],
        "lumbar_deg": posture.lumbar_deg,
        "thoracic_deg": posture.thoracic_deg,
    }
