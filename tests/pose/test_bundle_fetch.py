"""Bringing bundles, against a server on this machine: resuming, refusing, two at once."""

from __future__ import annotations

import dataclasses
import http.server
import io
import os
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from formcheck.errors import ModelMissingError, UsageError
from formcheck.pose import bundle_download, bundle_fetch, bundles
from formcheck.pose.bundle_download import FetchError
from formcheck.pose.bundle_manifest import BundleSource, load_manifest

NAME = "pose_landmarker_full.task"


def bundle_bytes(seed: int = 0) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for member in (bundles.DETECTOR_MEMBER, bundles.LANDMARKS_MEMBER):
            graph = b"\x1c\x00\x00\x00TFL3" + bytes([seed]) * 150_000
            archive.writestr(zipfile.ZipInfo(member), graph)
    return stream.getvalue()


class Server(http.server.ThreadingHTTPServer):
    """Serves ``content`` with Range requests; a test may spoil it through the attributes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = bundle_bytes()
        self.ranges: list[str] = []
        self.cut_bytes: list[int] = []
        self.knows_ranges = True
        self.status = 200
        self.delay = threading.Event()
        self.delay.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{NAME}"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server, content = self.server, self.server.content
        asked = self.headers.get("Range", "")
        server.ranges.append(asked)
        server.delay.wait(5)
        if server.status != 200:
            self.send_error(server.status)
            return
        start = int(asked[6:-1]) if asked and server.knows_ranges else 0
        if start >= len(content):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(content)}")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        end = start + server.cut_bytes.pop(0) if server.cut_bytes else len(content)
        self.wfile.write(content[start:end])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    running = Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def folder(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place that is searched, empty; Google's address is the server's, no build."""
    manifest = {
        name: dataclasses.replace(source, published=server.url)
        for name, source in load_manifest().items()
    }

    def no_build(*_: object) -> Path:
        raise FetchError("no tools in this test")

    monkeypatch.setattr(bundle_fetch, "load_manifest", lambda: manifest)
    monkeypatch.setattr(bundle_fetch, "build_bundle", no_build)
    monkeypatch.setattr(bundles, "model_folders", lambda: [tmp_path / "models"])
    monkeypatch.setattr(bundle_fetch, "model_folders", lambda: [tmp_path / "models"])
    monkeypatch.setenv("FORMCHECK_MODELS", str(tmp_path / "models"))
    monkeypatch.delenv("FORMCHECK_OFFLINE", raising=False)
    return tmp_path / "models"


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def test_fetches_once_and_reports_progress(server: Server, folder: Path) -> None:
    reports: list[tuple[str, int, int | None]] = []
    bundle = bundle_fetch.require_bundle("full", lambda *report: reports.append(report))
    assert bundle == bundles.find_bundle("full")
    assert bundle.path.read_bytes() == server.content
    assert bundles.check_record(bundle) == "recorded"
    assert files(folder) == [NAME, f"{NAME}.sha256"]
    assert reports[-1][1:] == (len(server.content), len(server.content))
    assert [done for _, done, _ in reports] == sorted(done for _, done, _ in reports)
    assert bundle_fetch.require_bundle("full") == bundle
    assert server.ranges == [""]


def test_broken_connection_is_taken_up_where_it_broke(server: Server, folder: Path) -> None:
    server.cut_bytes = [100_000, 50_000]
    bundle_fetch.require_bundle("full")
    assert server.ranges == ["", "bytes=100000-", "bytes=150000-"]
    assert (folder / NAME).read_bytes() == server.content


def test_next_run_takes_up_an_interrupted_one(server: Server, folder: Path) -> None:
    folder.mkdir()
    (folder / f"{NAME}.part").write_bytes(server.content[:123_456])
    bundle_fetch.require_bundle("full")
    assert server.ranges == ["bytes=123456-"]
    assert (folder / NAME).read_bytes() == server.content


def test_part_of_another_file_is_thrown_away(server: Server, folder: Path) -> None:
    folder.mkdir()
    (folder / f"{NAME}.part").write_bytes(bundle_bytes(seed=7)[:123_456])
    bundle_fetch.require_bundle("full")
    assert server.ranges == ["bytes=123456-", ""]
    assert (folder / NAME).read_bytes() == server.content


@pytest.mark.parametrize("extra", [0, 999])
def test_part_that_is_complete_or_too_long(server: Server, folder: Path, extra: int) -> None:
    folder.mkdir()
    (folder / f"{NAME}.part").write_bytes(server.content + bytes(extra))
    bundle_fetch.require_bundle("full")
    assert (folder / NAME).read_bytes() == server.content


def test_server_without_ranges_starts_again(server: Server, folder: Path) -> None:
    server.knows_ranges = False
    server.cut_bytes = [100_000]
    bundle_fetch.require_bundle("full")
    assert server.ranges == ["", "bytes=100000-"]
    assert (folder / NAME).read_bytes() == server.content


@pytest.mark.parametrize("content", [b"<html>sign in to this network</html>", b"x" * 300_000])
def test_what_is_no_bundle_is_not_kept(server: Server, folder: Path, content: bytes) -> None:
    server.content = content
    with pytest.raises(ModelMissingError, match="what arrived is not a pose model bundle"):
        bundle_fetch.require_bundle("full")
    assert files(folder) == [f"{NAME}.build.part"]


def test_oversized_answer_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_download, "MAX_BYTES", 1000)
    with pytest.raises(ModelMissingError, match="far more than a bundle has"):
        bundle_fetch.require_bundle("full")
    assert not (folder / NAME).exists()


def test_error_is_one_line_with_places_reasons_and_command(server: Server, folder: Path) -> None:
    folder.mkdir()
    (folder / NAME).write_bytes(b"half a bundle")
    server.status = 404
    with pytest.raises(ModelMissingError) as caught:
        bundle_fetch.require_bundle("full")
    message = str(caught.value)
    assert "\n" not in message
    assert f"{folder / NAME} is not a whole zip archive" in message
    assert "the server answered 404 Not Found" in message
    assert "no tools in this test" in message
    assert message.endswith("formcheck models fetch full")
    assert caught.value.exit_code == 5


def test_damaged_bundle_is_replaced(server: Server, folder: Path) -> None:
    folder.mkdir()
    (folder / NAME).write_bytes(server.content[:1000])
    assert bundle_fetch.require_bundle("full").path.read_bytes() == server.content


def test_unreachable_address_falls_through_to_the_build(
    server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.status = 403
    litter = folder / f"{NAME}.build.part" / "pip-of-a-killed-run"
    litter.mkdir(parents=True)

    def build(source: BundleSource, work: Path, _: object) -> Path:
        assert not litter.exists()
        (work / source.file_name).write_bytes(server.content)
        return work / source.file_name

    monkeypatch.setattr(bundle_fetch, "build_bundle", build)
    labels: list[str] = []
    bundle_fetch.require_bundle("full", lambda label, *_: labels.append(label))
    assert re.fullmatch(r"Google's address: .* 403 .*; building .* instead", labels[-1])
    assert files(folder) == [NAME, f"{NAME}.sha256"]


def test_nobody_listens() -> None:
    with pytest.raises(FetchError, match="not reachable"):
        bundle_download.download("http://127.0.0.1:9/x", Path("unused"), "x", lambda *_: None)


def test_offline_asks_nobody(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORMCHECK_OFFLINE", "1")
    with pytest.raises(ModelMissingError, match=r"FORMCHECK_OFFLINE is set.*models fetch full"):
        bundle_fetch.require_bundle("full")
    assert server.ranges == []
    assert not folder.exists()


def test_folder_that_cannot_be_made_is_told(server: Server, folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    with pytest.raises(ModelMissingError, match=r"cannot be written.*FORMCHECK_MODELS"):
        bundle_fetch.require_bundle("full")
    assert server.ranges == []


def test_given_path_is_never_fetched(server: Server, folder: Path) -> None:
    with pytest.raises(UsageError):
        bundle_fetch.require_bundle(str(folder / "mine.task"))
    assert server.ranges == []


def test_destination(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "checkout_root", lambda: tmp_path)
    monkeypatch.setattr(bundle_fetch, "checkout_root", lambda: tmp_path)
    monkeypatch.delenv("FORMCHECK_MODELS", raising=False)
    cache = bundles.model_folders()[-1]
    assert bundle_fetch.destination_folder() == cache
    (tmp_path / "models").mkdir()
    assert bundle_fetch.destination_folder() == tmp_path / "models"
    monkeypatch.setenv("FORMCHECK_MODELS", str(tmp_path / "given"))
    assert bundle_fetch.destination_folder() == tmp_path / "given"


CHILD = """
import dataclasses, sys
from pathlib import Path
from formcheck.pose import bundle_fetch, bundles
url, folder = sys.argv[1], Path(sys.argv[2])
full = dataclasses.replace(bundles.load_manifest()["full"], published=url)
bundle_fetch.load_manifest = lambda: {"full": full}
bundles.model_folders = bundle_fetch.model_folders = lambda: [folder]
def say(label, *_):
    print(label, flush=True)
print(bundle_fetch.require_bundle("full", say).sha256, flush=True)
"""


def start_child(server: Server, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, server.url, str(folder)]
    environment = {**os.environ, "FORMCHECK_MODELS": str(folder)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def test_two_processes_at_once_download_once(server: Server, folder: Path) -> None:
    server.delay.clear()
    children = [start_child(server, folder) for _ in range(2)]
    first_lines = [child.stdout.readline() for child in children if child.stdout]
    server.delay.set()
    outputs = [child.communicate(timeout=30)[0] for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert sum("waiting for another formcheck" in line for line in first_lines) == 1
    assert server.ranges == [""]
    assert outputs[0].split()[-1] == outputs[1].split()[-1]
    assert files(folder) == [NAME, f"{NAME}.sha256"]


def test_killed_process_leaves_no_bundle_and_no_lock(server: Server, folder: Path) -> None:
    server.delay.clear()
    with start_child(server, folder) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.kill()
    server.delay.set()
    assert NAME not in files(folder)
    assert bundle_fetch.require_bundle("full").path.read_bytes() == server.content
