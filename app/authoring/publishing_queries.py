"""How each course stands: published, resting, or nobody has seen it yet; and what publishing it would change."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from app.authoring import draft_queries, preview
from app.authoring.draft_queries import EDIT, PART
from app.authoring.preview import MEDIA, Folder
from app.core.blobs import Blobs
from app.core.errors import NotFound
from app.curriculum import queries as curriculum
from app.curriculum.actions import is_own
from app.curriculum.models import CourseWithdrawal, Publication
from courses import folder, manifest
from courses.changes import Changed, Version, changes
from courses.model import SOURCE

TITLE = f"course/words/{SOURCE}/title"


class Listed(NamedTuple):
    """`state` is shown, resting or never."""

    course: str
    title: str
    state: str
    at: int


class Held(NamedTuple):
    """A version learners had, and since which other it differs; `shown` is the one they have now."""

    row: Row[Any]
    shown: bool


class Standing(NamedTuple):
    """`latest` is what was published last, `resting` why it is not shown."""

    latest: Row[Any] | None
    resting: Row[Any] | None
    versions: Sequence[Publication | CourseWithdrawal]

    @property
    def shown(self) -> Row[Any] | None:
        return None if self.resting else self.latest


def standing(conn: Connection, course: str) -> Standing:
    latest = curriculum.latest_publication(conn, course)
    return Standing(latest, curriculum.resting(conn).get(course), curriculum.of_course(conn, course))


def listed(conn: Connection, blobs: Blobs) -> list[Listed]:
    """Every course there is to write at, those that wait for their first publication first."""
    resting = curriculum.resting(conn)
    last = {one.course: one for one in curriculum.publications(conn)}
    titles = _drafted_titles(conn)
    found = []
    for course in draft_queries.courses(conn):
        title = titles.get(course) or _title(conn, blobs, course)
        if course in resting:
            found.append(Listed(course, title, "resting", resting[course].withdrawn_at))
        elif course in last:
            found.append(Listed(course, title, "shown", last[course].published_at))
        else:
            found.append(Listed(course, title, "never", 0))
    return sorted(found, key=lambda one: (["never", "resting", "shown"].index(one.state), one.course))


def _drafted_titles(conn: Connection) -> dict[str, str]:
    rows = conn.execute(select(PART.c.course, PART.c.value).where(PART.c.part == TITLE)).all()
    return {row.course: value["text"] for row in rows if (value := json.loads(row.value))}


def title(conn: Connection, blobs: Blobs, course: str) -> str:
    """Its Vietnamese title as it is edited now, "" where it has none."""
    held = draft_queries.part(conn, course, TITLE)
    if held is not None:
        return str(held.value["text"]) if held.value else ""
    return _title(conn, blobs, course)


def _title(conn: Connection, blobs: Blobs, course: str) -> str:
    latest = curriculum.latest_revision(conn, course)
    return _title_of(blobs, latest.manifest) if latest else ""


@lru_cache(maxsize=256)
def _title_of(blobs: Blobs, name: str) -> str:
    held = manifest.load(blobs.get(name)).files
    course = folder.read({"course.toml": blobs.get(held["course.toml"].sha256)}).course
    unit = course.title.get(SOURCE) if course else None
    return unit.text if unit else ""


def waiting(conn: Connection, course: str) -> int:
    """Edits of two people at one place nobody chose between yet."""
    wanted = select(func.count()).select_from(EDIT).where(EDIT.c.course == course, EDIT.c.waiting)
    return int(conn.execute(wanted).scalar_one())


def changed(conn: Connection, blobs: Blobs, course: str, shown: Row[Any] | None) -> list[Changed]:
    """What learners would find anew, were the course published as it is edited now."""
    return changes(
        _version(blobs, shown.manifest) if shown else None, _edited(preview.folder_of(conn, blobs, course))
    )


def _edited(found: Folder) -> Version:
    course = folder.read(found.files).course
    if course is None:
        raise NotFound("the course's own file cannot be read")
    return Version(course, _hashes(found.media))


def between(conn: Connection, blobs: Blobs, course: str, publication: str) -> tuple[Row[Any], list[Changed]]:
    """A version, and what changed in it since the one before. Raises `NotFound`."""
    rows = curriculum.publications(conn, course)
    place = next((n for n, one in enumerate(rows) if one.id == publication), None)
    if place is None:
        raise NotFound("there is no such publication")
    earlier = _version(blobs, rows[place - 1].manifest) if place else None
    return rows[place], changes(earlier, _version(blobs, rows[place].manifest))


@lru_cache(maxsize=8)
def _version(blobs: Blobs, name: str) -> Version:
    held = {path: one for path, one in manifest.load(blobs.get(name)).files.items() if is_own(path)}
    files = {path: b"" if MEDIA in path else blobs.get(one.sha256) for path, one in held.items()}
    course = folder.read(files).course
    assert course is not None, "only a course that could be read was ever published"
    return Version(course, _hashes({path: one for path, one in held.items() if MEDIA in path}))


def _hashes(media: Mapping[str, manifest.Held]) -> dict[str, str]:
    return {path: one.sha256 for path, one in media.items()}
