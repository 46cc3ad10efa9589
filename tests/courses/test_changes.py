"""What changed between two versions, as people read it."""

from collections.abc import Mapping
from pathlib import Path

from courses import folder
from courses.changes import Carried, Change, Changed, Version, changes, listed, pieces

COURSE = Path(__file__).parents[1] / "small-course"
FILES = folder.from_dir(COURSE)
NAMES = {"a": "A", "b": "B", "c": "C", "d": "D"}


def version(media: Mapping[str, str] = {}, **edits: tuple[str, str]) -> Version:
    """The small course; `edits` are old and new by file, `first__vi` for first/vi.md."""
    files = dict(FILES)
    for name, (old, new) in edits.items():
        path = name.replace("__", "/") + (".md" if name.endswith("vi") else ".toml")
        assert old.encode() in files[path], (path, old)
        files[path] = files[path].replace(old.encode(), new.encode(), 1)
    course = folder.read({**files, **{path: b"" for path in media}}).course
    assert course is not None
    return Version(course, media)


def found(new: Version, old: Version | None = None) -> list[Changed]:
    return changes(old or version(), new)


def test_what_did_not_change_is_not_named() -> None:
    assert found(version()) == []


def test_a_first_version_names_its_lessons() -> None:
    told = changes(None, version())
    assert [one.changes[0].kind for one in told] == ["new"] * 4 and told[0].title == "Khóa nhỏ"


def test_words_are_shown_as_they_were_and_are() -> None:
    [course] = found(version(course=("Khóa nhỏ", "Khóa bé")))
    assert course.changes == [Change("changed", "words", "Khóa nhỏ", "Khóa bé")] and course.lesson == ""
    assert pieces("Khóa nhỏ để thử", "Khóa bé để thử") == [
        ("same", "Khóa "), ("gone", "nhỏ"), ("new", "bé"), ("same", " để thử"),
    ]  # fmt: skip
    assert pieces("Bài thứ nhất", "Tên mới hơn") == [("gone", "Bài thứ nhất"), ("new", "Tên mới hơn")]


def test_choices_steps_and_places_are_named_one_by_one_and_say_in_what_they_are() -> None:
    less = version(first__lesson=('right = true }, { id = "b" }, ', "right = true }, "))
    words = FILES["first/vi.md"].decode()
    for told, kind in ((found(less), "gone"), (changes(less, version()), "new")):
        [change] = told[0].changes
        assert (change.kind, change.what) == (kind, "row"), "another wrong choice is no other right answer"
        assert (change.before or change.after) in words and change.at in words
        assert change.at not in (change.before, change.after)


def test_a_move_names_what_moved_and_where_it_was() -> None:
    told = listed("block", ["a", "b", "c", "d"], ["d", "a", "b", "c"], NAMES, NAMES)
    assert list(told) == [Change("changed", "order", "4. D", "1. D")]
    assert not list(listed("block", ["a", "b", "c"], ["a", "c"], NAMES, NAMES))[1:], (
        "what stayed did not move"
    )


def test_another_right_answer_is_named_as_one() -> None:
    old, new = '{ id = "a" }, { id = "b", right = true }', '{ id = "a", right = true }, { id = "b" }'
    [lesson] = found(version(first__lesson=(old, new)))
    [change] = lesson.changes
    assert (lesson.lesson, change.kind, change.what) == ("first", "changed", "answer")
    assert change.before != change.after and change.before in FILES["first/vi.md"].decode()


def test_what_came_went_and_moved() -> None:
    whole = FILES["first/lesson.toml"].decode()
    q3 = whole[whole.index('[[questions]]\nid = "q3"') : whole.index('[[questions]]\nid = "q4"')]
    [lesson] = found(version(first__lesson=(q3, "")))
    assert [(one.kind, one.what) for one in lesson.changes] == [("gone", "question")]
    [lesson] = changes(version(first__lesson=(q3, "")), version())
    assert [(one.kind, one.what) for one in lesson.changes] == [("new", "question")]
    [course] = found(version(course=('"first", "second"', '"second", "first"')))
    assert [one.what for one in course.changes] == ["order"]
    told = found(version(course=('"first", "second"', '"first"')))
    assert [(one.lesson, one.changes[0].kind) for one in told] == [("second", "gone")]


def test_voices_are_counted_by_language_and_other_files_named() -> None:
    old = {"first/media/story.hmn.opus": "1", "first/media/a.webp": "1"}
    new = {"first/media/story.hmn.opus": "2", "first/media/title.hmn.opus": "1", "first/media/b.webp": "1"}
    [lesson] = found(version(new), version(old))
    assert lesson.carried == [Carried("hmn", 0, 0, 2)]
    assert lesson.changes == [Change("gone", "media", "a.webp", ""), Change("new", "media", "", "b.webp")]
