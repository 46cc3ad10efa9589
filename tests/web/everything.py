"""A lesson with one of every block, question, screen part and gesture, in Vietnamese, Mông and (partly) Thái."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from app.curriculum.lesson_page import lesson_html
from app.curriculum.telling import Medium
from app.web import words
from app.web.render import Pages
from courses.folder import read
from courses.model import Course, Lesson
from courses.structure import structure_version
from tests.courses import cast

CONTENT = Path(__file__).parents[2] / "content"
MORE_BLOCKS = """
[[blocks]]
id = "head"
kind = "heading"

[[blocks]]
id = "know"
kind = "note"

[[blocks]]
id = "care"
kind = "warning"
picture = "kit:phone"

[[blocks]]
id = "speak"
kind = "talk"

[[blocks]]
id = "look"
kind = "picture"
picture = "kit:market"

[[blocks]]
id = "sound"
kind = "audio"
media = "song.opus"

[[blocks]]
id = "home"
kind = "takeaway"

"""
MORE_PARTS = "".join(
    f'\n[[screens.parts]]\nid = "p{n}"\nkind = "{kind}"\n{more}\n'
    for n, (kind, more) in enumerate(
        [
            ("caller", ""),
            ("text", ""),
            ("button", 'to = "caught"'),
            ("link", 'to = "caught"\ngesture = "swipe-left"'),
            ("switch", 'to = "safe"'),
            ("picture", 'picture = "kit:phone"\nto = "safe"'),
        ]
    )
)
LESSON = cast.LESSON.replace('[[blocks]]\nid = "do"', MORE_BLOCKS + '[[blocks]]\nid = "do"')
PRACTICE = cast.PRACTICE.replace('\n[[screens]]\nid = "caught"', MORE_PARTS + '\n[[screens]]\nid = "caught"')
NEW_LINES = [
    "head",
    "care.alt",
    "look",
    "look.alt",
    "sound",
    *[f"try.inbox.p{n}" for n in range(5)],
    "try.inbox.p5.alt",
]
NEW_PROSE = ["know", "care", "speak", "home"]
KEYS = [*cast.ONE_LINERS, *NEW_LINES, *NEW_PROSE]
MONG = "Pêz grei lul nus ntêx thâuk uô lơưr"
THAI = "ꪼꪕ ꪒꪾ ꪀꪫꪱꪣ ꪀ꫁ꪱ ꪀꪲ"
HEAD = "---\nstate: machine_draft\norigin: llm\nsource: test\nauthor: test\n---\n\n"


def unit(key: str, text: str) -> str:
    return f"## {key}\n{text}\n\n"


VI = (
    cast.WORDS
    + "\n"
    + "".join(unit(key, f"Lời của {key.replace('.', ' ')}") for key in [*NEW_LINES, *NEW_PROSE])
)
VI = re.sub(r"^Lời của .*$", lambda line: re.sub(r"\d", " số", line[0]), VI, flags=re.M).replace(" 156", "")
"""No number stands in them, since none is a fact."""
SAME = " [{}](https://hoi.example)"
"""The link that every translation of the story keeps."""


def translated(key: str, words: str) -> str:
    return unit(key, words + SAME.format(words) if key == "story" else words)


HMN = HEAD + "".join(translated(key, MONG) for key in ["title", "story", *KEYS[1:]])
BLT = HEAD + "".join(translated(key, THAI) for key in ["title {state=approved reviewer=Pan}", "story", "one"])
FILES = {
    **cast.FILES,
    "01-hoi/lesson.toml": LESSON,
    "01-hoi/practice.toml": PRACTICE,
    "01-hoi/vi.md": VI,
    "01-hoi/hmn.md": HMN,
    "01-hoi/blt.md": BLT,
    "01-hoi/media/song.opus": "song" * 3000,
    "01-hoi/media/story.vi.opus": "voice" * 1000,
}


def course() -> Course:
    found = read({path: text.encode() for path, text in FILES.items()})
    assert found.course and not [fault for fault in found.faults if fault.level == "error"], found.faults
    return found.course


def media(name: str) -> Medium | None:
    """Every picture there is, and the files of the lesson's media/."""
    body = FILES.get(f"01-hoi/media/{name}", "")
    if not name.startswith("kit:") and not body:
        return None
    ending = "svg" if name.startswith("kit:") else name.rpartition(".")[2]
    return Medium(f"/media/{hashlib.sha256(name.encode()).hexdigest()[:12]}.{ending}", len(body) or 1500)


def pages(drafts: bool = True) -> Pages:
    return Pages(words.read(CONTENT / "words", drafts), picture=lambda name: f"/media/{name}.svg")


def drawn(lang: str, drafts: bool = True, lesson: Lesson | None = None, form: str = "") -> str:
    all = course()
    one = lesson or all.lessons[0]
    all = replace(all, lessons=(one, *all.lessons[1:]))
    return lesson_html(pages(drafts), all, one, structure_version(all), lang, media, {}, form)
