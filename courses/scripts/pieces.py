"""Cut text into words, things kept as they are (addresses, placeholders, numbers) and what lies between."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["word", "kept", "gap"]


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Kind
    text: str


_PIECE = re.compile(
    r"""
    (?P<kept>
        \]\([^()\s]*\)                                     # the target of a Markdown link
      | `[^`\n]*` | <[^<>\n]+>                             # code, tags, autolinks
      | \{[^{}\n]*\} | %\([^()\s]*\)[a-z] | %[sd]          # placeholders
      | https?://[^\s<>()\[\]]+ | www\.[^\s<>()\[\]]+
      | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+
      | (?<![\w.+-])(?:[A-Za-z0-9-]+\.)+(?:vn|com|org|net|info|gov|edu|example)\b(?:/[^\s<>()\[\]]*)?
      | [^\W_\uAA80-\uAADF]*\d[^\W_\uAA80-\uAADF]*(?:[.,:/-]\d+)*  # numbers, 4G, 15/7/2026
    )
  | (?P<word>[\uAA80-\uAADA]+ | [\uAADB-\uAADD] | (?:[^\W\d_\uAA80-\uAADF][\u0300-\u036F]*)+)
    """,
    re.VERBOSE,
)
_PHRASE_END = re.compile(r"[.,;:!?…()\[\]“”\"«»\n/|–—]")


def pieces(text: str) -> Iterator[Piece]:
    """The concatenation of all pieces is the text."""
    end = 0
    for match in _PIECE.finditer(text):
        if match.start() > end:
            yield Piece("gap", text[end : match.start()])
        yield Piece("word" if match["word"] else "kept", match[0])
        end = match.end()
    if end < len(text):
        yield Piece("gap", text[end:])


def phrases(text: str) -> Iterator[list[Piece]]:
    """Runs of pieces up to and with the punctuation or the kept piece that ends a phrase."""
    phrase: list[Piece] = []
    for piece in pieces(text):
        phrase.append(piece)
        if piece.kind == "kept" or (piece.kind == "gap" and _PHRASE_END.search(piece.text)):
            yield phrase
            phrase = []
    if phrase:
        yield phrase


def like_case(word: str, model: str) -> str:
    """Write `word` in capitals, with a capital, or as it is, following `model`."""
    if len(model) > 1 and model.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
