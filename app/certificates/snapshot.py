"""What a certificate says, frozen when it was issued. Every carrier is a function of one snapshot and one key."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

State = Literal["valid", "replaced", "revoked", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """`code` stands in the number; `names` by language slug, Vietnamese always there; `url` the public address, or ""."""

    code: str
    names: Mapping[str, str]
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One certificate. Days are ISO; texts are NFC; maps by language slug always hold `vi`.

    `number` is `CODE-YEAR-NNNNNN`; `structure` the course version she was judged by; `score` per cent, or None where the
    course has no test; `skills` codes of frameworks as `FRAMEWORK@VERSION:CODE`; `lang` the second language printed, or "";
    `template` names the frozen wording and paper; `replaces` the number it stands for, or ""; `status` its place in the
    status list; `sample` whether “BẢN MẪU” stands across it; `drafts` the languages whose title nobody had approved yet.
    """

    id: str
    number: str
    issuer: Issuer
    name: str
    course: str
    structure: str
    titles: Mapping[str, str]
    day: str
    score: int | None = None
    supervised: bool = False
    skills: tuple[str, ...] = ()
    lang: str = ""
    template: str = "default@1"
    replaces: str = ""
    status: int = 0
    sample: bool = True
    drafts: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Snapshot":
        """Raises `KeyError` or `TypeError` where a field is missing or unknown."""
        if unknown := said.keys() - NAMES:
            raise TypeError(f"unknown fields: {', '.join(sorted(unknown))}")
        several = {name: tuple(said.get(name, ())) for name in ("skills", "drafts")}
        return cls(**{**said, "issuer": Issuer(**said["issuer"]), **several})

    def bytes(self) -> bytes:
        """The same for the same snapshot, always."""
        return json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


NAMES = {one.name for one in fields(Snapshot)}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a certificate stands, as this server knew at `known_at` (UTC milliseconds); `by_number` is what replaced it."""

    state: State
    known_at: int
    day: str = ""
    reason: str = ""
    by_number: str = ""


@dataclass(frozen=True, kw_only=True)
class Carriers:
    """The signed forms of one snapshot: COSE_Sign1 bytes, the Open Badge, and the id of the key that signed both."""

    cose: bytes
    badge: Mapping[str, Any] = field(hash=False)
    key: str
