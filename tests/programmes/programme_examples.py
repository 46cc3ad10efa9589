"""How each route about programmes, teams, households, markets and events is called, as every role."""

from typing import Any

from fastapi import FastAPI
from sqlalchemy import Connection

from app.accounts import queries as people
from app.accounts.models import Household
from app.accounts.permissions import Officer, Role
from app.accounts.rules import name_key
from app.core import ids
from app.core.db import insert_or_ignore, table_of
from app.programmes import programme_actions as actions
from app.programmes import programme_queries as queries
from app.programmes import team_queries
from tests.programmes.class_stage import hire, settle, write

HOUSEHOLD = table_of(Household)


def officer(app: FastAPI, place: str, role: Role = Role.ADMINISTRATOR) -> Officer:
    staff = hire(app, ids.new(), role, place)
    found = write(app, lambda conn: people.officer(conn, staff))
    assert isinstance(found, Officer)
    return found


def house(conn: Connection, place: str, name: str = "Nhà Mỷ") -> str:
    row = {"id": ids.new(), "name": name, "folded": name_key(name), "place": place, "by": "", "made_at": 0}
    insert_or_ignore(conn, Household, [row])
    return str(row["id"])


def team(conn: Connection, place: str, by: Officer, **said: Any) -> str:
    own = {"name": "Tổ bản", "kind": "community", "place": place, "members": [], "ended": False}
    return actions.set_team(conn, "", own | said, by)


def event(conn: Connection, place: str, by: Officer, **said: Any) -> str:
    day = queries.today()
    own = {"name": "Ngày hội", "place": place, "course": "", "from": day, "to": day, "ended": False}
    return actions.set_event(conn, "", own | said, by)


def everything(app: FastAPI, place: str) -> dict[str, str]:
    """One of each at a place: somebody, her household with a check, a team with a visit, a market, an event."""
    by, person, other = officer(app, place), settle(app, "Mỷ", place), settle(app, "Mỷ Dở", place)

    def work(conn: Connection) -> dict[str, str]:
        made = {"person": person, "other": other, "household": house(conn, place), "day": queries.today()}
        household = conn.execute(HOUSEHOLD.select().where(HOUSEHOLD.c.id == made["household"])).one()
        made["check"] = actions.check_household(conn, household, ["learnt"], made["day"], by)
        made["team"] = team(conn, place, by, members=[person])
        row = team_queries.team(conn, made["team"], by)
        made["visit"] = actions.visit(conn, row, place, made["day"], [person], 2, by)
        said = {"name": "Chợ xã", "place": place, "ended": False}
        made["market"] = actions.set_market(conn, "", said, by)
        stall = {"name": "Quầy cô Mỷ", "sells": "gạo", "cashless": False, "ended": False}
        market = queries.market(conn, made["market"], by)
        made["stall"] = actions.set_stall(conn, market, "", stall, by)
        made["event"] = event(conn, place, by)
        done = {"source": "Lớp", "title": "Tin học", "course": "", "day": made["day"]}
        made["done"] = actions.done_elsewhere(conn, people.person(conn, person), done, by)  # type: ignore[arg-type]
        return made

    made: dict[str, str] = write(app, work)
    return made


def at(**form: Any) -> dict[str, Any]:
    return {"make": everything, "form": form, "placed": True}


TEAM = {"name": "Tổ", "kind": "youth", "place": "{place}"}
EVENT = {"name": "Ngày hội", "place": "{place}", "from_day": "{day}"}
DONE = {"source": "Lớp", "title": "Tin học", "day": "{day}"}
NOT_AT_A_COMMUNE = frozenset({404})
"""What holds in the whole province is for who may at the province; `test_programmes` calls it there."""
PROGRAMME_EXAMPLES: dict[str, dict[str, Any]] = {
    "GET /programmes": {},
    "GET /programmes/{programme}": {"make": lambda app, place: {"programme": "ai"}},
    "POST /programmes/{programme}/targets": {
        "make": lambda app, place: {"programme": "ai"}, "form": {"people": "10"}, "ok": NOT_AT_A_COMMUNE,
    },
    "GET /teams": {},
    "GET /teams/new": {},
    "POST /teams": at(**TEAM),
    "GET /teams/{team}": at(),
    "POST /teams/{team}": at(**TEAM),
    "GET /teams/{team}/change": at(),
    "POST /teams/{team}/end": at(),
    "POST /teams/{team}/members": at(member="{other}", name="dở"),
    "POST /teams/{team}/members/{member}/removal": {
        "make": lambda app, place: (made := everything(app, place)) | {"member": made["person"]}, "placed": True,
    },
    "GET /teams/{team}/visit": at(),
    "POST /teams/{team}/visits": at(place="{place}", day="{day}", others="3"),
    "POST /teams/{team}/visits/{visit}/undoing": at(),
    "GET /families": {},
    "GET /families/recognised": {},
    "GET /families/criteria": {"ok": NOT_AT_A_COMMUNE},
    "POST /families/criteria": {"form": {"id": "-", "text": "Có điện thoại", "needed": "1"}, "ok": NOT_AT_A_COMMUNE},
    "GET /families/{household}": at(),
    "POST /families/{household}/checks": at(met="learnt"),
    "POST /families/{household}/checks/{check}/undoing": at(),
    "GET /markets": {},
    "POST /markets": at(name="Chợ", place="{place}"),
    "GET /markets/{market}": at(),
    "POST /markets/{market}/end": at(),
    "POST /markets/{market}/stalls": at(name="Quầy", cashless="1"),
    "POST /markets/{market}/stalls/{stall}": at(cashless="1"),
    "GET /elsewhere": {},
    "GET /elsewhere/{person}": at(),
    "POST /elsewhere/{person}": at(**DONE),
    "POST /elsewhere/{person}/{done}/undoing": at(),
    "GET /events": {},
    "GET /events/new": {},
    "POST /events": at(**EVENT),
    "GET /events/{event}": at(),
    "POST /events/{event}": at(**EVENT),
    "GET /events/{event}/change": at(),
    "POST /events/{event}/end": at(),
    "POST /events/{event}/kiosk/closing": at(),
}  # fmt: skip
