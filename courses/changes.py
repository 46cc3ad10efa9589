"""What changed between two versions of a course, lesson by lesson, for people to read."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from courses.grading import question_json
from courses.keys import lesson_keys
from courses.languages import LANGUAGES
from courses.model import SOURCE, Course, Lesson, Question, Unit

VOICE = re.compile(r"(.+)\.([A-Za-z-]+)\.opus")
SHORT = 40
"""Letters by which a part is known among others."""
WORDS = re.compile(r"\s+|[^\s]+")


class Version(NamedTuple):
    """A course, and by path what tells the files of its media/ apart, as their SHA-256."""

    course: Course
    media: Mapping[str, str]


class Change(NamedTuple):
    """One thing in Vietnamese words before and after: `before` is "" for what is new, `after` for what is gone.

    `kind` is new, gone or changed, of `what`: course, lesson, block, question, words, answer, picture, practice,
    minutes, pass, order, forms or media.
    """

    kind: str
    what: str
    before: str = ""
    after: str = ""


class Carried(NamedTuple):
    """How many words of a language changed, were approved and were spoken since."""

    lang: str
    changed: int
    approved: int
    spoken: int


class Changed(NamedTuple):
    """What changed in a lesson, or in what the course says of itself, where `lesson` is ""."""

    lesson: str
    title: str
    changes: Sequence[Change]
    carried: Sequence[Carried]


def changes(old: Version | None, new: Version) -> list[Changed]:
    """In the order of the lessons; what did not change is not named. Without `old` everything is new."""
    before = {one.id: one for one in old.course.all_lessons()} if old else {}
    after = {one.id: one for one in new.course.all_lessons()}
    found = [_of_course(old.course if old else None, new.course)]
    for id, lesson in after.items():
        found.append(_of_lesson(before[id], lesson, old, new) if id in before else _whole(lesson, "new"))
    found += [_whole(lesson, "gone") for id, lesson in before.items() if id not in after]
    return [one for one in found if one.changes or one.carried]


def pieces(before: str, after: str) -> list[tuple[str, str]]:
    """A text beside another as (same, gone or new, words)."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    found: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(old[a:b])))
            continue
        found += [
            (name, text) for name, text in (("gone", "".join(old[a:b])), ("new", "".join(new[c:d]))) if text
        ]
    return found


def _of_course(old: Course | None, new: Course) -> Changed:
    if old is None:
        return Changed("", _text(new.title), [Change("new", "course", after=_text(new.title))], [])
    found = [
        Change("changed", "words", _text(a), _text(b))
        for a, b in ((old.title, new.title), (old.about, new.about))
        if _text(a) != _text(b)
    ]
    if old.pass_mark != new.pass_mark:
        found.append(Change("changed", "pass", str(old.pass_mark), str(new.pass_mark)))
    if old.picture != new.picture:
        found.append(Change("changed", "picture", old.picture, new.picture))
    if _moved([one.id for one in old.lessons], [one.id for one in new.lessons]):
        found.append(Change("changed", "order", _titles(old), _titles(new)))
    carried = _carried({"title": old.title, "about": old.about}, {"title": new.title, "about": new.about})
    return Changed("", _text(new.title), found, carried)


def _titles(course: Course) -> str:
    return " · ".join(_said(lesson, "title") for lesson in course.lessons)


def _text(units: Mapping[str, Unit]) -> str:
    return units[SOURCE].text if SOURCE in units else ""


def _said(lesson: Lesson, key: str) -> str:
    unit = lesson.unit(SOURCE, key)
    return unit.text if unit else ""


def _whole(lesson: Lesson, kind: str) -> Changed:
    title = _said(lesson, "title") or lesson.id
    change = Change(kind, "lesson", after=title) if kind == "new" else Change(kind, "lesson", before=title)
    return Changed(lesson.id, title, [change], [])


def _of_lesson(old: Lesson, new: Lesson, before: Version | None, after: Version) -> Changed:
    assert before is not None, "there was a lesson before"
    found = [*_settings(old, new), *_parts(old, new), *_words(old, new)]
    found += _files(old.id, before.media, after.media)
    keys = {key.name: None for key in lesson_keys(new)}
    spoken = _voices(new.id, after.media).items() - _voices(old.id, before.media).items()
    carried = _carried(_by_key(old, keys), _by_key(new, keys), [lang for (_, lang), _ in spoken])
    return Changed(new.id, _said(new, "title") or new.id, found, carried)


def _settings(old: Lesson, new: Lesson) -> Iterator[Change]:
    if old.minutes != new.minutes:
        yield Change("changed", "minutes", str(old.minutes), str(new.minutes))
    if old.forms != new.forms:
        yield Change("changed", "forms")


def _parts(old: Lesson, new: Lesson) -> Iterator[Change]:
    yield from _listed("block", old, new, lambda lesson: [one.id for one in lesson.blocks])
    yield from _listed("question", old, new, lambda lesson: [one.id for one in lesson.questions])
    for question in new.questions:
        was = old.question(question.id)
        if was and question_json(was) != question_json(question):
            yield Change("changed", "answer", right_of(old, was), right_of(new, question))
        if was and _pictures(was) != _pictures(question):
            yield Change("changed", "picture", after=_said(new, question.id))
    for block in new.blocks:
        earlier = old.block(block.id)
        if earlier and (earlier.picture, earlier.steps, earlier.media) != (
            block.picture,
            block.steps,
            block.media,
        ):
            yield Change("changed", "picture", after=_heading(new, block.id))
        if earlier and old.practices.get(earlier.practice) != new.practices.get(block.practice):
            yield Change("changed", "practice", after=_heading(new, block.id))


def _pictures(question: Question) -> list[str]:
    parts = (*question.choices, *question.items, *question.groups, *question.targets)
    return [question.picture, *(one.picture for one in parts)]


def _listed(what: str, old: Lesson, new: Lesson, ids: Callable[[Lesson], Sequence[str]]) -> Iterator[Change]:
    was, now = ids(old), ids(new)
    for id in now:
        if id not in was:
            yield Change("new", what, after=_heading(new, id))
    for id in was:
        if id not in now:
            yield Change("gone", what, before=_heading(old, id))
    if _moved(was, now):
        yield Change(
            "changed",
            "order",
            " · ".join(_heading(old, id)[:SHORT] for id in was),
            " · ".join(_heading(new, id)[:SHORT] for id in now),
        )


def _moved(was: Sequence[str], now: Sequence[str]) -> bool:
    return [id for id in was if id in now] != [id for id in now if id in was]


def _heading(lesson: Lesson, id: str) -> str:
    """What a block or a question is known by: the first of its words."""
    own = lesson.words.get(SOURCE, {})
    first = (unit.text for key, unit in own.items() if key.startswith(f"{id}.") and unit.text)
    return _said(lesson, id) or _said(lesson, f"{id}.goal") or next(first, "") or id


def _words(old: Lesson, new: Lesson) -> Iterator[Change]:
    """Vietnamese that says something else, of whatever was there before."""
    was = {key.name for key in lesson_keys(old)}
    for key in lesson_keys(new):
        if key.name in was and _said(old, key.name) != _said(new, key.name):
            yield Change("changed", "words", _said(old, key.name), _said(new, key.name))


def right_of(lesson: Lesson, question: Question) -> str:
    """The right answer in words."""

    def of(id: str) -> str:
        return _said(lesson, f"{question.id}.{id}") or _said(lesson, f"{question.id}.{id}.alt") or id

    if question.kind == "number":
        return f"{question.answer / 1000:g}".replace(".", ",") + (
            f" ± {question.tolerance / 1000:g}".replace(".", ",") if question.tolerance else ""
        )
    if question.kind == "text":
        return " / ".join(text for texts in question.accept.values() for text in texts)
    if question.kind in ("groups", "pairs"):
        return " · ".join(f"{of(one.id)} → {of(one.group or one.match)}" for one in question.items)
    if question.kind == "order":
        return " → ".join(of(one.id) for one in question.items)
    chosen = [one.id for one in question.choices if one.right] + [
        one.id for one in question.spots if one.right
    ]
    return " · ".join(map(of, chosen))


def _files(lesson: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """Files of a lesson's media/ that are no voices."""
    at = f"{lesson}/media/"
    for path in sorted({*before, *after}):
        name = path.removeprefix(at)
        if not path.startswith(at) or before.get(path) == after.get(path) or VOICE.fullmatch(name):
            continue
        kind = "changed" if path in before and path in after else "new" if path in after else "gone"
        yield Change(kind, "media", name if kind != "new" else "", name if kind != "gone" else "")


def _voices(lesson: str, media: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """By key and language."""
    at = f"{lesson}/media/"
    named = {path: VOICE.fullmatch(path.removeprefix(at)) for path in media if path.startswith(at)}
    return {(found[1], found[2]): media[path] for path, found in named.items() if found}


ByKey = Mapping[str, Mapping[str, Unit]]


def _by_key(lesson: Lesson, keys: Iterable[str]) -> ByKey:
    return {key: {lang: units[key] for lang, units in lesson.words.items() if key in units} for key in keys}


def _carried(old: ByKey, new: ByKey, spoken: Sequence[str] = ()) -> list[Carried]:
    """By language; of the Vietnamese only what is spoken, for its words are told one by one."""
    found = []
    for lang, language in LANGUAGES.items():
        if language.view_of:
            continue
        pairs = [(old.get(key, {}).get(lang), units.get(lang)) for key, units in new.items()]
        told = lang != SOURCE
        changed = sum(told and a != b and _of(a) != _of(b) for a, b in pairs)
        approved = sum(
            told and bool(b and b.approved) and not (a and a.approved and a.text == (b and b.text))
            for a, b in pairs
        )
        one = Carried(lang, changed, approved, sum(name == lang for name in spoken))
        if one.changed or one.approved or one.spoken:
            found.append(one)
    return found


def _of(unit: Unit | None) -> str:
    return unit.text if unit else ""
