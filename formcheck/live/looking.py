"""Looks at the newest picture, again and again, and tells the coach: the thread that must not wait.

From the moment a picture has arrived to the moment that its cue is decided lie one run of the
model and little else.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.live.coach import Coach
from formcheck.live.events import Event
from formcheck.live.judging import Judging
from formcheck.live.recording import Recorder
from formcheck.live.seen import Seen, same_shape, seen_in, with_outline
from formcheck.pose.landmarker import PoseLandmarker
from formcheck.pose.look import INFERENCE_SIDE
from formcheck.video.camera import Latest, Picture
from formcheck.video.reader import Frame

WAIT_S: Final = 0.05
STALLED_S: Final = 2.0
"""Without a picture for this long the source has stalled."""
FRESH_SHARE: Final = 0.25
"""A picture that has waited longer than this share of a run of the model is left for the next."""
KEPT_TIMES: Final = 20_000
LEAST_BLUR_PX: Final = 0.1
"""Less than this changes no pixel."""
Told = Callable[[Event], None]


@dataclass
class Figures:
    """How long things take, seconds.

    Attributes:
        looked_s: From the arrival of a picture to the decision about it.
        model_s: Run of the model alone.
        verdict_age_s: From the last picture that a verdict knows of to its arrival.
    """

    looked_s: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT_TIMES))
    model_s: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT_TIMES))
    verdict_age_s: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT_TIMES))


class Looking:
    """The middle of the road: pictures in, events out.

    Args:
        latest: Where the pictures come from.
        landmarker: The model; used in this thread alone.
        judging: The judge of the set.
        coach: What is told.
        tell: Called with each event, in this thread.
        recorder: Keeps the samples, if wanted; may be set later.
    """

    def __init__(
        self,
        latest: Latest,
        landmarker: PoseLandmarker,
        judging: Judging,
        coach: Coach,
        tell: Told,
        recorder: Recorder | None = None,
    ) -> None:
        self._latest = latest
        self._landmarker = landmarker
        self._judging = judging
        self._coach = coach
        self._tell = tell
        self.recorder = recorder
        self._finishing = False
        self._stalled = False
        self._asked: str | None = None
        self._end_asked = False
        self._now_s = 0.0
        self._size: tuple[int, int] | None = None
        self.figures = Figures()
        self.newest: tuple[Picture, Seen] | None = None
        """The last picture looked at, for a window to show."""
        self.error: BaseException | None = None

    def choose(self, exercise: str) -> None:
        """Judge as another exercise from the next picture on; may be called by any thread."""
        self._asked = exercise

    def end_set(self) -> None:
        """End the set now; may be called by any thread."""
        self._end_asked = True

    def run(self, stop: threading.Event) -> None:
        """Look until the source is over or ``stop`` is set; then judge what is left."""
        try:
            while not stop.is_set() and not self._latest.over:
                picture = self._latest.take(WAIT_S, oldest_s=self._oldest_s())
                if picture is not None:
                    self._look(picture)
                self._between()
        except BaseException as error:
            self.error = error
        try:
            for verdict in self._judging.close():
                self._tell_all(self._coach.take(verdict, self._now_s))
        except BaseException as error:
            self.error = self.error or error
        finally:
            stop.set()

    def _oldest_s(self) -> float | None:
        recent = self.figures.model_s
        return FRESH_SHARE * recent[-1] if recent else None

    def _look(self, picture: Picture) -> None:
        self._now_s = picture.t_s
        began_s = time.perf_counter()
        small = shrunk(picture.bgr)
        found = self._landmarker.look(Frame(0, picture.t_s, small))
        self.figures.model_s.append(time.perf_counter() - began_s)
        landmarks = None if found is None else found.landmarks()
        seen = seen_in(picture.t_s, picture.size, (small.shape[1], small.shape[0]), landmarks)
        if self._size is not None and not same_shape(self._size, picture.size):
            # Another camera, or the same one turned: places before and after do not compare.
            self._end_asked = True
            self._between()
        self._size = picture.size
        self._tell_all(self._coach.see(seen))
        self.figures.looked_s.append(time.monotonic() - picture.arrived_s)
        if found is not None and landmarks is not None:
            # No cue waits for the outline: only the judge looks at it.
            seen = with_outline(seen, found.outline(landmarks))
        self._judging.add(seen)
        if self.recorder is not None:
            self.recorder.seen(seen)
        self.newest = (picture, seen)

    def _between(self) -> None:
        if self._asked is not None:
            self._judging.choose(self._asked)
            self._coach.choose(self._asked)
            self._asked = None
        for verdict in self._judging.verdicts():
            self._finishing = self._finishing and not verdict.final
            self.figures.verdict_age_s.append(self._now_s - verdict.at_s)
            self._tell_all(self._coach.take(verdict, self._now_s))
        waited_s = 0.0
        # A file that is played as fast as it goes waits for the judge, and has not stalled.
        if self._latest.delivered and not self._latest.lossless:
            waited_s = time.monotonic() - self._latest.last_arrival_s
        # Time goes on for the lifter when the pictures stop.
        now_s = self._now_s + (waited_s if waited_s > STALLED_S else 0.0)
        over = self._end_asked or self._coach.set_is_over(now_s)
        self._end_asked = False
        if over and not self._finishing:
            self._finishing = True
            self._judging.finish_set()
        if (waited_s > STALLED_S) != self._stalled:
            self._stalled = not self._stalled
            state = "stalled" if self._stalled else "running"
            self._tell(Event("source", self._now_s, {"state": state}))

    def _tell_all(self, events: list[Event]) -> None:
        for event in events:
            self._tell(event)


def shrunk(bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture of the size that the model is given (``pose/look.py``), free of aliasing.

    As near to how recorded clips are shrunk as means of parts of pixels, in a third of the time.
    """
    height, width = bgr.shape[:2]
    if min(width, height) <= INFERENCE_SIDE:
        return bgr
    times = min(width, height) / INFERENCE_SIDE
    size = (max(4, round(width / times / 4) * 4), max(4, round(height / times / 4) * 4))
    picture: Any = bgr
    if whole := int(times) if times >= 2.0 else 0:
        across, down = width // whole, height // whole
        blocks = picture[: down * whole, : across * whole]
        picture = cv2.resize(blocks, (across, down), interpolation=cv2.INTER_AREA)
        times /= whole
    # The variance by which a triangle over all pixels that become one is wider than one pixel's.
    spread_px = np.sqrt((times**2 - 1.0) / 6.0)
    if spread_px > LEAST_BLUR_PX:
        picture = cv2.GaussianBlur(picture, (3, 3), spread_px)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
