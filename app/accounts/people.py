"""What an operator does with people from the command line; `banhoc user` calls these."""

from sqlalchemy import Connection, select, update

from app.accounts import actions, hashing, passkeys, queries, rules
from app.accounts.permissions import Role
from app.accounts.queries import NODE, STAFF
from app.accounts.staff import end_totp
from app.core import ledger
from app.core.errors import MakesNoSense, NotFound
from app.places import queries as places
from courses.grading import fold


def check_staff(name: str, passphrase: str) -> None:
    if not rules.is_name(rules.clean_name(name)):
        raise MakesNoSense("a member of staff needs a name with letters in it")
    if len(passphrase) < rules.PASSPHRASE_LENGTH:
        raise MakesNoSense(
            f"a passphrase needs at least {rules.PASSPHRASE_LENGTH} characters: use several words"
        )


def add_staff(
    conn: Connection,
    name: str,
    passphrase: str,
    role: Role = Role.ADMINISTRATOR,
    place: str = "",
    by: str = "",
) -> str:
    """The id of a new member of staff, at the province and by the node unless said; no second of the same name."""
    check_staff(name, passphrase)
    if queries.staff_named(conn, fold(name)):
        raise MakesNoSense(f"there is a member of staff called {name} already: choose another name")
    staff = actions.add_staff(conn, rules.clean_name(name), hashing.hash_secret(passphrase))
    actions.grant(conn, staff, role, place or places.province(conn), by or _node(conn))
    return staff


def first_administrator(conn: Connection, name: str, hash: str, province: str) -> str:
    """The id of who begins a real installation."""
    if queries.staff_named(conn, fold(name)):
        raise MakesNoSense(f"there is a member of staff called {name} already: choose another name")
    staff = actions.add_staff(conn, name, hash)
    actions.grant(conn, staff, Role.ADMINISTRATOR, province, _node(conn))
    return staff


def give_roles(conn: Connection) -> None:
    """Whoever was an administrator before there were roles is one of the province."""
    was = STAFF.c.permissions == "administrator"
    for staff in conn.execute(select(STAFF.c.id).where(was, STAFF.c.ended_at.is_(None))).scalars().all():
        actions.grant(conn, staff, Role.ADMINISTRATOR, places.province(conn), _node(conn))
    conn.execute(update(STAFF).where(was).values(permissions=""))


def _node(conn: Connection) -> str:
    return str(conn.execute(select(NODE.c.id)).scalar_one())


def set_passphrase(conn: Connection, name: str, passphrase: str) -> None:
    check_staff(name, passphrase)
    actions.set_passphrase(conn, _staff(conn, name), hashing.hash_secret(passphrase))


def end_staff(conn: Connection, name: str) -> None:
    actions.end_staff(conn, _staff(conn, name))


def end_codes(conn: Connection, name: str) -> None:
    """What the operator does at the machine; the ledger says that it was done here."""
    id = _staff(conn, name)
    end_totp(conn, id)
    passkeys.end(conn, id)
    ledger.record(conn, "codes.ended/1", id, by=_node(conn))


def new_pin(conn: Connection, person: str) -> tuple[str, ...]:
    """Three new pictures for somebody who forgot hers, to be shown to her once, face to face."""
    if queries.person(conn, person) is None:
        raise NotFound("there is no person with this id")
    pictures = rules.choose_pin()
    actions.set_pin(conn, person, hashing.hash_secret(rules.pin_secret(pictures)))
    return pictures


def _staff(conn: Connection, name: str) -> str:
    row = queries.staff_named(conn, fold(name))
    if row is None:
        raise NotFound(f"there is no member of staff called {name}")
    return str(row.id)
