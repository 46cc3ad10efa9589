"""Words on their way to a translator's own program and back: files of any form it may be."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from courses.exchange import po, table, xliff
from courses.exchange.encoding import BYTE_MARKS
from courses.exchange.lines import Carried, Line
from courses.exchange.refusal import NotTaken

LARGEST = 8 * 1024 * 1024
Write = Callable[[Sequence[Line], str, str], bytes]


class Form(NamedTuple):
    """`write` takes the lines, the language's tag and the course's id."""

    ending: str
    media_type: str
    write: Write


FORMS: Mapping[str, Form] = {
    "po": Form("po", "text/x-gettext-translation; charset=utf-8", po.write),
    "xliff": Form("xlf", "application/xliff+xml", xliff.write),
    "xliff2": Form("2.xlf", "application/xliff+xml", xliff.write_2),
}
"""Beside them a table, whose head is in the words of the interface."""


def read(data: bytes, head: Sequence[str]) -> Carried:
    """A PO, an XLIFF or a table under `head`. Raises `NotTaken`."""
    if len(data) > LARGEST:
        raise NotTaken("too-large")
    if not data.strip():
        raise NotTaken("nothing")
    coded = next((name for mark, name in BYTE_MARKS if data.startswith(mark)), "utf-8")
    begun = data[:8192].decode(coded, "replace")
    if "<xliff" in begun or begun.lstrip("\ufeff \n").startswith("<"):
        return xliff.read(data)
    if "msgid" in begun:
        return po.read(data)
    return table.read(data, head)
