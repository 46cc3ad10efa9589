import pytest

from app.authoring import editor_findings
from courses.checks import check, counts
from courses.facts import read as read_facts
from courses.folder import read
from courses.model import Fault
from courses.structure import outline
from tests.courses import cast

ASSERTED = '{state=approved reviewer="Lò A" from=00000000}'


def faults(**changed: str) -> list[Fault]:
    return check(cast.reading(**changed), scenes=cast.SCENES)


def has(found: list[Fault], file: str, what: str, level: str = "error") -> None:
    assert any(one.file == file and what in one.what and one.level == level for one in found), "\n".join(
        map(str, found)
    )
    about = [one for one in found if what in one.what]
    assert [*editor_findings.unsaid(about)] == [], "a teacher is told each in her own language"
    assert all((one.mend.endswith(".") and one.what.endswith((".", ">"))) or one.mend for one in found)


def test_a_good_course_has_no_fault() -> None:
    assert faults() == []


LESSON = "01-hoi/lesson.toml"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('media = "film.webm"', 'media = "lost.webm"', "`lost.webm` of block `film` is not in media/"),
        ("seconds = 40\n", "", "no length"),
        ("kit:market", "kit:moon", "`kit:moon` is not in the kit"),
        ("kit:market", "photo.jpg", "`photo.jpg` is not in media/"),
        ('b", right = true }', 'b" }', "has 0 right choices"),
        ('{ id = "a", picture = "kit:phone" }', '{ id = "a", right = true }', "has 2 right choices"),
        ("50], right = true", "50]", "`tap` has no right answer"),
        ('vi = ["công an"]', 'vi = [" "]', "`word` has no right answer"),
        ("accept = { vi", "accept = { th", "unknown language"),
        ('id = "film"', 'id = "story"', "`story` stands 2 times"),
        ('{ id = "a" }, { id = "b" }, { id = "c" }', '{ id = "a" }, { id = "a" }', "`a` stands 2 times"),
        ('id = "film"', 'id = "title"', "the name of a key"),
        ('group = "g2"', 'group = "g3"', "is no group"),
        ('match = "t2"', 'match = "t3"', "is no target"),
        ('picture = "kit:phone"\nspots', "spots", "no picture to tap"),
        ('steps = [ { id = "s1", picture = "kit:phone" }, { id = "s2" } ]', "", "has no steps"),
        ('practice = "practice.toml"', 'practice = "lost.toml"', "`lost.toml` of block `try` is not there"),
        ("minutes = 5", "final = true", "Only the final quiz"),
        ('{ id = "s2" } ]', '{ id = "s2" }, { id = "s3" } ]', "`do.s3` has no Vietnamese"),
        (
            '{ id = "b" }, { id = "c", right',
            '{ id = "x" }, { id = "c", right',
            "`some.x.feedback` has no Vietnamese",
        ),
        (
            'choices = [ { id = "a", picture = "kit:phone" }, { id',
            "choices = [ { id",
            "fewer than two choices",
        ),
        ('kind = "text"\npicture = "kit:market"', 'kind = "picture"', "has no picture"),
    ],
)
def test_structure(old: str, new: str, what: str) -> None:
    assert old in cast.LESSON
    has(faults(lesson=cast.LESSON.replace(old, new, 1)), LESSON, what)


QUESTION = '[[questions]]\nid = "f{0}"\nkind = "truefalse"\nanswer = true\noutcome = "{1}"\n'
QUIZ = "".join(QUESTION.format(id, outcome) for id, outcome in [(1, "x"), (2, "x"), (3, "y"), (4, "y")])


def quiz(forms: str) -> list[Fault]:
    words = "## title\nKiểm tra\n" + "".join(
        f"\n## f{id}{ending}\nLời\n" for id in "1234" for ending in ("", ".true.feedback", ".false.feedback")
    )
    lesson = f"final = true\n[forms]\n{forms}\n{QUIZ}"
    return check(
        read(cast.files() | {"kiem-tra/lesson.toml": lesson.encode(), "kiem-tra/vi.md": words.encode()})
    )


def test_forms_of_the_final_quiz() -> None:
    file = "kiem-tra/lesson.toml"
    assert quiz('a = ["f1", "f3"]\nb = ["f2", "f4"]') == []
    has(quiz('a = ["f1", "f2"]\nb = ["f3", "f4"]'), file, "equally", "warning")
    has(quiz('a = ["f1", "f3"]\nb = ["f2", "f3"]'), file, "No form holds `f4`")
    has(quiz('a = ["f1", "f3"]\nb = ["f2", "f9"]'), file, "Form `b` names")
    has(quiz('a = ["f1", "f1"]\nb = []'), file, "Form `b` names")
    has(faults(lesson='[forms]\na = ["one"]\n' + cast.LESSON), LESSON, "Only the final quiz comes in forms")


def test_line_of_a_fault_is_where_its_owner_stands() -> None:
    found = faults(lesson=cast.LESSON.replace('b", right = true }', 'b" }'))
    lines = cast.LESSON.split("\n")
    assert lines[found[0].line] == 'id = "one"'


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("\n## nothing\nx\n", "Nothing in the lesson is called `nothing`"),
        ("\n## sum.hint\nHai\ndòng\n", "more than one line"),
        ("\n## sum.hint\nmột <b>hai</b>\n", "holds HTML: <b>"),
        ("\n## try\nVào https://that.vn\n", ""),
    ],
)
def test_words(words: str, what: str) -> None:
    found = faults(vi=cast.WORDS + words)
    if what:
        has(found, "01-hoi/vi.md", what)
    else:
        assert found == []


def test_practice_words_are_invented() -> None:
    has(
        faults(vi=cast.WORDS.replace("Lời của try inbox m1\n", "Gọi 0912345678\n")),
        "01-hoi/vi.md",
        "could be real",
    )


def translated(key: str, words: str, attributes: str = "{state=machine_draft}") -> list[Fault]:
    return faults(hmn=f"## {key} {attributes}\n{words}\n")


GOOD = "Cxiv Mỷ muôs zâuz. **Hu** 156:\n\n- [nus](https://hoi.example)\n- uô"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("156", "157", "other numbers than the Vietnamese: too many: 157; missing: 156"),
        ("156", "156 156", "other numbers than the Vietnamese: too many: 156"),
        ("hoi.example", "khac.example", "other links"),
        ("156", "156 {fact:x}", "other placeholders"),
    ],
)
def test_translation_carries_the_same(old: str, new: str, what: str) -> None:
    has(translated("story", GOOD.replace(old, new)), "01-hoi/hmn.md", what)


def test_numbers_may_be_grouped_otherwise() -> None:
    vi = cast.WORDS.replace("Lời của sum\n", "Có 200.000 đồng\n")
    found = faults(vi=vi, hmn="## sum {state=machine_draft}\nMuôx 200 000 đôngx\n")
    assert not [one for one in found if "numbers" in one.what]


def test_approval_names_another_person() -> None:
    has(translated("title", "Nus", "{state=approved}"), "01-hoi/hmn.md", "nobody is named")
    own = '{state=approved author="Lò A" reviewer="lò a"}'
    has(translated("title", "Nus", own), "01-hoi/hmn.md", "its own author")
    has(
        translated("title", "Nus", '{state=approved reviewer="Lò A"}'),
        "01-hoi/hmn.md",
        "do not say which",
        "warning",
    )
    assert translated("title", "Nus", ASSERTED) == []


def test_syllables_of_the_language() -> None:
    bad = "nus " * 9 + "strzk " * 11
    has(translated("title", bad), "01-hoi/hmn.md", "Only 45.0 %")
    has(translated("title", "nus " * 95 + "strzk " * 5), "01-hoi/hmn.md", "Only 95.0 %", "warning")


def test_another_language_in_the_file() -> None:
    words = "Không được đọc mật khẩu cho người khác"
    has(translated("title", words), "01-hoi/hmn.md", "looks like Tiếng Việt", "warning")


def test_a_copy_is_no_translation_but_an_address_or_a_name_is() -> None:
    lines = {
        "film": "Nhà nước không gọi điện hỏi mã",
        "do.s1": "https://ngan-hang.example/mo",
        "do.s2": "Giàng Thị Mỷ",
    }
    vi, hmn = cast.WORDS, ""
    for key, words in lines.items():
        vi = vi.replace(f"## {key}\nLời của {key.replace('.', ' ')}\n", f"## {key}\n{words}\n")
        hmn += f"## {key} {{state=machine_draft}}\n{words}\n\n"
    copies = [one.what for one in faults(vi=vi, hmn=hmn) if "is the Vietnamese" in one.what]
    assert copies == ["`film` is the Vietnamese itself."]
    assert not [one for one in faults(vi=vi, hmn=hmn) if "`do.s2`" in one.what]


def test_course_titles() -> None:
    has(
        faults(course=cast.COURSE.replace('vi = "Ba câu hỏi"', "")),
        "course.toml",
        "`title` has no Vietnamese",
    )
    has(faults(course=cast.COURSE.replace('text = "Peb"', 'text = "Peb 3"')), "course.toml", "other numbers")
    has(faults(course=cast.COURSE.replace("machine_draft", "approved")), "course.toml", "nobody is named")
    has(faults(course=cast.COURSE.replace('"01-hoi", "02-doc"', "")), "course.toml", "no lesson")


def test_a_recording_of_nothing() -> None:
    found = check(read(cast.files() | {"01-hoi/media/drawn.SVG": b"<svg/>"}))
    has(found, "01-hoi/media/drawn.SVG", "may run a script")
    found = check(read(cast.files() | {"01-hoi/media/lost.vi.opus": b""}))
    has(found, "01-hoi/media/lost.vi.opus", "speaks no key", "warning")


def test_vanished_questions_and_unknown_facts_are_among_the_faults() -> None:
    changed = cast.reading(
        lesson=cast.LESSON.replace('id = "sum"', 'id = "total"'), vi=cast.WORDS + "\n## total\n{fact:no}\n"
    )
    found = check(changed, facts=read_facts(b"")[0], published=outline(cast.course()))
    has(found, LESSON, "question `sum` is gone", "warning")
    has(found, "01-hoi/vi.md", "`no` is not in facts.toml")


def test_counts() -> None:
    course = cast.course()
    found = counts([course], faults(course=cast.COURSE.replace('"01-hoi", "02-doc"', "")))
    assert {name: found[name] for name in ("courses", "lessons", "finals", "questions", "practices")} == {
        "courses": 1,
        "lessons": 2,
        "finals": 1,
        "questions": 10,
        "practices": 1,
    }
    assert found["languages"]["hmn"]["draft"] == 1  # type: ignore[index]
    assert found["faults"] == {"errors": 1, "warnings": 2}
