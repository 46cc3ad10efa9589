"""In which order who takes the courses, and where the answers of the placement lead."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from courses.model import Fault
from courses.tables import Faults, Table, parse

FIRST = ":"
"""Between a path and the course put before all its others, as in `trader:dt01`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`path` is the one this choice leads to, where it leads to one."""

    id: str
    picture: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    id: str
    choices: tuple[Choice, ...] = ()

    def choice(self, id: str) -> Choice | None:
        return next((one for one in self.choices if one.id == id), None)


@dataclass(frozen=True, slots=True)
class Rule:
    """Begins with `first` where every answer is among those `when` names for its question."""

    id: str
    first: str
    when: Mapping[str, tuple[str, ...]]

    def fits(self, answers: Mapping[str, str]) -> bool:
        return all(answers.get(question) in choices for question, choices in self.when.items())


@dataclass(frozen=True, slots=True)
class Proposal:
    """`chosen` is what is remembered of it; `why` the id of the rule that spoke, or the path's own."""

    path: str
    chosen: str
    courses: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Paths:
    """`courses` by path; of the `rules` the first that fits speaks."""

    courses: Mapping[str, tuple[str, ...]]
    questions: tuple[Asked, ...] = ()
    rules: tuple[Rule, ...] = ()

    def open(self, answers: Mapping[str, str]) -> list[str]:
        """The questions that are still without one of their answers."""
        return [one.id for one in self.questions if one.choice(answers.get(one.id, "")) is None]

    def propose(self, answers: Mapping[str, str]) -> Proposal:
        """Takes an answer to every question."""
        given = (one.choice(answers[one.id]) for one in self.questions)
        path = next(one.path for one in given if one and one.path)
        rule = next((one for one in self.rules if one.fits(answers)), None)
        first = rule.first if rule else self.courses[path][0]
        chosen = path if first == self.courses[path][0] else f"{path}{FIRST}{first}"
        return Proposal(path, chosen, self.order(chosen), rule.id if rule else path)

    @staticmethod
    def path_of(chosen: str) -> str:
        return chosen.partition(FIRST)[0]

    def order(self, chosen: str) -> tuple[str, ...]:
        """The courses of what was chosen, none where it means nothing (any more)."""
        path, _, first = chosen.partition(FIRST)
        courses = self.courses.get(path, ())
        if not courses or not first:
            return courses
        known = {*courses, *(rule.first for rule in self.rules)}
        return (first, *(one for one in courses if one != first)) if first in known else ()


NONE = Paths({})
Known = Collection[str] | None


def read(
    data: bytes, courses: Known = None, pictures: Known = None, file: str = "paths.toml"
) -> tuple[Paths, list[Fault]]:
    """The paths and what is wrong in the file, courses and pictures among it where the known ones are given."""
    faults = Faults()
    table = parse(file, data, faults)
    if table is None:
        return NONE, faults.found
    table.known("paths", "questions", "rules")
    paths = table.table("paths")
    orders = {id: _order(paths, id, courses) for id in paths.values}
    questions = tuple(_asked(one, orders, pictures) for one in table.tables("questions"))
    rules = tuple(_rule(one, {one.id: one for one in questions}, courses) for one in table.tables("rules"))
    if not any(one.choices and all(choice.path for choice in one.choices) for one in questions):
        table.fault("No question leads to a path.", "Give every choice of one question a `path`.")
    return Paths(orders, questions, rules), faults.found


def _order(table: Table, id: str, courses: Known) -> tuple[str, ...]:
    order = table.texts(id)
    if not order or len(set(order)) < len(order):
        table.fault(f"The path `{id}` is empty or names a course twice.", "Name each of its courses once.")
    for course in order:
        _known_course(table, course, courses)
    return order


def _known_course(table: Table, course: str, courses: Known) -> None:
    if courses is not None and course not in courses:
        table.fault(f"There is no course `{course}`.", "Mend its id, or take it out.")


def _asked(table: Table, orders: Collection[str], pictures: Known) -> Asked:
    table.known("id", "choices")
    return Asked(table.id(), tuple(_choice(one, orders, pictures) for one in table.tables("choices")))


def _choice(table: Table, orders: Collection[str], pictures: Known) -> Choice:
    table.known("id", "picture", "path")
    choice = Choice(table.id(), table.text("picture"), table.one_of("path", orders))
    if not choice.picture or (pictures is not None and choice.picture not in pictures):
        table.fault(
            f"`{choice.id}` has no picture of the kit.", 'Write `picture = "…"`, the name of a scene.'
        )
    return choice


def _rule(table: Table, questions: Mapping[str, Asked], courses: Known) -> Rule:
    table.known("id", "first", "when")
    when = table.table("when")
    fits = {id: when.texts(id) for id in when.values}
    for id, choices in fits.items():
        for one in choices:
            if id not in questions or questions[id].choice(one) is None:
                table.fault(f"Nobody can answer `{one}` to `{id}`.", "Name a question and its choices.")
    _known_course(table, table.text("first"), courses)
    if not table.text("first") or not fits:
        table.fault("A rule without `first` or `when` decides nothing.", "Write both.")
    return Rule(table.id(), table.text("first"), fits)
