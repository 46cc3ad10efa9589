"""What the walks share: one stock and one browser a run, one server a file, one phone a test."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from app import main
from app.curriculum.library import Library
from app.web import words
from tests.walks.learner import SECONDS, until
from tests.walks.lesson_stage import chromium, phone
from tests.walks.school import School, copied, school, stocked

PATIENCE = SECONDS * 1000
"""Milliseconds, for whatever a walk waits for: the machine may be busy."""
expect.set_options(timeout=PATIENCE)
READY, STOCKED_WITHIN = "ready", 120
NewPhone = Callable[..., BrowserContext]


@pytest.fixture(scope="session", autouse=True)
def one_library() -> Iterator[None]:
    """The kit is composed once a run, and the interface's words are read once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(main, "Library", cache(Library))
        patch.setattr(main.interface, "read", cache(words.read))
        yield


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made by the worker that comes first; the others wait for it."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "stock"
    try:
        folder.mkdir()
    except FileExistsError:
        until((folder / READY).exists, STOCKED_WITHIN)
    else:
        stocked(folder)
        (folder / READY).touch()
    return folder


@pytest.fixture(scope="module")
def dt05(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    with school(copied(stock, tmp_path_factory.mktemp("school"))) as found:
        yield found


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def new_phone(browser: Browser, dt05: School) -> Iterator[NewPhone]:
    """Another phone, each with its own memory."""
    with ExitStack() as phones:

        def another(**options: Any) -> BrowserContext:
            context = phones.enter_context(phone(browser, dt05.address, **options))
            context.set_default_timeout(PATIENCE)
            return context

        yield another


@pytest.fixture
def plain(new_phone: NewPhone) -> Any:
    """A page of a phone whose browser runs no script."""
    return new_phone(java_script_enabled=False).new_page()
