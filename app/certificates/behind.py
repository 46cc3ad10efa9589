"""What a signature tool may write behind our seal: a form of signature fields, their places on the page, and nothing one sees.

pyHanko's own rules begin with the first signature; these hold from our last byte up to it.
"""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

ROOT_GAINS = {"/AcroForm", "/DSS", "/Extensions", "/Perms", "/Version"}
FIELD_LACKS = {"/A", "/AA", "/Kids"}
FORM_LACKS = {"/XFA"}


def is_only_signed(reader: "PdfFileReader", ours: bytes, until: int) -> bool:
    """Whether the revisions after `ours`, up to number `until`, only added signature fields. Raises as pyHanko does."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    made = PdfFileReader(io.BytesIO(ours))
    first = made.xrefs.total_revisions
    revisions = range(first, until + 1)
    if until < first or any(reader.xrefs.refs_freed_in_revision(one) for one in revisions):
        return False
    known = int(made.trailer["/Size"])
    written = {ref.idnum for one in revisions for ref in reader.xrefs.explicit_refs_in_revision(one)}
    then = reader.get_historical_resolver(until)
    may = {made.root_ref.idnum, _page_of(made), *_about(made)}
    return (
        {id for id in written if id < known} <= may
        and then.root_ref.idnum == made.root_ref.idnum
        and _same(made.root, then.root, ROOT_GAINS)
        and _same(_page(made), _page(then), {"/Annots"})
        and _are_fields(then)
    )


def fields(then: "HistoricalResolver | PdfFileReader") -> list[Any]:
    """The signature fields of the form."""
    return [one.get_object() for one in then.root["/AcroForm"]["/Fields"]]


def _are_fields(then: "HistoricalResolver") -> bool:
    form = then.root["/AcroForm"]
    named = {ref.idnum for ref in _refs(form["/Fields"])}
    seen = {ref.idnum for ref in _refs(_page(then).get("/Annots", []))}
    all = fields(then)
    return (
        not FORM_LACKS & form.keys()
        and seen <= named
        and len(named) == len(form["/Fields"])
        and all_signatures(all)
    )


def all_signatures(found: list[Any]) -> bool:
    return bool(found) and all(one.get("/FT") == "/Sig" and not FIELD_LACKS & one.keys() for one in found)


def _refs(array: Any) -> Iterator[Any]:
    return (array.raw_get(at).reference for at in range(len(array)))


def _page(one: "HistoricalResolver | PdfFileReader") -> Any:
    return one.root["/Pages"]["/Kids"][0]


def _page_of(one: "PdfFileReader") -> int:
    return int(one.root["/Pages"]["/Kids"].raw_get(0).reference.idnum)


def _about(one: "PdfFileReader") -> set[int]:
    """What says by whom and when a file was written; nobody sees it on the page."""
    return {
        int(one.trailer.raw_get("/Info").reference.idnum),
        int(one.root.raw_get("/Metadata").reference.idnum),
    }


def _same(before: Any, now: Any, gains: set[str]) -> bool:
    kept = {str(name) for name in before} - gains
    return kept == {str(name) for name in now} - gains and all(
        _written(before.raw_get(name)) == _written(now.raw_get(name)) for name in kept
    )


def _written(value: Any) -> bytes:
    out = io.BytesIO()
    value.write_to_stream(out, None)
    return out.getvalue()
