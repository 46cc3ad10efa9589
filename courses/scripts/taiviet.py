"""Tai Viet: normal form, syllable grammar, and a syllable in Vietnamese letters.

A syllable as stored: vowel before? consonant glide? vowel mark? tone? vowel after? final? spacing tone?
Sources of the tables: docs/languages.md.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

INITIALS = {
    "ꪀ": "k", "ꪂ": "khh", "ꪄ": "kh", "ꪆ": "g", "ꪈ": "ng", "ꪊ": "ch", "ꪌ": "trr", "ꪎ": "s",
    "ꪐ": "nh", "ꪒ": "đ", "ꪔ": "t", "ꪖ": "th", "ꪘ": "n", "ꪚ": "b", "ꪜ": "p", "ꪞ": "phh",
    "ꪠ": "f", "ꪢ": "m", "ꪤ": "d", "ꪦ": "r", "ꪨ": "l", "ꪪ": "v", "ꪬ": "h", "ꪮ": "",
}  # fmt: skip
INITIALS |= {chr(ord(low) + 1): latin for low, latin in INITIALS.items()}

# (before, mark, after): the vowel in an open syllable, in a closed one
VOWELS = {
    ("", "", "ꪱ"): ("a", "a"), ("", "ꪲ", ""): ("i", "i"), ("", "ꪳ", ""): ("ư", "ư"), ("", "ꪴ", ""): ("u", "u"),
    ("", "ꪷ", ""): ("o", "o"), ("", "", "ꪮ"): ("o", "o"), ("", "", "ꪯ"): ("o", "o"),
    ("", "ꪸ", ""): ("ia", "iê"), ("", "", "ꪺ"): ("ua", "uô"), ("ꪹ", "", ""): ("ưa", "ươ"),
    ("ꪵ", "", ""): ("e", "e"), ("ꪶ", "", ""): ("ô", "ô"), ("ꪹ", "ꪸ", ""): ("ê", "ê"), ("ꪹ", "ꪷ", ""): ("ơ", "ơ"),
    ("", "ꪰ", ""): ("", "ă"), ("", "ꪾ", ""): ("ăm", ""), ("", "", "ꪽ"): ("ăn", ""),
    ("ꪻ", "", ""): ("aư", ""), ("ꪼ", "", ""): ("ay", ""), ("ꪹ", "", "ꪱ"): ("au", ""),
}  # fmt: skip
BEFORE = frozenset(before for before, _, _ in VOWELS) - {""}
FINALS = {"ꪀ": "c", "ꪒ": "t", "ꪚ": "p", "ꪉ": "ng", "ꪙ": "n", "ꪣ": "m", "ꪥ": "i", "ꪫ": "u"}
STOPS = "ꪀꪒꪚ"
BEFORE_I = {"a", "o", "ô", "ơ", "u", "ư", "uô", "ươ"}
BEFORE_U = {"a", "e", "ê", "i", "iê", "ư", "ươ", "ơ"}
AFTER_GLIDE = {"a", "ă", "e", "ê", "i", "ia", "iê", "ơ", "ay", "aư", "au", "ăm", "ăn"}
LOW_TONES = {"": "\u0300", "꪿": "\u0301", "꫁": "\u0309"}
HIGH_TONES = {"": "\u0303", "꪿": "", "꫁": "\u0323"}
TONE_SIGNS = "".join({*LOW_TONES.values(), *HIGH_TONES.values()})
SPACING = {"ꫀ": "꪿", "ꫂ": "꫁"}
WORD_SIGNS = {"ꫛ": "kỗn", "ꫜ": "nưng"}
REPEAT = "ꫝ"

_MARKS = re.compile("[ꪴꪰꪲꪳꪷꪸꪾ꪿꫁ꪱꪺꪽ]{2,}")
_RANK = dict.fromkeys("꪿꫁", 1) | dict.fromkeys("ꪱꪺꪽ", 2)
_WORD = re.compile("[\uaa80-\uaada]+")
_TONE_AFTER_O = re.compile("([ꪵꪶꪹꪻꪼ]?[ꪀ-ꪯ])ꪮ([꪿꫁])([ꪀꪒꪚꪉꪙꪣꪥꪫ]?)")
_SYLLABLE = (
    "(?P<before>[ꪵꪶꪹꪻꪼ])?(?P<onset>[ꪀꪁꪜꪝ][ꪨꪩ]|[ꪀ-ꪯ])(?P<tone>[꪿꫁])?{glide}(?P<mark>[ꪴꪰꪲꪳꪷꪸꪾ])?"
    "(?P<tone2>[꪿꫁])?(?P<after>[ꪱꪺꪽꪮꪯ])?(?P<final>[ꪀꪒꪚꪉꪙꪣꪥꪫ]ꪾ?)?(?P<tone3>[ꫀꫂ])?"
)
_READINGS = tuple(re.compile(_SYLLABLE.format(glide=glide)) for glide in ("(?P<glide>(?!))?", "(?P<glide>ꪫ)"))


@dataclass(frozen=True, slots=True)
class Syllable:
    """`tone` is the combining mark whichever was typed; `doubtful` where the spelling has two readings."""

    before: str
    onset: str
    glide: str
    mark: str
    tone: str
    after: str
    final: str
    doubtful: bool = False

    def spelt(self) -> str:
        """The one spelling by which two ways of typing the same syllable are compared."""
        marked = self.tone if self.glide and self.after else ""
        tone = "" if marked else self.tone
        return self.before + self.onset + marked + self.glide + self.mark + tone + self.after + self.final

    def latin(self) -> str:
        open_, closed = VOWELS[self.before, self.mark, self.after]
        vowel = closed if self.final else open_
        if self.glide:
            rime, at = _with_glide(vowel, bool(self.final))
        else:
            rime, at = vowel, len(vowel) - 1 if self.final else 0
        toned = rime[: at + 1] + self._tone_sign() + rime[at + 1 :] + self._coda(vowel)
        return unicodedata.normalize("NFC", "".join(INITIALS[letter] for letter in self.onset) + toned)

    def _tone_sign(self) -> str:
        low = ord(self.onset[0]) % 2 == 0
        if self.final and self.final in STOPS:
            return LOW_TONES["꪿"] if low else HIGH_TONES["꫁"]
        return (LOW_TONES if low else HIGH_TONES)[self.tone]

    def _coda(self, vowel: str) -> str:
        if self.final == "ꪀ" and not self.tone and vowel != "ă":
            return "k"
        if self.final == "ꪫ" and vowel in ("a", "e"):
            return "o"
        return FINALS.get(self.final, "")


def _with_glide(vowel: str, closed: bool) -> tuple[str, int]:
    """The vowel behind the glide ꪫ and where its tone stands."""
    if vowel == "a":
        return "oa", int(closed)
    if vowel[0] in "aăe":
        return "o" + vowel, 1
    vowel = vowel.replace("i", "y")
    return "u" + vowel, len(vowel) if vowel == "yê" else 1


def normalise(text: str) -> str:
    """Marks in one order: vowel mark, tone, vowel after. No tone ever crosses a consonant (ꪵꪀ꫁ꪫ is not ꪵꪀꪫ꫁)."""
    text = unicodedata.normalize("NFC", text)
    text = _MARKS.sub(lambda marks: "".join(sorted(marks[0], key=lambda mark: _RANK.get(mark, 0))), text)
    return unicodedata.normalize("NFC", _WORD.sub(lambda word: _normal_word(word[0]), text))


def _normal_word(word: str) -> str:
    if match := _TONE_AFTER_O.fullmatch(word):
        word = match[1] + match[2] + "ꪮ" + match[3]
    if word.endswith("ꪾꪣ"):
        return word[:-1]
    return word[:-2] + "ꪚꪾ" if word.endswith("ꪾꪚ") else word


@lru_cache(maxsize=20_000)
def syllable(word: str) -> Syllable | None:
    """Read one normalised syllable; None where the grammar does not allow it."""
    for reading in _READINGS:
        if (match := reading.fullmatch(word)) and (found := _syllable(match)):
            return found
    return None


def _syllable(match: re.Match[str]) -> Syllable | None:
    part = match.groupdict(default="")
    tones = part["tone"] + part["tone2"] + part["tone3"]
    mark, final = part["mark"], part["final"]
    if final == "ꪚꪾ":
        if mark or part["before"] or part["after"]:
            return None
        mark, final = "ꪰ", "ꪚ"
    if len(tones) > 1 or not _allowed((part["before"], mark, part["after"]), part["glide"], final):
        return None
    tone = SPACING.get(tones, tones)
    doubtful = part["before"] == "ꪵ" and final == "ꪫ" and tones not in ("꪿", "꫁")
    return Syllable(part["before"], part["onset"], part["glide"], mark, tone, part["after"], final, doubtful)


def _allowed(vowel_signs: tuple[str, str, str], glide: str, final: str) -> bool:
    if vowel_signs not in VOWELS or len(final) > 1:
        return False
    vowel = VOWELS[vowel_signs][bool(final)]
    if not vowel or (glide and vowel not in AFTER_GLIDE):
        return False
    return {"ꪥ": vowel in BEFORE_I, "ꪫ": vowel in BEFORE_U}.get(final, True)


def is_syllable(word: str) -> bool:
    return word in WORD_SIGNS or word == REPEAT or syllable(normalise(word)) is not None


def comparison_key(text: str) -> str:
    """Equal for spellings that differ only in the kind of tone mark or the order it was typed in."""
    return re.sub("[\uaa80-\uaadd]+", lambda word: _compared(word[0]), normalise(text))


def _compared(word: str) -> str:
    found = syllable(word)
    return found.spelt() if found else "".join(SPACING.get(sign, sign) for sign in word)


def toneless(text: str) -> bool:
    """True for Tai Viet of some length without a single tone mark: its Latin view would be wrong."""
    return len(_WORD.findall(text)) >= 12 and not re.search("[꪿ꫀ꫁ꫂ]", text)


_LATIN = re.compile(
    "(?:{initials})?(?:{glided}|{vowels})(?:ng|[ctpkmniou])?".format(
        initials="|".join(sorted({"kl", "pl", *INITIALS.values()} - {""}, key=len, reverse=True)),
        glided="[ou](?:yê|ya|[aăeêơy])",
        vowels="iê|uô|ươ|ia|ua|ưa|aư|ay|[aăeêioôơuư]",
    )
)


@lru_cache(maxsize=20_000)
def is_latin_syllable(word: str) -> bool:
    decomposed = unicodedata.normalize("NFD", word.lower())
    bare = "".join(sign for sign in decomposed if sign not in TONE_SIGNS)
    return (
        len(decomposed) - len(bare) < 2 and _LATIN.fullmatch(unicodedata.normalize("NFC", bare)) is not None
    )
