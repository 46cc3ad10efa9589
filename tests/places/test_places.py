"""The province, its 45 communes and wards, and their villages; what is said of them, and what they were called before."""

import random
from collections import Counter
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, delete

from app.accounts.consent import CONTENT
from app.core import ids, ledger
from app.core.db import table_of
from app.core.errors import MakesNoSense, NotFound
from app.core.models import Entry
from app.places import actions, queries, rules
from app.places.projections import project
from app.places.queries import CHANGE, PLACE
from tests.cast import Phone

FILE = CONTENT / "places.csv"
HERE, THERE = "03160", "03158"
BY = ids.new()


def write(app: FastAPI, work: Any) -> Any:
    return app.state.writer.call(work)


@pytest.fixture
def villages(app: FastAPI) -> list[str]:
    """Three villages of one commune."""
    names = [{"name": name} for name in ("Bản Nà Lốm", "Bản Huổi Cấu", "Tổ dân phố 1")]
    codes: list[str] = write(app, lambda conn: actions.add_villages(conn, HERE, BY, names))
    return codes


def test_it_works(app: FastAPI, my: Phone) -> None:
    places = my.get("/api/v1/places").json()
    assert Counter(place["kind"] for place in places) == {"commune": 42, "ward": 3, "province": 1}
    assert {place["parent"] for place in places} == {None, "11"}
    assert places[0]["name"] == "Tỉnh Điện Biên"


def test_the_same_file_twice_changes_nothing_and_keeps_what_was_said_here(app: FastAPI) -> None:
    said = {"name": "Xã Mới", "contact": "Anh Pó", "signal": "2g", "power": "sometimes"}
    assert write(app, lambda conn: actions.change(conn, HERE, BY, said))
    assert not write(app, lambda conn: actions.change(conn, HERE, BY, said))
    before = write(app, queries.places)
    assert write(app, lambda conn: actions.bring_in(conn, FILE)) == 46
    assert write(app, queries.places) == before
    place = write(app, lambda conn: queries.place(conn, HERE))
    assert {name: getattr(place, name) for name in said} == said


def test_the_nearest_place_that_says_so_is_asked(app: FastAPI, villages: list[str]) -> None:
    def asked(code: str | None) -> queries.Contact:
        found: queries.Contact = write(app, lambda conn: queries.contact(conn, code))
        return found

    write(app, lambda conn: actions.change(conn, "11", BY, {"contact": "Sở"}))
    assert asked(villages[0]) == ("Sở", ()) and not asked(None)
    write(app, lambda conn: actions.change(conn, HERE, BY, {"phone": "0215 3 123 456, 0912.345.678"}))
    assert asked(villages[0]).numbers == (("0215 3 123 456", "02153123456"), ("0912.345.678", "0912345678"))


def test_villages_have_codes_of_their_commune_and_no_twins(app: FastAPI, villages: list[str]) -> None:
    assert villages == [f"{HERE}-001", f"{HERE}-002", f"{HERE}-003"]
    for twin in ("BẢN NÀ LỐM", "Bản Nà Lốm"):
        with pytest.raises(MakesNoSense, match="name-taken"):
            write(app, lambda conn, twin=twin: actions.add_villages(conn, HERE, BY, [{"name": twin}]))
    with pytest.raises(MakesNoSense, match="name-taken"):
        write(app, lambda conn: actions.change(conn, villages[1], BY, {"name": "bản nà lốm"}))
    assert write(app, lambda conn: actions.add_villages(conn, THERE, BY, [{"name": "Bản Nà Lốm"}]))
    with pytest.raises(MakesNoSense, match="not-a-commune"):
        write(app, lambda conn: actions.add_villages(conn, villages[0], BY, [{"name": "Bản Con"}]))


def test_a_village_is_found_by_the_name_it_had(app: FastAPI, villages: list[str]) -> None:
    write(app, lambda conn: actions.change(conn, villages[0], BY, {"name": "Bản Nà Lốm 2"}))
    assert write(app, lambda conn: queries.names(conn, villages[0])) == ["Bản Nà Lốm", "Bản Nà Lốm 2"]
    for name in ("Bản Nà Lốm", "bản nà lốm 2"):
        assert write(app, lambda conn, name=name: queries.named(conn, HERE, name)) == villages[0]
    assert write(app, lambda conn: queries.named(conn, THERE, "Bản Nà Lốm")) is None


def test_what_was_merged_lives_on_in_what_was_kept_until_it_is_taken_back(
    app: FastAPI, villages: list[str]
) -> None:
    def holds(code: str, place: str) -> bool:
        return bool(write(app, lambda conn: queries.holds(conn, [code], place)))

    gone, kept = villages[:2]
    write(app, lambda conn: actions.merge(conn, gone, kept, BY))
    assert holds(kept, gone) and holds(HERE, gone) and not holds(gone, kept)
    assert write(app, lambda conn: queries.named(conn, HERE, "Bản Nà Lốm")) == kept
    assert gone not in {place.code for place in write(app, queries.places)}
    with pytest.raises(MakesNoSense):
        write(app, lambda conn: actions.merge(conn, kept, gone, BY))
    write(app, lambda conn: actions.restore(conn, gone, BY))
    assert not holds(kept, gone) and holds(HERE, gone)
    with pytest.raises(NotFound):
        write(app, lambda conn: actions.restore(conn, gone, BY))


def test_communes_merge_with_all_beneath_them(app: FastAPI, villages: list[str]) -> None:
    write(app, lambda conn: actions.merge(conn, HERE, THERE, BY))
    assert write(app, lambda conn: queries.holds(conn, [THERE], villages[0]))
    for code, kept in ((villages[0], THERE), ("11", THERE), (THERE, "11")):
        with pytest.raises(MakesNoSense, match="not-to-be-merged"):
            write(app, lambda conn, code=code, kept=kept: actions.merge(conn, code, kept, BY))


def test_histories_in_any_order_and_doubled_come_to_the_same_places(
    app: FastAPI, villages: list[str]
) -> None:
    write(app, lambda conn: actions.change(conn, villages[0], BY, {"name": "Bản Một", "power": "grid"}))
    write(app, lambda conn: actions.change(conn, villages[0], BY, {"name": "Bản Hai"}))
    write(app, lambda conn: actions.merge(conn, villages[0], villages[1], BY))
    write(app, lambda conn: actions.restore(conn, villages[0], BY))
    write(app, lambda conn: actions.merge(conn, villages[0], villages[2], BY))
    before = write(app, lambda conn: conn.execute(PLACE.select().order_by(PLACE.c.code)).all())
    entry = table_of(Entry)

    def replayed(conn: Connection, seed: int) -> Any:
        bodies = conn.execute(entry.select().where(entry.c.type.like("place.%"))).all()
        facts = [
            ledger.Fact(one.id, one.type, 1, BY, one.claimed_at, 0, rules.read(one.body)) for one in bodies
        ]
        conn.execute(delete(CHANGE))
        conn.execute(delete(PLACE).where(PLACE.c.kind == "village"))
        dice = random.Random(seed)
        shuffled = dice.sample(facts, len(facts)) + facts
        for start in range(0, len(shuffled), 3):
            project(conn, shuffled[start : start + 3])
        return conn.execute(PLACE.select().order_by(PLACE.c.code)).all()

    for seed in range(20):
        assert write(app, lambda conn, seed=seed: replayed(conn, seed)) == before
    write(app, ledger.rebuild)
    assert write(app, lambda conn: conn.execute(PLACE.select().order_by(PLACE.c.code)).all()) == before


@pytest.mark.parametrize(
    "said", [{"power": "sun"}, {"name": " "}, {"kind": "district"}, {"taste": "good"}, {}]
)
def test_what_no_place_can_be_is_refused(app: FastAPI, said: dict[str, str]) -> None:
    with pytest.raises(MakesNoSense):
        write(app, lambda conn: ledger.record(conn, "place.set/1", BY, place=HERE, by=BY, **said))


def test_numbers_are_kept_as_written_and_anything_else_is_not_a_number() -> None:
    assert rules.clean_numbers(" 0215 3123 456; +84 912 345 678 ") == "0215 3123 456, +84 912 345 678"
    assert rules.clean_numbers("") == ""
    assert rules.clean_numbers("gọi anh Pó") is None and rules.clean_numbers("12") is None
