"""What staff write into the register; each is an entry that says by whom. Nothing is ever deleted."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.accounts.permissions import Officer, Permission
from app.certificates import projections as kinds
from app.certificates import queries, rules
from app.certificates.issuing import Office, drop_carriers
from app.certificates.queries import Batch, Found
from app.certificates.rules import Issuing, Rule
from app.core import clock, ids, ledger
from app.core.db import in_parts
from app.core.errors import MakesNoSense
from app.core.ledger import Received
from app.core.signing import Public
from app.places import queries as places

HOLDER = "holder"
"""By whom a file was given out that the holder herself asked for."""


def make_batch(
    conn: Connection,
    office: Office,
    persons: Sequence[str],
    by: Officer,
    *,
    course: str,
    source: str,
    source_id: str = "",
    programme: str = "",
    lang: str = "",
    template: str = "",
) -> str:
    """Asks that these be issued certificates, by the rules that hold now; gives the id of the batch."""
    id, place = ids.new(), home(conn, by)
    may_approve = places.holds(conn, by.places(Permission.CERTIFICATE_APPROVE), place)
    own = rules.candidates(queries.in_force(conn, office.shipped).values(), programme, course)
    ledger.record(
        conn, kinds.BATCH_MADE, by.id, batch=id, course=course, rules=[one.to_json() for one in own],
        programme=programme, source=source, source_id=source_id, lang=lang, template=template or template_now(conn),
        second=rules.needs_second(queries.issuing(conn, office.shipped), may_approve), place=place, by=by.id,
    )  # fmt: skip
    for some in in_parts(persons, kinds.MOST_LISTED):
        ledger.record(conn, kinds.BATCH_LISTED, by.id, batch=id, persons=list(some), place=place, by=by.id)
    return id


def home(conn: Connection, officer: Officer) -> str:
    """Where what she asks for stands: the highest place she issues at, which those above her see too."""
    codes = officer.places(Permission.CERTIFICATE_ISSUE)
    return min(codes, key=lambda code: (len(places.above(conn, code)), code))


def template_now(conn: Connection) -> str:
    version = queries.templates(conn).get(rules.DEFAULT)
    return f"{rules.DEFAULT}@{version or 1}"


def approve(conn: Connection, batch: Batch, by: Officer) -> None:
    _decide(conn, kinds.APPROVED, batch, by)


def stop(conn: Connection, batch: Batch, by: Officer) -> None:
    """What was issued stays; nobody else of it is."""
    _decide(conn, kinds.STOPPED, batch, by)


def revoke_batch(conn: Connection, batch: Batch, reason: str, by: Officer) -> None:
    _decide(conn, kinds.BATCH_REVOKED, batch, by, reason=reason)


def _decide(conn: Connection, kind: str, batch: Batch, by: Officer, **said: str) -> None:
    ledger.record(conn, kind, by.id, batch=batch.row.id, **said, place=batch.row.place, by=by.id)


def revoke(conn: Connection, found: Found, reason: str, by: Officer) -> None:
    """Raises `MakesNoSense` where it stands no more already."""
    if queries.standing(conn, found.number).state != "valid":
        raise MakesNoSense("not-valid")
    ledger.record(
        conn, kinds.REVOKED, by.id, certificate=found.id, reason=reason, place=found.place, by=by.id
    )


def correct(conn: Connection, office: Office, found: Found, name: str, reason: str, by: Officer) -> str:
    """Asks for the same certificate with another name, which will replace it; gives the id of the batch of one."""
    if found.erased or queries.standing(conn, found.number).state != "valid":
        raise MakesNoSense("not-valid")
    listed = queries.holders(conn, [found.id])[found.id]
    batch = make_batch(
        conn, office, [listed], by, course=found.snapshot.course, source="correction", source_id=found.id,
        lang=found.snapshot.lang,
    )  # fmt: skip
    ledger.record(
        conn, kinds.CORRECTED, listed, batch=batch, certificate=found.id, name=name, reason=reason,
        place=home(conn, by), by=by.id,
    )  # fmt: skip
    return batch


def printed(conn: Connection, found: Found, what: str, sha: str, by: str = HOLDER) -> None:
    """Notes a file given out, `by` a member of staff or the holder; to the holder the same file is noted once."""
    if by == HOLDER and sha in found.pdfs.get(what, ()):
        return
    ledger.record(
        conn, kinds.PRINTED, ids.new() if by == HOLDER else by, certificate=found.id, what=what, sha=sha,
        place=found.place, by=by,
    )  # fmt: skip


def tell_earned(conn: Connection, judged: Mapping[str, str], course: str, by: Officer) -> int:
    """A village's word about these persons, by the course version each is judged by; how many were not told of yet."""
    new = sorted(set(judged) - queries.earned(conn, list(judged), course))
    day = clock.as_datetime(clock.now()).date().isoformat()
    said = {"course": course, "day": day, "place": home(conn, by), "by": by.id}
    bodies = [ledger.compose(kinds.EARNED, one, structure=judged[one], **said) for one in new]
    outcomes = ledger.append(conn, [Received(body, clock.now()) for body in bodies])
    if refused := [one.reason for one in outcomes if one.state != "recorded"]:
        raise MakesNoSense(refused[0])
    return len(new)


def set_rule(conn: Connection, rule: Rule, by: Officer) -> None:
    said = {name: value for name, value in rule.to_json().items() if name != "version"}
    ledger.record(conn, kinds.RULE_SET, by.id, rule=said, place=places.province(conn), by=by.id)


def set_issuer(conn: Connection, issuer: Issuing, by: Officer) -> None:
    said = {"code": issuer.code, "names": dict(issuer.names), "second_person": issuer.second_person}
    ledger.record(conn, kinds.ISSUER_SET, by.id, **said, place=places.province(conn), by=by.id)


def set_template(conn: Connection, template: str, said: Mapping[str, Any], by: Officer) -> str:
    """A new version of a template, frozen; gives its name `ID@VERSION`. The first of the province is the second there is."""
    version = queries.templates(conn).get(template, 1) + 1
    ledger.record(
        conn, kinds.TEMPLATE_SET, by.id, template=template, version=version, said=dict(said),
        place=places.province(conn), by=by.id,
    )  # fmt: skip
    return f"{template}@{version}"


def note_key(conn: Connection, key: Public, by: Officer) -> None:
    """Writes down what a key is now, once it is so on disk; what a compromised one signed is signed anew."""
    kind = {"active": kinds.KEY_MADE, "retired": kinds.KEY_RETIRED, "compromised": kinds.KEY_COMPROMISED}[
        key.state
    ]
    said = {"key": key.id, "public": key.multikey, "day": key.day or key.made, "reason": key.reason}
    ledger.record(conn, kind, by.id, **said, place=places.province(conn), by=by.id)
    if key.state == "compromised":
        drop_carriers(conn, key.id)
