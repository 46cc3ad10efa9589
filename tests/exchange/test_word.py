"""Questions from Word as teachers here keep them; what is not understood is named."""

import pytest

from tests.exchange.files import (
    drawn,
    equation,
    marked,
    notes,
    one,
    picture,
    read,
    rights,
    table,
    why,
    word,
    words,
)

STEM, A, B, C, D = "Câu 1. Số tổng đài báo lừa đảo?", "A. 111", "B. 156", "C. 113", "D. 115"
SAID = ["Số tổng đài báo lừa đảo?", "111", "156", "113", "115"]
RIGHT_B = {
    "letter underlined": marked(("B", "underline"), ". 156"),
    "all underlined": marked(("B. 156", "underline")),
    "words underlined": marked("B. ", ("156", "underline")),
    "red": marked(("B. 156", "colour")),
    "highlighted": marked("B. ", ("156", "highlight")),
    "bold": marked(("B. 156", "bold")),
    "star before": "*B. 156",
    "star after": "B. 156 *",
    "star within": "B. *156",
}


@pytest.mark.parametrize("marking", RIGHT_B)
def test_the_right_answer_is_what_stands_out(marking: str) -> None:
    item = one(word(STEM, A, RIGHT_B[marking], C, D))
    assert words(item) == SAID and rights(item) == ["b"] and item.name == "Câu 1" and not item.notes


def test_what_all_answers_have_marks_none() -> None:
    bold = [marked((letter, "bold"), f". {text}") for letter, text in zip("ABCD", SAID[1:], strict=True)]
    assert why(one(word(STEM, *bold))) == {"no-answer"}
    bold[1] = marked(("B", "bold"), ". ", ("156", "bold"))
    assert rights(one(word(STEM, *bold))) == ["b"]


KEYS = {
    "line": ["Đáp án: B"],
    "chosen": ["Lời giải", "Vì 156 nhận cuộc gọi lừa đảo.", "Chọn B"],
    "list": ["ĐÁP ÁN", "1. B"],
    "line of pairs": ["BẢNG ĐÁP ÁN", "1-B   2-C"],
    "table": ["ĐÁP ÁN", table(["Câu", "1", "2"], ["Đáp án", "B", "C"])],
    "table alone": [table(["Câu", "1", "2"], ["Đ/A", "B", "C"])],
    "table of pairs": ["Đáp án", table(["1.B", "2.C"])],
}


@pytest.mark.parametrize("kind", KEYS)
def test_or_what_the_key_says(kind: str) -> None:
    item, *rest = read(word(STEM, A, B, C, D, *KEYS[kind])).items
    assert words(item) == SAID and rights(item) == ["b"] and rest == []


def test_an_explanation_answers_who_chose_rightly() -> None:
    item = one(word(STEM, A, B, C, D, *KEYS["chosen"]))
    assert item.words["q01.b.feedback"] == "Vì 156 nhận cuộc gọi lừa đảo."


def test_a_mark_and_a_key_that_differ_are_told() -> None:
    assert why(one(word(STEM, A, "*B. 156", C, D, "Đáp án: C"))) == {"key-differs"}
    assert why(one(word(STEM, "*A. 111", marked(("B. 156", "colour")), C, D))) == {"key-differs"}


@pytest.mark.parametrize(
    "lines",
    [
        [STEM, "A. 111\t*B. 156\tC. 113\tD. 115"],
        [STEM, "A. 111    *B. 156", "C. 113    D. 115"],
        [f"{STEM} A. 111 *B. 156 C. 113 D. 115"],
        [f"{STEM}\nA. 111\n*B. 156\nC. 113\nD. 115"],
        [STEM, table(["A. 111", "*B. 156"], ["C. 113", "D. 115"])],
        ["Câu hỏi 1: Số tổng đài báo lừa đảo?", "A) 111", "*B) 156", "C) 113", "D) 115"],
        ["1. Số tổng đài báo lừa đảo?", "a. 111", "*b. 156", "c. 113", "d. 115"],
    ],
)
def test_answers_stand_on_one_line_or_several(lines: list[str]) -> None:
    item = one(word(*lines))
    assert words(item) == SAID and rights(item) == ["b"]


def test_a_letter_within_words_is_no_answer() -> None:
    item = one(word("Câu 1. Ăn gì có vitamin A. Chọn một thứ", "A. Gấc", "*B. Muối"))
    assert words(item) == ["Ăn gì có vitamin A. Chọn một thứ", "Gấc", "Muối"]


def test_words_numbers_and_truths_are_asked_too() -> None:
    text, number, truth = read(
        word(
            "Câu 1. Thủ đô?",
            "Đáp án: Hà Nội",
            "Câu 2: 15 + 15,5?",
            "Đáp án: 30,5",
            "Câu 3. Đất tròn.",
            "Đáp án: Đúng",
        )
    ).items
    assert text.question and text.question.accept == {"vi": ("Hà Nội",)}
    assert number.question and number.question.answer == 30500
    assert rights(truth) == ["true"]


def test_statements_each_true_or_false_become_several_right() -> None:
    item = one(
        word("Câu 1. Về mật khẩu:", "a) Dài thì tốt", "b) Cho bạn mượn", "c) Đổi khi lộ", "Đáp án: Đ, S, Đ")
    )
    assert rights(item) == ["a", "c"] and item.question and item.question.kind == "several"
    assert notes(item) == {"several-right"}


FIVE = [STEM, A, "*B. 156", C, D]


@pytest.mark.parametrize(
    ("lines", "reasons"),
    [
        ([STEM, A, B, C, D], {"no-answer"}),
        ([STEM], {"no-choices"}),
        ([STEM, "*A. 111"], {"few-choices"}),
        ([STEM, A, "*B. 111"], {"same-choices"}),
        ([STEM, A, "*B. 156", "D. 115"], {"labels"}),
        (["Câu 1. Thẻ <b> để làm gì?", A, "*B. 156"], {"html-words"}),
        ([STEM, table(["Tháng", "Tiền"], ["1", "2"]), A, "*B. 156"], {"table"}),
        ([marked("Câu 1. Từ nào ", ("sai", "underline"), " trong phần gạch chân?"), A, "*B. 156"], {"underline"}),
        ([STEM, drawn("", picture()), drawn("", picture("blue")), A, "*B. 156"], {"more-pictures"}),
        ([drawn("Câu 1. Hình gì?", picture("red", "BMP")), A, "*B. 156"], {"picture-kind"}),
        ([equation("<m:rad><m:deg/><m:e><m:r><m:t>2</m:t></m:r></m:e></m:rad>", "Câu 1. Tính "), A, "*B. 156"], {"equation"}),
        (["Câu 1. Ký tự \uf0a3 là gì?", A, "*B. 156"], {"symbols"}),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_named_and_the_rest_stays(lines: list[str], reasons: set[str]) -> None:
    bad, good = read(word(*lines, "Câu 2. Còn số này?", A, "*B. 156")).items
    assert why(bad) == reasons and bad.text and good.understood


def test_simple_equations_are_written_in_a_line() -> None:
    run = "<m:r><m:t>{}</m:t></m:r>"
    square = f"<m:sSup><m:e>{run.format('x')}</m:e><m:sup>{run.format('2')}</m:sup></m:sSup>"
    half = f"<m:f><m:num>{run.format('1')}</m:num><m:den>{run.format('2')}</m:den></m:f>"
    item = one(word(equation(square + run.format("=") + half, "Câu 1. Giải "), A, "*B. 156"))
    assert words(item)[0] == "Giải x²=1/2"
    item = one(word(marked("Câu 1. Nước là H", ("2", "subscript"), "O?"), A, "*B. 156"))
    assert words(item)[0] == "Nước là H₂O?"


def test_pictures_stay_with_what_they_stand_at() -> None:
    item = one(
        word(
            drawn("Câu 1. Hình nào?", picture(), "Biển báo"), drawn("*A. ", picture("blue")), "B. Không hình"
        )
    )
    assert item.question and item.question.picture == "q01.png" and item.words["q01.alt"] == "Biển báo"
    assert [one.picture for one in item.question.choices] == ["q01-a.png", ""]
    assert item.pictures == {"q01.png": picture(), "q01-a.png": picture("blue")}


def test_headings_between_questions_belong_to_none_and_are_told() -> None:
    items = read(
        word("ĐỀ KIỂM TRA", "Họ tên: …", *FIVE, "PHẦN II. TỰ LUẬN", "Câu 2. Kể một lần gặp lừa đảo.")
    ).items
    assert [(one.understood, sorted(why(one))) for one in items] == [
        (False, ["outside"]),
        (True, []),
        (False, ["outside"]),
        (False, ["no-choices"]),
    ]
    assert items[0].text == "ĐỀ KIỂM TRA Họ tên: …"


def test_numbers_that_word_counts_itself_are_numbers() -> None:
    def counted(document: object) -> None:
        for text, style in (
            ("Thủ đô?", "List Number"),
            ("A. Huế", ""),
            ("*B. Hà Nội", ""),
            ("Cố đô?", "List Number"),
        ):
            document.add_paragraph(text, style=style or None)  # type: ignore[attr-defined]

    first, second = read(word(counted, "*A. Huế", "B. Lào Cai")).items
    assert words(first) == ["Thủ đô?", "Huế", "Hà Nội"] and rights(second) == ["a"]


def test_a_continued_answer_is_joined_and_said_so() -> None:
    item = one(word(STEM, A, "*B. 156,", "gọi cả ngày lẫn đêm"))
    assert words(item)[2] == "156, gọi cả ngày lẫn đêm" and notes(item) == {"joined"}


def test_the_same_in_a_text_file() -> None:
    item = one("\n".join(FIVE))
    assert words(item) == SAID and rights(item) == ["b"]
