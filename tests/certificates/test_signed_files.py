"""A batch goes out to be signed by an agency and comes back, file by file; and the same by the command line."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi import FastAPI

from app import cli
from app.accounts.permissions import Officer
from app.certificates import actions, queries, sealing, signed_files
from app.certificates.signed_files import NotFiles, unzipped, zipped
from app.core import erasing, ledger
from tests.cast import STAFF, Phone
from tests.certificates.agency_examples import OFFICE, PASSPHRASE, office
from tests.certificates.examples import graduate, hire, make, read, with_key, work, write
from tests.certificates.examples import office as ours
from tests.conftest import Ticker
from tests.page import Page

pytestmark = pytest.mark.only_on("sqlite")
ROOT = "/admin/certificates/batches"


@pytest.fixture
def sung(app: FastAPI, ticker: Ticker) -> Officer:
    with_key(app)
    folder = ours(app).keys.folder / "agency"
    folder.mkdir()
    (folder / "root.cer").write_bytes(office().root)
    return hire(app, "Sùng")


@pytest.fixture
def desk(app: FastAPI, sung: Officer) -> Phone:
    phone = Phone(app)
    phone.post("/staff/sign-in", {"name": "Sùng", "passphrase": STAFF[1]})
    return phone


def batch(app: FastAPI, by: Officer, n: int) -> str:
    id = make(app, [graduate(app, f"Lò Thị {one}") for one in range(n)], by)
    work(app)
    return id


def page(desk: Phone, batch: str) -> str:
    text = desk.get(f"{ROOT}/{batch}/signatures").text
    assert Page(text).faults() == []
    return text


def taken(desk: Phone, batch: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(desk.get(f"{ROOT}/{batch}/signatures/files.zip").content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def send(desk: Phone, batch: str, data: bytes, status: int = 200, name: str = "signed.zip") -> str:
    sent = desk.client.post(
        f"{ROOT}/{batch}/signatures", files={"file": (name, data)}, headers={"Origin": "http://ban.test"}
    )
    assert sent.status_code == status, sent.text[:500]
    assert Page(sent.text).faults() == []
    return sent.text


def signed(pdf: bytes, **how: Any) -> bytes:
    return sealing.sign(pdf, sealing.from_file(office(**how).p12, PASSPHRASE), "2026-11-23")


def packed(files: dict[str, bytes]) -> bytes:
    return b"".join(zipped(files.items()))


def test_out_signed_and_back(app: FastAPI, desk: Phone, sung: Officer) -> None:
    id = batch(app, sung, 3)
    assert "Đã cấp 3, cơ quan đã ký 0, chờ ký 3." in page(desk, id) and "Gốc thử" in page(desk, id)
    files = taken(desk, id)
    first, second, third = sorted(files)
    back = {first: signed(files[first]), second: files[second], third: signed(files[third], name="Kẻ lạ")}
    said = send(desk, id, packed(back))
    assert f"Đã nhận {first[:-4]}, ký bởi {OFFICE}." in said
    assert (
        f"{second}</span>: Tệp chưa có chữ ký số." in said and f"{third}</span>: Chữ ký không thuộc" in said
    )
    assert "Đã cấp 3, cơ quan đã ký 1, chờ ký 2." in said and sorted(taken(desk, id)) == [second, third]
    one = read(app, lambda conn: queries.by_number(conn, first[:-4]))
    assert signed_files.of(ours(app).shelf.blobs, one) == back[first]
    send(desk, id, back[first], name="một tệp.pdf")
    assert read(app, lambda conn: queries.by_number(conn, first[:-4])).pdfs == one.pdfs, (
        "the same file is noted once"
    )
    write(app, lambda conn: actions.revoke(conn, one, "mistake", sung))
    assert "Giấy này đã thu hồi" in send(desk, id, back[first])
    other = batch(app, sung, 1)
    assert "Giấy này thuộc đợt cấp khác." in send(desk, other, signed(files[second]))


def test_what_was_revoked_is_not_sent_to_be_signed(app: FastAPI, desk: Phone, sung: Officer) -> None:
    id = batch(app, sung, 2)
    gone, left = sorted(taken(desk, id))
    one = read(app, lambda conn: queries.by_number(conn, gone[:-4]))
    write(app, lambda conn: actions.revoke(conn, one, "mistake", sung))
    assert "chờ ký 1." in page(desk, id) and list(taken(desk, id)) == [left]


def test_without_a_key_nothing_goes_out_and_it_is_said_why(app: FastAPI, desk: Phone, sung: Officer) -> None:
    id = batch(app, sung, 1)
    (ours(app).keys.folder / "2026-1.pem").unlink()
    said = Page(desk.get(f"{ROOT}/{id}/signatures/files.zip", 503).text)
    assert said.faults() == [] and "không có khóa để đóng dấu" in said.html
    assert said.all("a", href="/admin/certificates/keys")


def test_nothing_of_hers_is_left_once_she_is_erased(app: FastAPI, desk: Phone, sung: Officer) -> None:
    id = batch(app, sung, 1)
    [(name, pdf)] = taken(desk, id).items()
    back = signed(pdf)
    send(desk, id, back)
    one = read(app, lambda conn: queries.by_number(conn, name[:-4]))
    [sha] = one.pdfs["signed"]
    told = read(app, lambda conn: erasing.export_person(conn, [one.person_id]))
    assert told["signed_files"] == [{"number": name[:-4], "sha": sha}]
    write(app, lambda conn: ledger.record(conn, erasing.ERASED, one.person_id, by=sung.id))
    assert (
        not ours(app).shelf.blobs.path(sha).exists() and signed_files.of(ours(app).shelf.blobs, one) is None
    )


def test_what_holds_no_files_is_said(
    app: FastAPI, desk: Phone, sung: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = batch(app, sung, 1)
    assert "Chưa có tệp PDF nào." in send(desk, id, packed({"a.txt": b"x"}), 422)
    assert "Tệp này không mở được." in send(desk, id, b"PK\x03\x04 half", 422)
    monkeypatch.setattr(signed_files, "MOST_FILES", 1)
    assert "Nhiều tệp quá." in send(desk, id, packed({"a.pdf": b"x", "b.pdf": b"x"}), 422)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.pdf", bytes(signed_files.LARGEST_FILE + 1))
    with pytest.raises(NotFiles, match="too_large"):
        unzipped(bomb.getvalue())


def test_without_anybody_to_trust_nothing_is_taken_in(app: FastAPI, desk: Phone, sung: Officer) -> None:
    id = batch(app, sung, 1)
    [pdf] = taken(desk, id).values()
    (ours(app).keys.folder / "agency" / "root.cer").unlink()
    assert "Chưa nhận chữ ký của ai." in page(desk, id)
    assert "Máy chủ chưa nhận chữ ký của nơi nào." in send(desk, id, signed(pdf))


def test_signed_by_the_command_line(app: FastAPI, desk: Phone, sung: Officer, tmp_path: Path) -> None:
    id = batch(app, sung, 2)
    (tmp_path / "out.zip").write_bytes(packed(taken(desk, id)))
    (tmp_path / "key.p12").write_bytes(office().p12)
    words = [
        "sign",
        str(tmp_path / "out.zip"),
        "--key",
        str(tmp_path / "key.p12"),
        "--to",
        str(tmp_path / "back.zip"),
    ]
    done = CliRunner().invoke(cli.main, words, input=f"{PASSPHRASE}\n")
    assert (done.exit_code, PASSPHRASE in done.output) == (0, False), done.output
    assert OFFICE in done.output
    assert "cơ quan đã ký 2, chờ ký 0." in send(desk, id, (tmp_path / "back.zip").read_bytes())
    wrong = CliRunner().invoke(cli.main, words, input="wrong\n")
    assert wrong.exit_code == 1 and "check that it is a .p12" in wrong.output
    (tmp_path / "out.zip").write_bytes(b"no files")
    broken = CliRunner().invoke(cli.main, words, input=f"{PASSPHRASE}\n")
    assert broken.exit_code == 1 and "out.zip" in broken.output
