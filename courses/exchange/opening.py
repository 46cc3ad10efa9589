"""A file somebody sends, opened for what it is and not for what it is called."""

from collections.abc import Callable

from courses.exchange import aiken, gift, lesson, moodle, office, sheet, word
from courses.exchange.archive import Archive, folder
from courses.exchange.encoding import decoded
from courses.exchange.items import Found
from courses.exchange.refusal import NotTaken
from courses.exchange.sheet import Rows
from courses.exchange.tree import parse

LARGEST_FILE = 20 * 2**20
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
ZIPPED = b"PK\x03\x04"
ReadRows = Callable[[bytes], Rows]
"""The rows of an .xlsx or .csv, by number; raises what it likes for bad ones."""


def read(name: str, data: bytes, rows: ReadRows) -> Found | dict[str, bytes]:
    """What is in a file; a course folder as its files by path. Raises `NotTaken`, and what `rows` raises."""
    if len(data) > LARGEST_FILE:
        raise NotTaken("too-large")
    if not data.strip():
        raise NotTaken("nothing")
    if data.startswith(OLD_OFFICE):
        raise NotTaken("old-office")
    if data.startswith(b"%PDF"):
        raise NotTaken("pdf")
    found = _zip(data, rows) if data.startswith(b"PK") else _text(name, data, rows)
    if isinstance(found, Found) and not found.items:
        raise NotTaken("no-questions")
    return found


def _zip(data: bytes, rows: ReadRows) -> Found | dict[str, bytes]:
    archive = Archive(data)
    if office.DOCUMENT in archive:
        return _document(office.document(office.Package(archive)))
    if "ppt/presentation.xml" in archive:
        return lesson.from_slides(list(office.slides(office.Package(archive))))
    if "xl/workbook.xml" in archive:
        office.Package(archive)
        return sheet.read(rows(data))
    if any(one == "course.toml" or one.endswith("/course.toml") for one in archive.names):
        return folder(archive)
    raise NotTaken("unknown")


def _document(paragraphs: list[office.Paragraph]) -> Found:
    """Questions where there are any, else a lesson."""
    lines = word.lines_of(paragraphs)
    return word.read(lines) if word.has_questions(lines) else lesson.from_document(paragraphs)


def _text(name: str, data: bytes, rows: ReadRows) -> Found:
    start = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"<?xml", b"<quiz", b"<!DOCTYPE", b"<question")):
        quiz = parse(data)
        if quiz.name != "quiz":
            raise NotTaken("unknown")
        return moodle.read(quiz)
    if name.lower().endswith((".csv", ".xlsx")):
        return sheet.read(rows(data))
    text = decoded(data)
    if aiken.looks_so(text):
        return aiken.read(text)
    if gift.looks_so(text):
        return gift.read(text)
    lines = word.text_lines(text)
    if word.has_questions(lines):
        return word.read(lines)
    raise NotTaken("no-questions" if text.isprintable() or len(text) > 40 else "unknown")
