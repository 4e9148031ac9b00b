"""What goes to a worker and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from formcheck.batch.orders import Orders

State = Literal["scored", "not_assessable", "failed"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier look at a clip gave: enough to judge it again.

    Attributes:
        sha256: Digest of the clip.
        track: The pose track as a file.
        luma: How light the pictures are, NaN when unknown (see ``PictureFacts``).
        smear_bodies: How blurred they are, NaN when unknown.
    """

    sha256: str
    track: bytes
    luma: float
    smear_bodies: float


@dataclass(frozen=True, slots=True)
class Job:
    """One clip to judge.

    Attributes:
        name: The clip as the user named it.
        location: Path or address; ``None`` when it must be judged by its track alone.
        content: The clip itself, where no worker could fetch it.
        exercise: Name of an exercise or ``auto``.
        orders: What holds for all clips.
        known: Digests of contents that are judged already and have this clip's size.
        kept: An earlier look at the same content.
    """

    name: str
    location: str | None
    content: bytes | None
    exercise: str
    orders: Orders
    known: frozenset[str] = frozenset()
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture of a clip's worst fault."""

    rep: int
    code: str
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a clip.

    Attributes:
        state: ``scored``: the set has a score. ``not_assessable``: it has none, or nobody or no
            rep is in it. ``failed``: it could not be read, or judging it went wrong.
        exit_code: That of ``formcheck analyze`` for this clip.
        reason: Why it is not scored, without the clip's name; empty when it is.
        sha256: Digest of the content, ``None`` when it could not be read.
        same: Nothing was done: the content is among the known ones.
        report: ``report.json`` without path and evidence; ``None`` when there is no report.
        worst: Rep and code of the worst fault, if there is one.
        kept: The look, for judging again; ``None`` when nobody was seen.
        thumbnail: Picture of the worst fault.
        files: Files of the full report by name, where one was asked for.
        seconds: Time it took the worker.
    """

    state: State
    exit_code: int = 0
    reason: str = ""
    sha256: str | None = None
    same: bool = False
    report: str | None = None
    worst: tuple[int, str] | None = None
    kept: Kept | None = None
    thumbnail: Thumbnail | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    seconds: float = 0.0
