"""Sort keys and search folding, computed in Python so that every database orders and finds alike."""

import re
import unicodedata

from courses.scripts import taiviet

LETTERS = {letter: index for index, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_FIRST_LETTER = 0x1000
_TONES = dict(zip("\u0300\u0309\u0303\u0301\u0323꪿꫁", "1234512", strict=True))
_LETTER_MARKS = "\u0306\u0302\u031b"
_VOWEL_BEFORE = re.compile("([ꪵꪶꪹꪻꪼ])([ꪀ-ꪯ])")


def sort_key(compared: str) -> str:
    """Letters first, tones where the letters are equal. Takes what `comparison_key` returned.

    Vietnamese and Mông follow the Vietnamese alphabet with f, j, w and z in their Latin places; tones in
    the order none, huyền, hỏi, ngã, sắc, nặng. Tai Viet follows the consonant, not the vowel typed before it.
    """
    decomposed = unicodedata.normalize("NFD", _VOWEL_BEFORE.sub(r"\2\1", compared))
    letters: list[str] = []
    tones: list[str] = []
    for sign in decomposed:
        if sign in _LETTER_MARKS and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + sign)
        elif sign in _TONES and tones:
            tones[-1] = _TONES[sign]
        else:
            letters.append(sign)
            tones.append("0")
    return "".join(map(_weight, letters)) + "\0" + "".join(tones)


def _weight(letter: str) -> str:
    return chr(_FIRST_LETTER + LETTERS[letter]) if letter in LETTERS else letter


def fold(text: str) -> str:
    """For search: small letters without marks, đ as d. Tai Viet loses its tones and keeps its vowels."""
    decomposed = unicodedata.normalize("NFD", taiviet.normalise(text).lower().replace("đ", "d"))
    return taiviet.normalise("".join(sign for sign in decomposed if not _is_dropped(sign)))


def _is_dropped(sign: str) -> bool:
    if "\uaa80" <= sign <= "\uaadf":
        return sign in "꪿ꫀ꫁ꫂ"
    return unicodedata.category(sign) == "Mn"
