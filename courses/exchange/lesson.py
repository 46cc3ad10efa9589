"""Lessons from Word and PowerPoint: headings, prose and pictures become blocks; what has no block is named."""

import re
from collections.abc import Iterator, Sequence

from courses.exchange.encoding import PRIVATE
from courses.exchange.items import HTML, LARGEST_PICTURE, Found, Item, Picture, tidy
from courses.exchange.office import Paragraph, Run, Slide
from courses.exchange.refusal import Why
from courses.model import Block

SIGNS = re.compile(r"([\\*_`\[\]])")
LISTED = re.compile(r"^(\d+)([.)]) |^([-+#>]) ?")
MOST_SIGNS = 1_200
"""Of one block of text: about what a phone shows at a time."""


def from_document(paragraphs: Sequence[Paragraph]) -> Found:
    """Each heading, each run of paragraphs beneath it and each picture is one item; so is each table."""
    return Found("lesson", tuple(_Making().document(paragraphs)), _title(paragraphs))


def from_slides(slides: Sequence[Slide]) -> Found:
    title = next((tidy(one.title) for one in slides if one.title), "")
    return Found("slides", tuple(_Making().slides(slides)), title[:120])


def _title(paragraphs: Sequence[Paragraph]) -> str:
    headings = [one for one in paragraphs if one.level and one.text.strip()]
    first = next((one for one in headings or paragraphs if one.text.strip()), None)
    return tidy(first.text)[:120] if first else ""


class _Making:
    def __init__(self) -> None:
        self.count = 0
        self.held: list[str] = []
        self.wrong: list[Why] = []

    def document(self, paragraphs: Sequence[Paragraph]) -> Iterator[Item]:
        table = 0
        for one in paragraphs:
            if one.table:
                if one.table != table:
                    yield from self._let_go()
                    table = one.table
                    inside = " ".join(cell.text for cell in paragraphs if cell.table == table)
                    yield self._refused(inside, Why("table"))
                continue
            if one.level and one.text.strip():
                yield from self._let_go()
                yield self._block("heading", tidy(one.text), list(one.wrong))
            elif one.text.strip() or one.wrong:
                yield from self._prose(_marked(one), one.wrong)
            if one.pictures:
                yield from self._let_go()
                yield from (self._picture(picture) for _, picture in one.pictures)
        yield from self._let_go()

    def slides(self, slides: Sequence[Slide]) -> Iterator[Item]:
        for number, slide in enumerate(slides, 1):
            name = f"{number}"
            if tidy(slide.title):
                yield self._block("heading", tidy(slide.title), [], name)
            listed = len(slide.lines) > 1
            for depth, line in slide.lines:
                indent = "  " * depth
                yield from self._prose(f"{indent}- {prose(line)}" if listed else prose(line), (), name)
            yield from self._let_go(name)
            yield from (self._picture(picture, name) for picture in slide.pictures)
            yield from (self._refused(tidy(slide.title), why, name=name) for why in slide.wrong)
            if tidy(slide.notes):
                yield self._refused(slide.notes, Why("notes"), name=name)

    def _prose(self, text: str, wrong: Sequence[Why], name: str = "") -> Iterator[Item]:
        """A paragraph with something that cannot be kept is an item of its own, so that the rest is."""
        if wrong:
            yield from self._let_go(name)
            yield self._refused(text, *wrong, name=name)
            return
        if self.held and sum(map(len, self.held)) + len(text) > MOST_SIGNS:
            yield from self._let_go(name)
        self.held.append(text)

    def _let_go(self, name: str = "") -> Iterator[Item]:
        if self.held:
            text = "\n\n".join(self.held)
            self.held = []
            yield self._block("text", re.sub(r"(^ *- .*)\n\n(?= *- )", r"\1\n", text, flags=re.M), [], name)

    def _block(self, kind: str, text: str, wrong: list[Why], name: str = "") -> Item:
        if kind == "heading" and HTML.search(text):
            wrong = [*wrong, Why("html-words")]
        if PRIVATE.search(text):
            wrong = [*wrong, Why("symbols")]
        if wrong:
            return self._refused(text, *wrong, name=name)
        id = self._next()
        return Item(self.count, name, tidy(text)[:160], None, Block(id, kind), {id: text})

    def _picture(self, picture: Picture, name: str = "") -> Item:
        if not picture.ending or len(picture.data) > LARGEST_PICTURE:
            return self._refused(picture.alt, Why("picture-kind"), name=name)
        id = self._next()
        file = f"{id}.{picture.ending}"
        words = {f"{id}.alt": tidy(picture.alt)} if tidy(picture.alt) else {}
        return Item(self.count, name, tidy(picture.alt)[:160], None, Block(id, "picture", file), words, {file: picture.data})  # fmt: skip

    def _refused(self, text: str, *why: Why, name: str = "") -> Item:
        self._next()
        return Item(self.count, name, tidy(text)[:160], why=tuple(dict.fromkeys(why)))

    def _next(self) -> str:
        self.count += 1
        return f"b{self.count:02}"


def prose(text: str) -> str:
    """Plain words as CommonMark that says the same."""
    escaped = SIGNS.sub(r"\\\1", tidy(text)).replace("&", "&amp;").replace("<", "&lt;")
    return LISTED.sub(lambda found: f"{found[1]}\\{found[2]} " if found[1] else f"\\{found[3]} ", escaped)


def _marked(paragraph: Paragraph) -> str:
    """One paragraph, bold and italic kept; a list's sign before it."""
    parts = []
    for run in _together(paragraph.runs):
        inner = run.text.strip()
        sign = "**" if "bold" in run.marks else "*" if "italic" in run.marks else ""
        before, after = " " * (run.text[:1].isspace()), " " * (run.text[-1:].isspace())
        escaped = SIGNS.sub(r"\\\1", inner).replace("&", "&amp;").replace("<", "&lt;")
        parts.append(f"{before}{sign}{escaped}{sign}{after}" if inner else " ")
    text = tidy("".join(parts))
    if paragraph.bullet:
        return f"- {text}"
    if paragraph.label:
        return (
            f"{tidy(paragraph.label)} {text}" if re.match(r"\d+[.)]$", tidy(paragraph.label)) else f"- {text}"
        )
    return LISTED.sub(lambda found: f"{found[1]}\\{found[2]} " if found[1] else f"\\{found[3]} ", text)


def _together(runs: Sequence[Run]) -> list[Run]:
    """Neighbours that are marked alike as one; Word parts them where nobody sees it."""
    made: list[Run] = []
    for run in runs:
        marks = run.marks & {"bold", "italic"}
        if made and (made[-1].marks == marks or not run.text.strip()):
            made[-1] = Run(made[-1].text + run.text, made[-1].marks)
        else:
            made.append(Run(run.text, marks))
    return made
