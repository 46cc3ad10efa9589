"""Who speaks a recording, who answers for it, and whether a learner hears it."""

import hashlib

import pytest

from courses import parts, voices
from courses.folder import Files, read
from courses.model import Lesson, source_hash
from courses.words import unvoiced
from tests.courses import cast

AT, SOUND = "01-hoi", b"OggS"
WORDS = cast.course().lesson(AT).unit("vi", "title").text  # type: ignore[union-attr]


def told(state: str, words: str = WORDS, lang: str = "vi") -> Files:
    """The course with the lesson's title spoken."""
    lines = (
        f'["title.{lang}.opus"]\nseconds = 4\nspeaker = "Lò Thị Mai"\ngroup = "Thái Đen"\nstate = "{state}"\n'
    )
    said = f'{lines}from = "{source_hash(words)}"\n'
    made = {f"{AT}/media/title.{lang}.opus": SOUND, f"{AT}/voices.toml": said.encode()}
    return cast.files() | made


def lesson(files: Files) -> Lesson:
    found = read(files)
    assert found.course and not [one for one in found.faults if "voices" in one.file]
    one = found.course.lesson(AT)
    assert one
    return one


@pytest.mark.parametrize(
    ("state", "words", "draft", "heard"),
    [
        ("approved", WORDS, False, True),
        ("approved", "khác", False, False),
        ("needs_review", WORDS, False, False),
        ("needs_review", WORDS, True, True),
        ("rejected", WORDS, True, False),
    ],
)
def test_what_nobody_answers_for_is_heard_with_draft_words_alone(
    state: str, words: str, draft: bool, heard: bool
) -> None:
    assert voices.is_heard(lesson(told(state, words)), "title", "vi", draft) is heard


def test_a_file_nobody_told_of_waits_for_a_reviewer_unless_it_is_vietnamese() -> None:
    found = lesson(cast.files() | {f"{AT}/media/title.{lang}.opus": SOUND for lang in ("vi", "hmn")})
    assert voices.is_heard(found, "title", "vi", False) and not voices.is_heard(found, "title", "hmn", False)
    assert voices.state(found, "title", "hmn") == "needs_review"


@pytest.mark.parametrize(
    ("state", "words", "waits"),
    [("needs_review", WORDS, False), ("rejected", WORDS, True), ("approved", "khác", True)],
)
def test_what_must_be_recorded_again_is_unvoiced(state: str, words: str, waits: bool) -> None:
    course = read(told(state, words)).course
    assert course and ((AT, "title") in unvoiced(course, "vi")) is waits


def test_who_speaks_goes_through_parts_and_back() -> None:
    files = told("needs_review")
    made = parts.split(files)
    part = made[f"{AT}/media/title.vi.opus"]
    assert part["speaker"] == "Lò Thị Mai" and part["sha256"] == hashlib.sha256(SOUND).hexdigest()
    blobs = {hashlib.sha256(data).hexdigest(): data for data in files.values()}
    back = parts.join(made, blobs.__getitem__)
    assert lesson(back).voices == lesson(files).voices != {}
    assert parts.split(back) == made
