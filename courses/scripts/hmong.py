"""Mông in chữ Mông Việt Nam (CHV) and in RPA (White): tables, syllable grammars, one syllable to the other.

Sources of the tables: docs/languages.md.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from courses.scripts.pieces import like_case

INITIALS = {
    "": "", "p": "p", "f": "ph", "b": "np", "mf": "nph", "pl": "pl", "fl": "plh", "bl": "npl", "mfl": "nplh",
    "t": "t", "th": "th", "nt": "nt", "nth": "nth", "đ": "d", "đh": "dh",
    "tr": "r", "r": "rh", "đr": "nr", "nr": "nrh",
    "ch": "c", "q": "ch", "nd": "nc", "nq": "nch",
    "c": "k", "kh": "kh", "g": "nk", "nkh": "nkh", "k": "q", "kr": "qh", "gr": "nq", "nkr": "nqh",
    "tx": "tx", "cx": "txh", "nz": "ntx", "nx": "ntxh", "ts": "ts", "y": "tsh", "nj": "nts", "ny": "ntsh",
    "m": "m", "n": "n", "nh": "ny", "hm": "hm", "hn": "hn", "hnh": "hny", "mn": "ml", "ml": "ml",
    "hmn": "hml", "l": "l", "hl": "hl", "ph": "f", "v": "v", "s": "s", "x": "x", "sh": "xy", "j": "z",
    "z": "y", "h": "h", "ng": "g",
}  # fmt: skip
RIMES = {
    "i": "i", "ê": "e", "a": "ia", "ang": "a", "u": "u", "ư": "w", "ao": "o", "ông": "oo", "ơư": "aw",
    "âu": "au", "ei": "ai", "ênh": "ee", "uô": "ua",
    "ăng": "a", "o": "o", "iê": "ia",
}  # fmt: skip
LOAN_RIMES = (
    "e", "ô", "ơ", "ai", "eo", "êi", "oi", "ôi", "ui", "uôi", "oa", "oang", "oăng", "uang", "uênh",
    "inh", "ong", "ưng", "ưn", "anh", "ây", "yê",
)  # fmt: skip
TONES = {"z": "b", "x": "j", "r": "v", "": "", "v": "m", "s": "g", "k": "s", "l": "s"}
GREEN_INITIALS = ("dl", "dlh", "ndl", "ndlh", "ndh")


def _any_of(parts: Iterable[str]) -> str:
    return "|".join(sorted((part for part in parts if part), key=len, reverse=True))


_CHV = re.compile(
    f"(?P<initial>{_any_of(INITIALS)})?(?P<rime>{_any_of((*RIMES, *LOAN_RIMES))})(?P<tone>[zxrvskl])?"
)
_RPA = re.compile(
    f"(?:{_any_of((*INITIALS.values(), *GREEN_INITIALS))})?(?:aa|ai|au|aw|ee|ia|oo|ua|[aeiouw])[bdgjmsv]?"
)


@lru_cache(maxsize=20_000)
def is_chv(word: str) -> bool:
    return _CHV.fullmatch(word.lower()) is not None


@lru_cache(maxsize=20_000)
def is_rpa(word: str) -> bool:
    return _RPA.fullmatch(word.lower()) is not None


@lru_cache(maxsize=20_000)
def to_rpa(word: str) -> str | None:
    """One CHV syllable in RPA; None for what is no syllable and for rimes RPA cannot write."""
    match = _CHV.fullmatch(word.lower())
    if match is None or match["rime"] not in RIMES:
        return None
    rpa = INITIALS[match["initial"] or ""] + RIMES[match["rime"]] + TONES[match["tone"] or ""]
    return like_case(rpa, word)
