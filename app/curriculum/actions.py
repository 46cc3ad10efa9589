"""Bringing courses in and publishing them: all of a course or nothing of it, and what is served stays until then."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from app.core import ledger
from app.core.blobs import Blobs
from app.core.errors import BanHocError, Misconfigured, NotFound
from app.curriculum import queries, reading
from app.curriculum.library import KIT, Library
from app.curriculum.projections import ASKED, IMPORTED, PUBLISHED, WITHDRAWN
from courses import checks, folder, manifest
from courses.model import Course, Fault
from courses.structure import structure_version

FACTS = "facts.toml"
PICTURES = "pictures/"


class Refused(BanHocError):
    """A course that cannot be taken in, with every fault found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            "The course was not taken in; mend these places first:\n" + "\n".join(map(str, faults))
        )
        self.faults = faults


def bring_in(conn: Connection, blobs: Blobs, library: Library, path: Path, by: str) -> str:
    """Takes a course folder in as a revision; returns the course's id. The same folder twice changes nothing."""
    return take_in(conn, blobs, library, folder.from_dir(path), by)


def take_in(conn: Connection, blobs: Blobs, library: Library, files: folder.Files, by: str) -> str:
    """The same for the files of a course folder by their paths."""
    return keep(conn, prepare(blobs, library, files), by)


class Prepared(NamedTuple):
    """A course that may be taken in; its files lie among the blobs. `name` is that of its manifest."""

    course: str
    structure: str
    name: str


def prepare(blobs: Blobs, library: Library, files: folder.Files) -> Prepared:
    """The slow part of taking a course in, which needs no database. Raises `Refused`."""
    read = reading.read_files(files, library)
    errors = reading.broken(read.faults)
    if read.course is None or errors:
        raise Refused(errors)
    packed = _packed(files, read.course, library)
    made = manifest.build(read.course.id, structure_version(read.course), packed)
    for data in packed.values():
        blobs.put(data)
    return Prepared(made.course, made.structure, blobs.put(made.dump()))


def keep(conn: Connection, prepared: Prepared, by: str) -> str:
    """Notes it as a revision, unless it is the latest one; the course's id."""
    latest = queries.latest_revision(conn, prepared.course)
    if not latest or latest.manifest != prepared.name:
        ledger.record(conn, IMPORTED, by, **_named(prepared))
    return prepared.course


def _named(prepared: Prepared) -> dict[str, str]:
    return {"course": prepared.course, "structure": prepared.structure, "manifest": prepared.name}


def _packed(files: Mapping[str, bytes], course: Course, library: Library) -> dict[str, bytes]:
    """The folder's files with the pictures and the facts it uses, so that a publication stands by itself."""
    scenes = {name: library.scenes[name] for name in scenes_of(course)}
    return {**files, FACTS: library.facts_file, **{f"{PICTURES}{name}.svg": scenes[name] for name in scenes}}


def scenes_of(course: Course) -> list[str]:
    return sorted({ref.removeprefix(KIT) for ref in checks.pictures_of(course) if ref.startswith(KIT)})


def publish(conn: Connection, course: str, by: str) -> bool:
    """Shows the latest revision to learners; False when it already is. Raises `NotFound`."""
    revision = queries.latest_revision(conn, course)
    if revision is None:
        raise NotFound(f"There is no course {course}: bring it in first with `banhoc import FOLDER`.")
    return show(conn, Prepared(course, revision.structure, revision.manifest), by)


def show(conn: Connection, prepared: Prepared, by: str, announced: bool = False) -> bool:
    """Shows this to learners, whatever was shown before; False when it already is."""
    latest = queries.latest_publication(conn, prepared.course)
    is_shown = latest is not None and latest.manifest == prepared.name
    if is_shown and prepared.course not in queries.resting(conn):
        return False
    ledger.record(conn, PUBLISHED, by, **_named(prepared), announced=announced)
    return True


def bring_back(conn: Connection, course: str, publication: str, by: str) -> bool:
    """Publishes an earlier version again, or one that was withdrawn; False when it is shown. Raises `NotFound`."""
    found = next((one for one in queries.publications(conn, course) if one.id == publication), None)
    if found is None:
        raise NotFound("there is no such publication of this course")
    return show(conn, Prepared(course, found.structure, found.manifest), by)


def ask(conn: Connection, course: str, by: str) -> None:
    """That somebody who may do so publishes it; once, until somebody does."""
    if course not in queries.asked(conn):
        ledger.record(conn, ASKED, by, course=course)


def withdraw(conn: Connection, course: str, reason: str, by: str) -> None:
    """Shows a course no more, until it is published again; what people did in it stays. Raises `NotFound`."""
    if queries.latest_publication(conn, course) is None or course in queries.resting(conn):
        raise NotFound("this course is not published")
    ledger.record(conn, WITHDRAWN, by, course=course, reason=reason)


def export(blobs: Blobs, name: str, folder: Path) -> int:
    """Writes a manifest's own files into an empty or new folder; their number."""
    if folder.exists() and any(folder.iterdir()):
        raise Misconfigured(f"The folder {folder} is not empty: name a new one.")
    files = manifest.load(blobs.get(name)).files
    own = {path: held for path, held in files.items() if is_own(path)}
    for path, held in own.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(blobs.get(held.sha256))
    return len(own)


def is_own(path: str) -> bool:
    """Not one of the pictures and facts that a publication carries along."""
    return path != FACTS and not path.startswith(PICTURES)
