"""Two records, one person: after a merge the progress is that of the union, after its undoing that of each."""

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, select

from app.accounts import actions, merging
from app.certificates import queries as certificates
from app.certificates.rules import Evidence
from app.core import ledger
from app.core.db import table_of
from app.core.ledger import Received
from app.learning.models import LessonRead, QuestionResult
from tests.cast import Phone, rows
from tests.certificates.examples import graduate, hire, issue, with_key
from tests.learning.test_rebuild import Random, emptied

COUNTED = [table_of(model) for model in (QuestionResult, LessonRead)]
NO_MERGE = ("persons.merged/1", "merge.undone/1", "persons.told_apart/1")


def counted(conn: Connection) -> list[list[Any]]:
    return [
        [tuple(row) for row in conn.execute(select(one).order_by(*one.primary_key.columns))]
        for one in COUNTED
    ]


def take_in(conn: Connection, bodies: list[str]) -> None:
    outcomes = ledger.append(conn, [Received(body, 7) for body in bodies])
    assert {one.state for one in outcomes} <= {"recorded"}


def as_one(bodies: list[str], stands: dict[str, str]) -> list[str]:
    """The history as if there had been one record from the beginning."""
    text = "\n".join(bodies)
    for other, kept in stands.items():
        text = text.replace(other, kept)
    return text.splitlines()


def judged(app: FastAPI, conn: Connection, persons: list[str]) -> dict[str, Evidence]:
    """What a certificate of each in the course would be judged by; a merge leaves the name of the record kept."""
    found = certificates.evidence(conn, app.state.shelf, app.state.programmes, persons, "small")
    return {person: replace(one, name="") for person, one in found.items()}


def check(app: FastAPI, structure: str, seeds: range) -> None:
    for seed in seeds:
        made, dice = Random(seed, structure), random.Random(seed)
        bodies = [body for body in made.history() if json.loads(body)["type"] not in NO_MERGE]
        pairs = [dice.sample(made.people, 2) for _ in range(dice.randint(1, 2))]
        later = dice.randint(0, len(bodies))

        def work(
            conn: Connection,
            seed: int = seed,
            bodies: list[str] = bodies,
            pairs: Any = pairs,
            later: int = later,
            people: list[str] = made.people,
        ) -> None:
            emptied(conn)
            take_in(conn, bodies)
            apart, each = counted(conn), judged(app, conn, people)
            emptied(conn)
            take_in(conn, bodies[:later])
            merges = [
                ledger.record(conn, merging.MERGED, kept, kept=kept, other=other, by=kept)
                for kept, other in pairs
            ]
            take_in(conn, bodies[later:])
            stands = merging.standing(conn, [id for pair in pairs for id in pair])
            left = [one for one in people if one not in stands]
            merged, together = counted(conn), judged(app, conn, left)
            for merge in merges:
                ledger.record(conn, merging.UNDONE, pairs[0][0], merge=merge, by=pairs[0][0])
            assert counted(conn) == apart, f"seed {seed}: undone, and not as before"
            assert judged(app, conn, people) == each, f"seed {seed}: undone, and judged by something else"
            emptied(conn)
            take_in(conn, as_one(bodies, stands))
            assert counted(conn) == merged, f"seed {seed}: not the progress of the union"
            assert judged(app, conn, left) == together, f"seed {seed}: not judged by what the union did"

        app.state.writer.call(work)


@pytest.fixture
def structure(my: Phone) -> str:
    return my.structure


def test_thirty_histories_merged_and_undone(app: FastAPI, structure: str) -> None:
    check(app, structure, range(30))


@pytest.mark.long
def test_five_hundred_histories_merged_and_undone(app: FastAPI, structure: str) -> None:
    check(app, structure, range(500))


@pytest.fixture
def two(app: FastAPI, my: Phone, stranger: Phone) -> tuple[str, str]:
    """Mỷ on her phone, and once more on another's, each with an answer."""
    first = my.register("Mỷ")
    my.send_form(q1="b")
    second = stranger.register("My")
    stranger.send_form(q2=["a", "c"])
    return first, second


def merge(app: FastAPI, kept: str, other: str) -> str:
    found: str = app.state.writer.call(lambda conn: actions.merge(conn, kept, other, by=kept))
    return found


def owners(app: FastAPI) -> dict[str, str]:
    return {row["question"]: row["person_id"] for row in rows(app, QuestionResult)}


def test_she_is_one_on_both_phones(app: FastAPI, my: Phone, stranger: Phone, two: tuple[str, str]) -> None:
    first, second = two
    pictures = stranger.keep_pin()
    merge(app, first, second)
    assert owners(app) == {"q1": first, "q2": first}
    assert stranger.me()["person"] == my.me()["person"]
    assert len(stranger.me()["faces"]) == 1
    stranger.send_form(q3="true")
    assert stranger.outbox(stranger.answered(second, "q4", ["a", "b", "c"]))["set_aside"] == []
    assert stranger.outbox(stranger.answered(first, "q4", ["a", "b", "c"]))["set_aside"] == []
    assert set(owners(app).values()) == {first}
    stranger.post("/who/leave")
    stranger.enter(second, pictures)
    assert stranger.me()["person"]["id"] == first


def test_undone_each_has_her_own_again(
    app: FastAPI, my: Phone, stranger: Phone, two: tuple[str, str]
) -> None:
    first, second = two
    before = owners(app)
    done = merge(app, first, second)
    app.state.writer.call(lambda conn: actions.undo_merge(conn, done, by=first))
    assert owners(app) == before == {"q1": first, "q2": second}
    assert stranger.me()["person"]["id"] == second


def test_a_certificate_goes_with_her_and_comes_back(app: FastAPI) -> None:
    with_key(app)
    chief = hire(app, "Chị Hoa")
    kept, other = graduate(app, "Mỷ"), graduate(app, "My")
    [given] = issue(app, [other], chief)

    def held(person: str) -> list[str]:
        def work(conn: Connection) -> list[str]:
            return [one.number for one in certificates.of_person(conn, merging.records(conn, person))]

        return list(app.state.writer.call(work))

    done = merge(app, kept, other)
    assert held(kept) == [given.number]
    assert not issue(app, [kept], chief), "she has it already, on her other record"
    app.state.writer.call(lambda conn: actions.undo_merge(conn, done, by=kept))
    assert (held(kept), held(other)) == ([], [given.number])
