"""What is told of one certificate to whoever asks: judged from what was brought, the register, and the list of the ended. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from app.certificates import cose
from app.certificates.badge import Verdict
from app.certificates.cose import Claims
from app.certificates.forged import Forged
from app.certificates.snapshot import Snapshot, Standing
from app.certificates.status import SIZE, Received, list_of
from app.core import clock
from app.core.signing import Known, Public, from_multikey
from courses.languages import initial

State = Literal["valid", "replaced", "revoked", "ended", "unknown", "forged", "unread"]
By = Literal["signature", "number", "badge", "pdf"]

WHY = {
    "malformed": "malformed",
    "unknown-key": "unknown_key",
    "compromised-key": "compromised_key",
    "no-proof": "unsigned",
    "proof": "unsigned",
    "unsigned-field": "added",
    "context": "added",
    "form": "added",
    "issuer": "issuer",
}
"""How a reason of `Forged` ends the word `check.why.…`; any other is a signature that does not fit."""
SHORT = "…"


@dataclass(frozen=True, slots=True)
class Record:
    """A certificate as the register here has it; `snapshot.name` is "" where its holder was erased."""

    snapshot: Snapshot
    standing: Standing


@dataclass(frozen=True, slots=True)
class Server:
    """Who answers: the public address or "", the host that was asked, and whether the register is kept here.

    `lists` are the status lists a village has received, by number.
    """

    public_url: str = ""
    host: str = ""
    keeps_register: bool = True
    lists: Callable[[int], Received | None] = lambda number: None
    now: int = 0


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What a page tells. `why` ends `check.why.…`, `notes` end `check.note.…`, `reason` `certificate.reason.…`.

    What is in `GAPS` is shown as it is; all else decides what is drawn. Days and times are written as people do;
    `known` is UTC milliseconds, `credential` base32, `key` hexadecimal.
    """

    state: State
    by: By
    why: str = ""
    notes: tuple[str, ...] = ()
    reason: str = ""
    supervised: bool = False
    sample: bool = False
    erased: bool = False
    listed: bool = False
    number: str = ""
    name: str = ""
    title: str = ""
    other_title: str = ""
    is_draft: bool = False
    issued_on: str = ""
    score: str = ""
    issuer: str = ""
    day: str = ""
    replaced_by: str = ""
    new_page: str = ""
    here: str = ""
    ours: str = ""
    key_day: str = ""
    known: str = ""
    known_time: str = ""
    known_day: str = ""
    credential: str = ""
    key: str = ""


GAPS = (
    "number", "name", "title", "other_title", "issued_on", "score", "issuer", "day", "replaced_by", "new_page", "here",
    "ours", "key_day", "known", "known_time", "known_day", "credential", "key",
)  # fmt: skip


Said = dict[str, Any]
"""Fields of a `Telling`, put together before it is made once: every scan makes one."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a QR code says that a key of ours signed; that key may be compromised."""

    claims: Claims
    key: Public
    data: bytes


def scanned(data: bytes, keys: Known) -> Scanned:
    """Raises `Forged`."""
    key = _EvenLost(keys)
    claims = cose.verify(data, key)
    assert key.found
    return Scanned(claims, key.found, data)


def of_credential(
    read: Scanned, record: Record | None, server: Server, lang: str = "vi", text: str = ""
) -> Telling:
    """What the bytes of a QR code come to; `text` is how they were written in the address, where they were."""
    said = _of_claims(read.claims, record, server, lang)
    if read.key.state == "compromised":
        said = _by_a_lost_key(said, read.key)
    if said["state"] != "forged" or said["why"] == "register":
        said |= {"credential": text or cose.to_text(read.data), "key": _hex_of(read.key.multikey)}
    return Telling(by="signature", **said)


def of_number(number: str, record: Record | None, server: Server, lang: str = "vi") -> Telling:
    """What the register says of a number: with the name shortened, for who looks up a number need not hold the paper."""
    if record is None:
        why = "no_number" if server.keeps_register else "far"
        return Telling(state="unknown", by="number", why=why, **_known(server))
    told = Telling(by="number", **_of_record(record, server, lang))
    return replace(told, name=short(told.name))


def of_badge(verdict: Verdict, record: Record | None, server: Server, by: By, lang: str = "vi") -> Telling:
    """What a genuine badge comes to; it holds no name, so hers is shortened unless it stands on the file itself (`pdf`)."""
    claims = Claims(
        number=verdict.number, name="", course="", title=verdict.title, day=verdict.day, status=verdict.status,
        sample=verdict.key.demo,
    )  # fmt: skip
    told = Telling(by=by, **_of_claims(claims, record, server, lang))
    if record is None or told.why == "register":
        return told
    full = Telling(by=by, **_of_record(record, server, lang))
    return full if by == "pdf" else replace(full, name=short(full.name))


def of_record(record: Record, server: Server, by: By, lang: str = "vi") -> Telling:
    """What the register says of what it knows byte by byte."""
    return Telling(by=by, **_of_record(record, server, lang))


def refused(error: Forged, keys: Known, by: By) -> Telling:
    """Nothing of it is believed, so nothing of it is shown."""
    why = WHY.get(error.reason, "signature")
    known = keys.get(error.key) if error.key else None
    day = date(known.day) if known else ""
    return Telling(state="unread" if why == "malformed" else "forged", by=by, why=why, day=day)


def altered(record: Record | None, server: Server, lang: str = "vi") -> Telling:
    """A PDF of ours that somebody changed: what the register says of it instead, where it is known which it was."""
    if record is None:
        return Telling(state="forged", by="pdf", why="other_pdf")
    said = Telling(by="pdf", **_of_record(record, server, lang))
    return replace(said, state="forged", why="altered", name=short(said.name), reason="", day="")


def short(name: str) -> str:
    """`Lò Thị Mỷ` as `Lò T… M…`: enough for who knows her, too little for who does not."""
    first, *others = name.split() or [""]
    initials = [initial(one) + SHORT for one in others]
    return " ".join([first, *initials] if others else [initial(first) + SHORT]) if name else ""


def date(iso: str) -> str:
    """`2026-11-22` as `22/11/2026`."""
    return f"{iso[8:]}/{iso[5:7]}/{iso[:4]}" if iso else ""


def _of_claims(claims: Claims, record: Record | None, server: Server, lang: str) -> Said:
    said: Said = {
        "number": claims.number, "name": claims.name, "title": claims.title, "sample": claims.sample, "why": "",
        "issued_on": date(claims.day), "score": _score(claims.score), "supervised": claims.supervised, "issuer": "",
    }  # fmt: skip
    if record is not None:
        if not _agrees(claims, record.snapshot):
            return {**said, "state": "forged", "why": "register", **_known(server)}
        kept = record.snapshot
        said["issuer"], said["sample"] = kept.issuer.names["vi"], claims.sample or kept.sample
        said["other_title"] = kept.titles.get(lang, "") if lang != "vi" else ""
        said["is_draft"] = bool(said["other_title"]) and lang in kept.drafts
        said["erased"] = not kept.name
    return {**said, **_standing(claims.status, record, server)}


def _of_record(record: Record, server: Server, lang: str) -> Said:
    return _of_claims(cose.claims(record.snapshot), record, server, lang)


def _agrees(claims: Claims, said: Snapshot) -> bool:
    """Whether what was signed is what the register says; of an erased holder it does not say who she was."""
    if (claims.title, claims.day) != (said.titles["vi"], said.day):
        return False
    if not claims.course or not said.name:
        return claims.course in ("", said.course)
    return claims == cose.claims(said, claims.key)


def _standing(status: int, record: Record | None, server: Server) -> Said:
    if record is not None and record.standing.state in ("revoked", "replaced"):
        return {**_ended(record.standing), **_known(server)}
    if server.keeps_register:
        stands = {"state": "unknown", "why": "not_in_register"} if record is None else {"state": "valid"}
        return {**stands, **_known(server)}
    received = server.lists(list_of(status))
    if received is None:
        return {"state": "unknown", "why": "no_list", **_place(server)}
    ended = status % SIZE in received.revoked
    stands = {"state": "ended", "why": "listed"} if ended else {"state": "valid"}
    return {**stands, "listed": True, **_known(server, _at(received.made))}


def _ended(standing: Standing) -> Said:
    day = date(standing.day)
    if standing.state == "replaced":
        new = standing.by_number
        return {"state": "replaced", "day": day, "replaced_by": new, "new_page": f"/c/{new}"}
    return {"state": "revoked", "day": day, "reason": standing.reason}


def _known(server: Server, at: int = 0) -> Said:
    """When the server that tells it knew it so."""
    time = clock.as_datetime(at or server.now)
    written = {"known_time": f"{time.hour:02}:{time.minute:02}", "known_day": date(time.date().isoformat())}
    return {"known": str(at or server.now), **written, **_place(server)}


def _place(server: Server) -> Said:
    """Says so where this is not the address the issuer is known by."""
    ours = host_of(server.public_url)
    if not ours or not server.host or server.host == ours:
        return {}
    return {"notes": ("host",), "here": server.host, "ours": ours}


def from_elsewhere(told: Telling, host: str, server: Server) -> Telling:
    """The code in a picture led to another address than ours."""
    ours = host_of(server.public_url)
    if not host or not ours or host == ours:
        return told
    notes = ("foreign", *(one for one in told.notes if one != "host"))
    return replace(told, notes=notes, here=host, ours=ours)


def host_of(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].lower()


def _by_a_lost_key(said: Said, key: Public) -> Said:
    """What a compromised key signed is believed only where the register says the very same."""
    if said["issuer"] and said["state"] != "forged":
        return {**said, "notes": (*said.get("notes", ()), "key"), "key_day": date(key.day)}
    return {"state": "forged", "why": "compromised_key", "day": date(key.day)}


class _EvenLost:
    """Keys as they would verify had none been compromised; `found` is the one that was asked for, as it is."""

    def __init__(self, keys: Known) -> None:
        self.keys = keys
        self.found: Public | None = None

    def get(self, id: str, /) -> Public | None:
        self.found = found = self.keys.get(id)
        return replace(found, state="retired") if found and found.state == "compromised" else found


@lru_cache(100)
def _hex_of(multikey: str) -> str:
    return from_multikey(multikey).hex()


def _at(made: str) -> int:
    return int(datetime.fromisoformat(made).timestamp() * 1000)


def _score(score: int | None) -> str:
    return "" if score is None else f"{score}/100"
