"""Templates as the province chooses them: seen before they are kept, frozen once they are, and never saying too much."""

import io
import re
from typing import Any

import pytest
from fastapi import FastAPI
from PIL import Image

from app.certificates import templates
from app.certificates.template_forms import NotALogo, logo
from app.core.errors import NotFound
from app.main import CONTENT
from tests.cast import STAFF, Phone
from tests.certificates.examples import Role, graduate, hire, issue, office, read, with_key
from tests.conftest import Ticker
from tests.page import Page

pytestmark = pytest.mark.only_on("sqlite")
ROOT = "/admin/certificates/templates"
FORM: dict[str, Any] = {
    "id": "default", "paper": "portrait", "fields": ["score"], "heading-vi": "Giấy chứng nhận hoàn thành khóa học",
    "certify-vi": "Sở Khoa học và Công nghệ chứng nhận", "completed-vi": "đã học xong", "completed-hmn": "Tar cơưv lơưv",
}  # fmt: skip


@pytest.fixture
def desk(app: FastAPI, ticker: Ticker) -> Phone:
    hire(app, "Sùng")
    phone = Phone(app)
    phone.post("/staff/sign-in", {"name": "Sùng", "passphrase": STAFF[1]})
    return phone


def png(width: int = 40, height: int = 30) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "black").save(out, "PNG")
    return out.getvalue()


def send(desk: Phone, form: dict[str, Any], status: int, file: bytes = b"") -> Any:
    sent = desk.client.post(
        ROOT, data=form, files={"file": ("logo.png", file)}, headers={"Origin": "http://ban.test"}
    )
    assert sent.status_code == status, sent.text[:600]
    return sent


def held(page: Any) -> str:
    assert Page(page.text).faults() == []
    return str(page.text)


def pictured(desk: Phone, page: str) -> Image.Image:
    found = re.search(r'<img class="sheet" src="([^"]+)"', page)
    assert found
    got = desk.get(found[1].replace("&amp;", "&"))
    assert got.headers["content-type"] == "image/png"
    return Image.open(io.BytesIO(got.content))


def found(app: FastAPI, name: str) -> templates.Template:
    one: templates.Template = read(app, lambda conn: templates.find(conn, office(app).shelf.blobs, name))
    return one


def test_seen_then_kept_then_printed_while_older_paper_stays(app: FastAPI, desk: Phone) -> None:
    with_key(app)
    before = issue(app, [graduate(app)], hire(app, "Lò"))[0]
    assert "default@1" in held(desk.get(ROOT))
    assert pictured(desk, held(desk.get(f"{ROOT}/edit?template=default"))).size == (702, 496)
    seen = held(send(desk, FORM | {"do": "look", "lang": "hmn"}, 200, png()))
    assert pictured(desk, seen).size == (496, 702)
    opened = [one.attrs for one in Page(seen).all("a") if "preview.png" in one.attrs["href"]]
    assert len(opened) == 2 and all(one["target"] == "_blank" for one in opened), (
        "what was typed stays behind it"
    )
    large = Image.open(io.BytesIO(desk.get(opened[0]["href"]).content))
    assert large.size[0] > 2 * 496
    assert read(app, templates.latest) == {"default": "default@1"}, "looking keeps nothing"
    sha = re.search(r'name="logo" value="([0-9a-f]{64})"', seen)
    assert sha
    assert (
        send(desk, FORM | {"do": "keep", "logo": sha[1]}, 303).headers["location"] == f"{ROOT}?kept=default@2"
    )
    assert "Đã lưu default@2." in held(desk.get(f"{ROOT}?kept=default@2"))
    kept = found(app, "default@2")
    assert (kept.paper, kept.fields, kept.logo_sha) == ("portrait", ("score",), sha[1]) and kept.logo
    assert kept.words["vi"]["certify"].startswith("Sở") and kept.words["vi"]["unsigned"] == "Chưa ký số"
    assert kept.too("hmn-x-rpa")["completed"] != kept.too("hmn")["completed"]
    after = issue(app, [graduate(app, "Lò Thị Hai")], hire(app, "Quàng"))[0]
    assert (before.snapshot.template, after.snapshot.template) == ("default@1", "default@2")
    send(desk, FORM | {"do": "keep", "logo": sha[1], "no_logo": "1"}, 303)
    assert found(app, "default@3").logo_sha == "" and found(app, "default@2") == kept


def test_a_second_template_has_a_name_of_its_own(app: FastAPI, desk: Phone) -> None:
    held(desk.get(f"{ROOT}/edit"))
    assert send(desk, FORM | {"id": "cho-so", "do": "keep"}, 303)
    assert list(read(app, templates.latest)) == ["default", "cho-so"]
    held(desk.get(f"{ROOT}/edit?template=cho-so"))
    desk.get(f"{ROOT}/edit?template=nothing", 404)


WRONG = [
    ({"heading-vi": "Chứng chỉ hoàn thành"}, "Giấy này không phải văn bằng hay chứng chỉ."),
    ({"heading-hmn": "Jênhv ntơưr"}, "Giấy này không phải văn bằng hay chứng chỉ."),
    ({"heading-vi": " "}, "Hãy ghi chữ vào đây."),
    ({"certify-vi": "Chứng nhận 🌸"}, "Có chữ không in được: 🌸."),
    ({"certify-vi": "x" * 61}, "Dài quá, không vừa tờ giấy."),
    ({"id": "Mẫu số"}, "Hãy ghi chữ thường không dấu"),
    ({"paper": "a3"}, "Hãy chọn"),
]


def test_what_may_not_stand_there_is_said_and_nothing_is_lost(app: FastAPI, desk: Phone) -> None:
    for wrong, said in WRONG:
        page = held(send(desk, FORM | wrong | {"do": "keep"}, 422))
        assert said in page and "Chưa lưu." in page and "đã học xong" in page, wrong
    assert read(app, templates.latest) == {"default": "default@1"}


def test_a_logo_is_a_picture_of_its_own(desk: Phone) -> None:
    assert "Tệp này không phải ảnh." in held(send(desk, FORM | {"do": "look"}, 422, b"no picture"))
    huge = Image.open(io.BytesIO(logo(png(2000, 1000))))
    assert (huge.size, huge.mode, huge.info) == ((600, 300), "RGBA", {})
    with pytest.raises(NotALogo, match="too_large"):
        logo(png(5001, 5000))


def test_only_who_speaks_for_the_province_chooses(app: FastAPI, desk: Phone) -> None:
    hire(app, "Xã", Role.ADMINISTRATOR, "03160")
    hire(app, "Cán bộ", Role.OFFICER)
    for name in ("Xã", "Cán bộ"):
        phone = Phone(app)
        phone.post("/staff/sign-in", {"name": name, "passphrase": STAFF[1]})
        for path in ("", "/edit", "/preview.png"):
            phone.get(f"{ROOT}{path}", 404)
        phone.post(ROOT, FORM | {"do": "keep"}, 404)


def test_a_preview_of_nothing_is_no_page(desk: Phone) -> None:
    desk.get(f"{ROOT}/preview.png?paper=landscape", 404)
    desk.get(f"{ROOT}/preview.png?paper=landscape&heading-vi=a&certify-vi=b&completed-vi=c&logo=none", 404)


def test_a_template_nobody_knows_is_not_found(app: FastAPI) -> None:
    for name in ("default@9", "default", "@1", "x@1"):
        with pytest.raises(NotFound):
            found(app, name)


def test_the_mong_word_for_a_national_certificate_is_nowhere_in_what_people_read() -> None:
    word, files = (
        templates.never()[-1],
        sorted({*CONTENT.rglob("hmn.*"), *(CONTENT / "glossary").glob("*.toml")}),
    )
    assert len(files) > 50
    assert [str(path) for path in files if word in path.read_text("utf-8").casefold()] == []
