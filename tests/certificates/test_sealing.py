"""An agency's signature: made in its box, and taken in only where it is all that was added to a file of ours."""

import io
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from app.certificates import paper, sealing
from app.certificates.sealing import NoSigner, NotTaken
from app.core.errors import BanHocError
from app.core.signing import Key, Keys
from tests.certificates import paper_examples as examples
from tests.certificates.agency_examples import OFFICE, PASSPHRASE, office
from tests.certificates.paper_examples import BASE, TEMPLATE, carriers, snapshot, template

DAY = "2026-11-23"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[Keys, Key]:
    return examples.keys(tmp_path_factory.mktemp("keys"))


def drawn(key: Key, number: int = 123, **how: Any) -> bytes:
    one = snapshot(number=number)
    return paper.pdf(one, carriers(one, key), template(**how), BASE, key)


@pytest.fixture(scope="module")
def ours(known: tuple[Keys, Key]) -> bytes:
    return drawn(known[1])


def signed(pdf: bytes, kind: str = "ec", **how: Any) -> bytes:
    return sealing.sign(pdf, sealing.from_file(office(kind, **how).p12, PASSPHRASE), DAY)


def by_hand(pdf: bytes, box: tuple[int, int, int, int], name: str = "Signature1") -> bytes:
    """As another program would sign: its own field, its own look."""
    agency = sealing.from_file(office().p12, PASSPHRASE)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    spec = fields.SigFieldSpec(name, on_page=0, box=box)
    out = io.BytesIO()
    PdfSigner(
        PdfSignatureMetadata(field_name=name, md_algorithm="sha256"), agency.signer, new_field_spec=spec
    ).sign_pdf(writer, output=out)
    return out.getvalue()


def changed(pdf: bytes, change: Any) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def painted(writer: IncrementalPdfFileWriter) -> None:
    writer.add_stream_to_page(0, writer.add_object(generic.StreamObject(stream_data=b"1 g 0 0 900 900 re f")))


def noted(writer: IncrementalPdfFileWriter) -> None:
    """A note laid over the name."""
    note = {"/Type": "/Annot", "/Subtype": "/FreeText"}
    said = generic.DictionaryObject(
        {generic.pdf_name(key): generic.pdf_name(value) for key, value in note.items()}
    )
    said[generic.pdf_name("/Rect")] = generic.ArrayObject(
        generic.NumberObject(at) for at in (200, 300, 600, 400)
    )
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Annots"] = generic.ArrayObject([writer.add_object(said)])
    writer.update_container(page)


def rewritten(writer: IncrementalPdfFileWriter) -> None:
    """The badge exchanged."""
    badge = writer.root["/AF"][0]["/EF"].raw_get("/F")
    badge.get_object()._data = b"{}"
    badge.get_object()._encoded_data = None
    writer.mark_update(badge)


def why(pdf: bytes, keys: Keys, trust: list[Any] | None = None) -> str:
    try:
        sealing.check(pdf, keys, office().trust if trust is None else trust)
    except NotTaken as error:
        return str(error)
    return ""


@pytest.mark.parametrize("kind", ["ec", "rsa"])
@pytest.mark.parametrize("form", ["landscape", "portrait"])
def test_signed_in_the_box_and_taken_in(known: tuple[Keys, Key], kind: str, form: str) -> None:
    keys, key = known
    pdf = drawn(key, paper=form)
    out = signed(pdf, kind)
    taken = sealing.check(out, keys, office(kind).trust)
    assert out.startswith(pdf) and taken.names == (OFFICE,) and taken.at is not None
    assert taken.read.why == "added" and taken.read.badge == carriers(snapshot(), key).badge
    assert b"/Version" not in out[len(pdf) :], "what the file says of itself is not PDF/A-3 any more"
    field = PdfFileReader(io.BytesIO(out)).root["/AcroForm"]["/Fields"][0]
    assert [round(float(at)) for at in field["/Rect"]] == [round(at) for at in sealing.box(form)]


def test_another_program_may_sign_in_the_box_and_a_second_one_too(
    known: tuple[Keys, Key], ours: bytes
) -> None:
    left, bottom, right, top = (round(at) for at in sealing.box("landscape"))
    first = by_hand(ours, (left + 2, bottom + 2, left + 90, top - 2))
    second = by_hand(first, (left + 100, bottom + 2, right - 2, top - 2), "Signature2")
    hidden = by_hand(ours, (0, 0, 0, 0))
    assert why(first, known[0]) == why(second, known[0]) == why(hidden, known[0]) == ""
    assert sealing.check(second, known[0], office().trust).names == (OFFICE, OFFICE)


def test_what_is_no_signature_alone_is_not_taken(
    known: tuple[Keys, Key], ours: bytes, tmp_path: Path
) -> None:
    keys, key = known
    out = signed(ours)
    _, stranger = examples.keys(tmp_path, 2031)
    half = len(ours) + (len(out) - len(ours)) // 2
    forged = {
        "no_signature": [ours],
        "altered": [out[:900] + bytes([out[900] ^ 1]) + out[901:], signed(ours).replace(b"DB-2026-000123", b"DB-2026-000124", 1)],
        "unsealed": [b"%PDF-1.7"],
        "unknown-key": [signed(drawn(stranger))],
        "not_trusted": [signed(ours, name="Kẻ lạ"), signed(ours, days=-1)],
        "outside": [by_hand(ours, (200, 300, 600, 400)), by_hand(out, (200, 300, 600, 400), "Signature2")],
        "changed": [
            signed(changed(ours, painted)), signed(changed(ours, noted)), signed(changed(ours, rewritten)),
            changed(out, painted), changed(out, noted), changed(ours, painted),
            ours + b" " * (sealing.LARGEST_ADDED + 1),
        ],
    }  # fmt: skip
    found = {wanted: [why(pdf, keys) for pdf in some] for wanted, some in forged.items()}
    assert found == {wanted: [wanted] * len(some) for wanted, some in forged.items()}
    assert why(out, keys, []) == "no_trust"
    other = signed(drawn(key, 124))
    swapped = ours + other[len(drawn(key, 124)) :]
    broken = [ours + b"\n%%EOF\n", out[:half], out + b"x", swapped, out[:-40]]
    assert "" not in [why(pdf, keys) for pdf in broken]
    flipped = [_flipped(out, at) for at in range(len(ours) + 200, len(out), 1500)]
    taken = [sealing.check(pdf, keys, office().trust) for pdf in flipped if not why(pdf, keys)]
    assert len(taken) < len(flipped) / 2
    whole = sealing.check(out, keys, office().trust)
    for one in taken:
        same = (one.names, one.at, one.read.badge) == (whole.names, whole.at, whole.read.badge)
        assert same, "only a copy of a root nobody needs may differ"


def _flipped(pdf: bytes, at: int) -> bytes:
    return pdf[:at] + bytes([pdf[at] ^ 4]) + pdf[at + 1 :]


def test_only_a_sheet_of_ours_is_signed(known: tuple[Keys, Key]) -> None:
    one = snapshot()
    with pytest.raises(NoSigner, match="box to sign in"):
        signed(paper.card(one, carriers(one, known[1]), TEMPLATE, BASE, known[1]))
    with pytest.raises(NoSigner, match="no certificate of ours"):
        signed(paper.pdf(one, carriers(one, known[1]), TEMPLATE, BASE))


def test_a_key_that_cannot_be_had_is_one_sentence() -> None:
    for data, passphrase in ((office().p12, "wrong"), (b"no key", ""), (b"", "")):
        with pytest.raises(NoSigner, match="passphrase"):
            sealing.from_file(data, passphrase)


def test_whom_to_trust_is_read_from_a_folder(tmp_path: Path) -> None:
    assert sealing.trusted(tmp_path / "nothing") == []
    (tmp_path / "root.cer").write_bytes(office().root)
    (tmp_path / "notes.txt").write_text("not a certificate")
    assert len(sealing.trusted(tmp_path)) == 1
    (tmp_path / "bad.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(BanHocError, match=r"bad\.pem"):
        sealing.trusted(tmp_path)
