"""A worker process of the cluster: made ready once, then one clip after another."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from formcheck import __version__
from formcheck.batch.extra import need
from formcheck.batch.job import Job, Outcome
from formcheck.batch.orders import Orders
from formcheck.errors import ModelMissingError, UsageError
from formcheck.exercises.recognition import AUTO
from formcheck.pose.bundles import Bundle, file_sha256

ENVIRONMENT: Final = {
    # Short-lived threads of each clip would otherwise leave an arena each behind.
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""Set before a worker of our own starts; for other clusters see docs/batch.md."""


@dataclass(slots=True)
class _Ready:
    bundle: Bundle
    scratch: Path


TASK_PREFIX: Final = "formcheck-"
"""What the keys of our tasks begin with, on a cluster that may have others."""
_READY: dict[str, _Ready] = {}
"""What this process is ready for, by digest of the pose model."""
_REFUSED: dict[str, str] = {}
"""Why this process could not be made ready, by digest of the pose model."""


def judge_in_worker(job: Job) -> Outcome:
    """Judge a clip in this process, which the plugin has made ready.

    Raises:
        UsageError: This process could not be made ready; Dask lets such a worker join all the same.
        ModelMissingError: The plugin did not run here.
    """
    from formcheck.batch.judging import judge_clip

    ready = _READY.get(job.orders.model_sha256)
    if ready is None and job.orders.model_sha256 in _REFUSED:
        raise UsageError(
            f"a worker that joined cannot be used ({_REFUSED[job.orders.model_sha256]}); end it,"
            " and give the same command again: what is done is kept"
        )
    if ready is None:
        raise ModelMissingError("a worker was not given the pose model; run the command again")
    try:
        return judge_clip(job, ready.bundle, ready.scratch)
    finally:
        _give_memory_back()


@dataclass(frozen=True, slots=True)
class Making:
    """How a worker makes itself ready.

    Attributes:
        model_name: Name of the pose model.
        model_sha256: Digest of its bundle.
        path: Where the bundle lies on the machine that started the run.
        content: The bundle, for workers elsewhere; ``None`` when all see ``path``.
        cores: Cores to share out among the workers of this machine; empty: leave them be.
        judged_as: How the one who started the run would judge by the built-in thresholds; a
            worker that would not do so has another formcheck. Empty: it is the same one.
    """

    model_name: str
    model_sha256: str
    path: Path
    content: bytes | None
    cores: Sequence[int] = ()
    judged_as: str = ""

    def ready(self, name: object, folder: Path) -> None:
        """Make this process ready.

        Args:
            name: The worker's name; its number in a cluster of our own.
            folder: The worker's own folder.

        Raises:
            UsageError: Another version of formcheck, or other exercises, are installed here.
        """
        ours = Orders(self.model_name, self.model_sha256).judged_as(AUTO) if self.judged_as else ""
        if ours != self.judged_as:
            told = f"its formcheck {__version__} judges in another way than the one that asks"
            _REFUSED[self.model_sha256] = told
            raise UsageError(told)
        if self.cores:
            # Ctrl-C goes to the whole foreground group; the one who started us decides.
            with suppress(ValueError):
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            if isinstance(name, int):
                keep_to_core(self.cores[name % len(self.cores)])
        path = self.path
        if self.content is not None:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{self.model_sha256[:16]}.task"
            if not path.exists() or file_sha256(path) != self.model_sha256:
                path.write_bytes(self.content)
        _READY[self.model_sha256] = _Ready(Bundle(self.model_name, path, self.model_sha256), folder)
        # Before the first clip and not with it: half a second in which no clip can be lost.
        import formcheck.batch.judging  # noqa: F401


def plugin(making: Making) -> Any:
    """The making as a plugin for Dask, which runs it in every worker, later ones too."""
    base: Any = need("distributed").WorkerPlugin

    class MakeReady(base):  # type: ignore[misc]
        name = f"formcheck-{making.model_sha256[:16]}"

        def setup(self, worker: Any) -> None:
            making.ready(worker.name, Path(worker.local_directory))

    return MakeReady()


def blame_at_once() -> Any:
    """A plugin for Dask's scheduler: a task of ours whose worker ends is not handed out again.

    A scheduler that runs already allows for three lost workers a task unless it is told otherwise;
    the tasks of others go on having that.
    """
    base: Any = need("distributed").SchedulerPlugin
    prefix = TASK_PREFIX

    class BlameAtOnce(base):  # type: ignore[misc]
        name = "formcheck-blame-at-once"

        async def start(self, scheduler: Any) -> None:
            self.scheduler = scheduler

        def transition(self, key: Any, _start: str, finish: str, *_: Any, **__: Any) -> None:
            if finish == "processing" and str(key).startswith(prefix):
                self.scheduler.tasks[key].suspicious = self.scheduler.allowed_failures

    return BlameAtOnce()


def keep_to_core(core: int) -> None:
    """Hold all threads of this process, native ones too, to one core, where the system can.

    Libraries ask how many cores they may use, and start as many threads.
    """
    if not hasattr(os, "sched_setaffinity"):
        return
    for thread in Path("/proc/self/task").iterdir():
        with suppress(OSError):
            os.sched_setaffinity(int(thread.name), {core})


def own_cores() -> list[int]:
    """Numbers of the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _give_memory_back() -> None:
    """Give freed memory back to the system, where the C library keeps it (glibc)."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
