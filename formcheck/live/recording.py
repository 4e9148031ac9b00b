"""Writes the raw pictures while coaching, and keeps the pose track that is made meanwhile.

Encoding has a thread of its own with a little room before it: a disk that stalls costs pictures of
the recording, never of the coaching.
"""

from __future__ import annotations

import queue
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.errors import OutputError, UsageError
from formcheck.live.seen import RecentPast, Seen
from formcheck.pose.bundles import Bundle
from formcheck.pose.landmarks import LANDMARK_COUNT
from formcheck.pose.outline import OUTLINE_POINTS
from formcheck.pose.record import keep_track
from formcheck.pose.track import ModelFacts
from formcheck.video.camera import Picture
from formcheck.video.writer import ClipWriter, EncoderError

ROOM: Final = 8
"""Pictures that may wait to be written: a quarter of a second, 50 MB at 1080p."""
_ROW: Final = np.dtype(
    [
        ("t_s", np.float64),
        ("size", np.int32, (2,)),
        ("found", np.bool_),
        ("landmarks_px", np.float32, (LANDMARK_COUNT, 2)),
        ("landmarks_m", np.float16, (LANDMARK_COUNT, 3)),
        ("visibility", np.float16, (LANDMARK_COUNT,)),
        ("outline", np.float16, (2, OUTLINE_POINTS, 2)),
    ]
)
_PARTS: Final = ("landmarks_px", "landmarks_m", "visibility", "outline")


class Spool:
    """Samples on disk, one after another, so that an hour of them costs no memory."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None

    def add(self, seen: Seen) -> None:
        """Append a sample.

        Raises:
            OSError: The disk is full.
        """
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="formcheck-track-")  # noqa: SIM115
        row = np.zeros(1, dtype=_ROW)
        row["t_s"], row["size"] = seen.t_s, seen.size
        row["found"] = seen.landmarks_px is not None
        for name in _PARTS:
            value = getattr(seen, name)
            row[name] = np.nan if value is None else value
        self._file.write(row.tobytes())

    def samples(self) -> list[Seen]:
        """All samples, from the first on."""
        if self._file is None:
            return []
        self._file.seek(0)
        rows = np.frombuffer(self._file.read(), dtype=_ROW)
        return [
            Seen(
                float(row["t_s"]),
                (int(row["size"][0]), int(row["size"][1])),
                *(row[name] if row["found"] else None for name in _PARTS),
            )
            for row in rows
        ]

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            self._file.close()


class Recorder:
    """A recording in the making.

    Args:
        path: The ``.mp4`` to write.
        lossless: Wait for room instead of leaving pictures out.

    Raises:
        OutputError: The file cannot be created.
        UsageError: There is such a file already.
    """

    def __init__(self, path: Path, *, lossless: bool = False) -> None:
        self.path = path
        self.written = 0
        self.left_out = 0
        self.problem: str | None = None
        """Why the recording has ended early, if so."""
        self.paused = False
        """Whether neither pictures nor samples are kept for now."""
        self._lossless = lossless
        self._queue: queue.Queue[Picture | None] = queue.Queue(ROOM)
        self._spool = Spool()
        self._first_s: float | None = None
        self._size: tuple[int, int] | None = None
        if path.exists():
            raise UsageError(f"{path} is there already; give another --record FILE")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.open("xb").close()
        except OSError as error:
            raise OutputError(
                f"{path} cannot be written ({error.strerror}); give another --record FILE"
            ) from error
        self._worker = threading.Thread(target=self._work, name="formcheck-record", daemon=True)
        self._worker.start()

    @property
    def first_s(self) -> float | None:
        """When the first picture was taken, on the clock of the pictures."""
        return self._first_s

    def picture(self, picture: Picture) -> None:
        """Record a picture; left out when the disk is behind."""
        if self.problem is not None or self.paused:
            return
        if self._first_s is None:
            self._first_s = picture.t_s
        try:
            self._queue.put(picture, block=self._lossless)
        except queue.Full:
            self.left_out += 1

    def seen(self, seen: Seen) -> None:
        """Keep a sample for the recording's pose track."""
        if self.problem is None and not self.paused:
            try:
                self._spool.add(seen)
            except OSError as error:
                self.problem = f"the pose track cannot be kept ({error.strerror})"

    def close(self) -> None:
        """Finish the file; afterwards it plays. The pose track waits for ``keep_track``."""
        self._queue.put(None)
        self._worker.join()
        if not self.written:
            with suppress(OSError):
                self.path.unlink()

    def keep_track(self, bundle: Bundle) -> bool:
        """Store the pose track, so that ``formcheck analyze`` needs no second look.

        Returns:
            Whether there is a track worth keeping.
        """
        first_s = self._first_s
        samples = self._spool.samples()
        self._spool.close()
        if not self.written or first_s is None:
            return False
        past = RecentPast(ModelFacts(bundle.name, bundle.sha256), thin=False, longest_s=np.inf)
        for seen in samples:
            if seen.t_s >= first_s:
                moved = Seen(seen.t_s - first_s, seen.size, *(getattr(seen, p) for p in _PARTS))
                past.add(moved)
        if len(past) < 2:
            return False
        keep_track(self.path, bundle, past.track())
        return True

    def _work(self) -> None:
        writer: ClipWriter | None = None
        while (picture := self._queue.get()) is not None:
            if self.problem is not None:
                continue
            try:
                if writer is None:
                    width, height = picture.size
                    self._size = (width // 2 * 2, height // 2 * 2)
                    writer = ClipWriter(self.path, *self._size)
                assert self._first_s is not None
                assert self._size is not None
                bgr = fitted(picture.bgr, self._size)
                writer.write(bgr, picture.t_s - self._first_s)
                self.written += 1
            except (OSError, EncoderError, ValueError) as error:
                self.problem = _reason(error)
        if writer is not None:
            try:
                writer.close()
            except (OSError, EncoderError) as error:
                self.problem = _reason(error)


def _reason(error: Exception) -> str:
    told = error.strerror if isinstance(error, OSError) else None
    return str(error) if told is None else told.lower()


def fitted(bgr: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture in the size of the recording: cropped by a pixel, or shrunk with bars about it."""
    height, width = bgr.shape[:2]
    if (width // 2 * 2, height // 2 * 2) == size:
        return np.ascontiguousarray(bgr[: size[1], : size[0]])
    scale = min(size[0] / width, size[1] / height)
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    canvas = np.zeros((size[1], size[0], 3), dtype=np.uint8)
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(bgr, inner)
    return canvas
