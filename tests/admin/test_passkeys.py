"""Passkeys of staff: made, named, removed, signed in with; and whatever says otherwise than it was asked opens nothing."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fastapi import FastAPI
from webauthn.helpers import encode_cbor

from app.accounts import passkeys, people
from app.accounts.models import Passkey, PasskeyChallenge
from app.accounts.passkeys import Site
from app.accounts.permissions import Role
from app.accounts.queries import STAFF as STAFF_ROWS
from tests.cast import STAFF, Phone, Staff, rows
from tests.conftest import Ticker
from tests.page import opened

ADDRESS = "https://hoc.example"
PRESENT, VERIFIED, WITH_KEY = 1, 4, 64


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Key:
    """A telephone that makes passkeys and signs with them, as a browser would tell of it."""

    origin: str = ADDRESS
    host: str = "hoc.example"
    flags: int = PRESENT | VERIFIED
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    private: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    uses: int = 0

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def made(self, options: dict[str, Any]) -> str:
        at = self.private.public_key().public_numbers()
        public = encode_cbor({1: 2, 3: -7, -1: 1, -2: at.x.to_bytes(32, "big"), -3: at.y.to_bytes(32, "big")})
        data = (
            self._data(self.flags | WITH_KEY) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        )
        client = self._client("webauthn.create", options["challenge"])
        held = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._told({"clientDataJSON": text(client), "attestationObject": text(held)})

    def signed(self, options: dict[str, Any]) -> str:
        self.uses += 1
        client, data = self._client("webauthn.get", options["challenge"]), self._data(self.flags)
        proof = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        said = {"clientDataJSON": client, "authenticatorData": data, "signature": proof}
        return self._told({name: text(raw) for name, raw in said.items()})

    def _told(self, response: dict[str, str]) -> str:
        said = {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response}
        return json.dumps(said | {"clientExtensionResults": {}})


@pytest.fixture
def https(app: FastAPI) -> FastAPI:
    app.state.settings = replace(app.state.settings, public_url=ADDRESS)
    return app


def make(staff: Phone, key: Key, name: str = "Máy của tôi") -> str:
    options = staff.post("/staff/me/passkeys/options", status=200).json()
    sent = {"answer": key.made(options), "name": name}
    return str(staff.post("/staff/me/passkeys", sent).headers["location"])


def enter(phone: Phone, key: Key) -> bool:
    options = phone.post("/staff/sign-in/passkey/options", status=200).json()
    to = phone.post("/staff/sign-in/passkey", {"answer": key.signed(options)}).headers["location"]
    assert to in ("/admin", "/staff/sign-in?failed=passkey")
    return bool(to == "/admin")


def test_it_works(https: FastAPI, staff: Staff, my: Phone) -> None:
    key = Key()
    assert "done=passkey" in make(staff, key)
    page = opened(staff.client, "/staff/me")
    assert [one.attrs["value"] for one in page.all("input", id="passkey-1")] == ["Máy của tôi"]
    assert enter(my, key)
    assert my.get("/admin").status_code == 200
    [row] = rows(https, Passkey)
    assert (row["counted"], bool(row["used_at"])) == (1, True) and rows(https, PasskeyChallenge) == []
    staff.post(f"/staff/me/passkeys/{row['id']}/name", {"name": "Điện thoại cũ"})
    assert "Điện thoại cũ" in staff.get("/staff/me").text
    staff.post(f"/staff/me/passkeys/{row['id']}/removal")
    assert rows(https, Passkey) == [] and not enter(Phone(https), key)


def test_it_is_offered_only_where_a_browser_has_passkeys(app: FastAPI, staff: Staff) -> None:
    for address in ("", "http://hoc.example", "http://10.0.0.1"):
        app.state.settings = replace(app.state.settings, public_url=address)
        assert "data-passkey" not in staff.get("/staff/me").text + staff.get("/staff/sign-in").text
        staff.post("/staff/me/passkeys/options", status=404)
        staff.post("/staff/sign-in/passkey", status=404)
    app.state.settings = replace(app.state.settings, public_url=ADDRESS)
    assert (
        "data-passkey" in staff.get("/staff/me").text and "data-passkey" in staff.get("/staff/sign-in").text
    )


@pytest.mark.parametrize(
    ("public", "asked", "found"),
    [
        ("https://hoc.example/x", "http://10.0.0.1:8000/", Site("hoc.example", "https://hoc.example")),
        (
            "https://hoc.example:8443",
            "http://localhost:8000/",
            Site("hoc.example", "https://hoc.example:8443"),
        ),
        ("", "http://localhost:8000/", Site("localhost", "http://localhost:8000")),
        ("http://hoc.example", "http://hoc.example/", None),
        ("", "http://127.0.0.1:8000/", None),
    ],
)
def test_what_it_is_bound_to(public: str, asked: str, found: Site | None) -> None:
    assert passkeys.site(public, asked) == found


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://hoc.exampIe"}, {"host": "example"}, {"flags": PRESENT}, {"flags": VERIFIED}],
    ids=["another site", "another host", "not verified", "not there"],
)
def test_what_says_otherwise_than_was_asked_is_refused(
    https: FastAPI, staff: Staff, my: Phone, wrong: dict[str, Any]
) -> None:
    key = Key()
    make(staff, key)
    assert not enter(my, replace(key, **wrong)) and enter(my, key)
    make(staff, Key(**wrong))
    assert len(rows(https, Passkey)) == 1


def test_what_was_asked_is_answered_once_soon_and_by_whom_it_was_asked(
    https: FastAPI, ticker: Ticker, staff: Staff, my: Phone
) -> None:
    key = Key()
    make(staff, key)
    options = my.post("/staff/sign-in/passkey/options", status=200).json()
    said = key.signed(options)
    assert my.post("/staff/sign-in/passkey", {"answer": said}).headers["location"] == "/admin"
    again = Phone(https).post("/staff/sign-in/passkey", {"answer": said}).headers["location"]
    assert again.endswith("failed=passkey")
    late = my.post("/staff/sign-in/passkey/options", status=200).json()
    ticker.advance(passkeys.ANSWERED_WITHIN + 1)
    assert "failed" in my.post("/staff/sign-in/passkey", {"answer": key.signed(late)}).headers["location"]
    another = my.post("/staff/sign-in/passkey/options", status=200).json()
    assert "failed" in staff.post("/staff/me/passkeys", {"answer": Key().made(another)}).headers["location"]


def test_a_copy_of_a_key_opens_nothing(https: FastAPI, staff: Staff, my: Phone) -> None:
    """Its count stands behind that of the one that went on being used."""
    key = Key()
    make(staff, key)
    copy = replace(key)
    assert enter(my, key) and enter(my, key) and not enter(Phone(https), copy)


def test_anothers_is_nobody_elses_and_two_have_not_the_same(https: FastAPI, staff: Staff) -> None:
    https.state.writer.call(lambda conn: people.add_staff(conn, "Sùng", STAFF[1], Role.HELPER, "03160"))
    other, key = Phone(https), Key()
    other.post("/staff/sign-in", {"name": "Sùng", "passphrase": STAFF[1]})
    make(staff, key)
    assert "failed" in make(other, key)
    [row] = rows(https, Passkey)
    other.post(f"/staff/me/passkeys/{row['id']}/removal", status=404)
    other.post(f"/staff/me/passkeys/{row['id']}/name", {"name": "X"}, 404)
    assert rows(https, Passkey) == [row]


def test_no_code_is_asked_besides_and_a_lost_passphrase_ends_it(https: FastAPI, staff: Staff) -> None:
    id = https.state.writer.call(lambda conn: people.add_staff(conn, "Sùng", STAFF[1], Role.HELPER, "03160"))
    helper, key = Phone(https), Key()
    helper.post("/staff/sign-in", {"name": "Sùng", "passphrase": STAFF[1]})
    make(helper, key)
    https.state.writer.call(lambda conn: conn.execute(STAFF_ROWS.update().values(totp="A" * 32)))
    assert enter(Phone(https), key)
    staff.post(f"/admin/staff/{id}/passphrase", status=200)
    assert rows(https, Passkey) == [] and not enter(Phone(https), key)


@pytest.mark.parametrize(
    "said", ["", "{", "[]", '{"id": 1}', '{"id":"a","response":{"clientDataJSON":"e30"}}']
)
def test_what_no_browser_says_is_refused(https: FastAPI, staff: Staff, said: str) -> None:
    assert "failed" in staff.post("/staff/me/passkeys", {"answer": said}).headers["location"]
    assert "failed" in staff.post("/staff/sign-in/passkey", {"answer": said}).headers["location"]
    assert "Chưa dùng được khóa" in opened(staff.client, "/staff/sign-in?failed=passkey").html
