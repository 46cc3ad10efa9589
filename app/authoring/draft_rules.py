"""Who may write which part, and what stands with it of her."""

from typing import Any

from app.accounts.permissions import Officer, Permission
from courses import parts
from courses.languages import LANGUAGES
from courses.model import SOURCE

TRANSLATED = {"machine_draft", "needs_review", "missing"}
"""The states a translator may write; approving and rejecting is the reviewer's."""


def language_of(part: str) -> str:
    """The language whose words or voice a part is, Vietnamese for all else."""
    found = parts.name(part)
    if found is None or found.kind not in ("words", "media"):
        return SOURCE
    voice = parts.VOICE.fullmatch(found.key) if found.kind == "media" else None
    spoken = voice[2] if voice and voice[2] in LANGUAGES else SOURCE
    return found.lang or spoken


def may_write(officer: Officer, part: str) -> bool:
    """Structure, Vietnamese and pictures are the teacher's, words and voices of other languages the translator's."""
    wanted = Permission.COURSE_WRITE if language_of(part) == SOURCE else Permission.WORDS_TRANSLATE
    return officer.may(wanted)


def stamped(officer: Officer, part: str, value: Any) -> Any:
    """A translation or its voice with her as its author, waiting for a reviewer; all else as it is."""
    found = parts.name(part)
    if isinstance(value, dict) and found and found.kind == "media" and language_of(part) != SOURCE:
        kept = {key: one for key, one in value.items() if key not in ("reviewer", "comment")}
        return kept | {"author": officer.id, "state": "needs_review"}
    if not isinstance(value, dict) or found is None or found.kind != "words" or found.lang == SOURCE:
        return value
    kept = {key: one for key, one in value.items() if key not in ("reviewer", "comment", "at")}
    state = value.get("state") if value.get("state") in TRANSLATED else "needs_review"
    return kept | {"author": officer.name, "state": state}
