"""Course folders held to their rules before anything is written, and what is said of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core import clock
from app.curriculum.library import Library
from courses import checks, claims, folder
from courses.folder import Files, Read
from courses.model import Fault
from courses.report import AUTHORED, Report, report
from courses.structure import Outline


def read(path: Path, library: Library) -> Read:
    """Raises `NotAFolder`."""
    return read_files(folder.from_dir(path), library)


def tried(path: Path, library: Library) -> Read:
    """The same, where what is no folder is a fault like any other."""
    try:
        return read(path, library)
    except folder.NotAFolder as error:
        return Read(None, (Fault(path.name, 1, str(error), "Name the folder of one course."),))


def read_files(files: Files, library: Library, published: Outline | None = None) -> Read:
    """The course with every fault found in it, those of the pictures and facts it uses among them."""
    found = folder.read(files)
    today = clock.as_datetime(clock.now()).date()
    faults = checks.check(found, library.scenes.keys(), library.facts, today, published, library.codes)
    stated = claims.check(found.course, library.plain) if found.course else ()
    return Read(found.course, (*faults, *stated))


def broken(faults: Iterable[Fault]) -> list[Fault]:
    """What must be mended before the course can be taken in."""
    return [fault for fault in faults if fault.level == "error"]


def placed(read: Iterable[tuple[Path, Read]]) -> Iterator[Fault]:
    """The faults of several courses, each file with the folder it lies in."""
    for path, one in read:
        for fault in one.faults:
            yield replace(fault, file=f"{path.name}/{fault.file}")


def told(read: Read) -> dict[str, Any]:
    """For programs: what was understood of one course, and what was not and why."""
    understood = checks.counts([read.course] if read.course else [])
    understood.pop("faults")
    return {
        "course": read.course.id if read.course else None,
        "understood": understood,
        "not_understood": _plain(read.faults),
    }


def checked(read: Sequence[Read], faults: Sequence[Fault]) -> dict[str, Any]:
    courses = [one.course for one in read if one.course]
    return checks.counts(courses) | {"faults": _plain(faults)}


def _plain(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    names = ("file", "line", "level", "what", "mend")
    return [{name: getattr(fault, name) for name in names} for fault in faults]


def listed(read: Read) -> str:
    found = told(read)
    sums = ", ".join(
        f"{count} {name}" for name, count in found["understood"].items() if isinstance(count, int)
    )
    return "\n".join([f"{found['course'] or 'no course'}: {sums}", *map(str, read.faults)])


def summed(told: dict[str, Any], faults: Sequence[Fault]) -> str:
    lines = [f"{name}: {told[name]}" for name in ("courses", "lessons", "finals", "questions", "practices")]
    for lang, states in told["languages"].items():
        lines.append(f"{lang}: " + ", ".join(f"{count} {state}" for state, count in states.items()))
    return "\n".join([*lines, *map(str, faults), f"{len(broken(faults))} to mend"])


def reports(library: Library) -> Iterator[Report]:
    """How far every shipped course is carried into each authored language."""
    for path in library.courses():
        if course := folder.read(folder.from_dir(path)).course:
            yield from (report(course, lang, library.glossary(lang)) for lang in AUTHORED)
