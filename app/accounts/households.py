"""Households: who lives in one house and may share a phone. A person is of the one she joined last."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select

from app.accounts import consent, data_queries, queries, rules
from app.accounts.models import Household, HouseholdMember
from app.accounts.queries import ENTRY, HERE, MERGED, PERSON
from app.core import ids, ledger
from app.core.db import in_parts, replace, table_of, upsert
from app.core.envelope import PLACE
from app.core.errors import MakesNoSense
from app.core.ledger import Fact

MADE, JOINED, LEFT = "household.made/1", "household.joined/1", "household.left/1"
HOUSEHOLD, MEMBER = table_of(Household), table_of(HouseholdMember)
_MADE = select(ENTRY.c.id, ENTRY.c.body).where(
    ENTRY.c.person_id == bindparam("household"), ENTRY.c.type == "household.made", ENTRY.c.body.is_not(None)
)


def check_made(conn: Connection, fact: Fact) -> None:
    if not isinstance(fact.data.get("name"), str) or not PLACE.fullmatch(str(fact.data.get("place"))):
        raise MakesNoSense("no-household")


def check_member(conn: Connection, fact: Fact) -> None:
    if not ids.is_id(fact.data.get("household")):
        raise MakesNoSense("no-household")


def made(household: str, bodies: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What was said last of it; it was made when that was said first."""
    last = bodies[max(bodies)]
    name = rules.clean_name(last["name"])
    at = min(body["claimed_at"] for body in bodies.values())
    own = {"id": household, "name": name, "folded": rules.name_key(name), "made_at": at}
    return own | {"place": last["place"], "by": str(last.get("by", ""))}


def member(person: str, bodies: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    """Where she lives after all she joined and left, in the order of ids."""
    found: dict[str, Any] | None = None
    for id in sorted(bodies):
        household, at = bodies[id]["household"], bodies[id]["claimed_at"]
        if bodies[id]["type"] == "household.joined":
            found = {"person_id": person, "household_id": household, "joined_at": at}
        elif found and found["household_id"] == household:
            found = None
    return found


def project_members(conn: Connection, found: Mapping[str, dict[str, Any] | None]) -> None:
    gone = [person for person, row in found.items() if row is None]
    upsert(conn, HouseholdMember, [row for row in found.values() if row], replace)
    conn.execute(delete(MEMBER).where(MEMBER.c.person_id.in_(gone)))


def make(conn: Connection, name: str, place: str, by: str, household: str = "") -> str:
    """A new household, or another name for one; its id."""
    household = household or ids.new()
    ledger.record(conn, MADE, household, household=household, name=name, place=place, by=by)
    return household


def join(conn: Connection, household: str, person: str, by: str) -> None:
    ledger.record(conn, JOINED, person, household=household, by=by)


def leave(conn: Connection, household: str, person: str, by: str) -> None:
    ledger.record(conn, LEFT, person, household=household, by=by)


def without(conn: Connection, names: Collection[str], persons: Sequence[str], by: str) -> list[str]:
    """Takes names out of the titles of the households these persons ever joined; the entries that said them."""
    said: list[str] = []
    for id in sorted(_ever_joined(conn, persons)):
        bodies = {row.id: json.loads(row.body) for row in conn.execute(_MADE, {"household": id})}
        naming = [
            one for one, body in bodies.items() if rules.without_name(body["name"], names) != body["name"]
        ]
        if naming:
            last = bodies[max(bodies)]
            make(conn, rules.without_name(last["name"], names), last["place"], by, id)
            said += naming
    return said


def _ever_joined(conn: Connection, persons: Sequence[str]) -> set[str]:
    joined = select(ENTRY.c.body).where(ENTRY.c.person_id.in_(persons), ENTRY.c.type == "household.joined")
    return {
        json.loads(body)["household"]
        for body in conn.execute(joined.where(ENTRY.c.body.is_not(None))).scalars()
    }


def household(conn: Connection, id: str) -> Row[Any] | None:
    return conn.execute(select(HOUSEHOLD).where(HOUSEHOLD.c.id == id)).one_or_none()


def of(conn: Connection, person: str) -> Row[Any] | None:
    """The household somebody lives in, if any."""
    hers = select(HOUSEHOLD).join(MEMBER, MEMBER.c.household_id == HOUSEHOLD.c.id)
    return conn.execute(hers.where(MEMBER.c.person_id == person)).one_or_none()


def named(conn: Connection, households: Iterable[str]) -> set[str]:
    """Those of them of whom somebody agreed to stand in lists: a list may give such a household's name."""
    stands = func.coalesce(MERGED.c.kept_id, MEMBER.c.person_id)
    living = select(MEMBER.c.household_id, stands).outerjoin(MERGED, MERGED.c.person_id == MEMBER.c.person_id)
    of = {
        person: household
        for some in in_parts(sorted(set(households)))
        for household, person in conn.execute(living.where(MEMBER.c.household_id.in_(some)))
    }
    return {of[person] for person in data_queries.agreeing(conn, of, consent.LISTS)}


def members(conn: Connection, household: str) -> Sequence[Row[Any]]:
    """The people of a household, in the order they joined; two records of one person are one."""
    stands = func.coalesce(MERGED.c.kept_id, MEMBER.c.person_id)
    living = (
        select(PERSON)
        .select_from(MEMBER)
        .outerjoin(MERGED, MERGED.c.person_id == MEMBER.c.person_id)
        .join(PERSON, PERSON.c.id == stands)
        .where(MEMBER.c.household_id == household)
        .order_by(MEMBER.c.joined_at, PERSON.c.id)
    )
    return list({row.id: row for row in conn.execute(living)}.values())


def not_here(conn: Connection, device: str, person: str) -> list[str]:
    """Those she lives with who were asked, have pictures of their own and are not on this phone."""
    found = of(conn, person)
    living = select(HERE.c.person_id).where(HERE.c.device_id == device, HERE.c.removed_at.is_(None))
    here = set(conn.execute(living).scalars())
    others = [row.id for row in members(conn, found.id) if row.id not in here] if found else []
    unasked = data_queries.unasked(conn, others)
    return [one for one in others if one not in unasked and queries.pin_hash(conn, one)]
