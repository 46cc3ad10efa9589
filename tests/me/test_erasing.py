"""Deleted is deleted: on this node, on every other, whichever comes first; what was done is still counted."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, delete, select
from sqlmodel import SQLModel

from app.accounts import actions, data_actions
from app.accounts.models import Consent, Credential, DataRequest, DevicePerson, Person
from app.core import erasing, ids, ledger
from app.core.db import table_of
from app.core.ledger import Received
from app.core.models import Entry, Erased, SetAside
from app.learning.models import LessonRead, QuestionResult
from app.me.models import Report
from tests.cast import Phone, id_of, rows
from tests.learning import test_rebuild as rebuilding
from tests.learning.test_rebuild import nobody_looks

__all__ = ["nobody_looks"]

MERGES = ("persons.merged", "merge.undone", "persons.told_apart")
MINE = [table_of(model) for model in (Consent, DataRequest, Erased)]
ENTRY = table_of(Entry)
NAME = "Vàng Thị Mỷ Duy Nhất"
OGG = b"OggS" + bytes(range(200)) * 4
LEFT = (Person, Credential, DevicePerson, Consent, DataRequest, QuestionResult, LessonRead, Report, SetAside)


def erase(app: FastAPI, person: str) -> None:
    app.state.writer.call(lambda conn: data_actions.erase(conn, person, ids.new()))


def counts(app: FastAPI) -> Counter[str]:
    return Counter(row["type"] for row in rows(app, Entry) if row["type"] != "person.erased")


@pytest.fixture
def hers(app: FastAPI, my: Phone) -> str:
    """Mỷ did all one can do."""
    person = my.register(NAME)
    my.keep_pin()
    my.send_form(q1="b", q3="true")
    sent = {"data": {"words": f"{NAME} nói"}, "files": {"voice": ("a.ogg", OGG, "audio/ogg")}}
    my.client.post("/help", **sent, headers={"Origin": "http://ban.test"})
    my.outbox(json.dumps({"id": ids.new(), "type": "answered/1", "person": person, "words": NAME}))

    def work(conn: Connection) -> None:
        data_actions.agree(conn, person, "lists", "1/vi/00000000", guardian=NAME)
        data_actions.ask(conn, person, "delete", NAME)

    app.state.writer.call(work)
    return person


def test_nothing_of_her_is_left_but_that_something_was_done(app: FastAPI, my: Phone, hers: str) -> None:
    before, [report] = counts(app), rows(app, Report)
    assert rows(app, SetAside)
    erase(app, hers)
    assert {model: rows(app, model) for model in LEFT} == {model: [] for model in LEFT}
    assert counts(app) == before
    bodies = [row["body"] for row in rows(app, Entry) if row["person_id"] == hers and row["body"]]
    assert [json.loads(body)["type"] for body in bodies] == ["person.erased/1"]
    assert not app.state.shelf.blobs.path(report["voice"]).exists()
    assert app.state.writer.call(ledger.verify) == sum(before.values()) + 1
    assert my.me()["faces"] == [] and my.me()["person"] is None and my.me()["guest"] is None


@pytest.mark.only_on("sqlite")
def test_her_name_is_in_no_byte_of_the_database(app: FastAPI, hers: str, tmp_path: Path) -> None:
    def held() -> bool:
        app.state.writer.call(lambda conn: None)
        app.state.database.writing.raw_connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return any(NAME.encode() in path.read_bytes() for path in tmp_path.glob("banhoc.db*"))

    assert held()
    erase(app, hers)
    assert not held()


def test_what_comes_late_is_counted_and_no_more(app: FastAPI, my: Phone, hers: str) -> None:
    late = my.answered(hers)
    erase(app, hers)
    before = counts(app)
    assert my.outbox(late)["recorded"] == [id_of(late)]
    assert my.outbox(late)["recorded"] == [id_of(late)]
    assert counts(app)["answered"] == before["answered"] + 1
    [row] = [row for row in rows(app, Entry) if row["id"] == id_of(late)]
    assert row["body"] is None and row["erased_at"]
    assert rows(app, QuestionResult) == rows(app, DevicePerson) == []
    app.state.writer.call(ledger.verify)


def test_her_phone_may_register_again_and_is_somebody_new(app: FastAPI, my: Phone, hers: str) -> None:
    late = my.answered(hers)
    erase(app, hers)
    my.outbox(late)
    again = my.register("Mỷ", guest=hers)
    assert again != hers and my.me()["person"]["name"] == "Mỷ"
    my.send_form(q1="b")
    assert [row["person_id"] for row in rows(app, QuestionResult)] == [again]


def test_what_counts_for_another_stays_the_others(app: FastAPI, my: Phone, hers: str) -> None:
    answer = next(row["id"] for row in rows(app, Entry) if row["type"] == "answered")
    my.post("/who/leave")
    giang = my.register("Giàng")
    my.post("/me/moves", {"entries": answer, "to": giang})
    before = [row for row in rows(app, QuestionResult) if row["person_id"] == giang]
    assert before
    erase(app, hers)
    assert rows(app, QuestionResult) == before
    app.state.writer.call(ledger.rebuild)
    assert rows(app, QuestionResult) == before


def test_what_is_given_to_her_later_is_nobodys(app: FastAPI, my: Phone, hers: str) -> None:
    my.post("/who/leave")
    giang = my.register("Giàng")
    my.send_form(q1="b")
    [answer] = [
        row["id"] for row in rows(app, Entry) if row["type"] == "answered" and row["person_id"] == giang
    ]
    erase(app, hers)
    moved = ledger.compose("answers.moved/1", giang, entries=[answer], **{"from": giang, "to": hers})
    app.state.writer.call(lambda conn: ledger.append(conn, [Received(moved, 7)]))
    assert rows(app, QuestionResult) == []
    app.state.writer.call(ledger.rebuild)
    assert rows(app, QuestionResult) == []


def test_two_records_that_are_one_person_go_together(app: FastAPI, my: Phone, hers: str) -> None:
    my.post("/who/leave")
    second = my.register("Mỷ", face="cap")
    app.state.writer.call(lambda conn: actions.merge(conn, hers, second, ids.new()))
    erase(app, hers)
    assert {row["person_id"] for row in rows(app, Erased)} == {hers, second}
    assert rows(app, Person) == []


def test_rebuilt_it_is_the_same(app: FastAPI, hers: str) -> None:
    erase(app, hers)
    before = app.state.writer.call(tables)
    app.state.writer.call(ledger.rebuild)
    assert app.state.writer.call(tables) == before


def test_who_erases_is_named(app: FastAPI, hers: str) -> None:
    body = ledger.compose(erasing.ERASED, hers, by="somebody")
    [outcome] = app.state.writer.call(lambda conn: ledger.append(conn, [Received(body, 7)]))
    assert outcome.reason == "no-by" and rows(app, Person)


IDS_ALONE = {"entry", "erased", "erased_entry", "merged", "told_apart", "visit_helped"}
"""Tables where her id may stand after her: envelopes, and what others did to which she is a number."""


def test_every_table_about_persons_is_emptied_by_a_room(app: FastAPI) -> None:
    emptied = {table.name for one in erasing.rooms.values() for table in one.tables}
    about = {table.name for table in SQLModel.metadata.sorted_tables if "person_id" in table.c}
    assert about - emptied == IDS_ALONE


def test_all_that_is_kept_is_handed_out_but_no_secret(app: FastAPI, hers: str) -> None:
    with app.state.database.read() as session:
        kept = erasing.export_person(session.connection(), [hers])
    text = json.dumps(kept, ensure_ascii=False)
    assert kept["accounts"]["profiles"][0]["name"] == NAME and kept["accounts"]["secret_pictures_kept"]
    assert {row["question"] for row in kept["learning"]["results"]} == {"q1", "q3"}
    assert len(kept["me"]["reports"]) == 1 and kept["accounts"]["requests"][0]["kind"] == "delete"
    assert "argon2" not in text and '"salt"' not in text


def tables(conn: Connection) -> list[list[Any]]:
    mine = [
        [tuple(row) for row in conn.execute(select(one).order_by(*one.primary_key.columns))] for one in MINE
    ]
    return rebuilding.tables(conn) + mine


def more(made: rebuilding.Random) -> Iterator[str]:
    """Consents, requests and deletions of the same three people."""
    dice, said = made.dice, [made.id()]

    def entry(type: str, person: str, /, **fields: Any) -> str:
        envelope = {"id": made.id(), "type": type, "person": person, "claimed_at": dice.randint(1, 60) * 1000}
        return json.dumps(envelope | {"salt": "0123456789abcdef"} | fields)

    for _ in range(dice.randint(1, 10)):
        consent = {"purpose": dice.choice(["keep-learning", "lists"]), "based_on": dice.sample(said, 1)}
        answer = {"asked": dice.choice(said), "outcome": "done", "by": made.id()}
        kind, fields = dice.choice(
            [
                ("consent.given/1", consent | {"version": "1/vi/00000000"}),
                ("consent.withdrawn/1", consent),
                ("data.asked/1", {"kind": "see", "words": "?"}),
                ("data.answered/1", answer),
            ]
        )
        body = entry(kind, dice.choice(made.people), **fields)
        said.append(id_of(body))
        yield body
    for person in dice.sample(made.people, dice.randint(0, 2)):
        yield entry(erasing.ERASED, person, by=made.id())


def played(conn: Connection, bodies: list[str], parts: int) -> list[list[Any]]:
    for table in MINE:
        conn.execute(delete(table))
    rebuilding.played(conn, bodies, parts)
    return tables(conn)


def check(app: FastAPI, structure: str, seeds: range) -> None:
    for seed in seeds:
        made, dice = rebuilding.Random(seed, structure), random.Random(seed)
        bodies = [*made.history(), *more(made)]
        dice.shuffle(bodies)
        again = dice.sample(bodies, len(bodies)) + dice.choices(bodies, k=len(bodies))

        def work(
            conn: Connection, bodies: list[str] = bodies, again: list[str] = again, seed: int = seed
        ) -> None:
            first = played(conn, bodies, len(bodies))
            assert played(conn, again, seed % 4 + 1) == first, f"seed {seed}: another order, other tables"
            ledger.rebuild(conn)
            assert tables(conn) == first, f"seed {seed}: rebuilt, other tables"
            gone = conn.execute(select(MINE[2].c.person_id)).scalars().all()
            left = select(ENTRY.c.type).where(ENTRY.c.person_id.in_(gone), ENTRY.c.body.is_not(None))
            assert set(conn.execute(left).scalars()) <= {"person.erased", "answers.moved", *MERGES}, (
                f"seed {seed}"
            )

        app.state.writer.call(work)


@pytest.mark.only_on("sqlite")
def test_erased_before_or_after_the_tables_are_the_same(app: FastAPI, my: Phone) -> None:
    check(app, my.structure, range(25))


@pytest.mark.long
def test_a_thousand_histories_of_people_who_go(app: FastAPI, my: Phone) -> None:
    check(app, my.structure, range(1000, 2000))
