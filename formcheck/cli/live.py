"""``formcheck live``: coach a set in front of a camera while it happens."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from formcheck.cli.analyze import _registered, analyze
from formcheck.cli.console import drop_stdout, warn
from formcheck.cli.log_options import weight_option
from formcheck.cli.native_noise import native_noise_hidden
from formcheck.errors import FormcheckError, NobodyError

if TYPE_CHECKING:
    from formcheck.live.events import Event
    from formcheck.live.keeper import Keeper
    from formcheck.live.session import Outcome
    from formcheck.pose.bundles import Bundle

USUAL_LOG: Final = ""
"""``--log`` without a file."""
VOICE_ADVICE: Final = "no speech on this system: install espeak-ng to hear the cues"
TICK_ADVICE: Final = "nothing here plays sounds: no metronome (install alsa-utils or similar)"


@click.command(short_help="Coach a set in front of a camera while it happens.")
@click.option("--camera", type=click.IntRange(min=0), metavar="N", help="Which camera, from 0.")
@click.option(
    "--source", metavar="FILE|URL", help="A clip, or an RTSP or HTTP stream, instead of a camera."
)
@click.option("--fast", is_flag=True, help="Play a clip as fast as it goes, leaving nothing out.")
@click.option(
    "--exercise",
    callback=_registered,
    metavar="NAME|auto",
    default="auto",
    show_default=True,
    help="Which exercise is done; auto finds out in each set.",
)
@click.option(
    "--model",
    metavar="lite|full|heavy|FILE",
    default="full",
    show_default=True,
    help="Pose model, or the path of a .task file. lite sees the back less well.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.toml",
    help="Thresholds that replace the built-in ones.",
)
@click.option("--lifter", metavar="NAME", help="Keep this lifter's own neutral back between sets.")
@click.option("--voice", is_flag=True, help="Say the cues aloud.")
@click.option("--metronome", is_flag=True, help="Tick once a second while the weight is lowered.")
@click.option(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.mp4",
    help="Record the pictures as they are.",
)
@click.option(
    "--log",
    "log_file",
    is_flag=False,
    flag_value=USUAL_LOG,
    metavar="[FILE]",
    help="Put each set into the training log.  [default: only if FORMCHECK_LOG is set]",
)
@click.option("--no-log", is_flag=True, help="Log nothing, although FORMCHECK_LOG is set.")
@weight_option
@click.option("--headless", is_flag=True, help="No window; print events as lines of JSON.")
@click.option("--full-screen", is_flag=True, help="Let the window fill the screen.")
@click.pass_context
def live(
    context: click.Context,
    camera: int | None,
    source: str | None,
    fast: bool,
    exercise: str,
    model: str,
    config: Path | None,
    lifter: str | None,
    voice: bool,
    metronome: bool,
    record: Path | None,
    log_file: str | None,
    no_log: bool,
    weight_kg: float | None,
    headless: bool,
    full_screen: bool,
) -> None:
    """Count reps, time them and cue faults while you lift, by the rules of formcheck analyze.

    Ctrl-C or q ends it: the recording is finished and the sets are summed up.
    """
    if camera is not None and source is not None:
        raise click.UsageError("give either --camera or --source", ctx=context)
    if fast and (source is None or "://" in source):
        raise click.UsageError("--fast is for clips: give one with --source FILE", ctx=context)
    if record is not None and record.suffix.lower() != ".mp4":
        raise click.UsageError("--record writes .mp4: give a name that ends so", ctx=context)
    if no_log and log_file is not None:
        raise click.UsageError("give either --log or --no-log", ctx=context)
    log_to = None if no_log else _log_to(log_file)
    if weight_kg is not None and log_to is None:
        raise click.UsageError("--weight-kg is for the log: give --log too", ctx=context)
    with native_noise_hidden():
        outcome = _coach(
            camera or 0, source, fast, exercise, model, config, lifter,
            voice, metronome, record, log_to, weight_kg, headless, full_screen,
        )  # fmt: skip
    if outcome.error is not None:
        raise outcome.error
    _offer_report(context, outcome, exercise, model, config, headless)
    if not outcome.sets:
        name = source or f"camera {camera or 0}"
        raise NobodyError(
            f"{name}: no set was seen; stand with your side to the camera, all of you in it"
        )


def _coach(
    camera: int,
    source: str | None,
    fast: bool,
    exercise: str,
    model: str,
    config: Path | None,
    lifter: str | None,
    voice: bool,
    metronome: bool,
    record: Path | None,
    log_to: Path | None,
    weight_kg: float | None,
    headless: bool,
    full_screen: bool,
) -> Outcome:
    from formcheck.cli.console import progress_bar
    from formcheck.exercises.registry import check_override, exercise_settings
    from formcheck.live.profile import load_profile, save_profile
    from formcheck.live.session import Options, Session
    from formcheck.live.voice import Metronome, Voice, speech_command
    from formcheck.live.voice import metronome as new_metronome
    from formcheck.live.window import Window
    from formcheck.pose.bundle_fetch import require_bundle
    from formcheck.video.camera import open_source

    if config is not None and exercise == "auto":
        check_override(config)
    elif config is not None:
        exercise_settings(exercise, config)
    profile = None if lifter is None else load_profile(lifter)
    pictures = open_source(camera, source, fast=fast)
    keeper = None if log_to is None else _keeper(log_to, source, lifter or "", weight_kg)
    with progress_bar() as progress:
        bundle = require_bundle(model, progress)
    speaker: Voice | None = None
    ticker: Metronome | None = None
    try:
        if voice:
            command = speech_command()
            speaker = None if command is None else Voice(command)
            if speaker is None:
                warn(VOICE_ADVICE)
        if metronome:
            ticker = new_metronome()
            if ticker is None:
                warn(TICK_ADVICE)
        options = Options(exercise, fast, config, record, profile)
        told = _print_json if headless else _print_nothing
        window = None if headless else Window(full_screen=full_screen)
        session = Session(pictures, bundle, options, told, speaker, ticker, keeper)
        outcome = session.run(window)
        if speaker is not None and speaker.failed:
            warn(f"the speech command failed {speaker.failed} times")
    finally:
        for sound in (speaker, ticker):
            if sound is not None:
                sound.close()
    if profile is not None:
        for one in outcome.sets:
            if one.exercise is not None:
                profile = profile.after({one.exercise: one.bends_deg})
        save_profile(profile)
    if outcome.recorder is not None:
        _keep_recording(outcome, bundle, keeper)
    _sum_up(outcome, headless, keeper)
    return outcome


def _log_to(given: str | None) -> Path | None:
    """The log to write to; ``None`` when nothing is to be logged."""
    from formcheck.training_log.store import LOG_VARIABLE, log_path

    if given is None and not os.environ.get(LOG_VARIABLE):
        return None
    return log_path(Path(given) if given else None)


def _keeper(log_to: Path, source: str | None, lifter: str, weight_kg: float | None) -> Keeper:
    from formcheck.live.keeper import Keeper, played
    from formcheck.training_log.judged import Said

    clip = None if source is None or "://" in source else Path(source)
    origin = None if clip is None else played(clip)
    return Keeper(log_to, Said(lifter=lifter, weight_kg=weight_kg), origin)


def _keep_recording(outcome: Outcome, bundle: Bundle, keeper: Keeper | None) -> None:
    recorder = outcome.recorder
    assert recorder is not None
    if recorder.problem is not None:
        warn(f"the recording {recorder.path} ended early: {recorder.problem}")
    if recorder.left_out:
        reason = "disk or processor was behind"
        count = recorder.left_out
        were = "1 picture was" if count == 1 else f"{count} pictures were"
        warn(f"{were} left out of the recording: {reason}")
    recorder.keep_track(bundle)
    if keeper is None or not recorder.written or recorder.first_s is None:
        return
    try:
        keeper.recorded(recorder.path, recorder.first_s)
    except (FormcheckError, OSError) as error:
        warn(f"the log does not know that {recorder.path} shows its sets: {error}")


def _sum_up(outcome: Outcome, headless: bool, keeper: Keeper | None) -> None:
    from formcheck.live.events import Event
    from formcheck.live.session import summary_lines

    recorder = outcome.recorder
    recording = str(recorder.path) if recorder is not None and recorder.written else None
    for number, one in enumerate(outcome.sets, start=1):
        if keeper is not None and one.rep_count and number not in keeper.ids:
            warn(f"set {number} is not in the log {keeper.path}")
    if headless:
        facts = {
            "sets": len(outcome.sets),
            "reps": sum(one.rep_count for one in outcome.sets),
            "pictures": outcome.delivered,
            "dropped": outcome.dropped,
            "recording": recording,
        }
        _print_json(Event("end", outcome.seconds, facts))
        return
    for number, one in enumerate(outcome.sets, start=1):
        for line in summary_lines(one, number):
            click.echo(line)
        if keeper is not None and number in keeper.ids:
            click.echo(f"In the log as set {keeper.ids[number]} ({keeper.path})")
    if recording is not None:
        click.echo(f"Recorded: {recording}")


def _offer_report(
    context: click.Context,
    outcome: Outcome,
    exercise: str,
    model: str,
    config: Path | None,
    headless: bool,
) -> None:
    """Offer the whole report of the recording, whose pose track is stored already."""
    recorder = outcome.recorder
    if headless or recorder is None or not recorder.written or not outcome.sets:
        return
    if not (sys.stdin is not None and sys.stdin.isatty()):
        click.echo(f"Full report, without another look: formcheck analyze {recorder.path}")
        return
    if click.confirm("Write the full report of the recording now?", default=True):
        context.invoke(
            analyze, clips=(recorder.path,), exercise=exercise, model=model, config=config
        )


def _print_json(event: Event) -> None:
    try:
        click.echo(event.line())
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the events has gone; the coaching goes on.
        drop_stdout()


def _print_nothing(event: Event) -> None:
    if event.kind == "warning":
        warn(str(event.facts["message"]))
