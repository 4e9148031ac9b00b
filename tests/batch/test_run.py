"""Whole runs, most of them on one cluster that all tests share."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pytest
from filelock import FileLock

from formcheck.batch import run as run_module
from formcheck.batch.cluster import Cluster
from formcheck.batch.journal import Journal
from formcheck.batch.orders import Orders
from formcheck.batch.progress import Nobody, Tally
from formcheck.batch.run import Result, rescore_batch, run_batch
from formcheck.batch.work import Work
from formcheck.errors import OutputError, UsageError
from formcheck.pose.bundles import Bundle
from tests.batch.conftest import MakeSet, rows, states

Tables = Callable[[Path], dict[str, bytes]]
LENIENT = "[romanian_deadlift.faults.ECCENTRIC_FAST]\nbelow = 0.2\n"


class StopError(Exception):
    """What a test throws to end a run in the middle."""


class StopAfter(Nobody):
    def __init__(self, clips: int) -> None:
        self.clips = clips

    def advanced(self, tally: Tally) -> None:
        if tally.done == self.clips:
            raise StopError


@pytest.fixture
def shared(two: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of this test use the cluster of all tests."""

    @contextmanager
    def given(*_: object) -> Iterator[Cluster]:
        yield two

    monkeypatch.setattr(run_module, "cluster", given)


@pytest.fixture
def clips(tmp_path: Path, make_set: MakeSet) -> Path:
    """Six sets: fast and slow ones, one twice, one of nobody."""
    folder = tmp_path / "clips"
    for seed, (name, lower_s) in enumerate([("a", 1.0), ("b", 3.5), ("c", 1.5), ("d", 2.0)]):
        make_set(folder / f"{name}.mp4", seed, lower_s=lower_s)
    shutil.copy(folder / "a.mp4", folder / "twin of a.mp4")
    make_set(folder / "nobody.mp4", 7, seen=False)
    return folder


def run(clips: Path | str, out: Path, bundle: Bundle, **options: object) -> Result:
    return run_batch([str(clips)], out, bundle, **options)  # type: ignore[arg-type]


def test_one_worker_two_workers_and_a_run_that_was_stopped_give_the_same_bytes(
    clips: Path, bundle: Bundle, tables: Tables, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    one = run(clips, tmp_path / "one", bundle, workers=1)
    request.getfixturevalue("shared")
    two = run(clips, tmp_path / "two", bundle)
    with pytest.raises(StopError):
        run(clips, tmp_path / "stopped", bundle, watcher=StopAfter(2))
    assert not (tmp_path / "stopped" / "summary.csv").exists()
    resumed = run(clips, tmp_path / "stopped", bundle)
    assert (one.scored, one.not_assessable, one.failed) == (5, 1, 0)
    assert (one.done_now, two.done_now, resumed.done_now) == (6, 6, 4)
    expected = tables(tmp_path / "one")
    assert tables(tmp_path / "two") == expected
    assert tables(tmp_path / "stopped") == expected
    assert states(tmp_path / "one")["nobody.mp4"] == "not_assessable"
    twins = [r for r in rows(tmp_path / "one") if str(r["clip"]).endswith("a.mp4")]
    assert len(twins) == 2
    assert twins[0] | {"clip": ""} == twins[1] | {"clip": ""}


@pytest.mark.usefixtures("shared")
def test_what_is_done_is_not_done_again(
    clips: Path, bundle: Bundle, tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run(clips, out, bundle)
    before = tables(out)

    def refuse(*_: object) -> None:
        pytest.fail("no cluster is needed")

    monkeypatch.setattr(run_module, "cluster", refuse)
    again = run(clips, out, bundle)
    assert again.done_now == 0
    assert again.clips == 6
    assert tables(out) == before


@pytest.mark.usefixtures("shared")
def test_rescoring_needs_no_video_and_equals_a_batch_by_those_thresholds(
    clips: Path, bundle: Bundle, tables: Tables, tmp_path: Path
) -> None:
    run(clips, tmp_path / "out", bundle)
    run(clips, tmp_path / "fresh", bundle, config=LENIENT)
    before, expected = tables(tmp_path / "out"), tables(tmp_path / "fresh")
    shutil.rmtree(clips)
    done = rescore_batch(tmp_path / "out", config=LENIENT)
    assert (done.clips, done.failed) == (6, 0)
    assert before != expected
    assert tables(tmp_path / "out") == expected
    back = rescore_batch(tmp_path / "out", config=None)
    assert back.done_now == 0
    assert tables(tmp_path / "out") == before


@pytest.mark.usefixtures("shared")
def test_other_thresholds_use_the_tracks_that_are_there(
    clips: Path, bundle: Bundle, own_cache: Path, tmp_path: Path
) -> None:
    run(clips, tmp_path / "out", bundle)
    # Without it every clip would have to be looked at, with a model that cannot look.
    shutil.rmtree(own_cache / "tracks")
    (clips / "nobody.mp4").unlink()
    done = run(clips, tmp_path / "out", bundle, config=LENIENT)
    assert (done.scored, done.failed, done.done_now) == (5, 0, 5)


@pytest.mark.usefixtures("shared")
def test_a_missing_track_is_told(clips: Path, bundle: Bundle, tmp_path: Path) -> None:
    run(clips, tmp_path / "out", bundle)
    shutil.rmtree(tmp_path / "out" / "tracks")
    with pytest.raises(UsageError, match=r"the pose track of .* is missing"):
        rescore_batch(tmp_path / "out", config=LENIENT)


@pytest.mark.usefixtures("shared")
def test_columns_of_a_manifest_are_carried_into_every_table(
    clips: Path, bundle: Bundle, tmp_path: Path
) -> None:
    table = tmp_path / "clips.csv"
    table.write_text(
        "clip,exercise,lifter,weight_kg\nclips/a.mp4,romanian_deadlift,Ann,60\nclips/b.mp4,,Bob,\n"
    )
    run(table, tmp_path / "out", bundle)
    first, second = rows(tmp_path / "out")
    assert (first["lifter"], first["weight_kg"]) == ("Ann", 60.0)
    assert (second["lifter"], second["weight_kg"]) == ("Bob", None)
    assert (first["exercise_source"], second["exercise_source"]) == ("given", "auto")
    assert {row["lifter"] for row in rows(tmp_path / "out", "reps")} == {"Ann", "Bob"}
    assert {row["weight_kg"] for row in rows(tmp_path / "out", "faults")} <= {60.0, None}
    assert "Ann" in (tmp_path / "out" / "summary.csv").read_text()


@pytest.mark.usefixtures("shared")
def test_clips_in_an_archive_and_in_memory(clips: Path, bundle: Bundle, tmp_path: Path) -> None:
    archive = tmp_path / "clips.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(clips / "a.mp4", "sub/a.mp4")
    store = fsspec.filesystem("memory")
    store.pipe("/run/b.mp4", (clips / "b.mp4").read_bytes())
    inputs = [f"zip://::{archive}", "memory://run"]
    try:
        done = run_batch(inputs, tmp_path / "out", bundle)
    finally:
        store.rm("/run", recursive=True)
    assert done.scored == 2
    assert [row["clip"] for row in rows(tmp_path / "out")] == [
        "memory://run/b.mp4",
        f"zip://sub/a.mp4::{archive}",
    ]


@pytest.mark.usefixtures("shared")
def test_a_folder_whose_name_is_no_exercise_fails_its_clips_only(
    clips: Path, bundle: Bundle, tmp_path: Path
) -> None:
    (clips / "Romanian deadlift").mkdir()
    shutil.move(clips / "a.mp4", clips / "Romanian deadlift")
    done = run(clips, tmp_path / "out", bundle, exercise="from-folder")
    assert (done.scored, done.failed) == (1, 5)
    assert "'clips' is not called after an exercise" in str(rows(tmp_path / "out")[1]["reason"])


def test_a_journal_that_cannot_be_written_is_told(
    clips: Path, bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Journal, "enter", full)
    with pytest.raises(OutputError, match=r"disk is full\); make room"):
        run(clips, tmp_path / "out", bundle)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_may_not_be_written_to_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    Journal(tmp_path).close()
    monkeypatch.setattr(FileLock, "acquire", refuse)
    with pytest.raises(OutputError, match="Permission denied"):
        rescore_batch(tmp_path, config=None)
    assert [path.name for path in tmp_path.iterdir()] == ["journal.sqlite"]


@pytest.mark.usefixtures("shared")
def test_a_damaged_track_is_mended_by_the_next_batch(
    clips: Path, bundle: Bundle, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(clips, out, bundle)
    for track in (out / "tracks").rglob("*.npz"):
        track.write_bytes(track.read_bytes()[:50])
    spoilt = rescore_batch(out, config=LENIENT)
    assert (spoilt.scored, spoilt.failed) == (0, 5)
    mended = run(clips, out, bundle, config=LENIENT, retry_failed=True)
    assert (mended.scored, mended.failed) == (5, 0)
    rescore_batch(out, config=None)
    assert rescore_batch(out, config=LENIENT + "# again").scored == 5
    assert rescore_batch(out, config=LENIENT.replace("0.2", "0.3")).scored == 5


def test_two_runs_do_not_write_to_one_folder(clips: Path, bundle: Bundle, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with FileLock(out / ".lock"), pytest.raises(UsageError, match="another run"):
        run(clips, out, bundle)


@pytest.mark.usefixtures("shared")
def test_twins_are_found_among_very_many_of_one_size(
    clips: Path, bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formcheck.batch.journal.MOST_KNOWN", 1)
    monkeypatch.setattr("formcheck.batch.work.MOST_KNOWN", 1)
    out = tmp_path / "out"
    run(clips / "a.mp4", out, bundle)
    journal = Journal(out)
    entry = next(iter(journal.entries()))
    work = Work(journal, out, Orders(bundle.name, bundle.sha256))
    other = replace(entry, clip=replace(entry.clip, location=str(clips / "b.mp4")))
    assert work._known(entry) == {entry.sha256}
    assert work._known(other) == frozenset()
    journal.close()


@pytest.mark.usefixtures("shared")
def test_what_a_killed_run_left_half_written_is_swept_away(
    clips: Path, bundle: Bundle, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    left = [".summary-x.part", "tracks/ab/.y.part", "reports/cd/.formcheck-z.part/new/a"]
    for name in left:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).touch()
    run(clips, out, bundle)
    assert list(out.rglob("*.part")) == []


def test_a_folder_of_something_else_is_no_results(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no results"):
        rescore_batch(tmp_path, config=None)
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_do_is_an_error(bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no clip in"):
        run(tmp_path / "empty", tmp_path / "out", bundle)


def test_a_carried_column_must_not_hide_one_of_ours(
    clips: Path, bundle: Bundle, tmp_path: Path
) -> None:
    table = tmp_path / "clips.csv"
    table.write_text("clip,score\nclips/a.mp4,9\n")
    with pytest.raises(UsageError, match="'score'"):
        run(table, tmp_path / "out", bundle)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("shared")
def test_the_run_is_told_in_figures(clips: Path, bundle: Bundle, tmp_path: Path) -> None:
    run(clips, tmp_path / "out", bundle)
    told = json.loads((tmp_path / "out" / "run.json").read_text())
    assert told["schema"] == "formcheck.batch/1"
    assert (told["clips"], told["scored"], told["not_assessable"], told["failed"]) == (6, 5, 1, 0)
    assert told["clips_per_s"] > 0


@pytest.mark.usefixtures("shared")
def test_scratch_copies_are_gone_afterwards(
    clips: Path, bundle: Bundle, two: Cluster, tmp_path: Path
) -> None:
    archive = tmp_path / "clips.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(clips / "a.mp4", "a.mp4")
    assert run(f"zip://::{archive}", tmp_path / "out", bundle).scored == 1

    def scratch(dask_worker: Any) -> str:
        return str(dask_worker.local_directory)

    folders = [Path(folder) for folder in two.client.run(scratch).values()]
    assert all(folder.is_dir() for folder in folders)
    assert [path for folder in folders for path in folder.rglob("*clip*")] == []
