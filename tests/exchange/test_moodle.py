"""Moodle XML, GIFT and Aiken: every kind we have is kept whole, every other is named."""

import pytest

from tests.exchange.files import (
    answer,
    file,
    notes,
    one,
    picture,
    question,
    quiz,
    read,
    rights,
    why,
    words,
)

ANSWERS = answer("Huế", 0, "Chưa đúng.") + answer("Hà Nội", 100, "Đúng.")


def only(kind: str, text: str, inner: str):  # type: ignore[no-untyped-def]
    return one(quiz(question(kind, text, inner)))


def test_one_right() -> None:
    item = only("multichoice", "<p>Thủ&nbsp;đô?</p>", "<single>true</single>" + ANSWERS)
    assert words(item) == ["Thủ đô?", "Huế", "Hà Nội"] and rights(item) == ["b"] and item.name == "Tên"
    assert item.words["q01.a.feedback"] == "Chưa đúng." and item.words["q01.b.feedback"] == "Đúng."
    assert item.question and item.question.kind == "one" and not item.notes


def test_half_right_is_wrong_here_and_said_so() -> None:
    item = only("multichoice", "Thủ đô?", "<single>true</single>" + ANSWERS + answer("Thủ đô cũ", 50))
    assert rights(item) == ["b"] and notes(item) == {"partial"}


def test_several_right() -> None:
    inner = "<single>false</single>" + answer("A", 50) + answer("B", -100) + answer("C", 50)
    item = only("multichoice", "Chọn", inner)
    assert rights(item) == ["a", "c"] and item.question and item.question.kind == "several" and not item.notes
    uneven = "<single>false</single>" + answer("A", 70) + answer("B", 30) + answer("C", 0)
    assert notes(only("multichoice", "Chọn", uneven)) == {"weights"}


def test_what_is_said_in_general_is_said_with_each_answer() -> None:
    more = (
        '<correctfeedback format="html"><text>Giỏi.</text></correctfeedback>'
        '<incorrectfeedback format="html"><text>Xem lại.</text></incorrectfeedback>'
        '<hint format="html"><text>Ở miền Bắc</text></hint>'
    )
    item = only("multichoice", "Thủ đô?", "<single>1</single>" + ANSWERS + more)
    assert (
        item.words["q01.a.feedback"] == "Chưa đúng. Xem lại."
        and item.words["q01.b.feedback"] == "Đúng. Giỏi."
    )
    assert item.words["q01.hint"] == "Ở miền Bắc" and notes(item) == {"marks"}


def test_true_or_false() -> None:
    item = only("truefalse", "Đất tròn", answer("true", 100, "Phải.") + answer("false", 0, "Không phải."))
    assert rights(item) == ["true"] and item.words["q01.false.feedback"] == "Không phải."


def test_words_to_type() -> None:
    inner = (
        "<usecase>0</usecase>"
        + answer("Hà Nội", 100)
        + answer("Thăng Long", 100)
        + answer("*", 0, "Sai rồi.")
    )
    item = only("shortanswer", "Thủ đô?", inner)
    assert (
        item.question
        and item.question.accept == {"vi": ("Hà Nội", "Thăng Long")}
        and item.question.diacritics
    )
    assert item.words["q01.wrong"] == "Sai rồi." and not item.notes
    assert why(only("shortanswer", "?", answer("Hà*", 100))) == {"wildcard"}
    assert notes(only("shortanswer", "Gì?", "<usecase>1</usecase>" + answer("a", 100) + answer("b", 50))) == {
        "partial",
        "case",
    }


def test_numbers() -> None:
    within = "<tolerance>0.5</tolerance>"
    item = only("numerical", "Bao nhiêu?", answer("30.5", 100, more=within) + answer("*", 0))
    assert (
        item.question and (item.question.answer, item.question.tolerance) == (30500, 500) and not item.notes
    )
    unit = "<units><unit><multiplier>1</multiplier><unit_name>kg</unit_name></unit></units>"
    assert only("numerical", "Nặng?", answer("2", 100) + unit).words["q01.unit"] == "kg"
    assert why(only("numerical", "?", answer("2", 100) + answer("3", 100))) == {"several-numbers"}
    assert why(only("numerical", "?", answer("0.0001", 100))) == {"too-precise"}
    assert why(only("numerical", "?", answer("1e99", 100))) == {"too-precise"}
    assert why(only("numerical", "?", answer("hai", 100))) == {"broken"}
    assert why(only("numerical", "?", answer("2", 100) + unit.replace("</units>", "<unit><unit_name>g</unit_name></unit></units>"))) == {"units"}  # fmt: skip


def pair(left: str, right: str) -> str:
    return (
        f'<subquestion format="html"><text>{left}</text><answer><text>{right}</text></answer></subquestion>'
    )


def test_pairs() -> None:
    item = only("matching", "Nối", pair("113", "Công an") + pair("115", "Cấp cứu") + pair("", "Cứu hoả"))
    assert item.question and item.question.kind == "pairs"
    assert [(one.id, one.match) for one in item.question.items] == [("a", "t1"), ("b", "t2")]
    assert [item.words[f"q01.{one.id}"] for one in item.question.targets] == ["Công an", "Cấp cứu", "Cứu hoả"]
    assert only("ddmatch", "Nối", pair("1", "x") + pair("2", "x")).understood
    assert why(only("matching", "Nối", pair("1", "x"))) == {"no-pairs"}


def test_order() -> None:
    item = only("ordering", "Xếp", answer("Hai", 2) + answer("Một", 1) + answer("Ba", 3))
    assert item.question and [item.words[f"q01.{one.id}"] for one in item.question.items] == [
        "Một",
        "Hai",
        "Ba",
    ]


@pytest.mark.parametrize(
    "kind", ["essay", "cloze", "description", "calculated", "ddwtos", "gapselect", "ddimageortext", "ddmarker", "stack", ""]
)  # fmt: skip
def test_a_kind_there_is_not_is_named_with_its_words(kind: str) -> None:
    item = only(kind, "<p>Kể lại {1:SHORTANSWER:=x}</p>", "")
    assert why(item) == {"kind"} and item.text == "Kể lại {1:SHORTANSWER:=x}" and kind in str(item.why[0])


def test_pictures_come_along() -> None:
    text = '<p>Hình gì?<img src="@@PLUGINFILE@@/bi%E1%BB%83n%201.png" alt="Biển báo" width="9"></p>'
    held = question("multichoice", text, "<single>true</single>" + ANSWERS)
    held = held.replace("</text></questiontext>", f"</text>{file('biển 1.png', picture())}</questiontext>")
    item = one(quiz(held))
    assert item.pictures == {"q01.png": picture()} and item.words["q01.alt"] == "Biển báo"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('<img src="https://xa.example/a.png">', "picture-remote"),
        ('<img src="@@PLUGINFILE@@/thieu.png">', "picture-remote"),
        ('<img src="data:image/svg+xml;base64,PHN2Zy8+">', "picture-kind"),
        ("<table><tr><td>1</td></tr></table>", "table"),
        ("\\(x^2\\)", "equation"),
        ("$$x$$", "equation"),
        ("<math><mi>x</mi></math>", "equation"),
        ("x<sup>abc</sup>", "equation"),
        ("<audio src='a.mp3'></audio>", "media"),
        ("Viết &lt;b&gt; thế nào", "html-words"),
        ("<p></p>", "no-text"),
        ("a" * 3000, "too-long"),
    ],
)
def test_what_a_line_cannot_hold_is_named(text: str, reason: str) -> None:
    said = text if reason == "no-text" else f"Hỏi {text}"
    assert why(only("multichoice", said, "<single>true</single>" + ANSWERS)) == {reason}
    assert reason not in why(only("multichoice", "m<sup>2</sup> là gì?", "<single>true</single>" + ANSWERS))


def test_categories_name_groups_and_are_no_questions() -> None:
    category = '<question type="category"><category><text>$course$/top/Mạng</text></category></question>'
    [item] = read(
        quiz(category, question("truefalse", "Đất tròn", answer("true", 100) + answer("false", 0)))
    ).items
    assert item.group == "Mạng"


def test_points_and_tags_are_said_to_go() -> None:
    held = question(
        "truefalse",
        "Đất tròn",
        answer("true", 100) + answer("false", 0) + "<tags><tag><text>x</text></tag></tags>",
    )
    assert notes(one(quiz(held.replace("1.0000000</defaultgrade>", "2.5</defaultgrade>")))) == {
        "points",
        "tags",
    }


# GIFT

GIFT = r"""
// Ngân hàng câu hỏi
$CATEGORY: $course$/top/Mạng

::Một::Thủ đô?{ =Hà Nội#Đúng. ~Huế#Chưa đúng. ~%50%Cố đô }

::Nhiều:: Chọn {
    ~%50%A
    ~%-100%B
    ~%50%C
}

Đất tròn.{TRUE#Chưa đúng.#Đúng.####Ai cũng biết.}

Đất vuông.{F}

Thủ đô?{=Hà Nội =Thăng Long =%0%*#Sai rồi.}

Bao nhiêu?{#30.5:0.5}

Từ mấy đến mấy?{#1..5}

Khoảng?{#
=3.14:0.01#Đúng.
~#Sai.
}

Nối.{ =113 -> Công an =115 -> Cấp cứu = -> Cứu hoả }

Mặt trời {=mọc ~lặn} đằng đông.

[html]<b>Cái</b> nào?{=m<sup>2</sup> ~m\=2}

Dấu \{ \} \= \~ \# \: là gì?{=Dấu ~Chữ}

Kể lại.{}

Chỉ để đọc.

Sai chỗ {=a ~b

Hai lần {=a ~b} và {=c ~d}

Không rõ {Hà Nội}

Nhiều số {#=1:0 =2:0}
"""


def test_gift() -> None:
    items = read(GIFT).items
    assert {one.group for one in items} == {"Mạng"} and items[0].name == "Một"
    kinds = [one.question.kind if one.question else "+".join(sorted(why(one))) for one in items]
    assert kinds == [
        "one", "several", "truefalse", "truefalse", "text", "number", "number", "number", "pairs", "one", "one", "one",
        "kind", "kind", "broken", "broken", "broken", "several-numbers",
    ]  # fmt: skip
    assert notes(items[0]) == {"partial"} and rights(items[0]) == ["a"] and rights(items[1]) == ["a", "c"]
    assert items[2].words["q03.false.feedback"] == "Chưa đúng. Ai cũng biết." and rights(items[3]) == [
        "false"
    ]
    assert items[4].words["q05.wrong"] == "Sai rồi."
    numbers = [(one.question.answer, one.question.tolerance) for one in items[5:8] if one.question]
    assert numbers == [(30500, 500), (3000, 2000), (3140, 10)] and items[7].words["q08.wrong"] == "Sai."
    assert items[8].question and len(items[8].question.targets) == 3
    assert words(items[9])[0] == "Mặt trời _____ đằng đông."
    assert words(items[10]) == ["Cái nào?", "m²", "m=2"] and words(items[11])[0] == "Dấu { } = ~ # : là gì?"


AIKEN = """Thủ đô?
A. Huế
B. Hà Nội
ANSWER: B

Cố đô?
A) Huế
B) Hà Nội
ANSWER: A
Không có đáp án?
A. Một
B. Hai
ANSWER: C

Nhảy cóc?
A. Một
C. Hai
ANSWER: A

Bỏ dở?
A. Một
B. Hai
"""


def test_aiken() -> None:
    items = read(AIKEN).items
    assert [rights(one) for one in items[:2]] == [["b"], ["a"]] and words(items[1]) == [
        "Cố đô?",
        "Huế",
        "Hà Nội",
    ]
    assert [why(one) for one in items[2:]] == [{"no-answer"}, {"labels"}, {"no-answer"}]
    assert [one.name for one in items] == ["1", "6", "10", "15", "20"]
