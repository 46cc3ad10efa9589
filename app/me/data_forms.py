"""What somebody mends in what is kept about her, and what she asks."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from app.accounts import data_rules, rules
from app.core import clock


@dataclass(slots=True)
class Correction:
    """`errors` holds an interface word by field."""

    name: str = ""
    face: str = ""
    lang: str = ""
    place: str = ""
    year: str = ""
    gender: str = ""
    phone: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def check(self, languages: Collection[str], places: Collection[str]) -> "Correction":
        """`places` are those she may say she lives at."""
        self.name = rules.clean_name(self.name)
        wrong = {
            "name": (not rules.is_name(self.name), "who.write_name"),
            "face": (not rules.is_face(self.face), "who.choose_face"),
            "lang": (self.lang not in languages, "data.choose"),
            "place": (self.place not in ("", *places), "data.choose"),
            "year": (bool(self.year) and self._year() is None, "people.year_wrong"),
            "gender": (self.gender not in ("", *rules.GENDERS), "data.choose"),
            "phone": (bool(self.phone) and rules.clean_phone(self.phone) is None, "people.phone_wrong"),
        }
        self.errors = {name: word for name, (is_wrong, word) in wrong.items() if is_wrong}
        return self

    def _year(self) -> int | None:
        return rules.clean_year(self.year, clock.as_datetime(clock.now()).year)

    def fields(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in ("name", "face", "lang", "gender")}
        told |= {"year": self._year(), "phone": rules.clean_phone(self.phone) or ""}
        return told | ({"place": self.place} if self.place else {})


def asked_words(raw: str) -> str:
    """As it is kept: what no keyboard writes is left out."""
    shown = "".join(one if one.isprintable() else " " for one in raw)
    return " ".join(shown.split())[: data_rules.LONGEST_WORDS]
