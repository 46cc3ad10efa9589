"""Writing a course without a script: forms that add, move, copy, remove and take back, and say what is to mend."""

import re
from typing import Any

import brotli
import pytest
from fastapi import FastAPI

from app.authoring import draft_queries as queries
from app.authoring import editor_findings as findings
from app.authoring import editor_forms as forms
from app.authoring import editor_rules as rules
from courses import folder, typed
from courses.exchange.refusal import NotTaken
from tests.cast import COURSE, Staff
from tests.page import Page, linted

FIRST = "/teach/courses/small/first"


def fields(page: Page) -> dict[str, Any]:
    """What a browser would send of the lesson's form."""
    html = re.search(r'<form method="post"[^>]*id="lesson".*?</form>', page.html, re.S)
    assert html
    held: dict[str, list[str]] = {}
    form = Page(html[0])
    for one in form.elements:
        name = one.attrs.get("name")
        if not name or one.tag == "button":
            continue
        if one.tag == "input" and (
            one.attrs.get("type") not in ("radio", "checkbox") or "checked" in one.attrs
        ):
            held.setdefault(name, []).append(one.attrs.get("value", ""))
        if one.tag == "textarea":
            held.setdefault(name, []).append(one.text.removeprefix("\n"))
        if one.tag == "select":
            options = [each for each in form.all("option") if one in each.within]
            picked = [each for each in options if "selected" in each.attrs] or options[:1]
            held.setdefault(name, []).append(picked[-1].attrs.get("value", ""))
    return held


def show(staff: Staff, path: str = FIRST) -> Page:
    return linted(staff.get(path).text)


def press(staff: Staff, do: str, path: str = FIRST, **changed: Any) -> Page:
    sent = fields(show(staff, path)) | changed | {"do": do}
    at = staff.post(path, sent).headers["location"].partition("#")[0]
    return show(staff, at)


def parts_of(app: FastAPI, course: str = "small") -> dict[str, Any]:
    with app.state.database.read() as session:
        return queries.values(queries.parts(session.connection(), course))


@pytest.mark.only_on("sqlite")
def test_a_form_sent_as_it_came_changes_nothing(app: FastAPI, staff: Staff) -> None:
    for lesson in ("first", "second", "test"):
        path = f"/teach/courses/small/{lesson}"
        page = show(staff, path)
        before = parts_of(app)
        staff.post(path, fields(page))
        assert parts_of(app) == before, lesson


@pytest.mark.only_on("sqlite")
def test_a_course_is_written_from_nothing(app: FastAPI, staff: Staff) -> None:
    assert staff.post("/teach/courses", {"title": "  "}, status=422)
    at = staff.post("/teach/courses", {"title": "Nuôi lợn ở bản"}).headers["location"]
    assert at == "/teach/courses/nuoi-lon-o-ban"
    page = linted(staff.post(at, {"do": "add", "title": " "}, status=422).text)
    assert "Ghi tên bài" in page.html
    lesson = staff.post(at, {"do": "add", "title": "Làm chuồng"}).headers["location"]
    assert lesson == f"{at}/01-lam-chuong"
    for kind in forms.PICTURED | {"steps", "practice", "audio", "video", "heading"}:
        press(staff, "add block", lesson, **{"kind.block": kind})
    for kind in ("one", "several", "truefalse", "order", "groups", "pairs", "spot", "number", "text"):
        page = press(staff, "add question", lesson, **{"kind.question": kind})
    assert len(page.with_class("ed")) == 20
    found = parts_of(app, "nuoi-lon-o-ban")
    blocks = found["01-lam-chuong/lesson"]["blocks"]
    texts = {f"w.{blocks[0]}": "Chuồng lợn phải khô và sạch.\n\nMùa đông che gió."}
    page = press(staff, "", lesson, **texts)
    assert "Chuồng lợn phải khô" in page.html and page.all("button", value="undo")
    made = parts_of(app, "nuoi-lon-o-ban")
    assert made[f"01-lam-chuong/words/vi/{blocks[0]}"]["state"] == "approved"
    assert "Cần sửa trước khi đăng" in page.html


@pytest.mark.only_on("sqlite")
def test_blocks_and_rows_are_moved_copied_removed_and_taken_back(app: FastAPI, staff: Staff) -> None:
    def listed() -> list[str]:
        return list(parts_of(app)["first/lesson"]["questions"])

    show(staff)
    first, second, *rest = listed()
    press(staff, f"down question {first}")
    assert listed() == [second, first, *rest]
    page = press(staff, f"remove question {first}")
    assert listed() == [second, *rest]
    assert parts_of(app)[f"first/question/{first}"], "what it said is kept"
    was = page.all("input", name="was")[0].attrs["value"]
    staff.post(FIRST, {"do": "undo", "was": was})
    assert listed() == [second, first, *rest]
    press(staff, "copy question q1")
    twin = listed()[listed().index("q1") + 1]
    now = parts_of(app)
    assert now[f"first/words/vi/{twin}.a"] == now["first/words/vi/q1.a"]
    assert now[f"first/question/{twin}"] == now["first/question/q1"] | {"id": twin}
    press(staff, "row-add question q1 choices")
    press(staff, "row-up question q1 choices c")
    press(staff, "row-remove question q1 choices a")
    assert [one["id"] for one in parts_of(app)["first/question/q1"]["choices"]] == ["c", "b"]


@pytest.mark.only_on("sqlite")
def test_what_cannot_be_meant_is_said_at_its_field_and_the_rest_is_saved(app: FastAPI, staff: Staff) -> None:
    sent = fields(show(staff))
    old = "Ch\u00b5o c\u00b8c b\u00b9n, h\u00aem nay"
    changed = {"w.title": old, "lesson.minutes": "nhiều", "w.story": "  Chào\u200b <b>các</b> bạn.\u00a0 "}
    page = linted(staff.post(FIRST, sent | changed, status=422).text)
    assert (
        old in page.html and len([one for one in page.with_class("error") if "hidden" not in one.attrs]) == 2
    )
    found = parts_of(app)
    assert found["first/words/vi/story"]["text"] == "Chào các bạn."
    assert found["first/words/vi/title"]["text"] != old


@pytest.mark.only_on("sqlite")
def test_what_two_did_to_the_same_is_told_in_words(app: FastAPI, staff: Staff) -> None:
    """Each side what it did: which question went, and which moved."""
    began = fields(show(staff))
    first, second, *rest = began["questions"]
    gone = parts_of(app)[f"first/words/vi/{second}"]["text"]
    staff.post(FIRST, began | {"lesson.minutes": "8", "questions": [first, *rest]})
    staff.post(FIRST, began | {"lesson.minutes": "9", "questions": [*rest, first, second]})
    page = show(staff)
    [both] = page.with_class("both")
    mine, theirs = (" ".join(one.split()) for one in both.text.split("Bản của tôi")[1].split("Bản của "))
    assert "Bỏ câu hỏi" in theirs and gone in theirs and "Đổi thứ tự" not in theirs
    assert "Đổi thứ tự" in mine and "Bỏ câu hỏi" not in mine
    assert all(minutes in side for minutes, side in (("9", mine), ("8", theirs)))
    [id] = {one.attrs["value"] for one in page.all("input", name="id")}
    staff.post("/teach/courses/small/choices", {"id": id, "mine": "1", "back": "lesson"})
    assert not show(staff).with_class("both")
    assert parts_of(app)["first/lesson"]["questions"] == [*rest, first, second]


@pytest.mark.only_on("sqlite")
def test_two_forms_of_one_lesson_are_merged_and_what_both_wrote_is_shown(app: FastAPI, staff: Staff) -> None:
    other = fields(show(staff))
    press(staff, "", **{"w.title": "Của người này", "w.story": "Chuyện mới."})
    staff.post(FIRST, other | {"w.title": "Của người kia", "w.q1": "Câu hỏi mới?"})
    found = parts_of(app)
    assert found["first/words/vi/story"]["text"] == "Chuyện mới."
    assert found["first/words/vi/q1"]["text"] == "Câu hỏi mới?"
    page = show(staff)
    [both] = page.with_class("both")
    assert "Của người này" in both.text and "Của người kia" in both.text
    [id] = {one.attrs["value"] for one in page.all("input", name="id")}
    staff.post("/teach/courses/small/choices", {"id": id, "mine": "1", "back": "lesson"})
    assert not show(staff).with_class("both")
    assert parts_of(app)["first/words/vi/title"]["text"] == "Của người kia"


@pytest.mark.only_on("sqlite")
def test_lessons_are_added_moved_copied_removed_and_put_back(app: FastAPI, staff: Staff) -> None:
    at = "/teach/courses/small"
    linted(staff.get(at).text)
    staff.post(at, {"do": "copy first"})
    twin = parts_of(app)["course"]["lessons"][1]
    assert parts_of(app)["course"]["lessons"] == ["first", twin, "second"]
    staff.post(at, {"do": f"up {twin}"})
    staff.post(at, {"do": "remove first", "course.title": "Tên khác", "course.pass": "80"})
    found = parts_of(app)
    assert (found["course"]["lessons"], found["course"]["pass"]) == ([twin, "second"], 80)
    assert found["course/words/vi/title"]["text"] == "Tên khác"
    page = linted(staff.get(at).text)
    assert page.all("button", value="again first")
    staff.post(at, {"do": "again first"})
    staff.post(at, {"do": "remove test"})
    assert "final" not in parts_of(app)["course"]
    staff.post(at, {"do": "again test"})
    assert parts_of(app)["course"]["final"] == "test"
    staff.post(at, {"do": "save", "course.pass": "rất nhiều"}, status=422)
    staff.get("/teach/courses/none", 404)
    staff.get(f"{at}/none", 404)


@pytest.mark.only_on("sqlite")
def test_every_revision_is_looked_at_compared_and_brought_back(app: FastAPI, staff: Staff) -> None:
    show(staff)
    before = parts_of(app)
    press(staff, "", **{"w.title": "Tên mới"})
    page = linted(staff.get("/teach/courses/small/history").text)
    newest, oldest = (one.attrs["href"] for one in page.all("a") if "/history/" in one.attrs.get("href", ""))
    page = linted(staff.get(newest).text)
    assert "Tên mới" in page.html and before["first/words/vi/title"]["text"] in page.html
    assert "Tên mới" in linted(staff.get(f"{oldest}?against=now").text).html
    linted(staff.get(oldest).text)
    staff.post(oldest, {"part": "first/words/vi/title"})
    assert parts_of(app) == before
    press(staff, "row-add question q1 choices", **{"w.q1.a": "Một con trâu"})
    press(staff, "down question q1", **{"lesson.minutes": "7"})
    page = linted(staff.get("/teach/courses/small/history").text)
    newest = next(one.attrs["href"] for one in page.all("a") if "/history/" in one.attrs.get("href", ""))
    page = linted(staff.get(newest).text)
    gone, came = ([one.text for one in page.all(tag)] for tag in ("del", "ins"))
    assert before["first/words/vi/q1.a"]["text"] == "Một cái xe"
    assert gone == ["3", "2.", "cái xe"], "minutes, the place of the question that was behind it, words"
    assert came == ["7", "1.", "c", "con trâu"], "and the choice that has no words yet"
    assert [one.text for one in page.all("b") if one.text.startswith("Thêm")] == ["Thêm dòng"]


def test_every_fault_of_a_lesson_has_a_sentence_for_teachers(library: Any) -> None:
    values: dict[str, Any] = {"course": {"id": "x", "lessons": ["a"]}}
    values["a/lesson"] = {"blocks": [], "questions": []}
    for kind, of in (("block", rules.LISTS["block"]), ("question", rules.LISTS["question"])):
        for sort in _kinds(kind):
            values[f"a/{kind}/{kind}-{sort}"] = rules.blank(f"{kind}-{sort}", sort, kind)
            values["a/lesson"][of].append(f"{kind}-{sort}")
    values["a/words/vi/block-text"] = rules.words("Gọi 0912345678 <b>ngay</b> {fact:none}")
    values["a/words/vi/block-heading"] = rules.words("a\nb")
    values["a/block/block-note"]["picture"] = "kit:none"
    found = findings.findings(values, "a", library)
    assert {one.detail for one in found if one.said == "other"} == set()
    assert {one.said for one in found} >= {
        "title", "words", "feedback", "alt", "html", "line", "claim", "fact", "no_picture", "no_file",
        "no_poster", "no_practice", "one_right", "no_right", "no_place", "unknown_picture",
    }  # fmt: skip
    assert all(one.open for one in found if one.said in ("words", "one_right", "feedback"))


def _kinds(kind: str) -> tuple[str, ...]:
    from app.authoring.editor_pages import KINDS

    return KINDS[kind]


def test_pasted_text_is_plain_and_old_letters_are_refused() -> None:
    word = "<!--[if gte mso 9]><xml>x</xml><![endif]--><p class=MsoNormal>Xin\u00a0chào\u00ad <o:p></o:p></p>\r\nbạn"
    assert typed.clean(word, prose=True) == "Xin chào\nbạn"
    assert typed.clean(" a \n b ", prose=False) == "a b"
    assert typed.clean("e\u0302\u0301", prose=False) == "ế"
    assert typed.clean("1 < 2 và 3 > 2", prose=False) == "1 < 2 và 3 > 2"
    for old in ("Ch\u00b5o c\u00b8c b\u00b9n h\u00aem", "\ue001\ue002\ue003\ue004 \ue005"):
        with pytest.raises(NotTaken):
            typed.clean(old, prose=True)


def test_what_the_form_does_not_know_stays() -> None:
    base = {"id": "q", "kind": "one", "outcome": "x", "choices": [{"id": "a", "right": True, "match": "m"}]}
    pairs = [("question.q.right", "a"), ("question.q.choices", "a"), ("question.q.choices", "b")]
    said = forms.value("l/question/q", pairs, base)
    assert said == base | {"choices": [*base["choices"], {"id": "b"}]}
    assert folder.from_dir(COURSE)


@pytest.mark.only_on("sqlite")
def test_the_editor_its_script_and_its_style_are_light(app: FastAPI, staff: Staff) -> None:
    """The page of a lesson with every file it asks for, as they go over the line."""
    page = show(staff)
    files = [one.attrs["href"] for one in page.all("link", rel="stylesheet")]
    files += [one.attrs["src"] for one in page.all("script") if "src" in one.attrs]
    texts = [page.html, staff.get(f"{FIRST}/blanks").text, *(staff.get(one).text for one in files)]
    size = sum(len(brotli.compress(one.encode(), quality=5)) for one in texts)
    assert size <= 120 * 1024


@pytest.mark.only_on("sqlite")
def test_the_teachers_door_leads_to_every_course(app: FastAPI, staff: Staff) -> None:
    staff.post("/teach/courses", {"title": "Trồng ngô"})
    page = linted(staff.get("/teach").text)
    assert page.all("a", href="/teach/courses/trong-ngo") and page.all("a", href="/teach/courses/small")
    assert "Trồng ngô" in page.html
