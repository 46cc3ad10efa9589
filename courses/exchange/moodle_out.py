"""Questions as Moodle XML; Moodle 4.5 and later read every kind written here."""

import base64
from collections.abc import Callable, Iterator, Mapping
from html import escape
from xml.sax.saxutils import escape as xml

from courses.exchange import draft
from courses.exchange.writing import Fetch, Left, Told, Written, title, told
from courses.facts import Facts
from courses.model import SOURCE, Choice, Course

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'


class NoPicture(LookupError):
    """A picture that is named and not there."""


class _Writer:
    def __init__(self, one: Told, fetch: Fetch) -> None:
        self.one, self.question, self._fetch = one, one.question, fetch

    def words(self, ending: str = "", picture: str = "") -> str:
        """HTML with the picture, and the file behind it."""
        html, file = escape(self.one.words(ending), quote=False), ""
        if picture:
            found = self._fetch(self.one.lesson.id, picture)
            if found is None:
                raise NoPicture(picture)
            name, data = found
            alt = self.one.words(f"{ending}.alt") or self.one.words(ending)
            html += f'<p><img src="@@PLUGINFILE@@/{escape(name)}" alt="{escape(alt)}"></p>'
            held = base64.b64encode(data).decode()
            file = f'<file name="{xml(name)}" path="/" encoding="base64">{held}</file>'
        return f"<text>{_cdata(html)}</text>{file}"

    def plain(self, ending: str) -> str:
        return f"<text>{xml(self.one.words(ending))}</text>"

    def all(self) -> Iterator[str]:
        kind, parts = _KINDS[self.question.kind]
        yield f'<question type="{kind}">'
        yield f"<name><text>{xml(f'{self.one.lesson.id} {self.question.id}')}</text></name>"
        yield f'<questiontext format="html">{self.words("", self.question.picture)}</questiontext>'
        yield '<generalfeedback format="html"><text></text></generalfeedback>'
        yield "<defaultgrade>1</defaultgrade><penalty>0</penalty><hidden>0</hidden>"
        yield from parts(self)
        if hint := self.one.words(".hint"):
            yield f'<hint format="html"><text>{_cdata(escape(hint, quote=False))}</text></hint>'
        yield "</question>"


def write(course: Course, facts: Facts, fetch: Fetch, lang: str = SOURCE) -> Written:
    """One `<quiz>` with a category a lesson; what Moodle has no kind for is named."""
    parts, left, count, lesson = [HEAD], [], 0, ""
    for one in told(course, lang, facts):
        if one.question.kind not in _KINDS:
            left.append(Left(one.lesson.id, one.question.id, "spot"))
            continue
        try:
            made = "\n".join(_Writer(one, fetch).all())
        except NoPicture:
            left.append(Left(one.lesson.id, one.question.id, "missing-picture"))
            continue
        if one.lesson.id != lesson:
            lesson = one.lesson.id
            name = xml(f"$course$/top/{_slashless(title(course, lang))}/{lesson}")
            parts.append(f'<question type="category"><category><text>{name}</text></category></question>\n')
        parts.append(made + "\n")
        count += 1
    return Written("".join([*parts, "</quiz>\n"]).encode(), count, tuple(left))


def _slashless(text: str) -> str:
    """A slash parts categories; two are one in a name."""
    return text.replace("/", "//")


def _cdata(html: str) -> str:
    return "<![CDATA[" + html.replace("]]>", "]]]]><![CDATA[>") + "]]>" if html else ""


def _fraction(number: float) -> str:
    return f"{number:.7g}"


def _answer(writer: _Writer, choice: Choice, fraction: float) -> str:
    ending = f".{choice.id}"
    feedback = writer.words(f"{ending}.feedback")
    return (
        f'<answer fraction="{_fraction(fraction)}" format="html">{writer.words(ending, choice.picture)}'
        f'<feedback format="html">{feedback}</feedback></answer>'
    )


def _choices(writer: _Writer) -> Iterator[str]:
    choices, single = writer.question.choices, writer.question.kind == "one"
    each = 100 / max(1, sum(one.right for one in choices))
    yield f"<single>{str(single).lower()}</single><shuffleanswers>true</shuffleanswers><answernumbering>ABCD</answernumbering>"
    for one in choices:
        yield _answer(writer, one, each if one.right else 0 if single else -each)


def _truefalse(writer: _Writer) -> Iterator[str]:
    for one in writer.question.choices:
        feedback = writer.words(f".{one.id}.feedback")
        yield f'<answer fraction="{100 * one.right}" format="moodle_auto_format"><text>{one.id}</text><feedback format="html">{feedback}</feedback></answer>'


def _combined(writer: _Writer) -> Iterator[str]:
    yield f'<correctfeedback format="html">{writer.words(".right")}</correctfeedback>'
    yield '<partiallycorrectfeedback format="html"><text></text></partiallycorrectfeedback>'
    yield f'<incorrectfeedback format="html">{writer.words(".wrong")}</incorrectfeedback>'


def _number(writer: _Writer) -> Iterator[str]:
    answer, within = (draft.plain(value) for value in (writer.question.answer, writer.question.tolerance))
    yield f'<answer fraction="100" format="moodle_auto_format"><text>{answer}</text><feedback format="html">{writer.words(".right")}</feedback><tolerance>{within}</tolerance></answer>'
    yield f'<answer fraction="0" format="moodle_auto_format"><text>*</text><feedback format="html">{writer.words(".wrong")}</feedback><tolerance>0</tolerance></answer>'
    if unit := writer.one.words(".unit"):
        yield f"<units><unit><multiplier>1</multiplier><unit_name>{xml(unit)}</unit_name></unit></units>"
        yield "<unitgradingtype>0</unitgradingtype><unitpenalty>0</unitpenalty><showunits>3</showunits><unitsleft>0</unitsleft>"


def _short(writer: _Writer) -> Iterator[str]:
    yield "<usecase>0</usecase>"
    for texts in writer.question.accept.values():
        for text in texts:
            escaped = xml(text.replace("*", "\\*"))
            yield f'<answer fraction="100" format="moodle_auto_format"><text>{escaped}</text><feedback format="html">{writer.words(".right")}</feedback></answer>'
    yield f'<answer fraction="0" format="moodle_auto_format"><text>*</text><feedback format="html">{writer.words(".wrong")}</feedback></answer>'


def _pairs(writer: _Writer) -> Iterator[str]:
    question = writer.question
    yield "<shuffleanswers>true</shuffleanswers>"
    yield from _combined(writer)
    for item in question.items:
        target = writer.plain(f".{item.match or item.group}")
        yield f'<subquestion format="html">{writer.words(f".{item.id}", item.picture)}<answer>{target}</answer></subquestion>'
    used = {item.match or item.group for item in question.items}
    for one in (*question.targets, *question.groups):
        if one.id not in used:
            yield f'<subquestion format="html"><text></text><answer>{writer.plain(f".{one.id}")}</answer></subquestion>'


def _order(writer: _Writer) -> Iterator[str]:
    yield "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><selectcount>0</selectcount><gradingtype>ABSOLUTE_POSITION</gradingtype><showgrading>SHOW</showgrading>"
    yield from _combined(writer)
    for n, item in enumerate(writer.question.items, 1):
        yield f'<answer fraction="{n}" format="html">{writer.words(f".{item.id}", item.picture)}</answer>'


_KINDS: Mapping[str, tuple[str, Callable[[_Writer], Iterator[str]]]] = {
    "one": ("multichoice", _choices),
    "several": ("multichoice", _choices),
    "truefalse": ("truefalse", _truefalse),
    "number": ("numerical", _number),
    "text": ("shortanswer", _short),
    "pairs": ("matching", _pairs),
    "groups": ("matching", _pairs),
    "order": ("ordering", _order),
}
