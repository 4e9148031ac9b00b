"""Spreads jobs over a cluster, a bounded number at a time, and survives the loss of workers."""

from __future__ import annotations

import asyncio
import itertools
import queue
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from formcheck.batch.cluster import SAME, Cluster
from formcheck.batch.cluster import why as _why
from formcheck.batch.job import Job, Outcome
from formcheck.batch.worker import TASK_PREFIX, judge_in_worker
from formcheck.errors import FormcheckError, UsageError

AHEAD: Final = 2
"""Jobs handed in for each clip being worked on: no worker waits, and few are held in memory."""
DEADLY: Final = (
    "judging it ended its worker twice: out of memory, or a crash inside a native library;"
    " give the workers more memory, or convert the clip, and use --retry-failed"
)
GONE: Final = (
    "the scheduler is gone; start it and give the same command again: what is done is kept"
)
GIVE_UP_S: Final = 600.0
_LOOK_S: Final = 2.0
_DEFECT: Final = 1

Task = Callable[[Job], Outcome]


def spread(
    cluster: Cluster, jobs: Iterable[Job], task: Task = judge_in_worker
) -> Iterator[tuple[Job, Outcome]]:
    """Have every job done once, in any order.

    A job during which its worker ends is put by. When all others are done, those put by are run
    one at a time with nothing beside them, on another worker if there is one, so that no job is
    blamed for what its neighbour did. One that again ends its worker is recorded as failed.

    Args:
        cluster: The cluster.
        jobs: The jobs; taken from the iterator only when there is room for them.
        task: What to do with each.

    Yields:
        Each job with its outcome, as they come.

    Raises:
        FormcheckError: What the task raises; the rest is cancelled.
        UsageError: The scheduler is gone, or there was no worker for a long time.
    """
    run = _Run(cluster, task)
    put_by: list[tuple[Job, str]] = []
    try:
        for job in jobs:
            run.submit(job)
            while run.full():
                yield from run.next_done(put_by)
        while run.running:
            yield from run.next_done(put_by)
        for job, killed_at in put_by:
            again: list[tuple[Job, str]] = []
            run.submit(job, avoid=killed_at)
            while run.running:
                yield from run.next_done(again)
            if again:
                yield job, Outcome("failed", _DEFECT, DEADLY)
    finally:
        run.cancel()


class _Run:
    def __init__(self, cluster: Cluster, task: Task) -> None:
        self.running: dict[str, tuple[Job, Any]] = {}
        self._cluster = cluster
        self._task = task
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._numbers = itertools.count()
        # Others may use the same cluster at the same time.
        self._keys = f"{TASK_PREFIX}{uuid.uuid4().hex}"
        self._slots = self._count()
        self._counted_s = time.monotonic()

    def _count(self) -> int:
        with _scheduler_there():
            return self._cluster.slots()

    def submit(self, job: Job, avoid: str = "") -> None:
        client = self._cluster.client
        key = f"{self._keys}-{next(self._numbers)}"
        with _scheduler_there():
            others = [address for address in client.nthreads() if address != avoid] if avoid else []
            where = {"workers": others, "allow_other_workers": True} if others else {}
            future = client.submit(self._task, job, key=key, pure=False, **where)
        self.running[key] = job, future
        future.add_done_callback(self._done.put)

    def full(self) -> bool:
        if time.monotonic() - self._counted_s > _LOOK_S:
            self._slots = self._count()
            self._counted_s = time.monotonic()
        return len(self.running) >= AHEAD * max(self._slots, 1)

    def next_done(self, put_by: list[tuple[Job, str]]) -> Iterator[tuple[Job, Outcome]]:
        future = self._await_one()
        job, _ = self.running.pop(future.key)
        if future.status == "finished":
            yield job, future.result()
        elif future.status == "error":
            error = future.exception()
            if type(error).__name__ == "KilledWorker":
                put_by.append((job, error.last_worker.address))
            elif isinstance(error, FormcheckError):
                raise error
            else:
                # Whatever is wrong with a clip is an outcome: this is the worker's own.
                raise UsageError(f"a worker could not take up its work ({_why(error)}); {SAME}")
        elif future.status in ("lost", "pending"):
            # The worker went down with the result; where the scheduler is gone too, this says so.
            self.submit(job)
        else:
            raise UsageError(GONE)
        future.release()

    def _await_one(self) -> Any:
        waiting_since_s = time.monotonic()
        while True:
            try:
                return self._done.get(timeout=_LOOK_S)
            except queue.Empty:
                pass
            now_s = time.monotonic()
            if self._count():
                waiting_since_s = now_s
            elif now_s - waiting_since_s > GIVE_UP_S:
                raise UsageError(
                    f"no worker for {GIVE_UP_S / 60:.0f} minutes; start some and give the same"
                    " command again: what is done is kept"
                )

    def cancel(self) -> None:
        if self.running:
            futures = [future for _, future in self.running.values()]
            self.running.clear()
            with suppress(UsageError), _scheduler_there():
                self._cluster.client.cancel(futures, force=True)


@contextmanager
def _scheduler_there() -> Iterator[None]:
    """Around whatever is asked of the scheduler: it may have gone."""
    try:
        yield
    # A client that lost its scheduler raises each of these, by how far it has noticed.
    except (OSError, RuntimeError, ValueError, asyncio.CancelledError) as error:
        raise UsageError(GONE) from error
