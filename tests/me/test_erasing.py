"""Deleted is deleted: on this node, on every other, whichever comes first; what was done is still counted."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, delete, select
from sqlmodel import SQLModel

from app.accounts import actions, data_actions, households, rules
from app.accounts import people as staff_of
from app.accounts.models import (
    Consent,
    Credential,
    DataRequest,
    DevicePerson,
    Household,
    PeopleImport,
    Person,
)
from app.accounts.permissions import Role
from app.accounts.queries import NODE
from app.core import erasing, ids, ledger
from app.core.db import table_of
from app.core.ledger import Received
from app.core.models import Entry, Erased, ErasedEntry, SetAside
from app.learning.models import LessonRead, QuestionResult
from app.me.models import Report
from app.programmes import programme_actions as programmes
from app.programmes import programme_queries as markets
from app.programmes.models import Stall
from tests.cast import Phone, id_of, rows
from tests.learning import test_rebuild as rebuilding
from tests.learning.test_rebuild import nobody_looks
from tests.programmes.programme_examples import officer

__all__ = ["nobody_looks"]

MERGES = ("persons.merged", "merge.undone", "persons.told_apart")
HAPPENED = 1558
"""A title named by an erasure before it comes with another erasure that makes its household anew."""
MINE = [table_of(model) for model in (Consent, DataRequest, Erased, ErasedEntry, Household)]
ENTRY = table_of(Entry)
NAME = "Vàng Thị Mỷ Duy Nhất"
OGG = b"OggS" + bytes(range(200)) * 4
LEFT = (Person, Credential, DevicePerson, Consent, DataRequest, QuestionResult, LessonRead, Report, SetAside)


def node(conn: Connection) -> str:
    return str(conn.execute(select(NODE.c.id)).scalar_one())


def erase(app: FastAPI, person: str) -> None:
    app.state.writer.call(lambda conn: data_actions.erase(conn, person, node(conn)))


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


HERE, THERE = "03160", "03158"


@pytest.mark.parametrize(
    ("role", "place", "said"),
    [
        (Role.OFFICER, HERE, ""),
        (Role.ADMINISTRATOR, "11", ""),
        (Role.OFFICER, THERE, "not-hers-to-erase"),
        (Role.HELPER, HERE, "not-hers-to-erase"),
        (Role.TRANSLATOR, "11", "not-hers-to-erase"),
        (None, HERE, "not-hers-to-erase"),
    ],
)
def test_who_erases_may_do_it_where_she_lives(
    app: FastAPI, hers: str, role: Role | None, place: str, said: str
) -> None:
    """Wherever the entry comes from; one made while she held the role counts, though she holds it no more."""

    def work(conn: Connection) -> str:
        actions.change(conn, hers, place=HERE)
        by = staff_of.add_staff(conn, "Sùng", "bốn con trâu qua suối", role, place) if role else ids.new()
        body = ledger.compose(erasing.ERASED, hers, by=by)
        conn.exec_driver_sql("UPDATE role_grant SET ended_at = 9000000000000")
        [outcome] = ledger.append(conn, [Received(body, 7)])
        return outcome.reason

    assert app.state.writer.call(work) == said
    assert bool(rows(app, Person)) == bool(said)


def test_who_held_a_role_before_erases_nobody_now(app: FastAPI, hers: str) -> None:
    def work(conn: Connection) -> str:
        by = staff_of.add_staff(conn, "Sùng", "bốn con trâu qua suối", Role.ADMINISTRATOR, "11")
        conn.exec_driver_sql("UPDATE role_grant SET ended_at = 1")
        [outcome] = ledger.append(conn, [Received(ledger.compose(erasing.ERASED, hers, by=by), 7)])
        return outcome.reason

    assert app.state.writer.call(work) == "not-hers-to-erase"


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Nhà Vừ Thị Mỷ", "Nhà …"),
        ("Nhà Mỷ, bản Huổi", "Nhà … bản Huổi"),
        ("Nhà ông Pó và bà Vu Thi My", "Nhà ông Pó và bà …"),
        ("Nhà họ Vừ", "Nhà họ Vừ"),
        ("Nhà Pó", "Nhà Pó"),
    ],
)
def test_a_title_without_her(title: str, left: str) -> None:
    assert rules.without_name(title, ["Vừ Thị Mỷ"]) == left


def test_her_name_goes_from_what_her_household_was_called(app: FastAPI, hers: str) -> None:
    def work(conn: Connection) -> str:
        first = households.make(conn, f"Nhà {NAME}", HERE, node(conn))
        households.make(conn, "Nhà bà ấy", HERE, node(conn), first)
        households.make(conn, "Nhà Nhất", HERE, node(conn), first)
        households.join(conn, first, hers, node(conn))
        households.leave(conn, first, hers, node(conn))
        return first

    household = app.state.writer.call(work)
    before = {row["id"]: row["body"] for row in rows(app, Entry) if row["type"] == "household.made"}
    erase(app, hers)
    assert [row["name"] for row in rows(app, Household)] == ["Nhà …"]
    assert all("Nhất" not in (row["body"] or "") for row in rows(app, Entry))
    held = [row for row in rows(app, Entry) if row["type"] == "household.made"]
    assert len(held) == 4 and sum(row["body"] is None for row in held) == 2
    app.state.writer.call(ledger.rebuild)
    assert [row["name"] for row in rows(app, Household)] == ["Nhà …"]

    def elsewhere(conn: Connection) -> None:
        """Another node heard of her end first, and of the titles only then."""
        for table in ("household", "log_line", "entry", "erased_entry", "erased"):
            conn.exec_driver_sql(f"DELETE FROM {table}")
        end = ledger.compose(erasing.ERASED, hers, by=node(conn), entries=sorted(before))
        ledger.append(conn, [Received(end, 7)])
        ledger.append(conn, [Received(body, 7) for body in before.values()])

    app.state.writer.call(elsewhere)
    assert len(rows(app, ErasedEntry)) == 3
    assert rows(app, Household) == [] and household
    assert not any(row["body"] for row in rows(app, Entry) if row["type"] == "household.made")


def test_her_name_goes_from_the_stalls_of_the_markets(app: FastAPI, hers: str) -> None:
    """What she is called by near her home, her whole name wherever it is; how many take cashless payment stays."""
    by = officer(app, "11")

    def stall(conn: Connection, place: str, name: str, cashless: bool) -> str:
        market = programmes.set_market(conn, "", {"name": "Chợ", "place": place, "ended": False}, by)
        said = {"name": name, "sells": f"rau của {name}", "cashless": cashless, "ended": False}
        return programmes.set_stall(conn, markets.market(conn, market, by), "", said, by)

    def work(conn: Connection) -> list[str]:
        actions.change(conn, hers, place=HERE)
        named = ((HERE, "Cô Nhất"), (THERE, NAME), (THERE, "Cô Nhất"), (HERE, "Cô Dở"))
        return [stall(conn, place, name, n != 3) for n, (place, name) in enumerate(named)]

    made = app.state.writer.call(work)
    app.state.writer.call(lambda conn: data_actions.erase(conn, hers, by.id))

    def told() -> list[tuple[Any, ...]]:
        held = {row["id"]: (row["name"], row["sells"], row["cashless"]) for row in rows(app, Stall)}
        return [held[one] for one in made]

    left = [("Cô …", "rau của Cô …", True), ("…", "rau của …", True)]
    left += [("Cô Nhất", "rau của Cô Nhất", True), ("Cô Dở", "rau của Cô Dở", False)]
    assert told() == left
    assert not any(NAME in (row["body"] or "") for row in rows(app, Entry))
    app.state.writer.call(ledger.rebuild)
    assert told() == left


def test_no_other_entry_goes_with_hers(app: FastAPI, my: Phone, hers: str) -> None:
    my.post("/who/leave")
    my.register("Giàng")
    others = [row["id"] for row in rows(app, Entry) if row["person_id"] != hers and row["body"]]

    def work(conn: Connection) -> None:
        ledger.record(conn, erasing.ERASED, hers, by=node(conn), entries=others)

    app.state.writer.call(work)
    assert all(row["body"] for row in rows(app, Entry) if row["id"] in others)


def test_a_list_on_its_way_in_does_not_bring_her_back(app: FastAPI, hers: str) -> None:
    lines = [
        {"name": name, "person": person, "year": None}
        for name, person in ((NAME.upper(), ""), ("Giàng", ""), ("Bà ấy", hers))
    ]
    row = {"id": ids.new(), "kind": "people", "name": "a.csv", "sha": "", "place": "", "by": "", "done": 0}
    row |= {"total": 3, "made_at": 1, "state": "ready"}
    row["found"] = json.dumps({"columns": [], "unknown": [], "lines": lines}, ensure_ascii=False)
    app.state.writer.call(lambda conn: conn.execute(table_of(PeopleImport).insert(), [row]))
    erase(app, hers)
    [left] = rows(app, PeopleImport)
    assert [line["name"] for line in json.loads(left["found"])["lines"]] == ["Giàng"]


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


def more(made: rebuilding.Random, by: str) -> Iterator[str]:
    """Consents, requests and deletions, `by` whom, of the same three people, and what a household of theirs was called."""
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
    house, titles = made.id(), []
    for name in dice.sample(["Nhà Mỷ", "Nhà Pó", "Nhà bà ấy"], dice.randint(0, 3)):
        body = entry("household.made/1", house, household=house, name=name, place=HERE, by=by)
        titles.append(id_of(body))
        yield body
    for person in dice.sample(made.people, dice.randint(0, 2)):
        named = dice.sample(titles, dice.randint(0, len(titles)))
        yield entry(erasing.ERASED, person, by=by, **({"entries": named} if named else {}))


def played(conn: Connection, bodies: list[str], parts: int) -> list[list[Any]]:
    for table in MINE:
        conn.execute(delete(table))
    rebuilding.played(conn, bodies, parts)
    return tables(conn)


def check(app: FastAPI, structure: str, seeds: Iterable[int]) -> None:
    for seed in seeds:
        made, dice = rebuilding.Random(seed, structure), random.Random(seed)
        bodies = [*made.history(), *more(made, app.state.writer.call(node))]
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
    check(app, my.structure, [*range(25), HAPPENED])


@pytest.mark.long
def test_a_thousand_histories_of_people_who_go(app: FastAPI, my: Phone) -> None:
    check(app, my.structure, range(1000, 2000))
