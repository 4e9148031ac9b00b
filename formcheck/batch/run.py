"""A run: list the clips, have the open ones judged, keep what is found, write the tables."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from formcheck import __version__
from formcheck.batch.clips import Clip
from formcheck.batch.cluster import cluster
from formcheck.batch.entry import Entry
from formcheck.batch.extra import need_all
from formcheck.batch.job import Job, Outcome
from formcheck.batch.journal import FILE, SCHEMA, Journal
from formcheck.batch.listing import list_clips
from formcheck.batch.orders import Orders
from formcheck.batch.page import write_page
from formcheck.batch.places import replacing, sweep
from formcheck.batch.progress import Nobody, Tally, Watcher
from formcheck.batch.spread import spread
from formcheck.batch.tables import check_names, write_tables
from formcheck.batch.work import Work
from formcheck.errors import OutputError, UsageError
from formcheck.exercises.registry import exercise_names
from formcheck.pose.bundles import Bundle
from formcheck.report.files import check_out_dir

RUN_FILE: Final = "run.json"
_LOCK: Final = ".lock"
_TELL_EVERY: Final = 1000


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended.

    Attributes:
        scored: Clips whose set has a score.
        not_assessable: Clips with nobody, no rep, or too little of it to see.
        failed: Clips that could not be read or went wrong.
        done_now: Clips that this run worked on; the others were done before.
        seconds: Time it took to work on them, without listing and writing tables.
        folder: The results folder.
    """

    scored: int
    not_assessable: int
    failed: int
    done_now: int
    seconds: float
    folder: Path

    @property
    def clips(self) -> int:
        """All clips of the run."""
        return self.scored + self.not_assessable + self.failed

    @property
    def clips_per_s(self) -> float:
        """Clips a second over those that this run worked on; 0 without any."""
        return self.done_now / self.seconds if self.done_now else 0.0


def run_batch(
    inputs: Sequence[str],
    folder: Path,
    bundle: Bundle,
    *,
    exercise: str = "auto",
    config: str | None = None,
    speed: float = 1.0,
    reports: bool = False,
    video: bool = False,
    retry_failed: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    watcher: Watcher | None = None,
) -> Result:
    """Judge every clip that is not judged yet and write the tables.

    Args:
        inputs: Folders, patterns, manifests, clips, or addresses for fsspec.
        folder: The results folder; what it holds already is not done again.
        bundle: The pose model.
        exercise: Name of an exercise, ``auto`` or ``from-folder``.
        config: Text of a coach's own thresholds.
        speed: Playback speed relative to life.
        reports: Whether each clip gets a report of its own.
        video: Whether that has an overlay video.
        retry_failed: Whether clips that failed before are tried again.
        workers: Processes on this machine; one a core if ``None``.
        scheduler: Address of a running Dask scheduler to use instead.
        watcher: Told how far it is.

    Raises:
        UsageError: Inputs, folder or cluster cannot be used as given.
        OutputError: The results cannot be written.
    """
    need_all()
    watcher = watcher or Nobody()
    orders = Orders(bundle.name, bundle.sha256, speed, config, reports, video)
    with _opened(folder, new=True) as journal:
        _list(journal, inputs, exercise, orders, watcher)
        journal.note("orders", {"config": config, "speed": speed, "model": bundle.name})
        journal.note("model_sha256", bundle.sha256)
        names = journal.open_names(reports=reports, retry_failed=retry_failed, video=video)
        work = Work(journal, folder, orders)
        jobs = work.jobs(names, with_clip=True)
        seconds = _do(work, jobs, len(names), bundle, workers, scheduler, watcher)
        return _finish(journal, folder, len(names), seconds)


def rescore_batch(
    folder: Path,
    *,
    config: str | None,
    workers: int | None = None,
    scheduler: str | None = None,
    watcher: Watcher | None = None,
) -> Result:
    """Judge the clips of a results folder by other thresholds, from their stored pose tracks.

    Clips that failed stay failed, those that showed nobody stay not assessable. Findings by
    earlier thresholds are kept, so that going back to them costs nothing.

    Args:
        folder: The results folder.
        config: Text of the new thresholds; the built-in ones if ``None``.
        workers: As in ``run_batch``.
        scheduler: As in ``run_batch``.
        watcher: As in ``run_batch``.

    Raises:
        UsageError: There are no results, or a pose track is missing.
        OutputError: The results cannot be written.
    """
    need_all()
    watcher = watcher or Nobody()
    with _opened(folder, new=False) as journal:
        facts = journal.noted("orders")
        if facts is None:
            raise UsageError(f"{folder} holds no finished listing; run `formcheck batch` first")
        # Judging tracks opens no model: it need not be on this machine.
        bundle = Bundle(facts["model"], Path(), journal.noted("model_sha256"))
        orders = Orders(bundle.name, bundle.sha256, facts["speed"], config)
        changed = [(old, orders.judged_as(e)) for e, old in journal.ways() if old]
        journal.judge_anew([pair for pair in changed if pair[0] != pair[1]])
        journal.note("orders", facts | {"config": config})
        names = journal.open_names(reports=False, retry_failed=False)
        work = Work(journal, folder, orders)
        jobs = work.jobs(names, with_clip=False)
        seconds = _do(work, jobs, len(names), bundle, workers, scheduler, watcher)
        return _finish(journal, folder, len(names), seconds)


@contextmanager
def _opened(folder: Path, *, new: bool) -> Iterator[Journal]:
    """The journal of a folder that no other run writes to; gone again if it never had a clip."""
    if new:
        check_out_dir(folder)
    elif not (folder / FILE).is_file():
        raise UsageError(f"{folder} holds no results of `formcheck batch` ({FILE} is missing)")
    made = not folder.exists()
    lock = FileLock(folder / _LOCK)
    used = (folder / FILE).exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
        sweep(folder)
        journal = Journal(folder)
        try:
            yield journal
        finally:
            used = bool(journal.run)
            journal.close()
    except Timeout as error:
        raise UsageError(f"another run is writing to {folder}; wait until it ends") from error
    except (OSError, sqlite3.OperationalError) as error:
        why = getattr(error, "strerror", None) or error
        raise OutputError(
            f"the results could not be written to {folder} ({why}); make room, or see that you may"
            " write there, and give the same command again: what is done is kept"
        ) from error
    finally:
        held = lock.is_locked
        lock.release()
        if held and not used:
            for ours in (*folder.glob(f"{FILE}*"), folder / _LOCK):
                ours.unlink(missing_ok=True)
        if made and not used:
            with suppress(OSError):
                folder.rmdir()


def _list(
    journal: Journal, inputs: Sequence[str], exercise: str, orders: Orders, watcher: Watcher
) -> None:
    known = exercise_names()
    ways: dict[str, str] = {}
    columns: set[str] = set()

    def entered() -> Iterator[tuple[Clip, str]]:
        count = 0
        for count, clip in enumerate(list_clips(inputs, exercise, known), 1):
            if clip.exercise not in ways:
                ways[clip.exercise] = orders.judged_as(clip.exercise)
            if not columns.issuperset(clip.carried):
                check_names(list(clip.carried))
                columns.update(clip.carried)
            yield clip, "" if clip.problem else ways[clip.exercise]
            if count % _TELL_EVERY == 0:
                watcher.listed(count)
        if not count:
            raise UsageError(f"no clip in {', '.join(inputs)}; name a folder that holds some")

    journal.enter(entered())


def _do(
    work: Work,
    jobs: Iterator[Job | tuple[Entry, Outcome]],
    count: int,
    bundle: Bundle,
    workers: int | None,
    scheduler: str | None,
    watcher: Watcher,
) -> float:
    """Have the jobs done; gives the seconds that took. No cluster is started for none."""
    tally = Tally(work.journal.count(), work.journal.count() - count)
    if not count:
        watcher.advanced(tally)
        return 0.0

    def took(entry: Entry, outcome: Outcome) -> None:
        work.take(entry, outcome)
        state = work.entry(entry.clip.name).state if outcome.same else outcome.state
        tally.counts[state or outcome.state] += 1
        watcher.advanced(tally)

    def for_workers() -> Iterator[Job]:
        for job in jobs:
            if isinstance(job, Job):
                yield job
            else:
                took(*job)

    with cluster(bundle, workers, scheduler) as running:
        watcher.started(tally, running.slots(), running.dashboard)
        tally.started_s = time.monotonic()
        for job, outcome in spread(running, for_workers()):
            took(work.entry(job.name), outcome)
        return tally.seconds


def _finish(journal: Journal, folder: Path, done_now: int, seconds: float) -> Result:
    counts = write_tables(journal, folder)
    write_page(journal, folder, counts)
    result = Result(
        counts["scored"], counts["not_assessable"], counts["failed"], done_now, seconds, folder
    )
    told = {
        "schema": SCHEMA,
        "formcheck_version": __version__,
        "clips": result.clips,
        "scored": result.scored,
        "not_assessable": result.not_assessable,
        "failed": result.failed,
        "done_now": done_now,
        "seconds": round(seconds, 3),
        "clips_per_s": round(result.clips_per_s, 3),
    }
    with replacing(folder / RUN_FILE) as file:
        file.write((json.dumps(told, indent=2) + "\n").encode())
    return result
