"""What becomes of translated words when somebody types, approves or rejects them.

What is approved stands until a reviewer signs something else: what is typed over it waits beside it as a proposal.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.accounts.permissions import Officer, Permission
from courses import languages
from courses.languages import fold
from courses.model import SOURCE, source_hash
from courses.parts import PROPOSED
from courses.proof import Remark
from courses.report import AUTHORED

Value = Mapping[str, Any]
LANGS = tuple(slug for slug in AUTHORED if slug != SOURCE)
STATES = ("missing", "machine_draft", "outdated", "rejected", "needs_review", "approved")
"""The one word a text is counted under, in the order of what is to be done first."""
LONGEST = 20_000


class Refused(ValueError):
    """`reason` is own, empty, changed, faults or comment."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Author(NamedTuple):
    """`id` is the member of staff's, `name` hers as it is now."""

    id: str
    name: str


def may_translate(officer: Officer) -> bool:
    return officer.may(Permission.WORDS_TRANSLATE)


def may_approve(officer: Officer) -> bool:
    return officer.may(Permission.WORDS_APPROVE)


def waiting(value: Value | None) -> str:
    """The words somebody is to look at: those proposed, else those that stand."""
    return str((value or {}).get("proposal") or (value or {}).get("text") or "")


def anchor(part: str) -> str:
    """What a text is called in the page."""
    return "u-" + part.replace("/", "-").replace(".", "_")


def state(value: Value | None, source: str) -> str:
    """One of `STATES`."""
    if not value or not waiting(value) or value["state"] == "missing":
        return "missing"
    if value.get("proposal"):
        return "needs_review"
    made_from = value.get("from")
    if made_from and made_from != source_hash(source) and value["state"] != "rejected":
        return "outdated"
    return str(value["state"])


def typed(
    value: Value | None, lang: str, text: str, made_from: str, by: Author, origin: str = "human"
) -> dict[str, Any] | None:
    """The words after `by` wrote `text` for the Vietnamese whose hash is `made_from`; None where nothing changes.

    A draft saved as it is, is one she answers for: it waits for review.
    """
    text = languages.normalise(lang, text.replace("\r\n", "\n")).strip()[:LONGEST]
    before = dict(value or {"text": "", "state": "missing"})
    if before["state"] == "approved" and before["text"]:
        return _proposed(before, text, made_from, by, origin)
    same = text == before["text"] and before.get("from") == made_from
    if same and before["state"] in ("needs_review", "missing"):
        return None
    if not text:
        return {"text": "", "state": "missing", "author": by.name} if before["text"] else None
    kept = {"source": before["source"]} if text == before["text"] and before.get("source") else {}
    origin = str(before.get("origin") or origin) if text == before["text"] else origin
    now = {"text": text, "state": "needs_review", "origin": origin, "author": by.name, "from": made_from}
    return now | kept


def _proposed(
    before: dict[str, Any], text: str, made_from: str, by: Author, origin: str
) -> dict[str, Any] | None:
    plain = {name: one for name, one in before.items() if name not in (*PROPOSED, "comment")}
    if not text or (text == before["text"] and made_from == before.get("from", made_from)):
        return plain if before.get("proposal") else None
    if (text, made_from) == (before.get("proposal"), before.get("proposal_from")):
        return None
    told = {
        "proposal": text,
        "proposal_from": made_from,
        "proposal_author": by.name,
        "proposal_origin": origin,
    }
    return plain | told


def approved(
    value: Value | None, source: str, by: Author, authors: frozenset[str], remarks: Sequence[Remark]
) -> dict[str, Any]:
    """The words once `by` has signed them for today's Vietnamese. Raises `Refused`.

    `authors` are the ids of all who wrote at these words since they last were approved.
    """
    text = waiting(value)
    if value is None or not text:
        raise Refused("empty")
    proposed = bool(value.get("proposal"))
    author = str(value.get("proposal_author" if proposed else "author", ""))
    if by.id in authors or fold(author) == fold(by.name):
        raise Refused("own")
    if any(one.must for one in remarks):
        raise Refused("faults")
    origin = value.get("proposal_origin" if proposed else "origin", "")
    told = {"origin": origin, "author": author, "source": "" if proposed else value.get("source", "")}
    now = {"text": text, "state": "approved", "reviewer": by.name, "from": source_hash(source)}
    return now | {name: one for name, one in told.items() if one}


def rejected(value: Value | None, comment: str, by: Author) -> dict[str, Any]:
    """The words sent back with what is wrong; of a proposal, the approved ones stand on. Raises `Refused`."""
    if value is None or not waiting(value):
        raise Refused("empty")
    comment = " ".join(comment.split())[:500]
    if not comment:
        raise Refused("comment")
    kept = {name: one for name, one in value.items() if name not in PROPOSED}
    if not value.get("proposal"):
        kept |= {"state": "rejected", "reviewer": by.name}
    return kept | {"comment": comment}


def authors(history: Sequence[tuple[str, Value | None]], importer: str) -> frozenset[str]:
    """Whose hands these words went through since they last were approved: ids, from (by, value) newest first."""
    found = set()
    for place, (by, value) in enumerate(history):
        before = history[place + 1][1] if place + 1 < len(history) else None
        if waiting(value) != waiting(before) and by != importer:
            found.add(by)
        if before and before["state"] == "approved" and not before.get("proposal"):
            break
    return frozenset(found)
