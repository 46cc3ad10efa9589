"""Files in the forms that Word, PowerPoint, Excel and Moodle write, made for these tests."""

import base64
import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.shared import RGBColor
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from app.core import sheets
from courses.exchange import opening
from courses.exchange.items import Found, Item

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def picture(colour: str = "red", form: str = "PNG") -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(held, form)
    return held.getvalue()


def word(*make: Callable[[Any], object] | str) -> bytes:
    """A .docx of these paragraphs; a function adds to the document what a line of text cannot say."""
    document = Document()
    for one in make:
        if callable(one):
            one(document)
        else:
            document.add_paragraph(one)
    return saved(document)


def saved(document: Any) -> bytes:
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def marked(*parts: str | tuple[str, str]) -> Callable[[Any], object]:
    """A paragraph of runs; a pair is a text and its mark."""

    def make(document: Any) -> None:
        paragraph = document.add_paragraph()
        for part in parts:
            text, mark = part if isinstance(part, tuple) else (part, "")
            run = paragraph.add_run(text)
            if mark == "underline":
                run.underline = True
            elif mark == "bold":
                run.bold = True
            elif mark == "colour":
                run.font.color.rgb = RGBColor(0xFF, 0, 0)
            elif mark == "highlight":
                run.font.highlight_color = 7
            elif mark in ("superscript", "subscript"):
                setattr(run.font, mark, True)
            elif mark:
                run.font.name = mark

    return make


def equation(inner: str, before: str = "") -> Callable[[Any], object]:
    def make(document: Any) -> None:
        paragraph = document.add_paragraph(before)
        paragraph._p.append(parse_xml(f"<m:oMath {M}>{inner}</m:oMath>"))

    return make


def drawn(text: str, data: bytes, alt: str = "") -> Callable[[Any], object]:
    def make(document: Any) -> None:
        run = document.add_paragraph(text).add_run()
        shape = run.add_picture(io.BytesIO(data))
        shape._inline.docPr.set("descr", alt)

    return make


def table(*rows: Iterable[str]) -> Callable[[Any], object]:
    def make(document: Any) -> None:
        cells = [list(row) for row in rows]
        made = document.add_table(len(cells), len(cells[0]))
        for y, row in enumerate(cells):
            for x, text in enumerate(row):
                made.cell(y, x).text = text

    return make


def slides(*make: Callable[[Any], object]) -> bytes:
    made = Presentation()
    for one in make:
        one(made)
    return saved(made)


def slide(
    title: str, lines: Iterable[str] = (), notes: str = "", data: bytes = b"", has_table: bool = False
) -> Callable[[Any], object]:
    def make(made: Any) -> None:
        one = made.slides.add_slide(made.slide_layouts[1])
        one.shapes.title.text = title
        one.placeholders[1].text = "\n".join(lines)
        if notes:
            one.notes_slide.notes_text_frame.text = notes
        if data:
            one.shapes.add_picture(io.BytesIO(data), Inches(1), Inches(1))
        if has_table:
            one.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(2), Inches(2))

    return make


def quiz(*questions: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{"".join(questions)}</quiz>'.encode()


def question(kind: str, text: str, inner: str, name: str = "Tên", html: bool = True) -> str:
    said = f"<![CDATA[{text}]]>"
    form = "html" if html else "plain_text"
    return (
        f'<question type="{kind}"><name><text>{name}</text></name>'
        f'<questiontext format="{form}"><text>{said}</text>{inner if kind == "withfile" else ""}</questiontext>'
        f'<generalfeedback format="html"><text></text></generalfeedback><defaultgrade>1.0000000</defaultgrade>'
        f"<penalty>0.3333333</penalty><hidden>0</hidden><idnumber></idnumber>{inner}</question>\n"
    )


def answer(text: str, fraction: float, feedback: str = "", more: str = "") -> str:
    return (
        f'<answer fraction="{fraction:g}" format="html"><text><![CDATA[{text}]]></text>{more}'
        f'<feedback format="html"><text><![CDATA[{feedback}]]></text></feedback></answer>'
    )


def file(name: str, data: bytes) -> str:
    return f'<file name="{name}" path="/" encoding="base64">{base64.b64encode(data).decode()}</file>'


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return held.getvalue()


def patched(data: bytes, **parts: bytes) -> bytes:
    """An Office file with parts added; a name's dots and slashes are written as `dot` and `slash`."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        files = {name: held.read(name) for name in held.namelist()}
    return zipped(
        files | {name.replace("_slash_", "/").replace("_dot_", "."): part for name, part in parts.items()}
    )


def read(data: bytes | str, name: str = "x") -> Found:
    found = opening.read(name, data if isinstance(data, bytes) else data.encode(), sheets.read)
    assert isinstance(found, Found)
    return found


def one(data: bytes | str) -> Item:
    [item] = read(data).items
    return item


def why(item: Item) -> set[str]:
    return {one.reason for one in item.why}


def notes(item: Item) -> set[str]:
    return {one.reason for one in item.notes}


def rights(item: Item) -> list[str]:
    assert item.question, (item.text, [*map(str, item.why)])
    return [one.id for one in item.question.choices if one.right]


def words(item: Item) -> list[str]:
    """The words of the question and of its choices."""
    assert item.question, (item.text, [*map(str, item.why)])
    id = item.question.id
    return [item.words.get(id, ""), *(item.words.get(f"{id}.{one.id}", "") for one in item.question.choices)]
