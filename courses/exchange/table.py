"""Words as a table for who has a spreadsheet: CSV that Excel opens with every letter right, and back."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from courses.exchange.encoding import decoded
from courses.exchange.lines import Carried, Line
from courses.exchange.refusal import NotTaken

FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
DELIMITERS = (",", ";", "\t")
LARGEST_CELL = 1_000_000


def write(lines: Iterable[Line], head: Sequence[str], states: Mapping[str, str]) -> bytes:
    """`head` names place, Vietnamese, translation, state and notes; `states` the states in words."""
    file = io.StringIO(newline="")
    out = csv.writer(file)
    out.writerow(head)
    for one in lines:
        cells = (one.place, one.source, one.words, states[one.state], "; ".join(one.notes))
        out.writerow(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells)
    return file.getvalue().encode("utf-8-sig")


def read(data: bytes, head: Sequence[str]) -> Carried:
    """Goes by the first three names of `head`, in any order; language and course are not said. Raises `NotTaken`."""
    text = decoded(data)
    csv.field_size_limit(LARGEST_CELL)
    for delimiter in DELIMITERS:
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        names = [name.strip().casefold() for name in rows[0]] if rows else []
        wanted = [name.casefold() for name in head[:3]]
        if set(wanted) <= set(names):
            at = [names.index(name) for name in wanted]
            told = ([_cell(row[n]) if n < len(row) else "" for n in at] for row in rows[1:])
            lines = (Line(place.strip(), source, words) for place, source, words in told)
            return Carried("table", "", "", tuple(line for line in lines if line.place))
    raise NotTaken("unknown")


def _cell(text: str) -> str:
    """Without the quote that keeps a spreadsheet from taking words for a formula."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
