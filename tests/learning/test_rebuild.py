"""The projections are functions of the set of entries: shuffled and doubled, replayed onto empty tables, the same."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, delete, select

from app import main
from app.accounts.models import (
    Card,
    Credential,
    Household,
    HouseholdMember,
    Merge,
    Merged,
    MergeUndone,
    Person,
    ToldApart,
)
from app.core import ids, ledger
from app.core.db import table_of
from app.core.ledger import Received
from app.core.models import Entry, LogHead, LogLine
from app.learning.models import LessonRead, Moved, QuestionResult
from app.me.models import Report
from tests.cast import Phone

MODELS = (
    Person,
    Credential,
    Card,
    Household,
    HouseholdMember,
    Merge,
    MergeUndone,
    Merged,
    ToldApart,
    QuestionResult,
    LessonRead,
    Moved,
    Report,
)
PROJECTED = [table_of(model) for model in MODELS]
CHOICES: dict[str, list[Any]] = {
    "q1": ["a", "b"],
    "q2": [["a"], ["b"], ["a", "c"], ["a", "b", "c"]],
    "q3": ["true", "false"],
    "q4": [["a", "b", "c"], ["c", "b", "a"]],
}


class Random:
    """One history, from its seed: three people on one phone do all the things one can do, with clocks astray."""

    def __init__(self, seed: int, structure: str) -> None:
        self.dice = random.Random(seed)
        self.structure = structure
        self.people = [self.id() for _ in range(3)]
        self.households = [self.id() for _ in range(2)]
        self.done: list[str] = []
        self.merges: list[str] = []
        self.made: dict[str, list[str]] = {person: [] for person in self.people}

    def id(self) -> str:
        text = f"{self.dice.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-7{text[13:16]}-8{text[17:20]}-{text[20:]}"

    def history(self) -> Iterator[str]:
        makers = [self.answered] * 6 + [
            self.read,
            self.registered,
            self.changed,
            self.pin,
            self.moved,
            self.report,
            self.card,
            self.merged,
            self.undone,
            self.apart,
            self.household,
            self.member,
        ]
        for _ in range(self.dice.randint(1, 40)):
            kind, fields = self.dice.choice(makers)()
            person = fields.pop("person", None) or self.dice.choice(self.people)
            body = {
                "id": self.id(), "type": kind, "person": person, "claimed_at": self.dice.randint(1, 60) * 1000,
                "salt": "0123456789abcdef", **fields,
            }  # fmt: skip
            if kind in ("answered/1", "read/1"):
                self.done.append(body["id"])
            if kind == "persons.merged/1":
                self.merges.append(body["id"])
            yield json.dumps(body)

    def where(self) -> dict[str, Any]:
        return {"course": "small", "structure": self.structure, "lesson": "first", "lang": "vi"}

    def answered(self) -> tuple[str, dict[str, Any]]:
        question = self.dice.choice(list(CHOICES))
        return "answered/1", {
            **self.where(),
            "question": question,
            "answer": self.dice.choice(CHOICES[question]),
        }

    def read(self) -> tuple[str, dict[str, Any]]:
        return "read/1", {**self.where(), "lesson": "second"}

    def registered(self) -> tuple[str, dict[str, Any]]:
        return "person.registered/1", {"name": "Mỷ", "face": "bun", "lang": "vi", "consent": "1"}

    def changed(self) -> tuple[str, dict[str, Any]]:
        person, id = self.dice.choice(self.people), self.id()
        known = self.dice.sample(self.made[person], min(2, len(self.made[person])))
        self.made[person].append(id)
        name = self.dice.choice(["Mỷ", "Dở", "Pà"])
        return "person.changed/1", {"person": person, "id": id, "name": name, "based_on": known}

    def pin(self) -> tuple[str, dict[str, Any]]:
        return "pin.set/1", {"hash": f"$argon2id${self.dice.random()}"}

    def moved(self) -> tuple[str, dict[str, Any]]:
        some = self.dice.sample(self.done, min(3, len(self.done))) or [self.id()]
        return "answers.moved/1", {
            "entries": some,
            "from": self.people[0],
            "to": self.dice.choice(self.people),
        }

    def card(self) -> tuple[str, dict[str, Any]]:
        kind = self.dice.choice(["card.made/1", "card.made/1", "card.ended/1"])
        return kind, {"card": f"{self.dice.randint(1, 3):064x}", "by": self.people[0]}

    def merged(self) -> tuple[str, dict[str, Any]]:
        kept, other = self.dice.sample(self.people, 2)
        return "persons.merged/1", {"kept": kept, "other": other, "by": self.people[0]}

    def undone(self) -> tuple[str, dict[str, Any]]:
        merge = self.dice.choice(self.merges) if self.merges else self.id()
        return "merge.undone/1", {"merge": merge, "by": self.dice.choice(self.people)}

    def apart(self) -> tuple[str, dict[str, Any]]:
        one, other = self.dice.sample(self.people, 2)
        return "persons.told_apart/1", {"person": one, "other": other, "by": self.dice.choice(self.people)}

    def household(self) -> tuple[str, dict[str, Any]]:
        id, name = self.dice.choice(self.households), self.dice.choice(["Nhà Pó", "Nhà Mỷ"])
        return "household.made/1", {"person": id, "household": id, "name": name, "place": "03160"}

    def member(self) -> tuple[str, dict[str, Any]]:
        kind = self.dice.choice(["household.joined/1", "household.joined/1", "household.left/1"])
        return kind, {"household": self.dice.choice(self.households), "by": self.people[0]}

    def report(self) -> tuple[str, dict[str, Any]]:
        return "report.made/1", {"words": "sai"}


def tables(conn: Connection) -> list[list[Any]]:
    return [
        [tuple(row) for row in conn.execute(select(one).order_by(*one.primary_key.columns))]
        for one in PROJECTED
    ]


def emptied(conn: Connection) -> None:
    for table in [*PROJECTED, table_of(LogLine), table_of(Entry)]:
        conn.execute(delete(table))
    conn.execute(table_of(LogHead).update().values(seq=0))


def played(conn: Connection, bodies: list[str], parts: int) -> list[list[Any]]:
    """The tables after these bodies came in, in some parts."""
    emptied(conn)
    size = -(-len(bodies) // parts)
    for start in range(0, len(bodies), size):
        outcomes = ledger.append(conn, [Received(body, 7) for body in bodies[start : start + size]])
        assert {one.state for one in outcomes} <= {"recorded", "already"}
    return tables(conn)


def check(app: FastAPI, structure: str, seeds: range) -> None:
    for seed in seeds:
        bodies = list(Random(seed, structure).history())
        dice = random.Random(seed)
        again = dice.sample(bodies, len(bodies)) + dice.choices(bodies, k=len(bodies))

        def work(
            conn: Connection, bodies: list[str] = bodies, again: list[str] = again, seed: int = seed
        ) -> None:
            first = played(conn, bodies, len(bodies))
            assert played(conn, again, seed % 4 + 1) == first, f"seed {seed}: another order, other tables"
            ledger.rebuild(conn)
            assert tables(conn) == first, f"seed {seed}: rebuilt, other tables"

        app.state.writer.call(work)


@pytest.fixture(autouse=True)
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The histories are played on a ledger without its publications, which the server would take to be gone."""
    monkeypatch.setattr(main, "follow", lambda app: None)


@pytest.fixture
def structure(my: Phone) -> str:
    return my.structure


@pytest.mark.only_on("sqlite")
def test_a_hundred_histories_in_any_order_and_doubled(app: FastAPI, structure: str) -> None:
    check(app, structure, range(100))


@pytest.mark.only_on("postgresql")
def test_some_histories_on_the_other_database(app: FastAPI, structure: str) -> None:
    """Five times as slow there; `make long` plays a thousand on both."""
    check(app, structure, range(100, 115))


@pytest.mark.long
def test_a_thousand_histories_in_any_order_and_doubled(app: FastAPI, structure: str) -> None:
    check(app, structure, range(1000, 2000))


def test_the_histories_do_all_there_is_to_do(structure: str) -> None:
    kinds = {json.loads(body)["type"] for seed in range(100) for body in Random(seed, structure).history()}
    assert len(kinds) == 15


def test_replayed_onto_empty_tables_with_the_publications_themselves(app: FastAPI, my: Phone) -> None:
    my.send_form(q1="b")
    my.register("Mỷ")
    before = app.state.writer.call(tables)
    app.state.shelf.manifests, app.state.shelf.courses = {}, {}
    app.state.shelf.question.cache_clear()
    app.state.writer.call(ledger.rebuild)
    assert app.state.writer.call(tables) == before
    assert ids.is_id(before[0][0][0])
