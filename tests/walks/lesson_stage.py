"""A real server with the lesson that has everything, and a real Chromium."""

import os
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from threading import Thread
from time import monotonic, sleep
from typing import Any

import uvicorn
from axe_playwright_python.base import AXE_SCRIPT
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import Connection

from app.core import ids
from app.core.db import Database
from app.core.migrate import upgrade
from app.core.settings import Settings
from app.curriculum import actions as curriculum
from app.main import create_app, restock
from tests.walks.learner import until
from tests.web.everything import FILES

MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
PLAIN = ["--no-sandbox", "--disable-gpu", *MICROPHONE]
"""Without a graphics card, one drawn in software costs a quarter more time; with a microphone that beeps."""
CHROMIUM = (
    os.environ.get("BANHOC_CHROMIUM") or which("chromium-headless-shell") or which("chromium") or "chromium"
)
"""Without windows the same browser takes three fifths of the processor's time."""
PHONE = {"width": 360, "height": 640}
LESSON = "/courses/dt99/01-hoi"
SCENES = {"kit:market": "kit:story-market-phone", "kit:phone": "kit:phone-stranger"}


def folder(to: Path) -> Path:
    """The course folder, its pictures those of the real kit, its one voice five seconds of silence."""
    for name, text in FILES.items():
        for scene, real in SCENES.items():
            text = text.replace(f'"{scene}"', f'"{real}"')
        path = to / "dt99" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with wave.open(str(to / "dt99/01-hoi/media/story.vi.opus"), "wb") as voice:
        voice.setparams((1, 1, 8000, 0, "NONE", ""))
        voice.writeframes(b"\x80" * 8000 * 5)
    return to / "dt99"


@contextmanager
def served(data: Path) -> Iterator[str]:
    """The application on a port of its own; gives its address."""
    settings = Settings(data=data, database_url=f"sqlite:///{data / 'banhoc.db'}", show_drafts=True)
    database = Database(settings.database)
    upgrade(database)
    database.close()
    app = create_app(settings)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = Thread(target=server.run)
    thread.start()
    try:
        _wait(server)
        _publish(app, folder(data))
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _wait(server: uvicorn.Server, seconds: float = 20) -> None:
    end = monotonic() + seconds
    while not server.started:
        assert monotonic() < end, "the server did not start"
        sleep(0.02)


def _publish(app: FastAPI, course: Path) -> None:
    state = app.state

    def work(conn: Connection) -> None:
        brought = curriculum.bring_in(conn, state.shelf.blobs, state.library, course, ids.new())
        curriculum.publish(conn, brought, ids.new())

    state.writer.call(work)
    restock(app)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=PLAIN)
        yield browser
        browser.close()


@contextmanager
def phone(browser: Browser, address: str, **options: Any) -> Iterator[BrowserContext]:
    """A phone whose pages must not log an error."""
    context = browser.new_context(base_url=address, viewport=PHONE, has_touch=True, **options)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    yield context
    context.close()
    assert errors == []


AXE = """() => axe.run({
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
}).then(found => found.violations)"""


def violations(page: Page) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:160]}"
        for one in page.evaluate(AXE)
        for node in one["nodes"]
    ]


def to_card(page: Page, id: str) -> None:
    page.evaluate("id => { location.hash = id }", id)
    until(lambda: page.evaluate("id => !document.getElementById(id).closest('.card').hidden", id))


def left_here(page: Page) -> list[str]:
    """The ids of what waits on the phone."""
    found: list[str] = page.evaluate("() => Object.keys(localStorage).filter(key => key.startsWith('out:'))")
    return found
