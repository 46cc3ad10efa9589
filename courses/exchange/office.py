"""The paragraphs of a Word file with what is marked in them, and the slides of a PowerPoint file."""

import posixpath
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from courses.exchange import markup
from courses.exchange.archive import Archive
from courses.exchange.encoding import refuse_other_letters
from courses.exchange.items import Picture
from courses.exchange.refusal import NotTaken, Why
from courses.exchange.tree import Node, parse

MACROS = re.compile(r"vbaProject\.bin$|/vbaData\.xml$|/activeX/", re.I)
MACRO_TYPES = b"macroEnabled"
DARK = re.compile("(?:[0-4][0-9a-f]){3}", re.I)
"""A colour of text that looks black."""
HEADING = re.compile(r"(?:heading|tiêu ?đề|title) ?([1-9])?$", re.I)


class Run(NamedTuple):
    """`marks` are of: underline, highlight, colour, bold, italic."""

    text: str
    marks: frozenset[str] = frozenset()


@dataclass
class Paragraph:
    """`label` is the number or letter that Word counts itself; `level` of a heading from 1, else 0."""

    runs: list[Run] = field(default_factory=list)
    pictures: list[tuple[int, Picture]] = field(default_factory=list)
    """With the place in the text each stands at."""
    wrong: list[Why] = field(default_factory=list)
    label: str = ""
    level: int = 0
    bullet: bool = False
    table: int = 0
    """From 1: the table it stands in."""
    cell: tuple[int, int] = (0, 0)

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


class Package:
    """The parts of an Office file. Raises `NotTaken`."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        if any(MACROS.search(name) for name in archive.names):
            raise NotTaken("macros")
        if "[Content_Types].xml" in archive and MACRO_TYPES in archive.read("[Content_Types].xml"):
            raise NotTaken("macros")

    def xml(self, name: str) -> Node | None:
        return parse(self.archive.read(name)) if name in self.archive else None

    def links(self, name: str) -> dict[str, str]:
        """What a part points to by id: names of parts, or addresses outside as they stand."""
        folder, _, leaf = name.rpartition("/")
        links = self.xml(f"{folder}/_rels/{leaf}.rels")
        found = {}
        for one in links.children if links else ():
            target = one.get("Target")
            if one.get("TargetMode") != "External":
                target = (
                    posixpath.normpath(posixpath.join(folder, target)) if target[:1] != "/" else target[1:]
                )
            found[one.get("Id")] = target
        return found

    def picture(self, name: str, alt: str) -> Picture:
        return Picture(self.archive.read(name) if name in self.archive else b"", alt)


# Word


DOCUMENT = "word/document.xml"


def document(package: Package) -> list[Paragraph]:
    """Every paragraph in reading order, those of tables row by row."""
    top = package.xml(DOCUMENT)
    body = top.first("w:body") if top else None
    if body is None:
        raise NotTaken("damaged")
    reader = _Word(package)
    reader.walk(body, 0)
    refuse_other_letters("\n".join(one.text for one in reader.paragraphs), reader.fonts)
    return reader.paragraphs


class _Word:
    def __init__(self, package: Package) -> None:
        self.package, self.links = package, package.links(DOCUMENT)
        self.paragraphs: list[Paragraph] = []
        self.fonts: set[str] = set()
        self.tables = 0
        self.numbering = _Numbering(package.xml("word/numbering.xml"))
        styles = package.xml("word/styles.xml")
        self.styles, self.lists = _styles(styles), _lists(styles)

    def walk(self, node: Node, table: int, cell: tuple[int, int] = (0, 0)) -> None:
        for one in node.children:
            if one.name == "w:p":
                self._paragraph(one, table, cell)
            elif one.name == "w:tbl":
                self._table(one)
            elif one.name in ("w:sdt", "w:sdtContent", "w:ins", "w:customXml", "w:smartTag"):
                self.walk(one, table, cell)
            elif one.name == "mc:AlternateContent":
                self.walk(_chosen(one), table, cell)

    def _table(self, node: Node) -> None:
        self.tables += 1
        number = self.tables
        for y, row in enumerate(node.all("w:tr"), 1):
            for x, one in enumerate(row.all("w:tc"), 1):
                self.walk(one, number, (y, x))

    def _paragraph(self, node: Node, table: int, cell: tuple[int, int]) -> None:
        made = Paragraph(table=table, cell=cell)
        self.paragraphs.append(made)
        settings = node.first("w:pPr")
        style = _value(settings, "w:pStyle")
        made.level = self.styles.get(style, 0)
        counted = (settings.first("w:numPr") if settings else None) or self.lists.get(style)
        made.label, made.bullet = self.numbering.label(counted)
        self._inline(node, made, frozenset())

    def _inline(self, node: Node, made: Paragraph, marks: frozenset[str]) -> None:
        for one in node.children:
            if one.name == "w:r":
                self._run(one, made, marks)
            elif one.name in ("m:oMath", "m:oMathPara"):
                self._equation(one, made)
            elif one.name == "mc:AlternateContent":
                self._inline(_chosen(one), made, marks)
            elif one.name not in ("w:del", "w:moveFrom", "w:pPr", "w:rPr"):
                self._inline(one, made, marks)

    def _run(self, node: Node, made: Paragraph, marks: frozenset[str]) -> None:
        settings = node.first("w:rPr")
        if settings is not None and settings.first("w:vanish") is not None:
            return
        marks |= _marks(settings)
        text = ""
        for one in node.children:
            if one.name == "w:t":
                text += one.text
            elif one.name in ("w:tab", "w:ptab"):
                text += "\t"
            elif one.name in ("w:br", "w:cr"):
                text += "\n"
            elif one.name == "w:noBreakHyphen":
                text += "-"
            elif one.name == "w:sym":
                made.wrong.append(Why("symbols"))
            elif one.name == "mc:AlternateContent":
                self._drawing(_chosen(one), made, len(text))
            elif one.name in ("w:drawing", "w:pict", "w:object"):
                self._drawing(one, made, len(text))
            elif one.name in ("w:footnoteReference", "w:endnoteReference"):
                made.wrong.append(Why("drawing"))
        shift = _value(settings, "w:vertAlign")
        if shift in ("superscript", "subscript") and text.strip():
            shifted = markup.raised(text, markup.RAISED if shift == "superscript" else markup.LOWERED)
            if shifted is None:
                made.wrong.append(Why("equation"))
            text = shifted or text
        if not text.isascii():
            fonts = settings.first("w:rFonts") if settings else None
            self.fonts |= {font for key in ("w:ascii", "w:hAnsi") if fonts and (font := fonts.get(key))}
        if text:
            made.runs.append(Run(unicodedata.normalize("NFC", text), marks))

    def _equation(self, node: Node, made: Paragraph) -> None:
        """In one line where it can be written so; else named."""
        text = linear(node)
        if text is None:
            made.wrong.append(Why("equation"))
            text = "".join(one.text for one in node.within() if one.name == "m:t")
        made.runs.append(Run(text))

    def _drawing(self, node: Node, made: Paragraph, after: int) -> None:
        inside = list(node.within())
        if any(one.name == "o:OLEObject" for one in inside):
            kind = next(one.get("ProgID") for one in inside if one.name == "o:OLEObject")
            made.wrong.append(Why("equation" if kind.startswith("Equation") else "drawing"))
            return
        alt = next((text for one in inside if one.name.endswith(":docPr") and (text := one.get("descr"))), "")
        names = [one.get("r:embed") for one in inside if one.name == "a:blip"]
        names += [one.get("r:id") for one in inside if one.name == "v:imagedata"]
        at = len(made.text) + after
        for name in names:
            made.pictures.append((at, self.package.picture(self.links.get(name, ""), alt)))
        if not names or any(one.name == "w:txbxContent" for one in inside):
            made.wrong.append(Why("drawing"))


def _chosen(node: Node) -> Node:
    """Of alternatives the one for programs of today."""
    return node.first("mc:Choice") or node.first("mc:Fallback") or node


def _value(settings: Node | None, name: str) -> str:
    found = settings.first(name) if settings else None
    return found.get("w:val") if found else ""


def _is_on(settings: Node, name: str) -> bool:
    found = settings.first(name)
    return found is not None and found.get("w:val").lower() not in ("0", "false", "none", "off")


def _marks(settings: Node | None) -> frozenset[str]:
    if settings is None:
        return frozenset()
    named = {"underline": "w:u", "bold": "w:b", "italic": "w:i"}
    marks = {mark for mark, name in named.items() if _is_on(settings, name)}
    highlight, shade = _value(settings, "w:highlight"), settings.first("w:shd")
    if highlight not in ("", "none") or (shade and shade.get("w:fill").lower() not in ("", "auto", "ffffff")):
        marks.add("highlight")
    colour = settings.first("w:color")
    if colour and _is_a_colour(colour):
        marks.add("colour")
    return frozenset(marks)


def _is_a_colour(node: Node) -> bool:
    value = node.get("w:val").lower()
    plain = value in ("", "auto") or DARK.fullmatch(value)
    return not plain and node.get("w:themeColor") not in ("text1", "dark1")


def _styles(node: Node | None) -> dict[str, int]:
    """The level of each style that is a heading's."""
    levels = {}
    for one in node.all("w:style") if node else ():
        outline = one.first("w:pPr", "w:outlineLvl")
        name = _value(one, "w:name")
        if outline is not None and outline.get("w:val").isdecimal():
            levels[one.get("w:styleId")] = min(int(outline.get("w:val")) + 1, 9)
        elif found := HEADING.match(name):
            levels[one.get("w:styleId")] = int(found[1] or 1)
    return levels


def _lists(node: Node | None) -> dict[str, Node]:
    """The lists that styles make."""
    all_styles = node.all("w:style") if node else []
    found = ((one.get("w:styleId"), one.first("w:pPr", "w:numPr")) for one in all_styles)
    return {id: number for id, number in found if number is not None}


class _Numbering:
    """What Word counts: `Câu 1.` and `A.` of lists."""

    def __init__(self, node: Node | None) -> None:
        self.levels: dict[tuple[str, str], tuple[str, str, int]] = {}
        self.counts: dict[tuple[str, str], int] = {}
        abstract = {one.get("w:abstractNumId"): one for one in (node.all("w:abstractNum") if node else ())}
        for one in node.all("w:num") if node else ():
            held = abstract.get(_value(one, "w:abstractNumId"))
            for level in held.all("w:lvl") if held else ():
                start = _value(level, "w:start")
                said = (
                    _value(level, "w:numFmt"),
                    _value(level, "w:lvlText"),
                    int(start) if start.isdecimal() else 1,
                )
                self.levels[one.get("w:numId"), level.get("w:ilvl")] = said

    def label(self, number: Node | None) -> tuple[str, bool]:
        """What Word writes before a paragraph, and whether that is a bullet."""
        if number is None:
            return "", False
        id, depth = _value(number, "w:numId"), _value(number, "w:ilvl") or "0"
        form, pattern, start = self.levels.get((id, depth), ("", "", 1))
        if form in ("", "none"):
            return "", False
        if form == "bullet":
            return "", True
        count = self.counts[id, depth] = self.counts.get((id, depth), start - 1) + 1
        for one in list(self.counts):
            if one[0] == id and one[1] > depth:
                del self.counts[one]
        return re.sub(r"%\d", lambda found: _numeral(form, count), pattern, count=1) + " ", False


def _numeral(form: str, count: int) -> str:
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (count - 1) % 26)
        return letter if form == "upperLetter" else letter.lower()
    if form in ("upperRoman", "lowerRoman"):
        signs = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
        made = ""
        for value, sign in signs:
            made += sign * (count // value)
            count %= value
        return made if form == "upperRoman" else made.lower()
    return str(count)


PLAIN_MATHS = frozenset(["m:oMath", "m:oMathPara", "m:r", "m:t", "m:e", "m:d", "m:num", "m:den"])
SETTINGS = re.compile(r"[mw]:\w*[pP]r$")


def linear(node: Node) -> str | None:
    """An equation as one line: x² + 1 = 0, a/b; None where a line would say something else."""
    if SETTINGS.fullmatch(node.name):
        return ""
    if node.name in ("m:sSup", "m:sSub"):
        base = _inner(node.first("m:e"))
        shift = _inner(node.first("m:sup") or node.first("m:sub"))
        shifted = markup.raised(shift or "", markup.RAISED if node.name == "m:sSup" else markup.LOWERED)
        return base + shifted if base and shifted else None
    if node.name == "m:f":
        over, under = _inner(node.first("m:num")), _inner(node.first("m:den"))
        simple = over and under and re.fullmatch(r"\w+", over) and re.fullmatch(r"\w+", under)
        return f"{over}/{under}" if simple else None
    if node.name == "m:t":
        return node.text
    if node.name not in PLAIN_MATHS:
        return None if node.name.startswith("m:") else ""
    inner = _inner(node)
    return f"({inner})" if inner is not None and node.name == "m:d" else inner


def _inner(node: Node | None) -> str | None:
    if node is None:
        return None
    parts = [linear(one) for one in node.children]
    return None if None in parts else "".join(part for part in parts if part is not None)


# PowerPoint


@dataclass
class Slide:
    """`lines` with the depth each is indented by."""

    title: str = ""
    lines: list[tuple[int, str]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    wrong: list[Why] = field(default_factory=list)
    notes: str = ""


def slides(package: Package) -> Iterator[Slide]:
    top = package.xml("ppt/presentation.xml")
    order = top.first("p:sldIdLst") if top else None
    links = package.links("ppt/presentation.xml")
    read = [
        _slide(package, links.get(one.get("r:id"), "")) for one in (order.all("p:sldId") if order else ())
    ]
    text = "\n".join(line for slide in read for line in (slide.title, *(said for _, said in slide.lines)))
    refuse_other_letters(text, _fonts(package, links))
    yield from read


def _fonts(package: Package, links: Mapping[str, str]) -> set[str]:
    found = set()
    for name in links.values():
        if "/slides/" in name and (node := package.xml(name)):
            found |= {one.get("typeface") for one in node.within() if one.name == "a:latin"}
    return found


def _slide(package: Package, name: str) -> Slide:
    node, made, links = package.xml(name), Slide(), package.links(name)
    if node is None:
        raise NotTaken("damaged")
    for one in node.within():
        if one.name == "p:sp":
            _shape(one, made)
        elif one.name == "p:pic":
            blip = one.first("p:blipFill", "a:blip")
            about = one.first("p:nvPicPr", "p:cNvPr")
            if any(inner.name in ("a:videoFile", "a:audioFile") for inner in one.within()):
                made.wrong.append(Why("media"))
            target = links.get(blip.get("r:embed") if blip else "", "")
            made.pictures.append(package.picture(target, about.get("descr") if about else ""))
        elif one.name == "a:tbl":
            made.wrong.append(Why("table"))
        elif one.name == "p:graphicFrame" and not any(inner.name == "a:tbl" for inner in one.within()):
            made.wrong.append(Why("drawing"))
        elif one.name == "m:oMath":
            made.wrong.append(Why("equation"))
    notes = next((target for target in links.values() if "/notesSlides/" in target), "")
    if (held := package.xml(notes) if notes else None) is not None:
        made.notes = " ".join(_notes(held))
    return made


def _notes(node: Node) -> Iterator[str]:
    for one in node.within():
        if one.name == "p:sp" and _placeholder(one) == "body":
            yield from (line for _, line in _lines(one))


def _placeholder(shape: Node) -> str:
    found = shape.first("p:nvSpPr", "p:nvPr", "p:ph")
    return (found.get("type") or "body") if found else ""


def _shape(shape: Node, made: Slide) -> None:
    kind, lines = _placeholder(shape), list(_lines(shape))
    if kind in ("dt", "ftr", "sldNum", "hdr"):
        return
    if kind in ("title", "ctrTitle") and not made.title:
        made.title = " ".join(line for _, line in lines)
    else:
        made.lines += lines


def _lines(shape: Node) -> Iterator[tuple[int, str]]:
    body = shape.first("p:txBody")
    for one in body.all("a:p") if body else ():
        settings = one.first("a:pPr")
        depth = settings.get("lvl") if settings else ""
        text = "".join(
            " " if part.name == "a:br" else "".join(t.text for t in part.all("a:t")) for part in one.children
        )
        if text.strip():
            yield int(depth) if depth.isdecimal() else 0, text
