"""Does a translation carry what its source carries, and is it in the language it says?"""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from courses import languages, text
from courses.facts import QUOTE
from courses.model import SOURCE, Fault, Lesson, Unit

PLACEHOLDER = re.compile(r"\{[^{}]*\}")
ADDRESS = re.compile(r"https?://[^\s<>()\[\]]+")
DIGITS = re.compile(r"\d+(?:[., \u00a0]\d{3})*(?:[.,]\d+)?")
LEAST_WORDS = 4
"""Fewer may be a name, the same in every language."""
WARN_BELOW, ERROR_BELOW = 98, 90
GRAMMARS = ("hmn", "blt")

Sort = Counter[str]


def placeholders(words: str) -> Sort:
    return Counter(PLACEHOLDER.findall(words))


def links(words: str) -> Sort:
    targets, written = Counter(text.links(words)), Counter[str](ADDRESS.findall(words))
    return targets | written


def numbers(words: str) -> Sort:
    bare = ADDRESS.sub(" ", PLACEHOLDER.sub(" ", words))
    return Counter(re.sub(r"[., \u00a0]", "", one) for one in DIGITS.findall(bare))


SAME: dict[str, Callable[[str], Sort]] = {"placeholders": placeholders, "links": links, "numbers": numbers}


def check(lesson: Lesson, lang: str) -> Iterator[Fault]:
    """Every translated key of one lesson against its Vietnamese, then the file as a whole."""
    file = f"{lesson.id}/{lang}.md"
    source = lesson.words.get(SOURCE, {})
    units = {key: unit for key, unit in lesson.words.get(lang, {}).items() if unit.text}
    for key, unit in units.items():
        if key in source:
            yield from differences(file, unit.line, key, unit.text, source[key].text)
        yield from approval(file, unit, key)
    yield from _unstamped(file, units)
    yield from _grammar(file, lang, units)
    yield from _mixed_up(file, lang, units)


def differences(file: str, line: int, key: str, words: str, source: str) -> Iterator[Fault]:
    for name, sort in SAME.items():
        there, wanted = sort(words), sort(source)
        if there != wanted:
            what = f"`{key}` has other {name} than the Vietnamese: {_listed(there - wanted, wanted - there)}."
            yield Fault(file, line, what, f"Write the same {name} as in the Vietnamese.")
    if words == source and _word_count(words) >= LEAST_WORDS:
        yield Fault(
            file, line, f"`{key}` is the Vietnamese itself.", "Translate it, or leave it out.", "warning"
        )


def _word_count(words: str) -> int:
    """Addresses, placeholders and numbers are no words."""
    return languages.check(SOURCE, words).total


def _listed(more: Sort, fewer: Sort) -> str:
    parts = [f"too many: {', '.join(more)}"] if more else []
    return "; ".join([*parts, *([f"missing: {', '.join(fewer)}"] if fewer else [])])


def approval(file: str, unit: Unit, key: str) -> Iterator[Fault]:
    if unit.state != "approved":
        return
    if not unit.reviewer:
        mend = 'Write `reviewer="…"`, or another state.'
        yield Fault(file, unit.line, f"`{key}` is approved, and nobody is named who did.", mend)
    elif unit.reviewer.casefold() == unit.author.casefold():
        yield Fault(
            file, unit.line, f"`{key}` is approved by its own author.", "Let another person review it."
        )


def _unstamped(file: str, units: dict[str, Unit]) -> Iterator[Fault]:
    bare = [unit for unit in units.values() if unit.approved and not unit.from_hash]
    if bare:
        what = f"{len(bare)} approved keys do not say which Vietnamese they were made from."
        yield Fault(
            file, bare[0].line, what, "Write `from=` and its hash, so that a change shows.", "warning"
        )


def plain(words: str) -> str:
    """Without marks, addresses and what the program fills in."""
    return ADDRESS.sub(" ", QUOTE.sub(" ", text.spoken(words)))


def _grammar(file: str, lang: str, units: dict[str, Unit]) -> Iterator[Fault]:
    if lang not in GRAMMARS:
        return
    found = languages.check(lang, "\n".join(plain(unit.text) for unit in units.values()))
    share = found.accepted * 100 / found.total if found.total else 100
    if share < WARN_BELOW:
        rest = ", ".join(dict.fromkeys(found.rejected[:12]))
        what = f"Only {share:.1f} % of the words can be syllables of the language; not: {rest}."
        yield Fault(file, 1, what, "Mend their spelling.", "error" if share < ERROR_BELOW else "warning")


def _mixed_up(file: str, lang: str, units: dict[str, Unit]) -> Iterator[Fault]:
    if lang not in ("hmn", "hmn-x-rpa"):
        return
    for key, unit in units.items():
        guess = languages.detect(plain(unit.text))
        if guess.script not in (lang, "unsure") and _word_count(unit.text) >= LEAST_WORDS:
            name = languages.LANGUAGES[guess.script].vi_name
            what = f"`{key}` looks like {name}, not {languages.LANGUAGES[lang].vi_name}."
            yield Fault(file, unit.line, what, "Write it in the language of the file.", "warning")
