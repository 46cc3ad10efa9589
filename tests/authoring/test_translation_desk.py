"""The translation desk: what is typed waits for review, nobody signs her own, and what is approved stands until another signs."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response
from sqlalchemy import Connection

from app.accounts import people
from app.accounts.permissions import Role
from app.authoring import desk_queries as queries
from app.authoring import desk_rules as rules
from app.authoring import draft_actions, draft_queries
from app.authoring.desk_models import WordsReview
from app.authoring.desk_rules import Author, Refused
from app.authoring.draft_actions import Edit
from app.core import ids, sheets
from courses import folder
from courses.exchange import archive
from courses.model import source_hash
from courses.proof import Remark
from courses.words import shown
from tests.cast import STAFF, Phone, Staff, changed_course, publish, rows
from tests.page import linted, opened

DESK = "/teach/courses/small/words/hmn"
TITLE = "first/words/hmn/title"
SOURCE = "first/words/vi/title"
VI = "Bài thứ nhất"
LO, CA = Author("1", "Lò Thị Dịch"), Author("2", "Cà Văn Duyệt")
NOBODY: frozenset[str] = frozenset()


class Translator(Phone):
    """A member of staff at the desk of the small course in Mông."""

    def __init__(self, app: FastAPI, name: str, role: Role) -> None:
        super().__init__(app)
        self.name = name
        self.id = app.state.writer.call(lambda conn: people.add_staff(conn, name, STAFF[1], role))
        self.post("/staff/sign-in", {"name": name, "passphrase": STAFF[1]})

    def unit(self, part: str = TITLE) -> queries.Text:
        found = self.app.state.writer.call(lambda conn: draft_queries.parts(conn, "small"))
        return queries.desk(found, "small", "hmn").text(part)

    def write(self, text: str, part: str = TITLE, status: int = 303, **other: str) -> Response:
        now = self.unit(part)
        told = {"part": part, "text": text, "base": now.head, "made_from": now.made_from} | other
        return self.post(f"{DESK}/texts", told, status)

    def approve(self, *parts: str, status: int = 303) -> Response:
        picked = [self.seen(part) for part in parts or (TITLE,)]
        return self.post(f"{DESK}/approvals", {"pick": picked}, status)

    def seen(self, part: str = TITLE) -> str:
        now = self.unit(part)
        return f"{part} {now.head} {now.made_from}"

    def reject(self, comment: str, part: str = TITLE, status: int = 303) -> Response:
        part, base, made_from = self.seen(part).split(" ")
        told = {"part": part, "base": base, "made_from": made_from, "comment": comment}
        return self.post(f"{DESK}/rejections", told, status)

    def save(self, value: dict[str, Any] | None, part: str = TITLE) -> None:
        """As the editor's own endpoint does, whoever asks."""
        head = self.unit(part).head if part.split("/")[2] == "hmn" else self._head(part)

        def work(conn: Connection) -> None:
            draft_actions.save(conn, "small", [Edit(ids.new(), part, value, head)], self.id)

        self.app.state.writer.call(work)

    def _head(self, part: str) -> str:
        found = self.app.state.writer.call(lambda conn: draft_queries.part(conn, "small", part))
        return str(found.head) if found else ""


@pytest.fixture
def lo(app: FastAPI) -> Translator:
    """Translates."""
    found = Translator(app, LO.name, Role.TRANSLATOR)
    found.get(DESK)
    return found


@pytest.fixture
def ca(app: FastAPI) -> Translator:
    """Reviews."""
    return Translator(app, CA.name, Role.REVIEWER)


# What becomes of words, without a database.


def typed(value: Any, text: str, vi: str = VI, by: Author = LO) -> Any:
    return rules.typed(value, "hmn", text, source_hash(vi), by)


def test_the_states_of_a_text() -> None:
    new = typed(None, "Jăngx iz")
    assert (rules.state(None, VI), rules.state(new, VI), rules.state(new, "Bài một")) == (
        "missing", "needs_review", "outdated",
    )  # fmt: skip
    draft = {"text": "Jăngx iz", "state": "machine_draft", "origin": "llm", "source": "seed"}
    assert rules.state(draft, VI) == "machine_draft"
    sent = typed(draft, "Jăngx iz")
    assert (sent["state"], sent["origin"], sent["author"]) == ("needs_review", "llm", LO.name)
    assert typed(sent, "Jăngx iz") is None and typed(None, "  ") is None
    assert typed(new, "")["state"] == "missing"


def test_what_is_approved_stands_until_something_else_is_signed() -> None:
    signed = rules.approved(typed(None, "Jăngx iz"), VI, CA, NOBODY, [])
    assert (signed["state"], signed["reviewer"], signed["author"]) == ("approved", CA.name, LO.name)
    other = typed(signed, "Jăngx aoz")
    assert (other["text"], other["state"], other["proposal"]) == ("Jăngx iz", "approved", "Jăngx aoz")
    assert rules.state(other, VI) == "needs_review"
    assert typed(other, "Jăngx iz") == signed, "written back, there is nothing to propose"
    again = rules.approved(other, VI, CA, NOBODY, [])
    assert again["text"] == "Jăngx aoz" and "proposal" not in again
    back = rules.rejected(other, "Sai từ", CA)
    assert (back["text"], back["state"], back["comment"], "proposal" in back) == (
        "Jăngx iz",
        "approved",
        "Sai từ",
        False,
    )
    assert rules.rejected(signed, "Sai từ", CA)["state"] == "rejected"


@pytest.mark.parametrize(
    ("value", "by", "authors", "remarks", "reason"),
    [
        (None, CA, NOBODY, [], "empty"),
        ({"text": "a", "state": "needs_review", "author": "cà văn duyệt"}, CA, NOBODY, [], "own"),
        ({"text": "a", "state": "needs_review"}, CA, frozenset({CA.id}), [], "own"),
        ({"text": "a", "state": "approved", "proposal": "b", "proposal_author": CA.name}, CA, NOBODY, [], "own"),
        ({"text": "a", "state": "needs_review"}, CA, NOBODY, [Remark("numbers_missing", "156")], "faults"),
    ],
    ids=["nothing", "by name", "by hand", "proposed", "faults"],
)  # fmt: skip
def test_what_cannot_be_signed(
    value: Any, by: Author, authors: frozenset[str], remarks: list[Remark], reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        rules.approved(value, VI, by, authors, remarks)
    assert refused.value.reason == reason


def test_whose_hands_words_went_through() -> None:
    def value(text: str, **other: str) -> dict[str, str]:
        return {"text": text, "state": "needs_review"} | other

    history = [
        ("c", value("b.")),
        ("b", value("b")),
        ("r", value("a", state="rejected")),
        ("a", value("a")),
        ("import", None),
    ]
    assert rules.authors(history, "import") == {"a", "b", "c"}
    signed = ("r", value("b", state="approved"))
    proposed = ("d", value("b", state="approved", proposal="c"))
    assert rules.authors([proposed, signed, *history[1:]], "import") == {"d"}


# The desk.


def test_a_text_is_typed_approved_and_shown_as_approved(app: FastAPI, lo: Translator, ca: Translator) -> None:
    assert (
        lo.write("Jăngx iz", next="u-first-words-hmn-story").headers["location"]
        == f"{DESK}?#u-first-words-hmn-story"
    )
    page = opened(ca.client, f"{DESK}?state=needs_review")
    assert "Jăngx iz" in page.html and LO.name in page.html and "Chờ duyệt" in page.html
    assert ca.approve().headers["location"].endswith("done=1")
    unit = lo.unit()
    assert (unit.state, unit.value["reviewer"], unit.value["author"]) == ("approved", CA.name, LO.name)
    made = app.state.writer.call(lambda conn: draft_actions.files(conn, app.state.shelf.blobs, "small"))
    course = folder.read(made).course
    assert course
    told = shown(course.lessons[0], "title", "hmn", drafts=False)
    assert (told.text, told.lang, told.draft) == ("Jăngx iz", "hmn", False)
    (review,) = rows(app, WordsReview)
    assert (review["part"], review["verdict"], review["name"], review["author"]) == (
        TITLE,
        "approved",
        CA.name,
        LO.name,
    )


def test_a_translator_signs_nothing(lo: Translator) -> None:
    lo.write("Jăngx iz")
    lo.approve(status=404)
    lo.reject("Sai", status=404)
    lo.save({"text": "Jăngx iz", "state": "approved", "reviewer": CA.name, "from": source_hash(VI)})
    assert (lo.unit().state, "reviewer" in lo.unit().value) == ("needs_review", False)


def test_a_reviewer_signs_nothing_of_her_own_by_any_way(app: FastAPI, lo: Translator, ca: Translator) -> None:
    ca.write("Jăngx iz")
    assert "người khác phải duyệt" in ca.approve(status=422).text
    ca.save(
        {
            "text": "Jăngx aoz",
            "state": "approved",
            "reviewer": "Ai Đó",
            "author": "Ai Đó",
            "from": source_hash(VI),
        }
    )
    assert ca.unit().state == "needs_review"
    ca.save({"text": "Jăngx aoz", "state": "needs_review", "author": "Ai Đó", "from": source_hash(VI)})
    ca.approve(status=422)
    po = f'msgid ""\nmsgstr "Language: hmn\\n"\n\nmsgctxt "first/title"\nmsgid "{VI}"\nmsgstr "Jăngx pêz"\n'
    bring(ca, po.encode())
    assert (ca.unit().words, ca.unit().state) == ("Jăngx pêz", "needs_review")
    ca.approve(status=422)
    lo.write("Jăngx plâuz")
    ca.approve(status=422)
    assert rows(app, WordsReview) == []


def test_a_folder_sent_by_staff_signs_nothing(
    app: FastAPI, lo: Translator, staff: Staff, tmp_path: Path
) -> None:
    """An administrator may bring in, write and approve: her folder's words still wait for somebody else."""
    words = (
        f'## title {{state=approved reviewer="Ai Đó" author="Ai Khác" from={source_hash(VI)}}}\nJăngx iz\n'
    )
    changed_course(tmp_path / "small", "course.toml", "Khóa nhỏ", "Khóa bé")
    (tmp_path / "small/first/hmn.md").write_text(words, "utf-8")
    packed = archive.pack(folder.from_dir(tmp_path / "small"))
    sent = staff.client.post(
        "/teach/imports", files={"file": ("small.zip", packed)}, headers={"Origin": "http://ban.test"}
    )
    staff.post(f"{sent.headers['location']}/confirmation")
    staff.get(DESK)
    unit = lo.unit()
    assert (unit.words, unit.state, unit.author) == ("Jăngx iz", "needs_review", STAFF[0])
    staff.post(f"{DESK}/approvals", {"pick": lo.seen()}, 422)
    assert rows(app, WordsReview) == []


def test_a_folder_brought_in_again_leaves_what_is_approved(
    app: FastAPI, lo: Translator, ca: Translator, tmp_path: Path
) -> None:
    lo.write("Jăngx iz")
    ca.approve()
    changed_course(tmp_path / "small", "course.toml", "Khóa nhỏ", "Khóa bé")
    publish(app, tmp_path / "small")
    lo.get(DESK)
    assert lo.unit().state == "approved", "it has no Mông, which takes none away"
    (tmp_path / "small/first/hmn.md").write_text("## title\nJăngx aoz\n", "utf-8")
    publish(app, tmp_path / "small")
    lo.get(DESK)
    assert (lo.unit().standing, lo.unit().words) == ("Jăngx iz", "Jăngx aoz")


def test_what_is_approved_is_never_overwritten(lo: Translator, ca: Translator) -> None:
    lo.write("Jăngx iz")
    ca.approve()
    lo.write("Jăngx aoz")
    unit = lo.unit()
    assert (unit.standing, unit.words, unit.state) == ("Jăngx iz", "Jăngx aoz", "needs_review")
    assert "Bản cũ vẫn dùng" in lo.get(DESK).text
    assert "Hãy viết cần sửa gì" in ca.reject(" ", status=422).text
    ca.reject("Sai số")
    assert (lo.unit().words, lo.unit().state, lo.unit().comment) == ("Jăngx iz", "approved", "Sai số")
    lo.save({"text": "Jăngx pêz", "state": "needs_review"})
    assert (lo.unit().standing, lo.unit().words) == ("Jăngx iz", "Jăngx pêz"), "by the editor's endpoint too"
    ca.reject("Sai số")
    ca.reject("Đọc lại cả câu")
    assert lo.unit().state == "rejected"
    lo.save(dict(lo.unit().value) | {"state": "approved"})
    assert lo.unit().state == "needs_review", "what was rejected last is not approved by being brought back"


def test_the_vietnamese_changed_and_the_desk_shows_how(lo: Translator, ca: Translator) -> None:
    lo.write("Jăngx iz")
    ca.approve()
    ca.save({"text": "Bài thứ hai", "state": "approved"}, SOURCE)
    assert lo.unit().state == "outdated"
    page = opened(lo.client, f"{DESK}?state=outdated")
    assert [one.text for one in page.all("del")] == ["bỏ đi: nhất"]
    assert [one.text for one in page.all("ins")] == ["thêm vào: hai"]
    ca.approve()
    assert lo.unit().state == "approved", "the reviewer says it holds for the new Vietnamese"


def test_two_at_one_text_lose_nothing(lo: Translator, ca: Translator) -> None:
    before = lo.unit()
    ca.write("Jăngx aoz")
    told = {"part": TITLE, "text": "Jăngx iz", "base": before.head, "made_from": before.made_from}
    page = linted(lo.post(f"{DESK}/texts", told, 409).text)
    assert "Jăngx aoz" in page.html and CA.name in page.html
    assert page.all("textarea", lang="hmn-Latn-VN")[2].text.strip() == "Jăngx iz"
    met = next(one.attrs["value"] for one in page.all("input", name="met") if one.attrs["value"])
    lo.write("Jăngx iz", met=met)
    assert lo.unit().words == "Jăngx iz"
    waiting = lo.app.state.writer.call(lambda conn: draft_queries.waiting(conn, "small", lo.id))
    assert waiting == []


@pytest.mark.only_on("sqlite")
def test_the_script_is_told_what_stands_beside_a_text(lo: Translator) -> None:
    reply = lo.write("Gọi 156 ไทย", quiet="1", status=200).text
    assert "<html" not in reply and 'data-state="needs_review"' in reply
    assert "Thừa số: 156" in reply and "Có chữ Thái Lan: ไทย" in reply
    stale = lo.post(f"{DESK}/texts", {"part": TITLE, "text": "Jăngx", "base": "", "quiet": "1"}, 200).text
    assert 'data-why=""' in stale, "her own words, though the answer to the first was lost"


@pytest.mark.only_on("sqlite")
def test_faults_are_mended_before_it_is_signed_and_several_at_once(lo: Translator, ca: Translator) -> None:
    other = "second/words/hmn/title"
    lo.write("Jăngx 5")
    lo.write("Jăngx aoz", other)
    page = ca.approve(TITLE, other, status=422)
    assert "lỗi phải sửa" in page.text and "Đã duyệt 1 chỗ" in page.text
    assert (lo.unit().state, lo.unit(other).state) == ("needs_review", "approved")
    old = lo.seen()
    lo.write("Jăngx iz")
    assert "Chữ vừa đổi" in ca.post(f"{DESK}/approvals", {"pick": old}, 422).text
    old = lo.seen()
    ca.save({"text": "Bài thứ hai", "state": "approved"}, SOURCE)
    assert "Chữ vừa đổi" in ca.post(f"{DESK}/approvals", {"pick": old}, 422).text, "she read other Vietnamese"


@pytest.mark.only_on("sqlite")
def test_latin_becomes_thai_without_script(lo: Translator) -> None:
    desk = DESK.replace("hmn", "blt")
    told = {"part": "first/words/blt/title", "text": "Tãy đằm 1", "how": "latin"}
    page = linted(lo.post(f"{desk}/texts", told, 200).text)
    assert "ꪼꪕ ꪒꪾ 1" in [one.text.strip() for one in page.all("textarea")]


# Files.


def bring(who: Translator, data: bytes, name: str = "a.po", status: int = 200) -> str:
    """Sends a file, looks, and confirms what is shown; the page that showed it."""
    origin = {"Origin": "http://ban.test"}
    reply = who.client.post(f"{DESK}/files", files={"file": (name, data)}, headers=origin)
    assert reply.status_code == status
    page = linted(reply.text)
    for one in page.all("input", name="file", type="hidden"):
        who.post(f"{DESK}/files/confirmation", {"file": one.attrs["value"]})
    return str(reply.text)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("form", ["po", "xliff", "xliff2", "csv"])
def test_what_is_taken_and_sent_back_changes_nothing_and_a_change_waits_beside(
    form: str, lo: Translator, ca: Translator
) -> None:
    lo.write("Jăngx iz", "first/words/hmn/q1")
    lo.write("Jăngx iz")
    ca.approve()
    out = lo.get(f"{DESK}/files/{form}").content
    before = draft(lo)
    assert "Mới: 0. Đổi: 0. Chờ duyệt bên bản đã duyệt: 0. Như cũ: 2." in bring(lo, out)
    assert draft(lo) == before
    changed = out.decode("utf-8-sig").replace("Jăngx iz", "Jăngx aoz").encode()
    assert "Đổi: 1. Chờ duyệt bên bản đã duyệt: 1." in bring(lo, changed)
    assert (lo.unit().standing, lo.unit().words) == ("Jăngx iz", "Jăngx aoz")
    assert lo.unit("first/words/hmn/q1").value["origin"] == "import"
    after = draft(lo)
    bring(lo, changed)
    assert draft(lo) == after, "the same file twice"


def draft(who: Translator) -> Any:
    return who.app.state.writer.call(lambda conn: draft_queries.parts(conn, "small"))


def test_a_translation_of_older_vietnamese_is_outdated(lo: Translator, ca: Translator) -> None:
    lo.write("Jăngx iz")
    out = lo.get(f"{DESK}/files/po").content
    ca.save({"text": "Bài thứ hai", "state": "approved"}, SOURCE)
    assert "1 chỗ dịch từ tiếng Việt cũ" in bring(lo, out.replace("Jăngx iz".encode(), "Jăngx aoz".encode()))
    assert (lo.unit().words, lo.unit().state) == ("Jăngx aoz", "outdated")


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Tệp này trống" ),
        (b'msgid ""\nmsgstr "Language: th\\n"\n\nmsgctxt "first/title"\nmsgid "a"\nmsgstr "b"\n', "khóa khác hoặc tiếng khác"),
        (b'msgctxt "else/title"\nmsgid "a"\nmsgstr "b"\n', "khóa khác hoặc tiếng khác"),
    ],
    ids=["empty", "language", "course"],
)  # fmt: skip
def test_a_file_that_is_not_for_here_is_refused(data: bytes, said: str, lo: Translator) -> None:
    assert said in bring(lo, data, status=422)


def test_who_approved_what_is_one_page_and_one_table(lo: Translator, ca: Translator) -> None:
    lo.write("Jăngx iz")
    ca.approve()
    page = opened(lo.client, "/teach/reviews?course=small&into=hmn")
    assert CA.name in page.html and "Jăngx iz" in page.html and "Điện Biên" in page.html
    assert "Chưa ai duyệt" in lo.get("/teach/reviews?into=blt").text
    for form in ("csv", "xlsx"):
        _, one = sheets.read(lo.get(f"/teach/reviews/{form}").content)
        assert one.cells[1:5] == (CA.name, "Tỉnh Điện Biên", "Đã duyệt", "small")
        assert one.cells[6:9] == (LO.name, "first/title", "Jăngx iz")


@pytest.mark.only_on("sqlite")
def test_paper_for_who_has_no_computer(lo: Translator) -> None:
    page = opened(lo.client, f"{DESK}/print?lesson=first")
    assert VI in page.html and "Đánh dấu" not in page.html and "ký tên" in page.html
