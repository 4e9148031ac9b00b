from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.errors import OutputError, UsageError
from formcheck.report import files, overlay, page
from formcheck.report.files import check_out_dir, write_results
from formcheck.report.schema import SetReport

NAMES = {"report.json", "report.html", "reps.csv", "signals.csv", "overlay.mp4", "frames"}


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def full_disk(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_all_results_are_there_and_nothing_else(drawn_set: Any, tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    final = write_results(*drawn_set.parts, out)
    assert {p.name for p in out.iterdir()} == NAMES
    assert final.problems == []
    names = [fault.evidence for rep in final.reps for fault in rep.faults]
    assert names == ["frames/rep1_SPINE_ROUNDED.jpg", "frames/rep2_SPINE_ROUNDED.jpg"]
    assert sorted(p.name for p in (out / "frames").iterdir()) == [Path(n).name for n in names]
    for name in names:
        assert (out / name).read_bytes()[:3] == b"\xff\xd8\xff"


def test_report_json_is_the_contract_and_holds_no_nan(drawn_set: Any, tmp_path: Path) -> None:
    final = write_results(*drawn_set.parts, tmp_path, video=False)
    text = (tmp_path / "report.json").read_text(encoding="utf-8")
    assert SetReport.model_validate_json(text) == final

    def forbidden(word: str) -> Any:
        raise AssertionError(word)

    assert json.loads(text, parse_constant=forbidden)["schema"] == "formcheck.report/1"


def test_two_faults_of_one_code_in_one_rep_get_two_pictures(
    build: Any, drawn_set: Any, tmp_path: Path
) -> None:
    faults = [build.fault("BOUNCE", "turnaround_s", t) for t in (0.4, 0.5)]
    report = build.report(build.rep(1, 0.0, faults=faults))
    final = write_results(report, *drawn_set.parts[1:], tmp_path, video=False)
    assert [f.evidence for f in final.reps[0].faults] == [
        "frames/rep1_BOUNCE.jpg",
        "frames/rep1_BOUNCE_2.jpg",
    ]


def test_earlier_results_are_replaced_and_other_files_kept(drawn_set: Any, tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    for name in (
        "overlay.mp4",
        "report.json",
        "frames/rep9_BOUNCE.jpg",
        "frames/mine.jpg",
        "x.txt",
    ):
        (tmp_path / name).write_text("old")
    write_results(*drawn_set.parts, tmp_path, video=False)
    assert not (tmp_path / "overlay.mp4").exists()
    assert not (tmp_path / "frames" / "rep9_BOUNCE.jpg").exists()
    assert (tmp_path / "frames" / "mine.jpg").read_text() == "old"
    assert (tmp_path / "x.txt").read_text() == "old"
    assert (tmp_path / "report.json").read_text() != "old"


def test_no_frames_folder_without_faults(build: Any, drawn_set: Any, tmp_path: Path) -> None:
    write_results(*drawn_set.parts, tmp_path, video=False)
    clean = build.report(build.rep(1, 0.0, faults=[]))
    write_results(clean, *drawn_set.parts[1:], tmp_path, video=False)
    assert not (tmp_path / "frames").exists()


@pytest.mark.parametrize(
    "stage", ["write_reps_csv", "write_signals_csv", "render_page", "write_overlay"]
)
def test_full_disk_leaves_nothing(
    drawn_set: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr(page if stage == "render_page" else files, stage, full_disk)
    out = tmp_path / "new" / "out"
    with pytest.raises(OutputError, match="no space left on device") as caught:
        write_results(*drawn_set.parts, out)
    assert caught.value.exit_code == 7
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_full_disk_in_the_encoder_leaves_nothing(
    drawn_set: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overlay.ClipWriter, "write", full_disk)
    with pytest.raises(OutputError):
        write_results(*drawn_set.parts, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
@pytest.mark.parametrize("after", [0, 1, 4, 8])
def test_failure_while_moving_brings_the_earlier_results_back(
    drawn_set: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    after: int,
) -> None:
    write_results(*drawn_set.parts, tmp_path)
    before = everything(tmp_path)
    moves = 0
    replace = Path.replace

    def failing(source: Path, target: Path) -> Path:
        nonlocal moves
        moves += 1
        if moves == after + 1:
            raise error
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else OutputError):
        write_results(*drawn_set.parts, tmp_path, video=False)
    assert everything(tmp_path) == before
    assert not list(tmp_path.glob(".*"))


def test_interrupt_leaves_nothing(drawn_set: Any, tmp_path: Path) -> None:
    def interrupt(label: str, done: int, _total: int | None) -> None:
        if label == "Overlay video" and done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_results(*drawn_set.parts, tmp_path / "out", progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_to_its_total(drawn_set: Any, tmp_path: Path) -> None:
    seen: dict[str, list[tuple[int, int | None]]] = {}

    def note(label: str, done: int, total: int | None) -> None:
        seen.setdefault(label, []).append((done, total))

    write_results(*drawn_set.parts, tmp_path, progress=note)
    assert list(seen) == ["Evidence pictures", "Overlay video"]
    for steps in seen.values():
        assert [done for done, _ in steps] == list(range(1, len(steps) + 1))
        assert steps[-1][0] == steps[-1][1]


def test_clip_gone_since_the_analysis(drawn_set: Any, tmp_path: Path) -> None:
    report, signals, track, _ = drawn_set.parts
    final = write_results(report, signals, track, tmp_path / "gone.mp4", tmp_path / "out")
    assert all(f.evidence is None for rep in final.reps for f in rep.faults)
    assert any("No overlay video" in problem for problem in final.problems)
    assert "There is no picture" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_no_picture_where_the_lifter_was_not_found(drawn_set: Any, tmp_path: Path) -> None:
    report, signals, track, clip = drawn_set.parts
    track.landmarks_px[:] = np.nan
    final = write_results(report, signals, track, clip, tmp_path)
    assert all(f.evidence is None for rep in final.reps for f in rep.faults)


def test_machine_without_encoder_gets_a_sentence(
    drawn_set: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formcheck.video.writer.h264_encoder", lambda: None)
    final = write_results(*drawn_set.parts, tmp_path)
    assert not (tmp_path / "overlay.mp4").exists()
    assert "no H.264 encoder" in final.problems[-1]
    assert "overlay.mp4" not in (tmp_path / "report.html").read_text("utf-8").split("<main>")[1]


def test_check_creates_nothing(tmp_path: Path) -> None:
    check_out_dir(tmp_path / "a" / "b")
    check_out_dir(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_check_refuses_a_file_and_what_lies_under_one(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    for out in (file, file / "under", tmp_path / ("n" * 300), tmp_path / "a\0b"):
        with pytest.raises(UsageError) as caught:
            check_out_dir(out)
        assert caught.value.exit_code == 2
        assert len(str(caught.value).splitlines()) == 1


def test_check_refuses_what_the_system_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> Any:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(files.tempfile, "TemporaryFile", refused)
    with pytest.raises(UsageError, match="permission denied"):
        check_out_dir(tmp_path)
