"""Where the model lets go of the lifter and takes hold again, many times a second.

Half sure of what it sees, the model gives up what it follows, searches anew, and may find a body in
chair and machine for a few frames each time. Told to hold on to what it is less sure of, it keeps
the lifter; so those frames are looked at again. Where nobody is found for longer, nobody may be
there, and nothing is looked for with less certainty.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.follow import Patches, Span, blanked, lifter_place, lifter_rows, patched
from formcheck.pose.track import PoseTrack

SHORT_S: Final = 0.2
"""A pose that is held for less, after and before one that is lost for less, flickers."""
LEAST_TIMES: Final = 3
MARGIN_S: Final = 0.25
"""The first pose that is held may still be the wrong one for some frames."""
HOLDING_ON: Final = 0.2
"""Confidence from which on the model holds on to a pose; by itself it asks for 0.5.

On a rendered lifter in a leg curl machine, lost in every sixth frame of the first 1.2 s, shoulders
came to lie within 3 pixels of where they are instead of 90.
"""


def flickers(track: PoseTrack) -> list[tuple[int, int]]:
    """Stretches of frames in which the pose flickers.

    Returns:
        Pairs ``(first, past)`` of rows, in order.
    """
    found = np.concatenate([[0], track.found.astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(found))
    held: list[list[tuple[int, int]]] = [[]]
    for first, past in zip(edges[::2], edges[1::2], strict=True):
        if track.t_s[past - 1] - track.t_s[first] >= SHORT_S:
            held.append([])
            continue
        if held[-1] and track.t_s[first] - track.t_s[held[-1][-1][1] - 1] >= SHORT_S:
            held.append([])
        held[-1].append((int(first), int(past)))
    spans: list[tuple[int, int]] = []
    for times in held:
        if len(times) < LEAST_TIMES:
            continue
        from_s = track.t_s[times[0][0]] - MARGIN_S
        until_s = track.t_s[times[-1][1] - 1] + MARGIN_S
        first = int(np.searchsorted(track.t_s, from_s))
        past = int(np.searchsorted(track.t_s, until_s, side="right"))
        if spans and first <= spans[-1][1]:
            first = spans.pop()[0]
        spans.append((first, past))
    return spans


def flicker_spans(track: PoseTrack) -> list[Span]:
    """What to look at again, with the place of the lifter; none where the lifter is not known."""
    rows = flickers(track)
    if not rows:
        return []
    mine = lifter_rows(blanked(track, _in_any(rows, len(track))))
    if not mine.any():
        return []
    low, high = lifter_place(track, mine)
    return [Span(first, past, low, high) for first, past in rows]


def without_flicker(track: PoseTrack, spans: list[Span], patches: Patches) -> PoseTrack:
    """The track with what was seen on a second look in place of what flickered."""
    rows = _in_any([(span.first, span.past) for span in spans], len(track))
    held = patched(blanked(track, rows), patches)
    found = int((held.found & rows).sum())
    note = f"In {int(rows.sum())} frames the lifter was hardly seen, and was held on to in {found}."
    return replace(held, notes=(*track.notes, note))


def _in_any(spans: list[tuple[int, int]], count: int) -> NDArray[np.bool_]:
    inside = np.zeros(count, dtype=bool)
    for first, past in spans:
        inside[first:past] = True
    return inside
