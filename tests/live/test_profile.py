from __future__ import annotations

from pathlib import Path

import pytest

from formcheck.errors import UsageError
from formcheck.live.profile import KEPT_REPS, load_profile, profile_path, save_profile


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORMCHECK_LIFTERS", str(tmp_path / "lifters"))


def test_a_new_name_has_an_empty_profile() -> None:
    assert load_profile("Anna").bends_deg == {}


def test_what_is_learnt_is_kept_by_exercise() -> None:
    profile = load_profile("Anna").after({"good_morning": (-3.0, -4.0)})
    profile = profile.after({"romanian_deadlift": (1.0,)})
    save_profile(profile)
    again = load_profile("Anna")
    assert again == profile
    assert again.bends_deg == {"good_morning": (-3.0, -4.0), "romanian_deadlift": (1.0,)}


def test_only_the_last_reps_are_kept() -> None:
    profile = load_profile("Anna").after({"good_morning": tuple(float(k) for k in range(100))})
    assert profile.bends_deg["good_morning"] == tuple(float(k) for k in range(100 - KEPT_REPS, 100))


@pytest.mark.parametrize("name", ["Anna", "Zoë O'Brien", "Jean-Luc 2", "Ana d’Arc"])
def test_names_of_people_are_names_of_files(name: str) -> None:
    assert profile_path(name).name == f"{name}.json"


@pytest.mark.parametrize("name", ["", "../up", "a/b", "x" * 60, ".hidden"])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="--lifter"):
        profile_path(name)


def test_a_damaged_profile_is_not_overwritten() -> None:
    path = save_profile(load_profile("Anna"))
    path.write_text("no json")
    with pytest.raises(UsageError, match="no profile"):
        load_profile("Anna")
