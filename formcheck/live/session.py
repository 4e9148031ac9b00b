"""One session in front of a camera: starts everything, keeps it going, and ends it well."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final

from formcheck.errors import OutputError, UsageError
from formcheck.exercises.recognition import AUTO
from formcheck.exercises.registry import exercise_names
from formcheck.live.coach import Coach, set_facts
from formcheck.live.cues import Cue
from formcheck.live.events import SCHEMA, Event
from formcheck.live.judge import SetJudge
from formcheck.live.judging import Judging, JudgingInline, JudgingProcess
from formcheck.live.keeper import LOGGED, NOT_LOGGED, Keeper
from formcheck.live.looking import Figures, Looking
from formcheck.live.profile import Profile
from formcheck.live.recording import Recorder
from formcheck.live.screen import Shown, draw
from formcheck.live.verdict import Verdict
from formcheck.live.voice import Metronome, Voice
from formcheck.live.window import Window
from formcheck.pose.bundles import Bundle
from formcheck.pose.landmarker import PoseLandmarker
from formcheck.pose.track import ModelFacts
from formcheck.report.wording import exercise_title, fault_title
from formcheck.video.camera import Latest, Picture, Source

DRAW_EVERY_S: Final = 1.0 / 30.0
SUMMARY_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Options:
    """How a session is run.

    Attributes:
        exercise: Name of the exercise, or ``auto``.
        fast: Whether a file is played as fast as it goes, every picture looked at.
        config: A coach's own thresholds.
        record: File to record to.
        profile: The lifter's profile.
    """

    exercise: str = AUTO
    fast: bool = False
    config: Path | None = None
    record: Path | None = None
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a session came to.

    Attributes:
        sets: The last verdict of each set.
        figures: How long things took.
        delivered: Pictures that the source delivered.
        dropped: Pictures that nobody looked at.
        recorder: The recording, finished; ``None`` without one.
        seconds: Length of the session on the source's clock.
        error: What has ended it before its time, if anything did.
    """

    sets: tuple[Verdict, ...]
    figures: Figures
    delivered: int
    dropped: int
    recorder: Recorder | None
    seconds: float
    error: BaseException | None = None


class Session:
    """A session. Events are told one at a time, in the order in which they happen.

    Args:
        source: Where the pictures come from.
        bundle: The model.
        options: How it is run.
        tell: Called with each event.
        voice: Says the cues, if wanted.
        metronome: Ticks through lowerings, if wanted.
        keeper: Puts the sets into the training log, if wanted.
    """

    def __init__(
        self,
        source: Source,
        bundle: Bundle,
        options: Options,
        tell: Callable[[Event], None],
        voice: Voice | None = None,
        metronome: Metronome | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self._source = source
        self._options = options
        self._tell_out = tell
        self._voice = voice
        self._metronome = metronome
        self._keeper = keeper
        self._stop = threading.Event()
        self._latest = Latest(lossless=options.fast)
        self._recorder: Recorder | None = None
        self._camera_error: BaseException | None = None
        self._tell_lock = threading.Lock()
        self._cue: tuple[Cue, float] | None = None
        self._notice = ""
        self._summary: tuple[tuple[str, ...], float] = ((), 0.0)
        self._muted = False
        self._newest_s = 0.0
        self._bundle = bundle
        self.coach = Coach(options.exercise)
        if options.record is not None:
            self._recorder = Recorder(options.record, lossless=options.fast)

    def run(self, window: Window | None) -> Outcome:
        """Run until the source ends, ``q`` is pressed or Ctrl-C; always ends well.

        Args:
            window: The window, or ``None`` to run without one.

        Returns:
            What it came to, also when the source cannot be opened or read any more.
        """
        model = ModelFacts(self._bundle.name, self._bundle.sha256)
        bends = {} if self._options.profile is None else self._options.profile.bends_deg
        make = partial(
            SetJudge,
            self._options.exercise,
            model,
            config=self._options.config,
            own_bends_deg=bends,
        )
        judging: Judging = JudgingInline(make()) if self._options.fast else JudgingProcess(make)
        self._tell(Event("start", 0.0, {"schema": SCHEMA, "source": self._source.name}))
        with _ctrl_c_stops(self._stop), PoseLandmarker(self._bundle.path) as landmarker:
            looking = Looking(
                self._latest, landmarker, judging, self.coach, self._tell, self._recorder
            )
            camera = threading.Thread(target=self._deliver, name="formcheck-camera", daemon=True)
            looker = threading.Thread(
                target=looking.run, args=(self._stop,), name="formcheck-look", daemon=True
            )
            if self._keeper is not None:
                self._keeper.start(self._tell)
            looker.start()
            camera.start()
            try:
                self._wait(looking, window)
            finally:
                self._stop.set()
                looker.join()
                self._latest.close()
                camera.join(5.0)
                if self._recorder is not None:
                    self._recorder.close()
                if self._keeper is not None:
                    self._keeper.close()
                if window is not None:
                    window.close()
        return Outcome(
            sets=tuple(self.coach.sets),
            figures=looking.figures,
            delivered=self._latest.delivered,
            dropped=self._latest.dropped,
            recorder=self._recorder,
            seconds=self._newest_s,
            error=self._camera_error or looking.error,
        )

    def _deliver(self) -> None:
        """The camera's thread."""
        try:
            for picture in self._source.pictures(self._stop, self._source_told):
                if self._keeper is not None:
                    self._keeper.picture(picture.t_s)
                self._record(picture)
                self._newest_s = picture.t_s
                self._latest.put(picture)
                if self._stop.is_set():
                    break
        except BaseException as error:
            self._camera_error = error
        finally:
            self._latest.close()

    def _record(self, picture: Picture) -> None:
        if self._recorder is not None:
            self._recorder.picture(picture)

    def _source_told(self, state: str, sentence: str) -> None:
        self._notice = sentence if state == "lost" else ""
        self._tell(Event("source", self._newest_s, {"state": state, "message": sentence}))

    def _tell(self, event: Event) -> None:
        if event.kind == "cue":
            text = str(event.facts["text"])
            praise, code = bool(event.facts["praise"]), str(event.facts["code"])
            cue = Cue(text, code, praise, int(event.facts["rep"]), event.t_s)
            self._cue = (cue, event.t_s)
            if self._voice is not None and not self._muted:
                self._voice.say(text)
        elif event.kind == "set":
            self._summary = (summary_lines(self.coach.sets[-1], len(self.coach.sets)), event.t_s)
        elif event.kind == "log" or (event.kind == "warning" and "set" in event.facts):
            self._add_to_summary(int(event.facts["set"]), logged=event.kind == "log")
        elif event.kind == "source" and event.facts["state"] == "stalled":
            self._notice = f"{self._source.name} has stopped sending pictures."
        elif event.kind == "source" and event.facts["state"] == "running":
            self._notice = ""
        with self._tell_lock:
            self._tell_out(event)
        if event.kind == "set" and self._keeper is not None:
            # After the set itself was told: its event comes before what became of it.
            self._keeper.keep(self.coach.sets[-1], len(self.coach.sets), event.t_s)

    def _add_to_summary(self, number: int, *, logged: bool) -> None:
        lines, at_s = self._summary
        if number == len(self.coach.sets):
            self._summary = ((*lines, LOGGED if logged else NOT_LOGGED), at_s)

    def _wait(self, looking: Looking, window: Window | None) -> None:
        """The main thread: draws and reads keys, or just waits."""
        next_s = time.monotonic()
        while not self._stop.is_set():
            if window is None:
                self._tick_metronome()
                self._stop.wait(0.05)
                continue
            newest = looking.newest
            if newest is not None:
                picture, seen = newest
                window.show(draw(picture.bgr, seen, self.coach, self._shown(picture.t_s)))
            self._tick_metronome()
            next_s = max(next_s + DRAW_EVERY_S, time.monotonic())
            wait_ms = round(1000 * (next_s - time.monotonic()))
            self._obey(window.key(wait_ms if wait_ms > 0 else 10), looking, window)

    def _tick_metronome(self) -> None:
        if self._metronome is None:
            return
        pace = self.coach.pace
        lowering = pace.stage == "lowering" and not self._muted
        self._metronome.at(max(0.0, self._newest_s - pace.since_s) if lowering else None)

    def _obey(self, key: str, looking: Looking, window: Window) -> None:
        if key == "q":
            self._stop.set()
        elif key == " ":
            looking.end_set()
        elif key == "e":
            looking.choose(_next_exercise(self.coach.exercise))
        elif key == "m":
            self._muted = not self._muted
        elif key == "f":
            window.toggle_full_screen()
        elif key == "r":
            self._toggle_recording(looking)

    def _toggle_recording(self, looking: Looking) -> None:
        if self._recorder is None:
            path = Path(time.strftime("formcheck-live-%Y%m%d-%H%M%S.mp4"))
            try:
                self._recorder = Recorder(path, lossless=self._options.fast)
            except (OutputError, UsageError) as error:
                self._tell(Event("warning", self._newest_s, {"message": str(error)}))
                return
            looking.recorder = self._recorder
        else:
            self._recorder.paused = not self._recorder.paused

    def _shown(self, now_s: float) -> Shown:
        cue, cue_s = self._cue if self._cue is not None else (None, float("-inf"))
        lines, at_s = self._summary
        resting = self.coach.rep_count == 0 and now_s - at_s <= SUMMARY_S
        return Shown(
            now_s=now_s,
            cue=cue,
            cue_s=cue_s,
            notice=self._notice,
            summary=lines if resting else (),
            recording=self._recorder is not None and not self._recorder.paused,
            muted=self._muted,
            voice=self._voice is not None,
        )


def summary_lines(verdict: Verdict, number: int) -> tuple[str, ...]:
    """A set in a few lines that can be read from afar."""
    facts = set_facts(verdict, number)
    exercise = str(facts["exercise"] or "")
    name = exercise_title(exercise) if exercise else "no exercise"
    lines = [f"Set {number}: {facts['reps']} x {name}"]
    if facts["score"] is not None:
        lines.append(f"Score {facts['score']:g} of 100")
    if facts["eccentric_s_mean"] is not None:
        lines.append(f"Lowering {facts['eccentric_s_mean']:.1f} s on average")
    lines += [f"{fault_title(code, exercise)}: {count}" for code, count in facts["faults"].items()]
    if not facts["faults"]:
        lines.append("No fault was seen in what could be judged.")
    return tuple(lines)


def _next_exercise(current: str | None) -> str:
    names = exercise_names()
    return names[0] if current not in names else names[(names.index(current) + 1) % len(names)]


@contextmanager
def _ctrl_c_stops(stop: threading.Event) -> Iterator[None]:
    """Let Ctrl-C (and a polite kill) end the session instead of breaking it off."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
