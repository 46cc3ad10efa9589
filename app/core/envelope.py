"""What every entry carries whatever its type, read from the verbatim body; and how a body is made on this node."""

import json
import re
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple, NoReturn

from app.core import clock, ids
from app.core.errors import MakesNoSense

LARGEST_BODY = 16 * 1024
LATEST_CLAIM = 253_402_300_799_999  # the end of the year 9999
BELIEVED_AGE = 400 * clock.DAY
TYPE = re.compile(r"([a-z][a-z_.]{0,39})/([1-9][0-9]{0,3})")
SALT = re.compile(r"[0-9a-f]{16}")
PLACE = re.compile(r"[a-z0-9-]{1,64}")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


_DECODER = json.JSONDecoder(parse_constant=_refuse)


class Received(NamedTuple):
    """`data` is the body as `parse` read it, where somebody had to look into it before."""

    body: str
    received_at: int
    data: dict[str, Any] | None = None


class Fact(NamedTuple):
    """An entry as rooms read it: the envelope, and the whole body parsed."""

    id: str
    type: str
    version: int
    person: str
    claimed_at: int
    received_at: int
    data: Mapping[str, Any]


def digest(body: str) -> str:
    """The SHA-256 of a body's bytes, hexadecimal."""
    return sha256(as_bytes(body)).hexdigest()


def as_bytes(body: str) -> bytes:
    return body.encode("utf-8", "surrogatepass")


def compose(kind: str, person: str, /, **fields: object) -> str:
    """The body of an entry that happened here and now; `kind` is a type with its version, `pin.set/1`."""
    envelope = {
        "id": ids.new(),
        "type": kind,
        "person": person,
        "claimed_at": clock.now(),
        "salt": secrets.token_hex(8),
    }
    return json.dumps(envelope | fields, ensure_ascii=False, separators=(",", ":"))


def read(received: Received) -> Fact:
    """Raises `MakesNoSense` for what is no entry at all."""
    if len(received.body) > LARGEST_BODY or len(as_bytes(received.body)) > LARGEST_BODY:
        raise MakesNoSense("too-large")
    return fact(received.data or parse(received.body), received.received_at)


def parse(body: str) -> dict[str, Any]:
    try:
        data = _DECODER.decode(body)
    except (ValueError, RecursionError):
        raise MakesNoSense("not-json") from None
    if not isinstance(data, dict):
        raise MakesNoSense("not-an-object")
    if "\\u" in body or not body.isprintable():
        _check_text(data)
    return data


def fact(data: dict[str, Any], received_at: int) -> Fact:
    kind, claimed_at = data.get("type"), data.get("claimed_at")
    if not ids.is_id(data.get("id")):
        raise MakesNoSense("no-id")
    named = TYPE.fullmatch(kind) if isinstance(kind, str) else None
    if named is None:
        raise MakesNoSense("no-type")
    if not ids.is_id(data.get("person")):
        raise MakesNoSense("no-person")
    if type(claimed_at) is not int or not 0 <= claimed_at <= LATEST_CLAIM:
        raise MakesNoSense("no-time")
    if not _matches(SALT, data.get("salt")):
        raise MakesNoSense("no-salt")
    if "place" in data and not _matches(PLACE, data["place"]):
        raise MakesNoSense("no-place")
    return Fact(data["id"], named[1], int(named[2]), data["person"], claimed_at, received_at, data)


def month(fact: Fact) -> str:
    """The month an entry counts in: its own, unless its clock cannot be right."""
    believed = 0 <= fact.received_at - fact.claimed_at <= BELIEVED_AGE
    return clock.month(fact.claimed_at if believed else fact.received_at)


def id_in(body: str) -> str | None:
    """The id a body that makes no sense calls itself by, so that it can be answered."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    name = data.get("id") if isinstance(data, dict) else None
    return (
        name if isinstance(name, str) and len(name) <= 64 and name.isascii() and name.isprintable() else None
    )


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _check_text(data: dict[str, Any]) -> None:
    """Text that a database could not keep: half a surrogate pair, or the character NUL."""
    text = json.dumps(data, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise MakesNoSense("not-text") from None
    if "\\u0000" in text:
        raise MakesNoSense("not-text")
