"""What staff write about a class, to clean values or the interface words that say how to mend them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from app.core import ids
from app.programmes import class_rules as rules
from app.programmes.class_queries import Assigned

GetList = Callable[[str], list[str]]


async def posted(request: Request) -> FormData:
    return await request.form()


Posted = Annotated[FormData, Depends(posted)]


def get_list(form: FormData) -> GetList:
    return lambda name: [one for one in form.getlist(name) if isinstance(one, str)]


@dataclass(slots=True)
class ClassForm:
    """`deadlines` is by course; `errors` holds an interface word by field."""

    name: str = ""
    place: str = ""
    helper: str = ""
    from_day: str = ""
    to_day: str = ""
    courses: list[str] = field(default_factory=list)
    deadlines: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def assigned(self) -> list[Assigned]:
        return [Assigned(one, self.deadlines.get(one, "")) for one in self.courses]

    def check(self, courses: Collection[str], may_run: Callable[[str, str], bool]) -> "ClassForm":
        """`courses` are those there are; `may_run(staff, place)` says who may run a class where."""
        days = [self.from_day, *filter(None, [self.to_day, *self.deadlines.values()])]
        wrong = {
            "name": (not any(map(str.isalnum, self.name)), "class.write_name"),
            "courses": (not self.courses or not set(self.courses) <= set(courses), "class.choose_course"),
            "from_day": (not all(map(rules.is_day, days)), "class.write_day"),
            "to_day": (bool(self.to_day) and self.to_day < self.from_day, "class.ends_before"),
            "helper": (
                bool(self.place) and not (self.helper and may_run(self.helper, self.place)),
                "class.helper_elsewhere",
            ),
        }
        self.errors = {name: word for name, (is_wrong, word) in wrong.items() if is_wrong}
        return self


def class_form(get_list: GetList) -> ClassForm:
    courses = [*dict.fromkeys(get_list("courses"))][: rules.MOST_COURSES]
    return ClassForm(
        name=" ".join(visible(_first(get_list, "name")).split())[: rules.NAME_LENGTH],
        place=_first(get_list, "place"),
        helper=_first(get_list, "helper"),
        from_day=_first(get_list, "from_day"),
        to_day=_first(get_list, "to_day"),
        courses=courses,
        deadlines={one: _first(get_list, f"deadline.{one}") for one in courses},
    )


def persons(get_list: GetList, name: str) -> list[str]:
    return [one for one in dict.fromkeys(get_list(name)) if ids.is_id(one)]


def visible(text: str) -> str:
    """Without what no keyboard writes: NUL, and marks that turn the words around for who reads them."""
    return "".join(one if one.isprintable() or one == "\n" else " " for one in text)


def _first(get_list: GetList, name: str) -> str:
    return next(iter(get_list(name)), "").strip()
