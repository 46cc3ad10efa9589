"""How a page comes to a draft: opened the first time, up to date with what was brought in."""

from fastapi import Request
from sqlalchemy import Connection

from app.authoring import draft_actions as actions
from app.authoring import draft_queries as queries
from app.authoring.draft_queries import Part
from app.web.sessions import writer_of


def opened(request: Request, conn: Connection, course: str) -> dict[str, Part]:
    """Every part of the course's draft. For plain handlers that read; `conn` sees what was opened. Raises `NotFound`."""
    if not queries.is_behind(conn, course):
        return queries.parts(conn, course)
    blobs = request.app.state.shelf.blobs

    writer_of(request).call(lambda writing: actions.open_course(writing, blobs, course))
    conn.commit()
    return queries.parts(conn, course)
