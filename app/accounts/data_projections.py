"""What each person agreed to and asked about her data, folded anew from all her entries; and how accounts forgets her."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, select, update

from app.accounts import consent, data_queries, data_rules, rules
from app.accounts.models import (
    Card,
    Consent,
    Credential,
    DataRequest,
    DevicePerson,
    HouseholdMember,
    PeopleImport,
    RollPerson,
)
from app.accounts.projections import (
    CHANGED,
    REGISTERED,
    check_change,
    check_profile,
    histories,
    project_persons,
)
from app.accounts.queries import DEVICE, PERSON, THROTTLE
from app.core import erasing, ids, ledger
from app.core.db import replace, table_of, upsert
from app.core.errors import MakesNoSense
from app.core.ledger import Fact
from courses.languages import LANGUAGES

GIVEN, WITHDRAWN = "consent.given/1", "consent.withdrawn/1"
ASKED, ANSWERED = "data.asked/1", "data.answered/1"
CONSENTING = ["person.registered", "person.changed", "consent.given", "consent.withdrawn"]
ASKING = ["data.asked", "data.answered"]
OF_PERSONS = (Credential, Card, HouseholdMember, RollPerson, DevicePerson, Consent, DataRequest)
IMPORT = table_of(PeopleImport)
PURPOSE = re.compile("[a-z][a-z-]{1,39}")
AGREED = re.compile("[0-9]{1,4}/[A-Za-z-]{2,20}/[0-9a-f]{8}")


def register() -> None:
    """Who registers says yes to being remembered, and that is a consent too."""
    for model in (Consent, DataRequest):
        ledger.projection(model)
    ledger.on(REGISTERED, check_profile)(_project_both)
    ledger.on(CHANGED, check_change)(_project_both)
    ledger.on(GIVEN, check_given)(project_consents)
    ledger.on(WITHDRAWN, check_withdrawn)(project_consents)
    ledger.on(ASKED, check_asked)(project_requests)
    ledger.on(ANSWERED, check_answered)(project_requests)
    ledger.on(erasing.ERASED, check_erased)(erasing.forget)
    erasing.room("accounts", data_queries.export, OF_PERSONS, forget)


def check_given(conn: Connection, fact: Fact) -> None:
    check_withdrawn(conn, fact)
    told = [fact.data.get(name, "") for name in ("by", "read_aloud", "guardian")]
    if not AGREED.fullmatch(str(fact.data.get("version"))):
        raise MakesNoSense("no-version")
    if not all(isinstance(one, str) and len(one) <= rules.NAME_LENGTH for one in told):
        raise MakesNoSense("no-consent")
    if told[1] not in ("", *LANGUAGES):
        raise MakesNoSense("no-lang")


def check_withdrawn(conn: Connection, fact: Fact) -> None:
    if not PURPOSE.fullmatch(str(fact.data.get("purpose"))):
        raise MakesNoSense("no-purpose")


def check_asked(conn: Connection, fact: Fact) -> None:
    words = fact.data.get("words", "")
    if fact.data.get("kind") not in data_rules.KINDS or not isinstance(words, str):
        raise MakesNoSense("no-kind")


def check_answered(conn: Connection, fact: Fact) -> None:
    """She takes back what she asked; anything else is said by somebody who is not she."""
    outcome, words = fact.data.get("outcome"), fact.data.get("words", "")
    if outcome not in data_rules.OUTCOMES or not isinstance(words, str):
        raise MakesNoSense("no-outcome")
    if not ids.is_id(fact.data.get("asked")) or not ids.is_id(fact.data.get("by")):
        raise MakesNoSense("no-request")
    if (outcome == data_rules.TAKEN_BACK) != (fact.data["by"] == fact.person):
        raise MakesNoSense("not-hers-to-answer")


def check_erased(conn: Connection, fact: Fact) -> None:
    """Who erases may do it where she lives, whatever page or node the entry comes from."""
    erasing.check(conn, fact)
    if not data_queries.may_erase(conn, fact.data["by"], fact.person, fact.claimed_at):
        raise MakesNoSense("not-hers-to-erase")


def _project_both(conn: Connection, facts: list[Fact]) -> None:
    project_persons(conn, facts)
    project_consents(conn, [fact for fact in facts if fact.data.get("consent")])


def project_consents(conn: Connection, facts: list[Fact]) -> None:
    found = histories(conn, facts, CONSENTING) if facts else ()
    upsert(conn, Consent, [row for person, bodies in found for row in _consents(person, bodies)], replace)


def _consents(person: str, bodies: Mapping[str, Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    by_purpose: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for id, body in bodies.items():
        if body["type"].startswith("consent."):
            by_purpose[body["purpose"]][id] = body
        elif body.get("consent"):
            by_purpose[consent.KEEP][id] = body
    for purpose, some in by_purpose.items():
        yield {"person_id": person, "purpose": purpose} | _said_last(some)


def _said_last(bodies: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What was agreed to last, and whether it was withdrawn after."""
    row: dict[str, Any] = {"version": "", "given_at": None, "by": "", "read_aloud": "", "guardian": ""}
    row["withdrawn_at"] = None
    for id in rules.in_order_of_knowledge({id: rules.based_on(body) for id, body in bodies.items()}):
        body = bodies[id]
        if body["type"] == "consent.withdrawn":
            row["withdrawn_at"] = body["claimed_at"]
        else:
            row = _given(body)
    return row


def _given(body: Mapping[str, Any]) -> dict[str, Any]:
    version, by = body.get("version") or body["consent"], body.get("by", "")
    aloud = body.get("read_aloud") or (consent.language_of(version) if by else "")
    return {
        "version": version, "given_at": body["claimed_at"], "withdrawn_at": None, "by": by, "read_aloud": aloud,
        "guardian": str(body.get("guardian", "")),
    }  # fmt: skip


def project_requests(conn: Connection, facts: list[Fact]) -> None:
    found = histories(conn, facts, ASKING)
    upsert(conn, DataRequest, [row for person, bodies in found for row in _requests(person, bodies)], replace)


def _requests(person: str, bodies: Mapping[str, Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Every request with its answer: of several the last word, else that it was received; then the greatest id."""
    given = [(body["outcome"] not in data_rules.OPEN, id) for id, body in bodies.items() if "asked" in body]
    answers = {bodies[id]["asked"]: bodies[id] for _, id in sorted(given)}
    for id, body in bodies.items():
        if body["type"] == "data.asked":
            answer = answers.get(id, {})
            yield {
                "id": id, "person_id": person, "kind": body["kind"], "words": body.get("words", ""),
                "by": body.get("by", ""), "asked_at": body["claimed_at"], "outcome": answer.get("outcome", ""),
                "answer": answer.get("words", ""), "answered_by": answer.get("by"),
                "answered_at": answer.get("claimed_at"),
            }  # fmt: skip


def forget(conn: Connection, person: str) -> None:
    """Her profile, her face on every phone, what lists on their way in say of her, and the counts of wrong guesses."""
    _forget_in_lists(conn, person)
    conn.execute(delete(PERSON).where(PERSON.c.id == person))
    conn.execute(update(DEVICE).where(DEVICE.c.current_id == person).values(current_id=None))
    conn.execute(delete(THROTTLE).where(THROTTLE.c.bucket.startswith(f"{person} ", autoescape=True)))


def _forget_in_lists(conn: Connection, person: str) -> None:
    """A list read and not yet written is shown without her, and does not bring her in again."""
    hers = conn.execute(select(PERSON.c.folded, PERSON.c.year).where(PERSON.c.id == person)).one_or_none()
    waiting = select(IMPORT.c.id, IMPORT.c.found).where(IMPORT.c.kind == "people", IMPORT.c.state != "done")
    if hers is None:
        return
    for row in conn.execute(waiting.where(IMPORT.c.found.contains('"lines"'))).all():
        found = json.loads(row.found)
        lines = [line for line in found["lines"] if not _is_of(line, person, hers.folded, hers.year)]
        if len(lines) < len(found["lines"]):
            said = json.dumps(found | {"lines": lines}, ensure_ascii=False, separators=(",", ":"))
            conn.execute(update(IMPORT).where(IMPORT.c.id == row.id).values(found=said))


def _is_of(line: Mapping[str, Any], person: str, folded: str, year: int | None) -> bool:
    """Written as her name is, and of no other year, or found to be she."""
    alike = rules.name_key(line["name"]) == folded and (year is None or line["year"] in (None, year))
    return alike or line["person"] == person
