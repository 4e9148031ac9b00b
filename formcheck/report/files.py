"""Writes a report's files: all of them or none."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from formcheck.errors import OutputError, UsageError
from formcheck.motion.signals import Signals
from formcheck.pose.track import PoseTrack
from formcheck.report.evidence import Evidence, evidence_pictures
from formcheck.report.overlay import write_overlay
from formcheck.report.schema import SetReport
from formcheck.report.tables import write_reps_csv, write_signals_csv

REPORT: Final = "report.json"
OVERLAY: Final = "overlay.mp4"
FRAMES: Final = "frames"
_FILES: Final = ("report.html", "reps.csv", "signals.csv", OVERLAY)
_EVIDENCE: Final = re.compile(r"rep\d+_[A-Za-z0-9_]+\.jpg")

Progress = Callable[[str, int, int | None], None]


def check_out_dir(out: Path) -> None:
    """Make sure, before a long analysis, that results can be written. Leaves nothing behind.

    Raises:
        UsageError: ``out`` is a file, or it cannot be created or written to.
    """
    try:
        there = next(p for p in (out, *out.absolute().parents) if _is_there(p))
        if not there.is_dir():
            raise UsageError(f"{there} is no folder; choose another folder with --out")
        with tempfile.TemporaryFile(dir=there):
            pass
    except (OSError, ValueError) as error:
        raise UsageError(
            f"nothing can be written to {out} ({_why(error)}); choose another folder with --out"
        ) from error


def _is_there(path: Path) -> bool:
    """Whether a path exists, a broken link included; a name that cannot be raises."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Pictures(Mapping[str, bytes]):
    """The evidence pictures in a folder, read when asked for: a long set has hundreds."""

    folder: Path
    names: frozenset[str]

    def __getitem__(self, name: str) -> bytes:
        if name not in self.names:
            raise KeyError(name)
        return (self.folder / name).read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def write_results(
    report: SetReport,
    signals: Signals,
    track: PoseTrack,
    clip: Path,
    out: Path,
    *,
    video: bool = True,
    progress: Progress | None = None,
) -> SetReport:
    """Write ``report.json``, the page, the tables, the evidence pictures and the overlay.

    Everything is first written to a hidden folder inside ``out`` and then moved into place,
    ``report.json`` last. Earlier results are replaced; other files in ``out`` are left alone.

    Args:
        report: The report, without evidence.
        signals: The clip's signals, in real time.
        track: The clip's pose track, row by row with the signals.
        clip: The clip, to take pictures from.
        out: Folder to write to; created if need be.
        video: Whether to write ``overlay.mp4``.
        progress: Called with what is being done, how much is done, and how much there is.

    Returns:
        The report with its evidence paths, and with what could not be written among its
        problems.

    Raises:
        OutputError: The files could not be written; what was there before is still there.
    """
    try:
        with _created(out), _hidden_folder(out) as hidden:
            final = _write_all(report, signals, track, clip, hidden, video, progress)
            _swap_in(hidden, out)
    except OSError as error:
        raise OutputError(
            f"the results could not be written to {out} ({_why(error)}); "
            "nothing was left half-written: free some space or choose another folder with --out"
        ) from error
    return final


def _write_all(
    report: SetReport,
    signals: Signals,
    track: PoseTrack,
    clip: Path,
    folder: Path,
    video: bool,
    progress: Progress | None,
) -> SetReport:
    (folder / FRAMES).mkdir()
    drawn: list[Evidence] = []
    for evidence in evidence_pictures(report, signals, track, clip, progress):
        (folder / evidence.name).write_bytes(evidence.jpeg)
        drawn.append(replace(evidence, jpeg=b""))
    final = _with_evidence(report, drawn)
    if video:
        problem = write_overlay(final, signals, track, clip, folder / OVERLAY, progress)
        if problem is not None:
            (folder / OVERLAY).unlink(missing_ok=True)
            final = final.model_copy(update={"problems": [*final.problems, problem]})
    write_reps_csv(final, folder / "reps.csv")
    write_signals_csv(final, signals, folder / "signals.csv")
    # Imported here: the charts library is big, and the pose model's work can cover it.
    from formcheck.report.page import render_page

    pictures = _Pictures(folder, frozenset(evidence.name for evidence in drawn))
    page = render_page(final, signals, pictures, (folder / OVERLAY).exists())
    (folder / "report.html").write_text(page, encoding="utf-8")
    text = final.model_dump_json(by_alias=True, indent=2) + "\n"
    (folder / REPORT).write_text(text, encoding="utf-8")
    return final


def _with_evidence(report: SetReport, drawn: list[Evidence]) -> SetReport:
    names = {(item.rep, item.fault): item.name for item in drawn}
    reps = []
    for r, rep in enumerate(report.reps):
        faults = [
            fault.model_copy(update={"evidence": names.get((r, f))})
            for f, fault in enumerate(rep.faults)
        ]
        reps.append(rep.model_copy(update={"faults": faults}))
    return report.model_copy(update={"reps": reps})


@contextmanager
def _created(out: Path) -> Iterator[None]:
    """Create a folder with its parents; on failure take back those that were created."""
    missing = [p for p in (out, *out.parents) if not p.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for folder in missing:
            with suppress(OSError):
                folder.rmdir()
        raise


@contextmanager
def _hidden_folder(out: Path) -> Iterator[Path]:
    """A folder on the same file system as the results, gone afterwards whatever happens."""
    hidden = Path(tempfile.mkdtemp(dir=out, prefix=".formcheck-", suffix=".part"))
    try:
        yield hidden
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _swap_in(hidden: Path, out: Path) -> None:
    """Move the new files into place and the old ones out; on failure undo both."""
    attic = hidden / "earlier"
    attic.mkdir()
    moved: list[tuple[Path, Path]] = []

    def move(source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Noted first: an interrupt between the two would otherwise lose the file.
        moved.append((source, target))
        source.replace(target)

    try:
        for name in _results_in(out, (REPORT, *_FILES)):
            move(out / name, attic / name)
        for name in _results_in(hidden, (*_FILES, REPORT)):
            move(hidden / name, out / name)
    except BaseException:
        for source, target in reversed(moved):
            with suppress(OSError):
                target.replace(source)
        raise
    finally:
        with suppress(OSError):
            (out / FRAMES).rmdir()


def _results_in(folder: Path, names: tuple[str, ...]) -> list[str]:
    """Results in a folder, evidence pictures before the last of ``names``."""
    frames = folder / FRAMES
    pictures = [
        f"{FRAMES}/{p.name}"
        for p in (sorted(frames.iterdir()) if frames.is_dir() else [])
        if _EVIDENCE.fullmatch(p.name)
    ]
    order = [names[0], *pictures, *names[1:]]
    return [
        name for name in order if os.path.lexists(folder / name) and not (folder / name).is_dir()
    ]


def _why(error: OSError | ValueError) -> str:
    text = error.strerror if isinstance(error, OSError) else str(error)
    return (text or str(error) or type(error).__name__).lower()
