from __future__ import annotations

import os
import zipfile
from pathlib import Path

import fsspec
import pytest

from formcheck.batch.clips import Clip
from formcheck.batch.listing import list_clips
from formcheck.batch.remote import _address_of, copy_to
from formcheck.errors import UsageError

KNOWN = ("good_morning", "romanian_deadlift")


def listed(*words: str | Path, exercise: str = "auto") -> list[Clip]:
    return list(list_clips([str(word) for word in words], exercise, KNOWN))


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode("utf-8", "surrogateescape"))


def names(clips: list[Clip], folder: Path) -> list[str]:
    return [os.path.relpath(clip.name, folder) for clip in clips]


def test_a_folder_is_searched_to_any_depth_in_order(tmp_path: Path) -> None:
    put(tmp_path, "b.MP4", "a/deep/c.mov", "a.gif", "notes.txt", "a/no-ending")
    assert names(listed(tmp_path), tmp_path) == ["a/deep/c.mov", "a.gif", "b.MP4"]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    put(tmp_path, "._a.mp4", ".trash/b.mp4", "c.mp4")
    assert names(listed(tmp_path), tmp_path) == ["c.mp4"]


def test_what_formcheck_has_written_is_no_clip(tmp_path: Path) -> None:
    put(tmp_path, "a.mp4", "set/overlay.mp4", "set/report.json", "other/overlay.mp4")
    put(tmp_path, "results/journal.sqlite", "results/reports/ab/a/b.mp4")
    assert names(listed(tmp_path), tmp_path) == ["a.mp4", "other/overlay.mp4"]


def test_a_loop_of_links_is_walked_once(tmp_path: Path) -> None:
    put(tmp_path, "in/a.mp4")
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "self.mp4").symlink_to(tmp_path / "in" / "self.mp4")
    assert names(listed(tmp_path), tmp_path) == ["in/a.mp4", "in/self.mp4"]


@pytest.mark.parametrize("name", ["a b.mp4", 'it\'s "x".mp4', "two\nlines.mp4", "Übung 練習.mp4"])
def test_any_name_is_kept_as_it_is(name: str, tmp_path: Path) -> None:
    put(tmp_path, name)
    assert [clip.name for clip in listed(tmp_path)] == [str(tmp_path / name)]


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"bad-\xff.mp4")
    try:
        put(tmp_path, name)
    except OSError:
        pytest.skip("this file system holds text names only")
    assert os.fsencode(listed(tmp_path)[0].name).endswith(b"bad-\xff.mp4")


def test_a_pattern(tmp_path: Path) -> None:
    put(tmp_path, "x/a.mp4", "x/y/b.mp4", "x/c.txt")
    assert names(listed(f"{tmp_path}/**/*"), tmp_path) == ["x/a.mp4", "x/y/b.mp4"]


def test_a_pattern_goes_round_no_loop_and_leaves_out_what_formcheck_has_written(
    tmp_path: Path,
) -> None:
    put(tmp_path, "z.mp4", "in/a.mp4", "set/overlay.mp4", "set/report.json", "set/b.mp4")
    (tmp_path / "in" / "again").symlink_to(tmp_path)
    found = listed(f"{tmp_path}/**/*.mp4")
    assert names(found, tmp_path) == ["in/a.mp4", "set/b.mp4", "z.mp4"]


def test_a_clip_by_its_name_needs_no_ending(tmp_path: Path) -> None:
    put(tmp_path, "recording")
    assert names(listed(tmp_path / "recording"), tmp_path) == ["recording"]


def test_what_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        listed(tmp_path / "no")


def test_the_stamp_changes_with_the_content(tmp_path: Path) -> None:
    put(tmp_path, "a.mp4")
    before = listed(tmp_path)[0].stamp
    assert listed(tmp_path)[0].stamp == before
    (tmp_path / "a.mp4").write_bytes(b"longer than before")
    assert listed(tmp_path)[0].stamp != before


def test_the_exercise_is_read_from_the_folder(tmp_path: Path) -> None:
    put(tmp_path, "Romanian Deadlift/a.mp4", "good-morning/b.mp4", "misc/c.mp4")
    rdl, morning, other = listed(tmp_path, exercise="from-folder")
    assert (rdl.exercise, morning.exercise) == ("romanian_deadlift", "good_morning")
    assert not rdl.problem
    assert "'misc'" in other.problem


def test_an_archive(tmp_path: Path) -> None:
    archive = tmp_path / "clips.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("in/a.mp4", b"aaaa")
        file.writestr("in/b b.mp4", b"bb")
        file.writestr("in/readme.txt", b"")
    found = listed(f"zip://::{archive}")
    assert [(clip.name, clip.size) for clip in found] == [
        (f"zip://in/a.mp4::{archive}", 4),
        (f"zip://in/b b.mp4::{archive}", 2),
    ]
    assert found[0].stamp
    assert len(listed(f"zip://in/a*::{archive}")) == 1


def test_a_store_in_memory() -> None:
    store = fsspec.filesystem("memory")
    store.pipe({"/listing/a.mp4": b"a", "/listing/b/c.mp4": b"c", "/listing/d.txt": b"d"})
    try:
        found = listed("memory://listing")
        assert [clip.location for clip in found] == [
            "memory://listing/a.mp4",
            "memory://listing/b/c.mp4",
        ]
        assert [clip.location for clip in listed("memory://listing/a.mp4")] == [
            "memory://listing/a.mp4"
        ]
    finally:
        store.rm("/listing", recursive=True)


def test_an_address_of_an_unknown_kind() -> None:
    with pytest.raises(UsageError, match="nonsense://"):
        listed("nonsense://bucket/a.mp4")


def test_a_driver_that_is_not_installed_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(address: str) -> None:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr("fsspec.core.url_to_fs", refuse)
    with pytest.raises(UsageError, match=r"pip install 'formcheck\[s3\]'"):
        listed("s3://bucket")


def manifest(folder: Path, text: str) -> Path:
    path = folder / "clips.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_manifest_names_clips_exercises_and_more(tmp_path: Path) -> None:
    put(tmp_path, "a.mp4", "b/c.mp4")
    table = manifest(
        tmp_path,
        "\ufeffclip,exercise,lifter,note\n"
        'a.mp4,good_morning,Ann,"two\nlines"\n'
        "gone.mp4,,Bob,\n"
        f"{tmp_path}/b/../a.mp4,,,\n",
    )
    first, gone, third = listed(table)
    assert first.name == str(tmp_path / "a.mp4")
    assert first.exercise == "good_morning"
    assert first.carried == {"lifter": "Ann", "note": "two\nlines"}
    assert (gone.exercise, gone.stamp, gone.carried["lifter"]) == ("auto", "", "Bob")
    assert third.stamp == first.stamp


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name\na.mp4\n", "'clip' is one"),
        ("clip,clip\na.mp4,b\n", "each once"),
        ("clip,lifter\na.mp4\n", "line 2"),
        ("clip\na.mp4,b\n", "line 2"),
        ("clip,exercise\na.mp4,squat\n", "'squat' is no exercise"),
        ("clip\na.mp4\nb.mp4\na.mp4\n", "line 4: .* stands in line 2"),
        ('clip\n""\n', "names no clip"),
        ("", "first line"),
    ],
)
def test_a_manifest_that_makes_no_sense(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=told):
        listed(manifest(tmp_path, text))


def test_a_manifest_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "clips.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="UTF-8"):
        listed(path)


def test_a_manifest_may_write_an_exercise_as_people_do(tmp_path: Path) -> None:
    found = listed(manifest(tmp_path, "clip,exercise\na.mp4,Good morning\nb.mp4,good-morning\n"))
    assert [clip.exercise for clip in found] == ["good_morning", "good_morning"]


def test_results_are_no_clips(tmp_path: Path) -> None:
    put(tmp_path, "journal.sqlite", "reports/a.mp4")
    with pytest.raises(UsageError, match="is a folder of results; keep clips and results"):
        listed(tmp_path)


def test_a_folder_that_cannot_be_read_is_told_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.mp4", "locked/b.mp4", "z.mp4")
    scan = os.scandir

    def refuse(place: object) -> object:
        if str(place).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scan(place)  # type: ignore[call-overload]

    monkeypatch.setattr("os.scandir", refuse)
    for exercise in ("auto", "from-folder"):
        first, locked, last = listed(tmp_path, exercise=exercise)
        assert names([first, locked, last], tmp_path) == ["a.mp4", "locked", "z.mp4"]
        assert "cannot be read (Permission denied)" in locked.problem
    with pytest.raises(UsageError, match="cannot be read"):
        listed(tmp_path / "locked")


def test_a_folder_of_this_machine_by_its_address(tmp_path: Path) -> None:
    put(tmp_path, "in/a.mp4")
    (clip,) = listed(f"file://{tmp_path}")
    assert clip.name == f"file://{tmp_path}/in/a.mp4"
    copy_to(clip.location, tmp_path / "copy.mp4")
    assert (tmp_path / "copy.mp4").read_bytes() == (tmp_path / "in" / "a.mp4").read_bytes()


@pytest.mark.parametrize(
    ("given", "place", "address"),
    [
        ("s3://bucket/monday", "bucket/monday/a.mp4", "s3://bucket/monday/a.mp4"),
        ("sftp://host/clips", "/clips/a.mp4", "sftp://host/clips/a.mp4"),
        ("sftp://ann@host:22/clips/*.mp4", "/clips/a.mp4", "sftp://ann@host:22/clips/a.mp4"),
        ("zip://*.mp4::b.zip", "a.mp4", "zip://a.mp4::b.zip"),
        ("http://host/a.mp4", "http://host/a.mp4", "http://host/a.mp4"),
    ],
)
def test_an_address_keeps_its_host(given: str, place: str, address: str) -> None:
    assert _address_of(given, place) == address


def test_an_archive_is_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "clips.zip", "w") as file:
        file.writestr("a.mp4", b"aaaa")
    monkeypatch.chdir(tmp_path)
    (clip,) = listed("zip://::clips.zip")
    assert clip.name == "zip://a.mp4::clips.zip"
    assert clip.location == f"zip://a.mp4::{tmp_path / 'clips.zip'}"
