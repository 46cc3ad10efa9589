"""A helper and the people of her places: registering, cards, pictures, households, class rolls."""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import Connection, Row
from starlette.responses import RedirectResponse, Response

from app.accounts import actions as accounts
from app.accounts import consent, cookies, data_queries, data_rules, households, rolls, rules
from app.accounts import queries as accounts_queries
from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.admin import people_actions as actions
from app.admin import people_forms as forms
from app.admin import people_queries as queries
from app.core.errors import NotFound
from app.web.render import address, marked, pages, render
from app.web.sessions import writer_of
from courses.languages import LANGUAGES
from courses.words import Shown

router = APIRouter()
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form(default_factory=list)]
Registrar = Annotated[Officer, may(Permission.PERSON_REGISTER)]
Changer = Annotated[Officer, may(Permission.PERSON_CHANGE)]
Printer = Annotated[Officer, may(Permission.CARD_PRINT)]
Resetter = Annotated[Officer, may(Permission.PIN_RESET)]
Householder = Annotated[Officer, may(Permission.HOUSEHOLD_CHANGE)]
Runner = Annotated[Officer, may(Permission.CLASS_RUN)]
FAMILY = 5
MOST_CARDS = 60


async def posted(request: Request) -> forms.Posted:
    async with request.form(max_files=0, max_fields=200) as form:
        return {
            key: [one for one in form.getlist(key) if isinstance(one, str)]
            for key in form.keys()  # noqa: SIM118
        }


Posted = Annotated[forms.Posted, Depends(posted)]


@router.get("/admin/people")
def index(request: Request, officer: Registrar, conn: Reading, q: str = "", place: str = "") -> Response:
    found = queries.people(conn, officer, q[: rules.NAME_LENGTH], place)
    choices = queries.choices(conn, officer, Permission.PERSON_REGISTER, place)
    return render(request, "people/index.html", staff=officer, found=found, q=q, place=place, choices=choices)


@router.get("/admin/people/new")
def new(request: Request, officer: Registrar, conn: Reading, family: str = "") -> Response:
    """The last one's village and language are chosen already: the next often shares them."""
    last = queries.last_registered(conn, officer)
    choices = queries.choices(conn, officer, Permission.PERSON_REGISTER)
    place = choices[0].code if len(choices) == 1 else last.place if last else ""
    rows = forms.blank(FAMILY if family else 1)
    form = forms.Registration(rows, place or "", last.lang if last else "", family=bool(family))
    return _form(request, officer, conn, form)


@router.post("/admin/people/new")
def ask(request: Request, officer: Registrar, conn: Reading, given: Posted) -> Response:
    """Nothing is written yet: next she is told what is kept, in her language, and says yes or no."""
    form = _checked(conn, officer, given)
    if "villages" in given:
        return _form(request, officer, conn, form.unchecked())
    if form.wrong:
        return _form(request, officer, conn, form, 422)
    return _ask(request, officer, conn, form)


def _checked(conn: Connection, officer: Officer, given: forms.Posted) -> forms.Registration:
    form = forms.registration(given)
    if form.place:
        queries.place(conn, officer, Permission.PERSON_REGISTER, form.place)
    return form.check()


def _form(
    request: Request, officer: Officer, conn: Connection, form: forms.Registration, status: int = 200
) -> Response:
    choices = queries.choices(conn, officer, Permission.PERSON_REGISTER, form.place)
    return render(
        request, "people/new.html", status=status, staff=officer, form=form, choices=choices, faces=rules.FACES, marks=rules.MARKS,
        genders=rules.GENDERS, languages=_languages(request),
    )  # fmt: skip


def _ask(
    request: Request, officer: Officer, conn: Connection, form: forms.Registration, status: int = 200,
    alone: Collection[str] = (), said: Collection[str] = (), guardians: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """`said` are those who agree, `alone` the children among them for whom no guardian has."""
    own, *source = consent.sentences(form.speaks, pages(request).words.drafts)
    shown = Shown(own.words, own.lang, own.draft, source[0].words if source else None)
    alike = {one.id: queries.namesakes(conn, one.name, form.place) for one in form.people}
    return render(
        request, "people/consent.html", status=status, staff=officer, form=form, agreed=own.agreed, alike=alike,
        consent=marked(shown, pages(request).language_of(request).slug, {}), alone=alone, said=said,
        guardians=guardians or {}, nobody=status != 200 and not said,
        age=data_rules.terms()["child"]["below"],
    )  # fmt: skip


def _languages(request: Request) -> list[Any]:
    """One a tongue; the views of a script are the learner's own choice."""
    return [one for one in pages(request).languages if not LANGUAGES[one.slug].view_of]


@router.post("/admin/people")
def register(request: Request, officer: Registrar, given: Posted) -> Response:
    """Those who said yes are registered; their cards and pictures are on the page that answers."""
    with request.app.state.database.read() as session:
        conn = session.connection()
        form = _checked(conn, officer, given)
        if form.wrong:
            return _form(request, officer, conn, form, 422)
        agreed = {one.agreed for one in consent.sentences(form.speaks, pages(request).words.drafts)}
        said = {one.id for one in form.people if forms.first(given, f"yes-{one.id}") in agreed}
        guardians = {
            one.id: rules.clean_name(forms.first(given, f"guardian-{one.id}"))
            for one in form.people
            if one.is_child
        }
        alone = [id for id, name in guardians.items() if id in said and not rules.is_name(name)]
        if not said or alone:
            return _ask(request, officer, conn, form, 422, alone, said, guardians)
        if any(accounts_queries.person(conn, id) for id in said):
            return RedirectResponse("/admin/people", 303)
    consents = {id: forms.first(given, f"yes-{id}") for id in said}
    made = actions.sheets([one.id for one in form.people if one.id in said], said)
    writer_of(request).call(lambda conn: actions.register(conn, form, consents, made, officer.id, guardians))
    return _sheet(request, officer, made, form.family)


def _sheet(
    request: Request, officer: Officer, made: Sequence[actions.Sheet], family: bool = False
) -> Response:
    with request.app.state.database.read() as session:
        conn = session.connection()
        found = {one.person: accounts_queries.person(conn, one.person) for one in made}
        names = queries.names_of(conn, (row.place for row in found.values() if row))
        unasked = data_queries.unasked(conn, [one.person for one in made])
    return render(
        request, "people/sheet.html", staff=officer, made=made, people=found, address=address(request), names=names,
        family=family, unasked=unasked,
    )  # fmt: skip


@router.get("/admin/people/{person}")
def show(request: Request, officer: Registrar, conn: Reading, person: str) -> Response:
    row = queries.person(conn, person, officer, Permission.PERSON_REGISTER)
    return _show(request, officer, conn, row)


def _show(
    request: Request, officer: Officer, conn: Connection, row: Row[Any], said: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """`said` is what was written over what is kept of her, and is not kept yet."""
    form = {**row._mapping, **(said or {})}
    choices = queries.choices(conn, officer, Permission.PERSON_CHANGE, form["place"])
    return render(
        request, "people/person.html", status=422 if errors else 200, staff=officer, told=queries.told(conn, row),
        errors=errors or {}, form=form, choices=choices, faces=rules.FACES, marks=rules.MARKS, genders=rules.GENDERS, languages=_languages(request),
        calls=data_queries.agrees(conn, row.id, consent.CALLS),
    )  # fmt: skip


@router.post("/admin/people/{person}")
def change(request: Request, officer: Changer, given: Posted, person: str) -> Response:
    """What she tells of herself, and where she lives now; what she did stays hers."""
    with request.app.state.database.read() as session:
        conn = session.connection()
        row = queries.person(conn, person, officer, Permission.PERSON_CHANGE)
        told = forms.newcomer(given, row.id).check()
        place, speaks = forms.first(given, "place"), forms.first(given, "speaks")
        if place and place != row.place:
            queries.place(conn, officer, Permission.PERSON_CHANGE, place)
        if speaks not in LANGUAGES:
            told.errors["speaks"] = "people.choose_language"
        said = {name: getattr(told, name) for name in ("name", "face", "year", "gender", "phone")}
        said |= {"group": forms.first(given, "group"), "lang": speaks, "place": place}
        if told.errors or "villages" in given:
            return _show(request, officer, conn, row, said, {} if "villages" in given else told.errors)
    new: dict[str, object] = {"name": told.name, "face": told.face, "lang": speaks, **told.told()}
    new |= {"group": rules.clean_name(forms.first(given, "group"))[:60]} | ({"place": place} if place else {})
    changed = {key: value for key, value in new.items() if value != getattr(row, key)}
    if changed:
        writer_of(request).call(lambda conn: accounts.change(conn, row.id, by=officer.id, **changed))
    return RedirectResponse(f"/admin/people/{row.id}", 303)


@router.post("/admin/people/{person}/pin")
def reset_pin(request: Request, officer: Resetter, conn: Reading, person: str) -> Response:
    """New pictures, shown once, to be told to her face to face."""
    row = queries.person(conn, person, officer, Permission.PIN_RESET)
    pin = actions.new_pin()
    writer_of(request).call(lambda conn: accounts.set_pin(conn, row.id, pin.hash, officer.id))
    return render(request, "people/pin.html", staff=officer, person=row, pictures=pin.pictures)


@router.post("/admin/cards")
def print_cards(request: Request, officer: Printer, person: Texts, place: Text = "") -> Response:
    """Cards of these people, or of those of a place who have none; whoever keeps no PIN is given one."""
    with request.app.state.database.read() as session:
        conn = session.connection()
        wanted = person[:MOST_CARDS] or queries.without_card(conn, officer, place, MOST_CARDS)
        rows = [queries.person(conn, id, officer, Permission.CARD_PRINT).id for id in dict.fromkeys(wanted)]
        needing = queries.without_pin(conn, rows)
    if not rows:
        return RedirectResponse("/admin/people", 303)
    made = actions.sheets(rows, needing)
    writer_of(request).call(lambda conn: actions.hand_out(conn, made, officer.id))
    return _sheet(request, officer, made)


@router.post("/admin/people/{person}/card-end")
def end_card(request: Request, officer: Printer, conn: Reading, person: str) -> Response:
    row = queries.person(conn, person, officer, Permission.CARD_PRINT)
    writer_of(request).call(lambda conn: accounts.end_card(conn, row.id, officer.id))
    return RedirectResponse(f"/admin/people/{row.id}", 303)


@router.get("/admin/households")
def household_list(request: Request, officer: Householder, conn: Reading) -> Response:
    return _households(request, officer, conn)


def _households(
    request: Request, officer: Officer, conn: Connection, name: str = "", place: str = "",
    errors: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    rows = queries.household_list(conn, officer)
    choices = queries.choices(conn, officer, Permission.HOUSEHOLD_CHANGE, place)
    return render(
        request, "people/households.html", status=422 if errors else 200, staff=officer, rows=rows, choices=choices,
        name=name, place=place, errors=errors or {},
    )  # fmt: skip


@router.post("/admin/households")
def make_household(
    request: Request,
    officer: Householder,
    conn: Reading,
    name: Text = "",
    place: Text = "",
    villages: Text = "",
) -> Response:
    name = rules.clean_name(name)
    if villages:
        return _households(request, officer, conn, name, place)
    errors = {} if rules.is_name(name) else {"name": "people.name_household"}
    errors |= {} if place else {"place": "people.choose_place"}
    if errors:
        return _households(request, officer, conn, name, place, errors)
    code = queries.place(conn, officer, Permission.HOUSEHOLD_CHANGE, place).code
    made = writer_of(request).call(lambda conn: households.make(conn, name, code, officer.id))
    return RedirectResponse(f"/admin/households/{made}", 303)


@router.get("/admin/households/{household}")
def household(
    request: Request, officer: Householder, conn: Reading, household: str, q: str = "", left: str = ""
) -> Response:
    gone = queries.person(conn, left, officer, Permission.HOUSEHOLD_CHANGE) if left else None
    return _household(request, officer, conn, queries.household(conn, household, officer), q, gone)


def _household(
    request: Request, officer: Officer, conn: Connection, row: Row[Any], q: str = "", gone: Any = None,
    wrong: str | None = None,
) -> Response:  # fmt: skip
    """`wrong` is a name that is none."""
    return render(
        request, "people/household.html", status=200 if wrong is None else 422, staff=officer, row=row,
        members=households.members(conn, row.id), found=queries.people(conn, officer, q) if q else None, q=q, gone=gone,
        name=row.name if wrong is None else wrong, wrong=wrong is not None,
    )  # fmt: skip


@router.post("/admin/households/{household}")
def rename_household(
    request: Request, officer: Householder, conn: Reading, household: str, name: Text = ""
) -> Response:
    row, name = queries.household(conn, household, officer), rules.clean_name(name)
    if not rules.is_name(name):
        return _household(request, officer, conn, row, wrong=name)
    if name != row.name:
        writer_of(request).call(lambda conn: households.make(conn, name, row.place, officer.id, row.id))
    return RedirectResponse(f"/admin/households/{row.id}", 303)


@router.post("/admin/households/{household}/people")
def join_household(
    request: Request, officer: Householder, conn: Reading, household: str, person: Text = ""
) -> Response:
    row = queries.household(conn, household, officer)
    who = queries.person(conn, person, officer, Permission.HOUSEHOLD_CHANGE)
    writer_of(request).call(lambda conn: households.join(conn, row.id, who.id, officer.id))
    return RedirectResponse(f"/admin/households/{row.id}", 303)


@router.post("/admin/households/{household}/people/{person}/leaving")
def leave_household(
    request: Request, officer: Householder, conn: Reading, household: str, person: str
) -> Response:
    row = queries.household(conn, household, officer)
    if person not in {one.id for one in households.members(conn, row.id)}:
        raise NotFound("she does not live in this household")
    writer_of(request).call(lambda conn: actions.leave(conn, row.id, person, officer.id))
    return RedirectResponse(f"/admin/households/{row.id}?left={person}", 303)


@router.get("/admin/rolls")
def roll_list(request: Request, officer: Runner, conn: Reading, place: str = "") -> Response:
    return _rolls(request, officer, conn, place)


def _rolls(request: Request, officer: Officer, conn: Connection, place: str, status: int = 200) -> Response:
    choices = queries.choices(conn, officer, Permission.CLASS_RUN, place)
    mine = rolls.of_helper(conn, officer.id)
    return render(
        request,
        "people/rolls.html",
        status=status,
        staff=officer,
        choices=choices,
        place=place,
        rows=mine,
        hours=rolls.HOURS,
    )


@router.post("/admin/rolls")
def open_roll(
    request: Request, officer: Runner, conn: Reading, place: Text = "", hours: Annotated[int, Form()] = 2
) -> Response:
    """Shows the QR that opens devices, once: only the hash of its secret is kept."""
    row = queries.place(conn, officer, Permission.CLASS_RUN, place)
    if hours not in rolls.HOURS:
        return _rolls(request, officer, conn, place, 422)
    secret = cookies.new_token()

    def work(conn: Connection) -> None:
        rolls.forget(conn)
        given = {"place": row.code, "name": row.name, "by": officer.id, "hours": hours}
        rolls.open_roll(conn, cookies.hashed(secret), **given)

    writer_of(request).call(work)
    url = f"{address(request)}/r/{secret}"
    return render(
        request, "people/roll.html", staff=officer, row=row, hours=hours, secret=secret, code=actions.qr(url)
    )


@router.post("/admin/rolls/{sha}/end")
def close_roll(request: Request, officer: Runner, sha: str) -> Response:
    writer_of(request).call(lambda conn: rolls.close(conn, sha, officer.id))
    return RedirectResponse("/admin/rolls", 303)
