"""The fixtures that put the cast on."""

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI

from app import main
from app.core.settings import Settings
from app.curriculum.library import Library
from app.web import words
from app.web.assets import Assets
from app.web.render import Pages
from tests.cast import Phone, Staff, hire, running
from tests.conftest import copied

ASSETS, CATALOGUES, DRAWN = cache(Assets), cache(words.read), main._pictures
SHIPPED = {module: cache(module.read) for module in (main.programme_rules, main.certificates_rules)}


@cache
def pictured(library: Library) -> Callable[[str], str]:
    """Where each picture of the kit is found among the assets that all share."""
    return DRAWN(SimpleNamespace(assets=ASSETS()), library)


def made_once(patch: pytest.MonkeyPatch, library: Library) -> None:
    """What every application would make alike is made once a run."""
    patch.setattr(main, "Library", lambda content: library)
    patch.setattr(main, "Pages", partial(Pages, assets=ASSETS()))
    patch.setattr(main.interface, "read", CATALOGUES)
    patch.setattr(main, "_pictures", lambda pages, library: pictured(library))
    for module, read in SHIPPED.items():
        patch.setattr(module, "read", read)


@pytest.fixture(scope="session")
def drawn_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="session")
def library() -> Library:
    """Composing the kit takes longer than most tests, and is the same for all."""
    return Library(main.CONTENT)


@pytest.fixture(scope="session")
def stocked(
    migrated: str, drawn_pages: Path, library: Library, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Communes and the small course, brought in once a run; nobody writes to it."""
    data = tmp_path_factory.mktemp("stocked")
    with copied(migrated, data) as url:
        settings = Settings(data=data, database_url=url)
        with pytest.MonkeyPatch.context() as patch:
            made_once(patch, library)
            with running(settings, drawn_pages):
                pass
        yield settings


@pytest.fixture
def app(
    settings: Settings,
    drawn_pages: Path,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[FastAPI]:
    made_once(monkeypatch, library)
    with running(settings, drawn_pages) as app:
        yield app


@pytest.fixture
def my(app: FastAPI) -> Phone:
    """Mỷ's phone, which nobody has used yet."""
    return Phone(app)


@pytest.fixture
def stranger(app: FastAPI) -> Phone:
    return Phone(app)


@pytest.fixture
def staff(app: FastAPI) -> Staff:
    hire(app)
    return Staff(app).sign_in()
