"""An agency's key on a token signs; and where it does not, one sentence says why."""

import zipfile
from pathlib import Path

import pytest

from app.certificates import paper, sealing, signed_files
from app.certificates.signed_files import zipped
from tests.certificates import paper_examples as examples
from tests.certificates.agency_examples import OFFICE, office
from tests.certificates.paper_examples import BASE, carriers, snapshot, template
from tests.certificates.token_examples import DRIVER, PIN, Tokens


def test_a_batch_is_signed_by_the_token_that_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, key = examples.keys(tmp_path)
    some = [snapshot(number=number) for number in (123, 124)]
    pdfs = {f"{one.number}.pdf": paper.pdf(one, carriers(one, key), template(), BASE, key) for one in some}
    out, card, back = (tmp_path / f"{name}.zip" for name in ("out", "card", "back"))
    out.write_bytes(b"".join(zipped(pdfs.items())))
    card.write_bytes(
        b"".join(zipped([("1.pdf", paper.card(some[0], carriers(some[0], key), template(), BASE, key))]))
    )

    tokens = Tokens(tmp_path)
    tokens.plug_in("RSA", ("Sở", office("rsa").p12))
    tokens.plug_in("EC", ("Cũ", office("ec", days=-1).p12), ("Mới", office("ec").p12))
    tokens.plug_in("Đôi", ("Một", office("ec").p12), ("Hai", office("rsa").p12), ("Hai", office("ec").p12))
    tokens.plug_in("Hết hạn", ("Cũ", office("ec", days=-1).p12))
    tokens.plug_in("Rỗng")
    signing = ("sign", str(out), "--to", str(back), "--token")

    def by(label: str, *words: str, pin: str = PIN) -> tuple[str, ...]:
        return (*signing, DRIVER, "--label", label, *words, pin)

    rsa, ec = str(tmp_path / "rsa.zip"), str(tmp_path / "ec.zip")
    wanted = {
        (*by("RSA", "--to", rsa),): f"rsa.zip: signed by {OFFICE}.",
        (*by("EC", "--to", ec),): f"ec.zip: signed by {OFFICE}.",
        by("Đôi", "--certificate", "Một"): f"back.zip: signed by {OFFICE}.",
        (*signing, DRIVER, PIN): "There are several tokens: say which by --label, of EC, Hết hạn, RSA, Rỗng, Đôi.",
        by("Kẻ lạ"): "There is no token Kẻ lạ; there are: EC,",
        by("RSA", pin="00000000"): "The PIN is wrong",
        by("RSA", pin="1"): "The PIN is wrong",
        by("Đôi"): "The token has several certificates: say which by --certificate, of Hai (",
        by("Đôi", "--certificate", "Hai"): "The token has several certificates",
        by("Đôi", "--certificate", "Gốc"): "The token has no certificate Gốc with its key; it has: Hai (",
        by("Hết hạn"): "The certificate on the token has ended",
        by("Rỗng"): "The token holds no certificate together with its key",
        (*signing, str(tmp_path / "none.so"), PIN): "none.so cannot be loaded (No such file or directory): give the path",
        (*signing, str(out), PIN): "out.zip cannot be loaded (invalid ELF header): give the path",
        ("sign", str(card), "--token", DRIVER, "--label", "RSA", PIN): "The file is no certificate on A4",
    }  # fmt: skip
    done = tokens.banhoc(*wanted)
    for (code, output), (asked, said) in zip(done, wanted.items(), strict=True):
        assert said in output and output.count("Error") == code == ("signed by" not in said), (asked, output)
        assert asked[-1] == "1" or asked[-1] not in output
        assert "Traceback" not in output and len(output.strip().splitlines()) <= 3

    for kind, file in (("rsa", rsa), ("ec", ec)):
        with zipfile.ZipFile(file) as archive:
            signed = {name: archive.read(name) for name in archive.namelist()}
        assert signed.keys() == pdfs.keys()
        for name, pdf in signed.items():
            assert pdf.startswith(pdfs[name])
            assert sealing.check(pdf, keys, office(kind).trust).names == (OFFICE,)

    monkeypatch.setattr(signed_files, "MOST_FILES", 1)
    agency = sealing.from_file(office().p12, "bốn con trâu")
    parts = signed_files.sign_all(out.read_bytes(), agency)
    assert [len(signed_files.unzipped(one)) for one in parts] == [1, 1], (
        "each is what one may send back at once"
    )
