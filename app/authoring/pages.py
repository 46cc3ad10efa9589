"""The teachers' front door: what is due."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.authoring import draft_queries, queries, rules
from app.core import clock
from app.learning import showing
from app.web.render import render
from courses.languages import LANGUAGES
from courses.model import SOURCE

router = APIRouter()
Writer = Annotated[Officer, may(Permission.COURSE_WRITE, Permission.WORDS_TRANSLATE)]


@router.get("/teach")
def desk(request: Request, staff: Writer, conn: Reading) -> Response:
    state = request.app.state
    published = {id: one.course.title[SOURCE].text for id, one in state.shelf.courses.items()}
    titles = published | draft_queries.titles(conn)
    return render(
        request,
        "authoring/index.html",
        staff=staff,
        written=[(id, titles.get(id, id)) for id in draft_queries.courses(conn)],
        desk=queries.desk(state.shelf, state.library),
        soon=rules.SOON.days,
        today=clock.as_datetime(clock.now()).date(),
        languages=LANGUAGES,
        host=lambda url: urlsplit(url).hostname or url,
        tell=showing.tell(request),
    )
