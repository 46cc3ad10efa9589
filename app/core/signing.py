"""Ed25519 keys of this node, one a year, under one folder: `keys.json` says what is known of each, a .pem holds its secret.

Secrets may be absent: a key that only verifies (retired and put away, or another node's) has its line in `keys.json` alone.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from app.core import blobs, clock
from app.core.errors import Unavailable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

State = Literal["active", "retired", "compromised"]

ID = re.compile(r"[0-9]{4}-[1-9][0-9]{0,3}")
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LOST = "file lost"
"""Why a key signs no more whose secret is gone."""
MULTIKEY = b"\xed\x01"


class NoKey(Unavailable):
    """Nothing was signed: the key is not there, cannot be read, or may not sign any more."""


@dataclass(frozen=True)
class Public:
    """What may be known of a key. `multikey` is `z6Mk…`; `made` and `day` (of the last change of state) are ISO days."""

    id: str
    multikey: str
    made: str = ""
    demo: bool = False
    state: State = "active"
    day: str = ""
    reason: str = ""

    @cached_property
    def _key(self) -> "Ed25519PublicKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        return Ed25519PublicKey.from_public_bytes(from_multikey(self.multikey))

    def verifies(self, signature: bytes, message: bytes) -> bool:
        from cryptography.exceptions import InvalidSignature

        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Key:
    """A key that signs."""

    public: Public
    _secret: "Ed25519PrivateKey"

    @property
    def id(self) -> str:
        return self.public.id

    def sign(self, message: bytes) -> bytes:
        """64 bytes, the same for the same message."""
        return self._secret.sign(message)


class Known(Protocol):
    """Where a verifier finds keys: `Keys`, or a dict by id."""

    def get(self, id: str, /) -> Public | None: ...


class Keys:
    """Several processes may use one folder. Files are written whole or not at all, a secret never over another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: tuple[tuple[int, int, int], dict[str, Public]] | None = None

    def make(self, year: int, *, demo: bool = False) -> Key:
        """A new key for `year`; those before it in that year are retired. Raises `Unavailable`."""
        with self._changing() as known:
            number = max((_number(id) for id in [*known, *self._files()] if _year(id) == year), default=0) + 1
            secret = _new_secret()
            day = _today()
            public = Public(f"{year}-{number}", _multikey_of(secret), day, demo)
            self._write(self._secret_path(public.id), _pem(secret))
            for one in known.values():
                if _year(one.id) == year and one.state == "active":
                    known[one.id] = replace(one, state="retired", day=day, reason=f"replaced by {public.id}")
            known[public.id] = public
        return Key(public, secret)

    def current(self, year: int) -> Key:
        """The key that signs in `year`. Raises `NoKey`."""
        active = self.active(year)
        if not active:
            raise NoKey(f"There is no key to sign with in {year}: make one under Certificates, Keys.")
        return self.key(active[-1].id)

    def active(self, year: int) -> list[Public]:
        """Those that may sign in `year`, the oldest first."""
        return [one for one in self.all() if one.state == "active" and _year(one.id) == year]

    def key(self, id: str) -> Key:
        """Raises `NoKey` where it is unknown, may not sign, or its file is missing, unreadable or of another key."""
        public = self.get(id)
        if public is None:
            raise NoKey(
                f"The key {id} is not known here: make one, or bring {self.folder} back from a backup."
            )
        if public.state != "active":
            raise NoKey(
                f"The key {id} is {public.state} since {public.day}: sign with the key made after it."
            )
        return Key(public, self._secret(public))

    def get(self, id: str, /) -> Public | None:
        return self._known().get(id)

    def all(self) -> list[Public]:
        """The oldest first."""
        return sorted(self._known().values(), key=lambda one: (_year(one.id), _number(one.id)))

    def retire(self, id: str, reason: str) -> Public:
        """It signs no more, and what it signed stays good."""
        return self._turn(id, "retired", reason)

    def compromise(self, id: str, reason: str) -> Public:
        """Somebody else may hold it: what it signed proves nothing any more. There is no way back."""
        return self._turn(id, "compromised", reason)

    def take_in(self, public: Public) -> None:
        """Keeps what another node said of its key, to verify with. Raises `Unavailable` where the id is another key's here."""
        from_multikey(public.multikey)
        _check_id(public.id)
        with self._changing() as known:
            ours = known.get(public.id)
            if ours and ours.multikey != public.multikey:
                raise Unavailable(f"Another key is known here as {public.id}: ask the node it came from.")
            if ours is None or ours.state != "compromised":
                known[public.id] = public

    def recover(self, public: Public) -> None:
        """Keeps what was written down elsewhere of a key of ours whose line is lost; it signs on where its file is still here."""
        with self._changing() as known:
            if public.id not in known:
                signs = public.state != "active" or self.has_file(public)
                known[public.id] = (
                    public if signs else replace(public, state="retired", day=_today(), reason=LOST)
                )

    def has_file(self, public: Public) -> bool:
        """Whether its secret can be read and is its own."""
        try:
            self._secret(public)
        except NoKey:
            return False
        return True

    def _turn(self, id: str, state: State, reason: str) -> Public:
        with self._changing() as known:
            if id not in known:
                raise NoKey(f"The key {id} is not known here.")
            if known[id].state != "compromised":
                known[id] = replace(known[id], state=state, day=_today(), reason=reason)
            return known[id]

    def _known(self) -> dict[str, Public]:
        path = self.folder / "keys.json"
        try:
            found = path.stat()
            stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
            if self._read is None or self._read[0] != stamp:
                said = json.loads(path.read_text("utf-8"))
                self._read = stamp, {one["id"]: _public(one) for one in said}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise NoKey(f"{path} cannot be read ({error}): bring it back from a backup.") from None
        return self._read[1]

    def _secret(self, public: Public) -> "Ed25519PrivateKey":
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        path = self._secret_path(public.id)
        mend = "bring it back from a backup, or make a new key"
        try:
            secret = load_pem_private_key(path.read_bytes(), None)
        except FileNotFoundError:
            raise NoKey(f"The key file {path} is missing: {mend}.") from None
        except OSError as error:
            raise NoKey(f"The key file {path} cannot be read ({error.strerror}): {mend}.") from None
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise NoKey(f"The key file {path} is damaged: {mend}.") from None
        if not isinstance(secret, Ed25519PrivateKey) or _multikey_of(secret) != public.multikey:
            raise NoKey(f"The key file {path} holds another key than {public.id}: {mend}.")
        return secret

    def _secret_path(self, id: str) -> Path:
        return self.folder / f"{_check_id(id)}.pem"

    def _files(self) -> list[str]:
        return [path.stem for path in self.folder.glob("*.pem") if ID.fullmatch(path.stem)]

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Public]]:
        """What is known, to be changed by one process at a time and kept durably at the end."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Unavailable(f"Keys cannot be kept in {self.folder}: {error.strerror}.") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            known = dict(self._known())
            yield known
            said = [asdict(known[id]) for id in sorted(known)]
            self._write(self.folder / "keys.json", json.dumps(said, ensure_ascii=False, indent=1).encode())
        finally:
            os.close(handle)

    def _write(self, path: Path, content: bytes) -> None:
        try:
            blobs.write(path, content)
        except OSError as error:
            raise Unavailable(f"The key could not be saved in {self.folder}: {error.strerror}.") from None


def from_multikey(text: str) -> bytes:
    """The 32 bytes of an Ed25519 public key. Raises `ValueError`."""
    raw = from_base58(text[1:]) if text.startswith("z") else b""
    if len(raw) != 34 or not raw.startswith(MULTIKEY):
        raise ValueError("not an Ed25519 key as Multikey")
    return raw[2:]


def to_base58(raw: bytes) -> str:
    number, digits = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = BASE58[digit] + digits
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + digits


def from_base58(text: str) -> bytes:
    """Raises `ValueError`."""
    number = 0
    for letter in text:
        number = number * 58 + BASE58.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _new_secret() -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate()


def _multikey_of(secret: "Ed25519PrivateKey") -> str:
    return "z" + to_base58(MULTIKEY + secret.public_key().public_bytes_raw())


def _pem(secret: "Ed25519PrivateKey") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public(said: dict[str, str]) -> Public:
    public = Public(**said)  # type: ignore[arg-type]
    _check_id(public.id)
    from_multikey(public.multikey)
    if public.state not in ("active", "retired", "compromised"):
        raise ValueError(f"{public.id} is {public.state}")
    return public


def _check_id(id: str) -> str:
    if not ID.fullmatch(id):
        raise NoKey(f"{id!r} is not the name of a key; one is 2026-1.")
    return id


def _year(id: str) -> int:
    return int(id[:4])


def _number(id: str) -> int:
    return int(id[5:])


def _today() -> str:
    return clock.as_datetime(clock.now()).date().isoformat()
