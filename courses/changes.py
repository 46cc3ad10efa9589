"""What changed between two versions of a course, lesson by lesson, for people to read."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from courses.grading import question_json
from courses.keys import lesson_keys
from courses.languages import LANGUAGES
from courses.model import SOURCE, Block, Course, Lesson, Question, Screen, Unit

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

    `kind` is new, gone or changed, of `what`: course, lesson, block, question, row, spot, screen, words, answer, picture,
    practice, minutes, seconds, pass, order, forms or media; `at` is the first words of the block or question it is in.
    """

    kind: str
    what: str
    before: str = ""
    after: str = ""
    at: str = ""


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
    gone, came = "", ""
    for kind, a, b, c, d in [
        *SequenceMatcher(None, old, new, autojunk=False).get_opcodes(),
        ("equal", 0, 0, 0, 0),
    ]:
        was, now = "".join(old[a:b]), "".join(new[c:d])
        if kind != "equal" or (was.isspace() and (gone or came)):
            gone, came = gone + was, came + now
            continue
        found += [(name, text) for name, text in (("gone", gone), ("new", came)) if text]
        found += [("same", was)] if was else []
        gone, came = "", ""
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
    titles = {one.id: _said(one, "title") for one in (*old.lessons, *new.lessons)}
    found += moved([one.id for one in old.lessons], [one.id for one in new.lessons], titles, titles)
    carried = _carried({"title": old.title, "about": old.about}, {"title": new.title, "about": new.about})
    return Changed("", _text(new.title), found, carried)


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
    found = [*of_lesson(old, new), *_parts(old, new), *_words(old, new)]
    found += _files(old.id, before.media, after.media)
    keys = {key.name: None for key in lesson_keys(new)}
    spoken = _voices(new.id, after.media).items() - _voices(old.id, before.media).items()
    carried = _carried(_by_key(old, keys), _by_key(new, keys), [lang for (_, lang), _ in spoken])
    return Changed(new.id, _said(new, "title") or new.id, found, carried)


def of_lesson(old: Lesson, new: Lesson) -> Iterator[Change]:
    """What changed in its settings, and what was put in, taken out or moved."""
    if old.minutes != new.minutes:
        yield Change("changed", "minutes", str(old.minutes), str(new.minutes))
    if old.forms != new.forms:
        yield Change("changed", "forms")
    for what, was, now in (
        ("block", old.blocks, new.blocks),
        ("question", old.questions, new.questions),
    ):
        before = {one.id: heading(old, one.id) for one in was}
        after = {one.id: heading(new, one.id) for one in now}
        yield from listed(what, [*before], [*after], before, after)


Names = Mapping[str, str]


def listed(
    what: str, was: Sequence[str], now: Sequence[str], before: Names, after: Names, at: str = ""
) -> Iterator[Change]:
    """What came into a list, went out of it and moved in it; `before` and `after` are what people call it."""
    for id in now:
        if id not in was:
            yield Change("new", what, after=after[id], at=at)
    for id in was:
        if id not in now:
            yield Change("gone", what, before=before[id], at=at)
    yield from moved(was, now, before, after, at)


def moved(
    was: Sequence[str], now: Sequence[str], before: Names, after: Names, at: str = ""
) -> Iterator[Change]:
    """What changed its place among the others, as few of them as say it."""
    both = [id for id in was if id in now], [id for id in now if id in was]
    blocks = SequenceMatcher(None, *both, autojunk=False).get_matching_blocks()
    stayed = {id for block in blocks for id in both[0][block.a : block.a + block.size]}
    for id in both[1]:
        if id not in stayed:
            places = was.index(id) + 1, now.index(id) + 1
            yield Change(
                "changed",
                "order",
                f"{places[0]}. {before[id][:SHORT]}",
                f"{places[1]}. {after[id][:SHORT]}",
                at,
            )


def _parts(old: Lesson, new: Lesson) -> Iterator[Change]:
    for question in new.questions:
        if old.question(question.id):
            yield from of_question(old, new, question.id)
    for block in new.blocks:
        was = old.block(block.id)
        if was:
            yield from of_block(old, new, block.id)
            if was.practice == block.practice:
                yield from of_practice(old, new, block.practice)


def of_question(old: Lesson, new: Lesson, id: str) -> Iterator[Change]:
    """What changed in a question besides its words; everything, where it was not there before."""
    found = old.question(id), new.question(id)
    kind = next((one.kind for one in found if one), "one")
    was, now = (one or Question(id, kind) for one in found)
    at = heading(new if found[1] else old, id)
    right = [right_of(lesson, one) if one else "" for lesson, one in zip((old, new), found, strict=True)]
    if _key(was) != _key(now) or right[0] != right[1]:
        yield Change("changed", "answer", right[0], right[1], at)
    yield from _picture(was.picture, now.picture, at)
    for rows in ("choices", "items", "groups", "targets", "spots"):
        if kind != "truefalse":
            yield from _rows(old, new, id, getattr(was, rows), getattr(now, rows), at)


def _key(question: Question) -> dict[str, Any]:
    return {name: said for name, said in question_json(question).items() if name not in ("id", "kind", "ids")}


def of_block(old: Lesson, new: Lesson, id: str) -> Iterator[Change]:
    """What changed in a block besides its words and its practice; everything, where it was not there before."""
    found = old.block(id), new.block(id)
    was, now = (one or Block(id, "text") for one in found)
    at = heading(new if found[1] else old, id)
    yield from _picture(was.picture, now.picture, at)
    yield from _picture(was.poster, now.poster, at)
    if was.media != now.media:
        yield Change("changed", "media", was.media, now.media, at)
    if was.seconds != now.seconds:
        yield Change("changed", "seconds", str(was.seconds), str(now.seconds), at)
    if was.practice != now.practice:
        yield Change("changed", "practice", was.practice, now.practice, at)
    yield from _rows(old, new, id, was.steps, now.steps, at)


def _picture(was: str, now: str, at: str) -> Iterator[Change]:
    if was != now:
        yield Change("changed", "picture", was, now, at)


def _rows(
    old: Lesson, new: Lesson, of: str, was: Sequence[Any], now: Sequence[Any], at: str
) -> Iterator[Change]:
    """Choices, items, steps and places: which came, went and moved, and what is other of those that stayed."""
    before = {one.id: _called(old, f"{of}.{one.id}") for one in was}
    after = {one.id: _called(new, f"{of}.{one.id}") for one in now}
    yield from listed("row", [*before], [*after], before, after, at)
    earlier = {one.id: one for one in was}
    for row in now:
        if row.id in earlier:
            yield from _picture(getattr(earlier[row.id], "picture", ""), getattr(row, "picture", ""), at)
            before_at, after_at = (
                " · ".join(map(str, getattr(one, "at", ()))) for one in (earlier[row.id], row)
            )
            if before_at != after_at:
                name = after[row.id]
                yield Change("changed", "spot", f"{name}: {before_at}", f"{name}: {after_at}", at)


def _called(lesson: Lesson, key: str) -> str:
    return _said(lesson, key) or _said(lesson, f"{key}.alt") or key.rpartition(".")[2]


def of_practice(old: Lesson, new: Lesson, file: str) -> Iterator[Change]:
    """Which of its screens came, went, or show or lead to something else."""
    block = next((one.id for lesson in (new, old) for one in lesson.blocks if one.practice == file), "")
    was, now = _screens(old, file), _screens(new, file)
    before = {id: _called(old, f"{block}.{id}") for id in was}
    after = {id: _called(new, f"{block}.{id}") for id in now}
    at = heading(new, block) if block else ""
    yield from listed("screen", [*before], [*after], before, after, at)
    for id, screen in now.items():
        if id in was and was[id] != screen:
            then, there = _ways(old, block, was[id]), _ways(new, block, screen)
            yield Change("changed", "screen", then if then != there else "", there, at)


def _screens(lesson: Lesson, file: str) -> dict[str, Screen]:
    held = lesson.practices.get(file)
    return {one.id: one for one in held.screens} if held else {}


def _ways(lesson: Lesson, block: str, screen: Screen) -> str:
    """What is on a screen, and where each thing leads."""
    at = f"{block}.{screen.id}"
    rows = [(one.id, one.to) for one in screen.hotspots] + [(one.id, one.to) for one in screen.parts]
    told = [
        _called(lesson, f"{at}.{id}") + (f" → {_called(lesson, f'{block}.{to}')}" if to else "")
        for id, to in rows
    ]
    return f"{_called(lesson, at)} ({'; '.join(told)})" if told else _called(lesson, at)


def heading(lesson: Lesson, id: str) -> str:
    """What a block or a question is known by: the first of its words."""
    own = lesson.words.get(SOURCE, {})
    first = (unit.text for key, unit in own.items() if key.startswith(f"{id}.") and unit.text)
    return _said(lesson, id) or _said(lesson, f"{id}.goal") or next(first, "") or id


def _words(old: Lesson, new: Lesson) -> Iterator[Change]:
    """Vietnamese that says something else, of whatever was there before."""
    was = {key.name for key in lesson_keys(old)}
    for key in lesson_keys(new):
        if key.name in was and _said(old, key.name) != _said(new, key.name):
            first = key.name.partition(".")[0]
            at = heading(new, first) if first != key.name else ""
            yield Change("changed", "words", _said(old, key.name), _said(new, key.name), at)


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
