"""Programmes, teams, households, markets and results elsewhere, as staff use the plain forms."""

import json
import random
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, delete, select

from app.accounts import consent, households
from app.accounts.permissions import Role
from app.core import envelope, ids, ledger
from app.core.db import table_of
from app.core.errors import MakesNoSense
from app.core.ledger import Received
from app.learning import queries as learning
from app.places import queries as places
from app.programmes import class_actions, class_queries
from app.programmes import models as tables
from app.programmes import programme_projections as kinds
from app.programmes import programme_queries as queries
from app.programmes.programme_rules import Count, Figure, Programme
from tests.cast import RIGHT, Phone, rows
from tests.conftest import Ticker
from tests.programmes.class_stage import DAY, ELSEWHERE, HERE, agree, hire, open_class, settle, sign_in, write
from tests.programmes.programme_examples import everything, house, officer

PROVINCE = "11"
ALL: dict[str, dict[str, Any]] = {
    "first": {**RIGHT, "q4.a": "1", "q4.b": "2", "q4.c": "3"},
    "second": {},
    "test": {"k1": "a", "k2": "12"},
}
"""The small course, answered to its end."""
PROJECTED = [
    table_of(model)
    for model in (
        tables.ProgrammeSet, tables.CriteriaSet, tables.Team, tables.Visit, tables.VisitHelped,
        tables.HouseholdCheck, tables.Market, tables.Stall, tables.Event, tables.EventJoined, tables.Elsewhere,
        tables.Withdrawal,
    )
]  # fmt: skip


@pytest.fixture
def chief(app: FastAPI, ticker: Ticker) -> Phone:
    hire(app, "Lò", Role.ADMINISTRATOR, PROVINCE)
    return sign_in(app, "Lò")


@pytest.fixture
def helper(app: FastAPI, ticker: Ticker) -> Phone:
    hire(app)
    return sign_in(app)


def id_of(response: Any) -> str:
    return str(response.headers["location"].rpartition("/")[2])


def counted(app: FastAPI, *counts: Count) -> list[dict[str, Figure]]:
    """Of each count, the communes where there is anything."""

    def work(conn: Connection) -> list[dict[str, Figure]]:
        programme = Programme("p", "P", counts)
        [one] = queries.standings(conn, app.state.shelf, app.state.programmes, [programme])
        return [
            {line.name: line.figure for line in count.lines if line.figure != Figure(0)}
            for count in one.counts
        ]

    found: list[dict[str, Figure]] = write(app, work)
    return found


def commune(app: FastAPI, code: str) -> str:
    return str(write(app, lambda conn: places.above(conn, code)[0].name))


def test_counts_come_from_what_people_did_each_once_in_her_commune(
    app: FastAPI, my: Phone, ticker: Ticker
) -> None:
    sung = hire(app)
    learner, shower, elsewhere = settle(app, "Mỷ"), settle(app, "Dở"), settle(app, "Pà", ELSEWHERE)
    klass = open_class(app, sung, [learner, shower])
    teacher = officer(app, ELSEWHERE)
    said = {
        "source": "Lớp",
        "title": "Nhỏ",
        "course": "small",
        "day": DAY,
        "place": ELSEWHERE,
        "by": teacher.id,
    }

    def work(conn: Connection) -> None:
        row = class_queries.class_row(conn, klass)
        class_actions.take_attendance(conn, row, DAY, [learner], [learner], sung)
        class_actions.confirm(conn, row, "skill", "vneid-open", [shower], DAY, sung)
        ledger.record(conn, kinds.DONE_ELSEWHERE, elsewhere, **said)
        ledger.record(conn, kinds.DONE_ELSEWHERE, elsewhere, **said)

    write(app, work)
    here, there = commune(app, HERE), commune(app, ELSEWHERE)
    finished, shown, held, active = counted(
        app,
        Count("f", "finished", "F", courses=("small",)),
        Count("s", "shown", "S", skills=("vneid-open",)),
        Count("h", "held", "H", courses=("small",)),
        Count("a", "active", "A", days=90),
    )
    assert finished == {here: Figure(0, 2), there: Figure(1, 1)}
    assert shown == {here: Figure(1, 2), there: Figure(0, 1)}
    assert held == {here: Figure(1)}
    assert active[here] == Figure(1, 1) and active[there] == Figure(0, 1) and len(active) == 45


def _finishers(app: FastAPI) -> list[str]:
    found: list[str] = write(app, lambda conn: queries._finishers(conn, app.state.shelf, "small"))
    return found


def test_who_finished_is_who_the_course_itself_says_finished(
    app: FastAPI, my: Phone, stranger: Phone
) -> None:
    """Counted over all people at once, and for each by her own page: the same."""
    person, begun = my.register("Mỷ"), stranger.register("Dở")
    for lesson, answers in ALL.items():
        my.post(f"/vi/courses/small/{lesson}/answers", {"structure": my.structure, **answers}, 200)
    stranger.post("/vi/courses/small/test/answers", {"structure": my.structure, **ALL["test"]}, 200)
    with app.state.database.read() as session:
        finished = [
            one
            for one in (person, begun)
            if (found := learning.course(session.connection(), app.state.shelf, one, "small"))
            and found.state.finished
        ]
    assert finished == [person] == _finishers(app)
    for lesson, answers in ALL.items():
        stranger.post(f"/vi/courses/small/{lesson}/answers", {"structure": my.structure, **answers}, 200)
    assert sorted(_finishers(app)) == sorted([person, begun]), "who was judged before is judged anew"


@pytest.mark.only_on("sqlite")
def test_the_province_sets_its_own_targets_and_date(app: FastAPI, chief: Phone, helper: Phone) -> None:
    assert "20" in chief.get("/programmes/ai").text
    chief.post("/programmes/ai/targets", {"classes": "25", "people": "2.500", "until": "2027-06-30"})
    page = helper.get("/programmes/ai").text
    assert "0 trên 25" in page and "0 trên 2.500" in page and "30/06/2027" in page
    assert 'action="/programmes/ai/targets"' not in page
    refused = chief.post("/programmes/ai/targets", {"classes": "nhiều", "until": "mai"}, 422).text
    assert refused.count('aria-invalid="true"') == 2
    assert "2.500" in chief.get("/programmes").text
    helper.post("/programmes/ai/targets", {}, 404)
    chief.get("/programmes/none", 404)


def test_a_team_its_people_and_where_it_went_in_few_taps(app: FastAPI, chief: Phone, helper: Phone) -> None:
    person = settle(app, "Giàng A Mỷ")
    assert "Chưa có tổ" in helper.get("/teams").text
    id = id_of(chief.post("/teams", {"name": "Tổ bản Huổi", "kind": "community", "place": HERE}))
    found = chief.get(f"/teams/{id}?find=giang").text
    assert f'value="{person}"' in found and 'value="Giàng' not in found
    chief.post(f"/teams/{id}/members", {"member": person, "name": "giang"})
    chief.post(f"/teams/{id}/members", {"member": person, "name": "giang"}, 404)
    assert f'value="{person}"' in helper.get(f"/teams/{id}/visit").text
    location = helper.post(
        f"/teams/{id}/visits", {"place": HERE, "day": DAY, "helped": person, "others": "2"}
    )
    page = helper.get(location.headers["location"]).text
    assert "Giúp 3 người" in page and "Giàng A Mỷ" in page and "Đã ghi" in page
    assert "1 người · 1 lần đi · giúp 3 người" in helper.get("/teams").text
    [visit] = rows(app, tables.Visit)
    helper.post(f"/teams/{id}/visits/{visit['id']}/undoing")
    helper.post(f"/teams/{id}/visits/{visit['id']}/undoing", status=404)
    assert "1 người · 0 lần đi · giúp 0 người" in helper.get("/teams").text
    chief.post(f"/teams/{id}/members/{person}/removal")
    chief.post(f"/teams/{id}/end")
    page = helper.get(f"/teams/{id}").text
    assert "Đã ngừng" in page and "Chưa có ai trong tổ" in page
    helper.post(f"/teams/{id}/end", status=404)


@pytest.mark.only_on("sqlite")
def test_a_visit_that_cannot_be_is_told_and_not_written(app: FastAPI, helper: Phone) -> None:
    made = everything(app, HERE)
    before = len(rows(app, tables.Visit))
    wrong: list[dict[str, Any]] = [
        {"helped": []},
        {"others": "-1"},
        {"day": "2027-01-01", "others": "1"},
        {"day": "mai", "others": "1"},
        {"place": ELSEWHERE, "others": "1"},
    ]
    for said in wrong:
        helper.post(f"/teams/{made['team']}/visits", {"place": HERE, "day": DAY, **said}, 422)
    assert len(rows(app, tables.Visit)) == before


@pytest.mark.only_on("sqlite")
def test_a_visit_helps_nobody_of_another_commune(app: FastAPI, helper: Phone) -> None:
    made, stranger = everything(app, HERE), settle(app, "Xa", ELSEWHERE)
    helper.post(
        f"/teams/{made['team']}/visits", {"place": HERE, "day": DAY, "helped": stranger, "others": "1"}
    )
    assert stranger not in {row["person_id"] for row in rows(app, tables.VisitHelped)}


@pytest.mark.only_on("sqlite")
def test_a_household_is_checked_and_stands_on_the_list_until_the_check_is_taken_back(
    app: FastAPI, chief: Phone, helper: Phone
) -> None:
    id = write(app, lambda conn: house(conn, HERE, "Nhà Mỷ"))
    mother = settle(app, "Mỷ")
    write(app, lambda conn: households.join(conn, id, mother, ""))
    assert "Chưa xem" in helper.get("/families?find=my").text
    every = [one.id for one in app.state.programmes.criteria.criteria]
    helper.post(f"/families/{id}/checks", {"met": every[:2]})
    assert "Đạt 2, cần 5" in helper.get(f"/families/{id}").text
    assert "Chưa có hộ nào" in chief.get("/families/recognised").text
    helper.post(f"/families/{id}/checks", {"met": [*every, "made-up"]})
    assert "1 hộ nữa đủ tiêu chí" in chief.get("/families/recognised").text
    agree(app, mother, consent.LISTS)
    listed = chief.get("/families/recognised").text
    assert "Cộng: 1 hộ" in listed and "hộ nữa" not in listed
    last = rows(app, tables.HouseholdCheck)[-1]
    assert "made-up" not in last["met"]
    helper.post(f"/families/{id}/checks/{last['id']}/undoing")
    assert "Đạt 2, cần 5" in helper.get(f"/families/{id}").text
    helper.post(f"/families/{id}/checks/{last['id']}/undoing", status=404)
    helper.get("/families/recognised", 404)


@pytest.mark.only_on("sqlite")
def test_the_province_edits_the_criteria_and_checks_made_before_still_count(
    app: FastAPI, chief: Phone
) -> None:
    id = write(app, lambda conn: house(conn, HERE))
    chief.post(f"/families/{id}/checks", {"met": ["learnt", "vneid"]})
    form = {"id": ["learnt", "vneid", "-"], "text": ["Có người học xong", "", "Có điện thoại"], "needed": "1"}
    chief.post("/families/criteria", form)
    page = chief.get(f"/families/{id}").text
    assert "Có điện thoại" in page and "Có người học xong" in page and "VNeID" not in page
    assert "1 hộ nữa đủ tiêu chí" in chief.get("/families/recognised").text
    chief.post("/families/criteria", form | {"needed": "9"}, 422)
    chief.post("/families/criteria", {"id": "-", "text": " ", "needed": "1"}, 422)


@pytest.mark.only_on("sqlite")
def test_stalls_that_take_cashless_payment_are_counted_by_market_and_in_the_programme(
    app: FastAPI, chief: Phone, helper: Phone
) -> None:
    assert "Chưa có chợ" in helper.get("/markets").text
    id = id_of(helper.post("/markets", {"name": "Chợ Mường Nhé", "place": HERE}))
    for name in ("Mỷ", "Dở", "Pà"):
        helper.post(
            f"/markets/{id}/stalls", {"name": name, "sells": "rau", "cashless": "1" if name == "Mỷ" else ""}
        )
    stall = {row["name"]: row["id"] for row in rows(app, tables.Stall)}
    helper.post(f"/markets/{id}/stalls/{stall['Dở']}", {"cashless": "1"})
    assert "2 trên 3 quầy" in helper.get("/markets").text
    gone = helper.post(f"/markets/{id}/stalls/{stall['Pà']}", {"ended": "1"}).headers["location"]
    assert "Đã bỏ quầy Pà" in helper.get(gone).text and "2 trên 2 quầy" in helper.get(gone).text
    helper.post(f"/markets/{id}/stalls/{stall['Pà']}", {"ended": "0"})
    assert counted(app, Count("s", "cashless", "S"))[0] == {commune(app, HERE): Figure(2, 3)}
    helper.post(f"/markets/{id}/end")
    assert counted(app, Count("s", "cashless", "S"))[0] == {} and "Chưa có chợ" in helper.get("/markets").text
    helper.post("/markets", {"name": "Chợ", "place": ELSEWHERE}, 404)
    helper.post("/markets", {"name": "Chợ"}, 422)
    helper.post(f"/markets/{id}/stalls", {"name": " "}, 422)


def test_a_result_from_elsewhere_is_written_with_its_source_shown_to_her_and_taken_back(
    app: FastAPI, chief: Phone, my: Phone, helper: Phone
) -> None:
    person = my.register("Mỷ")
    write(app, lambda conn: ledger.record(conn, "person.changed/1", person, place=HERE, based_on=[]))
    assert f"/elsewhere/{person}" in chief.get("/elsewhere?find=mỷ").text
    chief.post(f"/elsewhere/{person}", {"title": "An toàn", "day": DAY}, 422)
    said = {"source": "Trường học", "title": "An toàn trên mạng", "course": "small", "day": DAY}
    chief.post(f"/elsewhere/{person}", said | {"day": "2027-01-01"}, 422)
    chief.post(f"/elsewhere/{person}", said)
    mine = my.get("/me").text
    assert "An toàn trên mạng" in mine and "Trường học" in mine and "18/11/2026" in mine
    small = Count("f", "finished", "F", courses=("small",))
    assert counted(app, small)[0] == {commune(app, HERE): Figure(1, 1)}
    [done] = rows(app, tables.Elsewhere)
    chief.post(f"/elsewhere/{person}/{done['id']}/undoing")
    assert "An toàn trên mạng" not in my.get("/me").text
    assert counted(app, small)[0] == {commune(app, HERE): Figure(0, 1)}
    helper.get("/elsewhere", 404)


SAID: dict[str, dict[str, Any]] = {
    kinds.TEAM_SET: {"team": ids.new(), "kind": "community", "name": "Tổ", "members": [], "ended": False},
    kinds.MARKET_SET: {"market": ids.new(), "name": "Chợ", "ended": False},
    kinds.DONE_ELSEWHERE: {"source": "a", "title": "b", "course": "", "day": DAY},
    kinds.PROGRAMME_SET: {"programme": "ai", "targets": {}, "until": ""},
}


@pytest.mark.only_on("sqlite")
def test_an_entry_by_somebody_who_may_not_there_is_refused_wherever_it_comes_from(app: FastAPI) -> None:
    by = officer(app, HERE)

    def refused(conn: Connection, kind: str, why: str, said: dict[str, Any]) -> None:
        with pytest.raises(MakesNoSense, match=why):
            ledger.record(conn, kind, by.id, **said)

    def work(conn: Connection) -> None:
        for kind, said in SAID.items():
            ledger.record(conn, kind, by.id, **said, place=HERE, by=by.id)
            refused(conn, kind, "not-hers-to-say", {**said, "place": ELSEWHERE, "by": by.id})
            refused(conn, kind, "not-hers-to-say", {**said, "place": HERE, "by": ids.new()})
            for name in said:
                refused(conn, kind, f"no-{name}", {**said, name: 7, "place": HERE, "by": by.id})

    write(app, work)


class Random:
    """A history of all there is to say, about few things, so that they are said again and again."""

    def __init__(self, seed: int, by: str) -> None:
        self.dice, self.by = random.Random(seed), by
        self.known = [self.id() for _ in range(2)]
        self.made: list[str] = self.known[:]

    def id(self) -> str:
        text = f"{self.dice.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-7{text[13:16]}-8{text[17:20]}-{text[20:]}"

    def said(self, kind: str) -> dict[str, Any]:
        one, flag, word = self.dice.choice(self.known), self.dice.random() < 0.5, self.dice.choice("ab")
        fields: dict[str, Any] = {
            "programme": word, "targets": {"x": self.dice.randint(0, 9)}, "until": "", "needed": 1,
            "criteria": [{"id": word, "text": word}], "team": one, "kind": self.dice.choice(kinds.TEAM_KINDS),
            "name": word, "members": [one], "ended": flag, "day": DAY, "helped": [one], "others": 1,
            "entry": self.dice.choice(self.made), "household": one, "met": [word], "market": one, "stall": one,
            "sells": word, "cashless": flag, "event": one, "course": word, "from": DAY, "to": DAY,
            "source": word, "title": word,
        }  # fmt: skip
        return {name: fields[name] for name in kinds.SHAPES[kind].fields}

    def history(self) -> list[str]:
        bodies = []
        for _ in range(self.dice.randint(5, 40)):
            kind = self.dice.choice(list(kinds.SHAPES))
            body = {
                "id": self.id(), "type": kind, "person": self.dice.choice(self.known), "by": self.by,
                "claimed_at": self.dice.randint(1, 60) * 1000, "salt": "0123456789abcdef", "place": "11",
                **self.said(kind),
            }  # fmt: skip
            self.made.append(str(body["id"]))
            bodies.append(json.dumps(body))
        return bodies


def state(conn: Connection) -> list[list[Any]]:
    return [
        [tuple(row) for row in conn.execute(select(one).order_by(*one.primary_key.columns))]
        for one in PROJECTED
    ]


def played(conn: Connection, bodies: list[str]) -> list[list[Any]]:
    """The tables after these entries, straight through the handlers."""
    for table in PROJECTED:
        conn.execute(delete(table))
    facts = [envelope.fact(json.loads(body), 7) for body in bodies]
    for fact in facts:
        ledger._project(conn, [fact])
    return state(conn)


def test_the_tables_are_the_same_in_any_order_and_doubled(app: FastAPI) -> None:
    by = officer(app, PROVINCE).id

    def work(conn: Connection) -> None:
        for seed in range(15):
            bodies = Random(seed, by).history()
            dice = random.Random(seed)
            again = dice.sample(bodies, len(bodies)) + dice.choices(bodies, k=len(bodies))
            assert played(conn, bodies) == played(conn, again), seed

    write(app, work)


@pytest.mark.only_on("sqlite")
def test_rebuilt_from_the_ledger_the_tables_are_the_same(app: FastAPI) -> None:
    by = officer(app, PROVINCE).id

    def work(conn: Connection) -> None:
        outcomes = ledger.append(conn, [Received(body, 7) for body in Random(1, by).history()])
        assert {one.state for one in outcomes} == {"recorded"}
        before = state(conn)
        assert sum(map(len, before)) > 5
        ledger.rebuild(conn)
        assert state(conn) == before

    write(app, work)


def test_the_histories_say_all_there_is_to_say() -> None:
    said = {json.loads(body)["type"] for seed in range(15) for body in Random(seed, "").history()}
    assert said == set(kinds.SHAPES)
