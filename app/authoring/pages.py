"""The teachers' front door: what is due."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.authoring import desk_queries, desk_rules, draft_queries, queries, rules
from app.core import clock
from app.curriculum import queries as published
from app.learning import showing
from app.web.render import render
from courses.languages import LANGUAGES
from courses.model import SOURCE

router = APIRouter()
Writer = Annotated[Officer, may(Permission.COURSE_WRITE, Permission.WORDS_TRANSLATE)]


@router.get("/teach")
def desk(request: Request, staff: Writer, conn: Reading) -> Response:
    state = request.app.state
    shown = {id: one.course.title[SOURCE].text for id, one in state.shelf.courses.items()}
    titles = shown | draft_queries.titles(conn)
    return render(
        request,
        "authoring/index.html",
        staff=staff,
        written=[(id, titles.get(id, id)) for id in draft_queries.courses(conn)],
        asked=published.asked(conn) if staff.may(Permission.COURSE_PUBLISH) else (),
        waiting=desk_queries.to_review(conn) if desk_rules.may_approve(staff) else (),
        titles=titles,
        desk=queries.desk(state.shelf, state.library),
        soon=rules.SOON.days,
        today=clock.as_datetime(clock.now()).date(),
        languages=LANGUAGES,
        host=lambda url: urlsplit(url).hostname or url,
        tell=showing.tell(request),
    )
