"""The two computed views of a text: chữ Mông Việt Nam in RPA, Tai Viet in Latin letters.

Only words change. What cannot be converted stays as written and is reported.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from courses.scripts import hmong, taiviet, vietnamese
from courses.scripts.detect import of_words
from courses.scripts.loans import is_loan
from courses.scripts.pieces import Piece, phrases, pieces


@dataclass(frozen=True, slots=True)
class Converted:
    """`unconverted` are the words left as written, `guessed` those with two readings, each in order of occurrence."""

    text: str
    unconverted: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()


def to_rpa(text: str) -> Converted:
    out: list[str] = []
    left: list[str] = []
    for phrase in phrases(unicodedata.normalize("NFC", text)):
        words = _rpa_words(phrase)
        for index, piece in enumerate(phrase):
            if index not in words:
                out.append(piece.text)
            elif (rpa := words[index]) is None:
                out.append(piece.text)
                left.append(piece.text)
            else:
                out.append(rpa)
    return Converted("".join(out), tuple(left))


def _rpa_words(phrase: list[Piece]) -> dict[int, str | None]:
    """The phrase's own words by place, in RPA or None; loans are not among them."""
    places = [place for place, piece in enumerate(phrase) if piece.kind == "word"]
    shouted = _shouted([phrase[place].text for place in places])
    places = [place for place in places if shouted or not is_loan(phrase[place].text)]
    if of_words([phrase[place].text for place in places]).script == "hmn-x-rpa":
        return dict.fromkeys(places)
    words = {place: hmong.to_rpa(phrase[place].text) for place in places}
    return words | dict.fromkeys(_vietnamese(phrase, places))


def _shouted(words: list[str]) -> bool:
    """A heading in capitals, as against abbreviations between words."""
    return len(words) > 1 and all(word.isupper() for word in words) and of_words(words).script == "hmn"


def _vietnamese(phrase: list[Piece], places: list[int]) -> Iterator[int]:
    """Places of words that could be Mông but stand in a Vietnamese name or term (Vừ A Páo, công an)."""
    for run in _runs(phrase, places):
        if not all(hmong.is_chv(phrase[place].text) for place in run):
            yield from run


def _runs(phrase: list[Piece], places: Iterable[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for place in places:
        word = phrase[place].text
        fits = vietnamese.is_syllable(word)
        joined = (
            run and place == run[-1] + 2 and not (word[0].isupper() and phrase[run[-1]].text[0].islower())
        )
        if run and not (fits and joined):
            yield run
            run = []
        if fits:
            run.append(place)
    if run:
        yield run


def to_latin(text: str) -> Converted:
    out: list[str] = []
    left: list[str] = []
    guessed: list[str] = []
    last = ""
    for piece in pieces(taiviet.normalise(text)):
        if piece.kind != "word" or not _is_tai(piece.text):
            out.append(piece.text)
            continue
        latin = last if piece.text == taiviet.REPEAT else _latin_word(piece.text)
        if latin and out and _is_word_end(out[-1]):
            out.append(" ")
        out.append(latin or piece.text)
        if not latin:
            left.append(piece.text)
        elif _doubtful(piece.text):
            guessed.append(piece.text)
        last = latin
    return Converted("".join(out), tuple(left), tuple(guessed))


def _is_tai(word: str) -> bool:
    return "\uaa80" <= word[0] <= "\uaadd"


def _is_word_end(text: str) -> bool:
    return text[-1].isalpha() or unicodedata.category(text[-1]) == "Mn"


def _latin_word(word: str) -> str:
    found = taiviet.syllable(word)
    return taiviet.WORD_SIGNS.get(word) or (found.latin() if found else "")


def _doubtful(word: str) -> bool:
    found = taiviet.syllable(word)
    return found is not None and found.doubtful
