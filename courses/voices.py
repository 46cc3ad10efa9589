"""voices.toml of a lesson: who speaks each recording of its media/, and whether somebody has answered for it."""

from typing import Any

from courses.model import DRAFTS, SOURCE, STATES, Lesson, Unit, Voice, source_hash
from courses.tables import Table

FILE = "voices.toml"
FIELDS = {
    "seconds": "seconds",
    "speaker": "speaker",
    "group": "group",
    "consent": "consent",
    "state": "state",
    "author": "author",
    "reviewer": "reviewer",
    "from": "from_hash",
}


def read(table: Table) -> dict[str, Voice]:
    """By the name of the file in media/."""
    return {name: _voice(table.table(name)) for name in table.values}


def _voice(own: Table) -> Voice:
    own.known(*FIELDS)
    texts = {field: own.text(name) for name, field in FIELDS.items() if name not in ("seconds", "state")}
    return Voice(seconds=own.whole("seconds"), state=own.one_of("state", STATES, "needs_review"), **texts)


def value(media: dict[str, Any]) -> dict[str, Any]:
    """What of a part's value voices.toml says; {} of a picture, and where nobody said who speaks."""
    spoken = media.get("type") == "audio/ogg"
    return {name: media[name] for name in FIELDS if media.get(name)} if spoken else {}


def name(key: str, lang: str) -> str:
    return f"{key}.{lang}.opus"


def outdated(voice: Voice, spoken: Unit | None) -> bool:
    """Whether the words are others than those it speaks."""
    return bool(voice.from_hash) and (spoken is None or voice.from_hash != source_hash(spoken.text))


def is_heard(lesson: Lesson, key: str, lang: str, draft: bool) -> bool:
    """Whether a learner hears it: approved, or a draft where the words stand as one; never where it says something else.

    A file nobody told of speaks what it is called after, and waits for a reviewer unless it is Vietnamese.
    """
    voice = _voice_of(lesson, key, lang)
    fit = voice.state == "approved" or (draft and voice.state in DRAFTS)
    return fit and not outdated(voice, lesson.unit(lang, key))


def _voice_of(lesson: Lesson, key: str, lang: str) -> Voice:
    return lesson.voices.get(name(key, lang)) or Voice(state=first_state(lang))


def state(lesson: Lesson, key: str, lang: str) -> str:
    """missing, outdated, or that of the recording: the one word under which it is counted."""
    file = name(key, lang)
    if file not in lesson.media:
        return "missing"
    voice = _voice_of(lesson, key, lang)
    return "outdated" if outdated(voice, lesson.unit(lang, key)) else voice.state


def first_state(lang: str) -> str:
    """Who writes Vietnamese answers for it; any other language waits for its reviewer."""
    return "approved" if lang == SOURCE else "needs_review"
