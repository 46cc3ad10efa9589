"""A real uvicorn in a process of its own: ours on an empty folder of data, or a bare application beside it."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
PORTS = iter(range(8950, 9000))
FIRST_START = 240
"""Seconds a slow machine may take to print ten courses in five languages."""


class Server:
    def __init__(self, process: subprocess.Popen[bytes], port: int, data: Path) -> None:
        self.process, self.port, self.data = process, port, data

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def peak_memory(self) -> int:
        """Bytes of resident memory at its highest."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024


@contextmanager
def banhoc(**environment: str) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        given = {"BANHOC_DATA": folder, "BANHOC_SHOW_DRAFTS": "1", **environment}
        with _running(
            [sys.executable, "-m", "app.cli", "serve"], Path(folder), given, "BANHOC_PORT"
        ) as server:
            yield server


@contextmanager
def bare(application: str, **environment: str) -> Iterator[Server]:
    """`application` is a module and a name in it, as uvicorn takes it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.bare", application]
        with _running(command, Path(folder), {"BARE_DATA": folder, **environment}, "BARE_PORT") as server:
            yield server


@contextmanager
def _running(command: list[str], data: Path, environment: dict[str, str], port_name: str) -> Iterator[Server]:
    port = next(PORTS)
    environment = {**os.environ, **environment, port_name: str(port)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", process)
        yield Server(process, port, data)
    finally:
        process.terminate()
        process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(FIRST_START * 10):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {url}")
