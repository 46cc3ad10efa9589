"""lesson.toml: the structure of a lesson, without a word of it."""

from collections.abc import Mapping

from courses.model import (
    BLOCK_KINDS,
    QUESTION_KINDS,
    Block,
    Choice,
    Lesson,
    Practice,
    Question,
    Spot,
    Step,
    Voice,
    Words,
)
from courses.tables import Table

CHOICE_KEYS = ("id", "right", "picture", "group", "match")
NO_CHOICES = (Choice("true"), Choice("false"))


def lesson(
    id: str,
    table: Table,
    practices: Mapping[str, Practice],
    words: Mapping[str, Words],
    media: frozenset[str],
    voices: Mapping[str, Voice],
) -> Lesson:
    table.known("minutes", "codes", "final", "forms", "blocks", "questions")
    return Lesson(
        id=id,
        minutes=table.whole("minutes", most=240),
        codes=table.texts("codes"),
        final=table.flag("final"),
        blocks=tuple(block for one in table.tables("blocks") if (block := _block(one))),
        questions=tuple(question for one in table.tables("questions") if (question := _question(one))),
        forms=_texts_by_name(table.table("forms")),
        practices=practices,
        words=words,
        media=media,
        voices=voices,
    )


def _block(table: Table) -> Block | None:
    table.known("id", "kind", "picture", "steps", "media", "seconds", "poster", "practice")
    id, kind = table.id(), table.text("kind")
    if kind not in BLOCK_KINDS:
        table.fault(
            f"The block kind `{kind}` is not known.", f"Use one of: {', '.join(sorted(BLOCK_KINDS))}."
        )
        return None
    return Block(
        id=id,
        kind=kind,
        picture=table.text("picture"),
        steps=tuple(_step(one) for one in table.tables("steps")),
        media=table.text("media"),
        seconds=table.whole("seconds"),
        poster=table.text("poster"),
        practice=table.text("practice"),
        line=table.line,
    )


def _step(table: Table) -> Step:
    table.known("id", "picture")
    return Step(table.id(), table.text("picture"))


def _question(table: Table) -> Question | None:
    id, kind = table.id(), table.text("kind")
    if kind not in QUESTION_KINDS:
        what = f"The question kind `{kind}` is not known."
        table.fault(what, f"Use one of: {', '.join(sorted(QUESTION_KINDS))}.")
        return None
    table.known("id", "kind", "picture", "outcome", *PARTS[kind])
    return Question(
        id=id,
        kind=kind,
        picture=table.text("picture"),
        choices=_true_or_false(table) if kind == "truefalse" else _choices(table, "choices"),
        items=_choices(table, "items"),
        groups=_choices(table, "groups"),
        targets=_choices(table, "targets"),
        spots=tuple(_spot(one) for one in table.tables("spots")),
        answer=table.thousandths("answer") if kind == "number" else 0,
        tolerance=table.thousandths("tolerance"),
        accept=_texts_by_name(table.table("accept")),
        diacritics=table.flag("diacritics"),
        outcome=table.text("outcome"),
        line=table.line,
    )


PARTS = {
    "one": ("choices",),
    "several": ("choices",),
    "truefalse": ("answer",),
    "order": ("items",),
    "groups": ("groups", "items"),
    "pairs": ("items", "targets"),
    "spot": ("spots",),
    "number": ("answer", "tolerance"),
    "text": ("accept", "diacritics"),
}


def _choices(table: Table, key: str) -> tuple[Choice, ...]:
    return tuple(_choice(one) for one in table.tables(key))


def _choice(table: Table) -> Choice:
    table.known(*CHOICE_KEYS)
    texts = [table.text(key) for key in ("picture", "group", "match")]
    return Choice(table.id(), table.flag("right"), *texts)


def _true_or_false(table: Table) -> tuple[Choice, ...]:
    if not isinstance(table.values.get("answer"), bool):
        table.fault("The question has no right answer.", "Write `answer = true` or `answer = false`.")
        return NO_CHOICES
    answer = table.flag("answer")
    return Choice("true", right=answer), Choice("false", right=not answer)


def _spot(table: Table) -> Spot:
    table.known("id", "at", "right")
    return Spot(table.id(), table.box("at"), table.flag("right"))


def _texts_by_name(table: Table) -> dict[str, tuple[str, ...]]:
    return {name: table.texts(name) for name in table.values}
