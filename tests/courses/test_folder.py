from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.checks import check
from courses.folder import NotAFolder, from_dir, read
from courses.model import Fault
from tests.courses import cast


def faults(**changed: str) -> tuple[Fault, ...]:
    return cast.reading(**changed).faults


def only(found: tuple[Fault, ...], file: str, line: int, what: str) -> None:
    assert [(fault.file, fault.line) for fault in found] == [(file, line)]
    assert what in found[0].what
    assert found[0].mend


def test_it_reads_everything() -> None:
    found = cast.reading()
    assert found.faults == ()
    course = cast.course()
    assert (course.id, course.order, course.pass_mark, course.picture) == ("dt99", 99, 70, "kit:market")
    assert [lesson.id for lesson in course.all_lessons()] == ["01-hoi", "02-doc", "kiem-tra"]
    assert course.title["hmn"].state == "machine_draft"
    lesson = course.lessons[0]
    assert [block.kind for block in lesson.blocks] == ["text", "steps", "video", "practice"]
    assert {question.kind for question in lesson.questions} >= {"one", "spot", "text", "number"}
    assert lesson.practices["practice.toml"].screens[0].parts[1].values == ("123456",)
    assert lesson.media == {"film.webm"}
    assert lesson.words["vi"]["story"].text.startswith("Chị Mỷ")


@pytest.mark.parametrize(
    ("toml", "line", "what"),
    [
        ("minutes = 5\nblocks = [\nquestions = 1\n", 3, "not TOML"),
        ('minutes = "five"\n', 1, "not a whole number"),
        ("minutes = true\n", 1, "not a whole number"),
        ("minutes = 5000\n", 1, "out of range"),
        ("blocks = 5\n", 1, "not a list of tables"),
        ("blocks = [1, 2]\n", 1, "not a list of tables"),
        ('\n[[blocks]]\nid = "a"\nkind = "song"\n', 2, "not known"),
        ('\n[[blocks]]\nid = "a"\nkind = "text"\ncolour = 1\n', 2, "means nothing"),
        ('\n\n[[blocks]]\nid = "A B"\nkind = "text"\n', 3, "other signs"),
        ('[[blocks]]\nid = "a"\nkind = "text"\n[[blocks]]\nkind = "text"\n', 4, "no id"),
        ('[[questions]]\nid = "q"\nkind = "essay"\n', 1, "not known"),
        ('[[questions]]\nid = "q"\nkind = "truefalse"\n', 1, "no right answer"),
        ('[[questions]]\nid = "q"\nkind = "number"\nanswer = nan\n', 1, "out of range"),
        (
            '[[questions]]\nid = "q"\nkind = "one"\nchoices = [\n { id = "a", right = 1 },\n]\n',
            5,
            "true or false",
        ),
        (
            '[[questions]]\nid = "q"\nkind = "spot"\nspots = [\n { id = "s", at = [1, 2, 3] },\n]\n',
            5,
            "not a place",
        ),
        ("x = " + "[" * 5000 + "]" * 5000, 1, "nested too deep"),
    ],
)
def test_broken_lesson(toml: str, line: int, what: str) -> None:
    only(faults(lesson=toml), "01-hoi/lesson.toml", line, what)


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"minutes = 5\n# \xff\n", 2, "not UTF-8"),
        (b"# " + b"a" * 10_000_000, 1, "larger than"),
    ],
)
def test_bytes_that_are_no_text(data: bytes, line: int, what: str) -> None:
    found = read(cast.files() | {"01-hoi/lesson.toml": data})
    only(found.faults, "01-hoi/lesson.toml", line, what)
    assert found.course
    assert len(found.course.lessons) == 1


def test_byte_order_mark_and_windows_newlines_are_no_fault() -> None:
    files = {path: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") for path, data in cast.files().items()}
    assert read(files).course == cast.course()


@pytest.mark.parametrize(
    "path", ["01-ho\u0323i/vi.md", "../x.md", "/etc/x.md", "a//b.md", "01-hoi\\vi.md", "a\n.md"]
)
def test_names_that_lead_astray(path: str) -> None:
    only(read(cast.files() | {path: b""}).faults, path, 1, "name of the file")


def test_course_that_is_not_there() -> None:
    found = read({})
    assert found.course is None
    only(found.faults, "course.toml", 1, "missing")


@pytest.mark.parametrize(
    ("old", "new", "file", "what"),
    [
        ('"02-doc"]', '"02-doc", "03-x"]', "03-x/lesson.toml", "missing"),
        ('"02-doc"]', '"02-doc", "02-doc"]', "course.toml", "twice"),
        ('"02-doc"]', '"02-doc", "../x"]', "course.toml", "no name"),
        ('"01-hoi", "02-doc"]', '"01-hoi"]', "02-doc/lesson.toml", "does not name"),
        ('id = "dt99"', 'id = "Đt99"', "course.toml", "other signs"),
        ("pass = 70", "pass = 700", "course.toml", "out of range"),
        ('[about]\nvi = "', '[about]\nth = "x"\nvi = "', "course.toml", "not known"),
        ('state = "machine_draft"', 'state = "good"', "course.toml", "not known"),
        ('hmn = { text = "Peb"', "hmn = { text = 5", "course.toml", "not a text"),
    ],
)
def test_broken_course(old: str, new: str, file: str, what: str) -> None:
    assert old in cast.COURSE
    found = faults(course=cast.COURSE.replace(old, new))
    assert any(fault.file == file and what in fault.what for fault in found), found


def test_words_of_an_unknown_language() -> None:
    only(faults(th="## title\nx\n"), "01-hoi/th.md", 1, "not known")


def test_lines_of_nested_tables() -> None:
    screens = cast.lesson().practices["practice.toml"].screens
    lines = cast.PRACTICE.split("\n")
    assert [lines[screen.line] for screen in screens] == ['id = "inbox"', 'id = "caught"', 'id = "safe"']
    assert [lines[part.line] for part in screens[0].parts] == ['id = "m1"', 'id = "code"', 'id = "qr"']


toml_like = st.text("[]{}=\"',.# \nabcdi1-", max_size=200)
sources = st.binary(max_size=300) | toml_like.map(str.encode)
paths = st.sampled_from([*cast.FILES, "01-hoi/hmn.md", "01-hoi/blt.md", "x/y.toml"]) | st.text(max_size=10)


@given(st.dictionaries(paths, sources, max_size=4))
def test_nothing_in_a_folder_raises(changed: dict[str, bytes]) -> None:
    check(read(cast.files() | changed))


@given(st.data())
def test_no_damage_to_a_good_folder_raises(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(cast.FILES)))
    good = cast.FILES[path].encode()
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 40)))
    check(read(cast.files() | {path: good[:start] + data.draw(sources) + good[end:]}))


def test_from_dir(tmp_path: Path) -> None:
    for path, data in cast.files().items():
        tmp_path.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        tmp_path.joinpath(path).write_bytes(data)
    tmp_path.joinpath(".swp").write_text("x")
    assert from_dir(tmp_path) == cast.files()


def test_from_dir_follows_no_link(tmp_path: Path) -> None:
    outside = tmp_path / "secret"
    outside.write_text("secret")
    for name, target in (("file", outside), ("folder", tmp_path), ("lost", tmp_path / "nowhere")):
        inside = tmp_path / f"course-{name}"
        inside.mkdir()
        (inside / "vi.md").symlink_to(target)
        with pytest.raises(NotAFolder, match="Put a copy"):
            from_dir(inside)


def test_from_dir_wants_a_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    for path in (tmp_path / "nowhere", tmp_path / "link"):
        with pytest.raises(NotAFolder, match="is not a folder"):
            from_dir(path)
