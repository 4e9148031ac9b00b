"""The cluster that does the work: processes of this machine, or one that runs already."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from formcheck.batch.extra import need
from formcheck.batch.orders import Orders
from formcheck.batch.worker import ENVIRONMENT, Making, blame_at_once, own_cores, plugin
from formcheck.errors import UsageError
from formcheck.exercises.recognition import AUTO
from formcheck.pose.bundles import Bundle

LOOPBACK: Final = "127.0.0.1"
PATIENCE_S: Final = 60.0
"""How long to wait for a scheduler and a first worker: batch systems take a while."""

SAME: Final = "scheduler and workers need the same formcheck[batch] as this machine"

_CLIENT: Final = {
    # A job carries its pose track, and that is as it should be.
    "distributed.admin.large-graph-warning-threshold": "2 GiB",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster in use.

    Attributes:
        client: Dask's client.
        dashboard: Address of the dashboard, empty when there is none.
        local: Whether it is made of processes of this machine.
    """

    client: Any
    dashboard: str
    local: bool

    def slots(self) -> int:
        """Clips that can be worked on at the same time; 0 while no worker is there."""
        return sum(self.client.nthreads().values())


@contextmanager
def cluster(bundle: Bundle, workers: int | None, scheduler: str | None) -> Iterator[Cluster]:
    """Start or join a cluster whose workers are ready for a pose model.

    Args:
        bundle: The pose model.
        workers: Processes to start here, each of which keeps to one core; one a core if ``None``.
        scheduler: Address of a running scheduler; nothing is started then.

    Raises:
        UsageError: The scheduler or its workers do not answer, or dask is not installed.
    """
    need("distributed")
    # What a lost worker means for the run is told by the run.
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)
    if scheduler is not None:
        with _joined(scheduler) as client:
            content = bundle.path.read_bytes() if bundle.path.is_file() else None
            ours = Orders(bundle.name, bundle.sha256).judged_as(AUTO)
            making = Making(bundle.name, bundle.sha256, bundle.path, content, judged_as=ours)
            _make_ready(client, making, scheduler)
            yield Cluster(client, str(client.dashboard_link or ""), local=False)
        return
    cores = own_cores()
    # A container may use fewer cores than it sees; Dask knows.
    count = workers or min(len(cores), need("dask.system").CPU_COUNT)
    making = Making(bundle.name, bundle.sha256, bundle.path, None, cores)
    with (
        tempfile.TemporaryDirectory(prefix="formcheck-batch-") as scratch,
        _started(count, Path(scratch)) as client,
    ):
        _make_ready(client, making, "this machine")
        yield Cluster(client, str(client.dashboard_link or ""), local=True)


@contextmanager
def _started(count: int, scratch: Path) -> Iterator[Any]:
    distributed = need("distributed")
    dask = need("dask")
    settings = {
        "distributed.nanny.pre-spawn-environ": ENVIRONMENT,
        # Nothing of ours can be spilled, and a worker that pauses would pause for ever.
        "distributed.worker.memory.target": False,
        "distributed.worker.memory.spill": False,
        "distributed.worker.memory.pause": False,
        "distributed.worker.memory.terminate": 0.95,
        # A worker holds one clip; a second in its queue would be suspected when the first kills it.
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.worker.profile.enabled": False,
        # Watching itself 50 times a second took Dask a twentieth of the machine from the model.
        "distributed.admin.tick.interval": "500ms",
        "distributed.admin.system-monitor.interval": "2s",
        **_CLIENT,
    }
    with dask.config.set(settings):
        try:
            started = distributed.LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                processes=True,
                host=LOOPBACK,
                dashboard_address=f"{LOOPBACK}:0",
                worker_dashboard_address=f"{LOOPBACK}:0",
                local_directory=str(scratch),
                silence_logs=logging.CRITICAL,
                scheduler_kwargs={"allowed_failures": 0},
            )
        # Whatever keeps a process from starting: no memory, no more processes, no free port.
        except (OSError, RuntimeError, TimeoutError) as error:
            raise UsageError(
                f"the worker processes cannot be started here ({why(error)});"
                " free some memory, or ask for fewer of them with --workers"
            ) from error
        with started, distributed.Client(started, set_as_default=False) as client:
            yield client


@contextmanager
def _joined(scheduler: str) -> Iterator[Any]:
    distributed = need("distributed")
    need("dask").config.set(_CLIENT)
    try:
        client = distributed.Client(scheduler, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            f"no scheduler answers at {scheduler} ({why(error)}); check the address"
        ) from error
    with client:
        # A scheduler that takes no plugin hands out a clip again as often as it likes.
        with suppress(Exception):
            client.register_plugin(blame_at_once())
        yield client


def _make_ready(client: Any, making: Making, where: str) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError as error:
        raise UsageError(
            f"{where} has no worker after {PATIENCE_S:.0f} s; start some with"
            f" `dask worker {where} --nthreads 1`"
        ) from error
    try:
        client.register_plugin(plugin(making))
    # Whatever a foreign worker trips over: most often it lacks formcheck.
    except Exception as error:
        raise UsageError(
            f"the workers of {where} cannot be made ready ({why(error)}); {SAME}"
        ) from error


def why(error: BaseException) -> str:
    """What an error says, in one line of no great length."""
    text = type(error).__name__
    with suppress(Exception):
        text = " ".join(f"{text}: {error}".split())
    return text[:200]
