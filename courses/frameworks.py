"""The competence frameworks that courses and lessons are mapped to; a code is quoted as `NLS:4.2`."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from courses.model import Course, Fault
from courses.tables import Faults, parse


@dataclass(frozen=True, slots=True)
class Framework:
    """`names` says each code in Vietnamese; `complete` is whether the whole framework was obtained."""

    id: str
    name: str
    complete: bool
    names: dict[str, str]
    version: str = ""

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(f"{self.id}:{code}" for code in self.names)


def read(file: str, data: bytes) -> tuple[Framework | None, list[Fault]]:
    """The framework, or None where the file cannot be read, and what is wrong in it."""
    faults = Faults()
    table = parse(file, data, faults)
    if table is None:
        return None, faults.found
    if not table.text("id"):
        table.fault("The framework has no `id`.", 'Write `id = "NLS"`, as courses quote it.')
    codes = {one.text("code"): one.text("name_vi") for one in table.tables("codes")}
    return Framework(
        table.text("id"), table.text("name_vi"), table.flag("complete"), codes, table.text("version")
    ), faults.found


def check(course: Course, codes: Collection[str]) -> Iterator[Fault]:
    """Codes quoted by the course or a lesson that no framework has."""
    owners = [("course.toml", course.codes)]
    owners += [(f"{lesson.id}/lesson.toml", lesson.codes) for lesson in course.all_lessons()]
    for file, quoted in owners:
        for code in quoted:
            if code not in codes:
                mend = "Use one that content/frameworks/ names, or mend it."
                yield Fault(file, 1, f"The code `{code}` is in no framework.", mend)
