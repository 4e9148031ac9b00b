from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formcheck.pose.landmarker import PoseLandmarker, PoseSample
from formcheck.pose.scout import (
    ALERT_PERIOD_S,
    ALERT_S,
    COMPANY_S,
    PERIOD_S,
    Scout,
    Sighting,
    company_rows,
    crossed_rows,
    rival_place,
    vertical_path,
)
from formcheck.video.reader import Frame
from tests.synthetic import frames, rdl_track

SIZE = 100.0
HIP = np.array([600.0, 500.0])


def sighting(t_s: float, x: float, *, rise: float = 250.0, size: float = SIZE) -> Sighting:
    place = np.array([x, 500.0])
    return Sighting(
        round(t_s * 30), t_s, place, rise, size, place - (40.0, 200.0), place + (60.0, 180.0)
    )


def lifting(x: float, count: int = 20, depth: float = 60.0) -> list[Sighting]:
    """Somebody beside the person followed who goes down and up twice in four seconds."""
    return [
        sighting(k * PERIOD_S, x, rise=250.0 - depth * (1 - np.cos(np.pi * k / 2)))
        for k in range(count)
    ]


def standing(x: float, count: int = 20) -> list[Sighting]:
    return [sighting(k * PERIOD_S, x, rise=250.0 + 5 * (k % 2)) for k in range(count)]


def test_a_rival_who_lifts_while_the_one_followed_stands() -> None:
    place = rival_place(lifting(900.0), travel=0.2, duration_s=10.0)
    assert place is not None
    low, high = place
    assert low.tolist() == [810.0, 250.0]
    assert high.tolist() == [1010.0, 730.0]


@pytest.mark.parametrize(
    ("sightings", "travel"),
    [
        (standing(900.0), 0.2),  # stands
        (lifting(900.0), 9.0),  # the one followed moves as much
        (lifting(900.0, 4), 0.2),  # seen too seldom
        (lifting(900.0, 5), 0.2),  # seen for a quarter of the clip
        ([], 0.0),
    ],
)
def test_no_rival(sightings: list[Sighting], travel: float) -> None:
    assert rival_place(sightings, travel, duration_s=10.0) is None


def test_the_busiest_of_two_rivals() -> None:
    pair = zip(lifting(900.0, depth=40.0), lifting(200.0, depth=70.0), strict=True)
    place = rival_place([one for both in pair for one in both], travel=0.2, duration_s=10.0)
    assert place is not None
    assert place[1][0] < 400


def test_people_of_other_sizes_are_not_thrown_together() -> None:
    """A child and an adult in turn at one place make no path of up and down."""
    mixed = [
        sighting(k * PERIOD_S, 900.0, rise=(250.0, 100.0)[k % 2], size=(SIZE, 40.0)[k % 2])
        for k in range(20)
    ]
    assert rival_place(mixed, travel=0.2, duration_s=10.0) is None


TIMES = frames(10.0)


def crossed(sightings: list[Sighting]) -> np.ndarray:
    return crossed_rows(sightings, TIMES, HIP, SIZE)


def walking(start_s: float = 2.0, x: float = 200.0, speed: float = 200.0) -> list[Sighting]:
    return [sighting(start_s + k * 0.5, x + speed * 0.5 * k) for k in range(9)]


def test_a_passer_by_crosses_only_where_near() -> None:
    """At 200 px/s from x = 200 at 2 s: within 80 px of the lifter from 3.6 to 4.4 s."""
    path = [one for one in walking() if abs(one.hip_px[0] - HIP[0]) > 50]
    inside = TIMES[crossed(path)]
    assert inside.min() == pytest.approx(3.6, abs=0.05)
    assert inside.max() == pytest.approx(4.4, abs=0.05)


@pytest.mark.parametrize(
    "sightings",
    [
        standing(700.0),  # a spotter who stays
        [sighting(4.0, 700.0)],  # seen once
        [sighting(2.0 + k / 2, 600.0 + (-1) ** k * 10) for k in range(6)],  # the lifter
        [sighting(2.0 + k / 2, 200 + 100.0 * k, size=30.0) for k in range(9)],  # far behind
        [sighting(2.0 + 3 * k, 200 + 400.0 * k) for k in range(3)],  # three different people
        [],
    ],
)
def test_no_crossing(sightings: list[Sighting]) -> None:
    assert not crossed(sightings).any()


def test_company_is_near_in_time() -> None:
    near = TIMES[company_rows([sighting(5.0, 900.0), sighting(5.5, 900.0)], TIMES)]
    assert (near.min(), near.max()) == pytest.approx((5 - COMPANY_S, 5.5 + COMPANY_S), abs=0.04)
    assert not company_rows([sighting(5.0, 900.0)], TIMES).any(), "a coat on a hook"
    assert not company_rows([], TIMES).any()


def test_wobbles_are_no_path() -> None:
    assert vertical_path(np.array([1.0, 1.1, 0.95, 1.15, 1.0])) == 0.0
    assert vertical_path(np.array([1.0, 0.5, 1.0, 0.95, 0.4])) == pytest.approx(1.6)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, int]]:
    """Replaces the model; gives the time and width of each picture that it was shown."""
    seen: list[tuple[float, int]] = []
    points = rdl_track(1, height_px=200.0).landmarks_px[0] - (540.0, 600.0)

    def detect(_self: PoseLandmarker, frame: Frame) -> PoseSample:
        """Furniture after three seconds: the model is not sure of it."""
        seen.append((frame.t_s, frame.bgr.shape[1]))
        visible = np.full(33, 0.9 if frame.t_s < 3 else 0.3, dtype=np.float32)
        return PoseSample(points, np.zeros((33, 3), np.float32), visible, None)

    monkeypatch.setattr(PoseLandmarker, "__init__", lambda *_args, **_kwargs: None)
    monkeypatch.setattr(PoseLandmarker, "close", lambda _self: None)
    monkeypatch.setattr(PoseLandmarker, "detect", detect)
    return seen


def followed(x: float) -> PoseSample:
    points = rdl_track(1, height_px=200.0).landmarks_px[0] + (x - 640.0, 0)
    return PoseSample(points, np.zeros((33, 3), np.float32), np.ones(33, np.float32), None)


def look_through(scout: Scout, sample: PoseSample | None, scale: float = 1.0) -> None:
    for index, t_s in enumerate(frames(6.0)):
        scout.look(Frame(index, float(t_s), np.zeros((960, 1280, 3), np.uint8)), sample, scale)


def test_the_scout_looks_twice_a_second_and_oftener_after_a_sighting(
    looks: list[tuple[float, int]],
) -> None:
    with Scout(Path("bundle.task")) as scout:
        look_through(scout, followed(640.0), scale=0.5)
    times = np.array(sorted({t_s for t_s, _ in looks}))
    assert times[1] - times[0] == pytest.approx(PERIOD_S, abs=0.04)
    assert np.diff(times[(times > 0) & (times < 3)]) == pytest.approx(ALERT_PERIOD_S, abs=0.04)
    assert np.diff(times[times > 3 + ALERT_S - 0.1]) == pytest.approx(PERIOD_S, abs=0.04)
    assert all(width < 640 for _, width in looks)
    assert {one.t_s < 3 for one in scout.sightings} == {True}, "furniture is not believed"


def test_sightings_are_in_displayed_pixels(looks: list[tuple[float, int]]) -> None:
    with Scout(Path("bundle.task")) as scout:
        look_through(scout, followed(200.0), scale=0.5)
    assert looks
    left = 1280 - looks[0][1]
    assert scout.sightings[0].hip_px[0] == pytest.approx(2 * (left + 100.0), abs=4)
    assert scout.sightings[0].size_px == pytest.approx(2 * 0.288 * 200, rel=0.02)


def test_the_scout_rests_while_nobody_is_followed(looks: list[tuple[float, int]]) -> None:
    with Scout(Path("bundle.task")) as scout:
        look_through(scout, None)
    assert looks == []
    assert scout.sightings == []
