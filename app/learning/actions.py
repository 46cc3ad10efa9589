"""Taking in what learners did, and giving answers to whom they belong."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.accounts import actions as accounts
from app.accounts import queries as people
from app.core import clock, erasing, ledger
from app.core.errors import NotFound
from app.core.ledger import Outcome, Received
from app.learning import queries
from app.learning.projections import ANSWERED, MOVED, READ


def admit(conn: Connection, token_sha: str, persons: Sequence[str]) -> set[str]:
    """Makes unknown persons guests of this phone; gives back those registered elsewhere, who may not send from it.

    What comes late of somebody erased is taken, but nobody lives on the phone for it.
    """
    device = accounts.device(conn, token_sha)
    refused = people.not_of(conn, device, persons)
    gone = erasing.gone(conn, persons)
    welcome = [person for person in persons if person not in refused | gone]
    accounts.live_here(conn, device, welcome)
    if guests := [person for person in welcome if people.person(conn, person) is None]:
        accounts.learn_as_guest(conn, device, guests[-1])
    return refused


def set_aside(conn: Connection, bodies: Sequence[Received], why: str) -> list[Outcome]:
    return [ledger.set_aside(conn, body, why) for body in bodies]


def answer(
    conn: Connection, person: str, where: Mapping[str, str], answers: Mapping[str, Any], read: bool
) -> list[str]:
    """Records what a form brought, by question; `where` names course, structure, lesson and lang. Gives the ids."""
    bodies = [
        ledger.compose(ANSWERED, person, **where, question=id, answer=answer)
        for id, answer in answers.items()
    ]
    if read:
        bodies.append(ledger.compose(READ, person, **where))
    outcomes = ledger.append(conn, [Received(body, clock.now()) for body in bodies])
    return [one.id for one in outcomes if one.id and one.state == "recorded"]


def move(conn: Connection, device: str, entries: Sequence[str], to: str) -> int:
    """Gives answers of one person of this phone to another of its faces; the number moved.

    Only what counts for one of this phone's people can be given, only to one of its faces. A guest who has nothing left
    is not offered again.
    """
    if to not in {face.id for face in people.faces(conn, device)}:
        raise NotFound("this face is not on this phone")
    owners = queries.owners(conn, queries.written_by(conn, entries))
    moved = 0
    for giver in sorted(set(owners.values()) - {to}):
        if people.membership(conn, device, giver) is None:
            raise NotFound("these answers are not of this phone")
        theirs = sorted(id for id, owner in owners.items() if owner == giver)
        ledger.record(conn, MOVED, giver, entries=theirs, **{"from": giver, "to": to})
        moved += len(theirs)
        if people.person(conn, giver) is None and not queries.counted(conn, giver):
            accounts.take_off(conn, device, giver)
    return moved
