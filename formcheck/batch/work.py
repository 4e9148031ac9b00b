"""From entries of the journal to jobs, and from outcomes to files and entries."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from formcheck.batch.clips import MEMORY, is_address, shown
from formcheck.batch.entry import Entry, Look
from formcheck.batch.job import Job, Kept, Outcome
from formcheck.batch.journal import MOST_KNOWN, Journal
from formcheck.batch.orders import Orders
from formcheck.batch.places import put_file, put_folder, report_folder, track_path
from formcheck.batch.remote import read_bytes
from formcheck.errors import ClipError, UsageError
from formcheck.pose.bundles import file_sha256


@dataclass(frozen=True, slots=True)
class Work:
    """Turns entries of the journal into jobs, and outcomes into results."""

    journal: Journal
    folder: Path
    orders: Orders

    def entry(self, name: str) -> Entry:
        """A clip by its name."""
        return self.journal.entry(os.fsencode(name))

    def jobs(
        self, names: Sequence[bytes], *, with_clip: bool
    ) -> Iterator[Job | tuple[Entry, Outcome]]:
        """Make a job of each clip as it is asked for.

        Args:
            names: The clips.
            with_clip: Whether the clip itself may be read; else its stored track is judged.

        Yields:
            The job, or the entry with its outcome where there is nothing to work on.

        Raises:
            UsageError: A pose track is missing that must be judged.
        """
        for name in names:
            entry = self.journal.entry(name)
            yield self._job(entry) if with_clip else self._job_by_track(entry)

    def _job(self, entry: Entry) -> Job | tuple[Entry, Outcome]:
        clip = entry.clip
        content = None
        # Such a store is in the memory of this process; no worker can see it.
        if clip.location.startswith(MEMORY):
            try:
                content = read_bytes(clip.location)
            except ClipError as error:
                return entry, Outcome("failed", error.exit_code, str(error))
        return Job(
            name=clip.name,
            location=clip.location,
            content=content,
            exercise=clip.exercise,
            orders=self.orders,
            known=self._known(entry),
            kept=self._kept(entry),
        )

    def _job_by_track(self, entry: Entry) -> Job | tuple[Entry, Outcome]:
        kept = self._kept(entry)
        if kept is not None:
            return Job(entry.clip.name, None, None, entry.clip.exercise, self.orders, kept=kept)
        look = self._look(entry)
        if look is None or look.kept:
            raise UsageError(
                f"the pose track of {shown(entry.clip.name)} is missing or of an older version;"
                " run `formcheck batch` with the same clips again"
            )
        # Nobody was in it, whatever the thresholds.
        return entry, Outcome(look.state, look.exit_code, look.reason, entry.sha256)

    def _known(self, entry: Entry) -> frozenset[str]:
        # A full report names its clip: the same content under another name needs its own.
        if self.orders.reports:
            return frozenset()
        known = self.journal.known(entry)
        if len(known) < MOST_KNOWN or is_address(entry.clip.location):
            return known
        # So many clips of one size are no chance: recordings of a fixed size, say. Reading the
        # clip here is quicker than sending all their digests with it.
        try:
            sha256 = file_sha256(Path(entry.clip.location))
        except (OSError, ValueError):
            return frozenset()
        return frozenset({sha256}) if self.journal.is_known(entry, sha256) else frozenset()

    def _look(self, entry: Entry) -> Look | None:
        if entry.sha256 is None:
            return None
        return self.journal.look(entry.sha256, self.orders.model_sha256)

    def _kept(self, entry: Entry) -> Kept | None:
        look = self._look(entry)
        if look is None or not look.kept or entry.sha256 is None:
            return None
        try:
            track = track_path(self.folder, entry.sha256, self.orders.model_sha256).read_bytes()
        except FileNotFoundError:
            return None
        return Kept(entry.sha256, track, look.luma, look.smear_bodies)

    def take(self, entry: Entry, outcome: Outcome) -> None:
        """Put the files of an outcome in place, then enter it."""
        kept = outcome.kept
        if kept is not None:
            path = track_path(self.folder, kept.sha256, self.orders.model_sha256)
            # One that is there may be damaged: a disk, a copy cut short.
            if not path.is_file() or path.read_bytes() != kept.track:
                put_file(path, kept.track)
        if outcome.files:
            put_folder(self.folder / report_folder(entry.clip.name), outcome.files)
        if outcome.report is not None and outcome.thumbnail is None:
            outcome = replace(outcome, thumbnail=self.journal.earlier_picture(outcome))
        self.journal.take(entry, outcome, self.orders.model_sha256, video=self.orders.video)
