"""The words a translation may use, each with where it is attested."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from courses.languages import comparison_key
from courses.scripts.pieces import pieces

NOT_ATTESTED = ("coined", "loan", "RPA ")


@dataclass(frozen=True, slots=True)
class Term:
    """`source` names where the words were seen, or says that they were coined."""

    id: str
    vi: str
    words: str
    source: str
    alternatives: tuple[str, ...] = ()
    note: str = ""
    state: str = "machine_draft"

    @property
    def attested(self) -> bool:
        return bool(self.source) and not self.source.startswith(NOT_ATTESTED)

    @property
    def approved(self) -> bool:
        return self.state == "approved"


Glossary = Mapping[str, Term]


def read(data: bytes) -> dict[str, Term]:
    """Raises `tomllib.TOMLDecodeError` or `KeyError`: a glossary is ours, and a test reads it."""
    return {
        id: Term(
            id,
            table["vi"],
            table["words"],
            table["source"],
            tuple(table.get("alternatives", ())),
            table.get("note", ""),
            table["state"],
        )
        for id, table in tomllib.loads(data.decode()).items()
    }


def attested_words(glossary: Glossary, lang: str) -> frozenset[str]:
    """Every single word of the terms that somebody has seen written, for comparison."""
    texts = (text for term in glossary.values() if term.attested for text in (term.words, *term.alternatives))
    return frozenset(word for text in texts for word in words_of(text, lang))


def words_of(text: str, lang: str) -> list[str]:
    """The words of a text without numbers, addresses and placeholders, for comparison."""
    return [comparison_key(lang, piece.text) for piece in pieces(text) if piece.kind == "word"]


class InText(NamedTuple):
    """A term that stands in a Vietnamese text from `start` to before `end`."""

    start: int
    end: int
    term: Term


IN_BRACKETS = re.compile(r"\s*\([^)]*\)")


def terms_in(text: str, glossary: Glossary) -> Iterator[InText]:
    """Each place of a text that a term covers, the longest term there; in order, none over another."""
    if not glossary:
        return
    pattern, terms = _pattern(tuple(glossary.values()))
    for match in pattern.finditer(text):
        yield InText(match.start(), match.end(), terms[match[0].casefold()])


@lru_cache(maxsize=8)
def _pattern(glossary: tuple[Term, ...]) -> tuple[re.Pattern[str], Mapping[str, Term]]:
    terms: dict[str, Term] = {}
    for term in glossary:
        for said in IN_BRACKETS.sub("", term.vi).split(","):
            if not said.strip().isdigit():
                terms.setdefault(said.strip().casefold(), term)
    ways = "|".join(re.escape(one) for one in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{ways})(?!\w)(?![^{{]*}})", re.IGNORECASE), terms
