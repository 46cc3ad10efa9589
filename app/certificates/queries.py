"""Reads of the register. Staff find what was issued at their places; by its number a certificate is found by anybody."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, and_, func, select

from app.accounts import merging
from app.accounts.merging import MERGE, MERGE_UNDONE, STANDS
from app.accounts.permissions import Officer, Permission
from app.accounts.queries import PERSON
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
    CertificateJob,
    CertificateKey,
    CertificateMember,
    CertificatePrinted,
    CertificateRevoked,
    CertificateRule,
    CertificateTemplate,
)
from app.certificates.rules import Ask, Evidence, Issuing, Progress, Reason, Rule, Shipped, Way
from app.certificates.snapshot import Carriers, Issuer, Snapshot, Standing
from app.core import clock
from app.core.db import in_parts, table_of
from app.core.errors import NotFound
from app.core.signing import Public
from app.curriculum.shelf import Published, Shelf
from app.learning import queries as learning
from app.learning.projections import ENTRY, LESSON_READ, MOVE, RESULT
from app.places import queries as places
from app.places.queries import PLACE
from app.programmes.class_queries import CONFIRMATION, MEMBER, WITHDRAWAL
from app.programmes.class_rules import SKILL, TEST
from app.programmes.programme_rules import Shipped as Programmes
from courses.progress import LessonRead, Result, course_state, lesson_state
from courses.structure import Outline

CERTIFICATE, HOLDER, CARRIER, REVOKED, BATCH, LISTED = (
    table_of(model)
    for model in (
        Certificate,
        CertificateHolder,
        CertificateCarrier,
        CertificateRevoked,
        CertificateBatch,
        CertificateMember,
    )
)
DECISION, CORRECTION, EARNED, PRINTED, RULE, ISSUER, TEMPLATE, KEY, JOB = (
    table_of(model)
    for model in (
        CertificateDecision,
        CertificateCorrection,
        CertificateEarned,
        CertificatePrinted,
        CertificateRule,
        CertificateIssuer,
        CertificateTemplate,
        CertificateKey,
        CertificateJob,
    )
)
PAGE = 50
PREVIEWED = 5000
"""People one batch may hold; more are issued in several."""
OWNER = func.coalesce(STANDS.c.kept_id, HOLDER.c.person_id)


@dataclass(frozen=True, slots=True)
class Found:
    """A certificate of the register. Of a holder erased since, the snapshot has name "" and `person_id` is "".

    `carriers` is None until it is signed; `pdfs` are the SHA-256 of files given out, by what they are (pdf, card, signed).
    """

    id: str
    snapshot: Snapshot
    person_id: str
    batch: str
    place: str
    rule: str
    by: str
    issued_at: int
    carriers: Carriers | None
    pdfs: Mapping[str, frozenset[str]]

    @property
    def number(self) -> str:
        return self.snapshot.number

    @property
    def erased(self) -> bool:
        return not self.person_id


def _all() -> Select[Any]:
    """Certificates with whose they are and what carries them."""
    return (
        select(
            CERTIFICATE, HOLDER.c.person_id, HOLDER.c.hers, CARRIER.c.cose, CARRIER.c.badge, CARRIER.c.key,
            OWNER.label("owner"),
        )
        .outerjoin(HOLDER, HOLDER.c.id == CERTIFICATE.c.id)
        .outerjoin(STANDS, STANDS.c.person_id == HOLDER.c.person_id)
        .outerjoin(CARRIER, CARRIER.c.id == CERTIFICATE.c.id)
    )  # fmt: skip


def by_number(conn: Connection, number: str) -> Found | None:
    return _one(conn, _all().where(CERTIFICATE.c.number == number))


def by_id(conn: Connection, id: str) -> Found | None:
    return _one(conn, _all().where(CERTIFICATE.c.id == id))


def of_person(conn: Connection, records: Sequence[str]) -> list[Found]:
    """All that was issued to the person of these records, the latest first, replaced and revoked ones too."""
    query = _all().where(HOLDER.c.person_id.in_(records))
    return _found(
        conn, conn.execute(query.order_by(CERTIFICATE.c.issued_at.desc(), CERTIFICATE.c.id.desc())).all()
    )


def of_batch(conn: Connection, batch: str, after: str = "", limit: int | None = None) -> list[Found]:
    """Those of a batch whose number comes after one given, in the order of their numbers."""
    query = _all().where(CERTIFICATE.c.batch_id == batch, CERTIFICATE.c.number > after)
    return _found(conn, conn.execute(query.order_by(CERTIFICATE.c.number).limit(limit)).all())


def standing_in(conn: Connection, batch: str) -> list[Found]:
    """Those of a batch that still stand."""
    return still_standing(conn, of_batch(conn, batch))


def still_standing(conn: Connection, found: Sequence[Found]) -> list[Found]:
    known = standings(conn, found)
    return [one for one in found if known[one.number].state == "valid"]


def with_file(conn: Connection, sha: str) -> Found | None:
    """The certificate a file with this SHA-256 was given out for."""
    id = conn.execute(select(PRINTED.c.certificate_id).where(PRINTED.c.sha == sha)).scalars().first()
    return by_id(conn, id) if id else None


def _one(conn: Connection, query: Select[Any]) -> Found | None:
    rows = conn.execute(query).all()
    return _found(conn, rows)[0] if rows else None


def _found(conn: Connection, rows: Sequence[Row[Any]]) -> list[Found]:
    files = _files(conn, [row.id for row in rows])
    return [
        Found(
            row.id, _snapshot(row), row.owner or "", row.batch_id, row.place, row.rule, row.by, row.issued_at,
            _carriers(row), files.get(row.id, {}),
        )
        for row in rows
    ]  # fmt: skip


def _snapshot(row: Row[Any]) -> Snapshot:
    hers = json.loads(row.hers) if row.hers else {"name": ""}
    own = {"id": row.id, "number": row.number, "status": row.status}
    return Snapshot.from_json({**json.loads(row.about), **hers, **own})


def _carriers(row: Row[Any]) -> Carriers | None:
    return None if row.cose is None else Carriers(cose=row.cose, badge=json.loads(row.badge), key=row.key)


def _files(conn: Connection, certificates: Sequence[str]) -> dict[str, dict[str, frozenset[str]]]:
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for some in in_parts(certificates):
        query = select(PRINTED.c.certificate_id, PRINTED.c.what, PRINTED.c.sha)
        for id, what, sha in conn.execute(query.where(PRINTED.c.certificate_id.in_(some))):
            found[id][what].add(sha)
    return {id: {what: frozenset(shas) for what, shas in one.items()} for id, one in found.items()}


def standing(conn: Connection, number: str) -> Standing:
    """What this server knows of a number now. Revoked goes before replaced; `reason` is one of `rules.REASONS`."""
    row = conn.execute(select(CERTIFICATE).where(CERTIFICATE.c.number == number)).one_or_none()
    return Standing(state="unknown", known_at=clock.now()) if row is None else standings(conn, [row])[number]


def standings(conn: Connection, certificates: Sequence[Any]) -> dict[str, Standing]:
    """By number, of rows of the register or of what was found there."""
    now = clock.now()
    numbers = {one.id: one.number for one in certificates}
    taken_back = _revocations(conn, [CERTIFICATE.c.id.in_(some) for some in in_parts(list(numbers))])
    replaced: dict[str, tuple[str, str]] = {}
    for some in in_parts(list(numbers.values())):
        query = select(CERTIFICATE.c.replaces, CERTIFICATE.c.number, CERTIFICATE.c.day)
        for old, new, day in conn.execute(
            query.where(CERTIFICATE.c.replaces.in_(some)).order_by(CERTIFICATE.c.id)
        ):
            replaced.setdefault(old, (new, day))
    found = {}
    for id, number in numbers.items():
        if id in taken_back:
            day, reason = taken_back[id]
            found[number] = Standing(state="revoked", known_at=now, day=day, reason=reason)
        elif number in replaced:
            new, day = replaced[number]
            found[number] = Standing(state="replaced", known_at=now, day=day, by_number=new)
        else:
            found[number] = Standing(state="valid", known_at=now)
    return found


def _revocations(conn: Connection, conditions: Iterable[Any]) -> dict[str, tuple[str, str]]:
    """By certificate, the day and the reason it was revoked, by itself or with its batch; the first word is told."""
    found: dict[str, tuple[int, str]] = {}
    for which in conditions:
        own = select(REVOKED.c.certificate_id, REVOKED.c.at, REVOKED.c.reason)
        own = own.join(CERTIFICATE, CERTIFICATE.c.id == REVOKED.c.certificate_id).where(which)
        with_batch = select(CERTIFICATE.c.id, DECISION.c.at, DECISION.c.reason)
        with_batch = with_batch.join(DECISION, DECISION.c.batch_id == CERTIFICATE.c.batch_id)
        with_batch = with_batch.where(which, DECISION.c.kind == "revoked")
        for query in (own, with_batch):
            for id, at, reason in conn.execute(query):
                found[id] = min(found.get(id, (at, reason)), (at, reason))
    return {id: (_day(at), reason) for id, (at, reason) in found.items()}


def revoked_indexes(conn: Connection) -> set[int]:
    """Places in the status list of all that is not valid any more: revoked, taken back with its batch, or replaced."""
    by_itself = select(REVOKED.c.certificate_id)
    batches = select(DECISION.c.batch_id).where(DECISION.c.kind == "revoked")
    replaced = select(CERTIFICATE.c.replaces).where(CERTIFICATE.c.replaces != "")
    ended = (
        CERTIFICATE.c.id.in_(by_itself)
        | CERTIFICATE.c.batch_id.in_(batches)
        | CERTIFICATE.c.number.in_(replaced)
    )
    return set(conn.execute(select(CERTIFICATE.c.status).where(ended)).scalars())


def _valid() -> Any:
    by_itself = select(REVOKED.c.certificate_id)
    batches = select(DECISION.c.batch_id).where(DECISION.c.kind == "revoked")
    replaced = select(CERTIFICATE.c.replaces).where(CERTIFICATE.c.replaces != "")
    return and_(
        CERTIFICATE.c.id.not_in(by_itself),
        CERTIFICATE.c.batch_id.not_in(batches),
        CERTIFICATE.c.number.not_in(replaced),
    )


def last_issued(conn: Connection) -> int:
    """When the latest certificate was issued of those not revoked; 0 for none."""
    taken_back = REVOKED.c.certificate_id
    batches = select(DECISION.c.batch_id).where(DECISION.c.kind == "revoked")
    standing = CERTIFICATE.c.id.not_in(select(taken_back)) & CERTIFICATE.c.batch_id.not_in(batches)
    return conn.execute(select(func.max(CERTIFICATE.c.issued_at)).where(standing)).scalar_one() or 0


class Next(NamedTuple):
    seq: int
    status: int


def next_numbers(conn: Connection, code: str, year: int) -> Next:
    """The first running number and place in the status list that are free; only while the ledger's head is locked."""
    seq = select(func.max(CERTIFICATE.c.seq)).where(CERTIFICATE.c.code == code, CERTIFICATE.c.year == year)
    status = select(func.max(CERTIFICATE.c.status))
    last = conn.execute(status).scalar_one()
    return Next((conn.execute(seq).scalar_one() or 0) + 1, 0 if last is None else last + 1)


def own_rules(conn: Connection) -> list[Rule]:
    """What the province said of rules, ended ones too; the entry that said it is the version."""
    rows = conn.execute(select(RULE.c.said, RULE.c.set_id).order_by(RULE.c.id))
    return [Rule.from_json({**json.loads(said), "version": set_id}) for said, set_id in rows]


def in_force(conn: Connection, shipped: Shipped) -> dict[str, Rule]:
    return rules.in_force(shipped.rules, own_rules(conn))


def issuing(conn: Connection, shipped: Shipped) -> Issuing:
    said = conn.execute(select(ISSUER.c.said)).scalar_one_or_none()
    return shipped.issuer.said(json.loads(said)) if said else shipped.issuer


def template(conn: Connection, name: str) -> dict[str, Any] | None:
    """What a version of a template says, by its name `ID@VERSION`; None where the province never said it."""
    id, _, version = name.rpartition("@")
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        return None
    query = select(TEMPLATE.c.said).where(TEMPLATE.c.id == id, TEMPLATE.c.version == int(version))
    said = conn.execute(query).scalar_one_or_none()
    return dict(json.loads(said)) if said else None


def templates(conn: Connection) -> dict[str, int]:
    """By template, its latest version."""
    query = (
        select(TEMPLATE.c.id, func.max(TEMPLATE.c.version)).group_by(TEMPLATE.c.id).order_by(TEMPLATE.c.id)
    )
    return {id: version for id, version in conn.execute(query)}


def keys(conn: Connection) -> dict[str, list[Row[Any]]]:
    """By key, what happened to it, in order."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in conn.execute(select(KEY).order_by(KEY.c.id)):
        found[row.key].append(row)
    return dict(sorted(found.items()))


def public_keys(conn: Connection) -> list[Public]:
    """Every key as the register last heard of it."""
    return [
        Public(
            key, rows[-1].public, rows[0].day, state=rows[-1].state, day=rows[-1].day, reason=rows[-1].reason
        )
        for key, rows in keys(conn).items()
    ]


def signed_with(conn: Connection) -> dict[str, int]:
    """By key, how many certificates it carries."""
    query = select(CARRIER.c.key, func.count()).group_by(CARRIER.c.key)
    return {key: int(n) for key, n in conn.execute(query)}


def _day(at: int) -> str:
    return clock.as_datetime(at).date().isoformat()


# Who has earned one


def evidence(
    conn: Connection,
    shelf: Shelf,
    programmes: Programmes,
    persons: Sequence[str],
    course: str,
    sample: str = "",
    but: str = "",
) -> dict[str, Evidence]:
    """By person, all that is known of her in one course.

    Not held against her are samples, by the code `sample` they are numbered with, and the certificate with the number `but`.
    """
    outlines = shelf.outlines(course)
    found = {}
    for some in in_parts(persons):
        names = _people(conn, programmes, some)
        ways = _ways(conn, outlines, course, some)
        confirmed = _confirmed(conn, some)
        held = _held(conn, some, course, sample, but)
        for one in some:
            name, group = names.get(one, ("", ""))
            seen = confirmed.get(one, set())
            found[one] = Evidence(
                name, group, ways.get(one, ()), (TEST, course) in seen,
                frozenset(what for kind, what in seen if kind == SKILL), held.get(one, ""),
            )  # fmt: skip
    return found


def _people(conn: Connection, programmes: Programmes, persons: Sequence[str]) -> dict[str, tuple[str, str]]:
    query = select(PERSON.c.id, PERSON.c.name, PERSON.c.group, PERSON.c.path).where(PERSON.c.id.in_(persons))
    return {id: (name, programmes.group_of(group, path)) for id, name, group, path in conn.execute(query)}


def _ways(
    conn: Connection, outlines: Mapping[str, Outline], course: str, persons: Sequence[str]
) -> dict[str, list[Way]]:
    results, reads = _learnt(conn, course, persons)
    return {
        one: [
            _way(outlines[structure], results[one], reads[one])
            for structure in sorted(
                {row.structure for row in results[one]} | {row.structure for row in reads[one]}
            )
            if structure in outlines
        ]
        for one in {*results, *reads}
    }


def _learnt(
    conn: Connection, course: str, persons: Sequence[str]
) -> tuple[Mapping[str, list[Result]], Mapping[str, list[LessonRead]]]:
    """By person, what counts for her in a course."""
    results: dict[str, list[Result]] = defaultdict(list)
    reads: dict[str, list[LessonRead]] = defaultdict(list)
    for row in conn.execute(select(RESULT).where(RESULT.c.course == course, RESULT.c.person_id.in_(persons))):
        results[row.person_id].append(Result(*row[1:]))
    read = select(LESSON_READ).where(LESSON_READ.c.course == course, LESSON_READ.c.person_id.in_(persons))
    for row in conn.execute(read):
        reads[row.person_id].append(LessonRead(*row[1:]))
    return results, reads


def _way(outline: Outline, results: Sequence[Result], reads: Sequence[LessonRead]) -> Way:
    """Under one version, as `courses.progress` judges it: an id never changes its meaning."""
    done = {one.id for one in outline.lessons if lesson_state(one, results, reads).done}
    final = next((one.id for one in outline.lessons if one.final), "")
    score = course_state([outline], results, reads).final_score if final in done else None
    lessons = tuple(one.id for one in outline.lessons if not one.final)
    return Way(outline.structure, lessons, frozenset(done), final, score, outline.pass_mark)


def _confirmed(conn: Connection, persons: Sequence[str]) -> dict[str, set[tuple[str, str]]]:
    """By person, kind and what of all that helpers saw and nobody took back."""
    owner = func.coalesce(STANDS.c.kept_id, CONFIRMATION.c.person_id)
    taken_back = select(WITHDRAWAL.c.id).where(WITHDRAWAL.c.entry_id == CONFIRMATION.c.id)
    query = select(owner, CONFIRMATION.c.kind, CONFIRMATION.c.what).outerjoin(
        STANDS, STANDS.c.person_id == CONFIRMATION.c.person_id
    )
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for person, kind, what in conn.execute(query.where(owner.in_(persons), ~taken_back.exists())):
        found[person].add((kind, what))
    return found


def _held(
    conn: Connection, persons: Sequence[str], course: str, sample: str = "", but: str = ""
) -> dict[str, str]:
    """By person, the number of the valid certificate she has in this course."""
    query = select(OWNER, CERTIFICATE.c.number).select_from(HOLDER)
    query = query.join(CERTIFICATE, CERTIFICATE.c.id == HOLDER.c.id)
    query = query.outerjoin(STANDS, STANDS.c.person_id == HOLDER.c.person_id)
    query = query.where(OWNER.in_(persons), CERTIFICATE.c.course == course, _valid())
    query = query.where(CERTIFICATE.c.code != sample, CERTIFICATE.c.number != but)
    return {person: number for person, number in conn.execute(query.order_by(CERTIFICATE.c.id))}


class Ahead(NamedTuple):
    """A course she has begun and has no certificate of; `told`: a village said already that she earned it."""

    published: Published
    asks: Sequence[Ask]
    told: bool

    @property
    def missing(self) -> int:
        return len(self.asks[0].missing)

    @property
    def needs_somebody(self) -> bool:
        """Whether a helper or the commune must do something: see her do it, or hear that she is ready."""
        words = {reason.word for ask in self.asks for reason in ask.missing}
        is_unheard = not self.told and not all(ask.missing for ask in self.asks)
        return is_unheard or not words.isdisjoint({*rules.SEEN, "version"})


def ahead(
    conn: Connection,
    shelf: Shelf,
    programmes: Programmes,
    every: Collection[Rule],
    person: str,
    sample: str = "",
) -> list[Ahead]:
    """What she may earn next, that which lacks least first; samples do not count as had."""
    found = []
    for published in (one.published for one in learning.courses(conn, shelf, person) if one.last_at):
        course = published.course.id
        asked = evidence(conn, shelf, programmes, [person], course, sample)[person]
        if asked.held:
            continue
        results, reads = _learnt(conn, course, [person])
        now = _way(published.outline, results[person], reads[person])
        told = person in earned(conn, [person], course)
        found.append(Ahead(published, rules.asks(every, course, asked, now), told))
    return sorted(found, key=lambda one: one.missing)


def listed_of(conn: Connection, officer: Officer, source: str, source_id: str, course: str) -> list[str]:
    """The persons of a source, each once, who live at the officer's places: a class, a place, one person, the earned."""
    hers = places.within(conn, officer.places(Permission.CERTIFICATE_ISSUE))
    wanted: Any
    if source == "class":
        records = select(func.coalesce(STANDS.c.kept_id, MEMBER.c.person_id)).select_from(MEMBER)
        records = records.outerjoin(STANDS, STANDS.c.person_id == MEMBER.c.person_id)
        wanted = PERSON.c.id.in_(records.where(MEMBER.c.class_id == source_id, MEMBER.c.here))
    elif source == "earned":
        records = select(func.coalesce(STANDS.c.kept_id, EARNED.c.person_id)).select_from(EARNED)
        records = records.outerjoin(STANDS, STANDS.c.person_id == EARNED.c.person_id)
        wanted = PERSON.c.id.in_(records.where(EARNED.c.course == course))
    elif source == "person":
        wanted = PERSON.c.id == source_id
    else:
        tried = [select(one.c.person_id).where(one.c.course == course) for one in (RESULT, LESSON_READ)]
        wanted = PERSON.c.place.in_(places.within(conn, [source_id])) & PERSON.c.id.in_(
            tried[0].union(tried[1])
        )
    standing = PERSON.c.id.not_in(select(STANDS.c.person_id))
    query = select(PERSON.c.id).where(wanted, standing, PERSON.c.place.in_(hers))
    return list(conn.execute(query.order_by(PERSON.c.folded, PERSON.c.id).limit(PREVIEWED + 1)).scalars())


# Batches


@dataclass(frozen=True, slots=True)
class Batch:
    row: Row[Any]
    decided: Sequence[Row[Any]]
    progress: Progress
    why: str
    """Why the work does not go on, as JSON, or ""."""

    @property
    def waits(self) -> tuple[str, dict[str, Any]] | None:
        """The end of the interface word `certificate.wait.…` and what it speaks of."""
        word, values = json.loads(self.why) if self.why else ("", {})
        return (word, values) if word else None

    @property
    def state(self) -> str:
        return rules.state([one.kind for one in self.decided], self.row.second, self.progress)

    @property
    def rules(self) -> list[Rule]:
        return [Rule.from_json(one) for one in json.loads(self.row.rules)]


def batch(conn: Connection, id: str, for_: Officer) -> Batch:
    hers = BATCH.c.place.in_(places.within(conn, for_.places(Permission.CERTIFICATE_ISSUE)))
    row = conn.execute(select(BATCH).where(BATCH.c.id == id, hers)).one_or_none()
    if row is None:
        raise NotFound("there is no such batch")
    return _batches(conn, [row])[0]


def batches(conn: Connection, for_: Officer, limit: int = 100) -> list[Batch]:
    """The latest first."""
    hers = BATCH.c.place.in_(places.within(conn, for_.places(Permission.CERTIFICATE_ISSUE)))
    return _batches(
        conn, conn.execute(select(BATCH).where(hers).order_by(BATCH.c.id.desc()).limit(limit)).all()
    )


def unfinished(conn: Connection) -> list[Batch]:
    """Those there is work on, the oldest first."""
    open = select(LISTED.c.batch_id).where(LISTED.c.certificate_id == "", LISTED.c.why == "")
    unsigned = select(CERTIFICATE.c.batch_id).join(HOLDER, HOLDER.c.id == CERTIFICATE.c.id)
    unsigned = unsigned.outerjoin(CARRIER, CARRIER.c.id == CERTIFICATE.c.id).where(CARRIER.c.id.is_(None))
    rows = conn.execute(select(BATCH).where(BATCH.c.id.in_(open.union(unsigned))).order_by(BATCH.c.id)).all()
    return [one for one in _batches(conn, rows) if one.state == "going"]


def _batches(conn: Connection, rows: Sequence[Row[Any]]) -> list[Batch]:
    if not rows:
        return []
    ids = [row.id for row in rows]
    decided: dict[str, list[Row[Any]]] = defaultdict(list)
    for one in conn.execute(select(DECISION).where(DECISION.c.batch_id.in_(ids)).order_by(DECISION.c.id)):
        decided[one.batch_id].append(one)
    why = {
        id: said
        for id, said in conn.execute(select(JOB.c.batch_id, JOB.c.why).where(JOB.c.batch_id.in_(ids)))
    }
    progress = _progress(conn, ids)
    return [Batch(row, decided[row.id], progress[row.id], why.get(row.id, "")) for row in rows]


def _progress(conn: Connection, batches: Collection[str]) -> dict[str, Progress]:
    """What was issued counts by the numbers given, so that who was erased since still counts."""
    open = _counts(conn, LISTED.c.batch_id, batches, LISTED.c.certificate_id == "", LISTED.c.why == "")
    passed = _counts(conn, LISTED.c.batch_id, batches, LISTED.c.certificate_id == "", LISTED.c.why != "")
    issued = _counts(conn, CERTIFICATE.c.batch_id, batches)
    waiting = (
        select(HOLDER.c.id).outerjoin(CARRIER, CARRIER.c.id == HOLDER.c.id).where(CARRIER.c.id.is_(None))
    )
    unsigned = _counts(conn, CERTIFICATE.c.batch_id, batches, CERTIFICATE.c.id.in_(waiting))
    return {
        id: Progress(open[id] + passed[id] + issued[id], issued[id], passed[id], unsigned[id])
        for id in batches
    }


def _counts(conn: Connection, column: Any, batches: Collection[str], *where: Any) -> dict[str, int]:
    query = select(column, func.count()).where(column.in_(list(batches)), *where).group_by(column)
    return defaultdict(int, {id: int(n) for id, n in conn.execute(query)})


def waiting(conn: Connection, batch: str, limit: int) -> list[str]:
    """Those of a batch who were neither issued one nor passed over."""
    query = select(LISTED.c.person_id).where(
        LISTED.c.batch_id == batch, LISTED.c.certificate_id == "", LISTED.c.why == ""
    )
    return list(conn.execute(query.order_by(LISTED.c.person_id).limit(limit)).scalars())


def is_going(conn: Connection, batch: str) -> bool:
    """Whether somebody waits in a batch that nobody stopped and everybody who must has agreed to."""
    row = conn.execute(select(BATCH).where(BATCH.c.id == batch)).one_or_none()
    return row is not None and _batches(conn, [row])[0].state == "going"


def told(conn: Connection, batches: Sequence[str]) -> dict[str, str]:
    """Why the work on these does not go on, where somebody said so."""
    query = select(JOB.c.batch_id, JOB.c.why).where(JOB.c.batch_id.in_(list(batches)))
    return {id: why for id, why in conn.execute(query)}


def unsigned(conn: Connection, limit: int) -> list[Found]:
    """Certificates with a number and no carriers yet, the oldest first; none of a batch that was taken back."""
    batches = select(DECISION.c.batch_id).where(DECISION.c.kind == "revoked")
    waits = and_(CARRIER.c.id.is_(None), HOLDER.c.id.is_not(None), CERTIFICATE.c.batch_id.not_in(batches))
    return _found(conn, conn.execute(_all().where(waits).order_by(CERTIFICATE.c.status).limit(limit)).all())


def holders(conn: Connection, certificates: Sequence[str]) -> dict[str, str]:
    """By certificate, the record it was issued to, of those still known."""
    query = select(HOLDER.c.id, HOLDER.c.person_id).where(HOLDER.c.id.in_(certificates))
    return {id: person for id, person in conn.execute(query)}


class Passed(NamedTuple):
    """Somebody a batch passed over; `name` is "" where she is gone."""

    person: str
    name: str
    missing: list[Reason]


def passed(conn: Connection, batch: str, limit: int = 500) -> list[Passed]:
    owner = func.coalesce(STANDS.c.kept_id, LISTED.c.person_id)
    query = select(LISTED.c.person_id, PERSON.c.name, LISTED.c.why).select_from(LISTED)
    query = query.outerjoin(STANDS, STANDS.c.person_id == LISTED.c.person_id).outerjoin(
        PERSON, PERSON.c.id == owner
    )
    query = query.where(LISTED.c.batch_id == batch, LISTED.c.certificate_id == "", LISTED.c.why != "")
    rows = conn.execute(query.order_by(PERSON.c.folded, LISTED.c.person_id).limit(limit))
    return [Passed(id, name or "", [Reason(*one) for one in json.loads(why)]) for id, name, why in rows]


def correction(conn: Connection, batch: str) -> Row[Any] | None:
    return conn.execute(select(CORRECTION).where(CORRECTION.c.batch_id == batch)).one_or_none()


# The register


class Line(NamedTuple):
    """One line of the register; `name` is "" where the holder was erased."""

    id: str
    number: str
    name: str
    course: str
    day: str
    place: str
    signed: bool
    standing: Standing
    by: str
    sample: bool

    @property
    def state(self) -> str:
        """How the interface word `certificate.state.…` ends."""
        return "sample" if self.sample and self.standing.state == "valid" else self.standing.state


class Wanted(NamedTuple):
    """What is looked for: a part of a name or a number; "" for anything. `state` is one of a standing's."""

    text: str = ""
    course: str = ""
    state: str = ""
    batch: str = ""


def lines(
    conn: Connection, for_: Officer, wanted: Wanted, page: int = 1, size: int = PAGE
) -> tuple[list[Line], int]:
    """A page of the register, the latest number first, and how many pages there are."""
    where = _wanted(conn, for_, wanted)
    query = select(CERTIFICATE.c.id).outerjoin(HOLDER, HOLDER.c.id == CERTIFICATE.c.id).where(*where)
    total = conn.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    last = max(1, -(-total // size))
    page = min(max(page, 1), last)
    return _lines(conn, where, limit=size, offset=(page - 1) * size), last


def every_line(conn: Connection, for_: Officer, wanted: Wanted) -> Iterable[Line]:
    """All that is found, a thousand at a time, for a file."""
    where, done = _wanted(conn, for_, wanted), 0
    while some := _lines(conn, where, limit=1000, offset=done):
        yield from some
        done += len(some)


def _lines(conn: Connection, where: Sequence[Any], limit: int, offset: int) -> list[Line]:
    query = select(CERTIFICATE, HOLDER.c.name, CARRIER.c.id.label("signed"), PLACE.c.name.label("place_name"))
    query = query.outerjoin(HOLDER, HOLDER.c.id == CERTIFICATE.c.id)
    query = query.outerjoin(CARRIER, CARRIER.c.id == CERTIFICATE.c.id)
    query = query.outerjoin(PLACE, PLACE.c.code == CERTIFICATE.c.place).where(*where)
    order = (CERTIFICATE.c.issued_at.desc(), CERTIFICATE.c.seq.desc(), CERTIFICATE.c.id)
    rows = conn.execute(query.order_by(*order).limit(limit).offset(offset)).all()
    known = standings(conn, rows)
    return [
        Line(
            row.id, row.number, row.name or "", row.course, row.day, row.place_name or row.place, bool(row.signed),
            known[row.number], row.by, json.loads(row.about)["sample"],
        )
        for row in rows
    ]  # fmt: skip


def _wanted(conn: Connection, officer: Officer, wanted: Wanted) -> list[Any]:
    where: list[Any] = [
        CERTIFICATE.c.place.in_(places.within(conn, officer.places(Permission.CERTIFICATE_ISSUE)))
    ]
    if text := wanted.text.strip():
        named = HOLDER.c.folded.contains(name_key(text), autoescape=True)
        where.append(CERTIFICATE.c.number.contains(text.upper(), autoescape=True) | named)
    for column, value in ((CERTIFICATE.c.course, wanted.course), (CERTIFICATE.c.batch_id, wanted.batch)):
        if value:
            where.append(column == value)
    if wanted.state:
        where.append(_stands(wanted.state))
    return where


def _stands(state: str) -> Any:
    batches = select(DECISION.c.batch_id).where(DECISION.c.kind == "revoked")
    revoked = CERTIFICATE.c.id.in_(select(REVOKED.c.certificate_id)) | CERTIFICATE.c.batch_id.in_(batches)
    replaced = CERTIFICATE.c.number.in_(select(CERTIFICATE.c.replaces).where(CERTIFICATE.c.replaces != ""))
    return {"valid": _valid(), "revoked": revoked, "replaced": replaced & ~revoked}.get(
        state, CERTIFICATE.c.id == ""
    )


def certificate(conn: Connection, id: str, for_: Officer) -> Found:
    """A certificate issued at her places."""
    hers = CERTIFICATE.c.place.in_(places.within(conn, for_.places(Permission.CERTIFICATE_ISSUE)))
    found = _one(conn, _all().where(CERTIFICATE.c.id == id, hers))
    if found is None:
        raise NotFound("there is no such certificate")
    return found


class Event(NamedTuple):
    """Something that happened to a certificate: `word` ends the interface word `certificate.history.…`."""

    at: int
    word: str
    by: str
    what: str = ""


def history(conn: Connection, found: Found) -> list[Event]:
    """Everything that happened to it, with who and why, in order."""
    events = [Event(found.issued_at, "issued", found.by, found.snapshot.replaces)]
    for row in conn.execute(select(REVOKED).where(REVOKED.c.certificate_id == found.id)):
        events.append(Event(row.at, "revoked", row.by, row.reason))
    for row in conn.execute(
        select(DECISION).where(DECISION.c.batch_id == found.batch, DECISION.c.kind == "revoked")
    ):
        events.append(Event(row.at, "batch_revoked", row.by, row.reason))
    for row in conn.execute(select(PRINTED).where(PRINTED.c.certificate_id == found.id)):
        events.append(Event(row.at, "printed", row.by, row.what))
    after = select(CERTIFICATE.c.issued_at, CERTIFICATE.c.by, CERTIFICATE.c.number)
    for at, by, number in conn.execute(after.where(CERTIFICATE.c.replaces == found.number)):
        events.append(Event(at, "replaced", by, number))
    return sorted(events)


def waiting_for_word(conn: Connection, for_: Officer) -> int:
    """How many batches ask for a second person's word."""
    return sum(1 for one in batches(conn, for_) if one.state == "asking" and one.row.by != for_.id)


def earned_waiting(conn: Connection, for_: Officer) -> dict[str, int]:
    """By course, how many of her places' villages say somebody earned a certificate she does not have."""
    hers = EARNED.c.place.in_(places.within(conn, for_.places(Permission.CERTIFICATE_ISSUE)))
    owner = func.coalesce(STANDS.c.kept_id, EARNED.c.person_id)
    query = select(EARNED.c.course, owner).select_from(EARNED)
    query = query.outerjoin(STANDS, STANDS.c.person_id == EARNED.c.person_id).where(hers)
    told: dict[str, list[str]] = defaultdict(list)
    for course, person in conn.execute(query):
        told[course].append(person)
    return {
        course: n
        for course, persons in sorted(told.items())
        if (n := len(set(persons)) - len(_held(conn, persons, course)))
    }


def earned(conn: Connection, persons: Sequence[str], course: str) -> set[str]:
    """Those of `persons` who are told of already."""
    found: set[str] = set()
    for some in in_parts(persons):
        query = select(EARNED.c.person_id).where(EARNED.c.person_id.in_(some), EARNED.c.course == course)
        found |= set(conn.execute(query).scalars())
    return found


class Doubt(NamedTuple):
    """A valid certificate that by what is known today would not be issued again, and what is missing."""

    found: Found
    missing: Sequence[Reason]


def doubts(conn: Connection, shelf: Shelf, programmes: Programmes, for_: Officer) -> list[Doubt]:
    """Those of her places whose holders' answers were moved, or confirmations taken back, or records told apart."""
    moved = select(ENTRY.c.person_id).join(MOVE, MOVE.c.entry_id == ENTRY.c.id)
    taken_back = select(CONFIRMATION.c.person_id).join(WITHDRAWAL, WITHDRAWAL.c.entry_id == CONFIRMATION.c.id)
    parted = select(MERGE.c.kept_id).join(MERGE_UNDONE, MERGE_UNDONE.c.merge_id == MERGE.c.id)
    changed = HOLDER.c.person_id.in_(moved.union(taken_back, parted)) | OWNER.in_(
        moved.union(taken_back, parted)
    )
    hers = CERTIFICATE.c.place.in_(places.within(conn, for_.places(Permission.CERTIFICATE_ISSUE)))
    rows = conn.execute(_all().where(hers, changed, _valid()).order_by(CERTIFICATE.c.status)).all()
    judged = [Doubt(one, still_missing(conn, shelf, programmes, one)) for one in _found(conn, rows)]
    return [one for one in judged if one.missing]


def still_missing(conn: Connection, shelf: Shelf, programmes: Programmes, found: Found) -> tuple[Reason, ...]:
    """What the rule it was issued by would find missing today; of somebody erased nothing is known."""
    if found.erased:
        return ()
    asked = evidence(conn, shelf, programmes, [found.person_id], found.snapshot.course, but=found.number)
    rule = _rule_of(conn, found)
    return rules.lacking(rule, asked[found.person_id]) if rule else ()


def _rule_of(conn: Connection, found: Found) -> Rule | None:
    """By the batch that issued it, or, of a corrected one, the batch of what it replaces."""
    seen: set[str] = set()
    while found.snapshot.replaces and found.number not in seen:
        seen.add(found.number)
        old = by_number(conn, found.snapshot.replaces)
        if old is None:
            return None
        found = old
    said = conn.execute(select(BATCH.c.rules).where(BATCH.c.id == found.batch)).scalar_one_or_none()
    every = [Rule.from_json(one) for one in json.loads(said)] if said else []
    return next((one for one in every if one.name == found.rule), None)


def issuer_of(issuer: Issuing, url: str, sample: bool) -> Issuer:
    return Issuer(code=issuer.sample if sample else issuer.code, names=issuer.names, url=url)


def standing_of(conn: Connection, person: str) -> str:
    """The record that stands for a person."""
    return merging.standing(conn, [person]).get(person, person)
