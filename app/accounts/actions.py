"""Every write about people. What a person did is an entry of the ledger; what a phone did is a row."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, delete, insert, or_, select, update

from app.accounts import households, merging, queries, rolls, rules
from app.accounts.models import Device, DevicePerson, Throttle
from app.accounts.permissions import Role
from app.accounts.projections import CARD_ENDED, CARD_MADE, CHANGED, ENDED, GRANTED, PIN_SET, REGISTERED
from app.accounts.queries import DEVICE, HERE, SESSION, STAFF, THROTTLE
from app.core import clock, ids, ledger
from app.core.db import Direct, insert_or_ignore, upsert
from app.core.errors import NotFound
from app.core.models import Entry
from courses.grading import fold

STAFF_SESSION = 12 * 60 * rules.MINUTE

# Every sign-in passes these: built once, for building costs more than doing.
_PHONE: BindParameter[str] = bindparam("phone")
_WHO: BindParameter[str] = bindparam("who")
_LEARNS = Direct(update(DEVICE).where(DEVICE.c.id == _PHONE).values(current_id=_WHO))
_KNOWS = Direct(
    update(HERE)
    .where(HERE.c.device_id == _PHONE, HERE.c.person_id == _WHO)
    .values(signed_in_at=bindparam("at"), removed_at=bindparam("passed"))
)
_OF_TODAY = and_(THROTTLE.c.bucket == bindparam("of"), THROTTLE.c.day == bindparam("on"))
_ANEW = Direct(delete(THROTTLE).where(_OF_TODAY))
_ONE_LESS = Direct(
    update(THROTTLE).where(_OF_TODAY, THROTTLE.c.failures > 0).values(failures=THROTTLE.c.failures - 1)
)


def device(conn: Connection, token_sha: str) -> str:
    """The id of the phone with this token, made now if it is new."""
    if found := queries.device_id(conn, token_sha):
        return found
    row = {"id": ids.new(), "token_sha": token_sha, "current_id": None, "made_at": clock.now()}
    insert_or_ignore(conn, Device, [row])
    return queries.device_id(conn, token_sha) or ""


def live_here(conn: Connection, device: str, persons: Sequence[str]) -> None:
    rows = [
        {
            "device_id": device,
            "person_id": person,
            "added_at": clock.now(),
            "signed_in_at": None,
            "removed_at": None,
        }
        for person in persons
    ]
    insert_or_ignore(conn, DevicePerson, rows)


def learn_as(conn: Connection, device: str, person: str | None) -> None:
    _LEARNS.do(conn, phone=device, who=person)


def learn_as_guest(conn: Connection, device: str, guest: str) -> None:
    """The guest learns on this phone, where nobody else does."""
    conn.execute(
        update(DEVICE).where(DEVICE.c.id == device, DEVICE.c.current_id.is_(None)).values(current_id=guest)
    )


def new_guest(conn: Connection, device: str, current: bool = True) -> str:
    """A person of this phone who has no name yet."""
    guest = ids.new()
    live_here(conn, device, [guest])
    if current:
        learn_as(conn, device, guest)
    return guest


def sign_in(conn: Connection, device: str, person: str) -> None:
    """She is there; her face is on the phone from now on."""
    know(conn, device, person)
    learn_as(conn, device, person)


def bring_family(conn: Connection, device: str, person: str) -> None:
    """Those she lives with are on this phone too; not on a device of a class, which passes from hand to hand."""
    if rolls.of_device(conn, device) is None:
        new = households.not_here(conn, device, person)
        live_here(conn, device, new)
        theirs = update(HERE).where(HERE.c.device_id == device, HERE.c.person_id.in_(new))
        conn.execute(theirs.values(removed_at=None))


def know(conn: Connection, device: str, person: str) -> None:
    """This phone is one she signed in on: guesses made elsewhere do not slow her here.

    Her face stays on it, unless it is a device of a class, which only passes from hand to hand.
    """
    lives_here = queries.membership(conn, device, person)
    passing = rolls.of_device(conn, device) and (lives_here is None or lives_here.removed_at)
    if lives_here is None or lives_here.person_id != person:
        live_here(conn, device, [person])
    at = clock.now()
    _KNOWS.do(conn, phone=device, who=person, at=at, passed=at if passing else None)


def register(
    conn: Connection,
    device: str,
    person: str,
    *,
    name: str,
    face: str,
    lang: str,
    consent: str,
    path: str = "",
) -> None:
    """Gives a guest, or a new person, her name; what the guest did is hers, and the `path` she chose."""
    home = queries.home_of(conn, device)
    place = {"place": home} if home else {}
    ledger.record(conn, REGISTERED, person, name=name, face=face, lang=lang, consent=consent, **place)
    if path:
        change(conn, person, path=path)
    sign_in(conn, device, person)


def enrol(conn: Connection, person: str, *, by: str, name: str, face: str, lang: str, **told: object) -> None:
    """Registers somebody on her behalf; `told` is her consent, her place and what else she tells of herself."""
    given = {key: value for key, value in told.items() if value or key == "consent"}
    ledger.record(conn, REGISTERED, person, name=name, face=face, lang=lang, by=by, **given)


def make_card(conn: Connection, person: str, sha: str, by: str) -> None:
    """A card that opens by the secret of this SHA-256; the one before dies."""
    ledger.record(conn, CARD_MADE, person, card=sha, by=by)


def end_card(conn: Connection, person: str, by: str) -> None:
    row = queries.card_of(conn, person)
    if row is None:
        raise NotFound("there is no card to end")
    ledger.record(conn, CARD_ENDED, row.person_id, card=row.sha, by=by)


def change(conn: Connection, person: str, **fields: object) -> None:
    ledger.record(
        conn, CHANGED, person, **fields, based_on=_made(conn, person, "person.registered", "person.changed")
    )


def set_pin(conn: Connection, person: str, hash: str, by: str = "") -> None:
    """`by` is the member of staff who did it for her, face to face."""
    who = {"by": by} if by else {}
    ledger.record(conn, PIN_SET, person, hash=hash, based_on=_made(conn, person, "pin.set"), **who)


def first_pin(conn: Connection, person: str, hash: str) -> None:
    """Keeps a PIN for somebody who has none; one who has a PIN needs somebody's help to get another."""
    if queries.pin_hash(conn, person) is None:
        set_pin(conn, person, hash)


def _made(conn: Connection, person: str, *types: str) -> list[str]:
    """The latest changes this one is made knowing."""
    entry = Entry.__table__  # type: ignore[attr-defined]
    mine = select(entry.c.id).where(entry.c.person_id == person, entry.c.type.in_(types))
    return sorted(conn.execute(mine).scalars())[-20:]


def take_off(conn: Connection, device: str, person: str) -> None:
    """Takes a face off a phone. What she did there is kept, and what still waits on the phone is still taken."""
    hers = or_(HERE.c.person_id == person, HERE.c.person_id.in_(queries.merged_into(person)))
    mine = update(HERE).where(HERE.c.device_id == device, hers)
    if conn.execute(mine.values(removed_at=clock.now())).rowcount == 0:
        raise NotFound("this face is not on this phone")
    conn.execute(
        update(DEVICE).where(DEVICE.c.id == device, DEVICE.c.current_id == person).values(current_id=None)
    )


def count_guess(conn: Connection, buckets: Sequence[rules.Bucket]) -> rules.Refusal | None:
    """Counts a guess as failed before it is compared, so that many at once are not many free ones."""
    at = clock.now()
    day = rules.day_of(at)
    if refusal := rules.refused(buckets, queries.guesses(conn, [b.key for b in buckets], day), at):
        return refusal
    upsert(
        conn,
        Throttle,
        [{"bucket": b.key, "day": day, "failures": 1, "last_at": at} for b in buckets],
        _one_more,
    )
    return None


def _one_more(table: Any, excluded: Any) -> dict[str, Any]:
    return {"failures": table.c.failures + 1, "last_at": excluded.last_at}


def guessed_right(conn: Connection, buckets: Sequence[rules.Bucket]) -> None:
    """Her own count starts anew; the village's and that from elsewhere lose only this guess."""
    day = rules.day_of(clock.now())
    for bucket in buckets:
        (_ANEW if bucket.slowed else _ONE_LESS).do(conn, of=bucket.key, on=day)


def add_staff(conn: Connection, name: str, hash: str) -> str:
    """An account that may do nothing until it is given a role."""
    row = {"id": ids.new(), "name": name, "folded": fold(name), "hash": hash, "permissions": ""}
    own = {"totp": "", "totp_step": 0, "made_at": clock.now(), "ended_at": None}
    conn.execute(insert(STAFF), [row | own])
    return str(row["id"])


def merge(conn: Connection, kept: str, other: str, by: str) -> str:
    """Says that two records are one person, `kept` the one that stands; the id to undo it by."""
    return ledger.record(conn, merging.MERGED, kept, kept=kept, other=other, by=by)


def undo_merge(conn: Connection, merge: str, by: str) -> None:
    row = queries.merge(conn, merge)
    if row is None:
        raise NotFound("there is no such merge")
    ledger.record(conn, merging.UNDONE, row.kept_id, merge=merge, by=by)


def tell_apart(conn: Connection, one: str, other: str, by: str) -> None:
    ledger.record(conn, merging.TOLD_APART, one, other=other, by=by)


def grant(conn: Connection, staff: str, role: Role, place: str, by: str) -> str:
    """Gives a role at a place; refused where `by` may not give it there."""
    return ledger.record(conn, GRANTED, staff, staff=staff, role=role, place=place, by=by)


def end_grant(conn: Connection, grant: str, by: str) -> None:
    row = queries.grant(conn, grant)
    if row is None or row.ended_at is not None:
        raise NotFound("there is no such role to end")
    ledger.record(conn, ENDED, row.staff_id, grant=grant, by=by)


def set_passphrase(conn: Connection, staff: str, hash: str) -> None:
    """A new passphrase ends every session opened with the old one."""
    if conn.execute(update(STAFF).where(STAFF.c.id == staff).values(hash=hash)).rowcount == 0:
        raise NotFound("there is no such member of staff")
    conn.execute(delete(SESSION).where(SESSION.c.staff_id == staff))


def end_staff(conn: Connection, staff: str) -> None:
    if conn.execute(update(STAFF).where(STAFF.c.id == staff).values(ended_at=clock.now())).rowcount == 0:
        raise NotFound("there is no such member of staff")
    conn.execute(delete(SESSION).where(SESSION.c.staff_id == staff))


def open_session(conn: Connection, staff: str, token_sha: str, awaits_code: bool = False) -> None:
    """Open for a working day; one that `awaits_code` opens nothing, and soon ends."""
    at = clock.now()
    row = {
        "token_sha": token_sha,
        "staff_id": staff,
        "made_at": at,
        "ends_at": at + (rules.REST if awaits_code else STAFF_SESSION),
        "awaits_code": awaits_code,
    }
    conn.execute(delete(SESSION).where(SESSION.c.ends_at <= at))
    conn.execute(insert(SESSION), [row])


def close_session(conn: Connection, token_sha: str) -> None:
    conn.execute(delete(SESSION).where(SESSION.c.token_sha == token_sha))
