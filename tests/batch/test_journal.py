from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from formcheck.batch import journal as journal_module
from formcheck.batch.clips import Clip
from formcheck.batch.entry import Entry
from formcheck.batch.job import Kept, Outcome, Thumbnail
from formcheck.batch.journal import FILE, Journal
from formcheck.errors import UsageError

CLIP = Clip("a.mp4", "/clips/a.mp4", 10, "10-1", "auto", carried={"lifter": "Ann"})
KEPT = Kept("s1", b"track", 100.0, float("nan"))
REPORT = json.dumps({"reps": [{"index": 2, "faults": [{"code": "BOUNCE"}]}]})
SCORED = Outcome("scored", sha256="s1", report=REPORT, kept=KEPT)
FAILED = Outcome("failed", 3, "the clip is empty")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path)
    yield journal
    journal.close()


def begin(journal: Journal, *clips: Clip, judged_as: str = "j1") -> None:
    journal.enter((clip, judged_as) for clip in clips)


def take(journal: Journal, outcome: Outcome, name: str = "a.mp4") -> None:
    journal.take(journal.entry(os.fsencode(name)), outcome, "m1")


def left(journal: Journal, *, reports: bool = False, retry_failed: bool = False) -> list[str]:
    return [os.fsdecode(n) for n in journal.open_names(reports=reports, retry_failed=retry_failed)]


def only(journal: Journal) -> Entry:
    (entry,) = journal.entries()
    return entry


def test_a_clip_is_open_until_it_is_done(journal: Journal) -> None:
    begin(journal, CLIP)
    assert left(journal) == ["a.mp4"]
    take(journal, SCORED)
    assert left(journal) == []
    assert only(journal).state == "scored"
    assert only(journal).report == json.loads(REPORT)
    assert only(journal).clip == CLIP


def test_what_is_done_stays_done_in_the_next_run(journal: Journal) -> None:
    begin(journal, CLIP)
    take(journal, SCORED)
    begin(journal, CLIP)
    assert left(journal) == []


def test_a_changed_file_is_another_clip(journal: Journal) -> None:
    begin(journal, CLIP)
    take(journal, SCORED)
    begin(journal, replace(CLIP, stamp="10-2"))
    assert left(journal) == ["a.mp4"]


def test_a_file_without_a_stamp_is_read_again_and_known_by_its_content(journal: Journal) -> None:
    begin(journal, replace(CLIP, stamp=""))
    take(journal, SCORED)
    begin(journal, replace(CLIP, stamp=""))
    assert left(journal) == ["a.mp4"]
    assert journal.known(only(journal)) == {"s1"}
    take(journal, Outcome("scored", sha256="s1", same=True))
    assert left(journal) == []
    assert only(journal).report is not None


def test_the_contents_that_travel_with_a_clip_are_few(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "MOST_KNOWN", 2)
    clips = [replace(CLIP, name=f"{n}.mp4") for n in range(4)]
    begin(journal, *clips)
    for n in range(4):
        take(journal, replace(SCORED, sha256=f"s{n}"), f"{n}.mp4")
    entry = journal.entry(b"0.mp4")
    assert len(journal.known(entry)) == 2
    assert [journal.is_known(entry, f"s{n}") for n in range(5)] == [True] * 4 + [False]


def test_other_thresholds_open_it_again_and_going_back_does_not(journal: Journal) -> None:
    begin(journal, CLIP)
    take(journal, SCORED)
    journal.judge_anew([("j1", "j2")])
    assert left(journal) == ["a.mp4"]
    assert journal.known(only(journal)) == frozenset()
    look = journal.look("s1", "m1")
    assert look is not None
    assert look.kept
    assert look.luma == 100.0
    take(journal, SCORED)
    journal.judge_anew([("j2", "j1")])
    assert left(journal) == []


def test_another_model_has_not_looked_yet(journal: Journal) -> None:
    begin(journal, CLIP)
    take(journal, SCORED)
    assert journal.look("s1", "m2") is None


def test_a_failed_clip_is_tried_again_only_when_asked(journal: Journal) -> None:
    begin(journal, CLIP)
    take(journal, FAILED)
    assert (only(journal).state, only(journal).reason) == ("failed", "the clip is empty")
    begin(journal, CLIP)
    assert left(journal) == []
    assert left(journal, retry_failed=True) == ["a.mp4"]
    take(journal, SCORED)
    assert only(journal).state == "scored"
    assert only(journal).reason == ""


def test_a_failed_clip_that_changed_is_tried_again(journal: Journal) -> None:
    begin(journal, CLIP)
    take(journal, FAILED)
    begin(journal, replace(CLIP, stamp="11-5"))
    assert left(journal) == ["a.mp4"]
    assert only(journal).state is None


def test_a_failed_clip_stays_failed_under_other_thresholds(journal: Journal) -> None:
    begin(journal, CLIP)
    take(journal, FAILED)
    journal.judge_anew([("j1", "j2")])
    assert left(journal) == []
    assert only(journal).state == "failed"


def test_a_clip_that_nobody_can_judge_is_not_retried(journal: Journal) -> None:
    begin(journal, replace(CLIP, problem="no such exercise"), judged_as="")
    assert left(journal, retry_failed=True) == []
    assert (only(journal).state, only(journal).reason) == ("failed", "no such exercise")
    begin(journal, CLIP)
    assert left(journal) == ["a.mp4"]


def test_a_report_that_is_asked_for_later_opens_the_clip(journal: Journal) -> None:
    begin(journal, CLIP)
    take(journal, SCORED)
    assert left(journal, reports=True) == ["a.mp4"]
    take(journal, replace(SCORED, files={"report.html": b""}))
    assert left(journal, reports=True) == []
    assert only(journal).reported
    journal.judge_anew([("j1", "j2")])
    take(journal, SCORED)
    assert not only(journal).reported


def test_a_report_of_an_earlier_content_is_not_this_one(journal: Journal) -> None:
    begin(journal, CLIP)
    take(journal, replace(SCORED, files={"report.html": b""}))
    begin(journal, replace(CLIP, stamp="10-2"))
    take(journal, replace(SCORED, sha256="s2"))
    assert not only(journal).reported
    assert left(journal, reports=True) == ["a.mp4"]


def test_a_video_that_is_asked_for_later_opens_the_clip(journal: Journal) -> None:
    begin(journal, CLIP)
    take(journal, replace(SCORED, files={"report.html": b""}))
    names = journal.open_names(reports=True, retry_failed=False, video=True)
    assert names == [b"a.mp4"]
    journal.take(only(journal), replace(SCORED, files={"a": b""}), "m1", video=True)
    assert not journal.open_names(reports=True, retry_failed=False, video=True)
    assert left(journal, reports=True) == []
    assert only(journal).reported


def test_a_failed_clip_is_tried_again_although_its_twin_is_done(journal: Journal) -> None:
    begin(journal, CLIP, replace(CLIP, name="b.mp4"))
    take(journal, replace(FAILED, sha256="s1"))
    take(journal, SCORED, "b.mp4")
    assert left(journal) == []
    assert left(journal, retry_failed=True) == ["a.mp4"]


def test_a_full_disk_ends_a_change_as_a_whole(journal: Journal) -> None:
    begin(journal, CLIP)
    size = journal._data.execute("PRAGMA page_count").fetchone()[0]
    journal._data.execute(f"PRAGMA max_page_count = {size}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        take(journal, replace(SCORED, thumbnail=Thumbnail(2, "BOUNCE", bytes(100_000))))
    journal._data.execute("PRAGMA max_page_count = 100000")
    assert left(journal) == ["a.mp4"]
    take(journal, SCORED)
    assert left(journal) == []


def test_two_names_of_one_content_have_one_outcome(journal: Journal) -> None:
    twin = replace(CLIP, name="b.mp4", location="/clips/b.mp4")
    begin(journal, CLIP, twin)
    take(journal, SCORED)
    assert journal.known(journal.entry(b"b.mp4")) == {"s1"}
    take(journal, Outcome("scored", sha256="s1", same=True), "b.mp4")
    assert [entry.state for entry in journal.entries()] == ["scored", "scored"]


def test_the_tables_show_the_clips_of_the_last_run_only(journal: Journal) -> None:
    other = replace(CLIP, name="b.mp4")
    begin(journal, CLIP, other)
    begin(journal, other)
    assert [entry.clip.name for entry in journal.entries()] == ["b.mp4"]
    assert journal.count() == 1


def test_a_name_that_comes_twice_in_a_run_counts_once(journal: Journal) -> None:
    begin(journal, CLIP, replace(CLIP, exercise="good_morning"))
    assert journal.count() == 1
    assert only(journal).clip.exercise == "auto"


def test_a_listing_that_was_cut_short_changes_nothing(journal: Journal) -> None:
    begin(journal, CLIP)

    def broken() -> Iterator[tuple[Clip, str]]:
        yield CLIP, "j1"
        raise UsageError("line 2")

    with pytest.raises(UsageError):
        journal.enter(broken())
    assert [entry.clip.name for entry in journal.entries()] == ["a.mp4"]


def test_a_picture_is_kept_as_long_as_its_fault_is_found(journal: Journal) -> None:
    begin(journal, CLIP)
    picture = Thumbnail(2, "BOUNCE", b"jpeg")
    take(journal, replace(SCORED, thumbnail=picture))
    assert only(journal).thumbnail == picture
    assert journal.earlier_picture(SCORED) == picture
    without = json.dumps({"reps": [{"index": 1, "faults": [{"code": "BOUNCE"}]}]})
    assert journal.earlier_picture(replace(SCORED, report=without)) is None


def test_names_that_are_no_text(journal: Journal) -> None:
    name = os.fsdecode(b"\xff.mp4")
    begin(journal, replace(CLIP, name=name, location=f"/{name}"))
    assert only(journal).clip.name == name


def test_a_reader_sees_nothing_of_a_change_that_was_not_finished(
    journal: Journal, tmp_path: Path
) -> None:
    begin(journal, CLIP)
    with pytest.raises(sqlite3.IntegrityError):
        # The digest is missing: the second statement of the change fails.
        take(journal, replace(SCORED, sha256=None))
    assert left(journal) == ["a.mp4"]
    other = Journal(tmp_path)
    assert left(other) == ["a.mp4"]
    other.close()


def test_a_file_that_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"something else" * 100)
    with pytest.raises(UsageError, match="cannot be used"):
        Journal(tmp_path)


def test_a_journal_of_another_version(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.note("schema", "formcheck.batch/99")
    journal.close()
    with pytest.raises(UsageError, match=r"formcheck\.batch/99"):
        Journal(tmp_path)
