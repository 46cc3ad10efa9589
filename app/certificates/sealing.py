"""Signatures of an agency on our PDFs, PAdES by pyHanko: made with its key in a file or on a token, and checked when they come back.

They are written behind our seal, so that what we made stays byte for byte. Without a time stamp (baseline B-B), for there is
not always a line; the register keeps the day a signed file was taken in.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.certificates import behind, paper, seal
from app.certificates.forged import Forged
from app.core.errors import BanHocError
from app.core.signing import Known

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer
    from pyhanko.sign.validation import EmbeddedPdfSignature

FIELD = "AgencySignature"
MARKS = {form: f"<pdf:Keywords>sheet-{form}<".encode() for form in paper.BOXES}
"""By which a file says how the box stands in it; what we sealed says it truly."""
POINT = 72 / 25.4
SLACK = 2.0
"""Points by which a signature may leave the box."""
LARGEST_ADDED = 1024 * 1024


class NoSigner(BanHocError):
    """Nothing was signed."""


class NotTaken(ValueError):
    """A file that came back is not taken in; the message ends `signing.why_…`.

    `no_signature`, `changed` (something else was written too), `outside` the box, `broken`, `not_trusted`, `no_trust` (nobody is
    trusted here), or the reason of `seal.check`; of a batch also `unknown`, `other_batch` and `not_valid`.
    """


@dataclass(frozen=True)
class Agency:
    """Who signs; `name` as her certificate has it."""

    signer: "Signer"
    name: str


@dataclass(frozen=True)
class Signed:
    """A file of ours with signatures of agencies that are trusted here: whose, and when they say it was."""

    read: paper.Read
    names: tuple[str, ...]
    at: datetime | None


def from_file(data: bytes, passphrase: str) -> Agency:
    """The key and certificate of a PKCS#12 file (.p12, .pfx). Raises `NoSigner`."""
    from pyhanko.sign.signers import SimpleSigner

    try:
        signer = SimpleSigner.load_pkcs12_data(data, other_certs=[], passphrase=passphrase.encode())
    except (ValueError, TypeError):
        signer = None
    if signer is None:
        raise NoSigner(
            "The key file cannot be opened: check that it is a .p12 or .pfx file, and its passphrase."
        )
    return agency(signer)


def agency(signer: Any) -> Agency:
    if signer.signing_cert is None:
        raise NoSigner("There is no certificate with this key: take the file that holds both.")
    return Agency(signer, name_of(signer.signing_cert))


def sign(pdf: bytes, agency: Agency, day: str) -> bytes:
    """The file with the agency's signature in its box, `day` (ISO) written there. Raises `NoSigner` where it is none of ours."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    form, box = _room(pdf)
    said = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=agency.name
    )
    at = SigFieldSpec(FIELD, on_page=0, box=tuple(round(one) for one in box))  # type: ignore[arg-type]
    out = io.BytesIO()
    try:
        signer = PdfSigner(said, agency.signer, stamp_style=_stamp(form, agency.name, day), new_field_spec=at)
        signer.sign_pdf(_writer(pdf), output=out)
    except (PdfError, SigningError, ValueError) as error:
        raise NoSigner(f"The file could not be signed ({error}).") from None
    return out.getvalue()


def _writer(pdf: bytes) -> Any:
    """Writes behind what is there, and leaves what the file says of itself: its version and its dates are those of PDF/A-3."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class Behind(IncrementalPdfFileWriter):
        def ensure_output_version(self, version: tuple[int, int]) -> None:
            pass

        def _update_meta(self) -> None:
            pass

    return Behind(io.BytesIO(pdf))


def _stamp(form: str, name: str, day: str) -> Any:
    """What is seen in the box: drawn by us, for a signature's own fonts know no Vietnamese."""
    from pyhanko.pdf_utils.content import PdfContent
    from pyhanko.pdf_utils.layout import (
        AxisAlignment,
        BoxConstraints,
        InnerScaling,
        Margins,
        SimpleBoxLayoutRule,
    )
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.stamp import StaticStampStyle

    drawn = PdfFileReader(io.BytesIO(paper.stamp(form, name, day)))

    class Picture(PdfContent):
        def render(self) -> bytes:
            page = self._ensure_writer.import_page_as_xobject(drawn)
            self.resources.xobject["/Stamp"] = page
            left, bottom, right, top = page.get_object()["/BBox"]
            self.box = BoxConstraints(width=right - left, height=top - bottom)
            return b"/Stamp Do"

    whole = SimpleBoxLayoutRule(
        AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins(0, 0, 0, 0), InnerScaling.STRETCH_TO_FIT
    )
    return StaticStampStyle(
        background=Picture(), background_layout=whole, background_opacity=1.0, border_width=0
    )


def _room(pdf: bytes) -> tuple[str, tuple[float, float, float, float]]:
    """Which paper it is, and where its box is: left, bottom, right, top in points. Raises `NoSigner`."""
    if seal.LINE.search(pdf) is None:
        raise NoSigner("The file is no certificate of ours: export the certificates again.")
    form = next((name for name, mark in MARKS.items() if mark in pdf), None)
    if form is None:
        raise NoSigner("The file is no certificate on A4: only those have a box to sign in.")
    return form, box(form)


def box(form: str) -> tuple[float, float, float, float]:
    """Where the agency signs: left, bottom, right, top in points."""
    x, y, width, height = paper.BOXES[form]
    top = paper.HEIGHTS[form] - y
    left, right, bottom = x, x + width, top - height
    return left * POINT, bottom * POINT, right * POINT, top * POINT


def trusted(folder: Path) -> list[Any]:
    """The certificates in a folder, PEM or DER: of authorities whose signatures are taken, and what leads to them."""
    from pyhanko.keys import load_certs_from_pemder_data

    found = []
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if path.suffix.lower() in (".pem", ".crt", ".cer", ".der"):
            try:
                found += list(load_certs_from_pemder_data(path.read_bytes()))
            except (OSError, ValueError) as error:
                raise BanHocError(
                    f"{path} cannot be read as a certificate ({error}): take it away or mend it."
                ) from None
    return found


def check(data: bytes, keys: Known, trust: Sequence[Any]) -> Signed:
    """A file that came back signed: ours, nothing but signatures added, in the box, by whom we trust. Raises `NotTaken`."""
    try:
        sealed = seal.check(data, keys)
    except Forged as error:
        raise NotTaken(error.reason) from None
    if not sealed.after:
        raise NotTaken("no_signature")
    if len(sealed.after) > LARGEST_ADDED:
        raise NotTaken("changed")
    if not trust:
        raise NotTaken("no_trust")
    return _checked(paper.read(data, keys), data, sealed.ours, trust)


def _checked(read: paper.Read, data: bytes, ours: bytes, trust: Sequence[Any]) -> Signed:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    try:
        reader = PdfFileReader(io.BytesIO(data))
        signatures = list(reader.embedded_regular_signatures)
        if not signatures or not behind.is_only_signed(reader, ours, signatures[0].signed_revision):
            raise NotTaken("changed")
        if not all(_is_in(one, ours) for one in behind.fields(reader)):
            raise NotTaken("outside")
        for one in signatures:
            _holds(one, trust)
        if signatures[-1].coverage < SignatureCoverageLevel.ENTIRE_FILE:
            raise NotTaken("changed")
    except (
        PdfError,
        SignatureValidationError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise error if isinstance(error, NotTaken) else NotTaken("broken") from None
    names = tuple(_name(one) for one in signatures)
    return Signed(read, names, signatures[-1].self_reported_timestamp)


def _is_in(field: Any, ours: bytes) -> bool:
    """Whether it stands in the box, or is not seen."""
    form = next((name for name, mark in MARKS.items() if mark in ours), None)
    x1, y1, x2, y2 = (float(at) for at in field.get("/Rect", [0, 0, 0, 0]))
    if x1 == x2 or y1 == y2:
        return True
    if form is None:
        return False
    left, bottom, right, top = box(form)
    inside = min(x1, x2) >= left - SLACK and max(x1, x2) <= right + SLACK
    return inside and min(y1, y2) >= bottom - SLACK and max(y1, y2) <= top + SLACK


def _holds(one: "EmbeddedPdfSignature", trust: Sequence[Any]) -> None:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(trust_roots=list(trust), allow_fetching=False)
    status = validate_pdf_signature(one, signer_validation_context=context)
    if not (status.intact and status.valid and _fills(one)):
        raise NotTaken("broken")
    if not status.trusted:
        raise NotTaken("not_trusted")
    if not status.bottom_line:
        raise NotTaken("changed")


def _fills(one: "EmbeddedPdfSignature") -> bool:
    """Whether the room kept for the signature, which it does not cover itself, holds it and noughts."""
    from asn1crypto.parser import peek  # type: ignore[import-untyped]

    held: bytes = one.pkcs7_content
    return not held[peek(held) :].strip(b"\0")


def _name(one: "EmbeddedPdfSignature") -> str:
    return name_of(one.signer_cert)


def name_of(certificate: Any) -> str:
    """Whose certificate it is."""
    names = certificate.subject.native
    return str(names.get("common_name") or names.get("organization_name") or "–")
