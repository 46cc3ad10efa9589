"""Which of three ways of writing with Latin letters a phrase is in: chữ Mông Việt Nam, RPA or Vietnamese."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from courses.scripts import hmong, vietnamese
from courses.scripts.loans import is_loan
from courses.scripts.pieces import pieces

Script = Literal["hmn", "hmn-x-rpa", "vi", "unsure"]


@dataclass(frozen=True, slots=True)
class Guess:
    """`score` is the lead over the next best, 0 to 1; 0 when unsure."""

    script: Script
    score: float


def _fits_chv(word: str) -> float:
    """A rime of loans alone is weak evidence: RPA and Vietnamese are full of them."""
    return 1 if hmong.to_rpa(word) is not None else hmong.is_chv(word) / 2


_FITS: dict[Script, Callable[[str], float]] = {
    "hmn": _fits_chv,
    "hmn-x-rpa": hmong.is_rpa,
    "vi": vietnamese.is_syllable,
}
_UNSURE = Guess("unsure", 0.0)


def detect(text: str) -> Guess:
    """Judge by the phrase: one word alone is `unsure`, for a ninth of Vietnamese words are also Mông syllables."""
    return of_words(
        [piece.text for piece in pieces(text) if piece.kind == "word" and not is_loan(piece.text)]
    )


def of_words(words: Sequence[str]) -> Guess:
    if len(words) < 2:
        return _UNSURE
    fits = {script: sum(map(fit, words)) for script, fit in _FITS.items()}
    (best, most), (_, next_most) = sorted(fits.items(), key=lambda item: -item[1])[:2]
    if most == next_most or most * 2 < len(words):
        return _UNSURE
    return Guess(best, (most - next_most) / len(words))
