"""Certificates that go out to be signed by an agency and come back: as one .zip, each checked, kept among the blobs."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from app.certificates import actions, queries, templates
from app.certificates.issuing import Office
from app.certificates.models import Certificate, CertificateHolder, CertificatePrinted
from app.certificates.queries import Found
from app.core import clock, erasing
from app.core.blobs import Blobs
from app.core.db import table_of
from app.core.writer import Writer

SIGNED = "signed"
LARGEST_SENT = 64 * 1024 * 1024
LARGEST_FILE = 4 * 1024 * 1024
MOST_FILES = 500
FIRST_DAY = (1980, 1, 1, 0, 0, 0)

CERTIFICATE, HOLDER, PRINTED = (
    table_of(model) for model in (Certificate, CertificateHolder, CertificatePrinted)
)


class NotFiles(ValueError):
    """What was sent holds no files to check; the message ends `signing.sent_…`: no_files, broken, too_many or too_large."""


class Outcome(NamedTuple):
    """What became of a file: `number` and `names` of who signed where it was taken in, else `why` not (`signing.why_…`)."""

    file: str
    number: str = ""
    names: tuple[str, ...] = ()
    why: str = ""


def register(blobs: Blobs) -> None:
    """Before the register itself: once it has forgotten whose a certificate is, nobody knows which files are hers."""
    erasing.room("signed_files", export, erase=lambda conn, person: drop(conn, blobs, person))


def export(conn: Connection, records: Sequence[str]) -> list[dict[str, str]]:
    """By number, the SHA-256 of her certificates that an agency signed."""
    return [
        {"number": row.number, "sha": row.sha} for row in conn.execute(_of(records).order_by(PRINTED.c.id))
    ]


def drop(conn: Connection, blobs: Blobs, person: str) -> None:
    for row in conn.execute(_of([person])).all():
        blobs.drop(row.sha)


def _of(records: Sequence[str]) -> Any:
    found = select(CERTIFICATE.c.number, PRINTED.c.sha).join(HOLDER, HOLDER.c.id == CERTIFICATE.c.id)
    found = found.join(PRINTED, PRINTED.c.certificate_id == CERTIFICATE.c.id)
    return found.where(HOLDER.c.person_id.in_(records), PRINTED.c.what == SIGNED)


def of(blobs: Blobs, found: Found) -> bytes | None:
    """The certificate as an agency signed it, where one did and the file is here."""
    shas = sorted(found.pdfs.get(SIGNED, ()))
    return next((blobs.get(sha) for sha in shas if blobs.path(sha).exists()), None)


def waiting(found: Sequence[Found]) -> list[Found]:
    """Those signed by us and by no agency yet."""
    return [one for one in found if one.carriers and not one.erased and not one.pdfs.get(SIGNED)]


def to_sign(conn: Connection, office: Office, found: Sequence[Found]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each that waits, drawn one after the other as they are asked for. Raises `NoKey`."""
    from app.certificates import paper

    these = waiting(found)
    names = {one.snapshot.template for one in these}
    known = {name: templates.find(conn, office.shelf.blobs, name) for name in names}
    key = office.key() if these else None
    return (
        (f"{one.number}.pdf", paper.pdf(said, one.carriers, known[said.template], said.issuer.url, key))
        for one in these
        if one.carriers and (said := one.snapshot)
    )


def zipped(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """A .zip in parts, so that a thousand files need the memory of one."""
    out = _Out()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY), data)
            yield out.taken()
    yield out.taken()


class _Out(io.RawIOBase):
    """Where a zip is written that goes on at once."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        taken, self._held = bytes(self._held), bytearray()
        return taken


def unzipped(data: bytes, is_sent: bool = True) -> list[tuple[str, bytes]]:
    """The files of a .zip nobody trusts, or one PDF alone; as many as one likes where it was not sent here. Raises `NotFiles`."""
    if is_sent and len(data) > LARGEST_SENT:
        raise NotFiles("too_large")
    if data.startswith(b"%PDF-"):
        return [("pdf", data)]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = [one for one in archive.infolist() if one.filename.lower().endswith(".pdf")]
            if is_sent and len(wanted) > MOST_FILES:
                raise NotFiles("too_many")
            if any(one.file_size > LARGEST_FILE for one in wanted):
                raise NotFiles("too_large")
            files = [(one.filename.rpartition("/")[2], _opened(archive, one)) for one in wanted]
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, zipfile.zlib.error):  # type: ignore[attr-defined]
        raise NotFiles("broken" if data else "no_files") from None
    if not files:
        raise NotFiles("no_files")
    return files


def _opened(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    with archive.open(one) as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise NotFiles("too_large")
    return data


def take_in(
    conn: Connection,
    writer: Writer,
    office: Office,
    batch: str,
    files: Sequence[tuple[str, bytes]],
    by: str,
) -> list[Outcome]:
    """Checks each file, keeps those that are ours, of this batch, and signed by whom we trust; says of each what became of it."""
    from app.certificates import sealing

    trust = sealing.trusted(office.keys.folder / "agency")
    outcomes, taken = [], []
    for name, data in files:
        try:
            signed = sealing.check(data, office.keys, trust)
            found = _found(conn, batch, signed.read.badge)
        except sealing.NotTaken as error:
            outcomes.append(Outcome(name, why=str(error)))
            continue
        outcomes.append(Outcome(name, found.number, signed.names))
        if signed.read.sha not in found.pdfs.get(SIGNED, ()):
            taken.append((found, office.shelf.blobs.put(data)))

    def work(conn: Connection) -> None:
        for found, sha in taken:
            actions.printed(conn, found, SIGNED, sha, by)

    writer.call(work)
    return outcomes


def _found(conn: Connection, batch: str, badge: dict[str, Any] | None) -> Found:
    from app.certificates.sealing import NotTaken

    number = (badge or {}).get("credentialSubject", {}).get("licenseNumber", "")
    found = queries.by_number(conn, number)
    if found is None or found.erased:
        raise NotTaken("unknown")
    if found.batch != batch:
        raise NotTaken("other_batch")
    if queries.standing(conn, number).state != "valid":
        raise NotTaken("not_valid")
    return found


def sign_all(data: bytes, agency: Any, told: Any = lambda done, total: None) -> list[bytes]:
    """The .zip of unsigned certificates with every file signed today: as many .zips as one sends back. Raises `NotFiles` or
    `sealing.NoSigner`."""
    from app.certificates import sealing

    files, day = unzipped(data, is_sent=False), clock.as_datetime(clock.now()).date().isoformat()

    def signed(part: Sequence[tuple[str, bytes]], before: int) -> Iterator[tuple[str, bytes]]:
        for done, (name, pdf) in enumerate(part, before + 1):
            yield name, sealing.sign(pdf, agency, day)
            told(done, len(files))

    starts = range(0, len(files), MOST_FILES)
    return [b"".join(zipped(signed(files[start : start + MOST_FILES], start))) for start in starts]
