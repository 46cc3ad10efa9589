"""Pictures to choose from: her own first, the kit by the courses that show it, found by words."""

import re
from typing import Any

import pytest
from fastapi import FastAPI

from app.authoring import draft_actions as actions
from app.authoring import draft_queries as queries
from app.authoring import picture_rules as rules
from app.authoring.picture_rules import Group, Picture, Shown
from app.core import ids
from app.main import follow
from courses.model import Block, Choice, Lesson, Part, Practice, Question, Screen, Step, Unit
from tests.cast import Staff
from tests.page import Page, opened

AT = "/teach/courses/small/first/pictures"


def lesson(id: str, **words: str) -> Lesson:
    """One that names a picture in every place where one may stand."""
    screens = (Screen("s", picture="screen", parts=(Part("p", "picture", picture="part"),)),)
    return Lesson(
        id,
        blocks=(
            Block("b", "note", picture="block"),
            Block("v", "video", poster="poster"),
            Block("l", "steps", steps=(Step("1", picture="step"),)),
            Block("t", "practice", practice="practice.toml"),
        ),
        questions=(Question("q", "one", picture="question", choices=(Choice("a", picture="choice"),)),),
        practices={"practice.toml": Practice("practice.toml", "s", screens)},
        words={"vi": {key.replace("_", "."): Unit(text) for key, text in words.items()}},
    )


def test_a_picture_is_called_what_lessons_say_is_in_it() -> None:
    bare = lesson("a", b="Lời của khối")
    places = ("b", "v", "l.1", "t.s", "t.s.p", "q", "q.a")
    names = ("block", "poster", "step", "screen", "part", "question", "choice")
    told = {place.replace(".", "_") + "_alt": f"Tranh {place}" for place in places}
    wanted = {name: f"Tranh {place}" for name, place in zip(names, places, strict=True)}
    assert rules.said([bare]) == dict.fromkeys(names, "")
    assert rules.said([bare, lesson("b", **told), lesson("c", b_alt="Lời khác")]) == wanted


def test_each_stands_once_in_the_first_course_that_shows_it() -> None:
    mine = Shown("x", "Khóa của tôi", [Lesson("a", blocks=(Block("b", "note", picture="block"),))])
    other = Shown("y", "Khóa khác", [lesson("a", b_alt="Cái khối", q_alt="Câu hỏi")])
    found = rules.groups(
        ["block", "question", "unused"], [mine, other, Shown("z", "Khóa sau", other.lessons)]
    )
    assert found == [
        Group("x", "Khóa của tôi", [Picture("block", "Cái khối")]),
        Group("y", "Khóa khác", [Picture("question", "Câu hỏi")]),
        Group(rules.REST, "", [Picture("unused", "")]),
    ]


KNOWN = [
    Picture("kit:market", "Bà bán rau ở chợ phiên"),
    Picture("kit:sms-power", ""),
    Picture("a.webp", "Đồi chè"),
]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("", ["kit:market", "kit:sms-power", "a.webp"]),
        ("cho", ["kit:market"]),
        ("  PHIÊN, bà! ", ["kit:market"]),
        ("doi", ["a.webp"]),
        ("đổi", ["a.webp"]),
        ("power", ["kit:sms-power"]),
        ("hien", []),
        ("chợ chè", []),
    ],
)
def test_words_find_with_or_without_their_marks(wanted: str, names: list[str]) -> None:
    """Each begins a word."""
    assert [one.name for one in rules.with_words(wanted, KNOWN)] == names


def named(page: Page) -> list[str]:
    return [one.attrs["data-name"] for one in page.all("li") if "data-name" in one.attrs]


def write(app: FastAPI, **values: Any) -> None:
    """Into the draft of the small course, by part of its first lesson."""

    def work(conn: Any) -> None:
        actions.open_course(conn, app.state.shelf.blobs, "small")
        held = queries.parts(conn, "small")
        parts = {f"first/{part.replace('__', '/')}": value for part, value in values.items()}
        edits = [
            actions.Edit(ids.new(), part, value, held[part].head if part in held else "")
            for part, value in parts.items()
        ]
        actions.save(conn, "small", edits, ids.new())

    app.state.writer.call(work)


@pytest.mark.only_on("sqlite")
def test_a_group_is_opened_and_words_are_found_without_a_script(app: FastAPI, staff: Staff) -> None:
    kit = len(app.state.library.scenes)
    page = opened(staff.client, AT)
    assert named(page) == [] and f">{kit}<" in page.html and "chưa có ảnh riêng" in page.html
    write(
        app,
        **{
            "media__cho.webp": {"sha256": "0" * 64, "size": 9, "type": "image/webp"},
            "block__story": {"id": "story", "kind": "text", "picture": "cho.webp"},
            "words__vi__story.alt": {"text": "Chợ phiên", "state": "approved"},
            "question__q3": {
                "id": "q3",
                "kind": "truefalse",
                "answer": True,
                "picture": "kit:welcome-village",
            },
            "words__vi__q3.alt": {"text": "Bà bán rau", "state": "approved"},
        },
    )
    page = opened(staff.client, AT)
    assert named(page) == ["cho.webp", "kit:welcome-village"] and "Bà bán rau" in page.html
    [rest] = page.all("a", href=f"{AT}?of={rules.REST}#of.{rules.REST}")
    every = Page(staff.get(f"{AT}?of=*").text)
    assert len(named(every)) == kit + 1 == len({*named(every)})
    assert named(Page(staff.get(rest.attrs["href"]).text)) == ["cho.webp", *named(every)[2:]]
    assert named(opened(staff.client, f"{AT}?q=cho+phien")) == ["cho.webp"]
    page = opened(staff.client, f"{AT}?q=ban+rau")
    assert named(page) == ["kit:welcome-village"] and len(page.all("details", open="")) == 1
    assert "hidden" in page.by_id("none").attrs
    page = opened(staff.client, f"{AT}?q=khongco")
    assert named(page) == [] and "hidden" not in page.by_id("none").attrs
    assert re.search(r"Không có tranh nào", page.by_id("none").text)


@pytest.mark.only_on("sqlite")
def test_what_published_lessons_say_is_there(app: FastAPI, staff: Staff) -> None:
    """The shelf keeps it, though it is lean."""
    staff.post("/teach/courses", {"title": "Khóa mới"})
    at = staff.post("/teach/courses/khoa-moi", {"do": "add", "title": "Bài"}).headers["location"]
    question = {"id": "q3", "kind": "truefalse", "answer": True, "picture": "kit:welcome-village"}
    write(
        app,
        **{
            "block__story": {"id": "story", "kind": "text", "picture": "kit:phone-off"},
            "question__q3": question,
            "words__vi__story.alt": {"text": "Cái điện thoại", "state": "approved"},
            "words__vi__q3.alt": {"text": "Một bản làng", "state": "approved"},
        },
    )
    staff.post("/teach/courses/small/publishing", {})
    follow(app)
    page = opened(staff.client, f"{at}/pictures?of=small")
    assert named(page) == ["kit:phone-off", "kit:welcome-village"]
    assert "Cái điện thoại" in page.html and "Một bản làng" in page.html
