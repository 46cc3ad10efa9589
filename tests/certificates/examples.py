"""People who took the small course, whoever asks for their certificates, and the register they end in."""

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Connection

from app.accounts import people
from app.accounts import queries as accounts
from app.accounts.permissions import Officer, Role
from app.certificates import actions, queries
from app.certificates.issuing import Job, Office, issue_some
from app.certificates.queries import Batch, Found
from app.core import ids, ledger
from app.core.ledger import Received
from app.core.signing import Keys
from tests.cast import RIGHT, STAFF
from tests.conftest import NOON
from tests.programmes.class_stage import settled

HERE, PROVINCE, YEAR = "03160", "11", 2026
ANSWERS: dict[tuple[str, str], Any] = {
    ("first", "q1"): RIGHT["q1"],
    ("first", "q2"): RIGHT["q2"],
    ("first", "q3"): "true",
    ("first", "q4"): ["a", "b", "c"],
    ("test", "k1"): "a",
    ("test", "k2"): "12",
}


def write(app: FastAPI, work: Callable[[Connection], Any]) -> Any:
    return app.state.writer.call(work)


def read(app: FastAPI, work: Callable[[Connection], Any]) -> Any:
    with app.state.database.read() as session:
        return work(session.connection())


def office(app: FastAPI) -> Office:
    found: Office = app.state.office
    return found


def hire(app: FastAPI, name: str, role: Role = Role.ADMINISTRATOR, place: str = PROVINCE) -> Officer:
    id = write(app, lambda conn: people.add_staff(conn, name, STAFF[1], role, place))
    found: Officer | None = read(app, lambda conn: accounts.officer(conn, id))
    assert found is not None
    return found


def learner(app: FastAPI, name: str, place: str = HERE) -> str:
    return str(write(app, lambda conn: settled(conn, name, place)))


def learn(app: FastAPI, person: str, *but: str, at: int = NOON, **other: Any) -> None:
    """She reads and answers all of the small course, but for lessons named; `other` answers stand for the right ones."""
    structure = app.state.shelf.courses["small"].structure
    said = {"course": "small", "structure": structure, "lang": "vi", "claimed_at": at}
    bodies = [
        ledger.compose(
            "answered/1", person, **said, lesson=lesson, question=asked, answer=other.get(asked, answer)
        )
        for (lesson, asked), answer in ANSWERS.items()
        if lesson not in but
    ]
    if "second" not in but:
        bodies.append(ledger.compose("read/1", person, **said, lesson="second"))
    outcomes = write(app, lambda conn: ledger.append(conn, [Received(body, at) for body in bodies]))
    assert {one.state for one in outcomes} == {"recorded"}


def graduate(app: FastAPI, name: str = "Lò Thị Mỷ", place: str = HERE) -> str:
    person = learner(app, name, place)
    learn(app, person)
    return person


def make(app: FastAPI, persons: Sequence[str], by: Officer, **said: Any) -> str:
    said = {"course": "small", "source": "place", "source_id": HERE} | said
    return str(write(app, lambda conn: actions.make_batch(conn, office(app), persons, by, **said)))


def work(app: FastAPI) -> None:
    """All there is to do, here and now."""
    Job(app.state.database, app.state.writer, office(app)).run()


def issue(app: FastAPI, persons: Sequence[str], by: Officer, **said: Any) -> list[Found]:
    batch = make(app, persons, by, **said)
    work(app)
    found: list[Found] = read(app, lambda conn: queries.of_batch(conn, batch))
    return found


def batch(app: FastAPI, id: str, by: Officer) -> Batch:
    found: Batch = read(app, lambda conn: queries.batch(conn, id, by))
    return found


def with_key(app: FastAPI) -> Keys:
    keys = office(app).keys
    keys.make(YEAR)
    return keys


def numbers(app: FastAPI) -> list[str]:
    return [
        str(row[0])
        for row in read(
            app, lambda conn: conn.exec_driver_sql("SELECT number FROM certificate ORDER BY seq").all()
        )
    ]


def known(found: Sequence[Found]) -> list[tuple[str, str]]:
    return [(one.number, one.snapshot.name) for one in found]


def anybody() -> str:
    return ids.new()


def issue_unsigned(conn: Connection, app: FastAPI, batch: Batch) -> None:
    """As far as a job comes that is killed before it signs."""
    issue_some(conn, office(app), batch, office(app).key())
