"""Nobody but the key makes a certificate: forgeries of every kind, none believed, and why is said."""

import base64
import contextlib
import copy
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cbor2 import CBORTag, dumps, loads

from app.certificates import badge, cose, issuer, linked, proof, status
from app.certificates.cose import Forged
from app.certificates.status import SIZE, StatusList
from app.core.signing import Key, Keys, from_base58, to_base58
from tests.certificates.signing_examples import BASE, SNAPSHOT, YEAR, keys_in, snapshot

NOON, DAY = 1_795_000_000_000, 86_400_000
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of Ed25519's group: a signature whose second half is this much more would verify too, where nobody looks."""
Forgeries = Iterator[tuple[str, Any]]


class Office:
    """Ours, and somebody with keys of her own that call themselves as ours do."""

    def __init__(self, folder: Path) -> None:
        self.keys: Keys = keys_in(folder)
        self.key: Key = self.keys.current(YEAR)
        self.other: Key = keys_in(folder / "other").current(YEAR)
        self.cose = cose.sign(SNAPSHOT, self.key)
        self.badge = badge.issue(SNAPSHOT, self.key, BASE)
        self.list = status.credential([5], self.key, BASE, NOON)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


def accepted(forged: Forgeries, verify: Callable[[Any], object]) -> tuple[int, list[str]]:
    """How many there were, and those that were believed."""
    count, believed = 0, []
    for what, made in forged:
        count += 1
        try:
            verify(made)
        except Forged as refusal:
            assert refusal.reason.replace("-", "").isalpha()
        else:
            believed.append(what)
    return count, believed


# Of QR codes


def whole(
    protected: bytes, payload: bytes, signature: bytes, unprotected: Any = None, tag: int = 18
) -> bytes:
    return dumps(CBORTag(tag, [protected, unprotected or {}, payload, signature]), canonical=True)


def forged_codes(office: Office) -> Forgeries:
    protected, _, payload, signature = loads(office.cose).value
    claims = dict(loads(payload))

    def said(changed: dict[Any, Any]) -> bytes:
        return whole(protected, dumps(changed, canonical=True), signature)

    for label, value in claims.items():
        other = value + 1 if type(value) is int else not value if value is True else f"{value} "
        yield f"claim {label} changed", said({**claims, label: other})
        yield f"claim {label} away", said({key: one for key, one in claims.items() if key != label})
    yield "score of a hundred", said({**claims, 6: 100})
    yield "a sample", said({**claims, 8: True})
    yield "a claim more", said({**claims, 10: "with distinction"})
    yield "a claim of another label", said({**claims, "name": "Giàng A Pháo"})
    yield "a claim beside what is signed", whole(protected, payload, signature, {33: "with distinction"})
    for name, header in {
        "no algorithm": {4: b"2026-1"}, "another algorithm": {1: -7, 4: b"2026-1"}, "no key": {1: -8},
        "another key's name": {1: -8, 4: b"2026-2"}, "a key that is text": {1: -8, 4: "2026-1"},
        "one more header": {1: -8, 4: b"2026-1", 3: 0}, "a path for a key": {1: -8, 4: b"../2026-1"},
        "letters for a key": {1: -8, 4: b"\xff\xfe"},
    }.items():  # fmt: skip
        raw = dumps(header, canonical=True)
        yield name, whole(raw, payload, signature)
        yield f"{name}, signed by another", whole(raw, payload, _cose_signature(office.other, raw, payload))
    yield "header that is none", whole(b"", payload, signature)
    yield "header that is a list", whole(dumps([1, -8]), payload, signature)
    yield "signed by another key of the same name", cose.sign(SNAPSHOT, office.other)
    elsewhere = loads(cose.sign(snapshot(name="Giàng A Pháo"), office.key)).value
    yield "payload of another certificate", whole(protected, elsewhere[2], signature)
    yield "signature of another certificate", whole(protected, payload, elsewhere[3])
    for place in range(0, 64, 2):
        bent = bytearray(signature)
        bent[place] ^= 1
        yield f"bit {place} of the signature", whole(protected, payload, bytes(bent))
    beyond = int.from_bytes(signature[32:], "little") + ORDER
    yield (
        "the signature's other form",
        whole(protected, payload, signature[:32] + beyond.to_bytes(32, "little")),
    )
    yield "no signature", whole(protected, payload, b"")
    yield "a signature of noughts", whole(protected, payload, bytes(64))
    yield "a signature too long", whole(protected, payload, signature + b"\0")
    yield "no tag", dumps([protected, {}, payload, signature], canonical=True)
    yield "another tag", whole(protected, payload, signature, tag=98)
    yield "a tag in a tag", dumps(CBORTag(18, CBORTag(18, [protected, {}, payload, signature])))
    yield "three parts", dumps(CBORTag(18, [protected, payload, signature]))
    yield "five parts", dumps(CBORTag(18, [protected, {}, payload, signature, b""]))
    yield "a list of no end", b"\xd2\x9f" + office.cose[2:] + b"\xff"
    yield "a length written long", b"\xd2\x98\x04" + office.cose[2:]
    yield "payload that is text", dumps(CBORTag(18, [protected, {}, "x", signature]))
    yield "nothing", b""
    yield "more behind it", office.cose + b"\0"
    yield "twice", office.cose * 2
    for end in range(1, len(office.cose), 17):
        yield f"the first {end} bytes", office.cose[:end]
    yield "very long", office.cose + bytes(5_000)
    yield "very deep", b"\x81" * 1_900 + b"\x01"


def _cose_signature(key: Key, protected: bytes, payload: bytes) -> bytes:
    return key.sign(dumps(["Signature1", protected, b"", payload], canonical=True))


def test_no_forged_qr_code_is_believed(office: Office) -> None:
    cose.verify(office.cose, office.keys)
    count, believed = accepted(forged_codes(office), lambda data: cose.verify(data, office.keys))
    assert (believed, count >= 100) == ([], True)


def test_what_our_key_signed_and_is_no_certificate_is_refused(office: Office) -> None:
    """Only a mistake of ours could sign one."""
    good = dumps({1: -8, 4: b"2026-1"}, canonical=True)
    claims = dict(loads(loads(office.cose).value[2]))
    payloads: list[Any] = [
        [], {}, {1: "DB-2026-000001"}, {1: "a", 2: "b", 3: "c", 4: "d", 5: "soon"}, {1: 1, 2: 2, 3: 3, 4: 4, 5: 10**12},
        {**claims, 10: "with distinction"},
    ]  # fmt: skip
    headers = [{1: -7, 4: b"2026-1"}, {1: -8, 4: b"2026-1", 3: 0}, {4: b"2026-1"}]
    for header, said in [(good, one) for one in payloads] + [
        (dumps(one, canonical=True), claims) for one in headers
    ]:
        payload = dumps(said, canonical=True)
        made = whole(header, payload, _cose_signature(office.key, header, payload))
        with pytest.raises(Forged, match=r"malformed|algorithm"):
            cose.verify(made, office.keys)


@pytest.mark.parametrize(
    "text", ["", "/", "C/", "A", "ABC", "A" * 9_000, "2KCEXI1B", "2KCEXI=B", "ÀÁ", "AB", "AAAAAAB", "2KCE XIQB", "ſſſſ ſſſſ"]
)  # fmt: skip
def test_what_is_no_credential_is_refused_before_it_is_read(text: str, office: Office) -> None:
    with pytest.raises(Forged, match="malformed"):
        cose.verify(cose.from_path(text), office.keys)


# Of badges

Walk = Iterator[tuple[list[str | int], Any]]


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Walk:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield [*path, name], one
        yield from leaves(one, (*path, name))


def changed(doc: dict[str, Any], path: list[str | int], to: Any) -> dict[str, Any]:
    made = copy.deepcopy(doc)
    at: Any = made
    for step in path[:-1]:
        at = at[step]
    if to is None:
        del at[path[-1]]
    else:
        at[path[-1]] = to
    return made


def added(doc: dict[str, Any], path: list[str | int], **fields: Any) -> dict[str, Any]:
    made = copy.deepcopy(doc)
    at: Any = made
    for step in path:
        at = at[step]
    at.update(fields)
    return made


def said_otherwise(value: Any) -> Any:
    if isinstance(value, str):
        return f"{value}x"
    return 1 if value is True else [*value, value[0]] if isinstance(value, list) else {"id": "urn:x:y"}


def forged_badges(office: Office) -> Forgeries:
    doc = office.badge
    for path, value in leaves(doc):
        yield f"{path} changed", changed(doc, path, said_otherwise(value))
        yield f"{path} away", changed(doc, path, None)
    objects = [[], *(path for path, value in leaves(doc) if isinstance(value, dict))]
    for path in objects:
        yield f"a field more at {path}", added(doc, path, honours="with distinction")
        yield f"nothing more at {path}", added(doc, path, image=None)
    inside = ["credentialSubject", "achievement"]
    yield "an empty list", added(doc, inside, related=[])
    yield "a field of the vocabulary", added(doc, inside, humanCode="X")
    yield (
        "a field by its address",
        added(doc, inside, **{"https://schema.org/name": doc["credentialSubject"]["achievement"]["name"]}),
    )
    yield "a name for a node that had none", added(doc, ["credentialSubject"], id="_:b0")
    yield "an index", added(doc, inside, **{"@index": "x"})
    yield "fields behind a word that nests", added(doc, inside, **{"@nest": {"honours": "x"}})
    yield "more subjects", changed(doc, ["credentialSubject"], [doc["credentialSubject"]])
    yield "a type no context knows", changed(doc, ["type"], [*doc["type"], "Distinction"])
    yield "types the other way round", changed(doc, ["type"], doc["type"][::-1])
    yield "a text as a list of it", changed(doc, ["name"], [doc["name"]])
    yield "a text in a language", changed(doc, ["name"], {"@value": doc["name"], "@language": "vi"})
    yield "a text with its direction", changed(doc, ["name"], {"@value": doc["name"], "@direction": "rtl"})
    yield "a score that is a number", changed(doc, ["credentialSubject", "result", 0, "value"], 90)
    yield (
        "an address that hides another field",
        changed(doc, ["id"], f'{doc["id"]}> <https://schema.org/name> "x" .\n<urn:x:y'),
    )
    yield from contexts(doc)
    yield from proofs(office)


def contexts(doc: dict[str, Any]) -> Forgeries:
    first, second = doc["@context"]
    mine = {"honours": "https://schema.org/award"}
    for what, to in {
        "none": [], "one": [first], "the other way round": [second, first], "one more": [first, second, "https://evil.example/c"],
        "another in its place": [first, "https://evil.example/c"], "an older one": ["https://www.w3.org/2018/credentials/v1", second],
        "one of her own": [first, second, mine], "a text": first, "an object": mine, "twice": [first, second, second],
        "one not shipped": [first, "https://purl.imsglobal.org/spec/ob/v3p0/context.json"],
    }.items():  # fmt: skip
        yield f"contexts: {what}", changed(doc, ["@context"], to)
        yield f"contexts: {what}, and a field", added(changed(doc, ["@context"], to), [], honours="x")
    for path in (["credentialSubject"], ["issuer"], ["proof"]):
        yield f"a context inside {path}", added(doc, path, **{"@context": mine})
        yield f"the same context inside {path}", added(doc, path, **{"@context": [first, second]})


def proofs(office: Office) -> Forgeries:
    doc, said = office.badge, office.badge["proof"]
    bare = {name: value for name, value in doc.items() if name != "proof"}
    method = said["verificationMethod"]

    def proved(value: Any) -> dict[str, Any]:
        return {**bare, "proof": value}

    yield "no proof", bare
    for what, value in {
        "none": None,
        "empty": {},
        "list of none": [],
        "text": "signed",
        "number": 1,
        "list": [said],
    }.items():
        yield f"a proof that is {what}", proved(value)
    unknown = {"type": "Ed25519Signature2020", "proofValue": said["proofValue"], "verificationMethod": method}
    yield "an unknown proof alone", proved(unknown)
    yield "an unknown proof beside the good one", proved([said, unknown])
    yield "the good one twice", proved([said, said])
    for name, value in {
        "cryptosuite": "eddsa-jcs-2022", "type": "DataIntegrityProof2", "proofPurpose": "authentication",
        "created": "2030-01-01T00:00:00Z", "verificationMethod": method.replace("hoc.example", "evil.example"),
    }.items():  # fmt: skip
        yield f"proof: {name} {value}", proved({**said, name: value})
    for name in ("expires", "domain", "challenge", "previousProof", "nonce", "id"):
        yield f"proof: {name} more", proved({**said, name: "urn:x:y"})
    raw = from_base58(said["proofValue"][1:])
    beyond = (int.from_bytes(raw[32:], "little") + ORDER).to_bytes(32, "little")
    for what, value in {
        "in another alphabet": "u" + base64.urlsafe_b64encode(raw).decode().rstrip("="), "empty": "", "a letter": "z",
        "no base58": "z0OIl", "too short": "z" + to_base58(raw[:63]), "too long": "z" + to_base58(raw + b"\1"),
        "its other form": "z" + to_base58(raw[:32] + beyond), "noughts": "z" + to_base58(bytes(64)),
        "with a nought before": "z1" + said["proofValue"][1:],
    }.items():  # fmt: skip
        yield f"signature {what}", proved({**said, "proofValue": value})
    for place in range(0, 64, 8):
        bent = bytearray(raw)
        bent[place] ^= 1
        yield f"bit {place} of the signature", proved({**said, "proofValue": "z" + to_base58(bytes(bent))})
    yield "signed by another key of the same name", badge.issue(SNAPSHOT, office.other, BASE)
    yield "signed by ours for another address", badge.issue(SNAPSHOT, office.key, "https://evil.example")
    yield "proof of another certificate", proved(badge.issue(snapshot(score=100), office.key, BASE)["proof"])
    yield (
        "proof over the proof alone",
        proved(proof.sign({"@context": doc["@context"]}, office.key, method, said["created"])["proof"]),
    )
    yield "its own issuer", changed(doc, ["issuer", "id"], "did:web:evil.example")
    own = office.other.public.multikey
    yield "a key that comes with it", proved({**said, "verificationMethod": f"did:key:{own}#{own}"})
    yield "a status list for a badge", office.list


def test_no_forged_badge_is_believed(office: Office) -> None:
    badge.verify(office.badge, office.keys, BASE)
    count, believed = accepted(forged_badges(office), lambda doc: badge.verify(doc, office.keys, BASE))
    assert (believed, count >= 200) == ([], True)


def test_why_a_badge_is_not_believed_is_said(office: Office) -> None:
    doc, said = office.badge, office.badge["proof"]
    for reason, made in {
        "context": changed(doc, ["@context"], [*doc["@context"], "https://evil.example/c"]),
        "no-proof": changed(doc, ["proof"], None),
        "proof": changed(doc, ["proof", "type"], "Unknown"),
        "unsigned-field": added(doc, ["issuer"], honours="x"),
        "form": changed(doc, ["validFrom"], None),
        "issuer": changed(doc, ["issuer", "id"], "did:web:evil.example"),
        "unknown-key": changed(doc, ["proof", "verificationMethod"], said["verificationMethod"][:-1] + "9"),
        "signature": changed(doc, ["name"], "Giấy chứng nhận khác"),
    }.items():
        with pytest.raises(Forged) as refusal:
            badge.verify(made, office.keys, BASE)
        assert refusal.value.reason == reason
        assert refusal.value.key == {"unknown-key": "2026-9", "signature": "2026-1"}.get(reason, "")


def test_forgeries_that_have_our_form_fail_at_the_signature_too(office: Office) -> None:
    """Without the form, the graph alone: nothing that is said is left out of what was signed."""
    whole_graph = linked.canonical({name: one for name, one in office.badge.items() if name != "proof"})
    count = 0
    for path, value in leaves(office.badge):
        if path[0] in ("@context", "proof") or not isinstance(value, str):
            continue
        made = changed(office.badge, path, f"{value}x")
        del made["proof"]
        with contextlib.suppress(Forged):
            assert linked.canonical(made) != whole_graph, path
        count += 1
    assert count > 30


@pytest.mark.parametrize(
    ("doc", "reason"),
    [
        ({"honours": "x"}, "unsigned-field"), ({"name": None}, "unsigned-field"), ({"evidence": []}, "unsigned-field"),
        ({"type": ["VerifiableCredential", "Unknown"]}, "unsigned-field"), ({"id": "relative"}, "unsigned-field"),
        ({"id": "//evil.example/x"}, "unsigned-field"), ({"id": "#x"}, "unsigned-field"), ({"name": "a\x00b"}, "form"),
        ({"id": "urn:x:a b"}, "unsigned-field"), ({"@context": [linked.CREDENTIALS, "https://evil.example/c"]}, "context"),
        ({"@context": [linked.CREDENTIALS, {"name": "urn:x:other"}]}, "form"), ({"@included": [{"id": "urn:x:y"}]}, "unsigned-field"),
        ({"type": ["VerifiableCredential", "VerifiableCredential"]}, "unsigned-field"), ({"name": {"@value": ["a"]}}, "form"),
        ({"name": {"@value": "x", "@language": 'vi .\n<urn:x:3> <urn:x:4> "y"'}}, "form"),
        ({"name": {"@value": "x", "@type": "urn:x:a> .\n<b"}}, "form"),
    ],
)  # fmt: skip
def test_what_json_ld_leaves_out_in_silence_is_refused(doc: dict[str, Any], reason: str) -> None:
    plain = {
        "@context": [linked.CREDENTIALS], "id": "urn:x:1", "type": ["VerifiableCredential"], "issuer": "did:web:hoc.example",
        "credentialSubject": {"id": "urn:x:2"},
    }  # fmt: skip
    assert linked.canonical(plain)
    with pytest.raises(Forged) as refusal:
        linked.canonical(plain | doc)
    assert refusal.value.reason == reason


def deep(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize(
    "data",
    [
        b"", b"null", b"[]", b"{", b'"x"', b"\xff\xfe", b'{"a": 1, "a": 2}', b'{"b": {"a": 1, "a": 2}}', b"[" * 100_000,
        deep(50_000), b'{"a": "' + b"x" * 200_000 + b'"}',
    ],
)  # fmt: skip
def test_what_is_no_badge_is_refused_before_it_is_judged(data: bytes) -> None:
    with pytest.raises(Forged, match="malformed"):
        badge.read(data)


def nested(depth: int) -> Any:
    return {"urn:x:in": nested(depth - 1)} if depth else "x"


def test_a_document_of_bottomless_depth_is_refused(office: Office) -> None:
    plain = {"@context": [linked.CREDENTIALS], "id": "urn:x:1"}
    assert linked.canonical({**plain, **nested(30)})
    for depth in (60, 600):
        with pytest.raises(Forged, match="form"):
            linked.canonical({**plain, **nested(depth)})
        with pytest.raises(Forged):
            badge.verify(changed(office.badge, ["credentialSubject"], nested(depth)), office.keys, BASE)


# Of status lists


def forged_lists(office: Office) -> Forgeries:
    doc = office.list
    for path, value in leaves(doc):
        yield f"{path} changed", changed(doc, path, said_otherwise(value))
        yield f"{path} away", changed(doc, path, None)
    for path in ([], ["credentialSubject"], ["proof"]):
        yield f"a field more at {path}", added(doc, path, ttl=1)
    nobody = StatusList().encoded()
    yield "nobody revoked", changed(doc, ["credentialSubject", "encodedList"], nobody)
    yield "a newer day on an older list", changed(doc, ["validFrom"], "2027-01-01T00:00:00Z")
    yield "signed by another key of the same name", status.credential([], office.other, BASE, NOON)
    yield (
        "signed by ours for another address",
        status.credential([], office.key, "https://evil.example", NOON),
    )
    yield "under the name of another list", changed(doc, ["id"], f"{BASE}/status/2")
    yield "a badge for a list", office.badge


def test_no_forged_status_list_is_believed(office: Office) -> None:
    status.verify(office.list, office.keys, BASE)
    count, believed = accepted(forged_lists(office), lambda doc: status.verify(doc, office.keys, BASE))
    assert (believed, count >= 40) == ([], True)


@pytest.mark.parametrize(
    "id", ["https://evil.example/status/1", f"{BASE}/status/one", f"{BASE}/c/1", f"{BASE}/status/²"]
)
def test_a_list_stands_at_an_address_of_ours(id: str, office: Office) -> None:
    """Signed by our key: only a mistake of ours could."""
    doc = {name: value for name, value in office.list.items() if name != "proof"} | {"id": id}
    with pytest.raises(Forged, match="form"):
        status.verify(issuer.signed(doc, office.key, BASE, "2026-11-22T00:00:00Z"), office.keys, BASE)


def test_an_older_list_than_the_newest_seen_is_named(office: Office) -> None:
    newer = status.credential([5, 6], office.key, BASE, NOON + DAY)
    newest = status.verify(newer, office.keys, BASE).made
    assert status.verify(newer, office.keys, BASE, newest=newest).made == newest
    with pytest.raises(Forged, match="older"):
        status.verify(office.list, office.keys, BASE, newest=newest)


def encoded(raw: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "", "u", "uAAAA", "z" + StatusList().encoded()[1:], StatusList().encoded() + "=", StatusList().encoded()[:-4],
        encoded(gzip.compress(bytes(SIZE // 8 - 1), mtime=0)), encoded(gzip.compress(bytes(SIZE // 8 + 1), mtime=0)),
        encoded(gzip.compress(bytes(20_000_000), mtime=0)), encoded(gzip.compress(bytes(SIZE // 8), mtime=0) * 2), encoded(bytes(SIZE // 8)),
        "u" + "A" * 100_000, "uH4sI AAAA",
    ],
)  # fmt: skip
def test_a_list_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Forged, match="malformed"):
        StatusList.decoded(text)


def test_two_hundred_forgeries_and_more_were_tried(office: Office) -> None:
    kinds = [forged_codes(office), forged_badges(office), forged_lists(office)]
    assert sum(1 for forged in kinds for _ in forged) >= 400
    assert json.dumps(office.badge)
