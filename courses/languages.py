"""The languages of the platform: their names and scripts, and what is computed from their texts."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from courses.scripts import collation, hmong, taiviet, vietnamese, views
from courses.scripts.collation import fold
from courses.scripts.detect import Guess, detect
from courses.scripts.loans import is_loan
from courses.scripts.pieces import pieces
from courses.scripts.views import Converted

__all__ = [
    "LANGUAGES",
    "Converted",
    "Guess",
    "Language",
    "NoConversion",
    "Tokens",
    "UnknownLanguage",
    "check",
    "comparison_key",
    "convert",
    "convert_lines",
    "detect",
    "fold",
    "initial",
    "language",
    "normalise",
    "sort_key",
]


class UnknownLanguage(ValueError):
    pass


class NoConversion(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class Language:
    """`fallback` are slugs in the order to try; a view's words are computed from those of `view_of` first."""

    slug: str
    tag: str
    autonym: str
    vi_name: str
    script: str
    fallback: tuple[str, ...] = ()
    view_of: str | None = None


LANGUAGES = {
    each.slug: each
    for each in (
        Language("vi", "vi", "Tiếng Việt", "Tiếng Việt", "Latn"),
        Language("blt", "blt-Tavt", "ꪼꪕ ꪒꪾ", "Tiếng Thái (Điện Biên)", "Tavt", ("vi",)),
        Language("blt-Latn", "blt-Latn", "Tãy Đằm", "Tiếng Thái (chữ Latinh)", "Latn", ("vi",), "blt"),
        Language("hmn", "hmn-Latn-VN", "Lul Hmôngz", "Tiếng Mông (chữ Mông Việt Nam)", "Latn", ("vi",)),
        Language("hmn-x-rpa", "hmn-Latn-x-rpa", "Lus Hmoob", "Tiếng Mông (chữ RPA)", "Latn", ("vi",), "hmn"),
    )
}


@dataclass(frozen=True, slots=True)
class Tokens:
    """`total` = `accepted` + the number of `rejected`, which are in order of occurrence."""

    total: int
    accepted: int
    rejected: tuple[str, ...]


_SYLLABLES: dict[str, Callable[[str], bool]] = {
    "vi": vietnamese.is_syllable,
    "blt": taiviet.is_syllable,
    "blt-Latn": taiviet.is_latin_syllable,
    "hmn": hmong.is_chv,
    "hmn-x-rpa": hmong.is_rpa,
}
_VIEWS: dict[tuple[str, str], Callable[[str], Converted]] = {
    ("hmn", "hmn-x-rpa"): views.to_rpa,
    ("blt", "blt-Latn"): views.to_latin,
}


def language(slug: str) -> Language:
    if slug not in LANGUAGES:
        raise UnknownLanguage(f"unknown language {slug!r}: use one of {', '.join(LANGUAGES)}")
    return LANGUAGES[slug]


def normalise(slug: str, text: str) -> str:
    """The form in which a text is stored: NFC, and Tai Viet marks in their order."""
    if language(slug).script == "Tavt":
        return taiviet.normalise(text)
    return unicodedata.normalize("NFC", text)


def comparison_key(slug: str, text: str) -> str:
    """Equal for texts that are the same but for case, white space, and the way Tai Viet marks were typed."""
    text = " ".join(normalise(slug, text).casefold().split())
    text = taiviet.comparison_key(text) if language(slug).script == "Tavt" else text
    return unicodedata.normalize("NFC", text)


def sort_key(slug: str, text: str) -> str:
    """Compare as plain strings; equal where `comparison_key` is equal."""
    return collation.sort_key(comparison_key(slug, text))


def initial(word: str) -> str:
    """Its first letter with the marks that stand on it; in Tai Viet also the vowel that is written before it."""
    end = 2 if word[:1] in taiviet.BEFORE else 1
    while unicodedata.category(word[end : end + 1] or " ").startswith("M"):
        end += 1
    return word[:end]


def convert(text: str, from_: str, to: str) -> Converted:
    """The computed view `to` of a text in `from_`."""
    if (language(from_).slug, language(to).slug) not in _VIEWS:
        known = ", ".join(f"{one} to {other}" for one, other in _VIEWS)
        raise NoConversion(f"no conversion from {from_} to {to}: there is {known}")
    return _VIEWS[from_, to](text)


def convert_lines(lines: Iterable[str], from_: str, to: str) -> Iterator[Converted]:
    """One result per line, its line end kept; count `unconverted` of each for the report."""
    return (convert(line, from_, to) for line in lines)


def check(slug: str, text: str) -> Tokens:
    """Hold each word against the syllables of the language. Numbers, addresses, placeholders and loans are no tokens."""
    is_syllable = _SYLLABLES[language(slug).slug]
    pieces_ = pieces(normalise(slug, text))
    words = [piece.text for piece in pieces_ if piece.kind == "word" and not is_loan(piece.text)]
    rejected = tuple(word for word in words if not is_syllable(word))
    return Tokens(len(words), len(words) - len(rejected), rejected)
