"""A course as parts: nothing is lost on the way there and back, and two changes of different things become one."""

from pathlib import Path
from typing import Any

import pytest

from courses import folder, parts, tomlfile
from courses.model import Course
from courses.structure import structure_version

SHIPPED = sorted(Path("content/courses").glob("*/course.toml"))
SMALL = Path("tests/small-course/course.toml")


def held(files: dict[str, bytes]) -> dict[str, bytes]:
    return {value["sha256"]: files[f"{one.lesson}/media/{one.key}"] for part, value in parts.split(files).items()
            if (one := parts.name(part)) and one.kind == "media"}  # fmt: skip


def test_every_course_comes_back_whole() -> None:
    assert len(SHIPPED) >= 10
    for path in (*SHIPPED, SMALL):
        files = folder.from_dir(path.parent)
        split = parts.split(files)
        assert [name for name, value in split.items() if parts.fault(name, value)] == []
        assert [name for name in split if str(parts.name(name)) != name] == []
        joined = parts.join(split, held(files).__getitem__)
        assert parts.split(joined) == split
        before, after = folder.read(files), folder.read(joined)
        assert isinstance(before.course, Course) and after.faults == before.faults
        assert after.course == before.course
        assert structure_version(after.course) == structure_version(before.course)


def test_toml_says_again_what_it_was_told() -> None:
    told: dict[str, Any] = {
        "id": "x", "n": -2.5, "flag": False, "none": [], "two words": {"a": ["\"\\\n\x7f", "é"]},
        "list": [{"id": "a", "deep": [{"x": {"y": [1, 2]}}, {}]}, {"id": "b" * 200}],
    }  # fmt: skip
    import tomllib

    assert tomllib.loads(tomlfile.dump(told)) == told


def test_what_was_taken_out_of_a_lesson_is_in_no_file_of_it() -> None:
    split = parts.split(folder.from_dir(SMALL.parent))
    lesson = split["first/lesson"]
    gone = lesson["blocks"][0]
    assert any(part.startswith(f"first/words/vi/{gone}") for part in split)
    left = parts.join(split | {"first/lesson": lesson | {"blocks": lesson["blocks"][1:]}}, lambda _: b"")
    read = folder.read(left)
    assert (
        read.course and not read.course.lessons[0].block(gone) and not read.course.lessons[0].unit("vi", gone)
    )
    assert not {
        path
        for path in parts.join(split | {"first/lesson": None}, lambda _: b"")
        if path.startswith("first/")
    }


BASE: dict[str, Any] = {"minutes": 5, "blocks": ["a", "b", "c"], "codes": ["X:1"]}
MERGED = (
    ({"blocks": ["a", "n", "b", "c"]}, {"blocks": ["a", "b", "c", "z"]}, {"blocks": ["a", "n", "b", "c", "z"]}),
    ({"blocks": ["c", "a", "b"]}, {"blocks": ["a", "b", "n", "c"]}, {"blocks": ["c", "a", "b", "n"]}),
    ({"blocks": ["a", "c"]}, {"blocks": ["c", "b", "a"]}, {"blocks": ["c", "a"]}),
    ({"minutes": 6}, {"blocks": ["a"], "codes": []}, {"minutes": 6, "blocks": ["a"], "codes": []}),
    ({"minutes": 6}, {"minutes": 6, "new": 1}, {"minutes": 6, "new": 1}),
)  # fmt: skip


def test_changes_of_different_things_are_one() -> None:
    for mine, theirs, both in MERGED:
        assert parts.merge("x/lesson", BASE, BASE | mine, BASE | theirs) == BASE | both


CLASHES = (
    ("x/lesson", BASE, BASE | {"minutes": 6}, BASE | {"minutes": 7}),
    ("x/lesson", BASE, BASE | {"blocks": ["b", "a", "c"]}, BASE | {"blocks": ["c", "b", "a"]}),
    ("x/words/vi/a", {"text": "a", "state": "approved"}, {"text": "b", "state": "approved"},
     {"text": "a", "state": "rejected"}),
    ("x/question/q", {"choices": [{"id": "a"}, {"id": "b"}]}, {"choices": [{"id": "a"}]},
     {"choices": [{"id": "a"}, {"id": "b", "right": True}]}),
    ("x/lesson", BASE, None, BASE | {"minutes": 7}),
)  # fmt: skip


def test_what_cannot_both_be_is_said() -> None:
    for part, base, mine, theirs in CLASHES:
        with pytest.raises(parts.Clash):
            parts.merge(part, base, mine, theirs)


BAD = (
    ("../course", {}, "name"), ("course/lesson", {}, "name"), ("x/words/klingon/a", None, "name"),
    ("x/words/vi/a", {"text": 1, "state": "approved"}, "words"),
    ("x/words/vi/a", {"text": "a", "state": "signed"}, "words"),
    ("x/block/a", {"id": "b", "kind": "text"}, "id"), ("x/block/a", {"id": "a", "kind": "song"}, "id"),
    ("x/lesson", {"blocks": [["a"]]}, "ids"), ("x/question/q", {"id": "q", "kind": "one", "n": None}, "form"),
    ("x/lesson", {"minutes": float("nan")}, "form"), ("x/media/../a", {}, "name"),
    ("x/media/a.opus", {"sha256": "a"}, "media"),
)  # fmt: skip


def test_what_is_no_part_is_refused() -> None:
    for part, value, why in BAD:
        assert parts.fault(part, value) == why, part
