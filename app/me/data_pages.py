"""My data: see it, mend it, take it away, ask for it to be deleted, and what I allow."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.accounts import actions as accounts
from app.accounts import consent, data_actions, data_queries, data_rules, rules
from app.accounts import queries as people
from app.accounts.guards import Here, Reading, Viewing, seen
from app.accounts.queries import Viewer
from app.core import clock
from app.core.errors import MakesNoSense
from app.me import taking
from app.me.data_forms import Correction, asked_words
from app.places import queries as places
from app.web.render import marked, pages, render

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/me/data")
def data(request: Request, viewed: Viewing, conn: Reading, done: str = "") -> Response:
    if viewed.registered is None:
        return seen(request, render(request, "me/data.html", viewed=viewed, told=None, done="", langs_by={}))
    told = _about(conn, viewed.person)
    context: dict[str, Any] = {"viewed": viewed, "told": told, "done": done, "langs_by": taking.autonyms()}
    return seen(request, render(request, "me/data.html", **context))


def _about(conn: Connection, person: str) -> dict[str, Any]:
    return {
        "kept": taking.kept(conn, person),
        "requests": data_queries.requests_of(conn, person),
        "when": clock.as_datetime,
    }


@router.get("/me/data/consents")
def consents(request: Request, viewed: Viewing, conn: Reading, done: str = "") -> Response:
    row = people.person(conn, viewed.person) if viewed.registered else None
    if row is None:
        return RedirectResponse("/me/data", 303)
    choices = data_queries.choices(conn, row.id)
    told = {
        "choices": choices,
        "words": {one.purpose: _words(request, one.purpose) for one in choices},
        "child": data_rules.is_child(row.year, clock.now()),
        "age": data_rules.terms()["child"]["below"],
        "staff": data_queries.staff_names(conn, [one.given.by for one in choices if one.given]),
        "when": clock.as_datetime,
    }
    context: dict[str, Any] = {"told": told, "done": done, "langs_by": taking.autonyms()}
    return seen(request, render(request, "me/consents.html", **context))


def _words(request: Request, purpose: str) -> tuple[Any, str]:
    """The words of a purpose as they stand on this page, and what one agrees to by them."""
    lang, drafts = pages(request).language_of(request).slug, pages(request).words.drafts
    agreed = consent.sentences(lang, drafts, purpose)[0].agreed
    return marked(consent.shown(lang, drafts, purpose), lang, {}), agreed


@router.get("/me/data/file")
def take(request: Request, viewed: Viewing, conn: Reading) -> Response:
    if viewed.registered is None:
        return RedirectResponse("/me/data", 303)
    return taking.file_of(request, conn, viewed.person, pages(request).language_of(request).slug)


@router.get("/me/data/keeping")
def keeping(request: Request, viewed: Viewing) -> Response:
    said = data_rules.terms()
    months = request.app.state.settings.keep_months
    return seen(
        request, render(request, "me/keeping.html", months=months, law=said["law"], days=said["days"])
    )


@router.get("/me/data/profile")
def profile(request: Request, viewed: Viewing, conn: Reading) -> Response:
    row = people.person(conn, viewed.person) if viewed.registered else None
    if row is None:
        return RedirectResponse("/me/data", 303)
    year = str(row.year) if row.year else ""
    form = Correction(row.name, row.face, row.lang, row.place or "", year, row.gender, row.phone)
    return seen(request, _profile(request, conn, form))


def _profile(request: Request, conn: Connection, form: Correction, status: int = 200) -> Response:
    return render(
        request, "me/profile.html", status=status, form=form, faces=rules.FACES, marks=rules.MARKS, genders=rules.GENDERS,
        homes=_homes(conn, form.place), languages=pages(request).languages,
    )  # fmt: skip


def _homes(conn: Connection, place: str) -> list[tuple[Any, list[Any]]]:
    """The communes and wards, and in that where she lives its villages."""
    mine = places.place(conn, place) if place else None
    commune = (mine.parent if mine.kind == "village" else mine.code) if mine else ""
    found = places.communes(conn, [places.province(conn)])
    return [(one, list(places.beneath(conn, one.code)) if one.code == commune else []) for one in found]


@router.post("/me/data/profile")
def correct(
    request: Request, here: Here, viewed: Viewing, conn: Reading, name: Text = "", face: Text = "", lang: Text = "",
    place: Text = "", year: Text = "", gender: Text = "", phone: Text = "",
) -> Response:  # fmt: skip
    if viewed.registered is None:
        return here.see("/me/data")
    form = Correction(name, face, lang, place, year, gender, phone)
    known = [place] if place and _is_home(conn, place) else []
    if form.check([one.slug for one in pages(request).languages], known).errors:
        return here.stamp(_profile(request, conn, form, 422))
    here.write(lambda conn: accounts.change(conn, viewed.person, **form.fields()))
    return here.see("/me/data?done=saved")


def _is_home(conn: Connection, code: str) -> bool:
    row = places.place(conn, code)
    return row is not None and row.parent is not None


@router.post("/me/data/consents")
def choose(
    request: Request, here: Here, viewed: Viewing, conn: Reading, purpose: Text = "", agreed: Text = "",
    guardian: Text = "",
) -> Response:  # fmt: skip
    """With the words agreed to she agrees, without she takes it back."""
    if viewed.registered is None:
        return here.see("/who")
    person = people.person(conn, viewed.person)
    if purpose not in consent.purposes() or agreed not in ("", _words(request, purpose)[1]):
        raise MakesNoSense("these are not words we asked")
    who = rules.clean_name(guardian)
    child = data_rules.is_child(person.year if person else None, clock.now())
    if agreed and child and not rules.is_name(who):
        return here.see("/me/data/consents?done=guardian")
    here.write(lambda conn: _choose(conn, viewed, purpose, agreed, who if child else ""))
    page = "/me/data" if purpose == consent.KEEP else "/me/data/consents"
    return here.see(f"{page}?done={'agreed' if agreed else 'withdrawn'}")


def _choose(conn: Connection, viewed: Viewer, purpose: str, agreed: str, guardian: str) -> None:
    if agreed:
        data_actions.agree(conn, viewed.person, purpose, agreed, guardian=guardian)
    else:
        data_actions.withdraw(conn, viewed.person, purpose)


@router.get("/me/data/requests")
def asking(request: Request, viewed: Viewing) -> Response:
    if viewed.registered is None:
        return RedirectResponse("/me/data", 303)
    return seen(request, render(request, "me/ask.html", days=data_rules.terms()["days"]))


@router.post("/me/data/requests")
def ask(here: Here, viewed: Viewing, kind: Text = "", words: Text = "") -> Response:
    if viewed.registered is None:
        return here.see("/who")
    here.write(lambda conn: data_actions.ask(conn, viewed.person, kind, asked_words(words)))
    return here.see("/me/data?done=asked")


@router.post("/me/data/requests/{id}/return")
def take_back(here: Here, viewed: Viewing, id: str) -> Response:
    here.write(lambda conn: data_actions.take_back(conn, id, viewed.person))
    return here.see("/me/data?done=taken_back")
