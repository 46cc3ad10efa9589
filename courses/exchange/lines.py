"""One text and its translation, as every form of file carries them."""

from typing import NamedTuple


class Line(NamedTuple):
    """`place` is `{lesson}/{key}`, or `course/title`; `state` one of `courses.model.STATES`.

    `source` is the Vietnamese that was translated, `older` what it was when `words` were written, if that differs.
    """

    place: str
    source: str
    words: str = ""
    state: str = "missing"
    older: str = ""
    notes: tuple[str, ...] = ()


class Carried(NamedTuple):
    """`lang` is the language's tag and `course` its id, "" where the file does not say."""

    form: str
    lang: str
    course: str
    lines: tuple[Line, ...]
