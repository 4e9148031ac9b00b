"""What live says of labelled clips, against what analyze says of them.

    python scripts/compare_live.py LABELS.csv [--clips DIR] [--only WORD]

Every clip's pose track is fed to the judge sample by sample, with nothing of the future in it; the
computing time of each look is added to the clock before its verdict counts. Live agrees on
a clip when it counts as many reps at its end. It agrees on a fault when it has named it, by the end
of the set at the latest.

"Late" is what live tells more than --late seconds (0.5) after it could first be known: when the
recorded road, given the clip up to so long before, says it already, with the same lowering to
0.2 s. Before the movement that it is about has ended nothing is known: a clip that is cut in the
middle of a lowering looks like one that ends there.

Tracks are kept from an earlier ``formcheck analyze``; a clip without one is looked at first.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from formcheck.analysis import judge_track
from formcheck.cli.native_noise import native_noise_hidden
from formcheck.errors import NobodyError
from formcheck.exercises.recognition import AUTO
from formcheck.live.coach import Coach
from formcheck.live.judge import SetJudge
from formcheck.live.judging import LOOK_EVERY_S
from formcheck.live.seen import seen_of
from formcheck.live.verdict import Verdict
from formcheck.pose.bundle_fetch import require_bundle
from formcheck.pose.record import record_track
from formcheck.pose.track import PoseTrack
from formcheck.report.schema import SetReport

SAME_S: Final = 0.2
MIN_PREFIX: Final = 8
Key = tuple[int, str]
"""Index of a rep, and a fault code or ``REP`` for its being counted."""


@dataclass
class Outcome:
    """One clip."""

    name: str
    reps: int
    live_reps: int
    faults: set[Key]
    live_faults: set[Key]
    told: dict[Key, float] = field(default_factory=dict)
    during: set[Key] = field(default_factory=set)
    late: list[Key] = field(default_factory=list)
    withdrawn: int = 0
    cues: list[str] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Said:
    """Something that the recorded road says of a rep.

    Attributes:
        lowered_s: Beginning and end of the rep's lowering.
        ended_s: End of the movement that it is about: of the whole rep for its being counted, of
            the lowering for its tempo, of the way to the turn for everything else.
    """

    lowered_s: tuple[float, float]
    ended_s: float


def recorded(track: PoseTrack) -> tuple[SetReport | None, dict[Key, Said]]:
    """What the recorded road says."""
    try:
        report = judge_track(track, Path("clip")).report
    except NobodyError:
        return None, {}
    known: dict[Key, Said] = {}
    for rep in report.reps:
        lowered, lifted = rep.phases.eccentric, rep.phases.concentric
        when = (np.nan, np.nan) if lowered is None else (lowered.start_s, lowered.end_s)
        ends = [phase.end_s for phase in (lowered, lifted) if phase is not None] or [np.nan]
        if rep.complete:
            known[(rep.index, "REP")] = Said(when, max(ends))
        for fault in rep.faults:
            if fault.severity != "note":
                tempo = fault.code.startswith("ECCENTRIC")
                known[(rep.index, fault.code)] = Said(when, when[1] if tempo else min(ends))
    return report, known


def prefix(track: PoseTrack, until_s: float) -> PoseTrack | None:
    """The track up to a time."""
    rows = track.t_s <= until_s
    if rows.sum() < MIN_PREFIX or not track.found[rows].any():
        return None
    names = ("t_s", "landmarks_px", "landmarks_m", "visibility", "outline")
    return replace(track, **{name: getattr(track, name)[rows] for name in names})


def play(track: PoseTrack, outcome: Outcome) -> None:
    """Feed a track to judge and coach as live would."""
    judge, coach = SetJudge(AUTO, track.model), Coach()
    pending: list[tuple[float, Verdict]] = []
    next_s = float("-inf")
    events = []
    for seen in seen_of(track):
        events += coach.see(seen)
        judge.add(seen)
        while pending and pending[0][0] <= seen.t_s:
            events += coach.take(pending.pop(0)[1], seen.t_s)
        if seen.t_s >= next_s:
            verdict = judge.look()
            outcome.looks.append(verdict.took_s)
            pending.append((seen.t_s + verdict.took_s, verdict))
            next_s = seen.t_s + max(LOOK_EVERY_S, verdict.took_s)
    last_s = float(track.t_s[-1])
    for _, verdict in pending:
        events += coach.take(verdict, last_s)
    outcome.during = {
        (int(event.facts["rep"]), str(event.facts["code"]))
        for event in events
        if event.kind == "fault"
    }
    final = judge.finish()
    events += coach.take(final, last_s)
    outcome.live_reps, outcome.live_faults = final.rep_count, final.fault_keys
    for event in events:
        if event.kind == "rep":
            outcome.told[(int(event.facts["rep"]), "REP")] = event.t_s
        elif event.kind == "fault":
            outcome.told[(int(event.facts["rep"]), str(event.facts["code"]))] = event.t_s
        elif event.kind in ("rep_withdrawn", "fault_withdrawn"):
            outcome.withdrawn += 1
        elif event.kind == "cue":
            outcome.cues.append(f"{event.t_s:.1f} {event.facts['text']}")


def find_late(track: PoseTrack, outcome: Outcome, known: dict[Key, Said], late_s: float) -> None:
    """See what could have been told more than ``late_s`` earlier."""
    answers: dict[float, dict[Key, Said]] = {}
    for key, told_s in outcome.told.items():
        if key not in known:
            continue
        until_s = round(told_s - late_s, 2)
        if until_s <= known[key].ended_s:
            continue
        if until_s not in answers:
            part = prefix(track, until_s)
            answers[until_s] = {} if part is None else recorded(part)[1]
        early = answers[until_s].get(key)
        if early is None:
            continue
        apart = np.abs(np.subtract(early.lowered_s, known[key].lowered_s))
        if not (apart > SAME_S).any():
            outcome.late.append(key)


def compare(clip: Path, track: PoseTrack, late_s: float) -> Outcome:
    """Judge a clip both ways."""
    report, known = recorded(track)
    faults = {key for key in known if key[1] != "REP"}
    reps = 0 if report is None else report.set.rep_count
    outcome = Outcome(clip.stem, reps, 0, faults, set())
    play(track, outcome)
    find_late(track, outcome, known, late_s)
    return outcome


@click.command(help=__doc__)
@click.argument("labels", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--clips", type=click.Path(path_type=Path), help="Folder of the clips.")
@click.option("--only", default="", help="Clips whose name has this word in it.")
@click.option("--late", "late_s", default=0.5, help="Seconds from which on it is late.")
def main(labels: Path, clips: Path | None, only: str, late_s: float) -> None:
    folder = clips or labels.parent
    with labels.open(encoding="utf-8", newline="") as file:
        names = [row["clip"] for row in csv.DictReader(file) if only in row["clip"]]
    table = Table(
        "clip", "reps", "live", "faults", "same", "in the set", "late", "withdrawn", "look s"
    )
    outcomes = []
    with native_noise_hidden():
        bundle = require_bundle("full", None)
        for name in names:
            try:
                track = record_track(folder / name, bundle)
            except NobodyError:
                continue
            outcome = compare(folder / name, track, late_s)
            outcomes.append(outcome)
            same = outcome.faults & outcome.live_faults
            table.add_row(
                outcome.name,
                str(outcome.reps),
                str(outcome.live_reps),
                str(len(outcome.faults)),
                str(len(same)) + (" +" if outcome.live_faults - outcome.faults else ""),
                str(len(outcome.during & outcome.faults)),
                " ".join(f"{rep}:{code}" for rep, code in outcome.late),
                str(outcome.withdrawn),
                f"{np.mean(outcome.looks):.2f}",
            )
            click.echo(f"{outcome.name}: {'; '.join(outcome.cues)}", err=True)
    Console(width=150).print(table)
    sum_up(outcomes, late_s)


def sum_up(outcomes: list[Outcome], late_s: float) -> None:
    counted = sum(one.reps == one.live_reps for one in outcomes)
    both = sum(len(one.faults | one.live_faults) for one in outcomes)
    same = sum(len(one.faults & one.live_faults) for one in outcomes)
    told = sum(
        len(set(one.told) & (one.faults | {(i, "REP") for i in range(99)})) for one in outcomes
    )
    late = sum(len(one.late) for one in outcomes)
    wrong = sum(len(one.during - one.faults) for one in outcomes)
    during = sum(len(one.during & one.faults) for one in outcomes)
    click.echo(f"clips counted alike: {counted} of {len(outcomes)}")
    click.echo(f"faults alike at the end of the set: {same} of {both}")
    click.echo(f"of these told during the set: {during}; told and not held by analyze: {wrong}")
    click.echo(f"told within {late_s} s of when it could be known: {told - late} of {told}")


if __name__ == "__main__":
    main()
