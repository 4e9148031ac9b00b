"""What a clip shows and how it is filmed; everything about it follows from its plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from clothing import Outfit

EXERCISES: Final = (
    "romanian_deadlift",
    "good_morning",
    "seated_leg_curl",
    "lying_leg_curl",
    "glute_ham_raise",
)


@dataclass(frozen=True, slots=True)
class Lift:
    """The movement; pairs are at rest and at the turn (see ``timeline``).

    Attributes:
        exercise: Name of the exercise, or ``none``.
        reps: How many.
        phases_s: Eccentric, stretched pause, concentric, top pause.
        knee_deg: Knee flexion.
        trunk_deg: Lean of the trunk (hinges), or its lean throughout (seated: the first).
        lumbar_deg: How far the lumbar spine is flexed past flat at the turn; negative = arched
            beyond the body at rest. A hinge in which it is 0 flattens the back as people do.
        flattened: How much of the way from the body at rest to a flat back the lumbar spine goes
            in a hinge whose back is neither rounded nor arched; below 1 it stays a little hollow.
        thoracic_deg: Flexion of the thoracic spine at the turn.
        ahead_m: How far the weight is held in front of the legs at the turn.
        toes_m: How far the weight of the body goes to the toes at the turn.
        lean_back_deg: How far the trunk is pushed past straight at the end of each rep.
        lift_deg: How far the thighs leave the pad (lying curl).
        slide_m: How far the pelvis slides (seated curl).
        rock_deg: How far the trunk rocks (seated curl).
        hip_deg: Hip flexion held throughout (raise).
        break_deg: Hip flexion added in the lowering (raise).
        hands_help: The hands catch the body on the floor and push it up.
        bounce: Reverses by momentum.
        drop: Share of the lowering at which control is lost.
        faulty_reps: The reps (from 1) that show what is planted; empty = all.
        drift: Eccentric of the last rep over that of the first.
        spread: Natural variation from rep to rep, share.
        before: What happens before the set: ``stand``, ``walk_in``, ``pick_up``, ``fidget``.
        after: What happens after it: ``stand``, ``walk_out``, ``park``.
        lead_s: Time before the first rep.
        tail_s: Time after the last.
    """

    exercise: str
    reps: int = 2
    phases_s: tuple[float, float, float, float] = (3.45, 0.5, 1.3, 0.7)
    knee_deg: tuple[float, float] = (6.0, 20.0)
    trunk_deg: tuple[float, float] = (-2.0, 70.0)
    lumbar_deg: float = 0.0
    flattened: float = 0.85
    thoracic_deg: float = 0.0
    ahead_m: float = 0.0
    toes_m: float = 0.0
    lean_back_deg: float = 0.0
    lift_deg: float = 0.0
    slide_m: float = 0.0
    rock_deg: float = 0.0
    hip_deg: float = 4.0
    break_deg: float = 0.0
    hands_help: bool = False
    bounce: bool = False
    drop: float | None = None
    faulty_reps: tuple[int, ...] = ()
    drift: float = 1.0
    spread: float = 0.05
    before: str = "stand"
    after: str = "stand"
    lead_s: float = 1.0
    tail_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Filming:
    """Camera, room and recording.

    Attributes:
        width, height: Pixels of the clip.
        yaw_deg: Turn from a square side view; positive = the camera stands in front.
        distance_m: Camera to lifter, level.
        height_m: Height of the camera.
        fill: Share of the picture that the movement fills; sets the focal length.
        fps: Frames a second.
        variable_rate: Frames are dropped and come unevenly.
        blur: Each frame is the mean of so many moments of the exposure.
        noise: Sensor noise, levels of 255.
        crf: Compression, higher = coarser.
        room: Place in the table of rooms.
        light: Place in the table of lights.
        exposure: Brightness of everything.
        facing: ``right`` or ``left``, where the lifter faces in the picture.
        preset: Encoder preset.
    """

    width: int = 360
    height: int = 480
    yaw_deg: float = 0.0
    distance_m: float = 4.2
    height_m: float = 0.95
    fill: float = 0.84
    fps: int = 30
    variable_rate: bool = False
    blur: int = 1
    noise: float = 1.2
    crf: int = 26
    room: int = 0
    light: int = 0
    exposure: float = 1.0
    facing: str = "right"
    preset: str = "veryfast"


@dataclass(frozen=True, slots=True)
class Plan:
    """One clip.

    Attributes:
        name: Name of its files.
        seed: Seed of everything that is random in it.
        body: Name of the lifter's body.
        lift: The movement.
        equipment: ``barbell_20``, ``barbell_30``, ``barbell_45`` (plates in cm), ``dumbbells``,
            ``machine``, ``bench``, ``ghr_bench``, ``mat`` or ``none``.
        outfit: Clothes.
        film: Camera and recording.
        passer: A second person walks past behind the lifter.
        notes: A sentence for the label table.
    """

    name: str
    seed: int
    body: str
    lift: Lift
    equipment: str
    outfit: Outfit = field(default_factory=Outfit)
    film: Filming = field(default_factory=Filming)
    passer: bool = False
    notes: str = ""
