"""Reading a course folder: bytes by path in, a course and its faults out."""

import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from courses import lessons, practice, voices, wordfile
from courses.languages import LANGUAGES
from courses.model import ORIGINS, SOURCE, STATES, Course, Fault, Lesson, Practice, Unit
from courses.tables import ID, Faults, Table, decoded, parse

COURSE_KEYS = (
    "id",
    "order",
    "audience",
    "codes",
    "picture",
    "lessons",
    "final",
    "flagship",
    "pass",
    "title",
    "about",
)
UNIT_KEYS = ("text", "state", "origin", "source", "author", "reviewer", "from")
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Read:
    course: Course | None
    faults: tuple[Fault, ...]


class NotAFolder(ValueError):
    """What `from_dir` will not read, in one sentence that says how to mend it."""


def from_dir(path: Path) -> dict[str, bytes]:
    """Every file below `path` by its path inside it; hidden files are left out."""
    root = Path(path)
    if root.is_symlink() or not root.is_dir():
        raise NotAFolder(f"{root} is not a folder. Name the folder that holds course.toml.")
    files: dict[str, bytes] = {}
    for folder, names, leaves in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in (*names, *leaves):
            _refuse_link(Path(folder, name))
        for name in sorted(name for name in leaves if not name.startswith(".")):
            files[Path(folder, name).relative_to(root).as_posix()] = Path(folder, name).read_bytes()
    return files


def _refuse_link(path: Path) -> None:
    if path.is_symlink() or not (path.is_file() or path.is_dir()):
        raise NotAFolder(f"{path} is a link or no plain file. Put a copy of the file in its place.")


def read(files: Files) -> Read:
    """Never raises for what is in the files; `course` is None where course.toml cannot be read."""
    faults = Faults()
    files = _well_named(files, faults)
    table = _toml(files, "course.toml", faults)
    course = _course(table, files, faults) if table else None
    return Read(course, tuple(sorted(faults.found, key=lambda one: (one.file, one.line))))


def _well_named(files: Files, faults: Faults) -> dict[str, bytes]:
    kept: dict[str, bytes] = {}
    for name, data in files.items():
        parts = name.split("/")
        if not unicodedata.is_normalized("NFC", name):
            faults.add(
                name,
                1,
                "The name of the file is written with loose marks.",
                "Rename it with plain letters a-z.",
            )
        elif not all(parts) or {".", ".."} & {*parts} or "\\" in name or not name.isprintable():
            faults.add(
                name,
                1,
                "The name of the file leads out of the folder.",
                "Put the file inside and name it plainly.",
            )
        else:
            kept[name] = data
    return kept


def _toml(files: Files, name: str, faults: Faults) -> Table | None:
    if name not in files:
        faults.add(name, 1, "The file is missing.", "Write it as docs/course-format.md shows.")
        return None
    return parse(name, files[name], faults)


def _course(table: Table, files: Files, faults: Faults) -> Course:
    table.known(*COURSE_KEYS)
    names = [name for name in dict.fromkeys(table.texts("lessons")) if _folder_name(name, table)]
    if len(names) < len(table.texts("lessons")):
        table.fault("`lessons` names a lesson twice or wrongly.", "Name each folder once.")
    final = table.text("final")
    read = [_lesson(name, files, faults) for name in names]
    _leftovers(files, {*names, final}, faults)
    return Course(
        id=table.id(),
        order=table.whole("order"),
        audience=table.texts("audience"),
        codes=table.texts("codes"),
        picture=table.text("picture"),
        lessons=tuple(lesson for lesson in read if lesson),
        final=_lesson(final, files, faults) if final and _folder_name(final, table) else None,
        flagship=table.text("flagship"),
        pass_mark=table.whole("pass", 70, least=1, most=100),
        title=_units(table.table("title")),
        about=_units(table.table("about")),
    )


def _folder_name(name: str, table: Table) -> bool:
    if ID.fullmatch(name):
        return True
    table.fault(f"`{name}` is no name of a lesson's folder.", "Use small letters a-z, digits and hyphens.")
    return False


def _leftovers(files: Files, known: set[str], faults: Faults) -> None:
    folders = {name.split("/")[0] for name in files if name.endswith("/lesson.toml")}
    for folder in sorted(folders - known):
        what, mend = "course.toml does not name this lesson.", "Add it to `lessons`, or remove the folder."
        faults.add(f"{folder}/lesson.toml", 1, what, mend, "warning")


def _units(table: Table) -> dict[str, Unit]:
    for slug in table.values.keys() - LANGUAGES.keys():
        table.fault(f"The language `{slug}` is not known.", f"Use one of: {', '.join(LANGUAGES)}.")
    return {slug: _unit(table, slug) for slug in table.values if slug in LANGUAGES}


def _unit(table: Table, slug: str) -> Unit:
    state = "approved" if slug == SOURCE else "needs_review"
    if isinstance(table.values[slug], str):
        return Unit(table.text(slug), state=state, line=table.line)
    own = table.table(slug)
    own.known(*UNIT_KEYS)
    source, author, reviewer, made_from = (own.text(key) for key in ("source", "author", "reviewer", "from"))
    origin = own.one_of("origin", ORIGINS)
    return Unit(
        own.text("text"),
        own.one_of("state", STATES, state),
        origin,
        source,
        author,
        reviewer,
        made_from,
        table.line,
    )


def _lesson(name: str, files: Files, faults: Faults) -> Lesson | None:
    table = _toml(files, f"{name}/lesson.toml", faults)
    if table is None:
        return None
    inside = {
        path.removeprefix(f"{name}/"): data for path, data in files.items() if path.startswith(f"{name}/")
    }
    media = frozenset(path.removeprefix("media/") for path in inside if path.startswith("media/"))
    spoken = parse(f"{name}/{voices.FILE}", inside.get(voices.FILE, b""), faults)
    told = voices.read(spoken) if spoken else {}
    practices, words = _practices(name, inside, faults), _words(name, inside, faults)
    return lessons.lesson(name, table, practices, words, media, told)


def _practices(lesson: str, inside: Files, faults: Faults) -> dict[str, Practice]:
    found: dict[str, Practice] = {}
    for path in inside:
        if "/" in path or not path.endswith(".toml") or path in ("lesson.toml", voices.FILE):
            continue
        table = parse(f"{lesson}/{path}", inside[path], faults)
        if table:
            found[path] = practice.read(path, table)
    return found


def _words(lesson: str, inside: Files, faults: Faults) -> dict[str, dict[str, Unit]]:
    found: dict[str, dict[str, Unit]] = {}
    for path in inside:
        slug, _, ending = path.rpartition(".")
        if "/" in path or ending != "md":
            continue
        if slug not in LANGUAGES:
            faults.add(
                f"{lesson}/{path}",
                1,
                f"The language `{slug}` is not known.",
                f"Use one of: {', '.join(LANGUAGES)}.",
            )
        elif (text := decoded(f"{lesson}/{path}", inside[path], faults)) is not None:
            found[slug] = wordfile.parse(f"{lesson}/{path}", slug, text, faults)
    return found
