"""A pose cache filled with drawn lifters, so that a batch of clips needs no pose model.

The clips are tiny films of nothing; the track that is kept for each content is that of a lifter
whose angles were drawn. What is tested is how clips are found, spread, kept and told.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.batch.cluster import Cluster, cluster
from formcheck.batch.extra import need_all
from formcheck.errors import UsageError
from formcheck.pose import record
from formcheck.pose.bundles import (
    DETECTOR_MEMBER,
    LANDMARKS_MEMBER,
    MIN_GRAPH_BYTES,
    Bundle,
    find_bundle,
)
from formcheck.pose.track import save_track
from tests.synthetic import rdl_track

try:
    need_all()
except UsageError:
    collect_ignore_glob = ["test_*.py"]

MakeSet = Callable[..., Path]


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A film of nothing, ten pictures."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=30)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        for shade in range(10):
            picture = np.full((64, 64, 3), 20 * shade, dtype=np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, "bgr24")))
        container.mux(video.encode())
    return path.read_bytes()


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A file that passes for a pose model as long as nobody looks with it."""
    path = tmp_path_factory.mktemp("model") / "drawn.task"
    graph = b"\0\0\0\0TFL3" + bytes(MIN_GRAPH_BYTES)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(DETECTOR_MEMBER, graph)
        archive.writestr(LANDMARKS_MEMBER, graph)
    found = find_bundle(str(path))
    assert found is not None
    return found


@pytest.fixture(scope="session")
def two(bundle: Bundle, own_cache: Path) -> Iterator[Cluster]:
    """A cluster of two processes, started once for all tests."""
    with cluster(bundle, 2, None) as running:
        yield running


@pytest.fixture
def make_set(film: bytes, bundle: Bundle) -> MakeSet:
    """Write a clip whose kept track shows drawn reps; clips of one ``seed`` are identical."""

    def make(
        path: Path, seed: int, *, reps: int = 1, lower_s: float = 1.0, seen: bool = True
    ) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A box that players skip makes the content another one, of another size.
        content = film + (8 + seed).to_bytes(4, "big") + b"free" + bytes(seed)
        path.write_bytes(content)
        missing = () if seen else ((0.0, 99.0),)
        track = rdl_track(reps, eccentric_s=lower_s, missing_s=missing)
        digest = hashlib.sha256(content).hexdigest()
        save_track(track, record._kept_path(digest, bundle))
        return path

    return make


@pytest.fixture
def tables() -> Callable[[Path], dict[str, bytes]]:
    """What a results folder tells, byte by byte: the tables, the summary and the page."""

    def read(folder: Path) -> dict[str, bytes]:
        names = [
            "summary.csv",
            "index.html",
            *(f"tables/{t}.parquet" for t in ("sets", "reps", "faults")),
        ]
        return {name: (folder / name).read_bytes() for name in names}

    return read


def rows(folder: Path, table: str = "sets") -> list[dict[str, object]]:
    """A table of a results folder."""
    import pyarrow.parquet

    found: list[dict[str, object]] = pyarrow.parquet.read_table(
        folder / "tables" / f"{table}.parquet"
    ).to_pylist()
    return found


def states(folder: Path) -> dict[str, str]:
    """What became of each clip, by its file name."""
    return {Path(str(row["clip"])).name: str(row["state"]) for row in rows(folder)}
