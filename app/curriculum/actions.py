"""Bringing courses in and publishing them: all of a course or nothing of it, and what is served stays until then."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Connection

from app.core import ledger
from app.core.blobs import Blobs
from app.core.errors import BanHocError, Misconfigured, NotFound
from app.curriculum import queries, reading
from app.curriculum.library import KIT, Library
from app.curriculum.projections import IMPORTED, PUBLISHED
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
    read = reading.read_files(files, library)
    errors = reading.broken(read.faults)
    if read.course is None or errors:
        raise Refused(errors)
    packed = _packed(files, read.course, library)
    made = manifest.build(read.course.id, structure_version(read.course), packed)
    _keep_revision(conn, blobs, made, packed, by)
    return read.course.id


def _packed(files: Mapping[str, bytes], course: Course, library: Library) -> dict[str, bytes]:
    """The folder's files with the pictures and the facts it uses, so that a publication stands by itself."""
    scenes = {name: library.scenes[name] for name in scenes_of(course)}
    return {**files, FACTS: library.facts_file, **{f"{PICTURES}{name}.svg": scenes[name] for name in scenes}}


def scenes_of(course: Course) -> list[str]:
    return sorted({ref.removeprefix(KIT) for ref in checks.pictures_of(course) if ref.startswith(KIT)})


def _keep_revision(
    conn: Connection, blobs: Blobs, made: manifest.Manifest, files: Mapping[str, bytes], by: str
) -> None:
    latest = queries.latest_revision(conn, made.course)
    name = manifest.sha256(made.dump())
    if latest and latest.manifest == name:
        return
    for data in files.values():
        blobs.put(data)
    blobs.put(made.dump())
    ledger.record(conn, IMPORTED, by, course=made.course, structure=made.structure, manifest=name)


def publish(conn: Connection, course: str, by: str) -> bool:
    """Shows the latest revision to learners; False when it already is. Raises `NotFound`."""
    revision = queries.latest_revision(conn, course)
    if revision is None:
        raise NotFound(f"There is no course {course}: bring it in first with `banhoc import FOLDER`.")
    latest = queries.latest_publication(conn, course)
    if latest and latest.manifest == revision.manifest:
        return False
    ledger.record(
        conn, PUBLISHED, by, course=course, structure=revision.structure, manifest=revision.manifest
    )
    return True


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
