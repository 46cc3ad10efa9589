"""The words a translation may use, each with where it is attested."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

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
