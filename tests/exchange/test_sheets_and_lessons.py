"""Questions from tables; lessons from Word and PowerPoint."""

import pytest

from courses.exchange import sheet
from courses.exchange.refusal import NotTaken
from tests.exchange.files import (
    drawn,
    equation,
    picture,
    read,
    rights,
    slide,
    slides,
    table,
    why,
    word,
    words,
)
from tests.workbook import made

HEADER = ("STT", "Câu hỏi", "A", "B", "C", "Đáp án", "Giải thích", "Mức độ")


def test_a_sheet() -> None:
    found = read(
        made(
            [
                ("Ngân hàng câu hỏi",),
                HEADER,
                (1, "Thủ đô?", "Huế", "Hà Nội", "Lào Cai", "B", "Từ xưa.", "Dễ"),
                (2, "Chọn nhiều", "Một", "Hai", "Ba", "A, C", None, "Dễ"),
                (3, "Đáp án bằng lời?", "Huế", "Hà Nội", None, "Hà Nội", None, "Khó"),
                (4, "Không có đáp án?", "Huế", "Hà Nội", None, None, None, None),
                (5, "Hai cộng hai?", None, None, None, 4, None, None),
                (6, "Đất tròn", None, None, None, "Đúng", None, None),
                (7, "Đất vuông", "Đúng", "Sai", None, "B", None, None),
                (8, "Sai chữ", "Một", "Hai", None, "Đ", None, None),
                (9, None, "Một", "Hai", None, "A", None, None),
            ]
        )
    )
    assert found.unknown == ("Mức độ",) and found.items[0].name == "3"
    kinds = [one.question.kind if one.question else "+".join(sorted(why(one))) for one in found.items]
    assert kinds == [
        "one",
        "several",
        "one",
        "no-answer",
        "number",
        "truefalse",
        "truefalse",
        "no-answer",
        "no-text",
    ]
    assert words(found.items[0]) == ["Thủ đô?", "Huế", "Hà Nội", "Lào Cai"] and rights(found.items[0]) == [
        "b"
    ]
    assert found.items[0].words["q01.b.feedback"] == "Từ xưa." and rights(found.items[6]) == ["false"]


@pytest.mark.parametrize(
    ("header", "right"),
    [
        ("Question - max 120 characters;Answer 1 - max 75 characters;Answer 2 - max 75 characters;Correct answer(s) - choose at least one", "2"),
        ("Question Text;Option 1;Option 2;Correct Answer", "2"),
        ("Nội dung câu hỏi;Phương án A;Phương án B;Đáp án đúng", "B"),
        ("CÂU HỎI;Đáp án A;Đáp án B;Đáp án", "b"),
    ],
)  # fmt: skip
def test_the_columns_other_systems_write(header: str, right: str) -> None:
    [item] = read(f"{header}\nThủ đô?;Huế;Hà Nội;{right}\n".encode(), "x.csv").items
    assert words(item) == ["Thủ đô?", "Huế", "Hà Nội"] and rights(item) == ["b"]


def test_a_table_of_people_is_no_table_of_questions() -> None:
    people = [(1, ("STT", "Họ và tên", "Năm sinh", "Bản")), (2, ("1", "Lò Thị A", "1990", "Noong Bua"))]
    assert not sheet.looks_so(people)
    with pytest.raises(NotTaken, match="Câu hỏi"):
        read("Họ tên;Bản\nMỷ;Noong Bua\n".encode(), "x.csv")


def test_a_document_without_questions_is_a_lesson() -> None:
    def heading(document):  # type: ignore[no-untyped-def]
        document.add_heading("Giữ tài khoản", 1)

    def bullets(document):  # type: ignore[no-untyped-def]
        document.add_paragraph("Mật khẩu dài", style="List Bullet")
        document.add_paragraph("Không cho mượn", style="List Bullet")

    def bold(document):  # type: ignore[no-untyped-def]
        paragraph = document.add_paragraph("Đừng ")
        paragraph.add_run("bao giờ").bold = True
        paragraph.add_run(" đọc mã OTP < 5 * 6")

    root = equation("<m:rad><m:e><m:r><m:t>2</m:t></m:r></m:e></m:rad>", "Căn ")
    found = read(word(heading, bold, bullets, drawn("", picture(), "Điện thoại"), table(["a", "b"]), root))
    assert found.form == "lesson" and found.title == "Giữ tài khoản"
    kinds = [one.block.kind if one.block else "+".join(why(one)) for one in found.items]
    assert kinds == ["heading", "text", "picture", "table", "equation"]
    text = found.items[1]
    assert text.words["b02"] == "Đừng **bao giờ** đọc mã OTP &lt; 5 \\* 6\n\n- Mật khẩu dài\n- Không cho mượn"
    assert found.items[2].words == {"b03.alt": "Điện thoại"} and found.items[3].text == "a b"


def test_slides_become_blocks() -> None:
    deck = slides(
        slide("Mua bán trên mạng", ["Xem người bán", "Giữ tin nhắn"], notes="Hỏi cả lớp"),
        slide("Trả hàng", ["Gọi người bán"], data=picture()),
        slide("Bảng giá", has_table=True),
    )
    found = read(deck)
    kinds = [(one.name, one.block.kind if one.block else "+".join(why(one))) for one in found.items]
    assert kinds == [
        ("1", "heading"), ("1", "text"), ("1", "notes"), ("2", "heading"), ("2", "text"), ("2", "picture"),
        ("3", "heading"), ("3", "table"),
    ]  # fmt: skip
    assert found.form == "slides" and found.title == "Mua bán trên mạng"
    assert found.items[1].words["b02"] == "- Xem người bán\n- Giữ tin nhắn"
