"""What holds for every clip of a run, and the key under which its findings are kept."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from formcheck import __version__
from formcheck.errors import UsageError
from formcheck.exercises.recognition import AUTO
from formcheck.exercises.registry import (
    check_override,
    exercise_names,
    exercise_settings,
    own_settings,
)
from formcheck.pose.record import LOOK_VERSION
from formcheck.pose.track import TRACK_VERSION


@dataclass(frozen=True, slots=True)
class Orders:
    """What holds for every clip of a run.

    Attributes:
        model_name: Name of the pose model.
        model_sha256: Digest of its bundle.
        speed: Playback speed relative to life.
        config: Text of a coach's own thresholds, or ``None``.
        reports: Whether each clip gets a report of its own.
        video: Whether that has an overlay video.
    """

    model_name: str
    model_sha256: str
    speed: float = 1.0
    config: str | None = None
    reports: bool = False
    video: bool = False

    @contextmanager
    def config_file(self) -> Iterator[Path | None]:
        """A file with the coach's thresholds while the block runs; ``None`` without any."""
        if self.config is None:
            yield None
            return
        with tempfile.TemporaryDirectory(prefix="formcheck-") as folder:
            path = Path(folder) / "config.toml"
            path.write_text(self.config, encoding="utf-8")
            yield path

    def judged_as(self, exercise: str) -> str:
        """Digest of all that findings depend on beside the clip's content, 16 characters.

        Thresholds that are not of the exercise do not count, nor does the order in a file.
        """
        names = exercise_names() if exercise == AUTO else [exercise]
        with self.config_file() as path:
            settings = {name: own_settings(name, path).model_dump(mode="json") for name in names}
        what = {
            "version": __version__,
            "track": [TRACK_VERSION, LOOK_VERSION],
            "model": self.model_sha256,
            "exercise": exercise,
            "speed": self.speed,
            "settings": settings,
        }
        text = json.dumps(what, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_config(path: Path, exercise: str) -> str:
    """Read a coach's thresholds and see that they make sense.

    Raises:
        UsageError: They do not, or have none for the exercise asked for by name.
    """
    if exercise in exercise_names():
        exercise_settings(exercise, path)
    check_override(path)
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read; give a TOML file of thresholds") from error
