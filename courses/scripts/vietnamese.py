"""The shape of a Vietnamese syllable, enough to tell it from other words in Latin letters."""

import re
import unicodedata
from functools import lru_cache

TONES = "\u0300\u0301\u0303\u0309\u0323"
_WITHOUT_TONES = dict.fromkeys(map(ord, TONES))
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
    r"(?:iê|yê|uô|ươ|ia|ua|ưa|oa|oă|oe|uê|uâ|uơ|uyê|uya|uy|[aăâeêioôơuưy])"
    r"(?:ch|ng|nh|[cmnptiyou])?"
)


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Permissive: every Vietnamese syllable fits, some syllables nobody says fit too."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    if sum(mark in TONES for mark in decomposed) > 1:
        return False
    bare = unicodedata.normalize("NFC", decomposed.translate(_WITHOUT_TONES))
    return _SYLLABLE.fullmatch(bare) is not None
