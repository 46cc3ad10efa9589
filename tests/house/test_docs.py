"""What the README and the guides say is true: their commands run, their links lead somewhere, their words are on the screen."""

import os
import re
import socket
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
GUIDES = sorted((ROOT / "docs/guides").glob("*.md"))


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.S)
    return [line for block in blocks for line in block.splitlines() if line]


def plain_environment() -> dict[str, str]:
    """As a reader's shell has it, with nothing of the test run that we are in."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "MAKE", "MFLAGS"))
    }


def serve(data: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **plain_environment(),
        "PORT": str(port),
        "BANHOC_DATA": str(data),
        "BANHOC_LANGUAGES": "vi",
    }
    address = f"http://127.0.0.1:{port}"
    command = ["make", "serve"]
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, start_new_session=True, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout and any(line == f"Bản Học: {address}\n" for line in server.stdout)
        with urllib.request.urlopen(f"{address}/vi/courses/dt05/01-ba-cau-hoi") as answer:
            assert "Ba câu hỏi trước khi làm theo" in answer.read().decode()
    finally:
        os.killpg(server.pid, 15)
        server.communicate(timeout=20)


def one_test(data: Path) -> None:
    """The whole suite would run itself for ever; one file of it shows that the command works."""
    environment = {**plain_environment(), "ARGS": "tests/courses/test_qr.py -p no:cacheprovider"}
    run = subprocess.run(["make", "test"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed" in run.stdout


RUN: dict[str, Callable[[Path], None]] = {"make serve": serve, "make test": one_test}


def test_the_readme_opens_with_its_two_commands() -> None:
    assert commands()[:2] == ["make serve", "make test"]


@pytest.mark.parametrize("command", commands())
def test_every_command_of_the_readme_works(command: str, tmp_path: Path) -> None:
    RUN[command](tmp_path)


def test_every_link_leads_somewhere() -> None:
    for file in (ROOT / "README.md", *GUIDES):
        for target in re.findall(r'(?:\]\(|src=")([^)"#]+)', file.read_text("utf-8")):
            assert "://" in target or (file.parent / target).exists(), (file.name, target)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_the_words_a_guide_tells_to_touch_are_on_the_screen(guide: Path) -> None:
    catalogue = (ROOT / "content/words/vi.po").read_text("utf-8")
    for word in re.findall(r"\*\*([^*]+)\*\*", guide.read_text("utf-8")):
        assert f'msgstr "{word}"' in catalogue, word
