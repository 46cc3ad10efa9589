"""Speech made small and equally loud, without the silence before and behind. PyAV alone; run it beside the server."""

import math
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import av
from av.audio.frame import AudioFrame
from av.filter import Graph

from app.core.cleaned import NotTaken

BITS = 16_000
"""A second; with what Ogg adds a minute stays under 130 KB."""
RATE = 48_000
MOST_SECONDS = 600
FAINT = -52.0
"""Decibels beneath full scale: no tenth of a second is louder where nobody spoke."""
TRIM = "start_periods=1:start_threshold=-42dB:start_silence=0.15:detection=rms"
"""Comes after levelling, so that what counts as silence does not depend on the telephone."""
CHAIN = (
    ("aformat", "sample_fmts=flt:channel_layouts=mono:sample_rates=48000"),
    ("highpass", "f=70"),
    ("loudnorm", "I=-18:TP=-2:LRA=11"),
    ("aresample", str(RATE)),
    ("silenceremove", TRIM),
    ("areverse", ""),
    ("silenceremove", TRIM),
    ("areverse", ""),
    ("aformat", f"sample_fmts=s16:channel_layouts=mono:sample_rates={RATE}"),
)
READERS = (
    "aac,ac3,aiff,amr,asf,avi,caf,flac,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpeg,mpegts,ogg,wav,w64"
)
OPENING = {"protocol_whitelist": "file", "format_whitelist": READERS}
"""A playlist, which could name other files, is none of these."""


class Speech(NamedTuple):
    data: bytes
    seconds: int


def clean(path: Path, into: Path) -> Speech:
    """Any recording a telephone makes, as Opus in Ogg, mono; `into` is a file to write it to. Raises `NotTaken`."""
    try:
        with av.open(str(path), options=OPENING) as source:
            if not source.streams.audio:
                raise NotTaken("unreadable")
            if source.duration and source.duration / av.time_base > MOST_SECONDS:
                raise NotTaken("too-long")
            seconds = encode(_levelled(source), into)
    except (OSError, ValueError, MemoryError) as error:
        raise NotTaken("unreadable") from error
    if not seconds:
        raise NotTaken("silent")
    return Speech(into.read_bytes(), max(1, round(seconds)))


def _levelled(source: Any) -> Iterator[AudioFrame]:
    stream, heard = source.streams.audio[0], Heard()
    graph = chain(CHAIN, stream)
    for frame in source.decode(stream):
        heard.take(frame)
        graph.push(frame)
        yield from pulled(graph)
    if heard.loudest < FAINT:
        return
    graph.push(None)
    yield from pulled(graph)


class Heard:
    """How loud the loudest tenth of a second was, in decibels beneath full scale."""

    def __init__(self) -> None:
        self.loudest, self.seconds = -120.0, 0.0
        self._to = av.AudioResampler("s16", "mono", 8000)

    def take(self, frame: AudioFrame) -> None:
        self.seconds += frame.samples / frame.sample_rate
        if self.seconds > MOST_SECONDS:
            raise NotTaken("too-long")
        for small in self._to.resample(frame):
            samples = array("h", bytes(small.planes[0])[: 2 * small.samples])
            power = sum(value * value for value in samples[::4]) / max(1, len(samples[::4]))
            self.loudest = max(self.loudest, 10 * math.log10(max(power, 1e-9) / 32768**2))


def chain(filters: Iterable[tuple[str, str]], stream: Any) -> Graph:
    graph = Graph()
    nodes = [graph.add_abuffer(template=stream)]
    nodes += [graph.add(name, args) if args else graph.add(name) for name, args in filters]
    graph.link_nodes(*nodes, graph.add("abuffersink")).configure()
    return graph


def pulled(graph: Graph) -> Iterator[Any]:
    """What has come out so far."""
    while True:
        try:
            yield graph.pull()
        except (BlockingIOError, EOFError):
            return


def encode(frames: Iterable[AudioFrame], into: Path) -> float:
    """Seconds written."""
    samples = 0
    with av.open(str(into), "w", format="ogg") as file:
        how = {"application": "voip", "vbr": "constrained", "frame_duration": "40"}
        opus = file.add_stream("libopus", rate=RATE, layout="mono", options=how, bit_rate=BITS)
        for frame in frames:
            frame.pts = None
            samples += frame.samples
            file.mux(opus.encode(frame))
        if samples:
            file.mux(opus.encode(None))
    return samples / RATE
