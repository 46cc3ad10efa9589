"""An agency's signatures on a batch: its files go out in one .zip, and come back signed."""

from typing import Annotated

from fastapi import APIRouter, Request, UploadFile
from sqlalchemy import Connection
from starlette.responses import Response, StreamingResponse

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.certificates import queries, sealing, signed_files
from app.certificates.drawing import ROOT, office_of, show
from app.certificates.signed_files import LARGEST_SENT, MOST_FILES, NotFiles, Outcome
from app.core.signing import NoKey
from app.web.sessions import writer_of

router = APIRouter(prefix=f"{ROOT}/batches/{{batch}}/signatures")
Issuer = Annotated[Officer, may(Permission.CERTIFICATE_ISSUE)]
LARGEST_FORM = LARGEST_SENT + 64 * 1024
LONGEST_NAME = 60


@router.get("")
def index(request: Request, staff: Issuer, conn: Reading, batch: str) -> Response:
    return _page(request, staff, conn, batch)


def _page(
    request: Request,
    staff: Officer,
    conn: Connection,
    batch: str,
    wrong: str = "",
    outcomes: list[Outcome] | None = None,
    has_key: bool = True,
) -> Response:
    """Only what still stands waits for an agency."""
    row = queries.batch(conn, batch, staff).row
    found = queries.of_batch(conn, batch)
    signed = sum(bool(one.pdfs.get(signed_files.SIGNED)) for one in found)
    waiting = signed_files.waiting(queries.still_standing(conn, found))
    trusted = [sealing.name_of(one) for one in sealing.trusted(office_of(request).keys.folder / "agency")]
    return show(
        request, staff, "signatures", status=422 if wrong else 200 if has_key else 503, row=row, issued=len(found), signed=signed,
        waiting=len(waiting), has_key=has_key, trusted=trusted, wrong=wrong, outcomes=outcomes or [], most=MOST_FILES,
    )  # fmt: skip


@router.get("/files.zip")
def files(request: Request, staff: Issuer, conn: Reading, batch: str) -> Response:
    """Those no agency has signed yet, each by its number."""
    queries.batch(conn, batch, staff)
    try:
        drawn = signed_files.to_sign(conn, office_of(request), queries.standing_in(conn, batch))
    except NoKey:
        return _page(request, staff, conn, batch, has_key=False)
    headers = {
        "Content-Disposition": f'attachment; filename="cho-ky-{batch[:8]}.zip"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(signed_files.zipped(drawn), media_type="application/zip", headers=headers)


@router.post("", max_body_size=LARGEST_FORM)
def take_in(
    request: Request, staff: Issuer, conn: Reading, batch: str, file: UploadFile | None = None
) -> Response:
    queries.batch(conn, batch, staff)
    data = file.file.read(LARGEST_SENT + 1) if file else b""
    try:
        sent = signed_files.unzipped(data)
    except NotFiles as error:
        return _page(request, staff, conn, batch, f"signing.sent_{error}")
    if file and len(sent) == 1 and file.filename:
        sent = [(file.filename[-LONGEST_NAME:], sent[0][1])]
    outcomes = signed_files.take_in(conn, writer_of(request), office_of(request), batch, sent, staff.id)
    conn.rollback()
    return _page(request, staff, conn, batch, outcomes=outcomes)
