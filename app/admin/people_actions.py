"""What helpers do for people: registering, cards, pictures. Slow hashing is done before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import segno
from markupsafe import Markup
from sqlalchemy import Connection

from app.accounts import actions, cookies, hashing, households, merging, queries, rules
from app.admin.people_forms import Registration


class Pin(NamedTuple):
    """Three pictures, to be shown to her alone, and what is kept of them."""

    pictures: tuple[str, ...]
    hash: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed of one person: her card, and on a slip of its own the pictures, if they are new."""

    person: str
    secret: str
    pin: Pin | None = None

    def code(self, address: str) -> Markup:
        """The QR of her card; `address` is of this site."""
        return qr(f"{address.rstrip('/')}/k/{self.secret}")


def qr(url: str) -> Markup:
    """As SVG, to stand in a page."""
    drawn = segno.make(url, error="m", micro=False)
    return Markup(drawn.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None))  # noqa: S704 - drawn here


def new_pin() -> Pin:
    pictures = rules.choose_pin()
    return Pin(pictures, hashing.hash_secret(rules.pin_secret(pictures)))


def sheets(persons: Sequence[str], needing_pin: set[str]) -> list[Sheet]:
    """New cards, and pictures for those who need some; nothing is written yet."""
    return [Sheet(one, cookies.new_token(), new_pin() if one in needing_pin else None) for one in persons]


def register(
    conn: Connection,
    form: Registration,
    consents: Mapping[str, str],
    made: Sequence[Sheet],
    by: str,
    guardians: Mapping[str, str],
) -> None:
    """Registers those who said yes, as a household where it is one; the same form again makes nobody twice."""
    people = {one.id: one for one in form.people}
    new = [one for one in made if queries.person(conn, one.person) is None]
    for one in new:
        told = people[one.person]
        actions.enrol(
            conn, one.person, by=by, name=told.name, face=told.face, lang=form.speaks, place=form.place,
            consent=consents[one.person], guardian=guardians.get(one.person, ""), **told.told(),
        )  # fmt: skip
    if form.family and new:
        household = households.make(conn, form.household, form.place, by)
        for one in new:
            households.join(conn, household, one.person, by)
    hand_out(conn, made, by)


def hand_out(conn: Connection, made: Sequence[Sheet], by: str) -> None:
    """The cards and pictures printed from now on count; those before do not."""
    for one in made:
        actions.make_card(conn, one.person, cookies.hashed(one.secret), by)
        if one.pin:
            actions.set_pin(conn, one.person, one.pin.hash, by)


def leave(conn: Connection, household: str, person: str, by: str) -> None:
    """With every record of hers."""
    for record in merging.records(conn, person):
        found = households.of(conn, record)
        if found and found.id == household:
            households.leave(conn, household, record, by)
