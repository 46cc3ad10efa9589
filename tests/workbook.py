"""Small .xlsx files made by hand, good and bad ones."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from app.core.sheets import column

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
STYLES = f"""<styleSheet {NS}><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>
<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"""


class Day(NamedTuple):
    number: int


class Formula(NamedTuple):
    formula: str
    value: str


def made(
    rows: Sequence[Sequence[Any]],
    *,
    merges: Sequence[str] = (),
    hidden_first: bool = False,
    empty_after: int = 0,
    far: tuple[str, str] | None = None,
    before: str = "",
) -> bytes:
    words: dict[str, int] = {}
    lines = [_row(number, cells, words) for number, cells in enumerate(rows, 1)]
    lines.append('<row><c s="1"/></row>' * empty_after)
    if far:
        number = far[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        lines.append(f'<row r="{number}"><c r="{far[0]}" t="inlineStr"><is><t>{far[1]}</t></is></c></row>')
    merged = "".join(f'<mergeCell ref="{one}"/>' for one in merges)
    sheet = f"{before}<worksheet {NS}><sheetData>{''.join(lines)}</sheetData><mergeCells>{merged}</mergeCells></worksheet>"
    shared = "".join(f"<si><t>{escape(word)}</t></si>" for word in words)
    return _zipped(sheet.encode(), f"<sst {NS}>{shared}</sst>".encode(), hidden_first)


def bomb(lying: bool = False) -> bytes:
    """Gigabytes of blanks in a few hundred kilobytes; lying, the file says they are few."""
    data = _zipped(b"", f"<sst {NS}/>".encode(), blanks=100)
    if lying:
        size = (100 * 2**20).to_bytes(4, "little")
        assert size in data
        data = data.replace(size, (1000).to_bytes(4, "little"))
    return data


def _row(number: int, cells: Sequence[Any], words: dict[str, int]) -> str:
    return f'<row r="{number}">{"".join(_cell(f"{column(n)}{number}", cell, words) for n, cell in enumerate(cells))}</row>'


def _cell(name: str, value: Any, words: dict[str, int]) -> str:
    if value is None:
        return f'<c r="{name}" s="1"/>'
    if isinstance(value, Formula):
        return f'<c r="{name}"><f>{value.formula}</f><v>{value.value}</v></c>'
    if isinstance(value, Day):
        return f'<c r="{name}" s="1"><v>{value.number}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{name}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{name}" t="s"><v>{words.setdefault(value, len(words))}</v></c>'
    return f'<c r="{name}"><v>{value}</v></c>'


def _zipped(sheet: bytes, shared: bytes, hidden_first: bool = False, blanks: int = 0) -> bytes:
    hidden = '<sheet name="H" sheetId="2" state="hidden" r:id="rId2"/>' if hidden_first else ""
    workbook = (
        f'<workbook {NS} {RELS}><sheets>{hidden}<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    links = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="/xl/none.xml"/></Relationships>'
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", workbook)
        file.writestr("xl/_rels/workbook.xml.rels", links)
        file.writestr("xl/styles.xml", STYLES)
        file.writestr("xl/sharedStrings.xml", shared)
        with file.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(sheet)
            for _ in range(blanks):
                part.write(b" " * 2**20)
    return held.getvalue()
