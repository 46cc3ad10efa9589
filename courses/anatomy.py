"""Faults in the structure of a lesson: its ids, blocks and questions."""

from collections import Counter
from collections.abc import Iterator

from courses.keys import RESERVED
from courses.languages import LANGUAGES
from courses.model import Block, Choice, Fault, Lesson, Question, Spot


def check(file: str, lesson: Lesson) -> Iterator[Fault]:
    yield from _ids(file, lesson)
    for block in lesson.blocks:
        yield from _block(file, lesson, block)
    for question in lesson.questions:
        yield from _question(file, question)
    for what, mend in _forms(lesson):
        yield Fault(file, 1, what, mend)
    yield from _uneven(file, lesson)


def _forms(lesson: Lesson) -> Iterator[tuple[str, str]]:
    questions = {question.id for question in lesson.questions}
    if lesson.forms and not lesson.final:
        yield "Only the final quiz comes in forms.", "Remove [forms]."
    for name, ids in lesson.forms.items():
        if not ids or len({*ids}) < len(ids) or not questions.issuperset(ids):
            yield (
                f"Form `{name}` names no question, one twice, or one that is not there.",
                "Name each question once.",
            )
    left = questions - {id for ids in lesson.forms.values() for id in ids}
    if lesson.forms and left:
        yield f"No form holds {', '.join(f'`{id}`' for id in sorted(left))}.", "Add them to a form."


def _uneven(file: str, lesson: Lesson) -> Iterator[Fault]:
    outcomes = {question.id: question.outcome for question in lesson.questions}
    covered = {tuple(sorted(outcomes.get(id, "") for id in ids)) for ids in lesson.forms.values()}
    if len(covered) > 1:
        mend = "Give each form as many questions of every `outcome` as the others."
        yield Fault(file, 1, "The forms do not cover the outcomes equally.", mend, "warning")


def _ids(file: str, lesson: Lesson) -> Iterator[Fault]:
    owners: list[Block | Question] = [*lesson.blocks, *lesson.questions]
    yield from _once(file, 1, [owner.id for owner in owners], "the lesson")
    for block in lesson.blocks:
        yield from _once(file, block.line, [step.id for step in block.steps], f"block `{block.id}`")
    for question in lesson.questions:
        ids = [part.id for part in _parts(question) if question.kind != "truefalse"]
        yield from _once(file, question.line, ids, f"question `{question.id}`")
    for name, graph in lesson.practices.items():
        path = f"{lesson.id}/{name}"
        yield from _once(path, 1, [screen.id for screen in graph.screens], "the practice")
        for screen in graph.screens:
            ids = [*(part.id for part in screen.parts), *(hotspot.id for hotspot in screen.hotspots)]
            yield from _once(path, screen.line, ids, f"screen `{screen.id}`")


def _parts(question: Question) -> list[Choice | Spot]:
    return [*question.choices, *question.items, *question.groups, *question.targets, *question.spots]


def _once(file: str, line: int, ids: list[str], where: str) -> Iterator[Fault]:
    for id, times in Counter(id for id in ids if id).items():
        if times > 1:
            yield Fault(
                file, line, f"The id `{id}` stands {times} times in {where}.", "Give each its own id."
            )
        if id in RESERVED:
            yield Fault(file, line, f"The id `{id}` in {where} is the name of a key.", "Choose another id.")


def _block(file: str, lesson: Lesson, block: Block) -> Iterator[Fault]:
    def fault(what: str, mend: str) -> Fault:
        return Fault(file, block.line, what, mend)

    if block.kind == "picture" and not block.picture:
        yield fault(f"Block `{block.id}` has no picture.", 'Write `picture = "kit:…"`.')
    if block.kind == "steps" and not block.steps:
        yield fault(f"Block `{block.id}` has no steps.", 'Write `steps = [{ id = "s1" }]`.')
    if block.kind in ("audio", "video") and block.media not in lesson.media:
        yield fault(
            f"The file `{block.media}` of block `{block.id}` is not in media/.",
            "Put it there, or mend `media`.",
        )
    if block.kind == "video" and not (block.seconds and block.poster):
        yield fault(f"Video `{block.id}` has no length or no poster.", "Write `seconds` and `poster`.")
    if block.kind == "practice" and block.practice not in lesson.practices:
        mend = "Write that file beside lesson.toml, or mend `practice`."
        yield fault(f"The practice `{block.practice}` of block `{block.id}` is not there.", mend)


def _question(file: str, question: Question) -> Iterator[Fault]:
    for what, mend in _question_faults(question):
        yield Fault(file, question.line, f"Question `{question.id}` {what}", mend)


def _question_faults(question: Question) -> Iterator[tuple[str, str]]:
    rights = sum(part.right for part in _parts(question))
    if question.kind == "one" and rights != 1:
        yield f"has {rights} right choices.", "Mark exactly one with `right = true`."
    if question.kind in ("several", "spot") and not rights:
        yield "has no right answer.", "Mark one or more with `right = true`."
    if question.kind in ("one", "several") and len(question.choices) < 2:
        yield "has fewer than two choices.", "Write more `choices`."
    if question.kind in ("order", "groups", "pairs") and len(question.items) < 2:
        yield "has fewer than two items.", "Write more `items`."
    if question.kind == "spot" and not question.picture:
        yield "has no picture to tap on.", 'Write `picture = "kit:…"`.'
    if question.kind == "text" and not any(
        text.strip() for texts in question.accept.values() for text in texts
    ):
        yield "has no right answer.", 'Write `accept = { vi = ["…"] }`.'
    if question.kind == "text" and not question.accept.keys() <= LANGUAGES.keys():
        yield "accepts an answer in an unknown language.", f"Use one of: {', '.join(LANGUAGES)}."
    yield from _places(question)


def _places(question: Question) -> Iterator[tuple[str, str]]:
    groups, targets = ({one.id for one in ones} for ones in (question.groups, question.targets))
    for item in question.items:
        if question.kind == "groups" and item.group not in groups:
            yield f"puts `{item.id}` into `{item.group}`, which is no group.", "Name a group that is there."
        if question.kind == "pairs" and item.match not in targets:
            yield (
                f"matches `{item.id}` with `{item.match}`, which is no target.",
                "Name a target that is there.",
            )
