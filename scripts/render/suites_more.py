"""The suite of hard clips and the suite of committed samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
from bodies import BODIES
from clothing import Outfit
from conditions import condition
from plans import EXERCISES, Filming, Lift, Plan
from suites import SHORT, equipment_of, filming, outfit

_VIEWS: Final = (45.0, -50.0, 65.0, -75.0, 90.0, -90.0)


def stress() -> list[Plan]:
    """Views, occlusion, decoys, dark rooms, and clips in which nobody lifts."""
    return [
        _hard(index, name, exercise, way, changes)
        for index, (name, exercise, way, changes) in enumerate(_hard_cases())
    ]


_Case = tuple[str, str, str, dict[str, dict[str, Any]]]


def _hard_cases() -> Iterator[_Case]:
    rdl, gm, seated, lying, ghr = EXERCISES
    for number, yaw in enumerate(_VIEWS):
        way = ("clean", "rounded")[number % 2]
        yield f"rdl_{way}_yaw{yaw:+.0f}", rdl, way, {"film": {"yaw_deg": yaw}}
    for exercise, yaw in ((gm, 45.0), (seated, -45.0), (lying, 50.0), (ghr, -60.0), (seated, 90.0)):
        yield (
            f"{SHORT[exercise]}_clean_yaw{yaw:+.0f}",
            exercise,
            "clean",
            {"film": {"yaw_deg": yaw}},
        )
    for exercise, way in (
        (rdl, "clean"),
        (rdl, "rounded"),
        (gm, "clean"),
        (gm, "rounded"),
        (rdl, "squatting"),
    ):
        yield (
            f"{SHORT[exercise]}_{way}_plates45",
            exercise,
            way,
            {"plan": {"equipment": "barbell_45"}},
        )
    for exercise in (rdl, seated, ghr):
        yield f"{SHORT[exercise]}_clean_passer", exercise, "clean", {"plan": {"passer": True}}
    walking = {"before": "walk_in", "after": "walk_out", "lead_s": 3.4, "tail_s": 3.6}
    yield "rdl_clean_walks", rdl, "clean", {"lift": walking}
    parking = {"before": "pick_up", "after": "park", "lead_s": 2.8, "tail_s": 6.0}
    yield "rdl_clean_parks", rdl, "clean", {"lift": parking}
    racking = {"before": "unrack", "after": "rerack", "lead_s": 3.4, "tail_s": 3.0}
    yield "gm_clean_racks", gm, "clean", {"lift": racking}
    for exercise in (rdl, lying, ghr):
        changes = {"before": "fidget", "lead_s": 3.8}
        yield f"{SHORT[exercise]}_clean_fidgets", exercise, "clean", {"lift": changes}
    yield "rdl_clean_far", rdl, "clean", {"film": {"fill": 0.3, "distance_m": 6.0}}
    yield "lying_clean_far", lying, "clean", {"film": {"fill": 0.35, "distance_m": 6.0}}
    dark = {"exposure": 0.28, "noise": 7.0, "blur": 3}
    yield "rdl_rounded_dark", rdl, "rounded", {"film": dark}
    yield "seated_clean_dark", seated, "clean", {"film": dark}
    yield "rdl_clean_crushed", rdl, "clean", {"film": {"crf": 42}}
    yield "rdl_between_spine", rdl, "clean", {"lift": {"lumbar_deg": 15.0}}
    yield "gm_between_tempo", gm, "clean", {"lift": {"phases_s": (2.95, 0.5, 1.3, 0.7)}}
    idle: dict[str, Any] = {"exercise": "none", "reps": 0, "lead_s": 5.0, "tail_s": 3.0}
    yield "none_standing", rdl, "clean", {"lift": idle, "plan": {"equipment": "none"}}
    through = {**idle, **walking, "lead_s": 3.4, "tail_s": 4.5}
    yield "none_walking", rdl, "clean", {"lift": through, "plan": {"equipment": "none"}}
    held = {**idle, "before": "pick_up", "after": "park", "lead_s": 3.0, "tail_s": 7.0}
    yield "none_moves_a_bar", rdl, "clean", {"lift": held, "plan": {"equipment": "barbell_30"}}


def _hard(
    index: int, name: str, exercise: str, way: str, changes: dict[str, dict[str, Any]]
) -> Plan:
    random = np.random.default_rng(9000 + index)
    body = tuple(BODIES)[index % len(BODIES)]
    equipment = equipment_of(exercise, index)
    if exercise == "romanian_deadlift" and way == "squatting":
        equipment = "dumbbells"
    lift = replace(condition(exercise, way, random), **changes.get("lift", {}))
    if equipment == "mat":
        lift = replace(lift, hands_help=True)
    film = replace(filming(exercise, equipment, random), **changes.get("film", {}))
    if index % 3 == 1:
        film = replace(film, facing="left")
    plan = Plan(name, 9000 + index, body, lift, equipment, outfit(index, random), film, notes=name)
    return replace(plan, **changes.get("plan", {}))


def samples() -> list[Plan]:
    """The committed clips: each exercise clean and faulty, and one awkward camera."""
    tall = Filming(480, 640, noise=1.0, crf=30, preset="slow", yaw_deg=3.0)
    wide = replace(tall, width=640, height=480)
    rdl = Lift("romanian_deadlift", 4, (3.45, 0.4, 1.3, 0.7), (6.0, 21.0), (-2.0, 70.0))
    raised = Lift("good_morning", 3, (3.45, 0.5, 1.4, 0.7), (6.0, 21.0), (1.0, 64.0))
    seated = Lift("seated_leg_curl", 3, (3.45, 0.4, 1.3, 0.7), (6.0, 115.0), (-16.0, -16.0))
    lying = Lift("lying_leg_curl", 3, (3.45, 0.4, 1.3, 0.7), (6.0, 116.0), (90.0, 90.0))
    ghr = Lift("glute_ham_raise", 3, (3.45, 0.5, 1.8, 0.7), (88.0, 12.0), (0.0, 0.0))
    fast = (1.2, 0.4, 1.3, 0.7)
    blue, red = Outfit(), Outfit(skin=1, hair=1, shirt=1, shorts=0, shoes=1)
    white, green = Outfit(skin=2, hair=2, shirt=2, leggings=True), Outfit(True, 3, 2, 3, 2, 1)
    rounded = replace(rdl, lumbar_deg=28.0, thoracic_deg=22.0, phases_s=fast)
    bowed = replace(raised, lumbar_deg=28.0, thoracic_deg=14.0)
    short = replace(seated, knee_deg=(6.0, 64.0), phases_s=(1.7, 0.4, 1.0, 0.6))
    lifted = replace(lying, lift_deg=18.0)
    broken = replace(ghr, break_deg=30.0, knee_deg=(88.0, 29.0), hands_help=True)
    oblique = replace(tall, yaw_deg=38.0, height_m=1.5, room=1, light=1, facing="left")
    gym, room = replace(tall, room=1), replace(wide, room=2)
    dim = replace(wide, room=3, light=3)
    bench = replace(gym, width=560, light=2)
    cases = (
        ("rdl_clean", "man_average", rdl, "dumbbells", blue, tall),
        ("rdl_rounded_fast", "man_average", rounded, "dumbbells", blue, tall),
        ("good_morning_clean", "woman_tall", raised, "barbell_20", red, gym),
        ("good_morning_rounded", "woman_tall", bowed, "barbell_20", red, gym),
        ("seated_leg_curl_clean", "woman_average", seated, "machine", white, room),
        ("seated_leg_curl_short_fast", "woman_average", short, "machine", white, room),
        ("lying_leg_curl_clean", "man_tall", lying, "bench", green, dim),
        ("lying_leg_curl_hips_lift", "man_tall", lifted, "bench", green, dim),
        ("glute_ham_raise_clean", "man_short_strong", ghr, "ghr_bench", blue, bench),
        ("nordic_hip_break", "woman_heavy", broken, "mat", red, replace(room, light=2)),
        ("rdl_awkward_camera", "man_heavy", replace(rdl, reps=3), "barbell_45", green, oblique),
    )
    return [
        Plan(name, seed, body, lift, equipment, clothes, film)
        for seed, (name, body, lift, equipment, clothes, film) in enumerate(cases, start=1)
    ]
