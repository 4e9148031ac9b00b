"""Whole sessions of drawn lifters: a scripted source, and the drawing for a pose model."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from formcheck.errors import ClipError
from formcheck.live import judging, session
from formcheck.live.coach import Coach
from formcheck.live.events import Event
from formcheck.live.keeper import Keeper
from formcheck.live.looking import STALLED_S, Looking
from formcheck.live.seen import Seen
from formcheck.live.session import Options, Outcome, Session
from formcheck.pose.bundles import Bundle, file_sha256
from formcheck.pose.landmarker import PoseSample
from formcheck.pose.track import PoseTrack
from formcheck.training_log.judged import Said
from formcheck.training_log.store import TrainingLog
from formcheck.video.camera import Latest, Picture, Tell
from formcheck.video.reader import ClipReader, Frame
from tests.synthetic import rdl_track

NAME = "romanian_deadlift"
SHRINK = 8
Size = tuple[int, int]


class DrawnModel:
    """Finds the drawn lifter in any picture, at the picture's time; nobody past the drawing."""

    def __init__(self, track: PoseTrack, shifts_s: list[tuple[float, float]]) -> None:
        self.track, self.shifts_s = track, shifts_s

    def __enter__(self) -> DrawnModel:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def look(self, frame: Frame) -> Any:
        t_s = frame.t_s - sum(by_s for from_s, by_s in self.shifts_s if frame.t_s >= from_s)
        row = int(np.searchsorted(self.track.t_s, t_s - 1e-6))
        if row >= len(self.track) or not self.track.found[row]:
            return None
        height, width = frame.bgr.shape[:2]
        scale = (width / self.track.clip.width, height / self.track.clip.height)
        sample = PoseSample(
            (self.track.landmarks_px[row] * scale).astype(np.float32),
            self.track.landmarks_m[row].astype(np.float32),
            self.track.visibility[row].astype(np.float32),
            None,
        )
        outline = self.track.outline[row].astype(np.float32)
        return SimpleNamespace(landmarks=lambda: sample, outline=lambda _: outline)


@dataclass
class Scripted:
    """A source of blank pictures at given times, each of a size; may fail at the end."""

    times_s: list[float]
    size_at: Callable[[float], Size]
    failure: Exception | None = None
    name: str = "scripted"

    def pictures(self, stop: threading.Event, tell: Tell) -> Iterator[Picture]:
        tell("opened", "playing")
        for t_s in self.times_s:
            if stop.is_set():
                return
            width, height = self.size_at(t_s)
            blank = np.zeros((height, width, 3), dtype=np.uint8)
            yield Picture(t_s, time.monotonic(), blank)
        if self.failure is not None:
            raise self.failure


@dataclass
class Stage:
    """Runs sessions and keeps what they told."""

    monkeypatch: pytest.MonkeyPatch
    events: list[Event] = field(default_factory=list)
    summary: tuple[str, ...] = ()

    def run(
        self,
        track: PoseTrack,
        source: Scripted | None = None,
        shifts_s: list[tuple[float, float]] | None = None,
        keeper: Keeper | None = None,
        **options: Any,
    ) -> Outcome:
        model = DrawnModel(track, shifts_s or [])
        self.monkeypatch.setattr(session, "PoseLandmarker", lambda _: model)
        source = source or Scripted([float(t) for t in track.t_s], self.usual(track))
        bundle = Bundle("full", Path("full.task"), "cd" * 32)
        asked = Options(**{"exercise": NAME, "fast": True, **options})
        staged = Session(source, bundle, asked, self.events.append, keeper=keeper)
        outcome = staged.run(None)
        self.summary = staged._summary[0]
        if outcome.recorder is not None:
            outcome.recorder.keep_track(bundle)
        return outcome

    @staticmethod
    def usual(track: PoseTrack) -> Callable[[float], Size]:
        return lambda _: (track.clip.width // SHRINK, track.clip.height // SHRINK)

    def told(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    monkeypatch.setenv("FORMCHECK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(judging, "LOOK_EVERY_S", 0.4)
    return Stage(monkeypatch)


@pytest.fixture(scope="module")
def two_reps() -> PoseTrack:
    return rdl_track(2, eccentric_s=1.5, concentric_s=1.2, top_s=1.0)


def test_a_set_is_counted_and_summed_up(stage: Stage, two_reps: PoseTrack) -> None:
    outcome = stage.run(two_reps)
    assert outcome.error is None
    assert [one.rep_count for one in outcome.sets] == [2]
    assert [event.facts["count"] for event in stage.told("rep")] == [1, 2]
    assert stage.told("set")[0].facts["faults"] == {"ECCENTRIC_FAST": 2}
    metrics = [metric for one in outcome.sets[0].reps for metric in one.findings.metrics]
    backs = [metric.status for metric in metrics if metric.name == "spine_curvature"]
    assert backs == ["ok", "ok"], "the outline is traced after the decision, and must arrive"
    assert (outcome.delivered, outcome.dropped) == (len(two_reps), 0)


def test_a_source_that_dies_in_the_middle_of_a_set_leaves_its_summary(
    stage: Stage, two_reps: PoseTrack, tmp_path: Path
) -> None:
    middle_s = 0.7 * float(two_reps.t_s[-1])
    times = [float(t) for t in two_reps.t_s if t < middle_s]
    failure = ClipError("the cable was pulled")
    source = Scripted(times, stage.usual(two_reps), failure)
    outcome = stage.run(two_reps, source, record=tmp_path / "set.mp4")
    assert outcome.error is failure
    assert [one.rep_count for one in outcome.sets] == [1]
    with ClipReader(tmp_path / "set.mp4") as reader:
        assert len(list(reader)) == len(times)


def test_a_source_that_is_blocked_for_five_seconds_goes_on_with_the_set(
    stage: Stage, two_reps: PoseTrack
) -> None:
    still_s = next(one for one in _tops_s(two_reps) if one > 3.0)
    times = [float(t) + (5.0 if t >= still_s else 0.0) for t in two_reps.t_s]
    source = Scripted(times, stage.usual(two_reps))
    outcome = stage.run(two_reps, source, [(still_s + 5.0, 5.0)])
    assert outcome.error is None
    assert [one.rep_count for one in outcome.sets] == [2]
    assert stage.told("rep_withdrawn") == []


def test_another_resolution_of_the_same_shape_changes_nothing(
    stage: Stage, two_reps: PoseTrack
) -> None:
    middle_s = 0.45 * float(two_reps.t_s[-1])
    width, height = stage.usual(two_reps)(0.0)
    source = Scripted(
        [float(t) for t in two_reps.t_s],
        lambda t_s: (width, height) if t_s < middle_s else (2 * width, 2 * height),
    )
    outcome = stage.run(two_reps, source)
    assert outcome.error is None
    assert [one.rep_count for one in outcome.sets] == [2]


def test_another_shape_ends_the_set_and_takes_nothing_back(
    stage: Stage, two_reps: PoseTrack
) -> None:
    still_s = next(one for one in _tops_s(two_reps) if one > 3.0)
    width, height = stage.usual(two_reps)(0.0)
    source = Scripted(
        [float(t) for t in two_reps.t_s],
        lambda t_s: (width, height) if t_s < still_s else (height, height),
    )
    outcome = stage.run(two_reps, source)
    assert outcome.error is None
    assert outcome.sets[0].rep_count == 1
    assert stage.told("rep_withdrawn") == []
    assert stage.told("fault_withdrawn") == []


def test_nobody_is_told_nothing(stage: Stage, two_reps: PoseTrack) -> None:
    times = [100.0 + k / 10.0 for k in range(600)]
    outcome = stage.run(two_reps, Scripted(times, stage.usual(two_reps)), exercise="auto")
    assert outcome.error is None
    assert outcome.sets == ()
    assert {event.kind for event in stage.events} <= {"start", "source", "guide"}


def test_a_set_is_logged_when_it_is_over_and_the_summary_says_so(
    stage: Stage, two_reps: PoseTrack, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    stage.run(two_reps, keeper=Keeper(path, Said("Anna", 60.0)))
    assert [event.kind for event in stage.events][-2:] == ["set", "log"]
    assert stage.told("log")[0].facts == {"set": 1, "id": 1, "new": True}
    assert stage.summary[-1] == "Logged"
    with TrainingLog(path) as log:
        (entry,) = log.entries()
    assert (entry.reps, entry.weight_kg, entry.lifter, entry.source) == (2, 60.0, "Anna", "live")
    assert entry.faults == {"ECCENTRIC_FAST": 2}
    assert abs((datetime.now(UTC) - entry.performed_at).total_seconds()) < 120.0


def test_a_set_is_in_the_log_while_the_session_still_runs(
    stage: Stage, two_reps: PoseTrack, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    last_s = float(two_reps.t_s[-1])
    seen: list[int] = []

    @dataclass
    class Resting(Scripted):
        """Goes on after the set until it is in the log."""

        def pictures(self, stop: threading.Event, tell: Tell) -> Iterator[Picture]:
            yield from super().pictures(stop, tell)
            t_s, until_s = last_s, time.monotonic() + 20.0
            while not seen and time.monotonic() < until_s:
                t_s += 0.1
                yield Picture(t_s, time.monotonic(), np.zeros((90, 160, 3), dtype=np.uint8))
                with TrainingLog(path) as log:
                    seen.extend(entry.id for entry in log.entries())

    source = Resting([float(t) for t in two_reps.t_s], stage.usual(two_reps))
    stage.run(two_reps, source, keeper=Keeper(path, Said()))
    assert seen == [1]


def test_a_log_that_cannot_be_written_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, stage: Stage, two_reps: PoseTrack, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    keeper = Keeper(path, Said())
    path.write_text("somebody has written something else over the log " * 20)
    outcome = stage.run(two_reps, keeper=keeper)
    assert outcome.error is None
    assert [one.rep_count for one in outcome.sets] == [2]
    (warning,) = stage.told("warning")
    assert "set 1 was not logged: " in warning.facts["message"]
    assert "no training log" in warning.facts["message"]
    assert stage.summary[-1] == "NOT LOGGED"


def test_a_log_that_is_held_up_delays_no_picture(
    stage: Stage, two_reps: PoseTrack, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    keeper = Keeper(path, Said())
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    last_s = float(two_reps.t_s[-1])
    after: list[float] = []

    @dataclass
    class Busy(Scripted):
        """Half a minute of pictures after the set; then the log is let go."""

        def pictures(self, stop: threading.Event, tell: Tell) -> Iterator[Picture]:
            yield from super().pictures(stop, tell)
            for k in range(300):
                after.append(time.monotonic())
                blank = np.zeros((90, 160, 3), dtype=np.uint8)
                yield Picture(last_s + k / 10.0, time.monotonic(), blank)
            holder.execute("COMMIT")

    source = Busy([float(t) for t in two_reps.t_s], stage.usual(two_reps))
    outcome = stage.run(two_reps, source, keeper=keeper)
    holder.close()
    kinds = [event.kind for event in stage.events]
    assert kinds.index("set") < kinds.index("log")
    assert outcome.delivered == len(two_reps) + 300
    assert max(np.diff(after)) < 2.0


def test_the_report_of_a_recording_is_known_again(
    stage: Stage, two_reps: PoseTrack, tmp_path: Path
) -> None:
    path, film = tmp_path / "log", tmp_path / "set.mp4"
    keeper = Keeper(path, Said())
    outcome = stage.run(two_reps, keeper=keeper, record=film)
    assert outcome.recorder is not None
    assert outcome.recorder.first_s is not None
    keeper.recorded(film, outcome.recorder.first_s)
    with TrainingLog(path) as log:
        (live,) = log.entries()
        assert live.clip_sha256 == file_sha256(film)
        report = live.model_copy(update={"key": "clip", "id": 0, "end_s": 1000.0})
        assert [one.id for one in log.add([report])[0].there] == [live.id]


def test_half_a_rep_is_no_set_to_log(stage: Stage, two_reps: PoseTrack, tmp_path: Path) -> None:
    half_s = 0.3 * float(two_reps.t_s[-1])
    source = Scripted([float(t) for t in two_reps.t_s if t < half_s], stage.usual(two_reps))
    outcome = stage.run(two_reps, source, keeper=Keeper(tmp_path / "log", Said()))
    assert outcome.error is None
    assert stage.told("log") == stage.told("warning") == []
    with TrainingLog(tmp_path / "log") as log:
        assert log.entries() == []


class DeadJudge:
    """A judge that was killed."""

    def add(self, seen: Seen) -> None:
        return

    def verdicts(self) -> list[Any]:
        raise RuntimeError("the judge was ended from outside")

    def finish_set(self) -> None:
        return

    def choose(self, exercise: str) -> None:
        return

    def close(self) -> list[Any]:
        return []


def test_a_judge_that_dies_ends_the_session_and_is_told(
    monkeypatch: pytest.MonkeyPatch, stage: Stage, two_reps: PoseTrack, tmp_path: Path
) -> None:
    monkeypatch.setattr(session, "JudgingInline", lambda _: DeadJudge())
    outcome = stage.run(two_reps, record=tmp_path / "set.mp4")
    assert str(outcome.error) == "the judge was ended from outside"
    with ClipReader(tmp_path / "set.mp4") as reader:
        assert next(iter(reader)).t_s == 0.0


def test_a_source_stalls_only_after_it_has_run(monkeypatch: pytest.MonkeyPatch) -> None:
    latest, events = Latest(), list[Event]()
    judge: Any = SimpleNamespace(verdicts=list, finish_set=lambda: None)
    looking = Looking(latest, DrawnModel(rdl_track(1), []), judge, Coach(), events.append)  # type: ignore[arg-type]
    now_s = time.monotonic()
    monkeypatch.setattr("formcheck.live.looking.time.monotonic", lambda: now_s)
    latest.last_arrival_s = now_s - STALLED_S - 1.0
    looking._between()
    assert events == []
    latest.put(Picture(0.0, now_s - STALLED_S - 1.0, np.zeros((4, 4, 3), dtype=np.uint8)))
    looking._between()
    latest.put(Picture(9.0, now_s, np.zeros((4, 4, 3), dtype=np.uint8)))
    looking._between()
    assert [event.facts["state"] for event in events] == ["stalled", "running"]


def _tops_s(track: PoseTrack) -> list[float]:
    """Middles of the rests at the top."""
    height = -track.landmarks_px[:, 11, 1]
    up = height > height.max() - 0.01 * np.ptp(height)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], up.astype(int), [0]])))
    middles = (edges[::2] + edges[1::2] - 1) // 2
    return [float(t_s) for t_s in track.t_s[middles]]
