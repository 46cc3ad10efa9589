"""The browser's grading.js gives what courses.grading gives, in a real Chromium."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from app.web.press import bare
from courses.grading import NotAnAnswer, grade_json

ROOT = Path(__file__).parent.parent.parent
VECTORS = json.loads(ROOT.joinpath("tests/vectors/grading.json").read_text("utf-8"))
QUESTIONS = {question["id"]: question for question in VECTORS["questions"]}
SOURCE = ROOT.joinpath("app/static/js/grading.js").read_text("utf-8")
RUN = """async ([twin, pairs]) => {
  const { grade } = await import(URL.createObjectURL(new Blob([twin], { type: "text/javascript" })));
  return pairs.map(([question, answer]) => grade(question, answer));
}"""
WORDS = [
    "công an",
    "CONG AN",
    "Đừng  lại",
    "lừa đảo",
    "ꪼꪕ ꪒꪾ",
    "ꪀꪱ꫁ꪉ",
    "ꪉꪫꪱꪉꫀ",
    "½",
    "ﬁ",
    "İ",
    "ΑΣ",
    "ß",
    "\ufeff",
    "1.000",
    "0,5",
]
MARKS = list("ꪀꪫꪱꪰꪮꪉ꪿꫁ꫂ0123456789., -−đ%\t\n\u00a0aăâàảãáạ\u0301\u0323\u0327\u00b8Ð２Ａ")


def some_answer(random: random.Random, question: dict[str, Any]) -> Any:
    """An answer that fits the kind, or, every fourth time, another one."""
    right = question["right"]
    ids = list(question.get("ids") or (right if isinstance(right, list) else ["a"]))
    some = random.choices([*ids, "a", "x", "", "toString"], k=random.randrange(5))
    items = list(right) if isinstance(right, dict) else some
    typed = [
        "".join(random.choices(MARKS, k=random.randrange(9))),
        random.choice(WORDS) + random.choice(["", " đ"]),
    ]
    shapes = {
        "one": random.choice([*ids, *some, None, 1]),
        "several": random.sample(ids, random.randrange(len(ids) + 1)),
        "order": random.sample(ids, len(ids)),
        "groups": {item: random.choice(ids) for item in items},
        "number": random.choice(typed),
        "text": random.choice(typed),
        "some": some,
        "odd": dict.fromkeys(some, random.choice([*ids, 1, None])),
    }
    kind = {"truefalse": "one", "spot": "several", "pairs": "groups"}.get(question["kind"], question["kind"])
    return shapes[kind if random.random() < 0.75 else random.choice(sorted(shapes))]


def graded(question: dict[str, Any], answer: Any) -> dict[str, Any] | None:
    try:
        found = grade_json(question, answer)
    except NotAnAnswer:
        return None
    return {"score": found.score, "right": found.right, "feedback": list(found.feedback)}


@pytest.fixture(scope="module")
def pairs() -> list[tuple[dict[str, Any], Any]]:
    seeded = random.Random(18)
    known = [(QUESTIONS[one["question"]], one["answer"]) for one in VECTORS["vectors"]]
    drawn = [seeded.choice(VECTORS["questions"]) for _ in range(3000)]
    return known + [(question, some_answer(seeded, question)) for question in drawn]


@pytest.mark.parametrize("twin", [SOURCE, bare(SOURCE)], ids=["as written", "as pressed"])
def test_twin(browser: Browser, twin: str, pairs: list[tuple[dict[str, Any], Any]]) -> None:
    page = browser.new_page()
    found = page.evaluate(RUN, [twin, pairs])
    page.close()
    expected = [graded(question, answer) for question, answer in pairs]
    differing = [pair for pair, a, b in zip(pairs, found, expected, strict=True) if a != b]
    assert differing == []
    assert found[: len(VECTORS["vectors"])] == [one["grade"] for one in VECTORS["vectors"]]
    assert 0.2 < sum(one is not None for one in expected) / len(expected) < 0.8
