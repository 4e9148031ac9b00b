"""A real scheduler and two workers, each a process that the test started and may kill."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from formcheck.batch.cluster import Cluster, cluster
from formcheck.batch.job import Job, Outcome
from formcheck.batch.journal import Journal
from formcheck.batch.orders import Orders
from formcheck.batch.progress import Nobody, Tally
from formcheck.batch.run import run_batch
from formcheck.batch.spread import spread
from formcheck.errors import UsageError
from formcheck.pose.bundles import Bundle
from tests.batch.conftest import MakeSet, rows, states

CLIPS = 14


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait(20)


class Killer(Nobody):
    """Kills a process when some clips are done; notes how many clips were told as done."""

    def __init__(self, victim: subprocess.Popen[bytes]) -> None:
        self.victim = victim
        self.told = 0
        self.workers = 0

    def started(self, tally: Tally, workers: int, dashboard: str) -> None:
        self.workers = workers

    def advanced(self, tally: Tally) -> None:
        self.told += 1
        if tally.done == 3:
            os.kill(self.victim.pid, signal.SIGKILL)
            self.victim.wait(20)


def test_every_clip_is_scored_once_although_a_worker_is_killed(
    started: Callable[..., subprocess.Popen[bytes]],
    make_set: MakeSet,
    bundle: Bundle,
    tmp_path: Path,
) -> None:
    for number in range(CLIPS):
        make_set(tmp_path / "clips" / f"{number}.mp4", number)
    address, _ = start_scheduler(started)
    one, two = (
        # Without a nanny nobody starts the killed worker again.
        started("worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny")
        for _ in range(2)
    )
    killer = Killer(one)
    wait_for_workers(address, 2)
    clips = [str(tmp_path / "clips")]
    done = run_batch(clips, tmp_path / "out", bundle, scheduler=address, watcher=killer)
    assert killer.workers == 2
    assert one.poll() == -signal.SIGKILL
    assert two.poll() is None
    assert (done.scored, done.done_now, done.failed) == (CLIPS, CLIPS, 0)
    assert killer.told == CLIPS
    assert states(tmp_path / "out") == {f"{n}.mp4": "scored" for n in range(CLIPS)}
    reps = Counter(row["clip"] for row in rows(tmp_path / "out", "reps"))
    assert set(reps.values()) == {1}
    assert len(reps) == CLIPS


def test_a_scheduler_that_goes_away_ends_the_run_and_nothing_is_lost(
    started: Callable[..., subprocess.Popen[bytes]],
    make_set: MakeSet,
    bundle: Bundle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(CLIPS):
        make_set(tmp_path / "clips" / f"{number}.mp4", number)
    address, scheduler = start_scheduler(started)
    started("worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny")
    wait_for_workers(address, 1)
    # So long the client hopes that the scheduler comes back.
    monkeypatch.setattr("formcheck.batch.cluster.PATIENCE_S", 5.0)
    killer = Killer(scheduler)
    clips = [str(tmp_path / "clips")]
    with pytest.raises(UsageError, match="the scheduler is gone"):
        run_batch(clips, tmp_path / "out", bundle, scheduler=address, watcher=killer)
    assert 3 <= killer.told < CLIPS
    journal = Journal(tmp_path / "out")
    left = journal.open_names(reports=False, retry_failed=False)
    journal.close()
    assert len(left) == CLIPS - killer.told


def test_a_clip_that_ends_its_worker_is_tried_twice_on_a_cluster_of_others(
    started: Callable[..., subprocess.Popen[bytes]], bundle: Bundle, tmp_path: Path
) -> None:
    """Dask's own setting, three lost workers a task, is left to the tasks of others."""

    def deadly(given: Job) -> Outcome:
        assert given.location is not None
        with Path(given.location).open("a") as starts:
            starts.write(f"{os.getpid()}\n")
        os.kill(os.getpid(), signal.SIGKILL)
        return Outcome("scored")

    address, _ = start_scheduler(started)
    started("worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--nworkers", "2")
    wait_for_workers(address, 2)
    marks = tmp_path / "starts"
    job = Job("a", str(marks), None, "auto", Orders(bundle.name, bundle.sha256))
    with cluster(bundle, None, address) as running:
        ((_, outcome),) = spread(running, [job], deadly)
    assert outcome.state == "failed"
    assert len(set(marks.read_text().split())) == 2


def test_workers_with_another_formcheck_are_refused(
    started: Callable[..., subprocess.Popen[bytes]],
    bundle: Bundle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address, _ = start_scheduler(started)
    started("worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny")
    wait_for_workers(address, 1)
    monkeypatch.setattr("formcheck.batch.orders.__version__", "9.9.9")
    from distributed import Client

    job = Job("a", None, None, "auto", Orders(bundle.name, bundle.sha256))
    with (
        pytest.raises(UsageError, match="judges in another way"),
        cluster(bundle, None, address),
    ):
        pytest.fail("these workers would not judge as is told in the tables")
    # One that joins later is not kept out by Dask: it refuses its work.
    with (
        Client(address, timeout=60, set_as_default=False) as client,
        pytest.raises(UsageError, match="a worker that joined cannot be used"),
    ):
        list(spread(Cluster(client, "", local=False), [job]))


def start_scheduler(
    started: Callable[..., subprocess.Popen[bytes]],
) -> tuple[str, subprocess.Popen[bytes]]:
    port = str(free_port())
    process = started("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
    return f"tcp://127.0.0.1:{port}", process


def wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)
