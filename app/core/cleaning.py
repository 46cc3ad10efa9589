"""Files of telephones made fit to be shown: in a child process, so that learners' pages are given meanwhile."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from app.core.cleaned import NotTaken

KINDS = ("picture", "sound", "video")
LARGEST = {"picture": 40, "sound": 40, "video": 300}
"""MB of what may be sent."""
ROOT = Path(__file__).resolve().parents[2]
Progress = Callable[[float], bool]
"""Told how far it is, 0 to 1; answers whether to go on."""


class Clean(NamedTuple):
    """`files` by ending: `.webp`, `.640.webp`, `.opus`, `.mp4`, `.360.mp4` …; `seconds` of sound and film."""

    files: dict[str, bytes]
    seconds: int


def clean(kind: str, source: Path, go_on: Progress = lambda part: True) -> Clean:
    """Raises `NotTaken`, with `stopped` where `go_on` said no."""
    with tempfile.TemporaryDirectory(prefix="banhoc-") as folder:
        command = [sys.executable, "-m", "app.core.cleaner", kind, str(source), folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:  # noqa: S603
            try:
                said = _listen(child, go_on)
            finally:
                child.kill()
        if "files" not in said:
            raise NotTaken(said.get("refused", "unreadable"))
        files = {ending: (Path(folder) / name).read_bytes() for ending, name in said["files"].items()}
        return Clean(files, said["seconds"])


def _listen(child: subprocess.Popen[str], go_on: Progress) -> dict[str, Any]:
    """The last thing it says; {} where it died before."""
    said: dict[str, Any] = {}
    for line in child.stdout or ():
        said = json.loads(line)
        if "progress" in said and not go_on(said["progress"]):
            raise NotTaken("stopped")
    return said
