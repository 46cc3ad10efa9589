"""All that is kept of a person as one file to take away: for programs, to read, and her voice."""

import io
import json
import zipfile
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import merging
from app.core import clock, erasing
from app.core.blobs import Blobs
from app.core.errors import Broken, NotFound
from app.web.render import pages
from courses.languages import LANGUAGES

HEADERS = {
    "Content-Disposition": 'attachment; filename="ban-hoc-du-lieu.zip"',
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def autonyms() -> dict[str, str]:
    """Each language by its own name."""
    return {slug: one.autonym for slug, one in LANGUAGES.items()}


def kept(conn: Connection, person: str) -> dict[str, Any]:
    return erasing.export_person(conn, merging.records(conn, person))


def file_of(request: Request, conn: Connection, person: str, lang: str) -> Response:
    """A zip of `data.json`, `data.html` in her language, and `voice/` with what she recorded."""
    told = kept(conn, person)
    html = pages(request).html(
        "me/data_file.html", lang, kept=told, when=clock.as_datetime, langs_by=autonyms()
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=1))
        file.writestr("data.html", html)
        for name, sound in _voices(request.app.state.shelf.blobs, told):
            file.writestr(f"voice/{name}.audio", sound)
    return Response(out.getvalue(), media_type="application/zip", headers=HEADERS)


def _voices(blobs: Blobs, told: dict[str, Any]) -> list[tuple[str, bytes]]:
    """A recording that is lost or damaged does not keep the rest from her."""
    found = []
    for report in told["me"]["reports"]:
        try:
            found += [(report["id"], blobs.get(report["voice"]))] if report["voice"] else []
        except (NotFound, Broken):
            continue
    return found
