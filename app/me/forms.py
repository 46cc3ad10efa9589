"""What is wrong, as a form brings it: in words, in voice, or both."""

import re
from dataclasses import dataclass, field

from starlette.datastructures import FormData, UploadFile

MOST_WORDS = 2000
LARGEST_VOICE = 1024 * 1024
LARGEST_FORM = LARGEST_VOICE + 64 * 1024
LARGEST_ATTACHED = 1024 * 1024 * 1024
"""What somebody may attach by mistake and still be told, in a page, that it is too large; nothing of it is read."""
SOUNDS = (
    b"OggS",
    b"ID3",
    b"\x1aE\xdf\xa3",
    b"RIFF",
    b"\xff\xfb",
    b"\xff\xf1",
    b"\xff\xf9",
    b"#!AMR",
    b"fLaC",
)
NAME = re.compile(r"[a-z0-9-]{0,40}")
LESSON = re.compile(r"/courses/(?P<course>[a-z0-9-]{1,40})(?:/(?P<lesson>[a-z0-9-]{1,40}))?")


@dataclass(slots=True)
class Telling:
    """`errors` holds an interface word by field."""

    words: str = ""
    course: str = ""
    lesson: str = ""
    voice: bytes = b""
    errors: dict[str, str] = field(default_factory=dict)

    def check(self) -> "Telling":
        if not self.words and not self.voice:
            self.errors["words"] = "help.say_something"
        if len(self.voice) > LARGEST_VOICE:
            self.errors["voice"] = "help.voice_too_large"
        elif self.voice and not is_sound(self.voice):
            self.errors["voice"] = "help.voice_not_sound"
        return self


async def telling(form: FormData) -> Telling:
    voice = form.get("voice")
    heard = await voice.read(LARGEST_VOICE + 1) if isinstance(voice, UploadFile) else b""
    words = " ".join(_visible(_text(form, "words")).split())[:MOST_WORDS]
    return Telling(words, _name(form, "course"), _name(form, "lesson"), heard).check()


def lesson_of(address: str) -> tuple[str, str]:
    """The course and lesson of the page somebody came from, as far as it was one."""
    found = LESSON.search(address)
    return (found["course"], found["lesson"] or "") if found else ("", "")


def is_sound(data: bytes) -> bool:
    """By how the file begins: Ogg, MP3, WebM or Matroska, WAV, AAC, AMR, FLAC, MP4."""
    return data.startswith(SOUNDS) or data[4:8] == b"ftyp"


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _visible(text: str) -> str:
    """Without what no keyboard writes: NUL, and marks that turn the words around for who reads them."""
    return "".join(character if character.isprintable() else " " for character in text)


def _name(form: FormData, name: str) -> str:
    return text if NAME.fullmatch(text := _text(form, name)) else ""
