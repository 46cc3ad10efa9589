import json

import pytest

from courses.grading import grade_json
from courses.structure import outline, outline_of, structure, structure_version, vanished
from tests.courses import cast

VERSION = structure_version(cast.course())


def test_version_is_twelve_hexadecimal_digits() -> None:
    assert len(VERSION) == 12
    assert int(VERSION, 16) >= 0


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("vi", "Lời của", "Lời khác của"),
        ("lesson", 'picture = "kit:market"', 'picture = "kit:phone"'),
        ("lesson", "minutes = 5", "minutes = 6"),
        ("lesson", "minutes = 5", 'minutes = 5\ncodes = ["NLS:4.2"]'),
        ("course", "pass = 70", 'pass = 70\nflagship = "01-hoi/practice.toml"'),
        ("course", "Ba câu hỏi", "Bốn câu hỏi"),
        ("lesson", "at = [0, 0, 50, 50]", "at = [1, 1, 50, 50]"),
    ],
)
def test_words_and_pictures_do_not_change_it(file: str, old: str, new: str) -> None:
    assert structure_version(_changed(file, old, new)) == VERSION


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("lesson", 'id = "b", right = true', 'id = "z", right = true'),
        ("lesson", "answer = false", "answer = true"),
        ("lesson", "answer = 200000", "answer = 200001"),
        ("lesson", 'vi = ["công an"]', 'vi = ["công an", "cảnh sát"]'),
        ("lesson", 'group = "g2"', 'group = "g1"'),
        ("lesson", 'kind = "text"\npicture', 'kind = "note"\npicture'),
        ("practice", 'to = "safe"', 'to = "caught"'),
        ("course", "pass = 70", "pass = 80"),
        ("course", '"01-hoi", "02-doc"', '"01-hoi"'),
    ],
)
def test_structure_changes_it(file: str, old: str, new: str) -> None:
    assert structure_version(_changed(file, old, new)) != VERSION


def _changed(file: str, old: str, new: str):  # type: ignore[no-untyped-def]
    source = {"vi": cast.WORDS, "lesson": cast.LESSON, "course": cast.COURSE, "practice": cast.PRACTICE}[file]
    assert old in source
    return cast.course(**{file: source.replace(old, new, 1)})


def test_kept_structure_still_grades_and_outlines() -> None:
    kept = json.loads(json.dumps(structure(cast.course())))
    assert kept == structure(cast.course())
    assert outline_of(kept) == outline(cast.course())
    assert grade_json(kept["lessons"][0]["questions"][0], "b").right


def test_outline_names_the_final_quiz() -> None:
    found = outline(cast.course())
    assert [(lesson.id, lesson.final) for lesson in found.lessons] == [
        ("01-hoi", False),
        ("02-doc", False),
        ("kiem-tra", True),
    ]


def test_forms_are_structure() -> None:
    lesson = cast.LESSON.replace("minutes = 5", '[forms]\na = ["one"]')
    assert outline(cast.course(lesson=lesson)).lessons[0].forms == (("one",),)
    assert structure_version(cast.course(lesson=lesson)) != VERSION


def test_vanished() -> None:
    old = outline(cast.course())
    assert vanished(old, old) == []
    fewer = outline(_changed("lesson", '[[questions]]\nid = "one"', '[[questions]]\nid = "eins"'))
    assert ["`one`" in fault.what for fault in vanished(old, fewer)] == [True]
    shorter = outline(_changed("course", '"01-hoi", "02-doc"', '"01-hoi"'))
    assert ["`02-doc`" in fault.what for fault in vanished(old, shorter)] == [True]
