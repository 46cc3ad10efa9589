"""XML nobody trusts as a plain tree: no document type, a bound on depth and number."""

from collections.abc import Iterator, Mapping
from xml.parsers import expat

from courses.exchange.refusal import NotTaken

MOST_NODES = 200_000
DEEPEST = 200
SPACES = (
    ("wordprocessingml", "w"),
    ("presentationml", "p"),
    ("officeDocument/2006/math", "m"),
    ("officeDocument/math", "m"),
    ("drawingml/2006/main", "a"),
    ("drawingml/main", "a"),
    ("officeDocument/2006/relationships", "r"),
    ("officeDocument/relationships", "r"),
    ("markup-compatibility", "mc"),
    ("microsoft-com:vml", "v"),
    ("microsoft-com:office:office", "o"),
)
"""What a name space of Office is called here, whether the file is of the strict or the transitional kind."""
XML = "http://www.w3.org/XML/1998/namespace"


class Node:
    """`name` and the names of attributes carry our short word for their name space, or none: `w:p`, `question`."""

    __slots__ = ("attrs", "children", "line", "name", "text")

    def __init__(self, name: str, attrs: Mapping[str, str], line: int) -> None:
        self.name, self.attrs, self.line = name, attrs, line
        self.children: list[Node] = []
        self.text = ""

    def all(self, name: str) -> "list[Node]":
        return [one for one in self.children if one.name == name]

    def first(self, *path: str) -> "Node | None":
        """The first child of this name, of that the first child of the next."""
        found: Node | None = self
        for name in path:
            found = next((one for one in found.children if one.name == name), None) if found else None
        return found

    def get(self, name: str) -> str:
        return self.attrs.get(name, "")

    def within(self) -> "Iterator[Node]":
        """This and every node beneath it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.within()


def parse(data: bytes) -> Node:
    """Raises `NotTaken`: entities, bomb, damaged."""
    top = Node("", {}, 0)
    open_, count = [top], 0
    short: dict[str, str] = {}
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def named(full: str) -> str:
        if full not in short:
            space, _, name = full.rpartition(" ")
            prefix = next((word for part, word in SPACES if part in space), "" if space in ("", XML) else "x")
            short[full] = f"{prefix}:{name}" if prefix else name
        return short[full]

    def start(name: str, attrs: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MOST_NODES or len(open_) > DEEPEST:
            raise NotTaken("bomb")
        node = Node(
            named(name), {named(key): value for key, value in attrs.items()}, parser.CurrentLineNumber
        )
        open_[-1].children.append(node)
        open_.append(node)

    def end(name: str) -> None:
        open_.pop()

    def said(text: str) -> None:
        open_[-1].text += text

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, UnicodeDecodeError, ValueError, LookupError) as error:
        if isinstance(error, NotTaken):
            raise
        raise NotTaken("damaged") from error
    return top.children[0]


def _refuse(*_: object) -> None:
    raise NotTaken("entities")
