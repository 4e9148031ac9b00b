"""What a worker does with one clip: fetch it, look at it, judge it, send the findings back."""

from __future__ import annotations

import errno
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from formcheck.analysis import Analysis, judge_track, look_at_pictures
from formcheck.batch.clips import is_address, shown
from formcheck.batch.job import Job, Kept, Outcome
from formcheck.batch.remote import copy_to
from formcheck.batch.thumbnail import draw_thumbnail, worst_fault
from formcheck.errors import ClipError, FormcheckError, NobodyError, OutputError
from formcheck.exercises.recognition import AUTO
from formcheck.exercises.registry import own_settings
from formcheck.motion.preflight import PictureFacts
from formcheck.pose.bundles import Bundle, file_sha256
from formcheck.pose.look import halves_in_turn
from formcheck.pose.record import record_track
from formcheck.pose.track import PoseTrack, load_track, save_track
from formcheck.report.digest import no_score_reason
from formcheck.report.files import write_results
from formcheck.report.schema import SetReport
from formcheck.video.reader import ClipReader

_TROUBLE: Final = (ClipError, OutputError)
_DEFECT: Final = 1
_DISK_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


def judge_clip(job: Job, bundle: Bundle, scratch: Path) -> Outcome:
    """Judge one clip; whatever is wrong with the clip becomes its outcome.

    Args:
        job: The clip and what is wanted.
        bundle: The pose model.
        scratch: Folder for what is only needed meanwhile.

    Raises:
        FormcheckError: Something that would befall every clip: wrong settings, no model.
    """
    start_s = time.perf_counter()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="formcheck-clip-", dir=scratch) as folder,
            _on_this_machine(job, Path(folder)) as clip,
        ):
            outcome = _judge(job, clip, bundle, Path(folder))
    except NobodyError as error:
        outcome = Outcome("not_assessable", error.exit_code, _reason(error, job))
    except _TROUBLE as error:
        outcome = Outcome("failed", error.exit_code, _reason(error, job))
    except FormcheckError:
        raise
    # One clip that trips over a defect must not stop ten thousand others.
    except Exception as error:
        outcome = Outcome("failed", *_went_wrong(error))
    return replace(outcome, seconds=time.perf_counter() - start_s)


def _went_wrong(error: Exception) -> tuple[int, str]:
    """Exit code and reason for what is not the clip's fault."""
    if isinstance(error, MemoryError):
        return _DEFECT, "too little memory to judge it; give the workers more, use --retry-failed"
    if isinstance(error, OSError) and error.errno in _DISK_FULL:
        told = "no room for scratch files; make room on the worker's disk, use --retry-failed"
        return OutputError.exit_code, told
    told = f"unexpected {type(error).__name__}: {error} (a defect in formcheck)"
    return _DEFECT, shown(" ".join(told.split()))


@contextmanager
def _on_this_machine(job: Job, folder: Path) -> Iterator[Path | None]:
    """The clip as a local file; a copy is gone after the block."""
    if job.location is None:
        yield None
        return
    if job.content is None and not is_address(job.location):
        yield Path(job.location)
        return
    path = folder / f"clip{Path(job.name.partition('::')[0]).suffix}"
    if job.content is not None:
        path.write_bytes(job.content)
    else:
        copy_to(job.location, path)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _judge(job: Job, clip: Path | None, bundle: Bundle, folder: Path) -> Outcome:
    stored = None if job.kept is None else _track_of(job.kept, folder)
    if job.kept is not None and stored is not None:
        kept, track = job.kept, stored
    else:
        if clip is None:
            raise ClipError(
                "its stored pose track is damaged; run `formcheck batch` with the same clips and"
                " --retry-failed"
            )
        sha256 = _digest(clip)
        if sha256 in job.known:
            return Outcome("scored", sha256=sha256, same=True)
        try:
            kept, track = _look(clip, sha256, bundle, folder)
        except NobodyError as error:
            reason = _reason(error, job, clip)
            return Outcome("not_assessable", error.exit_code, reason, sha256)
        except ClipError as error:
            return Outcome("failed", error.exit_code, _reason(error, job, clip), sha256)
    try:
        analysis = _judge_track(job, kept, track)
    except NobodyError as error:
        reason = _reason(error, job)
        return Outcome("not_assessable", error.exit_code, reason, kept.sha256, kept=kept)
    return _told(job, analysis, kept, clip, folder)


def _look(clip: Path, sha256: str, bundle: Bundle, folder: Path) -> tuple[Kept, PoseTrack]:
    with halves_in_turn():
        # The results keep it; the cache of single clips would only be counted and pushed out.
        track = record_track(clip, bundle, keep=False)
    # The same content is kept once, whatever its files are called.
    track = replace(track, clip=replace(track.clip, name=sha256))
    pictures = look_at_pictures(clip, track)
    path = folder / "track.npz"
    save_track(track, path)
    return Kept(sha256, path.read_bytes(), pictures.luma, pictures.smear_bodies), track


def _track_of(kept: Kept, folder: Path) -> PoseTrack | None:
    path = folder / "kept.npz"
    path.write_bytes(kept.track)
    return load_track(path)


def _judge_track(job: Job, kept: Kept, track: PoseTrack) -> Analysis:
    with job.orders.config_file() as config:
        return judge_track(
            track,
            Path(job.name),
            exercise=job.exercise,
            # A coach's file may leave an exercise out that a manifest names.
            settings=None if job.exercise == AUTO else own_settings(job.exercise, config),
            config=config,
            speed=job.orders.speed,
            pictures=PictureFacts(luma=kept.luma, smear_bodies=kept.smear_bodies),
        )


def _told(job: Job, analysis: Analysis, kept: Kept, clip: Path | None, folder: Path) -> Outcome:
    report, signals, track = analysis.report, analysis.signals, analysis.track
    # A path would turn s3://a into s3:/a.
    report = _called(report, shown(job.name))
    thumbnail, files = None, {}
    if clip is not None:
        thumbnail = draw_thumbnail(report, signals, track, clip)
        if job.orders.reports:
            out = folder / "report"
            write_results(report, signals, track, clip, out, video=job.orders.video)
            files = {
                path.relative_to(out).as_posix(): path.read_bytes()
                for path in sorted(out.rglob("*"))
                if path.is_file()
            }
    worst = worst_fault(report)
    text = _called(report, "").model_dump_json(by_alias=True)
    scored = report.set.score is not None
    return Outcome(
        "scored" if scored else "not_assessable",
        reason=no_score_reason(report),
        sha256=kept.sha256,
        report=text,
        worst=None if worst is None else (worst[0].index, worst[1].code),
        kept=kept,
        thumbnail=thumbnail,
        files=files,
    )


def _called(report: SetReport, name: str) -> SetReport:
    return report.model_copy(update={"clip": report.clip.model_copy(update={"path": name})})


def _digest(clip: Path) -> str:
    try:
        if clip.exists() and not clip.is_file() and not clip.is_dir():
            raise ClipError(f"{clip} is no file; give a clip")
        return file_sha256(clip)
    except (OSError, ValueError) as error:
        # The reader tells missing, folder and forbidden apart in the words of `analyze`.
        ClipReader(clip).close()
        raise ClipError(f"{clip} could not be read; try again") from error


def _reason(error: Exception, job: Job, clip: Path | None = None) -> str:
    """The message without the clip's name: the same content may have several."""
    text = str(error)
    # A longer name may hold a shorter one.
    names = {job.name, str(Path(job.name)), job.location or job.name, str(clip or job.name)}
    for name in sorted(names, key=len, reverse=True):
        text = text.removeprefix(f"{name}: ").replace(name, "the clip")
    return shown(" ".join(text.split()))
