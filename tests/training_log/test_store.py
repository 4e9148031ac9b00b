from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from formcheck.errors import OutputError, UsageError
from formcheck.training_log import store
from formcheck.training_log.store import VERSION, TrainingLog, log_path
from tests.training_log.making import MONDAY, REST, a_set

SHA = "ab" * 32
needs_modes = pytest.mark.skipif(os.name == "nt", reason="no modes")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "log.sqlite3"


def test_what_was_added_is_there_the_next_time(path: Path) -> None:
    entry = a_set(
        lifter="O'Brien; DROP TABLE sets", note='"a",\nb', faults={"BOUNCE": 2},
        major_faults={"BOUNCE": 1}, not_assessed=("spine_curvature",), warm_up=True,
    )  # fmt: skip
    with TrainingLog(path) as log:
        added = log.add([entry])[0]
        assert added.new
        assert added.entry.id == 1
    with TrainingLog(path) as log:
        assert log.entries() == [entry.model_copy(update={"id": 1})]
        assert log.lifters() == [entry.lifter]


@needs_modes
def test_a_new_log_is_for_its_owner_alone(path: Path) -> None:
    TrainingLog(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_the_same_set_is_not_added_twice(path: Path) -> None:
    with TrainingLog(path) as log:
        first, second = log.add([a_set(), a_set()])
        assert (first.new, second.new) == (True, False)
        assert [one.id for one in second.there] == [1]
        assert len(log.entries()) == 1


def test_what_shows_a_part_of_the_same_clip_is_the_same(path: Path) -> None:
    whole = a_set(key="whole", clip_sha256=SHA, start_s=2.0, end_s=90.0)
    first = a_set(key="1", clip_sha256=SHA, start_s=2.5, end_s=40.0)
    other = a_set(key="2", clip_sha256=SHA, start_s=60.0, end_s=90.0)
    elsewhere = a_set(key="3", clip_sha256="cd" * 32, start_s=2.5, end_s=40.0)
    with TrainingLog(path) as log:
        assert all(one.new for one in log.add([first, other, elsewhere]))
        found = log.add([whole])[0]
        assert [one.id for one in found.there] == [1, 2]


def test_live_sets_are_known_again_in_the_recording_that_shows_them(path: Path) -> None:
    live = a_set(key="live:1", source="live", start_s=100.0, end_s=130.0)
    report = a_set(key="clip", clip_sha256=SHA, start_s=10.5, end_s=39.0)
    with TrainingLog(path) as log:
        number = log.add([live])[0].entry.id
        log.shown_by([number, 99], SHA, 90.0)
        assert [(e.start_s, e.end_s) for e in log.entries()] == [(10.0, 40.0)]
        assert not log.add([report])[0].new


def test_a_set_is_known_in_every_clip_that_shows_it(path: Path) -> None:
    played = a_set(key="clip", source="live", clip_sha256=SHA, start_s=10.0, end_s=40.0)
    recorded = a_set(key="2", clip_sha256="cd" * 32, start_s=1.0, end_s=30.0)
    with TrainingLog(path) as log:
        log.add([played])
        log.shown_by([1], "cd" * 32, 9.5)
        log.shown_by([1], "cd" * 32, 9.5)
        assert log.entries() == [played.model_copy(update={"id": 1})]
        assert [one.id for one in log.add([recorded])[0].there] == [1]
        log.remove([1])
        assert log.add([recorded])[0].new


def test_numbers_are_never_given_twice(path: Path) -> None:
    with TrainingLog(path) as log:
        log.add([a_set()])
        assert [entry.id for entry in log.remove([1])] == [1]
        assert log.add([a_set()])[0].entry.id == 2


def test_sets_are_changed_all_or_none(path: Path) -> None:
    with TrainingLog(path) as log:
        log.add([a_set(), a_set(MONDAY + REST)])
        assert [e.weight_kg for e in log.change([1, 2], weight_kg=62.5)] == [62.5, 62.5]
        with pytest.raises(UsageError, match="no set 9"):
            log.change([1, 9], weight_kg=100.0)
        with pytest.raises(UsageError, match="weight_kg"):
            log.change([1], weight_kg=-1)
        with pytest.raises(UsageError, match="no set 9"):
            log.remove([1, 9])
        assert [e.weight_kg for e in log.entries()] == [62.5, 62.5]


def test_sets_come_in_order_of_time_and_by_lifter(path: Path) -> None:
    with TrainingLog(path) as log:
        log.add([a_set(MONDAY + REST, lifter="Anna"), a_set(MONDAY)])
        assert [entry.id for entry in log.entries()] == [2, 1]
        assert [entry.id for entry in log.entries("Anna")] == [1]
        assert log.lifters() == ["", "Anna"]


def test_nothing_is_begun_by_reading(path: Path) -> None:
    with TrainingLog(path, create=False) as log:
        assert log.entries() == []
    assert not path.parent.exists()


def test_an_empty_file_is_a_new_log(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    with TrainingLog(path) as log:
        assert log.add([a_set()])[0].new


def other_database(path: Path) -> None:
    with sqlite3.connect(path) as data:
        data.execute("CREATE TABLE films (name TEXT)")
    data.close()


def newer_log(path: Path) -> None:
    TrainingLog(path).close()
    with sqlite3.connect(path) as data:
        data.execute(f"PRAGMA user_version = {VERSION + 1}")
    data.close()


def torn_log(path: Path) -> None:
    with TrainingLog(path) as log:
        log.add([a_set(MONDAY + k * REST, note="x" * 400) for k in range(200)])
    data = bytearray(path.read_bytes())
    data[8192:] = b"\x55" * (len(data) - 8192)
    path.write_bytes(data)


def cut_log(path: Path) -> None:
    torn_log(path)
    path.write_bytes(path.read_bytes()[:9000])


def odd_entry(path: Path) -> None:
    with TrainingLog(path) as log:
        log.add([a_set()])
    with sqlite3.connect(path) as data:
        data.execute("UPDATE sets SET faults = 'none', reps = -3")
    data.close()


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: path.write_text("weight,reps\n60,10\n" * 100), "no training log"),
        (lambda path: path.mkdir(), "is no file"),
        (lambda path: path.symlink_to(os.devnull), "is no file"),
        (other_database, "something else"),
        (newer_log, "later formcheck"),
        (torn_log, "damaged"),
        (cut_log, "damaged"),
        (odd_entry, "set 1 makes no sense"),
    ],
    ids=["text", "folder", "device", "other database", "newer", "torn", "cut", "odd entry"],
)
def test_what_is_no_log_is_told_in_one_line_and_left_alone(
    tmp_path: Path, make: object, told: str
) -> None:
    path = tmp_path / "log"
    make(path)  # type: ignore[operator]
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(UsageError, match=told) as caught, TrainingLog(path) as log:
        log.entries()
    assert "\n" not in str(caught.value)
    assert "--log" in str(caught.value)
    assert (path.read_bytes() if path.is_file() else b"") == before


@needs_modes
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    with TrainingLog(folder / "old") as log:
        log.add([a_set()])
    folder.chmod(0o500)
    try:
        with pytest.raises(UsageError, match="permission denied"):
            TrainingLog(folder / "new")
        with TrainingLog(folder / "old") as log:
            assert len(log.entries()) == 1
            with pytest.raises(UsageError, match="permissions"):
                log.add([a_set(MONDAY + REST)])
    finally:
        folder.chmod(0o700)


def test_a_log_in_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be used as a log"):
        TrainingLog(tmp_path / "file" / "log")


def test_a_weight_of_before_weights_were_rounded_is_read(path: Path) -> None:
    with TrainingLog(path) as log:
        log.add([a_set()])
    with closing(sqlite3.connect(path)) as data, data:
        data.execute("UPDATE sets SET weight_kg = 1e-9")
    with TrainingLog(path) as log:
        assert [entry.weight_kg for entry in log.entries()] == [0.001]


@pytest.mark.parametrize("room", [0, 8192])
def test_a_full_disk_leaves_no_log_that_could_not_be_begun(path: Path, room: int) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # No file may grow beyond it, which to SQLite is as a disk that is full.
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(OutputError, match="could not be"):
            TrainingLog(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(path.parent.iterdir()) == []
    with TrainingLog(path) as log:
        assert log.entries() == []


def test_a_full_disk_leaves_the_log_as_it_was(path: Path) -> None:
    with TrainingLog(path) as log:
        log.add([a_set()])
        pages = log._data.execute("PRAGMA page_count").fetchone()[0]
        log._data.execute(f"PRAGMA max_page_count = {pages}")
        many = [a_set(MONDAY + k * REST, note="x" * 500) for k in range(1, 200)]
        with pytest.raises(OutputError, match="make room"):
            log.add(many)
        assert len(log.entries()) == 1


def test_a_writer_waits_for_another(path: Path) -> None:
    TrainingLog(path).close()
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.4, lambda: holder.execute("COMMIT"))
    timer.start()
    began_s = time.monotonic()
    with TrainingLog(path) as log:
        assert log.add([a_set()])[0].new
    assert time.monotonic() - began_s > 0.2
    timer.join()
    holder.close()


def test_one_who_holds_the_log_for_ever_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    TrainingLog(path).close()
    monkeypatch.setattr(store, "WAIT_S", 0.1)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with TrainingLog(path) as log, pytest.raises(OutputError, match="another program"):
        log.add([a_set()])
    holder.close()


WRITER = """
import sys
from pathlib import Path
from formcheck.training_log.store import TrainingLog
from tests.training_log.making import MONDAY, REST, a_set
for k in range(20):
    with TrainingLog(Path(sys.argv[1])) as log:
        log.add([a_set(MONDAY + k * REST, lifter=sys.argv[2], key=f"{sys.argv[2]} {k}")])
"""


def test_two_programs_write_into_a_log_that_is_not_there_yet(path: Path) -> None:
    project = Path(__file__).resolve().parents[2]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), name],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(project)},
        )
        for name in ("Anna", "Ben")
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    with TrainingLog(path) as log:
        assert len(log.entries("Anna")) == len(log.entries("Ben")) == 20


def test_tables_of_an_earlier_version_are_brought_up_to_date(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TrainingLog(path) as log:
        log.add([a_set()])
    later = (*store._MIGRATIONS, ("CREATE TABLE more (id INTEGER)",))
    monkeypatch.setattr(store, "_MIGRATIONS", later)
    monkeypatch.setattr(store, "VERSION", len(later))
    with TrainingLog(path) as log:
        assert len(log.entries()) == 1
        assert log._data.execute("SELECT count(*) FROM more").fetchone()[0] == 0
        assert log._data.execute("PRAGMA user_version").fetchone()[0] == VERSION + 1


def test_a_migration_that_fails_changes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TrainingLog(path) as log:
        log.add([a_set()])
    broken = (
        *store._MIGRATIONS,
        ("CREATE TABLE more (id INTEGER)", "CREATE TABLE more (id INTEGER)"),
    )
    with monkeypatch.context() as patched:
        patched.setattr(store, "_MIGRATIONS", broken)
        patched.setattr(store, "VERSION", len(broken))
        with pytest.raises(UsageError):
            TrainingLog(path)
    with TrainingLog(path) as log:
        assert len(log.entries()) == 1


def test_where_the_log_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FORMCHECK_LOG", raising=False)
    usual = log_path()
    assert usual.name == "log.sqlite3"
    assert "formcheck" in str(usual)
    monkeypatch.setenv("FORMCHECK_LOG", "")
    assert log_path() == usual
    monkeypatch.setenv("FORMCHECK_LOG", str(tmp_path / "mine"))
    assert log_path() == tmp_path / "mine"
    assert log_path(Path("given")) == Path("given")


def test_a_day_of_writing_takes_no_time(path: Path) -> None:
    with TrainingLog(path) as log:
        began_s = time.monotonic()
        log.add([a_set(MONDAY - k * timedelta(hours=7)) for k in range(5000)])
        assert len(log.entries()) == 5000
    assert time.monotonic() - began_s < 20.0
