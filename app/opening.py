"""What the command line does to a node: makes it ready, serves it, takes courses in and out."""

import ctypes
import gc
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, NamedTuple, TypeVar

import uvicorn
from anyio import to_thread
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import SQLAlchemyError
from uvicorn.config import STARTUP_FAILURE

from app.accounts import people
from app.accounts import queries as accounts
from app.admin import demo, office_lists, people_imports
from app.authoring import exchange, exchange_out
from app.core import migrate
from app.core.blobs import Blobs
from app.core.chain import NODE
from app.core.db import Database
from app.core.errors import BanHocError, Broken, Misconfigured, NotFound, Unavailable
from app.core.settings import Settings
from app.curriculum import actions, queries, reading
from app.curriculum.library import Library
from app.curriculum.press import ROOT, fingerprint
from app.curriculum.shelf import Shelf
from app.main import CONTENT, create_app, register
from app.places import actions as places
from app.web import words as interface
from app.web.front import Application
from courses import manifest, paths
from courses.model import SOURCE, Fault

KEPT_ALIVE = 75
"""Seconds: on a bad line a new connection costs more than anything else."""
THREADS = 16
"""What may be answered at once off the event loop; more would only wait for the same two cores and hold memory."""
TURN = 0.001
"""Seconds a thread may hold the interpreter while others wait: a hash that ends lets its core stand idle until then."""
DEMO = CONTENT / "demo.toml"
"""Who may look around as staff where BANHOC_DEMO is 1, and nowhere else."""
STOCKED_FROM = ("content", "courses")
PREPARED_BY = ("app", "content", "courses", "migrations", "templates")
PREPARED = "prepared"

M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3
"""The numbers of the options in glibc's malloc.h."""

Tell = Callable[[str], None]
T = TypeVar("T")


def library() -> Library:
    return Library(CONTENT)


def to_check(folder: Path | None) -> tuple[Library, list[Path]]:
    """The courses of a content folder with its own pictures and facts, those of a folder of courses, or one course."""
    if folder is None or (folder / "courses").is_dir():
        held = Library(folder or CONTENT)
        return held, held.courses()
    several = sorted(path.parent for path in folder.glob("*/course.toml"))
    return library(), several or [folder]


def path_faults(held: Library) -> list[Fault]:
    """What is wrong with the order of courses and the placement; nothing in a content folder without them."""
    file = held.content / "paths.toml"
    known = {path.name for path in held.courses()}
    return paths.read(file.read_bytes(), known, held.pictures)[1] if file.exists() else []


def serve(settings: Settings, tell: Tell) -> None:
    _refuse_a_taken_address(settings.host, settings.port)
    with closing(Database(settings.database)) as database:
        migrate.refuse_newer(database)
    if not is_prepared(settings):
        _in_a_child(lambda: prepare(settings, tell))
    waiting = not settings.demo and awaits_first_start(settings)
    gc.collect()  # what importing left behind makes room for what stays: 3 MB less
    app = create_app(settings)
    address = f"http://{settings.host}:{settings.port}"
    lines = [f"Bản Học: {address}"]
    if waiting:
        app.state.start_token = token_urlsafe(16)
        lines.append(f"First start: {address}/start?token={app.state.start_token}")
    for staff in demo.sign_ins(DEMO) if settings.demo else ():
        lines.append(f"Staff: {address}/staff/sign-in  {staff.name} / {staff.passphrase}")
    _thrifty_memory()
    sys.setswitchinterval(TURN)
    config = uvicorn.Config(
        app,
        ws="none",
        timeout_keep_alive=KEPT_ALIVE,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    server = _Server(config, lambda: tell("\n".join(lines)))
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise SystemExit(STARTUP_FAILURE)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, opened: Callable[[], None]) -> None:
        super().__init__(config)
        self.opened = opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """What is there when the doors open stays: the collector of garbage begins behind it."""
        await super().startup(sockets)
        if self.started:
            self.opened()
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        gc.collect()
        gc.freeze()
        gc.enable()


def awaits_first_start(settings: Settings) -> bool:
    """Whether nobody administers this node yet."""
    with _opened(settings) as database, database.read() as session:
        return not accounts.administrators(session.connection())


def _refuse_a_taken_address(host: str, port: int) -> None:
    """Heard of before the long work, and in one sentence."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            why = f"Nothing can be served at {host}:{port} ({error.strerror})"
            raise Misconfigured(f"{why}: change BANHOC_HOST or BANHOC_PORT, or PORT of make serve.") from None


def _thrifty_memory() -> None:
    """The C library keeps memory for each thread, and large blocks once freed: forty sign-ins would keep what two need."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(M_ARENA_MAX, 2)
        set_option(M_MMAP_THRESHOLD, 2**20)


def prepare(settings: Settings, tell: Tell = lambda line: None) -> None:
    """Brings tables, places and the shipped curriculum up to this version; what people made stays."""
    settings.data.mkdir(parents=True, exist_ok=True)
    if not settings.demo and (kept := demo.leave(settings, DEMO)):
        tell(f"What was done in the demonstration is in {kept} and counts nowhere.")

    with _opened(settings) as database:
        migrate.upgrade(database)
        with database.write() as session:
            conn = session.connection()
            places.bring_in(conn, CONTENT / "places.csv")
            _stock_all(conn, settings, tell)
            if settings.demo and demo.is_empty(conn):
                demo.mark(settings)
            demo.prepare(conn, DEMO, wanted=settings.demo)
            people.give_roles(conn)
        print_pages(create_app(settings), database)
        with database.read() as session:
            (settings.data / PREPARED).write_text(_state(settings, session.connection()))


def is_prepared(settings: Settings) -> bool:
    """Whether this program, with these settings, has made this database ready before: then it starts at once."""
    seen = settings.data / PREPARED
    if not seen.exists():
        return False
    try:
        with _opened(settings) as database, database.read() as session:
            return seen.read_text() == _state(settings, session.connection())
    except (BanHocError, SQLAlchemyError):
        return False


def _state(settings: Settings, conn: Connection) -> str:
    tables = conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    published = queries.stock(conn)
    shown = (settings.languages, settings.show_drafts, settings.demo)
    state = (fingerprint(ROOT, PREPARED_BY), node_id(conn), tables, published, shown)
    return sha256(repr(state).encode()).hexdigest()


def print_pages(app: Application, database: Database) -> None:
    """Draws every lesson page, so that serving only reads them."""
    with database.read() as session:
        app.state.shelf.load(session.connection())
    app.state.press.progress = bar("lesson pages")
    app.state.press.run()
    app.state.press.clear()


def _in_a_child(work: Callable[[], None]) -> None:
    """What is needed once, and its memory, does not stay in the process that serves."""
    child = get_context("fork").Process(target=_told, args=(work,))
    child.start()
    child.join()
    if child.exitcode:
        raise SystemExit(child.exitcode)


def _told(work: Callable[[], None]) -> None:
    gc.enable()
    try:
        work()
    except BanHocError as error:
        raise SystemExit(f"Error: {error}") from error


def _stock_all(conn: Connection, settings: Settings, tell: Tell) -> None:
    """Where nothing of the shipped curriculum changed since the last start, there is nothing to read."""
    seen, shipped = settings.data / "stocked", fingerprint(ROOT, STOCKED_FROM)
    if seen.exists() and seen.read_text() == shipped and queries.courses(conn):
        return
    held = library()
    for path in held.courses():
        _stock(conn, settings, held, path, tell)
    seen.write_text(shipped)


def _stock(conn: Connection, settings: Settings, held: Library, path: Path, tell: Tell) -> None:
    """A course that is refused leaves what is served as it was; so does one that people publish or withdrew here."""
    node = node_id(conn)
    try:
        course = actions.bring_in(conn, Blobs(settings.blobs), held, path, node)
    except actions.Refused as refused:
        tell(f"{path.name}: {refused}")
        return
    if queries.is_ours(conn, course, node) and actions.publish(conn, course, node):
        tell(f"{course}: published.")


def bring_in(settings: Settings, folder: Path) -> str:
    """Takes a course folder in as a revision; its id."""

    def work(conn: Connection) -> str:
        return actions.bring_in(conn, Blobs(settings.blobs), library(), folder, node_id(conn))

    return write(settings, work)


def list_of(settings: Settings, file: Path, dry_run: bool) -> dict[str, Any]:
    """What a list of people, staff or classes says, row by row, held against what is here; without a dry run written too.

    Raises `Misconfigured` for classes that are to be written: they need somebody who answers for them.
    """
    data = file.read_bytes()
    kind = office_lists.kind_of(data)
    if kind == people_imports.PEOPLE:
        return _people(settings, data, dry_run)
    if kind == office_lists.CLASSES and not dry_run:
        raise Misconfigured(f"{file.name} is a list of classes: send it in at /admin/lists/classes.")
    shelf = Shelf(Blobs(settings.blobs))

    def work(conn: Connection) -> dict[str, Any]:
        shelf.load(conn)
        act = office_lists.tried if dry_run else office_lists.take_in
        return act(conn, kind, data, node_id(conn), shelf)

    if not dry_run:
        return write(settings, work)
    with _opened(settings) as database, database.read() as session:
        return work(session.connection())


def _people(settings: Settings, data: bytes, dry_run: bool) -> dict[str, Any]:
    """A dry run needs no database: then every place is believed."""
    if not dry_run:
        return write(settings, lambda conn: people_imports.take_in(conn, data, node_id(conn)))
    try:
        with _opened(settings) as database, database.read() as session:
            return people_imports.tried(session.connection(), data)
    except Unavailable:
        return people_imports.tried(None, data)


def is_list(file: Path) -> bool:
    """Whether it is a list of people, staff or classes: a table that is none of questions."""
    table = file.suffix.lower() in (".xlsx", ".csv") and file.is_file()
    is_small = table and file.stat().st_size <= exchange.LARGEST_FILE
    return is_small and not exchange.is_of_questions(file.read_bytes())


class Told(NamedTuple):
    """What a file became, for programs and in words."""

    told: dict[str, Any]
    listed: str
    refused: bool = False


def material_of(settings: Settings, file: Path, dry_run: bool) -> Told:
    """What of a file of another system is understood, and what is not; without a dry run it comes in as a revision."""
    held = library()
    try:
        exchange.size_of(file)
        found = exchange.read(file.name, data := file.read_bytes())
    except exchange.Refusals as refusal:
        return Told(exchange.refused(file.name, refusal), f"{file.name}: {refusal}", refused=True)
    words = interface.read(CONTENT / "words")
    course = f"{exchange.IMPORTED}{sha256(data).hexdigest()[:8]}"
    files = exchange.folder(found, course, partial(exchange.filling, partial(words.plain, SOURCE), file.name))
    if isinstance(found, dict):
        read = exchange.checked(files, held)
        told = Told(reading.told(read), reading.listed(read), bool(reading.broken(read.faults)))
    else:
        told = Told(exchange.told(found), exchange.listed(found))
    if not dry_run and not told.refused:
        write(settings, lambda conn: actions.take_in(conn, Blobs(settings.blobs), held, files, node_id(conn)))
    return told


def counted(told: Mapping[str, Any]) -> str:
    """A list of people in words, each fault on a line of its own."""
    counts = ", ".join(f"{told[state]} {state}" for state in ("new", "changed", "same", "wrong"))
    return "\n".join([*(f"{one['cell']}: {one['why']}" for one in told["faults"]), counts])


def publish(settings: Settings, courses: Iterable[str]) -> list[tuple[str, bool]]:
    """Each course, and whether learners see something new; what was made of a teacher's file only where it is named."""

    def work(conn: Connection) -> list[tuple[str, bool]]:
        wanted = list(courses) or [
            one for one in queries.courses(conn) if not one.startswith(exchange.IMPORTED)
        ]
        return [(course, actions.publish(conn, course, node_id(conn))) for course in wanted]

    return write(settings, work)


def export(settings: Settings, course: str, folder: Path) -> int:
    return actions.export(Blobs(settings.blobs), _published(settings, course), folder)


def _published(settings: Settings, course: str) -> str:
    """The name of the manifest that is shown. Raises `NotFound`."""
    with _opened(settings) as database, database.read() as session:
        latest = queries.latest_publication(session.connection(), course)
    if latest is None:
        raise NotFound(f"There is no published course {course}: `banhoc publish` shows which there are.")
    return str(latest.manifest)


def export_as(settings: Settings, course: str, form: str, to: Path | None) -> Iterator[str]:
    """Writes a course as one file; lines that say what is in it and what is not."""
    out = exchange_out.write(Blobs(settings.blobs), _published(settings, course), form)
    target = to or Path(out.name)
    if target.exists():
        raise Misconfigured(f"There is a file {target} already: name a new one.")
    target.write_bytes(out.data)
    yield f"{course}: {out.written} {'files' if form == 'folder' else 'questions'} in {target}"
    for one in (*out.left, *out.changed):
        yield f"{one}"


def lost(settings: Settings, conn: Connection) -> list[str]:
    """Courses that cannot be shown because files of theirs are gone or damaged."""
    blobs, found = Blobs(settings.blobs), []
    for course in queries.courses(conn):
        latest = queries.latest_publication(conn, course)
        try:
            for held in manifest.load(blobs.get(latest.manifest)).files.values() if latest else ():
                blobs.get(held.sha256)
        except (NotFound, Broken) as error:
            found.append(f"{course}: {error}")
    return found


def write(settings: Settings, work: Callable[[Connection], T]) -> T:
    """Does `work` on this node's database; kept when this returns."""
    with _opened(settings) as database:
        migrate.refuse_unready(database)
        with database.write() as session:
            return work(session.connection())


def names_of_pictures(pictures: Iterable[str]) -> list[str]:
    words = interface.read(CONTENT / "words")
    return [words.plain(SOURCE, f"pin.{picture}") for picture in pictures]


def node_id(conn: Connection) -> str:
    """Who is meant when the program itself acts."""
    return str(conn.execute(select(NODE.c.id)).scalar_one())


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    register(Shelf(Blobs(settings.blobs)))
    database = Database(settings.database)
    try:
        migrate.refuse_newer(database)
        yield database
    finally:
        database.close()


def bar(what: str) -> Callable[[int, int], None]:
    """A line that counts, where somebody looks on."""

    def show(done: int, total: int) -> None:
        print(f"\r{what}: {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return show if sys.stderr.isatty() else lambda done, total: None
