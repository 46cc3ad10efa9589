"""What there is to translate in a course's draft, what was said of it, and what the Vietnamese said before."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from app.accounts.permissions import Officer, Permission
from app.authoring import desk_rules as rules
from app.authoring import draft_queries as drafts
from app.authoring.desk_models import WordsReview
from app.authoring.draft_queries import Part
from app.core.db import table_of
from app.core.errors import NotFound
from app.places import queries as places
from courses import parts as course_parts
from courses import proof, voices
from courses.exchange.lines import Line
from courses.glossary import Glossary, terms_in
from courses.keys import Key, lesson_keys
from courses.languages import LANGUAGES
from courses.model import SOURCE, Lesson, source_hash
from courses.parts import COURSE, TITLES, Name

REVIEW = table_of(WordsReview)
MOST_REVIEWS = 2_000


class Mark(NamedTuple):
    """A piece of the Vietnamese; `words` are those of the glossary where the piece is a term of it."""

    text: str
    words: str = ""
    approved: bool = False


class Piece(NamedTuple):
    """`kind` is same, gone or new."""

    kind: str
    text: str


@dataclass(frozen=True)
class Text:
    """One text of a course in one language. `head` is the edit its words come from, "" for none.

    `about` names what it is on the page; `sound` the state of its voice; `file` its recording and `heard` that of the
    Vietnamese, "" for none.
    """

    part: str
    lesson: str
    key: str
    about: str
    source: str
    prose: bool
    value: Mapping[str, Any]
    head: str
    sound: str = "missing"
    file: str = ""
    heard: str = ""

    @property
    def id(self) -> str:
        """For an anchor."""
        return rules.anchor(self.part)

    @property
    def place(self) -> str:
        return f"{self.lesson}/{self.key}"

    @property
    def source_part(self) -> str:
        return str(Name("words", "" if self.lesson == COURSE else self.lesson, self.key, SOURCE))

    @property
    def made_from(self) -> str:
        return source_hash(self.source)

    @property
    def words(self) -> str:
        return rules.waiting(self.value)

    @property
    def standing(self) -> str:
        """Approved words that something else is proposed for."""
        return str(self.value["text"]) if self.value.get("proposal") else ""

    @property
    def state(self) -> str:
        return rules.state(self.value, self.source)

    @property
    def author(self) -> str:
        return str(self.value.get("proposal_author" if self.standing else "author", ""))

    @property
    def comment(self) -> str:
        return str(self.value.get("comment", ""))

    @property
    def older(self) -> str:
        """The hash of the Vietnamese that the words were made from, where it has changed since."""
        made_from = str(self.value.get("proposal_from" if self.standing else "from", ""))
        return made_from if self.words and made_from and made_from != self.made_from else ""


class Desk(NamedTuple):
    """A course in one language; `lessons` are (id, Vietnamese title) in order, `course` first."""

    course: str
    lang: str
    title: str
    lessons: Sequence[tuple[str, str]]
    texts: Sequence[Text]

    @property
    def counts(self) -> Mapping[str, int]:
        return Counter(one.state for one in self.texts)

    def with_text(self, text: Text) -> "Desk":
        return self._replace(texts=[text if one.part == text.part else one for one in self.texts])

    def text(self, part: str) -> Text:
        """Raises `NotFound`."""
        found = next((one for one in self.texts if one.part == part), None)
        if found is None:
            raise NotFound("there is no such text")
        return found


def to_review(conn: Connection) -> list[tuple[str, str]]:
    """Courses with a language in which words wait for a reviewer."""
    kept = drafts.PART.c.value
    waits = kept.contains('"needs_review"') | kept.contains('"proposal"')
    rows = conn.execute(select(drafts.PART).where(waits, drafts.PART.c.part.contains("/words/")))
    found = {
        (row.course, name.lang)
        for row in rows
        if (name := course_parts.name(row.part))
        and name.lang in rules.LANGS
        and (value := json.loads(row.value))
        and (value.get("proposal") or value["state"] == "needs_review")
    }
    return sorted(found)


def desk(found: Mapping[str, Part], course: str, lang: str) -> Desk:
    """`found` is the draft of the course. Raises `NotFound` for what is not translated here."""
    if lang not in rules.LANGS:
        raise NotFound("this language is not translated into here")
    values = drafts.values(found)
    told = values.get(COURSE, {})
    ids = [*told.get("lessons", ()), *filter(None, [told.get("final")])]
    lessons = [one for id in ids if (one := course_parts.lesson_of(values, id))]
    titles = [(one.id, unit.text if (unit := one.unit(SOURCE, "title")) else one.id) for one in lessons]
    texts = [*_titles(found, lang), *(text for one in lessons for text in _texts(found, one, lang))]
    title = values.get(str(Name("words", "", "title", SOURCE)), {}).get("text") or course
    return Desk(course, lang, title, [(COURSE, title), *titles], texts)


def _titles(found: Mapping[str, Part], lang: str) -> Iterator[Text]:
    for key in TITLES:
        source = _said(found, str(Name("words", "", key, SOURCE)))
        if source:
            part = str(Name("words", "", key, lang))
            yield _text(found, part, COURSE, key, "title" if key == "title" else "text", source, False)


def _texts(found: Mapping[str, Part], lesson: Lesson, lang: str) -> Iterator[Text]:
    for key in lesson_keys(lesson):
        source = _said(found, str(Name("words", lesson.id, key.name, SOURCE)))
        if source:
            part = str(Name("words", lesson.id, key.name, lang))
            files = (voices.name(key.name, spoken) for spoken in (lang, SOURCE))
            sound = [
                voices.state(lesson, key.name, lang),
                *(one if one in lesson.media else "" for one in files),
            ]
            yield _text(found, part, lesson.id, key.name, _about(key), source, key.prose, *sound)


def _said(found: Mapping[str, Part], part: str) -> str:
    value = found[part].value if part in found else None
    return str(value["text"]) if value else ""


def _text(
    found: Mapping[str, Part], part: str, lesson: str, key: str, about: str, source: str, prose: bool,
    sound: str = "missing", file: str = "", heard: str = "",
) -> Text:  # fmt: skip
    said = found.get(part, Part(None, ""))
    return Text(part, lesson, key, about, source, prose, said.value or {}, said.head, sound, file, heard)


def _about(key: Key) -> str:
    """What the words are: a word of the interface, `desk.about_…`."""
    last = key.name.rpartition(".")[2]
    if last in ("alt", "hint", "feedback", "right", "wrong", "unit"):
        return last if key.question or last == "alt" else "practice"
    if key.question:
        return "question" if key.name == key.question else "choice"
    if key.practice:
        return "practice"
    return "title" if key.name == "title" else "text"


def marked(source: str, glossary: Glossary) -> list[Mark]:
    """The Vietnamese in pieces, terms of the glossary with their words."""
    pieces, at = [], 0
    for start, end, term in terms_in(source, glossary):
        pieces += [Mark(source[at:start]), Mark(source[start:end], term.words, term.approved)]
        at = end
    return [one for one in (*pieces, Mark(source[at:])) if one.text]


def remarks(text: Text, words: str, lang: str, glossary: Glossary) -> list[proof.Remark]:
    return proof.remarks(lang, words, text.source, glossary, text.prose)


def before(conn: Connection, course: str, text: Text) -> str:
    """The Vietnamese that outdated words were made from, "" where nobody kept it."""
    if not text.older:
        return ""
    history = drafts.part_history(conn, course, text.source_part)
    said = (str(value["text"]) for _, value in history if value)
    return next((one for one in said if source_hash(one) == text.older), "")


def changed(old: str, new: str) -> list[Piece]:
    """What was taken out of the Vietnamese and what came in, word by word."""
    was, now = old.split(" "), new.split(" ")
    found = []
    for _, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if was[a:b] == now[c:d]:
            found.append(Piece("same", " ".join(was[a:b])))
            continue
        found += [Piece(kind, " ".join(one)) for kind, one in (("gone", was[a:b]), ("new", now[c:d])) if one]
    return found


def authors(conn: Connection, course: str, part: str) -> frozenset[str]:
    history = drafts.part_history(conn, course, part)
    return rules.authors([(change.by, value) for change, value in history], drafts.IMPORT)


def lines(desk: Desk, glossary: Glossary, older: Mapping[str, str]) -> list[Line]:
    """The texts for programs of translators; `older` is the Vietnamese of those outdated, by part."""
    return [
        Line(
            one.place, one.source, one.words, "needs_review" if one.state == "outdated" else one.state,
            older.get(one.part, ""), tuple(_notes(one, glossary)),
        )
        for one in desk.texts
    ]  # fmt: skip


def _notes(text: Text, glossary: Glossary) -> Iterator[str]:
    terms = {term.vi: term.words for _, _, term in terms_in(text.source, glossary)}
    if terms:
        yield "; ".join(f"{vi} → {words}" for vi, words in terms.items())
    if text.comment:
        yield text.comment


def place_of(conn: Connection, officer: Officer) -> str:
    """The code of the place she reviews for."""
    return next(iter(officer.places(Permission.WORDS_APPROVE)), "") or places.province(conn)


class Review(NamedTuple):
    row: Row[Any]
    place: str


def reviews(conn: Connection, course: str = "", into: str = "", place: str = "") -> list[Review]:
    """What reviewers said, newest first."""
    wanted = select(REVIEW).order_by(REVIEW.c.at.desc(), REVIEW.c.id.desc()).limit(MOST_REVIEWS)
    for column, one in ((REVIEW.c.course, course), (REVIEW.c.lang, into), (REVIEW.c.place, place)):
        if one:
            wanted = wanted.where(column == one)
    rows = conn.execute(wanted).all()
    names = {code: getattr(places.place(conn, code), "name", code) for code in {row.place for row in rows}}
    return [Review(row, names[row.place]) for row in rows]


def reviewed(conn: Connection) -> tuple[list[str], dict[str, str]]:
    """The courses and the places (names by code) that any review is about."""
    courses = conn.execute(select(REVIEW.c.course).distinct().order_by(REVIEW.c.course)).scalars()
    codes = conn.execute(select(REVIEW.c.place).distinct()).scalars()
    return list(courses), {code: getattr(places.place(conn, code), "name", code) for code in codes}


def language_name(slug: str) -> str:
    return LANGUAGES[slug].vi_name
