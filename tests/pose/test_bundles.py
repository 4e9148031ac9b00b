"""Finding bundles: where, in which order, and what is refused."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from formcheck.errors import UsageError
from formcheck.pose import bundle_manifest, bundles

GRAPH = b"\x1c\x00\x00\x00TFL3" + bytes(range(256)) * 600


def write_bundle(path: Path, *, graph: bytes = GRAPH, names: tuple[str, ...] = ()) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name in names or (bundles.DETECTOR_MEMBER, bundles.LANDMARKS_MEMBER):
            archive.writestr(zipfile.ZipInfo(name), graph)
    return path


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Three empty places in a temporary folder, in the order in which they are searched."""
    monkeypatch.setenv("FORMCHECK_MODELS", str(tmp_path / "given"))
    monkeypatch.setattr(bundles, "checkout_root", lambda: tmp_path / "checkout")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")
    name = "pose_landmarker_full.task"
    return {
        "given": tmp_path / "given" / name,
        "checkout": tmp_path / "checkout" / "models" / name,
        "cache": tmp_path / "cache" / "models" / name,
    }


def test_places_are_searched_in_order(places: dict[str, Path]) -> None:
    assert bundles.searched_places("full") == list(places.values())
    assert bundles.find_bundle("full") is None
    for path in reversed(places.values()):
        write_bundle(path)
        found = bundles.find_bundle("full")
        assert found is not None
        assert (found.name, found.path) == ("full", path)


def test_found_bundle_carries_its_sha256(places: dict[str, Path]) -> None:
    path = write_bundle(places["cache"])
    found = bundles.find_bundle()
    assert found is not None
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_places_without_checkout_and_variable(
    places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "checkout_root", lambda: None)
    monkeypatch.delenv("FORMCHECK_MODELS")
    assert bundles.searched_places("full") == [places["cache"]]


def test_damaged_bundle_is_skipped_and_its_reason_kept(places: dict[str, Path]) -> None:
    whole = write_bundle(places["cache"])
    places["given"].parent.mkdir()
    places["given"].write_bytes(whole.read_bytes()[:-100])
    found = bundles.find_bundle("full")
    assert found is not None
    assert found.path == whole
    assert [place.problem for place in bundles.look("full")] == [
        "is not a whole zip archive",
        "is not there",
        "",
    ]


def test_one_flipped_byte_is_noticed(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "a.task")
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)
    assert bundles.bundle_problem(path) == "is not a whole zip archive"


@pytest.mark.parametrize(
    ("graph", "names", "problem"),
    [
        (GRAPH, ("pose_detector.tflite",), "does not hold exactly"),
        (GRAPH, ("pose_detector.tflite", "pose_landmarks_detector.tflite", "x"), "exactly"),
        (GRAPH[:5000], (), "unlikely size of 5000 bytes"),
        (b"\x00" * 200_000, (), "is not a TFLite graph"),
    ],
)
def test_what_is_no_bundle(
    tmp_path: Path, graph: bytes, names: tuple[str, ...], problem: str
) -> None:
    path = write_bundle(tmp_path / "a.task", graph=graph, names=names)
    assert problem in (bundles.bundle_problem(path) or "")


def test_compressed_bundle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.task"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(bundles.DETECTOR_MEMBER, GRAPH)
        archive.writestr(bundles.LANDMARKS_MEMBER, GRAPH)
    assert "compressed" in (bundles.bundle_problem(path) or "")


def test_given_path_is_custom(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "mine.task")
    found = bundles.find_bundle(str(path))
    assert found is not None
    assert (found.name, found.path) == ("custom", path)
    assert bundles.searched_places(str(path)) == [path]


@pytest.mark.parametrize("model", ["fulll", "nowhere/mine.task", ""])
def test_unknown_model_is_wrong_usage(model: str) -> None:
    with pytest.raises(UsageError) as caught:
        bundles.find_bundle(model)
    assert "\n" not in str(caught.value)
    assert "lite, full, heavy" in str(caught.value) or model == ""


def test_given_path_that_is_no_bundle_is_wrong_usage(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"not a zip")
    with pytest.raises(UsageError, match=r"clip\.mp4 is not a whole zip archive"):
        bundles.find_bundle(str(path))
    with pytest.raises(UsageError, match="cannot be read"):
        bundles.find_bundle(str(tmp_path))


def test_record_tells_a_changed_bundle(places: dict[str, Path]) -> None:
    path = write_bundle(places["given"])
    found = bundles.find_bundle("full")
    assert found is not None
    assert bundles.check_record(found) == "not recorded"
    bundles.record_path(path).write_text(f"{found.sha256}  {path.name}\n")
    assert bundles.check_record(found) == "recorded"
    bundles.record_path(path).write_text(f"{'0' * 64}  {path.name}\n")
    assert bundles.check_record(found) == "changed"


def test_manifest_is_complete() -> None:
    manifest = bundle_manifest.load_manifest()
    assert list(manifest) == ["lite", "full", "heavy"]
    for name, source in manifest.items():
        assert source.published.endswith(f"/{source.file_name}")
        assert source.file_name == f"pose_landmarker_{name}.task"
        assert source.licence == "Apache-2.0"
        pinned = [source.detector.sha256, source.landmarks.sha256, *source.built_sha256]
        assert all(len(bytes.fromhex(sha256)) == 32 for sha256 in pinned)
        assert (source.detector.norm_mean, source.detector.norm_std) == (127.5, 127.5)
        assert (source.landmarks.norm_mean, source.landmarks.norm_std) == (0.0, 255.0)
        assert {source.detector.package.kind, source.landmarks.package.kind} <= {"pip", "npm"}


def test_full_needs_pip_only() -> None:
    full = bundle_manifest.load_manifest()["full"]
    assert full.detector.package == full.landmarks.package
    assert full.detector.package.kind == "pip"


def test_manifest_of_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="schema 'other/2'"):
        bundle_manifest.parse_manifest('schema = "other/2"')


def test_looking_is_light_and_needs_no_network_library() -> None:
    code = (
        "import sys, formcheck.pose.bundles\n"
        "heavy = {'mediapipe', 'numpy', 'urllib.request', 'http.client', 'socket', 'ssl'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
