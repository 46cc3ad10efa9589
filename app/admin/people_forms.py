"""What a helper fills in for others, and what must be mended in it, as interface words by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.accounts import data_rules, rules
from app.core import clock, ids
from courses.languages import LANGUAGES

MOST_AT_ONCE = 10
Posted = Mapping[str, Sequence[str]]


def first(posted: Posted, name: str) -> str:
    return next(iter(posted.get(name, ())), "")


def this_year() -> int:
    return clock.as_datetime(clock.now()).year


@dataclass(slots=True)
class Newcomer:
    """One row of the form. The id is made with the form, so that the same form twice is the same person."""

    id: str
    face: str = ""
    name: str = ""
    year: str = ""
    gender: str = ""
    phone: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def check(self) -> "Newcomer":
        self.name = rules.clean_name(self.name)
        phone = rules.clean_phone(self.phone)
        wrong = {
            "name": (not rules.is_name(self.name), "people.write_name"),
            "face": (not rules.is_face(self.face), "who.choose_face"),
            "year": (
                bool(self.year) and rules.clean_year(self.year, this_year()) is None,
                "people.year_wrong",
            ),
            "gender": (self.gender not in ("", *rules.GENDERS), "people.gender_wrong"),
            "phone": (bool(self.phone) and phone is None, "people.phone_wrong"),
        }
        self.errors = {name: word for name, (is_wrong, word) in wrong.items() if is_wrong}
        return self

    @property
    def is_child(self) -> bool:
        """Whether a guardian has to say yes too."""
        return data_rules.is_child(rules.clean_year(self.year, this_year()), clock.now())

    def told(self) -> dict[str, object]:
        return {
            "year": rules.clean_year(self.year, this_year()),
            "gender": self.gender,
            "phone": rules.clean_phone(self.phone) or "",
        }


@dataclass(slots=True)
class Registration:
    """People registered in one go: one, or a household where `household` is its name."""

    people: list[Newcomer]
    place: str = ""
    speaks: str = ""
    household: str = ""
    family: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def wrong(self) -> bool:
        return bool(self.errors) or any(one.errors for one in self.people)

    def unchecked(self) -> "Registration":
        """The same before anything in it is told to be wrong."""
        self.errors = {}
        for one in self.people:
            one.errors = {}
        return self

    def check(self) -> "Registration":
        self.household = rules.clean_name(self.household)
        named = [one for one in self.people if one.name.strip()] or self.people[:1]
        self.people = [one.check() for one in named]
        wrong = {
            "place": (not self.place, "people.choose_place"),
            "speaks": (self.speaks not in LANGUAGES, "people.choose_language"),
            "household": (self.family and not rules.is_name(self.household), "people.name_household"),
        }
        self.errors = {name: word for name, (is_wrong, word) in wrong.items() if is_wrong}
        return self


def blank(count: int) -> list[Newcomer]:
    """Rows to fill in; of a family each with another face already."""
    faces = rules.FACES if count > 1 else ("",)
    return [Newcomer(ids.new(), faces[n * 5 % len(faces)]) for n in range(count)]


def newcomer(posted: Posted, id: str, of: str = "") -> Newcomer:
    """What was filled in for one person; `of` ends the names of her fields."""
    face, name, year, gender, phone = (
        first(posted, f"{field}{of}").strip() for field in ("face", "name", "year", "gender", "phone")
    )
    return Newcomer(id, face, name, year, gender, phone)


def registration(posted: Posted) -> Registration:
    given = [id for id in posted.get("id", ()) if ids.is_id(id)][:MOST_AT_ONCE]
    people = [newcomer(posted, id, f"-{id}") for id in dict.fromkeys(given)]
    place, speaks, household = (first(posted, name).strip() for name in ("place", "speaks", "household"))
    return Registration(people or blank(1), place, speaks, household, family=bool(first(posted, "family")))
