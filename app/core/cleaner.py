"""Cleans one file: a process of its own, last in line for the processor, with its memory bounded.

`python -m app.core.cleaner KIND FILE FOLDER` says `{"progress": 0.4}` a line and at last `{"files": {ending: name},
"seconds": n}` or `{"refused": reason}`.
"""

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from app.core.cleaned import NotTaken

MEMORY = 2 * 1024**3
"""Bytes of addresses; what is really used is a tenth of it."""
CPU_SECONDS = {"picture": 60, "sound": 300, "video": 3600}


def main(kind: str, source: str, folder: str) -> None:
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS[kind], CPU_SECONDS[kind] + 5))
    try:
        files, seconds = _clean(kind, Path(source), Path(folder))
    except NotTaken as refusal:
        _say(refused=refusal.reason)
    except MemoryError:
        _say(refused="too-large")
    else:
        _say(files={ending: path.name for ending, path in files.items()}, seconds=seconds)


def _clean(kind: str, source: Path, into: Path) -> tuple[dict[str, Path], int]:
    if kind == "sound":
        from app.core import voices

        made = into / "voice.opus"
        return {".opus": made}, voices.clean(source, made).seconds
    if kind == "video":
        from app.core import films

        return films.clean(source, into, _Progress())
    from app.core import photos

    files = {}
    for ending, data in photos.clean(source).items():
        files[ending] = into / f"photo{ending}"
        files[ending].write_bytes(data)
    return files, 0


class _Progress:
    """Says each hundredth once."""

    def __init__(self) -> None:
        self.said = -1

    def __call__(self, part: float) -> None:
        if int(100 * part) > self.said:
            self.said = int(100 * part)
            _say(progress=self.said / 100)


def _say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
