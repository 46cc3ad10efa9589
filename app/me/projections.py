"""What people said is wrong and what they were answered, from the ledger."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, select

from app.core import erasing, ids, ledger
from app.core.blobs import Blobs
from app.core.db import insert_or_ignore, table_of
from app.core.errors import MakesNoSense
from app.core.ledger import Fact
from app.me.models import Report, ReportAnswer

REPORT, ANSWERED = "report.made/1", "report.answered/1"
MOST_WORDS = 2000
TEXTS = ("course", "lesson", "lang", "words", "voice")
TOLD, ANSWER = table_of(Report), table_of(ReportAnswer)


def register(blobs: Blobs) -> None:
    ledger.projection(Report)
    ledger.on(REPORT, check)(project)
    ledger.projection(ReportAnswer)
    ledger.on(ANSWERED, check_answer)(project_answers)
    erasing.room("me", export, (Report,), lambda conn, person: drop(conn, blobs, person))


def export(conn: Connection, records: Sequence[str]) -> dict[str, Any]:
    """What she told us; `voice` names a recording, which goes into the file beside it."""
    told = select(TOLD).where(TOLD.c.person_id.in_(records)).order_by(TOLD.c.claimed_at, TOLD.c.id)
    names = ("id", *TEXTS, "claimed_at")
    reports = [{name: getattr(row, name) for name in names} for row in conn.execute(told)]
    answers = select(ANSWER.c.report_id, ANSWER.c.words, ANSWER.c.answered_at).join(
        TOLD, TOLD.c.id == ANSWER.c.report_id
    )
    mine = conn.execute(answers.where(TOLD.c.person_id.in_(records)).order_by(ANSWER.c.id)).mappings()
    return {"reports": reports, "answers": [dict(row) for row in mine]}


def drop(conn: Connection, blobs: Blobs, person: str) -> None:
    drop_voices(conn, blobs, person)
    hers = select(TOLD.c.id).where(TOLD.c.person_id == person)
    conn.execute(delete(ANSWER).where(ANSWER.c.report_id.in_(hers)))


def drop_voices(conn: Connection, blobs: Blobs, person: str) -> None:
    """Her recordings, but for one that somebody else sent too."""
    others = select(TOLD.c.voice).where(TOLD.c.person_id != person)
    hers = select(TOLD.c.voice).where(
        TOLD.c.person_id == person, TOLD.c.voice != "", TOLD.c.voice.not_in(others)
    )
    for voice in conn.execute(hers).scalars().all():
        blobs.drop(voice)


def check(conn: Connection, fact: Fact) -> None:
    texts = [fact.data.get(name, "") for name in TEXTS]
    if not all(isinstance(text, str) for text in texts) or not (
        fact.data.get("words") or fact.data.get("voice")
    ):
        raise MakesNoSense("no-words")


def check_answer(conn: Connection, fact: Fact) -> None:
    words, report, by = (fact.data.get(name) for name in ("words", "report", "by"))
    if (
        not isinstance(words, str)
        or not 0 < len(words) <= MOST_WORDS
        or not ids.is_id(report)
        or not ids.is_id(by)
    ):
        raise MakesNoSense("no-words")


def project_answers(conn: Connection, facts: list[Fact]) -> None:
    rows = [
        {"id": fact.id, "report_id": fact.data["report"], "by": fact.data["by"], "words": fact.data["words"],
         "answered_at": fact.claimed_at}
        for fact in facts
    ]  # fmt: skip
    insert_or_ignore(conn, ReportAnswer, rows)


def project(conn: Connection, facts: list[Fact]) -> None:
    insert_or_ignore(conn, Report, [_row(fact) for fact in facts])


def _row(fact: Fact) -> dict[str, Any]:
    said = {name: fact.data.get(name, "") for name in TEXTS}
    own = {
        "id": fact.id,
        "person_id": fact.person,
        "claimed_at": fact.claimed_at,
        "received_at": fact.received_at,
    }
    return own | said
