"""What one may agree to, one purpose at a time: from content/consent, a folder a purpose, a file a language."""

import tomllib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from courses.words import Shown

CONTENT = Path(__file__).resolve().parents[2] / "content"
FOLDER = CONTENT / "consent"
SOURCE = "vi"
KEEP = "keep-learning"
"""Without this one nothing of her can be kept."""
LISTS, CALLS, PICTURES = "lists", "calls", "picture-voice"


@dataclass(frozen=True, slots=True)
class Consent:
    """`agreed` names these exact words: version, language and the first eight digits of their SHA-256."""

    words: str
    lang: str
    agreed: str
    draft: bool = False


@cache
def purposes() -> dict[str, str]:
    """By purpose the interface word for its title, in the order in which one is asked."""
    return tomllib.loads((FOLDER / "purposes.toml").read_text("utf-8"))["titles"]  # type: ignore[no-any-return]


@cache
def read(lang: str, purpose: str = KEEP) -> Consent | None:
    path = FOLDER / purpose / f"{lang}.md"
    if not path.exists():
        return None
    _, head, words = path.read_text("utf-8").split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in head.splitlines() if line)
    words = words.strip()
    agreed = f"{fields['version']}/{lang}/{sha256(words.encode()).hexdigest()[:8]}"
    return Consent(words, lang, agreed, fields.get("state", "approved") != "approved")


def sentences(lang: str, drafts: bool, purpose: str = KEEP) -> list[Consent]:
    """What is shown: her language's words, with the Vietnamese beneath where they are a draft or missing."""
    source, own = read(SOURCE, purpose), read(lang, purpose)
    assert source is not None
    if own is None or own == source or (own.draft and not drafts):
        return [source]
    return [own, source] if own.draft else [own]


def shown(lang: str, drafts: bool, purpose: str = KEEP) -> Shown:
    own, *source = sentences(lang, drafts, purpose)
    return Shown(own.words, own.lang, own.draft, source[0].words if source else None)


def language_of(agreed: str) -> str:
    """The language of the words somebody agreed to."""
    return agreed.split("/")[1] if agreed.count("/") == 2 else ""
