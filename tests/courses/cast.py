"""A small course that has one of everything, and is without fault."""

from courses.folder import Read, read
from courses.model import Course, Lesson, Question

COURSE = """
id = "dt99"
order = 99
audience = ["villager"]
codes = ["KNS:1.2"]
picture = "kit:market"
lessons = ["01-hoi", "02-doc"]
final = "kiem-tra"
pass = 70

[title]
vi = "Ba câu hỏi"
hmn = { text = "Peb", state = "machine_draft", origin = "llm", source = "glossary:hmn" }

[about]
vi = "Hỏi trước khi làm theo"
"""

LESSON = """
minutes = 5

[[blocks]]
id = "story"
kind = "text"
picture = "kit:market"

[[blocks]]
id = "do"
kind = "steps"
steps = [ { id = "s1", picture = "kit:phone" }, { id = "s2" } ]

[[blocks]]
id = "film"
kind = "video"
media = "film.webm"
seconds = 40
poster = "kit:phone"

[[blocks]]
id = "try"
kind = "practice"
practice = "practice.toml"

[[questions]]
id = "one"
kind = "one"
choices = [ { id = "a", picture = "kit:phone" }, { id = "b", right = true } ]

[[questions]]
id = "some"
kind = "several"
choices = [ { id = "a", right = true }, { id = "b" }, { id = "c", right = true } ]

[[questions]]
id = "tf"
kind = "truefalse"
answer = false

[[questions]]
id = "row"
kind = "order"
items = [ { id = "a" }, { id = "b" }, { id = "c" } ]

[[questions]]
id = "sort"
kind = "groups"
groups = [ { id = "g1" }, { id = "g2" } ]
items = [ { id = "a", group = "g1" }, { id = "b", group = "g2" } ]

[[questions]]
id = "match"
kind = "pairs"
items = [ { id = "a", match = "t1" }, { id = "b", match = "t2" } ]
targets = [ { id = "t1" }, { id = "t2" } ]

[[questions]]
id = "tap"
kind = "spot"
picture = "kit:phone"
spots = [ { id = "s1", at = [0, 0, 50, 50], right = true }, { id = "s2", at = [50, 50, 50, 50] } ]

[[questions]]
id = "sum"
kind = "number"
answer = 200000

[[questions]]
id = "word"
kind = "text"
accept = { vi = ["công an"] }
"""

PRACTICE = """
start = "inbox"

[[screens]]
id = "inbox"
look = "sms"
picture = "kit:phone"
hotspots = [ { id = "h1", at = [0, 0, 10, 10], to = "caught" } ]

[[screens.parts]]
id = "m1"
kind = "message"
from = true
gesture = "long"
to = "safe"

[[screens.parts]]
id = "code"
kind = "field"
values = ["123456"]
to = "caught"

[[screens.parts]]
id = "qr"
kind = "qr"
payload = "BÀI TẬP: xin chào"

[[screens]]
id = "caught"
end = "wrong"
back = "inbox"

[[screens]]
id = "safe"
end = "right"
"""

ONE_LINERS = [
    "title",
    "story.alt",
    "do.s1",
    "do.s1.alt",
    "do.s2",
    "film",
    "film.alt",
    "try.goal",
    "try.inbox",
    "try.inbox.alt",
    "try.inbox.h1",
    "try.inbox.m1",
    "try.inbox.m1.from",
    "try.inbox.code",
    "try.inbox.code.wrong",
    "try.inbox.qr.alt",
    "try.caught",
    "try.safe",
    "one",
    "one.hint",
    "one.a.alt",
    "one.a.feedback",
    "one.b",
    "one.b.feedback",
    "some",
    "some.a",
    "some.b",
    "some.c",
    "some.a.feedback",
    "some.b.feedback",
    "some.c.feedback",
    "tf",
    "tf.true.feedback",
    "tf.false.feedback",
    "row",
    "row.a",
    "row.b",
    "row.c",
    "row.right",
    "row.wrong",
    "sort",
    "sort.g1",
    "sort.g2",
    "sort.a",
    "sort.b",
    "sort.right",
    "sort.wrong",
    "match",
    "match.a",
    "match.b",
    "match.t1",
    "match.t2",
    "match.right",
    "match.wrong",
    "tap",
    "tap.alt",
    "tap.s1",
    "tap.s1.feedback",
    "tap.s2",
    "tap.s2.feedback",
    "sum",
    "sum.right",
    "sum.wrong",
    "sum.unit",
    "word",
    "word.right",
    "word.wrong",
]

STORY = "## story\nChị Mỷ bán rau. **Gọi** số 156:\n\n- [hỏi](https://hoi.example)\n- rồi làm\n"
WORDS = STORY + "".join(f"\n## {key}\nLời của {key.replace('.', ' ')}\n" for key in ONE_LINERS)
SECOND = '[[blocks]]\nid = "read"\nkind = "takeaway"\n'
FINAL = 'final = true\n\n[[questions]]\nid = "f1"\nkind = "truefalse"\nanswer = true\n'
FINAL_WORDS = (
    "## title\nKiểm tra\n\n## f1\nĐúng không\n\n## f1.true.feedback\nĐúng\n\n## f1.false.feedback\nChưa\n"
)

FILES = {
    "course.toml": COURSE,
    "01-hoi/lesson.toml": LESSON,
    "01-hoi/practice.toml": PRACTICE,
    "01-hoi/vi.md": WORDS,
    "01-hoi/media/film.webm": "film",
    "02-doc/lesson.toml": SECOND,
    "02-doc/vi.md": "## title\nĐọc\n\n## read\nHỏi trước\n",
    "kiem-tra/lesson.toml": FINAL,
    "kiem-tra/vi.md": FINAL_WORDS,
}
SCENES = ("market", "phone")


def files(**changed: str) -> dict[str, bytes]:
    """The folder with files replaced: `lesson`, `practice`, `vi`, `hmn`, `blt` are those of the first lesson."""
    names = {"course": "course.toml", "lesson": "01-hoi/lesson.toml", "practice": "01-hoi/practice.toml"}
    paths = {names.get(name, f"01-hoi/{name}.md"): text for name, text in changed.items()}
    return {path: text.encode() for path, text in (FILES | paths).items()}


def reading(**changed: str) -> Read:
    return read(files(**changed))


def course(**changed: str) -> Course:
    found = reading(**changed).course
    assert found
    return found


def lesson(**changed: str) -> Lesson:
    return course(**changed).lessons[0]


def question(id: str) -> Question:
    found = lesson().question(id)
    assert found
    return found
