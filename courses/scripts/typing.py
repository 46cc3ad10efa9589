"""Tai Viet typed in Latin letters: which spellings a syllable as it is said may have.

`app/static/js/tai.js` is the browser's twin; both run `tests/vectors/typing.json`.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

from courses.scripts import taiviet
from courses.scripts.loans import is_loan
from courses.scripts.pieces import pieces

AS_TYPED = {"c": "k", "x": "s", "ph": "f", "w": "v", "": ""}
"""Other ways of writing an initial, and the one the tables have."""
LOW, HIGH = (
    {sign: mark for mark, sign in tones.items()} for tones in (taiviet.LOW_TONES, taiviet.HIGH_TONES)
)
TONED_STOP = {"\u0301": "꪿", "\u0323": "꫁"}
"""The mark in front of a -c that is written with one, by the sign of its Latin."""
MOST = 6


class Rime(NamedTuple):
    """What follows an initial. `tone`: "any" mark of its class, "none", or one that "must" stand before a stop."""

    before: str
    glide: str
    mark: str
    after: str
    final: str
    tone: str = "any"


@cache
def onsets() -> dict[str, list[tuple[str, str]]]:
    """(low class, high class) letters by their Latin; clusters among them."""
    pairs = [(letter, chr(ord(letter) + 1)) for letter in taiviet.INITIALS if ord(letter) % 2 == 0]
    clusters = [("ꪀꪨ", "ꪁꪩ"), ("ꪜꪨ", "ꪝꪩ")]
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for low, high in [*pairs, *clusters]:
        found["".join(taiviet.INITIALS[letter] for letter in low)].append((low, high))
    return dict(found) | {other: found[one] for other, one in AS_TYPED.items()}


@cache
def rimes() -> dict[str, list[Rime]]:
    """By their Latin without a tone, the commoner spelling first."""
    found: dict[str, list[Rime]] = defaultdict(list)
    for rime in sorted(_every_rime(), key=_rarity):
        syllable = taiviet.Syllable(rime.before, "ꪮ", rime.glide, rime.mark, "", rime.after, rime.final)
        latin = bare(syllable.latin())[0]
        if rime.final == "ꪀ" and latin.endswith("k"):
            found[latin].append(rime._replace(tone="none"))
            found[latin[:-1] + "c"].append(rime._replace(tone="must"))
        elif rime.final in taiviet.STOPS and rime.final:
            found[latin].append(rime._replace(tone="none"))
        else:
            found[latin].append(rime)
    return dict(found)


def _every_rime() -> Iterator[Rime]:
    for before, mark, after in taiviet.VOWELS:
        for glide in ("", "ꪫ"):
            for final in ("", *taiviet.FINALS):
                read = taiviet.syllable(f"{before}ꪀ{glide}{mark}꫁{after}{final}")
                if read and (read.before, read.glide, read.mark, read.after, read.final) == (
                    before, glide, mark, after, final,
                ):  # fmt: skip
                    yield Rime(before, glide, mark, after, final)


def _rarity(rime: Rime) -> int:
    """ꪮ writes o in a closed syllable, ꪷ in an open one; ꪯ is rare; ăm and ăn have signs of their own."""
    if rime.after == "ꪯ":
        return 2
    if not rime.final:
        return int(rime.after == "ꪮ")
    return int((rime.mark == "ꪷ" and not rime.before) or (rime.mark == "ꪰ" and rime.final in "ꪣꪙ"))


def bare(word: str) -> tuple[str, str]:
    """A Latin syllable without its tone, and the combining sign of that tone or ""."""
    letters = unicodedata.normalize("NFD", word.lower())
    signs = [one for one in letters if one in taiviet.TONE_SIGNS]
    rest = "".join(one for one in letters if one not in taiviet.TONE_SIGNS)
    return unicodedata.normalize("NFC", rest), signs[0] if signs else ""


def candidates(word: str, known: Collection[str] = ()) -> list[str]:
    """The Tai Viet spellings of one Latin syllable, those of `known` first; none for what is no syllable."""
    latin, tone = bare(word)
    found = [
        spelt
        for end in range(min(3, len(latin) - 1), -1, -1)
        for low, high in onsets().get(latin[:end], ())
        for rime in rimes().get(latin[end:], ())
        for spelt in _spelt(low, high, rime, tone)
    ]
    found += [sign for sign, said in taiviet.WORD_SIGNS.items() if bare(said) == (latin, tone)]
    return sorted(dict.fromkeys(found), key=lambda one: one not in known)[:MOST]


def _spelt(low: str, high: str, rime: Rime, tone: str) -> Iterator[str]:
    for onset, tones, stop in ((low, LOW, "\u0301"), (high, HIGH, "\u0323")):
        if rime.tone != "any":
            if tone == stop:
                yield _written(onset, rime, TONED_STOP[stop] if rime.tone == "must" else "")
        elif tone in tones:
            yield _written(onset, rime, tones[tone])


def _written(onset: str, rime: Rime, tone: str) -> str:
    spelt = taiviet.Syllable(rime.before, onset, rime.glide, rime.mark, tone, rime.after, rime.final).spelt()
    return taiviet.normalise(re.sub("ꪰꪚ$", "ꪚꪾ", spelt))


def typed(text: str, known: Collection[str] = ()) -> str:
    """A text with every Latin syllable in its first spelling; loans, numbers, links and what is none stay."""
    return "".join(
        (candidates(one.text, known) or [one.text])[0]
        if one.kind == "word" and not is_loan(one.text)
        else one.text
        for one in pieces(unicodedata.normalize("NFC", text))
    )


def tables() -> dict[str, object]:
    """What the twin works with, as JSON."""
    return {
        "onsets": onsets(),
        "rimes": {latin: [list(rime) for rime in found] for latin, found in rimes().items()},
        "signs": {said: sign for sign, said in taiviet.WORD_SIGNS.items()},
    }
