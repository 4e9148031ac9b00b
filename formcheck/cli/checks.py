"""What ``formcheck doctor`` looks at: each check says what it found and what to do about it.

A check never raises and changes nothing on the machine.
"""

from __future__ import annotations

import importlib
import io
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final, Literal

from formcheck.errors import FormcheckError

State = Literal["ok", "warning", "failed"]

PYTHON_OLDEST: Final = (3, 11)
PYTHON_NEWEST_TRIED: Final = (3, 13)
_CV2_PACKAGES: Final = (
    "opencv-python",
    "opencv-contrib-python",
    "opencv-python-headless",
    "opencv-contrib-python-headless",
)
_SYSTEM_PACKAGES: Final = {
    "libGL.so": "libgl1",
    "libglib": "libglib2.0-0",
    "libgthread": "libglib2.0-0",
}


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one check.

    Attributes:
        name: What was looked at.
        state: ``failed`` means that ``formcheck analyze`` cannot work.
        found: What was found.
        advice: What to do; empty when there is nothing to do.
    """

    name: str
    state: State
    found: str
    advice: str = ""


def check_python() -> Check:
    """Whether this Python is one that formcheck runs on."""
    found = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info < PYTHON_OLDEST:
        return Check("Python", "failed", found, "install Python 3.11 or newer")
    if sys.version_info[:2] > PYTHON_NEWEST_TRIED:
        return Check("Python", "warning", found, "newer than formcheck was tried with (3.11-3.13)")
    return Check("Python", "ok", found)


def check_cv2() -> Check:
    """Whether exactly one OpenCV package owns ``cv2``, and whether it can be imported."""
    owners = [name for name in _CV2_PACKAGES if _version(name) is not None]
    found = ", ".join(f"{name} {_version(name)}" for name in owners) or "no OpenCV package"
    if len(owners) > 1:
        return Check(
            "OpenCV",
            "warning",
            f"{found}: each overwrites the other's cv2",
            f"pip uninstall -y {' '.join(owners)} && pip install opencv-python",
        )
    problem = _import_problem("cv2")
    if problem is None:
        return Check("OpenCV", "ok", found)
    return Check(
        "OpenCV", "failed", f"{found}: {problem}", _import_advice(problem, "opencv-python")
    )


def check_mediapipe() -> Check:
    """Whether MediaPipe is the version that formcheck asks for, and can be imported."""
    wanted = _pinned_version("mediapipe")
    found = _version("mediapipe")
    install = f"pip install mediapipe=={wanted}" if wanted else "pip install formcheck again"
    if found is None:
        return Check("MediaPipe", "failed", "not installed", install)
    problem = _import_problem("mediapipe")
    if problem is not None:
        return Check("MediaPipe", "failed", f"{found}: {problem}", _import_advice(problem, install))
    if wanted and found != wanted:
        return Check(
            "MediaPipe",
            "warning",
            f"{found}, but formcheck is made for {wanted}; releases from 0.10.35 on open network"
            " connections at every run",
            install,
        )
    return Check("MediaPipe", "ok", found)


def check_bundle(model: str = "full") -> Check:
    """Whether the default pose model is on this machine, and whole."""
    from formcheck.pose.bundle_fetch import OFFLINE_VARIABLE
    from formcheck.pose.bundles import check_record, find_bundle, look

    fetch = f"formcheck models fetch {model}"
    bundle = find_bundle(model)
    if bundle is None:
        damaged = [f"{place.path} {place.problem}" for place in look(model) if place.path.exists()]
        found = "; ".join(damaged) or "not on this machine"
        if os.environ.get(OFFLINE_VARIABLE, "0") not in ("", "0"):
            return Check(
                "Pose model", "failed", found, f"unset {OFFLINE_VARIABLE} and run: {fetch}"
            )
        return Check("Pose model", "warning", f"{found}; it is fetched on first use", fetch)
    if check_record(bundle) == "changed":
        return Check(
            "Pose model",
            "warning",
            f"{bundle.path} is not the file that was fetched",
            f"delete it and run: {fetch}",
        )
    return Check("Pose model", "ok", f"{model} at {bundle.path}")


def check_h264() -> Check:
    """Whether overlay videos can be written: encodes a few frames in memory."""
    problem = _import_problem("av") or _encoding_problem()
    if problem is None:
        return Check("H.264 video", "ok", f"libx264 by PyAV {_version('av')}")
    return Check(
        "H.264 video",
        "failed" if _import_problem("av") else "warning",
        f"cannot be written: {problem}",
        "pip install --force-reinstall av, or analyze with --no-video",
    )


def check_cache() -> Check:
    """Whether pose tracks can be stored, so that a clip need not be looked at twice."""
    from formcheck.pose.record import cache_folder

    folder = cache_folder()
    nearest = _nearest_existing(folder)
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        return Check(
            "Cache",
            "warning",
            f"{folder} cannot be written ({error.strerror or error}); every clip is looked at anew",
            "make it writable, or set FORMCHECK_CACHE to a folder that is",
        )
    return Check("Cache", "ok", str(folder))


def check_camera() -> Check:
    """Whether a camera answers; nothing that recorded clips need."""
    without = "recorded clips work without one"
    if sys.platform == "linux" and not list(Path("/dev").glob("video*")):
        return Check("Camera", "ok", f"no camera found; {without}")
    if _import_problem("cv2") is not None:
        return Check("Camera", "warning", "not tried, since OpenCV does not work")
    import cv2

    camera = cv2.VideoCapture(0)
    try:
        answers = camera.isOpened() and camera.read()[0]
    finally:
        camera.release()
    if answers:
        return Check("Camera", "ok", "camera 0 answers")
    return Check(
        "Camera",
        "warning",
        f"camera 0 gives no picture; {without}",
        "close other programs that use it, and allow this terminal to use the camera",
    )


ALL_CHECKS: Final[tuple[Callable[[], Check], ...]] = (
    check_python,
    check_cv2,
    check_mediapipe,
    check_bundle,
    check_h264,
    check_cache,
    check_camera,
)


def run(check: Callable[[], Check]) -> Check:
    """Run one check; whatever it trips over becomes its outcome."""
    try:
        return check()
    except FormcheckError as error:
        return Check(_title(check), "failed", str(error))
    except Exception as error:
        return Check(
            _title(check), "warning", f"could not be checked: {type(error).__name__}: {error}"
        )


def _title(check: Callable[[], Check]) -> str:
    return check.__name__.removeprefix("check_").replace("_", " ").capitalize()


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _pinned_version(package: str) -> str | None:
    """Read the version that formcheck's own metadata pins, which is told in one place only."""
    try:
        requirements = metadata.requires("formcheck") or []
    except metadata.PackageNotFoundError:
        return None
    for requirement in requirements:
        match = re.match(rf"{re.escape(package)}==([\w.]+)$", requirement.split(";")[0].strip())
        if match:
            return match[1]
    return None


def _import_problem(module: str) -> str | None:
    try:
        importlib.import_module(module)
    except Exception as error:
        return " ".join(f"{type(error).__name__}: {error}".split())
    return None


def _import_advice(problem: str, otherwise: str) -> str:
    for library, package in _SYSTEM_PACKAGES.items():
        if library in problem:
            return f"install the system library, on Debian or Ubuntu: apt-get install {package}"
    return otherwise


def _encoding_problem() -> str | None:
    import av
    import numpy as np

    try:
        with av.open(io.BytesIO(), mode="w", format="mp4") as container:
            stream = container.add_stream("libx264", rate=30)
            stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
            for shade in (0, 90, 180):
                picture = np.full((64, 64, 3), shade, dtype=np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
            container.mux(stream.encode())
    except (av.error.FFmpegError, ValueError, OSError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def _nearest_existing(folder: Path) -> Path:
    """Give the folder itself, or the closest of its parents that exists."""
    return next(place for place in (folder, *folder.parents) if place.exists())
