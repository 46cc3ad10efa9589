"""Where to begin: a few questions, what they propose, and taking it. Until it is taken, nothing is kept."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from app.accounts import actions as accounts
from app.accounts import cookies
from app.accounts.guards import Here, Viewing, seen
from app.core.errors import NotFound
from app.learning import showing
from app.web.render import pages, render
from courses.paths import Paths

router = APIRouter()


@router.get("/{lang}/begin")
def begin(request: Request, lang: str, viewed: Viewing) -> Response:
    """Four answers in the address, or the form that asks for them."""
    _offered(request, lang)
    paths = _paths(request)
    answers = {one.id: request.query_params.get(one.id, "") for one in paths.questions}
    open = paths.open(answers)
    if open:
        begun = any(answers.values())
        return seen(request, _form(request, answers, open if begun else []))
    return seen(request, _proposal(request, paths, answers))


@router.post("/{lang}/begin")
def take(
    request: Request, lang: str, here: Here, viewed: Viewing, path: Annotated[str, Form()] = ""
) -> Response:
    """Remembers the order for whoever is there; "" is the order of everybody."""
    _offered(request, lang)
    if path and not _paths(request).order(path):
        raise HTTPException(422)
    if viewed.registered:
        here.write(lambda conn: accounts.change(conn, viewed.person, path=path))
    response = here.see(f"/{lang}")
    if not viewed.registered:
        cookies.remember_path(request, response, path)
    return response


def _form(request: Request, answers: Mapping[str, str], open: list[str]) -> Response:
    context: dict[str, Any] = {"questions": _paths(request).questions, "answers": answers, "open": open}
    return render(request, "home/begin.html", status=422 if open else 200, **context)


def _proposal(request: Request, paths: Paths, answers: Mapping[str, str]) -> Response:
    """What is proposed, as far as it is published."""
    proposal, published = paths.propose(answers), request.app.state.shelf.courses
    courses = [published[id] for id in proposal.courses if id in published]
    context: dict[str, Any] = {
        "proposal": proposal,
        "courses": courses,
        "why": f"begin.why.{proposal.why}" if proposal.courses[0] in published else "",
        "tell": showing.tell(request),
        "alternates": [
            (lang, f"{href}?{request.url.query}")
            for lang, href in pages(request).alternates(request.url.path)
        ],
    }
    return render(request, "home/proposal.html", **context)


def _paths(request: Request) -> Paths:
    found: Paths = request.app.state.paths
    return found


def _offered(request: Request, lang: str) -> None:
    if lang not in {one.slug for one in pages(request).languages}:
        raise NotFound("there is no such language")
