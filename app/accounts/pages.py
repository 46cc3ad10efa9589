"""Who is there: faces, a new profile, the three pictures."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Row
from starlette.responses import RedirectResponse, Response

from app.accounts import (
    actions,
    asking,
    consent,
    cookies,
    guards,
    hashing,
    households,
    queries,
    rolls,
    rules,
    signin,
)
from app.accounts.forms import Profile, local, pressed
from app.accounts.guards import Here, Public, Reading, Viewing
from app.core import erasing, ids
from app.core.errors import NotFound
from app.web.render import marked, pages, render
from courses.words import Shown

router = APIRouter()
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form(default_factory=list)]


@router.get("/who")
def who(request: Request, viewed: Viewing, conn: Reading, removed: str = "") -> Response:
    """Faces to tap; and what a guest left behind, so that another's coming loses nobody's work."""
    if not viewed.faces and not removed and rolls.of_device(conn, viewed.device):
        return RedirectResponse("/roll", 303)
    family = households.not_here(conn, viewed.device, viewed.person) if viewed.registered else []
    left = [one for one in queries.nameless(conn, viewed.device) if one != viewed.person]
    shown = removed if ids.is_id(removed) else ""
    return render(request, "who/index.html", viewed=viewed, removed=shown, left=left, family=family)


@router.get("/who/new")
def new(request: Request, viewed: Viewing) -> Response:
    return _profile(request, Profile(guest=viewed.guest))


@router.post("/who/new")
def register(
    request: Request, here: Here, viewed: Viewing, conn: Reading,
    name: Text = "", face: Text = "", consent: Text = "", guest: Text = "",
) -> Response:  # fmt: skip
    form = Profile(name, face, consent, guest).check([one.agreed for one in _consent(request)])
    if form.errors:
        return here.stamp(_profile(request, form, 422))
    person = _hers(conn, form.guest) or viewed.guest or ids.new()
    given = {"name": form.name, "face": form.face, "lang": _lang(request), "consent": form.consent}
    path = _path(request)
    here.write(lambda conn: actions.register(conn, here.id, person, **given, path=path))
    response = here.see("/who/pin", said=True)
    cookies.forget_path(response)
    return response


def _path(request: Request) -> str:
    """The order of courses chosen on this phone before there was a name for whom."""
    path, known = cookies.path(request), request.app.state.paths
    return path if known.order(path) else ""


def _hers(conn: Reading, guest: str) -> str:
    """A guest's id is nobody's yet, and nobody's who was erased."""
    taken = not guest or queries.person(conn, guest) or erasing.gone(conn, {guest})
    return "" if taken else guest


def _profile(request: Request, form: Profile, status: int = 200) -> Response:
    own, *source = _consent(request)
    words = Shown(own.words, own.lang, own.draft, source[0].words if source else None)
    consent = marked(words, _lang(request), {})
    return render(
        request,
        "who/new.html",
        status=status,
        form=form,
        faces=rules.FACES,
        marks=rules.MARKS,
        consent=consent,
        agreed=own.agreed,
    )


def _consent(request: Request) -> list[consent.Consent]:
    return consent.sentences(_lang(request), pages(request).words.drafts)


def _lang(request: Request) -> str:
    return pages(request).language_of(request).slug


@router.get("/who/pin")
def show_pin(request: Request, viewed: Viewing, conn: Reading) -> Response:
    if viewed.registered is None or queries.pin_hash(conn, viewed.person):
        return RedirectResponse("/who", 303)
    return render(request, "who/pin.html", pictures=rules.choose_pin())


@router.post("/who/pin", dependencies=[Public])
def keep_pin(request: Request, pin: Texts) -> Response:
    here, viewed = guards.phone_of(request), guards.viewer_of(request)
    if viewed.registered is None or not rules.is_pin(pin):
        return here.see("/who")
    hash = hashing.hash_secret(rules.pin_secret(pin))
    here.write(lambda conn: actions.first_pin(conn, viewed.person, hash))
    return here.see(f"/{_lang(request)}", said=True)


@router.post("/who/leave")
def leave(request: Request, here: Here) -> Response:
    here.write(lambda conn: actions.learn_as(conn, here.id, None))
    return here.see(f"/{_lang(request)}", said=True)


@router.post("/who/family")
def family(here: Here, viewed: Viewing) -> Response:
    """The faces of her household come onto this phone; each still has her own pictures."""
    if viewed.registered is None or viewed.asked:
        return here.see("/who")
    here.write(lambda conn: actions.bring_family(conn, here.id, viewed.person))
    return here.see("/who")


@router.get("/who/{person}")
def pad(request: Request, viewed: Viewing, conn: Reading, person: str, next: str = "") -> Response:
    return _pad(request, conn, viewed, person, next)


@router.post("/who/{person}", dependencies=[Public])
def enter(
    request: Request, person: str, pin: Texts, press: Text = "", next: Text = "", agreed: Text = "", guardian: Text = "",
) -> Response:  # fmt: skip
    """Three pictures one by one, as three posts of a plain form, or all at once."""
    here, chosen = guards.phone_of(request), pressed(pin, press)
    outcome: rules.Refusal | bool | None
    row = _named(request, person) if agreed else None
    yes = asking.said(request, row, agreed, guardian) if row else None
    if not chosen and press != "back":
        outcome = here.write(lambda conn: signin.without_pin(conn, here.id, person, yes))
    elif len(chosen) < rules.PIN_LENGTH:
        return here.stamp(_pad_again(request, person, next, chosen=chosen))
    else:
        outcome = signin.with_pin(here, person, chosen, yes)
        if outcome is False or isinstance(outcome, rules.Refusal):
            status = 429 if outcome else 422
            again = _pad_again(request, person, next, status, refusal=outcome or None, wrong=not outcome)
            return here.stamp(again)
    if outcome is None and (row := row or _named(request, person)) is not None:
        return here.stamp(asking.ask(request, row, f"/who/{person}", chosen, next, answered=bool(agreed)))
    return here.see(local(next or f"/{_lang(request)}"), said=True)


def _named(request: Request, person: str) -> Row[Any] | None:
    with request.app.state.database.read() as session:
        return queries.person(session.connection(), person)


def _pad_again(request: Request, person: str, next: str, status: int = 200, **context: object) -> Response:
    with request.app.state.database.read() as session:
        viewed = guards.viewer_of(request)
        return _pad(request, session.connection(), viewed, person, next, status, **context)


def _pad(
    request: Request, conn: Reading, viewed: Viewing, person: str, next: str, status: int = 200, **context: object
) -> Response:  # fmt: skip
    """Her face and name stand on the pad only on a phone she belongs to."""
    row = queries.person(conn, person)
    if row is None:
        raise NotFound("there is no such person")
    mine = queries.membership(conn, viewed.device, row.id) is not None
    seen = mine or rolls.has(conn, viewed.device, row.id)
    shown: dict[str, object] = {
        "chosen": [],
        "refusal": None,
        "wrong": False,
        "mine": seen,
        "next": local(next) if next else "",
        "to": f"/who/{row.id}",
    }
    keeps_pin = not mine or queries.pin_hash(conn, row.id) is not None
    return render(
        request, "who/pad.html", status=status, person=row, keeps_pin=keeps_pin, pictures=rules.PIN_PICTURES,
        **(shown | context),
    )  # fmt: skip


@router.post("/who/{person}/removal")
def take_off(here: Here, person: str) -> Response:
    here.write(lambda conn: actions.take_off(conn, here.id, person))
    return here.see(f"/who?removed={person}")


@router.post("/who/{person}/return")
def bring_back(request: Request, here: Here, conn: Reading, person: str) -> Response:
    if queries.pin_hash(conn, person):
        return here.see(f"/who/{person}")
    if here.write(lambda conn: signin.without_pin(conn, here.id, person)) is None:
        return here.see(f"/who/{person}")
    return here.see("/who", said=True)
