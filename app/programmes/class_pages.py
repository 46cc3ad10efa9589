"""Classes, for who runs them: what they are, who is there, how far each has come, what was shown by hand."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from markupsafe import Markup
from sqlalchemy import Connection, Row
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from app.accounts import consent, data_queries
from app.accounts.guards import Here, Reading, Viewing, may, seen
from app.accounts.permissions import Officer, Permission
from app.accounts.queries import Face
from app.core import ids
from app.core.errors import MakesNoSense, NotFound
from app.curriculum.shelf import Shelf
from app.learning import showing
from app.programmes import class_actions as actions
from app.programmes import class_queries as queries
from app.programmes import class_rules as rules
from app.programmes import programme_queries
from app.programmes.class_forms import ClassForm, Posted, class_form, get_list, persons, visible
from app.web.render import address, pages, render
from app.web.sessions import writer_of
from courses import qr
from courses.languages import LANGUAGES

router = APIRouter(prefix="/classes")
Runner = Annotated[Officer, may(Permission.CLASS_RUN)]
Taker = Annotated[Officer, may(Permission.ATTENDANCE_TAKE)]
Confirmer = Annotated[Officer, may(Permission.SKILL_CONFIRM)]
Text = Annotated[str, Form()]
RUNS = (Permission.CLASS_RUN,)


@router.get("")
def list_(request: Request, staff: Runner, conn: Reading) -> Response:
    """Who answers for several communes also sees where no class met for long."""
    communes = queries.activity(conn, staff.places(Permission.CLASS_RUN), queries.today())
    idle = [one for one in communes if not one.active] if len(communes) > 1 else []
    classes = queries.classes(conn, staff)
    return _page(
        request, "classes/index.html", staff, classes=classes, idle=idle, communes=len(communes),
        days=rules.ACTIVE_DAYS,
    )  # fmt: skip


@router.get("/new")
def new(request: Request, staff: Runner, conn: Reading) -> Response:
    """With what was written before the villages of a commune were asked for."""
    form = class_form(request.query_params.getlist)
    form.helper, form.from_day = form.helper or staff.id, form.from_day or queries.today()
    return _form(request, conn, staff, form)


@router.post("")
def make(request: Request, staff: Runner, conn: Reading, posted: Posted) -> Response:
    form = _checked(request, conn, staff, posted)
    if form.errors:
        return _form(request, conn, staff, form, status=422)
    id = _write(request, lambda conn: actions.set_class(conn, staff.id, **_said(form)))
    return _see(f"/classes/{id}")


@router.get("/cards")
def cards(request: Request, staff: Runner) -> Response:
    """A sheet of the four picture cards to print, cut and hold up."""
    return _page(request, "group/cards.html", staff, letters=rules.LETTERS)


@router.get("/{id}")
def show(request: Request, staff: Runner, conn: Reading, id: str) -> Response:
    row = queries.class_(conn, id, staff)
    faces = queries.roll(conn, row.id)
    return _page(
        request,
        "classes/show.html",
        staff,
        row=row,
        courses=queries.courses_of(row),
        pupils=queries.pupils(conn, _shelf(request), row, faces, queries.today()),
        days=queries.days(conn, row.id),
        title=_titles(request),
        pictured=_agreeing(conn, faces, consent.PICTURES),
    )


@router.get("/{id}/edit")
def edit(request: Request, staff: Runner, conn: Reading, id: str) -> Response:
    row = queries.class_(conn, id, staff)
    if request.query_params:
        return _form(request, conn, staff, class_form(request.query_params.getlist), id=id)
    courses = queries.courses_of(row)
    form = ClassForm(
        name=row.name, place=row.place, helper=row.helper, from_day=row.from_day, to_day=row.to_day,
        courses=[one.course for one in courses], deadlines={one.course: one.deadline for one in courses},
    )  # fmt: skip
    return _form(request, conn, staff, form, id=id)


@router.post("/{id}")
def change(request: Request, staff: Runner, conn: Reading, id: str, posted: Posted) -> Response:
    row = queries.class_(conn, id, staff)
    form = _checked(request, conn, staff, posted)
    if form.errors:
        return _form(request, conn, staff, form, id=id, status=422)
    _write(request, lambda conn: actions.set_class(conn, staff.id, id=row.id, **_said(form), ended=row.ended))
    return _see(f"/classes/{id}")


@router.post("/{id}/end")
def end(request: Request, staff: Runner, conn: Reading, id: str, ended: Text = "1") -> Response:
    row = queries.class_(conn, id, staff)
    _write(request, lambda conn: actions.end(conn, row, staff.id, ended == "1"))
    return _see(f"/classes/{id}")


@router.get("/{id}/roll")
def roll(request: Request, staff: Runner, conn: Reading, id: str, q: str = "", removed: str = "") -> Response:
    row = queries.class_(conn, id, staff)
    return _page(
        request,
        "classes/roll.html",
        staff,
        row=row,
        roll=queries.roll(conn, row.id),
        found=queries.to_add(conn, row, staff, q[: rules.NAME_LENGTH]),
        q=q[: rules.NAME_LENGTH],
        removed=removed if ids.is_id(removed) else "",
        join=_join(request, row),
    )


@router.post("/{id}/roll")
def add(request: Request, staff: Runner, conn: Reading, id: str, posted: Posted) -> Response:
    row, chosen = queries.class_(conn, id, staff), persons(get_list(posted), "person")
    _write(request, lambda conn: actions.add(conn, row, chosen, staff.id))
    return _see(f"/classes/{id}/roll")


@router.post("/{id}/roll/{person}/removal")
def remove(request: Request, staff: Runner, conn: Reading, id: str, person: str) -> Response:
    row = queries.class_(conn, id, staff)
    _write(request, lambda conn: actions.remove(conn, row, person, staff.id))
    return _see(f"/classes/{id}/roll?removed={person}")


@router.get("/{id}/attendance")
def attendance(
    request: Request, staff: Taker, conn: Reading, id: str, day: str = "", saved: str = "", group: str = ""
) -> Response:
    row = queries.class_(conn, id, staff, Permission.ATTENDANCE_TAKE)
    day = day if rules.is_day(day) else queries.today()
    return _page(
        request, "classes/attendance.html", staff, row=row, day=day, roll=queries.asked(conn, row.id),
        there=queries.present(conn, row.id, day), days=queries.days(conn, row.id), saved=saved == "1",
        group=group == "1",
    )  # fmt: skip


@router.post("/{id}/attendance")
def take(request: Request, staff: Taker, conn: Reading, id: str, posted: Posted) -> Response:
    """The faces tapped were there; where it was taken for the group, the group goes on."""
    row = queries.class_(conn, id, staff, Permission.ATTENDANCE_TAKE)
    day = str(posted.get("day", ""))
    if not rules.is_day(day):
        raise MakesNoSense("no-day")
    shown, there = (persons(get_list(posted), name) for name in ("shown", "there"))
    _write(request, lambda conn: actions.take_attendance(conn, row, day, shown, there, staff.id))
    if posted.get("group") and there:
        return _see(f"/classes/{id}/group")
    return _see(f"/classes/{id}/attendance?day={day}&saved=1")


@router.get("/{id}/print")
def print_(request: Request, staff: Runner, conn: Reading, id: str) -> Response:
    """The roll on paper, with empty columns for days, and the QR to join by; only who agreed to it is named."""
    row = queries.class_(conn, id, staff)
    roll = queries.roll(conn, row.id)
    return _page(
        request, "classes/print.html", staff, row=row, roll=roll, named=_agreeing(conn, roll, consent.LISTS),
        courses=queries.courses_of(row), title=_titles(request), join=_join(request, row),
    )  # fmt: skip


def _agreeing(conn: Connection, faces: Sequence[Face], purpose: str) -> list[Face]:
    agreed = data_queries.agreeing(conn, [face.id for face in faces], purpose)
    return [face for face in faces if face.id in agreed]


@router.get("/{id}/announcements")
def announcements(request: Request, staff: Runner, conn: Reading, id: str) -> Response:
    return _announcements(request, conn, staff, id)


def _announcements(
    request: Request, conn: Connection, staff: Officer, id: str, words: str = "", until: str = "", error: str = ""
) -> Response:  # fmt: skip
    row = queries.class_(conn, id, staff)
    return _page(
        request, "classes/announcements.html", staff, status=422 if error else 200, row=row,
        languages=LANGUAGES, announced=queries.announcements(conn, [row.id]), words=words, until=until, error=error, today=queries.today(),
    )  # fmt: skip


@router.post("/{id}/announcements")
def announce(
    request: Request, staff: Runner, conn: Reading, id: str, words: Text = "", until: Text = ""
) -> Response:
    row, said = queries.class_(conn, id, staff), visible(words).strip()[: rules.WORDS_LENGTH]
    if not said:
        return _announcements(request, conn, staff, id, until=until, error="class.write_words")
    if until and not rules.is_day(until):
        return _announcements(request, conn, staff, id, said, until, "class.write_day")
    lang = pages(request).language_of(request).slug
    _write(request, lambda conn: actions.announce(conn, row, said, lang, until, staff.id))
    return _see(f"/classes/{id}/announcements")


@router.post("/{id}/announcements/{announcement}/end")
def end_announcement(request: Request, staff: Runner, conn: Reading, id: str, announcement: str) -> Response:
    row = queries.class_(conn, id, staff)
    _write(request, lambda conn: actions.end_announcement(conn, row, announcement, staff.id))
    return _see(f"/classes/{id}/announcements")


@router.get("/{id}/confirmations")
def confirmations(request: Request, staff: Confirmer, conn: Reading, id: str, saved: str = "") -> Response:
    return _confirmations(request, conn, staff, id, saved=saved == "1")


def _confirmations(
    request: Request, conn: Connection, staff: Officer, id: str, error: str = "", saved: bool = False
) -> Response:
    row = queries.class_(conn, id, staff, Permission.SKILL_CONFIRM)
    return _page(
        request, "classes/confirmations.html", staff, status=422 if error else 200, row=row,
        roll=queries.asked(conn, row.id), confirmed=queries.confirmations(conn, row.id),
        skills=request.app.state.skills, courses=queries.courses_of(row), title=_titles(request),
        error=error, saved=saved,
    )  # fmt: skip


@router.post("/{id}/confirmations")
def confirm(request: Request, staff: Confirmer, conn: Reading, id: str, posted: Posted) -> Response:
    """`what` is `skill:<id>` or `test:<course>`."""
    row = queries.class_(conn, id, staff, Permission.SKILL_CONFIRM)
    kind, _, what = str(posted.get("what", "")).partition(":")
    offered = {
        rules.SKILL: set(request.app.state.skills),
        rules.TEST: {one.course for one in queries.courses_of(row)},
    }
    chosen = persons(get_list(posted), "person")
    if what not in offered.get(kind, ()):
        return _confirmations(request, conn, staff, id, "class.choose_what")
    if not chosen:
        return _confirmations(request, conn, staff, id, "class.choose_faces")
    _write(request, lambda conn: actions.confirm(conn, row, kind, what, chosen, queries.today(), staff.id))
    return _see(f"/classes/{id}/confirmations?saved=1")


@router.post("/{id}/confirmations/{confirmation}/withdrawal")
def take_back(request: Request, staff: Confirmer, conn: Reading, id: str, confirmation: str) -> Response:
    row = queries.class_(conn, id, staff, Permission.SKILL_CONFIRM)
    _write(request, lambda conn: actions.take_back(conn, row, confirmation, staff.id))
    return _see(f"/classes/{id}/confirmations")


@router.get("/{id}/join")
def door(request: Request, viewed: Viewing, conn: Reading, id: str) -> Response:
    """For a learner who was shown the address: her own face is what she taps."""
    row = queries.to_join(conn, id)
    mine = bool(viewed.registered and queries.records(conn, row.id, viewed.person))
    return seen(request, render(request, "classes/join.html", row=row, viewed=viewed, mine=mine))


@router.post("/{id}/join")
def join(here: Here, viewed: Viewing, conn: Reading, id: str) -> Response:
    row = queries.to_join(conn, id)
    if viewed.registered:
        here.write(lambda conn: actions.join(conn, row, viewed.person))
    return here.see(f"/classes/{id}/join")


def _checked(request: Request, conn: Connection, staff: Officer, posted: FormData) -> ClassForm:
    """Where she may not run a class there is none of hers to make."""
    form = class_form(get_list(posted))
    form.check(_shelf(request).courses, lambda helper, place: queries.may_run(conn, helper, place))
    if not form.place:
        form.errors["place"] = "class.choose_place"
    elif not queries.may_run(conn, staff.id, form.place):
        raise NotFound("there is no such place")
    return form


def _said(form: ClassForm) -> dict[str, Any]:
    fields = ("name", "place", "helper", "from_day", "to_day")
    return {name: getattr(form, name) for name in fields} | {"courses": form.assigned}


def _form(
    request: Request, conn: Connection, staff: Officer, form: ClassForm, id: str = "", status: int = 200
) -> Response:  # fmt: skip
    return _page(
        request, "classes/form.html", staff, status=status, form=form, id=id,
        places=programme_queries.places_of(conn, staff, RUNS, form.place), helpers=queries.helpers(conn, staff),
        courses=_shelf(request).courses, title=_titles(request),
    )  # fmt: skip


def _titles(request: Request) -> Any:
    """The title of a course; of one that is gone, its id."""
    tell, courses = showing.tell(request), _shelf(request).courses
    return lambda id, plain=False: tell(courses[id].course, plain=plain) if id in courses else id


def _join(request: Request, row: Row[Any]) -> Markup:
    return Markup(qr.svg(f"{address(request)}/classes/{row.id}/join"))  # noqa: S704 - drawn by us


def _page(request: Request, template: str, staff: Officer, status: int = 200, **context: Any) -> Response:
    return render(request, template, status=status, staff=staff, written=rules.written, **context)


def _shelf(request: Request) -> Shelf:
    found: Shelf = request.app.state.shelf
    return found


def _write(request: Request, work: Any) -> Any:
    return writer_of(request).call(work)


def _see(path: str) -> Response:
    return RedirectResponse(path, 303)
