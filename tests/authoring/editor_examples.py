"""How the routes of the editor are called."""

from typing import Any

from fastapi import FastAPI

from app.authoring import draft_actions as actions
from app.authoring import draft_queries as queries
from app.core import ids


def small(app: FastAPI, place: str) -> dict[str, str]:
    """The small course opened, with an edit in it."""
    blobs, edit = app.state.shelf.blobs, ids.new()
    words = {"text": f"Bài {edit}", "state": "approved"}

    def work(conn: Any) -> None:
        actions.open_course(conn, blobs, "small")
        head = queries.part(conn, "small", "first/words/vi/title")
        assert head
        actions.save(conn, "small", [actions.Edit(edit, "first/words/vi/title", words, head.head)], ids.new())

    app.state.writer.call(work)
    return {"course": "small", "lesson": "first", "edit": edit}


SMALL = {"make": small}
EDITOR_EXAMPLES: dict[str, dict[str, Any]] = {
    "GET /teach/courses/new": {},
    "POST /teach/courses": {"form": {"title": "Khóa mới"}},
    "GET /teach/courses/{course}": SMALL,
    "POST /teach/courses/{course}": SMALL | {"form": {"do": "save"}},
    "POST /teach/courses/{course}/choices": SMALL | {"form": {"id": "{edit}", "mine": "1"}},
    "GET /teach/courses/{course}/history": SMALL,
    "GET /teach/courses/{course}/history/{edit}": SMALL,
    "POST /teach/courses/{course}/history/{edit}": SMALL,
    "POST /teach/courses/{course}/edits": SMALL | {"ok": frozenset({422})},
    "GET /teach/courses/{course}/{lesson}/blanks": SMALL,
    "GET /teach/courses/{course}/{lesson}/state": SMALL,
    "GET /teach/courses/{course}/{lesson}/pictures": SMALL,
    "GET /teach/courses/{course}/{lesson}": SMALL,
    "POST /teach/courses/{course}/{lesson}": SMALL,
}
