"""Published courses for other systems: the course folder as a zip, Moodle XML, GIFT."""

from functools import partial
from typing import NamedTuple

from app.core.blobs import Blobs
from app.curriculum.actions import FACTS, PICTURES, is_own
from app.curriculum.library import KIT
from courses import facts, folder
from courses import manifest as manifests
from courses.exchange import archive, gift_out, moodle_out
from courses.exchange.writing import Left
from courses.manifest import Manifest
from courses.model import SOURCE

FORMS = ("folder", "moodle", "gift")


class Out(NamedTuple):
    """`left` are questions that are not in it, `changed` those that lost something."""

    name: str
    media_type: str
    data: bytes
    written: int
    left: tuple[Left, ...] = ()
    changed: tuple[Left, ...] = ()


def write(blobs: Blobs, name: str, form: str, lang: str = SOURCE) -> Out:
    """A publication by the name of its manifest, in one of `FORMS`."""
    made = manifests.load(blobs.get(name))
    files = {path: blobs.get(held.sha256) for path, held in made.files.items() if is_own(path)}
    if form == "folder":
        return Out(f"{made.course}.zip", "application/zip", archive.pack(files), len(files))
    course = folder.read(files).course
    assert course is not None, "only a course that could be read was ever published"
    known = facts.read(blobs.get(made.files[FACTS].sha256))[0]
    if form == "moodle":
        out = moodle_out.write(course, known, partial(_picture, blobs, made), lang)
        return Out(f"{made.course}.xml", "application/xml", out.data, out.written, out.left, out.changed)
    out = gift_out.write(course, known, lang)
    return Out(f"{made.course}.gift.txt", "text/plain", out.data, out.written, out.left, out.changed)


def _picture(blobs: Blobs, made: Manifest, lesson: str, ref: str) -> tuple[str, bytes] | None:
    scene = ref.startswith(KIT)
    path = f"{PICTURES}{ref.removeprefix(KIT)}.svg" if scene else f"{lesson}/media/{ref}"
    held = made.files.get(path)
    return (path.rpartition("/")[2], blobs.get(held.sha256)) if held else None
