"""What strikes one about a translation while it is being typed, in kinds that the interface has sentences for."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from courses import languages
from courses.exchange.encoding import PRIVATE, refuse_other_letters
from courses.exchange.refusal import NotTaken
from courses.glossary import Glossary, Term, terms_in, words_of
from courses.languages import LANGUAGES
from courses.model import SOURCE
from courses.scripts import taiviet, vietnamese
from courses.translation import LEAST_WORDS, SAME, plain

OTHER_SCRIPTS = (
    ("thai", re.compile("[\u0e01-\u0e5b]+")),
    ("lao", re.compile("[\u0e81-\u0edf]+")),
    ("other_letters", re.compile("[\u1950-\u19df\u1a20-\u1aad\u1000-\u109f\u4e00-\u9fff\u0400-\u04ff]+")),
)
"""Tai Le, New Tai Lue, Tai Tham, Myanmar, Chinese and Cyrillic are called other letters."""
TAI_VIET = re.compile("[\uaa80-\uaadf]+")
MANY_WORDS = 5
"""So many words of the Vietnamese in a row were left as they were."""
SHORT, LONG, ROOM = 0.25, 3.0, 20
"""Bounds of the letters of a translation as a share of the letters of its source, which may be this many more."""
NAMED = 6
MUST = frozenset(
    [
        "numbers_missing", "numbers_more", "links_missing", "links_more", "placeholders_missing",
        "placeholders_more", "thai", "lao", "other_letters", "legacy", "one_line", "tai_viet",
    ]
)  # fmt: skip


class Remark(NamedTuple):
    """`detail` are the words it is about, as written."""

    kind: str
    detail: str = ""

    @property
    def must(self) -> bool:
        """Not to be approved as it is."""
        return self.kind in MUST


def remarks(
    lang: str, words: str, source: str, glossary: Glossary | None = None, prose: bool = True
) -> list[Remark]:
    """What strikes one, the gravest first; nothing about empty words. `prose`: more than one line may stand there."""
    if not words.strip():
        return []
    found = [
        *_same(words, source),
        *_letters(lang, words),
        *([Remark("one_line")] if not prose and "\n" in words.strip() else []),
        *_untranslated(words, source),
        *_spelling(lang, words, source),
        *_unused(lang, words, source, glossary or {}),
        *_length(words, source),
    ]
    return sorted(found, key=lambda one: not one.must)


def _same(words: str, source: str) -> Iterator[Remark]:
    for name, sort in SAME.items():
        there, wanted = sort(words), sort(source)
        for kind, differing in (("missing", wanted - there), ("more", there - wanted)):
            if differing:
                yield Remark(f"{name}_{kind}", _listed(differing))


def _listed(words: Counter[str] | Sequence[str]) -> str:
    return ", ".join(list(dict.fromkeys(words))[:NAMED])


def _letters(lang: str, words: str) -> Iterator[Remark]:
    for kind, letters in OTHER_SCRIPTS:
        if found := letters.findall(words):
            yield Remark(kind, _listed(found))
    if LANGUAGES[lang].script != "Tavt" and (found := TAI_VIET.findall(words)):
        yield Remark("tai_viet", _listed(found))
    try:
        refuse_other_letters(words)
    except NotTaken:
        yield Remark("legacy")
    else:
        if PRIVATE.search(words):
            yield Remark("legacy")


def _untranslated(words: str, source: str) -> Iterator[Remark]:
    mine, theirs = (words_of(plain(text), SOURCE) for text in (words, source))
    if mine == theirs:
        if len(theirs) >= LEAST_WORDS:
            yield Remark("untranslated")
        return
    runs = {tuple(theirs[at : at + MANY_WORDS]) for at in range(len(theirs) - MANY_WORDS + 1)}
    for at in range(len(mine) - MANY_WORDS + 1):
        if (run := tuple(mine[at : at + MANY_WORDS])) in runs:
            yield Remark("left", " ".join(run))
            return


def _spelling(lang: str, words: str, source: str) -> Iterator[Remark]:
    text = plain(words)
    if lang in ("hmn", "hmn-x-rpa"):
        guess = languages.detect(text).script
        if guess not in (lang, "unsure") and languages.check(SOURCE, words).total >= LEAST_WORDS:
            yield Remark(
                "looks_vietnamese"
                if guess == SOURCE
                else "looks_rpa"
                if guess == "hmn-x-rpa"
                else "looks_chv"
            )
            return
    rejected = [one for one in languages.check(lang, text).rejected if not _a_name(one, source)]
    rejected = [one for one in rejected if not any(letters.match(one) for _, letters in OTHER_SCRIPTS)]
    tai = [one for one in rejected if TAI_VIET.match(one)]
    latin = [one for one in rejected if one not in tai]
    if LANGUAGES[lang].script != "Tavt":
        rejected = latin
    else:
        rejected = tai
        if latin:
            yield Remark("latin", _listed(latin))
        if taiviet.toneless(text):
            yield Remark("toneless")
    if rejected:
        yield Remark("syllables", _listed(rejected))


def _a_name(word: str, source: str) -> bool:
    """A word that stands in the Vietnamese too and is no Vietnamese word itself: a name, Wi-Fi, xxx."""
    named = word[0].isupper() or not vietnamese.is_syllable(word)
    return named and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", source) is not None


def _unused(lang: str, words: str, source: str, glossary: Glossary) -> Iterator[Remark]:
    """Of terms nobody has approved, those of one syllable are left alone: each has many words."""
    there = f" {' '.join(words_of(words, lang))} "
    named = (
        one.term
        for one in terms_in(source, glossary)
        if one.term.approved or " " in source[one.start : one.end]
    )
    unused = [term for term in named if not _used(lang, there, term)]
    if unused:
        yield Remark("glossary", _listed([f"{one.vi} → {one.words}" for one in unused]))


def _used(lang: str, there: str, term: Term) -> bool:
    return any(f" {' '.join(words_of(one, lang))} " in there for one in (term.words, *term.alternatives))


def _length(words: str, source: str) -> Iterator[Remark]:
    """Nothing is said where the program fills in words, for nobody knows how many."""
    if SAME["placeholders"](source):
        return
    mine, theirs = (sum(letter.isalpha() for letter in plain(text)) for text in (words, source))
    if mine > theirs * LONG + ROOM:
        yield Remark("long")
    elif mine + ROOM / 2 < theirs * SHORT:
        yield Remark("short")
