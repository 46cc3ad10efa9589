"""Classes from the ledger. Of several entries about one thing the one with the greatest id counts, whatever their order."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, case

from app.accounts import queries as people
from app.accounts.permissions import Permission
from app.core import clock, ids, ledger
from app.core.db import insert_or_ignore, upsert
from app.core.errors import MakesNoSense
from app.core.ledger import Fact
from app.places import queries as places
from app.programmes import class_queries as queries
from app.programmes import class_rules as rules
from app.programmes.models import (
    Announcement,
    Attendance,
    Class,
    ClassMember,
    Confirmation,
    Withdrawal,
)
from courses.languages import LANGUAGES

SET, JOINED, LEFT = "class.set/1", "class.joined/1", "class.left/1"
ATTENDED, CORRECTED = "attended/1", "attendance.corrected/1"
SHOWN, SUPERVISED, UNCONFIRMED = "skill.shown/1", "supervised/1", "confirmation.withdrawn/1"
ANNOUNCED, UNANNOUNCED = "class.announced/1", "announcement.ended/1"


def register() -> None:
    for model in (Class, ClassMember, Attendance, Confirmation, Announcement, Withdrawal):
        ledger.projection(model)
    ledger.on(SET, check_class)(project_classes)
    ledger.on(JOINED, check_join)(project_members)
    ledger.on(LEFT, check_join)(project_members)
    ledger.on(ATTENDED, check_attendance)(project_attendance)
    ledger.on(CORRECTED, check_attendance)(project_attendance)
    ledger.on(SHOWN, check_confirmation)(project_confirmations)
    ledger.on(SUPERVISED, check_confirmation)(project_confirmations)
    ledger.on(ANNOUNCED, check_announcement)(project_announcements)
    ledger.on(UNCONFIRMED, check_withdrawal)(project_withdrawals)
    ledger.on(UNANNOUNCED, check_withdrawal)(project_withdrawals)


def check_class(conn: Connection, fact: Fact) -> None:
    """Whoever says it runs classes there, as does the helper; a class moves only between places of hers."""
    said = fact.data
    if not all(isinstance(said.get(name), str) and said[name] for name in ("name", "place", "helper", "by")):
        raise MakesNoSense("no-class")
    if not ids.is_id(said.get("class")) or not isinstance(said.get("ended", False), bool):
        raise MakesNoSense("no-class")
    if not rules.is_day(said.get("from")) or not (said.get("to", "") == "" or rules.is_day(said["to"])):
        raise MakesNoSense("no-day")
    if not _are_courses(said.get("courses")):
        raise MakesNoSense("no-course")
    before = queries.class_row(conn, said["class"])
    for who in (said["by"], said["helper"]):
        _allowed(conn, who, Permission.CLASS_RUN, said["place"])
    if before is not None:
        _allowed(conn, said["by"], Permission.CLASS_RUN, before.place)


def _are_courses(said: object) -> bool:
    return (
        isinstance(said, list)
        and 0 < len(said) <= rules.MOST_COURSES
        and all(
            isinstance(one, dict)
            and isinstance(one.get("course"), str)
            and (one.get("deadline", "") == "" or rules.is_day(one["deadline"]))
            for one in said
        )
    )


def check_join(conn: Connection, fact: Fact) -> None:
    """She comes herself, or somebody puts her there who runs the class and answers for where she lives."""
    found = _class(conn, fact)
    person = people.person(conn, fact.person)
    if person is None:
        raise MakesNoSense("no-person")
    if not (by := _by(fact)):
        day = clock.as_datetime(fact.claimed_at).date().isoformat()
        if rules.is_over(found.ended, found.to_day, day):
            raise MakesNoSense("class-ended")
        return
    _allowed(conn, by, Permission.CLASS_RUN, found.place)
    if not queries.was_member(conn, found.id, fact.person):
        _allowed(conn, by, Permission.CLASS_RUN, person.place or "")


def check_attendance(conn: Connection, fact: Fact) -> None:
    found = _class(conn, fact)
    if not rules.is_day(fact.data.get("day")):
        raise MakesNoSense("no-day")
    if not queries.was_member(conn, found.id, fact.person):
        raise MakesNoSense("not-of-this-class")
    _allowed(conn, _by(fact), Permission.ATTENDANCE_TAKE, found.place)


def check_confirmation(conn: Connection, fact: Fact) -> None:
    found = _class(conn, fact)
    if not isinstance(_what(fact), str) or not rules.is_day(fact.data.get("day")):
        raise MakesNoSense("no-skill")
    if not queries.was_member(conn, found.id, fact.person):
        raise MakesNoSense("not-of-this-class")
    _allowed(conn, _by(fact), Permission.SKILL_CONFIRM, found.place)


def check_announcement(conn: Connection, fact: Fact) -> None:
    found, words, until = _class(conn, fact), fact.data.get("words"), fact.data.get("until", "")
    if not isinstance(words, str) or not 0 < len(words) <= rules.WORDS_LENGTH:
        raise MakesNoSense("no-words")
    if fact.data.get("lang") not in LANGUAGES or not (until == "" or rules.is_day(until)):
        raise MakesNoSense("no-words")
    _allowed(conn, _by(fact), Permission.CLASS_RUN, found.place)


def check_withdrawal(conn: Connection, fact: Fact) -> None:
    place = queries.place_of_entry(conn, str(fact.data.get("entry")))
    if place is None:
        raise MakesNoSense("no-entry")
    needed = Permission.SKILL_CONFIRM if fact.type == "confirmation.withdrawn" else Permission.CLASS_RUN
    _allowed(conn, _by(fact), needed, place)


def _class(conn: Connection, fact: Fact) -> Any:
    found = queries.class_row(conn, str(fact.data.get("class")))
    if found is None:
        raise MakesNoSense("no-class")
    return found


def _by(fact: Fact) -> str:
    by = fact.data.get("by", "")
    if not isinstance(by, str):
        raise MakesNoSense("no-by")
    return by


def _allowed(conn: Connection, staff: str, permission: Permission, place: str) -> None:
    """The same whatever page or node the entry comes from."""
    officer = people.officer(conn, staff)
    if officer is None or not places.holds(conn, officer.places(permission), place):
        raise MakesNoSense("not-her-class")


def check_for_another(conn: Connection, fact: Fact) -> None:
    """An answer somebody gave in a class, written down by whoever runs it."""
    found = _class(conn, fact)
    if not queries.was_member(conn, found.id, fact.person):
        raise MakesNoSense("not-of-this-class")
    _allowed(conn, _by(fact), Permission.CLASS_RUN, found.place)


def project_classes(conn: Connection, facts: list[Fact]) -> None:
    upsert(conn, Class, [_class_row(fact.id, fact.data) for fact in facts], later)


def _class_row(id: str, said: Mapping[str, Any]) -> dict[str, Any]:
    courses = [[one["course"], one.get("deadline", "")] for one in said["courses"]]
    return {
        "id": said["class"], "name": said["name"], "place": said["place"], "helper": said["helper"],
        "courses": json.dumps(courses), "from_day": said["from"], "to_day": said.get("to", ""),
        "ended": said.get("ended", False), "by": said["by"], "set_id": id,
    }  # fmt: skip


def project_members(conn: Connection, facts: list[Fact]) -> None:
    rows = [
        {"class_id": one.data["class"], "person_id": one.person, "here": one.type == "class.joined"}
        | {"by": _by(one), "set_id": one.id}
        for one in facts
    ]
    upsert(conn, ClassMember, rows, later)


def project_attendance(conn: Connection, facts: list[Fact]) -> None:
    rows = [
        {"class_id": one.data["class"], "day": one.data["day"], "person_id": one.person}
        | {"present": one.type == "attended", "by": _by(one), "set_id": one.id}
        for one in facts
    ]
    upsert(conn, Attendance, rows, later)


def later(table: Any, new: Any) -> dict[str, Any]:
    """What the greater id says stands."""
    others = [column.name for column in table.columns if not column.primary_key]
    return {name: case((new.set_id > table.c.set_id, new[name]), else_=table.c[name]) for name in others}


def project_confirmations(conn: Connection, facts: list[Fact]) -> None:
    insert_or_ignore(conn, Confirmation, [_confirmation(one) for one in facts])


def _confirmation(fact: Fact) -> dict[str, Any]:
    kind = rules.SKILL if fact.type == "skill.shown" else rules.TEST
    said = {"class_id": fact.data["class"], "place": fact.data.get("place", ""), "day": fact.data["day"]}
    own = {"id": fact.id, "person_id": fact.person, "by": _by(fact), "at": fact.claimed_at}
    return own | said | {"kind": kind, "what": _what(fact)}


def _what(fact: Fact) -> Any:
    return fact.data.get("skill" if fact.type == "skill.shown" else "course")


def project_announcements(conn: Connection, facts: list[Fact]) -> None:
    rows: Iterable[dict[str, Any]] = (
        {"id": one.id, "class_id": one.data["class"], "words": one.data["words"], "lang": one.data["lang"]}
        | {"until": one.data.get("until", ""), "by": _by(one), "at": one.claimed_at}
        for one in facts
    )
    insert_or_ignore(conn, Announcement, list(rows))


def project_withdrawals(conn: Connection, facts: list[Fact]) -> None:
    rows = [
        {"id": one.id, "entry_id": one.data["entry"], "by": _by(one), "at": one.claimed_at} for one in facts
    ]
    insert_or_ignore(conn, Withdrawal, rows)
