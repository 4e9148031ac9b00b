"""From a clip to its pose track: look once, keep the track, use it again."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

from formcheck.errors import NobodyError
from formcheck.pose.bundles import Bundle, ProgressCallback
from formcheck.pose.look import look_at_clip
from formcheck.pose.track import TRACK_VERSION, PoseTrack, load_track, save_track
from formcheck.video.reader import ClipReader

LOOK_VERSION: Final = 3
"""Raised when the same clip and model would give another track; stored ones are then left."""
CACHE_VARIABLE: Final = "FORMCHECK_CACHE"
CACHE_LIMIT_BYTES: Final = 1_000_000_000


def record_track(
    clip: Path,
    bundle: Bundle,
    *,
    fresh: bool = False,
    keep: bool = True,
    progress: ProgressCallback | None = None,
) -> PoseTrack:
    """The pose track of a clip: the one kept from an earlier look, or a new one.

    Args:
        clip: The clip.
        bundle: The model to look with.
        fresh: Look again even if a track is kept.
        keep: Keep a new track; not for whoever keeps it elsewhere.
        progress: Called with a label, the frames done and the frames there are, if known.

    Returns:
        The track, with the lifter alone in it.

    Raises:
        ClipError: The clip cannot be read.
        NobodyError: No person is in any frame.
    """
    ClipReader(clip).close()
    digest = _sha256(clip)
    kept = _kept_path(digest, bundle)
    track = None if fresh else load_track(kept)
    if track is None:
        track = look_at_clip(clip, digest, bundle, progress)
        if keep:
            _keep(track, kept)
    if not track.found.any():
        raise NobodyError(
            f"{clip}: no person in any of {len(track)} frames; "
            "film the whole body from the side, in good light"
        )
    return track


def keep_track(clip: Path, bundle: Bundle, track: PoseTrack) -> None:
    """Keep a track that was made while a clip was recorded, so that nobody looks at it again.

    Args:
        clip: The clip as recorded.
        bundle: The model that made the track.
        track: The track, on the clip's own clock.

    Raises:
        OSError: The clip cannot be read.
    """
    digest = _sha256(clip)
    facts = replace(track.clip, name=clip.name, sha256=digest)
    _keep(replace(track, clip=facts), _kept_path(digest, bundle))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cache_folder() -> Path:
    """Where pose tracks are kept: ``FORMCHECK_CACHE``, else the user's cache folder."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named) if named else user_cache_path("formcheck", appauthor=False)


def _kept_path(digest: str, bundle: Bundle) -> Path:
    name = f"{digest[:32]}-{bundle.sha256[:16]}-v{TRACK_VERSION}.{LOOK_VERSION}.npz"
    return cache_folder() / "tracks" / name


def _keep(track: PoseTrack, path: Path) -> None:
    """Keep a track for the next time; a cache that cannot be written costs time, not the result."""
    try:
        save_track(track, path)
        _prune(path.parent)
    except OSError:
        return


def _prune(folder: Path) -> None:
    """Drop the tracks that were written longest ago when the cache is past its limit."""
    files = sorted(folder.glob("*.npz"), key=lambda file: file.stat().st_mtime)
    total = sum(file.stat().st_size for file in files)
    for file in files[:-1]:
        if total <= CACHE_LIMIT_BYTES:
            return
        total -= file.stat().st_size
        file.unlink(missing_ok=True)
