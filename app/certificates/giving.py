"""Files of a certificate as they are given out; the register keeps the SHA-256 of each."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import groupby

from sqlalchemy import Connection

from app.certificates import actions, signed_files, templates
from app.certificates.issuing import Office
from app.certificates.queries import Found
from app.certificates.snapshot import Carriers, Snapshot
from app.core.db import Database
from app.core.errors import NotFound
from app.core.writer import Writer

FORMS = ("pdf", "card")


def name(of: str, what: str) -> str:
    """What a file is called: a card beside the A4 of the same certificate is not taken for it."""
    return f"{of}.pdf" if what == "pdf" else f"{of}-the.pdf"


def drawn(conn: Connection, office: Office, found: Found, what: str) -> bytes:
    """The certificate on A4 (pdf; as an agency signed it, if one did) or to carry along (card), sealed.

    Raises `NotFound` until it is signed, or once erased.
    """
    from app.certificates import paper

    if what not in FORMS:
        raise NotFound("there is no such form of a certificate")
    if what == "pdf" and not found.erased and (signed := signed_files.of(office.shelf.blobs, found)):
        return signed
    template = templates.find(conn, office.shelf.blobs, found.snapshot.template)
    draw = paper.pdf if what == "pdf" else paper.card
    return draw(found.snapshot, _carriers(found), template, found.snapshot.issuer.url, office.key())


def give(
    database: Database, writer: Writer, office: Office, found: Found, what: str, by: str = actions.HOLDER
) -> bytes:
    """Draws it and notes that it was given, `by` a member of staff or the holder."""
    with database.read() as session:
        data = drawn(session.connection(), office, found, what)
    sha = sha256(data).hexdigest()
    writer.call(lambda conn: actions.printed(conn, found, what, sha, by))
    return data


def to_print(conn: Connection, office: Office, found: Sequence[Found], what: str) -> bytes:
    """Those of a batch that are signed in one file, a page or a card each; without badge and seal."""
    from app.certificates import paper

    signed = [one for one in found if one.carriers and not one.erased]
    if not signed:
        raise NotFound("nothing of this batch is signed yet")
    first = signed[0].snapshot
    same = [one for one in signed if _sheet(one.snapshot) == _sheet(first)]
    template = templates.find(conn, office.shelf.blobs, first.template)
    these = [(one.snapshot, _carriers(one)) for one in same]
    return paper.many(these, template, first.issuer.url, cards=what == "card")


def sheets(found: Sequence[Found]) -> Iterator[tuple[str, list[Found]]]:
    """Parts of a batch that one file can print, by their second language."""
    ready = [one for one in found if one.carriers and not one.erased]
    for key, some in groupby(
        sorted(ready, key=lambda one: (_sheet(one.snapshot), one.number)), lambda one: _sheet(one.snapshot)
    ):
        yield key[1], list(some)


def _sheet(snapshot: Snapshot) -> tuple[str, str]:
    return snapshot.template, snapshot.lang


def _carriers(found: Found) -> Carriers:
    if found.carriers is None or found.erased:
        raise NotFound("this certificate is not signed yet, or its holder's data was erased")
    return found.carriers
