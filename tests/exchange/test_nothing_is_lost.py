"""As many items as a file has are told of, whatever stands in them; and what goes out comes in again."""

import re
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import sheets
from app.curriculum import reading
from app.curriculum.library import Library
from courses import checks, folder, manifest
from courses.exchange import archive, draft, gift_out, moodle_out, opening
from courses.exchange.items import tidy
from courses.exchange.refusal import NotTaken
from courses.grading import question_json
from courses.model import Course
from courses.structure import structure_version
from tests.exchange.files import W, answer, patched, picture, question, quiz, read, word
from tests.workbook import made

CONTENT = Path(__file__).parents[2] / "content"
SMALL = Path(__file__).parents[1] / "small-course"
FEW = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
FILLING = draft.Filling("Bài nhập", "Câu hỏi từ tệp", "Đúng rồi.", "Chưa đúng.", "Hình của câu hỏi")
TEXT = st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạ 12,.?!-"), min_size=1, max_size=40).filter(
    lambda text: bool(re.search(r"\w", text)) and not re.match(r"\s*\d", text)
)
CHOICES = st.lists(TEXT, min_size=0, max_size=5)
ASKED = st.lists(st.tuples(TEXT, CHOICES, st.integers(-1, 5)), min_size=1, max_size=12)
Asked = list[tuple[str, list[str], int]]


@cache
def empty_word() -> bytes:
    return word()


def as_word(asked: Asked) -> bytes:
    lines = ["Câu 0. Có?", "*A. Có", "B. Không"]
    for n, (text, choices, right) in enumerate(asked, 1):
        lines.append(f"Câu {n}. Hỏi {text}")
        lines += [f"{'*' * (i == right)}{'ABCDEF'[i]}. Là {one}" for i, one in enumerate(choices)]
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in lines)
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>".encode()
    return patched(empty_word(), word_slash_document_dot_xml=document)


def as_gift(asked: Asked) -> bytes:
    parts = []
    for text, choices, right in asked:
        answers = " ".join(
            f"{'=' if i == right else '~'}{gift_out.escaped(one)}" for i, one in enumerate(choices)
        )
        parts.append(f"Hỏi {gift_out.escaped(text)} {{{answers}}}")
    return "\n\n".join(["Có?{=Có ~Không}", *parts]).encode()


def as_aiken(asked: Asked) -> bytes:
    parts = ["Có?\nA. Có\nB. Không\nANSWER: A"]
    for text, choices, right in asked:
        lines = [f"{'ABCDEF'[i]}. {one}" for i, one in enumerate(choices)]
        parts.append("\n".join([f"Hỏi {text}", *lines, f"ANSWER: {'ABCDEF'[right] if right >= 0 else '-'}"]))
    return "\n\n".join(parts).encode()


def as_moodle(asked: Asked) -> bytes:
    kinds = ("multichoice", "truefalse", "shortanswer", "numerical", "essay", "ordering", "hvp")
    made = [question("truefalse", "Có?", answer("true", 100) + answer("false", 0))]
    for n, (text, choices, right) in enumerate(asked):
        inner = "".join(answer(one, 100 * (i == right)) for i, one in enumerate(choices))
        made.append(question(kinds[n % len(kinds)], f"Hỏi {text}", f"<single>true</single>{inner}"))
    return quiz(*made)


def as_sheet(asked: Asked) -> bytes:
    rows = [
        (f"Hỏi {text}", *(choices + [None] * 6)[:6], "ABCDEF"[right] if right >= 0 else None)
        for text, choices, right in asked
    ]
    return made(
        [("Câu hỏi", *"ABCDEF", "Đáp án"), ("Có?", "Có", "Không", None, None, None, None, "A"), *rows]
    )


WRITERS = {"word": as_word, "gift": as_gift, "aiken": as_aiken, "moodle": as_moodle, "sheet": as_sheet}


@pytest.mark.parametrize("form", WRITERS)
@FEW
@given(asked=ASKED)
def test_as_many_are_told_as_there_are(form: str, asked: Asked) -> None:
    found = read(WRITERS[form](asked))
    assert found.form == form and len(found.items) == len(asked) + 1
    for item, (text, choices, right) in zip(found.items[1:], asked, strict=True):
        assert item.understood or item.why
        assert tidy(f"Hỏi {text}")[:20] in item.text
        if item.question and item.question.kind in ("one", "several"):
            words = [item.words[f"{item.question.id}.{one.id}"] for one in item.question.choices]
            assert len(words) == len(choices) and item.question.choices[right].right
            assert all(tidy(one) in word for one, word in zip(choices, words, strict=True))
    faults = checks.check(folder.read(draft.files(found, "nhap-1", FILLING)))
    assert [one for one in faults if one.level == "error"] == []


@FEW
@given(
    data=st.binary(max_size=400),
    start=st.sampled_from(
        [b"", b"PK\x03\x04", b"<?xml version='1.0'?><quiz>", b"Q{", b"A. x\nANSWER: A", b"\xff\xfe"]
    ),
)
def test_anything_at_all_is_read_or_refused(data: bytes, start: bytes) -> None:
    _read_or_refuse(start + data)


@pytest.mark.parametrize("form", WRITERS)
@FEW
@given(asked=ASKED, at=st.integers(0, 10_000), put=st.binary(max_size=6))
def test_a_damaged_file_is_read_or_refused(form: str, asked: Asked, at: int, put: bytes) -> None:
    data = WRITERS[form](asked[:2])
    at %= len(data)
    _read_or_refuse(data[:at] + put + data[at + len(put) :])


def _read_or_refuse(data: bytes) -> None:
    try:
        found = opening.read("x", data, sheets.read)
    except (NotTaken, sheets.NotASheet):
        return
    assert isinstance(found, dict) or all(one.understood or one.why for one in found.items)


# Out and in again


def courses() -> list[Path]:
    return [SMALL, *sorted(path.parent for path in (CONTENT / "courses").glob("*/course.toml"))]


@pytest.mark.parametrize("path", courses(), ids=lambda path: path.name)
def test_a_course_folder_comes_back_with_the_identical_manifest(path: Path) -> None:
    files = folder.from_dir(path)
    packed = archive.pack({f"{path.name}/{name}": data for name, data in files.items()})
    for data in (archive.pack(files), packed):
        back = opening.read("khoa.zip", data, lambda data: ())
        assert isinstance(back, dict)
        assert _manifest(back) == _manifest(files)


def _manifest(files: dict[str, bytes]) -> bytes:
    course = folder.read(files).course
    assert course
    return manifest.build(course.id, structure_version(course), files).dump()


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(CONTENT)


@pytest.mark.parametrize("form", ["moodle", "gift"])
@pytest.mark.parametrize("name", ["dt02", "dt06"])
def test_our_questions_come_back_as_they_were_or_are_named(library: Library, form: str, name: str) -> None:
    course = folder.read(folder.from_dir(CONTENT / "courses" / name)).course
    assert course
    png = picture()
    out = (
        moodle_out.write(course, library.facts, lambda lesson, ref: ("a.png", png))
        if form == "moodle"
        else gift_out.write(course, library.facts)
    )
    found = read(out.data)
    asked = {f"{lesson.id} {one.id}": one for lesson in course.all_lessons() for one in lesson.questions}
    left = {f"{one.lesson} {one.question}" for one in out.left}
    assert {item.name for item in found.items} | left == asked.keys() and len(asked) == out.written + len(
        left
    )
    for item in found.items:
        was = asked[item.name]
        assert item.question, (item.name, [*map(str, item.why)])
        same = {"several": {"several", "one"}, "groups": {"pairs"}}.get(was.kind, {was.kind})
        assert item.question.kind in same, item.name
        if was.kind in ("one", "truefalse"):
            assert question_json(item.question)["right"] == question_json(was)["right"]


def test_what_was_understood_is_a_course_without_fault(library: Library) -> None:
    found = read(quiz(*KINDS))
    assert all(one.understood for one in found.items), [(one.text, one.why) for one in found.items]
    files = draft.files(found, "nhap-1", FILLING)
    read_ = reading.read_files(files, library)
    assert reading.broken(read_.faults) == []
    assert read_.course
    assert [question_json(one) for one in _asked(read_.course)] == [
        question_json(one.question) for one in found.items if one.question
    ]
    assert draft.files(found, "nhap-1", FILLING, chosen=[1]).keys() < files.keys() | {"x"}
    some = folder.read(draft.files(found, "nhap-1", FILLING, chosen=[1, 3])).course
    assert some and [one.id for one in _asked(some)] == ["q01", "q03"]


def _asked(course: Course) -> list:  # type: ignore[type-arg]
    return [one for lesson in course.lessons for one in lesson.questions]


KINDS = (
    question("multichoice", "Một?", "<single>true</single>" + answer("A", 0) + answer("B", 100, "Đúng.")),
    question("multichoice", "Nhiều?", "<single>false</single>" + answer("A", 50) + answer("B", 50) + answer("C", 0)),
    question("truefalse", "Đúng?", answer("true", 0) + answer("false", 100)),
    question("shortanswer", 'Viết "gì"?', answer('C:\\"d"', 100)),
    question("numerical", "Mấy?", answer("-0.25", 100, more="<tolerance>0.05</tolerance>")),
    question("ordering", "Xếp?", answer("X", 1) + answer("Y", 2)),
    question("matching", "Nối?", "".join(f"<subquestion format='html'><text>{a}</text><answer><text>{b}</text></answer></subquestion>" for a, b in ("ab", "cd"))),
)  # fmt: skip
