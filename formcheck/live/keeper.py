"""Puts each set into the training log as soon as it is over.

Writing has a thread of its own: a disk or another program that holds the log up costs no picture,
and a session that is killed afterwards has lost nothing.
"""

from __future__ import annotations

import queue
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from formcheck.errors import FormcheckError
from formcheck.live.events import Event
from formcheck.live.verdict import Verdict
from formcheck.pose.bundles import file_sha256
from formcheck.training_log.entry import Entry
from formcheck.training_log.judged import Said, Shown, entry_of_set
from formcheck.training_log.store import TrainingLog
from formcheck.training_log.times import clip_began
from formcheck.video.reader import ClipReader

Tell = Callable[[Event], None]
LOGGED: Final = "Logged"
NOT_LOGGED: Final = "NOT LOGGED"


@dataclass(frozen=True, slots=True)
class Origin:
    """What the pictures are from: a clip, or life.

    Attributes:
        name: Tells the session from every other.
        began_at: When the first picture was taken, UTC.
        clip_sha256: Checksum of the clip that is played; ``None`` in life.
    """

    name: str
    began_at: datetime
    clip_sha256: str | None = None


def life(now: datetime, t_s: float) -> Origin:
    """What is happening now.

    Args:
        now: The present, UTC.
        t_s: The same on the clock of the pictures, seconds.
    """
    began = now - timedelta(seconds=t_s)
    return Origin(f"live:{began:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}", began)


def played(clip: Path) -> Origin:
    """A clip that is played as if it were a camera: its sets were done when it was recorded.

    Raises:
        ClipError: It cannot be read.
        OSError: It cannot be read.
    """
    with ClipReader(clip) as reader:
        info = reader.info
    lasts_s = info.frames_declared / info.fps if info.fps > 0 else 0.0
    digest = file_sha256(clip)
    began = clip_began(clip, digest, lasts_s)
    return Origin("clip", datetime.now(UTC) if began is None else began.at, digest)


def entry_of(verdict: Verdict, number: int, origin: Origin, said: Said) -> Entry | None:
    """The entry of a set that is over.

    Args:
        verdict: The set, judged as a whole.
        number: Its number in the session, from 1.
        origin: What the pictures are from.
        said: What the lifter says of it.

    Returns:
        ``None`` when there is nothing to log: no complete rep, or no exercise.
    """
    summary, name = verdict.summary, verdict.exercise
    whole = [one.rep for one in verdict.reps if one.rep.complete]
    if summary is None or name is None or not whole:
        return None
    start_s, end_s = whole[0].start_s, whole[-1].end_s
    digest = origin.clip_sha256
    key = f"{origin.name}:{number}" if digest is None else None
    return entry_of_set(
        name,
        summary,
        [one.findings.faults for one in verdict.reps],
        [metric for metric, _ in summary.not_assessed],
        Shown("live", key, digest, start_s, end_s),
        said,
        origin.began_at + timedelta(seconds=start_s),
    )


class Keeper:
    """Keeps the sets of one session.

    Args:
        path: The log; must be one that can be written, or be new.
        said: What the lifter says of every set.
        origin: What the pictures are from; ``None`` for life, which begins with the first one.

    Raises:
        UsageError: The log cannot be used.
        OutputError: It cannot be written now.
    """

    def __init__(self, path: Path, said: Said, origin: Origin | None = None) -> None:
        self.path = path
        self.ids: dict[int, int] = {}
        """The sets that are in the log: number in the session, number in the log."""
        self._said = said
        self._origin = origin
        self._tell: Tell = lambda _: None
        self._queue: queue.Queue[tuple[Verdict, int, float] | None] = queue.Queue()
        self._worker = threading.Thread(target=self._work, name="formcheck-log", daemon=True)
        # Better told before the first rep than after the last.
        TrainingLog(path).close()

    def start(self, tell: Tell) -> None:
        """Begin.

        Args:
            tell: Called from the keeper's own thread with what became of each set.
        """
        self._tell = tell
        self._worker.start()

    def picture(self, t_s: float) -> None:
        """A picture has come; the first one tells when the session began."""
        if self._origin is None:
            self._origin = life(datetime.now(UTC), t_s)

    def keep(self, verdict: Verdict, number: int, t_s: float) -> None:
        """Have a set written; returns at once.

        Args:
            verdict: The set, judged as a whole.
            number: Its number in the session, from 1.
            t_s: Now, on the clock of the pictures.
        """
        self._queue.put((verdict, number, t_s))

    def close(self) -> None:
        """Wait until every set is written, or was told not to be."""
        if self._worker.is_alive():
            self._queue.put(None)
            self._worker.join()

    def recorded(self, recording: Path, from_s: float) -> None:
        """Tell the log which recording shows the sets, so that its report adds none of them again.

        Args:
            recording: The finished recording.
            from_s: Its beginning on the clock of the pictures.

        Raises:
            FormcheckError: The log cannot be written.
            OSError: The recording cannot be read.
        """
        if self.ids:
            digest = file_sha256(recording)
            with TrainingLog(self.path) as log:
                log.shown_by(list(self.ids.values()), digest, from_s)

    def _work(self) -> None:
        while (one := self._queue.get()) is not None:
            verdict, number, t_s = one
            try:
                self._write(verdict, number, t_s)
            # Whatever is wrong with the log, the coaching goes on.
            except Exception as error:
                reason = str(error) if isinstance(error, FormcheckError) else repr(error)
                message = f"set {number} was not logged: {reason}"
                self._tell(Event("warning", t_s, {"message": message, "set": number}))

    def _write(self, verdict: Verdict, number: int, t_s: float) -> None:
        assert self._origin is not None
        entry = entry_of(verdict, number, self._origin, self._said)
        if entry is None:
            return
        with TrainingLog(self.path) as log:
            added = log.add([entry])[0]
        self.ids[number] = added.entry.id
        facts = {"set": number, "id": added.entry.id, "new": added.new}
        self._tell(Event("log", t_s, facts))
