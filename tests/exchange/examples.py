"""How the staff routes of material in and out are called."""

from typing import Any

from fastapi import FastAPI
from sqlalchemy import Connection

from app.accounts.permissions import Officer
from app.authoring import draft_actions, practice_actions
from app.authoring import exchange_actions as actions
from app.core import ids
from app.curriculum import queries as curriculum

TEXT = "Câu 1. Thủ đô?\nA. Huế\n*B. Hà Nội\nCâu 2. Kể lại."


def anothers(app: FastAPI, place: str) -> dict[str, str]:
    """A file that somebody else sent."""
    looked, file = (
        actions.look("a.txt", TEXT.encode(), app.state.library),
        app.state.shelf.blobs.put(TEXT.encode()),
    )
    work = app.state.writer.call
    return {"id": work(lambda conn: actions.keep(conn, "a.txt", file, looked, ids.new()))}


def small(app: FastAPI, place: str) -> dict[str, str]:
    return {"course": "small", "form": "gift", "lang": "vi", "lesson": "first", "name": "x.webp"}


def published(app: FastAPI, place: str) -> dict[str, str]:
    """The small course as it was published first."""
    rows = app.state.writer.call(lambda conn: curriculum.publications(conn, "small"))
    return {"course": "small", "publication": rows[0].id}


def practice(app: FastAPI, place: str) -> dict[str, str]:
    """A practice somebody began in the small course."""
    officer, blobs = Officer(ids.new(), "Thử"), app.state.shelf.blobs

    def begin(conn: Connection) -> str:
        draft_actions.open_course(conn, blobs, "small")
        return practice_actions.begin(conn, "small", "first", "", officer)

    return {"course": "small", "lesson": "first", "file": app.state.writer.call(begin)}


HERS_ALONE = {"make": anothers, "ok": frozenset({404})}
EXCHANGE_EXAMPLES: dict[str, dict[str, Any]] = {
    "GET /teach/imports": {},
    "POST /teach/imports": {"files": {"file": ("x.txt", TEXT.encode())}},
    "GET /teach/imports/{id}": HERS_ALONE,
    "POST /teach/imports/{id}/choice": HERS_ALONE,
    "POST /teach/imports/{id}/confirmation": HERS_ALONE,
    "POST /teach/imports/{id}/removal": HERS_ALONE,
    "GET /teach/imports/{id}/folder.zip": HERS_ALONE,
    "GET /teach/courses/{course}/exports": {"make": small},
    "GET /teach/courses/{course}/exports/{form}": {"make": small},
    "GET /teach/courses/{course}/booklet": {"make": small},
    "GET /teach/courses/{course}/poster": {"make": small},
    "GET /teach/courses/{course}/questions": {"make": small},
    "GET /teach/publishing": {},
    "GET /teach/courses/{course}/publishing": {"make": small},
    "POST /teach/courses/{course}/publishing": {"make": small},
    "POST /teach/courses/{course}/publishing/asking": {"make": small},
    "POST /teach/courses/{course}/publishing/withdrawal": {"make": small, "form": {"reason": "Sửa lại"}},
    "GET /teach/courses/{course}/publishing/changes": {"make": small},
    "GET /teach/courses/{course}/publishing/{publication}": {"make": published},
    "POST /teach/courses/{course}/publishing/{publication}/again": {"make": published},
    "GET /teach/courses/{course}/{lesson}/practice": {"make": small},
    "POST /teach/courses/{course}/{lesson}/practice": {"make": small},
    "GET /teach/courses/{course}/{lesson}/practice/{file}": {"make": practice},
    "POST /teach/courses/{course}/{lesson}/practice/{file}": {"make": practice, "form": {"do": "screen-add"}},
    "GET /teach/courses/{course}/preview/{lang}": {"make": small},
    "GET /teach/courses/{course}/preview/{lang}/{lesson}": {"make": small},
    "GET /teach/courses/{course}/preview/{lang}/{lesson}/{form}": {"make": small, "ok": frozenset({404})},
    "GET /teach/courses/{course}/preview-files/{lesson}/{name}": {"make": small, "ok": frozenset({404})},
}
