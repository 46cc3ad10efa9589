"""How the words of a file are written: UTF-8, UTF-16, Windows-1258; TCVN3, VNI and fonts of their own are refused."""

import re
import unicodedata
from collections.abc import Iterable

from courses.exchange.refusal import NotTaken

BYTE_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u0300-\u0309\u0323\u1ea0-\u1ef9]")
_TCVN3 = "[¨©ª«¬\u00ad®µ¶·¸¹»¼½¾Æß×÷ö]"
TCVN3 = re.compile(f"(?<=[A-Za-z]){_TCVN3}|{_TCVN3}(?=[A-Za-z])")
"""Signs that stand within words only where a TCVN3 font draws them as letters."""
VNI = re.compile("[aAeEoO][ùøûõïåäúüëÙØÛÕÏÅÄÚÜË]|[ñÑ](?=[aeiouöôAEIOUÖÔ])|[öÖ](?=[ùøûõïông])|[aAoOeE][âÂ]")
"""Pairs that stand for one letter where a VNI font draws them."""
OWN_FONTS = re.compile(r"\.?vn[a-z]|vni[- ]|vps |tcvn|(?:sil )?(?:tai|thai) ?d[aă]m|thai ?den", re.I)
"""Fonts whose letters are not those of Unicode."""
PRIVATE = re.compile("[\ue000-\uf8ff]")
ENOUGH = 3


def decoded(data: bytes) -> str:
    """Text with plain newlines. Raises `NotTaken`."""
    text = unicodedata.normalize("NFC", _decoded(data).replace("\r\n", "\n").replace("\r", "\n"))
    if "\0" in text:
        raise NotTaken("not-text")
    refuse_other_letters(text)
    return text


def _decoded(data: bytes) -> str:
    for mark, name in BYTE_MARKS:
        if data.startswith(mark):
            return _decode(data, name)
    try:
        return data.decode()
    except UnicodeDecodeError:
        refuse_other_letters(data.decode("latin-1"))
        return _decode(data, "cp1258")


def _decode(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        raise NotTaken("not-text") from None


def refuse_other_letters(text: str, fonts: Iterable[str] = ()) -> None:
    """`fonts` are those in which words beyond plain letters a-z are set."""
    if text.isascii():
        return
    unicode = len(VIETNAMESE.findall(text))
    for reason, signs in (("tcvn3", TCVN3), ("vni", VNI)):
        if (found := len(signs.findall(text))) >= ENOUGH and found > unicode:
            raise NotTaken(reason)
    own = {font.lower() for font in fonts if OWN_FONTS.match(font)}
    if own and not unicode:
        raise NotTaken("vni" if any(font.startswith("vni") for font in own) else "tcvn3" if any(font.startswith((".vn", "vn", "tcvn")) for font in own) else "legacy-font")  # fmt: skip
    if len(PRIVATE.findall(text)) > max(ENOUGH, unicode):
        raise NotTaken("legacy-font")
