"""What is kept of a lifter from set to set: the bend of the back in earlier reps."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from formcheck.errors import OutputError, UsageError

SCHEMA: Final = "formcheck.lifter/1"
FOLDER_VARIABLE: Final = "FORMCHECK_LIFTERS"
KEPT_REPS: Final = 30
"""The last reps of each exercise: a handful of sets, so that a profile follows its lifter."""
_NAME: Final = re.compile(r"[\w][\w .'’-]{0,39}")


class Profile(BaseModel):
    """A lifter's profile.

    Attributes:
        name: The lifter's name.
        bends_deg: Bend of the back in the last reps, degrees, by exercise.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    file_schema: str = Field(default=SCHEMA, alias="schema")
    name: str
    bends_deg: dict[str, tuple[float, ...]] = {}

    def after(self, bends_deg: Mapping[str, tuple[float, ...]]) -> Profile:
        """The profile after more reps."""
        merged = dict(self.bends_deg)
        for exercise, bends in bends_deg.items():
            kept = (*merged.get(exercise, ()), *(round(bend, 2) for bend in bends))
            merged[exercise] = kept[-KEPT_REPS:]
        return self.model_copy(update={"bends_deg": merged})


def profile_path(name: str) -> Path:
    """File of a lifter's profile.

    Raises:
        UsageError: The name cannot be that of a file.
    """
    if not _NAME.fullmatch(name):
        allowed = "letters, digits, spaces, dots, dashes, apostrophes"
        raise UsageError(f"--lifter {name!r}: give a name of {allowed}")
    named = os.environ.get(FOLDER_VARIABLE)
    folder = Path(named) if named else user_data_path("formcheck", appauthor=False) / "lifters"
    return folder / f"{name}.json"


def load_profile(name: str) -> Profile:
    """A lifter's profile; an empty one for a new name.

    Raises:
        UsageError: The name cannot be that of a file, or the file is no profile.
    """
    path = profile_path(name)
    try:
        return Profile.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Profile(name=name)
    except (OSError, ValidationError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no profile of formcheck; move it away") from error


def save_profile(profile: Profile) -> Path:
    """Write a profile; the file appears whole or not at all.

    Raises:
        OutputError: It cannot be written.
    """
    path = profile_path(profile.name)
    partial = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(profile.model_dump(by_alias=True), indent=2)
        partial.write_text(text + "\n", encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}); make room") from error
    return path
