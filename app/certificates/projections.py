"""The register from the ledger: functions of the set of entries, whatever their order.

`certificate.issued/1` says all that names nobody and outlives her; `certificate.named/1`, written with it, whose it is.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select
from sqlmodel import SQLModel

from app.accounts import queries as people
from app.accounts.permissions import Permission
from app.accounts.rules import name_key
from app.certificates import rules
from app.certificates.models import (
    Certificate,
    CertificateBatch,
    CertificateCarrier,
    CertificateCorrection,
    CertificateDecision,
    CertificateEarned,
    CertificateHolder,
    CertificateIssuer,
    CertificateKey,
    CertificateMember,
    CertificatePrinted,
    CertificateRevoked,
    CertificateRule,
    CertificateTemplate,
)
from app.core import erasing, ids, ledger
from app.core.db import insert_or_ignore, table_of, upsert
from app.core.errors import MakesNoSense
from app.core.ledger import Fact
from app.places import queries as places
from app.programmes.class_projections import later
from app.programmes.class_rules import is_day
from app.programmes.programme_projections import is_flag, is_text, may_be_text

RULE_SET, ISSUER_SET, TEMPLATE_SET = "certificate.rule_set/1", "certificate.issuer_set/1", "template.set/1"
EARNED = "certificate.earned/1"
BATCH_MADE, BATCH_LISTED, PASSED = "batch.made/1", "batch.listed/1", "batch.passed_over/1"
APPROVED, STOPPED, BATCH_REVOKED = "batch.approved/1", "batch.stopped/1", "batch.revoked/1"
ISSUED, NAMED, REVOKED = "certificate.issued/1", "certificate.named/1", "certificate.revoked/1"
CORRECTED, PRINTED = "certificate.corrected/1", "certificate.printed/1"
KEY_MADE, KEY_RETIRED, KEY_COMPROMISED = "key.made/1", "key.retired/1", "key.compromised/1"

CERTIFICATE, BATCH = table_of(Certificate), table_of(CertificateBatch)
MOST_LISTED = 300
MOST_NAMED = 30
HERS = frozenset({"name", "score", "supervised", "skills", "lang"})
"""The fields of a snapshot that speak of her, and go when she is erased."""
P = Permission
Fits = Callable[[Any], bool]


def is_reason(value: Any) -> bool:
    return value in rules.REASONS


def are_persons(value: Any) -> bool:
    return isinstance(value, list) and 0 < len(value) <= MOST_LISTED and all(map(ids.is_id, value))


def is_mapping(value: Any) -> bool:
    return isinstance(value, dict)


def is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 10**9


def is_sha(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")


def is_rule(value: Any) -> bool:
    try:
        rule = rules.Rule.from_json(value)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    texts = [rule.programme, rule.audience, rule.course, *rule.structures, *rule.lessons, *rule.skills]
    flags = isinstance(rule.supervised, bool) and isinstance(rule.ended, bool)
    fitting = isinstance(rule.id, str) and rules.RULE_ID.fullmatch(rule.id) is not None
    return fitting and flags and all(map(may_be_text, texts)) and type(rule.score) is int


def are_rules(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_NAMED and all(map(is_rule, value))


def are_names(value: Any) -> bool:
    return isinstance(value, dict) and bool(value.get("vi")) and all(map(may_be_text, value.values()))


def is_code(value: Any) -> bool:
    return isinstance(value, str) and rules.CODE.fullmatch(value) is not None


class Shape(NamedTuple):
    """What an entry carries; one of `permissions` at its place is needed by whom it is `by`."""

    fields: Mapping[str, Fits]
    permissions: tuple[Permission, ...] = ()


_OF_BATCH = {"batch": ids.is_id}
_OF_CERTIFICATE = {"certificate": ids.is_id}
SHAPES = {
    RULE_SET: Shape({"rule": is_rule}, (P.CERTIFICATE_RULE,)),
    ISSUER_SET: Shape({"code": is_code, "names": are_names, "second_person": is_flag}, (P.CERTIFICATE_RULE,)),
    TEMPLATE_SET: Shape({"template": is_text, "version": is_count, "said": is_mapping}, (P.CERTIFICATE_RULE,)),
    EARNED: Shape({"course": is_text, "structure": is_text, "day": is_day}, (P.CERTIFICATE_ISSUE,)),
    BATCH_MADE: Shape(
        {
            **_OF_BATCH,
            "course": is_text,
            "rules": are_rules,
            "programme": may_be_text,
            "source": lambda value: value in rules.SOURCES,
            "source_id": may_be_text,
            "lang": may_be_text,
            "template": is_text,
            "second": is_flag,
        },
        (P.CERTIFICATE_ISSUE,),
    ),
    BATCH_LISTED: Shape({**_OF_BATCH, "persons": are_persons}, (P.CERTIFICATE_ISSUE,)),
    APPROVED: Shape(_OF_BATCH, (P.CERTIFICATE_APPROVE,)),
    STOPPED: Shape(_OF_BATCH, (P.CERTIFICATE_APPROVE, P.CERTIFICATE_ISSUE)),
    BATCH_REVOKED: Shape(
        {**_OF_BATCH, "reason": is_reason}, (P.CERTIFICATE_APPROVE, P.CERTIFICATE_ISSUE)
    ),
    PASSED: Shape({**_OF_BATCH, "why": lambda value: isinstance(value, list)}),
    ISSUED: Shape(
        {
            **_OF_CERTIFICATE,
            **_OF_BATCH,
            "number": is_text,
            "status": is_count,
            "about": is_mapping,
            "rule": is_text,
        }
    ),
    NAMED: Shape({**_OF_CERTIFICATE, **_OF_BATCH, "hers": is_mapping}),
    REVOKED: Shape({**_OF_CERTIFICATE, "reason": is_reason}, (P.CERTIFICATE_ISSUE,)),
    CORRECTED: Shape({**_OF_BATCH, **_OF_CERTIFICATE, "name": is_text, "reason": is_reason}, (P.CERTIFICATE_ISSUE,)),
    PRINTED: Shape({**_OF_CERTIFICATE, "what": is_text, "sha": is_sha}),
    KEY_MADE: Shape({"key": is_text, "public": is_text, "day": is_day}, (P.CERTIFICATE_KEY,)),
    KEY_RETIRED: Shape({"key": is_text, "public": is_text, "day": is_day}, (P.CERTIFICATE_KEY,)),
    KEY_COMPROMISED: Shape({"key": is_text, "public": is_text, "day": is_day}, (P.CERTIFICATE_KEY,)),
}  # fmt: skip
OUTLIVES = {BATCH_MADE, BATCH_LISTED, APPROVED, STOPPED, BATCH_REVOKED, ISSUED, REVOKED, PRINTED}
"""Types that hold ids alone: who was erased leaves them as they are."""
OF_PERSONS: tuple[type[SQLModel], ...] = (
    CertificateHolder,
    CertificateCarrier,
    CertificateMember,
    CertificateCorrection,
    CertificateEarned,
)


def register() -> None:
    for model in (
        Certificate, CertificateHolder, CertificateRevoked, CertificateBatch, CertificateMember, CertificateDecision,
        CertificateCorrection, CertificateEarned, CertificatePrinted, CertificateRule, CertificateIssuer,
        CertificateTemplate, CertificateKey,
    ):  # fmt: skip
        ledger.projection(model)
    for kind, handler in _HANDLERS.items():
        ledger.on(kind, _checking(kind), names_nobody=kind in OUTLIVES)(handler)
    erasing.room("certificates", export, OF_PERSONS)


def export(conn: Connection, records: Sequence[str]) -> dict[str, Any]:
    """Her certificates as they were issued, and what she was listed for."""
    holder, member = table_of(CertificateHolder), table_of(CertificateMember)
    held = select(CERTIFICATE.c.number, CERTIFICATE.c.day, CERTIFICATE.c.about, holder.c.hers)
    held = held.join(holder, holder.c.id == CERTIFICATE.c.id).where(holder.c.person_id.in_(records))
    listed = select(member.c.batch_id, member.c.why).where(member.c.person_id.in_(records))
    earned = table_of(CertificateEarned)
    told = select(earned.c.course, earned.c.day).where(earned.c.person_id.in_(records))
    return {
        "certificates": [
            {"number": one.number, "day": one.day, **json.loads(one.about), **json.loads(one.hers)}
            for one in conn.execute(held.order_by(CERTIFICATE.c.number))
        ],
        "listed": [dict(one) for one in conn.execute(listed.order_by(member.c.batch_id)).mappings()],
        "earned": [dict(one) for one in conn.execute(told.order_by(earned.c.course)).mappings()],
    }


def _checking(kind: str) -> ledger.Check:
    shape, more = SHAPES[kind], _CHECKS.get(kind)

    def check(conn: Connection, fact: Fact) -> None:
        for name, fits in shape.fields.items():
            if not fits(fact.data.get(name)):
                raise MakesNoSense(f"no-{name}")
        if not is_text(fact.data.get("place")) or not is_text(fact.data.get("by")):
            raise MakesNoSense("no-place")
        if shape.permissions and not _may(conn, fact, shape.permissions):
            raise MakesNoSense("not-hers-to-say")
        if more is not None:
            more(conn, fact)

    return check


def _may(conn: Connection, fact: Fact, permissions: tuple[Permission, ...]) -> bool:
    """The same whatever page or node the entry comes from."""
    officer = people.officer(conn, str(fact.data["by"]))
    if officer is None:
        return False
    able = {code for permission in permissions for code in officer.places(permission)}
    return places.holds(conn, able, fact.data["place"])


def _batch(conn: Connection, fact: Fact) -> Any:
    found = conn.execute(select(BATCH).where(BATCH.c.id == fact.data["batch"])).one_or_none()
    if found is None:
        raise MakesNoSense("no-batch")
    return found


def check_in_batch(conn: Connection, fact: Fact) -> None:
    """Whoever decides about a batch may do so where the batch is."""
    if _batch(conn, fact).place != fact.data["place"]:
        raise MakesNoSense("no-place")


def check_approval(conn: Connection, fact: Fact) -> None:
    """Nobody agrees to what she asked for herself, where another's word is wanted."""
    found = _batch(conn, fact)
    check_in_batch(conn, fact)
    if found.second and found.by == fact.data["by"]:
        raise MakesNoSense("her-own-batch")


def check_issued(conn: Connection, fact: Fact) -> None:
    """A number is given once, to a batch somebody asked for."""
    said = fact.data
    parts = rules.parted(said["number"])
    if parts is None or not is_day(said["about"].get("day")) or not is_text(said["about"].get("course")):
        raise MakesNoSense("no-number")
    if set(said["about"]) & HERS:
        raise MakesNoSense("names-her")
    _batch(conn, fact)
    taken = (CERTIFICATE.c.number == said["number"]) | (CERTIFICATE.c.status == said["status"])
    if conn.execute(select(CERTIFICATE.c.id).where(taken)).first() is not None:
        raise MakesNoSense("number-taken")


def check_named(conn: Connection, fact: Fact) -> None:
    if set(fact.data["hers"]) - HERS or not is_text(fact.data["hers"].get("name")):
        raise MakesNoSense("no-name")
    if not ids.is_id(fact.data.get("listed", fact.person)):
        raise MakesNoSense("no-person")


def check_revoked(conn: Connection, fact: Fact) -> None:
    """Whoever revokes may issue where the certificate was issued."""
    query = select(CERTIFICATE.c.place).where(CERTIFICATE.c.id == fact.data["certificate"])
    if conn.execute(query).scalar_one_or_none() != fact.data["place"]:
        raise MakesNoSense("no-certificate")


_CHECKS: dict[str, ledger.Check] = {
    BATCH_LISTED: check_in_batch,
    PASSED: check_in_batch,
    APPROVED: check_approval,
    STOPPED: check_in_batch,
    BATCH_REVOKED: check_in_batch,
    ISSUED: check_issued,
    NAMED: check_named,
    REVOKED: check_revoked,
    CORRECTED: check_in_batch,
}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _latest(model: type[SQLModel], row: Callable[[Mapping[str, Any]], dict[str, Any]]) -> ledger.Handler:
    """Keeps one row of what was last said."""

    def project(conn: Connection, facts: list[Fact]) -> None:
        said = [
            row(fact.data) | {"by": fact.data["by"], "at": fact.claimed_at, "set_id": fact.id}
            for fact in facts
        ]
        upsert(conn, model, said, later)

    return project


def _each(model: type[SQLModel], row: Callable[[Fact], dict[str, Any]]) -> ledger.Handler:
    """Keeps a row for every entry."""

    def project(conn: Connection, facts: list[Fact]) -> None:
        rows = [row(fact) | {"id": fact.id, "by": fact.data["by"], "at": fact.claimed_at} for fact in facts]
        insert_or_ignore(conn, model, rows)

    return project


def _rule(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": said["rule"]["id"], "said": _json(said["rule"])}


def _issuer(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": "issuer", "said": _json({name: said[name] for name in ("code", "names", "second_person")})}


def _template(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": said["template"], "version": said["version"], "said": _json(said["said"])}


def _decision(kind: str) -> Callable[[Fact], dict[str, Any]]:
    return lambda fact: {
        "batch_id": fact.data["batch"],
        "kind": kind,
        "reason": fact.data.get("reason", ""),
    }


def _revoked(fact: Fact) -> dict[str, Any]:
    return {"certificate_id": fact.data["certificate"], "reason": fact.data["reason"]}


def _printed(fact: Fact) -> dict[str, Any]:
    return {"certificate_id": fact.data["certificate"], "what": fact.data["what"], "sha": fact.data["sha"]}


def _key(state: str) -> Callable[[Fact], dict[str, Any]]:
    def row(fact: Fact) -> dict[str, Any]:
        said = {name: fact.data[name] for name in ("key", "public", "day")}
        return said | {"state": state, "reason": str(fact.data.get("reason", ""))}

    return row


def project_earned(conn: Connection, facts: list[Fact]) -> None:
    """Told again, it is the same; the latest word is kept."""
    rows = [
        {
            "person_id": one.person,
            **{name: one.data[name] for name in ("course", "structure", "day", "place")},
        }
        | {"by": one.data["by"], "at": one.claimed_at, "set_id": one.id}
        for one in facts
    ]
    upsert(conn, CertificateEarned, rows, later)


def project_batches(conn: Connection, facts: list[Fact]) -> None:
    names = ("course", "programme", "source", "source_id", "lang", "template", "second", "place", "by")
    rows = [
        {"id": one.data["batch"], "rules": _json(one.data["rules"]), "at": one.claimed_at}
        | {name: one.data[name] for name in names}
        for one in facts
    ]
    insert_or_ignore(conn, CertificateBatch, rows)


def project_listed(conn: Connection, facts: list[Fact]) -> None:
    """Who was erased is listed nowhere any more, though the entry that listed her stays."""
    listed = {(one.data["batch"], person) for one in facts for person in one.data["persons"]}
    gone = erasing.gone(conn, {person for _, person in listed})
    rows = [_member(batch, person) for batch, person in sorted(listed) if person not in gone]
    insert_or_ignore(conn, CertificateMember, rows)


def _member(batch: str, person: str, certificate: str = "", why: str = "") -> dict[str, Any]:
    return {"batch_id": batch, "person_id": person, "certificate_id": certificate, "why": why}


def project_passed(conn: Connection, facts: list[Fact]) -> None:
    rows = [_member(one.data["batch"], one.person, why=_json(one.data["why"])) for one in facts]
    upsert(conn, CertificateMember, rows, _with_why)


def _with_why(table: Any, new: Any) -> dict[str, Any]:
    return {"why": new.why}


def project_issued(conn: Connection, facts: list[Fact]) -> None:
    insert_or_ignore(conn, Certificate, [_certificate(one) for one in facts])


def _certificate(fact: Fact) -> dict[str, Any]:
    said, about = fact.data, fact.data["about"]
    code, year, seq = rules.parted(said["number"]) or ("", 0, 0)
    own = {"id": said["certificate"], "number": said["number"], "code": code, "year": year, "seq": seq}
    told = {"status": said["status"], "course": about["course"], "day": about["day"], "about": _json(about)}
    return own | told | {
        "place": said["place"], "batch_id": said["batch"], "replaces": about.get("replaces", ""), "rule": said["rule"],
        "by": said["by"], "issued_at": fact.claimed_at,
    }  # fmt: skip


def project_named(conn: Connection, facts: list[Fact]) -> None:
    rows = [
        {"id": one.data["certificate"], "person_id": one.person, "name": one.data["hers"]["name"]}
        | {"folded": name_key(one.data["hers"]["name"]), "hers": _json(one.data["hers"])}
        for one in facts
    ]
    insert_or_ignore(conn, CertificateHolder, rows)
    members = [
        _member(one.data["batch"], one.data.get("listed", one.person), certificate=one.data["certificate"])
        for one in facts
    ]
    upsert(conn, CertificateMember, members, _with_certificate)


def _with_certificate(table: Any, new: Any) -> dict[str, Any]:
    return {"certificate_id": new.certificate_id}


def project_corrected(conn: Connection, facts: list[Fact]) -> None:
    rows = [
        {"batch_id": one.data["batch"], "person_id": one.person, "certificate_id": one.data["certificate"]}
        | {name: one.data[name] for name in ("name", "reason", "by")}
        | {"at": one.claimed_at}
        for one in facts
    ]
    insert_or_ignore(conn, CertificateCorrection, rows)


_HANDLERS: dict[str, ledger.Handler] = {
    RULE_SET: _latest(CertificateRule, _rule),
    ISSUER_SET: _latest(CertificateIssuer, _issuer),
    TEMPLATE_SET: _latest(CertificateTemplate, _template),
    EARNED: project_earned,
    BATCH_MADE: project_batches,
    BATCH_LISTED: project_listed,
    PASSED: project_passed,
    APPROVED: _each(CertificateDecision, _decision("approved")),
    STOPPED: _each(CertificateDecision, _decision("stopped")),
    BATCH_REVOKED: _each(CertificateDecision, _decision("revoked")),
    ISSUED: project_issued,
    NAMED: project_named,
    REVOKED: _each(CertificateRevoked, _revoked),
    CORRECTED: project_corrected,
    PRINTED: _each(CertificatePrinted, _printed),
    KEY_MADE: _each(CertificateKey, _key("active")),
    KEY_RETIRED: _each(CertificateKey, _key("retired")),
    KEY_COMPROMISED: _each(CertificateKey, _key("compromised")),
}
