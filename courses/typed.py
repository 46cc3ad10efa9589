"""Text as people type and paste it, made plain: what Word hides in it is left out, letters of old fonts are refused."""

import re
import unicodedata

from courses.exchange.encoding import refuse_other_letters

HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
ODD_SPACES = re.compile("[\t\u00a0\u2000-\u200a\u202f\u205f\u3000]")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
NEW_LINES = re.compile("\r\n|[\r\x0b\x0c\u2028\u2029]")
WHOLE = re.compile(r"<!--.*?-->|<(style|script|xml|head)\b.*?</\1\s*>", re.S | re.I)
TAGS = re.compile(r"</?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>|<[!?][^<>]*>")
SPACES = re.compile(r"  +")
BLANK_LINES = re.compile(r"\n{3,}")


def clean(text: str, prose: bool) -> str:
    """NFC without hidden signs and markup; one line unless it is prose. Raises `NotTaken` for letters of an old font."""
    refuse_other_letters(text)
    text = TAGS.sub("", WHOLE.sub("", NEW_LINES.sub("\n", text)))
    text = ODD_SPACES.sub(" ", HIDDEN.sub("", CONTROLS.sub("", text)))
    lines = [SPACES.sub(" ", line).strip() if not prose else line.rstrip() for line in text.split("\n")]
    joined = "\n".join(lines) if prose else " ".join(line for line in lines if line)
    return unicodedata.normalize("NFC", BLANK_LINES.sub("\n\n", joined).strip())
