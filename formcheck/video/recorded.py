"""When a clip was recorded, as far as the file tells."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from formcheck.errors import ClipError
from formcheck.video.reader import open_picture_stream


def creation_time(clip: Path) -> datetime | None:
    """The time that the recording device has written into the container, with its offset.

    Returns:
        ``None`` when there is none, or the clip cannot be read.
    """
    try:
        container, stream = open_picture_stream(clip)
    except ClipError:
        return None
    try:
        told = container.metadata.get("creation_time") or stream.metadata.get("creation_time")
    finally:
        container.close()
    try:
        moment = datetime.fromisoformat(told or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
