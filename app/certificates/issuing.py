"""Giving numbers and signing, a few at a time: whatever moment it is killed at, the next run goes on where it stood.

Numbers, snapshots and who was passed over are durable in one transaction; what carries them is derived afterwards.
"""

import json
import logging
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, select

from app.accounts import merging
from app.accounts.queries import PERSON
from app.certificates import projections as kinds
from app.certificates import queries, rules
from app.certificates.models import CertificateCarrier, CertificateJob
from app.certificates.queries import CARRIER, Batch, Found
from app.certificates.rules import Evidence, Reason, Rule, Shipped, Verdict
from app.certificates.snapshot import Carriers, Snapshot
from app.core import chain, clock, ids, ledger
from app.core.db import Database, insert_or_ignore, upsert
from app.core.db import replace as instead
from app.core.errors import BanHocError, Broken, Unavailable
from app.core.ledger import Received
from app.core.signing import Key, Keys, NoKey
from app.core.writer import Writer
from app.curriculum.shelf import Shelf
from app.programmes.programme_rules import Shipped as Programmes
from courses.frameworks import Framework
from courses.languages import LANGUAGES
from courses.model import Course
from courses.words import shown_of

SOME = 50
OWN = "own"
"""The second language printed is the one each learns in."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Office:
    """What issuing needs beside the database; `url` is the public address or "", `drafts` whether drafts are shown."""

    keys: Keys
    shelf: Shelf
    shipped: Shipped
    programmes: Programmes
    frameworks: Sequence[Framework]
    url: str = ""
    demo: bool = False
    drafts: bool = False

    def key(self) -> Key:
        """The key of this year; a demonstration makes its own. Raises `NoKey`."""
        year = clock.as_datetime(clock.now()).year
        if self.demo and not any(one.id.startswith(f"{year}-") for one in self.keys.all()):
            return self.keys.make(year, demo=True)
        return self.keys.current(year)

    def why(self, error: BanHocError) -> str:
        """What stands in the way, as JSON: the end of the interface word `certificate.wait.…` and what it speaks of."""
        if isinstance(error, rules.ClockBack):
            said: tuple[str, dict[str, object]] = "clock", {"now": error.now, "last": error.last}
        else:
            said = self._why_no_key() if isinstance(error, NoKey) else ("later", {})
        return json.dumps(said)

    def _why_no_key(self) -> tuple[str, dict[str, object]]:
        year = clock.as_datetime(clock.now()).year
        try:
            active = self.keys.active(year)
        except NoKey:
            return "key_list", {}
        return ("key_file", {"name": active[-1].id}) if active else ("no_key", {"year": year})

    def sample(self, key: Key) -> bool:
        """Whether “BẢN MẪU” stands across what is issued now."""
        return self.demo or key.public.demo or not self.url.startswith("https://")

    @property
    def held_apart(self) -> str:
        """The code of samples, where real certificates are issued: a sample stands in nobody's way."""
        return "" if self.demo or not self.url.startswith("https://") else self.shipped.issuer.sample

    def skills(self, course: Course) -> tuple[str, ...]:
        """The codes a course is mapped to, with the version of their framework."""
        versions = {one.id: one.version for one in self.frameworks}
        parts = [code.partition(":") for code in course.codes]
        return tuple(f"{id}@{versions[id]}:{code}" for id, _, code in parts if id in versions)


def titles(course: Course, drafts: bool) -> tuple[dict[str, str], tuple[str, ...]]:
    """By language, the course's title; and in which of them it is a draft. What is not translated is not there."""
    shown = {lang: shown_of(course.title, lang, drafts) for lang in LANGUAGES}
    told = {lang: one for lang, one in shown.items() if one.lang == lang and one.text}
    return {lang: _text(one.text) for lang, one in told.items()}, tuple(
        lang for lang, one in told.items() if one.draft
    )


def _text(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


class _Person(NamedTuple):
    """Somebody of a batch, as she is known now: `listed` is the record the batch named."""

    listed: str
    id: str
    name: str
    lang: str
    place: str


def issue_some(conn: Connection, office: Office, batch: Batch, key: Key, most: int = SOME) -> int:
    """Gives the next of a batch their numbers, or says why not; how many were dealt with. Durable after COMMIT.

    Raises `ClockBack` where this clock stands before the last certificate.
    """
    chain.head_lock(conn)
    persons = _persons(conn, batch, most)
    if not persons:
        return 0
    at = rules.issuing_time(clock.now(), queries.last_issued(conn))
    desk = _Desk(conn, office, batch, key, at)
    if batch.row.source == "correction":
        desk.correct(persons)
    else:
        desk.judge(persons)
    desk.write()
    return len(persons)


def _persons(conn: Connection, batch: Batch, most: int) -> list[_Person]:
    listed = queries.waiting(conn, batch.row.id, most)
    stands = merging.standing(conn, listed)
    rows = conn.execute(select(PERSON).where(PERSON.c.id.in_([stands.get(one, one) for one in listed])))
    known = {row.id: row for row in rows}
    return [_person(one, stands.get(one, one), known.get(stands.get(one, one)), batch) for one in listed]


def _person(listed: str, id: str, row: Row[Any] | None, batch: Batch) -> _Person:
    if row is None:
        return _Person(listed, id, "", "", batch.row.place)
    return _Person(listed, id, row.name, row.lang, row.place or batch.row.place)


class _Desk:
    """The entries of one transaction, in the order they are written."""

    def __init__(self, conn: Connection, office: Office, batch: Batch, key: Key, at: int) -> None:
        self.conn, self.office, self.batch, self.at = conn, office, batch, at
        self.sample = office.sample(key)
        self.issuer = queries.issuer_of(queries.issuing(conn, office.shipped), office.url, self.sample)
        self.day = clock.as_datetime(at).date().isoformat()
        self.next = queries.next_numbers(conn, self.issuer.code, int(self.day[:4]))
        self.given: dict[str, str] = {}
        self.bodies: list[Received] = []

    def judge(self, persons: Sequence[_Person]) -> None:
        row, office = self.batch.row, self.office
        asked = queries.evidence(
            self.conn,
            office.shelf,
            office.programmes,
            [one.id for one in persons],
            row.course,
            office.held_apart,
        )
        published = office.shelf.courses.get(row.course) or office.shelf.resting.get(row.course)
        for one in persons:
            verdict = rules.judge(self.batch.rules, row.programme, row.course, asked[one.id])
            if one.id in self.given:
                self._pass(one, [Reason("held", self.given[one.id])])
            elif verdict.missing or published is None:
                self._pass(one, verdict.missing or [Reason("course")])
            else:
                self._issue(one, self._snapshot(one, published.course, verdict, asked[one.id]), verdict.rule)

    def _snapshot(self, one: _Person, course: Course, verdict: Verdict, asked: Evidence) -> Snapshot:
        row, way = self.batch.row, verdict.way
        assert way is not None, "who was never in the course has not earned it"
        told, drafts = titles(course, self.office.drafts)
        return Snapshot(
            id=ids.new(), number=self._number(), issuer=self.issuer, name=_text(one.name), course=course.id,
            structure=way.structure, titles=told, drafts=drafts, day=self.day, score=way.score,
            supervised=asked.supervised, skills=self.office.skills(course),
            lang=second_language(row.lang, one.lang), template=row.template, status=self.next.status,
            sample=self.sample,
        )  # fmt: skip

    def correct(self, persons: Sequence[_Person]) -> None:
        """One certificate again, with another name; the old one says so."""
        asked = queries.correction(self.conn, self.batch.row.id)
        old = queries.by_id(self.conn, asked.certificate_id) if asked else None
        for one in persons:
            if asked is None or old is None or old.erased:
                self._pass(one, [Reason("person")])
            elif queries.standing(self.conn, old.number).state != "valid":
                self._pass(one, [Reason("not_valid", old.number)])
            else:
                said = old.snapshot.to_json() | {
                    "id": ids.new(), "number": self._number(), "issuer": vars(self.issuer), "name": _text(asked.name),
                    "day": self.day, "template": self.batch.row.template, "status": self.next.status,
                    "replaces": old.number, "sample": self.sample,
                }  # fmt: skip
                self._issue(one, Snapshot.from_json(said), None, old.rule)

    def _number(self) -> str:
        return rules.number(self.issuer.code, int(self.day[:4]), self.next.seq)

    def _issue(self, one: _Person, snapshot: Snapshot, rule: Rule | None, name: str = "") -> None:
        said = snapshot.to_json()
        about = {
            key: value for key, value in said.items() if key not in kinds.HERS | {"id", "number", "status"}
        }
        hers = {key: value for key, value in said.items() if key in kinds.HERS}
        by = self.batch.row.by
        self._say(
            kinds.ISSUED, by, one.place, certificate=snapshot.id, number=snapshot.number, status=snapshot.status,
            about=about, rule=rule.name if rule else name,
        )  # fmt: skip
        self._say(kinds.NAMED, one.id, one.place, certificate=snapshot.id, hers=hers, listed=one.listed)
        self.given[one.id] = snapshot.number
        self.next = queries.Next(self.next.seq + 1, self.next.status + 1)

    def _pass(self, one: _Person, missing: Iterable[Reason]) -> None:
        self._say(kinds.PASSED, one.listed, self.batch.row.place, why=[list(reason) for reason in missing])

    def _say(self, kind: str, person: str, place: str, **said: object) -> None:
        own = {"batch": self.batch.row.id, "place": place, "by": self.batch.row.by}
        body = ledger.compose(kind, person, **said, **own, claimed_at=self.at)
        self.bodies.append(Received(body, clock.now()))

    def write(self) -> None:
        refused = [one.reason for one in ledger.append(self.conn, self.bodies) if one.state != "recorded"]
        if refused:
            raise Broken(f"a certificate could not be written into the register: {refused[0]}")


def second_language(chosen: str, hers: str) -> str:
    """The second language printed: as chosen for all, or each one's own; never Vietnamese twice."""
    lang = hers if chosen == OWN else chosen
    return lang if lang in LANGUAGES and lang != "vi" else ""


def carry(snapshot: Snapshot, key: Key, url: str) -> Carriers:
    """The signed forms of a snapshot."""
    from app.certificates import badge, cose

    return Carriers(cose=cose.sign(snapshot, key), badge=badge.issue(snapshot, key, url), key=key.id)


def keep_carriers(conn: Connection, made: Sequence[tuple[Found, Carriers]]) -> None:
    """Of those whose holder is still known: she may have been erased meanwhile."""
    holders = queries.holders(conn, [found.id for found, _ in made])
    rows = [
        {
            "id": found.id,
            "person_id": holders[found.id],
            "cose": one.cose,
            "key": one.key,
            "made_at": clock.now(),
        }
        | {"badge": json.dumps(one.badge, ensure_ascii=False, separators=(",", ":"))}
        for found, one in made
        if found.id in holders
    ]
    insert_or_ignore(conn, CertificateCarrier, rows)


def drop_carriers(conn: Connection, key: str) -> int:
    """Forgets what a key signed that somebody else may hold; it is signed anew with the key made after it."""
    return conn.execute(delete(CARRIER).where(CARRIER.c.key == key)).rowcount


def know_keys(conn: Connection, keys: Keys) -> None:
    """Where their folder was lost: what they signed is verified on, and none of their numbers is given again.

    Raises `NoKey` where it cannot be read.
    """
    known = {one.id for one in keys.all()}
    for one in queries.public_keys(conn):
        if one.id not in known:
            keys.recover(one)


@dataclass
class Job:
    """Works on every batch there is work on, `some` at a time. `told` is called after each part; it may raise, to end."""

    database: Database
    writer: Writer
    office: Office
    told: Callable[[], None] = field(default=lambda: None)
    some: int = SOME

    def run(self) -> None:
        """Until nothing is left, or nothing can be done; why not stands with each batch."""
        self._know_keys()
        self._issue()
        self._sign()

    def _know_keys(self) -> None:
        try:
            with self.database.read() as session:
                know_keys(session.connection(), self.office.keys)
        except Unavailable as error:
            log.warning("what was signed may not be verified: %s", error)

    def _issue(self) -> None:
        for batch in self._unfinished():
            while self._guarded([batch.row.id], lambda batch=batch: self._issue_some(batch)):  # type: ignore[misc]
                self.told()

    def _issue_some(self, batch: Batch) -> int:
        key = self.office.key()
        return self.writer.call(
            lambda conn: _still(conn, batch) and issue_some(conn, self.office, batch, key, self.some)
        )

    def _sign(self) -> None:
        while found := self._unsigned():
            waiting = sorted({one.batch for one in found})
            if not self._guarded(waiting, lambda found=found: self._sign_some(found)):  # type: ignore[misc]
                return
            self.told()

    def _sign_some(self, found: Sequence[Found]) -> int:
        key = self.office.key()
        made = [(one, carry(one.snapshot, key, self.office.url)) for one in found]
        self.writer.call(lambda conn: keep_carriers(conn, made))
        return len(made)

    def _guarded(self, batches: Sequence[str], work: Callable[[], int]) -> int:
        """Does it; what stands in the way is told with the batches, and nothing is lost."""
        try:
            done, why = work(), ""
        except BanHocError as error:
            log.warning("certificates wait: %s", error)
            done, why = 0, self.office.why(error)
        self.writer.call(lambda conn: _tell(conn, batches, why))
        return done

    def _unfinished(self) -> list[Batch]:
        with self.database.read() as session:
            return queries.unfinished(session.connection())

    def _unsigned(self) -> list[Found]:
        with self.database.read() as session:
            return queries.unsigned(session.connection(), self.some)


def _still(conn: Connection, batch: Batch) -> bool:
    """Whether nobody stopped the batch meanwhile."""
    return queries.is_going(conn, batch.row.id)


def _tell(conn: Connection, batches: Sequence[str], why: str) -> None:
    known: Mapping[str, str] = queries.told(conn, batches)
    rows = [{"batch_id": id, "why": why, "at": clock.now()} for id in batches if known.get(id, "") != why]
    upsert(conn, CertificateJob, rows, instead)
