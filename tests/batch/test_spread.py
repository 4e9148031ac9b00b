"""What happens to jobs when all goes well, and when workers end."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from formcheck.batch.cluster import Cluster, cluster
from formcheck.batch.job import Job, Outcome
from formcheck.batch.orders import Orders
from formcheck.batch.spread import spread
from formcheck.batch.worker import ENVIRONMENT
from formcheck.errors import ModelMissingError, UsageError
from formcheck.pose.bundles import Bundle


def job(name: str, folder: Path) -> Job:
    return Job(name, str(folder), None, "auto", Orders("full", "0" * 64))


Task = Callable[[Job], Outcome]


def tasks(mark: str) -> Task:
    """A task that notes each start in a file; jobs called after a signal end their process by it.

    Made here, so that it travels to the workers by value: they do not have this file.
    """

    def run(given: Job) -> Outcome:
        assert given.location is not None
        with (Path(given.location) / mark).open("a") as starts:
            starts.write(f"{given.name} {os.getpid()}\n")
        time.sleep(0.02)
        if given.name.startswith("SIG"):
            os.kill(os.getpid(), getattr(signal, given.name.partition("-")[0]))
            time.sleep(10)
        if given.name == "defect":
            raise UsageError("wrong for every clip")
        return Outcome("scored", sha256=given.name)

    return run


def starts(folder: Path, mark: str = "starts") -> Counter[str]:
    return Counter(line.split()[0] for line in (folder / mark).read_text().splitlines())


def test_workers_that_cannot_start_are_told_in_one_line(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # Dask leaves it behind in this process: touched here, so that it is taken back.
    monkeypatch.setenv("PYTHONHOME", "")
    monkeypatch.delenv("PYTHONHOME")
    monkeypatch.setitem(ENVIRONMENT, "PYTHONHOME", "/nowhere")
    with pytest.raises(UsageError, match="cannot be started here"), cluster(bundle, 1, None):
        pass
    # What Python itself says of a home that is not there.
    capfd.readouterr()


def test_every_job_is_done_once(two: Cluster, tmp_path: Path) -> None:
    names = [f"clip{number}" for number in range(25)]
    done = list(spread(two, (job(name, tmp_path) for name in names), tasks("starts")))
    assert sorted(given.name for given, _ in done) == sorted(names)
    assert all(outcome.sha256 == given.name for given, outcome in done)
    assert starts(tmp_path) == Counter(names)


def test_jobs_are_taken_as_there_is_room(two: Cluster, tmp_path: Path) -> None:
    taken = 0

    def jobs() -> Iterator[Job]:
        nonlocal taken
        for number in range(40):
            taken += 1
            yield job(f"clip{number}", tmp_path)

    ahead = [taken - done for done, _ in enumerate(spread(two, jobs(), tasks("starts")))]
    assert max(ahead) <= 6


@pytest.mark.parametrize("name", ["SIGKILL", "SIGABRT"])
def test_a_clip_that_ends_its_worker_is_tried_twice_and_no_other_is_blamed(
    name: str, two: Cluster, tmp_path: Path
) -> None:
    names = [*(f"clip{number}" for number in range(6)), name, *(f"more{n}" for n in range(6))]
    done = list(spread(two, (job(n, tmp_path) for n in names), tasks("starts")))
    states = {given.name: outcome.state for given, outcome in done}
    assert len(done) == len(names)
    assert states == dict.fromkeys(names, "scored") | {name: "failed"}
    assert "ended its worker twice" in next(o.reason for g, o in done if g.name == name)
    assert starts(tmp_path)[name] == 2
    pids = {
        line.split()[1] for line in (tmp_path / "starts").read_text().splitlines() if name in line
    }
    assert len(pids) == 2


def test_what_is_wrong_for_every_clip_ends_the_run(two: Cluster, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="wrong for every clip"):
        list(spread(two, [job("defect", tmp_path)], tasks("starts")))


def test_a_worker_that_cannot_take_up_its_work_is_told_in_a_line(
    two: Cluster, tmp_path: Path
) -> None:
    def broken(given: Job) -> Outcome:
        raise ModuleNotFoundError("No module named 'formcheck'")

    with pytest.raises(UsageError, match=r"could not take up its work .*No module named"):
        list(spread(two, [job("a", tmp_path)], broken))


def test_nobody_outside_this_machine_can_reach_it(two: Cluster) -> None:
    me = psutil.Process()
    listening = [
        connection.laddr.ip
        for process in [me, *me.children(recursive=True)]
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 4
    assert set(listening) == {"127.0.0.1"}
    assert two.dashboard.startswith("http://127.0.0.1:")


def test_each_worker_keeps_to_a_core_of_its_own(two: Cluster) -> None:
    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("this system does not hold processes to cores")

    def cores() -> tuple[set[int], int]:
        threads = Path("/proc/self/task").iterdir()
        return set().union(*(os.sched_getaffinity(int(t.name)) for t in threads)), os.getpid()

    # A worker that another test has killed may still be coming back.
    two.client.wait_for_workers(2, timeout=60)
    found = two.client.run(cores).values()
    assert [len(held) for held, _ in found] == [1, 1]
    if len(os.sched_getaffinity(0)) > 1:
        assert len({min(held) for held, _ in found}) == 2


def test_a_job_for_a_model_that_no_worker_has(two: Cluster, tmp_path: Path) -> None:
    other = replace(job("a", tmp_path), orders=Orders("full", "f" * 64))
    with pytest.raises(ModelMissingError):
        list(spread(two, [other]))


def test_a_scheduler_that_does_not_answer(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formcheck.batch.cluster.PATIENCE_S", 0.5)
    with (
        pytest.raises(UsageError, match="no scheduler answers"),
        cluster(bundle, None, "tcp://127.0.0.1:9"),
    ):
        pytest.fail("there is no cluster")
