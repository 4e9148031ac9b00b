"""Building a pose model bundle from bare TFLite graphs.

The graphs inside Google's packages lack the metadata that says how pixels are to be scaled, and
the landmarker refuses them without it ("requires specifying NormalizationOptions metadata").
The build adds it and zips the two graphs the way MediaPipe wants them. Equal graphs give equal
bytes, whatever the machine and the day.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from formcheck.pose.bundle_graphs import get_graphs
from formcheck.pose.bundle_manifest import BundleSource, GraphSource
from formcheck.pose.bundles import DETECTOR_MEMBER, LANDMARKS_MEMBER, ProgressCallback

# TFLite's schema wants the weights on 16-byte boundaries, so that they can be used where they lie.
_ALIGNMENT_BYTES = 16
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


def build_bundle(source: BundleSource, folder: Path, progress: ProgressCallback) -> Path:
    """Bring the graphs of ``source`` and build its bundle inside ``folder``; gives its path.

    Raises FetchError if a graph cannot be brought; OSError if ``folder`` cannot be written.
    """
    graphs = get_graphs([source.detector, source.landmarks], folder, progress)
    progress(f"building {source.file_name}", 0, None)
    path = folder / source.file_name
    write_bundle(
        _with_scaling(graphs, source.detector), _with_scaling(graphs, source.landmarks), path
    )
    return path


def add_normalization(graph: bytes, mean: float, std: float) -> bytes:
    """Give ``graph`` with the metadata that says: input = (pixel - ``mean``) / ``std``.

    ``mean`` and ``std`` are in pixel values, 0 to 255. What the graph computes is unchanged.
    """
    from mediapipe.tasks.metadata import schema_py_generated as tflite

    model = tflite.ModelT.InitFromObj(tflite.Model.GetRootAs(graph, 0))
    buffer = tflite.BufferT()
    buffer.data = _byte_array(_normalization_metadata(mean, std))
    entry = tflite.MetadataT()
    entry.name = "TFLITE_METADATA"
    entry.buffer = len(model.buffers)
    model.buffers.append(buffer)
    model.metadata = [*(model.metadata or []), entry]
    return _packed(model, b"TFL3")


def write_bundle(detector: bytes, landmarks: bytes, path: Path) -> None:
    """Write the bundle of two graphs to ``path``. Raises OSError if that fails."""
    from mediapipe.tasks.python.metadata.metadata_writers import model_asset_bundle_utils

    with model_asset_bundle_utils.AlignZipFile(
        path, mode="w", alignment=_ALIGNMENT_BYTES
    ) as archive:
        for name, data in ((DETECTOR_MEMBER, detector), (LANDMARKS_MEMBER, landmarks)):
            info = zipfile.ZipInfo(name, _ZIP_EPOCH)
            # Python writes the system it runs on here; the bytes must not depend on it.
            info.create_system = _UNIX
            archive.writestr(info, data)


def _with_scaling(graphs: dict[str, bytes], source: GraphSource) -> bytes:
    return add_normalization(graphs[source.sha256], source.norm_mean, source.norm_std)


def _normalization_metadata(mean: float, std: float) -> bytes:
    from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata

    options = metadata.NormalizationOptionsT()
    options.mean = [mean]
    options.std = [std]
    unit = metadata.ProcessUnitT()
    unit.optionsType = metadata.ProcessUnitOptions.NormalizationOptions
    unit.options = options
    tensor = metadata.TensorMetadataT()
    tensor.name = "input"
    tensor.processUnits = [unit]
    subgraph = metadata.SubGraphMetadataT()
    subgraph.inputTensorMetadata = [tensor]
    model = metadata.ModelMetadataT()
    model.name = "pose"
    model.subgraphMetadata = [subgraph]
    return _packed(model, b"M001")


def _packed(table: Any, identifier: bytes) -> bytes:
    """Serialise a flatbuffer table with its byte vectors on 16-byte boundaries."""
    import flatbuffers

    class AlignedBuilder(flatbuffers.Builder):  # type: ignore[misc]  # flatbuffers is untyped
        # The generated Python code drops the schema's force_align, so it is put back here.
        def StartVector(self, elemSize: int, numElems: int, alignment: int) -> Any:  # noqa: N802, N803
            wanted = _ALIGNMENT_BYTES if elemSize == 1 else alignment
            return super().StartVector(elemSize, numElems, wanted)

    builder = AlignedBuilder(0)
    builder.Finish(table.Pack(builder), identifier)
    return bytes(builder.Output())


def _byte_array(data: bytes) -> Any:
    import numpy as np

    return np.frombuffer(data, dtype=np.uint8)
