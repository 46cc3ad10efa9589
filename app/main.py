"""The one place where rooms meet."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Lock

from anyio import to_thread
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from app import VERSION
from app.accounts import card_pages, data_projections, guards
from app.accounts import pages as accounts_pages
from app.accounts import projections as accounts_projections
from app.admin import (
    double_pages,
    import_pages,
    machine,
    office_pages,
    passkey_pages,
    people_pages,
    places_pages,
    requests_pages,
    staff_pages,
    start_pages,
)
from app.admin import pages as admin_pages
from app.authoring import (
    desk_pages,
    editor_pages,
    exchange_pages,
    media_pages,
    paper_pages,
    practice_pages,
    preview_pages,
    publishing_pages,
    quality_pages,
)
from app.authoring import keeping as authoring_keeping
from app.authoring import pages as authoring_pages
from app.authoring.media_studio import Studio
from app.certificates import holder_pages as certificates_holder_pages
from app.certificates import jobs as certificates_jobs
from app.certificates import pages as certificates_pages
from app.certificates import projections as certificates_projections
from app.certificates import public_pages as certificates_public_pages
from app.certificates import rule_pages, signed_files, signing_pages, template_pages
from app.certificates import rules as certificates_rules
from app.certificates.issuing import Office
from app.core.blobs import Blobs
from app.core.db import Database
from app.core.settings import Settings
from app.core.signing import Keys
from app.core.writer import Writer
from app.curriculum import pages as curriculum_pages
from app.curriculum import projections as curriculum_projections
from app.curriculum.library import Library
from app.curriculum.press import Press
from app.curriculum.shelf import Shelf
from app.learning import api as learning_api
from app.learning import beginning
from app.learning import pages as learning_pages
from app.learning import projections as learning_projections
from app.me import data_pages
from app.me import pages as me_pages
from app.me import projections as me_projections
from app.places import api as places_api
from app.places import projections as places_projections
from app.programmes import (
    class_pages,
    class_projections,
    class_rules,
    elsewhere_pages,
    event_pages,
    group_pages,
    household_pages,
    keeping,
    market_pages,
    programme_pages,
    programme_projections,
    programme_rules,
    team_pages,
)
from app.web import errors, sessions
from app.web import words as interface
from app.web.front import Application, Find
from app.web.headers import SecurityHeaders
from app.web.origin import SameOrigin
from app.web.render import Pages
from app.web.routes import ByFirstWord
from app.web.stored import Stored
from courses import paths
from courses.languages import LANGUAGES

CONTENT = Path(__file__).parents[1] / "content"
ROUTERS = (
    machine.router,
    places_api.router,
    curriculum_pages.router,
    card_pages.router,
    accounts_pages.router,
    me_pages.router,
    data_pages.router,
    requests_pages.router,
    admin_pages.router,
    people_pages.router,
    import_pages.router,
    office_pages.router,
    double_pages.router,
    places_pages.router,
    staff_pages.router,
    passkey_pages.router,
    start_pages.router,
    authoring_pages.router,
    media_pages.router,
    exchange_pages.router,
    desk_pages.router,
    desk_pages.reviews_router,
    paper_pages.router,
    quality_pages.router,
    preview_pages.router,
    publishing_pages.router,
    practice_pages.router,
    class_pages.router,
    group_pages.router,
    programme_pages.router,
    team_pages.router,
    household_pages.router,
    market_pages.router,
    elsewhere_pages.router,
    event_pages.router,
    certificates_pages.router,
    rule_pages.router,
    template_pages.router,
    signing_pages.router,
    certificates_public_pages.router,
    certificates_holder_pages.router,
    learning_api.router,
    beginning.router,
    learning_pages.router,
    editor_pages.router,
)
DIRECT: dict[str, ASGIApp] = {
    "/outbox": learning_api.outbox_app,
    certificates_public_pages.SCANNED: certificates_public_pages.scanned,
}
"""What is answered before any router, by path."""
LARGEST_FORM = 256 * 1024
"""Bytes of what a page posts; whoever takes more says so at its route."""
FOLLOW_SECONDS = 3.0
"""How often the server looks whether another process published something: a worker beside it, or an operator."""
API = "/api/"
"""What other programs may build on, and /docs tells of; pages are for people."""

log = logging.getLogger(__name__)


def _routes() -> list[BaseRoute]:
    """Every route as its room made it: including a router would make them all anew, and at the first request."""
    told: list[Route] = []
    pages: list[Route] = []
    for router in ROUTERS:
        is_told = router.prefix.startswith(API)
        for route in router.routes:
            assert isinstance(route, Route)
            route.include_in_schema = is_told
            (told if is_told else pages).append(route)
    return [*told, ByFirstWord(pages)]


ROUTES = _routes()


def register(shelf: Shelf) -> None:
    """Tells the ledger what each room makes of its entries; answers are graded by what is on the shelf."""
    signed_files.register(shelf.blobs)
    for room in (
        places_projections,
        accounts_projections,
        data_projections,
        curriculum_projections,
        class_projections,
        programme_projections,
        keeping,
        authoring_keeping,
        certificates_projections,
    ):
        room.register()
    me_projections.register(shelf.blobs)
    learning_projections.register(shelf, for_another=class_projections.check_for_another)


def create_app(settings: Settings) -> Application:
    """The application on a database that is already migrated; courses are those published in it."""
    library = Library(CONTENT)
    pages = Pages(
        words=interface.read(CONTENT / "words", settings.show_drafts),
        languages=[LANGUAGES[slug] for slug in settings.languages],
        viewer=guards.shown,
    )
    pages.picture = _pictures(pages, library)
    shelf = Shelf(Blobs(settings.blobs))
    register(shelf)
    press = Press(shelf, pages, settings.data / "pages")
    app = Application(
        _finder(press, pages),
        DIRECT,
        title="Bản Học",
        version=VERSION,
        openapi_url=None,
        lifespan=_life,
        max_body_size=LARGEST_FORM,
    )
    app.state.settings, app.state.pages, app.state.library = settings, pages, library
    app.state.shelf, app.state.press, app.state.restocking = shelf, press, Lock()
    app.state.skills = class_rules.skills((CONTENT / "skills.toml").read_bytes())
    app.state.programmes = programme_rules.read((CONTENT / "programmes.toml").read_bytes())
    app.state.paths = paths.read((CONTENT / "paths.toml").read_bytes())[0]
    app.state.office = Office(
        keys=Keys(settings.data / "keys"),
        shelf=shelf,
        shipped=certificates_rules.read((CONTENT / "certificates.toml").read_bytes()),
        programmes=app.state.programmes,
        frameworks=library.frameworks,
        url=settings.public_url,
        demo=settings.demo,
        drafts=settings.show_drafts,
    )
    errors.install(app)
    app.router.routes.extend(ROUTES)
    app.add_middleware(SameOrigin, public_url=lambda: str(app.state.settings.public_url))
    app.add_middleware(SecurityHeaders, style=pages.style_hash)
    app.add_middleware(GZipMiddleware, minimum_size=500)
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    database = Database(app.state.settings.database)
    writer = Writer(database).start()
    sessions.attach(app, database, writer)
    restock(app)
    issuing = app.state.issuing = certificates_jobs.Bench(database, writer, app.state.office)
    if app.state.settings.role == "hub":
        issuing.wake()
    uploads = app.state.settings.data / "uploads"
    studio = app.state.studio = Studio(database, writer, app.state.shelf.blobs, uploads)
    studio.begin()
    stopping = asyncio.Event()
    following = asyncio.create_task(_follow(app, stopping))
    try:
        yield
    finally:
        stopping.set()
        await following
        await to_thread.run_sync(studio.stop)
        await to_thread.run_sync(issuing.stop)
        writer.stop()
        database.close()


def restock(app: FastAPI) -> None:
    """Takes up what is published now."""
    with app.state.restocking:
        with app.state.database.read() as session:
            app.state.shelf.load(session.connection())
        app.state.press.run()


def follow(app: FastAPI) -> None:
    """Takes up what was published since, by whichever process, and languages chosen since."""
    with app.state.database.read() as session:
        behind = app.state.shelf.is_behind(session.connection())
    if behind or app.state.press.is_behind:
        restock(app)


async def _follow(app: FastAPI, stopping: asyncio.Event) -> None:
    """In a thread, so that nobody waits; what fails is told once, and tried again."""
    told = ""
    while not await _set_within(stopping, FOLLOW_SECONDS):
        try:
            await to_thread.run_sync(follow, app)
            told = ""
        except Exception as error:
            if told != repr(error):
                log.exception("what was published since could not be taken up")
            told = repr(error)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()


def _finder(press: Press, pages: Pages) -> Find:
    files = pages.assets.files
    files["/favicon.ico"] = Stored(
        (pages.assets.folder / "favicon.svg").read_bytes(), "image/svg+xml", "max-age=604800"
    )
    return lambda path: press.printed.get(path) or files.get(path)


def _pictures(pages: Pages, library: Library) -> Callable[[str], str]:
    """Where each picture of the kit is found."""
    drawn = library.pictures.items()
    urls = {name: pages.assets.add(f"pictures/{name}.svg", picture) for name, picture in drawn}
    return urls.__getitem__
