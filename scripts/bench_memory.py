"""How much more memory ``formcheck analyze`` takes for a long clip than for a short one.

    python scripts/bench_memory.py CLIP [--short-s 30] [--long-s 600]

The clip is repeated to both lengths without encoding it again; each copy is analyzed in a
process of its own, whose peak resident set size is read from the system. Not for Windows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import click

_BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024


def repeat_clip(clip: Path, copy: Path, seconds: float) -> float:
    """Write ``clip`` again and again into ``copy`` for at least ``seconds``; gives its length."""
    written_s = Fraction(0)
    with av.open(str(copy), "w") as out:
        target = None
        while written_s < seconds:
            with av.open(str(clip)) as source:
                stream = source.streams.video[0]
                if target is None:
                    target = out.add_stream_from_template(stream)
                written_s += _append(source, stream, out, target, written_s)
    return float(written_s)


def _append(
    source: av.container.InputContainer,
    stream: av.VideoStream,
    out: av.container.OutputContainer,
    target: av.VideoStream,
    start_s: Fraction,
) -> Fraction:
    """Copy all packets, shifted to ``start_s``; gives the length of what was copied."""
    base: Fraction = stream.time_base
    shift = round(start_s / base)
    first = stream.start_time or 0
    end = 0
    for packet in source.demux(stream):
        if packet.dts is None or packet.pts is None:
            continue
        end = max(end, packet.pts - first + (packet.duration or 1))
        packet.pts += shift - first
        packet.dts += shift - first
        packet.stream = target
        out.mux(packet)
    return Fraction(end) * base


def peak_mb(clip: Path, model: str) -> float:
    """Analyze a clip; peak resident set size of the process in MB (1e6 bytes)."""
    with tempfile.TemporaryDirectory() as out:
        words = ["analyze", str(clip), "--model", model, "--no-video", "--fresh", "--out", out]
        process = subprocess.Popen(
            [sys.executable, "-m", "formcheck", *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise click.ClickException(f"analyze failed: {said.decode(errors='replace').strip()}")
    return usage.ru_maxrss * _BYTES_PER_UNIT / 1e6


@click.command()
@click.argument("clip", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--short-s", default=30.0, show_default=True, help="Length of the short clip.")
@click.option("--long-s", default=600.0, show_default=True, help="Length of the long clip.")
@click.option("--model", default="full", show_default=True, metavar="lite|full|heavy")
def main(clip: Path, short_s: float, long_s: float, model: str) -> None:
    """Compare the peak memory of analyze on CLIP repeated to two lengths."""
    peaks = []
    with tempfile.TemporaryDirectory() as folder:
        for wanted_s in (short_s, long_s):
            copy = Path(folder) / f"{wanted_s:g}s.mp4"
            length_s = repeat_clip(clip, copy, wanted_s)
            peaks.append(peak_mb(copy, model))
            click.echo(f"{length_s:7.1f} s: peak {peaks[-1]:.0f} MB")
    click.echo(f"difference: {peaks[1] - peaks[0]:+.0f} MB")


if __name__ == "__main__":
    main()
