"""Films of telephones at 240 and 360 lines, with a picture to stand for them. PyAV; run it beside the server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import av
from av.filter import Graph

from app.core import photos, voices
from app.core.cleaned import NotTaken

MOST_SECONDS = 900
RATE = 24
"""Pictures a second at most."""
SOUND = 32_000
POSTER_AT = 0.1
"""Of its length."""


class Size(NamedTuple):
    """`lines` of the shorter side; bits a second at most."""

    ending: str
    lines: int
    bits: int


SIZES = (Size(".mp4", 240, 140_000), Size(".360.mp4", 360, 320_000))
"""A learner is offered the smaller first."""
Progress = Callable[[float], None]


def clean(path: Path, into: Path, progress: Progress) -> tuple[dict[str, Path], int]:
    """Files by ending, the poster's among them, in the folder `into`; and seconds. Raises `NotTaken`."""
    try:
        made, seconds = _films(path, into, progress)
    except (OSError, ValueError, MemoryError) as error:
        raise NotTaken("unreadable") from error
    return made, seconds


def _films(path: Path, into: Path, progress: Progress) -> tuple[dict[str, Path], int]:
    made: dict[str, Path] = {}
    for number, size in enumerate(SIZES):
        with av.open(str(path), options=voices.OPENING) as source:
            if not source.streams.video:
                raise NotTaken("unreadable")
            total = (source.duration or 0) / av.time_base
            if total > MOST_SECONDS:
                raise NotTaken("too-long")
            made[size.ending] = into / f"film{size.ending}"
            film = _Film(source, size, into / "poster.png" if number == 0 else None, POSTER_AT * total)

            def part(at: float, before: int = number, whole: float = total) -> None:
                progress((before + min(1.0, at / whole if whole else 0)) / len(SIZES))

            seconds = film.write(made[size.ending], part)
    for ending, data in photos.clean(into / "poster.png").items():
        made[ending] = into / f"poster{ending}"
        made[ending].write_bytes(data)
    return made, seconds


class _Film:
    def __init__(self, source: Any, size: Size, poster: Path | None, poster_at: float) -> None:
        self.source, self.size, self.poster, self.poster_at = source, size, poster, poster_at
        self.picture = source.streams.video[0]
        self.picture.thread_type = "NONE"
        self.sound = source.streams.audio[0] if source.streams.audio else None
        self.graph: Graph | None = None
        self.shot: Any = None

    def write(self, to: Path, progress: Progress) -> int:
        end = 0.0
        with av.open(str(to), "w", format="mp4", options={"movflags": "faststart"}) as file:
            video: Any = None
            audio: Any = None
            levels: Graph | None = None
            if self.sound is not None:
                audio = file.add_stream("aac", rate=44100, layout="mono", bit_rate=SOUND)
                how = (("aformat", "sample_fmts=fltp:channel_layouts=mono:sample_rates=44100"),)
                levels = voices.chain(how, self.sound)
            waiting: list[Any] = []
            streams = [one for one in (self.picture, self.sound) if one is not None]
            for frame in self.source.decode(*streams):
                if isinstance(frame, av.VideoFrame):
                    end = max(end, frame.time or 0.0)
                    progress(end)
                    if end > MOST_SECONDS:
                        raise NotTaken("too-long")
                    for small in self._scaled(frame):
                        if video is None:
                            video = self._stream(file, small)
                        file.mux(video.encode(small))
                elif levels is not None:
                    levels.push(frame)
                    waiting += voices.pulled(levels)
                if video is not None:
                    for one in waiting:
                        file.mux(audio.encode(one))
                    waiting.clear()
            for small in self._rest():
                file.mux(video.encode(small))
            for stream in (video, audio):
                if stream is not None:
                    file.mux(stream.encode(None))
            if video is None:
                raise NotTaken("unreadable")
        self._keep_poster()
        return max(1, round(end))

    def _stream(self, file: Any, frame: Any) -> Any:
        how = {
            "preset": "veryfast", "profile": "main", "crf": "28", "threads": "1",
            "maxrate": str(self.size.bits), "bufsize": str(2 * self.size.bits),
        }  # fmt: skip
        stream = file.add_stream("libx264", rate=RATE, options=how)
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "yuv420p"
        stream.time_base = frame.time_base
        return stream

    def _scaled(self, frame: Any) -> Iterator[Any]:
        if self.graph is None:
            self.graph = self._chain(frame)
        self.graph.push(frame)
        yield from self._watched()

    def _rest(self) -> Iterator[Any]:
        if self.graph is not None:
            self.graph.push(None)
            yield from self._watched()

    def _watched(self) -> Iterator[Any]:
        for small in voices.pulled(self.graph):  # type: ignore[arg-type]
            small.pict_type = 0
            if self.poster and (self.shot is None or (small.time or 0.0) <= self.poster_at):
                self.shot = small
            yield small

    def _chain(self, frame: Any) -> Graph:
        """Upright, no larger than it was, both sides even."""
        graph = Graph()
        turned = {90: "cclock", -270: "cclock", -90: "clock", 270: "clock"}.get(frame.rotation, "")
        lines = self.size.lines
        scale = (
            f"w='if(gt(iw,ih),-2,trunc(min({lines},iw)/2)*2)':h='if(gt(iw,ih),trunc(min({lines},ih)/2)*2,-2)'"
        )
        nodes = [graph.add_buffer(template=self.picture)]
        if turned:
            nodes.append(graph.add("transpose", turned))
        elif frame.rotation in (180, -180):
            nodes += [graph.add("hflip"), graph.add("vflip")]
        nodes += [
            graph.add("fps", str(min(RATE, self.picture.average_rate or RATE))),
            graph.add("scale", scale),
        ]
        nodes += [graph.add("setsar", "1"), graph.add("format", "yuv420p"), graph.add("buffersink")]
        graph.link_nodes(*nodes).configure()
        return graph

    def _keep_poster(self) -> None:
        if self.poster and self.shot is not None:
            self.shot.to_image().save(self.poster)
