"""gettext PO, as Poedit, Weblate and OmegaT open it: msgctxt is the place, msgid the Vietnamese."""

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from courses.exchange.encoding import refuse_other_letters
from courses.exchange.lines import Carried, Line
from courses.exchange.refusal import NotTaken

COURSE = "X-Ban-Hoc-Course"
DAYS = re.compile(rb'^"(?:POT-Creation|PO-Revision)-Date:.*\n', re.MULTILINE)
"""Poedit writes them without a day, which Babel takes for damage."""
PROJECT = re.compile(r"Bản Học (\S+)")
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def write(lines: Iterable[Line], lang: str, course: str) -> bytes:
    """What nobody approved is fuzzy; of what is outdated the older Vietnamese stands as `#|`."""
    head = (
        f"Project-Id-Version: Bản Học {course}\n"
        f"Language: {lang}\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=UTF-8\n"
        "Content-Transfer-Encoding: 8bit\n"
        "Plural-Forms: nplurals=1; plural=0;\n"
        f"{COURSE}: {course}\n"
    )
    parts = [f'msgid ""\nmsgstr {_quoted(head)}', *("\n".join(_entry(one, course)) for one in lines)]
    return ("\n\n".join(parts) + "\n").encode()


def _entry(line: Line, course: str) -> Iterator[str]:
    yield from (f"#. {' '.join(note.split())}" for note in line.notes)
    yield f"#: {course}/{line.place}"
    if line.words and line.state != "approved":
        yield "#, fuzzy"
    if line.older:
        yield f"#| msgctxt {_quoted(line.place)}"
        yield f"#| msgid {_quoted(line.older)}".replace("\n", "\n#| ")
    yield f"msgctxt {_quoted(line.place)}"
    yield f"msgid {_quoted(line.source)}"
    yield f"msgstr {_quoted(line.words)}"


def _quoted(text: str) -> str:
    pieces = [piece for piece in re.split(r"(?<=\n)", text) if piece]
    if len(pieces) < 2:
        return _escaped(text)
    return "\n".join(['""', *map(_escaped, pieces)])


def _escaped(text: str) -> str:
    return '"' + "".join(ESCAPES.get(sign, sign) for sign in text) + '"'


def read(data: bytes) -> Carried:
    """What no line could be read of is damaged. Raises `NotTaken`."""
    plain = DAYS.sub(b"", data.removeprefix(b"\xef\xbb\xbf"))
    try:
        with redirect_stdout(io.StringIO()):
            catalog = read_po(io.BytesIO(plain), ignore_obsolete=True, abort_invalid=True)
    except (PoFileError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise NotTaken("damaged") from error
    lines = tuple(_line(message) for message in catalog if message.id)
    if not lines:
        raise NotTaken("damaged")
    refuse_other_letters("\n".join(line.words for line in lines))
    headers = {str(name).lower(): str(value) for name, value in catalog.mime_headers}
    named = PROJECT.search(headers.get("project-id-version", ""))
    course = _other_header(data, COURSE) or (named[1] if named else "")
    return Carried("po", headers.get("language", "").replace("_", "-"), course, lines)


def _other_header(data: bytes, name: str) -> str:
    """Babel keeps the headers it knows."""
    found = re.search(rf'"{name}: ([\w-]+)\\n"'.encode(), data)
    return found[1].decode() if found else ""


def _line(message: Message) -> Line:
    source, words = (one[0] if isinstance(one, list | tuple) else one for one in (message.id, message.string))
    state = "missing" if not words else "needs_review" if message.fuzzy else "approved"
    return Line(str(message.context or ""), str(source), str(words or ""), state)
