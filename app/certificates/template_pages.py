"""How certificates look: the templates of the province, seen as they will be printed before a version is kept."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.certificates import actions, queries, templates
from app.certificates.drawing import ROOT, office_of, show, word
from app.certificates.issuing import titles
from app.certificates.rule_pages import only_for_province
from app.certificates.snapshot import Carriers, Snapshot
from app.certificates.template_forms import LARGEST_LOGO, LONGEST, SPOKEN, NotALogo, TemplateForm, logo
from app.certificates.templates import DEFAULT, FIELDS, PAPERS, WORDS, Template
from app.core import clock, ids
from app.core.errors import NotFound
from app.web.sessions import writer_of
from courses.languages import LANGUAGES
from courses.model import SOURCE

router = APIRouter(prefix=f"{ROOT}/templates")
Ruler = Annotated[Officer, may(Permission.CERTIFICATE_RULE)]
LARGEST_FORM = LARGEST_LOGO + 64 * 1024
PPI, LARGE_PPI = 60, 150
"""Pixels to an inch: beside the form, and opened by itself to read every word."""


async def posted(request: Request) -> AsyncIterator[FormData]:
    async with request.form() as form:
        yield form


Posted = Annotated[FormData, Depends(posted)]


@router.get("")
def index(request: Request, staff: Ruler, conn: Reading, kept: str = "") -> Response:
    only_for_province(conn, staff, Permission.CERTIFICATE_RULE)
    return show(request, staff, "templates", names=templates.latest(conn), kept=kept)


@router.get("/edit")
def edit(request: Request, staff: Ruler, conn: Reading, template: str = "") -> Response:
    """The latest version of a template; without one, a new one that begins as the default."""
    only_for_province(conn, staff, Permission.CERTIFICATE_RULE)
    form = TemplateForm.of(_latest(request, conn, template or DEFAULT))
    return _edit(request, staff, conn, form if template else replace(form, id=""), known=bool(template))


@router.post("", max_body_size=LARGEST_FORM)
def keep(request: Request, staff: Ruler, conn: Reading, posted: Posted) -> Response:
    """Shows it, or keeps it as the next version of this template."""
    only_for_province(conn, staff, Permission.CERTIFICATE_RULE)
    form = _read(request, posted).check()
    known = form.id in templates.latest(conn)
    if form.errors or _said(posted, "do") != "keep":
        return _edit(request, staff, conn, form, known, _said(posted, "lang"), 422 if form.errors else 200)
    said = form.template(_latest(request, conn, form.id if known else DEFAULT)).said()
    name = writer_of(request).call(lambda conn: actions.set_template(conn, form.id, said, staff))
    return RedirectResponse(f"{ROOT}/templates?kept={name}", 303)


@router.get("/preview.png")
def preview(request: Request, staff: Ruler, conn: Reading) -> Response:
    """A sample drawn as the address says: as the form is filled in, in its second language, as a card or on A4."""
    from app.certificates import paper

    only_for_province(conn, staff, Permission.CERTIFICATE_RULE)
    asked = request.query_params
    form = TemplateForm(
        id=DEFAULT,
        paper=asked.get("paper", ""),
        fields=tuple(asked.getlist("fields")),
        logo=asked.get("logo", ""),
    ).read(asked)
    if form.check().errors:
        raise NotFound("there is nothing to show")
    blobs = office_of(request).shelf.blobs
    drawn = form.template(_latest(request, conn, DEFAULT))
    drawn = replace(drawn, logo=blobs.get(drawn.logo_sha) if drawn.logo_sha else b"")
    sample = _sample(request, conn, asked.get("lang", ""))
    nothing, ppi = Carriers(cose=bytes(230), badge={}, key=""), LARGE_PPI if "large" in asked else PPI
    png = paper.preview(sample, nothing, drawn, sample.issuer.url, "card" in asked, ppi)
    return Response(png, media_type="image/png", headers={"Cache-Control": "no-store"})


def _latest(request: Request, conn: Connection, id: str) -> Template:
    names = templates.latest(conn)
    if id not in names:
        raise NotFound("there is no such template")
    return templates.find(conn, office_of(request).shelf.blobs, names[id])


def _read(request: Request, posted: FormData) -> TemplateForm:
    """What was written, with the logo sent now, or the one from before unless it is to go."""
    said = {name: value for name, value in posted.items() if isinstance(value, str)}
    fields = tuple(value for value in posted.getlist("fields") if isinstance(value, str))
    form = TemplateForm(id=said.get("id", ""), paper=said.get("paper", ""), fields=fields).read(said)
    form.logo = "" if said.get("no_logo") else said.get("logo", "")
    blobs = office_of(request).shelf.blobs
    if form.logo and not blobs.path(form.logo).exists():
        form.logo = ""
    file = posted.get("file")
    if isinstance(file, UploadFile) and (data := file.file.read(LARGEST_LOGO + 1)):
        try:
            form.logo = blobs.put(logo(data))
        except NotALogo as error:
            form.errors["file"] = f"template.logo_{error}"
    return form


def _said(posted: FormData, name: str) -> str:
    value = posted.get(name, "")
    return value if isinstance(value, str) else ""


def _edit(
    request: Request,
    staff: Officer,
    conn: Connection,
    form: TemplateForm,
    known: bool,
    lang: str = "",
    status: int = 200,
) -> Response:
    lang = lang if lang in LANGUAGES and lang != SOURCE else ""
    return show(
        request, staff, "template", status=status, form=form, known=known, second=lang, papers=PAPERS, all_fields=FIELDS,
        keys=WORDS, longest=LONGEST, spoken=[LANGUAGES[one] for one in SPOKEN],
        others=[one for one in LANGUAGES.values() if one.slug != SOURCE],
        picture="" if form.errors else _address(form, lang),
    )  # fmt: skip


def _address(form: TemplateForm, lang: str) -> str:
    """Where the preview of what the form says is drawn."""
    said = [
        ("paper", form.paper),
        ("logo", form.logo),
        ("lang", lang),
        *(("fields", one) for one in form.fields),
    ]
    said += [
        (f"{key}-{slug}", words) for slug, own in form.words.items() for key, words in own.items() if words
    ]
    return f"{ROOT}/templates/preview.png?{urlencode(said)}"


def _sample(request: Request, conn: Connection, lang: str) -> Snapshot:
    """Somebody nobody is, in a course of ours."""
    office = office_of(request)
    course = next(iter(office.shelf.courses.values()), None)
    told, drafts = titles(course.course, drafts=True) if course else ({}, ())
    issuer = queries.issuer_of(queries.issuing(conn, office.shipped), office.url, True)
    day = clock.as_datetime(clock.now()).date().isoformat()
    return Snapshot(
        id=ids.new(), number=f"{issuer.code}-{day[:4]}-000000", issuer=issuer, name=word(request, "template.nobody"),
        course="", structure=course.structure if course else "", day=day, score=90, supervised=True,
        titles={SOURCE: word(request, "template.some_course"), **told}, drafts=drafts,
        skills=office.skills(course.course) if course else (), lang=lang if lang in LANGUAGES else "",
    )  # fmt: skip
