"""What is spoken and what is not, what lies in a lesson's media/, and what is on its way there."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from app.accounts.permissions import Officer, Permission
from app.authoring import draft_queries, media_rules
from app.authoring.draft_queries import Part
from app.authoring.media_models import MediaSpeaker, MediaVoice, MediaWork
from app.core import clock, ids
from app.core.db import table_of
from app.core.errors import NotFound
from app.programmes import class_queries
from courses import parts, text, voices
from courses.facts import Facts
from courses.keys import lesson_keys
from courses.languages import sort_key
from courses.model import DRAFTS, SOURCE, Lesson, source_hash
from courses.words import UNVOICED

WORK, SPEAKER, VOICE = table_of(MediaWork), table_of(MediaSpeaker), table_of(MediaVoice)
IN_HAND = ("waiting", "working")
NAMING = ("block", "question", "practice")
"""Kinds of parts that name files."""
TOLD_MS = 30 * 60 * 1000
"""How long it is told that a file was refused."""


class Text(NamedTuple):
    """Something to be read aloud. `state` is missing, outdated, needs_review, approved, rejected or in_hand."""

    lesson: str
    key: str
    words: str
    beneath: str
    hash: str
    state: str
    voice: Mapping[str, Any]

    @property
    def id(self) -> str:
        """What it is called in a page."""
        return f"{self.lesson}.{self.key}"


class File(NamedTuple):
    """A picture, film or sound of a lesson: its files, the smallest first; `used` are the parts that name it."""

    lesson: str
    base: str
    kind: str
    files: Mapping[str, Mapping[str, Any]]
    used: Sequence[str]

    @property
    def first(self) -> str:
        """What a learner gets before she asks for more."""
        return min(self.files, key=lambda name: (not name.endswith((".mp4", ".opus")), len(name)))


class Read(NamedTuple):
    """A draft: its values by part, and its lessons in their order."""

    values: Mapping[str, Any]
    lessons: Mapping[str, Lesson]

    def of(self, lesson: str) -> "Read":
        """With one of its lessons alone. Raises `NotFound`."""
        if lesson not in self.lessons:
            raise NotFound("there is no such lesson")
        return self._replace(lessons={lesson: self.lessons[lesson]})


def read(found: Mapping[str, Part]) -> Read:
    """The parts of a draft. Raises `NotFound`."""
    values = draft_queries.values(found)
    told = values.get("course")
    if told is None:
        raise NotFound("there is no such course")
    order = [*told.get("lessons", ()), *filter(None, [told.get("final")])]
    held: dict[str, dict[str, Any]] = {}
    for part, value in values.items():
        held.setdefault(part.partition("/")[0], {})[part] = value
    lessons = {}
    for id in order:
        if (one := parts.lesson_of(held.get(id, {}), id)) is not None:
            lessons[id] = one
    return Read(values, lessons)


def texts(conn: Connection, draft: Read, course: str, lang: str, facts: Facts) -> list[Text]:
    """Everything that can be spoken in a language, in the order in which it stands; what is not translated is left out."""
    in_hand = {
        (row.lesson, row.name) for row in works(conn, course) if row.kind == "sound" and row.state in IN_HAND
    }
    return [
        one._replace(state="in_hand") if (one.lesson, voice_of(one.key, lang)) in in_hand else one
        for lesson in draft.lessons.values()
        for one in _texts(draft, lesson, lang, facts)
    ]


def voice_of(key: str, lang: str) -> str:
    return voices.name(key, lang).removesuffix(".opus")


def _texts(draft: Read, lesson: Lesson, lang: str, facts: Facts) -> Iterator[Text]:
    for key in lesson_keys(lesson):
        source, unit = lesson.unit(SOURCE, key.name), lesson.unit(lang, key.name)
        if not (source and source.text and unit and (unit.approved or (unit.draft and unit.state in DRAFTS))):
            continue
        beneath = text.spoken(source.text, facts) if lang != SOURCE else ""
        voice = draft.values.get(f"{lesson.id}/media/{voices.name(key.name, lang)}", {})
        state = voices.state(lesson, key.name, lang)
        words = text.spoken(unit.text, facts)
        yield Text(lesson.id, key.name, words, beneath, source_hash(unit.text), state, voice)


def wanted(found: Sequence[Text], which: str) -> list[Text]:
    """Of those the unvoiced (`todo`), those to be heard by a reviewer (`review`), or every one."""
    if which == "review":
        return [one for one in found if one.state == "needs_review"]
    return [one for one in found if which != "todo" or one.state in UNVOICED]


def files(draft: Read) -> dict[str, list[File]]:
    """By lesson, its pictures, films and sounds that speak no words."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for part, value in draft.values.items():
        name = parts.name(part)
        if name and name.kind == "media" and not parts.VOICE.fullmatch(name.key):
            found.setdefault((name.lesson, media_rules.base(name.key)), {})[name.key] = value
    made: dict[str, list[File]] = {lesson: [] for lesson in draft.lessons}
    for (lesson, base), held in sorted(found.items()):
        if lesson in made:
            kind = _kind(held)
            made[lesson].append(File(lesson, base, kind, held, _used(draft, lesson, held)))
    return made


def _kind(held: Mapping[str, Any]) -> str:
    types = {str(value.get("type", "")).partition("/")[0] for value in held.values()}
    return "video" if "video" in types else "sound" if "audio" in types else "picture"


def _used(draft: Read, lesson: str, names: Mapping[str, Any]) -> list[str]:
    return [part for part in _live(draft, lesson) if media_rules.used(draft.values[part], names)]


def _live(draft: Read, lesson: str) -> list[str]:
    """The blocks and questions a lesson has, and the practices they show; what was taken out of it names nothing."""
    told = draft.values[f"{lesson}/lesson"]
    listed = [f"{lesson}/{kind}/{id}" for kind in ("block", "question") for id in told.get(f"{kind}s", ())]
    there = [part for part in listed if part in draft.values]
    shown = {f"{lesson}/practice/{draft.values[part].get('practice')}": None for part in there}
    return [*there, *(part for part in shown if part in draft.values)]


class Unused(NamedTuple):
    """What lies in a lesson and nothing in it names: a picture, film or sound, a voice of words that are gone, a practice."""

    lesson: str
    base: str
    kind: str
    size: int


def unused(draft: Read) -> list[Unused]:
    found = [
        Unused(lesson, one.base, one.kind, sum(value.get("size", 0) for value in one.files.values()))
        for lesson, some in files(draft).items()
        for one in some
        if not one.used
    ]
    return [*found, *(one for lesson in draft.lessons for one in _left(draft, lesson))]


def _left(draft: Read, lesson: str) -> Iterator[Unused]:
    """Voices of no words of the lesson, and practices no block shows."""
    keys, live = {key.name for key in lesson_keys(draft.lessons[lesson])}, _live(draft, lesson)
    for part, value in draft.values.items():
        name = parts.name(part)
        if name is None or name.lesson != lesson:
            continue
        voice = parts.VOICE.fullmatch(name.key) if name.kind == "media" else None
        if voice and voice[1] not in keys:
            yield Unused(lesson, name.key, "sound", value.get("size", 0))
        if name.kind == "practice" and part not in live:
            yield Unused(lesson, name.key, "practice", len(json.dumps(value)))


def works(conn: Connection, course: str) -> list[Row[Any]]:
    """What is on its way, and what was refused of late, oldest first."""
    late = clock.now() - TOLD_MS
    told = WORK.c.state.in_(IN_HAND) | ((WORK.c.state == "refused") & (WORK.c.made_at > late))
    return list(
        conn.execute(select(WORK).where(WORK.c.course == course, told).order_by(WORK.c.made_at, WORK.c.id))
    )


def work(conn: Connection, course: str, id: str) -> Row[Any]:
    """Raises `NotFound`."""
    row = conn.execute(select(WORK).where(WORK.c.course == course, WORK.c.id == id)).first()
    if row is None:
        raise NotFound("there is no such file on its way")
    return row


def is_known(conn: Connection, id: str) -> bool:
    """Whether a file of this id was taken before."""
    return conn.execute(select(WORK.c.id).where(WORK.c.id == id)).first() is not None


def told(row: Row[Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row.told)
    return found


def speaker(conn: Connection, staff: str, lang: str) -> Row[Any] | None:
    return conn.execute(select(SPEAKER).where(SPEAKER.c.staff == staff, SPEAKER.c.lang == lang)).first()


def names(conn: Connection, voices: Iterable[str]) -> dict[str, str]:
    """What those are called who speak, by what recordings say; "" for a name that was erased."""
    said = {one for one in voices if one}
    known = select(VOICE.c.id, VOICE.c.name).where(VOICE.c.id.in_(said))
    found = {one: "" if ids.is_id(one) else one for one in said}
    return found | {id: name for id, name in conn.execute(known)}


def readers(conn: Connection, officer: Officer) -> dict[str, str]:
    """The learners of her classes, whose voices she may record, by name."""
    if not officer.may(Permission.CLASS_RUN):
        return {}
    rows = [row for row in class_queries.classes(conn, officer) if not row.ended]
    faces = {face for row in rows for face in class_queries.roll(conn, row.id)}
    return {face.id: face.name for face in sorted(faces, key=lambda one: sort_key(SOURCE, one.name))}


def export(conn: Connection, records: Sequence[str]) -> dict[str, Any]:
    """Under which names her voice is kept, and which recordings of drafts are hers."""
    hers = select(VOICE).where(VOICE.c.person_id.in_(records)).order_by(VOICE.c.id)
    voices = [{name: getattr(row, name) for name in ("id", "name", "at")} for row in conn.execute(hers)]
    return {"voices": [{**one, "recordings": _spoken_by(conn, one["id"])} for one in voices]}


def _spoken_by(conn: Connection, voice: str) -> list[str]:
    named = draft_queries.PART.c.value.contains(voice)
    rows = conn.execute(select(draft_queries.PART.c.course, draft_queries.PART.c.part).where(named))
    return sorted(f"{row.course}/{row.part}" for row in rows)
