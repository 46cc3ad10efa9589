"""Publishing what is edited: checked as a whole before anything is written, then all of it in one transaction."""

from sqlalchemy import Connection

from app.accounts.permissions import Officer, Permission
from app.authoring import draft_actions, draft_queries
from app.core import clock
from app.core.blobs import Blobs
from app.core.errors import NotFound
from app.curriculum import actions as curriculum
from app.curriculum import queries
from app.curriculum.actions import Prepared
from app.curriculum.library import Library
from app.programmes import class_actions, class_queries
from courses.model import SOURCE
from courses.parts import NotParts

TOLD_DAYS = 30


def take_up(conn: Connection, blobs: Blobs, course: str) -> None:
    """What came in since somebody began to edit, before it is published."""
    if draft_queries.draft(conn, course) is not None:
        draft_actions.open_course(conn, blobs, course)


def prepared(conn: Connection, blobs: Blobs, library: Library, course: str) -> Prepared:
    """What is edited now, checked as a whole; writes nothing but blobs. Raises `NotFound` and `Refused`."""
    if draft_queries.draft(conn, course) is not None:
        try:
            return curriculum.prepare(blobs, library, draft_actions.files(conn, blobs, course))
        except NotParts as error:
            raise NotFound(str(error)) from None
    latest = queries.latest_revision(conn, course)
    if latest is None:
        raise NotFound("there is no such course")
    return Prepared(course, latest.structure, latest.manifest)


def publish(conn: Connection, prepared: Prepared, by: Officer, words: str = "") -> bool:
    """Shows it to learners; with `words` they are told, and the classes of hers that take the course hear them too."""
    curriculum.keep(conn, prepared, by.id)
    draft_actions.agreed(conn, prepared.course, prepared.name)
    if not curriculum.show(conn, prepared, by.id, announced=bool(words)):
        return False
    if words and by.may(Permission.CLASS_RUN):
        _tell_classes(conn, prepared.course, by, words)
    return True


def _tell_classes(conn: Connection, course: str, by: Officer, words: str) -> None:
    until = clock.as_datetime(clock.now() + TOLD_DAYS * clock.DAY).date().isoformat()
    for row in class_queries.classes(conn, by):
        taken = {one.course for one in class_queries.courses_of(row)}
        if course in taken and not row.ended:
            class_actions.announce(conn, row, words, SOURCE, until, by.id)
