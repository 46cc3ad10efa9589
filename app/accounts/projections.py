"""Persons, PINs and roles of staff from the ledger. Each is folded anew from all its entries, so arrival order means nothing."""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from app.accounts import households, merging, queries, rules
from app.accounts.models import Card, Credential, Household, HouseholdMember, Person, RoleGrant
from app.accounts.permissions import Role
from app.accounts.staff_projections import register as register_renewals
from app.core import erasing, ledger
from app.core.db import in_parts, replace, table_of, upsert
from app.core.errors import MakesNoSense
from app.core.ledger import Fact
from app.core.models import Entry

REGISTERED, CHANGED, PIN_SET = "person.registered/1", "person.changed/1", "pin.set/1"
GRANTED, ENDED = "role.granted/1", "role.ended/1"
DEFAULTS: dict[str, Any] = {
    "hear_first": False, "place": None, "path": "", "consent": "", "year": None, "gender": "", "phone": "", "group": "",
}  # fmt: skip
CARD_MADE, CARD_ENDED = "card.made/1", "card.ended/1"
CHANGEABLE = {"name": str, "face": str, "lang": str, "hear_first": bool, "path": str, "consent": str}
CHANGEABLE |= {"by": str, **rules.OPTIONAL}
ENTRY, CARD = table_of(Entry), table_of(Card)

_OF = (
    select(ENTRY.c.id, ENTRY.c.type, ENTRY.c.person_id, ENTRY.c.claimed_at, ENTRY.c.body)
    .where(ENTRY.c.person_id.in_(bindparam("persons", expanding=True)))
    .where(ENTRY.c.type.in_(bindparam("types", expanding=True)))
    .where(ENTRY.c.body.is_not(None))
)
SHA = re.compile("[0-9a-f]{64}")


def register() -> None:
    """All but what registering says: `data_projections` has it, since that is a consent too."""
    ledger.projection(Person)
    ledger.projection(Credential)
    ledger.on(PIN_SET, check_pin)(project_pins)
    merging.register()
    ledger.projection(Card)
    ledger.on(CARD_MADE, check_card)(project_cards)
    ledger.on(CARD_ENDED, check_card)(project_cards)
    ledger.projection(Household)
    ledger.projection(HouseholdMember)
    ledger.on(households.MADE, households.check_made)(project_households)
    erasing.may_name(households.MADE, refold_households, households.without)
    ledger.on(households.JOINED, households.check_member)(project_members)
    ledger.on(households.LEFT, households.check_member)(project_members)
    ledger.projection(RoleGrant)
    ledger.on(GRANTED, check_grant)(project_roles)
    ledger.on(ENDED, check_end)(project_roles)
    register_renewals()


def check_profile(conn: Connection, fact: Fact) -> None:
    """Somebody who comes by import is asked for her consent later, face to face."""
    needed = ("name", "face", "lang") if fact.data.get("by") else ("name", "face", "lang", "consent")
    for key in needed:
        if not isinstance(fact.data.get(key), str) or not fact.data[key]:
            raise MakesNoSense(f"no-{key}")
    check_change(conn, fact)


def check_change(conn: Connection, fact: Fact) -> None:
    if not all(_is(fact.data[key], kind) for key, kind in CHANGEABLE.items() if key in fact.data):
        raise MakesNoSense("no-change")


def _is(value: object, kind: type) -> bool:
    """The year of birth can also be taken back."""
    return type(value) is kind or (kind is int and value is None)


def check_pin(conn: Connection, fact: Fact) -> None:
    if not str(fact.data.get("hash", "")).startswith("$argon2id$"):
        raise MakesNoSense("no-hash")


def check_card(conn: Connection, fact: Fact) -> None:
    if not SHA.fullmatch(str(fact.data.get("card"))):
        raise MakesNoSense("no-card")


def check_grant(conn: Connection, fact: Fact) -> None:
    """Who gives a role may give it there, whatever page or node the entry comes from."""
    role, place, by = (fact.data.get(key) for key in ("role", "place", "by"))
    if role not in set(Role) or not isinstance(place, str) or not isinstance(by, str):
        raise MakesNoSense("no-role")
    if not queries.may_grant(conn, by, Role(role), place):
        raise MakesNoSense("not-hers-to-give")


def check_end(conn: Connection, fact: Fact) -> None:
    grant = queries.grant(conn, str(fact.data.get("grant")))
    if grant is None or grant.staff_id != fact.person:
        raise MakesNoSense("no-role")
    if not queries.may_grant(conn, str(fact.data.get("by")), Role(grant.role), grant.place):
        raise MakesNoSense("not-hers-to-end")


def project_roles(conn: Connection, facts: list[Fact]) -> None:
    found = histories(conn, facts, ["role.granted", "role.ended"])
    upsert(conn, RoleGrant, [row for staff, bodies in found for row in _grants(staff, bodies)], replace)


def _grants(staff: str, bodies: Mapping[str, Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Every role she was given; the first end by id counts."""
    ends = {bodies[id]["grant"]: bodies[id] for id in sorted(bodies, reverse=True) if "grant" in bodies[id]}
    for id, body in bodies.items():
        if body["type"] == "role.granted":
            end = ends.get(id, {})
            given = {"id": id, "staff_id": staff, "granted_at": body["claimed_at"]}
            own = {key: body[key] for key in ("role", "place", "by")}
            yield given | own | {"ended_at": end.get("claimed_at"), "ended_by": end.get("by")}


def project_persons(conn: Connection, facts: list[Fact]) -> None:
    types = ["person.registered", "person.changed"]
    rows = [
        row
        for person, bodies in histories(conn, facts, types)
        if (row := _person(person, bodies)) is not None
    ]
    upsert(conn, Person, rows, replace)


def project_pins(conn: Connection, facts: list[Fact]) -> None:
    rows = [_credential(person, bodies) for person, bodies in histories(conn, facts, ["pin.set"])]
    upsert(conn, Credential, rows, replace)


def histories(
    conn: Connection, facts: list[Fact], types: list[str]
) -> Iterable[tuple[str, dict[str, dict[str, Any]]]]:
    """Every body of these types by id, for each person these facts are about."""
    return bodies_of(conn, {fact.person for fact in facts}, types)


def bodies_of(
    conn: Connection, persons: Collection[str], types: list[str]
) -> Iterable[tuple[str, dict[str, dict[str, Any]]]]:
    """Every body of these types by id, for each of these that has any."""
    found: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for some in in_parts(sorted(persons)):
        for row in conn.execute(_OF, {"persons": some, "types": types}):
            found[row.person_id][row.id] = json.loads(row.body) | {"type": row.type}
    return found.items()


def _person(person: str, bodies: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    registered = [body["claimed_at"] for body in bodies.values() if body["type"] == "person.registered"]
    if not registered:
        return None
    by = next(bodies[id].get("by", "") for id in sorted(bodies) if bodies[id]["type"] == "person.registered")
    fields = DEFAULTS | rules.folded(bodies)
    own = {"id": person, "registered_at": min(registered), "folded": rules.name_key(fields["name"])}
    return fields | own | {"by": by}


def _credential(person: str, bodies: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    last = bodies[rules.in_order_of_knowledge({id: rules.based_on(body) for id, body in bodies.items()})[-1]]
    return {"person_id": person, "hash": last["hash"], "set_at": last["claimed_at"]}


def project_cards(conn: Connection, facts: list[Fact]) -> None:
    """The card made last works, until it is ended; one made before never does again."""
    found = {
        person: _card(person, bodies)
        for person, bodies in histories(conn, facts, ["card.made", "card.ended"])
    }
    upsert(conn, Card, [row for row in found.values() if row], replace)
    for person in (person for person, row in found.items() if row is None):
        conn.execute(delete(CARD).where(CARD.c.person_id == person))


def _card(person: str, bodies: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    made = [bodies[id] for id in sorted(bodies) if bodies[id]["type"] == "card.made"]
    ended = {body["card"] for body in bodies.values() if body["type"] == "card.ended"}
    if not made or made[-1]["card"] in ended:
        return None
    last = made[-1]
    return {
        "person_id": person,
        "sha": last["card"],
        "made_at": last["claimed_at"],
        "by": last.get("by", ""),
    }


def project_households(conn: Connection, facts: list[Fact]) -> None:
    refold_households(conn, {fact.person for fact in facts})


def refold_households(conn: Connection, ids: Collection[str]) -> None:
    """One of which nothing is said any more is gone, until something is."""
    found = dict(bodies_of(conn, ids, ["household.made"]))
    upsert(conn, Household, [households.made(id, bodies) for id, bodies in found.items()], replace)
    for some in in_parts(sorted(set(ids) - found.keys())):
        conn.execute(delete(households.HOUSEHOLD).where(households.HOUSEHOLD.c.id.in_(some)))


def project_members(conn: Connection, facts: list[Fact]) -> None:
    found = histories(conn, facts, ["household.joined", "household.left"])
    households.project_members(conn, {person: households.member(person, bodies) for person, bodies in found})
